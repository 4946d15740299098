"""Access marks: every view says who may use it, and the application does not start with one that does not.

    @blueprint.get("/services")
    @public
    def services(): ...

    @blueprint.post("/priorities")
    @resident
    def submit(): ...

    @blueprint.get("/manage/moderation")
    @staff(Permission.MODERATE)
    def queue(): ...

A dangerous act of staff says so as well, and then asks for a second step that is at most five minutes old:

    @blueprint.post("/manage/consultations/<slug>/vote/open")
    @staff(Permission.RUN_VOTES)
    @step_up
    def open_box(slug): ...

The mark is enforced before the view runs. An account counts only within its own council.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from flask import Flask, g, request
from flask_login import current_user

from participation import clock
from participation.errors import NotAllowed, SecondStepNeeded, SignInNeeded

# How long a second step counts as fresh for dangerous acts.
FRESH = timedelta(minutes=5)

View = TypeVar("View", bound=Callable[..., object])


class Permission(StrEnum):
    """What staff may do. Which role has which is in `accounts.roles`."""

    EDIT_CONSULTATIONS = "edit-consultations"
    MODERATE = "moderate"
    RUN_VOTES = "run-votes"
    SEE_NEEDS = "see-needs"
    ADMINISTER = "administer"
    READ_AUDIT = "read-audit"
    HOLD_KEYS = "hold-keys"


@dataclass(frozen=True, slots=True)
class Access:
    """`kind` is public, keyed, half_signed_in, signed_in, resident or staff; `permissions` are those of which staff need one."""

    kind: str
    permissions: tuple[Permission, ...] = ()


def _marked(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]  # the mark travels on the function
    return view


def public(view: View) -> View:
    """Anybody."""
    return _marked(view, Access("public"))


def signed_in(view: View) -> View:
    """Any signed-in account of this council."""
    return _marked(view, Access("signed_in"))


def half_signed_in(view: View) -> View:
    """Council staff, also while their second step is still to come: the pages of that step."""
    return _marked(view, Access("half_signed_in"))


def keyed(view: View) -> View:
    """Whoever sends a key that the view asks for and checks itself; no account counts."""
    return _marked(view, Access("keyed"))


def resident(view: View) -> View:
    """A signed-in resident of this council; staff accounts cannot take part."""
    return _marked(view, Access("resident"))


def staff(*permissions: Permission) -> Callable[[View], View]:
    """A signed-in member of staff with one of these permissions."""
    return lambda view: _marked(view, Access("staff", permissions))


def step_up(view: View) -> View:
    """A dangerous act: staff confirm with a second step that it is still them, unless they did so in the last minutes.

    Mark only views that also answer to a form: what was sent is kept while the code is asked for.
    """
    view.step_up = True  # type: ignore[attr-defined]  # the mark travels on the function
    return view


def access_of(app: Flask, endpoint: str) -> Access | None:
    if endpoint == "static":
        return Access("public")
    found: Access | None = getattr(app.view_functions[endpoint], "access", None)
    return found


def refuse_unmarked(app: Flask) -> None:
    """Raise RuntimeError naming every view without an access mark."""
    unmarked = sorted(name for name in app.view_functions if access_of(app, name) is None)
    if unmarked:
        raise RuntimeError(f"views without an access mark: {', '.join(unmarked)}")


def here() -> bool:
    """Whether the visitor is signed in to the council this page belongs to."""
    if not current_user.is_authenticated:
        return False
    council = g.get("council")
    return council is None or current_user.council_id == council.id


def may_take_part() -> bool:
    """Whether to invite the visitor to take part: anybody but council staff, who never vote or submit; for templates."""
    return not (here() and current_user.is_staff)


def may(permission: Permission) -> bool:
    """Whether the visitor is staff of this council with this permission; for views and templates."""
    return here() and permission in current_user.permissions


def enforce(app: Flask) -> None:
    """The `before_request` check. Raises SignInNeeded, SecondStepNeeded or NotAllowed."""
    if request.endpoint is None:
        return
    access = access_of(app, request.endpoint)
    if access is None or access.kind in ("public", "keyed"):
        return
    if not here():
        raise SignInNeeded()
    if access.kind == "half_signed_in":
        if not current_user.is_staff:
            raise NotAllowed()
        return
    if current_user.is_staff and not current_user.second_step_done:
        raise SecondStepNeeded()
    if access.kind == "resident" and not current_user.is_resident:
        raise NotAllowed("Staff accounts cannot take part. Sign in with a resident account.")
    if access.kind == "staff" and not any(permission in current_user.permissions for permission in access.permissions):
        raise NotAllowed()
    if getattr(app.view_functions[request.endpoint], "step_up", False) and not _fresh():
        raise SecondStepNeeded()


def _fresh() -> bool:
    """Whether the visitor proved a moment ago that it is them."""
    if not current_user.is_staff or current_user.password_suffices:
        return True
    proved_at = current_user.proved_at
    return proved_at is not None and clock.now() - proved_at <= FRESH
