"""The items of an agenda: rows, list entries or paragraphs that begin with a number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from scraper import agenda, german
from scraper.records import Attachment, Votes
from scraper.vendors.generic import documents, identity, rows, titles, words
from scraper.vendors.generic.boxes import Box
from scraper.vendors.generic.rows import Place
from scraper.vendors.generic.sheet import Link, Sheet

_NUMBERED = re.compile(
    r"(?:TOP[\s.:]*)?(?:(?P<mark>Ö|N|NÖ|nö|ö)(?=[\s\d]))?\s*"
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?\.?|[IVX]{1,5}\.|[A-Z]\.)(?:[\s:]+(?P<rest>\S.*))?"
)
_MARKS = {"Ö": True, "ö": True, "N": False, "NÖ": False, "nö": False}
_DAY = re.compile(
    r"\d{1,2}\.\d{1,2}\.(?:\d{2}){1,2}\b|\d{1,2}\.\s?(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)"
)
_RESULT = re.compile(
    r"(?i)(?P<label>beschluss|beschluß|ergebnis|beratungsergebnis|beschlussart|entscheidung"
    r"|abstimmung|abstimmungsergebnis)\s*:\s*(?P<value>.*)"
)
_PAPER_PAGE = re.compile(r"(?i)vorlage|drucksache|vorgang|paper|antrag(?!steller)")
_VOTES = re.compile(r"(?i)(?:ja|nein|dafür|dagegen|enthalt\w*|befangen|stimmen)(?:[ -]?stimmen)?:?")
_OF_PEOPLE = frozenset(("name", "mitglied", "mitglieder", "fraktion", "partei", "funktion"))
_FEWEST = 2
_LONGEST_DAY = 25
_LONGEST_NUMBER = 60


class Mark(NamedTuple):
    """A leaf that begins an item. `rest`: what follows the number in the same leaf."""

    leaf: int
    number: str
    public: bool | None
    rest: str


@dataclass
class Item:
    """One entry. `url`: its own page."""

    number: str | None
    public: bool | None
    start: int
    end: int
    subject: str | None = None
    url: str | None = None
    reference: str | None = None
    paper_url: str | None = None
    role: str | None = None
    result: str | None = None
    votes: Votes | None = None
    attachments: tuple[Attachment, ...] = ()
    rest: list[str] = field(default_factory=list)

    def add(self, other: Item) -> None:
        """What another entry for the same item tells, where this one tells nothing."""
        self.result, self.votes = self.result or other.result, self.votes or other.votes
        self.url, self.paper_url = self.url or other.url, self.paper_url or other.paper_url
        self.attachments = documents.once((*self.attachments, *other.attachments))

    @property
    def bare(self) -> bool:
        """Whether there is nothing but a title."""
        return not (self.url or self.reference or self.paper_url or self.result or self.attachments)


def read(sheet: Sheet) -> list[Item]:
    """The items in printed order, [] where fewer than two rows begin with a number."""
    marks = _marks(sheet)
    if len(marks) < _FEWEST or _lists_people(sheet, marks[0].leaf):
        return []
    found: list[Item] = []
    public: bool | None = None
    starts = list(_rows(sheet, marks))
    at = starts[0][0].start
    for number in range(_part_before(sheet, at), at):
        public = _part(sheet, number, public)
    for (row, end, mark), following in zip(
        starts, [*(row.start for row, _, _ in starts[1:]), None], strict=True
    ):
        start, stop = row.start, end if following is None else min(end, following)
        if mark is None and not sheet.boxes.text(row):
            continue
        cut = next((n for n in range(row.end, stop) if agenda.part(_plain_part(sheet, n)) is not None), stop)
        found.append(_item(sheet, start, cut, mark, public))
        opened = opens(found[-1].subject or "")
        if opened is not None and found[-1].bare:
            public = found[-1].public = opened
        for number in range(cut, following or stop):
            public = _part(sheet, number, public)
    return _joined(found)


def _joined(found: list[Item]) -> list[Item]:
    """Agenda and results may be printed one below the other: items that come again add what they tell."""
    kept: list[Item] = []
    first: dict[tuple[str | None, str | None, bool | None], Item] = {}
    for item in found:
        known = first.setdefault((item.number, item.subject, item.public), item)
        if known is item or item.number is None or item.public is None:
            kept.append(item)
        else:
            known.add(item)
    return kept


def is_ordered(found: Iterable[Item]) -> bool:
    """Whether the numbers go up, or begin again with 1: others are numbers of something else."""
    tops = [int(match[0]) for item in found if (match := re.match(r"\d+", item.number or ""))]
    return all(before <= after or after == 1 for before, after in pairwise(tops))


def opens(subject: str) -> bool | None:
    """`agenda.part` of an item; "(nichtöffentlich)" stands for the subject of one and opens no part."""
    return None if subject.startswith("(") else agenda.part(subject)


# ---- where items begin


def _marks(sheet: Sheet) -> list[Mark]:
    """The leaves that begin with a number, of the shape that most of them share."""
    found: list[tuple[tuple[str, ...], Mark]] = []
    for number, leaf in enumerate(sheet.leaves):
        mark = _mark(number, leaf)
        if mark is not None and leaf.parent is not None and not _counts_votes(sheet, mark):
            found.append(((leaf.tag, leaf.parent.tag, "" if mark.rest else "alone"), mark))
    if not found:
        return []
    most = Counter(shape for shape, _ in found).most_common(1)[0][0]
    return [mark for shape, mark in found if shape == most or _is_in_column(sheet, mark, most)]


def _lists_people(sheet: Sheet, first: int) -> bool:
    """Whether the heads above the first number are those of a list of members."""
    table = sheet.leaves[first].within("table")
    heads = sheet.leaves[table.start if table is not None else first : first]
    return any(words.plain(leaf.text) in _OF_PEOPLE for leaf in heads)


def _counts_votes(sheet: Sheet, mark: Mark) -> bool:
    """Whether a number is that of votes: "9", "Ja"."""
    following = sheet.leaves[mark.leaf + 1].text if mark.leaf + 1 < len(sheet.leaves) else ""
    return _VOTES.fullmatch(mark.rest or following) is not None


def _is_in_column(sheet: Sheet, mark: Mark, most: tuple[str, ...]) -> bool:
    """Whether a number with a remark ("3.1 Nachtrag") begins a row of a table whose numbers stand alone."""
    leaf = sheet.leaves[mark.leaf]
    first = leaf.parent is not None and leaf.parent.kids[0] is leaf
    return most == ("td", "tr", "alone") and leaf.tag == "td" and first and len(mark.rest) < _LONGEST_DAY * 2


def _mark(number: int, leaf: Box) -> Mark | None:
    printed = leaf.text
    if not printed or not (printed[0].isdigit() or printed[0] in "ÖöNnTIVXABCDE") or _DAY.match(printed):
        return None
    match = _NUMBERED.fullmatch(printed)
    if match is None or (
        match["rest"] and not match["rest"][0].isalpha() and match["rest"][0] not in '„"»(§'
    ):
        return None
    rest = match["rest"] or ""
    if rest and not (match["mark"] or printed.startswith("TOP") or "." in match["number"]):
        return None  # "3 Dokumente"
    if not rest and match["number"].isdigit() and len(match["number"]) > 3:
        return None
    return Mark(number, match["number"], _MARKS.get(match["mark"] or ""), rest)


def _rows(sheet: Sheet, marks: list[Mark]) -> Iterator[tuple[Box, int, Mark | None]]:
    """(row, leaf behind its group, mark) of every row; rows of the same kind without a number too."""
    found = rows.places(sheet, [mark.leaf for mark in marks])
    numbered = {id(place.row) for place in found}
    hints = {place.row.hint for place in found if place.row.hint}
    for place, mark in zip(found, marks, strict=True):
        for row in _unnumbered(sheet, place, numbered, hints):
            numbered.add(id(row))
            yield row, place.group.end, None
        yield place.row, place.group.end, mark


def _unnumbered(sheet: Sheet, place: Place, numbered: set[int], hints: set[str]) -> list[Box]:
    """Rows right before this one that look like it and have no number: titles of groups."""
    kids = place.group.kids
    at = next(number for number, kid in enumerate(kids) if kid is place.row)
    first = at
    while first and id(kids[first - 1]) not in numbered:
        first -= 1
    return [kid for kid in kids[first:at] if _is_alike(sheet, kid, place.row, hints)]


def _is_alike(sheet: Sheet, kid: Box, row: Box, hints: set[str]) -> bool:
    texts = [leaf.text for leaf in sheet.leaves[kid.start : kid.end] if leaf.text]
    if len(texts) != 1 or _RESULT.match(texts[0]):
        return False
    if row.tag == "tr":
        return len(kid.kids) == len(row.kids)
    return kid.hint in hints and row.tag != "p"


# ---- parts


def _part_before(sheet: Sheet, at: int) -> int:
    """The leaf at which the heading of the first part may stand."""
    return max(0, at - 4)


def _plain_part(sheet: Sheet, number: int) -> str:
    printed = sheet.leaves[number].text
    return printed if len(printed) < 80 else ""


def _part(sheet: Sheet, number: int, before: bool | None) -> bool | None:
    public = agenda.part(_plain_part(sheet, number))
    if public is None:
        return before
    return public


# ---- what a row tells


def _item(sheet: Sheet, start: int, end: int, mark: Mark | None, public: bool | None) -> Item:
    item = Item(mark.number if mark else None, public, start, end)
    if mark is not None and mark.public is not None:
        item.public = mark.public
    links = sheet.linked(start, end)
    files = [link for link in links if documents.is_file(link)]
    pages = [link for link in links if link not in files and not sheet.is_here(link)]
    item.attachments = _attachments(sheet, files)
    file_leaves = {link.leaf for link in files if not _prints_more(sheet, link)}
    lines = [
        n for n in range(start, end)
        if sheet.leaves[n].text and n not in file_leaves and (mark is None or n != mark.leaf)
    ]  # fmt: skip
    lines = _results(sheet, item, lines, pages)
    _paper(sheet, item, lines, pages)
    _subject(sheet, item, lines, mark, pages)
    return item


def _prints_more(sheet: Sheet, link: Link) -> bool:
    return len(documents.leftover(sheet, link.leaf, sheet.linked(link.leaf, link.leaf + 1)).split()) > 3


def _attachments(sheet: Sheet, files: Iterable[Link]) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    own = identity.number(sheet.url)
    for link in files:
        name = documents.name_of(link)
        role = documents.role_in_paper(name, among=False)
        found.append(documents.attachment(link, role, own))
    return documents.once(found)


def _results(sheet: Sheet, item: Item, lines: list[int], pages: list[Link]) -> list[int]:
    """Takes "Beschluss: …" and "Abstimmung: …" out of the lines; a button's tooltip may tell the result."""
    left: list[int] = []
    awaited = ""
    for number in lines:
        printed = sheet.leaves[number].text
        match = _RESULT.fullmatch(printed)
        label, value = (match["label"], match["value"]) if match else (awaited, printed if awaited else "")
        awaited = label if match and not value else ""
        if value:
            _result(item, label.casefold(), value)
        elif not match:
            left.append(number)
    for link in pages:
        if link.form and not item.result and (german.outcome(link.tip)[0] or link.tip == "(offen)"):
            item.result = link.tip
            item.votes = german.votes(link.tip)
    return left


