"""Words of the command line → values; what cannot be read is a UsageError that says how to write it."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence

from scraper.errors import UsageError
from scraper.page import Window

DAY_FORMATS = ("%Y-%m-%d", "%d.%m.%Y")
MONTHS_BACK = 12
MONTHS_AHEAD = 24  # what towns announce: calendars reach at most to the end of next year
LEAST_REASON = 10  # characters

# The record kinds, written here because `records` loads pydantic; a test holds them together.
KINDS = ("paper", "meeting", "agenda_item", "organization", "person", "membership")


def day(text: str) -> dt.date:
    """`2026-01-31` or `31.01.2026`."""
    for form in DAY_FORMATS:
        try:
            return dt.datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise UsageError(f"{text}: no such day (write 2026-01-31 or 31.01.2026)")


def lately() -> dt.date:
    """Thirty days ago."""
    return dt.date.today() - dt.timedelta(30)


def window(since: str, until: str, today: dt.date) -> Window:
    """The meeting dates that are wanted; "" is the last 12 months, and everything announced.

    The end that is not given is the last of a month, so that it is the same tomorrow: an interrupted run
    is gone on with only when the window is the same.
    """
    first = day(since) if since else months_from(today, -MONTHS_BACK)
    last = day(until) if until else max(first, _end_of_month(months_from(today, MONTHS_AHEAD)))
    if last < first:
        raise UsageError(f"--since {first} is after --until {last}")
    return Window(first, last)


def months_from(start: dt.date, count: int) -> dt.date:
    """The same day `count` months later, or the last day of that month."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return dt.date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def _end_of_month(start: dt.date) -> dt.date:
    return start.replace(day=calendar.monthrange(start.year, start.month)[1])


def words(options: Mapping[str, object]) -> tuple[str, ...]:
    """The options that were given, as words of a command line again."""
    given = {f"--{name}": value for name, value in options.items() if value not in (None, "", False)}
    pairs = ((name,) if value is True else (name, str(value)) for name, value in given.items())
    return tuple(word for pair in pairs for word in pair)


def reason(text: str | None, option: str) -> str | None:
    """A reason that others can judge: at least ten characters; None when the option was not given."""
    if text is None:
        return None
    told = " ".join(text.split())
    if len(told) < LEAST_REASON:
        raise UsageError(f'{option}: give a reason that others can judge ("the town agreed on 2026-01-31")')
    return told


def choice(text: str, option: str, known: Sequence[str]) -> str:
    """One of the known words."""
    word = text.strip().lower()
    if word not in known:
        raise UsageError(f"{option} {text}: there are {', '.join(known)}")
    return word


def kinds(text: str) -> frozenset[str] | None:
    """The kinds of `papers,meetings` (singular or plural); None, which is all of them, for ""."""
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    known = {name: kind for kind in KINDS for name in (kind, f"{kind}s")}
    for word in words:
        if word not in known:
            raise UsageError(f"{word}: no kind of record (there are: {', '.join(KINDS)})")
    return frozenset(known[word] for word in words) or None
