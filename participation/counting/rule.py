"""What a counting rule tells about itself: menus, the command line, exports and the documentation are made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from participation.counting.case import Case, Verdict
from participation.errors import InvalidInput


class UnknownRule(InvalidInput):
    title = "That counting rule does not exist"
    public = "There is no counting rule called “{name}”."


class UnknownSetting(InvalidInput):
    title = "That setting does not exist"
    public = "The rule {rule} has no setting “{name}”."


class SettingRefused(InvalidInput):
    title = "That setting cannot be used"
    public = "“{value}” is not a value of {name}. Use {allowed}."


@dataclass(frozen=True, slots=True)
class Setting:
    """One choice the rule leaves open.

    `kind` is "choice" (one of `choices`), "flag" (yes or no), "number" (a whole number from `least`) or "threshold"
    ("none", "file" or a number that is not negative).
    """

    name: str
    title: str
    kind: str
    default: str | int | bool
    choices: tuple[tuple[str, str], ...] = ()
    least: int = 0

    def clean(self, value: str | int | bool) -> str | int | bool:
        """The value in its canonical form. Raises SettingRefused."""
        match self.kind:
            case "choice":
                return self._choice(value)
            case "flag":
                return self._flag(value)
            case "number":
                return self._number(value)
            case _:
                return self._threshold(value)

    def _choice(self, value: str | int | bool) -> str:
        allowed = [name for name, _ in self.choices]
        if value not in allowed:
            raise SettingRefused(value=value, name=self.name, allowed=" or ".join(allowed))
        return str(value)

    def _flag(self, value: str | int | bool) -> bool:
        if not isinstance(value, bool):
            raise SettingRefused(value=value, name=self.name, allowed="yes or no")
        return value

    def _number(self, value: str | int | bool) -> int:
        try:
            number = int(value) if not isinstance(value, bool) else -1
        except ValueError:
            number = self.least - 1
        if number < self.least:
            raise SettingRefused(value=value, name=self.name, allowed=f"a whole number from {self.least}")
        return number

    def _threshold(self, value: str | int | bool) -> str:
        text = str(value).strip()
        if text in ("none", "file"):
            return text
        try:
            number = Fraction(text)
        except (ValueError, ZeroDivisionError):
            number = Fraction(-1)
        if number < 0 or isinstance(value, bool):
            raise SettingRefused(value=value, name=self.name, allowed="none, file or a number")
        return str(number)


@dataclass(frozen=True, slots=True)
class Rule:
    """A counting rule.

    `name`         as on the command line. `title`, `description`: for menus and result pages.
    `ballot_types` the ballots it can count.
    `elects`       whether it chooses options; otherwise its outcome informs a decision and selects nothing.
    `promises`     properties that hold for every election and are tested: "within-budget", "monotone" (another
                   supporter never makes a winner lose).
    """

    name: str
    title: str
    description: str
    ballot_types: tuple[str, ...]
    settings: tuple[Setting, ...]
    count: Callable[[Case], Verdict]
    promises: tuple[str, ...] = ("within-budget",)
    elects: bool = True

    def clean(self, settings: Mapping[str, str | int | bool]) -> dict[str, str | int | bool]:
        """All settings of the rule, defaults filled in. Raises UnknownSetting, SettingRefused."""
        known = {setting.name: setting for setting in self.settings}
        for name in settings:
            if name not in known:
                raise UnknownSetting(rule=self.name, name=name)
        return {name: setting.clean(settings.get(name, setting.default)) for name, setting in known.items()}
