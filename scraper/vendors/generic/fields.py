"""Label–value pairs of a page by their shape: cells side by side, `dt`/`dd`, rows of two, glued text.

A known label is a word of the vocabulary that stands alone in its cell, or before a colon. An unknown one
counts only beside known ones: in the same table, list or group of rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scraper import dom, german, text, vocabulary
from scraper.vendors.generic import documents, lines, words
from scraper.vendors.generic.boxes import HEADS, Box
from scraper.vendors.generic.lines import Part
from scraper.vendors.generic.pairs import Pairs, Value, pair
from scraper.vendors.generic.sheet import Sheet
from scraper.vendors.generic.words import plain

_LABELLED = re.compile(r"(?i)label|title|head|key|name|feld|bezeichn|caption|term")
_BOLD = frozenset(("b", "strong", "label"))
_TABULAR = frozenset(("td", "th", "dt"))
# How far around a label others make it one: row, group, and the group of a group.
_LEVELS = 3
# What these stand for is a list below them, also where they are headings.
_LISTS = frozenset(("documents", "deliberations"))
# A heading with more lines below it is that of a part, and no label.
_HEADED = 3
_NO_DELIMITER = frozenset(("name", "number", "result", "item"))
# A label inside a line, behind the value of another one: only words that no value holds.
_INSIDE = re.compile(
    r"(?:(?<=\s)|(?<=[a-zäöüß]))("
    + "|".join(
        re.escape(label)
        for label in sorted(
            {
                label
                for field, printed in vocabulary.LABELS.items()
                for label in printed
                if field not in _NO_DELIMITER and label not in vocabulary.PLAIN_WORDS and len(label) > 3
            },
            key=lambda label: (-len(label), label),
        )
    )
    + r")\s?:(?!//)"
)


def read(sheet: Sheet) -> Pairs:
    """All pairs of a page, in the order of the page; what they stand in is taken."""
    return _Reading(sheet).run()


@dataclass(frozen=True)
class _Guess:
    """A label that nobody knows, until its neighbours are."""

    label: str
    value: Value
    groups: tuple[int, ...]


class _Reading:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.found: list[tuple[str, Value]] = []
        self.guesses: list[_Guess] = []
        self.known: set[int] = set()  # groups that hold a known label
        self.body = False  # a heading of the body was printed: what follows is the author's

    def run(self) -> Pairs:
        for number, leaf in enumerate(self.sheet.leaves):
            if leaf.text and number not in self.sheet.used:
                self._leaf(number, leaf)
        for guess in self.guesses:
            if guess.value.at not in self.sheet.used and not self.known.isdisjoint(guess.groups):
                self._keep(guess.label, guess.value)
        self.found.sort(key=lambda pair: pair[1].at)
        return Pairs([pair(label, value) for label, value in self.found])

    def _leaf(self, number: int, leaf: Box) -> None:
        if len(leaf.text) <= words.LONGEST and self._alone(number, leaf):
            return
        if self.found and _is_body_head(leaf):
            self.body = True
        if not self.body:
            self._within(number, leaf)

    # ---- a label that has a box of its own

    def _alone(self, number: int, leaf: Box) -> bool:
        word = plain(leaf.text)
        shaped = leaf.text.endswith(":") or leaf.tag in _TABULAR
        named = words.known(word)
        told = named or shaped or words.names_paper(word) or words.fields(word)
        if not (told or _LABELLED.search(leaf.hint)):
            return False
        box = _outermost(leaf)
        if not (named or leaf.text.endswith(":") or _may_tell(leaf, box, word)):
            return False
        value = self._beside(number, leaf, box)
        if value is None:
            return False
        paper = not named and words.names_paper(word) and words.is_reference(value.text)
        if word in vocabulary.HEADINGS and not paper and (not named or _is_body_head(leaf)):
            return False
        return self._judge(leaf, box, value, known=named or paper)

    def _judge(self, leaf: Box, box: Box, value: Value, *, known: bool) -> bool:
        if (
            leaf.tag in HEADS
            and len(value.lines) > _HEADED
            and _LISTS.isdisjoint(words.fields(plain(leaf.text)))
        ):
            return False
        pair = _is_pair(box)
        strong = leaf.text.endswith(":") or _is_strong(leaf, box)
        if self.body and not self._may_follow_the_body(leaf, box, value):
            return False
        known = known or (strong and bool(words.fields(plain(leaf.text))))
        if known and (strong or (pair and self._has_known_neighbour(box))):
            self._keep(leaf.text, value)
            self.known.update(_groups(box))
            return True
        if not known and _may_be_label(leaf, box, strong=strong):
            self.guesses.append(_Guess(leaf.text, value, _groups(box)))
        return False

    def _may_follow_the_body(self, leaf: Box, box: Box, value: Value) -> bool:
        """Behind the first heading of the body a label needs a cell, a heading's element or documents."""
        if box.tag in _TABULAR or leaf.tag in HEADS or _LABELLED.search(box.hint):
            return True
        links = self.sheet.linked(value.start, value.end)
        listed = "documents" in words.fields(plain(leaf.text))
        return listed and bool(links) and all(documents.is_file(link) for link in links)

    def _beside(self, number: int, leaf: Box, box: Box) -> Value | None:
        """The value of the label that a box is: what follows it in its group."""
        if box.parent is None:
            return None
        kids = box.parent.kids
        at = kids.index(box) + 1
        if at >= len(kids) or kids[at].tag in HEADS or kids[at].tag == "dt":
            return None
        if box.tag == "th" and kids[at].tag == "th":  # heads of columns
            return None
        end = at + 1
        while box.tag == "dt" and end < len(kids) and kids[end].tag == "dd":
            end += 1
        first, last = kids[at].start, kids[end - 1].end
        leaves = self.sheet.leaves[first:last]
        told = box.tag == "dt" or (box.tag == "th" and kids[at].tag == "td")
        if not told and len(leaves) == 1 and _is_next_label(leaf, leaves[0]):
            return None
        return Value(tuple(leaf.text for leaf in leaves if leaf.text), first, last, number)

    def _has_known_neighbour(self, box: Box) -> bool:
        """Whether another row of the group begins with a known label too."""
        row = box.parent
        rows = row.parent.kids if row is not None and row.parent is not None else []
        firsts = (kid.kids[0] for kid in rows if kid is not row and kid.kids)
        leaves = (self.sheet.leaves[first.start] for first in firsts if first.end - first.start == 1)
        return any(words.known(plain(leaf.text)) for leaf in leaves)

    # ---- labels within a line

    def _within(self, number: int, leaf: Box) -> None:
        if lines.is_one_text(leaf):
            if ":" in leaf.text:
                self._glued(number, leaf)
            return
        parts = lines.parts(leaf)
        marks = [at for at, part in enumerate(parts) if _is_label_part(part)]
        printing = sum(1 for part in parts if part.text)
        if marks and printing > 1:
            for at, end in zip(marks, [*marks[1:], len(parts)], strict=True):
                self._part(number, leaf, parts[at], parts[at + 1 : end], alone=printing == 2)
        elif ":" in leaf.text:
            self._glued(number, leaf)

    def _part(self, number: int, leaf: Box, label: Part, rest: list[Part], *, alone: bool) -> None:
        printed = text.clean("".join(part.raw for part in rest))
        colon = label.text.endswith(":") or printed.startswith(":")
        printed = printed.lstrip(": ")
        if not printed:
            return
        word = plain(label.text)
        strong = colon or alone or label.tag in _BOLD or _LABELLED.search(label.hint) is not None
        value = Value((printed,), number, number + 1, number)
        if strong and (words.known(word) or (colon and words.fields(word))):
            self._keep(label.text, value)
            self.known.update(_groups(leaf))
        elif strong and word not in vocabulary.HEADINGS:
            self.guesses.append(_Guess(label.text, value, _groups(leaf)))

    def _glued(self, number: int, leaf: Box) -> None:
        """`Status: öffentlich Vorlage-Art: Antrag` in one text."""
        head, _, rest = leaf.text.partition(":")
        if len(head) > words.LONGEST or rest.startswith("//") or not words.fields(plain(head)):
            return
        label = head
        while label:
            match = _INSIDE.search(rest)
            printed = text.clean(rest[: match.start()] if match else rest)
            if printed:
                self._keep(label, Value((printed,), number, number + 1, number))
            label, rest = (match[1], rest[match.end() :]) if match else ("", "")
        self.known.update(_groups(leaf))

    def _keep(self, label: str, value: Value) -> None:
        self.found.append((label, value))
        self.sheet.used.add(value.at)
        self.sheet.take(value.start, value.end)


