"""Header fields of extracted text: known labels are the only delimiters.

Labels of one table row run together ("Status:öffentlichVorlage-Art:Berichtsvorlage"), and titles contain
colons of their own ("hier: …"), so a line is cut at known labels, the longest first, and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from scraper import text
from scraper.labels import Fields
from scraper.plaintext import lines, sections

# field → labels as printed, of ALLRIS 3, ALLRIS 4, SessionNet and of papers as files.
LABELS: dict[str, tuple[str, ...]] = {
    "subject": ("Betreff",),
    "status": ("Status",),
    "paper_type": (
        "Vorlage-Art", "Vorlagen-Art", "Vorlageart", "Vorlagenart", "Drucksache-Art", "Drucksachen-Art",
        "Drucksachenart", "Antrag-Art", "Antragsart", "Dokumenttyp", "Art",
    ),
    "author": (
        "Verfasser", "Verfasserin", "Verfasser/in", "Verfasser/-in", "Verfasser(/in)", "Initiator",
        "Initiator/in", "Einreicher", "Einreicher/in", "Antragsteller", "Antragsteller/in",
        "Antragsteller/-in", "Berichterstatter/in", "Berichterstatter", "1. Berichterstattung", "Vorstand",
        "Verantwortlich",
    ),
    "department": ("Federführend", "Federführung", "Federführende Dienststelle", "Federführendes Amt"),
    "involved": ("Beteiligt", "Beteiligte", "Beteiligte Dienststelle/n", "Beteiligte Dienststellen"),
    "clerk": (
        "Bearbeiter/-in", "Bearbeiter/in", "Bearbeiter", "Bearbeitung", "Sachbearbeiter", "Sachbearbeiter/in",
    ),
    "file_number": ("Aktenzeichen", "AZ", "Gz"),
    "related": ("Bezüglich", "Bezugsvorlage", "Referenzvorlage", "Bezug"),
    "reference": (
        "Vorlage-Nr.", "Vorlage-Nr", "Vorlagen-Nr.", "Vorlagennummer", "Drucksache Nr.", "Drucksachen-Nr.",
    ),
    "route": ("Beratungsfolge",),
    "name": ("Bezeichnung", "Sitzung"),
    "organization": ("Gremium", "Gremien"),
    "date": ("Datum", "Sitzungsdatum"),
    "time": ("Zeit", "Uhrzeit"),
    "occasion": ("Anlass",),
    "room": ("Raum",),
    "place": ("Ort",),
    "item": ("TOP",),
    "result": ("Beschlussart",),
    "number": ("Sitzungsnummer",),
    "other": ("Dezernent/in", "Dezernent", "Produkte", "Zusatz"),
}  # fmt: skip
FIELD_OF = {label: name for name, labels in LABELS.items() for label in labels}
# Words that a title may well contain before a colon: within a subject they delimit nothing.
_WEAK = frozenset({
    "Status", "Art", "AZ", "Gz", "Bezug", "Vorstand", "Verantwortlich", "Bezeichnung", "Sitzung", "Gremium",
    "Gremien", "Datum", "Zeit", "Uhrzeit", "Anlass", "Raum", "Ort", "TOP", "Produkte", "Zusatz",
    "Bearbeitung", "Beteiligt", "Beteiligte", "Antragsteller", "Berichterstatter", "Verfasser", "Betreff",
})  # fmt: skip
# Labels of SessionNet stand alone on a line and without a colon; "Vorlage" is the number there.
BARE = {**FIELD_OF, "Vorlage": "reference", "Name": "reference"}


def _alternatives(labels: frozenset[str] | dict[str, str]) -> str:
    return "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))


# A label may be glued to the value before it, never to a capital, a hyphen or a slash: that is a longer word.
_EDGE = r"(?<![A-ZÄÖÜ/-])(?<![a-zäöüß]\.)"
_ANY = re.compile(rf"{_EDGE}({_alternatives(FIELD_OF)})\s?:(?!//)")
_STATUS = r"Status(?=\s?:\s*(?:(?:nicht)?[\s-]?öffentlich|gemischt))"
_STRONG = re.compile(rf"{_EDGE}({_alternatives(frozenset(FIELD_OF) - _WEAK)}|{_STATUS})\s?:")
_START = re.compile(rf"({_alternatives(FIELD_OF)})\s?:(?!//)")
# A label nobody knows: only at the start of a line in the middle of the header.
_UNKNOWN = re.compile(r"([A-ZÄÖÜ][\wäöüß/().-]*(?: [\wäöüß/().-]+){0,3})\s?:(?!//|\d)\s*(\S.*)")
_TWO_COLUMNS = re.compile(r"\s*Ursprung\s*:?\s*aktuell\s*:?\s*")
_TWICE = re.compile(r"(.+?)\s*\1")
_GLUED = re.compile(r"(?<=[a-zäöüß)])(?=[A-ZÄÖÜ])")
_SEVERAL_LINES = frozenset({"subject", "author", "department", "involved", "related", "place"})
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


def pairs(line: str) -> list[tuple[str, str]]:
    """Labels and values of a line that begins with a known label, [] for any other line."""
    match = _START.match(line)
    found: list[tuple[str, str]] = []
    while match:
        label, begin = match[1], match.end()
        match = (_STRONG if label in _SUBJECT_LABELS else _ANY).search(line, begin)
        found.append((label, line[begin : match.start() if match else len(line)].strip()))
    return found


def read(printed: list[str], *, bare: bool = False) -> tuple[Header, int]:
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
        found = pairs(line) or ([(line, "")] if bare and line in BARE else [])
        for label, value in found:
            _add(header, label, value, doubled)
        if found and found[-1][0] in LABELS["route"]:
            return header, number + 1
        if line and not found and not _goes_on(header, line, blank):
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
    twice = _TWICE.fullmatch(value)
    if twice:
        return twice[1], twice[1]
    parts = lines.columns(value)
    if len(parts) != 2:
        parts = _GLUED.split(value)
    return (parts[0], parts[1]) if len(parts) == 2 else ("", value)


def _goes_on(header: Header, line: str, blank: bool) -> bool:
    """Whether a line without a known label still belongs to the header; then it is taken."""
    if sections.heading(line) is not None:
        return False
    if not header.fields.items:
        header.loose.append(line)
        return len(header.loose) <= _LOOSE
    last = header.fields.items[-1]
    if not last.value:
        last.value.append(line)
        return True
    name = FIELD_OF.get(last.label)
    unknown = _UNKNOWN.fullmatch(line)
    if blank or (unknown is None and name not in _SEVERAL_LINES):
        return False
    if unknown and name != "subject":
        header.fields.add(unknown[1], [unknown[2]])
        header.unknown.append(unknown[1])
    else:
        last.value.append(line)
    return True
