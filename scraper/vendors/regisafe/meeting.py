"""A meeting with its agenda, and the detail page of one item; papers have no page in this product."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from scraper import agenda, dom, german, text, vocabulary
from scraper.accounting import codes
from scraper.address import Address
from scraper.dom import Node
from scraper.errors import BrokenPageError, NotFoundError, PageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import AgendaItem, Attachment, Meeting, OrganizationRef, Votes
from scraper.vendors.regisafe import documents
from scraper.vendors.regisafe.address import ADDRESSES, ITEM_NUMBER, MEETING_NUMBER, meeting_of
from scraper.vendors.regisafe.calendar import organization_in
from scraper.vendors.regisafe.documents import Offer
from scraper.view import View, open_page

NAME = "regisafe"
CONTAINERS = "#content, body"
PART, ITEM = "h3.accordion-list-header", "li.rp-lis-item, div.rp-session-top-result"
SUBJECT = ".top-item-content p, h3 a"  # the second is of the redesigned theme
PLACE = '[id*="top_id_"], [data-top-id], [id*="rel_documents_"]'  # what bears the number of an item
META = ".rp-meta-data"
CALENDAR = '[for*="_RisSitzung_Gremium_"], [class*="mbsc-"]'
# Side panels with votes, one an item that has any: described by others, not seen on a page.
POLL, ANSWER = '[data-target*="offcanvas-abstimmung"]', ".rp-poll-text-answer"
VOTES = {"yes": "Ja", "no": "Nein", "contain": "Enthaltungen", "biased": "Befangen"}
NOBODY = ("exclusion", "0")
_REFERENCE = re.compile(r"\(([^()]*\d[^()]*)\)$")  # "Sitzungsvorlage (2026/0023)"
UNTIL = frozenset({"ende", "sitzungsende"})
_LABELS = UNTIL | vocabulary.labels(
    "date", "time", "room", "place", "organization", "number", "status", "occasion"
)


@dataclass(frozen=True)
class _Row:
    """An item as printed. `page`: its detail page; `poll`: the id of the panel with its vote."""

    content: Node
    native: str | None
    number: str | None
    subject: str
    public: bool | None
    offers: list[Offer]
    page: Address | None
    poll: str


class _Vote(NamedTuple):
    result: str | None
    votes: Votes | None
    extra: dict[str, str]


def parse_meeting(page: Page) -> Parsed:
    """The meeting and the items of its agenda; follows the detail pages of the items."""
    view = open_page(page, NAME, ADDRESSES, CONTAINERS)
    rows = _rows(view)
    offers = _others(view, rows)
    meeting = _meeting(view, rows, offers)
    items = [_item(view, meeting, order, rows) for order in range(1, len(rows) + 1)]
    follow = [Request(one.url, Kind.AGENDA_ITEM, date=meeting.date) for one in items if one.url]
    # Documents, numbers and subjects were read as a whole, the parts are in `public`, the letters in `role`.
    offers += [offer for row in rows for offer in row.offers]
    for read in [*(offer.button for offer in offers if offer.plain), *(row.content for row in rows)]:
        read.decompose()
    for read in view.main.css(f"{PART}, {documents.BADGES}"):
        read.decompose()
    return view.told((meeting, *items), follow, meeting.id)


def _others(view: View, rows: list[_Row]) -> list[Offer]:
    """The documents that no item offers: those of the meeting."""
    of_items = {offer.button.mem_id for row in rows for offer in row.offers}
    numbers = {offer.file.native_id or offer.file.url for row in rows for offer in row.offers}
    buttons = (button for button in view.main.css(documents.BUTTONS) if button.mem_id not in of_items)
    offers = [documents.of(view, button) for button in buttons]
    return [offer for offer in offers if (offer.file.native_id or offer.file.url) not in numbers]


def parse_item(page: Page) -> Parsed:
    """The documents of one item. Nobody has seen this page yet: what else it prints is told as unread."""
    view = open_page(page, NAME, ADDRESSES, CONTAINERS)
    own, number = view.own, MEETING_NUMBER.search(page.url)
    files = documents.once(documents.of(view, button) for button in view.main.css(documents.BUTTONS))
    content = view.main.css_first(SUBJECT)
    if own is None or own.kind is not Kind.AGENDA_ITEM or not (files or content):
        raise BrokenPageError(page.url, "neither item nor document on the page of an item")
    printed, subject = _content(content, "") if content is not None else (None, "")
    item = AgendaItem(
        **view.envelope("agenda_item", own.native_id),
        url=own.url,
        meeting_id=view.id_of("meeting", number[1]) if number else None,
        meeting_url=meeting_of(own.url, number[1]) if number else None,
        number=printed,
        subject=subject or None,
        attachments=files,
    )
    for read in view.main.css(documents.BADGES):
        read.decompose()
    return view.told((item,))


def _meeting(view: View, rows: list[_Row], offers: list[Offer]) -> Meeting:
    title, fields = _title(view), _meta(view)
    day = german.date(title) or german.date(fields.pop(vocabulary.DATE) or "")
    if not title or (day is None and not offers and not rows):
        raise _nothing(view)
    number, url = _own(view, rows, offers)
    clocks = " - ".join(filter(None, (fields.pop(vocabulary.TIME), fields.pop(UNTIL))))
    start, end = german.span(day, clocks) if day else (None, None)
    body = fields.pop(vocabulary.ORGANIZATION) or organization_in(title)
    printed = _printed(fields)
    return Meeting(
        **view.envelope("meeting", number),
        url=url,
        warnings=codes(printed["extra"]),
        name=title,
        organization=body,
        organizations=(OrganizationRef(name=body),) if body else (),
        date=day,
        start=start,
        end=end,
        cancelled=german.is_cancelled(title),
        attachments=documents.once(offers),
        **printed,
    )


def _printed(fields: Fields[str]) -> dict[str, Any]:
    """What the data below the agenda say beside day, time and organization."""
    status = fields.pop(vocabulary.STATUS)
    places = fields.pop(vocabulary.ROOM), fields.pop(vocabulary.PLACE)
    return {
        "number": fields.pop(vocabulary.NUMBER),
        "location": ", ".join(filter(None, places)) or None,
        "status": status,
        "public": german.is_public(status),
        "occasion": fields.pop(vocabulary.OCCASION),
        "extra": fields.rest(str),
    }


def _nothing(view: View) -> PageError:
    """Without such a meeting the portal shows its calendar, with HTTP 200."""
    if view.main.css_first(CALENDAR) is not None:
        return NotFoundError(view.page.url, "the portal shows its calendar instead of the meeting")
    return BrokenPageError(view.page.url, "neither title nor agenda of the meeting")


def _title(view: View) -> str:
    """The heading with the day; it has no class of its own in every theme."""
    lines = [line for node in view.main.css("h1, h2") if (line := dom.line(node))]
    return next((line for line in lines if german.date(line)), lines[0] if lines else "")


def _own(view: View, rows: list[_Row], offers: list[Offer]) -> tuple[str, str | None]:
    """Number and address: the page's own, else those in the addresses of its documents and items."""
    if view.own is not None and view.own.kind is Kind.MEETING:
        return view.own.native_id, view.own.url
    every = [*offers, *(offer for row in rows for offer in row.offers)]
    printed = [*(offer.file.url or "" for offer in every), *(link.url for link in view.links())]
    for url in printed:
        if found := MEETING_NUMBER.search(url):
            return found[1], meeting_of(url, found[1])
    raise BrokenPageError(view.page.url, "neither the page nor its address tells the number of the meeting")


