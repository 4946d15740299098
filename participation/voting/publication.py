"""The published files of a vote: enough for anybody to check a tracker and to repeat the count without us.

What may be published depends on how many took part: too few for anybody to hide in, and there is nothing of what they chose;
too few for a board, and there are totals but no ballots. Eight files make the folder that `recount/recount.py` reads; each
has the same bytes every time it is made.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace

from participation.consultations.lifecycle import phase_of
from participation.consultations.models import Consultation
from participation.counting import pabulib
from participation.counting.pabulib.new_file import VOTE_TYPES
from participation.counting.payloads import keeps, marks
from participation.errors import NotFound
from participation.voting import board, breakdowns, published_log, queries
from participation.voting.definition import Definition, canonical_json
from participation.voting.models import Vote
from participation.voting.results import PublishedResult, published_result
from participation.web.mail import public_link


@dataclass(frozen=True, slots=True)
class PublishedFile:
    content: bytes
    mimetype: str


@dataclass(frozen=True, slots=True)
class Published:
    """What the files are made of."""

    vote: Vote
    consultation: Consultation
    result: PublishedResult


@dataclass(frozen=True, slots=True)
class FileKind:
    """One published file: what it is, what it needs ("nothing", "totals" or "board"), and whether it is in the folder."""

    name: str
    says: str
    mimetype: str
    needs: str
    made: Callable[[Published], bytes]
    in_folder: bool = True


def files_of(result: PublishedResult) -> list[FileKind]:
    """The files that can be published of this result."""
    writes = result.definition.question.name in VOTE_TYPES
    return [kind for kind in FILES if _allowed(kind, result) and (writes or kind.made is not _pabulib)]


def file_named(name: str, *, vote: Vote, consultation: Consultation, definition: Definition) -> PublishedFile:
    """Raises ResultNotPublished before publication, NotFound for a file there is not."""
    of = published(vote=vote, consultation=consultation, definition=definition)
    kind = next((kind for kind in files_of(of.result) if kind.name == name), None)
    if kind is None:
        raise NotFound()
    return PublishedFile(kind.made(of), kind.mimetype)


def published(*, vote: Vote, consultation: Consultation, definition: Definition) -> Published:
    """Raises ResultNotPublished before publication."""
    return Published(vote, consultation, published_result(vote, definition))


def folder(of: Published) -> dict[str, bytes]:
    """The files of the published folder, by name."""
    return {kind.name: kind.made(of) for kind in files_of(of.result) if kind.in_folder}


def digests(of: Published, *, published_by: int) -> dict[str, str]:
    """SHA-256 of the files that nothing else in the log binds: those that hold totals, and officers' acts.

    `published_by` is the event of the publication, with which the acts end.
    """
    bound = {kind.name: kind.made(of) for kind in files_of(of.result) if kind.in_folder and kind.needs == "totals"}
    bound[ACTS] = published_log.officers_acts(of.vote, of.consultation, until=published_by)
    return {name: hashlib.sha256(content).hexdigest() for name, content in bound.items()}


def _allowed(kind: FileKind, result: PublishedResult) -> bool:
    if kind.needs == "board":
        return result.has_board and not result.too_few
    return kind.needs == "nothing" or not result.too_few


def _definition(of: Published) -> bytes:
    return of.result.definition.text.encode() + b"\n"


def _result(of: Published) -> bytes:
    facts = {
        "vote": of.vote.public_id,
        "definition_sha256": of.result.definition.digest.hex(),
        "input_sha256": of.result.run.input_digest,
        "engine": of.result.run.engine,
        "outcome": json.loads(of.result.run.outcome),
    }
    return canonical_json(facts).encode() + b"\n"


def _board(of: Published) -> bytes:
    return "".join(line + "\n" for line in board.lines_of(of.vote.id)).encode()


def _breakdowns(of: Published) -> bytes:
    """Votes by group, for the tables that the definition named before the first ballot.

    A row without an option says how many ballots of the group were counted.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(["breakdown", "category", "option", "votes", "status"])
    for one in breakdowns.figures_of(of.vote.id):
        status = "hidden" if one.ballots is None else "shown"
        table.writerow(
            [one.breakdown, one.category, one.option_code, "" if one.ballots is None else one.ballots, status]
        )
    return text.getvalue().encode()


def _box(of: Published) -> bytes:
    return published_log.box(of.vote)


def _checkpoints(of: Published) -> bytes:
    return published_log.checkpoints(of.vote)


def _audit(of: Published) -> bytes:
    return published_log.officers_acts(of.vote, of.consultation)


def _keys(of: Published) -> bytes:
    return published_log.keys(of.result.definition)


