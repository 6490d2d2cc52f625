"""Extracted text of a meeting's agenda and of the extract of one item."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from scraper import german, text, vocabulary
from scraper.page import Page
from scraper.plaintext import header, identity, lines, sections
from scraper.plaintext.header import Header
from scraper.records import AgendaItem, Meeting, OrganizationRef, Section, Votes
from scraper.stamp import slug, stamp
from scraper.vocabulary import VOTING

_ITEM = re.compile(
    r"(?:TOP\s+)?(?P<mark>[ÖN])\s*(?P<number>\d[\w.]*)(?![^\s:])\s*[:.]?\s*(?P<rest>.*)"
    r"|TOP\s+(?P<top>\d[\d.]*)(?![^\s:])\s*[:.]?\s*(?P<title>.*)"
)
_MARKS = {"Ö": True, "N": False}
_PART = re.compile(r"(?:nicht[\s-]?)?öffentlicher teil\b.{0,40}", re.IGNORECASE)
# The head of the table, on one line or on several.
_HEAD = re.compile(r"(?:(?:TOP|Betreff|Vorlage|Drucksache|Anlagen|Beschluss|Tagesordnung)\s*)+")
_RESULT = re.compile(r"(?:Beschluss|Ergebnis|Beratungsergebnis|Beschlussart)\s*:\s*(?P<value>.+)")
_VOTES = re.compile(r"(?:Abstimmung|Abstimmungsergebnis)\s*:\s*(?P<value>.+)")
# A paper number is one word with a figure, or several with slashes: "22-1692", "FB 61/0431/WP17".
# "SI/…" numbers a meeting: the item is about its minutes.
_REFERENCE = re.compile(r"(?!SI/)(?:(?=\S*\d)[\w./()-]{3,40}|(?=.*\d)(?=.*/)[\w./() -]{3,40})")
_LED = re.compile(r"[-–]\s+(?P<reference>\S*\d\S*)\s*")
# A title on an extract may be printed on so many lines.
_TITLE_LINES = 3
# The first of these labels that is left over begins the paper's own header.
PAPER_LABELS = vocabulary.labels("status", "paper_type", "author", "department", "clerk")


@dataclass
class _Row:
    mark: bool | None
    number: str | None
    title: str = ""
    reference: str | None = None
    result: str | None = None
    votes: Votes | None = None
    heading: bool = False
    text: list[str] = field(default_factory=list)


def read_agenda(page: Page, title: str, printed: list[str], vendor: str) -> tuple[Meeting, list[AgendaItem]]:
    """`Tagesordnung - <meeting>`: the meeting and its items as far as the text shows them."""
    head, end = header.read(printed, header.MEETING)
    rows, before = _agenda(printed[end:])
    when = _when(head)
    name = head.one("name") or title
    day: dt.date | None = when["date"]
    native = (
        identity.native_id(page.url, "meeting") or f"{day.isoformat()}-{slug(name)}" if day else slug(name)
    )
    extra = head.extra() | ({"Text": before} if before else {})
    meeting = Meeting(
        **stamp(page, "meeting", native, vendor),
        url=identity.kept_url(page.url, "meeting"),
        warnings=tuple(f"unknown_label:{label}" for label in head.unknown),
        extra=extra,
        name=name,
        cancelled=german.is_cancelled(name),
        **when,
    )
    for row, following in pairwise(rows):
        child = bool(row.number) and (following.number or "").startswith(f"{row.number}.")
        row.heading = row.heading or (child and row.reference is None and row.result is None)
    return meeting, [_item(page, meeting, order, row) for order, row in enumerate(rows, 1)]


def _when(head: Header) -> dict[str, Any]:
    names = [text.clean(name) for name in head.lines("organization")]
    day = german.date(head.one("date") or "")
    start, end = german.span(day, head.one("time") or "") if day else (None, None)
    status = head.one("status")
    place = [found for found in (head.one("room"), head.one("place")) if found]
    return {
        "number": head.one("number"),
        "organization": "; ".join(names) or None,
        "organizations": tuple(OrganizationRef(name=name) for name in names),
        "date": day,
        "start": start,
        "end": end,
        "location": ", ".join(place) or None,
        "status": status,
        "public": german.is_public(status),
        "occasion": head.one("occasion"),
    }


def _agenda(printed: list[str]) -> tuple[list[_Row], str]:
    """The rows of the agenda, and the text before the first one."""
    rows: list[_Row] = []
    before: list[str] = []
    public: bool | None = None
    for line in printed:
        item = _ITEM.match(line)
        if item:
            rows.append(_row(item, public))
        elif _PART.fullmatch(line):
            public = german.is_public(line)
            rows.append(_Row(public, None, text.clean(line), heading=True))
        elif line and rows and not rows[-1].heading:
            _fill(rows[-1], line)
        elif line and not _HEAD.fullmatch(line):
            before.append(text.clean(line))
    return rows, "\n".join(before)


def _row(item: re.Match[str], public: bool | None) -> _Row:
    row = _Row(_MARKS.get(item["mark"] or "", public), (item["number"] or item["top"]).rstrip("."))
    rest = item["rest"] or item["title"] or ""
    led = _LED.match(rest)
    if led:
        row.reference, rest = led["reference"], rest[led.end() :]
    parts = lines.columns(rest)
    if len(parts) > 1 and _REFERENCE.fullmatch(parts[-1]):
        row.reference = parts.pop()
    row.title = " ".join(parts)
    return row


def _fill(row: _Row, line: str) -> None:
    """A line below an item: its title, its paper, its result, its votes, else text."""
    result, votes = _RESULT.fullmatch(line), _VOTES.fullmatch(line)
    folded = text.clean(line)
    if not row.title:
        row.title = folded
    elif result and row.result is None and german.outcome(result["value"])[1]:
        row.result = text.clean(result["value"])
    elif votes and row.votes is None and german.votes(votes["value"]):
        row.votes = german.votes(votes["value"])
    elif row.reference is None and not row.text and _REFERENCE.fullmatch(folded):
        row.reference = folded
    else:
        row.text.append(folded)


def _item(page: Page, meeting: Meeting, order: int, row: _Row) -> AgendaItem:
    native = meeting.id.rpartition(":")[2]
    return AgendaItem(
        **stamp(page, "agenda_item", f"{native}-{order}", meeting.vendor),
        meeting_id=meeting.id,
        meeting_url=meeting.url,
        organization=meeting.organization,
        date=meeting.date,
        number=row.number,
        order=order,
        subject=row.title or None,
        public=row.mark,
        heading=row.heading,
        paper_reference=row.reference,
        result=row.result,
        outcome=german.outcome(row.result)[0],
        votes=row.votes or german.votes(row.result),
        text="\n".join(row.text) or None,
    )


def read_extract(page: Page, subject: str, printed: list[str], vendor: str) -> AgendaItem:
    """`Auszug - <item>`: one agenda item; the header of the paper in it belongs to the paper."""
    reference, others = _without_paper_line(printed, subject)
    head, end = header.read(others, header.MEETING)
    body = sections.read(others[end:])
    printed_number = head.one("item") or ""
    mark = _ITEM.match(printed_number) or _ITEM.match(f"TOP {printed_number}")
    result = head.one("result")
    when = _when(head)
    number = (mark["number"] or mark["top"]).rstrip(".") if mark else printed_number or None
    known = german.outcome(result)[1]
    return AgendaItem(
        **stamp(page, "agenda_item", _native(page, when, number, subject), vendor),
        url=identity.kept_url(page.url, "agenda_item"),
        warnings=(
            *(f"unknown_label:{label}" for label in head.unknown),
            *([] if known else ["unmapped_result"]),
        ),
        extra=_own_extra(head),
        organization=when["organization"],
        date=when["date"],
        number=number,
        subject=subject,
        public=_MARKS.get(mark["mark"] or "") if mark else None,
        heading=False,
        paper_reference=reference,
        result=result,
        outcome=german.outcome(result)[0],
        votes=german.votes(result) or _section_votes(body.sections),
        sections=body.sections,
        text=body.text,
        attachments=body.attachments,
    )


def _native(page: Page, when: dict[str, Any], number: str | None, subject: str) -> str:
    day = when["date"].isoformat() if when["date"] else ""
    words = slug(f"{day} {when['organization'] or ''} {number or ''} {subject}")
    return identity.native_id(page.url, "agenda_item") or words[: identity.LONGEST]


def _without_paper_line(printed: list[str], subject: str) -> tuple[str | None, list[str]]:
    """The number before the subject where the line "22-0621 <subject>" stands, and the other lines."""
    for number in range(len(printed)):
        for end in range(number + 1, number + 1 + _TITLE_LINES):
            folded = text.clean(" ".join(printed[number:end]))
            before = folded.removesuffix(subject).strip()
            if folded.endswith(subject) and before and _REFERENCE.fullmatch(before):
                return before, [*printed[:number], *printed[end:]]
    return None, printed


def _own_extra(head: Header) -> dict[str, str]:
    """Labels of the item and its meeting; from the second Status on they are the paper's."""
    labels = [item.label.casefold() for item in head.fields.items]
    ends = [number for number, label in enumerate(labels) if label in PAPER_LABELS]
    del head.fields.items[ends[0] if ends else len(labels) :]
    return head.extra()


def _section_votes(parts: tuple[Section, ...]) -> Votes | None:
    for headings in VOTING:
        for part in parts:
            if (part.heading or "").casefold() in headings and (found := german.votes(part.text)):
                return found
    return None
