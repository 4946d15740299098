"""What people of every role are shown of a vote: every page, list and file of the site that they may open."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from flask import Flask
from werkzeug.test import TestResponse

from participation.exports.formats import FORMATS
from participation.voting import publication
from tests.architecture.site import NOBODY, Sample, doors, furnished, people
from tests.factories.votes import Voting
from tests.factories.world import World
from tests.visitor import Visitor

_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
# Figures taken away as a file are a POST, because that is recorded.
_FILES = "/manage/needs/{slug}/files/{format}"


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody was shown, packed files unpacked."""

    person: str
    address: str
    status: int
    shown: str


class Visitors:
    """One of each role, who look at everything."""

    def __init__(self, app: Flask, world: World) -> None:
        self._app, self._sample, self._people = app, furnished(world), {}
        for person, account in people(world).items():
            self._people[person] = Visitor(app)
            if account is not None:
                self._people[person].sign_in(account)

    def look(self, voting: Voting) -> list[Seen]:
        """What each of them is shown of this vote at this moment."""
        council, slug = self._sample.council, voting.slug
        about = Sample(council, {**self._sample.values, "slug": slug})
        published = [f"/{council}/consultations/{slug}/result/{kind.name}" for kind in publication.FILES]
        every = [door for door in doors(self._app, about) if door.method == "GET"]
        found = []
        for person, visitor in self._people.items():
            paths = [door.path for door in every if door.is_open_to(person)]
            for path in [*paths, *published]:
                answer = _answer(visitor, path)
                found.append(Seen(person, path, answer.status_code, unpacked(answer)))
            found += self._files(person, visitor, f"/{council}" + _FILES.replace("{slug}", slug))
        return found

    def result(self, voting: Voting) -> Seen:
        """The page of the result, for anybody."""
        path = f"/{self._sample.council}/consultations/{voting.slug}/result"
        answer = self._people[NOBODY].client.get(path, buffered=True)
        return Seen(NOBODY, path, answer.status_code, unpacked(answer))

    def _files(self, person: str, visitor: Visitor, path: str) -> Iterator[Seen]:
        if person == NOBODY:
            return
        token = visitor.get(f"/{self._sample.council}/").soup.select_one("input[name=csrf_token]")
        for name in FORMATS:
            address = path.replace("{format}", name)
            answer = visitor.client.post(
                address, data={"csrf_token": str(token["value"]) if token else ""}, buffered=True
            )
            yield Seen(person, address, answer.status_code, unpacked(answer))


def _answer(visitor: Visitor, path: str) -> TestResponse:
    """Where the door leads; the form at which strangers are sent to sign in is the same for all doors, and a door itself."""
    answer = visitor.client.get(path, buffered=True)
    if 300 <= answer.status_code < 400 and "/sign-in" not in str(answer.location):
        answer = visitor.client.get(path, follow_redirects=True, buffered=True)
    return answer


def unpacked(answer: TestResponse) -> str:
    """The text of an answer, of every file in it where it is an archive, and of the streams of a PDF."""
    body = answer.get_data()
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    if body.startswith(b"%PDF"):
        streams = []
        for stream in _PDF_STREAM.findall(body):
            with suppress(zlib.error):
                streams.append(zlib.decompress(stream))
        body += b"\n".join(streams)
    return body.decode(errors="replace")
