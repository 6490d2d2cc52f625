"""Meetings and agenda items: what OParl says of them, and what the records hold."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from scraper import agenda, documents, german
from scraper.objects import moment
from scraper.page import Kind
from scraper.records import AgendaItem, Meeting, OrganizationRef, Record
from scraper.vendors.oparl import files
from scraper.vendors.oparl.answer import Answer, Ref, Thing, result
from scraper.vendors.oparl.endpoint import native_id

_MIDNIGHT = "T00:00:00"
# Keys that sort a meeting's documents; SessionNet for OParl 1.0 uses none of them.
_SORTED = ("invitation", "resultsProtocol", "verbatimProtocol")


def meeting(answer: Answer, thing: Thing) -> list[Record]:
    """The meeting and the items that are embedded in it; items that are only named are followed."""
    if thing.deleted:
        return [answer.record(Meeting, thing, {})]
    bodies, rooms, told = thing.refs("organization"), thing.refs("location", "location"), _files(thing)
    items = thing.refs("agendaItem", "agendaitem")
    day, start, end, late = when(thing)
    values: dict[str, Any] = {
        **_names(thing, bodies),
        "date": day,
        "start": start,
        "end": end,
        "location": places(rooms) or _plain(thing),
        "attachments": told.attachments,
        "warnings": (*told.warnings, *late),
    }
    for ref in bodies:
        answer.want(ref, Kind.ORGANIZATION)
    for ref in thing.refs("participant"):
        answer.want(ref, Kind.PERSON)
    record = answer.record(Meeting, thing, values, (*rooms, *told.parts))
    return [record, *_agenda(answer, record, thing.id, items)]


def _names(thing: Thing, bodies: list[Ref]) -> dict[str, Any]:
    """Name, state and organizations; an organization's name is there when the object is embedded."""
    name, state = thing.text("name"), thing.text("meetingState")
    rows = tuple(
        OrganizationRef(name=ref.thing.text("name") if ref.thing else None, url=ref.url or None)
        for ref in bodies
    )
    return {
        "name": name,
        "organization": "; ".join(row.name for row in rows if row.name) or None,
        "organization_url": rows[0].url if rows else None,
        "organizations": rows,
        "status": state,
        "cancelled": bool(thing.flag("cancelled")) or german.is_cancelled(f"{name or ''}; {state or ''}"),
    }


def _files(thing: Thing) -> files.Documents:
    """The documents; where no key sorts them, their names do."""
    told = files.documents(thing, files.MEETING)
    if any(thing.values.get(key) for key in _SORTED):
        return told
    named = (
        one.model_copy(update={"role": documents.role_of(one.name, "attachment")}) if one.name else one
        for one in told.attachments
    )
    return told._replace(attachments=tuple(named))


def when(thing: Thing) -> tuple[dt.date | None, str | None, str | None, tuple[str, ...]]:
    """Day, start, end, and a warning for an end that cannot be.

    Midnight stands for a time that nobody knows: of the meeting's day (SessionNet, rubin) or the next
    (ALLRIS). An end before the start on the same day is the next day's.
    """
    start, end = thing.moment("start"), thing.moment("end")
    day, last = thing.date("start"), thing.date("end")
    start = None if start and _MIDNIGHT in start else start
    if end is None or _MIDNIGHT in end or last is None:
        return day, start, None, ()
    if start and day and _before(end, start):
        if last != day:
            return day, start, None, ("end_before_start",)
        end = german.moment(last + dt.timedelta(days=1), dt.time.fromisoformat(end[11:19]))
    return day, start, end, ()


def _before(one: str, other: str) -> bool:
    """Whether a point in time (RFC 3339) lies before another."""
    first, second = moment(one), moment(other)
    return first is not None and second is not None and first < second


def places(refs: list[Ref]) -> str | None:
    """Embedded locations as they are printed."""
    return "; ".join(filter(None, (_place(ref.thing) for ref in refs if ref.thing))) or None


def _place(thing: Thing) -> str | None:
    """A location as a line: its description, then what of room and address that does not say."""
    line, room = thing.text("description") or "", thing.text("room") or ""
    for piece in (*room.split(", "), thing.text("streetAddress")):
        line = ", ".join(filter(None, (line, piece if piece and piece not in line else None)))
    town = [thing.text("postalCode"), thing.text("locality")]
    told = all(word in line for word in town if word)
    return ", ".join(filter(None, (line, "" if told else " ".join(filter(None, town))))) or None


def _plain(thing: Thing) -> str | None:
    """A location that is a word, neither an object nor an address."""
    return None if thing.address("location") else thing.text("location")


