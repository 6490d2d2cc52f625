"""PARLIS: agendas and minutes. An item is a paragraph with a hanging number; those below it belong to it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from scraper import agenda, documents, dom, german, outcomes
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import AgendaItem, Attachment, Meeting, OrganizationRef, Outcome, Role, Section
from scraper.vendors.parlis.pages import (
    RULING,
    Paragraph,
    Title,
    open_document,
    page_title,
    paragraphs,
    read_title,
)
from scraper.view import Link, View

_PART = re.compile(
    r"Tagesordnung(?:\s+[IVX]+)?(?:\s*[-–]?\s*(?P<closed>nicht[\s-]*öffentlich|vertraulich)\w*)?"
)
_NUMBERED = re.compile(r"(?P<number>\d{1,3}(?:\.\d{1,3})*\.?)(?:\s+(?P<title>.*))?")
# "§ 352" alone opens an item of the council's minutes; its number and title follow.
_PARAGRAPH = re.compile(r"§\s*\d+")
_LABEL = re.compile(
    r"(?P<label>Beschluss|Bericht|Abstimmung|Sonstige Voten|Vorg\.|Vorgang)\s*:\s*(?P<rest>.*)"
)
_DECIDED = ("Beschluss", "Bericht")
_ADVISED: dict[Outcome, Outcome] = {
    "adopted": "recommended",
    "adopted_amended": "recommended_amended",
    "rejected": "not_recommended",
}
# "TO I" before the decision says on which part of the next agenda it goes.
_ROUTING = re.compile(r"^(?:nicht auf )?TO(?: [IVX]+)?\b[\s,;]*", re.IGNORECASE)


@dataclass
class _Item:
    """An item as its paragraphs come. `parts`: text below labels; `rest`: what else is printed."""

    number: str
    title: str
    part: str
    public: bool | None
    ruling: Link | None = None
    paper: Link | None = None
    parts: list[tuple[str, list[str]]] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)


def parse_meeting(page: Page) -> Parsed:
    """An agenda or minutes: the meeting and its items; follows the papers."""
    view, header = open_document(page)
    title, date = read_title(page_title(view)), german.date(header.pop(("datum",)) or "")
    if title is None or date is None:
        raise BrokenPageError(page.url, "neither title nor header tell the meeting and its day")
    printed = paragraphs(view)
    before, items = _split(printed)
    links = (link for one in printed for link in one.links)
    follow = [Request(link.goal.url, Kind.PAPER) for link in links if link.goal and _is_paper(link)]
    meeting = _meeting(view, header, title, date, before)
    records = [meeting, *_records(view, meeting, title.native_id, items)]
    for one in printed:
        one.node.decompose()
    return view.told(records, follow, meeting.id)


def _meeting(view: View, header: Fields[str], title: Title, date: dt.date, before: list[str]) -> Meeting:
    kind, body = header.pop(("dokumentart",)), header.pop(("gremium",)) or None
    rest = header.rest(str)
    return Meeting(
        **view.envelope("meeting", title.native_id),
        url=view.own.url if view.own else None,
        warnings=tuple(_warnings(rest, kind, title.date == date)),
        extra=rest | ({"Kopf": "\n".join(before)} if before else {}),
        name=title.name,
        organization=body,
        organizations=(OrganizationRef(name=body),) if body else (),
        date=date,
        start=_start(before, date),
        cancelled=german.is_cancelled(page_title(view)),
        attachments=tuple(files(view, documents.role_of(title.kind))),
    )


def _warnings(extra: Iterable[str], kind: str | None, same_day: bool) -> Iterator[str]:
    yield from (f"unknown_label:{label}" for label in extra)
    if kind not in ("Tagesordnung", "Niederschrift"):
        yield f"document_type:{kind or ''}"
    if not same_day:
        yield "two_dates"


def files(view: View, role: Role) -> Iterator[Attachment]:
    """The document as PDF."""
    for link in view.links():
        if link.goal and link.goal.kind is Kind.FILE:
            name = link.goal.native_id
            yield Attachment(name=f"{name}.pdf", url=link.goal.url, native_id=name, role=role)


def _start(before: list[str], date: dt.date) -> str | None:
    """The time that stands beside the meeting's day, above the items; items announce other meetings."""
    line = next((line for line in before if german.date(line) == date), "")
    return german.span(date, line)[0] if line else None


