"""Contributions of pages → one JSON line a record → files, atomically and in a stable order.

A record that several pages tell about is one record: its own page wins, the others fill what it leaves
null or empty. The result depends on the contributions alone, not on the order of the crawl.
Lines are sorted by id, byte by byte (so `…:10` stands before `…:9`).
"""

from __future__ import annotations

import contextlib
import itertools
import json
import operator
import os
import tempfile
from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from scraper.errors import StorageError
from scraper.merging.contribution import RANK, Contribution
from scraper.merging.journal import Journal
from scraper.merging.line import Line
from scraper.merging.past import Missing, Past, Tally, is_empty
from scraper.merging.references import References, dump
from scraper.merging.takeover import sign, takeovers

FILES = {
    "paper": "papers.jsonl",
    "meeting": "meetings.jsonl",
    "agenda_item": "agenda_items.jsonl",
    "organization": "organizations.jsonl",
    "person": "persons.jsonl",
    "membership": "memberships.jsonl",
    "file": "files.jsonl",
}
_ONLY_IF_ANY = frozenset({"file"})
_LEARNED_FROM = frozenset({"organization", "person", "meeting"})
_NO_WARNINGS = b'"warnings":[]'
_UNKNOWN, _UNREAD = "unknown_label:", "unread:"
_SPOOL_BYTES = 8 * 1024 * 1024


@dataclass
class Counts:
    """What was exported.

    `records`: kind → lines. `warnings`: code → (how often, URL of one example). `own`: records that were
    read from their own page; `unlabelled`: those of them with an unknown label; `unread`: those whose page
    prints what no record holds. `aliases`: id given up → id that took over.
    """

    records: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, tuple[int, str]] = field(default_factory=dict)
    own: int = 0
    unlabelled: int = 0
    unread: int = 0
    aliases: dict[str, str] = field(default_factory=dict)


def merge(contributions: Iterable[Contribution]) -> Iterator[bytes]:
    """One JSON line (without line end) a record; `contributions` sorted by `contribution.sort_key`.

    The contribution of a record that only one page tells about passes through untouched.
    """
    for line in _merged(contributions):
        yield line.json


@dataclass
class Before:
    """What an export is compared with. `run`: its number; `seen_at`: RFC 3339; `missing`: what was looked for
    in vain, brought up to date; `aliases`: ids given up earlier, each with the id that took over; `first`: no
    run has come to its end before; `tally`: filled."""

    run: int
    seen_at: str
    missing: Missing
    aliases: MutableMapping[str, str] = field(default_factory=dict)
    first: bool = False
    tally: Tally = field(default_factory=Tally)


def export(
    contributions: Iterable[Contribution],
    folder: Path,
    kinds: Collection[str] | None = None,
    before: Before | None = None,
    watch: Callable[[bytes, bool], object] = lambda line, own: None,
) -> Counts:
    """Writes the JSON Lines files of `folder`; only those of `kinds` when given.

    `contributions` must be sorted by `contribution.sort_key` (ValueError otherwise). The six files are
    always written, maybe empty; `files.jsonl` only when there is something for it. Each appears whole or
    not at all; on any error those that were there are untouched. StorageError: disk full, no permission.
    `before`: also compares with the files that are there: changes go into the journal (see journal), records
    that nobody tells any more are kept (see past). `watch` is called with the line of every record, also of
    kinds that are not written, and whether its own page was read.
    """
    wanted = [kind for kind in FILES if kinds is None or kind in kinds]
    counts = Counts()
    try:
        with _Outputs(folder, wanted) as outputs:
            lines = _finished(contributions, folder, counts.aliases)
            with _compared(lines, folder, wanted, counts, before) as (told, journal):
                for line in told:
                    watch(line.json, line.own)
                    if line.kind in outputs.handles:
                        outputs.write(line)
                        _count(counts, line)
                outputs.publish(counts.records, journal)
        counts.records = {kind: counts.records[kind] for kind in wanted if kind in counts.records}
    except OSError as error:
        raise StorageError(f"{folder}: cannot write the records: {error.strerror or error}") from error
    return counts


@contextlib.contextmanager
def _compared(
    lines: Iterator[Line], folder: Path, wanted: list[str], counts: Counts, before: Before | None
) -> Iterator[tuple[Iterable[Line], Journal | None]]:
    """The lines with what only the last export had, and the journal of what differs."""
    if before is None:
        yield lines, None
        return
    journal = Journal(folder, before.seen_at, before.run)
    aliases = ChainMap(counts.aliases, before.aliases)
    past = Past(folder, FILES, before.missing, aliases, journal.tell, first=before.first)
    before.tally = past.tally
    with contextlib.closing(journal):
        yield past.over(lines, wanted), journal


# ---- merging


def _merged(contributions: Iterable[Contribution]) -> Iterator[Line]:
    last: tuple[int, str] = (-1, "")
    by_record = operator.attrgetter("kind", "record_id")
    for (kind, record_id), group in itertools.groupby(contributions, by_record):
        place = (RANK[kind], record_id)
        if place <= last:
            raise ValueError(f"contributions are not sorted: {record_id} after {last[1]}")
        last = place
        told = sorted(group, key=lambda one: (not one.own, one.page_key))
        yield _merge_group(record_id, kind, told)


def _merge_group(record_id: str, kind: str, told: list[Contribution]) -> Line:
    first = told[0]
    line = Line(record_id, kind, first.own, first.json)
    if len(told) > 1 or kind == "meeting":
        tellings = [json.loads(one.json) for one in told]
        if kind == "meeting":
            line.signs = tuple(dict.fromkeys(filter(None, map(sign, tellings))))
        if len(told) > 1:
            line.json = dump(_one_record(tellings, own=first.own))
    return line