def _result(item: Item, label: str, value: str) -> None:
    if label.startswith("abstimmung"):
        item.votes = german.votes(value) or item.votes
        if item.votes is None and item.result is None:
            item.result = value
    else:
        item.result = value
        item.votes = item.votes or german.votes(value)


def _paper(sheet: Sheet, item: Item, lines: list[int], pages: list[Link]) -> None:
    """The number of the item's paper, and where it is."""
    linked = next((link for link in pages if _number_in(link.text) and not sheet.is_here(link)), None)
    if linked is not None and urlsplit(linked.url).path != urlsplit(sheet.url).path:
        item.reference, item.paper_url = _number_in(linked.text), sheet.kept(linked.url)
        lines[:] = [n for n in lines if sheet.leaves[n].text != linked.text]
        return
    for number in lines:
        printed = sheet.leaves[number].text
        at = next((link.url for link in pages if link.leaf == number), None)
        if at and urlsplit(at).path == urlsplit(sheet.url).path:
            continue  # the minutes of another meeting
        if _is_number(printed) and re.search(r"\d.*[/.-]|[/.-].*\d", printed):
            item.reference = printed
            lines.remove(number)
            item.paper_url = sheet.kept(at) if at else None
            break
    if item.paper_url is None:
        told = (link for link in pages if _PAPER_PAGE.search(f"{link.text} {link.tip} {link.url}"))
        found = next((link for link in told if link.text != item.reference or not link.text), None)
        item.paper_url = sheet.kept(found.url) if found and (item.reference or _names_paper(found)) else None


