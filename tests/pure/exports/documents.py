"""Documents to try writers on."""

from __future__ import annotations

from datetime import date

from participation.exports import Column, Document, Missing, Note, Table

NASTY = ["=1+1", "+44 20", "-5", "@SUM(A1)", "\t=1", "\r=1", ' =HYPERLINK("http://x")', "＝1+1", "|calc"]


def document() -> Document:
    return Document(
        title="Resident needs summary: Parks & roads",
        made_on=date(2026, 11, 22),
        publisher="Testshire Council",
        facts=(("Council", "Testshire Council"), ("Status", "final, version 2")),
        paragraphs=("First paragraph.",),
        licence="Open Government Licence v3.0",
        licence_url="https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        version_id="abc",
        file_stem="testshire_parks_needs_2026-11-22_v2",
        notes=(Note(1, "Small numbers are hidden."), Note(2, "A share is a proportion.")),
        tables=(
            Table(
                name="who_took_part",
                title="Who took part",
                description="260 people took part.",
                source="Census 2021",
                key=("code",),
                label="ward",
                columns=(
                    Column("code", "Code"),
                    Column("ward", "Ward"),
                    Column("people", "People", "number", notes=(1,)),
                    Column("share", "Share", "share", notes=(2,), places=1),
                    Column("cost", "Cost", "pence"),
                    Column("day", "Day", "date"),
                ),
                rows=(
                    ("E1", "Abbey", 1234, 0.1234, 123_456, date(2026, 3, 1)),
                    ("E2", "Bridge", Missing("c"), Missing("c"), -5, date(2026, 3, 2)),
                    ("E3", "=cmd|' /C calc'!A0", 0, 0.0, 0, Missing("x")),
                ),
            ),
            Table(
                name="words",
                title="What people said",
                key=("number",),
                columns=(Column("number", "Number", "number"), Column("words", "Words")),
                rows=tuple((number, text) for number, text in enumerate(NASTY, 1)),
            ),
            Table("empty", "Nothing yet", (Column("code", "Code"), Column("text", "Text")), (), ("code",)),
        ),
    )
