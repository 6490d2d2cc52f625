"""The writes of a store, each within the transaction of its caller."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from scraper.merging.contribution import RANK, Contribution
from scraper.state import WANTED, Change, PageState, Visit, Wanted, row_of

KNOWN = "SELECT 1 FROM contributions WHERE kind = ? AND record_id = ? LIMIT 1"
_TOLD_BY = "SELECT kind, record_id FROM contributions WHERE page = ?"
_WANTED = f"INSERT OR IGNORE INTO requests ({', '.join(WANTED)}) VALUES ({', '.join('?' * len(WANTED))})"


def put_meta(db: sqlite3.Connection, values: Iterable[tuple[str, str]]) -> None:
    """Names and values to remember."""
    db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values)


def put_aliases(db: sqlite3.Connection, aliases: Iterable[tuple[str, str]]) -> None:
    """Ids given up, each with the id that takes over."""
    db.executemany("INSERT OR REPLACE INTO aliases VALUES (?, ?)", aliases)


def put_wanted(db: sqlite3.Connection, wanted: Iterable[Wanted]) -> int:
    """Pages that are not in the frontier yet; returns how many."""
    rows = [row_of(one) for one in wanted]
    if not rows:
        return 0
    return db.executemany(_WANTED, rows).rowcount


def chain_of(db: sqlite3.Connection, key: str) -> list[str]:
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


def put_told(db: sqlite3.Connection, visit: Visit) -> Change:
    """What a page told."""
    if visit.page is None:
        return Change()
    page = _put_page(db, visit.page)
    return _put_contributions(db, page, visit.contributions) if visit.contributions is not None else Change()


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


def name_of(one: Contribution) -> tuple[int, str]:
    """Kind and id as the columns hold them."""
    return RANK[one.kind], one.record_id


def _put_contributions(db: sqlite3.Connection, page: int, told: tuple[Contribution, ...]) -> Change:
    fresh = sum(db.execute(KNOWN, name).fetchone() is None for name in set(map(name_of, told)))
    db.execute(f"INSERT OR IGNORE INTO touched {_TOLD_BY}", (page,))
    db.executemany("INSERT OR IGNORE INTO touched VALUES (?, ?)", set(map(name_of, told)))
    before = db.execute("DELETE FROM contributions WHERE page = ?", (page,)).rowcount
    db.executemany(
        "INSERT INTO contributions (page, kind, record_id, own, json) VALUES (?, ?, ?, ?, ?)",
        [(page, RANK[one.kind], one.record_id, one.own, one.json) for one in told],
    )
    return Change(fresh, before=before, after=len(told))
