"""The page of signs of sign-up floods."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from participation.accounts.signals import FEWEST, groups
from participation.councils.scope import council_blueprint
from participation.web.access import Permission, staff

blueprint = council_blueprint("signals_manage", __name__, "/manage/signals")


@blueprint.get("")
@staff(Permission.RUN_VOTES, Permission.ADMINISTER, Permission.READ_AUDIT)
def index() -> ResponseReturnValue:
    return render_template("accounts/signals.html", groups=groups(g.council.id), fewest=FEWEST)
