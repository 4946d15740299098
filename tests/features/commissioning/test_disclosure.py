"""One policy for every channel: what one hides all hide, and nothing that is shown together gives a hidden number back."""

from __future__ import annotations

import ast
import csv
import io
import itertools
import json
import random

import pulp
import pytest
from flask import Flask

from config.settings import ROOT
from participation.commissioning import downloads, policy
from participation.commissioning.gather import gather
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.needs import summarise
from participation.needs.figures import Figure
from participation.needs.summary import Summary
from participation.transactions import transaction
from participation.voting import publication
from participation.voting.definition import definition_of
from participation.voting.models import BoardTracker
from tests.factories.votes import Voting
from tests.factories.world import World
from tests.features.commissioning.stage import SPENDING, Kind, freeze, need, population, residents, vote
from tests.pure.commissioning.test_attack import pinned
from tests.visitor import Page, Visitor

THRESHOLD = 10
# Every way out of the commissioning feature, and the channel of `policy.CHANNELS` it belongs to.
DOORS = {
    "citing_manage.cite": "decisions and their figures",
    "citing_manage.withdraw": "decisions and their figures",
    "commissioning.figure": "decisions and their figures",
    "commissioning.file": "residents' page and its files",
    "commissioning.group": "ward page",
    "commissioning.latest": "residents' page and its files",
    "commissioning.need": "frozen version",
    "commissioning.needs": "frozen version",
    "commissioning.print_page": "page to print",
    "commissioning.record": "frozen version",
    "commissioning_manage.by_service": "commissioner's dashboard",
    "commissioning_manage.dashboard": "commissioner's dashboard",
    "commissioning_manage.download": "files of the preview and of a frozen version",
    "commissioning_manage.download_version": "files of the preview and of a frozen version",
    "commissioning_manage.follow": "commissioner's dashboard",
    "commissioning_manage.freeze": "live preview",
    "commissioning_manage.group": "ward page",
    "commissioning_manage.need": "live preview",
    "commissioning_manage.needs": "live preview",
    "commissioning_manage.part": "commissioner's dashboard",
    "commissioning_manage.print_page": "page to print",
    "commissioning_manage.summary": "live preview",
    "exporting.content": "files made in the background",
    "exporting.file": "files made in the background",
    "exporting.files": "files made in the background",
    "feed.about": "feed",
    "feed.figures": "feed",
    "feed.openapi": "feed",
    "feed.summaries": "feed",
    "feed.summary": "feed",
    "live_manage.live": "live picture",
}
# Of these, every page is about texts and who reads them: they show numbers of needs, never of people.
OF_TEXTS = ("theme_manage.", "quote_manage.")
# Keys of the feed, contracts, and what is the same as in an earlier round: no figure is on their pages.
WITHOUT_FIGURES = ("feed_manage.", "contract_manage.", "linking_manage.")
# What every kind of file is made of. A new kind has to be put here, and its making looked at.
MADE_OF = {
    **dict.fromkeys(
        ("xlsx", "ods", "csv", "zip", "pdf", "json", "equality", "jsna"), "the document of a disclosed summary"
    ),
    "ocds": "findings of a published version and addresses of its files",
    "pb": "the board of the vote, which is public: ballots without anything about who cast them",
}


def test_every_way_out_is_a_known_channel(app: Flask) -> None:
    """Every address whose code is in the commissioning feature, whatever its blueprint is called."""
    ours = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if app.view_functions[rule.endpoint].__module__.startswith("participation.commissioning")
    }
    texts = {endpoint for endpoint in ours if endpoint.startswith(OF_TEXTS)}
    assert ours - texts - {one for one in ours if one.startswith(WITHOUT_FIGURES)} == set(DOORS)
    elsewhere = {"themes and quotes", "participation needs export", "result page and its tables by group"}
    assert {*DOORS.values(), *elsewhere} == set(policy.CHANNELS)
    assert set(downloads.FILES) == set(MADE_OF)


def test_only_the_policy_makes_a_summary() -> None:
    """No other module of the service calls the engine that decides what may be seen, or rounds what it gave."""
    makers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "participation").rglob("*.py")
        if path.relative_to(ROOT).parts[1] != "needs"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom | ast.Import)
        and {"summarise", "in_steps", "totals_in_steps", "rounding"} & {alias.name for alias in node.names}
    }
    assert makers == {"participation/commissioning/policy.py"}


def test_published_ballots_say_nothing_of_who_cast_them(world: World, visitor: Visitor) -> None:
    consultation, wards = world.consultation(gather=(-30, -9), vote=(-8, -2), options=3), world.wards()
    population(wards)
    voters = residents(wards, Kind(30, 0, "25-34", "Female"), Kind(30, 1, "65+", "Male"))
    held = vote(consultation, voters, [["option-1"]] * 30 + [["option-2"]] * 30)
    with transaction():
        db.session.add(BoardTracker(vote_id=held.vote_id, batch=1, tracker="tracker"))
    body = downloads.bytes_of(downloads.source_of(consultation, None), "pb").decode()
    ballots = body[body.index("VOTES") :].splitlines()[1:]
    assert not {"age", "sex", "district", "neighborhood", "subunit"} & set(ballots[0].split(";"))
    assert len(ballots) == 61
    assert not any(words in body for words in ("Female", "25-34", wards[0].name, wards[0].code))


