"""RISI and PIWi: a meeting with its public agenda, the decision on one item, and the calendars."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from scraper import agenda, dom, german, text, vocabulary
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import AgendaItem, Meeting, OrganizationRef
from scraper.vendors.risi import cards
from scraper.view import Link, View

# "Mittwoch, 30. September 2026, 09:00 Uhr - Vollversammlung"; calendars print the day apart.
_HEADLINE = re.compile(
    r"(?:[^\W\d]+,? )?(?P<day>\d{1,2}\. ?[^\W\d]+ \d{4}|\d{1,2}\.\d{1,2}\.\d{4}),? *"
    r"(?P<time>\d{1,2}[:.]\d\d(?: ?(?:-|–|bis) ?\d{1,2}[:.]\d\d)? ?Uhr)?(?: ?[-–] )?(?P<body>.*)"
)
_OFF = re.compile(r"\s*\((?:entfällt|abgesagt)\)", re.IGNORECASE)
_POINT = re.compile(r"(?i)\bTOP (?P<number>\S+)\s*\((?P<public>(?:nicht)?öffentlich)\)")
_LEAD = re.compile(r"^TOP\s*[-–]\s*")
_ITEM_ID = re.compile(r"(?:[?&](?:risid|topid)=|/top/)(\d+)")
_ELSEWHERE = re.compile(r"(?i)siehe\b.*")
# Icons of an agenda: words in München, names of pictures in Wiesbaden.
_IS_ITEM = re.compile(r"(?i)tagesordnungspunkt|TO_TOP")
_IS_HEADING = re.compile(r"(?i)topüberschrift|topueberschrift|topabschnitt|TO_Ueberschrift|TO_Abschnitt")
_WITHDRAWN = "Abgesetzt"
_NEIGHBOURS = frozenset({"nächste sitzung", "letzte sitzung"})
_DECISION = frozenset({"entscheidung", "beschluss"})
_VOTE = frozenset({"ergebnis", "abstimmungsergebnis", "abstimmungs-ergebnis"})


class Headline(NamedTuple):
    """The title of a meeting: `name` without what stands in brackets behind it."""

    name: str
    date: dt.date
    time: str
    body: str
    cancelled: bool


def headline(printed: str) -> Headline | None:
    """A printed title taken apart; None without a day."""
    match = _HEADLINE.fullmatch(_OFF.sub("", printed).strip())
    date = german.date(match["day"]) if match else None
    if match is None or date is None:
        return None
    return Headline(printed, date, match["time"] or "", match["body"].strip(), bool(_OFF.search(printed)))


def parse_meeting(page: Page) -> Parsed:
    """A meeting, with the items where it is its public agenda; follows what is behind it."""
    view = cards.open_cards(page)
    own = cards.own(view, Kind.MEETING)
    title = cards.title(view)
    head = headline(title.line)
    if head is None:
        raise BrokenPageError(page.url, "the title of the meeting has no day")
    rows = view.main.css(".d-table-row")
    if own.url.endswith("oeffentlich") and not rows:
        raise BrokenPageError(page.url, "the page has no public agenda")
    follow = [*_follow(view, own.url, head.date), *_neighbours(view)]
    meeting = _meeting(view, own.native_id, head, title.added)
    items = list(_items(view, meeting, own.native_id, rows))
    return view.told((meeting, *items), (one for one in follow if one.url != own.url), meeting.id)


def _follow(view: View, own: str, date: dt.date) -> Iterator[Request]:
    """What is behind the page's links; another meeting is followed for its own day only (`_neighbours`)."""
    number = own.partition("/detail/")[2].partition("/")[0]
    for link in view.links():
        if link.goal and (link.goal.kind is not Kind.MEETING or link.goal.native_id == number):
            yield from cards.dated((link,), date)


def _neighbours(view: View) -> Iterator[Request]:
    """The meetings before and after this one, where their days are printed: a calendar shows one month."""
    for item in cards.fields((view.main,)).items:
        if item.key in _NEIGHBOURS:
            goal, date = view.goal(item.value, Kind.MEETING), german.date(dom.line(item.value))
            if goal and date:
                yield Request(goal.url, Kind.MEETING, date=date)


def _meeting(view: View, native: str, head: Headline, added: tuple[str, ...]) -> Meeting:
    outside = [card for card in cards.cards(view) if card.node.css_first(".d-table-row") is None]
    header = cards.fields(card.node for card in outside)
    body = header.pop(vocabulary.ORGANIZATION)
    goal = view.goal(body, Kind.ORGANIZATION)
    name = dom.line(body) or head.body or None
    places = [dom.line(header.pop(labels)) for labels in (vocabulary.ROOM, vocabulary.PLACE)]
    extra = cards.rest(header)
    start, end = german.span(head.date, head.time)
    agenda_url = next(
        (g.url for link in view.links() if (g := link.goal) and _is_agenda(g.url, native)), None
    )
    files = [file for card in outside for file in cards.files(card.links, "other")]
    return Meeting(
        **view.envelope("meeting", native),
        url=agenda_url or (view.own.url if view.own else None),
        warnings=cards.warned(extra),
        extra=extra,
        name=head.name,
        organization=name,
        organization_url=goal.url if goal else None,
        organizations=(OrganizationRef(name=name, url=goal.url if goal else None),) if name else (),
        date=head.date,
        start=start,
        end=end,
        location=", ".join(filter(None, places)) or None,
        status="; ".join(added) or None,
        cancelled=head.cancelled,
        attachments=tuple({file.native_id: file for file in files}.values()),
    )


def _is_agenda(url: str, native: str) -> bool:
    return url.endswith(f"/{native}/tagesordnung/oeffentlich")


# ---- the agenda


