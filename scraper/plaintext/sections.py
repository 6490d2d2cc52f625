"""The body of extracted text by its printed headings, without losing or doubling a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scraper.plaintext import lines
from scraper.records import Attachment, Section

# Main headings of papers and extracts, lower case, without colon; old and new spelling.
_WORDS = """
    abstimmungsergebnis; alternativen; anlass; antrag; antrag der verwaltung; antragstext; ausgangslage;
    begründung; begründung/sachverhalt; bemerkungen; beratungsgang; beratungsinhalt; beratungsverlauf;
    bericht; beschluss; beschlussantrag; beschlussempfehlung; beschlussfassung; beschlusstext;
    beschlussvorschlag; beschlussvorschlag/empfehlung; beschluß; beschlußantrag; beschlußempfehlung;
    beschlußvorschlag; debatte; diskussionsverlauf; ergebnis; ergebnis/beschluss; erläuterung; erläuterungen;
    erläuterungen und begründungen; finanzielle auswirkung; finanzielle auswirkungen; finanzierung;
    hintergrund; i. sitzungsvortrag; ii. beschlussvorschlag; iii. finanzielle auswirkungen; klimaauswirkungen;
    kosten; kurzfassung; mitteilung; petitum; petitum/beschluss; petitum/beschlussvorschlag; protokoll;
    protokollvermerk; rechtsgrundlage; räumlicher bezug; sach- und rechtslage; sachdarstellung; sachverhalt;
    sachverhalt/begründung; stellungnahme; stellungnahme der verwaltung; wortprotokoll; zusammenfassung
"""
HEADINGS = frozenset(" ".join(words.split()) for words in _WORDS.split(";"))
ATTACHMENTS = frozenset({"anlage", "anlagen", "anlage/n", "anlage(n)"})
_NONE = frozenset({"", "keine", "keine.", "ohne", "-", "–", "entfällt", "./."})
_HEADING = re.compile(r"(?P<words>[^:\t]{3,60}?)\s*(?P<colon>:)?")
_LEAD = re.compile(r"(?P<words>[^:\t]{3,60}?)\s*:\s*(?P<rest>\S.*)")
# A printed file: a name with an ending, or a size behind it.
_FILE = re.compile(
    r"(?:\d+\.?\s+|[-*•]\s*)?(?P<name>.+?\.[A-Za-z]{3,4}|.+?(?=\s*\(\d))(?:\s*\((?P<size>[^()]*[KMG]?B)\))?"
)
# The copy of a section's first sentence that some extractions print before the section.
_SHORTEST_COPY = 25


@dataclass
class Part:
    """Lines under one printed heading. `printed`: the heading as it stands in the text, "" if none does."""

    heading: str | None
    printed: str
    body: list[str] = field(default_factory=list)
    loose: bool = False

    @property
    def text(self) -> str:
        return "\n\n".join(_paragraphs(self.body))

    @property
    def whole(self) -> str:
        return "\n\n".join(filter(None, (self.printed, self.text)))


@dataclass(frozen=True)
class Body:
    """What `read` found below the header."""

    sections: tuple[Section, ...]
    text: str | None
    attachments: tuple[Attachment, ...]


def heading(line: str) -> str | None:
    """The known heading that a line is, without its colon, else None."""
    match = _HEADING.fullmatch(line.strip())
    known = match and match["words"].casefold() in HEADINGS | ATTACHMENTS
    return match["words"] if match and known else None


def read(printed: list[str]) -> Body:
    """Sections in printed order, the whole text with its headings, and the files the text lists."""
    parts = [part for part in _once(list(_parts(_without_jump_list(printed)))) if part.whole]
    attachments = tuple(file for part in parts for file in _files(part))
    kept = [part for part in parts if not _is_attachments(part) or (part.text and not _files(part))]
    found = tuple(Section(heading=part.heading, text=part.text) for part in kept if not part.loose)
    return Body(found, "\n\n".join(part.whole for part in kept) or None, attachments)


def _without_jump_list(printed: list[str]) -> list[str]:
    """Section names stand above the body as a list of links; they are no headings yet.

    A name without a list, or repeated at its end, is the heading itself; of several names right above
    plain text the first one belongs to it.
    """
    names: list[int] = []
    for number, line in enumerate(printed):
        if line and (heading(line) is None or line.rstrip().endswith(":")):
            break
        names += [number] if line else []
    else:
        return []
    follows = names[-1] + 1 if names else 0
    rest = printed[follows:]
    if not names or next((heading(line) is not None for line in rest if line), False):
        return rest
    listed = [heading(printed[number]) for number in names]
    own = names[-1] if listed[-1] in listed[:-1] else names[0]
    return [printed[own], "", *rest]


def _parts(printed: list[str]) -> Iterator[Part]:
    part = Part(None, "")
    for number, line in enumerate(printed):
        words, rest = _split(printed, number, first=not part.body and part.heading is None)
        if words is None:
            part.body.append(lines.folded(line))
            continue
        yield part
        if words.casefold() in ATTACHMENTS and rest.casefold() in _NONE and rest:
            # "Anlagen: keine" stays in the text, but is no section and holds none of what follows.
            yield Part(None, lines.folded(line), loose=True)
            part = Part(None, "", loose=True)
        else:
            part = Part(
                words, lines.folded(line).removesuffix(rest).strip(), [lines.folded(rest)] if rest else []
            )
    yield part


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
        if known in ATTACHMENTS or (first and known in HEADINGS):
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


def _is_attachments(part: Part) -> bool:
    return (part.heading or "").casefold() in ATTACHMENTS


def _files(part: Part) -> list[Attachment]:
    """The files of a list of attachments; [] when a line of it is anything else (then it is text)."""
    if not _is_attachments(part):
        return []
    rows = [_FILE.fullmatch(line) for line in part.body if line]
    if not all(rows):
        return []
    return [Attachment(name=row["name"].strip(), role="attachment") for row in rows if row]
