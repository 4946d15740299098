"""Files that take long: asked for, made by whoever comes, fetched later, and made again when a worker is killed."""

from __future__ import annotations

import dataclasses
import io
import multiprocessing
import os
import signal
from datetime import timedelta

import openpyxl
import pytest
from click.testing import CliRunner
from flask import Flask

from participation import clock
from participation.application import create_app
from participation.cli.jobs import jobs as jobs_command
from participation.commissioning import downloads
from participation.commissioning.exporting import background, service, work
from participation.commissioning.exporting.models import ExportJob
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.commissioning.stage import SPENDING, freeze
from tests.visitor import Visitor


def ask(commissioner: Visitor, button: str = "Download: Excel") -> str:
    """Ask for a file in the background; the address of its page."""
    commissioner.get(SPENDING)
    return commissioner.submit(button, later="yes").path


def job() -> ExportJob:
    db.session.expire_all()
    return db.session.query(ExportJob).one()


def test_a_file_is_asked_for_made_and_fetched(commissioner: Visitor, gathered: Consultation) -> None:
    path = ask(commissioner)
    waiting = commissioner.get(path)
    assert "Waiting: 0 of 3 steps done" in waiting.main
    assert commissioner.get(f"{path}/content").status == 409
    assert work.run_due() == work.Done(made=1)
    ready = commissioner.get(path)
    assert "The file is ready" in ready.main
    book = openpyxl.load_workbook(io.BytesIO(commissioner.get(f"{path}/content").response.data))
    assert "Better street lighting" in {
        cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row
    }
    assert "Ready" in commissioner.get("/exampleton/manage/files").main
    assert work.run_due() == work.Done()


def test_every_kind_of_file_is_the_same_as_at_once(commissioner: Visitor, gathered: Consultation) -> None:
    made = freeze(commissioner)
    source = downloads.source_of(gathered, made)
    names = [file.name for file in downloads.offered(source)]
    with transaction():
        for name in names:
            service.ask(
                consultation=gathered, record=made, file_format=name, account_id=made.created_by, now=clock.now()
            )
    assert work.run_due() == work.Done(made=len(names))
    for one in db.session.query(ExportJob):
        assert one.body == downloads.bytes_of(source, one.format)


def test_only_who_asked_can_fetch(world: World, app: Flask, commissioner: Visitor, gathered: Consultation) -> None:
    path = ask(commissioner)
    work.run_due()
    colleague = Visitor(app)
    colleague.sign_in(world.staff("commissioner", email="other@example.org"))
    assert colleague.get(path).status == 404
    assert colleague.get(f"{path}/content").status == 404


def test_what_cannot_be_made_says_why(commissioner: Visitor, gathered: Consultation) -> None:
    with transaction():
        who = db.session.execute(db.text("SELECT id FROM account WHERE kind = 'staff'")).scalar_one()
        service.ask(consultation=gathered, record=None, file_format="ocds", account_id=who, now=clock.now())
    assert work.run_due() == work.Done(failed=1)
    assert (
        "no contracting process is planned"
        in commissioner.get(f"/exampleton/manage/files/{job().public_id}").main.lower()
    )


def test_a_fault_is_tried_again_and_then_given_up(
    commissioner: Visitor, gathered: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ask(commissioner)
    monkeypatch.setattr(downloads, "source_of", lambda *_: 1 / 0)
    now = clock.now()
    for attempt in range(1, work.MOST_ATTEMPTS + 1):
        with clock.frozen_at(now + attempt * work.LEASE):
            assert work.run_due() == work.Done(failed=1)
        assert job().attempts == attempt
    assert "although we tried several times" in commissioner.get(path).main


def test_a_worker_that_comes_back_late_changes_nothing(commissioner: Visitor, gathered: Consultation) -> None:
    ask(commissioner)
    slow = work._take()
    assert slow is not None
    assert work._take() is None
    with clock.frozen_at(clock.now() + work.LEASE):
        assert work.run_due() == work.Done(made=1)
    size = job().size
    with pytest.raises(work.LeaseLost):
        slow.note(step=1, body=b"stale")
    assert job().size == size
    assert job().step == work.READY


def test_what_is_over_is_thrown_away(commissioner: Visitor, gathered: Consultation) -> None:
    path = ask(commissioner)
    work.run_due()
    with clock.frozen_at(clock.now() + service.KEPT):
        assert work.run_due() == work.Done()
    assert commissioner.get(path).status == 404


def test_what_takes_long_goes_to_the_background_by_itself(
    commissioner: Visitor, gathered: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not service.takes_long(gathered, None, "xlsx")
    assert not service.takes_long(gathered, None, "pdf")
    cells = 4 * (3 + service.OTHER_GROUPS) * service.PREVIEW_FACTOR
    monkeypatch.setattr(service, "LONG_CELLS", cells * service.PDF_FACTOR)
    assert service.takes_long(gathered, None, "pdf")
    commissioner.get(SPENDING)
    assert commissioner.submit("Download: Report").path.startswith("/exampleton/manage/files/")
    commissioner.get(SPENDING)
    assert commissioner.submit("Download: Excel").response.data.startswith(b"PK")


def test_where_no_worker_runs_a_thread_does_it(
    app: Flask, commissioner: Visitor, gathered: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ask(commissioner)
    assert background.start_if_due() is None
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], jobs_in_process=True))
    thread = background.start_if_due()
    assert thread is not None
    thread.join(30)
    db.session.rollback()
    assert background.start_if_due() is None
    assert "The file is ready" in commissioner.get(path).main


