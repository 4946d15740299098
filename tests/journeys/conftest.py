"""A real site and a real browser: the demonstration behind gunicorn, Debian's Chromium through Playwright, axe-core.

`site` is shared by the journeys that only read; a journey that changes things asks for `fresh_site`, a copy of its own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from config.settings import ROOT
from participation.cli.demo.people import PASSWORD

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class Site:
    """A running site: its address, the file of its database, and its council's pages."""

    address: str
    database: Path

    def url(self, path: str = "") -> str:
        return f"{self.address}/lambeth{path}"


def _environment(database: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PARTICIPATION_")}
    return {
        **kept,
        "PARTICIPATION_ENVIRONMENT": "development",
        "PARTICIPATION_DEMO": "1",
        "PARTICIPATION_RATE_LIMITS": "0",
        "PARTICIPATION_DATABASE_URL": f"sqlite:///{database}",
        # Copies of one demonstration hold the same votes: what one site has seen is no news to another.
        "PARTICIPATION_CHECKPOINTS_DIR": str(database.parent / "checkpoints"),
        "PARTICIPATION_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(database: Path) -> Iterator[Site]:
    """Gunicorn over a database file, as `make run` starts it."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4", "--no-control-socket"]
    process = subprocess.Popen(
        [*command, "--log-level", "error", "app:app"], cwd=ROOT, env=_environment(database, port)
    )
    try:
        _answers(f"http://127.0.0.1:{port}/healthy", process)
        yield Site(f"http://127.0.0.1:{port}", database)
    finally:
        process.terminate()
        process.wait(20)


def _answers(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "gunicorn ended before it answered"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the site did not answer within 30 seconds")


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, seeded once a run by the same commands as `make run`: the first worker to come makes it."""
    here = tmp_path_factory.getbasetemp()
    folder = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here
    database, done = folder / "demo" / "demo.sqlite3", folder / "demo" / "done"
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(database.parent, ignore_errors=True)
            database.parent.mkdir()
            for command in (["db", "upgrade"], ["demo", "seed"]):
                subprocess.run(
                    [sys.executable, "-m", "participation", *command],
                    cwd=ROOT, env=_environment(database, 0), check=True, stdout=subprocess.DEVNULL,
                )  # fmt: skip
            done.touch()
    return database


def load(database: Path, folder: str) -> None:
    """Load another council, as the README says."""
    command = [sys.executable, "-m", "participation", "council", "load", folder]
    subprocess.run(command, cwd=ROOT, env=_environment(database, 0), check=True, stdout=subprocess.DEVNULL)


def copied(database: Path, folder: Path) -> Path:
    for part in database.parent.glob(f"{database.name}*"):
        shutil.copy(part, folder / part.name)
    return folder / database.name


@pytest.fixture(scope="session")
def site(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(copied(demo_database, tmp_path_factory.mktemp("site"))) as running:
        yield running


@pytest.fixture
def fresh_site(demo_database: Path, tmp_path: Path) -> Iterator[Site]:
    with served(copied(demo_database, tmp_path)) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
    assert program, "Chromium is missing: run `make test` once as root, or install the package chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def without_scripts(browser: Browser) -> Iterator[Page]:
    """A page in a browser that runs no scripts, at phone width."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Makes pages with scripts, each with cookies of its own; what the console complains about fails the test."""
    contexts = []
    complaints: list[str] = []

    def make(width: int = 1280, *, inspected: bool = False) -> Page:
        """`inspected` pages come with axe-core, which is quicker than to send it after each of them."""
        context = browser.new_context(viewport={"width": width, "height": 900})
        context.set_default_timeout(15_000)
        if inspected:
            context.add_init_script(path=AXE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


# What the width of the window can make wrong; the rest of a page is the same at every width.
OF_THE_WIDTH = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block", "region"]


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds wrong on the page as it stands: rule, number of places, first place; all rules unless some are named.

    Of long tables it gets the first ten: the others have the same markup, and axe takes its time over each.
    """
    page.evaluate("() => document.querySelectorAll('tbody tr:nth-child(n+11)').forEach(row => row.remove())")
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text())
    # Only what is wrong crosses from the browser: what is right is thousands of places a page.
    found: list[str] = page.evaluate(
        """async runOnly => {
            const run = {runOnly, resultTypes: ['violations']};
            const places = rule => `${rule.id} (${rule.nodes.length}): ${rule.nodes[0].html.slice(0, 200)}`;
            return (await axe.run(document, run)).violations.map(places);
        }""",
        {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES},
    )
    return [f"{page.url}: {line}" for line in found]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def sign_in(page: Page, site: Site, email: str) -> None:
    """Sign in with a demo account, as a person does."""
    page.goto(site.url("/sign-in"))
    page.get_by_label("Email address").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
    assert "/sign-in" not in page.url, page.locator("main").inner_text()
