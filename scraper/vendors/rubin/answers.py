"""more! rubin: the JSON of its interfaces, which its pages embed too, to records."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from scraper import agenda, german, text
from scraper.accounting import codes
from scraper.documents import role_of
from scraper.errors import BrokenPageError, NotFoundError, NotPublicError
from scraper.objects import Object, read
from scraper.page import Page, Parsed, Request
from scraper.records import (
    AgendaItem,
    Attachment,
    Meeting,
    Organization,
    OrganizationRef,
    OrganizationType,
    Paper,
    Record,
    Role,
    Votes,
)
from scraper.stamp import record_id, stamp
from scraper.vendors.rubin.address import NAME, meeting_request, native, repaired

# Any of these makes an object a meeting, which then must have number and day.
MEETING = frozenset({"agenda_items", "titel", "datum"})
# What a meeting has and its entry in the calendar has not; what keeps an entry from being followed.
WHOLE = frozenset({"agenda_items", "committees"})
SWITCHES = frozenset({"fraktionssitzung", "is_draft"})
# Keys that say nothing a record wants: numbers of rows, codes, switches of a page.
OF_MEETING = frozenset({"id", "nummer_si", "event_type_id", "status"})
OF_ITEM = frozenset({"ai_id", "nummer", "topart"})
OF_DOCUMENT = frozenset({
    "documentPublicStatusId", "documentExtension", "alias", "is_draft", "relationType", "documentType",
    "document_type_id",
})  # fmt: skip
OF_ROOM = frozenset({"id"})
OF_SUBMISSION = frozenset({"id"})
# Number of a document's type, in its address → what it is.
ROLES: dict[str, Role] = {"1": "announcement", "4": "main", "5": "resolution", "13": "attachment"}
PUBLIC = {"1": True, "2": False}
# Counts of a voting. No answer with one was at hand: what has other keys goes to `extra`, with a warning.
COUNTS = {
    "yes": ("ja", "yes", "ja_stimmen", "dafuer"),
    "no": ("nein", "no", "nein_stimmen", "dagegen"),
    "abstain": ("enthaltung", "enthaltungen", "abstention"),
    "recused": ("befangen",),
}
TYPES: tuple[tuple[re.Pattern[str], OrganizationType], ...] = (
    (re.compile(r"(?i)ausschuss|ausschuß|beirat|kommission|arbeitskreis"), "committee"),
    (re.compile(r"(?i)^fraktion|fraktion$"), "faction"),
    (re.compile(r"(?i)\b\w*rat\b|kreistag|versammlung|vertretung"), "council"),
)
_JSON = re.compile(r"(?<=[?&])json=(?:1|true)&|[?&]json=(?:1|true)$")
_TYPE = re.compile(r"[?&]document_type_id=(\d+)")
_CLOCK = re.compile(r"(\d\d?):(\d\d)")


@dataclass
class Answer:
    """What an answer tells, by id: a meeting with its agenda stands in the place of its calendar entry."""

    page: Page
    records: dict[str, Record] = field(default_factory=dict)
    follow: list[Request] = field(default_factory=list)
    own: str | None = None
    lists: int = 0  # how many lists there were, empty ones too
    unknown: str = ""  # the keys of the first object that is nothing we know

    @cached_property
    def _stamp(self) -> dict[str, Any]:
        return stamp(self.page, "", "", NAME)

    def stamp(self, kind: str, number: str) -> dict[str, Any]:
        """See `stamp.stamp`; all but the id is the same for all records of an answer."""
        return {**self._stamp, "id": record_id(self.page, kind, number)}

    def add(self, record: Record) -> None:
        """The first one counts; a calendar entry gives way to the meeting itself."""
        if record.id == self.own:
            self.records[record.id] = record
        else:
            self.records.setdefault(record.id, record)


def parse_answer(page: Page) -> Parsed:
    """Meetings, agenda items, papers and organizations of an answer; follows the meetings of a calendar."""
    return told(page, read(page))


def told(page: Page, value: Any) -> Parsed:
    """The records in a JSON value. NotPublicError for an error; NotFoundError when there is nothing."""
    answer = Answer(page)
    bodies = isinstance(value, list) and all(isinstance(one, dict) and "name" in one for one in value)
    if bodies:
        for one in value:
            _body(answer, Object(one))
    else:
        for found in _meetings(answer, value):
            _meeting(answer, found)
    if not answer.records and answer.unknown:
        raise BrokenPageError(page.url, f"an object of no known kind ({answer.unknown})")
    if not answer.records and not answer.lists:
        raise NotFoundError(page.url, "the answer is empty: no such meeting, or none that is public")
    return Parsed(tuple(answer.records.values()), tuple(dict.fromkeys(answer.follow)), answer.own)


def _meetings(answer: Answer, value: Any) -> Iterator[Object]:
    """Meetings, wherever they are: bare, in the list of a calendar, or several answers in one object."""
    if isinstance(value, list):
        answer.lists += 1
        for inner in value:
            yield from _meetings(answer, inner)
    elif isinstance(value, dict):
        if code := value.get("ErrorCode"):
            raise NotPublicError(answer.page.url, f"the interface answers with error {code}")
        if value.keys() & MEETING:
            yield Object(value)
            return
        calendar = value.get("meetings")
        inside = [calendar] if isinstance(calendar, list) else list(value.values())
        if any(value.values()) and not any(isinstance(inner, list | dict) for inner in inside):
            answer.unknown = answer.unknown or ", ".join(value)
        for inner in inside:
            yield from _meetings(answer, inner)


# ---- organizations


def _body(answer: Answer, found: Object) -> None:
    """A municipality of a shared installation; bodies and committees are numbered apart."""
    number, name = found.text("id"), found.text("name")
    if not number or not name:
        raise BrokenPageError(answer.page.url, "a body without number or name")
    extra = found.rest()
    answer.add(
        Organization(
            **answer.stamp("organization", f"body-{number}"),
            warnings=codes(extra),
            extra=extra,
            name=name,
            short_name=number,
            type="administration",
        )
    )


def _committee(answer: Answer, found: Object) -> OrganizationRef:
    short = found.text("Kuerzel")
    number, name = found.text("id") or short, found.text("name", "Bezeichnung")
    body = found.text("Koerperschaftsnummer")
    rest = found.rest()
    if number:
        answer.add(
            Organization(
                **answer.stamp("organization", number),
                warnings=codes(rest),
                extra=({"Koerperschaftsnummer": body} if body else {}) | rest,
                name=name,
                short_name=short,
                type=next((kind for pattern, kind in TYPES if name and pattern.search(name)), None),
            )
        )
    return OrganizationRef(name=name)


# ---- meetings


def _meeting(answer: Answer, found: Object) -> None:
    number, name, day = found.text("nummer"), found.text("titel"), found.date("datum")
    if not number or day is None:
        raise BrokenPageError(answer.page.url, "a meeting without number or day")
    items = found.objects("agenda_items")
    meeting = _meeting_record(answer, found, native(number), name, day)
    if not found.values.keys() & WHOLE:
        answer.add(meeting)
        if not meeting.extra.keys() & SWITCHES:
            answer.follow.append(_request(answer, number, day, meeting.url))
        return
    answer.own = meeting.id
    answer.add(meeting)
    printed = [item.text("topnummer") for item in items]
    for order, item in enumerate(items, 1):
        _item(answer, meeting, item, order, printed)


def _request(answer: Answer, number: str, day: dt.date, url: str | None) -> Request:
    page = urlsplit(url or "").path.rpartition("/")[2] or "meeting.php"
    asked = answer.page.url or url or ""  # a saved answer without an address
    return replace(meeting_request(asked, number, page), date=day)


def _meeting_record(answer: Answer, found: Object, number: str, name: str | None, day: dt.date) -> Meeting:
    committees = [_committee(answer, one) for one in found.objects("committees")]
    names = [ref.name for ref in committees if ref.name]
    start, end = _span(day, found.text("beginn"), found.text("ende"))
    url = found.text("full_url", "fullUrl")
    switches = {key: "true" for key in sorted(SWITCHES) if found.flag(key)}
    room = found.one("room")
    location, unknown = _place(room) if room else (None, {})
    files, warned = _documents(answer, found)
    rest = found.rest(OF_MEETING)
    groups = {key: rest.pop(key) for key in list(rest) if re.fullmatch(r"gremium_\d", key)}
    return Meeting(
        **answer.stamp("meeting", number),
        url=repaired(url) if url else None,
        warnings=(*warned, *codes(unknown), *codes(rest)),
        extra={**({} if names else groups), **switches, **unknown, **rest},
        name=name,
        organization="; ".join(names) or None,
        organizations=tuple(committees),
        date=day,
        start=start,
        end=end,
        location=location,
        cancelled=german.is_cancelled(name or ""),
        attachments=files,
    )


def _span(day: dt.date, begin: str | None, end: str | None) -> tuple[str | None, str | None]:
    """`18:00:00` and `20:15:00`; midnight is the nothing of the database."""
    clocks = [_CLOCK.match(printed or "") for printed in (begin, end)]
    times = [match[0] for match in clocks if match and match[0] not in ("00:00", "0:00")]
    return german.span(day, " - ".join(times)) if clocks[0] and times else (None, None)


def _place(room: Object) -> tuple[str | None, dict[str, str]]:
    """Room, street, postcode and town; and what else is told of the room."""
    town = " ".join(filter(None, (room.text("PLZ"), room.text("Ort"))))
    parts = (room.text("Bezeichnung", "name"), room.text("Strasse"), town)
    return ", ".join(part for part in parts if part) or None, room.rest(OF_ROOM)


# ---- documents


def _documents(answer: Answer, found: Object) -> tuple[tuple[Attachment, ...], list[str]]:
    """The documents of a meeting or an item, each once; and the codes of keys that nobody knows."""
    files: dict[str, Attachment] = {}
    warned: list[str] = []
    for one in found.objects("documents"):
        url, name = one.text("documentUrl"), one.text("documentName", "name")
        url = _JSON.sub("", repaired(url)) if url else None
        numbered = _TYPE.search(url or "")
        role = ROLES.get(numbered[1] if numbered else "") or role_of(name or "")
        file = Attachment(name=name, url=url, native_id=one.text("id"), role=role)
        files.setdefault(url or name or "", file)
        warned += codes(one.rest(OF_DOCUMENT))
    return tuple(files.values()), warned


# ---- agenda items and papers


def _item(answer: Answer, meeting: Meeting, found: Object, order: int, printed: list[str | None]) -> None:
    key = found.text("id") or f"{meeting.id.rpartition(':')[2]}-{order}"
    number = agenda.number(printed[order - 1] or "")
    following = printed[order] if order < len(printed) else None
    files, warned = _documents(answer, found)
    role = _named(found.one("counselling_status"), warned)
    result = _plain(found.text("abstimmungstext"))
    votes, extra, unknown = _votes(found)
    paper = _paper(answer, found, files)
    subject = found.text("title")
    public = PUBLIC.get(found.text("status") or "")
    rest = found.rest(OF_ITEM)
    outcome, known = german.outcome(result)
    envelope = answer.stamp("agenda_item", native(key))
    if envelope["id"] in answer.records:  # two items of one key: none may get lost
        envelope["id"] += f"-{order}"
    item = AgendaItem(
        **envelope,
        warnings=(*warned, *unknown, *codes(rest), *(() if known else ("unmapped_result",))),
        extra={**extra, **rest},
        meeting_id=meeting.id,
        meeting_url=meeting.url,
        organization=meeting.organization,
        date=meeting.date,
        number=number.number if number else printed[order - 1],
        order=order,
        role=role,
        subject=subject,
        public=public if public is not None else number.public if number else None,
        heading=agenda.is_group(printed[order - 1], following, bare=not (paper or files or result)),
        paper_reference=paper,
        result=result,
        outcome=outcome,
        votes=german.votes(result) or votes,
        attachments=files,
    )
    answer.add(item)


def _named(found: Object | None, warned: list[str], *others: str) -> str | None:
    """The name that an object of no other use has; the codes of its other keys are added."""
    if found is None:
        return None
    name = found.text("name", *others)
    warned += codes(found.rest({"id"}))
    return name


def _plain(printed: str | None) -> str | None:
    """A result, whose text may be marked up."""
    return " ".join(text.lines(printed)) if printed and "<" in printed else printed


def _votes(found: Object) -> tuple[Votes | None, dict[str, str], tuple[str, ...]]:
    """The counts of the only voting; others are kept as they are, and their keys are told."""
    votings = found.objects("votings")
    counts: dict[str, Any] = {}
    unknown: dict[str, str] = {}
    for voting in votings:
        counts |= {
            field: voting.number(key) for field, keys in COUNTS.items() for key in keys if key in voting
        }
        unknown |= voting.rest({"id"})
    if len(votings) == 1 and not unknown:
        return Votes(**counts), {}, ()
    raw = {key: value for key, value in found.values.items() if key == "votings"}
    return None, Object(raw).rest(), codes(unknown or raw) if votings else ()


def _paper(answer: Answer, found: Object, files: tuple[Attachment, ...]) -> str | None:
    """The paper of an item: it has no page, so the item tells all there is. Gives its printed number.

    Its way is not told: a meeting knows one station of it, and the agenda items name the paper anyway.
    """
    number = found.text("vorlagennummer")
    submission = found.one("submission")
    if submission is None:
        return None
    reference = submission.text("alias")
    offered = tuple(one for one in files if one.role in ("main", "attachment"))
    warned: list[str] = []
    kind = _named(submission.one("type"), warned, "bezeichnung") or _kind_of(reference, offered)
    date = submission.date("erstellungsdatum")
    subject = submission.text("name", "title") or found.text("title")
    rest = submission.rest(OF_SUBMISSION)
    number = submission.text("id") or number
    if number and reference:
        answer.add(
            Paper(
                **answer.stamp("paper", number),
                warnings=(*warned, *codes(rest)),
                extra=rest,
                reference=reference,
                subject=subject,
                paper_type=kind,
                date=date,
                attachments=offered,
            )
        )
    return reference


def _kind_of(reference: str | None, files: Iterable[Attachment]) -> str | None:
    """`Beschlussvorlage` of the document "Beschlussvorlage 039/26 (Title).pdf"."""
    for one in files:
        kind, number, _ = (one.name or "").partition(reference or "\0")
        if one.role == "main" and number:
            return kind.strip() or None
    return None