def _is_label_part(part: Part) -> bool:
    """Whether an element in a line is a label: by its words, or by its class."""
    marked = 1 < len(part.text) <= words.LONGEST and _LABELLED.search(part.hint) is not None
    return bool(part.tag) and (_is_label(part.text) or marked)


def _is_label(printed: str) -> bool:
    """Whether a text is a label by its words: known, or with a colon at its end."""
    return len(printed) <= words.LONGEST and (printed.endswith(":") or words.known(plain(printed)))


def _is_next_label(label: Box, leaf: Box) -> bool:
    """Whether what follows a label is the next one; where they have colons, a word without one is a value."""
    if label.text.endswith(":"):
        return _is_label(leaf.text) and leaf.text.endswith(":")
    if german.is_public(leaf.text) is not None:
        return False  # "öffentlich" is a label of some and a value of all
    return _is_label(leaf.text) or words.heads_column(plain(leaf.text))


def _outermost(leaf: Box) -> Box:
    """The largest box that prints nothing but this leaf."""
    box = leaf
    while box.parent is not None and len(box.parent.kids) == 1 and box.parent.parent is not None:
        box = box.parent
    return box


def _is_strong(leaf: Box, box: Box) -> bool:
    """Whether the markup says that this is a label."""
    if leaf.tag in HEADS or box.tag in ("th", "dt") or _LABELLED.search(f"{leaf.hint} {box.hint}"):
        return True
    if _heads_a_list(box):
        return True
    only = lines.only(leaf)
    if only is None or only.is_text_node:
        return False
    return only.tag in _BOLD or _LABELLED.search(dom.attr(only, "class")) is not None


