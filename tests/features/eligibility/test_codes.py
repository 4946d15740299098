"""Codes by post: made once in clear, used once, voided, returned, and reconciled."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import timedelta

import pikepdf
import pytest
from sqlalchemy import select

from participation import clock
from participation.accounts.models import Account
from participation.consultations.models import Consultation
from participation.eligibility import address_codes, printing, service
from participation.eligibility.models import AddressCode, EligibilityProof
from participation.eligibility.queries import reconciliation
from participation.eligibility.refusals import NotEligibleHere
from participation.eligibility.rules import Rule
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.votes import Voting
from tests.factories.world import World
from tests.visitor import Visitor

REFUSED = "This code is not right, was used, or is no longer valid. Check it, or ask us for a new one."


@pytest.fixture
def voting(world: World) -> Voting:
    """An open vote that needs a code."""
    world.council()
    made = Voting(world, launched=False)
    officer = world.staff("editor")
    with transaction():
        service.set_rule(consultation=made.consultation, rule=Rule(tier=2), actor_id=officer.id)
        made.consultation.state, made.consultation.launched_at = "launched", clock.now()
    return made


def codes(world: World, voting: Voting, *references: str) -> list[str]:
    officer = world.staff("administrator")
    with transaction():
        letters = address_codes.make(
            consultation=voting.consultation, addresses=[(one, ()) for one in references], kind="letters",
            actor_id=officer.id,
        )  # fmt: skip
        return [letter.code for letter in letters]


def enter(visitor: Visitor, code: str) -> list[str]:
    visitor.get("/exampleton/consultations/spending/code")
    return visitor.submit("Continue", code=code).errors


def counts(consultation: Consultation) -> list[tuple[int, int, int, int]]:
    return [(one.issued, one.used, one.void, one.returned) for one in reconciliation(consultation.id)]


def test_without_a_code_nobody_votes_and_with_one_they_do(world: World, voting: Voting, visitor: Visitor) -> None:
    ann = world.resident()
    with pytest.raises(NotEligibleHere) as refused:
        voting.cast(ann, 0)
    assert "code from the letter" in refused.value.message
    (code,) = codes(world, voting, "100021")
    visitor.sign_in(ann)
    assert "Enter the code from your letter" in visitor.get("/exampleton/consultations/spending").main
    assert enter(visitor, f"{code[:5].lower()}-{code[5:]} ") == []
    assert voting.cast(ann, 0).deposit.counts
    assert counts(voting.consultation) == [(0, 1, 0, 0)]


def test_a_code_works_once_and_who_used_it_is_not_kept(world: World, voting: Voting, visitor: Visitor) -> None:
    (code,) = codes(world, voting, "100021")
    visitor.sign_in(world.resident())
    enter(visitor, code)
    other = Visitor(visitor.client.application)
    other.sign_in(world.resident())
    assert enter(other, code) == [REFUSED]
    proof = db.session.scalars(select(EligibilityProof)).one()
    assert proof.household is None


def test_five_tries_a_day(world: World, voting: Voting, visitor: Visitor) -> None:
    (code,) = codes(world, voting, "100021")
    start = clock.now()
    visitor.sign_in(world.resident())
    with clock.frozen_at(start):
        for _ in range(5):
            assert enter(visitor, "AAAAA-AAAAA") == [REFUSED]
        assert enter(visitor, code) == ["You tried five codes today. Try again tomorrow, or ask us for help."]
    with clock.frozen_at(start + timedelta(days=1)):
        visitor.sign_in(world.resident("later@example.org"))
        assert enter(visitor, code) == []


def test_a_code_of_another_consultation_an_old_and_a_void_one_are_refused_alike(
    world: World, voting: Voting, visitor: Visitor
) -> None:
    (code, void) = codes(world, voting, "100021", "100022")
    officer = world.staff("administrator")
    with transaction():
        (again,) = address_codes.reissue(
            consultation=voting.consultation, reference="100022", lines=(), actor_id=officer.id
        )
    visitor.sign_in(world.resident())
    assert enter(visitor, void) == [REFUSED]
    with clock.frozen_at(clock.now() + timedelta(weeks=8, seconds=1)):
        late = Visitor(visitor.client.application)
        late.sign_in(world.resident())
        assert enter(late, code) == [REFUSED]
    assert enter(visitor, again.code) == []
    assert counts(voting.consultation) == [(1, 0, 1, 0), (0, 1, 0, 0)]


def test_one_of_a_household(world: World, visitor: Visitor) -> None:
    world.council()
    made, officer = Voting(world, launched=False), world.staff("editor")
    with transaction():
        service.set_rule(consultation=made.consultation, rule=Rule(tier=2, unit="household"), actor_id=officer.id)
        made.consultation.state, made.consultation.launched_at = "launched", clock.now()
    first, second = codes(world, made, "100021")[0], codes(world, made, "100021")[0]
    visitor.sign_in(world.resident())
    assert enter(visitor, first) == []
    other = Visitor(visitor.client.application)
    other.sign_in(world.resident())
    assert enter(other, second)[0].startswith("This consultation takes one answer from each household")
    assert counts(made.consultation) == [(0, 1, 0, 0), (1, 0, 0, 0)]


@pytest.fixture
def ada(world: World, voting: Voting, visitor: Visitor) -> Account:
    account = world.staff("administrator")
    visitor.sign_in(account)
    return account


ADDRESSES = "100021; The occupier; 1 High Street; EX1 1AA\n\n100022; =cmd|' /C calc'!A0; 2 High Street"
PATH = "/exampleton/manage/consultations/spending/eligibility/codes"


def test_a_list_for_a_mailing_house(visitor: Visitor, ada: Account) -> None:
    visitor.get(PATH)
    page = visitor.submit("Make the codes and download them", addresses=ADDRESSES, kind="letters", format="csv")
    rows = list(csv.reader(io.StringIO(page.html.removeprefix("\ufeff"))))
    assert rows[0] == ["reference", "code", "line 1", "line 2", "line 3"]
    assert rows[2][2].startswith("'=cmd")
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", row[1]) for row in rows[1:])
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "2 2 0 0 0" in " ".join(visitor.get(PATH).rows()[1][1:])


def test_letters_are_a_tagged_pdf(visitor: Visitor, ada: Account) -> None:
    visitor.get(PATH)
    page = visitor.submit("Make the codes and download them", addresses=ADDRESSES, kind="letters", format="pdf")
    assert page.response.mimetype == "application/pdf"
    body = page.response.get_data()
    assert body.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in body
    assert b"/Count 2" in body


@pytest.mark.parametrize(
    ("addresses", "error"),
    [
        ("", "Enter at least one address"),
        ("1; a\n1; b", "Line 2: the reference 1 is there twice."),
        ("; a", "Line 1: the reference must have 1 to 40 characters."),
    ],
)
def test_a_list_with_a_mistake_makes_nothing_and_is_kept(
    visitor: Visitor, ada: Account, addresses: str, error: str
) -> None:
    visitor.get(PATH)
    page = visitor.submit("Make the codes and download them", addresses=addresses, kind="letters", format="csv")
    assert page.errors == [error]
    assert page.soup.select_one("textarea").get_text().strip() == addresses.strip()
    assert db.session.query(AddressCode).count() == 0


def test_a_letter_that_came_back_and_one_sent_again(
    world: World, voting: Voting, visitor: Visitor, ada: Account
) -> None:
    codes(world, voting, "100021", "100022")
    visitor.get(PATH)
    assert "no longer works" in visitor.submit("It came back", reference="100021").main
    page = visitor.submit("Send a new letter", reference="100022", lines="The occupier; 2 High Street")
    assert page.response.mimetype == "application/pdf"
    assert counts(voting.consultation) == [(0, 0, 1, 1), (1, 0, 0, 0)]
    visitor.get(PATH)
    assert visitor.submit("It came back", reference="100021").errors == ["No unused letter has this reference."]
    visitor.get(PATH)
    assert visitor.submit("Send a new letter", reference="7").errors == ["No letter has this reference."]


def test_staff_record_a_check(world: World, voting: Voting, visitor: Visitor, ada: Account) -> None:
    ann = world.resident("ann@example.org")
    visitor.get(PATH)
    assert visitor.submit("Record that we checked them", email="nobody@example.org").errors == [
        "There is no confirmed resident account with this email address."
    ]
    assert "Recorded" in visitor.submit("Record that we checked them", email="Ann@example.org").main
    assert voting.cast(ann, 0).deposit.counts
    assert "1 resident was let in" in visitor.get(PATH).main


@pytest.mark.slow
def test_ten_thousand_codes_are_made_used_issued_again_and_add_up(
    world: World, voting: Voting, visitor: Visitor
) -> None:
    visitor.sign_in(world.staff("administrator"))
    page = "/exampleton/manage/consultations/spending/eligibility/codes"
    addresses = "\n".join(f"{number:05}; {number} High Street; SW2 1AA" for number in range(10_000))
    visitor.get(page)
    given = {"addresses": addresses, "kind": "letters"}
    one_more = {**given, "addresses": f"{addresses}\n10000; 1 Low Street"}
    assert visitor.submit("Make the codes", format="pdf", **one_more).errors == [
        "Enter 10,000 addresses or fewer at a time."
    ]
    answer = visitor.submit("Make the codes", format="csv", **given)
    rows = list(csv.DictReader(io.StringIO(answer.response.get_data().decode("utf-8-sig"))))
    made = {row["code"].replace("-", "") for row in rows}
    assert len(made) == 10_000
    everything = b"\n".join(
        cell if isinstance(cell, bytes) else cell.encode()
        for table in db.metadata.sorted_tables
        for row in db.session.execute(select(table))
        for cell in row
        if isinstance(cell, str | bytes)
    )
    db.session.rollback()
    assert not [word for word in re.findall(rb"[0-9A-Z]{10}", everything) if word.decode() in made]
    residents = world.residents(3)
    with transaction():
        for place, account_id in zip((0, 5_000, 9_999), residents, strict=True):
            address_codes.use(consultation=voting.consultation, account_id=account_id, typed=rows[place]["code"])
    for reference, button in (("00001", "It came back"), ("00002", "Send a new letter")):
        visitor.get(page)
        visitor.submit(button, reference=reference)
    assert counts(voting.consultation) == [(9_995, 3, 1, 1), (1, 0, 0, 0)]


def test_more_letters_than_fit_one_file_come_as_a_zip_piece_by_piece(
    visitor: Visitor, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every letter is in one of the files, in order; no more than one file is set before it is sent."""
    monkeypatch.setattr("participation.eligibility.manage.IN_ONE_FILE", 3)
    monkeypatch.setattr(printing, "IN_ONE_FILE", 3)
    visitor.get(PATH)
    lines = "\n".join(f"REF{number:02}; {number} High Street" for number in range(7))
    page = visitor.submit("Make the codes", addresses=lines, kind="letters", format="pdf")
    assert page.response.headers["Content-Disposition"] == 'attachment; filename="codes-spending.zip"'
    with zipfile.ZipFile(io.BytesIO(page.response.get_data())) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            f"codes-spending-{pages}.pdf" for pages in ("00001-to-00003", "00004-to-00006", "00007-to-00007")
        ]
        assert [len(pikepdf.open(io.BytesIO(archive.read(name))).pages) for name in archive.namelist()] == [3, 3, 1]


