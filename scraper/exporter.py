"""Contributions of pages → one JSON line a record → files, atomically and in a stable order.

A record that several pages tell about is one record: its own page wins, the others fill what it leaves
null or empty. The result depends on the contributions alone, not on the order of the crawl.
Lines are sorted by id, byte by byte (so `…:10` stands before `…:9`).
"""

from __future__ import annotations

import contextlib
import tempfile
from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path

from scraper.errors import StorageError
from scraper.merging.blocks import Block, Everything, Kept, Part, Plan, Watch, Written, mark
from scraper.merging.contribution import ORDER, Contribution
from scraper.merging.counts import Counts
from scraper.merging.journal import Journal
from scraper.merging.line import Line
from scraper.merging.merged import merged
from scraper.merging.outputs import FILES, Outputs
from scraper.merging.past import Missing, Past, Tally, lines_of
from scraper.merging.references import References, taught
from scraper.merging.takeover import takeovers

_LEARNED_FROM = ("organization", "person", "meeting")
_SPOOL_BYTES = 8 * 1024 * 1024


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
    contributions: Iterable[Contribution], folder: Path, kinds: Collection[str] | None = None
) -> Counts:
    """Writes the JSON Lines files of `folder`; only those of `kinds` when given.

    `contributions` must be sorted by `contribution.sort_key` (ValueError otherwise). The six files are
    always written, maybe empty; `files.jsonl` only when there is something for it. Each appears whole or
    not at all; on any error those that were there are untouched. StorageError: disk full, no permission.
    """
    return renew(Everything(contributions), folder, kinds).counts


def renew(
    plan: Plan,
    folder: Path,
    kinds: Collection[str] | None = None,
    before: Before | None = None,
    watch: Watch | None = None,
) -> Written:
    """As `export`, for a harvest that goes on night after night.

    `plan`: a `Renewal` (without `kinds`) makes anew only what something touched, with the same result.
    `before`: also compares with the files that are there: changes go into the journal (see journal), records
    that nobody tells any more are kept (see past). `watch`: sees every record, also of kinds that are not
    written. StaleError, from the watch: nothing was written.
    """
    wanted = [kind for kind in FILES if kinds is None or kind in kinds]
    written = Written()
    try:
        with Outputs(folder, wanted, _LEARNED_FROM) as outputs, _journal(folder, before) as journal:
            writing = _Writing(plan, folder, wanted, outputs, written, watch or Watch())
            writing.run(_past(folder, before, written.counts, journal))
            written.signs = plan.signs or written.signs
            outputs.publish(written.counts.records, journal)
        counts = written.counts
        counts.records = {kind: counts.records[kind] for kind in wanted if kind in counts.records}
    except OSError as error:
        raise StorageError(f"{folder}: cannot write the records: {error.strerror or error}") from error
    return written


def _journal(folder: Path, before: Before | None) -> contextlib.AbstractContextManager[Journal | None]:
    if before is None:
        return contextlib.nullcontext()
    return contextlib.closing(Journal(folder, before.seen_at, before.run))


def _past(folder: Path, before: Before | None, counts: Counts, journal: Journal | None) -> Past | None:
    if before is None or journal is None:
        return None
    aliases = ChainMap(counts.aliases, before.aliases)
    past = Past(folder, FILES, before.missing, aliases, journal.tell, first=before.first)
    before.tally = past.tally
    return past


class _Writing:
    """One export on its way: kind by kind, and within it part by part."""

    def __init__(
        self, plan: Plan, folder: Path, wanted: list[str], outputs: Outputs, written: Written, watch: Watch
    ) -> None:
        self._plan = plan
        self._folder = folder
        self._wanted = frozenset(wanted)
        self._outputs = outputs
        self._written = written
        self._watch = watch
        self._references = References(outputs.lines)

    def run(self, past: Past | None) -> None:
        """Writes all kinds. ValueError: the contributions are not sorted."""
        for kind in ORDER:
            for part in self._plan.parts(kind):
                if isinstance(part, Kept):
                    self._copy(part)
                else:
                    self._renew(part, self._lines(part, past if kind in self._wanted else None))
            self._outputs.finish(kind)
        self._plan.finish()
        if past:
            past.finish()
        self._watch.finish()

    def _copy(self, kept: Kept) -> None:
        block = kept.open()
        self._outputs.copy(kept.kind, kept.offset, kept.size)
        self._written.counts.add(block.counts)
        self._watch.take(block.seen)
        self._written.blocks.append(kept)

    def _renew(self, part: Part, lines: Iterable[Line]) -> None:
        for old in self._plan.given_up(part):
            self._watch.replaced(old.open().seen)
        teaching = self._plan.compares and part.kind in _LEARNED_FROM
        told: set[tuple[int, str]] = set()
        block: Block | None = None
        for line in lines:
            if block is None or block.records >= part.most:
                self._cut(block)
                block = Block(part.kind, line.record_id)
            self._write(line, block)
            if teaching:
                told.update(_taught(part.kind, line.json))
        self._cut(block)
        if teaching:
            self._plan.teaches(self._taught_before(part), told)

    def _write(self, line: Line, block: Block) -> None:
        self._watch.see(line.json, own=line.own)
        block.size += self._outputs.write(line)
        block.asks.update(map(mark, line.asks))
        if line.kind in self._wanted:
            block.counts.see(line)

    def _cut(self, block: Block | None) -> None:
        if block is not None:
            block.seen = self._watch.cut()
            self._written.counts.add(block.counts)
            self._written.blocks.append(block)

    def _taught_before(self, part: Part) -> set[tuple[int, str]]:
        lines = lines_of(self._folder / FILES[part.kind], part.offset, part.size)
        return {told for _, line in lines for told in _taught(part.kind, line)}

    # ---- the lines of a part

    def _lines(self, part: Part, past: Past | None) -> Iterable[Line]:
        """Merged, names filled in, meetings that gave way dropped; with those that nobody tells any more."""
        lines: Iterable[Line] = map(self._filled, merged(self._plan.told(part)))
        if part.kind == "meeting":
            lines = self._taken_over(lines)
        return past.joined(part.kind, lines, part.offset, part.size) if past else lines

    def _filled(self, line: Line) -> Line:
        self._references.fill(line)
        return line

    def _taken_over(self, lines: Iterable[Line]) -> Iterator[Line]:
        if self._plan.aliases is not None:
            self._written.counts.aliases.update(self._plan.aliases)
            yield from (line for line in lines if line.record_id not in self._written.counts.aliases)
            return
        yield from self._waiting(lines)

    def _waiting(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Which meeting takes over is known only after the last one, so they wait in a file meanwhile."""
        aliases, signs = self._written.counts.aliases, self._written.signs
        waiting: list[tuple[Line, int]] = []
        with tempfile.SpooledTemporaryFile(_SPOOL_BYTES, dir=str(self._folder)) as spool:
            for line in lines:
                waiting.append((line, spool.write(line.json)))
                line.json = b""
            signs.update((line.record_id, line.signs) for line, _ in waiting if line.signs)
            aliases.update(takeovers(signs.items()))
            spool.seek(0)
            for line, size in waiting:
                line.json = spool.read(size)
                if line.record_id not in aliases:
                    yield line
                line.json = b""


def _taught(kind: str, line: bytes) -> Iterator[tuple[int, str]]:
    return ((mark(name), value) for name, value in taught(kind, line))
