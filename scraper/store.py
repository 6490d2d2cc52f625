"""What a crawl knows and still wants, in one sqlite file: frontier, runs, pages, contributions.

Everything that one answer changes is one transaction (`settle`), written after the bytes of the answer
are safe in the archive: the state may lag behind the archive, never run ahead of it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from scraper import database, writes
from scraper.errors import StorageError
from scraper.lastexport import LastExport
from scraper.merging.contribution import ORDER, RANK, Contribution
from scraper.merging.past import Absence
from scraper.page import GENERIC
from scraper.state import (
    KEPT,
    READ,
    TASK,
    Change,
    Failures,
    PageState,
    Run,
    Task,
    Visit,
    Wanted,
    grouped,
    task_of,
)

_TASK = ", ".join(TASK)
_RESCUED = f"substr(parser, -{len(GENERIC)}) = '{GENERIC}'"  # as the index has it


class Store:
    """The state of one output folder, through one connection. A context manager.

    Raises StorageError: damaged file, a newer schema, a full disk, a file that cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._guard():
            self._db = database.opened(path)
        self.last_export = LastExport(self._db, self._guard)

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
    def _transaction(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        with self._guard(), database.transaction(self._db, durable=durable) as db:
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
            writes.put_meta(db, values)

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

    def finish_run(self, run: int, finished: str, verdict: str, measures: str | None = None) -> None:
        """Ends the run: the next crawl begins anew. `measures`: what later runs are compared with."""
        with self._transaction() as db:
            db.execute(
                "UPDATE runs SET finished = ?, verdict = ?, measures = ? WHERE id = ?",
                (finished, verdict, measures, run),
            )

    def measures(self, most: int) -> list[str]:
        """The measures of the last finished runs, the latest first."""
        query = "SELECT measures FROM runs WHERE measures IS NOT NULL ORDER BY id DESC LIMIT ?"
        with self._guard():
            return [row[0] for row in self._db.execute(query, (most,))]

    def vendors(self) -> list[str]:
        """The products of all runs, in order; before them the generic reader if it had to step in."""
        with self._guard():
            rows = self._db.execute("SELECT vendor FROM runs WHERE vendor IS NOT NULL ORDER BY id").fetchall()
            rescued = self._db.execute(f"SELECT 1 FROM pages WHERE {_RESCUED} LIMIT 1").fetchone()
        return [GENERIC] * bool(rescued) + [row[0] for row in rows]

    # ---- frontier

    def add(self, wanted: Iterable[Wanted]) -> int:
        """Puts pages into the frontier and returns how many are new; known ones are left as they are."""
        with self._transaction() as db:
            return writes.put_wanted(db, wanted)

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
                writes.put_told(db, meanwhile)
            db.execute(
                "UPDATE requests SET tries = tries + 1, due_at = ?, reason = ? WHERE key = ?",
                (due_at, reason, key),
            )
            writes.put_meta(db, meta)

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
            chain = writes.chain_of(db, key)
            db.executemany("DELETE FROM requests WHERE key = ?", [(member,) for member in chain[:-1]])
            db.execute(
                "UPDATE requests SET state = 'pending', tries = 0, due_at = 0, outcome = NULL, "
                "reason = NULL, restarts = restarts + 1 WHERE key = ?",
                (chain[-1],),
            )
            writes.put_meta(db, meta)
            row = db.execute("SELECT restarts FROM requests WHERE key = ?", (chain[-1],)).fetchone()
        return int(row[0]) if row else 0

    def chain_restarts(self, key: str) -> int:
        """How often the session-bound list that this page belongs to was begun anew."""
        with self._guard():
            root = writes.chain_of(self._db, key)[-1]
            row = self._db.execute("SELECT restarts FROM requests WHERE key = ?", (root,)).fetchone()
        return int(row[0]) if row else 0

    def settle(self, visit: Visit) -> Change:
        """Writes all that one answered request changes; that a page was kept may be lost with the power."""
        with self._transaction(durable=visit.outcome != KEPT) as db:
            db.execute(
                "UPDATE requests SET state = 'done', outcome = ?, reason = ? WHERE key = ?",
                (visit.outcome, visit.reason or None, visit.key),
            )
            told = writes.put_told(db, visit)
            if visit.outcome in READ:
                db.execute("UPDATE pages SET checked_at = ? WHERE key = ?", (visit.at, visit.key))
            added = writes.put_wanted(db, visit.wanted)
            writes.put_meta(db, visit.meta)
            writes.put_aliases(db, visit.aliases)
        return replace(told, wanted=added)

    # ---- what is known

    def page(self, key: str) -> PageState | None:
        """What is remembered of a page that was read before."""
        columns = (
            "key, url, snapshot, fetched_at, parser, etag, last_modified, file, offset, leads, checked_at"
        )
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

    def told_of(self, kind: str, low: str, high: str | None) -> Iterator[Contribution]:
        """The contributions to records of a kind from id `low` up to, without, `high`; sorted as above."""
        query = (
            "SELECT c.record_id, c.own, p.key, c.json FROM contributions c JOIN pages p ON p.id = c.page "
            f"WHERE c.kind = ? AND c.record_id >= ? {'AND c.record_id < ?' if high is not None else ''} "
            "ORDER BY c.record_id, c.own DESC, p.key, c.rowid"
        )
        values = (RANK[kind], low, high) if high is not None else (RANK[kind], low)
        with self._guard():
            for record, own, key, line in self._db.execute(query, values):
                yield Contribution(record, kind, bool(own), key, line)

    def record_count(self) -> int:
        """How many different records are known."""
        known = self.last_export.record_count()
        if known is not None:
            return known
        query = "SELECT count(*) FROM (SELECT DISTINCT kind, record_id FROM contributions)"
        with self._guard():
            return int(self._db.execute(query).fetchone()[0])

    def outcomes(self) -> dict[str, int]:
        """How many requests of this run ended how; those still waiting count as `deferred`."""
        query = "SELECT coalesce(outcome, 'deferred'), count(*) FROM requests GROUP BY 1 ORDER BY 1"
        with self._guard():
            return {outcome: int(count) for outcome, count in self._db.execute(query)}

    def failures(self, good: Iterable[str] = ("ok", "unchanged", KEPT)) -> list[Failures]:
        """Requests that ended otherwise than well, by outcome and reason, the most frequent first."""
        query = "SELECT coalesce(outcome, 'deferred'), reason, url FROM requests ORDER BY seq"
        with self._guard():
            return grouped(self._db.execute(query), frozenset(good))

    def outcome(self, key: str) -> str | None:
        """How a page wanted in this run ended, `deferred` while it waits; None if it is not wanted."""
        query = "SELECT coalesce(outcome, 'deferred') FROM requests WHERE key = ?"
        with self._guard():
            row = self._db.execute(query, (key,)).fetchone()
        return row[0] if row else None

    def endings(self) -> Iterator[tuple[str, str, str]]:
        """Key, kind and outcome of every page wanted in this run, in the order in which they were found."""
        query = "SELECT key, kind, coalesce(outcome, 'deferred') FROM requests ORDER BY seq"
        with self._guard():
            yield from self._db.execute(query)

    def leads(self) -> Iterator[bytes]:
        """The links of every page that this run asked for and that was read."""
        query = "SELECT leads FROM pages WHERE key IN (SELECT key FROM requests)"
        with self._guard():
            yield from (row[0] for row in self._db.execute(query))

    def progress(self) -> tuple[int, int, int]:
        """Requests settled, waiting and failed in this run."""
        query = (
            "SELECT total(state = 'done'), total(state = 'pending'), total(outcome = 'failed') FROM requests"
        )
        with self._guard():
            done, pending, failed = self._db.execute(query).fetchone()
        return int(done), int(pending), int(failed)

    def ended(self, key: str) -> tuple[str, str | None] | None:
        """Kind and outcome of a page of this run."""
        with self._guard():
            row = self._db.execute("SELECT kind, outcome FROM requests WHERE key = ?", (key,)).fetchone()
        return tuple(row) if row else None

    def has_unknown(self, told: Iterable[Contribution]) -> bool:
        """Whether one of these records was told by no page so far."""
        with self._guard():
            return any(self._db.execute(writes.KNOWN, writes.name_of(one)).fetchone() is None for one in told)

    # ---- what cannot be seen any more

    def own_pages(self, *outcomes: str) -> list[tuple[str, str, str]]:
        """Kind and id of the records whose own page ended so in this run, with the outcome."""
        marks = ", ".join("?" * len(outcomes))
        query = (  # CROSS JOIN: from the few pages of this run to what they tell, in this order
            "SELECT c.kind, c.record_id, r.outcome FROM requests r CROSS JOIN pages p ON p.key = r.key "
            f"CROSS JOIN contributions c ON c.page = p.id WHERE c.own = 1 AND r.outcome IN ({marks})"
        )
        with self._guard():
            return [(ORDER[kind], *rest) for kind, *rest in self._db.execute(query, outcomes)]

    def known_outcomes(self) -> dict[tuple[str, str], int]:
        """How many pages of a kind that were read in earlier runs ended how in this one."""
        query = (
            "SELECT r.kind, r.outcome, count(*) FROM requests r JOIN pages p ON p.key = r.key "
            "JOIN runs ON runs.id = (SELECT max(id) FROM runs) "
            "WHERE r.state = 'done' AND p.fetched_at < runs.started GROUP BY 1, 2"
        )
        with self._guard():
            return {(kind, outcome): count for kind, outcome, count in self._db.execute(query)}

    def newest(self, kind: str, count: int) -> list[str]:
        """The keys of the own pages of records of a kind that came last."""
        query = (
            "SELECT key FROM (SELECT DISTINCT page FROM contributions WHERE kind = ? AND own = 1 "
            "ORDER BY page DESC LIMIT ?) JOIN pages ON id = page ORDER BY id DESC"
        )
        with self._guard():
            return [key for (key,) in self._db.execute(query, (RANK[kind], count))]

    def absences(self) -> dict[tuple[str, str], Absence]:
        """The records that were looked for in vain; keys are (kind, id)."""
        query = "SELECT kind, record_id, reason, first, last, days FROM missing"
        with self._guard():
            return {(kind, one): Absence(*rest) for kind, one, *rest in self._db.execute(query)}

    def keep_absences(self, rows: Mapping[tuple[str, str], Absence]) -> None:
        """Remembers these and no others."""
        values = [(*key, one.reason, one.first, one.last, one.days) for key, one in sorted(rows.items())]
        with self._transaction() as db:
            db.execute("DELETE FROM missing")
            db.executemany("INSERT INTO missing VALUES (?, ?, ?, ?, ?, ?)", values)

    # ---- aliases

    def add_aliases(self, aliases: Iterable[tuple[str, str]]) -> None:
        """Remembers ids that were given up, each with the id of the record that took over."""
        with self._transaction() as db:
            writes.put_aliases(db, aliases)

    def aliases(self) -> dict[str, str]:
        """Every id ever given up, with the id that took over."""
        with self._guard():
            return dict(self._db.execute("SELECT alias, record_id FROM aliases ORDER BY alias"))
