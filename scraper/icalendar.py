"""Calendar exports (iCalendar, RFC 5545) as events. Pure; what is no event is passed over.

Seen: local times with `TZID=Europe/Berlin`, times in UTC, whole days; parameters behind the names; values
that end in a comma; lines folded and not.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scraper import german, text

_FOLD = re.compile(r"\r?\n[ \t]")
_EVENT = re.compile(r"^BEGIN:VEVENT\s*$(.*?)^END:VEVENT\s*$", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^([A-Z][A-Z0-9-]*)(?:;[^:\r\n]*)?:(.*)$", re.MULTILINE)
_ESCAPED = re.compile(r"\\([nN,;\\])")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")


@dataclass(frozen=True)
class Event:
    """One entry. `start`, `end`: RFC 3339 in Berlin, None for whole days and where none is given.

    `values`: name → unescaped text; a line of it is a line of the source.
    """

    day: dt.date
    start: str | None
    end: str | None
    values: dict[str, str] = field(default_factory=dict)

    def line(self, name: str) -> str:
        """A value as one line without the commas that separate nothing, "" without one."""
        parts = (text.clean(part) for part in self.values.get(name, "").split(","))
        return ", ".join(part for part in parts if part)


def is_whole(source: str) -> bool:
    """Whether the text is a calendar that also ends."""
    return "BEGIN:VCALENDAR" in source and source.rstrip().endswith("END:VCALENDAR")


def events(source: str) -> Iterator[Event]:
    """The events that have a day, in order. An end at the start itself says nothing."""
    for match in _EVENT.finditer(_FOLD.sub("", source)):
        values = {name: _unescaped(value) for name, value in reversed(_LINE.findall(match[1]))}
        day, start = _when(values.get("DTSTART", ""))
        end = _when(values.get("DTEND", ""))[1]
        if day is not None:
            yield Event(day, start, end if end != start else None, values)


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], value).strip()


def _when(printed: str) -> tuple[dt.date | None, str | None]:
    match = _TIME.match(printed)
    if match is None:
        return None, None
    year, month, day, hour, minute = (int(group or 0) for group in match.groups()[:5])
    try:
        at = dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC if match[6] else german.ZONE)
    except ValueError:
        return None, None
    at = at.astimezone(german.ZONE)
    return at.date(), at.isoformat(timespec="seconds") if match[4] else None