def _meta(view: View) -> Fields[str]:
    """Labels and values of the data below the agenda, by what is printed: their markup is not known."""
    fields: Fields[str] = Fields()
    node = view.main.css_first(META)
    pieces = [text.clean(piece) for piece in dom.texts(node)] if node is not None else []
    for piece, following in itertools.pairwise([*pieces, ":"]):
        label, _, value = piece.partition(": ")
        if value and label.casefold() in _LABELS:
            fields.add(label, value)
        elif _is_label(piece) and not _is_label(following):
            fields.add(piece, following)
    return fields


def _is_label(piece: str) -> bool:
    return piece.endswith(":") or piece.casefold() in _LABELS


def _rows(view: View) -> list[_Row]:
    rows: list[_Row] = []
    public: bool | None = None
    for node in view.main.css(f"{PART}, {ITEM}"):
        if node.tag == "h3":
            public = agenda.part(dom.line(node))
        else:
            rows.append(_row(view, node, public))
    return rows


def _row(view: View, node: Node, public: bool | None) -> _Row:
    content = node.css_first(SUBJECT)
    if content is None or not dom.line(content):
        raise BrokenPageError(view.page.url, "an item of the agenda has no subject")
    number, subject = _content(content, dom.attr(node, "data-top-number").strip(), node)
    page, poll = view.goal(node, Kind.AGENDA_ITEM), node.css_first(POLL)
    offers = [documents.of(view, button) for button in node.css(documents.BUTTONS)]
    places = [page.native_id if page else "", *(dom.attr(one, "id") for one in node.css(PLACE))]
    numbers = (found[1] for place in places if (found := ITEM_NUMBER.search(place)))
    native = page.native_id if page else next(numbers, None)
    return _Row(content, native, number, subject, public, offers, page, dom.attr(poll, "data-target"))


