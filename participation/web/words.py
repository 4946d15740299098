"""How figures, dates and money are said: the template filters, one style for every page.

Source of the conventions: GOV.UK style; section 14 of the UK notes (commas, "£1.2 million", "2025 to 2026", 5:30pm).
"""

from __future__ import annotations

from datetime import date, datetime

from markupsafe import Markup, escape

from participation import clock

MILLION = 1_000_000


def number(value: int | None) -> str:
    """1234567 -> "1,234,567"; None -> "not known"."""
    return "not known" if value is None else f"{value:,}"


def pounds(pence: int | None) -> str:
    """Pence as pounds: "£75", "£75.50", "£1,234"; below zero "−£75"."""
    if pence is None:
        return "not published"
    sign = "−" if pence < 0 else ""
    whole, rest = divmod(abs(pence), 100)
    return f"{sign}£{whole:,}" + (f".{rest:02d}" if rest else "")


def pounds_short(pence: int | None) -> str:
    """Pence for running text: "£1.2 million" from a million up, otherwise whole pounds, rounded half up."""
    if pence is None:
        return "not published"
    sign = "−" if pence < 0 else ""
    whole = (abs(pence) + 50) // 100
    if whole >= MILLION:
        tenths = (abs(pence) * 10 + MILLION * 50) // (MILLION * 100)  # from the pence: rounded once, not twice
        return f"{sign}£{tenths // 10:,}.{tenths % 10} million"
    return f"{sign}£{whole:,}"


def percent(part: int, whole: int, places: int = 0) -> str:
    """A share as "12%"; "—" when there is nothing to share. Rounded half up, exactly."""
    if whole == 0:
        return "—"
    sign = "−" if part < 0 else ""
    scale = 10**places
    scaled = (abs(part) * 200 * scale + whole) // (2 * whole)
    if places == 0:
        return f"{sign}{scaled:,}%"
    return f"{sign}{scaled // scale:,}.{scaled % scale:0{places}d}%"


def hours(value: float | None) -> str:
    """Hours in words: "15 hours", "1 hour", "1.5 hours"; None -> "not known"."""
    return "not known" if value is None else f"{value:g} hour{'' if value == 1 else 's'}"


def day(value: date | datetime | None) -> str:
    """22 November 2026, in UK time."""
    if value is None:
        return "not set"
    moment = value.astimezone(clock.UK) if isinstance(value, datetime) else value
    return f"{moment.day} {moment:%B %Y}"


def moment(value: datetime | None) -> str:
    """ "5:30pm on 22 November 2026", in UK time; midnight and midday in words."""
    if value is None:
        return "not set"
    local = value.astimezone(clock.UK)
    return f"{time_of_day(local)} on {day(local)}"


def waited(since: datetime, now: datetime) -> str:
    """How long it is since a moment, in its two largest units: "3 days and 4 hours", "25 minutes"."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    days, hours = divmod(minutes // 60, 24)
    if days:
        return plural(days, "day") + (f" and {plural(hours, 'hour')}" if hours else "")
    if hours:
        return plural(hours, "hour") + (f" and {plural(minutes % 60, 'minute')}" if minutes % 60 else "")
    return plural(minutes, "minute") if minutes else "less than a minute"


def time_of_day(local: datetime) -> str:
    if (local.hour, local.minute) == (0, 0):
        return "midnight"
    if (local.hour, local.minute) == (12, 0):
        return "midday"
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{hour}:{local.minute:02d}{half}" if local.minute else f"{hour}{half}"


def year_words(financial_year: str) -> str:
    """ "2024-25" -> "2024 to 2025"."""
    first, _, second = financial_year.partition("-")
    if not first.isdecimal() or len(second) != 2:
        return financial_year
    return f"{first} to {int(first) + 1}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """1, "vote" -> "1 vote"; 2 -> "2 votes"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def paragraphs(text: str) -> Markup:
    """Plain text as paragraphs: blank lines part them, everything is escaped."""
    blocks = [block.strip() for block in text.replace("\r\n", "\n").split("\n\n")]
    html = [
        Markup('<p class="govuk-body">{}</p>').format(Markup("<br>").join(escape(line) for line in block.split("\n")))
        for block in blocks
        if block
    ]
    return Markup("\n").join(html)


FILTERS = {
    "hours": hours,
    "number": number,
    "pounds": pounds,
    "pounds_short": pounds_short,
    "day": day,
    "moment": moment,
    "waited": waited,
    "year_words": year_words,
    "paragraphs": paragraphs,
}
