"""What a crawl knows of one record or address, looked up by index, whatever the size of the store."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from scraper import database
from scraper.errors import StorageError
from scraper.merging.contribution import ORDER, Contribution
from scraper.merging.takeover import is_unnumbered
from scraper.state import PageState

_PAGE = "p.key, p.url, p.snapshot, p.fetched_at, p.parser, p.etag, p.last_modified, p.file, p.offset"
_KINDS = ", ".join(map(str, range(len(ORDER))))  # so that the index on kind and id is used without the kind


@dataclass(frozen=True, slots=True)
class Telling:
    """What one page tells about one record, and where the page lies. `page.leads` is left out."""

    told: Contribution
    page: PageState


class Lookup:
    """The store at `path`, only for reading. A context manager. Raises StorageError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            raise StorageError(f"{path}: no such state file; only the folder of a crawl has one")
        with self._guard():
            self._db = database.reading(path)

    def __enter__(self) -> Lookup:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @contextlib.contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise StorageError(database.explained(self._path, error)) from error

    def successor(self, record_id: str) -> str:
        """The id that took over when this one was given up, else this one."""
        with self._guard():
            row = self._db.execute("SELECT record_id FROM aliases WHERE alias = ?", (record_id,)).fetchone()
        return row[0] if row else record_id

    def tellings(self, record_id: str) -> list[Telling]:
        """What pages tell about a record, in the order in which their values count (see `exporter.merge`).

        What was told under ids that this one took over counts last; calendar entries without a number, which
        gave way to a meeting, count nowhere.
        """
        query = "SELECT alias FROM aliases WHERE record_id = ? ORDER BY alias"
        with self._guard():
            old = [row[0] for row in self._db.execute(query, (record_id,)) if not is_unnumbered(row[0])]
        found = [one for name in (record_id, *old) for one in self._told(name, own=name == record_id)]
        return sorted(found, key=lambda one: (not one.told.own, one.page.key))

    def _told(self, record_id: str, *, own: bool) -> list[Telling]:
        query = (
            f"SELECT c.kind, c.own, c.json, {_PAGE} FROM contributions c JOIN pages p ON p.id = c.page "
            f"WHERE c.kind IN ({_KINDS}) AND c.record_id = ? ORDER BY c.rowid"
        )
        with self._guard():
            rows = self._db.execute(query, (record_id,)).fetchall()
        return [
            Telling(
                Contribution(record_id, ORDER[kind], bool(owns) and own, key, line), PageState(key, *page)
            )
            for kind, owns, line, key, *page in rows
        ]

    def records_at(self, key: str) -> list[str]:
        """Ids of the records that the page with this key (see `contribution.page_key`) is the own page of."""
        query = (
            "SELECT c.record_id FROM pages p JOIN contributions c ON c.page = p.id "
            "WHERE p.key = ? AND c.own ORDER BY c.rowid"
        )
        with self._guard():
            return [row[0] for row in self._db.execute(query, (key,))]

    def vendors(self) -> list[str]:
        """The products that were crawled, the newest first."""
        query = "SELECT vendor FROM runs WHERE vendor IS NOT NULL GROUP BY vendor ORDER BY max(id) DESC"
        with self._guard():
            return [row[0] for row in self._db.execute(query)]
