"""Fixtures of every test: the two databases, the client, the moment, and where the shared data is.

`app` runs each feature test twice: on SQLite without Redis, and on a real PostgreSQL with a real Redis. Each test finds an
empty database. `PARTICIPATION_PABULIB_DIR` and `PARTICIPATION_SHARED_DIR` say where the data is that is not in the repository.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from argon2 import PasswordHasher
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine, create_engine, event, text

from config.settings import ROOT, Settings
from participation.accounts import passwords
from participation.application import create_app
from participation.audit.append_only import append_only_tables, triggers
from participation.extensions import db
from tests import services
from tests.factories.world import World
from tests.visitor import Visitor

DATABASES = ("sqlite", "postgresql")

# Thousands of pages leave much behind, and hardly any of it in circles: looking for those less often saves a twentieth.
gc.set_threshold(50_000, 20, 100)

# How long one example takes says how busy the machine is.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

# The work of a password is for attackers. A test about that work asks for `password_cost`.
_AT_FULL_COST = {"_hasher": passwords._hasher, "_NOBODY": passwords._NOBODY}
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
passwords._NOBODY = passwords.hashed("nobody has this password")


@pytest.fixture
def password_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are as much work as in production."""
    for name, value in _AT_FULL_COST.items():
        monkeypatch.setattr(passwords, name, value)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on PostgreSQL or in a browser is marked by what it asks for, so that no mark can be forgotten."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if parameters.get("database") == "postgresql":
            item.add_marker("postgresql")
        if "redis_url" in fixtures:
            item.add_marker("redis")
        if "browser" in fixtures:
            item.add_marker("browser")
        if "pabulib" in fixtures:
            item.add_marker("real_elections")
    items[:] = _long_ones_first(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


# What takes long, or shares a scene that takes long to make, in folders that belong together.
_LONG = (
    ("tests/secrecy/", "tests/security/"),
    ("tests/journeys/", "tests/faults/"),
    ("tests/architecture/", "tests/pure/counting/"),
)


def _long_ones_first(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """The order in which each worker's share begins with long tests, so that none is left for the end.

    A worker gets as many tests as every other, in one run of this list, and those without work take from the ends of the others:
    what stands at a beginning stays together on one worker, and a scene is made once.
    """
    long: list[list[pytest.Item]] = [[] for _ in range(workers)]
    short = []
    for item in items:
        group = next((place for place, folders in enumerate(_LONG) if item.nodeid.startswith(folders)), None)
        long[group % workers].append(item) if group is not None else short.append(item)
    ordered, rest = [], len(items)
    for place, share in enumerate(long):
        size = rest // (workers - place)
        rest -= size
        fill = max(0, size - len(share))
        ordered += [*share, *short[:fill]]
        short = short[fill:]
    return [*ordered, *short]


def _shared(variable: str, *parts: str) -> Path | None:
    given = os.environ.get(variable)
    folder = Path(given) if given else ROOT.parent.joinpath("shared", "data", *parts)
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def pabulib() -> Path:
    """The folder of real elections. They carry no licence, so they are read where they lie."""
    folder = _shared("PARTICIPATION_PABULIB_DIR", "pabulib")
    if folder is None:
        pytest.skip("real elections: set PARTICIPATION_PABULIB_DIR to a folder of Pabulib files to run this test")
    return folder


def pytest_terminal_summary(terminalreporter: object) -> None:
    if _shared("PARTICIPATION_PABULIB_DIR", "pabulib") is None:
        terminalreporter.write_line(  # type: ignore[attr-defined]  # pytest does not export the class
            "The real-election tests did not run: PARTICIPATION_PABULIB_DIR does not name a folder of Pabulib files "
            "(they carry no licence and are not in this repository)."
        )


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    with services.postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with services.redis_server() as url:
        yield url


def settings_over(database_url: str, redis_url: str = "") -> Settings:
    return Settings(
        environment="test",
        secret_key="a secret key of the tests",
        ballot_secret="a ballot secret of the tests",
        database_url=database_url,
        redis_url=redis_url,
        rate_limits=False,
        jobs_in_process=False,
    )


@pytest.fixture(scope="session")
def _apps() -> dict[str, Flask]:
    return {}


def _made(database: str, request: pytest.FixtureRequest, folder: Path) -> Flask:
    """An application over a freshly migrated database of this kind."""
    if database == "sqlite":
        app = create_app(settings_over(f"sqlite:///{folder / 'tests.sqlite3'}"))
        with app.app_context():
            _do_not_wait_for_the_disk(db.engine)
    else:
        server = request.getfixturevalue("postgresql_url")
        name = f"tests_{os.getpid()}"
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        app = create_app(settings_over(server.replace("/postgres?", f"/{name}?"), request.getfixturevalue("redis_url")))
    with app.app_context():
        flask_migrate.upgrade()
    return app


def _do_not_wait_for_the_disk(engine: Engine) -> None:
    """What a crash would leave is tried where there are crashes (tests/faults); PostgreSQL is as forgetful here (services)."""
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF").close())


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def app(
    database: str, _apps: dict[str, Flask], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application on an empty database, inside an application context."""
    if database not in _apps:
        _apps[database] = _made(database, request, tmp_path_factory.mktemp("database"))
    app = _apps[database]
    with app.app_context():
        yield app
        db.session.rollback()
        db.session.remove()
        with db.engine.begin() as connection:
            _empty(connection)


def _empty(connection: Connection) -> None:
    """Delete every row, also of the tables whose triggers refuse that."""
    names = [table.name for table in reversed(db.metadata.sorted_tables)]
    guarded = append_only_tables(db.metadata)
    if connection.dialect.name != "sqlite":
        used = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names)
        deletes = "; ".join(f'DELETE FROM "{name}"' for (name,) in connection.exec_driver_sql(used))
        connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {deletes}")
        return
    for name in names:
        if name not in guarded:
            connection.exec_driver_sql(f'DELETE FROM "{name}"')
        elif connection.exec_driver_sql(f'SELECT 1 FROM "{name}" LIMIT 1').first() is not None:
            for act in ("update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER append_only_{name}_{act}")
            connection.exec_driver_sql(f'DELETE FROM "{name}"')
            for statement in triggers(name, "sqlite"):
                connection.execute(text(statement))


@pytest.fixture
def world(app: Flask) -> World:
    """Makes councils, people and consultations with few words."""
    return World()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A visitor with an empty cookie jar; every page they see is inspected."""
    return Visitor(app)
