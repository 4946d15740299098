"""Sessions: the row behind the cookie."""

from __future__ import annotations

from tests.factories.world import World
from tests.visitor import Visitor


def test_a_signed_in_visitor_sees_their_account(world: World, visitor: Visitor) -> None:
    visitor.sign_in(world.resident())
    page = visitor.get("/exampleton/services", inspect=False)
    assert page.status == 200
    with visitor.client.session_transaction() as cookie:
        assert cookie["_user_id"]
