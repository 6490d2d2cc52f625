"""Any answer of an endpoint to records: one object, a list of them, or an error with HTTP 200."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scraper import objects
from scraper.errors import BrokenPageError, NotFoundError, NotPublicError, PageError
from scraper.page import Kind, Page, Parsed
from scraper.records import Record
from scraper.vendors.oparl import files, keys, meetings, papers, people
from scraper.vendors.oparl.answer import Answer, Thing
from scraper.vendors.oparl.endpoint import next_page

Reader = Callable[[Answer, Thing], list[Record]]
# A body's lists. OParl 1.1 lists agenda items, consultations, files, memberships as well: they are embedded
# in what these four give.
LISTS = {
    "organization": Kind.ORGANIZATION_LIST,
    "person": Kind.PERSON_LIST,
    "meeting": Kind.CALENDAR,
    "paper": Kind.PAPER_LIST,
}
# Other keys of a body that hold addresses.
OTHERS = frozenset({
    "id", "type", "system", "web", "website", "license", "equivalent", "mainOrganization", "legislativeTerm",
    "agendaItem", "consultation", "file", "locationList", "legislativeTermList", "membership", "location",
})  # fmt: skip
# An object in a list is thin when none of these keys is there: its own page tells more.
THIN: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "meeting": (Kind.MEETING, ("agendaItem",)),
    "paper": (Kind.PAPER, ("consultation", "mainFile", "auxiliaryFile")),
    "person": (Kind.PERSON, ("membership",)),
    "organization": (Kind.ORGANIZATION, ("name",)),
    "body": (Kind.START, tuple(LISTS)),
}
# What a list's other pages are: the kind of its objects.
PAGES = {
    **LISTS,
    "body": Kind.START,
    "membership": Kind.PERSON_LIST,
    "consultation": Kind.PAPER_LIST,
    "agendaitem": Kind.AGENDA_ITEM,
    "file": Kind.FILE,
}
# Objects whose page is the own page of a record, and what that must tell.
OWN: dict[str, tuple[str, ...]] = {
    "organization": ("name",),
    "person": ("name",),
    "membership": ("person_url", "organization_url"),
    "meeting": ("name", "date"),
    "agendaitem": ("number", "subject"),
    "paper": ("reference", "subject"),
    "file": (),
}
# Objects that are a part of others.
PARTS = frozenset({"location", "legislativeterm"})
_ENVELOPE = frozenset({"data", "pagination", "links"})
_PAGINATION = frozenset({"totalElements", "elementsPerPage", "currentPage", "totalPages"})
_LINKS = frozenset({"first", "prev", "self", "next", "last"})
# rubin: "OParl is not active."; SD.NET: "Webservice "OParl" ist nicht aktiviert!"
_OFF = re.compile(
    r"(?i)\bnot (?:active|enabled|allowed|permitted)|nicht (?:aktiv|freigegeben|erlaubt)|disabled"
)
_ABSENT = re.compile(r"(?i)\bnot (?:found|exist)|nicht (?:gefunden|vorhanden)|existiert nicht|\b404\b")


def parse(page: Page) -> Parsed:
    """What an answer tells; its objects' `type` says what they are, never its address."""
    told = objects.read(page)
    if isinstance(told, list):
        return _list(page, told, Thing({}))
    if not isinstance(told, dict):
        raise BrokenPageError(page.url, "the answer is neither an object nor a list")
    top = Thing(told)
    if "data" in told and top.kind not in READERS:
        return _list(page, _listed(top.take("data")), top)
    return _object(page, top)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


# ---- one object


def _object(page: Page, top: Thing) -> Parsed:
    answer = Answer(page, [top.id])
    records = _read(answer, top)
    if top.kind not in OWN:
        return _parsed(answer, records)
    whole = OWN[top.kind]
    if whole and not records[0].gone and all(getattr(records[0], key) is None for key in whole):
        raise BrokenPageError(page.url, f"the {top.kind} tells nothing but its id")
    return _parsed(answer, records, records[0].id)


def _parsed(answer: Answer, records: list[Record], own: str | None = None) -> Parsed:
    """What was read, and what is embedded in it; the first record has the warnings of the whole page."""
    while answer.embedded:
        things, answer.embedded = answer.embedded, []
        more, errors = _objects(answer, [Thing(thing.values, thing.kind) for thing in things])
        records = [*records, *more]
        answer.notes |= _unread(errors)
    if answer.notes and records:
        warnings = (*records[0].warnings, *answer.notes)
        records = [records[0].model_copy(update={"warnings": warnings}), *records[1:]]
    return Parsed(tuple(records), tuple(answer.follow), own)


def _unread(errors: list[PageError]) -> dict[str, None]:
    return dict.fromkeys(f"unread_object:{error.reason}" for error in errors)


def _read(answer: Answer, thing: Thing) -> list[Record]:
    """The records of one object; raises PageError for what is none."""
    reader = READERS.get(thing.kind)
    if reader is None:
        raise _refusal(answer.page, thing)
    if not thing.id:
        raise BrokenPageError(answer.page.url, f"the {thing.kind} has no id")
    return reader(answer, thing)


