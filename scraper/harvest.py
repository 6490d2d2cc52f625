"""A crawl from beginning to end: folder, state, archive and network together, and what came of it."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from scraper import vendors
from scraper.archive import Archive, archive_files, info_of
from scraper.crawling.ending import Ending
from scraper.crawling.folder import Folder, held
from scraper.crawling.freshness import SENTINELS, Freshness
from scraper.crawling.given import Budget, Clock, Progress
from scraper.crawling.ledgers import Ledgers
from scraper.crawling.loop import TURN, Crawling
from scraper.crawling.options import Options
from scraper.crawling.pauses import Numbers, Traffic
from scraper.crawling.rebuild import kept
from scraper.crawling.recovery import recover
from scraper.crawling.schedule import LONGEST_WAIT, PRIORITY, Choice
from scraper.crawling.visits import Visits
from scraper.detect import SURE, detect
from scraper.errors import FetchError, UsageError, WrongProductError
from scraper.expectations import shown
from scraper.fetcher import Fetcher, same_site
from scraper.page import Exchange, Kind, Page, Request, Source, Window
from scraper.parser import vendor_of
from scraper.report import Facts, Report, report, write
from scraper.stamp import iso
from scraper.state import KEPT, Run, Wanted
from scraper.store import Store
from scraper.vendor import Vendor

__all__ = ["Options", "Progress", "Report", "crawl"]

_NOT_SHOWN = frozenset({"soft_errors", "seconds", "lists", "shrunk"})
MOVING_DAYS = 7  # so long an unfinished run with a window that follows from the day goes on with its own
_log = logging.getLogger(__name__)


def _utcnow() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def crawl(
    source: Source,
    options: Options,
    *,
    on_progress: Callable[[Progress], object] = lambda progress: None,
    stop: threading.Event | None = None,
    signal: Callable[[], int | None] = lambda: None,
    vendor: Vendor | None = None,
    now: Callable[[], dt.datetime] = _utcnow,
    sleep: Callable[[float], object] | None = None,
) -> Report:
    """Crawls a source into `options.output`: `*.jsonl`, `run.json`, the archive and the state.

    An unfinished run with the same options is gone on with; otherwise everything is asked for anew, with
    validators where there are any. Setting `stop` ends it in order; `signal`: the number to report then.
    `vendor`: instead of the source's, or of the one that the first page shows. Raises LockedError,
    StorageError, UsageError.
    """
    ending = stop or threading.Event()
    with held(options.output, iso(now())) as folder, kept(folder) as store:
        _claim(store, source)
        run, numbers = _run_of(store, source, options, now())
        harvest = _Harvest(source, options, folder, store, run, vendor, now)
        clock = Clock(now=now, pause=sleep or ending.wait)
        with contextlib.ExitStack() as stack:
            crawling = harvest.open(stack, clock, ending, numbers, on_progress, sleep)
            crawling.run()
        return harvest.conclude(crawling, numbers.traffic, (signal() or 2) if ending.is_set() else None)


class _Harvest:
    """What the parts of one crawl have in common."""

    def __init__(
        self,
        source: Source,
        options: Options,
        folder: Folder,
        store: Store,
        run: Run,
        vendor: Vendor | None,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._source = source
        self._options = options
        self._folder = folder
        self._store = store
        self._run = run
        self._now = now
        known = source.vendor or run.vendor
        self._fixed = vendor
        self._vendor = vendor or (vendors.load(known) if known else None)
        asked = json.loads(run.options)
        self._window = Window(dt.date.fromisoformat(asked["since"]), dt.date.fromisoformat(asked["until"]))
        self._stack = contextlib.ExitStack()
        self._fresh: Freshness | None = None
        self._ending = Ending(store, folder, run, now())
        self._robots: dict[str, Any] | None = json.loads(store.meta("robots") or "null")
        self._new_labels: tuple[str, ...] = ()

    def open(
        self,
        stack: contextlib.ExitStack,
        clock: Clock,
        stop: threading.Event,
        numbers: Numbers,
        on_progress: Callable[[Progress], object],
        sleep: Callable[[float], object] | None,
    ) -> Crawling:
        """The loop with its network and archive, and what a crash left behind worked off."""
        self._stack = stack
        left = self._left_behind()
        archive = None if self._options.replay else stack.enter_context(self._archive())
        began = self._run.vendor is not None

        def record(exchange: Exchange) -> None:
            crawling.record(exchange)

        fetcher = stack.enter_context(self._fetcher(record, stop, sleep))
        crawling = Crawling(
            self._store,
            fetcher,
            archive,
            begin=lambda page: self._begin(page, fetcher),
            visits=self._visits() if began else None,
            clock=clock,
            stop=stop,
            budget=Budget(self._options.max_requests, self._options.max_runtime, self._options.night),
            numbers=numbers,
            on_progress=on_progress,
        )
        fetcher.restore_cookies(json.loads(self._store.meta("cookies") or "[]"))
        self._seed()
        recover(left, crawling, fetcher, self._store, self._source)
        return crawling

    def conclude(self, crawling: Crawling, traffic: Traffic, signal: int | None) -> Report:
        """Exports, judges, and ends the run if nothing is left to do."""
        if crawling.read and self._vendor:
            choice = self._choice(self._vendor)
            vendor, anew = self._vendor, self._options.full
            ledgers = self._ending.export(
                self._options.kinds,
                lambda: Ledgers(self._store, self._run, choice, self._source.name, vendor),
                counting=crawling.ended,
                anew=anew,
            )
            self._new_labels = ledgers.write(self._folder.path, iso(self._now()))
        signal = signal if crawling.pending else None
        result = report(self._facts(crawling, traffic, signal))
        write(result, self._folder.path)
        if crawling.ended:
            measures = self._ending.measures() if crawling.read else None
            self._store.finish_run(self._run.id, iso(self._now()), result.verdict, measures)
            if crawling.read:
                self._note_lists()
        return result

    def _note_lists(self) -> None:
        """Remembers when lists were walked to their ends last."""
        if self._fresh is None or self._fresh.lists_due:
            self._store.set_meta([("lists_walked", self._now().date().isoformat())])

    # ---- the parts

    def _left_behind(self) -> list[Exchange]:
        """Exchanges that were archived but not noted before a crash; a torn end of the archive is cut."""
        if self._options.replay:
            return []
        file, offset = json.loads(self._store.meta("archive") or '["", 0]')
        return Archive.recover(self._folder.archive, file, offset) if self._folder.archive.is_dir() else []

    def _archive(self) -> Archive:
        known = self._vendor.name if self._vendor else None
        info = info_of(self._source, vendor=known, override=self._options.override_robots)
        return Archive(self._folder.archive, info=info, now=self._now)

    def _fetcher(
        self,
        record: Callable[[Exchange], object],
        stop: threading.Event,
        sleep: Callable[[float], object] | None,
    ) -> Fetcher:
        replay = None
        if self._options.replay:
            from scraper.warc.replay import ReplayTransport

            replay = ReplayTransport(_archives(self._options.replay))
        fetcher = Fetcher(
            self._source.base_url,
            source=self._source.name,
            delay=None if replay else self._options.delay,
            transport=replay,
            record=record,
            obey_robots=replay is None,  # what was recorded was allowed
            sleep=sleep,
            now=self._now,
            scope=lambda url: in_scope(url, self._source, self._vendor),
            stop=stop,
            resume=self._run.id > 1 or bool(self._store.outcomes()),
            patience=TURN,
        )
        if self._options.override_robots:
            fetcher.override_robots()
        return fetcher

    def _choice(self, vendor: Vendor) -> Choice:
        return Choice(self._window, self._options.kinds, vendor.expand, vendor.canonical)

    def _visits(self) -> Visits:
        assert self._vendor is not None
        self._fresh = self._freshness()
        visits = Visits(self._store, self._vendor, self._choice(self._vendor), self._fresh)
        return self._stack.enter_context(visits)

    def _freshness(self) -> Freshness | None:
        """What need not be asked for again after a run that came to its end; nothing with `full`."""
        if self._options.full or self._options.replay or not self._store.measures(1):
            return None
        today, walked = self._now().date(), self._store.meta("lists_walked")
        due = walked is None or today - dt.date.fromisoformat(walked) >= dt.timedelta(7)
        sentinels = (key for kind, count in SENTINELS.items() for key in self._store.newest(kind, count))
        return Freshness(today, due, frozenset(sentinels))

    # ---- the beginning

    def _seed(self) -> None:
        """The first pages: those of the product, or the given address as long as it is not known."""
        if self._store.outcomes():
            return
        if self._vendor is None:
            self._store.add([Wanted(Request(self._source.base_url, Kind.START), PRIORITY[Kind.START])])
        else:
            self._store.add(self._seeds(self._vendor))

    def _seeds(self, vendor: Vendor) -> Iterable[Wanted]:
        return self._choice(vendor).wanted(vendor.seeds(self._source, self._window), None)

    def _begin(self, page: Page, fetcher: Fetcher) -> Visits:
        """Makes sure of the product and adds its seeds. Raises PageError."""
        self._vendor = self._fixed or self._product(page)
        self._store.note_run(self._run.id, vendor=self._vendor.name)
        self._store.add(self._seeds(self._vendor))
        self._note_robots(fetcher)
        return self._visits()

    def _product(self, page: Page) -> Vendor:
        """The catalog is a hint: the page's own marks count, but without any the hint does."""
        mark = detect(page)
        if self._vendor is None or mark is None or mark.vendor == self._vendor.name:
            return self._vendor or vendor_of(page)
        if mark.confidence < SURE:
            return self._vendor
        raise WrongProductError(
            page.url,
            f"this is {mark.vendor}, but the catalog says {self._vendor.name}; give the address instead",
        )

    def _note_robots(self, fetcher: Fetcher) -> None:
        if self._options.replay:
            return
        with contextlib.suppress(FetchError):
            verdict = fetcher.robots()
            self._robots = {
                "url": verdict.url,
                "status": verdict.status,
                "delay": verdict.delay,
                "explanation": verdict.explain(self._source.base_url),
            }
            self._store.set_meta([("robots", json.dumps(self._robots))])

    # ---- the end

    def _facts(self, crawling: Crawling, traffic: Traffic, signal: int | None) -> Facts:
        kinds = self._options.kinds
        expected = self._vendor.expects if self._vendor else ()
        overridden = self._options.override_robots is not None
        numbers = {name: value for name, value in vars(traffic).items() if name not in _NOT_SHOWN}
        return Facts(
            source=self._source.name,
            base_url=self._source.base_url,
            vendor=self._vendor.name if self._vendor else None,
            started=self._run.started,
            finished=iso(self._now()),
            window=(self._window.since.isoformat(), self._window.until.isoformat()),
            options=self._options.shown(),
            outcomes=self._store.outcomes(),
            soft_errors=traffic.soft_errors,
            traffic={**numbers, "seconds": traffic.seconds, "full_crawl": self._full_cost(traffic)},
            failures=tuple(self._store.failures()),
            counts=self._ending.counts,
            expected=tuple(kind for kind in expected if kinds is None or kind in kinds),
            robots={**self._robots, "overridden": overridden} if self._robots else None,
            error=crawling.error,
            budget=crawling.budget_reached,
            signal=signal,
            unexpected=self._ending.unexpected(traffic) if crawling.read and crawling.ended else (),
            changes={} if self._ending.first else shown(self._ending.tally),
            new_labels=self._new_labels if self._options.fail_on_new_labels else (),
            folder=str(self._folder.path),
        )

    def _full_cost(self, traffic: Traffic) -> int:
        """The requests that a full crawl would have cost."""
        return traffic.requests + self._store.outcomes().get(KEPT, 0)