def test_the_command_makes_what_is_due(
    app: Flask, commissioner: Visitor, gathered: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(commissioner)
    monkeypatch.setattr("participation.cli.app.create_app", lambda _settings: app)
    monkeypatch.setattr(
        "participation.cli.app.Settings.from_environment", classmethod(lambda _cls: app.config["SETTINGS"])
    )
    assert CliRunner().invoke(jobs_command, ["run"]).output == "1 made, 0 failed\n"


def _die_while_writing(settings: object) -> None:
    """A worker of its own process that is killed once it has taken the job and worked out the figures."""
    app = create_app(settings)  # type: ignore[arg-type]
    with app.app_context():
        work.downloads.file_name = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
        work.run_due()


@pytest.mark.slow
def test_a_killed_worker_loses_nothing(app: Flask, commissioner: Visitor, gathered: Consultation) -> None:
    ask(commissioner)
    db.session.rollback()
    worker = multiprocessing.get_context("spawn").Process(target=_die_while_writing, args=(app.config["SETTINGS"],))
    worker.start()
    worker.join(60)
    assert worker.exitcode == -signal.SIGKILL
    assert (job().attempts, job().step, job().finished_at) == (1, 2, None)
    assert work.run_due() == work.Done()
    with clock.frozen_at(clock.now() + work.LEASE + timedelta(seconds=1)):
        assert work.run_due() == work.Done(made=1)
    assert job().attempts == 2


def test_long_files_of_a_published_version_are_made_once_for_everybody(
    app: Flask, commissioner: Visitor, gathered: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LONG_CELLS", 100)
    made = freeze(commissioner)
    anybody, path = Visitor(app), f"/exampleton/needs/{made.public_id}/files"
    waiting = anybody.get(f"{path}/pdf")
    assert waiting.status == 202
    assert "Waiting: 0 of 3 steps done" in waiting.main
    assert anybody.get(f"{path}/csv").response.content_type.startswith("text/csv")
    with monkeypatch.context() as patched:
        patched.setattr(downloads, "attachment", None)
        assert work.run_due() == work.Done(made=1)
        found = anybody.get(f"{path}/pdf")
    assert (found.status, found.response.data[:5]) == (200, b"%PDF-")
    assert found.response.data == downloads.bytes_of(downloads.source_of(gathered, made), "pdf")
    with transaction():
        assert service.throw_away(clock.now() + timedelta(days=400)) == 0
    assert anybody.get(f"{path}/pdf").status == 200
    assert "PDF" not in commissioner.get("/exampleton/manage/files").main


def test_a_long_file_that_nobody_noted_is_not_made_while_a_reader_waits(
    app: Flask, commissioner: Visitor, gathered: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as of a version frozen by a command, or before the service was told what is long."""
    made = freeze(commissioner)
    monkeypatch.setattr(service, "LONG_CELLS", 100)
    monkeypatch.setattr(service, "LONG_BODY", 100)
    anybody, path = Visitor(app), f"/exampleton/needs/{made.public_id}/files/pdf"
    with monkeypatch.context() as patched:
        patched.setattr(downloads, "attachment", None)
        waiting = anybody.get(path)
    assert waiting.status == 202
    assert "Waiting: 0 of 3 steps done" in waiting.main
    assert work.run_due() == work.Done(made=1)
    assert work.run_due() == work.Done()
    assert anybody.get(path).response.data[:5] == b"%PDF-"
