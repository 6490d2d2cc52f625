"""What a page prints is in a record, or is known to be furniture, or is told: nothing gets lost silently.

A reader hands over the pieces of text of its content outside of the body (`Parsed.printed`). What no value
of the page's records holds, and no table of the product knows as a label or a button, is a sign that the
markup changed or that a field was never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from scraper import agenda, german, vocabulary
from scraper.page import Parsed
from scraper.records import Part

CODE = "unread"
MOST = 8  # warnings a page
LONGEST = 60  # characters of a piece that a warning shows
# A shorter piece must be a value, or a part of one between these; a longer one may stand within a value.
_SHORT = 16
_CLOCK = re.compile(r"t(\d\d:\d\d):\d\d")
# Keys that print nothing of the page, or what another key prints.
_ENVELOPE = frozenset({
    "kind", "id", "source", "vendor", "url", "fetched_at", "snapshot", "parser", "warnings", "meeting_id",
    "meeting_url", "paper_url", "organization_url", "person_url", "sections",
})  # fmt: skip
_BODY = _ENVELOPE | {"text"}
_PARTS = re.compile(r"; |, | - |\n+|\t|: | \| | / |\xa0|[()]")
_LABELS = frozenset(label.casefold() for printed in vocabulary.LABELS.values() for label in printed)
# Words around a date or time: "seit 01.11.2021", "18:00 bis 20:00 Uhr".
_AROUND = frozenset({"seit", "ab", "bis", "von", "vom", "am", "um", "und", "zum", "ca."})
_EDGE = " \t\r\n\xa0:.,;|/()[]–-•●*"


@dataclass(frozen=True)
class Furniture:
    """What a product prints beside its records.

    `words`: whole pieces, folded; `patterns`: fully matched. `colons`: its labels end with one, so that the
    same word without it ("Sitzung") may be a value.
    """

    words: frozenset[str] = frozenset()
    patterns: re.Pattern[str] | None = None
    colons: bool = False

    def knows(self, piece: str) -> bool:
        """Whether a folded piece is a label, a heading or furniture."""
        plain = piece.strip(_EDGE)
        label = plain in _LABELS and (piece.rstrip().endswith(":") or not self.colons)
        return (
            label
            or plain in self.words
            or piece in self.words
            or (self.patterns is not None and self.patterns.fullmatch(piece) is not None)
        )


def unread(parsed: Parsed, furniture: Furniture) -> tuple[str, ...]:
    """The pieces that no record holds and no table knows, in printed order, each once."""
    if not parsed.printed:  # JSON tells of its keys itself
        return ()
    ledger = _Ledger(_values(parsed), furniture)
    folded = (" ".join(piece.split()) for piece in parsed.printed)
    return tuple(piece for piece in dict.fromkeys(folded) if not ledger.has(piece.casefold()))


def _values(parsed: Parsed) -> list[str]:
    """All values of the records as text.

    The body of the page's own record is taken as a whole and so accounts for nothing.
    """
    found: list[str] = []
    waiting: list[object] = []
    for record in parsed.records:
        hidden = _BODY if record.id == parsed.own else _ENVELOPE
        waiting += [value for key, value in vars(record).items() if value and key not in hidden]
    while waiting:
        value = waiting.pop()
        if type(value) is str:
            found.append(value)
        elif isinstance(value, tuple):
            waiting += value
        elif isinstance(value, dict):
            waiting += (*value, *value.values())
        elif isinstance(value, Part):
            waiting += vars(value).values()
        elif value is not None:
            found.append(str(value))
    return found


def warnings(left: tuple[str, ...]) -> tuple[str, ...]:
    """Codes for a record's `warnings`: `unread:Klimarelevanz`, at most `MOST` of them."""
    told = tuple(f"{CODE}:{piece[:LONGEST]}" for piece in left[:MOST])
    return told if len(left) <= MOST else (*told[:-1], f"{CODE}:… {len(left) - MOST + 1} more")


def codes(extra: Iterable[str], results: Iterable[str | None] = ()) -> tuple[str, ...]:
    """Codes for labels that no key holds and for results that the table of outcomes does not know."""
    unknown = [f"unknown_label:{label}" for label in extra if label.casefold() not in vocabulary.WITHOUT_KEY]
    return (*unknown, *(["unmapped_result"] if not all(german.outcome(r)[1] for r in results) else []))


class _Ledger:
    """All values of a page's records, folded, and the questions that are put to them."""

    def __init__(self, values: list[str], furniture: Furniture) -> None:
        self._text = "\n".join(values).casefold()
        self._furniture = furniture
        self._values = frozenset(self._text.split("\n"))

    @cached_property
    def _pieces(self) -> frozenset[str]:
        """The values and their parts: few pages ask for them."""
        return self._values.union(part.strip(_EDGE) for value in self._values for part in _PARTS.split(value))

    @cached_property
    def _clocks(self) -> frozenset[str]:
        return frozenset(_CLOCK.findall(self._text))

    def has(self, piece: str) -> bool:
        """Whether a folded piece is in a record or furniture, whole or in parts."""
        plain = piece.strip(_EDGE)
        if not plain or plain.isdigit() or plain in self._values or piece in self._values:
            return True
        return (
            self._furniture.knows(piece) or self._numbered(piece) or self._within(piece) or self._parts(piece)
        )

    def _numbered(self, piece: str) -> bool:
        """`Ö 3.1` whose number is a value; `22-2402 Bänke im Park`: number and title in one link."""
        found = agenda.number(piece.upper())
        if found is not None:
            return (found.number or "").casefold() in self._values
        lead, _, title = piece.partition(" ")
        return lead in self._values and self._within(title)

    def _within(self, piece: str) -> bool:
        """A longer piece within a value."""
        return len(piece) > _SHORT and piece in self._text

    def _parts(self, piece: str) -> bool:
        """Dates and times that records have as such, and parts that are values."""
        rest, days, clocks = german.moments(piece)
        missing = any(day.isoformat() not in self._values for day in days)
        if missing or any(f"{clock:%H:%M}" not in self._clocks for clock in clocks):
            return piece in self._text  # within a value: "Sitzung vom 17.02.2025", "Mo-Fr 14-17 Uhr"
        parts = (part.strip(_EDGE) for part in _PARTS.split(rest))
        return all(
            part in _AROUND or part in self._pieces or self._furniture.knows(part) or self._two(part)
            for part in parts
            if part
        )

    def _two(self, part: str) -> bool:
        """Two values in one cell: `Sprecherin X-Fraktion`."""
        words = part.split(" ")
        halves = ((" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words)))
        return any(left in self._pieces and right in self._values for left, right in halves)
