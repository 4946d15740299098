"""The outbox page: in development only, of this council only, with links that can be followed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from participation.transactions import transaction
from participation.web.mail import write_mail
from tests.factories.world import World
from tests.visitor import Visitor


def written(council_id: int, count: int = 1, body: str = "Hello") -> None:
    with transaction():
        for number in range(count):
            key, subject = f"{council_id}:{number}", f"Mail {number}"
            write_mail(key=key, recipient="ann@example.org", subject=subject, body=body, council_id=council_id)


def test_mails_are_listed_and_read(world: World, visitor: Visitor) -> None:
    written(world.council().id, body="Open this: http://127.0.0.1:5000/exampleton/wards?a=1&b=2\n<b>not bold</b>")
    page = visitor.get("/exampleton/mails")
    assert page.rows()[1][:2] == ["Mail 0", "ann@example.org"]
    page = visitor.follow("Mail 0")
    assert "<b>not bold</b>" in page.main
    assert (
        page.links()["http://127.0.0.1:5000/exampleton/wards?a=1&b=2"]
        == "http://127.0.0.1:5000/exampleton/wards?a=1&b=2"
    )


def test_the_list_is_paged_newest_first(world: World, visitor: Visitor) -> None:
    written(world.council().id, 30)
    assert visitor.get("/exampleton/mails").rows()[1][0] == "Mail 29"
    assert visitor.follow("Next page").rows()[-1][0] == "Mail 0"


def test_another_councils_mails_are_not_there(world: World, visitor: Visitor) -> None:
    written(world.council().id)
    other = world.council("otherham")
    written(other.id, body="of Otherham")
    assert len(visitor.get("/exampleton/mails").rows()) == 2
    theirs = next(href for text, href in visitor.get("/otherham/mails").links().items() if text == "Mail 0")
    assert visitor.get(theirs).status == 200
    assert visitor.get(theirs.replace("otherham", "exampleton")).status == 404
    assert visitor.get("/exampleton/mails/99999999999999999999").status == 404


@pytest.mark.parametrize("changes", [
    {"smtp": "mail.example:587"},
    {"environment": "production", "secret_key": "s" * 40, "ballot_secret": "b" * 40, "smtp": "mail.example:587",
     "public_url": "https://example.org", "trusted_hosts": ("example.org", "localhost"), "rate_limits": True},
])  # fmt: skip
def test_the_outbox_is_not_there_when_mails_are_sent(
    app: Flask, world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object]
) -> None:
    written(world.council().id)
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **changes))  # type: ignore[arg-type]  # by field
    assert visitor.get("/exampleton/mails").status == 404
    assert visitor.get("/exampleton/mails/1").status == 404