def _items(view: View, meeting: Meeting, native: str, rows: list[Node]) -> Iterator[AgendaItem]:
    read = [_row(view, row) for row in rows]
    told = [values for values in read if values]
    public: bool | None = True
    for order, values in enumerate(told, 1):
        heading, subject = values.pop("heading"), values["subject"] or ""
        if heading and (part := agenda.part(subject)) is not None:
            public = part
        following = told[order]["number"] if order < len(told) else None
        bare = not (values["paper_url"] or values["result"] or values["url"])
        extra = values["extra"]
        yield AgendaItem(
            **view.envelope("agenda_item", values.pop("native") or f"{native}-{order}"),
            warnings=cards.warned(extra, values["result"]),
            meeting_id=meeting.id,
            meeting_url=meeting.url,
            organization=meeting.organization,
            date=meeting.date,
            order=order,
            public=public,
            heading=agenda.is_group(values["number"], following, bare=bare) if heading is None else heading,
            outcome=german.outcome(values["result"])[0],
            **values,
        )


def _row(view: View, row: Node) -> dict[str, Any] | None:
    """Cells of a row: icon, number, and everything else. What is read is taken out of the page."""
    cells = dom.children(row)
    if len(cells) < 2:
        return None
    body = cells[-1]
    links = view.links(row)
    papers = [link for link in links if link.goal and link.goal.kind is Kind.PAPER and dom.line(link.node)]
    main = next((link for link in papers if "sitzungsvorlage" in link.url), papers[0] if papers else None)
    others = "; ".join(dom.line(link.node) for link in papers if link is not main)
    item = next((link.goal for link in links if link.goal and link.goal.kind is Kind.AGENDA_ITEM), None)
    extra = cards.rest(cards.fields((body,))) | ({"Vorgänge": others} if others else {})
    title = body.css_first("h3, .text-keepwhitespace")
    numbered = _ITEM_ID.search(" ".join(link.url for link in links))
    values = {
        "native": numbered[1] if numbered else "",
        "url": item.url if item else None,
        "number": dom.line(cells[-2]) or None,
        "subject": _LEAD.sub("", dom.line(title)) or None,
        "heading": _kind(row, cells[0]),
        "extra": extra,
        "result": _WITHDRAWN if _WITHDRAWN in map(text.clean, dom.texts(body)) else None,
        "paper_reference": cards.number(dom.line(main.node)) if main else None,
        "paper_url": main.goal.url if main and main.goal else None,
        "attachments": cards.files(links, "resolution"),
    }
    cards.take_out([main] if main else [])
    if title is not None and title.css_first("a") is None:
        title.decompose()  # "TOP - " leads the subject
    return values


def _kind(row: Node, icon: Node) -> bool | None:
    """Whether the row is a heading; None when neither its class nor its icon tells."""
    picture = icon.css_first("img")
    told = " ".join((dom.attr(row, "class"), *(dom.attr(picture, name) for name in ("title", "alt", "src"))))
    if _IS_HEADING.search(told):
        return True
    return False if _IS_ITEM.search(told) else None


# ---- the decision on one item


def parse_item(page: Page) -> Parsed:
    """The published decision or vote on an item; follows the paper."""
    view = cards.open_cards(page)
    own = cards.own(view, Kind.AGENDA_ITEM)
    links = view.links()
    paper, at = (_first(links, kind) for kind in (Kind.PAPER, Kind.MEETING))
    values = {**_ruling(view), **_place(view, at)}
    item = AgendaItem(
        **view.envelope("agenda_item", own.native_id),
        url=own.url,
        paper_reference=cards.number(dom.line(paper.node)) or None if paper else None,
        paper_url=paper.goal.url if paper and paper.goal else None,
        attachments=cards.files(links, "resolution"),
        **values,
    )
    follow = cards.asked(links, Kind.PAPER)
    cards.take_out(link for link in (paper, at) if link)
    return view.told((item,), follow, item.id)


def _first(links: list[Link], kind: Kind) -> Link | None:
    return next((link for link in links if link.goal and link.goal.kind is kind), None)


def _ruling(view: View) -> dict[str, Any]:
    """Decision and vote; a decision may only point to its document ("siehe Beschlussseite")."""
    header = cards.fields((view.main,))
    decision, vote = dom.line(header.pop(_DECISION)), dom.line(header.pop(_VOTE)) or _vote_card(view)
    if not (decision or vote):
        raise BrokenPageError(view.page.url, "the page has neither a decision nor a vote")
    result = decision if decision and not _ELSEWHERE.fullmatch(decision) else vote or decision
    extra = cards.rest(header)
    for label, value in (("Entscheidung", decision), ("Ergebnis", vote)):
        extra |= {label: value} if value and value != result else {}
    return {
        "warnings": cards.warned(extra, result),
        "extra": extra,
        "result": result,
        "outcome": german.outcome(result)[0],
        "votes": german.votes(vote) or german.votes(result),
    }


def _place(view: View, at: Link | None) -> dict[str, Any]:
    """Where the item stands: number, part, meeting."""
    point = _POINT.search(dom.line(view.main))
    found: dict[str, Any] = {}
    if point:
        found |= {"number": point["number"], "public": german.is_public(point["public"])}
    if at and at.goal:
        head = headline(dom.line(at.node))
        found |= {"meeting_id": view.id_of("meeting", at.goal.native_id), "meeting_url": at.goal.url}
        found |= {"organization": head.body or None, "date": head.date} if head else {}
    return found


def _vote_card(view: View) -> str:
    """PIWi prints the vote alone, in the card behind the words "Abstimmungs-Ergebnis"."""
    for card in view.main.css(".card-header"):
        if dom.line(card).rstrip(":").casefold() in _VOTE:
            return dom.line(dom.after(card))
    return ""
