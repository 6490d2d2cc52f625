"""ris-ng: the small council system of municipal sites: a list of meetings, and a page a meeting.

A page shows the agenda with its documents and, where the town publishes them, the minutes of each item.
Papers have no pages. Sources of the knowledge: `docs/vendors.md` and the fixtures below `fixtures/risng`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlsplit

from scraper import documents, dom, german, outcomes, text
from scraper.accounting import Furniture
from scraper.address import Address, Addresses, Program
from scraper.dom import Node
from scraper.errors import BrokenPageError, NotFoundError, NotPublicError
from scraper.page import Kind, Page, Parsed, Request, Source, Window
from scraper.records import AgendaItem, Attachment, Meeting, OrganizationRef, Section
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.view import View, open_page

NAME = "risng"

_ACTION = "action=show_sitzung"


class _Addresses(Addresses):
    """`/ris` and `/ris/` are the same page; so are the two addresses of the list."""

    def _read(self, url: str) -> Address | None:
        address = super()._read(url)
        if address is None or address.kind is Kind.FILE:
            return address
        path = address.url.partition("?")[0].rstrip("/")
        what = f"&sitzung_id={address.native_id}" if address.native_id else "sliste"
        return address._replace(url=f"{path}?{_ACTION}{what}")


ADDRESSES = _Addresses(
    Program(Kind.MEETING, r"/ris/?$", number="sitzung_id"),
    Program(Kind.CALENDAR, r"/ris/?$"),
    Program(Kind.FILE, r"/ris/(?P<id>[^/]+\.(?:pdf|docx?|zip))$"),
)

# "20.01. - 19:00 Uhr: Gemeinderat", "20.01.2026 – 19:00 Uhr Technischer Ausschuss"; a heading tells the year.
_ENTRY = re.compile(
    r"(?P<day>\d{1,2}\.\d{1,2}\.)(?P<year>\d{4})?\s*[-–,]?\s*(?P<time>\d{1,2}:\d{2}) Uhr[\s:–-]*(?P<body>.*)"
)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_HELD = re.compile(r"Sitzung am\s+(?P<day>\d{1,2}\.\d{1,2}\.\d{4})(?:\s+um\s+(?P<time>\d{1,2}:\d{2}) Uhr)?")
_POINT = re.compile(r"(?:TOP|Tagesordnungspunkt)\s+(?P<number>\d+[a-z]?)(?:\s*[:–-]\s*(?P<title>.*))?")
_ITEM_ID = re.compile(r"^top_(\d+[a-z]?)$")
# "Vorlage Nr. 113/2026", "Vorlage 2026 Nr. 17"; "ohne Vorlage" is none.
_PAPER = re.compile(r"Vorlagen?\s*(?:Nr\.?:?)?\s*(?P<number>(?=\D*\d)\S.*)")
_WITHOUT = re.compile(r"(?i)ohne Vorlage|(?:TOP|Tagesordnungspunkt)\s+\d+[a-z]?")
_HEADS = "h1, h2, h3"
_MINUTES = "[class*=protokoll]"
_SIZE = re.compile(r"(?i)\s*\((?:[a-z]{2,5},? ?)?\d+(?:[.,]\d+)? ?[kmg]i?b\)\s*$")
_TOGGLE = re.compile(r"(?i)(?:protokoll|text) (?:ein|aus|anzeigen|ausblenden|lesen).*|mehr|weniger")
# The sentence of the minutes that tells the decision.
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ„])")
_DECIDES = re.compile(
    r"(?i)\b(?:beschließt|beschloss|beschlossen|zugestimmt|abgelehnt|vertagt|zurückgestellt)\b"
    r"|\bstimmt\b.*\bzu\b|\bzuzustimmen\b|\blehnt\b.*\bab\b|\bnimmt\b.*\bkenntnis\b|\bzur kenntnis\b"
)


class _Point(NamedTuple):
    """An item: its number and the elements that tell of it."""

    number: str
    nodes: list[Node]


def parse_meeting(page: Page) -> Parsed:
    """A meeting with its agenda, documents and minutes."""
    view = open_page(page, NAME, ADDRESSES, "body")
    own = view.own
    if own is None or own.kind is not Kind.MEETING:
        raise BrokenPageError(page.url, "the address does not tell the number of the meeting; give --url")
    held = _HELD.search(dom.line(view.main))
    date = german.date(held["day"]) if held else None
    if held is None or date is None:
        raise BrokenPageError(page.url, "the page does not say when the meeting is held")
    view = replace(view, main=_around(view))
    body = _body(view)
    start, end = german.span(date, held["time"] or "")
    meeting = Meeting(
        **view.envelope("meeting", own.native_id),
        url=own.url,
        warnings=() if body else ("no_body",),
        name=body,
        organization=body,
        organizations=(OrganizationRef(name=body),) if body else (),
        date=date,
        start=start,
        end=end,
        cancelled=german.is_cancelled(body or ""),
    )
    points = _points(view)
    items = [_item(view, meeting, own.native_id, order, point) for order, point in enumerate(points, 1)]
    return view.told((meeting, *items), (), meeting.id)


def _around(view: View) -> Node:
    """The nearest element that holds the items, the day and a heading above it; the rest is the town's."""
    days = (one for one in view.main.css("p, div") if _HELD.match(dom.line(one)))
    node: Node | None = next((point.nodes[0] for point in _points(view)), None) or next(days, None)
    while node is not None and not (_HELD.search(dom.line(node)) and _headed(node)):
        node = node.parent
    return node if node is not None and node.tag != "html" else view.main


