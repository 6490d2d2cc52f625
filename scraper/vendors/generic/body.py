"""The body of a paper: what is printed below its header in sentences, by the headings printed in it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scraper import vocabulary
from scraper.records import Section
from scraper.vendors.generic import furniture, words
from scraper.vendors.generic.boxes import HEADS, Box
from scraper.vendors.generic.sheet import Sheet
from scraper.vendors.generic.words import plain

_SENTENCE = re.compile(r"[.!?:;…]['\"“”»)\]]*$")
_WORDS = 4
# "Musterau, den 14.04.2026", "gez. Name": how a letter ends.
_ENDS = re.compile(
    r"[A-ZÄÖÜ][\w .()-]{2,40}(?:,| /)? ?(?:den |am )?\d{1,2}\. ?(?:\d{1,2}\. ?|[A-Z][a-zä]+ )\d{4}"
    r"|(?i:gez\.|i\. ?[av]\.|im auftrag|in vertretung)(?: .{3,40})?"
)
_LAST = 3
_LONGEST = 150
# Headings that every page of a system prints.
_LAYOUT = frozenset((
    "informationen", "details", "grunddaten", "inhalt", "beschreibung", "allgemeine informationen", "text",
    "volltext", "dokumenttext", "inhalt der drucksache", "inhalt der vorlage", "vorlage", "drucksache",
    "übersicht",
))  # fmt: skip
_LONG = 90
# Elements of lists and tables, and lines between `<br>`.
_LINES = frozenset(("li", "td", "th", "#"))


@dataclass
class _Part:
    heading: str | None
    printed: str = ""
    paragraphs: list[str] = field(default_factory=list)


def read(
    sheet: Sheet, start: int, subject: str | None = None, lists: Iterable[int] = ()
) -> tuple[tuple[Section, ...], str | None]:
    """(sections, text) of what nobody has read from leaf `start` on; it is taken.

    `subject`: a heading that prints it again is none of the body's. `lists`: where lists of documents begin.
    """
    for number in sheet.free(start, len(sheet.leaves)):
        if sheet.leaves[number].text == subject and sheet.leaves[number].tag in HEADS:
            sheet.used.add(number)
    numbers = _region(sheet, start, lists)
    if not numbers:
        return (), None
    sheet.used.update(numbers)
    parts = list(_parts(sheet, numbers))
    whole = [text for part in parts for text in (*([part.printed] if part.printed else []), *part.paragraphs)]
    sections = tuple(
        Section(heading=part.heading, text="\n\n".join(part.paragraphs))
        for part in parts
        if part.heading is not None or part.paragraphs
    )
    return sections, "\n\n".join(whole) or None


def _region(sheet: Sheet, start: int, lists: Iterable[int]) -> list[int]:
    """The leaves between the first and the last that are sentences, paragraphs or headings of a body."""
    free = [n for n in sheet.free(start, len(sheet.leaves)) if not furniture.is_phrase(sheet.leaves[n].text)]
    told = [n for n, before in zip(free, [-1, *free], strict=False) if _tells(sheet, n, before)]
    told = list(itertools.dropwhile(lambda n: _is_lone(sheet, n), told))
    told = _without_end(sheet, told, lists)
    if not any(_is_prose(sheet.leaves[n]) for n in told):
        return []
    first = free.index(told[0])
    if first and _names_part(sheet, free[first - 1], told[0]):
        first -= 1
    return [n for n in free[first:] if n <= told[-1]] + list(_last_lines(sheet, told[-1], free))


def _without_end(sheet: Sheet, told: list[int], lists: Iterable[int]) -> list[int]:
    """Without what follows a list of documents behind the text, and without how a page ends: addresses."""
    for at in lists:
        before, behind = [n for n in told if n < at], [n for n in told if n > at]
        if any(_is_prose(sheet.leaves[n]) for n in before) and not any(
            is_heading(sheet.leaves[n]) for n in behind
        ):
            told = before
    while told and furniture.is_contact(sheet.leaves[told[-1]].text):
        told = told[:-1]
    return told


def _last_lines(sheet: Sheet, last: int, free: list[int]) -> Iterator[int]:
    """What follows the last sentence: lists and tables in the box that holds it, and the end of a letter."""
    parent = sheet.leaves[last].parent
    behind = [number for number in free if number > last]
    ends = [at for at, number in enumerate(behind[:_LAST], 1) if _ENDS.fullmatch(sheet.leaves[number].text)]
    yield from behind[: max(ends, default=0)]
    for number in behind[max(ends, default=0) :]:
        leaf = sheet.leaves[number]
        listed = leaf.tag in _LINES or leaf.within("li") or leaf.within("table")
        if parent is None or number >= parent.end or not listed or sheet.linked(number, number + 1):
            return
        yield number


def _is_lone(sheet: Sheet, number: int) -> bool:
    """Whether a leaf says so little that the body does not begin with it: a value that lost its label.

    That is a word or two, or a word that would head a part but has no text of it below.
    """
    leaf = sheet.leaves[number]
    if not _heads_text(leaf):
        return len(leaf.text.split()) < _WORDS and not _SENTENCE.search(leaf.text)
    if leaf.tag in HEADS or leaf.text.endswith(":"):
        return False
    following = next((n for n in range(number + 1, len(sheet.leaves)) if sheet.leaves[n].text), None)
    return following is None or following in sheet.used or _heads_text(sheet.leaves[following])


def _names_part(sheet: Sheet, number: int, first: int) -> bool:
    """Whether a heading right above the first sentence is that of a part, and not of the page's layout."""
    leaf = sheet.leaves[number]
    if leaf.tag not in HEADS or len(leaf.text) > _LONGEST or plain(leaf.text) in _LAYOUT:
        return False
    return not any(between.text for between in sheet.leaves[number + 1 : first])


