"""What officers and key-holders fill in while a vote runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from participation.accounts.models import Account
from participation.consultations.forms import TIME_HINT, is_time
from participation.consultations.models import CommissioningOption
from participation.consultations.moments import in_uk, time_of, time_text, uk_moment
from participation.voting import additions
from participation.voting.custody.holders import SLOTS, name_of
from participation.voting.custody.phrases import LONGEST_TYPED
from participation.voting.exclusions import REASONS
from participation.web.forms import (
    Form,
    at_most,
    between,
    date_parts,
    email,
    long_text,
    needed,
    password,
    pounds,
    radios,
    select,
    text,
    whole_number,
)


class ExtendVoteForm(Form):
    """A later end of the vote, and why."""

    day = date_parts("New closing day", rules=[needed("Enter the new closing day")])
    time = text("New closing time", hint=TIME_HINT, width="10", rules=[needed("Enter the new closing time"), is_time])
    reason = long_text(
        "Why do residents get more time?", hint="Residents read this.", limit=150, rules=[needed("Enter why")]
    )

    def show(self, closes_at: datetime) -> None:
        self.day.data, self.time.data = in_uk(closes_at).date(), time_text(closes_at)

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators) or self.day.data is None:
            return False
        try:
            self.until = uk_moment(self.day.data, time_of(str(self.time.data)))
        except ValueError:
            self.time.errors = ["The clocks change that night and skip this time. Choose another one"]
            return False
        return True


CHANGE_REASON = 200


class ChangeOptionForm(Form):
    """What an option says from now on, and why that changes while residents vote."""

    title = text(
        "Title", rules=[needed("Enter a title"), at_most(250, "The title must be 250 characters or fewer")]
    )  # fmt: skip
    description = long_text(
        "What residents would notice", limit=1500, rules=[needed("Enter what residents would notice")]
    )
    cost = pounds("What it costs", hint="In pounds.", rules=[needed("Enter what it costs")])
    reason = long_text(
        "Why does it change?", hint="Everybody reads this, and everybody who voted is sent it.", limit=CHANGE_REASON,
        rules=[needed("Enter why it changes")],
    )  # fmt: skip

    def show(self, option: CommissioningOption) -> None:
        self.title.data, self.description.data, self.cost.data = option.title, option.description, option.cost_pence


class ChangeFiguresForm(Form):
    """The money and the limit of a ballot from now on, and why they change while residents vote."""

    budget = pounds("Money available", rules=[needed("Enter the money available")])
    max_choices = whole_number(
        "Most options on a ballot (optional)", hint="It can become fewer, never more. Leave empty for no limit.",
        rules=[between(1, 1000, "The most options must be 1 or more")],
    )  # fmt: skip
    reason = long_text(
        "Why does it change?", hint="Everybody reads this, and everybody who voted is sent it.", limit=CHANGE_REASON,
        rules=[needed("Enter why it changes")],
    )  # fmt: skip


class HoldersForm(Form):
    """Which three people hold the key."""

    holder_1 = select("First key-holder", rules=[needed("Choose the first key-holder")])
    holder_2 = select("Second key-holder", rules=[needed("Choose the second key-holder")])
    holder_3 = select("Third key-holder", rules=[needed("Choose the third key-holder")])

    def offer(self, people: Sequence[Account]) -> None:
        for field in self.fields_by_slot:
            field.choices = [("", "Choose a person"), *((str(one.id), name_of(one)) for one in people)]

    def show(self, account_ids: list[int]) -> None:
        for field, account_id in zip(self.fields_by_slot, account_ids, strict=False):
            field.data = str(account_id)

    @property
    def fields_by_slot(self) -> list[Any]:
        return [self[f"holder_{slot}"] for slot in SLOTS]

    @property
    def chosen(self) -> list[int]:
        return [int(field.data) for field in self.fields_by_slot]


class PhraseForm(Form):
    """A key-holder's phrase. The field is a password: it is never carried through a sign-in page, nor kept by a browser."""

    password = password(
        "Your phrase", hint="Eight words. Capitals and hyphens do not matter.", autocomplete="off",
        rules=[needed("Enter your phrase"), at_most(LONGEST_TYPED, "A phrase has eight words")],
    )  # fmt: skip


class ExcludeForm(Form):
    """Who is taken off the register, and the published reason."""

    email = email("Email address of the voter", rules=[needed("Enter the email address of the voter")])
    reason = radios(
        "Why?",
        [(meaning.code, meaning.sentence) for meaning in REASONS.values()],
        hint="The reason and how many voters it was given for are published, never who.",
        rules=[needed("Choose why")],
    )


class AddVoterForm(Form):
    """Who is added to the register, and the published reason."""

    email = email("Email address of the resident", rules=[needed("Enter the email address of the resident")])
    reason = radios(
        "Why?",
        [(meaning.code, meaning.sentence) for meaning in additions.REASONS.values()],
        hint="The reason is published, never who.",
        rules=[needed("Choose why")],
    )


class ContestForm(Form):
    """A voter says why it was wrong to take them off the register."""

    reason = long_text(
        "Why is it wrong?", hint="Council staff read this.", limit=1000, rules=[needed("Enter why it is wrong")]
    )
