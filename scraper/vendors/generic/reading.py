"""Which kind of page is it? What a page of unknown markup shows decides, never its address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper import german
from scraper.errors import NotFoundError, NotPublicError, WrongProductError
from scraper.page import Page, Parsed
from scraper.vendors.generic import (
    body,
    excerpt,
    fields,
    identity,
    items,
    lists,
    meeting,
    paper,
    titles,
    words,
)
from scraper.vendors.generic.pairs import Pairs
from scraper.vendors.generic.sheet import Sheet, open_sheet
from scraper.vendors.generic.titles import Title

# Points from which on a page is taken for a paper or a meeting.
_ENOUGH = 3.5
# What labels say for a kind of page. A label such as "Status" is on all of them.
_PAPER = {
    "subject": 1.0, "paper_type": 1.0, "author": 1.0, "department": 1.0, "reference": 1.5,
    "deliberations": 1.5, "status": 0.5, "documents": 0.5, "paper_date": 0.5,
}  # fmt: skip
_MEETING = {"organization": 2.0, "date": 0.5, "time": 1.0, "room": 1.0, "place": 0.5, "occasion": 1.0}
# Labels of papers alone: without one, a number or a way a page is an event, a press release or a form.
_PAPERS_OWN = ("betreff", "federführ", "beratungs")
_SAID_NOTHING = re.compile(
    r"(?i).{0,40}(?:nicht gefunden|existiert nicht|nicht vorhanden|nicht \(?mehr\)? ?verfügbar|keine daten"
    r"|keine treffer|fehler 404|404)\b.{0,60}"
)
# Headings further down are of parts of the page.
_HIGHEST = 8
# Of so many leaves one may be a heading without being marked as one.
_TOP = 12


def parse(page: Page) -> Parsed:
    """The records of a page; raises a PageError for what is no page of a council."""
    sheet = open_sheet(page)
    found = fields.read(sheet)
    heads = _headings(sheet)
    name = next((printed for printed in heads if excerpt.names_item(printed)), heads[0] if heads else "")
    title, start = _title(sheet)
    if excerpt.is_excerpt(found, name):
        return excerpt.parse(sheet, found, name, start)
    head = meeting.heading(_session(sheet, heads))
    papers, meetings = _paper_points(sheet, found, title), _meeting_points(found, head)
    if not (title.reference or _has_number(found)) and lists.is_list(heads, sheet.window):
        papers = 0.0
    rows = items.read(sheet) if meetings >= 1 else []
    if rows:
        meetings += 2.0
    elif not (found.fields & {"organization"} or found.labels & {"sitzung"} or head.name):
        meetings = 0.0
    if max(papers, meetings) < _ENOUGH:
        return _listed(sheet, heads)
    if meetings > papers:
        return meeting.parse(sheet, found, head, rows)
    return paper.parse(sheet, found, title, start)


def _listed(sheet: Sheet, heads: list[str]) -> Parsed:
    """The meetings or papers that the page lists; else the error that says why there is nothing to read."""
    listed = lists.parse(sheet) if lists.is_list(heads, sheet.window) else None
    if listed is not None:
        return listed
    if sheet.view.html.maybe('input[type="password"]') is not None:
        raise NotPublicError(sheet.url, "the page asks for a login")
    said = next((leaf.text for leaf in sheet.leaves if _SAID_NOTHING.fullmatch(leaf.text)), None)
    if said is not None:
        raise NotFoundError(sheet.url, f"the page says: {said}")
    raise WrongProductError(sheet.url, "nothing on the page shows that it is a council's paper or meeting")


def _headings(sheet: Sheet) -> list[str]:
    """The headings, those of the first rank before the others."""
    leaves = [sheet.leaves[number] for number in sheet.boxes.heads]
    return [leaf.text for leaf in sorted(leaves, key=lambda leaf: leaf.tag != "h1")][:_HIGHEST]


def _session(sheet: Sheet, heads: list[str]) -> str:
    """The heading of a meeting's page: the first that names a session, a committee or a day."""
    named: str | None = None
    for printed in heads:
        if words.SESSION.search(printed) or german.date(printed):
            return printed
        if named is None and words.COMMITTEE.search(printed):
            named = printed
    window = sheet.window
    if words.SESSION.search(window) or german.date(window):
        return window
    return named or (heads[0] if heads else "")


def _title(sheet: Sheet) -> tuple[Title, int]:
    """What the heading says of a paper, and the number of the leaf behind it."""
    first, start = Title(None, None, None), 0
    for number in sheet.boxes.heads:
        leaf = sheet.leaves[number]
        if leaf.tag == "h1" or (number < _HIGHEST and not start):
            found = titles.read(leaf.text)
            if leaf.tag == "h1" or found.reference:
                sheet.used.add(number)
                first, start = found, number + 1
                if found.reference:
                    return found, start
    for printed in _others(sheet):
        found = titles.read(printed)
        if found.reference:
            start = start or _repeated(sheet, found.reference)
            return Title(found.type, found.reference, found.subject or first.subject), start
    return first, start


def _repeated(sheet: Sheet, reference: str) -> int:
    """The leaf behind the one that prints the number in the manner of a heading; 0 without one."""
    for number in sheet.free(0, _TOP):
        if sheet.leaves[number].tag == "p":
            break
        if titles.read(sheet.leaves[number].text).reference == reference:
            sheet.used.add(number)
            return number + 1
    return 0


def _others(sheet: Sheet) -> Iterator[str]:
    """Other places that may name the page's record: links to the page itself, the title of the window."""
    own = identity.canonical(sheet.url)
    here = (link for link in sheet.links if link.text and sheet.is_here(link))
    yield from (link.text for link in here if identity.canonical(link.url) == own)
    yield from (part for part in (sheet.window, *sheet.window.split(" - ")) if part)


def _paper_points(sheet: Sheet, found: Pairs, title: Title) -> float:
    points = sum(weight for field, weight in _PAPER.items() if field in found.fields)
    numbered = any(not pair.fields and words.PAPER.search(pair.label) for pair in found.items)
    points += 1.5 * numbered + 1.5 * (title.reference is not None) + 1.5 * (title.type is not None)
    points += any(body.is_heading(leaf) for leaf in sheet.leaves)
    own = any(label.startswith(_PAPERS_OWN) for label in found.labels) or "reference" in found.fields
    return points if own or numbered or title.reference or _has_way(found) else 0.0


def _has_way(found: Pairs) -> bool:
    """Whether days are printed under a label such as "Verlauf"; "Beratung" may be that of citizens."""
    ways = (pair for pair in found.items if "deliberations" in pair.fields)
    return any(german.dates(pair.value.text) for pair in ways)


def _has_number(found: Pairs) -> bool:
    """Whether a label tells the number of a paper."""
    return any("reference" in pair.fields and words.is_reference(pair.value.text) for pair in found.items)


def _meeting_points(found: Pairs, head: meeting.Heading) -> float:
    points = sum(weight for field, weight in _MEETING.items() if field in found.fields)
    points += "sitzung" in found.labels
    return (
        points
        + 1.5 * (head.name is not None)
        + (head.organization is not None)
        + bool(german.date(head.text))
    )
