"""The feed: read only, by key, and never more than residents can read; and webhooks that can be checked."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from flask import Flask

from participation import clock
from participation.commissioning import service
from participation.commissioning.feed import published, tokens, webhooks
from participation.commissioning.feed.models import FeedToken, Webhook, WebhookDelivery
from participation.commissioning.figures import figures_of
from participation.commissioning.models import NeedsRecord
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.transactions import transaction
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.features.commissioning.stage import Kind, freeze, need, residents, vote
from tests.pure.exports.schema_check import problems
from tests.visitor import Visitor

API = "/exampleton/api/v1"


def key(world: World, *scopes: str) -> str:
    council, admin = world.here.id, world.staff("administrator").id
    with transaction():
        _, text = tokens.make(
            council_id=council, name="Open data", scopes=scopes or ("summaries", "figures"), account_id=admin, now=clock.now(),
        )  # fmt: skip
    return text


def ask(app: Flask, path: str, token: str | None) -> tuple[int, dict]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = app.test_client().get(path if path.startswith(API) else API + path, headers=headers)
    db.session.rollback()
    return answer.status_code, answer.get_json()


def test_published_versions_with_their_tables(
    app: Flask, world: World, commissioner: Visitor, gathered: Consultation
) -> None:
    made = freeze(commissioner)
    token = key(world)
    status, page = ask(app, "/summaries", token)
    assert status == 200
    assert [(one["id"], one["digest"], one["supersedes"]) for one in page["items"]] == [
        (made.public_id, made.digest, None)
    ]
    assert page["next"] is None
    _, whole = ask(app, f"/summaries/{made.public_id}", token)
    page = Visitor(app).get(f"/exampleton/needs/{made.public_id}/files/json")
    assert whole["document"] == json.loads(page.response.data)


def test_figures_come_in_pages_and_hidden_ones_are_never_numbers(
    app: Flask, world: World, commissioner: Visitor, gathered: Consultation
) -> None:
    made = freeze(commissioner)
    token, found, path = key(world), [], f"/summaries/{made.public_id}/figures?limit=7"
    while path:
        status, page = ask(app, path, token)
        assert status == 200
        assert len(page["items"]) <= 7
        found += page["items"]
        path = page["next"] and page["next"].replace("http://localhost", "")
    assert [one["name"] for one in found] == [one.name for one in figures_of(service.frozen_summary(made))]
    chess = next(one for one in found if one["title"] == "A chess club")
    assert chess["value"] == {"missing": "c"}
    assert next(one for one in found if one["title"] == "Better street lighting")["value"] == 60


def test_developers_find_a_page_whose_examples_are_the_answers(
    app: Flask, world: World, commissioner: Visitor, gathered: Consultation
) -> None:
    anybody = Visitor(app)
    page = anybody.get(API)
    assert '{"items": [], "next": null}' in page.main
    made = freeze(commissioner)
    page = anybody.get(f"/exampleton/needs/{made.public_id}")
    page = anybody.get(page.soup.find("a", string="Read these figures with a program")["href"])
    assert page.soup.find("footer").find("a", string="Data for developers")["href"] == API
    shown = {one["aria-label"]: one.get_text() for one in page.soup.select("div.app-scroll[aria-label]")}
    token = key(world)
    assert json.loads(shown["An answer with one version"]) == ask(app, "/summaries", token)[1]
    named = {one["name"]: one for one in ask(app, f"/summaries/{made.public_id}/figures?limit=100", token)[1]["items"]}
    examples = json.loads(shown["An answer with figures"])["items"]
    assert len(examples) == 2
    assert all(named[one["name"]] == one for one in examples)
    assert {"missing": "c"} in [one["value"] for one in examples]
    assert json.loads(shown["An answer that refuses"]) == ask(app, "/summaries", None)[1]
    since = shown["A request for what changed"].split(API)[1].strip('"')
    status, answer = ask(app, since, token)
    assert (status, [one["id"] for one in answer["items"]]) == (200, [made.public_id])
    assert json.loads(shown["What is posted"]) == json.loads(webhooks.body_of(made))
    assert "fewer than 10 people are hidden" in page.main
    assert ask(app, "/openapi.json", None)[1]["externalDocs"]["url"].endswith(API)


def test_the_code_that_checks_a_signature_does(app: Flask, world: World) -> None:
    world.here  # noqa: B018  the council must exist
    page, found = Visitor(app).get(API), {}
    exec(page.soup.select_one('div[aria-label="Code that checks a signature"] pre').get_text(), found)
    body, header = '{"id": "ŵ"}', webhooks.signature("secret", 1_000_000, '{"id": "ŵ"}')
    is_ours = found["is_ours"]
    assert is_ours(body.encode(), header, "secret", now=1_000_010)
    assert not is_ours(body.encode(), header, "secret", now=1_000_400)
    assert not is_ours(body.encode() + b" ", header, "secret", now=1_000_010)
    assert not is_ours(body.encode(), header, "another", now=1_000_010)


def test_what_residents_cannot_read_is_not_there(app: Flask, world: World, commissioner: Visitor) -> None:
    """The rule of lists, in SQL, is the rule of single pages, at every moment of a consultation's life."""
    now = clock.now()
    made = []
    for slug, changes in (
        ("open", {"gather": (-9, 9)}),
        ("closed", {"gather": (-9, -2)}),
        ("voting", {"gather": (-30, -20), "vote": (-9, -2), "options": 2}),
        ("counted", {"gather": (-30, -20), "vote": (-9, -2), "options": 2}),
        ("withdrawn", {"gather": (-9, -2), "state": "withdrawn"}),
    ):
        consultation = world.consultation(slug, **changes)
        if slug == "counted":
            people = residents(world.wards(), Kind(12, 0))
            vote(consultation, people, [["option-1"]] * 12)
        for version, at in ((1, now - timedelta(days=3)), (2, now)):
            made.append(
                NeedsRecord(
                    public_id=f"{slug}{version}",
                    consultation_id=consultation.id,
                    version=version,
                    body="{}",
                    digest="0" * 64,
                    signed_digest="0" * 64,
                    created_at=at,
                )
            )
    with transaction():
        db.session.add_all(made)
    later = now + timedelta(seconds=5)
    listed = {one.public_id for one in db.session.scalars(published.published_records(world.here.id, later))}
    everything = db.session.query(NeedsRecord).all()
    assert listed == {one.public_id for one in everything if service.is_public(one, one.consultation, later)}
    assert listed >= {"closed2"}
    assert not {"open1", "open2", "voting1", "voting2", "withdrawn2"} & listed
    token = key(world)
    assert ask(app, "/summaries/open2", token)[0] == 404


