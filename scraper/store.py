"""What a crawl knows and still wants, in one sqlite file: frontier, runs, pages, contributions.

Everything that one answer changes is one transaction (`settle`), written after the bytes of the answer
are safe in the archive: the state may lag behind the archive, never run ahead of it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from scraper import database
from scraper.errors import StorageError
from scraper.merging.contribution import ORDER, RANK, Contribution
from scraper.page import GENERIC
from scraper.state import (
    TASK,
    WANTED,
    Change,
    Failures,
    PageState,
    Run,
    Task,
    Visit,
    Wanted,
    grouped,
    row_of,
    task_of,
)

_TASK = ", ".join(TASK)
_WANTED = f"INSERT OR IGNORE INTO requests ({', '.join(WANTED)}) VALUES ({', '.join('?' * len(WANTED))})"


class Store:
    """The state of one output folder, through one connection. A context manager.

    Raises StorageError: damaged file, a newer schema, a full disk, a file that cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._guard():
            self._db = database.opened(path)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file; nothing is pending, since every change is committed at once."""
        with self._guard():
            self._db.close()

    @contextlib.contextmanager
    def _guard(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise StorageError(database.explained(self._path, error)) from error
        except UnicodeEncodeError as error:  # a lone surrogate in a URL
            raise StorageError(f"{self._path}: cannot store a value: {error.reason}") from error

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._guard(), database.transaction(self._db) as db:
            yield db

    # ---- small values

    def meta(self, name: str) -> str | None:
        """A remembered value, or None."""
        with self._guard():
            row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_meta(self, values: Iterable[tuple[str, str]]) -> None:
        """Remembers values at once, in one transaction."""
        with self._transaction() as db:
            _put_meta(db, values)

    # ---- runs

    def unfinished_run(self) -> Run | None:
        """The run that was not ended, if any; its frontier is the current one."""
        with self._guard():
            row = self._db.execute(
                "SELECT id, started, options, vendor, facts FROM runs WHERE finished IS NULL "
                "ORDER BY id DESC LIMIT 1"
            ).fetchone()
        return Run(*row) if row else None

    def begin_run(self, started: str, options: str) -> Run:
        """Opens a run with an empty frontier; an unfinished one before it is ended as `abandoned`."""
        with self._transaction() as db:
            db.execute(
                "UPDATE runs SET finished = ?, verdict = 'abandoned' WHERE finished IS NULL", (started,)
            )
            db.execute("DELETE FROM requests")
            cursor = db.execute("INSERT INTO runs (started, options) VALUES (?, ?)", (started, options))
        return Run(cursor.lastrowid or 0, started, options)

    def note_run(self, run: int, *, vendor: str | None = None, facts: str | None = None) -> None:
        """Keeps the product found, or the caller's running numbers, with the run."""
        with self._transaction() as db:
            db.execute(
                "UPDATE runs SET vendor = coalesce(?, vendor), facts = coalesce(?, facts) WHERE id = ?",
                (vendor, facts, run),
            )

    def finish_run(self, run: int, finished: str, verdict: str) -> None:
        """Ends the run: the next crawl begins anew."""
        with self._transaction() as db:
            db.execute("UPDATE runs SET finished = ?, verdict = ? WHERE id = ?", (finished, verdict, run))

    def vendors(self) -> list[str]:
        """The products of all runs, in order; before them the generic reader if it had to step in."""
        with self._guard():
            rows = self._db.execute("SELECT vendor FROM runs WHERE vendor IS NOT NULL ORDER BY id").fetchall()
            rescued = self._db.execute(f"SELECT 1 FROM pages WHERE parser LIKE '% {GENERIC}'").fetchone()
        return [GENERIC] * bool(rescued) + [row[0] for row in rows]

    # ---- frontier

    def add(self, wanted: Iterable[Wanted]) -> int:
        """Puts pages into the frontier and returns how many are new; known ones are left as they are."""
        with self._transaction() as db:
            return _put_wanted(db, wanted)

    def clamp_due(self, latest: float) -> None:
        """No page waits beyond `latest` (Unix time): a clock that was set back must not stall a run."""
        with self._transaction() as db:
            db.execute("UPDATE requests SET due_at = ? WHERE due_at > ?", (latest, latest))

    def next_task(self, now: float) -> Task | None:
        """The most urgent page that is due at `now` (Unix time); it stays pending until it is settled."""
        where = "state = 'pending' AND due_at <= ? ORDER BY priority, seq LIMIT 1"
        with self._guard():
            row = self._db.execute(f"SELECT {_TASK} FROM requests WHERE {where}", (now,)).fetchone()
        return task_of(row) if row else None

    def next_due(self) -> float | None:
        """The earliest Unix time at which a pending page is due; None when nothing is pending."""
        query = "SELECT min(due_at) FROM requests WHERE state = 'pending'"
        with self._guard():
            due: float | None = self._db.execute(query).fetchone()[0]
        return due

    def pending_task(self, key: str) -> Task | None:
        """The pending page with this key, if any."""
        query = f"SELECT {_TASK} FROM requests WHERE key = ? AND state = 'pending'"
        with self._guard():
            row = self._db.execute(query, (key,)).fetchone()
        return task_of(row) if row else None

    def postpone(
        self,
        key: str,
        due_at: float,
        reason: str,
        meta: Iterable[tuple[str, str]] = (),
        meanwhile: Visit | None = None,
    ) -> None:
        """Counts one more failed try and sets when the next one is due.

        `meanwhile`: what was made of the page so far, kept until it can be read better.
        """
        with self._transaction() as db:
            if meanwhile is not None:
                _put_told(db, meanwhile)
            db.execute(
                "UPDATE requests SET tries = tries + 1, due_at = ?, reason = ? WHERE key = ?",
                (due_at, reason, key),
            )
            _put_meta(db, meta)

    def reopen(self, reason: str) -> None:
        """Pages that were refused for this reason are wanted again: it was the host, not they."""
        with self._transaction() as db:
            db.execute(
                "UPDATE requests SET state = 'pending', outcome = NULL, reason = NULL "
                "WHERE outcome = 'refused' AND reason = ?",
                (reason,),
            )

    def restart_chain(self, key: str, meta: Iterable[tuple[str, str]] = ()) -> int:
        """Queues a session-bound list again from its first page; the pages behind it are forgotten.

        Returns how often the chain has been restarted, this time included.
        """
        with self._transaction() as db:
            chain = _chain(db, key)
            db.executemany("DELETE FROM requests WHERE key = ?", [(member,) for member in chain[:-1]])
            db.execute(
                "UPDATE requests SET state = 'pending', tries = 0, due_at = 0, outcome = NULL, "
                "reason = NULL, restarts = restarts + 1 WHERE key = ?",
                (chain[-1],),
            )
            _put_meta(db, meta)
            row = db.execute("SELECT restarts FROM requests WHERE key = ?", (chain[-1],)).fetchone()
        return int(row[0]) if row else 0

    def chain_restarts(self, key: str) -> int:
        """How often the session-bound list that this page belongs to was begun anew."""
        with self._guard():
            root = _chain(self._db, key)[-1]
            row = self._db.execute("SELECT restarts FROM requests WHERE key = ?", (root,)).fetchone()
        return int(row[0]) if row else 0

    def settle(self, visit: Visit) -> Change:
        """Writes all that one finally answered request changes."""
        with self._transaction() as db:
            db.execute(
                "UPDATE requests SET state = 'done', outcome = ?, reason = ? WHERE key = ?",
                (visit.outcome, visit.reason or None, visit.key),
            )
            fresh = _put_told(db, visit)
            added = _put_wanted(db, visit.wanted)
            _put_meta(db, visit.meta)
            _put_aliases(db, visit.aliases)
        return Change(fresh, added)

    # ---- what is known

    def page(self, key: str) -> PageState | None:
        """What is remembered of a page that was read before."""
        columns = "key, url, snapshot, fetched_at, parser, etag, last_modified, file, offset, leads"
        with self._guard():
            row = self._db.execute(f"SELECT {columns} FROM pages WHERE key = ?", (key,)).fetchone()
        return PageState(*row) if row else None

    def contributions(self, page_key: str | None = None) -> Iterator[Contribution]:
        """All contributions as the exporter wants them sorted, or those of one page; memory stays flat."""
        where = "WHERE p.key = ?" if page_key is not None else ""
        query = (
            "SELECT c.record_id, c.kind, c.own, p.key, c.json FROM contributions c "
            f"JOIN pages p ON p.id = c.page {where} "
            "ORDER BY c.kind, c.record_id, c.own DESC, p.key, c.rowid"
        )
        with self._guard():
            for record, kind, own, key, line in self._db.execute(query, (page_key,) if where else ()):
                yield Contribution(record, ORDER[kind], bool(own), key, line)

    def record_count(self) -> int:
        """How many different records the contributions tell about."""
        query = "SELECT count(*) FROM (SELECT DISTINCT kind, record_id FROM contributions)"
        with self._guard():
            return int(self._db.execute(query).fetchone()[0])

    def outcomes(self) -> dict[str, int]:
        """How many requests of this run ended how; those still waiting count as `deferred`."""
        query = "SELECT coalesce(outcome, 'deferred'), count(*) FROM requests GROUP BY 1 ORDER BY 1"
        with self._guard():
            return {outcome: int(count) for outcome, count in self._db.execute(query)}

    def failures(self, good: Iterable[str] = ("ok", "unchanged")) -> list[Failures]:
        """Requests that ended otherwise than well, by outcome and reason, the most frequent first."""
        query = "SELECT coalesce(outcome, 'deferred'), reason, url FROM requests ORDER BY seq"
        with self._guard():
            return grouped(self._db.execute(query), frozenset(good))

    def progress(self) -> tuple[int, int, int]:
        """Requests settled, waiting and failed in this run."""
        query = (
            "SELECT total(state = 'done'), total(state = 'pending'), total(outcome = 'failed') FROM requests"
        )
        with self._guard():
            done, pending, failed = self._db.execute(query).fetchone()
        return int(done), int(pending), int(failed)

    # ---- aliases

    def add_aliases(self, aliases: Iterable[tuple[str, str]]) -> None:
        """Remembers ids that were given up, each with the id of the record that took over."""
        with self._transaction() as db:
            _put_aliases(db, aliases)

    def aliases(self) -> dict[str, str]:
        """Every id ever given up, with the id that took over."""
        with self._guard():
            return dict(self._db.execute("SELECT alias, record_id FROM aliases ORDER BY alias"))


