"""The town in the pages of an invented vendor, within the town's own website: banner, menus and footer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cached_property

from tests.town import sites
from tests.town.model import Item, Meeting, Paper, Part
from tests.town.sites import HTML, NOT_FOUND, Answer, Asked, Session
from tests.town.small import WEEKDAYS, Months, attr, day, esc, long_day
from tests.town.truth import Record

from .truth import GenericTruth, committees

FIRST, LAST = dt.date(2026, 2, 1), dt.date(2026, 4, 30)
PAGE = """<!DOCTYPE html>
<html lang="de">
<head><meta charset="utf-8"><title>{title} | Stadt Musterau</title></head>
<body>
<div class="cookie-hinweis" id="hinweis"><p>Wir setzen Cookies nur mit Ihrer Zustimmung.</p>
<button type="button">Einwilligung geben</button></div>
<a class="skip-link" href="#inhalt">Zum Inhalt</a>
<header class="kopf"><a href="/">Stadt Musterau</a>
<form action="/suche" class="suche"><label for="q">Suchbegriff</label><input id="q" name="q"></form></header>
<nav><ul><li><a href="/rathaus">Rathaus</a></li><li><a href="/ratsinfo/">Sitzungen</a></li></ul></nav>
<div class="brotkrumen">Sie sind hier: <a href="/">Start</a> / Ratsinfo</div>
<main id="inhalt">
{body}
<p class="drucken"><a href="javascript:print()">Seite drucken</a></p>
</main>
<footer><p>Das Rathaus ist werktags geöffnet.</p><a href="#top">Seitenanfang</a></footer>
</body>
</html>
"""


class Site(sites.Site):
    """A list of meetings, and a page for each meeting, item and paper.

    Whatever the generic reader reads alone is to be looked at: such a run ends as a suspect one.
    """

    prefix = "/ratsinfo/"
    code = 3

    def __init__(self, date: dt.date = sites.REFERENCE) -> None:
        super().__init__(date)
        self.months = Months(self.council, FIRST, LAST)

    def truth(self, base: str) -> GenericTruth:
        return GenericTruth(self.months, base)

    @cached_property
    def told(self) -> GenericTruth:
        return GenericTruth(self.months, self.prefix)

    @cached_property
    def pages(self) -> dict[str, tuple[str, str]]:
        """Path → title and content."""
        told, held = self.told, self.months.held
        return {
            self.prefix: ("Sitzungskalender", self.calendar()),
            **{told.meeting_url(one) or "": (one.name, self.meeting(one)) for one in held},
            **{told.item_url(i) or "": (i.subject, self.item(i)) for m in held for i in m.items if i.page},
            **{told.paper_url(paper): (paper.reference, self.paper(paper)) for paper in self.months.papers},
        }

    def answer(self, asked: Asked, session: Session) -> Answer:
        found = self.pages.get(asked.path)
        if found is None:
            return NOT_FOUND
        page = PAGE.format(title=esc(found[0]), body=found[1])
        return Answer(page.encode(), media=f"{HTML}; charset=utf-8")

    def calendar(self) -> str:
        rows = (
            (
                f"{WEEKDAYS[one.date.weekday()][:2]}, {day(one.date)}",
                clock(one),
                link(self.told.meeting_url(one), one.name),
                lines(committees(one)),
                text(one.room),
            )
            for one in self.months.meetings
        )
        heads = ("Datum", "Uhrzeit", "Sitzung", "Gremium", "Ort")
        return f"<h1>Sitzungskalender</h1>\n{table(heads, rows)}"

    # ---- meetings and their items

    def meeting(self, one: Meeting) -> str:
        documents = [self.told.document(document) for document in one.documents]
        facts = (
            ("Gremium", lines(committees(one))),
            ("Datum", f"{WEEKDAYS[one.date.weekday()]}, {long_day(one.date)}"),
            ("Uhrzeit", clock(one)),
            ("Raum", text(one.room)),
            ("Ort", text(one.place)),
            ("Status", text(one.status)),
            ("Anlass", text(one.occasion)),
        )
        return "\n".join(
            (
                f"<h1>{text(one.name)}</h1>",
                listed(facts),
                files("Dokumente", documents),
                "<h2>Tagesordnung</h2>",
                table(("TOP", "Betreff", "Vorlage", "Ergebnis"), map(self.row, one.items)),
            )
        )

    def row(self, item: Item) -> tuple[str, ...]:
        """An item, or the heading of a part of the agenda."""
        if item.label is None:
            return (text(item.subject),)
        told = self.told.item(item, 0)
        return (
            f"{item.mark} {item.label}",
            link(told["url"], "(nichtöffentlich)" if item.hidden else item.subject),
            link(told["paper_url"], told["paper_reference"]),
            text(told["result"]),
        )

    def item(self, item: Item) -> str:
        told = self.told.item(item, 0)
        facts = (
            ("TOP", f"{item.mark} {item.label}"),
            ("Betreff", text(item.subject)),
            ("Sitzung", link(told["meeting_url"], item.meeting.name)),
            ("Gremium", lines(committees(item.meeting))),
            ("Datum", day(item.meeting.date)),
            ("Vorlage", link(told["paper_url"], told["paper_reference"])),
            ("Ergebnis", text(told["result"])),
        )
        return "\n".join(
            (
                "<h1>Tagesordnungspunkt</h1>",
                listed(facts),
                *parts(item.parts),
                files("Dokumente", told["attachments"]),
            )
        )

    # ---- papers

    def paper(self, paper: Paper) -> str:
        told = self.told.paper(paper)
        facts = (
            ("Betreff", text(paper.subject)),
            ("Status", text(paper.status)),
            ("Verfasser", lines(paper.author)),
            ("Federführend", text(paper.department)),
            ("Beteiligt", text("; ".join(paper.involved))),
            ("Bearbeiter", text(paper.clerk)),
            ("Aktenzeichen", text(paper.file_number)),
            ("Datum", day(paper.date)),
            ("Bezugsvorlage", "".join(link(row["url"], row["reference"]) for row in told["related"])),
            *((label, text(value)) for label, value in paper.extra.items()),
        )
        heads = ("Gremium", "Datum", "TOP", "Zuständigkeit", "Status", "Ergebnis")
        return "\n".join(
            (
                f"<h1>{text(paper.kind)} {text(paper.reference)}</h1>",
                listed(facts),
                "<h2>Beratungsfolge</h2>",
                table(heads, map(station, told["deliberations"])),
                *parts(paper.parts),
                files("Anlagen", told["attachments"]),
            )
        )


def station(told: Record) -> tuple[str, ...]:
    """A row of a paper's way."""
    return (
        text(told["committee"]),
        link(told["meeting_url"], day(dt.date.fromisoformat(told["date"]))),
        link(told["agenda_item_url"], told["agenda_item"]),
        text(told["role"]),
        text(told["state"]),
        text(told["result"]),
    )


