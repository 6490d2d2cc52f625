"""SessionNet agenda items: the page to0050, and what the script of si0056 asks for (to0058)."""

from __future__ import annotations

import re

from scraper import dom, german, view, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError, NotPublicError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import AgendaItem
from scraper.vendors.sessionnet import agendas, body, documents, markup
from scraper.vendors.sessionnet.addresses import ADDRESSES, plain
from scraper.vendors.sessionnet.agendas import Row
from scraper.view import Link, View

# "TOP Ö 3: Bänke im Park", "Ö 3 Bänke im Park"
_TITLE = re.compile(r"^(?:TOP\b\.?:?\s*)?(?P<number>(?:NÖ|Ö|N)?\s*\d[\w./-]*)\s*[:–-]?\s+(?P<subject>.+)$")
_REFUSED = re.compile(rb"^\s*(?:ajax\.0)?\s*$")
# The header of the meeting stands on the page too, and belongs to the meeting.
_MEETING = (
    vocabulary.ORGANIZATION | vocabulary.TIME | vocabulary.ROOM | vocabulary.PLACE | markup.NUMBER
    | frozenset({"bezeichnung", "sitzung"})
)  # fmt: skip
_MEETING_SLOTS = ("siname", "sigrname", "siort", "siraum", "yytime", "sibez")


def parse_item(page: Page) -> Parsed:
    """One item with result, votes and texts; follows its meeting and paper."""
    seen = markup.open_page(page)
    native = markup.own_number(seen, Kind.AGENDA_ITEM)
    header = markup.header(seen)
    one = _row(seen, header)
    if native is None or not (one.subject or one.number or header.every):
        raise BrokenPageError(page.url, "the item has neither a number nor a subject")
    record = _record(seen, native, one, header)
    follow = [
        Request(goal.url, goal.kind, date=record.date if goal.kind is Kind.MEETING else None)
        for link in (*seen.links(), *markup.tabs(seen))
        if (goal := link.goal) and goal.kind in (Kind.MEETING, Kind.PAPER)
    ]
    return markup.told(seen, (record,), follow, record.id)


def parse_texts(page: Page) -> Parsed:
    """What the script adds to an item of a list: its texts, and the documents below it.

    NotPublicError for the word that stands for "no rights", BrokenPageError for a part that is cut off.
    """
    if _REFUSED.match(page.content):
        raise NotPublicError(page.url, "the system shows no texts of this item")
    source = page.content.lower()
    if source.count(b"<div") > source.count(b"</div"):
        raise BrokenPageError(page.url, "the part of the page is cut off")
    seen = view.open_page(page, markup.NAME, ADDRESSES, "body")
    native = markup.own_number(seen, Kind.AGENDA_ITEM)
    if native is None:
        raise BrokenPageError(page.url, "nothing in the part tells the item's number; give --url")
    one = Row()
    for paragraph in seen.main.css("p[class]"):
        if not body.is_within(paragraph):
            agendas.line(one, paragraph)
    sections, text = body.take(seen)
    links = seen.main.css("a[href]")
    offered = documents.attachments(seen, seen.main, links, paper=True, alone="attachment")
    record = AgendaItem(
        **seen.envelope("agenda_item", native),
        extra=one.extra,
        sections=sections,
        text="\n\n".join(filter(None, (one.resolution, text))) or None,
        attachments=offered,
        **agendas.result_of(one),
    )
    papers = [link.goal.url for link in seen.links() if link.goal and link.goal.kind is Kind.PAPER]
    return markup.told(seen, (record,), [Request(url, Kind.PAPER) for url in papers])


def _row(seen: View, header: Fields[Node]) -> Row:
    """What the page prints of the item itself; the title has what the header leaves out."""
    one = Row()
    agendas.numbered(one, dom.line(header.pop(vocabulary.ITEM, ("tofnum",))))
    one.subject = dom.line(header.pop(vocabulary.SUBJECT, ("tobetr",)))
    printed = markup.heading(seen)
    match = _TITLE.match(printed)
    if match and not one.number:
        agendas.numbered(one, match["number"])
    if not one.subject and not markup.dated(printed).date:  # else it is the meeting's title
        one.subject = match["subject"] if match else printed
    for item in list(header.items):
        if item.key in agendas.LINES:
            header.items.remove(item)
            one.tell("", item.label, dom.line(item.value))
    for paragraph in seen.main.css("p"):
        if not body.is_within(paragraph):
            agendas.line(one, paragraph)
    return one


def _record(seen: View, native: str, one: Row, header: Fields[Node]) -> AgendaItem:
    meeting = _linked(seen, Kind.MEETING)
    paper = _linked(seen, Kind.PAPER)
    day = german.date(dom.line(header.pop(vocabulary.DATE, ("sidat",))))
    organization = dom.line(header.pop(vocabulary.ORGANIZATION, ("sigrname",)))
    public = german.is_public(dom.line(header.pop(vocabulary.STATUS)))
    about = markup.dated(markup.tip(meeting.node)) if meeting else None
    while (value := header.pop(_MEETING, _MEETING_SLOTS)) is not None:
        value.decompose()
    reference = dom.line(header.pop(markup.REFERENCE, ("voname",))) or (dom.line(paper.node) if paper else "")
    sections, text = body.take(seen)
    extra = header.rest(dom.line)
    goal = meeting.goal if meeting else None
    result = agendas.result_of(one)
    return AgendaItem(
        **seen.envelope("agenda_item", native),
        url=markup.own_url(seen),
        extra=one.extra | extra,
        meeting_id=seen.id_of("meeting", goal.native_id if goal else None),
        meeting_url=plain(goal) if goal else None,
        organization=organization or (about.name if about else "") or None,
        date=day or (about.date if about else None),
        number=one.number,
        subject=one.subject or None,
        public=one.public if one.public is not None else public,
        heading=False,
        paper_reference=reference or None if paper else None,
        paper_url=plain(paper.goal) if paper and paper.goal else None,
        sections=sections,
        text="\n\n".join(filter(None, (one.resolution, text))) or None,
        attachments=documents.attachments(seen, seen.main, seen.main.css("a[href]"), paper=True),
        **{**result, "warnings": (*result["warnings"], *codes(extra))},
    )


def _linked(seen: View, kind: Kind) -> Link | None:
    """The first link of a kind that prints something, else the first one."""
    links = [link for link in (*seen.links(), *markup.tabs(seen)) if link.goal and link.goal.kind is kind]
    return next((link for link in links if dom.line(link.node)), links[0] if links else None)
