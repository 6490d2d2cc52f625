"""Papers and their consultations: what OParl says of them, and what the records hold."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from scraper.errors import BrokenPageError
from scraper.page import Kind
from scraper.records import AgendaItem, Deliberation, Paper, Record, Related
from scraper.vendors.oparl import files
from scraper.vendors.oparl.answer import NOBODY, Answer, Ref, Thing, left_over
from scraper.vendors.oparl.endpoint import native_id
from scraper.vendors.oparl.meetings import Frame, embedded_item, named_item, places, when

# Keys that name other papers; the relation is the key, as printed.
RELATED = ("relatedPaper", "superordinatedPaper", "subordinatedPaper")
# Keys that name others, and the kind of page that these are.
NAMED = (
    ("underDirectionOf", Kind.ORGANIZATION),
    ("originatorOrganization", Kind.ORGANIZATION),
    ("originatorPerson", Kind.PERSON),
)


def paper(answer: Answer, thing: Thing) -> list[Record]:
    """The paper; and of the items on its way, which name no paper themselves, that it is theirs."""
    if thing.deleted:
        return [answer.record(Paper, thing, {})]
    told, ways = files.documents(thing, files.PAPER), thing.refs("consultation", "consultation")
    day = thing.date("date")
    told_way = way(answer, Named(thing.id, thing.text("reference"), day), ways)
    regions = thing.refs("location", "location")
    values: dict[str, Any] = {
        "reference": thing.text("reference"),
        "subject": thing.text("name"),
        "paper_type": thing.text("paperType"),
        "date": day,
        **_people(answer, thing),
        **told_way.values,
        "sections": files.sections(told.main),
        "text": told.main,
        "attachments": told.attachments,
        "related": tuple(_related(answer, thing)),
        "warnings": told.warnings,
        "extra": {**told_way.extra, **({"location": line} if (line := places(regions)) else {})},
    }
    record = answer.record(Paper, thing, values, (*told.parts, *ways, *regions))
    return [record, *told_way.items]


def consultation(answer: Answer, thing: Thing) -> list[Record]:
    """A consultation that is a page of its own: a row of its paper's way, and the item that it makes."""
    if thing.deleted:
        return []
    papers = thing.refs("paper")
    if not papers:
        raise BrokenPageError(answer.page.url, "the consultation names no paper")
    answer.want(papers[0], Kind.PAPER)
    whole = [Ref(thing.id, thing)]
    told = way(answer, Named(papers[0].url), whole)
    extra, warnings = left_over(Thing({}), whole)
    envelope = answer.envelope("paper", native_id(papers[0].url))
    record = Paper(**envelope, extra={**told.extra, **extra}, warnings=tuple(warnings), **told.values)
    return [record, *told.items]


class Named(NamedTuple):
    """The paper whose way it is."""

    url: str
    reference: str | None = None
    day: dt.date | None = None


class Station(NamedTuple):
    """What a consultation says: its organizations, meeting and item, as addresses or embedded."""

    bodies: list[Ref]
    meeting: Ref
    item: Ref
    role: str | None
    authoritative: bool | None


class Way(NamedTuple):
    """A paper's way. `extra`: of joint consultations the organizations after the first, which leads."""

    rows: tuple[Deliberation, ...]
    items: list[AgendaItem]
    extra: dict[str, str]

    @property
    def values(self) -> dict[str, Any]:
        """The keys of the paper."""
        dates = sorted({row.date for row in self.rows if row.date})
        return {"deliberations": self.rows, "deliberation_dates": tuple(dates)}