def _zip(of: Published) -> bytes:
    """The folder in one file, with no times of its making, and a page that says what it is."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted((folder(of) | {"README.txt": _readme(of)}).items()):
            entry = zipfile.ZipInfo(f"{of.consultation.slug}/{name}", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def _readme(of: Published) -> bytes:
    """For somebody who unpacks the folder and has not read the page it came from."""
    page = public_link("voting.result", council_slug=of.consultation.council.slug, slug=of.consultation.slug)
    inside = [kind for kind in files_of(of.result) if kind.in_folder]
    width = max(len(kind.name) for kind in inside)
    lines = [
        of.consultation.title,
        f"The published files of this vote, {of.consultation.council.full_name}",
        "",
        "Check the result without us",
        "",
        f"1. Download the program recount.py from {page}",
        f"2. Put it beside this folder and run: python3 recount.py {of.consultation.slug}",
        "",
        "It needs Python 3.10 or later and nothing else, and no network.",
        "It checks these files against each other, and counts the ballots again.",
        "",
        "What is in this folder",
        "",
        *(f"{kind.name:<{width}}  {kind.says}" for kind in inside),
    ]
    return "\n".join([*lines, ""]).encode()


def _options(of: Published) -> bytes:
    """A table of the options for spreadsheets; a byte order mark, so that they read it as UTF-8."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(["code", "title", "cost", "votes", "score", "funded", "place", "reason"])
    for option in of.result.outcome.options:
        title = of.result.title(option.code)
        cells = [option.code, title, of.result.money(option.cost), option.votes, option.score,
                 "yes" if option.selected else "no", option.position or "", option.sentence]  # fmt: skip
        table.writerow([_plain(cell) for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _plain(cell: object) -> object:
    """A text that a spreadsheet would take for a formula gets a leading apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell


def _pabulib(of: Published) -> bytes:
    """Ballots are numbered in the order of the board, which nobody can lead back to a voter."""
    definition = of.result.definition
    payloads = [json.loads(payload) for payload in queries.opened_payloads(of.vote.id)]
    # The format knows no ballot that is not counted: those of no view are left out.
    if not definition.historic:
        payloads = [one for one in payloads if keeps(one) or marks(one, definition.question.name)]
    least = 0 if any(map(keeps, payloads)) else definition.limits.min_choices
    phase = phase_of(of.consultation, "vote")
    meta = {
        "description": of.consultation.title,
        "country": "United Kingdom",
        "unit": of.consultation.council.name,
        "instance": of.consultation.slug,
        "rule": pabulib.rule_name(of.result.outcome.rule, of.result.outcome.settings),
        "date_begin": f"{phase.opens_at:%d.%m.%Y}" if phase else "",
        "date_end": f"{phase.closes_at:%d.%m.%Y}" if phase else "",
        "language": "en",
        "currency": {"£": "GBP", "€": "EUR", "$": "USD"}.get(of.result.outcome.currency, of.result.outcome.currency),
    }
    target = io.BytesIO()
    pabulib.compose(
        target,
        election=definition.election,
        ballot_type=definition.question.name,
        ballots=[(str(number), payload) for number, payload in enumerate(payloads, start=1)],
        meta=meta,
        limits=replace(definition.limits, min_choices=least),
        selected=of.result.outcome.selected,
    )
    return target.getvalue()


ACTS = "audit.jsonl"
FILES = (
    FileKind("published.zip", "All that is needed to check this vote", "application/zip", "nothing", _zip, in_folder=False),
    FileKind("definition.json", "What voters were asked, and the rule of the count", "application/json", "nothing", _definition),
    FileKind("result.json", "The result with every step of the count", "application/json", "totals", _result),
    FileKind("options.csv", "The options with their votes, for spreadsheets", "text/csv", "totals", _options, in_folder=False),
    FileKind("breakdowns.csv", "Votes by group, where that was announced before the vote", "text/csv", "totals", _breakdowns),
    FileKind("board.jsonl", "All ballots and trackers, in batches", "application/x-ndjson", "board", _board),
    FileKind("election.pb", "All ballots in the format of the Pabulib library", "text/plain", "board", _pabulib, in_folder=False),
    FileKind("box.jsonl", "The public log of the ballot box", "application/x-ndjson", "nothing", _box),
    FileKind("checkpoints.txt", "Its signed checkpoints, and that of the ballots", "text/plain", "nothing", _checkpoints),
    FileKind(ACTS, "What officers did, and when", "application/x-ndjson", "nothing", _audit),
    FileKind("keys.txt", "The public keys that everything is signed with", "text/plain", "nothing", _keys),
)  # fmt: skip
