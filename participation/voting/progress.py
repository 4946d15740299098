"""Where a vote stands for the officers who run it: what is done, what comes next and who must do it. No figures."""

from __future__ import annotations

from dataclasses import dataclass

from participation.consultations.lifecycle import Stage
from participation.voting.models import Vote

DONE, NEXT, LATER = "done", "next", "later"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `act` is the endpoint of the button of the next step, "" when nobody has to do anything."""

    title: str
    says: str
    who: str
    state: str
    act: str = ""


_OFFICERS = "Anybody who may run votes can do this"
_CLOCK = "Nobody has to do anything: the clock does it"


def steps(*, vote: Vote | None, stage: Stage, opens: str, closes: str, counted: bool) -> list[Step]:
    """All steps in order; the first that is not done is next."""
    status = vote.status if vote else ""
    voting_is_over = stage not in (Stage.DRAFT, Stage.UPCOMING, Stage.GATHERING, Stage.BETWEEN, Stage.VOTING)
    opened = status in ("opened", "published")
    rows = (
        ("Set up the vote", "The money, the ballot and the counting rule.", _OFFICERS, vote is not None,
         "voting_manage.set_up"),
        ("Launch the consultation", "From then on it opens and closes by its dates.", "A consultation editor does this",
         stage is not Stage.DRAFT, "consultation_manage.consultation"),
        ("Voting opens", f"By itself, at {opens}. What voters are asked is fixed at the first ballot.", _CLOCK,
         stage is Stage.VOTING or voting_is_over, ""),
        ("Voting closes", f"By itself, at {closes}. Nobody can see how it is going.", _CLOCK, voting_is_over, ""),
        ("Open the box", "Ballots are parted from voters, shuffled and opened. This can be done once.", _OFFICERS, opened,
         "voting_manage.open_box"),
        ("Count", "By the rule that was fixed. The result stays closed to everybody until it is published.", _OFFICERS,
         opened and counted, "voting_manage.count"),
        ("Publish the result", "For everybody at the same time, the council included.", _OFFICERS, status == "published",
         "voting_manage.publish"),
    )  # fmt: skip
    found: list[Step] = []
    for title, says, who, done, act in rows:
        state = DONE if done else NEXT if all(step.state == DONE for step in found) else LATER
        found.append(Step(title, says, who, state, act if state == NEXT else ""))
    return found
