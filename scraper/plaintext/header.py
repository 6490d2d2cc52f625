"""Header fields of extracted text: known labels are the only delimiters.

Labels of one table row run together ("Status:öffentlichVorlage-Art:Berichtsvorlage"), and titles contain
colons of their own ("hier: …"), so a line is cut at known labels, the longest first, and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from scraper import text, vocabulary
from scraper.labels import Fields
from scraper.plaintext import lines, sections
from scraper.vocabulary import PLAIN_WORDS

# field → labels as printed; of two fields with the same label the later one has it.
LABELS = {
    field: tuple(label for label in printed if label not in PLAIN_WORDS)
    for field, printed in (*vocabulary.LABELS.items(), ("panel", ("Dokumente",)))
}
FIELD_OF = {label: name for name, labels in LABELS.items() for label in labels}
# Words that a title may well contain before a colon: within a subject they delimit nothing.
_WEAK = frozenset({
    "Status", "Art", "AZ", "Gz", "Bezug", "Vorstand", "Verantwortlich", "Bezeichnung", "Sitzung", "Gremium",
    "Gremien", "Datum", "Zeit", "Uhrzeit", "Anlass", "Raum", "Ort", "TOP", "Produkte", "Zusatz", "Dokumente",
    "Bearbeitung", "Beteiligt", "Beteiligte", "Antragsteller", "Berichterstatter", "Verfasser", "Betreff",
})  # fmt: skip
# The responsive skin of ALLRIS 3 prints these as headings; in SessionNet all labels stand so.
_PANELS = frozenset({"Beratungsfolge", "Dokumente"})
BARE = {**FIELD_OF, "Vorlage": "reference", "Name": "reference"}


# Labels of meetings; in a paper they are words of the subject ("Anlass: …" inside a Betreff: Leipzig).
_MEETING_FIELDS = frozenset(
    {"name", "organization", "time", "occasion", "room", "place", "item", "result", "number"}
)
# A label may be glued to the value before it, never to a capital, a hyphen or a slash: that is a longer word.
_EDGE = r"(?<![A-ZÄÖÜ/-])(?<![a-zäöüß]\.)"
_STATUS = r"Status(?=\s?:\s*(?:(?:nicht)?[\s-]?öffentlich|gemischt))"
_COLON = r"\s?:(?!//)"


@dataclass(frozen=True)
class Vocabulary:
    """The labels of one kind of page, as expressions. `strong` is for the inside of a subject."""

    start: re.Pattern[str]
    inside: re.Pattern[str]
    strong: re.Pattern[str]


def _vocabulary(labels: frozenset[str]) -> Vocabulary:
    every, strong = _alternatives(labels), _alternatives(labels - _WEAK)
    return Vocabulary(
        re.compile(f"({every}){_COLON}"),
        re.compile(f"{_EDGE}({every}){_COLON}"),
        re.compile(f"{_EDGE}({strong}|{_STATUS}){_COLON}"),
    )


def _alternatives(labels: frozenset[str]) -> str:
    return "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))


MEETING = _vocabulary(frozenset(FIELD_OF))
PAPER = _vocabulary(frozenset(label for label, name in FIELD_OF.items() if name not in _MEETING_FIELDS))

# A label nobody knows: only at the start of a line in the middle of the header.
_UNKNOWN = re.compile(r"([A-ZÄÖÜ][\wäöüß/().-]*(?: [\wäöüß/().-]+){0,3})\s?:(?!//|\d)\s*(\S.*)")
# The head or the first row of an agenda ends the header above it.
_AGENDA = re.compile(r"TOP\s+Betreff|(?:TOP\s+)?[ÖN]\s*\d|TOP\s+\d|(?:Nichtö|Ö)ffentlicher Teil\b")
_TWO_COLUMNS = re.compile(r"\s*Ursprung\s*:?\s*aktuell\s*:?\s*")
_LONGEST_TWICE = 2000
_TWICE = re.compile(r"(.+?)\s*\1")
_GLUED = re.compile(r"(?<=[a-zäöüß]{3})(?=[A-ZÄÖÜ][a-zäöüß]{2})")
_SEVERAL_LINES = frozenset({"subject", "author", "department", "departments_involved", "related", "place"})
# Lines between the title and the first label: the meeting that an extract belongs to.
_LOOSE = 3
_SUBJECT_LABELS = frozenset(LABELS["subject"])
ORIGINAL = "Ursprung"


@dataclass
class Header:
    """The pairs of a header, each value as its printed lines, and the labels that nobody knows."""

    fields: Fields[list[str]] = field(default_factory=Fields)
    unknown: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)

    def lines(self, name: str) -> list[str]:
        """The non-empty printed lines of a field's value, which is gone afterwards."""
        value = self.fields.pop([label.casefold() for label, own in BARE.items() if own == name]) or []
        return [line for line in value if line.strip()]

    def one(self, name: str) -> str | None:
        """The value as one line, None when the label is missing or empty."""
        return text.clean(" ".join(self.lines(name))) or None

    def extra(self) -> dict[str, str]:
        """Label → value of what nobody took."""
        return self.fields.rest(lambda value: "; ".join(filter(None, map(text.clean, value))))


