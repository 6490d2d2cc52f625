"""Meetings in lists: the calendar of a month (si0040) and lists of meetings (si0041, si0046).

A row is a day, a further meeting of the same day, or a meeting with its full date. The same cells have
other classes in every look; what has neither a known class nor a known label is told by what it holds.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qs, parse_qsl, urlsplit

from scraper import dom, german
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Meeting, OrganizationRef
from scraper.stamp import slug
from scraper.vendors.sessionnet import documents, markup
from scraper.vendors.sessionnet.addresses import mandates, path, plain
from scraper.view import Link, View

# The product's name of a cell → what it is for. `…_991` are repetitions for small screens.
_CELLS = {
    "smc_fct_day": "day", "smc_fct_daytext": "", "sidat_tag": "date", "sidat": "date", "silink": "meeting",
    "tename": "entry", "yytime": "time", "siort": "place", "siraum": "place", "pagel": "Mandant",
    "sitermin": "Termin", "sidocs": "documents", "sigrname": "body", "grname": "body",
}  # fmt: skip
_LABELS = {
    "sitzung": "meeting", "mandant": "Mandant", "dokumente": "documents", "datum": "date", "raum": "place",
    "ort": "place", "zeit": "time", "uhrzeit": "time", "gremium": "body",
}  # fmt: skip
_DAY = re.compile(r"^(\d{1,2})\.?(?: (?:Mo|Di|Mi|Do|Fr|Sa|So)\w*\.?)?$")
_WEEKDAY = re.compile(r"^(?:Mo|Di|Mi|Do|Fr|Sa|So)(?:\w*tag|\w*woch)?\.?$")
_MONTH = re.compile(r"(?:(?P<year>\d{4}) )?(?P<name>[A-Z][a-zä]+)(?: (?P<after>\d{4}))?$")
_CLOCK = re.compile(r"^(?:ab |um |ca\. )?\d{1,2}[:.]\d{2}\b")
# What an entry without a meeting's cell must say to be one: "Die Sitzung des … fällt aus."
_MEETING = re.compile(r"(?i)sitzung|ausschuss|beirat\b|versammlung|stadtrat|gemeinderat|kreistag")
_NOTHING = re.compile(r"(?i)keine (?:sitzungen|termine|daten|einträge)\b")
_EXPORT = re.compile(path("yvcs"), re.I)


@dataclass
class _Row:
    """What the cells of a row hold, by what they are for."""

    cells: dict[str, Node] = field(default_factory=dict)

    def line(self, name: str) -> str:
        return dom.line(self.cells.get(name))


@dataclass
class _Clock:
    """Where in time the list is: the printed month, and the day that was printed last."""

    month: tuple[int, int] | None
    day: int = 0

    def on(self, printed: str, url: str) -> None:
        """A printed day of the month; BrokenPageError when the days run backwards within it."""
        match = _DAY.match(printed)
        if match is None:
            return
        day = int(match[1])
        if day < self.day:
            raise BrokenPageError(url, "the days run backwards without a new month")
        self.day = day

    def date(self) -> dt.date | None:
        if self.month is None or not self.day:
            return None
        return german.date(f"{self.day}.{self.month[1]}.{self.month[0]}")


def parse_calendar(page: Page) -> Parsed:
    """The meetings of the list, linked or not; follows the linked ones, and other bodies' calendars."""
    seen = markup.open_page(page)
    told = _told_month(seen)
    clock = _Clock(told or _asked_month(page))
    rows = [row for row in seen.main.css("tr") if not markup.is_inner(seen, row)]
    found = [meeting for row in rows if (meeting := _read(seen, row, clock))]
    if not (found or clock.day or _is_empty(seen, rows, told)):
        raise BrokenPageError(page.url, "the list of meetings prints neither days nor meetings")
    follow = [Request(one.url, Kind.MEETING, date=one.date) for one in found if one.url]
    follow += mandates(page.url, seen.html.many('a[href*="__cpanr="]'))
    return markup.told(seen, _once(found), follow)


def _once(found: list[Meeting]) -> list[Meeting]:
    """A body that meets twice a day without a link is printed twice: the second one is told apart."""
    kept: dict[str, Meeting] = {}
    for one in found:
        before = kept.get(one.id)
        clock = (one.start or "")[11:16].replace(":", "")
        apart = before is not None and before.start != one.start
        again = one.model_copy(update={"id": f"{one.id}-{clock}"}) if apart else one
        kept.setdefault(again.id, again)
    return list(kept.values())


def _is_empty(seen: View, rows: list[Node], month: tuple[int, int] | None) -> bool:
    """A list that says that there is nothing, or a month of Layout ≤ 4 that prints no rows."""
    return _NOTHING.search(dom.line(seen.main)) is not None or (not rows and month is not None)


def _told_month(seen: View) -> tuple[int, int] | None:
    """(year, month) as printed: "Kalender 2026 Juli", or the table's summary "…: September 2026"."""
    table = seen.main.css_first("table[summary]")
    printed = (markup.heading(seen), dom.attr(table, "summary"))
    return next((month for text in printed if (month := _month(text))), None)


def _asked_month(page: Page) -> tuple[int, int] | None:
    values = dict(parse_qsl(urlsplit(page.url).query))
    asked = values.get("__cjahr", ""), values.get("__cmonat", "")
    return (int(asked[0]), int(asked[1])) if all(map(str.isdigit, asked)) else None


def _month(printed: str) -> tuple[int, int] | None:
    match = _MONTH.search(printed.strip())
    year = match["year"] or match["after"] if match else None
    first = german.date(f"1. {match['name']} {year}") if match and year else None
    return (first.year, first.month) if first else None


