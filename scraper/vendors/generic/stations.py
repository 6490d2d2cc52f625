"""The way of a paper through the committees: tables with heads, rows by their content, lists of lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from scraper import german
from scraper.records import Deliberation
from scraper.vendors.generic import lines, stops, tables, words
from scraper.vendors.generic.boxes import Box
from scraper.vendors.generic.sheet import Sheet
from scraper.vendors.generic.stops import HEADS, Stop
from scraper.vendors.generic.tables import Row

_LINE = re.compile(r"(?:\w{2,10}\.?,? )?\d{1,2}\.\d{1,2}\.\d{2,4}\s*(?::|[-–|,]|\s)\s*(?P<rest>\S.*)")
# The heads stand in one of the first rows.
_TOP = 3


def read(sheet: Sheet, ways: Iterable[tuple[int, int]]) -> tuple[Deliberation, ...]:
    """The stations of a paper in printed order; what they stand in is taken.

    `ways`: leaves below a label or heading such as "Beratungsfolge".
    """
    ranges = list(ways)
    found: list[Stop] = []
    for table in tables.innermost(sheet):
        found += _table(sheet, table, inside=any(start <= table.start < end for start, end in ranges))
    if not found:
        found = [stop for start, end in ranges for stop in _listed(sheet, start, end)]
    if not found:
        found = [stop for box in sheet.boxes.lists for stop in _lines(sheet, box)]
    found.sort(key=lambda stop: stop.at)
    sheet.missed += [printed for stop in found for printed in stop.rest]
    return tuple(_station(sheet, order, stop) for order, stop in enumerate(_merged(found), 1))


# ---- tables


def _table(sheet: Sheet, table: Box, *, inside: bool) -> list[Stop]:
    """The rows of a table of stations; none where it is another table."""
    for at, row in enumerate(islice(tables.rows(sheet, table), _TOP), 1):
        heads = tables.columns(row, HEADS)
        if tables.is_head(row, heads):
            rows = list(tables.rows(sheet, table))
            found = [stops.under_heads(row, heads) for row in rows[at:]]
            return _taken(sheet, rows, found) if _is_way(set(heads.values()), found) else []
    if not inside and not any(stops.is_day(leaf.text) for leaf in sheet.leaves[table.start : table.end]):
        return []
    rows = list(tables.rows(sheet, table))
    if not (inside or _looks_like_a_way(rows)):
        return []
    return _taken(sheet, rows, [stops.by_content(row) for row in rows])


def _is_way(kinds: set[str], found: list[Stop]) -> bool:
    """Whether columns are those of stations: a committee, by its head or in every row, and what it did."""
    named = "committee" in kinds or all(stop.committee for stop in found)
    return named and not kinds.isdisjoint(("date", "role", "result"))


def _taken(sheet: Sheet, rows: list[Row], found: list[Stop]) -> list[Stop]:
    kept = [stop for stop in found if stop.committee or stop.date]
    if kept:
        sheet.take(rows[0].start, rows[-1].end)
    return kept


def _looks_like_a_way(rows: list[Row]) -> bool:
    """Without heads and label: rows with a day and a committee or session beside it, and roles."""
    dated = [row for row in rows if any(map(stops.is_day, row.texts))]
    if not dated:
        return False
    named = [row for row in dated if any(map(words.COMMITTEE.search, row.texts))]
    return len(named) == len(dated) and any(words.ROLE.fullmatch(text) for row in rows for text in row.texts)


# ---- lists


def _listed(sheet: Sheet, start: int, end: int) -> Iterator[Stop]:
    """Entries below a heading: each begins where a day is printed, or is a line of its own."""
    leaves = sheet.leaves
    marks = [n for n in range(start, end) if german.dates(leaves[n].text)]
    if not marks:
        return
    if any(not stops.is_day(leaves[n].text) for n in marks):
        for number in range(start, end):
            yield from _line(sheet, number)
        return
    first = start if marks[0] > start and len(marks) == 1 else marks[0]
    for at, stop in zip([first, *marks[1:]], [*marks[1:], end], strict=True):
        sheet.take(at, stop)
        yield stops.of_pieces(at, ((leaves[n].text, sheet.linked(n, n + 1)) for n in range(at, stop)))


def _lines(sheet: Sheet, box: Box) -> Iterator[Stop]:
    """A list whose lines are "DD.MM.YYYY: committee: result"; one may lack the day."""
    numbers = [n for n in range(box.start, box.end) if sheet.leaves[n].text]
    matches = [_LINE.fullmatch(sheet.leaves[n].text) for n in numbers]
    named = [match for match in matches if match and words.COMMITTEE.search(match["rest"])]
    if named and len(named) >= len(numbers) - 1:
        for number in numbers:
            yield from _line(sheet, number)


def _line(sheet: Sheet, number: int) -> Iterator[Stop]:
    links = sheet.linked(number, number + 1)
    stop = stops.of_elements(number, lines.parts(sheet.leaves[number]), links)
    stop = stop or stops.of_line(number, sheet.leaves[number].text, links)
    if stop is not None:
        sheet.used.add(number)
        yield stop


# ---- stops to stations


def _merged(found: list[Stop]) -> Iterator[Stop]:
    """A row of committee and role heads the rows with days below it that print the title of a meeting."""
    head: Stop | None = None
    used = True
    for stop in found:
        name = stop.committee
        title = stop.title or (name if name and words.SESSION.search(name) else None)
        if head is not None and stop.date and (title or not name):
            used = True
            yield _dated(head, stop, title)
            continue
        if head is not None and not used:
            yield head
        head, used = None, True
        if stop.date:
            stop.committee, stop.title = None if name == title else name, title
            yield stop
        else:
            head, used = _as_head(stop), False
    if head is not None and not used:
        yield head


def _dated(head: Stop, stop: Stop, title: str | None) -> Stop:
    """The station of a head and one of its dates. The column of roles holds the result in such a row."""
    stop.committee, stop.committee_url, stop.title = head.committee, head.committee_url, title
    stop.state, stop.public = stop.state or head.state, stop.public or head.public
    stop.result, stop.role = stop.result or stop.role, head.role
    return stop


def _as_head(stop: Stop) -> Stop:
    """The column of results holds the role where a row has no day."""
    if not stop.role and stop.result:
        stop.role, stop.result = stop.result, None
    return stop


def _station(sheet: Sheet, order: int, stop: Stop) -> Deliberation:
    return Deliberation(
        order=order,
        committee=stop.committee,
        committee_url=sheet.kept(stop.committee_url) if stop.committee_url else None,
        role=stop.role,
        authoritative=german.authoritative(stop.role),
        date=stop.date,
        title=stop.title,
        agenda_item=stop.item,
        public=german.is_public(stop.public),
        state=stop.state,
        result=stop.result,
        outcome=german.outcome(stop.result)[0],
        votes=stop.votes or german.votes(stop.result),
        meeting_url=sheet.kept(stop.meeting_url) if stop.meeting_url else None,
        agenda_item_url=sheet.kept(stop.item_url) if stop.item_url else None,
    )
