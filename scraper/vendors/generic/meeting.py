"""A meeting with its agenda on a page of unknown markup."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from scraper import agenda, german
from scraper.documents import role_of
from scraper.errors import WrongProductError
from scraper.page import Kind, Parsed, Request
from scraper.records import AgendaItem, Attachment, Meeting, OrganizationRef
from scraper.vendors.generic import documents, identity, items, told, words
from scraper.vendors.generic.items import Item
from scraper.vendors.generic.pairs import Pairs, Value
from scraper.vendors.generic.sheet import Sheet

_LEAD = re.compile(
    r"(?i)^(?:tagesordnung|einladung|sitzungsdetails?|niederschrift|bekanntmachung)\s*[-–:]\s*"
)
_SITE = re.compile(r"\s*[|·»]\s*")
_PARTS = re.compile(
    r"\s+[-–]\s+|[\s,(]+(?:\w{2,10}\.?,\s*)?(?:am\s+|vom\s+)?(?=\d{1,2}\.\s?(?:\d{1,2}\.|[A-Z]))"
)
_NEEDED = ("organization",)
_AGENDA = re.compile(r"(?i)(?:öffentliche |nicht ?öffentliche )?tagesordnung(?:spunkte)?(?: [IVX]+)?:?")
# So many leaves, heads of columns and of parts, may stand between that and the first item.
_ABOVE = 12
_LONGEST_PART = 80
_DASH = re.compile(r"\s+[-–]\s+")
_CLOCK = re.compile(r"(?i)\d\s?uhr|\d[:.]\d\d(?![.\d])")


class Heading(NamedTuple):
    """What the heading of a meeting's page says."""

    name: str | None
    organization: str | None
    text: str


def heading(printed: str) -> Heading:
    """`Rat - 28.09.2026`, `Tagesordnung - Sitzung des Rates`, `Ratsinfo | Rat - 1.7.2026 - 17 Uhr`."""
    parts = _SITE.split(printed)
    best = next((part for part in parts if german.date(part)), None) or next(
        (part for part in parts if words.SESSION.search(part) or words.COMMITTEE.search(part)), parts[0]
    )
    best = _LEAD.sub("", best)
    first = _PARTS.split(best)[0].strip()
    if words.SESSION.search(first) and len(first.split()) > 1:
        return Heading(_DASH.split(best)[0].strip(), None, best)
    if words.COMMITTEE.search(first) and not german.dates(first):
        return Heading(None, first, best)
    return Heading(None, None, best)


def parse(sheet: Sheet, fields: Pairs, head: Heading, found: list[Item]) -> Parsed:
    """One meeting with its items; follows the items and the papers on its agenda.

    WrongProductError without a day.
    """
    agenda_range = (found[0].start, found[-1].end) if found else (0, 0)
    fields.keep(lambda item: not agenda_range[0] <= item.value.at < agenda_range[1])
    _take(sheet, found)
    attachments = _attachments(sheet, agenda_range)
    fields.all("documents")
    values = _values(sheet, fields, head, agenda_range)
    if values["date"] is None:
        raise WrongProductError(
            sheet.url, "labels of a meeting, but no day: is this the page of a committee?"
        )
    native = identity.native_id(sheet.url, Kind.MEETING, _words(values))
    extra = fields.rest()
    record = Meeting(
        **sheet.view.envelope("meeting", native),
        url=identity.canonical(sheet.url) or None,
        warnings=told.warnings(extra, (), (*told.doubts(sheet, values, _NEEDED), *_doubts(found))),
        extra=extra,
        **values,
        attachments=attachments,
    )
    rows = tuple(_items(sheet, record, native, found))
    follow = told.requests(sheet, _follow(record, rows))
    return Parsed((record, *rows), follow, record.id, told.printed(sheet, told.begin(sheet, head.text)))


def _doubts(found: list[Item]) -> tuple[str, ...]:
    return () if items.is_ordered(found) else ("unordered_items",)


def _take(sheet: Sheet, found: list[Item]) -> None:
    """The rows of the agenda, and its headings: the items tell which part is public."""
    for item in found:
        sheet.take(item.start, item.end)
    parts = (n for n, leaf in enumerate(sheet.leaves) if len(leaf.text) < _LONGEST_PART and found)
    sheet.used.update(n for n in parts if agenda.part(sheet.leaves[n].text) is not None)
    first = found[0].start if found else 0
    above = ((n, sheet.leaves[n]) for n in range(max(0, first - _ABOVE), first))
    sheet.used.update(n for n, leaf in above if leaf.tag not in ("td", "dd") and _AGENDA.fullmatch(leaf.text))


def _words(values: dict[str, Any]) -> str:
    day = values["date"].isoformat() if values["date"] else ""
    return f"{day} {values['name'] or values['organization'] or ''}"


# ---- the meeting


