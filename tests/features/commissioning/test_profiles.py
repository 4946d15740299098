"""Files for readers with a form of their own, and the page to print."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from participation.audit.models import AuditEvent
from participation.commissioning import downloads
from participation.commissioning.models import NeedsRecord, PlannedContract
from participation.consultations.models import Consultation
from participation.extensions import db
from tests.factories.world import World
from tests.features.commissioning.release_check import problems
from tests.features.commissioning.stage import SPENDING, freeze
from tests.visitor import Page, Visitor

CONTRACT = "/exampleton/manage/contracts/spending"


def download(visitor: Visitor, name: str) -> Page:
    return visitor.submit(f"Download: {downloads.FILES[name].title}")


def voices(body: bytes) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        return list(csv.DictReader(io.StringIO(package.read("community_voice.csv").decode())))


def plan(visitor: Visitor, ocid: str = "ocds-a1b2c3-PARKS-2027") -> Page:
    visitor.get(CONTRACT)
    return visitor.submit("Save", title="Care of parks", ocid=ocid, tender_on=["1", "3", "2027"])


def test_the_equality_file_is_the_table_of_the_whole_workbook(commissioner: Visitor, gathered: Consultation) -> None:
    commissioner.get(SPENDING)
    book = CalamineWorkbook.from_filelike(io.BytesIO(download(commissioner, "equality").response.data))
    assert book.sheet_names == ["Cover", "Contents", "Notes", "1_Equality_input"]
    rows = book.get_sheet_by_name("1_Equality_input").to_python()
    commissioner.get(SPENDING)
    whole = CalamineWorkbook.from_filelike(io.BytesIO(download(commissioner, "ods").response.data))
    name = next(name for name in whole.sheet_names if name.endswith("Equality_input"))
    assert rows == whole.get_sheet_by_name(name).to_python()
    assert any("Eastbrook" in row and "[c]" in row for row in rows)


def test_the_community_voice_has_needs_by_stage_of_life(commissioner: Visitor, gathered: Consultation) -> None:
    commissioner.get(SPENDING)
    rows = voices(download(commissioner, "jsna").response.data)
    lighting = {row["group"]: row for row in rows if row["need_statement"] == "Better street lighting"}
    assert lighting["All ages"]["people"] == "60"
    assert lighting["25-34"]["life_stage"] == "Live well"
    assert lighting["65+"]["life_stage"] == "Age well"
    assert lighting["16-24"]["life_stage"] == "Start well"
    assert lighting["16-24"]["people"] == ""
    assert {row["time_horizon_status"] for row in rows} == {"x"}
    chess = [row for row in rows if row["need_statement"] == "A chess club"]
    assert {row["people_status"] for row in chess} == {"c"}


def test_a_planning_release_follows_the_release_schema(
    app: Flask, commissioner: Visitor, gathered: Consultation
) -> None:
    assert "The planned contract is saved" in plan(commissioner).main
    made = freeze(commissioner)
    body = Visitor(app).get(f"/exampleton/needs/{made.public_id}/files/ocds").response.data
    package = json.loads(body)
    assert problems(package) == []
    [release] = package["releases"]
    assert (release["ocid"], release["tag"]) == ("ocds-a1b2c3-PARKS-2027", ["planning"])
    kinds = [document["documentType"] for document in release["planning"]["documents"]]
    assert kinds == ["needsAssessment"] * 4 + ["hearingNotice"]
    milestones = {one["id"]: one for one in release["planning"]["milestones"]}
    assert milestones["gather-closes"]["status"] == "met"
    assert milestones["tender"]["dueDate"].startswith("2027-03-01")
    assert "Better street lighting" in release["planning"]["rationale"]


def test_our_check_of_releases_finds_what_is_wrong(app: Flask, commissioner: Visitor, gathered: Consultation) -> None:
    plan(commissioner)
    made = freeze(commissioner)
    package = json.loads(Visitor(app).get(f"/exampleton/needs/{made.public_id}/files/ocds").response.data)
    release = package["releases"][0]
    del release["date"], package["publisher"]["name"]
    release["tag"] = ["thinking"]
    release["planning"]["documents"][0]["url"] = "somewhere"
    release["planning"]["milestones"][0]["status"] = "scheduled"
    release["planning"]["finalStatus"] = "x"
    release["date"] = "yesterday"
    assert len(problems(package)) == 7


def test_without_a_planned_contract_there_is_no_release(
    app: Flask, commissioner: Visitor, gathered: Consultation
) -> None:
    made = freeze(commissioner)
    anybody = Visitor(app)
    page = anybody.get(f"/exampleton/needs/{made.public_id}")
    assert downloads.FILES["ocds"].title not in page.main
    assert anybody.get(f"/exampleton/needs/{made.public_id}/files/ocds").status == 404
    plan(commissioner)
    assert downloads.FILES["ocds"].title in anybody.get(f"/exampleton/needs/{made.public_id}").main
    commissioner.get(CONTRACT)
    assert "No contract is planned" in commissioner.submit("No contract is planned any more").main
    assert anybody.get(f"/exampleton/needs/{made.public_id}/files/ocds").status == 404
    assert db.session.query(PlannedContract).count() == 0
    tags = [event.tag for event in db.session.query(AuditEvent)]
    assert tags.count("contract-planned") == 2


@pytest.mark.parametrize("ocid", ["", "parks", "ocds-a1-PARKS", "ocds-A1B2C3-PARKS", "ocds-a1b2c3-"])
def test_an_id_that_is_none_is_refused_and_what_was_typed_stays(
    commissioner: Visitor, gathered: Consultation, ocid: str
) -> None:
    page = plan(commissioner, ocid)
    assert page.errors
    assert page.soup.find(id="title")["value"] == "Care of parks"
    assert db.session.query(PlannedContract).count() == 0


def test_two_consultations_do_not_share_a_process(world: World, commissioner: Visitor, gathered: Consultation) -> None:
    plan(commissioner)
    world.consultation("roads", gather=(-9, -2))
    commissioner.get(CONTRACT.replace("spending", "roads"))
    page = commissioner.submit("Save", title="Roads", ocid="ocds-a1b2c3-PARKS-2027")
    assert page.errors == ["Enter an Open Contracting ID that no other consultation has"]


def test_the_page_to_print_has_every_table(app: Flask, commissioner: Visitor, gathered: Consultation) -> None:
    commissioner.get(SPENDING)
    preview = commissioner.follow("Everything on one page, to print")
    assert "Needs in order of the people who support them, part 1 of 3" in preview.main
    made = freeze(commissioner)
    page = Visitor(app).get(f"/exampleton/needs/{made.public_id}/print")
    lighting = next(row for row in page.rows("Needs in order") if "Better street lighting" in row)
    assert "60" in page.rows("Needs in order of the people who support them, part 2 of 3")[1]
    assert lighting[0] == "Better street lighting"
    assert made.digest in page.main
    assert page.soup.select("section h2#equality_input")


def test_what_the_signer_says_against_the_figures_is_part_of_the_record(
    app: Flask, commissioner: Visitor, gathered: Consultation
) -> None:
    commissioner.get(SPENDING)
    page = commissioner.submit(
        "Freeze this version", read="y", contrary="Complaints about lighting fell.", limits="It snowed.\n\nA lot."
    )
    assert "Complaints about lighting fell." in page.main
    made = db.session.query(NeedsRecord).one()
    page = Visitor(app).get(f"/exampleton/needs/{made.public_id}")
    assert "Evidence that points the other way" in page.main
    assert "It snowed." in page.main
    assert made.signed_digest in page.main


def test_a_form_with_an_error_keeps_what_the_signer_wrote(commissioner: Visitor, gathered: Consultation) -> None:
    commissioner.get(SPENDING)
    page = commissioner.submit("Freeze this version", contrary="Complaints fell.")
    assert page.errors == ["Tick the box to say that you have read the figures and their limits"]
    assert page.soup.find("textarea", {"name": "contrary"}).get_text().strip() == "Complaints fell."
