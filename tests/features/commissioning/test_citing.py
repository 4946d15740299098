"""Figures at permanent addresses, and the decisions that rest on them."""

from __future__ import annotations

import pytest
from flask import Flask

from participation import clock
from participation.commissioning.figures import figures_of
from participation.commissioning.models import FigureCitation
from participation.commissioning.service import frozen_summary
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.priorities.models import Outcome, Priority
from participation.transactions import transaction
from tests.features.commissioning.stage import freeze
from tests.visitor import Visitor


@pytest.fixture
def decided(gathered: Consultation) -> Outcome:
    need = db.session.query(Priority).filter_by(title="Better street lighting").one()
    with transaction():
        outcome = Outcome(
            consultation_id=gathered.id, priority_id=need.id, answer="partly", reason="Two streets this year.", owner="Streets",
            status="planned", updated_at=clock.now(),
        )  # fmt: skip
        db.session.add(outcome)
        db.session.flush()
    return outcome


def lighting() -> str:
    return "need:" + db.session.query(Priority).filter_by(title="Better street lighting").one().public_id


def test_every_figure_has_a_page_of_its_own(app: Flask, commissioner: Visitor, gathered: Consultation) -> None:
    made = freeze(commissioner)
    anybody, figures = Visitor(app), list(figures_of(frozen_summary(made)))
    assert len({figure.name for figure in figures}) == len(figures)
    for figure in [*figures[:6], figures[-1]]:
        page = anybody.get(f"/exampleton/needs/{made.public_id}/figures/{figure.name}")
        assert page.h1 == figure.title
        assert figure.value in page.main
    assert anybody.get(f"/exampleton/needs/{made.public_id}/figures/need:nothing").status == 404


def test_a_hidden_figure_is_hidden_on_its_page_too(app: Flask, commissioner: Visitor, gathered: Consultation) -> None:
    made = freeze(commissioner)
    chess = db.session.query(Priority).filter_by(title="A chess club").one().public_id
    page = Visitor(app).get(f"/exampleton/needs/{made.public_id}/figures/need:{chess}")
    assert "Hidden" in page.main
    assert "Share" not in page.main


def test_a_decision_cites_a_figure_and_the_figure_lists_it(app: Flask, commissioner: Visitor, decided: Outcome) -> None:
    made = freeze(commissioner)
    path = f"/exampleton/needs/{made.public_id}/figures/{lighting()}"
    assert "No decision names this figure yet" in Visitor(app).get(path).main
    commissioner.get(path)
    page = commissioner.submit("Cite this figure")
    assert "Accepted in part. Two streets this year." in page.main
    commissioner.submit("Cite this figure")
    assert db.session.query(FigureCitation).count() == 1
    seen = Visitor(app).get(path)
    assert "Two streets this year." in seen.main
    assert "Cite this figure" not in seen.main
    commissioner.get(path)
    commissioner.submit("This decision does not rest on it (Better street lighting)")
    assert "No decision names this figure yet" in Visitor(app).get(path).main
    assert db.session.query(FigureCitation).one().withdrawn_at is not None


def test_an_outcome_shows_the_figures_it_rests_on_to_those_who_may_read_them(
    app: Flask, commissioner: Visitor, decided: Outcome, gathered: Consultation
) -> None:
    made = freeze(commissioner)
    path = f"/exampleton/needs/{made.public_id}/figures/{lighting()}"
    outcomes = f"/exampleton/consultations/{gathered.slug}/outcomes"
    assert "The figures it rests on" not in Visitor(app).get(outcomes).main
    commissioner.get(path)
    commissioner.submit("Cite this figure")
    anybody = Visitor(app)
    assert "People who support this need: 60" in anybody.get(outcomes).main
    assert anybody.follow("Better street lighting, version 1 of the needs summary").path == path
    assert anybody.follow("Better street lighting").path == outcomes
    with transaction():
        db.session.get(Consultation, gathered.id).state = "withdrawn"
    assert "The figures it rests on" not in Visitor(app).get(outcomes).main


def test_the_page_of_a_need_leads_to_its_figure(app: Flask, commissioner: Visitor, decided: Outcome) -> None:
    made = freeze(commissioner)
    anybody = Visitor(app)
    anybody.get(f"/exampleton/needs/{made.public_id}/needs/{lighting().partition(':')[2]}")
    assert anybody.follow("The figure at its permanent address").h1 == "Better street lighting"


def test_a_decision_about_something_else_cannot_be_cited(commissioner: Visitor, decided: Outcome) -> None:
    made = freeze(commissioner)
    path = f"/exampleton/needs/{made.public_id}/figures/{lighting()}"
    token = commissioner.get(path).soup.find("input", {"name": "csrf_token"})["value"]
    address = f"/exampleton/manage/citations/{made.public_id}/{lighting()}/cite"
    for outcome in ("999999", "", "x", "99999999999999999999"):
        assert commissioner.post(address, {"csrf_token": token, "outcome": outcome}).status == 404
