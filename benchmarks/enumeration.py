"""Does a stranger learn from pages or their timing whether an address is registered?

    python -m benchmarks.enumeration [NUMBER]        500 known and 500 unknown addresses, in turn, down each road

Over the service as it runs for real: gunicorn, PostgreSQL and Redis, production settings, rate limits on; all roads at once, each
address from a network of its own. Every answer is compared byte for byte without its token and the address itself, the times by a
two-sided Mann-Whitney U test for each step: p must stay above 0.01. Ends with status 1 when a page differs or a time tells.

The last line is the control: the same sign-ins, with 3 ms added by us to what the known addresses took. A p that is not small
there means that this run could not have seen a leak of that size.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import update

from participation.accounts import passwords
from participation.accounts.models import Account
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.faults.browsers import SocketBrowser
from tests.faults.stand import Kind, standing
from tests.strangers import PASSWORD, ROADS, Answer, mann_whitney, visit

SMALLEST_P = 0.01
PLANTED_SECONDS = 0.003
_TOO_OFTEN = 429
# The limits of the whole site allow some forms twice a second.
_APART = 0.7


class _TooOften(Exception):
    """The site asks to wait, which it would ask of anybody."""


class Stranger(SocketBrowser):
    """Says so when the site asks to wait, so that no such answer is taken for one about the address."""

    def post(self, page: str, fields: dict[str, str]) -> Answer:
        answer = super().post(page, fields)
        if answer.status == _TOO_OFTEN:
            raise _TooOften
        return answer


@dataclass
class Seen:
    """What one road told about the known and the unknown addresses."""

    road: str
    told: set[object] = field(default_factory=set)
    # For each step of the road the times of the known ("known") and of the others ("other"), in seconds.
    times: list[dict[str, list[float]]] = field(default_factory=list)

    def report(self) -> bool:
        """Print a line a step; whether neither pages nor times told anything."""
        fine = len(self.told) == 1
        for (page, _), times in zip(ROADS[self.road], self.times, strict=True):
            p = mann_whitney(times["known"], times["other"])
            fine = fine and p > SMALLEST_P
            known, other = (statistics.median(times[kind]) * 1000 for kind in ("known", "other"))
            print(
                f"{self.road:26} POST {page:20} {len(times['known'])} known, {len(times['other'])} unknown: "
                f"{len(self.told)} different answer(s), medians {known:.1f} and {other:.1f} ms, Mann-Whitney p = {p:.3f}",
                flush=True,
            )
        return fine


def address(road: str, kind: str, place: int) -> str:
    return f"{kind}{place:04}@{re.sub('[^a-z]', '', road)}.example"


def walk(path: Path, road: str, number: int) -> Seen:
    """Known and unknown addresses in turn, the first of each pair changing."""
    seen, block = Seen(road, times=[{"known": [], "other": []} for _ in ROADS[road]]), list(ROADS).index(road) + 11
    for place in range(number):
        for kind in ("known", "other") if place % 2 else ("other", "known"):
            network = f"{block}.{2 * (place // 250) + (kind == 'known')}.{place % 250}.7"
            found = None
            while found is None:
                time.sleep(_APART)
                try:
                    found = visit(Stranger(path, network), road, address(road, kind, place))
                except _TooOften:
                    continue
            seen.told.add(found.told)
            for times, took in zip(seen.times, found.seconds, strict=True):
                times[kind].append(took)
    return seen


def main() -> int:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with standing(Kind(served="app:app")) as stand:
        world = World()
        world.council()
        for road in ROADS:
            for place in range(number):
                world.resident(address(road, "known", place))
        with transaction():
            db.session.execute(update(Account).values(password_hash=passwords.hashed(PASSWORD)))
        db.session.remove()
        with ThreadPoolExecutor(len(ROADS)) as pool:
            found = list(pool.map(lambda road: walk(stand.server.socket, road, number), ROADS))
    told = [seen.report() for seen in found]
    times = next(seen for seen in found if seen.road == "sign in").times[0]
    p = mann_whitney([took + PLANTED_SECONDS for took in times["known"]], times["other"])
    print(f"control: {PLANTED_SECONDS * 1000:.0f} ms planted on known sign-ins: Mann-Whitney p = {p:.2g}")
    return 0 if all(told) else 1


if __name__ == "__main__":
    sys.exit(main())
