"""Pages of council information systems as extracted text: no DOM, glued labels, a banner on top.

Web corpora keep pages that way. The text is cut by position at the product's own title line, the header is
read by known labels, the body stays whole. Letters that an extraction lost stay lost.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from scraper import boilerplate, dom, german, text
from scraper.errors import BrokenPageError, NotFoundError, NotPublicError, PageError, WrongProductError
from scraper.page import Page, Parsed
from scraper.plaintext import header, identity, lines, meeting, sections, stations
from scraper.plaintext.header import Header
from scraper.records import Paper, Record, Related
from scraper.stamp import slug, stamp
from scraper.vocabulary import RELATED

_LOG = logging.getLogger(__name__)
# Labels that only ALLRIS 3 prints so; version 4 and the others have their own spelling.
_ALLRIS = re.compile(
    r"(?:Vorlage-Art|Drucksache-Art|Bearbeiter/-in|Federführend|Beschlussart|Beratungsfolge|Initiator)\s?:"
)
_ALLRIS_4 = re.compile(r"(?:Vorlageart|Drucksachenart|Bearbeitung|Uhrzeit)\s?:")
_ALLRIS_AGENDA = re.compile(r"Anlass\s?:")
# The responsive skin: "Rat der Stadt - 28.09.2026" right above the labels of a meeting.
_MEETING = re.compile(r"(?P<name>\S.{2,150}?) - \d{1,2}\.\d{1,2}\.\d{4}")
_MEETING_LABEL = re.compile(r"(?:Gremium|Gremien|Bezeichnung|Sitzung|Datum)\s?:")
_HTML = re.compile(r"\s*(?:<\?xml|<!doctype|<html)", re.IGNORECASE)
_SAID: tuple[tuple[str, type[PageError]], ...] = (
    ("Zugriff verweigert", NotPublicError),
    ("Keine Information verfügbar", NotFoundError),
)


def parse_text(page: Page) -> Parsed:
    """The record of a page's extracted text: a paper, an agenda item, or a meeting with its items.

    Raises BrokenPageError for what is no text, NotPublicError and NotFoundError for what the system says,
    WrongProductError when neither a title line nor known labels are there.
    """
    source = _source(page)
    cut = boilerplate.cut_front("\n".join(lines.split(source)))
    _LOG.debug("%s: %d characters cut in front: %s", page.url or page.source_name, cut.chars, cut.rule)
    printed = boilerplate.cut_foot(cut.text.split("\n"))
    title = boilerplate.read_title(printed[0]) if printed else None
    vendor = _vendor(cut.text, page_title=title is not None)
    if title is None:
        return _untitled(page, source, printed, vendor)
    if title["page"] is None:
        record = _paper(page, title.groupdict(), printed[1:], vendor)
        return Parsed((record,), own=record.id)
    rest = text.clean(title["rest"])
    if title["page"].casefold() == "auszug":
        item = meeting.read_extract(page, rest, printed[1:], vendor)
        return Parsed((item,), own=item.id)
    return _meeting(page, rest, printed[1:], vendor)


def _meeting(page: Page, title: str, printed: list[str], vendor: str) -> Parsed:
    own, items = meeting.read_agenda(page, title, printed, vendor)
    found: tuple[Record, ...] = (own, *items)
    return Parsed(found, own=own.id)


def _source(page: Page) -> str:
    source = dom.source_of(page)
    if _HTML.match(source):
        raise BrokenPageError(page.url, "this is HTML, no extracted text (leave out --text)")
    return source


def _vendor(source: str, *, page_title: bool) -> str:
    shown = _ALLRIS.search(source) or _ALLRIS_AGENDA.search(source)
    return "allris3" if page_title and shown and not _ALLRIS_4.search(source) else "generic"


def _untitled(page: Page, source: str, printed: list[str], vendor: str) -> Parsed:
    """A page without a title line is read by its labels, if there are two of them at least."""
    start = next((n for n, line in enumerate(printed) if _begins(line)), None)
    above = next((n for n in range(start or 0) if not any(printed[n + 1 : start])), 0)
    titled = _MEETING.fullmatch(printed[above]) if start else None
    if titled and start and _MEETING_LABEL.match(printed[start]):
        return _meeting(page, text.clean(titled["name"]), printed[start:], "allris3")
    head, end = header.read(printed[start:], header.PAPER, bare=True) if start is not None else (Header(), 0)
    if len(head.fields.items) < 2:
        for words, error in _SAID:
            if words in source:
                raise error(page.url, f"the system says: {words}")
        raise WrongProductError(page.url, "neither a title line nor labels of a council page in the text")
    record = _paper_of(page, None, head, printed[(start or 0) + end :], vendor)
    return Parsed((record,), own=record.id)


def _begins(line: str) -> bool:
    line = lines.without_bullet(line)
    return bool(header.pairs(line, header.MEETING)) or line in header.BARE


def _paper(page: Page, title: dict[str, Any], printed: list[str], vendor: str) -> Paper:
    head, end = header.read(printed, header.PAPER)
    reference = text.clean(title["number"] or title["reference"] or "")
    return _paper_of(page, reference, head, printed[end:], vendor)


def _paper_of(page: Page, number: str | None, head: Header, rest: list[str], vendor: str) -> Paper:
    route, end = stations.read(rest) if head.fields.pop(["beratungsfolge"]) is not None else ((), 0)
    body = sections.read(rest[end:])
    values = _values(head)
    reference = number or values.pop("reference")
    native = identity.native_id(page.url, "paper") or slug(reference or values["subject"] or "")
    results = all(german.outcome(row.result)[1] for row in route)
    return Paper(
        **stamp(page, "paper", native[: identity.LONGEST], vendor),
        url=identity.kept_url(page.url, "paper"),
        warnings=(
            *(f"unknown_label:{label}" for label in head.unknown),
            *([] if results else ["unmapped_result"]),
        ),
        extra=head.extra(),
        **{**values, "reference": reference},
        deliberations=route,
        deliberation_dates=tuple(sorted({row.date for row in route if row.date})),
        sections=body.sections,
        text=body.text,
        attachments=body.attachments,
    )


def _values(head: Header) -> dict[str, Any]:
    status = head.one("status")
    clerk, beside = _clerk(head)
    return {
        "reference": head.one("reference"),
        "subject": head.one("subject"),
        "status": status,
        "public": german.is_public(status),
        "paper_type": head.one("paper_type"),
        "author": _joined(head.lines("author")),
        "department": _joined(head.lines("department")),
        "departments_involved": (*_departments(head), *beside),
        "clerk": clerk,
        "file_number": head.one("file_number"),
        "date": german.date(head.one("date") or ""),
        "related": _related(head),
    }


def _joined(printed: list[str]) -> str | None:
    return "; ".join(map(text.clean, printed)) or None


def _departments(head: Header) -> tuple[str, ...]:
    return tuple(
        name
        for line in head.lines("departments_involved")
        for raw in line.split(";")
        for name in lines.columns(raw)
    )


def _clerk(head: Header) -> tuple[str | None, list[str]]:
    """The clerk, and the departments that an extraction glues behind the name with two blanks."""
    parts = [part for line in head.lines("clerk") for part in lines.columns(line)]
    return (parts[0], parts[1:]) if parts else (None, [])


def _related(head: Header) -> tuple[Related, ...]:
    found: list[Related] = []
    for item in [item for item in head.fields.items if item.label.casefold() in RELATED]:
        head.fields.items.remove(item)
        printed = [text.clean(number) for line in item.value for number in line.split(";")]
        found += [Related(reference=number, relation=item.label) for number in printed if number]
    return tuple(found)