def _tells(sheet: Sheet, number: int, before: int) -> bool:
    """Whether a leaf shows that here is the body. `before`: the leaf before it that nobody has read."""
    leaf = sheet.leaves[number]
    if _heads_text(leaf):
        return True
    headed = before >= 0 and _heads_text(sheet.leaves[before]) and leaf.tag not in HEADS
    headed = headed and "deliberations" not in words.fields(plain(leaf.text))
    return (headed or _is_prose(leaf)) and not _is_linked(sheet, number)


def _heads_text(leaf: Box) -> bool:
    """ "Begründung", or "Begründung des Antrages" in the element of a heading; no heading of documents."""
    if is_heading(leaf):
        return plain(leaf.text) not in vocabulary.FILE_HEADINGS
    if leaf.tag not in HEADS:
        return False
    first = leaf.text.partition(" ")[0].strip(",:").casefold()
    return first in vocabulary.HEADINGS and plain(leaf.text) not in _LAYOUT


def _is_prose(leaf: Box) -> bool:
    """A paragraph by its element, or a sentence by its words."""
    if leaf.tag in HEADS:
        return False
    printed = leaf.text
    if leaf.tag in ("p", "blockquote", "pre") or leaf.within("p") is leaf.parent is not None:
        return True
    return len(printed) >= _LONG or (len(printed.split()) >= _WORDS and _SENTENCE.search(printed) is not None)


def _is_linked(sheet: Sheet, number: int) -> bool:
    """Whether a leaf prints nothing but links."""
    printed = sheet.leaves[number].text
    links = [link for link in sheet.linked(number, number + 1) if link.text]
    for link in links:
        printed = printed.replace(link.text, " ", 1)
    return bool(links) and len(printed.strip(" |·•-–,()[]")) < 3


def is_heading(leaf: Box) -> bool:
    """Whether a leaf is a known main heading that stands alone."""
    return len(leaf.text) <= 60 and plain(leaf.text) in vocabulary.HEADINGS


