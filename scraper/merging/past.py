"""What a harvest wrote last time beside what it knows now: every change is told, and no record disappears.

A record that no page tells any more keeps its last known line. It is called gone (`gone`, with the reason)
only when it was missed on several days, and comes back when it is seen again.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scraper.merging.line import Line
from scraper.merging.references import dump

CONFIRMED_DAYS = 3  # a record is gone when it was missed on so many different days
LISTED = "in a list"  # records whose own page was never read
VANISHED = "vanished"  # no page tells it any more; its own page was not refused
_ID = re.compile(rb'"id":"((?:[^"\\]|\\.)*)"')
# What every new fetch changes, or what tells how a record came to be.
_NOT_COMPARED = frozenset(
    {"kind", "id", "source", "vendor", "fetched_at", "snapshot", "parser", "warnings", "extra"}
)
# By what a person recognises a record.
_TITLES = ("subject", "name", "person", "reference")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one record. `field`: None for a record that is new; `extra.Label` for a value of `extra`.

    `cause`: `source` when the town changed it, `reader` when only the software that read it did. `title`: by
    what a person recognises the record.
    """

    kind: str
    record_id: str
    field: str | None
    old: Any
    new: Any
    cause: str = "source"
    title: str | None = None


def changes(kind: str, record_id: str, old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """What differs between two states of a record, in the order of its keys."""
    same_page = old.get("snapshot") == new.get("snapshot")
    cause = "reader" if same_page and old.get("parser") != new.get("parser") else "source"
    pairs = [(key, old.get(key), new.get(key)) for key in new if key not in _NOT_COMPARED]
    before, after = old.get("extra") or {}, new.get("extra") or {}
    pairs += [(f"extra.{key}", before.get(key), after.get(key)) for key in dict.fromkeys((*before, *after))]
    title = title_of(new)
    return [Change(kind, record_id, key, was, now, cause, title) for key, was, now in pairs if was != now]


def title_of(record: dict[str, Any]) -> str | None:
    """By what a person recognises the record."""
    return next((record[key] for key in _TITLES if record.get(key)), None)


@dataclass(frozen=True, slots=True)
class Absence:
    """Since when a record has not been seen. `days`: on how many different days it was missed."""

    reason: str
    first: str
    last: str
    days: int = 1

    def again(self, reason: str, day: str) -> Absence:
        """Missed once more, maybe on the same day."""
        return Absence(reason, self.first, day, self.days + (day > self.last))

    @property
    def is_gone(self) -> bool:
        """Whether that is enough to call the record gone."""
        return self.days >= CONFIRMED_DAYS


@dataclass
class Missing:
    """The records that were looked for in vain. Keys are (kind, id).

    `rows`: what is remembered. `refused`: reason of each record whose own page answered in this run that it
    is not there; `seen`: those whose own page came. `counting`: False for a run that was not finished.
    """

    day: dt.date
    rows: dict[tuple[str, str], Absence] = field(default_factory=dict)
    refused: Mapping[tuple[str, str], str] = field(default_factory=dict)
    seen: frozenset[tuple[str, str]] = frozenset()
    counting: bool = True

    def verdict(self, key: tuple[str, str], *, told: bool) -> str | None:
        """The reason if the record is gone. `told`: some page still tells it."""
        known = self.rows.get(key)
        reason = self.refused.get(key) or (None if told else VANISHED)
        if reason is None:
            if known is None or known.reason == VANISHED or key in self.seen:
                self.rows.pop(key, None)
                return None
        elif self.counting:
            day = self.day.isoformat()
            known = self.rows[key] = known.again(reason, day) if known else Absence(reason, day, day)
        return known.reason if known is not None and known.is_gone else None


@dataclass
class Tally:
    """What an export counted.

    `rewritten`: records read anew, by kind (`paper`; of lists `paper in a list`); `changed`, `lost`: of these
    by (kind, field) how many had a value and have another, and how many of these have none now; `new`,
    `altered`, `vanished`, `gone`: records by kind; `own`: rewritten and new ones that were read from their
    own page, and `filled`: how many of these have a value, by (kind, field).
    """

    rewritten: Counter[str] = field(default_factory=Counter)
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    vanished: Counter[str] = field(default_factory=Counter)
    gone: Counter[str] = field(default_factory=Counter)
    own: Counter[str] = field(default_factory=Counter)
    filled: Counter[tuple[str, str]] = field(default_factory=Counter)
    altered: Counter[str] = field(default_factory=Counter)

    def dump(self) -> str:
        """For the store: a run that is gone on with counts on."""
        rows = {
            name: [[key, count] for key, count in counter.items()] for name, counter in vars(self).items()
        }
        return json.dumps(rows)

    def add(self, text: str) -> None:
        """What an earlier export of the same run counted."""
        for name, rows in json.loads(text).items():
            counter = getattr(self, name)
            for key, count in rows:
                counter[tuple(key) if isinstance(key, list) else key] += count

    def took(self, kind: str, found: list[Change], *, own: bool) -> None:
        """Counts a record that was read anew, and its changes; what lists tell is a pool of its own."""
        self.altered[kind] += bool(found)
        kind = kind if own else f"{kind} {LISTED}"
        self.rewritten[kind] += 1
        for one in found:
            if one.field is not None and one.cause == "source" and not is_empty(one.old):
                self.changed[kind, one.field] += 1
                self.lost[kind, one.field] += is_empty(one.new)

    def read(self, kind: str, record: dict[str, Any]) -> None:
        """Counts the keys that hold something in a record whose own page was read anew."""
        self.own[kind] += 1
        self.filled.update((kind, key) for key, value in record.items() if not is_empty(value))


FEWEST_ITEMS = 3
RESULTS_COME = dt.timedelta(28)  # after a meeting, at most places


class Agendas:
    """The items that were told anew, by meeting, since one page tells all of an agenda: whether one of them
    has a paper, and some time after the meeting a result."""

    def __init__(self, day: dt.date) -> None:
        self._told: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self._past = (day - RESULTS_COME).isoformat()

    def see(self, item: dict[str, Any]) -> None:
        """One item."""
        if item["meeting_id"]:
            paper, result = item["paper_url"] or item["paper_reference"], item["outcome"] or item["result"]
            row = {"date": item["date"], "a paper": bool(paper), "a result": bool(result)}
            self._told[item["meeting_id"]].append(row)

    def count(self, tally: Tally) -> None:
        """Agendas of which several items were told: as `agenda` and, when they are over, `past agenda`."""
        for items in self._told.values():
            if len(items) < FEWEST_ITEMS:
                continue
            tally.own["agenda"] += 1
            tally.filled["agenda", "a paper"] += any(item["a paper"] for item in items)
            if (items[0]["date"] or "9") <= self._past:
                tally.own["past agenda"] += 1
                tally.filled["past agenda", "a result"] += any(item["a result"] for item in items)
        self._told.clear()


class Past:
    """The files of the last export of a folder. `told` gets every change; `aliases`: id given up → new id;
    `first`: no crawl has come to its end before, so that a new record is no news."""

    def __init__(
        self,
        folder: Path,
        files: Mapping[str, str],
        missing: Missing,
        aliases: Mapping[str, str],
        told: Callable[[Change], object],
        *,
        first: bool,
    ) -> None:
        self._folder = folder
        self._files = files
        self._missing = missing
        self._aliases = aliases
        self._told = told
        self._first = first
        self.tally = Tally()
        self._agendas = Agendas(missing.day)

    def finish(self) -> None:
        """All kinds are through."""
        self._agendas.count(self.tally)

    def joined(
        self, kind: str, lines: Iterable[Line], offset: int = 0, size: int | None = None
    ) -> Iterator[Line]:
        """The lines of a kind, sorted, with those that only the last export had. `offset`, `size`: the bytes
        of its file that are looked at."""
        old = lines_of(self._folder / self._files[kind], offset, size)
        before = next(old, None)
        for line in lines:
            while before is not None and before[0] < line.record_id:
                yield from self._untold(kind, *before)
                before = next(old, None)
            is_known = before is not None and before[0] == line.record_id
            self._compare(line, before[1] if before is not None and is_known else None)
            before = next(old, None) if is_known else before
            yield line
        while before is not None:
            yield from self._untold(kind, *before)
            before = next(old, None)

    def _compare(self, line: Line, before: bytes | None) -> None:
        gone = self._missing.verdict((line.kind, line.record_id), told=True)
        if gone is not None:
            line.json = dump({**json.loads(line.json), "gone": gone})
            self.tally.gone[line.kind] += 1
        if before == line.json:
            return
        new = json.loads(line.json)
        if before is None:
            self._is_new(line, new)
            return
        if self._first:  # what the run had told when it was interrupted
            return
        old = json.loads(before)
        found = changes(line.kind, line.record_id, old, new)
        if old.get("snapshot") != new.get("snapshot"):
            self._read(line, new)
            self.tally.took(line.kind, found, own=line.own)
        for one in found:
            self._told(one)

    def _read(self, line: Line, record: dict[str, Any]) -> None:
        if line.own:
            self.tally.read(line.kind, record)
        if line.kind == "agenda_item":
            self._agendas.see(record)

    def _is_new(self, line: Line, record: dict[str, Any]) -> None:
        self.tally.new[line.kind] += 1
        self._read(line, record)
        if not self._first:
            title = title_of(record)
            self._told(Change(line.kind, line.record_id, None, None, title, title=title))

    def _untold(self, kind: str, record_id: str, before: bytes) -> Iterator[Line]:
        """A record that nobody tells any more: under its new id, or kept as it was."""
        if record_id in self._aliases:
            title = title_of(json.loads(before))
            self._told(Change(kind, record_id, "id", record_id, self._aliases[record_id], title=title))
            return
        gone = self._missing.verdict((kind, record_id), told=False)
        record = json.loads(before)
        was = record.get("gone")
        self.tally.vanished[kind] += was is None
        self.tally.gone[kind] += gone is not None
        if gone is not None and was != gone:
            self._told(Change(kind, record_id, "gone", was, gone, title=title_of(record)))
            before = dump({**record, "gone": gone})
        yield Line(record_id, kind, False, before)


def is_empty(value: object) -> bool:
    """Whether a value of a record holds nothing."""
    return value is None or (isinstance(value, list | dict) and not value)


def lines_of(path: Path, offset: int = 0, size: int | None = None) -> Iterator[tuple[str, bytes]]:
    """Ids and lines of a file of the last export, or of `size` bytes of it; nothing if there is none."""
    try:
        file = path.open("rb", buffering=256 * 1024)
    except FileNotFoundError:
        return
    with file:
        file.seek(offset)
        for line in file:
            if size is not None:
                size -= len(line)
                if size < 0:
                    return
            match = _ID.search(line)
            if match is not None and line.endswith(b"\n"):
                raw = match[1]
                yield (json.loads(b'"' + raw + b'"') if b"\\" in raw else raw.decode()), line[:-1]
