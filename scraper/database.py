"""The sqlite file of a store: its schema, how an older file becomes one of today, and what its errors mean.

WAL with `synchronous=FULL` and an exclusive lock: one fsync a commit (0.46 ms against 1.8 ms with the
rollback journal), durable through power loss; the WAL bug of SQLite ≤ 3.51.2 needs a second connection,
which the exclusive lock rules out (no shared memory index is ever made). `meta` has a rowid: without one,
looking for a name would read every value that it passes, and some have megabytes (3.4 ms a look with 9 MB).
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from scraper.errors import StorageError

SCHEMA_VERSION = 4
_APPLICATION_ID = 0x52495331  # "RIS1"
CHECKED_ALWAYS = 256 * 1024 * 1024  # bytes of a file that is checked in a quarter of a second
CHECKED_EVERY = 7 * 24 * 3600.0  # seconds between two checks of a larger one
_CHECKED = "checked"
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE runs (
    id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT, options TEXT NOT NULL,
    vendor TEXT, verdict TEXT, facts TEXT, measures TEXT);
CREATE TABLE requests (
    seq INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, url TEXT NOT NULL, kind TEXT NOT NULL,
    method TEXT NOT NULL, form TEXT NOT NULL, step INTEGER NOT NULL, parent TEXT,
    priority INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'pending', tries INTEGER NOT NULL DEFAULT 0,
    restarts INTEGER NOT NULL DEFAULT 0, due_at REAL NOT NULL DEFAULT 0, outcome TEXT, reason TEXT,
    address TEXT NOT NULL DEFAULT '', headers TEXT NOT NULL DEFAULT '[]');
CREATE INDEX requests_pending ON requests (priority, seq) WHERE state = 'pending';
CREATE TABLE pages (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, url TEXT NOT NULL, etag TEXT, last_modified TEXT,
    snapshot TEXT NOT NULL, fetched_at TEXT NOT NULL, parser TEXT NOT NULL, file TEXT, offset INTEGER,
    leads BLOB NOT NULL, checked_at TEXT);
CREATE TABLE contributions (
    page INTEGER NOT NULL REFERENCES pages (id), kind INTEGER NOT NULL, record_id TEXT NOT NULL,
    own INTEGER NOT NULL, json BLOB NOT NULL);
CREATE INDEX contributions_record ON contributions (kind, record_id);
CREATE INDEX contributions_page ON contributions (page);
CREATE TABLE aliases (alias TEXT PRIMARY KEY, record_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE missing (
    kind TEXT NOT NULL, record_id TEXT NOT NULL, reason TEXT NOT NULL, first TEXT NOT NULL,
    last TEXT NOT NULL, days INTEGER NOT NULL, PRIMARY KEY (kind, record_id)) WITHOUT ROWID;
CREATE INDEX contributions_own ON contributions (kind, page) WHERE own = 1;
CREATE INDEX pages_rescued ON pages (id) WHERE substr(parser, -7) = 'generic';
CREATE TABLE blocks (
    kind INTEGER NOT NULL, first TEXT NOT NULL, size INTEGER NOT NULL, facts TEXT NOT NULL,
    PRIMARY KEY (kind, first));
CREATE TABLE touched (
    kind INTEGER NOT NULL, record_id TEXT NOT NULL, PRIMARY KEY (kind, record_id)) WITHOUT ROWID;
"""
# What makes a file of a schema one of the next.
_UPGRADES = {
    1: (
        "ALTER TABLE requests ADD COLUMN address TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE requests ADD COLUMN headers TEXT NOT NULL DEFAULT '[]'",
    ),
    2: (
        "ALTER TABLE runs ADD COLUMN measures TEXT",
        "ALTER TABLE pages ADD COLUMN checked_at TEXT",
        "CREATE TABLE missing (kind TEXT NOT NULL, record_id TEXT NOT NULL, reason TEXT NOT NULL, "
        "first TEXT NOT NULL, last TEXT NOT NULL, days INTEGER NOT NULL, PRIMARY KEY (kind, record_id)) "
        "WITHOUT ROWID",
    ),
    3: (
        "CREATE INDEX contributions_own ON contributions (kind, page) WHERE own = 1",
        "CREATE INDEX pages_rescued ON pages (id) WHERE substr(parser, -7) = 'generic'",
        "CREATE TABLE blocks (kind INTEGER NOT NULL, first TEXT NOT NULL, size INTEGER NOT NULL, "
        "facts TEXT NOT NULL, PRIMARY KEY (kind, first))",
        "ALTER TABLE meta RENAME TO meta_before",
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        "INSERT INTO meta SELECT name, value FROM meta_before",
        "DROP TABLE meta_before",
        "CREATE TABLE touched (kind INTEGER NOT NULL, record_id TEXT NOT NULL, "
        "PRIMARY KEY (kind, record_id)) WITHOUT ROWID",
    ),
}


