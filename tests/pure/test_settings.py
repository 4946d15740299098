"""The service does not start in production with settings that would let somebody in, or shut everybody out."""

from __future__ import annotations

from typing import Any

import pytest

from config.settings import DEVELOPMENT_SECRET, Settings
from participation.errors import SettingsError

PRODUCTION: dict[str, Any] = {
    "environment": "production", "secret_key": "s" * 40, "ballot_secret": "b" * 40, "database_url": "postgresql:///x",
    "smtp": "mail.example:587", "public_url": "https://say.example.org", "trusted_hosts": ("say.example.org",),
}  # fmt: skip


def test_these_settings_are_enough() -> None:
    assert Settings(**PRODUCTION).production


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"trusted_hosts": ("127.0.0.1", "localhost")}, "PARTICIPATION_TRUSTED_HOSTS must hold say.example.org"),
        ({"trusted_hosts": ()}, "PARTICIPATION_TRUSTED_HOSTS must hold say.example.org"),
        ({"trusted_hosts": ("example.org", "resay.example.org")}, "PARTICIPATION_TRUSTED_HOSTS"),
        ({"public_url": "https://"}, "PARTICIPATION_TRUSTED_HOSTS must hold the host"),
        ({"public_url": "http://say.example.org"}, "PARTICIPATION_PUBLIC_URL must start with https://"),
        ({"demo": True}, "PARTICIPATION_DEMO cannot be used in production"),
        ({"smtp": ""}, "PARTICIPATION_SMTP is missing"),
        ({"rate_limits": False}, "PARTICIPATION_RATE_LIMITS cannot be switched off in production"),
        ({"secret_key": "short"}, "PARTICIPATION_SECRET_KEY must have at least 32 characters"),
        ({"secret_key": DEVELOPMENT_SECRET}, "PARTICIPATION_SECRET_KEY is the development value"),
        ({"ballot_secret": "s" * 40}, "PARTICIPATION_BALLOT_SECRET must differ"),
    ],
)
def test_production_refuses_to_start(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings(**{**PRODUCTION, **changes})
    assert said in refused.value.message


@pytest.mark.parametrize("hosts", [("say.example.org", "127.0.0.1"), (".example.org",), ("say.example.org:443",)])
def test_the_public_host_may_be_named_in_these_ways(hosts: tuple[str, ...]) -> None:
    assert Settings(**{**PRODUCTION, "trusted_hosts": hosts}).production