def _parts(sheet: Sheet, numbers: list[int]) -> Iterator[_Part]:
    part = _Part(None)
    before: Box | None = None
    jumps = sorted(sheet.anchors().items(), reverse=True)
    for number in numbers:
        leaf = sheet.leaves[number]
        heading, rest = _split(leaf) if _leads(leaf) else (None, "")
        named = None
        while jumps and jumps[-1][0] <= number:
            named = jumps.pop()[1]
        if named is not None and heading is None:
            if part.paragraphs or part.heading is not None:
                yield part
            part, before = _Part(named), None
        if heading is not None:
            if _repeats(part, heading):
                part.printed = ""
            if before is not None and not part.paragraphs and before.tag in HEADS and leaf.tag not in HEADS:
                # The name of a panel, whose text prints a heading of its own.
                part.heading = None
            if part.printed or part.paragraphs:
                yield part
            part = _Part(heading, leaf.text.removesuffix(rest).strip(), [rest] if rest else [])
        elif before is not None and part.paragraphs and _goes_on(before, leaf):
            part.paragraphs[-1] += ("\t" if _is_next_cell(before, leaf) else "\n") + leaf.text
        else:
            part.paragraphs.append(leaf.text)
        before = leaf
    if part.paragraphs or part.heading is not None:
        yield part


def _repeats(part: _Part, heading: str) -> bool:
    """Whether a panel's heading is printed again by its text."""
    return not part.paragraphs and part.heading is not None and part.heading.casefold() == heading.casefold()


def _leads(leaf: Box) -> bool:
    """Whether a leaf may be a heading by its place: not as all that a further cell of a row prints."""
    cell = _cell(leaf)
    whole = cell is not None and cell.end - cell.start == 1
    return not whole or cell is None or cell.parent is None or cell.parent.kids[0] is cell


def _split(leaf: Box) -> tuple[str | None, str]:
    """A heading that a leaf is or begins with, and what follows it on the line."""
    word = plain(leaf.text)
    if len(word) <= 60 and word in vocabulary.HEADINGS:
        return leaf.text.rstrip(" :"), ""
    if leaf.tag in HEADS and len(leaf.text) <= _LONGEST:
        return leaf.text.rstrip(" :"), ""
    head, colon, rest = leaf.text.partition(":")
    if colon and rest.strip() and head.strip().casefold() in vocabulary.HEADINGS and len(rest) < 2000:
        return (head.strip(), rest.strip()) if _bold_lead(leaf, head) else (None, "")
    return None, ""


def _bold_lead(leaf: Box, head: str) -> bool:
    """Whether the words before the colon stand in an element of their own, as a heading does."""
    node = leaf.nodes[0].first_child if leaf.tag != "#" else leaf.nodes[0]
    while node is not None and not (node.is_element_node or (node.text_content or "").strip()):
        node = node.next
    return node is not None and node.is_element_node and node.text().strip(" :\xa0") == head.strip()


def _is_next_cell(before: Box, leaf: Box) -> bool:
    """Whether a leaf stands in the same row as the one before it, in another cell."""
    row = leaf.within("tr")
    return row is not None and row is before.within("tr") and _cell(leaf) is not _cell(before)


def _cell(leaf: Box) -> Box | None:
    return leaf if leaf.tag in ("td", "th") else leaf.within("td") or leaf.within("th")


def _goes_on(before: Box, leaf: Box) -> bool:
    """Whether a leaf is the next line of the same paragraph, list or table."""
    if leaf.gap:
        return False
    if leaf.tag == "#" and leaf.parent is before.parent:
        return True
    table = leaf.within("table")
    if table is not None and table is before.within("table"):
        return leaf.tag in ("td", "th") or _cell(leaf) is not _cell(before)
    return leaf.tag == "li" and before.tag == "li" and leaf.parent is before.parent
