"""Papers and their consultations: what OParl says of them, and what the records hold."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from scraper.errors import BrokenPageError
from scraper.page import Kind
from scraper.records import AgendaItem, Deliberation, Paper, Record, Related
from scraper.vendors.oparl import files
from scraper.vendors.oparl.answer import Answer, Ref, Thing, left_over
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
    told_way = way(answer, thing.id, ways, day)
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
    return [record, *(one.model_copy(update={"paper_reference": record.reference}) for one in told_way.items)]


def consultation(answer: Answer, thing: Thing) -> list[Record]:
    """A consultation that is a page of its own: a row of its paper's way, and the item that it makes."""
    if thing.deleted:
        return []
    papers = thing.refs("paper")
    if not papers:
        raise BrokenPageError(answer.page.url, "the consultation names no paper")
    answer.want(papers[0], Kind.PAPER)
    whole = [Ref(thing.id, thing)]
    told = way(answer, papers[0].url, whole)
    extra, warnings = left_over(Thing({}), whole)
    envelope = answer.envelope("paper", native_id(papers[0].url))
    record = Paper(**envelope, extra={**told.extra, **extra}, warnings=tuple(warnings), **told.values)
    return [record, *told.items]


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


def way(answer: Answer, address: str, refs: list[Ref], day: dt.date | None = None) -> Way:
    """The embedded consultations of a paper as rows, and the agenda items that they name.

    Some endpoints print one consultation once for every item (Magdeburg, Münster, Karlsruhe): rows with the
    same item, meeting and organization are one. Consultations that are only named are followed, as pages of
    the paper's `day`.
    """
    rows: dict[tuple[str | None, ...], Deliberation] = {}
    items: dict[str, AgendaItem] = {}
    others: list[str] = []
    for ref in refs:
        if ref.thing is None:
            answer.want(ref, Kind.PAPER, day)
            continue
        bodies = ref.thing.refs("organization", "organization")
        for body in bodies:
            answer.want(body, Kind.ORGANIZATION)
        row, item = _station(answer, address, ref.thing, bodies)
        placed = (row.agenda_item_url, row.meeting_url, row.committee_url, row.role)
        key = placed if row.agenda_item_url or row.meeting_url else (ref.url, str(len(rows)))
        rows.setdefault(key, row.model_copy(update={"order": len(rows) + 1}))
        items |= {item.id: item} if item and item.id not in items else {}
        others += [body.url for body in bodies[1:] if body.url not in others]
    extra = {"consultation.organization": "; ".join(others)} if others else {}
    return Way(tuple(rows.values()), list(items.values()), extra)


def _station(
    answer: Answer, address: str, thing: Thing, bodies: list[Ref]
) -> tuple[Deliberation, AgendaItem | None]:
    """One consultation, and its item. An address tells neither name nor day."""
    role, meeting, item = thing.text("role"), _first(thing, "meeting"), _first(thing, "agendaItem")
    names = [name for body in bodies if body.thing and (name := body.thing.text("name"))]
    day = when(meeting.thing)[0] if meeting.thing else None
    answer.want(meeting, Kind.MEETING, day)
    if item.thing is None:
        answer.ask(item.url, Kind.AGENDA_ITEM, day)
    frame = Frame(answer.id_of("meeting", meeting.url), meeting.url or None, day)
    found = _item(answer, item, frame, role, address)
    row = Deliberation(
        order=1,
        committee="; ".join(names) or None,
        committee_url=next((body.url for body in bodies if body.url), None),
        role=role,
        authoritative=thing.flag("authoritative"),
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


def _first(thing: Thing, key: str) -> Ref:
    """The object of a key that holds one."""
    refs = thing.refs(key, key.lower())
    return refs[0] if refs else Ref("", None)


def _item(answer: Answer, ref: Ref, frame: Frame, role: str | None, address: str) -> AgendaItem | None:
    """The item of a consultation with its paper."""
    if ref.thing is None:
        told = named_item(answer, ref, frame) if ref.url else None
    else:
        told = embedded_item(answer, ref.thing, frame)
    return told.model_copy(update={"role": role, "paper_url": address or None}) if told else None


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
