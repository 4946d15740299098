"""`insert_unless_there` says whether it inserted, on both databases, whatever the primary key."""

from __future__ import annotations

from participation import clock
from participation.accounts.models import Account
from participation.extensions import db, insert_unless_there
from participation.moderation.models import ModerationConflict
from participation.transactions import transaction
from participation.web.mail import write_mail
from participation.web.models import OutboxMail
from tests.factories.world import World


def test_the_first_is_told_from_the_second(world: World) -> None:
    council = world.council()
    with transaction():
        mail = {"key": "once", "recipient": "ann@example.org", "subject": "Once", "body": "Only once."}
        assert [write_mail(**mail), write_mail(**mail)] == [True, False]
        person = {"council_id": council.id, "kind": "resident", "email": "a@example.org", "email_canonical": "a@example.org",
                  "created_at": clock.now()}  # fmt: skip
        unique = ("council_id", "email_canonical")
        assert [insert_unless_there(Account, person, unique=unique) for _ in range(2)] == [True, False]
    assert db.session.query(OutboxMail).count() == 1


def test_with_a_key_of_two_columns(world: World) -> None:
    need = world.priority(world.consultation("spending", gather=(-3, 20)))
    values = {"priority_id": need.id, "moderator_id": world.staff("moderator").id, "declared_at": clock.now()}
    with transaction():
        unique = ("priority_id", "moderator_id")
        assert [insert_unless_there(ModerationConflict, values, unique=unique) for _ in range(2)] == [True, False]
