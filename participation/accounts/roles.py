"""Staff roles and what each may do. A role is granted by an administrator; residents have none."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from participation.web.access import Permission


class Role(StrEnum):
    MODERATOR = "moderator"
    EDITOR = "editor"
    COMMISSIONER = "commissioner"
    RETURNING_OFFICER = "returning-officer"
    KEY_HOLDER = "key-holder"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


ROLE_NAMES: dict[Role, str] = {
    Role.MODERATOR: "Moderator",
    Role.EDITOR: "Consultation editor",
    Role.COMMISSIONER: "Commissioner",
    Role.RETURNING_OFFICER: "Returning officer",
    Role.KEY_HOLDER: "Key-holder",
    Role.ADMINISTRATOR: "Administrator",
    Role.AUDITOR: "Auditor",
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    # In a small council the moderator runs the consultation from draft to result; larger ones part the roles.
    Role.MODERATOR: frozenset({Permission.EDIT_CONSULTATIONS, Permission.MODERATE, Permission.RUN_VOTES}),
    Role.EDITOR: frozenset({Permission.EDIT_CONSULTATIONS}),
    Role.COMMISSIONER: frozenset({Permission.SEE_NEEDS}),
    Role.RETURNING_OFFICER: frozenset({Permission.RUN_VOTES}),
    Role.KEY_HOLDER: frozenset({Permission.HOLD_KEYS}),
    Role.ADMINISTRATOR: frozenset({Permission.ADMINISTER}),
    Role.AUDITOR: frozenset({Permission.READ_AUDIT}),
}


# Given by two administrators: whoever holds one of these could change who holds power over a vote.
TWO_PERSON = frozenset({Role.ADMINISTRATOR, Role.RETURNING_OFFICER, Role.KEY_HOLDER})


def conflict(roles: Iterable[Role]) -> bool:
    """Whether one person may not have these together: who makes accounts neither runs a vote nor holds a key of its box."""
    held = set(roles)
    powers = {permission for role in held for permission in PERMISSIONS[role]}
    return Permission.ADMINISTER in powers and (Permission.RUN_VOTES in powers or Role.KEY_HOLDER in held)


def permissions_of(roles: list[str]) -> frozenset[Permission]:
    """All that the roles allow together; an unknown role allows nothing."""
    known = [Role(role) for role in roles if role in set(Role)]
    return frozenset().union(*(PERMISSIONS[role] for role in known))