def in_scope(url: str, source: Source, vendor: Vendor | None) -> bool:
    """Whether an address belongs to the source: its host, or what the product says is a part of it."""
    return same_site(url, source.base_url) or (vendor is not None and vendor.within(url))


def _claim(store: Store, source: Source) -> None:
    """One folder, one source: records of two would be mixed."""
    owner = store.meta("source")
    if owner is None:
        store.set_meta([("source", source.name)])
    elif owner != source.name:
        raise UsageError(
            f"the folder holds records of {owner}, not of {source.name}; choose another --output"
        )


def _run_of(store: Store, source: Source, options: Options, now: dt.datetime) -> tuple[Run, Numbers]:
    """The unfinished run, if it wants the same, or a new one; and its numbers so far."""
    asked = options.identity(source)
    run = store.unfinished_run()
    if run is not None and _goes_on(json.loads(run.options), asked, run.started, now):
        _log.info("going on with the run of %s", run.started)
        store.clamp_due(now.timestamp() + LONGEST_WAIT)
        numbers = Numbers.load(store.meta("numbers"))
        numbers.host.due = min(numbers.host.due, now.timestamp() + LONGEST_WAIT)
        return run, numbers
    numbers = Numbers.load(None)
    run = store.begin_run(iso(now), json.dumps(asked))
    store.set_meta(numbers.meta())
    return run, numbers


def _goes_on(before: dict[str, Any], asked: dict[str, Any], started: str, now: dt.datetime) -> bool:
    if before == asked:
        return True
    young = now - dt.datetime.fromisoformat(started) < dt.timedelta(days=MOVING_DAYS)
    rest = {"since": None, "until": None}
    return bool(young and before["moving"] and asked["moving"] and {**before, **rest} == {**asked, **rest})


def _archives(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        files += archive_files(path) or sorted(path.glob("*.warc*")) if path.is_dir() else [path]
    if not files:
        raise UsageError(f"no archive files in {', '.join(map(str, paths))}")
    return files
