"""Documents: embedded File objects become attachments of what offers them; text where the endpoint has it."""

from __future__ import annotations

import re
from typing import NamedTuple

from scraper import text
from scraper.records import Attachment, File, Record, Role, Section
from scraper.vendors.oparl.answer import Answer, Ref, Thing
from scraper.vendors.oparl.endpoint import native_id

# key → what the document is for; the key tells it, not the name: SessionNet calls minutes "Anwesenheit"
PAPER: tuple[tuple[str, Role], ...] = (("mainFile", "main"), ("auxiliaryFile", "attachment"))
MEETING: tuple[tuple[str, Role], ...] = (
    ("invitation", "invitation"),
    ("resultsProtocol", "minutes"),
    ("verbatimProtocol", "minutes"),
    ("auxiliaryFile", "attachment"),
)
ITEM: tuple[tuple[str, Role], ...] = (("resolutionFile", "resolution"), ("auxiliaryFile", "attachment"))
# Back references of a File → kind of the record that offers it.
OWNERS = (("paper", "paper"), ("meeting", "meeting"), ("agendaItem", "agenda_item"))
_MARKUP = re.compile(
    r"(?i)</?(?:p|br|div|span|b|i|u|strong|em|[uo]l|li|table|tr|td|h[1-6]|font|a)(?:\s[^<>]*)?/?>"
)
_EMPTY_LINE = re.compile(r"\n[ \t\r\xa0]*\n")


class Documents(NamedTuple):
    """The documents of an object. `parts`: the objects read; `main`: the text of the main document."""

    attachments: tuple[Attachment, ...]
    parts: tuple[Ref, ...]
    main: str | None
    warnings: tuple[str, ...]


_NONE = Documents((), (), None, ())


def documents(thing: Thing, keys: tuple[tuple[str, Role], ...]) -> Documents:
    """All documents that these keys of an object offer, each once."""
    if not any(key in thing.values for key, _ in keys):
        return _NONE
    found: dict[str, Attachment] = {}
    parts: list[Ref] = []
    main: str | None = None
    for key, role in keys:
        for ref in thing.refs(key, "file") if key in thing.values else ():
            one = _attachment(ref, role)
            found.setdefault(one.native_id or f"{role} {one.name}", one)
            parts.append(ref)
            if role == "main" and ref.thing is not None:
                main = main or body(ref.thing.values.get("text"))
    bare = any(ref.thing is None for ref in parts)
    return Documents(tuple(found.values()), tuple(parts), main, ("file_by_reference",) if bare else ())


def _attachment(ref: Ref, role: Role) -> Attachment:
    """`downloadUrl`, else `accessUrl` (ALLRIS: the former is empty); else the object's address."""
    file = ref.thing
    if file is None:
        return Attachment(url=ref.url, native_id=native_id(ref.url) or None, role=role)
    return Attachment(
        name=file.text("name") or file.text("fileName"),
        url=file.address("downloadUrl", "accessUrl", "externalServiceUrl"),
        native_id=native_id(ref.url) or None,
        role=role,
    )


def body(printed: object) -> str | None:
    """Running text of an object as paragraphs; some endpoints send HTML."""
    if not isinstance(printed, str):
        return None
    if _MARKUP.search(printed):
        return "\n\n".join(text.lines(printed)) or None
    blocks = _EMPTY_LINE.split(printed.replace("\r\n", "\n").replace("\r", "\n"))
    told = ("\n".join(filter(None, map(text.clean, block.split("\n")))) for block in blocks)
    return "\n\n".join(filter(None, told)) or None


def sections(printed: str | None) -> tuple[Section, ...]:
    """A text without headings as the one part that it is."""
    return (Section(text=printed),) if printed else ()


def file(answer: Answer, thing: Thing) -> list[Record]:
    """A File that is a page of its own."""
    owners = [(kind, ref) for key, kind in OWNERS for ref in thing.refs(key)]
    ids = (answer.id_of(kind, ref.url) for kind, ref in owners)
    values = {
        "name": thing.text("name", "fileName"),
        "media_type": thing.text("mimeType"),
        "size": thing.number("size"),
        "text": body(thing.values.get("text")),
        "belongs_to": tuple(filter(None, ids)),
    }
    return [answer.record(File, thing, values)]
