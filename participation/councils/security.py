"""How to tell us of a weakness: a page for people, and `security.txt` for those who look for it (RFC 9116)."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from participation import clock
from participation.councils.queries import all_councils
from participation.councils.scope import council_blueprint
from participation.web.access import public
from participation.web.mail import public_link

page = council_blueprint("security", __name__, "/security")
well_known = Blueprint("well_known", __name__, url_prefix="/.well-known")

# A year at most by the standard; short, so that a forgotten copy does not mislead.
LIVES = timedelta(days=90)


@page.get("")
@public
def show() -> ResponseReturnValue:
    return render_template("councils/security.html")


@well_known.get("/security.txt")
@public
def security_txt() -> Response:
    """Contacts of every council that this service is run for."""
    councils = all_councils()
    until = (clock.now() + LIVES).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    lines = [f"Contact: mailto:{council.contact_email}" for council in councils]
    lines += [f"Policy: {public_link('security.show', council_slug=council.slug)}" for council in councils]
    canonical = f"{current_app.config['SETTINGS'].public_url}/.well-known/security.txt"
    text = "\n".join([*lines, f"Expires: {until}", "Preferred-Languages: en, cy", f"Canonical: {canonical}", ""])
    return Response(text, mimetype="text/plain")
