"""What the store remembers of the last export, so that the next one makes anew only what was touched."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper import __version__, database, writes
from scraper.merging.blocks import Block, Kept, Signs, Written
from scraper.merging.contribution import ORDER, RANK
from scraper.merging.outputs import FILES

_STAMP, _RECORDS, _SIGNS = "exported", "records", "signs"
FORMAT = 1  # of what is remembered; another one is not understood
Blocks = dict[str, list[Kept]]


@dataclass(frozen=True)
class Remembered:
    """`blocks`: of each kind in the order of its file; `signs`: of all meetings; `touched`: kind and id of
    what was told otherwise since."""

    blocks: Blocks
    signs: Signs
    touched: frozenset[tuple[str, str]]


class LastExport:
    """The blocks of the last export and what was told otherwise since; see `merging.blocks`."""

    def __init__(self, db: sqlite3.Connection, guard: Callable[[], AbstractContextManager[None]]) -> None:
        self._db = db
        self._guard = guard
        self._signs: Signs | None = None  # as the store has them

    def recall(self, folder: Path, vendor: str) -> Remembered | None:
        """None when the files of `folder` are not those that were written then, or by another version."""
        with self._guard():
            stamp = self._meta(_STAMP)
            if stamp != _stamp(folder, vendor):
                return None
            self._signs = {one: tuple(map(tuple, signs)) for one, signs in self._meta(_SIGNS)}
            return self._remembered(self._signs, {kind: size for kind, size, _ in stamp["files"]})

    def _meta(self, name: str) -> Any:
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def _remembered(self, signs: Signs, sizes: dict[str, int]) -> Remembered | None:
        blocks: Blocks = {}
        query = "SELECT kind, first, size, facts FROM blocks ORDER BY kind, first"
        for rank, first, size, facts in self._db.execute(query):
            some = blocks.setdefault(ORDER[rank], [])
            offset = some[-1].offset + some[-1].size if some else 0
            some.append(Kept(ORDER[rank], first, offset, size, facts))
        if any(sum(one.size for one in blocks.get(kind, ())) != size for kind, size in sizes.items()):
            return None
        rows = self._db.execute("SELECT kind, record_id FROM touched")
        return Remembered(blocks, signs, frozenset((ORDER[rank], one) for rank, one in rows))

    def record_count(self) -> int | None:
        """How many records were written; None when some were told since."""
        with self._guard():
            is_touched = self._db.execute("SELECT 1 FROM touched LIMIT 1").fetchone()
            return None if is_touched else self._meta(_RECORDS)

    def keep(
        self,
        folder: Path,
        vendor: str,
        written: Written,
        pack: Callable[[Any], Any],
        *,
        settled: bool,
    ) -> None:
        """Remembers what `folder` holds now. `pack`: see `Watch`; `settled`: all that was touched is done."""
        now = {(RANK[one.kind], one.first): one for one in written.blocks}
        records = sum(written.counts.records.values())
        told = [(_STAMP, json.dumps(_stamp(folder, vendor))), (_RECORDS, str(records))]
        if written.signs is not self._signs:
            told.append((_SIGNS, json.dumps(list(written.signs.items()))))
        with self._guard(), database.transaction(self._db) as db:
            known = set(db.execute("SELECT kind, first FROM blocks"))
            gone = (key for key in known if not isinstance(now.get(key), Kept))
            db.executemany("DELETE FROM blocks WHERE kind = ? AND first = ?", gone)
            fresh = ((*key, one.size, one.dump(pack)) for key, one in now.items() if isinstance(one, Block))
            db.executemany("INSERT INTO blocks (kind, first, size, facts) VALUES (?, ?, ?, ?)", fresh)
            writes.put_meta(db, told)
            if settled:
                db.execute("DELETE FROM touched")
        self._signs = written.signs

    def forget(self) -> None:
        """The next export makes everything anew."""
        with self._guard(), database.transaction(self._db) as db:
            db.execute("DELETE FROM blocks")
            db.execute("DELETE FROM meta WHERE name IN (?, ?)", (_STAMP, _RECORDS))


def _stamp(folder: Path, vendor: str) -> dict[str, Any]:
    """As long as it is the same, the files are those that were written, and would be written alike."""
    files = [(folder / name, kind) for kind, name in FILES.items()]
    sizes = [[kind, path.stat().st_size, path.stat().st_mtime_ns] for path, kind in files if path.exists()]
    return {"format": FORMAT, "version": __version__, "vendor": vendor, "files": sizes}