def _put_meta(db: sqlite3.Connection, values: Iterable[tuple[str, str]]) -> None:
    db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values)


def _put_aliases(db: sqlite3.Connection, aliases: Iterable[tuple[str, str]]) -> None:
    db.executemany("INSERT OR REPLACE INTO aliases VALUES (?, ?)", aliases)


def _put_wanted(db: sqlite3.Connection, wanted: Iterable[Wanted]) -> int:
    rows = [row_of(one) for one in wanted]
    if not rows:
        return 0
    return db.executemany(_WANTED, rows).rowcount


def _chain(db: sqlite3.Connection, key: str) -> list[str]:
    """The keys from this page back to the first page of its list (a step of at most 1)."""
    chain = [key]
    while True:
        row = db.execute(
            "SELECT p.key FROM requests r JOIN requests p ON p.key = r.parent AND p.kind = r.kind "
            "WHERE r.key = ? AND r.step > 1",
            (chain[-1],),
        ).fetchone()
        if row is None or row[0] in chain:
            return chain
        chain.append(row[0])


def _put_told(db: sqlite3.Connection, visit: Visit) -> int:
    """What a page told; returns how many records are new."""
    if visit.page is None:
        return 0
    page = _put_page(db, visit.page)
    return _put_contributions(db, page, visit.contributions) if visit.contributions is not None else 0