def opened(path: Path) -> sqlite3.Connection:
    """The file, made if it is not there, checked and brought up to date if it is.

    Raises sqlite3.DatabaseError, and StorageError for what is no file of ours or of a newer schema.
    """
    crashed = _left_open(path)
    db = sqlite3.connect(path, isolation_level=None, timeout=0, cached_statements=256)
    with contextlib.ExitStack() as failed:
        failed.callback(db.close)
        _settle(db, path, crashed=crashed)
        failed.pop_all()
    return db


def _left_open(path: Path) -> bool:
    """Whether a crash left changes beside the file."""
    left = path.with_name(f"{path.name}-wal")
    return left.exists() and left.stat().st_size > 0


def reading(path: Path) -> sqlite3.Connection:
    """The file for look-ups: nothing is written, nobody is shut out, and a check of all pages is left out.

    So it costs the same whatever the size, where `opened` reads the whole file. Where a crash left changes
    beside the file, or it is of an older schema, it is opened as a run opens it. Raises as `opened`.
    """
    if not _left_open(path):
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        if db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION:
            return db
        db.close()
    return opened(path)


@contextlib.contextmanager
def transaction(db: sqlite3.Connection, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
    """All or nothing. `durable`: on the disk when it ends; else with the next one that is."""
    if not durable:
        db.execute("PRAGMA synchronous=NORMAL")
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    finally:
        if not durable:
            db.execute("PRAGMA synchronous=FULL")


def _settle(db: sqlite3.Connection, path: Path, *, crashed: bool) -> None:
    db.execute("PRAGMA locking_mode=EXCLUSIVE")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA foreign_keys=OFF")  # pages are never deleted
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version == 0 and not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        _create(db)
    else:
        _check(db, path, version)
        if crashed or _is_due(db, path):
            _check_pages(db)
        _upgrade(db, version)


def _create(db: sqlite3.Connection) -> None:
    with transaction(db):
        for statement in _SCHEMA.split(";\n"):
            if statement.strip():
                db.execute(statement)
        db.execute(f"PRAGMA application_id={_APPLICATION_ID}")
        db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def _check(db: sqlite3.Connection, path: Path, version: int) -> None:
    application = db.execute("PRAGMA application_id").fetchone()[0]
    if application != _APPLICATION_ID:
        raise StorageError(f"{path}: not a state file of ris-scraper; move it away and try again")
    if version > SCHEMA_VERSION:
        raise StorageError(
            f"{path}: written by a newer ris-scraper (schema {version}, this one knows "
            f"{SCHEMA_VERSION}); update ris-scraper or use another --output"
        )


def _is_due(db: sqlite3.Connection, path: Path) -> bool:
    """Whether all pages of the file are to be looked at: a large one, which takes seconds, once a week."""
    if path.stat().st_size <= CHECKED_ALWAYS:
        return True
    row = db.execute("SELECT value FROM meta WHERE name = ?", (_CHECKED,)).fetchone()
    return row is None or abs(time.time() - float(row[0])) >= CHECKED_EVERY


def _check_pages(db: sqlite3.Connection) -> None:
    damage = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        raise sqlite3.DatabaseError(f"damaged: {damage}")
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_CHECKED, str(time.time())))


def _upgrade(db: sqlite3.Connection, version: int) -> None:
    """A file of an older schema goes on where it was."""
    if version == SCHEMA_VERSION:
        return
    with transaction(db):
        for step in range(version, SCHEMA_VERSION):
            for statement in _UPGRADES[step]:
                db.execute(statement)
        db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def explained(path: Path, error: sqlite3.DatabaseError) -> str:
    """One line for what went wrong with the file, and what to do."""
    text = str(error)
    if "locked" in text:
        return f"{path}: another program has the state file open; close it and try again"
    if "full" in text:
        return f"{path}: the disk is full; make room and run the same command again, it goes on"
    if "malformed" in text or "not a database" in text or "damaged" in text:
        return (
            f"{path}: the state file is damaged ({text}); move it away, "
            "and the next crawl builds it again from the archive"
        )
    return f"{path}: {text}"
