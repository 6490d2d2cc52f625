"""SessionNet 6: a script's shell, and the interface below `api/v1/` that all its data come from.

The shell's pages have addresses of their own (`sitzungen/2217`), which a person opens; what is read is what
the script asks for them. Papers have neither: the interface names only their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from scraper import agenda, german, objects
from scraper.accounting import codes
from scraper.documents import role_of
from scraper.errors import BrokenPageError
from scraper.objects import Object
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import (
    AgendaItem,
    Attachment,
    File,
    Meeting,
    Organization,
    OrganizationRef,
    Paper,
    Role,
    Votes,
)
from scraper.stamp import record_id, stamp
from scraper.vendors.sessionnet.addresses import API
from scraper.vendors.sessionnet.markup import NAME
from scraper.vendors.sessionnet.people import type_of

# Keys that are read elsewhere or say nothing: order, depth, the clock of `beginn` and `ende` once more.
_MEETING = frozenset({"oSt", "typ", "sb", "se", "dat"})
_ITEM = frozenset({"sort", "ebene", "grNr", "abstimmungTyp", "abstimmungErgebnis", "text", "textLang"})
_DOCUMENT = frozenset({"sort", "artNr"})
_KNOWN = frozenset({"freigabeDatum", "ort", "voNr", "oSt"})  # without a key, and no news
_NUMBER = re.compile(r"/sitzungen/(\d+)(?:/|$)")


def shell_base(page: Page, href: str) -> str:
    """The folder of the script, with a slash at its end: `<base href>`, else the page's address."""
    base = urljoin(page.url, href) if href and "@@" not in href else page.url
    return base.partition("?")[0].rpartition("/")[0] + "/"


def _base(page: Page) -> str:
    """The folder in front of the interface."""
    return page.url.partition(API)[0] + "/"


def _objects(page: Page) -> list[Object]:
    """The objects of a list; BrokenPageError for anything else."""
    values = objects.read(page)
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise BrokenPageError(page.url, "the answer is no list of objects")
    return [Object(value) for value in values]


def _required(page: Page, one: Object, key: str) -> str:
    number = one.number(key)
    if number is None:
        raise BrokenPageError(page.url, f"an object of the answer has no {key}")
    return str(number)


