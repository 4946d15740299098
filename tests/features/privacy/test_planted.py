"""A person's words are planted wherever they can leave some: all are in their download, and nowhere once they are gone.

Looked at are every cell of every table, what the log said at its most talkative, the mails that were sent, every key and value
of Redis, and the files of the instance, SQLite's own among them.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import redis
from flask import Flask
from sqlalchemy import select

from config.logging import OneLine
from config.settings import Settings
from participation import clock
from participation.accounts.models import Account, OutsideIdentity
from participation.application import create_app
from participation.commissioning.live.fold import fold
from participation.consultations import beside
from participation.extensions import clear_log, db
from participation.moderation.models import ModerationDecision
from participation.priorities.models import Priority
from participation.transactions import transaction
from participation.voting import exclusions, schedule
from participation.web.mail import deliver_due
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.features.priorities.test_photos import photo
from tests.features.voting.test_beside import asking
from tests.visitor import Visitor

HERE = "/exampleton/consultations/needs"
QUEUE = "/exampleton/manage/moderation"
PASSWORD = "zyxpassword lanterns harbour"
# What the council is told and must give back, by what it is.
TOLD = {
    "address": "zyxaddress@zyxdomain.example", "new address": "zyxnewaddress@zyxdomain.example",
    "name at the service": "zyxsubject-4711", "title": "ZYXTITLE of a need", "need": "ZYXNEED for everybody",
    "withdrawn": "ZYXWITHDRAWN by its author", "note": "ZYXNOTE of the moderator", "appeal": "ZYXAPPEAL of the author",
    "appeal of what stays": "ZYXSTAYAPPEAL", "answer": "ZYXANSWER to the author", "contest": "ZYXCONTEST of the voter",
    "comment": "ZYXCOMMENT on a need", "comment on an option": "ZYXOPTIONCOMMENT", "words of a photo": "ZYXPHOTO of a path",
    "changed title": "ZYXCHANGED title", "words beside a vote": "ZYXBESIDE the ballot",
}  # fmt: skip
# What it is told and keeps nowhere in a form that can be read.
# "First title" was changed before anybody read it.
UNREAD = {
    "first title": "ZYXFIRST", "password": "zyxpassword", "browser": "zyxbrowser", "hidden part": "ZYXHIDDEN",
    "network": "203.0.113.77",
}  # fmt: skip


@dataclass
class Planted:
    """The person, the application whose every part is watched, and where what it writes ends up."""

    app: Flask
    account_id: int
    visitor: Visitor
    log: io.StringIO
    files: Path

    def places(self) -> dict[str, str]:
        """Everything that is kept anywhere, as text, by place."""
        found = {"log": self.log.getvalue(), "files": _in_files(self.files)}
        settings = self.app.config["SETTINGS"]
        if settings.redis_url:
            found["redis"] = _in_redis(redis.from_url(settings.redis_url))
        else:
            found["files"] += _in_files(Path(settings.database_url.removeprefix("sqlite:///")).parent)
        for table in db.metadata.sorted_tables:
            found[table.name] = "\n".join(_plain(cell) for row in db.session.execute(select(table)) for cell in row)
        db.session.rollback()
        return found

    def where(self, markers: dict[str, str]) -> set[tuple[str, str]]:
        """(marker, place) of all that is found."""
        places = {place: text.casefold() for place, text in self.places().items()}
        return {
            (name, place) for name, marker in markers.items() for place in places if marker.casefold() in places[place]
        }


def _plain(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _in_files(folder: Path) -> str:
    return "\n".join(file.read_bytes().decode("latin-1") for file in folder.rglob("*") if file.is_file())


def _in_redis(store: redis.Redis) -> str:
    readers = {
        b"string": store.get, b"hash": store.hgetall, b"set": store.smembers, b"list": lambda key: store.lrange(key, 0, -1),
        b"zset": lambda key: store.zrange(key, 0, -1),
    }  # fmt: skip
    return "\n".join(_plain(key) + _plain(readers[store.type(key)](key)) for key in store.scan_iter())


@pytest.fixture
def watched(app: Flask, world: World, tmp_path: Path) -> Iterator[tuple[Flask, io.StringIO]]:
    """The application with its limits on, and everything it logs as production writes it."""
    settings, written = app.config["SETTINGS"], io.StringIO()
    if settings.redis_url:
        redis.from_url(settings.redis_url).flushall()
    handler = logging.StreamHandler(written)
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    world.council()
    yield create_app(replace(settings, rate_limits=True, checkpoints_dir=str(tmp_path / "checkpoints"))), written
    root.removeHandler(handler)
    root.setLevel(level)


def _moderator(app: Flask, world: World) -> Visitor:
    visitor = Visitor(app)
    visitor.sign_in(world.staff("moderator"))
    return visitor


def _registers(visitor: Visitor) -> Account:
    visitor.client.environ_base.update(
        {"REMOTE_ADDR": UNREAD["network"], "HTTP_USER_AGENT": "zyxbrowser/1.0 Firefox/140"}
    )
    visitor.get("/exampleton/register")
    visitor.submit("Create account", email=TOLD["address"], password=PASSWORD, postcode="EX1 1AA", declaration="y",
                   age_band="25-34", sex="Female")  # fmt: skip
    link = re.search(r"http://[^/\s]+(/\S+)", db.session.scalars(select(OutboxMail.body)).one())
    visitor.get(link[1])
    visitor.submit("Confirm and sign in", password=PASSWORD)
    return db.session.scalars(select(Account).where(Account.email == TOLD["address"])).one()


def _writes(visitor: Visitor, title: str, need: str) -> Priority:
    visitor.get(f"{HERE}/priorities/new")
    visitor.submit("Continue", title=title, need=need, group="env", ward="whole-council")
    visitor.submit("Send")
    return db.session.scalars(select(Priority).order_by(Priority.id.desc())).first()


def _appeals(visitor: Visitor, need: Priority, statement: str) -> None:
    visitor.get(f"/exampleton/account/priorities/{need.public_id}/appeal")
    assert "Your appeal" in visitor.submit("Send your appeal", statement=statement).main


@pytest.fixture
def planted(watched: tuple[Flask, io.StringIO], world: World, tmp_path: Path) -> Planted:
    """A resident who did everything that leaves words behind, through the pages wherever there is one."""
    app, log = watched
    world.consultation("needs", gather=(-3, 20))
    visitor = Visitor(app)
    account = _registers(visitor)
    refused = _writes(visitor, TOLD["title"], TOLD["need"])
    withdrawn = _writes(visitor, TOLD["withdrawn"], "More words.")
    changed = _writes(visitor, "ZYXFIRST title", "A crossing.")
    _changes_it_and_shows_it(visitor, f"{HERE}/priorities/{changed.public_id}")
    partly = _writes(visitor, "A night bus", "A bus. ZYXHIDDEN knows. At night.")
    _are_moderated(app, world, visitor, refused, partly)
    visitor.get(f"{HERE}/priorities/{withdrawn.public_id}/withdraw")
    visitor.submit("Withdraw it")
    others = world.priority(db.session.merge(refused).consultation, "A library")
    visitor.get(f"{HERE}/priorities/{others.public_id}/comment")
    visitor.submit("Send", stance="against", text=TOLD["comment"])
    world.consultation("choices", shape=(-1, 9), options=1)
    visitor.get("/exampleton/consultations/choices/options/option-1/comment")
    visitor.submit("Send", stance="for", text=TOLD["comment on an option"])
    visitor.get("/exampleton/account/email")
    visitor.submit("Send", email=TOLD["new address"], password=PASSWORD)
    _is_excluded_and_objects(world, account)
    service = OutsideIdentity(
        issuer="https://id.example", subject=TOLD["name at the service"], account_id=account.id, linked_at=clock.now()
    )
    with transaction():
        db.session.add(service)
        fold(clock.now())
    looker = Visitor(app)
    looker.sign_in(world.staff("commissioner"))
    assert looker.get("/exampleton/manage/live/needs").status == 200  # the cache of the live picture
    return Planted(app, account.id, visitor, log, tmp_path)


def _changes_it_and_shows_it(visitor: Visitor, need: str) -> None:
    visitor.get(f"{need}/edit")
    visitor.submit("Save and send to a moderator", title=TOLD["changed title"])
    page = visitor.get(f"{need}/photos")
    held = {name: page.soup.select_one(f"main input[name={name}]")["value"] for name in ("csrf_token", "version")}
    sent = {**held, "alt": TOLD["words of a photo"], "photo": (io.BytesIO(photo()), "a.jpg")}
    assert TOLD["words of a photo"] in visitor.post(f"{need}/photos", sent).html


def _are_moderated(app: Flask, world: World, author: Visitor, refused: Priority, partly: Priority) -> None:
    first, second = Visitor(app), Visitor(app)
    for moderator in (first, second):
        moderator.sign_in(world.staff("moderator"))
    first.get(f"{QUEUE}/{refused.public_id}")
    first.submit("Do not publish", reason="off_topic", note=TOLD["note"])
    first.get(f"{QUEUE}/{partly.public_id}/hide-part")
    first.submit(
        "Hide this part and publish the rest", passage="ZYXHIDDEN knows.", reason="personal_data", note="No names."
    )
    for need, statement in ((refused, TOLD["appeal"]), (partly, TOLD["appeal of what stays"])):
        author.get(f"/exampleton/account/priorities/{need.public_id}/appeal")
        author.submit("Send your appeal", statement=statement)
    second.get(f"{QUEUE}/appeals/{partly.public_id}")
    second.submit("Decide the appeal", outcome="upheld", answer=TOLD["answer"])


def _is_excluded_and_objects(world: World, account: Account) -> None:
    (voting, (words, *_)), officers = asking(world), [world.staff("moderator") for _ in range(2)]
    voting.cast(account.id, 0)
    with transaction():
        typed = {words: TOLD["words beside a vote"], f"{words}-use": "yes"}
        beside.keep(consultation_id=voting.consultation.id, account_id=account.id, typed=typed)
    with transaction():
        schedule.close_early(consultation=voting.consultation, reason_code="mistake", actor_id=officers[0].id)
        exclusions.exclude(
            consultation=voting.consultation, voter_id=account.id, reason_code="moved",
            requested_by=officers[0].id, decided_by=officers[1].id,
        )  # fmt: skip
    with transaction():
        exclusions.contest(consultation=voting.consultation, account_id=account.id, reason=TOLD["contest"])


def _deliver(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Send what waits, as the worker does; to whom."""
    sent: list[str] = []

    def hand_over(_settings: Settings, mails: list[OutboxMail]) -> Iterator[tuple[OutboxMail, None]]:
        for mail in mails:
            sent.append(mail.recipient)
            yield mail, None

    monkeypatch.setattr("participation.web.mail._handed_over", hand_over)
    deliver_due(app.config["SETTINGS"])
    return sent


