"""Pages about the council itself: its colours, its wards, and what the law wants said."""

from __future__ import annotations

from flask import Response, current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from participation.councils.ages import age_bars, age_rows
from participation.councils.forms import PostcodeForm
from participation.councils.map import ward_map
from participation.councils.queries import (
    look_up_postcode,
    people_by_age,
    people_by_age_of_ward,
    postcodes_of_ward,
    shown_postcode,
    ward_by_code,
    wards_of,
)
from participation.councils.scope import council_blueprint
from participation.web.access import public

blueprint = council_blueprint("council_pages", __name__)


@blueprint.get("/colours.css")
@public
def colours() -> Response:
    """The council's colour as a custom property: the stylesheet is the same for all councils."""
    response = Response(f":root{{--app-council-colour:{g.council.colour}}}\n", mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/wards")
@public
def wards() -> str:
    return _wards_page(PostcodeForm())


@blueprint.post("/wards")
@public
def find_ward() -> ResponseReturnValue:
    """From a postcode to its ward. A POST, so that nobody's postcode is kept in an address or a server's log."""
    form = PostcodeForm()
    if not form.validate():
        return _wards_page(form)
    answer = look_up_postcode(g.council.id, form.postcode.data)
    if answer.ward is None:
        shown = shown_postcode(answer.code or "")
        return render_template("councils/outside.html", postcode=shown, elsewhere=answer.elsewhere)
    return redirect(url_for("council_pages.ward", code=answer.ward.code), code=303)


def _wards_page(form: PostcodeForm) -> str:
    found = wards_of(g.council.id)
    return render_template("councils/wards.html", wards=found, map=ward_map(found), form=form)


@blueprint.get("/wards/<code>")
@public
def ward(code: str) -> str:
    """One ward: where it is and who lives there."""
    here = ward_by_code(g.council.id, code)
    rows = age_rows(people_by_age_of_ward(here.id), people_by_age(g.council.id))
    return render_template(
        "councils/ward.html",
        ward=here,
        map=ward_map(wards_of(g.council.id)),
        postcodes=postcodes_of_ward(here.id),
        ages=rows,
        bars_of_ages=age_bars(rows),
    )


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    return render_template("councils/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> str:
    return render_template("councils/privacy.html", cookie=current_app.config["SESSION_COOKIE_NAME"])