class Frame(NamedTuple):
    """Where an item stands: its meeting's id, address and day, its place on the agenda, and its paper."""

    id: str | None = None
    url: str | None = None
    day: dt.date | None = None
    organization: str | None = None
    order: int | None = None
    following: str | None = None  # the number of the next item
    public: bool | None = None  # what the heading of its part says
    role: str | None = None  # of the consultation that it is
    paper: tuple[str | None, str | None] = (None, None)  # address and reference


def _agenda(answer: Answer, record: Meeting, address: str, refs: list[Ref]) -> list[AgendaItem]:
    """The items in their order; a heading such as "Nichtöffentliche Sitzung" tells about those after it."""
    frame = Frame(record.id, address or record.url, record.date, record.organization)
    after = [_number(ref.thing).number if ref.thing else None for ref in refs[1:]]
    found: list[AgendaItem] = []
    for order, (ref, following) in enumerate(zip(refs, [*after, None], strict=False), 1):
        here = Frame(*frame[:4], order, following, frame.public)
        if ref.thing is None:
            answer.want(ref, Kind.AGENDA_ITEM, record.date)
            found.append(named_item(answer, ref, here, ref.url))
            continue
        item = embedded_item(answer, ref.thing, here)
        if item.heading and item.public is not None:
            frame = frame._replace(public=item.public)
        found.append(item)
    return found


def named_item(answer: Answer, ref: Ref, frame: Frame, url: str | None = None) -> AgendaItem:
    """What another object tells of an item that it only names.

    `url`: left out where yet another one tells the item itself, maybe with a page for people.
    """
    return AgendaItem(
        **answer.envelope("agenda_item", native_id(ref.url)),
        url=url,
        meeting_id=frame.id,
        meeting_url=frame.url,
        organization=frame.organization,
        date=frame.day,
        order=frame.order,
        role=frame.role,
        paper_url=frame.paper[0],
        paper_reference=frame.paper[1],
    )


def item(answer: Answer, thing: Thing) -> list[Record]:
    """An agenda item that is a page of its own."""
    (where,) = thing.refs("meeting")[:1] or [Ref("", None)]
    answer.want(where, Kind.MEETING)
    return [embedded_item(answer, thing, Frame(answer.id_of("meeting", where.url), where.url or None))]


def embedded_item(answer: Answer, thing: Thing, frame: Frame) -> AgendaItem:
    """An item of an agenda."""
    told, ways = files.documents(thing, files.ITEM), thing.refs("consultation", "consultation")
    decided, mark = result(thing.text("result")), _number(thing)
    values: dict[str, Any] = {
        "meeting_id": frame.id,
        "meeting_url": frame.url,
        "organization": frame.organization,
        "date": frame.day,
        "number": mark.number,
        "order": thing.number("order") or frame.order,
        "subject": thing.text("name"),
        **_text(thing),
        "attachments": told.attachments,
        **decided,
        **_way(ways, frame),
        "warnings": (*decided["warnings"], *told.warnings),
    }
    business = bool(ways or values["result"] or values["text"] or thing.values.get("resolutionFile"))
    part = None if business else _part(values)
    told_public = (thing.flag("public"), mark.public, part, frame.public)
    values["public"] = next((public for public in told_public if public is not None), None)
    group = agenda.is_group(values["number"], frame.following, bare=not business)
    values["heading"] = part is not None or group
    native = "" if thing.id else f"{(frame.id or '').rpartition(':')[2]}-{frame.order or 1}"
    return answer.record(AgendaItem, thing, values, (*told.parts, *ways), native)


def _number(thing: Thing) -> agenda.Number:
    """The printed number without its mark; what is no number stays as it is printed."""
    printed = thing.text("number")
    return (agenda.number(printed) if printed else None) or agenda.Number(printed, None)


_NO_TEXT: dict[str, Any] = {"sections": (), "text": None}


def _text(thing: Thing) -> dict[str, Any]:
    resolution = files.body(thing.take("resolutionText"))
    if resolution is None:
        return _NO_TEXT
    return {"sections": files.sections(resolution), "text": resolution}


def _part(values: dict[str, Any]) -> bool | None:
    """What the title of a part says of the items after it ("A Öffentliche Sitzung"); None for business."""
    if any(sign.isdigit() for sign in values["number"] or ""):
        return None
    return agenda.part(values["subject"] or "")


def _way(ways: list[Ref], frame: Frame) -> dict[str, Any]:
    """The role and the paper that the consultation tells, embedded here or the page that holds the item."""
    told = {"role": frame.role, "paper_url": frame.paper[0], "paper_reference": frame.paper[1]}
    for thing in (ref.thing for ref in ways if ref.thing):
        for known in ("organization", "meeting", "agendaItem"):  # the meeting has them
            thing.take(known)
        papers = thing.refs("paper")
        told["role"] = thing.text("role") or told["role"]
        told["paper_url"] = papers[0].url if papers else told["paper_url"]
    return told