@pytest.mark.slow
def test_all_is_in_the_download_and_nowhere_after_the_deletion(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = planted.visitor.get("/exampleton/account/data/download")
    assert [name for name, marker in TOLD.items() if marker not in page.html] == []
    found = planted.where(TOLD)
    assert {name for name, _ in found} == set(TOLD), "the search finds what is there"
    assert {place for _, place in found} & {"log", "redis"} == set()
    assert '"endpoint": "priorities.submit"' in planted.places()["log"], "silence would prove nothing"
    assert "participation-limits" in planted.places().get("redis", "participation-limits")
    assert {name for name, place in planted.where(UNREAD) if place != "files"} == set()

    planted.visitor.get("/exampleton/account/data/delete")
    page = planted.visitor.submit("Delete my account", password=PASSWORD, understood="y")
    assert "Your account is deleted" in page.text
    assert _deliver(planted.app, monkeypatch).count(TOLD["address"]) == 1, "the farewell is the last mail"
    clear_log()
    assert planted.where({**TOLD, **UNREAD}) == set()
    for path in ("/exampleton/", f"{HERE}/priorities", "/exampleton/consultations"):
        assert "zyx" not in planted.visitor.get(path).html.casefold()
    needs = db.session.scalars(select(Priority).order_by(Priority.id)).all()
    assert [(need.title, need.author_id is None) for need in needs] == [("A night bus", True), ("A library", False)]
    decisions = db.session.scalars(select(ModerationDecision)).all()
    assert {(one.action, one.reason_code, one.note) for one in decisions} == {("hide_part", "personal_data", "")}
