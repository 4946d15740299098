"""The acts on a vote that take two officers: one asks, another approves within a day, and then it is done at once.

Registered with `approvals` by the application. Each is checked when it is asked for and again when it is carried out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import exists, select

from participation.accounts.models import Account, RoleGrant
from participation.accounts.roles import PERMISSIONS
from participation.approvals import service as approvals
from participation.approvals.acts import Act, Asked, Payload
from participation.approvals.models import Approval
from participation.consultations.meanings import CLOSING_REASONS
from participation.consultations.models import Consultation
from participation.consultations.queries import consultation_by_slug
from participation.extensions import db
from participation.voting import additions, changing, destruction, exclusions, schedule, service
from participation.voting.custody import ceremony
from participation.voting.models import Vote
from participation.voting.queries import latest_count, vote_of
from participation.voting.refusals import NeedsSecondOfficer, WrongStep
from participation.web.access import Permission
from participation.web.words import moment

RUN_VOTES = Permission.RUN_VOTES


def ask(*, consultation: Consultation, act: Act, facts: Payload, requested_by: int) -> Approval:
    """Ask for an act on the vote of a consultation. Raises NeedsSecondOfficer when nobody else could approve it."""
    if not somebody_else(consultation.council_id, requested_by):
        raise NeedsSecondOfficer()
    return approvals.ask(
        council_id=consultation.council_id, act=act.name, subject=subject_of(vote_of(consultation.id)),
        payload={"consultation": consultation.slug, **facts}, requested_by=requested_by,
    )  # fmt: skip


def subject_of(vote: Vote) -> str:
    """How requests and the record name a vote."""
    return f"vote:{vote.id}"


def somebody_else(council_id: int, account_id: int) -> bool:
    """Whether another active member of staff may run votes."""
    roles = [role.value for role, permissions in PERMISSIONS.items() if RUN_VOTES in permissions]
    may_run = exists().where(RoleGrant.account_id == Account.id, RoleGrant.role.in_(roles))
    query = (
        select(Account.id)
        .where(
            Account.council_id == council_id, Account.id != account_id, Account.kind == "staff",
            Account.disabled_at.is_(None), Account.confirmed_at.is_not(None), may_run,
        )
        .limit(1)
    )  # fmt: skip
    return db.session.execute(query).first() is not None


def _consultation(council_id: int, payload: Payload) -> Consultation:
    return consultation_by_slug(council_id, str(payload["consultation"]), drafts=True)


def _says(text: Callable[[Payload], str]) -> Callable[[int, Payload], str]:
    """A sentence about the consultation of the payload, `{title}` its title."""

    def sentence(council_id: int, payload: Payload) -> str:
        return text(payload).replace("{title}", f"“{_consultation(council_id, payload).title}”")

    return sentence


def _excludes(council_id: int, payload: Payload) -> str:
    consultation = _consultation(council_id, payload)
    return f"Take {_voter(payload)} off the register of “{consultation.title}”. {_reason(payload)}"


def _reinstates(council_id: int, payload: Payload) -> str:
    consultation = _consultation(council_id, payload)
    return f"Put {_voter(payload)} back on the register of “{consultation.title}”"


def _adds(council_id: int, payload: Payload) -> str:
    consultation = _consultation(council_id, payload)
    why = additions.REASONS[str(payload["reason"])].sentence
    return f"Put {_voter(payload)} on the register of “{consultation.title}”. {why}"


def _voter(payload: Payload) -> str:
    """The name of the account in the payload; cut where an address is longer than the sentence allows."""
    account = db.session.get(Account, int(payload["account"] or 0))
    return account.email[:120] if account else "a resident"


def _reason(payload: Payload) -> str:
    return exclusions.REASONS[str(payload["reason"])].sentence


def _close(asked: Asked) -> None:
    schedule.close_early(
        consultation=_consultation(asked.council_id, asked.payload), reason_code=str(asked.payload["reason"]),
        actor_id=asked.decided_by,
    )  # fmt: skip


def _extend(asked: Asked) -> None:
    schedule.extend(
        consultation=_consultation(asked.council_id, asked.payload), reason=str(asked.payload["reason"]),
        until=datetime.fromisoformat(str(asked.payload["until"])), actor_id=asked.decided_by,
    )  # fmt: skip


def _change(asked: Asked) -> None:
    payload = asked.payload
    changing.change(
        consultation=_consultation(asked.council_id, payload), to=changing.from_facts(payload), reason=str(payload["reason"]),
        seen_version=int(payload["version"] or 0), actor_id=asked.decided_by,
    )  # fmt: skip


def _exclude(asked: Asked) -> None:
    exclusions.exclude(
        consultation=_consultation(asked.council_id, asked.payload), voter_id=int(asked.payload["account"] or 0),
        reason_code=str(asked.payload["reason"]), requested_by=asked.requested_by, decided_by=asked.decided_by,
    )  # fmt: skip


def _reinstate(asked: Asked) -> None:
    exclusions.reinstate(
        consultation=_consultation(asked.council_id, asked.payload), voter_id=int(asked.payload["account"] or 0),
        requested_by=asked.requested_by, decided_by=asked.decided_by,
    )  # fmt: skip


def _add(asked: Asked) -> None:
    additions.add(
        consultation=_consultation(asked.council_id, asked.payload), account_id=int(asked.payload["account"] or 0),
        reason_code=str(asked.payload["reason"]), requested_by=asked.requested_by, decided_by=asked.decided_by,
    )  # fmt: skip


def _open(asked: Asked) -> None:
    ceremony.approve_opening(consultation=_consultation(asked.council_id, asked.payload), actor_id=asked.decided_by)


def _publish(asked: Asked) -> None:
    consultation = _consultation(asked.council_id, asked.payload)
    run = latest_count(vote_of(consultation.id).id)
    if run is None or run.id != asked.payload["count"]:
        raise WrongStep("The ballots were counted again after this was asked for. Ask for the new result.")
    service.publish(consultation=consultation, actor_id=asked.decided_by)


def _destroy(asked: Asked) -> None:
    destruction.destroy_key(consultation=_consultation(asked.council_id, asked.payload), actor_id=asked.decided_by)


CLOSE = Act(
    "close-vote", RUN_VOTES,
    _says(lambda payload: f"Close the vote in {{title}} now. {CLOSING_REASONS[str(payload['reason'])].sentence}"), _close,
)  # fmt: skip
EXTEND = Act(
    "extend-vote", RUN_VOTES,
    _says(
        lambda payload: f"Keep the vote in {{title}} open until {moment(datetime.fromisoformat(str(payload['until'])))}. "
        f"{payload['reason']}"
    ),
    _extend,
)  # fmt: skip
CHANGE = Act(
    "change-vote", RUN_VOTES,
    _says(
        lambda payload: f"Change what the vote in {{title}} asks, and tell everybody who has voted. "
        f"{changing.from_facts(payload).says} {payload['reason']}"[:380]
    ),
    _change,
)  # fmt: skip
EXCLUDE = Act("exclude-voter", RUN_VOTES, _excludes, _exclude)
REINSTATE = Act("reinstate-voter", RUN_VOTES, _reinstates, _reinstate)
ADD = Act("add-voter", RUN_VOTES, _adds, _add)
OPEN = Act("open-box", RUN_VOTES, _says(lambda _payload: "Open the ballot box of {title}"), _open)
PUBLISH = Act(
    "publish-result", RUN_VOTES, _says(lambda _payload: "Publish the result of the vote in {title}"), _publish
)
DESTROY = Act(
    "destroy-key", RUN_VOTES, _says(lambda _payload: "Destroy the key of the ballot box of {title}"), _destroy
)

ACTS = (CLOSE, EXTEND, CHANGE, ADD, EXCLUDE, REINSTATE, OPEN, PUBLISH, DESTROY)
