"""What services cost: all of them, one of them, how they can be delivered, and the figures to take away."""

from __future__ import annotations

from flask import Response, g, render_template, request, url_for

from participation import clock, exports
from participation.budgets.comparison import comparison
from participation.budgets.delivery import deliverers, delivery_mix
from participation.budgets.document import figures
from participation.budgets.funding import funding
from participation.budgets.households import a_week
from participation.budgets.models import ServiceGroup
from participation.budgets.overview import is_ours, overview
from participation.budgets.profile import corrected, profile
from participation.budgets.queries import (
    contracts_of_council,
    contracts_of_group,
    corrections_of_group,
    council_tax_of,
    details_of_group,
    earlier_nets_of,
    group_by_code,
    groups_of,
    lines_of_group,
    newest_plan_of,
    outturns_of_council,
    people_counts_of,
    plans_of_council,
    statement_of,
)
from participation.budgets.tax import TAX_YEARS, council_tax
from participation.budgets.taxonomy import delivery_label, delivery_models, income_lines
from participation.budgets.voices import cycle_of, voices_about
from participation.councils.scope import council_blueprint
from participation.exports.formats import format_named
from participation.web.access import public

blueprint = council_blueprint("budgets", __name__, "/services")


def _address(group: ServiceGroup) -> str:
    return url_for("budgets.service", code=group.code)


@blueprint.get("")
@public
def index() -> str:
    """Where each pound goes, for the year asked for or the newest."""
    outturns = outturns_of_council(g.council.id)
    page = overview(
        groups=groups_of(g.council.id),
        outturns=outturns,
        earlier=earlier_nets_of(g.council.id),
        population=g.council.population,
        year=request.args.get("year") or None,
        address=_address,
    )
    mix = page and delivery_mix(
        groups=[row.group for row in page.rows],
        spent=[row for row in outturns if row.financial_year == page.year],
        contracts=contracts_of_council(g.council.id),
        today=clock.today(),
        address=_address,
    )
    money_in = funding(newest_plan_of(g.council.id, [line.asset_id for line in income_lines()]))
    return render_template(
        "budgets/index.html",
        page=page,
        mix=mix,
        tax=council_tax(council_tax_of(g.council.id, TAX_YEARS)),
        household=page and a_week(page.total.net, page.year, people_counts_of(g.council.id)),
        funding=money_in,
        formats=exports.FORMATS.values(),
    )


@blueprint.get("/<code>")
@public
def service(code: str) -> str:
    """One service: what it does, what it costs, where the money comes from, and how that changed."""
    group = group_by_code(g.council.id, code)
    outturns = [row for row in outturns_of_council(g.council.id) if row.group_id == group.id]
    if not is_ours(group, outturns):
        return render_template("budgets/elsewhere.html", group=group)
    page = profile(
        group=group,
        outturns=outturns,
        lines=lines_of_group(group.id),
        details=details_of_group(group.id),
        population=g.council.population,
        earlier=[row for row in earlier_nets_of(g.council.id) if row.group_id == group.id],
    )
    voices = voices_about(group.id, clock.now())
    beside = page and comparison(
        tier=g.council.tier, gss_code=g.council.gss_code, group_code=code, year=page.newest.financial_year
    )
    return render_template(
        "budgets/service.html",
        group=group,
        page=page,
        beside=beside,
        corrections=corrected(corrections_of_group(group.id)),
        voices=voices,
        cycle=cycle_of(voices.asked),
        delivered=deliverers(contracts_of_group(group.id), clock.today()),
        stated=statement_of(group.id),
        delivery_label=delivery_label,
        household=page and a_week(page.newest.net_pence, page.newest.financial_year, people_counts_of(g.council.id)),
    )


@blueprint.get("/ways-of-delivering")
@public
def delivery() -> str:
    """The ways a service can be delivered, in neutral words."""
    return render_template("budgets/delivery.html", models=delivery_models())


@blueprint.get("/figures/<name>")
@public
def download(name: str) -> Response:
    """All figures as a file of one of the export formats."""
    form = format_named(name)
    document = figures(
        council=g.council,
        groups=groups_of(g.council.id),
        outturns=outturns_of_council(g.council.id),
        plans=plans_of_council(g.council.id),
        made_on=clock.today(),
    )
    response = Response(form.write(document), mimetype=form.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=exports.file_name(document, name))
    return response