def _read(seen: View, row: Node, clock: _Clock) -> Meeting | None:
    cells = dom.children(row)
    if len(cells) == 1 and (month := _month(dom.line(cells[0]))):
        clock.month, clock.day = month, 0
        return None
    found = _cells(seen, [cell for cell in cells if cell.tag == "td"])
    clock.on(found.line("day"), seen.page.url)
    if "meeting" in found.cells:
        return _meeting(seen, row, found, clock)
    if "entry" in found.cells:
        return _entry(seen, row, found, clock)
    return None


def _cells(seen: View, cells: list[Node]) -> _Row:
    """The cells with something in them, by class, by label, by what they hold."""
    found = _Row()
    for cell in cells:
        name = _named(dom.attr(cell, "class"), dom.attr(cell, "data-label"))
        printed = dom.line(cell) if name != "" and name not in found.cells else ""
        if name is None:
            name = _held(seen, cell, printed)
        if name and name not in found.cells and (printed or cell.css_first("a[href]")):
            found.cells[name] = cell
    return found


@lru_cache(maxsize=1024)
def _named(classes: str, label: str) -> str | None:
    """What a cell is for, by its class or its label; "" for the name of the weekday, None unknown."""
    known = markup.fields(classes)
    for name, role in _CELLS.items():
        if name in known:
            return role
    return _LABELS.get(label.strip(": \xa0").casefold())


def _held(seen: View, cell: Node, printed: str) -> str:
    if not printed or _WEEKDAY.match(printed):
        return ""
    if _DAY.match(printed):
        return "day"
    if seen.goal(cell, Kind.MEETING):
        return "meeting"
    if _CLOCK.match(printed):
        return "time"
    return "documents" if cell.css_first('a[href*="getfile"]') else "entry"


# ---- meetings


def _meeting(seen: View, row: Node, found: _Row, clock: _Clock) -> Meeting | None:
    cell = found.cells["meeting"]
    link = next((one for one in seen.links(cell) if one.goal and one.goal.kind is Kind.MEETING), None)
    about = markup.dated(markup.tip(link.node)) if link else None
    name, *lines = _lines(cell, link)
    printed = german.dates(found.line("date") or name)
    day = (about.date if about else None) or (printed[0] if printed else clock.date())
    if not name and link is None:
        return None
    if day is None:
        raise BrokenPageError(seen.page.url, "neither the page nor its address tells the month; give --url")
    name, lines = _undated(name, lines)
    body = about.name if about and about.name else found.line("body")
    return _record(seen, row, found, link, (name, lines, day, body))


def _lines(cell: Node, link: Link | None) -> list[str]:
    """The printed title, then the other lines of the cell."""
    printed = dom.lines(cell)
    title = dom.line(link.node) if link else ""
    if not title:
        return printed or [""]
    rest = [line.replace(title, "", 1).strip() for line in printed]
    return [title, *(line for line in rest if line and line not in title)]


def _undated(name: str, lines: list[str]) -> tuple[str, list[str]]:
    """`16.05.2019` and `15:00-18:09` are no title."""
    rest, days, _ = german.moments(name)
    if days and not rest.strip(" -–,"):
        return "", lines
    return name, lines


def _record(
    seen: View, row: Node, found: _Row, link: Link | None, told: tuple[str, list[str], dt.date, str]
) -> Meeting:
    name, lines, day, body = told
    times = next((line for line in (found.line("time"), *lines) if _CLOCK.match(line)), "")
    places = [line for line in lines if line != times and not german.is_cancelled(line)]
    start, end = german.span(day, times)
    remarks = [line for line in lines if german.is_cancelled(line)]
    organization = body or (name if markup.is_body(name) else "")
    goal = link.goal if link else None
    native = goal.native_id if goal else _exported(seen, row) or f"{day.isoformat()}-{slug(name)}"
    return Meeting(
        **seen.envelope("meeting", native),
        url=plain(goal) if goal else None,
        extra=_extra(found, remarks),
        name=name or None,
        organization=organization or None,
        organizations=(OrganizationRef(name=organization),) if organization else (),
        date=day,
        start=start,
        end=end,
        location=", ".join(filter(None, (found.line("place"), *places))).rstrip(", ") or None,
        public=german.is_public(name),
        cancelled=german.is_cancelled(name) or bool(remarks) or german.is_cancelled(found.line("Termin")),
        attachments=documents.attachments(seen, row, row.css("a[href]"), paper=False),
    )


def _extra(found: _Row, remarks: list[str]) -> dict[str, str]:
    extra = {label: line for label in ("Mandant", "Termin") if (line := found.line(label))}
    return extra | ({"Hinweis": "; ".join(remarks)} if remarks else {})


def _exported(seen: View, row: Node) -> str:
    """The number in the link that exports the meeting to a calendar (yvcs.asp?key=…), "" without."""
    for link in seen.links(row):
        parts = urlsplit(link.url)
        if _EXPORT.search(parts.path):
            return next(iter(parse_qs(parts.query).get("key", ())), "")
    return ""


def _entry(seen: View, row: Node, found: _Row, clock: _Clock) -> Meeting | None:
    """An appointment: a meeting when it says so, or has a time ("Ferien" is none)."""
    cell, day = found.cells["entry"], clock.date()
    name, *lines = dom.lines(cell) or [""]
    timed = any(_CLOCK.match(line) for line in (found.line("time"), *lines))
    if _NOTHING.match(name):
        return None
    if not (timed or german.is_cancelled(name) or _MEETING.search(name)):
        cell.decompose()  # holidays and the like: nothing of the council
        return None
    if day is None:
        raise BrokenPageError(seen.page.url, "neither the page nor its address tells the month; give --url")
    return _record(seen, row, found, None, (name, lines, day, ""))
