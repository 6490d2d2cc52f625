"""Lists of meetings and of papers: rows that begin with a day or a number and lead to a page of their own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from scraper import german
from scraper.documents import role_of
from scraper.page import Kind, Parsed, Request
from scraper.records import Meeting, Paper, Record
from scraper.vendors.generic import documents, identity, rows, tables, told, words
from scraper.vendors.generic.boxes import Box
from scraper.vendors.generic.sheet import Link, Sheet

# What a page of this kind is headed; start pages have such rows too, but under "Willkommen".
_HEADING = re.compile(
    r"(?i)sitzungen|sitzungskalender|kalender|termine|sitzungsübersicht|sitzungsplan|vorlagen|drucksachen|anträge"
    r"|anfragen|vorgänge|übersicht|sitzungsdienst|beratungsunterlagen"
)
COLUMNS = {
    **dict.fromkeys(("ort", "sitzungsort", "raum", "sitzungsraum", "tagungsort"), "place"),
    **dict.fromkeys(("datum", "termin", "tag", "sitzungstermin"), "date"),
    **dict.fromkeys(("uhrzeit", "zeit", "beginn"), "time"),
    **dict.fromkeys(("sitzung", "bezeichnung", "titel"), "title"),
    **dict.fromkeys(("gremium", "ausschuss"), "organization"),
    **dict.fromkeys(("nummer", "nr", "vorlage", "drucksache"), "reference"),
    **dict.fromkeys(("vorlagennummer", "drucksachennummer"), "reference"),
    **dict.fromkeys(("betreff", "thema", "gegenstand", "inhalt"), "subject"),
    **dict.fromkeys(("art", "typ", "vorlagenart", "vorlageart", "dokumentart"), "paper_type"),
    **dict.fromkeys(("verfasser", "einreicher", "antragsteller"), "author"),
    **dict.fromkeys(("status", "öffentlichkeit"), "status"),
}  # fmt: skip
_FEWEST = 2
# So many of the rows of a kind must be what the list is taken for.
_MOST = 0.8
_CLOCK = re.compile(r"(?i)\d\s?uhr|\b\d{1,2}:\d\d\b")


class Entry(NamedTuple):
    """A row. `told`: column → text, by the heads of its table; `texts`: what it prints, links apart."""

    box: Box
    told: dict[str, str]
    texts: list[str]
    links: tuple[Link, ...]


def is_list(heads: list[str], window: str) -> bool:
    """Whether the headings, else the title of the window, announce a list."""
    return any(map(_HEADING.search, heads[:3])) or (not heads and _HEADING.search(window) is not None)


def parse(sheet: Sheet) -> Parsed | None:
    """The meetings or papers that a page lists; None where it lists neither. Follows their pages."""
    for begins, read in ((_is_dated, _meeting), (_is_numbered, _paper)):
        entries = _entries(sheet, rows.starting(sheet, begins))
        records: list[Record] = [record for entry in entries if (record := read(sheet, entry))]
        if len(records) >= max(_FEWEST, _MOST * len(entries)):
            sheet.give_back(0, len(sheet.leaves))
            start = min(entry.box.start for entry in entries)
            heads = (number + 1 for number in sheet.boxes.heads if number < start)
            follow = told.requests(sheet, _follow(records))
            return Parsed(tuple(records), follow, None, told.printed(sheet, max(heads, default=start)))
    return None


def _follow(records: list[Record]) -> Iterator[Request]:
    for record in records:
        if record.url and isinstance(record, Meeting):
            yield Request(record.url, Kind.MEETING, date=record.date)
        elif record.url and isinstance(record, Paper):
            yield Request(record.url, Kind.PAPER, date=record.date)


def _entries(sheet: Sheet, found: list[rows.Place]) -> list[Entry]:
    heads = {id(table): _heads(sheet, table) for table in tables.innermost(sheet)}
    entries: list[Entry] = []
    for place in found:
        row, table = place.row, place.row.within("table")
        columns = heads.get(id(table), {}) if row.tag == "tr" else {}
        cells = tables.cells(sheet, row).cells if columns else ()
        named = {columns[cell.column]: _lines(sheet, cell.box) for cell in cells if cell.column in columns}
        texts = [leaf.text for leaf in sheet.leaves[row.start : row.end] if leaf.text]
        named = {name: printed for name, printed in named.items() if printed}
        entries.append(Entry(row, named, texts, sheet.linked(row.start, row.end)))
    return entries


def _lines(sheet: Sheet, cell: Box) -> str:
    """What a cell prints; several committees stand in lines of their own."""
    texts = [leaf.text for leaf in sheet.leaves[cell.start : cell.end] if leaf.text]
    return ("; " if all(map(words.COMMITTEE.search, texts)) else " ").join(texts)


def _heads(sheet: Sheet, table: Box) -> dict[int, str]:
    first = next(iter(tables.rows(sheet, table)), None)
    found = tables.columns(first, COLUMNS) if first else {}
    return found if first and tables.is_head(first, found) else {}


# ---- meetings


def _is_dated(printed: str) -> bool:
    return len(german.dates(printed)) == 1


def _meeting(sheet: Sheet, entry: Entry) -> Meeting | None:
    day = next((found for text in entry.texts if (found := german.date(text))), None)
    title = _title(entry)
    if day is None or title is None:
        return None
    url = _page(sheet, entry, title)
    clock = entry.told.get("time") or next((text for text in entry.texts if _CLOCK.search(text)), "")
    start, end = german.span(day, clock)
    status = entry.told.get("status")
    files = [link for link in entry.links if documents.is_file(link)]
    native = identity.native_id(url or "", Kind.MEETING, f"{day.isoformat()} {title}")
    return Meeting(
        **sheet.view.envelope("meeting", native),
        url=url,
        warnings=told.warnings({}, (), ()),
        name=title,
        organization=_committee(entry.told.get("organization") or title),
        date=day,
        start=start,
        end=end,
        location=entry.told.get("place"),
        status=status,
        public=german.is_public(status),
        cancelled=german.is_cancelled(title),
        attachments=documents.once(
            documents.attachment(link, role_of(documents.name_of(link) or "")) for link in files
        ),
    )


def _title(entry: Entry) -> str | None:
    """What names the meeting: its column, else the text that names a session or a committee."""
    if entry.told.get("title"):
        return entry.told["title"]
    plain = [text for text in entry.texts if not german.dates(text) and not _CLOCK.search(text)]
    for pattern in (words.SESSION, words.COMMITTEE):
        found = next((text for text in plain if pattern.search(text)), None)
        if found:
            return found
    return entry.told.get("organization")


def _committee(title: str) -> str | None:
    """A text that is nothing but the names of committees."""
    plain = words.SESSION.search(title) is None and not german.is_cancelled(title)
    return title if plain and words.COMMITTEE.search(title) else None


def _page(sheet: Sheet, entry: Entry, title: str) -> str | None:
    """Where a row leads to: the link of its title, else the first that is none of a document."""
    pages = [link for link in entry.links if not documents.is_file(link) and not sheet.is_here(link)]
    page = next((link for link in pages if link.text == title), pages[0] if pages else None)
    return sheet.kept(page.url) if page else None


# ---- papers


def _is_numbered(printed: str) -> bool:
    digits = sum(map(str.isdigit, printed))
    return digits >= 3 and words.is_reference(printed) and not german.dates(printed)


def _paper(sheet: Sheet, entry: Entry) -> Paper | None:
    number = entry.told.get("reference") or next(filter(_is_numbered, entry.texts), None)
    url = _page(sheet, entry, number or "")
    if not number or url is None or not entry.told.keys() >= {"reference", "subject"}:
        return None
    day: dt.date | None = german.date(entry.told.get("date", ""))
    status = entry.told.get("status")
    return Paper(
        **sheet.view.envelope("paper", identity.native_id(url, Kind.PAPER, number)),
        url=url,
        warnings=told.warnings({}, (), ()),
        reference=number,
        subject=entry.told["subject"],
        paper_type=entry.told.get("paper_type"),
        author=entry.told.get("author"),
        status=status,
        public=german.is_public(status),
        date=day,
    )