def way(answer: Answer, paper: Named, refs: list[Ref]) -> Way:
    """The embedded consultations of a paper as rows, and the agenda items that they name.

    Some endpoints print one consultation once for every item (Magdeburg, Münster, Karlsruhe): those with the
    same item, meeting, organization and role are one. Consultations that are only named are followed, as
    pages of the paper's day.
    """
    found: dict[tuple[str | None, ...], Station] = {}
    for number, ref in enumerate(refs):
        if ref.thing is None:
            answer.want(ref, Kind.PAPER, paper.day)
            continue
        one = _station(ref.thing)
        key = (one.item.url, one.meeting.url, *(body.url for body in one.bodies[:1]), one.role)
        found.setdefault(key if key[0] or key[1] else (str(number),), one)
    stations = list(found.values())
    told = [_row(answer, paper, one, order) for order, one in enumerate(stations, 1)]
    items = {item.id: item for _, item in reversed(told) if item}
    others = dict.fromkeys(body.url for one in stations for body in one.bodies[1:])
    extra = {"consultation.organization": "; ".join(others)} if others else {}
    return Way(tuple(row for row, _ in told), list(reversed(items.values())), extra)


def _station(thing: Thing) -> Station:
    bodies, meetings = thing.refs("organization", "organization"), thing.refs("meeting", "meeting")
    items = thing.refs("agendaItem", "agendaitem")
    return Station(
        bodies,
        meetings[0] if meetings else NOBODY,
        items[0] if items else NOBODY,
        thing.text("role"),
        thing.flag("authoritative"),
    )


def _row(answer: Answer, paper: Named, one: Station, order: int) -> tuple[Deliberation, AgendaItem | None]:
    """A row of the way, and its agenda item. An address tells neither name nor day."""
    meeting, item = one.meeting, one.item
    day = when(meeting.thing)[0] if meeting.thing else None
    for body in one.bodies:
        answer.want(body, Kind.ORGANIZATION)
    answer.want(meeting, Kind.MEETING, day)
    if item.thing is None:
        answer.ask(item.url, Kind.AGENDA_ITEM, day)
    where = Frame(answer.id_of("meeting", meeting.url), meeting.url or None, day)
    found = _item(answer, item, where._replace(role=one.role, paper=(paper.url, paper.reference)))
    names = [name for body in one.bodies if body.thing and (name := body.thing.text("name"))]
    row = Deliberation(
        order=order,
        committee="; ".join(names) or None,
        committee_url=one.bodies[0].url or None if one.bodies else None,
        role=one.role,
        authoritative=one.authoritative,
        date=day,
        meeting_url=meeting.url or None,
        agenda_item_url=item.url or None,
        **_decided(found if item.thing else None),
    )
    return row, found


def _decided(item: AgendaItem | None) -> dict[str, Any]:
    """What an embedded item says of the consultation that it is."""
    keys = ("public", "result", "outcome", "votes")
    return {"agenda_item": item.number, **{key: getattr(item, key) for key in keys}} if item else {}


def _item(answer: Answer, ref: Ref, frame: Frame) -> AgendaItem | None:
    """The item of a consultation with its paper."""
    if ref.thing is not None:
        return embedded_item(answer, ref.thing, frame)
    return named_item(answer, ref, frame) if ref.url else None


def _people(answer: Answer, thing: Thing) -> dict[str, Any]:
    """Author and department by name where they are embedded; addresses stay in `extra` and are followed."""
    names: dict[str, list[str]] = {}
    for key, kind in NAMED:
        for ref in thing.refs(key):
            answer.want(ref, kind)
            names.setdefault(key, []).extend(filter(None, [ref.thing.text("name")]) if ref.thing else ())
    authors = [*names.get("originatorOrganization", ()), *names.get("originatorPerson", ())]
    return {
        "author": "; ".join(authors) or None,
        "department": "; ".join(names.get("underDirectionOf", ())) or None,
    }


def _related(answer: Answer, thing: Thing) -> list[Related]:
    found = []
    for relation in RELATED:
        for ref in thing.refs(relation, "paper"):
            answer.want(ref, Kind.PAPER)
            reference = ref.thing.text("reference") if ref.thing else None
            found.append(Related(reference=reference, url=ref.url or None, relation=relation))
    return found
