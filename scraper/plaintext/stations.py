"""The lines of a Beratungsfolge: committee and role, date, title of the meeting and result."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from scraper import german, text
from scraper.plaintext import lines, sections
from scraper.records import Deliberation

_DATE = re.compile(r"(?:(?:Mo|Di|Mi|Do|Fr|Sa|So)\w*\.?,? )?\d{1,2}\.\d{1,2}\.\d{4}")
# Roles printed behind the committee; the longest first.
ROLES = (
    "Information zur Kenntnis", "Verweisung in die Gremien", "Beschlussfassung", "Beschlußfassung",
    "Senatsberatung", "Kenntnisnahme", "Stellungnahme", "Vorberatung", "Entscheidung", "Einbringung",
    "beschließend", "vorberatend", "Information", "Empfehlung", "Mitzeichnung", "Anhörung", "1. Lesung",
    "2. Lesung", "Beratung",
)  # fmt: skip
_ROLE_ALONE = re.compile(rf"(?:zur |zum )?(?:{'|'.join(map(re.escape, ROLES))})")
_ROLE = re.compile(rf"(?P<committee>\S.*?)\s+(?P<role>{_ROLE_ALONE.pattern})")
# Words with which a result begins, and words it may go on with; what it means is the table of outcomes'.
_LEADING = """
    einstimmig mehrheitlich ohne mit im in zur nicht keine kein vom an bis für durch das offen
    entscheidung beschlussfassung stellungnahme ungeändert geändert unverändert
"""
_FOLLOWING = """
    der die den zum und ausschuss gremium rat bvv änderung änderungen ergänzungen kenntnis genommen nimmt
    votum zwischenbericht antragsteller nächsten sitzung beratungsfolge beendet erklärt wegen absage beschluss
"""
_MOST = 12
_FIRST = frozenset(_LEADING.split())
_MORE = frozenset({*_FIRST, *_FOLLOWING.split(), "", "/"})
# Heads of the table and buttons, which tell nothing.
_IDLE = re.compile(r"Status\s+Datum\s+Gremium.*|NA|PA|TO|VO|BV|AU")
# Words in the names of committees: a planned station has no date that would show it.
_COMMITTEE = re.compile(
    r"(?i)(?:ausschu[sß]s?|beirat|rat|rates|tag|kommission|versammlung|vorstand|senat|bvv)\b(?: .{0,60})?"
)
# The longest line that can be a committee or a meeting.
_LONGEST = 200


@dataclass
class _Station:
    committee: str
    role: str | None
    meetings: list[dict[str, Any]] = field(default_factory=list)


def read(printed: list[str]) -> tuple[tuple[Deliberation, ...], int]:
    """The stations at the start of the lines, and the number of the first line behind them."""
    stations: list[_Station] = []
    blank = False
    for number, line in enumerate(printed):
        if line and _is_end(printed, number, blank and bool(stations)):
            return _rows(stations), number
        if line and not _IDLE.fullmatch(line):
            _take(stations, line)
        blank = not line
    return _rows(stations), len(printed)


def _is_end(printed: list[str], number: int, blank: bool) -> bool:
    """Whether the body has begun: a section name, a long line, a paragraph that is no part of a station."""
    line = printed[number]
    if _DATE.match(line) or _IDLE.fullmatch(line) or _is_result(line.split()):
        return False
    if sections.heading(line) is not None or len(line) > _LONGEST or line.endswith((".", ":")):
        return True
    if not blank or _names_role(line) or _ROLE_ALONE.fullmatch(line):
        return False
    before = next((other for other in reversed(printed[:number]) if other), "")
    after = next((other for other in printed[number + 1 :] if other), "")
    belongs = _DATE.fullmatch(text.clean(before)) or _DATE.match(after) or _ROLE_ALONE.fullmatch(after)
    return not belongs and _COMMITTEE.search(line) is None


def _take(stations: list[_Station], line: str) -> None:
    date = _DATE.match(line)
    if not stations:
        stations.append(_Station("", None) if date else _Station(*_role(line)))
        if not date:
            return
    station = stations[-1]
    last = station.meetings[-1] if station.meetings else None
    if date:
        station.meetings.append({"date": german.date(date[0]), **_meeting(line[date.end() :])})
    elif last and not last["title"] and not _names_role(line):
        last.update(_meeting(line))
    elif last and not last["result"] and _is_result(line.split()):
        last["result"] = text.clean(line)
    elif not last and station.role is None and _ROLE_ALONE.fullmatch(line):
        station.role = text.clean(line)
    else:
        stations.append(_Station(*_role(line)))


def _names_role(line: str) -> bool:
    return _ROLE.fullmatch(text.clean(line)) is not None


def _role(line: str) -> tuple[str, str | None]:
    """(committee, role); columns tell them apart, else a known role at the end of the line."""
    parts = lines.columns(line)
    if len(parts) == 2:
        return parts[0], parts[1]
    match = _ROLE.fullmatch(text.clean(line))
    return (match["committee"], match["role"]) if match else (text.clean(line), None)


def _meeting(line: str) -> dict[str, Any]:
    """Title and result: by columns, else by the longest known result at the end of the line."""
    parts = lines.columns(line)
    if len(parts) > 1:
        return {"title": " ".join(parts[:-1]), "result": parts[-1]}
    words = parts[0].split() if parts else []
    if words[-1:] == ["(offen)"]:
        return {"title": " ".join(words[:-1]) or None, "result": words[-1]}
    cut = next(
        (at for at in range(max(0, len(words) - _MOST), len(words)) if _is_result(words[at:])), len(words)
    )
    return {"title": " ".join(words[:cut]) or None, "result": " ".join(words[cut:]) or None}


def _is_result(words: list[str]) -> bool:
    """Whether the words are a result and nothing else: its own words only, known to the table of outcomes."""
    value, known = german.outcome(" ".join(words))
    if not words or not known:
        return False
    small = [word.lower().strip("().,") for word in words]
    alone = [word in _MORE or german.outcome(word)[0] is not None for word in small]
    leads = small[0] in _FIRST or german.outcome(small[0])[0] is not None
    return leads and all(alone) and (value is not None or small[0] in ("offen", "einstimmig"))


def _rows(stations: list[_Station]) -> tuple[Deliberation, ...]:
    none: dict[str, Any] = {"date": None, "title": None, "result": None}
    flat = [(station, meeting) for station in stations for meeting in station.meetings or [none]]
    return tuple(_row(order, station, meeting) for order, (station, meeting) in enumerate(flat, 1))


def _row(order: int, station: _Station, meeting: dict[str, Any]) -> Deliberation:
    day: dt.date | None = meeting["date"]
    return Deliberation(
        order=order,
        committee=station.committee or None,
        role=station.role,
        authoritative=german.authoritative(station.role),
        date=day,
        title=meeting["title"],
        result=meeting["result"],
        outcome=german.outcome(meeting["result"])[0],
        votes=german.votes(meeting["result"]),
    )