def test_letters_are_set_while_they_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    set_so_far: list[int] = []

    def one_file(_envelope: printing.Envelope, letters: list[address_codes.Letter]) -> bytes:
        set_so_far.append(len(letters))
        return b"%PDF" * 1000

    monkeypatch.setattr(printing, "letters_pdf", one_file)
    letters = [address_codes.Letter(str(number), (), "7K2QD9XWMT") for number in range(1200)]
    envelope = printing.Envelope("Council", "Title", "https://x", "c@x", clock.today(), clock.now())
    pieces = printing.letters_zip(envelope, letters, "codes")
    assert len(next(pieces)) > 4000
    assert set_so_far == [500]
    assert [len(piece) > 4000 for piece in pieces] == [True, True, False]
    assert set_so_far == [500, 500, 200]


def test_a_batch_whose_download_broke_off_is_stopped(visitor: Visitor, voting: Voting, world: World) -> None:
    used, lost = codes(world, voting, "1", "2")
    resident = world.resident()
    with transaction():
        address_codes.use(consultation=voting.consultation, account_id=resident.id, typed=used)
    other = codes(world, voting, "3")
    visitor.sign_in(world.staff("administrator"))
    visitor.get(PATH)
    page = visitor.submit("Stop unused ones")
    assert "1 code will not work any more" in page.text
    assert counts(voting.consultation) == [(0, 1, 1, 0), (1, 0, 0, 0)]
    visitor.sign_in(world.resident())
    assert enter(visitor, lost) == [REFUSED]
    assert enter(visitor, other[0]) == []
    visitor.sign_in(world.staff("administrator"))
    token = visitor.get(PATH).soup.select_one("input[name=csrf_token]")["value"]
    for path in ("nosuchbatch", "../../other/eligibility/codes/stop/x"):
        assert visitor.post(f"{PATH}/stop/{path}", {"csrf_token": token}).status == 404


