"""The body of extracted text by its printed headings, without losing or doubling a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scraper.plaintext import files, lines
from scraper.records import Attachment, Section
from scraper.vocabulary import FILE_HEADINGS, HEADINGS

_KNOWN = HEADINGS | FILE_HEADINGS
_HEADING = re.compile(r"(?P<words>[^:\t]{3,60}?)\s*(?P<colon>:)?")
_LEAD = re.compile(r"(?P<words>[^:\t]{3,60}?)\s*:\s*(?P<rest>\S.*)")
# The copy of a section's first sentence that some extractions print before the section.
_SHORTEST_COPY = 25


@dataclass
class Part:
    """Lines under one printed heading. `printed`: the heading as it stands in the text, "" if none does."""

    heading: str | None
    printed: str
    body: list[str] = field(default_factory=list)
    loose: bool = False
    inline: bool = False

    @property
    def text(self) -> str:
        return "\n\n".join(_paragraphs(self.body))

    @property
    def whole(self) -> str:
        return (" " if self.inline else "\n\n").join(filter(None, (self.printed, self.text)))


@dataclass(frozen=True)
class Body:
    """What `read` found below the header."""

    sections: tuple[Section, ...]
    text: str | None
    attachments: tuple[Attachment, ...]


def heading(line: str) -> str | None:
    """The known heading that a line is, without its colon, else None."""
    match = _HEADING.fullmatch(line.strip())
    return match["words"] if match and match["words"].casefold() in _KNOWN else None


def read(printed: list[str]) -> Body:
    """Sections in printed order, the whole text with its headings, and the files the text lists."""
    rest, panel = _front(printed)
    parts, table = _parts(rest)
    kept = [part for part in _once(parts) if part.whole]
    found = tuple(Section(heading=part.heading, text=part.text) for part in kept if not part.loose)
    attachments = {file.name: file for file in (*panel, *table)}
    return Body(found, "\n\n".join(part.whole for part in kept) or None, tuple(attachments.values()))


def _front(printed: list[str]) -> tuple[list[str], tuple[Attachment, ...]]:
    """The body without the jump list and the panel of attachments above it, and the files of the panel.

    Section names stand above the body as a list of links; they are no headings yet. A name repeated at
    the end of the list is the heading itself; right above plain text the first one belongs to it.
    """
    names, start = _jump_list(printed)
    rest = printed[start:]
    panel: tuple[Attachment, ...] = ()
    top = next((number for number, line in enumerate(rest) if line), 0)
    if rest and rest[top].endswith(":") and (heading(rest[top]) or "").casefold() in FILE_HEADINGS:
        panel, taken = files.panel(rest[top + 1 :])
        rest = rest[top + 1 + taken :] if panel else rest
    first = next((line for line in rest if line), None)
    if first is None or heading(first) is not None or not names:
        return rest, panel
    return [names[-1] if names[-1] in names[:-1] else names[0], "", *rest], panel


def _jump_list(printed: list[str]) -> tuple[list[str], int]:
    """The names at the start of the lines that are headings without a colon, and the number behind them."""
    names: list[str] = []
    for number, line in enumerate(printed):
        if line and (heading(line) is None or line.endswith(":")):
            return names, number
        names += [line] if line else []
    return names, len(printed)


def _parts(printed: list[str]) -> tuple[list[Part], tuple[Attachment, ...]]:
    """The parts by their headings, and the files of the tables under "Anlagen:"."""
    found = [Part(None, "")]
    attachments: list[Attachment] = []
    skip, begun = 0, False
    for number, line in enumerate(printed):
        if number < skip:
            continue
        part = found[-1]
        words, rest = _split(printed, number, first=not begun)
        begun = begun or bool(line)
        if words is None:
            part.body.append(lines.folded(line))
            continue
        if words.casefold() in FILE_HEADINGS:
            table, taken = files.table(printed[number + 1 :]) if not rest else ((), 0)
            attachments += table
            if table or rest.casefold() in files.NONE:
                # "Anlagen: keine" stays in the text; neither it nor a table is a section.
                found += [Part(None, "" if table else lines.folded(line), loose=True)]
                skip = number + 1 + taken
                continue
        found.append(_part(words, line, rest))
    return found, tuple(attachments)


def _part(words: str, line: str, rest: str) -> Part:
    printed = lines.folded(line)
    return Part(
        words, printed.removesuffix(rest).strip(), [lines.folded(rest)] if rest else [], inline=bool(rest)
    )


def _split(printed: list[str], number: int, *, first: bool) -> tuple[str | None, str]:
    """(heading, text behind it on the line); (None, "") for a line of text.

    With a colon a known heading counts where it stands alone; followed by text it counts at the start of
    the body only (inside, "Kosten: 500 Euro" is a line of a list), but for the attachments always. Without
    a colon it needs an empty line on both sides.
    """
    line = printed[number]
    words = heading(line)
    if words is not None:
        alone = not any(printed[max(0, number - 1) : number]) and not any(printed[number + 1 : number + 2])
        return (words, "") if line.endswith(":") or alone or number == 0 else (None, "")
    lead = _LEAD.fullmatch(line)
    if lead:
        known = lead["words"].casefold()
        if known in FILE_HEADINGS or (first and known in HEADINGS):
            return lead["words"], lead["rest"].strip()
    return None, ""


def _once(parts: list[Part]) -> Iterator[Part]:
    """Parts without the doubles of an extraction: a heading printed twice, a first sentence printed twice."""
    for part, following in zip(parts, [*parts[1:], Part(None, "")], strict=True):
        again = part.heading is not None and part.heading == following.heading
        if again and (not part.text or _is_copy(part.text, following.text)):
            continue
        found = _paragraphs(part.body)
        if len(found) > 1 and _is_copy(found[0], found[1]):
            part.body = "\n\n".join(found[1:]).split("\n")
        yield part


def _is_copy(short: str, whole: str) -> bool:
    return len(short) >= _SHORTEST_COPY and short.endswith(".") and whole.startswith(short)


def _paragraphs(body: list[str]) -> list[str]:
    joined = "\n".join(body)
    return [found for raw in re.split(r"\n{2,}", joined) if (found := raw.strip("\n"))]