# "(ABGESAGT!!)" stands in the calendar's title only: the agenda's page, which does not print it, does
# not deny it.
_ONCE_TRUE = frozenset({"cancelled"})


def _one_record(tellings: list[dict[str, Any]], *, own: bool) -> dict[str, Any]:
    record: dict[str, Any] = {}
    warnings: dict[str, None] = {}
    extra: dict[str, str] = {}
    for telling in tellings:
        warnings.update(dict.fromkeys(telling["warnings"]))
        for label, value in telling["extra"].items():
            extra.setdefault(label, value)
        for key, value in telling.items():
            if key not in record or (is_empty(record[key]) and not is_empty(value)):
                record[key] = value
            elif key in _ONCE_TRUE and value:
                record[key] = True
    if not (own and tellings[0].get("deliberations")):
        record |= _gathered(tellings)
    return {**record, "warnings": list(warnings), "extra": extra}


def _gathered(tellings: list[dict[str, Any]]) -> dict[str, Any]:
    """The rows of several pages that tell one each, as OParl's consultations do; the same row is one."""
    told = [row for telling in tellings for row in telling.get("deliberations", ())]
    if not told:
        return {}
    rows = {json.dumps({**row, "order": 0}): row for row in told}.values()
    dates = {row["date"] for row in rows if row["date"]}
    numbered = [{**row, "order": order} for order, row in enumerate(rows, 1)]
    return {"deliberations": numbered, "deliberation_dates": sorted(dates)}


# ---- what other pages know


def _finished(contributions: Iterable[Contribution], folder: Path, aliases: dict[str, str]) -> Iterator[Line]:
    """The merged lines with names filled in and unnumbered meetings dropped; `aliases` is filled."""
    references = References()
    for kind, lines in itertools.groupby(_merged(contributions), operator.attrgetter("kind")):
        filled = (_filled(line, references) for line in lines)
        yield from _taken_over(filled, folder, aliases) if kind == "meeting" else filled


def _filled(line: Line, references: References) -> Line:
    line.json = references.filled(line.kind, line.json) or line.json
    if line.kind in _LEARNED_FROM:
        references.learn(json.loads(line.json))
    return line


def _taken_over(lines: Iterable[Line], folder: Path, aliases: dict[str, str]) -> Iterator[Line]:
    """Which meeting takes over is known only after the last one, so they wait in a file meanwhile."""
    waiting: list[tuple[Line, int]] = []
    with tempfile.SpooledTemporaryFile(_SPOOL_BYTES, dir=str(folder)) as spool:
        for line in lines:
            waiting.append((line, spool.write(line.json)))
            line.json = b""
        aliases.update(takeovers((line.record_id, line.signs) for line, _ in waiting))
        spool.seek(0)
        for line, size in waiting:
            line.json = spool.read(size)
            if line.record_id not in aliases:
                yield line
            line.json = b""


# ---- counting and writing


def _count(counts: Counts, line: Line) -> None:
    counts.records[line.kind] = counts.records.get(line.kind, 0) + 1
    counts.own += line.own
    if _NO_WARNINGS in line.json:  # a quote inside a string is escaped: this is the key itself
        return
    record = json.loads(line.json)
    for code in record["warnings"]:
        count, example = counts.warnings.get(code, (0, record["url"] or record["id"]))
        counts.warnings[code] = (count + 1, example)
    counts.unlabelled += line.own and any(code.startswith(_UNKNOWN) for code in record["warnings"])
    counts.unread += line.own and any(code.startswith(_UNREAD) for code in record["warnings"])


class _Outputs:
    """One temporary file a kind beside the file it replaces."""

    def __init__(self, folder: Path, kinds: Iterable[str]) -> None:
        self._folder = folder
        self._kinds = tuple(kinds)
        self.handles: dict[str, IO[bytes]] = {}

    def __enter__(self) -> _Outputs:
        try:
            for kind in self._kinds:
                self.handles[kind] = self._temporary(kind).open("wb", buffering=256 * 1024)
        except OSError:
            self._clean()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clean()

    def write(self, line: Line) -> None:
        handle = self.handles[line.kind]
        handle.write(line.json)
        handle.write(b"\n")

    def publish(self, records: dict[str, int], journal: Journal | None) -> None:
        """Everything is on disk, and the journal tells it, before the first file is replaced."""
        for kind, handle in self.handles.items():
            handle.flush()
            os.fsync(handle.fileno())
            handle.close()
            if kind not in _ONLY_IF_ANY:
                records.setdefault(kind, 0)
        if journal is not None:
            journal.commit()
        for kind in self._kinds:
            target = self._folder / FILES[kind]
            if kind in records or target.exists():
                self._temporary(kind).replace(target)
        sync_folder(self._folder)

    def _temporary(self, kind: str) -> Path:
        return self._folder / f".{FILES[kind]}.tmp"

    def _clean(self) -> None:
        for kind, handle in self.handles.items():
            _close(handle)
            self._temporary(kind).unlink(missing_ok=True)


def _close(handle: IO[bytes]) -> None:
    """Closes a file that is about to be removed; what could not be flushed does not matter."""
    try:
        handle.close()
    except OSError:
        return


@contextlib.contextmanager
def whole(target: Path) -> Iterator[IO[str]]:
    """A text file that appears whole or not at all when the block ends; raises StorageError."""
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StorageError(f"{target}: {error.strerror or error}; what was there is untouched") from error


def sync_folder(folder: Path) -> None:
    """Makes renames in `folder` durable (where the system lets a folder be opened)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
