"""A state file that is gone while the archive is there is built again: nothing begins at zero silently."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from scraper import vendors
from scraper.archive import Archived, archive_files, headers_of, page_of, read
from scraper.crawling.folder import Folder
from scraper.crawling.schedule import Choice
from scraper.crawling.visits import Answer, Visits
from scraper.errors import PageError, WrongProductError
from scraper.fetcher import Validators
from scraper.merging.contribution import page_key
from scraper.page import Exchange, Kind, Request, Source, Window
from scraper.reparse import is_page, origins
from scraper.stamp import iso
from scraper.state import Task, Visit
from scraper.store import Store
from scraper.vendor import Vendor
from scraper.warc.exchanges import storage
from scraper.wire.encoding import EncodingError

_NOTHING = Window(dt.date.min, dt.date.min)  # links are not followed: what is wanted a crawl finds out
_log = logging.getLogger(__name__)


@contextlib.contextmanager
def kept(folder: Folder) -> Iterator[Store]:
    """The store of a folder that this process holds. Raises StorageError."""
    files = [] if _is_there(folder.state) else archive_files(folder.archive)
    if files:
        try:
            _rebuild(folder, files)
        except WrongProductError as error:
            _log.warning("nothing in the archive can be read, everything is asked for again: %s", error)
    with Store(folder.state) as store:
        yield store


def _is_there(state: Path) -> bool:
    return state.exists() and state.stat().st_size > 0


def _rebuild(folder: Folder, files: list[Path]) -> None:
    """Beside its place first, so that a crash leaves no half of it."""
    _log.warning("%s is gone; it is built again from the archive, which takes a moment", folder.state)
    new = folder.state.with_name("state.new.sqlite")
    with storage(folder.path):
        for stale in (new, *_journals(new), *_journals(folder.state)):
            stale.unlink(missing_ok=True)
        with Store(new) as store:
            told_by = zip(files, origins(files), strict=True)
            pages = sum(_told(store, path, source, product) for path, (source, product) in told_by)
        new.replace(folder.state)
    _log.warning("%s: %d pages are known again", folder.state, pages)


def _journals(state: Path) -> Iterator[Path]:
    """Journals of a state file; one that has lost its file would be played into the new one."""
    return (state.with_name(state.name + ending) for ending in ("-wal", "-shm", "-journal"))


def _told(store: Store, path: Path, source: Source, product: str) -> int:
    """Notes what the pages of one archive file told, and its end; returns how many they were."""
    vendor, pages, end = vendors.load(product), 0, 0
    choice = Choice(_NOTHING, (), vendor.expand, vendor.canonical)
    with Visits(store, vendor, choice) as visits:
        for archived in read([path], on_damage=lambda damage: _log.warning("%s", damage)):
            end = archived.location.offset
            visit = _visit(visits, vendor, archived, source.name) if is_page(archived.exchange) else None
            if visit is not None:
                store.settle(visit)
                pages += 1
    run = store.begin_run(_stamp(path), "{}")
    store.note_run(run.id, vendor=product)
    store.finish_run(run.id, _stamp(path), "rebuilt")
    store.set_meta([("source", source.name), ("archive", json.dumps([path.name, end]))])
    return pages


def _visit(visits: Visits, vendor: Vendor, archived: Archived, source: str) -> Visit | None:
    """What a crawl made of the page, but for its links; None when it told nothing."""
    exchange = archived.exchange
    request = Request(exchange.url, _kind(vendor, exchange.url))
    task = Task(page_key(exchange, vendor.canonical), request)
    try:
        answer = Answer(page_of(exchange, source), exchange, _validators(exchange), archived.location)
    except EncodingError:
        return None
    try:
        visit: Visit | None = visits.of(task, answer)
    except PageError:
        visit = visits.by_generic(task, answer)
    return replace(visit, wanted=()) if visit else None


def _kind(vendor: Vendor, url: str) -> Kind:
    return next((route.kind for route in vendor.routes if route.pattern.search(url)), Kind.START)


def _validators(exchange: Exchange) -> Validators:
    told = {name.lower(): value.decode("latin-1") for name, value in headers_of(exchange.response_head)}
    return Validators(told.get(b"etag"), told.get(b"last-modified"))


def _stamp(path: Path) -> str:
    return iso(dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC))
