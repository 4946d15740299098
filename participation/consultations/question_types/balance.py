"""Balance the budget: raise, keep or cut each line in steps that finance signed off, and see what is left."""

from __future__ import annotations

from collections.abc import Sequence

from participation.consultations.question_types.question_type import (
    Choice,
    Draw,
    QuestionType,
    Sent,
    Way,
)
from participation.counting.balance import balance_of, can_balance_exactly, most_left
from participation.counting.ballots import Limits, Problem
from participation.counting.elections import Election, Option, Step
from participation.counting.payloads import Payload


class BalanceTheBudget(QuestionType):
    name = "balance"
    title = "Balance the budget"
    explanation = (
        "Residents raise, keep or cut each line of a budget in steps you set, and the budget must add up. Enter the steps of "
        "each option first."
    )
    template = "voting/types/ways.html"
    costs = False

    def price(self, option: Option, election: Election) -> str:
        return f"{election.money(option.cost)} {'comes in' if option.income else ''} today".replace("  ", " ")

    def instruction(self, election: Election, limits: Limits) -> str:
        sentence = (
            "For each line, choose whether to raise it, keep it as it is or cut it. Each choice says what would follow."
        )
        today = balance_of(election, {}).left
        if today < 0:
            sentence += f" As things are, the budget is {election.money(-today)} short."
        ending = "with nothing left over" if limits.balanced else "so that the money is enough"
        return f"{sentence} Your budget must add up, {ending}."

    def ways(self, election: Election, position: int) -> tuple[Way, ...]:
        option = election.options[position]
        return tuple(
            Way(
                str(step.amount),
                step_words(option, step, election),
                step.words,
                step.amount,
                step.amount == option.cost,
            )
            for step in option.steps
        )

    def parse(self, sent: Sent, election: Election) -> tuple[Payload, tuple[Problem, ...]]:
        """A line that is not answered stays as it is; what is no amount at all is a problem."""
        amounts: dict[str, int] = {}
        wrong: list[Problem] = []
        for position, option in enumerate(election.options):
            typed = self.value(sent, position)
            if typed and not (typed.isascii() and typed.isdigit()):
                wrong.append(Problem("not-a-step", option.code, f"Choose one of the steps offered for {option.label}."))
            amounts[option.code] = int(typed) if typed.isascii() and typed.isdigit() else option.cost
        return {"amounts": amounts}, tuple(wrong)

    def chooses(self, payload: Payload, election: Election) -> bool:
        """Leaving every line alone is what the page says before anything is chosen."""
        return any(amount != election[code].cost for code, amount in payload["amounts"].items())

    def sent_from(self, payload: Payload, election: Election) -> dict[str, list[str]]:
        return {self.field(election.index[code]): [str(amount)] for code, amount in payload["amounts"].items()}

    def chosen(self, payload: Payload, election: Election) -> list[Choice]:
        """Every line with its step: a budget is read as a whole."""
        amounts = payload["amounts"]
        return [
            Choice(option, step_words(option, Step(amounts[option.code]), election))
            for option in election.options
            if option.code in amounts
        ]

    def running_total(self, payload: Payload, election: Election, limits: Limits) -> str:
        balance, money = balance_of(election, payload["amounts"]), election.money
        coming = balance.income + balance.available
        sentence = f"You spend {money(balance.spending)}. {money(coming)} comes in."
        if balance.left < 0:
            return f"{sentence} {money(-balance.left)} is still to find."
        if balance.left == 0:
            return f"{sentence} Nothing is left: your budget adds up."
        return f"{sentence} {money(balance.left)} is left." + (
            " It must be nothing." if limits.balanced else " Your budget adds up."
        )

    def guess(self, positions: Sequence[int], draw: Draw, election: Election, limits: Limits) -> dict[str, list[str]]:
        """Steps by lot, then one line after the other is cut, or raised where it is income, until nothing is missing."""
        amounts = {option.code: option.cost for option in election.options}
        for position in positions:
            option = election.options[position]
            amounts[option.code] = option.steps[draw(len(option.steps))].amount if option.steps else option.cost
        for position in positions:
            if balance_of(election, amounts).left >= 0:
                break
            option = election.options[position]
            best = max if option.income else min
            amounts[option.code] = best((step.amount for step in option.steps), default=option.cost)
        return self.sent_from({"amounts": amounts}, election)

    def longest(self, election: Election, limits: Limits) -> Payload:
        return {
            "amounts": {
                option.code: max((step.amount for step in option.steps), default=option.cost)
                for option in election.options
            }
        }

    def senseless(self, election: Election, limits: Limits) -> list[str]:
        found = [
            f"“{option.label}” has no steps. Enter at least one."
            for option in election.options
            if len(option.steps) < 2
        ]
        if found:
            return found
        if most_left(election) < 0:
            return [f"Even with every cut and all income, the budget is {election.money(-most_left(election))} short."]
        if limits.balanced and can_balance_exactly(election) is False:
            return ["No choice of steps makes the budget add up exactly. Change a step, or let money be left."]
        return []


def step_words(option: Option, step: Step, election: Election) -> str:
    """ "Cut by £20,000 to £180,000", "Keep at £200,000". Income is raised and lowered."""
    change = step.amount - option.cost
    if not change:
        return f"Keep at {election.money(option.cost)}"
    down = "Bring in" if option.income else "Cut by"
    if change < 0:
        less = f"{down} {election.money(-change)}{' less' if option.income else ''}"
        return f"{less}, to {election.money(step.amount)}"
    more = f"Bring in {election.money(change)} more" if option.income else f"Raise by {election.money(change)}"
    return f"{more}, to {election.money(step.amount)}"