def _refusal(page: Page, thing: Thing) -> PageError:
    """What an object is that tells nothing: an error, a part of another object, or unknown."""
    said = thing.text("message", "error", "debug")
    if said and _OFF.search(said):
        return NotPublicError(page.url, f"the endpoint says: {said}")
    if said and _ABSENT.search(said):
        return NotFoundError(page.url, f"the endpoint says: {said}")
    if said or thing.kind == "error":
        return BrokenPageError(page.url, f"the endpoint says: {said or 'an error'}")
    if thing.kind in PARTS:
        return BrokenPageError(page.url, f"a {thing.kind} is a part of other objects and makes no record")
    named = f"of an unknown type: {thing.kind}" if thing.kind else "that does not say its type"
    return BrokenPageError(page.url, f"an object {named}")


def _system(answer: Answer, thing: Thing) -> list[Record]:
    """The entrance: it leads to the list of bodies, or holds them."""
    bodies = thing.refs("body", "body")
    if not bodies:
        raise BrokenPageError(answer.page.url, "the system names no body")
    for ref in bodies:
        answer.want(ref, Kind.START)
    return []


def _body(answer: Answer, thing: Thing) -> list[Record]:
    """A body leads to its lists; one that is not offered is missing, one under another name is an error."""
    found = {key: thing.refs(key, key) for key in LISTS}
    strange = [key for key in thing.values.keys() - OTHERS - LISTS.keys() if _is_strange(thing, key)]
    if not any(found.values()) or (strange and not all(found.values())):
        missing = ", ".join(key for key in LISTS if not found[key])
        raise BrokenPageError(answer.page.url, f"the body names no list of these: {missing}")
    for key, kind in LISTS.items():
        for ref in found[key]:
            answer.want(ref, kind)
    return []


def _is_strange(thing: Thing, key: str) -> bool:
    """Whether an unknown key leads somewhere: it may be one of the lists under another name."""
    return not keys.is_vendors_own(key) and bool(thing.refs(key))


# ---- lists


def _list(page: Page, values: list[Any], top: Thing) -> Parsed:
    """The objects of a list, each by its own type; one that cannot be read costs the others nothing."""
    links, pagination = top.one("links") or Thing({}), top.one("pagination") or Thing({})
    things = [Thing(value) for value in values if isinstance(value, dict)]
    own = [links.text("self"), links.text("first"), *(thing.id for thing in things[:1])]
    answer = Answer(page, filter(None, own))
    _check(page, values, things, pagination)
    records, errors = _objects(answer, things)
    if errors and len(errors) == len(things):
        raise errors[0]
    answer.notes |= _unread(errors)
    kind = next((PAGES[thing.kind] for thing in things if thing.kind in PAGES), None)
    following = next_page(page.url, links, pagination, len(things))
    if following and kind:
        answer.ask(following, kind)
    for part, known in ((top, _ENVELOPE), (links, _LINKS), (pagination, _PAGINATION)):
        answer.notes |= dict.fromkeys(f"unknown_label:{key}" for key in part.rest(known))
    return replace(_parsed(answer, records), total=_total(things, pagination))


def _total(things: list[Thing], pagination: objects.Object) -> tuple[str, int] | None:
    """How many objects the list says it has, on its first page."""
    total = pagination.number("totalElements")
    first = (pagination.number("currentPage") or 1) <= 1
    return (things[0].kind, total) if total and first and things and things[0].kind in LISTS else None


def _check(page: Page, values: list[Any], things: list[Thing], pagination: objects.Object) -> None:
    """An empty list is one only when nothing says otherwise."""
    total = pagination.number("totalElements")
    if values and not things:
        raise BrokenPageError(page.url, "the list holds no objects")
    first = (pagination.number("currentPage") or 1) <= 1
    if not things and total and first:
        raise BrokenPageError(page.url, f"the list is empty and says that it has {total} objects")


def _objects(answer: Answer, things: list[Thing]) -> tuple[list[Record], list[PageError]]:
    """The records of objects that a page holds; thin ones are asked for as well."""
    records: list[Record] = []
    errors: list[PageError] = []
    for thing in things:
        kind, whole = THIN.get(thing.kind, (Kind.START, ()))
        thin = bool(whole) and not thing.deleted and not any(key in thing.values for key in whole)
        try:
            told = [] if thin and kind is Kind.START else _read(answer, thing)
        except PageError as error:
            errors.append(error)
            continue
        records += told
        if thin:
            answer.ask(thing.id, kind, _day(thing, told))
    return records, errors


def _day(thing: Thing, told: list[Record]) -> dt.date | None:
    """The day of a thin object; old papers of ALLRIS have none but that of their making."""
    day = getattr(told[0], "date", None) if told else None
    return day or (thing.date("created") if thing.kind == "paper" else None)


READERS: dict[str, Reader] = {
    "system": _system,
    "body": _body,
    "organization": people.organization,
    "person": people.person,
    "membership": people.membership,
    "meeting": meetings.meeting,
    "agendaitem": meetings.item,
    "paper": papers.paper,
    "consultation": papers.consultation,
    "file": files.file,
}