def _heads_a_list(box: Box) -> bool:
    """Whether a list or a table follows."""
    kids = box.parent.kids if box.parent is not None else []
    after = kids[kids.index(box) + 1 :][:1]
    return box.tag not in _TABULAR and bool(after) and after[0].tag in ("ul", "ol", "table")


def _may_tell(leaf: Box, box: Box, word: str) -> bool:
    """Whether a text without a colon that the vocabulary does not know may be a label at all."""
    return bool(words.fields(word)) or words.names_paper(word) or _may_be_label(leaf, box, strong=True)


def _may_be_label(leaf: Box, box: Box, *, strong: bool) -> bool:
    """Whether a text that the vocabulary does not know has the place and the shape of a label."""
    if leaf.tag in HEADS or re.search(r"\d|^\(", leaf.text.removesuffix(":")):
        return False
    if leaf.text.endswith(":"):
        return strong and (box.tag in _TABULAR or _is_pair(box) or _LABELLED.search(box.hint) is not None)
    row = box.parent
    return box.tag in ("th", "dt") or (row is not None and len(row.kids) == 2 and row.kids[0] is box)


def _is_pair(box: Box) -> bool:
    """Whether a box is the first of a row of two, or a cell at an even place."""
    if box.parent is None:
        return False
    kids = box.parent.kids
    if box.tag in _TABULAR:
        return kids.index(box) % 2 == 0
    return len(kids) == 2 and kids[0] is box


def _groups(box: Box) -> tuple[int, ...]:
    """What a label's neighbours share with it: its row, the row's group and the one around that."""
    return tuple(id(parent) for _, parent in zip(range(_LEVELS), _around(box), strict=False))


def _around(box: Box) -> Iterator[Box]:
    parent = box.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _is_body_head(leaf: Box) -> bool:
    """Whether a leaf is a heading of the body: known, and set apart. Some are labels elsewhere."""
    word = plain(leaf.text)
    if word not in vocabulary.HEADINGS or word in vocabulary.FILE_HEADINGS:
        return False
    if words.known(word):
        return leaf.tag in HEADS and words.fields(word).isdisjoint(_LISTS)
    return leaf.text.endswith(":") or leaf.tag in HEADS or leaf.tag == "p" or _is_strong(leaf, leaf)
