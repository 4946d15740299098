"""The libraries the application is plugged into; imports nothing of ours.

`db` is SQLAlchemy with a naming convention and the connection rules of both databases:

* SQLite: WAL, full durability, foreign keys, and transactions that we begin ourselves. The driver's own BEGIN leaves
  rows behind after a failed savepoint and starts as a reader, which ends in "database is locked" when two people vote at
  once; a writing transaction therefore begins with BEGIN IMMEDIATE (`transactions.transaction`).
* PostgreSQL: bounded waits, so that a hung lock becomes an error and not a hung site.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

WRITES = "participation_writes"


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)
migrate = Migrate()
login = LoginManager()
# The row behind the cookie decides who is signed in; a changed network or browser version does not sign anybody out.
login.session_protection = None
csrf = CSRFProtect()

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True

else:
    Model = db.Model


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. SQLite drops the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def insert_unless_there(model: type[Base], values: Mapping[str, Any], *, unique: Sequence[str]) -> bool:
    """Insert a row unless one with the same `unique` columns is there; whether it was inserted.

    The database decides, so that of two requests at the same moment one finds the other's row instead of failing.
    """
    connection = db.session.connection()
    statement = _insert_unless_there(model, tuple(unique), connection.dialect.name)
    return connection.execute(statement, dict(values)).first() is not None


@cache
def _insert_unless_there(model: type[Base], unique: tuple[str, ...], dialect: str) -> Any:
    """Asked for the row and not for how many: psycopg leaves the number of rows unknown where SQLAlchemy adds a RETURNING."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(model).on_conflict_do_nothing(index_elements=list(unique))
    return statement.returning(*(getattr(model, name) for name in unique))


def engine_options(database_url: str) -> dict[str, Any]:
    """Options for `SQLALCHEMY_ENGINE_OPTIONS` that fit the database of that address."""
    if database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": 15}}
    return {
        "pool_pre_ping": True,
        "connect_args": {"options": "-c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"},
    }


def prepare_engine(engine: Engine) -> None:
    """Attach the SQLite connection rules; PostgreSQL needs none."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "PRAGMA busy_timeout=15000",
            "PRAGMA foreign_keys=ON",
            "PRAGMA secure_delete=ON",
        ):
            cursor.execute(statement)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def clear_log() -> None:
    """After a commit that deleted what must be gone: empty SQLite's write-ahead log, which still holds the pages from before.

    Deleted rows are overwritten in the file itself (`secure_delete`). PostgreSQL frees its rows and its log by itself.
    """
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def init_app(app: Flask) -> None:
    """Plug the extensions into the application."""
    db.init_app(app)
    migrate.init_app(app, db, directory=app.config["MIGRATIONS_DIRECTORY"], compare_type=True, render_as_batch=True)
    login.init_app(app)
    csrf.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