def test_changes_since_and_paging_find_each_version_once(
    app: Flask, world: World, commissioner: Visitor, gathered: Consultation
) -> None:
    first = freeze(commissioner)
    need(gathered, world.groups()[0], "Trees", residents(world.wards(), Kind(40, 0, "25-34", "Female")))
    second = freeze(commissioner)
    assert (first.version, second.version) == (1, 2)
    token = key(world)
    _, page = ask(app, "/summaries?limit=1", token)
    assert [one["id"] for one in page["items"]] == [first.public_id]
    _, following = ask(app, page["next"].replace("http://localhost", ""), token)
    assert [(one["id"], one["supersedes"]) for one in following["items"]] == [(second.public_id, first.public_id)]
    since = first.created_at.isoformat().replace("+00:00", "Z")
    _, page = ask(app, f"/summaries?changed_since={since}", token)
    assert [one["id"] for one in page["items"]] == [second.public_id]


@pytest.mark.parametrize(
    "path",
    ["/summaries?limit=0", "/summaries?limit=x", "/summaries?limit=101", "/summaries?changed_since=yesterday",
     "/summaries?changed_since=2026-01-01T00:00:00"],
)  # fmt: skip
def test_questions_that_make_no_sense_are_told_so_as_data(app: Flask, world: World, path: str) -> None:
    status, problem = ask(app, path, key(world))
    assert (status, problem["title"]) == (422, "That cannot be asked")


