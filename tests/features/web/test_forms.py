"""Our fields and widgets: what people type, what they see when it is wrong, and what hand-made posts can do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.datastructures import MultiDict

from participation.application import create_app
from participation.web import forms
from tests.conftest import settings_over


class EveryField(forms.Form):
    title = forms.text("Title", hint="In one sentence", rules=[forms.needed("Enter a title")])
    address = forms.email("Email address", rules=[forms.needed("Enter your email address")])
    secret = forms.password("Password", rules=[forms.needed("Enter your password")])
    story = forms.long_text("Story", limit=20, rules=[forms.needed("Enter a story")])
    count = forms.whole_number("Count", rules=[forms.needed("Enter a count"), forms.between(1, 9, "Enter 1 to 9")])
    cost = forms.pounds("Cost", rules=[forms.needed("Enter a cost")])
    one = forms.radios("One", [("a", "A"), ("b", "B")], rules=[forms.needed("Choose one")])
    maybe = forms.radios("Maybe", [("a", "A"), ("b", "B")])
    some = forms.checkboxes("Some", [("a", "A"), ("b", "B")], rules=[forms.needed("Choose some")])
    place = forms.select("Place", [("", "Choose"), ("n", "North")], rules=[forms.needed("Choose a place")])
    agree = forms.tick("I agree", rules=[forms.needed("Tick to agree")])
    day = forms.date_parts("Day", hint="For example, 27 3 2026", rules=[forms.needed("Enter a day")])
    later = forms.date_parts("Later", rules=[forms.Optional()])
    send = forms.submit("Send")


GOOD: dict[str, Any] = {
    "title": "T", "address": "ann@example.org", "secret": " pass word ", "story": "Once", "count": "7", "cost": "1,200.50",
    "one": "a", "some": ["a", "b"], "place": "n", "agree": "y", "day": ["27", "3", "2026"], "later": ["", "", ""],
}  # fmt: skip


@pytest.fixture(scope="module")
def plain_app() -> Flask:
    return create_app(settings_over("sqlite://"))


@pytest.fixture(autouse=True)
def _in_a_request(plain_app: Flask) -> Iterator[None]:
    with plain_app.test_request_context("/", method="POST"):
        yield


def filled(**changes: Any) -> EveryField:
    data = MultiDict({**GOOD, **changes})
    return EveryField(data, meta={"csrf": False})


def test_what_people_type_is_read() -> None:
    form = filled()
    assert form.validate(), form.errors
    assert form.secret.data == " pass word "
    assert (form.count.data, form.cost.data) == (7, 120050)
    assert (form.one.data, form.maybe.data, form.some.data) == ("a", None, ["a", "b"])
    assert (form.day.data, form.later.data) == (date(2026, 3, 27), None)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (["", "3", "2026"], "The date must include a day"),
        (["27", "", ""], "The date must include a month and a year"),
        (["31", "2", "2026"], "Enter a real date"),
        (["27", "3", "26"], "The year must have 4 numbers"),
        (["27", "3", "9999"], "The year must be between 1900 and 2199"),
        (["x", "3", "2026"], "Enter a real date"),
        (["27"], "The date must include a month and a year"),
        (["2026-03-27"], "The date must include a month and a year"),
        ([], "Enter a day"),
        (["", "", ""], "Enter a day"),
        (["", "", "", "27"], "Enter a day"),
        (["9" * 5000, "3", "2026"], "Enter a real date"),
        (["٢٧", "3", "٢٠٢٦"], "The year must have 4 numbers"),
    ],
)
def test_a_wrong_date_says_what_is_wrong_and_keeps_what_was_typed(parts: list[str], said: str) -> None:
    form = filled(day=parts)
    assert not form.validate()
    assert list(form.day.errors) == [said]
    boxes = BeautifulSoup(form.day(), "html.parser").select("input")
    assert [str(box.get("value", "")) for box in boxes] == [*parts, "", "", ""][:3]


@pytest.mark.parametrize(
    "parts", [["27", "March", "2026"], ["27", "mar", "2026"], ["27", "03", "2026"], [" 27 ", "3", "2026", "9"]]
)
def test_a_date_is_read_as_people_write_it(parts: list[str]) -> None:
    form = filled(day=parts)
    assert form.validate(), form.errors
    assert form.day.data == date(2026, 3, 27)


@pytest.mark.parametrize("typed", [" \t\n", "\u200b\u200b", "\u00a0\u2009", "\u202e\ufeff", "\u3164", "\u2800"])
def test_what_nobody_sees_fills_in_nothing(typed: str) -> None:
    form = filled(title=typed, story=typed)
    assert not form.validate()
    assert (form.title.errors, form.story.errors) == (["Enter a title"], ["Enter a story"])


def test_an_optional_date_that_is_half_filled_in_is_not_dropped_in_silence() -> None:
    form = filled(later=["", "3", "2026"])
    assert not form.validate()
    assert list(form.later.errors) == ["The date must include a day"]


@pytest.mark.parametrize(("typed", "said"), [
    ("", "Enter a count"), ("seven", "Enter a whole number, like 25"), ("1.5", "Enter a whole number, like 25"),
    ("9" * 400, "Enter a whole number, like 25"), ("99999999999", "The number must be 10,000,000,000 or smaller"),
    ("12", "Enter 1 to 9"), ("−3", "Enter 1 to 9"),
])  # fmt: skip
def test_a_wrong_number_says_what_is_wrong(typed: str, said: str) -> None:
    form = filled(count=typed)
    assert not form.validate()
    assert form.count.errors[0] == said


@pytest.mark.parametrize(("typed", "pence"), [("£1,200", 120000), ("75", 7500), ("75.50", 7550), (" £ 3 ", 300)])
def test_pounds_are_whole_pence(typed: str, pence: int) -> None:
    form = filled(cost=typed)
    assert form.validate(), form.errors
    assert form.cost.data == pence
    assert form.cost._value() == typed


@pytest.mark.parametrize("typed", ["75.5", "-3", "1e9", "nan", "99999999999.00"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    assert not filled(cost=typed).validate()


def test_stored_pounds_are_shown_for_editing() -> None:
    assert (forms_value(120050), forms_value(7500)) == ("1,200.50", "75")


def forms_value(pence: int) -> str:
    return str(EveryField(None, data={"cost": pence}, meta={"csrf": False}).cost._value())


def test_the_summary_links_each_message_to_an_input_that_is_there() -> None:
    form = EveryField(MultiDict(), meta={"csrf": False})
    assert not form.validate()
    page = BeautifulSoup("".join(str(field()) for field in form), "html.parser")
    lines = forms.summary_errors(form)
    assert [line["text"] for line in lines] == [
        "Enter a title", "Enter your email address", "Enter your password", "Enter a story", "Enter a count", "Enter a cost",
        "Choose one", "Choose some", "Choose a place", "Tick to agree", "Enter a day",
    ]  # fmt: skip
    for line in lines:
        target = page.select_one(line["href"])
        assert target is not None, line
        assert target.name in ("input", "textarea", "select"), line
    ids = {str(tag["id"]) for tag in page.select("[id]")}
    for tag in page.select("[aria-describedby]"):
        assert set(str(tag["aria-describedby"]).split()) <= ids
    assert not page.select(".govuk-hint:empty")


@pytest.mark.parametrize("name", ["one", "some", "place", "maybe"])
def test_an_answer_that_is_not_on_the_page_is_refused_in_our_words(name: str) -> None:
    form = filled(**{name: "made-up"})
    assert not form.validate()
    assert "on the page" in str(form[name].errors[0])


def test_hostile_labels_and_values_are_escaped() -> None:
    form = filled(title='"><script>alert(1)</script>', day=['"><b>', "3", "2026"])
    form.validate()
    assert "<script>" not in str(form.title())
    assert "<b>" not in str(form.day())


def test_a_json_body_is_not_a_form(plain_app: Flask) -> None:
    with plain_app.test_request_context("/", method="POST", json=["not", {"a": "form"}]):
        form = EveryField(meta={"csrf": False})
        assert not form.validate()
        assert form.title.data is None
