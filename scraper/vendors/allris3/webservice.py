"""The XML that ALLRIS 3 answers to `selfaction=ws` (si010: meetings, to010: one agenda), where offered.

No saved sample was at hand; element names from allris.md §1.9. Answers can be ill-formed (raw `<a>` in
texts), so they are read with an HTML parser's tolerance: names arrive in lower case.
"""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from scraper import dom, german
from scraper.accounting import codes
from scraper.dom import Html, Node
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import AgendaItem, Meeting
from scraper.stamp import stamp
from scraper.vendors.allris3 import address

_NAME = "allris3"
_ANSWER = re.compile(rb"^\s*(?:<\?xml[^>]*>\s*)?<root\b")
_STAMP = re.compile(r"^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$")
_BERLIN = ZoneInfo("Europe/Berlin")
# Elements that are read; what stands in another one goes to `extra`.
KNOWN = frozenset({
    "silfdnr", "sisbvcs", "sibvcs", "sisevcs", "siname", "sitext", "grname",
    "tolfdnr", "tofnum", "tofunum", "tofuunum", "toostlang", "volfdnr", "totext1", "totext2",
})  # fmt: skip
# Self-closing elements are opening ones to an HTML parser.
_EMPTY = re.compile(r"<([a-zA-Z]\w*)((?:\s[^<>]*)?)/>")


def is_answer(page: Page) -> bool:
    """Is it the XML of the web service?"""
    return bool(_ANSWER.match(page.content)) and b"lfdnr" in page.content


def parse(page: Page) -> Parsed:
    """The meetings of a list, or a meeting's agenda; BrokenPageError when it is neither."""
    if not is_answer(page):
        raise BrokenPageError(page.url, "the web service answered with something else than its XML")
    html = Html(_EMPTY.sub(r"<\1\2></\1>", dom.source_of(page)), page.url)
    items = html.many("item")
    meetings = [found for item in items if (found := _meeting(page, item))]
    if meetings:
        return Parsed(
            tuple(meetings), tuple(Request(m.url, Kind.MEETING, date=m.date) for m in meetings if m.url)
        )
    rows = [row for order, item in enumerate(items, 1) if (row := _item(page, item, order))]
    if not rows:
        raise BrokenPageError(page.url, "the answer of the web service has neither meetings nor agenda items")
    papers = [Request(row.paper_url, Kind.PAPER) for row in rows if row.paper_url]
    return Parsed(tuple(rows), tuple(dict.fromkeys(papers)))


def _extra(item: Node) -> dict[str, str]:
    """Elements that no key holds: name → text."""
    others = (child for child in dom.children(item) if child.tag not in KNOWN)
    return {child.tag or "": line for child in others if (line := dom.line(child))}


def _value(item: Node, name: str) -> str:
    return dom.line(item.css_first(name))


def _url(page: Page, program: str, parameter: str, number: str) -> str:
    return address.join(page.url, f"{program}.asp?{parameter}={number}")


def _meeting(page: Page, item: Node) -> Meeting | None:
    """silfdnr, sibvcs, sisevcs (20121219T160000Z), siname, sitext, grname."""
    number, begins = _value(item, "silfdnr"), _moment(_value(item, "sisbvcs") or _value(item, "sibvcs"))
    if not number.isdigit() or begins is None:
        return None
    ends = _moment(_value(item, "sisevcs"))
    name = _value(item, "siname") or _value(item, "sitext")
    extra = _extra(item)
    return Meeting(
        **stamp(page, "meeting", number, _NAME),
        url=_url(page, "to010", "SILFDNR", number),
        name=name or None,
        organization=_value(item, "grname") or None,
        date=begins.date(),
        start=begins.isoformat(),
        end=ends.isoformat() if ends and ends > begins else None,
        cancelled=german.is_cancelled(name),
        extra=extra,
        warnings=codes(extra),
    )


def _moment(printed: str) -> dt.datetime | None:
    match = _STAMP.match(printed)
    if match is None:
        return None
    return dt.datetime(*map(int, match.groups()), tzinfo=dt.UTC).astimezone(_BERLIN)  # type: ignore[arg-type,misc]


def _item(page: Page, item: Node, order: int) -> AgendaItem | None:
    """tolfdnr, tofnum/tofunum/tofuunum (parts of the number), toostlang, volfdnr (0: none), totext1 …"""
    number = _value(item, "tolfdnr")
    if not number.isdigit():
        return None
    meeting = address.read(address.canonical(page.url.replace("selfaction=ws", "")))
    parts = [_value(item, name) for name in ("tofnum", "tofunum", "tofuunum")]
    texts = [dom.line(node) for name in ("totext1", "totext2") for node in item.css(name)]
    paper = _value(item, "volfdnr")
    extra = _extra(item)
    return AgendaItem(
        **stamp(page, "agenda_item", number, _NAME),
        meeting_id=f"{page.source_name}:meeting:{meeting.native_id}" if meeting else None,
        meeting_url=meeting.url if meeting else None,
        number=".".join(part for part in parts if part and part != "0") or None,
        order=order,
        subject=" ".join(filter(None, texts)) or None,
        public=german.is_public(_value(item, "toostlang")),
        heading=False,
        extra=extra,
        warnings=codes(extra),
        paper_url=_url(page, "vo020", "VOLFDNR", paper) if paper.isdigit() and paper != "0" else None,
    )
