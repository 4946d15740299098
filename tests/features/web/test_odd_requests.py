"""What no browser of ours sends, at every address: refused, and never a fault of the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from participation.accounts.roles import Role
from participation.web.addresses import LARGEST
from tests.architecture.site import Sample, doors, furnished
from tests.factories.world import World
from tests.security.checks import sent
from tests.visitor import Visitor

LONG = "9" * 3000
# Larger than a column, than what SQLite can hold, and than any number; a sign, and digits of another script.
NUMBERS = (LARGEST + 1, 2**31, 2**63, 10**30, -1, "٣", "0x1")
QUERY = "page=%ff%fe&page=2&page[]=3&q=%00&next=%0d%0aSet-Cookie:%20a=b&show=%ff&order=" + LONG
BODIES = (
    ("application/x-www-form-urlencoded; charset=nonsense", b"title=%ff%fe&title=2&\xff=\xff"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff../a"\r\n\r\nabc\r\n--x--',
    ),
)  # fmt: skip
HEADERS = {
    "Accept": "\xff;q=zz", "Accept-Language": "x" * 3000, "User-Agent": "\xff" * 300, "If-None-Match": '"\xff',
    "Authorization": "Bearer \xff", "Range": "bytes=0-1,99999999999999999999-",
}  # fmt: skip
METHODS = ("OPTIONS", "PROPFIND")
OFFICER = tuple(role.value for role in Role if role is not Role.ADMINISTRATOR)


@pytest.fixture
def site(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> Sample:
    monkeypatch.setattr("participation.web.pacing.EVEN_SECONDS", 0.0)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return furnished(world)


@pytest.fixture
def officer(app: Flask, world: World, site: Sample) -> Visitor:
    """Somebody of the staff before whom few doors are shut."""
    visitor = Visitor(app)
    visitor.sign_in(world.staff(*OFFICER))
    return visitor


def _token(visitor: Visitor) -> str:
    return str(visitor.get("/exampleton/consultations").soup.select_one("input[name=csrf_token]")["value"])


def _numbered(app: Flask, sample: Sample) -> Iterator[tuple[str, str]]:
    """method, path of every address with a number in it, for each number."""
    for door in doors(app, sample):
        rule = next(rule for rule in app.url_map.iter_rules(door.endpoint))
        for name, converter in rule._converters.items():
            if not hasattr(converter, "num_convert"):
                continue
            values = {one: sample.value(door.endpoint, one) for one in rule.arguments} | {name: "77777"}
            path = app.url_map.bind("localhost").build(door.endpoint, {**values, name: 77777})
            yield from ((door.method, path.replace("77777", str(number))) for number in NUMBERS)


def test_a_number_that_no_column_holds_is_not_found(app: Flask, site: Sample, officer: Visitor) -> None:
    token = {"csrf_token": _token(officer)}
    asked = list(_numbered(app, site))
    assert len({path for _, path in asked}) >= 8 * len(NUMBERS)
    for method, path in asked:
        status = sent(officer.client, method, path, data=token if method == "POST" else None).status_code
        assert status in (403, 404), (method, path, status)


# What SQLite takes and PostgreSQL does not is tried in tests/security, on PostgreSQL.
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_address_fails_whatever_is_sent_to_it(app: Flask, site: Sample, officer: Visitor) -> None:
    token = {"X-CSRFToken": _token(officer)}
    for door in doors(app, site):
        if "/sign-out" in door.path or "/signed-in/end" in door.path:
            continue
        if door.method == "GET":
            answers = [sent(officer.client, "GET", f"{door.path}?{QUERY}", headers=HEADERS)]
            answers += [sent(officer.client, method, door.path) for method in METHODS]
        else:
            answers = [
                sent(officer.client, "POST", door.path, data=body, content_type=kind, headers=token)
                for kind, body in BODIES
            ]
        for answer in answers:
            assert answer.status_code < 500, (answer.request.method, door.path, answer.status_code)
            assert "a=b" not in answer.headers.get("Set-Cookie", ""), door.path


def test_a_file_sent_as_text_is_no_file(app: Flask, world: World, site: Sample) -> None:
    """A form posted without its encoding, as some tools do: the field of the file holds a name."""
    author = world.resident()
    need = world.priority(world.consultation("walks", gather=(-1, 3)), "A bench", state="waiting", author=author)
    photos = f"/exampleton/consultations/walks/priorities/{need.public_id}/photos"
    asked = [
        (world.staff("administrator"), "/exampleton/manage/figures", {"file": "figures.csv", "check": "y"}),
        (author, photos, {"photo": "bench.jpg", "alt": "A bench", "version": "1"}),
    ]
    for account, path, fields in asked:
        visitor = Visitor(app)
        visitor.sign_in(account)
        page = visitor.get(path)
        token = str(page.soup.select_one("main input[name=csrf_token]")["value"])
        answer = sent(visitor.client, "POST", path, data={"csrf_token": token, **fields})
        assert answer.status_code in (200, 422), (path, answer.status_code)
        assert "There is a problem" in answer.text