# ---- pieces


def text(value: str | None) -> str:
    return "<br>".join(map(esc, (value or "").splitlines()))


def lines(values: Iterable[str]) -> str:
    return "<br>".join(map(esc, values))


def link(url: str | None, printed: str | None) -> str:
    return f'<a href="{attr(url)}">{text(printed)}</a>' if url and printed else text(printed)


def clock(meeting: Meeting) -> str:
    times = [time for time in (meeting.start, meeting.end) if time]
    return f"{' - '.join(times)} Uhr" if times else ""


def listed(facts: Iterable[tuple[str, str]]) -> str:
    """Facts that are empty have no row."""
    rows = (f"<dt>{label}</dt><dd>{value}</dd>" for label, value in facts if value)
    return "<dl>\n" + "\n".join(rows) + "\n</dl>"


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A row of one cell runs over all columns."""
    body = "\n".join(f"<tr>{cells(row, len(heads))}</tr>" for row in rows)
    head = "".join(f"<th>{name}</th>" for name in heads)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def cells(row: tuple[str, ...], width: int) -> str:
    if len(row) == 1:
        return f'<td colspan="{width}">{row[0]}</td>'
    return "".join(f"<td>{cell}</td>" for cell in row)


def files(heading: str, offered: Iterable[Record]) -> str:
    rows = [f'<li><a href="{attr(one["url"])}">{text(one["name"])}</a> (96 KB)</li>' for one in offered]
    return f"<h2>{heading}</h2>\n<ul>" + "".join(rows) + "</ul>" if rows else ""


def parts(found: Iterable[Part]) -> Iterator[str]:
    """The parts of a body; one that prints no heading of its own has the name of the part."""
    for part in found:
        blocks = [block for block in part.blocks if block[0] != "blank"]
        if part.number and blocks:
            if blocks[0][0] not in ("h", "h4"):
                yield f"<h2>{text(part.label)}</h2>"
            yield from (block_of(kind, value) for kind, value in blocks)


def block_of(kind: str, value: object) -> str:
    if kind == "ol" and isinstance(value, list):
        return "<ol>" + "".join(f"<li>{text(line)}</li>" for line in value) + "</ol>"
    if kind == "table" and isinstance(value, list):
        return "<table>" + "".join(f"<tr>{cells(row, 1)}</tr>" for row in value) + "</table>"
    printed = text(str(value))
    if kind in ("h", "h4"):
        return f"<h2>{printed}</h2>"
    return f"<p><b>{printed}</b></p>" if kind == "bold" else f"<p>{printed}</p>"
