"""Typed settings, read once from the environment (`PARTICIPATION_*`), safe by default.

`Settings.from_environment()` is the only reader of the environment in the product. In production it refuses to start
without the secrets, the database and the host names it needs, and never accepts a value that is known from the repository.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from urllib.parse import urlsplit

from werkzeug.sansio.utils import host_is_trusted

from participation.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET = "only-for-development-on-this-machine"  # noqa: S105  refused in production below
ENVIRONMENTS = ("production", "development", "test")
MINIMUM_SECRET_LENGTH = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything the product can be told from outside. Each field's comment is its paragraph in docs/operations.md."""

    # "production" (the default), "development" (make run) or "test".
    environment: str = "production"
    # Signs session cookies and form tokens. At least 32 characters in production.
    secret_key: str = ""
    # Earlier values of the secret key, comma separated, still accepted for reading cookies during a rotation.
    secret_key_fallbacks: tuple[str, ...] = ()
    # Keys the box of a vote, the row marks and the signed receipts. At least 32 characters, never the secret key itself.
    ballot_secret: str = ""
    # SQLAlchemy address of the database. SQLite for one machine, PostgreSQL for production.
    database_url: str = ""
    # Folder outside the database in which this machine keeps the newest checkpoint of each vote's log; empty keeps none.
    checkpoints_dir: str = ""
    # Redis for rate limits and caches; empty means in-process. Nothing in it may not be lost.
    redis_url: str = ""
    # The address residents see, without a trailing slash; links in mails start with it.
    public_url: str = "http://127.0.0.1:5000"
    # Host names answered to; a request for another host gets 400.
    trusted_hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    # How many reverse proxies set X-Forwarded-For and X-Forwarded-Proto in front of us.
    proxies: int = 0
    # Demonstration mode: fixed demo accounts, a banner on every page, mails shown in the browser.
    demo: bool = False
    # SMTP server as host:port; empty means that mails stay in the outbox (development only).
    smtp: str = ""
    smtp_user: str = ""
    smtp_password: str = ""
    # STARTTLS is used unless this is switched off.
    smtp_tls: bool = True
    # The sender of mails.
    mail_from: str = "no-reply@participation.invalid"
    # Sign-in of residents through an OpenID Connect issuer (GOV.UK One Login): its address, our name there, the file of our key.
    oidc_residents_issuer: str = ""
    oidc_residents_client: str = ""
    oidc_residents_key: str = ""
    # The same for staff (Microsoft Entra).
    oidc_staff_issuer: str = ""
    oidc_staff_client: str = ""
    oidc_staff_key: str = ""
    # Cells with fewer people than this are not published (5 or more).
    suppression_threshold: int = 10
    # Numbers of people in groups are published to the nearest so many (1 = exact; at most half the threshold).
    count_rounding: int = 5
    # Working days between the close of a vote and the opening of its box, in which exclusions are made and contested. At least 1
    # in production; votes whose key the server holds (demonstrations) have none.
    check_window_days: int = 3
    # After how many days the last backup of the database is deleted; published when the key of a box is destroyed.
    backup_days: int = 35
    # For how many days a request to launch a consultation waits for a second person; a change of the draft ends it at once.
    launch_approval_days: int = 7
    # Hosts that may be told of published figures (webhooks); the service calls no other address that a user typed.
    webhook_hosts: tuple[str, ...] = ()
    # Files that take long are made by a thread of the service; false leaves them to `participation jobs run`.
    jobs_in_process: bool = True
    # Rate limits can be switched off in load tests only; never in production.
    rate_limits: bool = True

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def server_may_hold_keys(self) -> bool:
        """Whether a vote may have one key that the server holds: demonstrations and tests, where nothing real is decided."""
        return not self.production and (self.demo or self.environment == "test")

    @property
    def mails_are_shown(self) -> bool:
        """Mails can be read in the browser: development and demonstration without an SMTP server."""
        return not self.production and not self.smtp

    def __post_init__(self) -> None:
        problems = list(self._problems())
        if problems:
            hint = ". To try it on this machine, set PARTICIPATION_ENVIRONMENT=development and PARTICIPATION_DEMO=1"
            raise SettingsError(f"The service is not set up correctly: {'; '.join(problems)}{hint * self.production}")

    def _problems(self) -> list[str]:
        found = []
        if self.environment not in ENVIRONMENTS:
            found.append(f"PARTICIPATION_ENVIRONMENT must be one of {', '.join(ENVIRONMENTS)}")
        if not self.database_url:
            found.append("PARTICIPATION_DATABASE_URL is missing")
        if self.suppression_threshold < 5:
            found.append("PARTICIPATION_SUPPRESSION_THRESHOLD must be 5 or more")
        if not 1 <= self.count_rounding <= max(1, self.suppression_threshold // 2):
            found.append("PARTICIPATION_COUNT_ROUNDING must be from 1 to half of PARTICIPATION_SUPPRESSION_THRESHOLD")
        if not 0 <= self.check_window_days <= 60:
            found.append("PARTICIPATION_CHECK_WINDOW_DAYS must be from 0 to 60")
        if not 0 <= self.backup_days <= 3650:
            found.append("PARTICIPATION_BACKUP_DAYS must be from 0 to 3650")
        if not 1 <= self.launch_approval_days <= 90:
            found.append("PARTICIPATION_LAUNCH_APPROVAL_DAYS must be from 1 to 90")
        if self.proxies < 0:
            found.append("PARTICIPATION_PROXIES must be 0 or more")
        for name in ("secret_key", "ballot_secret"):
            found.extend(self._secret_problems(name, getattr(self, name)))
        if self.secret_key and self.secret_key == self.ballot_secret and self.production:
            found.append("PARTICIPATION_BALLOT_SECRET must differ from PARTICIPATION_SECRET_KEY")
        for kind in ("residents", "staff"):
            found.extend(self._issuer_problems(kind))
        if self.production:
            found.extend(self._production_problems())
        return found

    def _issuer_problems(self, kind: str) -> list[str]:
        """A sign-in service needs all three of its settings, and TLS in production."""
        given = {name: getattr(self, f"oidc_{kind}_{name}") for name in ("issuer", "client", "key")}
        missing = [f"PARTICIPATION_OIDC_{kind.upper()}_{name.upper()}" for name, value in given.items() if not value]
        found = [f"{' and '.join(missing)} missing"] if 0 < len(missing) < 3 else []
        if self.production and given["issuer"] and not given["issuer"].startswith("https://"):
            found.append(f"PARTICIPATION_OIDC_{kind.upper()}_ISSUER must start with https://")
        return found

    def _secret_problems(self, name: str, value: str) -> list[str]:
        variable = f"PARTICIPATION_{name.upper()}"
        if not value:
            return [f"{variable} is missing"]
        if self.production and len(value) < MINIMUM_SECRET_LENGTH:
            return [f"{variable} must have at least {MINIMUM_SECRET_LENGTH} characters"]
        if self.production and value.startswith(DEVELOPMENT_SECRET):
            return [f"{variable} is the development value"]
        return []

    def _production_problems(self) -> list[str]:
        found = []
        if self.demo:
            found.append("PARTICIPATION_DEMO cannot be used in production")
        if not self.smtp:
            found.append("PARTICIPATION_SMTP is missing")
        if not self.public_url.startswith("https://"):
            found.append("PARTICIPATION_PUBLIC_URL must start with https://")
        host = urlsplit(self.public_url).hostname or ""
        # An empty list would answer to every host.
        if not self.trusted_hosts or not host_is_trusted(host, self.trusted_hosts):
            found.append(
                f"PARTICIPATION_TRUSTED_HOSTS must hold {host or 'the host'}, the host of PARTICIPATION_PUBLIC_URL"
            )
        if self.check_window_days < 1:
            found.append("PARTICIPATION_CHECK_WINDOW_DAYS must be 1 or more in production")
        if not self.rate_limits:
            found.append("PARTICIPATION_RATE_LIMITS cannot be switched off in production")
        return found

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read `PARTICIPATION_*`. Raises SettingsError naming every variable that is missing, unknown or unusable."""
        source = os.environ if environment is None else environment
        given = {
            key.removeprefix("PARTICIPATION_").lower(): value.strip()
            for key, value in source.items()
            if key.startswith("PARTICIPATION_")
            and not key.startswith(("PARTICIPATION_TEST_", "PARTICIPATION_PABULIB_DIR"))
        }
        given.pop("shared_data_dir", None)
        known = {field.name: field for field in fields(cls)}
        unknown = sorted(set(given) - set(known))
        if unknown:
            names = ", ".join(f"PARTICIPATION_{name.upper()}" for name in unknown)
            raise SettingsError(f"The service is not set up correctly: unknown settings {names}")
        values: dict[str, object] = {name: _parse(name, known[name].type, text) for name, text in given.items()}
        values.setdefault("checkpoints_dir", str(ROOT / "instance" / "checkpoints"))
        if values.get("environment") in ("development", "test"):
            values.setdefault("secret_key", DEVELOPMENT_SECRET)
            values.setdefault("ballot_secret", DEVELOPMENT_SECRET + "-ballots")
            values.setdefault("database_url", f"sqlite:///{ROOT / 'instance' / 'participation.sqlite3'}")
        return cls(**values)  # type: ignore[arg-type]  # the field types were applied by _parse

    def described(self) -> dict[str, object]:
        """The settings in force with secrets hidden, for `participation settings`."""
        hidden = {"secret_key", "secret_key_fallbacks", "ballot_secret", "smtp_password"}
        shown: dict[str, object] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            shown[field.name] = ("(set)" if value else "(not set)") if field.name in hidden else value
        shown["database_url"] = _without_password(self.database_url)
        shown["redis_url"] = _without_password(self.redis_url)
        return shown


def _parse(name: str, kind: object, text: str) -> object:
    if kind == "bool":
        if text.lower() in ("1", "true", "yes", "on"):
            return True
        if text.lower() in ("0", "false", "no", "off", ""):
            return False
        raise SettingsError(f"PARTICIPATION_{name.upper()} must be 1 or 0")
    if kind == "int":
        try:
            return int(text)
        except ValueError as wrong:
            raise SettingsError(f"PARTICIPATION_{name.upper()} must be a whole number") from wrong
    if kind == "tuple[str, ...]":
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return text


def _without_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    if not at:
        return url
    scheme, _, rest = head.partition("://")
    return f"{scheme}://{rest.split(':')[0]}:***@{tail}"