def _split(printed: list[Paragraph]) -> tuple[list[str], list[_Item]]:
    """Lines before the first item, and the items."""
    hangs = any(one.hanging and _NUMBERED.fullmatch(one.text) for one in printed)
    council = any(_PARAGRAPH.fullmatch(one.text) for one in printed)
    before: list[str] = []
    items: list[_Item] = []
    part = ""
    public: bool | None = None
    ruling: Link | None = None
    for one in printed:
        numbered = _NUMBERED.fullmatch(one.text)
        section = _PART.fullmatch(one.text)
        opens = bool(numbered) and not one.inner and (one.hanging or not hangs or ruling is not None)
        if section:
            part, public = one.text, False if section["closed"] else None
        elif council and _PARAGRAPH.fullmatch(one.text):
            ruling = next((link for link in one.links if link.goal), None) or ruling
        elif opens and numbered and (not council or ruling is not None):
            items.append(_Item(numbered["number"], numbered["title"] or "", part, public, ruling))
            ruling = None
        elif items:
            _add(items[-1], one)
        else:
            before.append(one.text)
    return before, items


def _add(item: _Item, one: Paragraph) -> None:
    """A paragraph below an item: its title, the paper, a labelled part, or anything else."""
    label = _LABEL.fullmatch(one.text)
    paper = next((link for link in one.links if _is_paper(link)), None)
    if not item.title:
        item.title = one.text
    elif not (item.rest or item.parts) and one.text.casefold().startswith("hier:"):
        item.title += f" {one.text}"
    elif label:
        item.parts.append((label["label"], [label["rest"]] if label["rest"] else []))
    elif item.parts:
        item.parts[-1][1].append(one.text)
    else:
        item.paper = item.paper or paper
        item.rest.append(one.text)


def _is_paper(link: Link) -> bool:
    goal = link.goal
    return goal is not None and goal.kind is Kind.PAPER and not goal.native_id.startswith(RULING)


def _records(view: View, meeting: Meeting, native: str, items: list[_Item]) -> Iterator[AgendaItem]:
    numbers = Counter(item.number for item in items)
    for order, item in enumerate(items, 1):
        number = item.number.rstrip(".")
        key = number if numbers[item.number] == 1 else f"{number}-{order}"
        following = items[order].number if order < len(items) else None
        bare = not (item.paper or item.parts or item.rest)
        extra = {"Teil": item.part, "Zusatz": "\n".join(item.rest)}
        yield AgendaItem(
            **view.envelope("agenda_item", f"{native}-{key}"),
            url=item.ruling.goal.url if item.ruling and item.ruling.goal else None,
            extra={label: printed for label, printed in extra.items() if printed},
            meeting_id=meeting.id,
            meeting_url=meeting.url,
            organization=meeting.organization,
            date=meeting.date,
            number=item.number,
            order=order,
            subject=item.title or None,
            public=item.public,
            heading=agenda.is_group(item.number, following, bare=bare),
            paper_reference=dom.line(item.paper.node) or None if item.paper else None,
            paper_url=item.paper.goal.url if item.paper and item.paper.goal else None,
            **decision(item.parts),
        )


def decision(parts: list[tuple[str, list[str]]]) -> dict[str, Any]:
    """Result, outcome, votes and sections of labelled parts; a "Bericht" advises the council."""
    told = [(label, _ROUTING.sub("", " ".join(lines))) for label, lines in parts]
    label, said = next(((label, said) for label, said in told if label in _DECIDED and said), ("", ""))
    vote = next((said for label, said in told if label == "Abstimmung"), None)
    result = said if 0 < len(said) <= outcomes.LONGEST_RESULT else None
    outcome, known = german.outcome(result)
    if label == "Bericht" and outcome:
        outcome = _ADVISED.get(outcome, outcome)
    return {
        "warnings": () if known else ("unmapped_result",),
        "result": result,
        "outcome": outcome,
        "votes": german.votes(vote) or german.votes(result),
        "sections": tuple(Section(heading=label, text="\n\n".join(lines)) for label, lines in parts),
        "text": "\n\n".join("\n\n".join((f"{label}:", *lines)) for label, lines in parts) or None,
    }