def _headed(node: Node) -> bool:
    return any(not _POINT.fullmatch(dom.line(head)) for head in node.css(_HEADS))


def _body(view: View) -> str | None:
    """The heading next above the line "Sitzung am …"."""
    last: str | None = None
    for node in view.main.css(f"{_HEADS}, p, div"):
        printed = dom.line(node)
        if node.tag in ("p", "div"):
            if _HELD.match(printed):
                break
        elif printed and not _POINT.fullmatch(printed):
            last = _HELD.sub("", printed).strip(" :–-") or last
    return last


# ---- items


def _points(view: View) -> list[_Point]:
    """Entries `li#top_3`; in other templates a heading "TOP 3" and what follows it."""
    entries = [(_ITEM_ID.match(node.id or ""), node) for node in view.main.css("li[id]")]
    found = [_Point(match[1], [node]) for match, node in entries if match]
    if found:
        return found
    for node in view.main.css("h2, h3, h4, div"):
        match = _POINT.fullmatch(dom.line(node)) if node.css_first("div, p") is None else None
        if match:
            found.append(_Point(match["number"], list(_following(node))))
    return found


def _following(head: Node) -> Iterator[Node]:
    """The heading and its siblings until the next heading of an item."""
    yield head
    node = dom.after(head)
    while node is not None and not _POINT.match(dom.line(node)):
        yield node
        node = dom.after(node)


def _item(view: View, meeting: Meeting, native: str, order: int, point: _Point) -> AgendaItem:
    files = [file for node in point.nodes for file in _files(view, node)]
    minutes = _minutes(point.nodes)
    lines = [line for node in point.nodes for line in _lines(view, node)]
    paper = next((match["number"] for line in lines if (match := _PAPER.fullmatch(line))), None)
    named = next((match["number"] for f in files if (match := _PAPER.fullmatch(f.name or ""))), None)
    told = [line for line in lines if not _PAPER.fullmatch(line) and not _WITHOUT.fullmatch(line)]
    result = _decision(minutes)
    outcome, known = german.outcome(result)
    return AgendaItem(
        **view.envelope("agenda_item", f"{native}-{point.number}"),
        warnings=() if known else ("unmapped_result",),
        extra={"Zusatz": "\n".join(told[1:])} if told[1:] else {},
        meeting_id=meeting.id,
        meeting_url=meeting.url,
        organization=meeting.organization,
        date=meeting.date,
        number=point.number,
        order=order,
        subject=told[0] if told else None,
        public=True,
        heading=False,
        paper_reference=paper or named,
        result=result,
        outcome=outcome,
        votes=german.votes(result),
        sections=(Section(heading="Protokoll", text=minutes),) if minutes else (),
        text=minutes or None,
        attachments=tuple(files),
    )


def _files(view: View, node: Node) -> Iterator[Attachment]:
    for link in view.links(node):
        if link.goal and link.goal.kind is Kind.FILE:
            name = _SIZE.sub("", dom.line(link.node))
            role = documents.role_of(name, "attachment")
            yield Attachment(name=name or None, url=link.url, native_id=link.goal.native_id, role=role)


def _minutes(nodes: list[Node]) -> str:
    """The minutes within the item; they are taken out of the page, so that the rest is the agenda."""
    found: list[str] = []
    for node in nodes:
        blocks = [block for block in node.css(_MINUTES) if "text" in dom.attr(block, "class")]
        outer = {block.mem_id for block in blocks}
        for block in [one for one in blocks if not dom.is_below(one, outer)]:
            for toggle in block.css("a"):
                if _TOGGLE.fullmatch(dom.line(toggle)):
                    toggle.decompose()
            found.append(text.paragraphs(dom.marked_text(block)).replace(text.HEAD, ""))
            block.decompose()
    return "\n\n".join(filter(None, found))


def _lines(view: View, node: Node) -> list[str]:
    """The printed lines of an item without those of its documents."""
    labels = {dom.line(link.node) for link in view.links(node)}
    return [line for line in dom.lines(node) if line not in labels and not _POINT.fullmatch(line)]


def _decision(minutes: str) -> str | None:
    """The last sentence that tells a decision."""
    sentences = (one for paragraph in minutes.split("\n") for one in _SENTENCE.split(paragraph))
    said = [one.strip() for one in sentences if _DECIDES.search(one)]
    return said[-1] if said and len(said[-1]) <= outcomes.LONGEST_RESULT else None


# ---- the list of meetings


