"""The loop of a crawl: the next page that is due, its answer, what comes of it, until nothing is left.

Every page ends in one typed outcome or stays in the frontier with the time at which it is due again.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from scraper.archive import Archive, Location
from scraper.crawling import schedule
from scraper.crawling.given import Budget, Clock, Progress
from scraper.crawling.pauses import Numbers
from scraper.crawling.schedule import (
    BROKEN_TRIES,
    DENIALS,
    FIRST_TRIES,
    LONGEST_WAIT,
    MAX_PAUSES,
    MAX_RESTARTS,
    MAX_TRIES,
    retry_delay,
)
from scraper.crawling.visits import Answer, Visits, failed
from scraper.errors import (
    BrokenPageError,
    BusyError,
    Denied,
    FetchError,
    GoneError,
    Interrupted,
    PageError,
    RetryLater,
    RobotsForbidden,
    SessionLostError,
    TooSoon,
    without_login,
)
from scraper.fetcher import Fetcher
from scraper.page import Exchange, Kind, Page, Request
from scraper.stamp import iso
from scraper.state import READ, Task, Visit
from scraper.store import Store

PATIENCE = 3600.0  # seconds that a run waits for a host before it ends and leaves the rest for later
TURN = 5.0  # seconds that the fetcher waits for its turn; a longer wait is weighed against the budget here
_EVERY = 0.1  # seconds between two reports of progress
_log = logging.getLogger(__name__)


class Crawling:
    """One start of the program at work on one run.

    `begin(page)`: called with the first page of a run; makes sure of the product and gives the reader of its
    pages (None so far), or raises PageError. Afterwards `error` (the run cannot go on), `budget_reached` (it
    may go on later) or neither (nothing is left, or `stop` is set) say why it ended.
    """

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        archive: Archive | None,
        *,
        begin: Callable[[Page], Visits],
        visits: Visits | None,
        clock: Clock,
        stop: threading.Event,
        budget: Budget,
        numbers: Numbers,
        on_progress: Callable[[Progress], object],
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._archive = archive
        self._begin = begin
        self._visits = visits
        self._clock = clock
        self._stop = stop
        self._budget = budget
        self._numbers = numbers
        self._on_progress = on_progress
        self._started = clock.monotonic()
        self._seconds_before = numbers.traffic.seconds
        self._requests_before = numbers.traffic.requests
        self._seen = self._ahead = 0.0
        self._location: Location | None = None
        self._cookies = ""
        self._told_at = float("-inf")
        self._came: Request | None = None  # a page that this start of the program got
        self._recount()
        self._done_before = self._done
        self._records = store.record_count()
        self.read = sum(store.outcomes().get(outcome, 0) for outcome in READ)
        self.error: str | None = None
        self.budget_reached: str | None = None

    def record(self, exchange: Exchange) -> None:
        """Keeps an exchange in the archive before anybody looks at it."""
        self._numbers.traffic.crossed(exchange)
        self._location = self._archive.append(exchange) if self._archive else None

    def run(self) -> None:
        """Works until nothing is left, or one of the reasons above ends it. Raises StorageError."""
        self._recount()  # what was seeded and recovered
        while (task := self._next()) is not None:
            self._fetch(task)
        self._store.set_meta(self._meta())

    @property
    def ended(self) -> bool:
        """Whether the run is over; else the next start of the program goes on with it."""
        return self.error is not None or self.pending == 0

    @property
    def pending(self) -> int:
        """Pages that are still wanted."""
        return self._pending

    # ---- which page, and when

    def _next(self) -> Task | None:
        while not (self._stop.is_set() or self.error or self._exhausted()):
            now = self._now()
            host = self._numbers.host.due
            task = self._store.next_task(now) if host <= now else None
            if task is not None:
                return task
            due = host if host > now else self._store.next_due()
            if due is None or not self._wait(due - now):
                return None
        return None

    def _exhausted(self) -> bool:
        spent = self._numbers.traffic.requests - self._requests_before
        if self._budget.requests is not None and spent >= self._budget.requests:
            self.budget_reached = f"--max-requests {self._budget.requests} is reached"
        elif self._budget.requests is None and self._done >= schedule.MOST_PAGES:
            self.budget_reached = f"{self._done:,} pages, more than a town has: a list without an end?"
        elif self._left() <= 0:
            self.budget_reached = f"--max-runtime {self._budget.seconds:g} s is reached"
        elif self._night_left() <= 0:
            self.budget_reached = f"the night (--night {self._budget.night}) is over"
        return self.budget_reached is not None

    def _left(self) -> float:
        spent = self._clock.monotonic() - self._started
        return float("inf") if self._budget.seconds is None else self._budget.seconds - spent

    def _night_left(self) -> float:
        return self._budget.night.left(self._clock.now()) if self._budget.night else float("inf")

    def _wait(self, seconds: float) -> bool:
        if seconds > min(self._left(), self._night_left(), PATIENCE):
            until = self._clock.now() + dt.timedelta(seconds=min(seconds, LONGEST_WAIT))
            self.budget_reached = f"the server wants to be left alone until {until:%Y-%m-%d %H:%M} UTC"
            if seconds <= PATIENCE:
                limit = "--max-runtime" if seconds > self._left() else "the night"
                self.budget_reached = f"{limit} would be over before the next page is due"
            return False
        self._clock.pause(seconds)
        return True

    def _now(self) -> float:
        """Unix time that never goes back: a clock that is set back must not stall what waits."""
        now = self._clock.now().timestamp()
        self._ahead = max(self._ahead, self._seen - now)
        self._seen = now + self._ahead
        return self._seen

    # ---- one page

    def _fetch(self, task: Task) -> None:
        kept = self._visits.kept(task, self._clock.now()) if self._visits else None
        if kept is not None:
            self._settle(task, kept)
            return
        validators = self._visits.validators(task) if self._visits else None
        last_try = task.tries + 1 >= self._tries()
        try:
            fetched = self._fetcher.fetch(task.request, validators, accept_unterminated=last_try)
        except TooSoon as error:
            self._numbers.host.due = self._now() + (error.after or 0.0)
        except Interrupted:
            return
        except FetchError as error:
            self._heard(task, error)
        else:
            last = fetched.exchanges[-1]
            self._heard(task, Answer(fetched.page, last, fetched.validators, self._location))

    def recovered(self, task: Task, heard: Answer | FetchError, chain: list[Exchange]) -> None:
        """What comes of an answer that an earlier process archived but did not work off before it died."""
        for exchange in chain:
            self._numbers.traffic.crossed(exchange)
        is_page = isinstance(heard, Answer) and heard.page is not None
        if self._store.pending_task(task.key) or (is_page and self._visits):
            self._heard(task, heard)
            self._recount()

    def _heard(self, task: Task, heard: Answer | FetchError) -> None:
        if isinstance(heard, RetryLater):
            self._later(task, heard)
        elif isinstance(heard, Denied):
            self._denied(task, heard)
        elif isinstance(heard, FetchError):
            if isinstance(heard, GoneError | RobotsForbidden):
                self._numbers.host.answered()
            self._settle(task, self._failed(task, heard))
        else:
            self._answered(task, heard)

    def _answered(self, task: Task, answer: Answer) -> None:
        before = replace(self._numbers.host)
        self._numbers.host.answered()
        self._came = task.request if not (task.request.step or task.request.form) else self._came
        try:
            visit = self._visits.of(task, answer) if self._visits else self._first(task, answer)
            self._settle(task, visit)
        except SessionLostError as error:
            self._begin_list_anew(task, error)
        except BusyError as error:  # it answers, and refuses all the same: no page has come in between
            self._numbers.host = before
            self._later(task, RetryLater(error.url, error.reason, whole_host=True))
        except PageError as error:
            self._unreadable(task, answer, error)

    def _unreadable(self, task: Task, answer: Answer, error: PageError) -> None:
        """A broken page is asked for once more; what the generic reader makes of it is kept meanwhile."""
        broken = type(error) is BrokenPageError
        rescue = self._visits.by_generic(task, answer) if broken and self._visits else None
        if broken and task.tries + 1 < BROKEN_TRIES:
            self._again(task, error.reason, retry_delay(task.tries + 1, self._clock.rng), rescue)
            return
        self._numbers.traffic.soft_errors += rescue is None
        self._settle(task, rescue or self._failed(task, error))

    def _first(self, task: Task, answer: Answer) -> Visit:
        """The page at the given address: it tells the product, and maybe more."""
        if answer.page is None:
            raise BrokenPageError(task.request.url, "not modified, says the server, without being asked so")
        try:
            self._visits = self._begin(answer.page)
        except BusyError:
            raise
        except PageError as error:
            self.error = str(error)
            raise
        self._recount()
        try:
            return self._visits.of(task, answer)
        except PageError:
            if self._pending <= 1:  # this page is the only seed
                raise
            return Visit(task.key, "ok")  # any page of the product tells it; the seeds have the menu

    def _failed(self, task: Task, error: FetchError | PageError) -> Visit:
        """The end of a page that told nothing, and what may tell the same instead."""
        visit = failed(task, error)
        return replace(visit, wanted=self._visits.instead(task)) if self._visits else visit

    def _begin_list_anew(self, task: Task, error: SessionLostError) -> None:
        """The position in a list is in the session: a new session begins with the first page."""
        if self._store.chain_restarts(task.key) >= MAX_RESTARTS:
            self._numbers.traffic.soft_errors += 1
            self._settle(task, self._failed(task, error))
            return
        self._numbers.traffic.retries += 1
        self._fetcher.clear_cookies()
        self._store.restart_chain(task.key, self._meta())
        self._recount()

    # ---- trouble

    def _recount(self) -> None:
        self._done, self._pending, self._failures = self._store.progress()

    def _tries(self) -> int:
        return MAX_TRIES if self.read else FIRST_TRIES

    def _later(self, task: Task, error: RetryLater) -> None:
        """The page, or the whole host, is asked again when it is due; or not any more."""
        host, now = self._numbers.host, self._now()
        resting = host.missed(now, error.after, whole_host=error.whole_host)
        if resting and host.pauses > (MAX_PAUSES if self.read else 1):
            self._give_up(error)
        elif resting:
            _log.warning("%s; next try in %.0f s", error, host.due - now)
        if task.tries + 1 >= self._tries() and not (resting and host.pauses > 1):
            self._settle(task, self._failed(task, error))
            return
        wait = retry_delay(task.tries + 1, self._clock.rng) if error.after is None else error.after
        if resting:  # another page first: it tells whether only this one is broken
            wait = host.due + 1 - now
        self._again(task, error.reason, wait)

    def _denied(self, task: Task, error: Denied) -> None:
        """A page that is denied is not public; when all are, it is the host, and none of them is lost."""
        host = self._numbers.host
        host.denials += 1
        if not self.read or host.denials < DENIALS or self._lets_in():
            self._settle(task, self._failed(task, error))
            return
        self._store.reopen(error.reason)
        self._recount()
        reason = f"{error.reason}, {host.denials} times in a row"
        self._later(task, RetryLater(error.url, reason, whole_host=True))

    def _lets_in(self) -> bool:
        """Whether a page that came before still comes."""
        if self._came is None:
            return False
        try:
            self._fetcher.fetch(self._came)
        except FetchError as error:
            return isinstance(error, Interrupted)
        self._numbers.host.denials = 0
        return True

    def _give_up(self, error: RetryLater) -> None:
        self._numbers.host.answered()  # the next start of the program tries afresh
        if self.read:
            self.budget_reached = f"the server does not answer as it should: {error}"
        else:
            self.error = f"{error} (is the address right? Then run the same command again later)"

    def _again(self, task: Task, reason: str, wait: float, meanwhile: Visit | None = None) -> None:
        self._numbers.traffic.retries += 1
        due = self._now() + min(wait, LONGEST_WAIT)
        self._store.postpone(task.key, due, reason, self._meta(), meanwhile)

    # ---- keeping

    def _settle(self, task: Task, visit: Visit) -> None:
        change = self._store.settle(
            replace(visit, meta=(*visit.meta, *self._meta()), at=iso(self._clock.now()))
        )
        self._done += 1
        self._pending += change.wanted - 1
        self._records += change.records
        self._numbers.traffic.listed(task.request.kind, change)
        self._failures += visit.outcome == "failed"
        self.read += visit.outcome in READ
        self._report(task)

    def _meta(self) -> tuple[tuple[str, str], ...]:
        """What changes with every page: cookies, numbers, how far the archive is."""
        self._numbers.traffic.seconds = round(
            self._seconds_before + self._clock.monotonic() - self._started, 3
        )
        values = [*self._numbers.meta()]
        cookies = json.dumps(self._fetcher.cookies())
        if cookies != self._cookies:
            self._cookies = cookies
            values.append(("cookies", cookies))
        if self._archive:
            values.append(("archive", json.dumps(self._archive.position())))
        return tuple(values)

    def _report(self, task: Task) -> None:
        now = self._clock.monotonic()
        if now - self._told_at < _EVERY:
            return
        self._told_at = now
        done = self._done - self._done_before
        eta = (now - self._started) / done * self._pending if done and self.read else None
        kind, url = Kind(task.request.kind).value, without_login(task.request.url)
        self._on_progress(Progress(self._done, self._pending, kind, url, self._records, self._failures, eta))