def _extra(one: Object, known: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """What nobody took, and codes for the keys that are new."""
    extra = one.rest(frozenset(known))
    return extra, codes(key for key in extra if key not in _KNOWN)


# ---- meetings


def parse_meetings(page: Page) -> Parsed:
    """`[{"siNr": 2217, "name": …}]`; follows every agenda: one that is not released is an empty list."""
    found = [_meeting(page, one) for one in _objects(page)]
    follow = [
        Request(one.url, Kind.MEETING, date=one.date, address=f"{_api(one.url)}/tagesordnung")
        for one in found
        if one.url
    ]
    return Parsed(tuple(found), tuple(follow))


def _api(url: str) -> str:
    """The interface's address of a page of the shell."""
    return url.replace("/sitzungen/", f"{API}sitzungen/")


def _meeting(page: Page, one: Object) -> Meeting:
    number = _required(page, one, "siNr")
    day = one.date("dat") or one.date("beginn")
    name, printed = one.text("name"), one.text("nummer")
    start, end = _span(one, day)
    room, town = one.text("raum"), one.text("ort")
    extra, warnings = _extra(one, _MEETING)
    if town and town not in (room or town):
        extra["ort"] = town
    return Meeting(
        **stamp(page, "meeting", number, NAME),
        url=f"{_base(page)}sitzungen/{number}",
        warnings=warnings,
        extra=extra,
        name=name,
        number=printed,
        date=day,
        start=start,
        end=end,
        location=room or town,
        cancelled=german.is_cancelled(name or ""),
    )


def _span(one: Object, day: Any) -> tuple[str | None, str | None]:
    """`beginn` and `ende` are in UTC, `sb` and `se` the same on the town's clock."""
    start, end = one.moment("beginn"), one.moment("ende")
    if start is None and day is not None:
        start, late = german.span(day, " - ".join(filter(None, (one.text("sb"), one.text("se")))))
        end = end or late
    return start, end


# ---- agendas


def parse_agenda(page: Page) -> Parsed:
    """`[{"toNr": 41285, "nummer": "1", …}]`: the items of a meeting; follows their documents and papers."""
    listed = _objects(page)
    match = _NUMBER.search(urlsplit(page.url).path)
    number = match[1] if match else None
    items = [
        _item(page, number, order, one, _following(listed, order)) for order, one in enumerate(listed, 1)
    ]
    follow = [Request(page.url + "/dokumente", Kind.AGENDA_ITEM)] if number and items else []
    papers = (one.number("voNr") for one in listed)
    follow += [Request(f"{_base(page)[:-1]}{API}vorlagen/{one}", Kind.PAPER) for one in papers if one]
    bodies = list(dict.fromkeys(body for one in listed if (body := one.number("grNr"))))
    meetings = [_with_bodies(page, number, bodies)] if number and bodies else []
    found = {paper.id: paper for item in items if (paper := _paper(page, item))}
    return Parsed((*meetings, *items, *found.values()), tuple(dict.fromkeys(follow)))


def _paper(page: Page, item: AgendaItem) -> Paper | None:
    """The paper that an item deals with: the interface has its number and the text of the item."""
    number = item.extra.get("voNr")
    return Paper(**stamp(page, "paper", number, NAME), subject=item.subject) if number else None


def _following(listed: list[Object], order: int) -> str | None:
    return Object(listed[order].values).text("nummer") if order < len(listed) else None


def _with_bodies(page: Page, number: str, bodies: list[int]) -> Meeting:
    """The meeting whose agenda it is: the items name the bodies, by number."""
    refs = tuple(OrganizationRef(url=f"{_base(page)}gremien/{body}") for body in bodies)
    return Meeting(
        **stamp(page, "meeting", number, NAME),
        url=f"{_base(page)}sitzungen/{number}",
        organization_url=refs[0].url,
        organizations=refs,
    )


def _item(page: Page, number: str | None, order: int, one: Object, following: str | None) -> AgendaItem:
    native = _required(page, one, "toNr")
    printed, result = one.text("nummer"), one.text("beschluss")
    outcome, known = german.outcome(result)
    counted, unknown = _votes(one)
    votes = counted or german.votes(result)
    state, paper = one.number("oSt"), one.number("voNr")
    extra, warnings = _extra(one, _ITEM)
    extra |= {"voNr": str(paper)} if paper else {}
    extra |= {"oSt": str(state)} if state != 1 and state is not None else {}
    return AgendaItem(
        **stamp(page, "agenda_item", native, NAME),
        warnings=(*warnings, *codes(unknown), *(() if known else ("unmapped_result",))),
        extra=extra,
        meeting_id=record_id(page, "meeting", number) if number else None,
        meeting_url=f"{_base(page)}sitzungen/{number}" if number else None,
        number=printed,
        order=order,
        subject=one.text("textLang", "text"),
        public=True if state == 1 else None,
        heading=agenda.is_group(printed, following, bare=not (paper or result or votes)),
        result=result,
        outcome=outcome,
        votes=votes,
    )


def _votes(one: Object) -> tuple[Votes | None, Iterable[str]]:
    """`{"ja": 12, "nein": 2, "enthaltung": 0, "befangen": 0}`, and keys beside these.

    The type 0 says that nobody counted.
    """
    counted = one.one("abstimmungErgebnis")
    if counted is None or one.number("abstimmungTyp") == 0:
        return None, ()
    yes, no, abstain, recused = (counted.number(key) for key in ("ja", "nein", "enthaltung", "befangen"))
    votes = Votes(yes=yes, no=no, abstain=abstain, recused=recused) if any((yes, no, abstain)) else None
    return votes, counted.rest()


def parse_documents(page: Page) -> Parsed:
    """`[{"toNr": 41288, "doNr": 54940, "ref": …}]`: the documents of a meeting, each with its agenda item."""
    match = _NUMBER.search(urlsplit(page.url).path)
    files: list[File] = []
    owned: dict[tuple[str, str], list[Attachment]] = {}
    for one in _objects(page):
        native, item = _required(page, one, "doNr"), one.number("toNr")
        owner = ("agenda_item", str(item)) if item else ("meeting", match[1]) if match else None
        file = _file(page, native, one, record_id(page, *owner) if owner else None)
        files.append(file)
        if owner:
            role = _role(file.name or "", of_item=bool(item))
            owned.setdefault(owner, []).append(
                Attachment(name=file.name, url=file.url, native_id=native, role=role)
            )
    return Parsed((*files, *_owners(page, owned)))


def _file(page: Page, native: str, one: Object, owner: str | None) -> File:
    url, name = one.text("ref"), one.text("name")
    extra, warnings = _extra(one, _DOCUMENT)
    return File(
        **stamp(page, "file", native, NAME),
        url=urljoin(page.url, url) if url else None,
        warnings=warnings,
        extra=extra,
        name=name,
        belongs_to=(owner,) if owner else (),
    )


def _role(name: str, *, of_item: bool) -> Role:
    if of_item and re.search(r"(?i)vorlage\b|^antrag\b|^anfrage\b", name):
        return "main"
    return role_of(name, "attachment" if of_item else "other")


def _owners(page: Page, owned: dict[tuple[str, str], list[Attachment]]) -> Iterator[AgendaItem | Meeting]:
    """The items and the meeting that the documents belong to, with nothing but these."""
    for (kind, native), attachments in owned.items():
        make = AgendaItem if kind == "agenda_item" else Meeting
        yield make(**stamp(page, kind, native, NAME), attachments=tuple(attachments))


# ---- bodies


def parse_bodies(page: Page) -> Parsed:
    """`[{"grNr": 1, "name": "Rat"}]`."""
    return Parsed(tuple(_body(page, one) for one in _objects(page)))


def _body(page: Page, one: Object) -> Organization:
    number, name = _required(page, one, "grNr"), one.text("name")
    if name is None:
        raise BrokenPageError(page.url, "a body of the answer has no name")
    short = one.text("kurzname", "kuerzel")
    extra, warnings = _extra(one, ("sort",))
    return Organization(
        **stamp(page, "organization", number, NAME),
        url=f"{_base(page)}gremien/{number}",
        warnings=warnings,
        extra=extra,
        name=name,
        short_name=short,
        type=type_of(name),
    )