def _put_page(db: sqlite3.Connection, page: PageState) -> int:
    rows = db.execute(
        "INSERT INTO pages (key, url, snapshot, fetched_at, parser, etag, last_modified, file, offset, leads)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET url = excluded.url, "
        "snapshot = excluded.snapshot, fetched_at = excluded.fetched_at, parser = excluded.parser, "
        "etag = excluded.etag, last_modified = excluded.last_modified, file = excluded.file, "
        "offset = excluded.offset, leads = excluded.leads RETURNING id",
        (
            page.key, page.url, page.snapshot, page.fetched_at, page.parser, page.etag, page.last_modified,
            page.file, page.offset, page.leads,
        ),
    ).fetchall()  # fmt: skip
    return int(rows[0][0])


def _put_contributions(db: sqlite3.Connection, page: int, told: tuple[Contribution, ...]) -> int:
    known = "SELECT 1 FROM contributions WHERE kind = ? AND record_id = ? LIMIT 1"
    ids = {(RANK[one.kind], one.record_id) for one in told}
    fresh = sum(db.execute(known, pair).fetchone() is None for pair in ids)
    db.execute("DELETE FROM contributions WHERE page = ?", (page,))
    db.executemany(
        "INSERT INTO contributions (page, kind, record_id, own, json) VALUES (?, ?, ?, ?, ?)",
        [(page, RANK[one.kind], one.record_id, one.own, one.json) for one in told],
    )
    return fresh