def parse_list(page: Page) -> Parsed:
    """All meetings, by years; follows each."""
    view = open_page(page, NAME, ADDRESSES, "body")
    for mark in view.main.css('li span[title="Protokoll"], li span[title="Tagesordnung"]'):
        mark.decompose()  # "T" and "P": what there is
    found: dict[str, Meeting] = {}
    read: list[Node] = []
    year = ""
    for node in view.main.css("h1, h2, h3, h4, li"):
        if node.tag != "li":
            year = dom.line(node) if _YEAR.fullmatch(dom.line(node)) else year
        elif meeting := _entry(view, node, year):
            found.setdefault(meeting.id, meeting)
            read.append(node)
    if not found:
        raise BrokenPageError(page.url, "the list has no meetings")
    follow = [Request(m.url, Kind.MEETING, date=m.date) for m in found.values() if m.url]
    view = replace(view, main=_listing(read) or view.main)
    for node in read:
        node.decompose()  # an entry prints a day without its year
    return view.told(found.values(), follow)


def _listing(entries: list[Node]) -> Node | None:
    """The nearest element that holds all entries."""
    numbers = {entry.mem_id for entry in entries}
    node = entries[0].parent
    while node is not None and len(numbers.intersection(one.mem_id for one in node.css("li"))) < len(numbers):
        node = node.parent
    return node


def _entry(view: View, node: Node, year: str) -> Meeting | None:
    """An entry with the number of a meeting, in its link or, where a script opens it, in an attribute."""
    goal = view.goal(node, Kind.MEETING)
    number = goal.native_id if goal else dom.attr(node, "data-sitzung-id")
    match = _ENTRY.fullmatch(" ".join(dom.lines(node)))
    date = german.date(match["day"] + (match["year"] or year)) if match else None
    if match is None or date is None or not number:
        return None
    url = goal.url if goal else _address(view, number)
    start, end = german.span(date, match["time"])
    name = match["body"].strip() or None
    return Meeting(
        **view.envelope("meeting", number),
        url=url,
        name=name,
        organization=name,
        organizations=(OrganizationRef(name=name),) if name else (),
        date=date,
        start=start,
        end=end,
        cancelled=german.is_cancelled(name or ""),
    )


def _address(view: View, number: str) -> str | None:
    path = urlsplit(view.page.url).path
    made = view.join(f"{path}?{_ACTION}&sitzung_id={number}") if path else ""
    goal = ADDRESSES.read(made) if made else None
    return goal.url if goal else None


# ---- the product

MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (
        re.compile(rb"(?i)<title>[^<]*Ratsinformationssystem[^<]* - ris\s*</title>"),
        0.8,
        "the title ends with ris",
    ),
    (b"ris_top_list", 0.9, "a list of items of class ris_top_list"),
    (re.compile(rb'class="risng'), 0.9, "classes that begin with risng"),
    (re.compile(rb"action=show_sitzung(?:&amp;|&)sitzung_id=\d"), 0.7, "links to show_sitzung"),
    (re.compile(rb'data-sitzung-id="\d'), 0.7, "entries with data-sitzung-id"),
)


def fingerprint(page: Page) -> Fingerprint | None:
    """The product has no version that it prints."""
    return by_marks(NAME, page, MARKS)


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The list of all meetings."""
    parts = urlsplit(source.base_url)
    root = f"{parts.scheme}://{parts.netloc}/"
    at = re.match(r".*?/ris(?=[/?]|$)", parts.path)
    path = at[0] if at else "/ris"
    yield Request(f"{root}{path.lstrip('/')}?{_ACTION}sliste", Kind.CALENDAR)


ROUTES = (
    Route(Kind.MEETING, re.compile(r"/ris/?\?(?:.*&)?sitzung_id=\d"), parse_meeting),
    Route(Kind.CALENDAR, re.compile(r"/ris/?(?:$|\?(?:.*&)?action=show_sitzungsliste)"), parse_list),
)

FURNITURE = Furniture(
    frozenset({
        "vorlagen", "vorlage", "protokoll", "tagesordnung", "ohne vorlage", "sitzungen", "top", "zurück",
        "zur übersicht", "ratsinformationssystem", "öffentliche sitzung", "öffentlicher teil",
    }),
    re.compile(
        r"(?:top|tagesordnungspunkt) \d+[a-z]?[:–-]?|\d{4}|sitzung am .*|vorlagen? (?:nr\.? )?.{1,30}"
        r"|\(?(?:pdf|docx?)?,? ?\d+(?:[.,]\d+)? ?[km]i?b\)?|" + _TOGGLE.pattern.removeprefix("(?i)")
    ),
)  # fmt: skip

VENDOR = Vendor(
    name=NAME,
    title="ris-ng",
    seeds=seeds,
    routes=ROUTES,
    fingerprint=fingerprint,
    rejects=(
        Reject(
            re.compile(rb"(?i)<input[^>]+type=[\"']?password"),
            NotPublicError,
            "the system asks for a login; only what is public can be read",
        ),
        Reject(
            re.compile(rb"Sitzung[^<]{0,40}nicht (?:gefunden|vorhanden)"),
            NotFoundError,
            "the system says: nicht gefunden",
        ),
    ),
    canonical=ADDRESSES.canonical,
    expects=("meeting", "agenda_item"),
    furniture=FURNITURE,
)