def test_the_rule_is_set_on_its_page_while_it_is_a_draft(world: World, visitor: Visitor) -> None:
    world.consultation("spending", vote=(1, 2), state="draft")
    visitor.sign_in(world.staff("editor"))
    path = "/exampleton/manage/consultations/spending/eligibility"
    visitor.get(path)
    page = visitor.submit("Save who may take part", tier="1", unit="household")
    assert page.errors[0].startswith("“One for each household” needs")
    visitor.submit("Save who may take part", tier="2", unit="person", wards=[world.wards()[0].code], oldest="24")
    page = visitor.get(path)
    assert page.soup.select_one("input[name=tier][value='2']").has_attr("checked")
    with transaction():
        db.session.query(Consultation).one().state = "launched"
    page = visitor.get(path)
    assert "Northfield" in page.main
    assert "16 to 24" in page.main
    assert not page.soup.select("main form")


def test_who_lives_elsewhere_or_is_older_is_told_why(world: World) -> None:
    world.council()
    made, officer = Voting(world, launched=False), world.staff("editor")
    north = world.wards()[0]
    with transaction():
        service.set_rule(
            consultation=made.consultation, rule=Rule(wards=((north.id, north.name),), oldest=24), actor_id=officer.id
        )
        made.consultation.state, made.consultation.launched_at = "launched", clock.now()
    for person, said in (
        (world.resident(ward=world.wards()[1]), "people who live in Northfield, and you live in Southgate"),
        (world.resident(age_band="65+"), "people aged up to 24"),
    ):
        with pytest.raises(NotEligibleHere, match=said):
            made.cast(person, 0)
    assert made.cast(world.resident(age_band="16-24"), 0).deposit.counts
