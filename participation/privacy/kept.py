"""Every table, in one list: what it holds of people, why, and for how long. The only place that says so.

`docs/data-protection.md`, the page "what we hold about you" and `participation retention run` are made from it, and a test
fails on a table that is not in it. Bases and periods: UK notes, section 12; the council's data protection officer confirms them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

TASK = "6(1)(e) public task"
RECORD = "6(1)(c) legal obligation, 6(1)(e) public task"
SPECIAL = "6(1)(e) and 9(2)(g) with DPA 2018 schedule 1 paragraph 8"


@dataclass(frozen=True, slots=True)
class Kept:
    """One table with people in it. `title` is for residents; `until` says when it goes, `after` is the period that runs."""

    table: str
    title: str
    what: str
    basis: str
    until: str
    after: timedelta | None = None
    # Columns that go at another time than the rest of the row: column -> when.
    fields: Mapping[str, str] = field(default_factory=dict)

    def by_period(self, columns: Iterable[str]) -> dict[str, list[str]]:
        """When values go -> the columns of the table that go then."""
        found: dict[str, list[str]] = {}
        for column in columns:
            found.setdefault(self.fields.get(column, self.until), []).append(column)
        return found


def _days(days: int) -> timedelta:
    return timedelta(days=days)


def _fields(until: str, *columns: str) -> dict[str, str]:
    return dict.fromkeys(columns, until)


YEAR = _days(365)
UNUSED, WARNED = 2 * YEAR, _days(30)
UNCONFIRMED = _days(30)
AFTER_RESULT = _days(91)

PERSONAL: tuple[Kept, ...] = (
    Kept("account", "Your account", "Email address, password as a hash, dates; the name of staff", TASK,
         "until deleted, 24 months unused (warned 30 days before), or 30 days unconfirmed", UNUSED),
    Kept("resident_profile", "Where you live and what you said about yourself", "Ward, start of the postcode, age group, sex",
         SPECIAL, "with the account; the rest of the postcode is never kept"),
    Kept("sign_in_session", "Where you are signed in", "Browser family and times", TASK, "30 days", _days(30)),
    Kept("email_token", "Links we sent you", "Hash of the link, purpose, times; a new address", TASK,
         "30 days after its end", _days(30)),
    Kept("sign_in_code", "Codes we sent you", "Keyed hash of the code", TASK, "1 day after its end", _days(1)),
    Kept("outside_identity", "Sign-in services you use", "The name a sign-in service gives you", TASK, "with the account"),
    Kept("sign_up_signal", "How you signed up", "Keyed digests of network and mailbox, changed daily", TASK,
         "90 days", _days(90)),
    Kept("outbox_mail", "Emails to you", "Recipient and text until sent", TASK,
         "text and recipient erased when sent or given up; the row 90 days", _days(90),
         _fields("until sent or given up", "recipient", "subject", "body")),
    Kept("role_grant", "Your roles", "Roles of staff", TASK, "with the role"),
    Kept("authenticator", "Your authenticator app", "Encrypted secret of staff", TASK, "with the account, or reset"),
    Kept("recovery_code", "Your recovery codes", "Hashes of staff codes", TASK, "with the account, or reset"),
    Kept("passkey", "Your passkeys", "Public keys of staff", TASK, "with the account, or reset"),
    Kept("failed_proof", "Wrong codes entered for you", "Count and time", TASK, "1 day", _days(1)),
    Kept("code_attempt", "Address codes you tried in vain", "Count by day", TASK, "30 days", _days(30)),
    Kept("eligibility_proof", "How you proved where you live", "That it was proved; keyed hash of the address", TASK,
         "the hash of the address 3 months after the result, the rest with the account", AFTER_RESULT,
         {**_fields("3 months after the result", "household"),
          **_fields("with the account", "consultation_id", "account_id", "how", "recorded_by", "proved_at")}),
    Kept("address_code", "Codes sent to addresses", "Reference of an address, keyed hash of its code", TASK,
         "3 months after the codes end", AFTER_RESULT),
    Kept("priority", "Needs and comments you wrote", "Title, text, whether counted apart", TASK,
         "published: for ever, without a name once the account goes; others 12 months after they were sent", YEAR,
         _fields("with the account", "author_id")),
    Kept("priority_support", "Needs you support", "Which, when, from which ward, whether counted apart", TASK,
         "with the account"),
    Kept("quote", "Passages of your needs that staff asked to quote", "The words, whether a moderator cleared them", TASK,
         "with the account; in signed summaries for ever, without a name"),
    Kept("theme_assignment", "Themes your needs were put under", "Which theme, how", TASK, "with the need"),
    Kept("priority_flag", "What an automatic check noticed in your needs", "A code, such as a telephone number", TASK,
         "with the need"),
    Kept("moderation_decision", "Decisions on your needs", "Decision, reason, note", TASK,
         "the note with the account, the rest with the need", None,
         {**_fields("with the account", "note"),
          **_fields("with the need", "id", "priority_id", "priority_version", "text_hash", "action", "reason_code", "decided_at"),
          **_fields("with the need; staff, named for their act", "moderator_id")}),
    Kept("moderation_appeal", "Your appeals", "Your statement and the answer", TASK,
         "the words with the account, the rest with the need", None,
         {**_fields("with the account", "statement", "answer"),
          **_fields("with the need", "decision_id", "filed_at", "outcome", "decided_at"),
          **_fields("with the need; staff, named for their act", "decided_by")}),
    Kept("hidden_text", "Parts of your needs that were hidden", "The text, sealed", TASK,
         "12 months after the decision, for an appeal, or with the account", _days(0)),
    Kept("consultation_follower", "Consultations you follow", "Which, since when", "6(1)(a) consent", "until stopped"),
    Kept("service_follower", "Services you follow", "Which, since when", "6(1)(a) consent", "until stopped"),
    Kept("need_picture", "Photos of needs", "The photo without where and when it was taken, what is on it", TASK,
         "until the account goes, or with the need"),
    Kept("need_follower", "Needs you follow", "Which, since when", "6(1)(a) consent", "until stopped"),
    Kept("satisfaction_answer", "What you said about how it turned out", "Three answers, which round", TASK, "with the account"),
    Kept("last_mail", "When we last emailed you news", "Kind, moment", "6(1)(a) consent", "with the account"),
    Kept("mail_choice", "Which emails you want", "Choice by kind", "6(1)(a) consent", "with the account"),
    Kept("roll_entry", "Votes you are registered for", "Ward, age group, sex, how; no ballot", SPECIAL,
         "the name 3 months after the result; age group and sex 12 months after it", AFTER_RESULT,
         {**_fields("the link to the account 3 months after the result", "account_id", "external_id"),
          **_fields("12 months after the result", "age_band", "sex"),
          **_fields("as a number without a name, with the vote", "vote_id", "voter_id", "ward_id", "channel", "state",
                    "reason_code")}),
    Kept("sealed_ballot", "Your sealed ballots", "A ballot nobody can read", SPECIAL, "until the box is opened"),
    Kept("participation", "Votes you took part in", "That somebody on the roll voted", SPECIAL, "as a number without a name"),
    Kept("side_answer", "Your answers beside a ballot", "What you answered; never how you voted", TASK,
         "with the account, or 12 months after the result", YEAR),
    Kept("exclusion_contest", "Objections to an exclusion", "Your reason and the answer", TASK, "12 months", YEAR),
)  # fmt: skip

# Acts of staff in office: named for accountability, kept with the record they belong to.
OF_STAFF: dict[str, str] = {
    "approval": "Acts of two people", "audit_event": "The governance record", "code_batch": "Who made codes",
    "consultation": "Who drafted it", "consultation_edition": "Who saved a translation",
    "consultation_response": "Who published it", "count_run": "Who counted",
    "delivery_statement": "Who said who delivers a service",
    "export_job": "Who asked for a file of figures; deleted after 7 days. Files made for everybody name nobody",
    "feed_token": "Who made a key of the data feed",
    "figure_citation": "Who cited a figure",
    "key_holder": "Who holds a key", "key_entry": "Which key was entered", "launch_request": "Who asked and approved",
    "moderation_referral": "Who referred a text to safeguarding or to the lawyers, and why; "
    "kept from downloads, because it can be about protecting somebody (DPA 2018 schedules 2 and 3)",
    "round_link": "Who said what is the same as in an earlier round",
    "second_reading": "Who read a text again",
    "moderation_conflict": "Who declared an interest", "moderation_option_conflict": "Who declared an interest",
    "moderation_lock": "Who reads a need", "needs_record": "Who signed it",
    "outcome_change": "Who changed an outcome", "phase_extension": "Who extended a phase", "planned_contract": "Who planned it",
    "priority_merge": "Who merged needs",
    "theme_change": "Who changed a theme", "webhook": "Who made a webhook",
}  # fmt: skip

# Nobody can be found in these.
WITHOUT_PEOPLE: frozenset[str] = frozenset({
    "board_ballot", "board_tracker", "box_leaf", "box_outbox", "budget_line", "budget_step", "checkpoint", "commissioning_option",
    "consultation_service", "contract", "council", "council_tax", "definition_version",
    "earlier_net", "eligibility_rule", "eligible_ward",
    "figure_correction", "finance_dataset", "key_wrap", "live_step", "neighbour_postcode", "outcome", "outturn",
    "people_count", "phase", "stratum_tally",
    "population_cell", "postcode", "rollup_cell", "rollup_change", "rollup_part", "rollup_state",
    "service_detail", "settled_count",
    "service_group", "theme", "vote", "ward", "ward_grouping", "ward_in_group", "side_question", "webhook_delivery",
})  # fmt: skip


def title_of(table: str) -> str:
    """What a resident calls a table's rows."""
    return next((kept.title for kept in PERSONAL if kept.table == table), OF_STAFF.get(table, table.replace("_", " ")))
