"""One item of an agenda on a page of its own: what was said and decided."""

from __future__ import annotations

import re
from typing import Any

from scraper import agenda, german, vocabulary
from scraper.page import Kind, Parsed, Request
from scraper.records import AgendaItem, Attachment, Section, Votes
from scraper.vendors.generic import body, documents, identity, titles, told, words
from scraper.vendors.generic.pairs import Pair, Pairs
from scraper.vendors.generic.sheet import Link, Sheet

_LEAD = re.compile(
    r"(?i)^(?:(?:auszug|tagesordnungspunkt|top)\b[\s:–-]*(?:aus .{3,60}? [–-] )?"
    r"|\d{1,2}\.\d{1,2}\.\d{4} [–-] )"
)
_NUMBERED = re.compile(r"^(?P<number>(?:[ÖN]\s?)?\d+(?:\.\d+)*[a-z]?\.?)[\s:–-]+(?P<rest>\S.*)$")
# Fields of the meeting and of the paper, whose records they belong to.
_OTHERS = frozenset((
    "status", "name", "time", "end", "room", "place", "occasion", "number", "paper_type", "author",
    "department", "departments_involved", "clerk", "reference", "documents", "deliberations", "file_number",
))  # fmt: skip


def is_excerpt(fields: Pairs, heading: str) -> bool:
    """Whether a page tells one item: it has a label for its number, and one for its result or its meeting."""
    numbered = "item" in fields.fields or names_item(heading)
    return numbered and not fields.fields.isdisjoint(("result", "organization"))


def names_item(heading: str) -> bool:
    """Whether a heading says that the page tells one item."""
    return re.match(r"(?i)auszug\b|(?:top|tagesordnungspunkt)\b ?[ÖN\d]", heading) is not None


def parse(sheet: Sheet, fields: Pairs, heading: str, start: int) -> Parsed:
    """The item; follows its meeting and its paper."""
    values = {**_of_meeting(sheet, fields), **_of_item(fields, heading)}
    values["paper_reference"], values["paper_url"] = _paper(sheet)
    fields.keep(lambda item: item.fields.isdisjoint(_OTHERS) and not _names_paper(item))
    own = fields.rest()
    attachments = _attachments(sheet)
    sections, text = body.read(sheet, start)
    result = values["result"]
    record = AgendaItem(
        **sheet.view.envelope("agenda_item", identity.native_id(sheet.url, Kind.AGENDA_ITEM, heading)),
        url=identity.canonical(sheet.url) or None,
        warnings=told.warnings(own, (), told.results(result)),
        extra=own,
        **values,
        outcome=german.outcome(result)[0],
        votes=_votes(sections) or german.votes(result),
        sections=sections,
        text=text,
        attachments=attachments,
    )
    follow = told.requests(sheet, _follow(record))
    return Parsed((record,), follow, record.id, told.printed(sheet, told.begin(sheet, heading)))


def _of_meeting(sheet: Sheet, fields: Pairs) -> dict[str, Any]:
    """What the page tells of its meeting: the link that names a session, its day and committee."""
    link = next((link for link in sheet.links if words.SESSION.search(link.text) and not link.form), None)
    if link is not None and sheet.leaves[link.leaf].text == link.text:
        sheet.used.add(link.leaf)
    number = identity.number(link.url, Kind.MEETING) if link else None
    organization = fields.take("organization")
    return {
        "meeting_id": sheet.view.id_of("meeting", number),
        "meeting_url": sheet.kept(link.url) if link else None,
        "organization": "; ".join(organization.lines) if organization else None,
        "date": german.date(fields.line("date") or ""),
    }


def _of_item(fields: Pairs, heading: str) -> dict[str, Any]:
    """Number, subject and result, under their labels or in the heading: "TOP Ö 5: Haushalt"."""
    title = _LEAD.sub("", heading)
    numbered = _NUMBERED.match(title)
    printed = fields.line("item") or (numbered["number"] if numbered else "")
    number = agenda.number(printed)
    return {
        "number": number.number if number else None,
        "public": number.public if number else None,
        "subject": _subject(fields.line("subject") or "", numbered["rest"] if numbered else title),
        "result": fields.line("result"),
        "heading": False,
    }


def _attachments(sheet: Sheet) -> tuple[Attachment, ...]:
    return documents.once(
        documents.attachment(link, documents.role_in_paper(documents.name_of(link), among=False))
        for link in sheet.links
        if documents.is_file(link) and not sheet.is_here(link)
    )


def _subject(labelled: str, heading: str) -> str | None:
    """The label's value, unless it names the meeting."""
    return (heading if words.SESSION.search(labelled) else labelled or heading) or None


def _names_paper(item: Pair) -> bool:
    return words.PAPER.search(item.label) is not None and words.is_reference(item.value.text)


def _paper(sheet: Sheet) -> tuple[str | None, str | None]:
    """Number and address of the item's paper: a link that begins with a number."""
    for link in sheet.links:
        if link.text and not link.form and not documents.is_file(link) and not sheet.is_here(link):
            title = titles.read(link.text)
            if title.reference and not german.dates(title.reference) and _is_paper(link, title):
                sheet.used.add(link.leaf)
                return title.reference, sheet.kept(link.url)
    return None, None


def _is_paper(link: Link, title: titles.Title) -> bool:
    digits = sum(map(str.isdigit, title.reference or ""))
    return digits >= 3 and (
        title.type is not None or words.is_reference(link.text) or title.subject is not None
    )


def _votes(sections: tuple[Section, ...]) -> Votes | None:
    for headings in vocabulary.VOTING:
        for section in sections:
            if (section.heading or "").casefold() in headings and (found := german.votes(section.text)):
                return found
    return None


def _follow(record: AgendaItem) -> list[Request]:
    found: list[Request] = []
    if record.meeting_url and record.date:
        found.append(Request(record.meeting_url, Kind.MEETING, date=record.date))
    if record.paper_url:
        found.append(Request(record.paper_url, Kind.PAPER, date=record.date))
    return found