def both_channels(voting: Voting) -> dict[str, list[tuple[int, int | None]]]:
    """By dimension and group, what the result's tables and a needs summary each say of how many voted; (slack, number)."""
    vote, consultation = voting.vote, voting.consultation
    file = publication.file_named(
        "breakdowns.csv", vote=vote, consultation=consultation, definition=definition_of(vote, consultation)
    )
    found: dict[str, dict[str, list[tuple[int, int | None]]]] = {}
    for row in csv.DictReader(io.StringIO(file.content.decode())):
        if row["option"] == "":
            code = row["category"].replace("not-stated", "not_stated")
            found.setdefault(row["breakdown"], {})[code] = [(0, int(row["votes"]) if row["votes"] else None)]
    for table in policy.disclosed(gather(consultation)).participation:
        if table.activity == "vote" and table.dimension in found:
            for line in table.rows:
                said = found[table.dimension].setdefault(line.code, [])
                said.append((2, None if line.people.value is None else int(line.people.value)))
    return found


@pytest.mark.filterwarnings("ignore::DeprecationWarning:pulp", "ignore:.*PuLP 4.0:DeprecationWarning")
def test_the_tables_of_a_vote_and_a_summary_of_it_pin_nothing_together(world: World) -> None:
    """3 women, 30 men and 15 who did not say: one channel would hide those who did not say beside the 3, the other the men.

    And 4 of the men had no view, so that the channels would not even count the same people.
    """
    voting = Voting(world, breakdowns=["ward", "sex"], max_total_pence=None)
    for place in range(48):
        sex = "Female" if place < 3 else "Male" if place < 33 else None
        account = world.resident(ward=world.wards()[place % 2], sex=sex)
        if 3 <= place < 7:
            voting.send(account, {"approval-instead": ["no-view"]})
        else:
            voting.cast(account, place % 3)
    voting.finish()
    for dimension, groups in both_channels(voting).items():
        problem, hidden = pulp.LpProblem(dimension), {}
        people = {code: pulp.LpVariable(f"n{place}", 0) for place, code in enumerate(groups)}
        problem += pulp.lpSum(people.values()) == 44
        for code, said in groups.items():
            if all(number is None for _, number in said):
                hidden[code] = people[code] + 0
            for slack, number in said:
                if number is not None:
                    problem += people[code] >= number - slack
                    problem += people[code] <= number + slack
        assert pinned(problem, hidden) == {}, (dimension, groups)
        assert (len(hidden) > 1) is (dimension == "sex")
        # A number that one of them hides is hidden in the other as well.
        assert all(len({number is None for _, number in said}) == 1 for said in groups.values())


def made_up(world: World, seed: int) -> Consultation:
    """A consultation with few people, unevenly spread, so that most tables have something to hide."""
    draw = random.Random(seed)
    consultation, wards, groups = world.consultation(gather=(-30, -2)), world.wards(), world.groups()
    population(wards)
    bands, sexes = ("16-24", "25-34", "35-49", "50-64", "65+", None), ("Female", "Male", None)
    kinds = [
        Kind(draw.choice((0, 1, 3, 8, 15, 30)), ward, draw.choice(bands), draw.choice(sexes))
        for ward in range(3)
        for _ in range(4)
    ]
    people = residents(wards, Kind(12, 0), *kinds)
    for place in range(4):
        need(consultation, groups[place % 3], f"Need {place}", draw.sample(people, draw.randrange(len(people) + 1)))
    return consultation


def said(figure: Figure) -> str:
    return "Hidden" if not figure.shown and figure.status == "c" else str(figure.value)


