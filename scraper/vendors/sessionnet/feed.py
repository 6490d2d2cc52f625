"""The feed of SessionNet (rssfeed): meetings with body, day, time and place in one line, and new papers.

It lists committees that the calendar hides. The elements are told by what they hold, so that a renamed one
loses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper import dom, german, text
from scraper.address import Address
from scraper.dom import Html, Node
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Meeting, OrganizationRef, Paper, Record
from scraper.vendors.sessionnet import markup
from scraper.vendors.sessionnet.addresses import ADDRESSES, plain
from scraper.view import View

_FEED = re.compile(rb"<rss\b|<feed\b|<rdf:RDF\b", re.I)
# For a parser of HTML: `<link>` has no content, `<title>` hides it, CDATA is a comment, `<a/>` is left open.
_EMPTY = re.compile(r"<([a-zA-Z][\w:-]*)((?:\s[^<>]*)?)/>")
_NAME = re.compile(r"<(/?)([a-zA-Z][\w:-]*)")
_DATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_LABEL = re.compile(r"\b(Gremium|Datum|Zeit|Uhrzeit|Ort|Raum|Sitzung|Bezeichnung|Betreff|Art|Vorlage):\s*")
_KIND = re.compile(r"^(Sitzung|Vorlage|Antrag|Anfrage|Beschluss|Dokument)\w*:\s*")


def parse_feed(page: Page) -> Parsed:
    """The meetings and papers of the feed that have an address; follows them."""
    if not _FEED.search(page.content[:4096]):
        raise BrokenPageError(page.url, "this is no feed")
    html = Html(_tagged(dom.source_of(page)), page.url)
    seen = View(page, html, html.one("body"), markup.NAME, ADDRESSES)
    records: dict[str, Record] = {}
    follow: list[Request] = []
    printed: list[str] = []
    for item, goal in _items(seen):
        record = _record(seen, item, goal)
        records.setdefault(record.id, record)
        follow.append(Request(goal.url, goal.kind, date=getattr(record, "date", None)))
        printed += _told(item)
    return Parsed(tuple(records.values()), tuple(dict.fromkeys(follow)), printed=tuple(printed))


def _tagged(source: str) -> str:
    plain = _DATA.sub(lambda match: match[1].replace("&", "&amp;").replace("<", "&lt;"), source)
    return _NAME.sub(r"<\1x-\2", _EMPTY.sub(r"<\1\2></\1>", plain))


def _leaves(node: Node) -> list[str]:
    """The texts of the elements below an item, without tags that are written into them."""
    return [" ".join(text.lines(child.text())) for child in dom.children(node)]


def _items(seen: View) -> Iterator[tuple[Node, Address]]:
    """The elements around an address of a meeting or paper."""
    known: set[int] = set()
    for node in seen.main.css("*"):
        parent = node.parent
        if parent is None or parent.mem_id in known or dom.children(node):
            continue
        goal = seen.addresses.read(seen.join(node.text().strip()))
        if goal is not None and goal.native_id and goal.kind in (Kind.MEETING, Kind.PAPER):
            known.add(parent.mem_id)
            yield parent, goal


def _fields(item: Node) -> dict[str, str]:
    """`Gremium: Hauptausschuss Datum: 25.08.2026 Zeit: 17:00 Uhr Ort: Rathaus` by label."""
    line = max(_leaves(item), key=lambda printed: len(_LABEL.findall(printed)), default="")
    _, *parts = _LABEL.split(line)
    return {label: value.strip(" ,;") for label, value in zip(parts[::2], parts[1::2], strict=True)}


def _title(item: Node) -> str:
    """`Sitzung: Hauptausschuss 25.08.2026`: the text that begins with what it is, else the first one."""
    leaves = [line for line in _leaves(item) if line]
    titled = (line for line in leaves if _KIND.match(line) and len(_LABEL.findall(line)) < 2)
    return next(titled, leaves[0] if leaves else "")


def _record(seen: View, item: Node, goal: Address) -> Record:
    fields, title = _fields(item), _KIND.sub("", _title(item))
    if goal.kind is Kind.PAPER:
        return Paper(
            **seen.envelope("paper", goal.native_id),
            url=plain(goal),
            subject=fields.get("Betreff") or title or None,
            reference=fields.get("Vorlage"),
            paper_type=fields.get("Art"),
        )
    about = markup.dated(title)
    day = german.date(fields.get("Datum", "")) or about.date
    start, end = german.span(day, fields.get("Zeit") or fields.get("Uhrzeit") or "") if day else (None, None)
    body = fields.get("Gremium") or about.name
    return Meeting(
        **seen.envelope("meeting", goal.native_id),
        url=plain(goal),
        name=fields.get("Bezeichnung"),
        organization=body or None,
        organizations=(OrganizationRef(name=body),) if body else (),
        date=day,
        start=start,
        end=end,
        location=", ".join(filter(None, (fields.get("Raum"), fields.get("Ort")))) or None,
        cancelled=german.is_cancelled(title),
    )


def _told(item: Node) -> list[str]:
    """For the accounting: the title, and the values of the line with the labels."""
    return [_title(item), *_fields(item).values()]
