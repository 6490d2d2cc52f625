"""The store of a town a thousand times as large as the fixture town, made of its pages with other numbers."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_NUMBER = re.compile(r"(?<![\d-])1(0\d{5})(?!\d)")  # the town's own are seven digits beginning with 10
_NUMBER_BYTES = re.compile(_NUMBER.pattern.encode())
_REFERENCE = re.compile(rb'"reference":"(?=\d)')
_COLUMNS = "key, url, etag, last_modified, snapshot, fetched_at, parser, file, offset, leads, checked_at"
_MULTIPLIED = "(2, 3, 4)"  # meetings, agenda items, papers: see `contribution.ORDER`
_INDEXES = {
    "contributions_record": "contributions (kind, record_id)",
    "contributions_page": "contributions (page)",
    "contributions_own": "contributions (kind, page) WHERE own = 1",
}


def multiply(state: Path, records: int) -> None:
    """Adds copies of the pages in a store until it has so many records."""
    db = sqlite3.connect(state, isolation_level=None)
    db.execute("PRAGMA synchronous=OFF")
    db.execute("PRAGMA journal_mode=MEMORY")
    for index in _INDEXES:
        db.execute(f"DROP INDEX {index}")
    db.execute("BEGIN")
    _copies(db, records)
    db.execute("DELETE FROM blocks")
    db.execute("DELETE FROM meta WHERE name = 'exported'")
    db.execute("COMMIT")
    for index, of in _INDEXES.items():
        db.execute(f"CREATE INDEX {index} ON {of}")
    db.close()


def _copies(db: sqlite3.Connection, records: int) -> None:
    query = f"SELECT page, kind, record_id, own, json FROM contributions WHERE kind IN {_MULTIPLIED}"
    told = db.execute(query).fetchall()
    ids = {page for page, *_ in told}
    pages = [row for row in db.execute(f"SELECT id, {_COLUMNS} FROM pages") if row[0] in ids]
    first = db.execute("SELECT max(id) FROM pages").fetchone()[0] + 1
    more = len({(kind, record_id) for _, kind, record_id, *_ in told})
    known = db.execute(
        "SELECT count(*) FROM (SELECT DISTINCT kind, record_id FROM contributions)"
    ).fetchone()[0]
    for copy in range(1, -(-(records - known) // more) + 1):
        places = {page[0]: first + at for at, page in enumerate(pages, (copy - 1) * len(pages))}
        marks = ", ".join("?" * len(pages[0]))
        db.executemany(f"INSERT INTO pages (id, {_COLUMNS}) VALUES ({marks})", _pages(pages, places, copy))
        db.executemany("INSERT INTO contributions VALUES (?, ?, ?, ?, ?)", _told(told, places, copy))


def _pages(pages: list[Any], places: dict[int, int], copy: int) -> Iterator[tuple[Any, ...]]:
    for page, key, url, *rest, leads, checked_at in pages:
        other = _shifted(key, copy)
        name = other if other != key else f"{key}#{copy}"
        yield places[page], name, _shifted(url, copy), *rest, _shifted_bytes(leads, copy), checked_at


def _told(told: list[Any], places: dict[int, int], copy: int) -> Iterator[tuple[Any, ...]]:
    for page, kind, record_id, own, line in told:
        other = _REFERENCE.sub(b'"reference":"%d-' % copy, _shifted_bytes(line, copy))
        yield places[page], kind, _shifted(record_id, copy), own, other


def _shifted_bytes(text: bytes, copy: int) -> bytes:
    return _NUMBER_BYTES.sub(b"1%04d\\1" % copy, text)


def _shifted(text: str, copy: int) -> str:
    return _NUMBER.sub(rf"1{copy:04}\1", text)


def changed(state: Path, pages: int, day: int) -> Iterator[tuple[str, list[tuple[int, str, int, bytes]]]]:
    """Pages here and there in the store, by key, with what they tell on a day: every subject is another."""
    query = "SELECT kind, record_id, own, json FROM contributions WHERE page = ? ORDER BY rowid"
    address = f"{state.absolute().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True)) as db:
        last = db.execute("SELECT max(id) FROM pages").fetchone()[0]
        for page in range(last // pages // 2, last, last // pages):
            key = db.execute("SELECT key FROM pages WHERE id = ?", (page,)).fetchone()[0]
            rows = db.execute(query, (page,)).fetchall()
            yield key, [(kind, one, own, _renewed(line, day)) for kind, one, own, line in rows]


def _renewed(line: bytes, day: int) -> bytes:
    line = line.replace(b'"subject":"', b'"subject":"Neu: ', 1)
    return re.sub(rb'"snapshot":"sha256:..', b'"snapshot":"sha256:%02d' % day, line, count=1)
