"""The values that go into and come out of the store."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from scraper.merging.contribution import Contribution
from scraper.page import GENERIC, Kind, Request

EXAMPLES = 20  # addresses a kind of failure
READ = ("ok", "unchanged", GENERIC)  # outcomes of pages that the server told
KEPT = "kept"  # the outcome of a page that was not asked for, as it cannot have changed
TOLD = (*READ, KEPT)  # outcomes of pages that the server told, now or before
TOTALS = "totals"  # in the store: address of a list → product, kind of its records, how many it says it has
WAITING = "not asked for yet"  # the reason of a page that was never tried


@dataclass(frozen=True)
class Task:
    """A wanted page and its history. `due_at`: Unix time before which it must not be asked for."""

    key: str
    request: Request
    parent: str | None = None
    tries: int = 0
    due_at: float = 0.0
    restarts: int = 0


@dataclass(frozen=True)
class Wanted:
    """A page to be added to the frontier; smaller `priority` first, then in order of arrival."""

    request: Request
    priority: int
    parent: str | None = None


@dataclass(frozen=True)
class PageState:
    """What is remembered of a page that was read. `fetched_at`: RFC 3339, when this content came first;
    `checked_at`: when the server told it last; `leads`: opaque bytes."""

    key: str
    url: str
    snapshot: str
    fetched_at: str
    parser: str
    etag: str | None = None
    last_modified: str | None = None
    file: str | None = None
    offset: int | None = None
    leads: bytes = b"[]"
    checked_at: str | None = None


@dataclass(frozen=True)
class Visit:
    """All that one finally answered request changes.

    `outcome`: one of the typed outcomes; `reason`: why, for outcomes other than ok. `page`: None keeps
    the page as it was; `contributions`: None keeps those the page had. `meta`: names and values to set.
    `aliases`: ids given up and the ids that take over. `at`: RFC 3339, when it was answered.
    """

    key: str
    outcome: str
    reason: str = ""
    page: PageState | None = None
    contributions: tuple[Contribution, ...] | None = None
    wanted: tuple[Wanted, ...] = ()
    meta: tuple[tuple[str, str], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    at: str = ""


@dataclass(frozen=True)
class Change:
    """What a visit added: records and wanted pages that were not known before. `before`, `after`: how many
    records the page told the last time, and now; 0 when nothing was read."""

    records: int = 0
    wanted: int = 0
    before: int = 0
    after: int = 0


@dataclass(frozen=True)
class Run:
    """One crawl, maybe over several starts of the program. `options`, `facts`: JSON of the caller."""

    id: int
    started: str
    options: str
    vendor: str | None = None
    facts: str | None = None


@dataclass(frozen=True)
class Failures:
    """Requests that ended with one outcome for one reason; `urls`: at most 20 examples."""

    outcome: str
    reason: str
    count: int
    urls: tuple[str, ...]


def grouped(rows: Iterable[tuple[str, str | None, str]], good: Container[str]) -> list[Failures]:
    """Rows of outcome, reason and URL, counted by the first two, without good ones; most frequent first."""
    found: dict[tuple[str, str], tuple[int, list[str]]] = {}
    for outcome, told, url in rows:
        if outcome not in good:
            reason = WAITING if told is None else told
            count, urls = found.get((outcome, reason), (0, []))
            found[outcome, reason] = (count + 1, urls if len(urls) >= EXAMPLES else [*urls, url])
    failures = [Failures(*key, count, tuple(urls)) for key, (count, urls) in found.items()]
    return sorted(failures, key=lambda row: (-row.count, row.outcome, row.reason))


WANTED = ("key", "url", "kind", "method", "form", "step", "address", "headers", "parent", "priority")
TASK = (*WANTED[:-1], "tries", "due_at", "restarts")


def row_of(wanted: Wanted) -> tuple[Any, ...]:
    """The columns `WANTED` of a frontier row."""
    one = wanted.request
    form, headers = (json.dumps(pairs) if pairs else "[]" for pairs in (one.form, one.headers))
    request = (one.key, one.url, one.kind.value, one.method, form, one.step, one.address, headers)
    return (*request, wanted.parent, wanted.priority)


def task_of(row: tuple[Any, ...]) -> Task:
    """The task of a frontier row with the columns `TASK`."""
    key, url, kind, method, form, step, address, headers, *history = row
    request = Request(url, Kind(kind), method, _pairs(form), step, address=address, headers=_pairs(headers))
    return Task(key, request, *history)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(text)) if text != "[]" else ()
