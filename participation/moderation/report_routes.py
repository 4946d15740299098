"""The public report on moderation: of a quarter, or of a consultation, as a page and as a file."""

from __future__ import annotations

from flask import Response, current_app, g, render_template, request

from participation import clock
from participation.consultations.queries import consultation_by_slug
from participation.errors import NotFound
from participation.moderation import report_queries
from participation.moderation.flags import KINDS
from participation.moderation.reasons import REASONS
from participation.moderation.referrals import TO
from participation.moderation.routes import appeal, blueprint
from participation.moderation.transparency import Quarter, Report, as_csv, report
from participation.web.access import public

WORDS = {
    "flags": {kind.code: kind.label for kind in KINDS},
    "actions": {
        "publish": "Published", "refuse": "Not published", "hide_part": "Published without a part",
        "restore": "Shown again after an appeal",
    },
    "reasons": {reason.code: reason.label for reason in REASONS},
    "referrals": dict(TO),
    "appeals": {"waiting": "Waiting", "upheld": "The decision stood", "overturned": "The author was right"},
}  # fmt: skip
# So many quarters back can be chosen.
QUARTERS = 12

__all__ = ["appeal", "blueprint"]


@blueprint.get("/moderation-report")
@public
def quarterly() -> str:
    """The quarter of the address, or the last one that is over."""
    quarter = _asked_quarter()
    return render_template(
        "moderation/report.html",
        found=_of_quarter(quarter), quarter=quarter, quarters=_quarters(), consultation=None, threshold=_threshold(),
    )  # fmt: skip


@blueprint.get("/moderation-report.csv")
@public
def quarterly_file() -> Response:
    quarter = _asked_quarter()
    return _file(_of_quarter(quarter), quarter.code)


@blueprint.get("/consultations/<slug>/moderation-report")
@public
def of_consultation(slug: str) -> str:
    consultation = consultation_by_slug(g.council.id, slug)
    return render_template(
        "moderation/report.html",
        found=_of_consultation(consultation.id), consultation=consultation, quarter=None, quarters=[], threshold=_threshold(),
    )  # fmt: skip


@blueprint.get("/consultations/<slug>/moderation-report.csv")
@public
def file_of_consultation(slug: str) -> Response:
    consultation = consultation_by_slug(g.council.id, slug)
    return _file(_of_consultation(consultation.id), consultation.slug)


def _asked_quarter() -> Quarter:
    """Raises NotFound for a quarter that does not exist or has not begun."""
    text = request.args.get("quarter")
    quarter = Quarter.read(text) if text else Quarter.of(clock.today()).before
    if quarter is None or quarter.first > clock.today():
        raise NotFound()
    return quarter


def _quarters() -> list[Quarter]:
    found = [Quarter.of(clock.today())]
    while len(found) < QUARTERS:
        found.append(found[-1].before)
    return found


def _threshold() -> int:
    return int(current_app.config["SETTINGS"].suppression_threshold)


def _of_quarter(quarter: Quarter) -> Report:
    return report(report_queries.counted(g.council.id, bounds=quarter.bounds), WORDS, _threshold())


def _of_consultation(consultation_id: int) -> Report:
    return report(report_queries.counted(g.council.id, consultation_id=consultation_id), WORDS, _threshold())


def _file(found: Report, scope: str) -> Response:
    name = f"{g.council.slug}_moderation_{scope}.csv".lower()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(found, scope), mimetype="text/csv", headers=headers)
