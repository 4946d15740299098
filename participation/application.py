"""`create_app(settings)`: the only place that knows every feature."""

from __future__ import annotations

import importlib
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from config.settings import ROOT, Settings
from participation import extensions
from participation.accounts import (
    approvals_manage,
    elsewhere_routes,
    identity,
    outbox,
    passkey_routes,
    proving,
    signals_manage,
    staff_manage,
)
from participation.accounts import before as accounts_before
from participation.accounts import own as own_account
from participation.accounts.staffing import GRANT_ROLE
from participation.approvals.acts import register_act
from participation.budgets import manage as budget_manage
from participation.budgets import routes as budget_routes
from participation.budgets import voices
from participation.commissioning import citing, citing_manage, linking_manage, settling
from participation.commissioning import contract as commissioning_contract
from participation.commissioning import manage as commissioning_manage
from participation.commissioning import routes as commissioning_routes
from participation.commissioning.duties import duties as commissioning_duties
from participation.commissioning.exporting import manage as exporting_manage
from participation.commissioning.feed import manage as feed_manage
from participation.commissioning.feed import routes as feed_routes
from participation.commissioning.further import needs_summary
from participation.commissioning.live import manage as live_manage
from participation.commissioning.themes import manage as theme_manage
from participation.commissioning.themes import quote_manage
from participation.consultations import archiving, copying, duties, endings, further, gates, launching, satisfaction
from participation.consultations import feed_routes as consultation_routes
from participation.consultations import letters as consultation_letters
from participation.consultations import manage as consultation_manage
from participation.councils import manage as council_manage
from participation.councils import pages as council_pages
from participation.councils import routes as council_routes
from participation.councils import security
from participation.councils.scope import council_of_a_lost_address, fill_in_council
from participation.eligibility import manage as eligibility_manage
from participation.eligibility import proved
from participation.eligibility import routes as eligibility_routes
from participation.eligibility.further import code_page
from participation.eligibility.gate import eligibility_is_declared, rule_of
from participation.eligibility.service import copy_rule
from participation.moderation import manage as moderation_manage
from participation.moderation import queries as moderation_queries
from participation.moderation import report_routes as moderation_routes
from participation.moderation import screen as moderation_screen
from participation.priorities import before as needs_before
from participation.priorities import (
    comment_routes,
    evidence,
    outcome_manage,
    outcome_news,
    outcome_routes,
    outcomes,
    photo_routes,
    screening,
    standing,
    unsigned_routes,
    verdicts,
    worded_manage,
)
from participation.priorities import routes as priority_routes
from participation.priorities.voices import voices_about
from participation.privacy import pages as privacy_pages
from participation.privacy import routes as privacy_routes
from participation.voting import duties as voting_duties
from participation.voting import four_eyes
from participation.voting import manage as voting_manage
from participation.voting import routes as voting_routes
from participation.voting.copied import copy_set_up
from participation.voting.destruction import destroy_ballots
from participation.voting.gate import keys_are_rehearsed, vote_is_set_up, votes_of
from participation.web import access, addresses, bodies, headers, limits, pages, reports, request_log

# Every table must be known before the first query or migration, whichever feature is used first.
MODELS = (
    "accounts", "approvals", "audit", "budgets", "commissioning", "consultations", "councils", "eligibility", "moderation",
    "priorities", "voting", "web",
)  # fmt: skip

BLUEPRINTS = (
    reports.blueprint,
    council_routes.blueprint,
    council_pages.blueprint,
    council_manage.blueprint,
    security.page,
    security.well_known,
    own_account.blueprint,
    elsewhere_routes.blueprint,
    proving.blueprint,
    passkey_routes.blueprint,
    privacy_routes.blueprint,
    privacy_pages.blueprint,
    outbox.blueprint,
    staff_manage.blueprint,
    signals_manage.blueprint,
    approvals_manage.blueprint,
    budget_routes.blueprint,
    budget_manage.blueprint,
    consultation_routes.blueprint,
    consultation_manage.blueprint,
    eligibility_routes.blueprint,
    eligibility_manage.blueprint,
    priority_routes.blueprint,
    comment_routes.blueprint,
    photo_routes.blueprint,
    outcome_routes.blueprint,
    unsigned_routes.blueprint,
    outcome_manage.blueprint,
    worded_manage.blueprint,
    moderation_routes.blueprint,
    moderation_manage.blueprint,
    voting_routes.blueprint,
    voting_manage.blueprint,
    commissioning_routes.blueprint,
    commissioning_manage.blueprint,
    commissioning_contract.blueprint,
    linking_manage.blueprint,
    exporting_manage.blueprint,
    theme_manage.blueprint,
    quote_manage.blueprint,
    citing_manage.blueprint,
    feed_routes.blueprint,
    feed_manage.blueprint,
    live_manage.blueprint,
)