def _content(content: Node, number: str, around: Node | None = None) -> tuple[str | None, str]:
    """Number and subject of `<p><span>1.</span><span>Title</span></p>`, or of a link that is a title.

    "1. Änderung" keeps its beginning where the number 1. stands elsewhere in the item (`around`).
    """
    spans = [line for child in dom.children(content) if (line := dom.line(child))]
    if len(spans) > 1 and (spans[0] == number or agenda.number(spans[0])):
        return number or spans[0], " ".join(spans[1:])
    subject = dom.line(content)
    apart = around is not None and number in map(text.clean, dom.texts(around))
    return number or None, subject if apart else subject.removeprefix(number).strip()


def _item(view: View, meeting: Meeting, order: int, rows: list[_Row]) -> AgendaItem:
    row = rows[order - 1]
    following = rows[order].number if order < len(rows) else None
    vote, files = _vote(view, row.poll), documents.once(row.offers)
    native = meeting.id.rpartition(":")[2]
    return AgendaItem(
        **view.envelope("agenda_item", row.native or f"{native}-{order}"),
        url=row.page.url if row.page else None,
        warnings=(*codes(vote.extra, (vote.result,)), *(() if row.native else ("unnumbered",))),
        extra=vote.extra,
        meeting_id=meeting.id,
        meeting_url=meeting.url,
        organization=meeting.organization,
        date=meeting.date,
        number=row.number,
        order=order,
        subject=row.subject,
        public=row.public,
        heading=agenda.is_group(row.number, following, bare=not (files or row.page or row.poll)),
        paper_reference=_reference(files),
        result=vote.result,
        outcome=german.outcome(vote.result)[0],
        votes=vote.votes,
        attachments=files,
    )


def _reference(files: tuple[Attachment, ...]) -> str | None:
    """The number of the paper, which some installations print behind the name of its document."""
    names = (file.name or "" for file in files if file.role == "main")
    return next((found[1] for name in names if (found := _REFERENCE.search(name))), None)


def _vote(view: View, panel: str) -> _Vote:
    """Result and votes in the side panel of an item; counts of another kind go to `extra`."""
    node = view.main.css_first(f'[id="{panel}"]') if panel and '"' not in panel else None
    if node is None:
        return _Vote(None, None, {"Abstimmung": panel} if panel else {})
    rows = ((dom.attr(row, "class"), dom.line(row.css_first("div"))) for row in node.css("li"))
    counts = {kind: count for kind, count in rows if count.isdigit()}
    answer = dom.line(node.css_first(ANSWER)) or None
    printed = ", ".join(f"{VOTES[kind]}: {count}" for kind, count in counts.items() if kind in VOTES)
    extra = {kind: count for kind, count in counts.items() if kind not in VOTES and (kind, count) != NOBODY}
    return _Vote(answer, german.votes(printed) or german.votes(answer), extra)
