"""Why each option won or lost under equal shares, in words, with numbers that add up."""

from __future__ import annotations

from participation.counting.case import Case, Reason
from participation.counting.outcome import Fact
from participation.counting.rules.equal_shares.completion import Completed
from participation.counting.rules.equal_shares.histories import Histories
from participation.counting.rules.equal_shares.margins import Backing, Margins, margins
from participation.counting.rules.equal_shares.purchases import Demand, Purchase
from participation.counting.rules.greedy import Step
from participation.counting.supporters import supporters
from participation.counting.words import about, barred_reason, counted, number, ordinal


def reasons(case: Case, wanted: Demand, completed: Completed, free: list[int], steps: list[Step]) -> list[Reason]:
    """One reason for each option, in listed order. What losers lacked is worked out only where the case asks for it."""
    bought = {purchase.option: purchase for purchase in completed.run.purchases}
    place = {option: at for at, option in enumerate([*free, *bought], start=1)}
    last = {step.option: step for step in steps}
    lacking = _margins(case, wanted, completed) if case.explain else {}
    told = []
    for option in range(len(case.election.options)):
        if option in bought:
            reason = bought_reason(case, wanted, bought[option], place[option])
        elif option in place:
            reason = Reason("Funded. It costs nothing and has support.")
        elif case.barred(option):
            reason = barred_reason(case, option)
        elif not case.profile.votes[option]:
            reason = Reason("Not funded. Nobody chose it.")
        elif option in lacking:
            reason = lost_reason(case, completed, option, lacking[option])
        else:
            cost = case.money(case.election.costs[option])
            reason = Reason(f"Not funded. Its supporters could not pay its cost of {cost} together.")
        told.append(_completed_reason(case, reason, last[option]) if option in last else reason)
    return told


def _margins(case: Case, wanted: Demand, completed: Completed) -> dict[int, Margins]:
    backers = supporters(case.profile, wanted.worth)
    histories = Histories.of(completed.run, backers, case.profile.size)
    lost = [option for option in wanted.options if option not in completed.run.selected and not case.barred(option)]
    return {
        option: margins(
            Backing(option, completed.run, wanted, backers, histories),
            others=case.profile.ballots - case.profile.votes[option],
            # A further supporter's points are not known.
            uniform=str(case.settings["satisfaction"]) in ("cost", "cardinality"),
        )
        for option in lost
    }


def bought_reason(case: Case, wanted: Demand, purchase: Purchase, place: int) -> Reason:
    """A winner: who paid for it, and how much each."""
    cost = case.election.costs[purchase.option]
    payment = about(case, purchase.rate * wanted.unit) + (" for each point" if wanted.worth is not None else "")
    if purchase.in_full + purchase.all_they_had == 1:
        who = f"Its one supporter paid {case.money(cost)}"
    elif purchase.all_they_had:
        who = (
            f"Its {number(purchase.in_full + purchase.all_they_had)} supporters paid for it: {number(purchase.in_full)} "
            f"paid {payment} and {number(purchase.all_they_had)} paid all they had left"
        )
    else:
        who = f"Its {number(purchase.in_full)} supporters each paid {payment}"
    return Reason(
        f"Funded, {ordinal(place)} in the order. {who}, {case.money(cost)} together.",
        {
            "rate": str(purchase.rate * wanted.unit),
            "in_full": purchase.in_full,
            "all_they_had": purchase.all_they_had,
            "effective_votes": str(cost / (purchase.rate * wanted.unit)),
        },
    )


def lost_reason(case: Case, completed: Completed, option: int, lacked: Margins) -> Reason:
    """A loser: what its supporters had and spent, how close it came, and what would have been enough."""
    votes, cost = case.profile.votes[option], case.election.costs[option]
    start = votes * completed.run.endowment
    had, left = int(start), int(lacked.left)
    whose = "Its one supporter" if votes == 1 else f"Its {number(votes)} supporters"
    sentence = (
        f"Not funded. {whose} had shares of {case.money(had)}, spent {case.money(had - left)} of it on options that were "
        f"funded and had {case.money(left)} left, {case.money(cost - left)} less than its cost of {case.money(cost)}."
    )
    if lacked.support_percent >= 100:
        closest = " It stood level with an option that was funded, and the tie rule put that one first."
    else:
        closest = f" At the closest moment they could pay {lacked.support_percent}% of it."
    return Reason(sentence + closest + _ways(case, lacked), _facts(case, completed, lacked, had, left, cost))


def _ways(case: Case, lacked: Margins) -> str:
    """What would have been enough, at the shares of this count."""
    ways = []
    if lacked.sure_cost > 0:
        ways.append(f"a cost of {case.money(lacked.sure_cost)} or less")
    if lacked.more_supporters is not None:
        ways.append(f"at least {counted(lacked.more_supporters, 'more supporter')}")
    return f" It needed {' or '.join(ways)}." if ways else ""


def _facts(case: Case, completed: Completed, lacked: Margins, had: int, left: int, cost: int) -> dict[str, Fact]:
    """`had`, `spent`, `left` and `short` in whole money, rounded so that had = spent + left and cost = left + short;
    `spent_on` parts `spent` among the funded options, largest first."""
    facts: dict[str, Fact] = {
        "had": had,
        "spent": had - left,
        "left": left,
        "left_exactly": str(lacked.left),
        "short": cost - left,
        "spent_on": " ".join(f"{code}={amount}" for code, amount in _spent_on(case, completed, lacked, had - left)),
        "support_percent": lacked.support_percent,
        "largest_winning_cost": lacked.largest_cost,
        "surely_funded_at": lacked.sure_cost,
    }
    if lacked.more_supporters is not None:
        facts["more_supporters"] = lacked.more_supporters
    return facts


def _spent_on(case: Case, completed: Completed, lacked: Margins, together: int) -> list[tuple[str, int]]:
    """Exact payments in whole money that add up to `together`: rounded down, the largest remainders up."""
    codes = case.election.codes(completed.run.selected)
    parts = [(code, amount) for code, amount in zip(codes, lacked.spent, strict=True) if amount]
    whole = {code: int(amount) for code, amount in parts}
    missing = together - sum(whole.values())
    by_remainder = sorted(parts, key=lambda part: (int(part[1]) - part[1], part[0]))
    for code, _ in by_remainder[:missing]:
        whole[code] += 1
    return sorted(whole.items(), key=lambda item: (-item[1], item[0]))


def _completed_reason(case: Case, reason: Reason, step: Step) -> Reason:
    """The word of the greedy completion, which comes after equal shares."""
    cost, left = case.money(case.election.costs[step.option]), case.money(step.left)
    if step.action == "funded":
        votes = counted(case.scores[step.option], "vote" if case.profile.values is None else "point")
        sentence = (
            f"Funded from what equal shares left. It has {votes}, and its cost of {cost} fitted the {left} that was "
            "still there."
        )
        return Reason(sentence, {**reason.facts, "left_before": step.left})
    return Reason(
        f"{reason.sentence} When the rest was given out by votes, {left} was left at its turn.",
        {**reason.facts, "left_before": step.left},
    )
