"""Spans of time as people write and read them, and the night in which a crawl may work."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from scraper.errors import UsageError

ZONE = ZoneInfo("Europe/Berlin")  # the night of the towns that are crawled, wherever the machine stands
_SPAN = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?")
_NIGHT = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_DAY = 86_400.0


def span(text: str) -> float | None:
    """Seconds of `90`, `15m`, `2h30m`; None for "". UsageError."""
    if not text:
        return None
    match = _SPAN.fullmatch(text.replace(" ", "").lower())
    if match is None:
        raise UsageError(f"{text}: no span of time (write 90, 15m or 2h30m)")
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def duration(seconds: float) -> str:
    """`45 s`, `38 min`, `2 h 05 min`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, left = divmod(minutes, 60)
    if hours:
        return f"{hours} h {left:02d} min"
    return f"{minutes} min" if minutes else f"{rest} s"


@dataclass(frozen=True)
class Night:
    """From `begin` to `end`, times of the day in Germany; the end may lie on the next day."""

    begin: dt.time
    end: dt.time

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"

    def left(self, moment: dt.datetime) -> float:
        """Seconds until the night is over at `moment` (aware), by the clock on the wall; 0 by day."""
        now = _seconds(moment.astimezone(ZONE).time())
        length = (_seconds(self.end) - _seconds(self.begin)) % _DAY
        since = (now - _seconds(self.begin)) % _DAY
        return max(length - since, 0.0)


def night(text: str) -> Night | None:
    """The night of `22:00-06:00`; None for "". UsageError."""
    if not text:
        return None
    match = _NIGHT.fullmatch(text.replace(" ", ""))
    try:
        hour, minute, last_hour, last_minute = map(int, match.groups()) if match else (0, 0, 0, 0)
        found = Night(dt.time(hour, minute), dt.time(last_hour, last_minute))
    except ValueError:
        found = None
    if found is None or found.begin == found.end:
        raise UsageError(f"--night {text}: no span of the day (write 22:00-06:00, German time)")
    return found


def _seconds(time: dt.time) -> float:
    return time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6
