"""What headings of pages say: kind of paper, number and subject, in the orders in which they are printed."""

from __future__ import annotations

import re
from typing import NamedTuple

from scraper.vendors.generic import words

_SEPARATOR = re.compile(r"^[\s:–—,|-]+|[\s:–—,|-]+$")
_JOINT = frozenset(("-", "–", "—", ":", "|"))
# The number of words before a number that may name a kind of paper.
_LONGEST_TYPE = 6
_SITE = re.compile(r"\s+(?:[|·»]|::)\s+.*$")
# "Vorlagendetails 114/2026": a kind of page, no kind of paper.
_PAGE = re.compile(r"(?i)details?\b|detailansicht|\bansicht\b|übersicht|informationen")


class Title(NamedTuple):
    """`type`: kind of paper as printed; any of the three may be None."""

    type: str | None
    reference: str | None
    subject: str | None


def read(printed: str) -> Title:
    """A heading taken apart.

    `Vorlage - 2022/0072`, `VO/2026/181 - Beschlussvorlage`, `Sitzungsvorlage 26-32 / V 01121`,
    `Drucksache Nr. 0728/2026: Bänke im Park`, `0728/2026 Bänke im Park`, `Antrag: Bänke im Park`.
    """
    tokens = _SITE.sub("", printed).split()
    lead = _type_length(tokens)
    rest = _without_joints(tokens[lead:])
    length = words.leading_reference(rest)
    if not length and len(tokens) == 1 and _names_page(tokens[0]):
        return Title(None, None, None)
    if not length:
        return Title(None, None, " ".join(tokens) or None) if not lead or not rest else _typed(tokens, lead)
    reference = " ".join(rest[:length]).rstrip(":,;")
    after = _without_joints(rest[length:])
    if lead:
        kind = _plain(tokens[:lead])
        return Title(None if kind and _PAGE.search(kind) else kind, _number(reference), _plain(after))
    behind = _type_length(after)
    if behind and behind == len(after):
        return Title(_plain(after), _number(reference), None)
    return Title(None, _number(reference), _plain(after))


def _names_page(word: str) -> bool:
    """Whether a lone word heads every page of its kind: "Vorlagendetails", "Vorlage"."""
    return _PAGE.search(word) is not None or words.KIND_OF_PAPER.fullmatch(word) is not None


def _typed(tokens: list[str], lead: int) -> Title:
    """`Antrag: Bänke im Park`; without a colon the words are a subject ("Antrag auf Förderung")."""
    if tokens[lead - 1].endswith(":") or tokens[lead] in _JOINT:
        return Title(_plain(tokens[:lead]), None, _plain(_without_joints(tokens[lead:])))
    return Title(None, None, " ".join(tokens))


def _type_length(tokens: list[str]) -> int:
    """How many words at the start name a kind of paper: up to the last before a number or a dash."""
    end = 0
    for at, token in enumerate(tokens[:_LONGEST_TYPE]):
        if token in _JOINT or (words.leading_reference(tokens[at:]) and any(map(str.isdigit, token))):
            break
        if words.PAPER.search(token):
            end = at + 1
            if token.endswith(":"):
                break
    rest = tokens[end:]
    if end and len(rest) >= 1 and rest[0] not in _JOINT and not words.leading_reference(rest):
        more = _more_words(rest)
        return end + more
    return end


def _more_words(rest: list[str]) -> int:
    """Words between the kind and its number: "der Verwaltung Nr. 12/2026", "zur Kenntnis 12/2026"."""
    for at in range(1, min(len(rest), 4)):
        if rest[at] in _JOINT or (any(map(str.isdigit, rest[at])) and words.leading_reference(rest[at:])):
            return at
    return 0


def _without_joints(tokens: list[str]) -> list[str]:
    start = 0
    while start < len(tokens) and tokens[start] in _JOINT:
        start += 1
    return tokens[start:]


def _plain(tokens: list[str]) -> str | None:
    """Words without the signs around them."""
    return _SEPARATOR.sub("", " ".join(tokens)) or None


def _number(printed: str) -> str:
    return re.sub(r"^Nr\.? ", "", printed)
