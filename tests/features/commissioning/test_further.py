"""A consultation's page leads to its needs summary, from the moment residents may read one."""

from __future__ import annotations

from participation.consultations.models import Consultation
from tests.features.commissioning.stage import freeze
from tests.visitor import Visitor

LINK = "Read the summary of what residents need that councillors are given"
PAGE = "/exampleton/consultations/spending"


def test_the_link_is_there_once_a_version_is_frozen(gathered: Consultation, commissioner: Visitor) -> None:
    assert LINK not in commissioner.get(PAGE).links()
    freeze(commissioner)
    commissioner.get(PAGE)
    page = commissioner.follow(LINK)
    assert page.status == 200
    assert "/needs/" in page.path