def pairs(line: str, labels: Vocabulary) -> list[tuple[str, str]]:
    """Labels and values of a line that begins with a known label, [] for any other line."""
    match = labels.start.match(line)
    found: list[tuple[str, str]] = []
    while match:
        label, begin = match[1], match.end()
        match = (labels.strong if label in _SUBJECT_LABELS else labels.inside).search(line, begin)
        found.append((label, line[begin : match.start() if match else len(line)].strip()))
    return found


def read(printed: list[str], labels: Vocabulary, *, bare: bool = False) -> tuple[Header, int]:
    """The header at the start of the lines, and the number of the first line behind it (0: no header).

    `bare`: labels without a colon count too (a page without a title line). The line with the label of the
    Beratungsfolge ends the header: the stations below it are no fields.
    """
    header = Header()
    doubled = blank = False
    for number, raw in enumerate(printed):
        line = lines.without_bullet(raw)
        if _TWO_COLUMNS.fullmatch(line) or line in (ORIGINAL, "aktuell"):
            doubled = True
            continue
        found = pairs(line, labels) or ([(line, "")] if line in (BARE if bare else _PANELS) else [])
        for label, value in found:
            _add(header, label, value, doubled)
        if found and found[-1][0] in LABELS["deliberations"]:
            return header, number + 1
        if line and not found and not _goes_on(header, line, blank, listed=line != raw):
            return header, number if header.fields.items else 0
        blank = not line
    return header, len(printed) if header.fields.items else 0


def _add(header: Header, label: str, value: str, doubled: bool) -> None:
    if doubled and value and label not in _SUBJECT_LABELS:
        original, value = _current(value)
        if original:
            header.fields.add(f"{label} ({ORIGINAL})", [original])
    header.fields.add(label, [value] if value else [])


def _current(value: str) -> tuple[str, str]:
    """(Ursprung, aktuell) of a value that two columns print one after the other, often glued.

    Equal halves are one value; two different ones are told apart by blanks or by a capital after a small
    letter, if there is just one such place. What cannot be told apart stays whole.
    """
    twice = _TWICE.fullmatch(value) if len(value) <= _LONGEST_TWICE else None
    if twice:
        return twice[1], twice[1]
    parts = lines.columns(value)
    if len(parts) != 2:
        parts = _GLUED.split(value)
    return (parts[0], parts[1]) if len(parts) == 2 else ("", value)


def _goes_on(header: Header, line: str, blank: bool, *, listed: bool) -> bool:
    """Whether a line without a known label still belongs to the header; then it is taken.

    `listed`: an entry of a definition list; there, and as a type of paper, "Antrag" is no heading.
    """
    last = header.fields.items[-1] if header.fields.items else None
    name = FIELD_OF.get(last.label) if last else None
    awaited = last is not None and not last.value and (listed or name == "paper_type")
    if not awaited and (sections.heading(line) is not None or _AGENDA.match(line)):
        return False
    if last is None:
        header.loose.append(line)
        return len(header.loose) <= _LOOSE
    if not last.value:
        last.value.append(line)
        return True
    unknown = _UNKNOWN.fullmatch(line)
    if blank or (unknown is None and name not in _SEVERAL_LINES):
        return False
    if unknown and name != "subject":
        header.fields.add(unknown[1], [unknown[2]])
        header.unknown.append(unknown[1])
    else:
        last.value.append(line)
    return True
