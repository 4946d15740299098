"""Error pages, and what every template may use."""

from __future__ import annotations

from flask import Flask, current_app, g, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from participation.errors import Refusal
from participation.extensions import login
from participation.web import words
from participation.web.access import Permission, here, may, may_take_part
from participation.web.forms import summary_errors
from participation.web.paging import page_link

PUBLIC_WORDS: dict[int, tuple[str, str]] = {
    400: ("We could not understand that request", "Go back and try again."),
    401: ("Sign in to continue", "You need to sign in to do this."),
    403: ("You cannot see this page", "Your account does not have permission to do this."),
    404: ("Page not found", "If you typed the address, check it is correct."),
    405: ("That cannot be done here", "Go back and use the buttons on the page."),
    409: ("This has changed", "Check what it says now and try again."),
    410: ("This is no longer here", "It was removed or has expired."),
    413: ("That file is too large", "Choose a smaller file and try again."),
    422: ("There is a problem with what was sent", "Check what you entered and try again."),
    429: ("Too many attempts", "Wait a few minutes, then try again. Nothing you did before is lost."),
    500: ("Sorry, there is a problem with the service", "Try again later. Anything you already sent is safe."),
    503: (
        "The service is not available for a moment",
        "Try again in a few minutes. Anything you already sent is safe.",
    ),
}


def init_app(app: Flask) -> None:
    """Templates, filters and error pages."""
    app.jinja_loader = ChoiceLoader(
        [
            app.jinja_loader,  # type: ignore[list-item]  # set by Flask from template_folder
            PrefixLoader(
                {
                    "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
                    "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
                }
            ),
        ]
    )
    app.jinja_env.filters.update(words.FILTERS)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.add_template_global(summary_errors)
    app.add_template_global(page_link)
    app.add_template_global(words.percent, "percent")
    app.add_template_global(words.plural, "plural")
    app.add_template_global(may, "may")
    app.add_template_global(here, "signed_in_here")
    app.add_template_global(may_take_part, "may_take_part")
    app.add_template_global(Permission, "Permission")
    app.context_processor(_for_every_page)
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(CSRFError, _old_form)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _bug)


def _for_every_page() -> dict[str, object]:
    return {"council": g.get("council"), "settings": current_app.config["SETTINGS"], "current_user": current_user}


def error_page(status: int, title: str, message: str) -> tuple[str, int]:
    """The one page of all errors. It must come even when what is broken is the database, or the request's host."""
    if request_ctx.url_adapter is None:  # the host was refused before any address could be matched
        request_ctx.url_adapter = current_app.url_map.bind("localhost")
    words = {"status": status, "title": title, "message": message}
    try:
        return render_template("errors/error.html", **words), status
    except SQLAlchemyError:
        g.council, g._login_user = None, login.anonymous_user()
        return render_template("errors/error.html", **words), status


def _refusal(refusal: Refusal) -> ResponseReturnValue:
    page, status = error_page(refusal.status, refusal.title, refusal.message)
    wait = getattr(refusal, "retry_after", None)
    return page, status, {"Retry-After": str(wait)} if wait else {}


def _old_form(_error: CSRFError) -> ResponseReturnValue:
    return error_page(
        400,
        "This page was open for too long",
        "Nothing was changed. Go back, copy what you wrote, then reload the page and send it again.",
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None and error.code is not None and error.code < 400:
        return error.response
    status = error.code or 500
    title, message = PUBLIC_WORDS.get(status, PUBLIC_WORDS[500] if status >= 500 else PUBLIC_WORDS[400])
    page, _ = error_page(status, title, message)
    headers = [(name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After")]
    return page, status, headers


def _database_away(error: OperationalError) -> ResponseReturnValue:
    """The database cannot be reached or is too busy: 503, so that nobody takes it for the end of their work."""
    if current_app.testing or current_app.debug:
        raise error
    current_app.logger.error("the database did not answer on %s", request.endpoint, exc_info=error)
    title, message = PUBLIC_WORDS[503]
    page, status = error_page(503, title, message)
    return page, status, {"Retry-After": "60"}


def _bug(error: Exception) -> ResponseReturnValue:
    """An unexpected fault: logged with its trace, told in plain words. Tests and the debugger get it raised."""
    if current_app.testing or current_app.debug:
        raise error
    current_app.logger.error("unexpected fault on %s", request.endpoint, exc_info=error)
    title, message = PUBLIC_WORDS[500]
    return error_page(500, title, message)
