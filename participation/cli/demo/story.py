"""Plays a consultation of the demonstration through its life, each step at its own moment, through the product's own services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from random import Random

from participation import clock
from participation.accounts.models import Account
from participation.cli.demo.content import (
    ConsultationContent,
    EvidenceContent,
    NeedContent,
    OptionContent,
    RecordContent,
    VoicesContent,
)
from participation.cli.demo.evidence import Evidence
from participation.cli.demo.needs import hear_needs
from participation.cli.demo.voices import Voices, say_how_it_turned_out
from participation.consultations import gates, launching
from participation.consultations import options as option_service
from participation.consultations import service as consultation_service
from participation.consultations.drafts import Draft, OptionDraft, Period, ResponseDraft
from participation.consultations.models import Consultation
from participation.councils.models import Council, Ward
from participation.eligibility import service as eligibility_service
from participation.eligibility.rules import Rule
from participation.priorities import outcomes
from participation.voting import ballot_box, destruction, roll, schedule
from participation.voting import service as voting_service
from participation.voting.ballot_box import Casting
from participation.voting.definition import definition_of
from participation.voting.queries import vote_of
from participation.voting.roll import OnRoll, Resident

NONCE_BYTES = 16
# Why the demonstration's consultations were launched although a check was not met, by the check's code.
ACCEPTED = "Two of us read it again, and residents who tested the text had no difficulty with it."
LAUNCHED_NEVERTHELESS = {
    "long_enough": "Residents said in an earlier consultation what they need. This one only asks them to choose.",
    "out_of_elections": "No election is held in the borough this year.",
    "out_of_holidays": "We extended the time at both ends and are at every summer and winter event.",
    "equality_considered": "The assessment of the earlier consultation still holds.",
    "reads_easily": "The text was tested with 8 residents, who understood it.",
    "offers_no_change": "The fund can only be spent. Residents can leave the ballot empty.",
    "options_are_equal": "Some options belong to one service and others to several.",
}


class Story:
    """Everything a consultation of the demonstration needs: the council, its people, the seeded draw, and "now"."""

    def __init__(
        self, *, council: Council, needs: list[NeedContent], signed: EvidenceContent, voices: VoicesContent, draw: Random,
        now: datetime,
    ) -> None:  # fmt: skip
        self.council = council
        self.needs = needs
        self.signed = signed
        self.voices = voices
        self.people: list[Account] = []
        self.staff: dict[str, Account] = {}
        self.draw = draw
        self.now = now
        self.wards: dict[str, Ward] = {ward.name: ward for ward in council.wards}

    @property
    def moderator(self) -> Account:
        return self.staff["moderator@demo.example"]

    def tell(self, content: ConsultationContent) -> Consultation:
        """Play one consultation from its draft to where it stands today."""
        days = [period[0] for period in (content.gather, content.shape, content.vote) if period]
        with clock.frozen_at(self.day(min(*days, 0) - 21)):
            consultation = self._drafted(content)
            if content.draft:
                return consultation
            self._launch(consultation)
        if content.gather and content.submissions:
            hear_needs(
                council=self.council, consultation=consultation, content=content, needs=self.needs, people=self.people,
                moderator=self.moderator, draw=self.draw, opens=self.day(content.gather[0]),
                until=min(self.day(content.gather[1], 11), self.now), pauses=self._signed_meanwhile(consultation),
                voices=Voices(self.voices, self.council, self.people, self.moderator, seed=consultation.id),
            )  # fmt: skip
        if content.shape:
            opens, until = self.day(content.shape[0]), min(self.day(content.shape[1]), self.now)
            voices = Voices(self.voices, self.council, self.people, self.moderator, seed=consultation.id)
            voices.discuss_options(consultation, opens, until)
        if content.vote and content.ballots:
            self._vote(consultation, content)
        if content.response:
            self._answer(consultation, content)
            self._say_what_became(consultation, content)
            self._say_how_it_turned_out(consultation, content.response.days_ago)
        return consultation

    def code_and_sign(self, told: list[Consultation]) -> None:
        """Themes for what was said, then the newest summary of each consultation that has one."""
        self.evidence.code(self.day(-2, 15))
        for consultation in told:
            for record in self._records(consultation)[-1:]:
                self.evidence.sign(consultation, record, self.day(-record.days_ago, 16))

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.council, self.staff["commissioner@demo.example"], self.moderator, self.signed)

    def _records(self, consultation: Consultation) -> list[RecordContent]:
        return [one for one in self.signed.records if one.consultation == consultation.slug]

    def _signed_meanwhile(self, consultation: Consultation) -> dict[datetime, Callable[[], None]]:
        """Summaries that were signed while residents were still saying what they need."""
        moments = {self.day(-one.days_ago, 16): one for one in self._records(consultation)[:-1]}
        return {at: partial(self.evidence.sign, consultation, one, at) for at, one in moments.items()}

    def _launch(self, consultation: Consultation) -> None:
        """One moderator asks, the other approves. A past vote is set up and launched in one go, as its voters found it."""
        reasons = {doubt.code: LAUNCHED_NEVERTHELESS.get(doubt.code, ACCEPTED) for doubt in gates.doubts(consultation)}
        request = launching.ask(
            consultation=consultation, version=consultation.version, reasons=reasons, actor_id=self.moderator.id
        )
        launching.approve(
            consultation=consultation, version=consultation.version, seen_hash=request.approval.payload_hash.hex(),
            actor_id=self.staff["moderator2@demo.example"].id,
        )  # fmt: skip

    def day(self, offset: int, hour: int = 12) -> datetime:
        """An hour of a day, counted from today, in UK time."""
        date = self.now.astimezone(clock.UK).date() + timedelta(days=offset)
        return datetime.combine(date, time(hour), tzinfo=clock.UK)

    def _drafted(self, content: ConsultationContent) -> Consultation:
        today = self.now.astimezone(clock.UK).date()
        # Phases open and close at midday.
        periods = {"gather": content.gather, "shape": content.shape, "vote": content.vote}
        draft = Draft(
            title=content.title, summary=content.summary, background=content.background,
            what_can_change=content.what_can_change, what_cannot_change=content.what_cannot_change,
            influence=content.influence, cycle_step=content.cycle_step, decision_maker=content.decision_maker,
            decision_date=today + timedelta(days=content.decision_in_days), services=content.services,
            phases={
                kind: Period(self.day(period[0]), self.day(period[1])) for kind, period in periods.items() if period
            },
            moderation=content.moderation, equality_note=content.equality_note, decided_so_far="nothing",
        )  # fmt: skip
        consultation = consultation_service.create(
            council_id=self.council.id, draft=draft, actor_id=self.moderator.id, slug=content.slug
        )
        eligibility_service.set_rule(consultation=consultation, rule=Rule(), actor_id=self.moderator.id)
        for option in content.options:
            self._add_option(consultation, option)
        if content.vote:
            voting_service.set_up(
                consultation=consultation, actor_id=self.moderator.id,
                draft=voting_service.VoteDraft(
                    ballot_type="approval", budget_pence=content.budget * 100, rule=content.rule,
                    settings=content.rule_settings, ties=content.ties, max_choices=content.max_choices,
                    max_total_pence=content.max_total * 100 if content.max_total else None,
                    # Whoever tries the demonstration registers while its vote is open.
                    late_registration=True, breakdowns=["age", "sex"],
                ),
            )  # fmt: skip
        return consultation

    def _add_option(self, consultation: Consultation, option: OptionContent) -> None:
        option_service.add_option(
            consultation=consultation, version=consultation.version, actor_id=self.moderator.id, code=option.code,
            draft=OptionDraft(
                title=option.title, description=option.description, cost_pence=option.cost * 100,
                group_code=option.group, ward_code=self.wards[option.ward].code if option.ward else None,
                delivery_model=option.delivery_model,
                card={name: getattr(option, name) for name in ("gains", "loses", "risks", "accountable")},
                one_off_pence=None if option.yearly is None else option.cost * 100,
                yearly_pence=None if option.yearly is None else option.yearly * 100,
            ),
        )  # fmt: skip

    def _vote(self, consultation: Consultation, content: ConsultationContent) -> None:
        assert content.vote
        vote = vote_of(consultation.id)
        opens, closes = content.vote
        last = min(closes, 0) - 1
        voters = self.draw.sample(self.people, content.ballots)
        on_roll: dict[int, OnRoll] = {}
        per_day = -(-len(voters) // max(1, last - opens + 1))
        for number, offset in enumerate(range(opens, last + 1)):
            todays = voters[number * per_day : (number + 1) * per_day]
            if not todays:
                break
            with clock.frozen_at(self.day(offset, 18)):
                schedule.freeze(vote=vote, consultation=consultation, actor_id=None)
                on_roll = on_roll or roll.everybody(vote.id)
                castings = [self._casting(vote.id, account, content, on_roll) for account in todays]
                for _ in ballot_box.cast_all(
                    definition=definition_of(vote, consultation), vote_id=vote.id, castings=castings
                ):
                    pass
        if content.published_days_ago is not None:
            with clock.frozen_at(self.day(-content.published_days_ago, 10)):
                for step in (
                    voting_service.open_box, voting_service.count, voting_service.publish, destruction.destroy_key,
                ):  # fmt: skip
                    step(consultation=consultation, actor_id=self.moderator.id)

    def _casting(
        self, vote_id: int, account: Account, content: ConsultationContent, on_roll: Mapping[int, OnRoll]
    ) -> Casting:
        voter = roll.join(vote_id=vote_id, resident=Resident(account, on_roll.get(account.id)))
        return Casting(voter, self.draw.randbytes(NONCE_BYTES), {"approve": self._choices(account, content)})

    def _choices(self, account: Account, content: ConsultationContent) -> list[str]:
        """Options by their appeal, liked more where they are near, within the ballot's limits; at least one."""
        home = account.resident.ward.name if account.resident else None
        liked = [
            option
            for option in self.draw.sample(content.options, len(content.options))
            if self.draw.random() * 100 < option.appeal + (35 if option.ward == home else -6 if option.ward else 0)
        ]
        chosen: list[OptionContent] = []
        for option in liked or [self.draw.choice(content.options)]:
            fits = content.max_total is None or sum(one.cost for one in chosen) + option.cost <= content.max_total
            if fits and (content.max_choices is None or len(chosen) < content.max_choices):
                chosen.append(option)
        codes = {option.code for option in chosen}
        return [option.code for option in content.options if option.code in codes]

    def _say_what_became(self, consultation: Consultation, content: ConsultationContent) -> None:
        """A week after the council's answer."""
        assert content.response
        for one in content.outcomes:
            line = outcomes.line_of(consultation, f"option-{one.option}")
            assert line, one.option
            due = self.day(one.due_in_days).date() if one.due_in_days is not None else None
            draft = outcomes.OutcomeDraft(
                answer=one.answer, reason=one.reason, owner=one.owner, status=one.status, due_on=due,
                amount_pence=one.amount * 100 if one.amount is not None else None,
            )  # fmt: skip
            with clock.frozen_at(self.day(7 - content.response.days_ago, 11)):
                outcomes.say(consultation=consultation, line=line, draft=draft, version=0, actor_id=self.moderator.id)

    def _say_how_it_turned_out(self, consultation: Consultation, answered_days_ago: int) -> None:
        asked = self.voices.satisfaction
        if asked.consultation == consultation.slug:
            with clock.frozen_at(self.day(asked.days_after_answer - answered_days_ago, 15)):
                say_how_it_turned_out(consultation, asked, self.people, Random(consultation.id))  # noqa: S311  drawn to be repeated

    def _answer(self, consultation: Consultation, content: ConsultationContent) -> None:
        answer = content.response
        assert answer
        decided = self.now.astimezone(clock.UK).date() - timedelta(days=answer.decided_days_ago)
        with clock.frozen_at(self.day(-answer.days_ago, 11)):
            consultation_service.publish_response(
                consultation=consultation, version=consultation.version, actor_id=self.moderator.id,
                draft=ResponseDraft(
                    we_asked=answer.we_asked, you_said=answer.you_said, we_did=answer.we_did, decided_on=decided
                ),
            )  # fmt: skip