def _values(sheet: Sheet, fields: Pairs, head: Heading, agenda_range: tuple[int, int]) -> dict[str, Any]:
    named = fields.take("name")
    subject = fields.take("subject")
    name, number = (named.text if named else None), None
    if name and words.is_reference(name):
        name, number = None, name
    number = fields.line("number") or number
    name = name or (subject.text if subject else None) or head.name
    links = _organizations(sheet, fields.take("organization"), named)
    if not links and head.organization:
        told_url = next((link.url for link in sheet.links if link.text == head.organization), None)
        links = (OrganizationRef(name=head.organization, url=sheet.kept(told_url) if told_url else None),)
    organization = "; ".join(ref.name for ref in links if ref.name) or None
    day, start, end = _when(sheet, fields, head, agenda_range)
    status = fields.line("status")
    places = [line for field in ("room", "place") for line in _lines(fields, field)]
    return {
        "name": name,
        "number": number,
        "organization": organization,
        "organization_url": links[0].url if links else None,
        "organizations": links,
        "date": day,
        "start": start,
        "end": end,
        "location": ", ".join(line.rstrip(",") for line in places) or None,
        "status": status,
        "public": german.is_public(status),
        "cancelled": german.is_cancelled(f"{name or ''} {head.text}"),
        "occasion": fields.line("occasion"),
    }


def _lines(fields: Pairs, field: str) -> tuple[str, ...]:
    value = fields.take(field)
    return value.lines if value else ()


def _organizations(sheet: Sheet, value: Value | None, named: Value | None) -> tuple[OrganizationRef, ...]:
    """The committees under their label; else a committee that is linked in the meeting's name."""
    if value is not None:
        links = [link for link in sheet.linked(value.start, value.end) if link.text]
        if links:
            return tuple(OrganizationRef(name=link.text, url=sheet.kept(link.url)) for link in links)
        return tuple(OrganizationRef(name=line) for line in value.lines)
    links = [link for link in sheet.linked(named.start, named.end) if link.text] if named else []
    return tuple(
        OrganizationRef(name=link.text, url=sheet.kept(link.url))
        for link in links
        if words.COMMITTEE.search(link.text) and not words.SESSION.search(link.text)
    )


def _when(
    sheet: Sheet, fields: Pairs, head: Heading, agenda_range: tuple[int, int]
) -> tuple[dt.date | None, str | None, str | None]:
    """Day, start and end: under their labels, in the heading, else where the page prints them first."""
    dated, timed, until = (fields.line(field) for field in ("date", "time", "end"))
    free = [sheet.leaves[n].text for n in sheet.free(0, agenda_range[0] or len(sheet.leaves))]
    free += [leaf.text for leaf in sheet.leaves[: agenda_range[0]] if agenda.part(leaf.text) is not None]
    texts = [text for text in (dated, head.text, *free) if text]
    day = next((found for text in texts if (found := german.date(text))), None)
    if day is None:
        return None, None, None
    clock = f"{timed} - {until}" if timed and until else timed
    clocks = [
        text
        for text in (clock, dated, head.text, *free)
        if text and _CLOCK.search(text) and german.times(text)[0]
    ]
    for number in list(sheet.free(0, agenda_range[0])):
        if sheet.leaves[number].text in (clocks[:1] or [""]) or german.date(sheet.leaves[number].text) == day:
            sheet.used.add(number)
    return day, *german.span(day, clocks[0] if clocks else "")


def _attachments(sheet: Sheet, agenda_range: tuple[int, int]) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    for link in sheet.links:
        if agenda_range[0] <= link.leaf < agenda_range[1] or not documents.is_file(link):
            continue
        if sheet.kept(link.url) == sheet.kept(sheet.url):
            continue
        found.append(documents.attachment(link, role_of(documents.name_of(link) or link.tip)))
        documents.take(sheet, link, among=False)
    return documents.once(found)


# ---- its items


def _items(sheet: Sheet, meeting: Meeting, native: str, found: list[Item]) -> Iterator[AgendaItem]:
    for order, item in enumerate(found, 1):
        following = found[order].number if order < len(found) else None
        own = identity.number(item.url, Kind.AGENDA_ITEM) if item.url else ""
        subject = item.subject or ""
        group = agenda.is_group(item.number, following, bare=item.bare)
        heading = group or items.opens(subject) is not None
        public = item.public if item.public is not None else agenda.part(subject)
        yield AgendaItem(
            **sheet.view.envelope("agenda_item", own or f"{native}-{order}"),
            url=item.url,
            warnings=told.warnings({}, (), told.results(item.result)),
            meeting_id=meeting.id,
            meeting_url=meeting.url,
            organization=meeting.organization,
            date=meeting.date,
            number=item.number,
            order=order,
            role=item.role,
            subject=item.subject,
            public=public,
            heading=heading,
            paper_reference=item.reference,
            paper_url=item.paper_url,
            result=item.result,
            outcome=german.outcome(item.result)[0],
            votes=item.votes,
            attachments=item.attachments,
            extra={"Zusatz": "; ".join(item.rest)} if item.rest else {},
        )


def _follow(meeting: Meeting, rows: tuple[AgendaItem, ...]) -> Iterator[Request]:
    for row in rows:
        if row.url:
            yield Request(row.url, Kind.AGENDA_ITEM, date=meeting.date)
    for row in rows:
        if row.paper_url:
            yield Request(row.paper_url, Kind.PAPER, date=meeting.date)
