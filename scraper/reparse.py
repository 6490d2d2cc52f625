"""The archive of raw answers to records: offline, on several cores, the same bytes as the crawl wrote.

The archive is cut into slices. Each is read and parsed in a killable child that writes its contributions as
sorted pieces; the pieces are merged into one stream for the exporter. A page that kills the child is left
out and its slice read again. Nothing grows with the archive but 32 bytes a page.
"""

from __future__ import annotations

import datetime as dt
import itertools
import logging
import mmap
import os
import queue
import shutil
import signal
import tempfile
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from scraper import vendors
from scraper.archive import Slice, archive_files, file_info, page_of, read, read_slice, slices, source_of
from scraper.crawling.folder import Folder, held
from scraper.crawling.telling import tell
from scraper.errors import BrokenPageError, PageError, ParseLimitError, UsageError, WrongProductError
from scraper.exporter import export
from scraper.merging import versions
from scraper.merging.contribution import ORDER, Contribution, meaning, page_key
from scraper.merging.counts import Counts
from scraper.merging.relaunch import settled
from scraper.page import GENERIC, Exchange, Source
from scraper.parser import vendor_of
from scraper.report import EXIT_CODES, Facts, Report, report, write
from scraper.sandbox import Sandbox
from scraper.spool import Spool, merged
from scraper.stamp import iso
from scraper.state import Failures
from scraper.warc.exchanges import storage
from scraper.warc.members import Damage
from scraper.warc.payloads import place_of
from scraper.wire.encoding import EncodingError

SECONDS = 10.0  # for one page
MEGABYTES = 1024  # that a worker may grow
LARGEST_SLICE = (
    16 * 1024 * 1024
)  # bytes; small, since a slice with a page that kills its worker is read again
SMALLEST_SLICE = 256 * 1024
SLICES_A_WORKER = 4  # so that none is idle for long at the end
LOOKED_AT = 50  # pages in which the product must have shown itself
EXAMPLES = 20
_NO_PAGE = b"\xff" * 8
_TEMPORARY = ".reparse-"
_log = logging.getLogger(__name__)

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class _Task:
    """One slice. `number`: of its file among `files`. `deadly`: places of pages to leave out, with why."""

    index: int
    part: Slice
    number: int
    files: tuple[Path, ...]
    source: str
    vendor: str
    folder: Path
    deadly: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class _Found:
    """What a slice gave. `versions`: of the pages that were read, see `versions.row`."""

    pieces: list[Path] = field(default_factory=list)
    versions: bytearray = field(default_factory=bytearray)
    failures: dict[tuple[str, str], tuple[int, list[str]]] = field(default_factory=dict)
    damages: list[Damage] = field(default_factory=list)

    def fail(self, outcome: str, reason: str, urls: Iterable[str], count: int = 1) -> None:
        """Counts pages that told nothing."""
        before, examples = self.failures.get((outcome, reason), (0, []))
        self.failures[outcome, reason] = (before + count, [*examples, *urls][:EXAMPLES])

    def take(self, other: _Found) -> None:
        """Adds what another slice gave."""
        self.pieces += other.pieces
        self.versions += other.versions
        self.damages += other.damages
        for (outcome, reason), (count, urls) in other.failures.items():
            self.fail(outcome, reason, urls, count)


