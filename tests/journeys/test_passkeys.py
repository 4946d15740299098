"""A member of staff adds a passkey in a real browser and signs in with it: the browser's own authenticator, made by DevTools."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pyotp
import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from config.settings import Settings
from participation.accounts import passwords
from participation.application import create_app
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World

PASSWORD = "lanterns over quiet harbour"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A site that is called localhost: browsers make no passkey for a bare number."""
    server = make_server("127.0.0.1", 0, None, threaded=True)
    public = f"http://localhost:{server.server_port}"
    settings = Settings(
        environment="development", secret_key="a secret of this test", ballot_secret="another secret of this test",
        database_url=f"sqlite:///{tmp_path / 'passkeys.sqlite3'}", public_url=public, rate_limits=False,
    )  # fmt: skip
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        world = World()
        world.council()
        officer = world.staff("administrator", email="ada@council.example")
        with transaction():
            db.session.merge(officer).password_hash = passwords.hashed(PASSWORD)
    server.app = app
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"{public}/exampleton"
    server.shutdown()
    thread.join(10)
    server.server_close()


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("[name=email]", "ada@council.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main button:has-text('Sign in')")


def test_a_passkey_is_added_and_signs_in(browser: Browser, address: str) -> None:
    page = browser.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    sign_in(page, address)
    secret = page.inner_text("code.app-code").replace(" ", "")
    page.fill("[name=code]", pyotp.TOTP(secret).now())
    page.click("text=Turn on the second step")
    page.goto(f"{address}/account/passkeys")
    page.fill("[name=name]", "My laptop")
    page.click("main >> text=Add a passkey >> nth=-1")
    page.wait_for_selector("text=The passkey was added")
    page.click("text=Sign out")
    sign_in(page, address)
    page.click("button:has-text('Use a passkey')")
    page.wait_for_selector("h1:text-is('Staff')")
    assert problems == []
    page.context.close()