def _is_number(printed: str) -> bool:
    """Whether a text is a paper's number, not an item's or a day."""
    digits = sum(map(str.isdigit, printed))
    return digits >= 3 and words.is_reference(printed) and not german.dates(printed)


def _number_in(printed: str) -> str | None:
    """The number that a link is, or that it prints behind the kind of the paper: "Vorlage 2026/077"."""
    if len(printed) > _LONGEST_NUMBER or not any(map(str.isdigit, printed)):
        return None
    if _is_number(printed):
        return printed
    title = titles.read(printed)
    whole = title.type is not None and title.subject is None
    return title.reference if whole and _is_number(title.reference or "") else None


def _names_paper(link: Link) -> bool:
    return _PAPER_PAGE.search(f"{link.tip} {link.text}") is not None and len(link.text) < 40


def _subject(sheet: Sheet, item: Item, lines: list[int], mark: Mark | None, pages: list[Link]) -> None:
    if (
        mark is not None
        and mark.rest
        and (not lines or (len(mark.rest.split()) > 1 and not _is_cell(sheet, mark)))
    ):
        item.subject, own = mark.rest, [mark.leaf]
    else:
        own = _first_lines(sheet, lines)
        item.subject = " ".join(sheet.leaves[n].text for n in own) or None
    known = {sheet.leaves[n].text for n in own}
    for number in lines:
        if number not in own and sheet.leaves[number].text not in known:
            _further(item, sheet.leaves[number].text)
    places = {*own, *([mark.leaf] if mark else [])}
    own_page = next((link for link in pages if link.leaf in places and _may_be_own(link)), None)
    if own_page is not None and sheet.kept(own_page.url) != item.paper_url:
        item.url = sheet.kept(own_page.url)


def _is_cell(sheet: Sheet, mark: Mark) -> bool:
    """Whether the number has a cell of its own, so that what else stands in it is a remark."""
    return sheet.leaves[mark.leaf].tag in ("td", "th", "dt")


def _further(item: Item, printed: str) -> None:
    """What a row prints behind the subject: the result, the role of the committee, a remark."""
    if item.result is None and german.outcome(printed)[0] is not None:
        _result(item, "", printed)
    elif item.role is None and words.ROLE.fullmatch(printed):
        item.role = printed
    elif printed not in (item.result, item.role):
        item.rest.append(printed)


def _may_be_own(link: Link) -> bool:
    """Days in a title may be links to the calendar."""
    return (not link.form and not german.dates(link.text)[:1]) or len(link.text) > _LONGEST_DAY


def _first_lines(sheet: Sheet, lines: list[int]) -> list[int]:
    """The first line and those of the same cell or paragraph."""
    if not lines:
        return []
    first = sheet.leaves[lines[0]]
    found = [lines[0]]
    for number in lines[1:]:
        leaf = sheet.leaves[number]
        if not (first.tag == leaf.tag == "#" and leaf.parent is first.parent):
            break
        found.append(number)
    return found