def test_a_key_is_needed_and_reads_only_its_scope(
    app: Flask, world: World, commissioner: Visitor, gathered: Consultation
) -> None:
    made = freeze(commissioner)
    assert ask(app, "/summaries", None)[0] == 401
    assert ask(app, "/summaries", "pfeed_wrong")[0] == 401
    assert ask(app, "/summaries", key(world, "figures"))[0] == 403
    assert ask(app, f"/summaries/{made.public_id}/figures", key(world, "summaries"))[0] == 403
    token = key(world)
    stranger = world.council("elsewhere")
    answer = app.test_client().get(f"/{stranger.slug}/api/v1/summaries", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    with transaction():
        for made_key in db.session.query(FeedToken):
            made_key.expires_at = made_key.created_at + timedelta(microseconds=1)
    assert ask(app, "/summaries", token)[0] == 401


def test_the_description_says_what_the_feed_answers(
    app: Flask, world: World, commissioner: Visitor, gathered: Consultation
) -> None:
    made = freeze(commissioner)
    status, description = ask(app, "/openapi.json", None)
    assert (status, description["openapi"]) == (200, "3.1.0")
    rules = {rule.rule.split("/api/v1")[1] for rule in app.url_map.iter_rules() if rule.endpoint.startswith("feed.")}
    assert {path.replace("{id}", "<public_id>") for path in description["paths"]} == rules - {"", "/openapi.json"}
    schemas, token = description["components"]["schemas"], key(world)
    _, page = ask(app, "/summaries", token)
    assert problems(page["items"][0], schemas["Summary"]) == []
    _, whole = ask(app, f"/summaries/{made.public_id}", token)
    assert problems(whole, schemas["WholeSummary"]) == []
    _, figures = ask(app, f"/summaries/{made.public_id}/figures", token)
    assert all(problems(one, schemas["Figure"]) == [] for one in figures["items"])


def test_nothing_can_be_written_through_the_feed(app: Flask, world: World) -> None:
    client, token = app.test_client(), key(world)
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(client, method)(f"{API}/summaries", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code in (400, 405)


def test_an_administrator_makes_and_takes_back_keys(app: Flask, world: World) -> None:
    world.here  # noqa: B018  the council must exist before its staff
    admin = Visitor(app)
    admin.sign_in(world.staff("administrator"))
    admin.get("/exampleton/manage/feed")
    page = admin.submit("Make a key", name="Open data", scopes=["summaries"])
    text = page.soup.select_one("code").get_text()
    assert text.startswith("pfeed_")
    assert ask(app, "/summaries", text)[0] == 200
    assert text not in admin.get("/exampleton/manage/feed").html
    admin.submit("Take back Open data")
    assert ask(app, "/summaries", text)[0] == 401
    assert admin.submit("Make a key", name="", scopes=None).errors == [
        "Enter who will use the key",
        "Choose what the key may read",
    ]


@pytest.fixture
def allowed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = dataclasses.replace(app.config["SETTINGS"], webhook_hosts=("hooks.example",))
    monkeypatch.setitem(app.config, "SETTINGS", settings)


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/x", "https://other.example/x", "https://hooks.example:8443/", "https://u:p@hooks.example/",
     "https://hooks.example.evil.test/", "file:///etc/passwd", "https://[", "https://127.0.0.1/"],
)  # fmt: skip
def test_an_address_that_the_settings_do_not_name_is_refused(app: Flask, world: World, allowed: None, url: str) -> None:
    assert not webhooks.is_allowed(url, app.config["SETTINGS"])
    world.here  # noqa: B018  the council must exist before its staff
    admin = Visitor(app)
    admin.sign_in(world.staff("administrator"))
    admin.get("/exampleton/manage/feed")
    page = admin.submit("Add the address", url=url)
    assert "Enter an https address" in page.errors[0]
    assert db.session.query(Webhook).count() == 0


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """What was sent, and what the other side answers next: the one place where the network is not there."""
    sent: list[dict] = []

    class Answer:
        status_code = 200

    def post(url: str, **given: object) -> Answer:
        sent.append({"url": url, **given})
        answer = Answer()
        answer.status_code = 500 if len(sent) == 1 else 204
        return answer

    monkeypatch.setattr(webhooks.requests, "post", post)
    return sent


def test_an_address_is_told_once_with_a_signature_it_can_check(
    app: Flask, world: World, allowed: None, posted: list[dict], commissioner: Visitor, gathered: Consultation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    settings = app.config["SETTINGS"]
    council, admin = world.here.id, world.staff("administrator").id
    with transaction():
        hook = webhooks.add(
            council_id=council, url="https://hooks.example/told", account_id=admin,
            now=clock.now(), settings=settings,
        )  # fmt: skip
        secret = webhooks.secret_of(hook, settings)
    made = freeze(commissioner)
    assert webhooks.deliver_due(settings) == webhooks.Sent(0, 1)
    assert webhooks.deliver_due(settings) == webhooks.Sent(0, 0)
    with transaction():
        db.session.query(WebhookDelivery).update({"due_at": clock.now()})
    assert webhooks.deliver_due(settings) == webhooks.Sent(1, 0)
    assert webhooks.deliver_due(settings) == webhooks.Sent(0, 0)
    [_, sent] = posted
    assert (sent["url"], sent["allow_redirects"]) == ("https://hooks.example/told", False)
    body = sent["data"].decode()
    moment, _, mac = sent["headers"]["X-Participation-Signature"].removeprefix("t=").partition(",v1=")
    assert mac == hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    assert (json.loads(body)["id"], json.loads(body)["digest"]) == (made.public_id, made.digest)
    assert db.session.query(WebhookDelivery).one().attempts == 2


def test_nobody_is_told_of_a_version_residents_cannot_read(
    app: Flask, world: World, allowed: None, commissioner: Visitor
) -> None:
    consultation = world.consultation(gather=(-9, 9))
    need(consultation, world.groups()[0], "Trees", residents(world.wards(), Kind(40, 0)))
    council, admin = world.here.id, world.staff("administrator").id
    with transaction():
        webhooks.add(
            council_id=council, url="https://hooks.example/told", account_id=admin,
            now=clock.now(), settings=app.config["SETTINGS"],
        )  # fmt: skip
    freeze(commissioner)
    assert db.session.query(WebhookDelivery).count() == 0


def test_who_follows_a_service_is_told_but_not_of_their_own_signature(
    world: World, app: Flask, commissioner: Visitor, gathered: Consultation
) -> None:
    other, account = Visitor(app), world.staff("commissioner", email="other@council.example")
    other.sign_in(account)
    for visitor in (other, commissioner):
        visitor.get("/exampleton/manage/needs/by-service/cul")
        assert "You will be told" in visitor.submit("Follow this service").main
    made = freeze(commissioner)
    mails = db.session.query(OutboxMail).filter(OutboxMail.key.like("needs:%")).all()
    assert [mail.recipient for mail in mails] == ["other@council.example"]
    assert made.public_id in mails[0].body
    other.get("/exampleton/manage/needs/by-service/cul")
    other.submit("Stop following this service")
