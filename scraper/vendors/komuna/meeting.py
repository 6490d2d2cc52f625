"""Meetings of the interface: a list of them, and one with its agenda."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from scraper import agenda, german, objects
from scraper.accounting import codes
from scraper.documents import role_of
from scraper.errors import BrokenPageError
from scraper.objects import Object
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import AgendaItem, Attachment, Meeting, OrganizationRef
from scraper.stamp import record_id, stamp
from scraper.vendors.komuna import texts
from scraper.vendors.komuna.address import beside

NAME = "komuna"
# What the app needs for itself: rights, time stamps, numbers of other tables, the other names of a room.
TECHNICAL = frozenset({
    "clientid", "op", "opdatetime", "snapdatetime", "expirationdate", "unreadop", "candownloadsummonspdf",
    "visibility", "visibilityoe", "visibilitynoe", "committeeid", "committeeid2", "committeeid3",
    "locationname", "locationshortname", "absolutestarttime", "absoluteendtime", "downloadallowed",
})  # fmt: skip
# Keys that `extra` keeps under the system's own name.
KEPT = ("clientname", "locationdescription", "locationdistrict", "state")
CLOCKS = tuple(
    f"{part}{end}time{again}"
    for again in ("", "2")
    for part in ("public", "nonepublic")
    for end in ("start", "end")
)
FREE = (
    "freetextsbeforemeeting", "freetextsbeforefirstpublicpart", "freetextsafterfirstpublicpart",
    "freetextsbeforefirstprotectedpart", "freetextsafterfirstprotectedpart", "freetextsaftermeeting",
    "freetextsbeforeparts",
)  # fmt: skip
CANCELLED = "3"  # the state of a cancelled meeting: reported by others, not seen
_ROLE = re.compile(r"\(([^()]+)\)$")


def parse_list(page: Page) -> Parsed:
    """The meetings of a span of days; follows them."""
    answer = objects.read(page)
    if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
        raise BrokenPageError(page.url, "the answer is no list of meetings")
    source = Object(answer)
    told = [_meeting(page, entry, {}) for entry in source.objects("items")]
    if told and (left := source.rest()):
        first = told[0]
        told[0] = first.model_copy(update={"warnings": (*first.warnings, *codes(left))})
    follow = (Request(one.url, Kind.MEETING, date=one.date, headers=page.asked) for one in told if one.url)
    return Parsed(tuple(told), tuple(follow))


def parse_meeting(page: Page) -> Parsed:
    """The meeting and the items of its agenda; follows the items."""
    answer = objects.read(page)
    if not isinstance(answer, dict):
        raise BrokenPageError(page.url, "the answer is no meeting")
    source, rows, left = Object(answer), list[tuple[Object, bool | None]](), dict[str, str]()
    for part in source.objects("parts"):
        closed = part.flag("protectedpart")
        rows += [(entry, closed) for entry in part.objects("agendaitems")]
        left |= prefixed("parts", part.rest())
    meeting = _meeting(page, source, left)
    envelope = stamp(page, "", "", NAME)
    numbers = [entry.text("numbering") for entry, _ in rows]
    items = [
        _item(page, meeting, envelope, at, row, numbers[at] if at < len(rows) else None)
        for at, row in enumerate(rows, 1)
    ]
    follow = (
        Request(one.url, Kind.AGENDA_ITEM, date=one.date, headers=page.asked) for one in items if one.url
    )
    return Parsed((meeting, *items), tuple(follow), meeting.id)


def _meeting(page: Page, source: Object, left: dict[str, str]) -> Meeting:
    native, name, day = source.text("id"), source.text("name"), source.date("meetingdate")
    bodies = [body for key in ("", "2", "3") if (body := source.text(f"committeename{key}"))]
    if not (native and day and (name or bodies)):
        raise BrokenPageError(page.url, "the meeting has no number, day or name")
    files, beyond = documents(source, beside(page.url, "meetings/documents/"))
    clocks, state = {key: clock for key in CLOCKS if (clock := _clock(source, key))}, source.text("state")
    start, end = _span(source, day, clocks)
    places, number, public = _location(source), source.text("num"), _public(source)
    free, hidden = _free(source)
    kept = {key: value for key in KEPT if (value := source.text(key))} | clocks | free
    unknown = left | beyond | hidden | source.rest(TECHNICAL)
    return Meeting(
        **stamp(page, "meeting", native, NAME),
        url=beside(page.url, f"meetings/{native}"),
        warnings=codes(unknown),
        extra=kept | unknown,
        name=name,
        number=number,
        organization="; ".join(bodies) or None,
        organizations=tuple(OrganizationRef(name=body) for body in bodies),
        date=day,
        start=start,
        end=end,
        location=places,
        public=public,
        cancelled=state == CANCELLED or german.is_cancelled(name or ""),
        attachments=files,
    )


def _public(source: Object) -> bool | None:
    """None where a meeting has parts of both kinds, or the answer does not say."""
    opened, closed = source.flag("publicpart"), source.flag("nonepublicpart")
    return opened if opened is not None and closed is not None and opened != closed else None


def _clock(source: Object, key: str) -> str | None:
    """`18:00` of "1900-01-01T18:00:00"; midnight is a field that nobody filled in."""
    at = source.moment(key)
    return at[11:16] if at and at[11:16] != "00:00" else None


def _span(source: Object, day: dt.date, clocks: dict[str, str]) -> tuple[str | None, str | None]:
    """The meeting begins with its first part and ends with its last, maybe past midnight.

    What the system calls its absolute end is that of the public part.
    """
    first = _clock(source, "absolutestarttime") or clocks.get("publicstarttime")
    start = first or clocks.get("nonepublicstarttime")
    ends = [clock for key, clock in clocks.items() if "end" in key] + [_clock(source, "absoluteendtime")]
    if start is None:
        return None, None
    later = [clock for clock in ends if clock and clock != start]
    last = max(later, key=lambda clock: (clock < start, clock), default=None)
    return german.span(day, f"{start} - {last}" if last else start)


def _location(source: Object) -> str | None:
    """Room, street, postal code and town."""
    room = source.text("locationprintname", "locationname", "locationshortname")
    town = " ".join(filter(None, (source.text("locationzip"), source.text("locationcity"))))
    return ", ".join(filter(None, (room, source.text("locationstreet"), town))) or None


def _free(source: Object) -> tuple[dict[str, str], dict[str, str]]:
    """Texts before and behind the parts, as blocks like those of an item; and keys that nobody knows."""
    found: dict[str, str] = {}
    left: dict[str, str] = {}
    for key in FREE:
        places = source.objects(key)
        blocks = [texts.block(place) for place in places]
        shown = "\n\n".join(part for one in blocks for part in (one.caption, one.text) if part)
        found |= {key: shown} if shown else {}
        for place in places:
            left |= prefixed(key, place.rest({"mmsdataid2"}))
    return found, left


def _item(
    page: Page,
    meeting: Meeting,
    envelope: dict[str, Any],
    order: int,
    row: tuple[Object, bool | None],
    following: str | None,
) -> AgendaItem:
    source, closed = row
    native, subject, number = source.text("id"), source.text("name"), source.text("numbering")
    if not (native and subject):
        raise BrokenPageError(page.url, "an item of the agenda has no number of its own or no name")
    decision, files = source.text("globalid"), source.number("documentcount")
    flags, unknown = (closed, source.flag("restricted")), source.rest(TECHNICAL)
    return AgendaItem(
        **{**envelope, "id": record_id(page, "agenda_item", native)},
        url=None if True in flags else beside(page.url, f"agendaitems/{native}"),  # refused to the public
        warnings=codes(unknown),
        extra=({"globalid": decision} if decision else {}) | unknown,
        meeting_id=meeting.id,
        meeting_url=meeting.url,
        organization=meeting.organization,
        date=meeting.date,
        number=number,
        order=order,
        role=role_in(subject),
        subject=subject,
        public=False if True in flags else True if flags == (False, False) else None,
        heading=agenda.is_group(number, following, bare=not (decision or files)),
    )


def role_in(subject: str) -> str | None:
    """The role that the system appends to the name of an item: "Haushalt (beschließend)"."""
    match = _ROLE.search(subject)
    return match[1] if match and german.authoritative(match[1]) is not None else None


def documents(source: Object, folder: str | None) -> tuple[tuple[Attachment, ...], dict[str, str]]:
    """The documents that everybody may see, and keys of them that nobody knows."""
    files: list[Attachment] = []
    left: dict[str, str] = {}
    for one in source.objects("documents"):
        name, native, ending = one.text("name"), one.text("id"), one.text("fileext")
        flags = one.flag("isprotected"), one.flag("guestvisible")
        left |= prefixed("documents", one.rest(TECHNICAL))
        if flags[0] is not True and flags[1] is not False:
            files.append(
                Attachment(
                    name=name or ending,
                    url=f"{folder}{native}" if folder and native else None,
                    native_id=native,
                    role=role_of(name or "", "attachment"),
                )
            )
    return tuple(files), left


def prefixed(place: str, values: dict[str, str]) -> dict[str, str]:
    """Keys of an inner object under the name of their place: `documents.size`."""
    return {f"{place}.{key}": value for key, value in values.items()}
