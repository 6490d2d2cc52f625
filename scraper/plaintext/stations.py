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
_ROLE = re.compile(rf"(?P<committee>\S.*?)\s+(?P<role>(?:zur |zum )?(?:{'|'.join(map(re.escape, ROLES))}))")
# Words with which a result begins, and words it may go on with; what it means is the table of outcomes'.
_LEADING = """
    einstimmig mehrheitlich ohne mit im in zur nicht keine kein vom an bis für durch das der die offen
    entscheidung beschlussfassung stellungnahme ungeändert geändert unverändert
"""
_FOLLOWING = """
    ausschuss gremium rat bvv den zum und änderung änderungen ergänzungen kenntnis genommen nimmt votum
    zwischenbericht antragsteller nächsten sitzung beratungsfolge beendet erklärt wegen absage beschluss
"""
_FIRST = frozenset(_LEADING.split())
_MORE = frozenset({*_FIRST, *_FOLLOWING.split(), "", "/"})
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
        if not line:
            blank = True
            continue
        if _is_end(printed, number, blank and bool(stations)):
            return _rows(stations), number
        _take(stations, line)
        blank = False
    return _rows(stations), len(printed)


def _is_end(printed: list[str], number: int, blank: bool) -> bool:
    """Whether the body has begun: a section name, a long line, or a paragraph that leads to no date."""
    line = printed[number]
    if sections.heading(line) is not None or len(line) > _LONGEST or line.endswith((".", ":")):
        return not _DATE.match(line) and not _is_result(line.split())
    if not blank or _DATE.match(line) or _names_role(line):
        return False
    previous = next((before for before in reversed(printed[:number]) if before), "")
    if _DATE.fullmatch(text.clean(previous)):
        return False
    following = next((after for after in printed[number + 1 :] if after), "")
    return not _DATE.match(following)


def _take(stations: list[_Station], line: str) -> None:
    date = _DATE.match(line)
    if date:
        if not stations:
            stations.append(_Station("", None))
        stations[-1].meetings.append({"date": german.date(date[0]), **_meeting(line[date.end() :])})
    elif (
        stations
        and stations[-1].meetings
        and not stations[-1].meetings[-1]["title"]
        and not _names_role(line)
    ):
        stations[-1].meetings[-1].update(_meeting(line))
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
    cut = next((at for at in range(len(words)) if _is_result(words[at:])), len(words))
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
