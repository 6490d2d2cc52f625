"""From an answer to what the store keeps of it: new, unchanged, or the typed outcome of an error."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from types import TracebackType

from scraper import __version__
from scraper.archive import Location
from scraper.crawling.freshness import Freshness, Parent
from scraper.crawling.schedule import Choice
from scraper.crawling.telling import Told, pack, tell, unpack
from scraper.errors import (
    BrokenPageError,
    FetchError,
    GoneError,
    NotFoundError,
    NotPublicError,
    PageError,
    Refused,
    RobotsForbidden,
    UnusableAnswer,
)
from scraper.fetcher import Validators
from scraper.merging.contribution import Contribution, meaning, page_key
from scraper.merging.takeover import is_unnumbered, sign, takeovers
from scraper.page import GENERIC, Exchange, Kind, Page, Request
from scraper.sandbox import Sandbox
from scraper.stamp import iso
from scraper.state import KEPT, TOTALS, PageState, Task, Visit, Wanted
from scraper.store import Store
from scraper.vendor import Vendor

# What is final; everything else that goes wrong is "failed".
OUTCOMES: tuple[tuple[type[FetchError] | type[PageError], str], ...] = (
    (GoneError, "gone"),
    (NotFoundError, "gone"),
    (RobotsForbidden, "blocked"),
    (UnusableAnswer, "failed"),
    (Refused, "refused"),
    (NotPublicError, "refused"),
)
# In the place of the version of a page that was not read by its own reader: it is read again next time.
BY_GENERIC = f"{__version__} {GENERIC}"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """A usable answer: `page` is None when the server says that it has not changed; `last`: the final hop."""

    page: Page | None
    last: Exchange
    validators: Validators
    location: Location | None = None


def failed(task: Task, error: FetchError | PageError) -> Visit:
    """The end of a page that told nothing; records that it told before stay."""
    outcome = next((name for kind, name in OUTCOMES if isinstance(error, kind)), "failed")
    return Visit(task.key, outcome, error.reason)


class Visits:
    """Reads answers of one product in a killable child; a context manager.

    `fresh`: which pages need not be asked for again; None: all are.
    """

    def __init__(self, store: Store, vendor: Vendor, choice: Choice, fresh: Freshness | None = None) -> None:
        self._store = store
        self._choice = choice
        self._fresh = fresh
        self._sandbox: Sandbox[tuple[Page, str, bool], Told] = Sandbox(partial(_tell, vendor))
        self.vendor = vendor

    def __enter__(self) -> Visits:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sandbox.close()

    def validators(self, task: Task) -> Validators | None:
        """What makes the request conditional, if the page was read before by this version.

        Never for a list: its first page sets the position in the session.
        """
        known = self._store.page(task.key) if task.request.kind is not Kind.PAPER_LIST else None
        if known is None or known.parser != __version__ or not (known.etag or known.last_modified):
            return None
        return Validators(known.etag, known.last_modified)

    def instead(self, task: Task) -> tuple[Wanted, ...]:
        """Other pages that may tell what this one would have told."""
        return self._choice.instead(self.vendor.fallback(task.request), task.key)

    def of(self, task: Task, answer: Answer) -> Visit:
        """What the answer changes. Raises PageError when the page tells nothing."""
        key = page_key(answer.last, self.vendor.canonical)
        known = self._store.page(key)
        page = answer.page
        if page is None:
            if known is None:
                raise BrokenPageError(
                    answer.last.url, "not modified, says the server, but nothing is known of it"
                )
            return self._unchanged(task, known)
        same = known is not None and known.snapshot == page.snapshot
        if known is not None and same:
            if known.parser == __version__:
                return self._unchanged(task, known)
            page = replace(page, fetched_at=dt.datetime.fromisoformat(known.fetched_at))
        told = self._read(page, key)
        if known is not None and not same and meaning(told.contributions) == self._meaning(key):
            wanted = self._wanted(task, told.follow, told.contributions)
            return Visit(task.key, "unchanged", wanted=wanted, meta=self._totals(key, told))
        visit = self._visit(task, "unchanged" if same else "ok", page, answer, told)
        return replace(visit, aliases=self._aliases(task, known, told.contributions))

    def by_generic(self, task: Task, answer: Answer) -> Visit | None:
        """What the generic reader makes of a page that its own reader could not read.

        None if that is nothing, or if the page was once read better: what was there before stays.
        """
        key = page_key(answer.last, self.vendor.canonical)
        known, page = self._store.page(key), answer.page
        if page is None or (known is not None and known.parser != BY_GENERIC):
            return None
        if known is not None and known.snapshot == page.snapshot:
            page = replace(page, fetched_at=dt.datetime.fromisoformat(known.fetched_at))
        try:
            told = self._read(page, key, anyway=True)
        except PageError:
            return None
        return self._visit(task, GENERIC, page, answer, told) if told.failure else None

    def _visit(self, task: Task, outcome: str, page: Page, answer: Answer, told: Told) -> Visit:
        return Visit(
            task.key,
            outcome,
            told.failure or "",
            page=_state(page_key(answer.last, self.vendor.canonical), page, answer, told),
            contributions=told.contributions,
            wanted=self._wanted(task, told.follow, told.contributions),
            meta=self._totals(page_key(answer.last, self.vendor.canonical), told),
        )

    def _totals(self, key: str, told: Told) -> tuple[tuple[str, str], ...]:
        """What lists say they have in all, brought up to date."""
        if told.total is None:
            return ()
        known = json.loads(self._store.meta(TOTALS) or "{}")
        return ((TOTALS, json.dumps({**known, key: (self.vendor.name, *told.total)})),)

    def kept(self, task: Task, now: dt.datetime) -> Visit | None:
        """A page that cannot have changed since it was read last is not asked for; its links are followed."""
        if self._fresh is None or task.key in self._fresh.sentinels:
            return None
        known = self._store.page(task.key)
        if known is None or known.parser != __version__ or not known.checked_at:
            return None
        if self._is_edge(task, known):
            return None
        days = set(_days(self._store.contributions(known.key), task.request.kind))
        age = now - dt.datetime.fromisoformat(known.checked_at)
        if not self._fresh.holds(task.request.kind, days, age, self._parent(task)):
            return None
        return Visit(task.key, KEPT, wanted=self._choice.wanted(unpack(known.leads), task.key))

    def _parent(self, task: Task) -> Parent | None:
        found = self._store.ended(task.parent) if task.parent else None
        return Parent(Kind(found[0]), found[1]) if found else None

    def _wanted(
        self, task: Task, follow: Iterable[Request], told: Iterable[Contribution]
    ) -> tuple[Wanted, ...]:
        """What a page leads to.

        A list goes from new to old: behind a page of known papers nothing is new. Or from old to new, as
        OParl's do: then what is new is on its last page.
        """
        wanted = self._choice.wanted(follow, task.key)
        is_list = task.request.kind is Kind.PAPER_LIST
        if not is_list or self._fresh is None or self._fresh.lists_due or self._store.has_unknown(told):
            return wanted
        pages = [self._last(one, task.key) for one in _pages(wanted) if self.vendor.either_way]
        others = (one for one in wanted if one.request.kind is not Kind.PAPER_LIST)
        return (*pages, *others)

    def _last(self, page: Wanted, first: str) -> Wanted:
        """The last page of a list, as far as it is known; `first`: key of a page before it."""
        seen = {first}
        while page.request.key not in seen:
            seen.add(page.request.key)
            known = self._store.page(page.request.key)
            further = _pages(self._choice.wanted(unpack(known.leads), page.parent)) if known else ()
            page = next((one for one in further if one.request.key not in seen), page)
        return page

    def _is_edge(self, task: Task, known: PageState) -> bool:
        """The first or last page of a list of meetings: new ones come there, however old the others are."""
        if not self.vendor.either_way or task.request.kind is not Kind.CALENDAR:
            return False
        parent = self._parent(task)
        goes_on = any(one.kind is Kind.CALENDAR for one in unpack(known.leads))
        return parent is None or parent.kind is not Kind.CALENDAR or not goes_on

    def _meaning(self, key: str) -> str:
        return meaning(self._store.contributions(key))

    def _unchanged(self, task: Task, known: PageState) -> Visit:
        """Nothing moves, not even the time of fetching; the links are followed as before."""
        return Visit(task.key, "unchanged", wanted=self._wanted(task, unpack(known.leads), ()))

    def _read(self, page: Page, key: str, *, anyway: bool = False) -> Told:
        try:
            return self._sandbox.run((page, key, anyway))
        except PageError as error:
            raise error if error.url else type(error)(page.url, error.reason) from None
        except Exception as error:  # a fault of the reader costs one page, not the run
            _log.warning("%s: the reader failed: %s: %s", page.url, type(error).__name__, error)
            raise ReaderError(page.url, f"the reader failed: {type(error).__name__}") from error

    def _aliases(
        self, task: Task, known: PageState | None, told: tuple[Contribution, ...]
    ) -> tuple[tuple[str, str], ...]:
        """Calendar entries without a number that now have one."""
        if known is None or task.request.kind is not Kind.CALENDAR:
            return ()
        before = (one for one in self._store.contributions(known.key) if is_unnumbered(one.record_id))
        meetings = [one for one in (*before, *told) if one.kind == "meeting"]
        signs = ((one.record_id, sign(json.loads(one.json))) for one in meetings)
        return tuple(takeovers((record_id, [one] if one else []) for record_id, one in signs))


def _pages(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    return tuple(one for one in wanted if one.request.kind is Kind.PAPER_LIST)


def _days(told: Iterable[Contribution], kind: Kind) -> Iterator[dt.date]:
    """The dates of what a page of that kind tells of itself; of a calendar, those of its meetings."""
    for one in told:
        if one.own or kind is Kind.CALENDAR:
            record = json.loads(one.json)
            dates = record.get("deliberation_dates") or [record.get("date")]
            yield from (dt.date.fromisoformat(day) for day in dates if day)


class ReaderError(PageError):
    """The reader itself has a fault that this page brings out."""

    code = "reader_failed"


def _tell(vendor: Vendor, work: tuple[Page, str, bool]) -> Told:
    page, key, anyway = work
    return tell(page, key, vendor, anyway=anyway)


def _state(key: str, page: Page, answer: Answer, told: Told) -> PageState:
    where = answer.location
    return PageState(
        key,
        page.url,
        page.snapshot,
        iso(page.fetched_at),
        __version__ if told.failure is None else BY_GENERIC,
        answer.validators.etag,
        answer.validators.last_modified,
        where.file if where else None,
        where.offset if where else None,
        pack(told.follow),
    )