@pytest.mark.parametrize("seed", range(3))
def test_no_channel_shows_more_than_another(world: World, visitor: Visitor, seed: int) -> None:
    consultation = made_up(world, seed)
    visitor.sign_in(world.staff("commissioner"))
    made = freeze(visitor)
    frozen, summary = made.public_id, Summary.from_json(made.body)
    assert policy.figures_digest(policy.disclosed(gather(consultation))) == policy.figures_digest(summary)
    page = visitor.get(f"/exampleton/needs/{frozen}")
    files = {}
    for name in ("csv", "json"):
        visitor.page = page
        files[name] = visitor.submit("Download: One figure" if name == "csv" else "Download: Data").response.data
    tables = {table["name"]: table["rows"] for table in json.loads(files["json"])["tables"]}
    lines = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    for table in summary.participation:
        name = f"who_took_part_{table.activity}_{table.dimension}"
        shown = {row[0]: row[1] for row in page.rows(f"by {table.dimension.partition('_')[0]}")[1:]}
        told = {row["code"]: row["people"] for row in tables[name]}
        listed = {r["row"]: r["value"] or r["status"] for r in lines if (r["table"], r["column"]) == (name, "people")}
        for row in table.rows:
            hidden = not row.people.shown
            assert shown[row.name] == said(row.people)
            assert told[row.code] == ({"missing": "c"} if hidden else row.people.value)
            assert listed[row.code] == ("c" if hidden else str(row.people.value))
            assert all(not figure.shown for figure in (row.share, row.gap, row.ratio, row.rate) if hidden)
    assert_no_bar_for_what_is_hidden(page)
    for table in summary.breakdowns:
        for place, head in enumerate(table.heads):
            group = visitor.get(
                f"/exampleton/needs/{frozen}/group?of={table.dimension}:{head.code}".replace("+", "%2B")
            )
            cells = {row[0]: row[2] for title in ("strongest", "other needs") for row in rows_of(group, title)}
            cells |= {
                line.get_text().replace(", Whole", " Whole"): "Hidden"
                for line in group.soup.select("main ul.govuk-list--bullet li")
            }
            told = {f"{row.title} Whole council": said(row.people[place]) for row in table.rows}
            assert cells == (told if set(told.values()) - {"Hidden"} else {})
            assert_no_bar_for_what_is_hidden(group)
        for row in table.rows:
            one = visitor.get(f"/exampleton/needs/{frozen}/needs/{row.code}")
            cells = {line[0]: line[1] for line in rows_of(one, f"by {table.dimension_name.lower()}")}
            told = {head.name: said(figure) for head, figure in zip(table.heads, row.people, strict=True)}
            assert cells == (told if set(told.values()) - {"Hidden"} else {})


def rows_of(page: Page, title: str) -> list[list[str]]:
    """The rows of every table with this in its caption, without the headings."""
    found = []
    for table in page.soup.find_all("table"):
        if table.caption and title in table.caption.get_text():
            lines = [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in table("tr")]
            found.extend(lines[1:])
    return found


def assert_no_bar_for_what_is_hidden(page: Page) -> None:
    for line in page.soup.select(".app-bars__row"):
        if "Hidden" in line.get_text():
            assert line.select_one("rect")["width"] == "0%"


@pytest.mark.parametrize("seed", range(8))
def test_the_shown_figures_do_not_give_a_hidden_one_back(world: World, seed: int) -> None:
    """Tries every way the hidden people can be spread that fits all that is shown; each cell keeps a wide range.

    Even for a reader who knew every shown number before it was rounded.
    """
    summary = summarise(gather(made_up(world, seed)), threshold=THRESHOLD)
    heads = {}
    for table in summary.participation:
        hidden = [row.code for row in table.rows if not row.people.shown]
        pool = people_of(summary) - sum(int(row.people.value) for row in table.rows if row.people.shown)
        assert len(hidden) != 1
        assert pool >= THRESHOLD or not hidden
        heads[table.dimension] = (hidden, pool)
    for table in summary.breakdowns:
        secret, pool = heads[table.dimension]
        for row in table.rows:
            if people_of(summary) - int(row.total.value) < THRESHOLD:
                # Nearly everybody chose it, and the total says so; no group may say more.
                assert not any(figure.shown for figure in row.people)
            else:
                assert_wide(table.heads, row, secret, pool)


def people_of(summary: Summary) -> int:
    return int(summary.people_with_priorities.value)


def assert_wide(heads, row, secret: list[str], pool: int) -> None:
    """Each hidden "how many of this group chose it" could be small or could be the threshold and more."""
    places = [place for place, figure in enumerate(row.people) if not figure.shown]
    if not places:
        return
    left = int(row.total.value) - sum(int(figure.value) for figure in row.people if figure.shown)
    tops = [pool if heads[place].code in secret else int(heads[place].people.value) for place in places]
    ranges = [(max(0, left - (sum(tops) - top)), min(top, left)) for top in tops]
    for low, high in ranges:
        assert high - low >= THRESHOLD, (row.title, places, ranges)
        assert high >= THRESHOLD


def test_two_versions_laid_side_by_side_tell_of_nobody(world: World, visitor: Visitor) -> None:
    """Whatever was frozen in between, the numbers of two versions are equal or differ by the threshold and more."""
    consultation, wards, groups = world.consultation(gather=(-30, 5)), world.wards(), world.groups()
    population(wards)
    visitor.sign_in(world.staff("commissioner"))
    need(consultation, groups[0], "First", residents(wards, Kind(40, 0, "25-34", "Male"), Kind(40, 1, "65+", "Female")))
    draw, kept = random.Random(7), []
    for step in range(12):
        newcomers = residents(wards, Kind(draw.choice((1, 2, 5, 12)), draw.randrange(3), "35-49", "Female"))
        need(consultation, groups[0], f"Another {step}", newcomers)
        visitor.get(SPENDING)
        page = visitor.submit("Freeze this version", read="y")
        assert page.status in (200, 409)
        if page.status == 200:
            kept.append(page)
    db.session.expire_all()
    bodies = db.session.execute(db.text("SELECT body FROM needs_record ORDER BY version")).scalars().all()
    totals = [int(Summary.from_json(body).people_with_priorities.value) for body in bodies]
    assert len(bodies) == len(kept) > 1
    assert all(abs(one - other) >= THRESHOLD for one, other in itertools.combinations(totals, 2))