def create_app(settings: Settings) -> Flask:
    """Build the application. Raises RuntimeError when a view has no access mark."""
    app = Flask("participation", root_path=str(ROOT / "participation"), template_folder=str(ROOT / "templates"))
    app.config.from_mapping(_flask_settings(settings))
    for feature in MODELS:
        importlib.import_module(f"participation.{feature}.models")
    request_log.init_app(app)
    addresses.init_app(app)
    bodies.init_app(app)
    headers.init_app(app)
    extensions.init_app(app)
    identity.init_app(app)
    pages.init_app(app)
    app.before_request(council_of_a_lost_address)
    app.before_request(lambda: access.enforce(app))
    limits.init_app(app)
    app.url_defaults(fill_in_council)
    _hand_down()
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    access.refuse_unmarked(app)
    _serve_static(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    return app


def _hand_down() -> None:
    """What features above give to those below, which do not import them."""
    register_act(GRANT_ROLE)
    register_act(launching.LAUNCH)
    launching.register_part(rule_of)
    launching.register_part(votes_of)
    gates.register_gate(vote_is_set_up)
    gates.register_doubt(eligibility_is_declared)
    gates.register_doubt(keys_are_rehearsed)
    copying.register_companion(copy_rule)
    copying.register_companion(copy_set_up)
    archiving.register_check(outcomes.without_outcome)
    endings.register_ending(destroy_ballots)
    for act in four_eyes.ACTS:
        register_act(act)
    further.register_source(code_page)
    further.register_source(needs_summary)
    further.register_source(outcome_routes.further_outcomes)
    further.register_source(unsigned_routes.without_account)
    consultation_letters.register_source(outcome_news.outcomes_changed)
    consultation_letters.register_source(satisfaction.asked_again)
    further.register_source(satisfaction.link)
    consultation_letters.register_own_source(outcome_news.followed_needs)
    duties.register_source(outcomes.duties)
    duties.register_source(moderation_queries.duties)
    duties.register_source(commissioning_duties)
    duties.register_source(voting_duties.duties)
    proved.register(standing.label)
    screening.register(moderation_screen.screen, moderation_screen.keep)
    verdicts.register_source(moderation_queries.verdicts_on)
    evidence.register_source(citing.figures_behind)
    voices.register_source(voices_about)
    needs_before.register_listener(settling.before_change)
    accounts_before.register_listener(settling.before_account)


def _flask_settings(settings: Settings) -> dict[str, Any]:
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "TESTING": settings.environment == "test",
        "TRUSTED_HOSTS": list(settings.trusted_hosts),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        # A fault's trace in the log must not hold what people typed.
        "SQLALCHEMY_ENGINE_OPTIONS": {
            **extensions.engine_options(settings.database_url),
            "hide_parameters": settings.production,
        },
        "MIGRATIONS_DIRECTORY": str(ROOT / "migrations"),
        "SESSION_COOKIE_NAME": "__Host-session" if settings.production else "session",
        "SESSION_COOKIE_SECURE": settings.production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "MAX_CONTENT_LENGTH": 10 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "WTF_CSRF_TIME_LIMIT": None,
        # Pages that send no referrer post forms as well; the token, SameSite and Sec-Fetch-Site guard them.
        "WTF_CSRF_SSL_STRICT": False,
        "PROVIDE_AUTOMATIC_OPTIONS": False,
    }


def _serve_static(app: Flask) -> None:
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(ROOT / "participation" / "static"),
        prefix="static/",
        max_age=3600,
        add_headers_function=headers.static_headers,
        autorefresh=not app.config["SETTINGS"].production,
    )