def reparse(
    archives: Iterable[Path],
    output: Path,
    *,
    workers: int | None = None,
    seconds: float = SECONDS,
    megabytes: int = MEGABYTES,
    on_progress: Progress = lambda done, total: None,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Report:
    """Writes the JSON Lines of all pages in `archives` (files or their folders) to `output`.

    Also `run.json`, unless it is the folder of a crawl, whose own `run.json` stays. Of several fetches of a
    page the last that could be read counts; one with the same content as the one before leaves it as it was.
    What is damaged is left out and told in the report (`damages`). `workers`: processes (default: the
    cores). `seconds`, `megabytes`: limits of one page and of one worker's growth. `on_progress`: bytes of the
    archive that are done, and of all.
    The archives are only read. Raises UsageError, StorageError, LockedError, WrongProductError.
    """
    files = files_of(archives)
    started = iso(now())
    found_in = origins(files)
    with held(output, started), storage(output):
        for stale in output.glob(f"{_TEMPORARY}*"):
            shutil.rmtree(stale)
        with tempfile.TemporaryDirectory(prefix=_TEMPORARY, dir=output) as folder:
            number = workers or _cores()
            tasks = _tasks(files, found_in, number, Path(folder))
            found = _run(tasks, number, partial(_read_slice, seconds), megabytes, on_progress)
            rescued = [GENERIC] * bool(versions.count(found.versions)[1])
            counts = _exported(found, [*rescued, *(vendor for _, vendor in found_in)], output)
    options = {"archives": [str(path) for path in files], "workers": number}
    facts = Facts("", "", None, started, iso(now()), ("", ""), options)
    result = _report(facts, list(dict.fromkeys(found_in)), found, counts)
    if not Folder(output).state.exists():  # else `run.json` tells of the crawl
        write(result, output)
    return result


# What there is to do


def files_of(archives: Iterable[Path]) -> tuple[Path, ...]:
    """The files in the order in which they were written; a folder stands for the archive in it."""
    files: dict[Path, None] = {}
    for path in archives:
        if path.is_dir():
            inside = archive_files(path) or archive_files(path / "archive") or sorted(path.glob("*.warc.gz"))
            if not inside:
                raise UsageError(f"{path}: no archive files (*.warc.gz) in this folder")
            files.update(dict.fromkeys(inside))
        elif path.exists():
            files[path] = None
        else:
            raise UsageError(f"{path}: no such file or folder")
    if not files:
        raise UsageError("no archive is given")
    own = {
        path: at
        for folder in {path.parent for path in files}
        for at, path in enumerate(archive_files(folder))
    }
    folders = {folder: at for at, folder in enumerate(dict.fromkeys(path.parent for path in files))}
    return tuple(sorted(files, key=lambda path: (folders[path.parent], own.get(path, -1))))


def origins(files: Sequence[Path]) -> list[tuple[Source, str]]:
    """Source and product of each file: from its first record, else from its pages, else from its neighbours.

    A town that moved to another product has files of both.
    """
    infos = [file_info(path) for path in files]
    told = {path.parent: info for path, info in reversed(list(zip(files, infos, strict=True))) if info}
    sources = [source_of(info or told.get(path.parent, {})) for path, info in zip(files, infos, strict=True)]
    products = [
        (source.vendor if info else None) or _product(path, source.name)
        for path, info, source in zip(files, infos, sources, strict=True)
    ]
    known: dict[str, str] = {}
    for order in (range(len(files)), reversed(range(len(files)))):
        for at in order:
            products[at] = products[at] or known.get(sources[at].name)
            known[sources[at].name] = products[at] or ""
    if "" in (first := [product or "" for product in products]):
        reason = f"no page of a council information system that is known here among the first {LOOKED_AT}"
        raise WrongProductError(str(files[first.index("")]), reason)
    return [(source, vendors.load(product).name) for source, product in zip(sources, first, strict=True)]


def _product(path: Path, source: str) -> str | None:
    """The product that shows itself in the first pages of a file."""
    pages = (one.exchange for one in read([path], on_damage=lambda damage: None) if is_page(one.exchange))
    for exchange in itertools.islice(pages, LOOKED_AT):
        try:
            return vendor_of(page_of(exchange, source)).name
        except (EncodingError, PageError):
            continue
    return None


def _tasks(
    files: tuple[Path, ...], found_in: list[tuple[Source, str]], workers: int, folder: Path
) -> list[_Task]:
    total = sum(path.stat().st_size for path in files)
    size = min(max(total // (workers * SLICES_A_WORKER), SMALLEST_SLICE), LARGEST_SLICE)
    numbers = {path: number for number, path in enumerate(files)}
    tasks = []
    for index, part in enumerate(slices(files, size)):
        number = numbers[part.path]
        source, vendor = found_in[number]
        tasks.append(_Task(index, part, number, files, source.name, vendor, folder))
    return tasks


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# In the children


def is_page(exchange: Exchange) -> bool:
    """Whether a crawl reads this answer: a whole success that is not robots.txt."""
    whole = 200 <= exchange.status < 300 and exchange.truncated is None
    return whole and urlsplit(exchange.url).path != "/robots.txt"


def _read_slice(seconds: float, board: mmap.mmap, task: _Task) -> _Found:
    """Reads the pages of a slice. `board`: shows the parent which page is at work."""
    found = _Found()
    spool = Spool(task.folder, str(task.index))
    deadly = dict(task.deadly)
    for archived in read_slice(task.part, task.files, on_damage=found.damages.append):
        exchange = archived.exchange
        if not is_page(exchange):
            continue
        place = place_of(task.number, archived.location.offset)
        if place in deadly:
            found.fail(ParseLimitError.code, deadly[place], [exchange.url])
            continue
        board[:8] = place.to_bytes(8, "big")
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, seconds)
        _read_page(exchange, place, task, spool, found)
        board[:8] = _NO_PAGE
    spool.flush()
    found.pieces = spool.pieces
    return found


def _read_page(exchange: Exchange, place: int, task: _Task, spool: Spool, found: _Found) -> None:
    vendor = vendors.load(task.vendor)
    try:
        page = page_of(exchange, task.source)
        key = page_key(exchange, vendor.canonical)
        told = tell(page, key, vendor, anyway=True)
    except PageError as error:
        found.fail(error.code, error.reason, [exchange.url])
    except EncodingError as error:
        found.fail(BrokenPageError.code, str(error), [exchange.url])
    except MemoryError:
        raise
    except Exception as error:  # a fault of the reader costs one page, as in a crawl
        _log.warning("%s: the reader failed", exchange.url, exc_info=error)
        found.fail("reader_failed", f"the reader failed: {type(error).__name__}", [exchange.url])
    else:
        spool.add(told.contributions, place)
        found.versions += versions.row(key, place, meaning(told.contributions), own=told.failure is None)
        if told.failure:
            found.fail(GENERIC, told.failure, [exchange.url], 0)


# In the parent


class _Worker:
    """A child for slices, and the board on which it shows the page it works on."""

    def __init__(self, function: Callable[[mmap.mmap, _Task], _Found], megabytes: int) -> None:
        self._board = mmap.mmap(-1, mmap.PAGESIZE)
        call = partial(function, self._board)
        self.sandbox: Sandbox[_Task, _Found] = Sandbox(call, seconds=None, megabytes=megabytes)

    def run(self, task: _Task) -> _Found:
        """Reads a slice, as often as a page in it is deadly; raises what cannot be laid on a page."""
        while True:
            self._board[:8] = _NO_PAGE
            try:
                return self.sandbox.run(task)
            except ParseLimitError as error:
                if self._board[:8] == _NO_PAGE:
                    raise
                place = int.from_bytes(self._board[:8], "big")
                _log.warning("%s: a page is left out: %s", task.part.path, error.reason)
                task = replace(task, deadly=(*task.deadly, (place, error.reason)))


def _run(
    tasks: list[_Task],
    number: int,
    function: Callable[[mmap.mmap, _Task], _Found],
    megabytes: int,
    on_progress: Progress,
) -> _Found:
    """Reads all slices with `number` children, each fed by a thread; results in the order of the slices."""
    found, done = _Found(), 0
    total = sum(task.part.end - task.part.start for task in tasks)
    with ExitStack() as stack:
        idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        for _ in range(min(number, len(tasks))):
            worker = _Worker(function, megabytes)
            stack.enter_context(worker.sandbox)
            idle.put(worker)
        threads = stack.enter_context(ThreadPoolExecutor(max(idle.qsize(), 1)))
        stack.callback(threads.shutdown, wait=True, cancel_futures=True)
        for task, result in zip(tasks, threads.map(partial(_with, idle), tasks), strict=True):
            found.take(result)
            done += task.part.end - task.part.start
            on_progress(done, total)
    return found


def _with(idle: queue.SimpleQueue[_Worker], task: _Task) -> _Found:
    worker = idle.get()
    try:
        return worker.run(task)
    finally:
        idle.put(worker)


def _exported(found: _Found, vendors: Iterable[str], output: Path) -> Counts:
    moved: dict[str, str] = {}
    counts = export(settled(lambda: _winners(found), vendors, moved), output)
    counts.aliases |= moved
    return counts


def _winners(found: _Found) -> Iterator[Contribution]:
    """The contributions of the page versions that count, in the exporter's order."""
    superseded = versions.superseded(found.versions)
    for rank, record_id, not_own, key, place, _, line in merged(found.pieces):
        at = bisect_left(superseded, place)
        if at == len(superseded) or superseded[at] != place:
            yield Contribution(record_id, ORDER[rank], not not_own, key, line)


# The report


def _report(facts: Facts, found_in: list[tuple[Source, str]], found: _Found, counts: Counts) -> Report:
    own, generic = versions.count(found.versions)
    outcomes = {"ok": own, **({GENERIC: generic} if generic else {})}
    for (outcome, _), (count, _) in sorted(found.failures.items()):
        outcomes[outcome] = outcomes.get(outcome, 0) + count
    rows = [Failures(*why, count, tuple(urls)) for why, (count, urls) in found.failures.items()]
    facts = replace(
        facts,
        source=", ".join(source.name for source, _ in found_in),
        base_url=", ".join(source.base_url for source, _ in found_in),
        vendor=", ".join(dict.fromkeys(vendor for _, vendor in found_in)),
        outcomes=outcomes,
        soft_errors=sum(outcomes.values()) - own - generic,
        failures=tuple(sorted(rows, key=lambda row: (-row.count, row.outcome, row.reason))),
        counts=counts,
        expected=tuple(dict.fromkeys(kind for _, name in found_in for kind in vendors.load(name).expects)),
    )
    result = report(facts)
    document = {**result.document, "damages": [str(damage) for damage in found.damages]}
    if found.damages and result.verdict in ("ok", "suspect"):
        reasons = (f"{len(found.damages)} damaged places in the archive were left out", *result.reasons)
        code = EXIT_CODES["suspect"]
        document |= {"verdict": "suspect", "reasons": list(reasons), "exit_code": code}
        return Report("suspect", reasons, code, document)
    return replace(result, document=document)
