"""The public security page and security.txt (RFC 9116)."""

from __future__ import annotations

from datetime import datetime, timedelta

from participation import clock
from tests.factories.world import World
from tests.visitor import Visitor


def test_security_txt_has_what_the_standard_asks(world: World, visitor: Visitor) -> None:
    world.council()
    page = visitor.get("/.well-known/security.txt")
    assert page.response.mimetype == "text/plain"
    fields = dict(line.split(": ", 1) for line in page.html.splitlines())
    assert fields["Contact"] == "mailto:contact@exampleton.example"
    assert fields["Policy"] == "http://127.0.0.1:5000/exampleton/security"
    expires = datetime.fromisoformat(fields["Expires"])
    assert clock.now() + timedelta(days=30) < expires < clock.now() + timedelta(days=365)


def test_the_page_is_linked_from_every_page(world: World, visitor: Visitor) -> None:
    world.council()
    visitor.get("/exampleton/sign-in")
    assert visitor.follow("Security").h1 == "Security"
    assert "mailto:contact@exampleton.example" in visitor.page.html
