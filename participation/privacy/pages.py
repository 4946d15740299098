"""Beside the privacy notice, for everybody: every kind of data with its period, and the draft impact assessment."""

from __future__ import annotations

from flask import render_template

from participation.councils.scope import council_blueprint
from participation.extensions import db
from participation.privacy.impact import RISKS, TO_ADD
from participation.privacy.kept import OF_STAFF, PERSONAL, SPECIAL
from participation.web.access import public

blueprint = council_blueprint("privacy_pages", __name__, "/privacy")


@blueprint.get("/what-we-keep")
@public
def kept() -> str:
    return render_template("privacy/kept.html", personal=PERSONAL, columns=columns(), of_staff=OF_STAFF)


@blueprint.get("/impact-assessment")
@public
def impact() -> str:
    sensitive = [one for one in PERSONAL if one.basis == SPECIAL]
    return render_template("privacy/impact.html", risks=RISKS, to_add=TO_ADD, personal=PERSONAL, sensitive=sensitive)


def columns() -> dict[str, list[str]]:
    """Table -> its fields, as the schema has them."""
    return {one.table: list(db.metadata.tables[one.table].columns.keys()) for one in PERSONAL}
