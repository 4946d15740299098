"""What every request must be and every response says: the exact values of the security design, in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from flask_login import current_user
from werkzeug.exceptions import BadRequest

from participation.errors import SentFromElsewhere

View = TypeVar("View", bound=Callable[..., object])

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
    "manifest-src": "'self'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
    "report-to": "csp",
}
EVERYWHERE = {
    "Reporting-Endpoints": 'csp="/csp"',
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# No page of these tells any other page that somebody was on it: ballots and receipts.
WITHOUT_REFERRER = frozenset({"voting"})


def no_referrer(view: View) -> View:
    """Mark a view whose address nobody may learn from a link on it, because it holds a token."""
    view.no_referrer = True  # type: ignore[attr-defined]  # the mark travels on the function
    return view


def init_app(app: Flask) -> None:
    """Refuse what no page of ours sends, and put the headers on every response."""
    app.url_value_preprocessor(_refuse_nul)
    app.before_request(_refuse_cross_site)
    app.after_request(_headers)


def policy(*, production: bool) -> str:
    """The content security policy as one line."""
    line = "; ".join(f"{name} {value}" for name, value in CONTENT_SECURITY_POLICY.items())
    return f"{line}; upgrade-insecure-requests" if production else line


def static_headers(headers: Any, _path: str, _url: str) -> None:
    """The headers of files, which are served before the application is asked."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def _refuse_nul(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """No person types a NUL character, and PostgreSQL takes none. Runs before the council is looked up."""
    sent = [request.path, *request.args.keys(), *(value for _, value in request.args.items(multi=True))]
    if request.method not in SAFE_METHODS:
        sent += [*request.form.keys(), *(value for _, value in request.form.items(multi=True))]
    if any("\x00" in text for text in sent):
        raise BadRequest()


def _refuse_cross_site() -> None:
    """A form of another site, as the browser itself says; the form token is the second lock."""
    if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise SentFromElsewhere()


def _headers(response: Response) -> Response:
    production = current_app.config["SETTINGS"].production
    headers = response.headers
    for name, value in EVERYWHERE.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", policy(production=production))
    headers.setdefault("Referrer-Policy", "no-referrer" if _tells_no_referrer() else "same-origin")
    if production:
        headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    if request.endpoint != "static" and (current_user.is_authenticated or response.mimetype == "text/html"):
        headers["Cache-Control"] = "no-store"
    return response


def _tells_no_referrer() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.blueprint in WITHOUT_REFERRER or bool(getattr(view, "no_referrer", False))
