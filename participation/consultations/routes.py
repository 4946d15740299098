"""What residents see of consultations: the council's home page, the lists, and one page each."""

from __future__ import annotations

import json
from functools import partial

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.audit.record import events_about
from participation.audit.tags import Tag
from participation.budgets.overview import Overview, overview
from participation.budgets.queries import groups_of, outturns_of_council
from participation.consultations import cards, editions, queries
from participation.consultations.following import follows
from participation.consultations.further import further_reading
from participation.consultations.lifecycle import PHASE_TYPE, STAGE_WORDS, Stage, stage_of
from participation.consultations.meanings import (
    CLOSING_REASONS,
    CYCLE_STEPS,
    DECIDED_SO_FAR,
    DELIVERY_MODELS,
    INFLUENCE,
)
from participation.consultations.models import Consultation
from participation.consultations.queries import Shown
from participation.consultations.refusals import EditionNotFound
from participation.councils.scope import council_blueprint
from participation.errors import NotFound
from participation.web.access import here, public
from participation.web.paging import asked_page, paged

blueprint = council_blueprint("consultations", __name__)

ON_HOME_PAGE = 6
# The parts of the public list, in the order of its tabs.
PUBLIC_PARTS = {
    Shown.OPEN: "Open now",
    Shown.UPCOMING: "Opening soon",
    Shown.WAITING: "Closed, waiting for an answer",
    Shown.ANSWERED: "Answered",
}


@blueprint.get("/")
@public
def home() -> str:
    """What is open now, how to take part, what came of it, and what services cost."""
    now, council_id = clock.now(), g.council.id
    is_open = paged(queries.listed(council_id, now=now, shown=Shown.OPEN), number=1, per_page=ON_HOME_PAGE)
    upcoming = paged(queries.listed(council_id, now=now, shown=Shown.UPCOMING), number=1, per_page=ON_HOME_PAGE)
    return render_template(
        "consultations/home.html",
        is_open=is_open, costs=_costs(), upcoming=upcoming, results=queries.with_result(council_id, ON_HOME_PAGE),
        stage_of=stage_of, now=now, STAGE_WORDS=STAGE_WORDS,
    )  # fmt: skip


def _costs() -> Overview | None:
    """What services cost in the newest published year; None when nothing is published."""
    return overview(
        groups=groups_of(g.council.id), outturns=outturns_of_council(g.council.id), population=g.council.population, year=None,
        address=lambda group: url_for("budgets.service", code=group.code),
    )  # fmt: skip


@blueprint.get("/consultations")
@public
def index() -> str:
    now = clock.now()
    counts = queries.counted_by_part(g.council.id, now)
    shown = _asked_part(counts)
    listing = paged(queries.listed(g.council.id, now=now, shown=shown), number=asked_page())
    return render_template(
        "consultations/index.html",
        listing=listing, shown=shown, parts=PUBLIC_PARTS, counts=counts, stage_of=stage_of, now=now, STAGE_WORDS=STAGE_WORDS,
    )  # fmt: skip


def _asked_part(counts: dict[Shown, int]) -> Shown:
    """The part of the address, or the first that has something in it. Raises NotFound for a part that does not exist."""
    asked = request.args.get("show")
    if asked is None:
        return next((part for part in PUBLIC_PARTS if counts[part]), Shown.OPEN)
    found = next((part for part in PUBLIC_PARTS if part == asked), None)
    if found is None:
        raise NotFound()
    return found


@blueprint.get("/consultations/<slug>")
@public
def consultation(slug: str) -> ResponseReturnValue:
    found = queries.consultation_by_slug(g.council.id, slug)
    return consultation_page(found)


@blueprint.get("/consultations/<slug>/options")
@public
def compare(slug: str) -> ResponseReturnValue:
    """All options side by side under the same headings, beside keeping things as they are. Raises NotFound without any."""
    found = queries.consultation_by_slug(g.council.id, slug)
    if not found.options:
        raise NotFound()
    return render_template(
        "consultations/compare.html", consultation=found, delivery_models=DELIVERY_MODELS, facts=cards.facts(found.options),
        with_links=cards.with_links,
    )  # fmt: skip


@blueprint.get("/consultations/<slug>/in/<edition>")
@public
def edition(slug: str, edition: str) -> ResponseReturnValue:
    """The consultation in another language or format. Raises EditionNotFound for one that has no text here."""
    found = queries.consultation_by_slug(g.council.id, slug)
    there = next(((kind, one) for kind, one in editions.shown(found) if kind.code == edition and one.text), None)
    if there is None:
        raise EditionNotFound()
    kind, shown = there
    return render_template(
        "consultations/edition.html",
        consultation=found, kind=kind, edition=shown, direction="rtl" if kind.code in editions.RIGHT_TO_LEFT else "ltr",
    )  # fmt: skip


def consultation_page(consultation: Consultation, *, preview: bool = False) -> str:
    """The page of one consultation; as a `preview` it shows a draft as it would look once it is open."""
    now = clock.now()
    stage = stage_of(consultation, now)
    return render_template(
        "consultations/consultation.html",
        consultation=consultation, stage=stage, words=STAGE_WORDS[stage], now=now, preview=preview, phase_type=PHASE_TYPE,
        influence=INFLUENCE[consultation.influence], step=CYCLE_STEPS[consultation.cycle_step],
        decided=DECIDED_SO_FAR.get(consultation.decided_so_far), editions=editions.shown(consultation),
        delivery_models=DELIVERY_MODELS, card_facts=partial(cards.facts_of, consultation=consultation),
        with_links=cards.with_links, early=_closed_early(consultation, stage), further=further_reading(consultation, now),
        follows=not preview and here() and current_user.is_resident and follows(consultation.id, current_user.account_id),
    )  # fmt: skip


def _closed_early(consultation: Consultation, stage: Stage) -> list[str]:
    """Why it was withdrawn, or why a phase ended before its date: sentences made from the public record."""
    if stage in (Stage.DRAFT, Stage.UPCOMING):
        return []
    sentences = []
    for event in events_about(consultation.council_id, f"consultation:{consultation.id}"):
        if event.tag not in (Tag.CONSULTATION_CLOSED_EARLY, Tag.CONSULTATION_WITHDRAWN):
            continue
        facts = json.loads(event.public)["facts"]
        reason = CLOSING_REASONS.get(facts.get("reason"))
        if reason is None:
            continue
        if event.tag == Tag.CONSULTATION_WITHDRAWN:
            sentences.append(f"The council withdrew this consultation. {reason.sentence}")
        else:
            name = PHASE_TYPE[facts["phase"]].name
            sentences.append(f"“{name}” closed before its date. {reason.sentence}")
    return sentences
