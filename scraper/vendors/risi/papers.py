"""RISI and PIWi: the page of a paper (Sitzungsvorlage, motion, enquiry, recommendation)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from scraper import dom, german, text, vocabulary
from scraper.address import Address
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Attachment, Deliberation, Paper, Related, Section
from scraper.vendors.risi import cards
from scraper.vendors.risi.cards import Card
from scraper.view import View

STATUS = frozenset({"art"})
PAPER_TYPE = frozenset({"typ"})
# The paper's own days, the one that says most first; "Abgeschlossen am" is none.
DATES = ("gestellt am", "freigabe", "vom", "datum")
_WAY, _SUBJECT = "ergebnisse", "betreff"
_NO_TEXT = frozenset({_WAY, _SUBJECT, "dokumente", "informationen", ""})


class _Entry(NamedTuple):
    """An entry of "Ergebnisse": a meeting that dealt with the paper, or a paper that answers it."""

    date: dt.date | None
    committee: str | None
    committee_url: str | None
    meeting_url: str | None
    item_url: str | None
    requests: tuple[Request, ...]


def parse_paper(page: Page) -> Parsed:
    """One paper; follows its meetings, decisions, bodies and the papers it names."""
    view = cards.open_cards(page)
    found = cards.cards(view)
    title = cards.title(view)
    own = cards.own(view, Kind.PAPER)
    match = cards.REFERENCE.match(title.line)
    if match is None or not any(card.heading == _SUBJECT for card in found):
        raise BrokenPageError(page.url, "the page has no number or no subject")
    entries = [entry for card in found if card.heading == _WAY for entry in _entries(view, card.node)]
    follow = [request for entry in entries for request in entry.requests]
    follow += cards.asked((link for card in found for link in card.links), Kind.PAPER)
    values = {"reference": match["number"], "deliberations": _way(entries)}
    record = _paper(view, own, found, title, values)
    cards.take_out_title(view)
    return view.told((record,), (one for one in follow if one.url != own.url), record.id)


def _paper(view: View, own: Address, found: list[Card], title: cards.Title, values: dict[str, Any]) -> Paper:
    header = cards.fields(card.node for card in found if card.heading != _WAY)
    values |= _header(header)
    extra = cards.rest(header) | ({"Zusatz": "; ".join(title.added)} if title.added else {})
    files = _files(found)
    related = _related(own, found)
    subject, sections = _texts(found)
    match = cards.REFERENCE.match(title.line)
    return Paper(
        **view.envelope("paper", own.native_id),
        url=own.url,
        warnings=cards.warned(extra),
        extra=extra,
        subject=subject or None,
        paper_type=values.pop("paper_type") or (match["kind"] if match else None) or None,
        deliberation_dates=tuple(sorted({row.date for row in values["deliberations"] if row.date})),
        sections=sections,
        text="\n\n".join(f"{part.heading}\n\n{part.text}" for part in sections) or None,
        attachments=files,
        related=related,
        **values,
    )


def _header(header: Fields[Node]) -> dict[str, Any]:
    status = dom.line(header.pop(STATUS)) or None
    days = (german.date(dom.line(header.pop((label,)))) for label in DATES)
    return {
        "status": status,
        "public": german.is_public(status),
        "paper_type": dom.line(header.pop(PAPER_TYPE)) or None,
        "author": cards.joined(header.pop(cards.AUTHOR)),
        "department": cards.joined(header.pop(cards.DEPARTMENT)),
        "file_number": dom.line(header.pop(vocabulary.FILE_NUMBER)) or None,
        "date": next(filter(None, days), None),
    }


def _entries(view: View, card: Node) -> Iterable[_Entry]:
    for entry in card.css(".list-group-item"):
        links = view.links(entry)
        meeting, item, body = (
            next((link for link in links if link.goal and link.goal.kind is kind), None)
            for kind in (Kind.MEETING, Kind.AGENDA_ITEM, Kind.ORGANIZATION)
        )
        date = german.date(" ".join(dom.texts(entry))) if meeting else None
        yield _Entry(
            date,
            dom.line(body.node) or None if body else None,
            body.goal.url if body and body.goal else None,
            meeting.goal.url if meeting and meeting.goal else None,
            item.goal.url if item and item.goal else None,
            tuple(cards.dated(links, date)),
        )


def _way(entries: Iterable[_Entry]) -> tuple[Deliberation, ...]:
    return tuple(
        Deliberation(
            order=order,
            committee=entry.committee,
            committee_url=entry.committee_url,
            date=entry.date,
            meeting_url=entry.meeting_url,
            agenda_item_url=entry.item_url,
        )
        for order, entry in enumerate((entry for entry in entries if entry.meeting_url), 1)
    )


def _files(found: list[Card]) -> tuple[Attachment, ...]:
    """Documents of the paper, and the resolutions below "Ergebnisse"."""
    files = [
        file
        for card in found
        for file in cards.files(card.links, "resolution" if card.heading == _WAY else "attachment")
    ]
    return tuple({file.native_id: file for file in reversed(files)}.values())[::-1]


def _related(own: Address, found: list[Card]) -> tuple[Related, ...]:
    """Papers that a card names, whose heading says how they belong to this one."""
    related: dict[str, Related] = {}
    for card in found:
        named = [
            link
            for link in card.links
            if link.goal and link.goal.kind is Kind.PAPER and link.goal.url != own.url
        ]
        for link in named:
            printed = dom.line(link.node)
            if printed and link.goal:
                one = Related(reference=cards.number(printed), url=link.goal.url, relation=card.printed)
                related.setdefault(link.goal.url, one)
        cards.take_out(named)
    return tuple(related.values())


def _texts(found: list[Card]) -> tuple[str, tuple[Section, ...]]:
    """Subject and texts: cards that hold neither rows nor links into the system."""
    subject, sections = "", list[Section]()
    for card in found:
        if card.heading in _NO_TEXT - {_SUBJECT}:
            continue
        if any(link.goal for link in card.links) or card.node.css_first(".keyvalue-row"):
            continue
        for node in card.node.css("h2, button"):
            node.decompose()
        if card.heading == _SUBJECT:
            subject = subject or dom.line(card.node)
            continue
        printed = text.paragraphs(dom.marked_text(card.node)).replace(text.HEAD, "")
        card.node.decompose()
        if printed:
            sections.append(Section(heading=card.printed, text=printed))
    return subject, tuple(sections)
