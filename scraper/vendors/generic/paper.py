"""A paper on a page of unknown markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scraper import german
from scraper.page import Kind, Parsed, Request
from scraper.records import Attachment, Deliberation, Paper, Related
from scraper.vendors.generic import body, documents, identity, stations, told, words
from scraper.vendors.generic.boxes import CELLS
from scraper.vendors.generic.pairs import Pair, Pairs, Value
from scraper.vendors.generic.sheet import Sheet
from scraper.vendors.generic.titles import Title

# Words that name every paper of a town, so that they tell no kind.
_ANY_PAPER = frozenset(("vorlage", "vorlagen", "vorgang", "drucksache", "drucksachen", "dokument"))
_NEEDED = ("reference", "subject", "status", "text")


def parse(sheet: Sheet, fields: Pairs, title: Title, start: int) -> Parsed:
    """One paper with what belongs to it; follows its meetings and the papers it names.

    `start`: the leaf behind the page's heading.
    """
    ways, lists = (_opened(sheet, fields.all(field)) for field in ("deliberations", "documents"))
    fields.keep(lambda item: not any(value.start <= item.value.at < value.end for value in (*ways, *lists)))
    deliberations = stations.read(sheet, [(way.start, way.end) for way in ways])
    attachments = _attachments(sheet, lists)
    header = _header(sheet, fields, title, start)
    related = tuple(_related(sheet, fields, header["reference"]))
    extra = fields.rest()
    sections, text = body.read(sheet, start, header["subject"], _filled(sheet, lists))
    native = identity.native_id(sheet.url, Kind.PAPER, header["reference"], header["subject"])
    record = Paper(
        **sheet.view.envelope("paper", native),
        url=identity.canonical(sheet.url) or None,
        warnings=told.warnings(extra, deliberations, told.doubts(sheet, {**header, "text": text}, _NEEDED)),
        extra=extra,
        **header,
        deliberations=deliberations,
        deliberation_dates=tuple(sorted({row.date for row in deliberations if row.date})),
        sections=sections,
        text=text,
        attachments=attachments,
        related=related,
    )
    follow = told.requests(sheet, _follow(deliberations, related))
    return Parsed((record,), follow, record.id, told.printed(sheet, start))


def _opened(sheet: Sheet, pairs: Iterable[Pair]) -> list[Value]:
    """The values of labels of lists; whoever reads the lists takes what he has read."""
    found = [pair.value for pair in pairs]
    for value in found:
        sheet.give_back(value.start, value.end)
    return found


# ---- header


def _header(sheet: Sheet, fields: Pairs, title: Title, start: int) -> dict[str, Any]:
    named = _numbered(fields)
    status, paper_type = fields.line("status"), fields.line("paper_type")
    if status is None and paper_type and german.is_public(paper_type) is not None:
        # "Art: öffentlicher Vorgang" beside "Typ: Beschlussvorlage"
        other = fields.line("paper_type")
        whole = words.KIND_OF_PAPER.fullmatch(paper_type) is None or paper_type.casefold().endswith("vorgang")
        status, paper_type = (paper_type, other) if other or whole else (None, paper_type)
    reference = named.value.text if named else fields.line("reference") or title.reference
    involved = fields.take("departments_involved")
    return {
        "reference": reference,
        "subject": fields.line("subject") or title.subject or _subject(sheet, start),
        "status": status,
        "public": german.is_public(status),
        "paper_type": paper_type or _kind(sheet, named.label if named else None, title.type, start),
        "author": "; ".join(line for pair in fields.all("author") for line in pair.value.lines) or None,
        "department": fields.joined("department"),
        "departments_involved": tuple(_split(involved.lines if involved else ())),
        "clerk": fields.joined("clerk"),
        "file_number": fields.line("file_number"),
        "date": german.date(fields.line("paper_date") or ""),
    }


def _numbered(fields: Pairs) -> Pair | None:
    """A label that names a kind of paper and has its number for a value: "Drucksache: 22-123"."""
    for item in fields.items:
        named = words.PAPER.search(item.label) or item.label in ("Name", "Bezeichnung")
        if named and item.fields <= {"paper_type", "name"} and words.is_reference(item.value.text):
            fields.items.remove(item)
            return item
    return None


def _kind(sheet: Sheet, label: str | None, heading: str | None, start: int) -> str | None:
    """The kind of paper where no label tells it: a label that names it, the heading, a line of its own."""
    for printed in (label, heading):
        if printed and printed.casefold() not in _ANY_PAPER:
            return printed
    for number in sheet.free(0, len(sheet.leaves)):
        printed = sheet.leaves[number].text
        if body.is_heading(sheet.leaves[number]) and number > start:
            break
        if words.KIND_OF_PAPER.fullmatch(printed) and not sheet.linked(number, number + 1):
            sheet.used.add(number)
            return printed
    return None


def _subject(sheet: Sheet, start: int) -> str | None:
    """The first heading that is none of a part of the page, where no label and no title tell the subject."""
    for number in sheet.boxes.heads:
        printed = sheet.leaves[number].text
        if number in sheet.used or body.is_heading(sheet.leaves[number]):
            continue
        if len(printed.split()) < 2 or words.known(words.plain(printed)) or number > start + 2:
            return None
        sheet.used.add(number)
        return printed
    return None


def _split(lines: Iterable[str]) -> Iterator[str]:
    return (name.strip() for line in lines for name in line.split(";") if name.strip())


def _related(sheet: Sheet, fields: Pairs, own: str | None) -> Iterator[Related]:
    """The papers under labels such as "Bezug"; a paper that names itself there is not related to itself."""
    for item in fields.all("related"):
        linked = [link for link in sheet.linked(item.value.start, item.value.end) if link.text]
        named = [(link.text, sheet.kept(link.url)) for link in linked]
        lines: list[tuple[str, str | None]] = [(line, None) for line in item.value.lines]
        for printed, url in named or lines:
            number = _number(printed)
            if number != own or own is None:
                yield Related(reference=number, url=url, relation=item.label)


def _number(printed: str) -> str:
    """`0471/2026 (Originalvorlage)` → `0471/2026`; other texts stay as they are."""
    tokens = printed.split()
    length = words.leading_reference(tokens)
    return (
        " ".join(tokens[:length])
        if length and tokens[length:] and tokens[length].startswith("(")
        else printed
    )


# ---- documents and links


def _attachments(sheet: Sheet, lists: list[Value]) -> tuple[Attachment, ...]:
    own = identity.number(sheet.url, Kind.PAPER)
    found: list[Attachment] = []
    for link in sheet.links:
        place = next((value for value in lists if value.start <= link.leaf < value.end), None)
        if not documents.is_file(link, among=place is not None):
            continue
        if place is None and not link.form and sheet.is_here(link):
            continue
        listed = place is not None and words.plain(sheet.leaves[place.at].text) in words.FILES
        name = documents.name_in_row(sheet, link) if place is not None else documents.name_of(link)
        role = documents.role_in_paper(name, among=listed)
        found.append(documents.attachment(link, role, own, name))
        documents.take(sheet, link, among=place is not None)
    # Without a document a heading such as "Anlagen" is the author's.
    empty = {value.at for value in lists if sheet.leaves[value.at].tag not in CELLS}
    sheet.used -= empty.difference(_filled(sheet, lists))
    return documents.once(found)


def _filled(sheet: Sheet, lists: list[Value]) -> list[int]:
    """The labels of the lists that hold a document."""
    return [
        value.at
        for value in lists
        if any(documents.is_file(link, among=True) for link in sheet.linked(value.start, value.end))
    ]


def _follow(deliberations: Iterable[Deliberation], related: Iterable[Related]) -> Iterator[Request]:
    for row in deliberations:
        if row.meeting_url and row.date:
            yield Request(row.meeting_url, Kind.MEETING, date=row.date)
        if row.agenda_item_url:
            yield Request(row.agenda_item_url, Kind.AGENDA_ITEM, date=row.date)
    for other in related:
        if other.url:
            yield Request(other.url, Kind.PAPER)
