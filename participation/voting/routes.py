"""The ballot page. Each of its buttons sends the whole page, so that nothing depends on scripts and nothing is lost.

Casting answers its POST with the page itself instead of a redirect: what was cast and the tracker exist only in that
answer, because the server keeps neither. Sending it again is harmless: the page's nonce makes it a replay.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation.consultations import beside, editions
from participation.consultations.beside import Beside
from participation.consultations.question_types import Ranking, Sent
from participation.counting.ballots import Problem
from participation.errors import Refusal
from participation.transactions import transaction
from participation.voting import (
    box_routes,
    changing_routes,
    contest_routes,
    receipt_routes,
    result_routes,
    roll,
    service,
)
from participation.voting.ballot_box import Acknowledged, Deposit
from participation.voting.ballot_paper import BallotPaper, ballot_paper
from participation.voting.forms import FieldErrors, PageErrors, SentBallot, sent_ballot
from participation.voting.kept_choices import cookie_name, opened_choices, sealed_choices
from participation.voting.keys import server_keys
from participation.voting.place import Here, blueprint, here, page
from participation.voting.refusals import BallotRefused, ChangedElsewhere, DefinitionChanged, TooManyChanges, VoteClosed
from participation.web.access import resident

# The pages of these modules hang on the same blueprint.
PAGES = (box_routes, changing_routes, contest_routes, receipt_routes, result_routes)
KEPT_FOR = 30 * 24 * 3600

__all__ = ["blueprint"]


@blueprint.get("/vote")
@resident
def ballot(slug: str) -> ResponseReturnValue:
    """The ballot paper, with choices kept in this browser; before and after the vote a page that says so."""
    at = here(slug, details=True)
    if not at.is_open:
        return page("not_open", at, deposit=at.deposit)
    roll.require_in_time(consultation=at.consultation, vote=at.vote, account_id=current_user.account_id)
    kept = opened_choices(
        server_keys(), vote=at.vote.public_id, account_id=current_user.account_id,
        value=request.cookies.get(cookie_name(at.vote.public_id), ""),
    )  # fmt: skip
    sent = at.definition.question.kept(kept, at.definition.election)
    typed = beside.typed_in(kept) or beside.answered(at.consultation.id, current_user.account_id)
    return _fresh(at, _paper(at, sent), restored=bool(sent), typed=typed)


@blueprint.post("/vote")
@resident
def mark(slug: str) -> ResponseReturnValue:
    """Every button of the ballot page: total, move, review, save, cast."""
    if request.form.get("act") == "cast":
        return _cast(slug)
    at = here(slug, details=True)
    asked = sent_ballot(request.form, at.definition)
    if not at.is_open:
        return _too_late(at, asked)
    if asked.version != at.definition.number:
        return _changed(at, asked)
    if asked.act == "save":
        return _save(at, asked)
    if asked.act == "review":
        return _review(at, asked)
    question = at.definition.question
    if asked.step and isinstance(question, Ranking):
        moved = question.moved(asked.sent, at.definition.election, asked.position, asked.step)
        return _again(at, asked, _paper(at, moved))
    return _again(at, asked, _paper(at, asked.sent))


def _review(at: Here, asked: SentBallot) -> ResponseReturnValue:
    answer = at.definition.question.read(asked.sent, at.definition.election, at.limits)
    paper = _paper(at, asked.sent, answer.problems)
    if answer.problems or _other_errors(at, asked):
        return _again(at, asked, paper, status=422)
    return page("review", at, paper=paper, asked=asked, beside=_beside(at, asked.beside))


def _cast(slug: str) -> ResponseReturnValue:
    """Everything is read once, in the transaction that casts, and the answer shows what was read there."""
    acknowledged: Acknowledged | None = None
    try:
        with transaction(stays_read=True):
            at = here(slug)
            asked = sent_ballot(request.form, at.definition)
            if not _other_errors(at, asked):
                acknowledged = service.cast_ballot(
                    consultation=at.consultation, vote=at.vote, account_id=current_user.account_id, sent=asked.sent,
                    nonce=asked.nonce, seen_revision=asked.revision, seen_version=asked.version,
                    declares_age=asked.declares_age,
                )  # fmt: skip
                if asked.beside and not acknowledged.replayed:
                    beside.keep(
                        consultation_id=at.consultation.id, account_id=current_user.account_id, typed=asked.beside
                    )
    except BallotRefused as refused:
        at = here(slug, details=True)
        return _again(at, asked, _paper(at, asked.sent, refused.problems), status=422)
    except VoteClosed:
        return _too_late(here(slug), asked)
    except (ChangedElsewhere, DefinitionChanged, TooManyChanges) as refused:
        at = here(slug, details=True)
        return _fresh(at, _paper(at, asked.sent), notice=refused, declares_age=asked.declares_age, typed=asked.beside)
    if acknowledged is None:
        at = here(slug, details=True)
        if asked.version != at.definition.number:
            return _changed(at, asked)
        return _again(at, asked, _paper(at, asked.sent), status=422)
    return _voted(at, asked, acknowledged)


def _voted(at: Here, asked: SentBallot, acknowledged: Acknowledged) -> Response:
    """The page after casting. What was cast is shown only when it was this answer that put it in the box."""
    response = make_response(
        page(
            "voted", at, acknowledged=acknowledged, receipt=acknowledged.deposit.receipt(at.vote.public_id), nonce=asked.nonce,
            paper=None if acknowledged.replayed else _paper(at, asked.sent),
        )
    )  # fmt: skip
    response.delete_cookie(cookie_name(at.vote.public_id), path=_path(at))
    return response


def _too_late(at: Here, asked: SentBallot) -> ResponseReturnValue:
    """An old tab: nothing can be cast any more, but what was chosen stays on the page."""
    typed = _beside(at, asked.beside) if asked.beside else []
    return page("too_late", at, paper=_paper(at, asked.sent), deposit=at.deposit, beside=typed), VoteClosed.status


def _changed(at: Here, asked: SentBallot) -> ResponseReturnValue:
    """A page from before a change of what is asked: the new one, with everything that was chosen."""
    return _fresh(
        at, _paper(at, asked.sent), notice=DefinitionChanged(), declares_age=asked.declares_age, typed=asked.beside
    )


def _save(at: Here, asked: SentBallot) -> ResponseReturnValue:
    value = sealed_choices(
        server_keys(), vote=at.vote.public_id, account_id=current_user.account_id,
        sent={**asked.sent, **{name: [answer] for name, answer in asked.beside.items()}},
    )  # fmt: skip
    if value is None:
        flash("Your browser cannot keep so many choices. Cast your vote instead: you can change it later.")
        return _again(at, asked, _paper(at, asked.sent))
    flash("Your choices are kept in this browser. You have not voted yet: come back and cast your vote.", "done")
    response = make_response(redirect(_path(at), code=303))
    response.set_cookie(
        cookie_name(at.vote.public_id), value,
        max_age=KEPT_FOR, path=_path(at), httponly=True, samesite="Lax", secure=request.is_secure,
    )  # fmt: skip
    return response


def _paper(at: Here, sent: Sent, problems: Iterable[Problem] = ()) -> BallotPaper:
    return ballot_paper(
        at.definition, at.consultation, voter_id=current_user.account_id, limits=at.limits, sent=sent, problems=problems
    )  # fmt: skip


def _again(at: Here, asked: SentBallot, paper: BallotPaper, *, status: int = 200) -> ResponseReturnValue:
    """The same page once more: same nonce, same revision, everything as it was typed."""
    found = [*paper.errors, *(_other_errors(at, asked) if status == 422 else [])]
    html = _paper_page(
        at, paper, deposit=at.deposit, nonce=asked.nonce, revision=asked.revision, declares_age=asked.declares_age,
        form=PageErrors(found), beside=_beside(at, asked.beside),
    )  # fmt: skip
    return html, status


def _fresh(
    at: Here,
    paper: BallotPaper,
    *,
    restored: bool = False,
    notice: Refusal | None = None,
    declares_age: bool = False,
    typed: Mapping[str, str],
) -> ResponseReturnValue:
    """A new page: a nonce of its own, and the revision that is in the box now."""
    deposit = at.deposit
    html = _paper_page(
        at, paper, deposit=deposit, nonce=secrets.token_hex(16), revision=deposit.revision if deposit else 0,
        declares_age=declares_age, form=paper.errors, restored=restored, notice=notice, beside=_beside(at, typed),
    )  # fmt: skip
    return html, notice.status if notice else 200


def _paper_page(at: Here, paper: BallotPaper, *, deposit: Deposit | None, **values: object) -> str:
    return page(
        "ballot", at, paper=paper, deposit=deposit, asks_for_age=roll.asks_for_age(at.consultation),
        editions=editions.shown(at.consultation), **values
    )  # fmt: skip


def _beside(at: Here, typed: Mapping[str, str]) -> list[Beside]:
    return beside.shown(at.consultation.id, typed, told=beside.problems(typed))


def _other_errors(at: Here, asked: SentBallot) -> list[FieldErrors]:
    """What stands against the page besides the ballot: the age, and answers that are too long."""
    too_long = [FieldErrors(field, [message]) for field, message in beside.problems(asked.beside).items()]
    return [*too_long, *_age_errors(at, asked)]


def _age_errors(at: Here, asked: SentBallot) -> list[FieldErrors]:
    if asked.declares_age or not roll.asks_for_age(at.consultation):
        return []
    return [FieldErrors("age", [f"Tick the box to say that you are {at.consultation.minimum_age} or over"])]


def _path(at: Here) -> str:
    return url_for("voting.ballot", slug=at.consultation.slug)
