"""Can this site be crawled, and why (not)? A dozen polite requests, no files written.

The answer is about what a crawl needs: an address that answers, a robots.txt that allows it, a product that
is read here, and one record of a page of its own. A town's ordinary website is searched a few links deep for
its council system.
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from scraper import catalog, detect, dom, finding, parser, vendors
from scraper.errors import FetchError, PageError, RisError
from scraper.fetcher import Fetcher
from scraper.page import GENERIC, Kind, Page, Parsed, Request, Source, Window
from scraper.records import Record
from scraper.vendor import Vendor

# Where the products offer OParl, below their base path (seen: ALLRIS 3, ALLRIS 4 and SessionNet, SD.NET RIM).
OPARL_PATHS = ("oparl/1.1/system.asp", "oparl/1.0/system.asp", "oparl/system", "webservice/oparl/v1.1/system")
# A meeting of any age will do; the calendar of the current month may be empty (summer recess).
SAMPLE_MONTHS = 6
MAX_SAMPLES = 14  # requests for one record
MAX_ENTRANCES = 6  # where products begin, when the address itself shows none
MAX_LEADS = 8  # pages of a town's website
DEPTH = 3  # links deep
# What is asked for first on the way to a record.
_NEAREST = (
    Kind.MEETING, Kind.PAPER, Kind.AGENDA_ITEM, Kind.CALENDAR, Kind.START, Kind.PAPER_LIST, Kind.ORGANIZATION,
    Kind.ORGANIZATION_LIST,
)  # fmt: skip

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Findings:
    """What was found. `works`: a crawl can work; `reasons`: why (not), as sentences, in the order found.

    `confidence`: 0…1, of the product; `robots`: `allowed`, `forbidden` or `unknown`; `programs`: the released
    programs that lead to records; `sample`: one record as a line of JSON.
    """

    url: str
    works: bool = False
    product: str | None = None
    version: str | None = None
    confidence: float = 0.0
    base_url: str | None = None
    programs: tuple[str, ...] = ()
    charset: str | None = None
    robots: str = "unknown"
    delay: float | None = None
    oparl: str | None = None
    sample: str | None = None
    reasons: tuple[str, ...] = ()

    def because(self, reason: str, **found: object) -> Findings:
        """The findings with one more reason and what goes with it."""
        return replace(self, reasons=(*self.reasons, reason), **found)  # type: ignore[arg-type]


def probe(source: Source, window: Window, *, delay: float | None = None) -> Findings:
    """Look at `source`; whatever is wrong with it is a reason in the answer, never an error.

    `window`: where a sample meeting is looked for, the latest month first. `delay`: see Fetcher.
    """
    found, start = _look(source, window, delay)
    if found.product is not None or start is None:
        return found
    lead = _search(start, source, delay)
    if lead is None:
        return _guess(found, source, start, window, delay)
    there, _ = _look(replace(source, base_url=catalog.base_of(lead.url)), window, delay)
    reason = f"found behind the link {lead.text!r} of {source.base_url}"
    return replace(there, url=source.base_url, reasons=(reason, *there.reasons))


def _guess(found: Findings, source: Source, start: Page, window: Window, delay: float | None) -> Findings:
    """What the generic reader makes of a site of no known product, if anything."""
    if vendors.load(GENERIC).fingerprint(start) is None:
        return found
    there, _ = _look(source, window, delay, by_generic=True)
    if not there.works:
        return found
    return there.because("the generic reader alone can read it: every crawl will end as suspect")


def _look(
    source: Source, window: Window, delay: float | None, *, by_generic: bool = False
) -> tuple[Findings, Page | None]:
    """What is at that address, and the page that it begins with."""
    findings = Findings(url=source.base_url, base_url=source.base_url)
    with Fetcher(source.base_url, source=source.name, delay=delay, resume=by_generic) as fetcher:
        look = _Probe(fetcher, source, window, by_generic)
        try:
            return look.run(findings), look.start
        except RisError as error:
            return findings.because(str(error)), look.start


def _search(start: Page, source: Source, delay: float | None) -> finding.Lead | None:
    """The link, some links deep, behind which a product shows itself; best first."""
    count = itertools.count()
    waiting = [(-lead.promise, next(count), 1, lead) for lead in finding.leads(start)]
    heapq.heapify(waiting)
    seen = {start.url}
    for _ in range(MAX_LEADS):
        waiting = [one for one in waiting if one[3].url not in seen]
        heapq.heapify(waiting)
        if not waiting:
            return None
        _, _, depth, lead = heapq.heappop(waiting)
        seen.add(lead.url)
        page = _page_at(lead.url, source, delay)
        if page is None:
            continue
        if detect.sure(page) is not None:
            return lead._replace(url=page.url)
        if depth < DEPTH:
            more = ((-one.promise, next(count), depth + 1, one) for one in finding.leads(page))
            waiting += more
    return None


def _page_at(url: str, source: Source, delay: float | None) -> Page | None:
    """A page of whatever site, by its own robots.txt; None when it cannot be had."""
    try:
        with Fetcher(url, source=source.name, delay=delay, resume=True) as fetcher:
            return fetcher.fetch(Request(url, Kind.START)).page
    except RisError as error:
        _log.debug("%s", error)
        return None


class _Probe:
    """One look at one site."""

    def __init__(self, fetcher: Fetcher, source: Source, window: Window, by_generic: bool) -> None:
        self._fetcher = fetcher
        self._source = source
        self._window = window
        self._by_generic = by_generic
        self.start: Page | None = None
        self._last: Page | None = None  # the page that was read last

    def run(self, findings: Findings) -> Findings:
        findings = self._robots(findings)
        if findings.robots != "allowed":
            return findings
        start = self._begin()
        findings = replace(findings, charset=dom.declared_charset(start.content, start.content_type))
        findings = self._product(findings, start)
        if findings.product is None:
            return findings
        findings = self._oparl(findings)
        return self._sample(findings, vendors.load(findings.product), start)

    def _begin(self) -> Page:
        """The first page on which a product shows: of the address itself, or of where a product begins.

        Without any it is the page of the address; raises what fetching that one raises.
        """
        trouble: FetchError | None = None
        for request in self._entrances():
            try:
                page = self._fetcher.fetch(request).page
            except FetchError as error:
                trouble = trouble or error
                continue
            self.start = self.start or page
            if page is not None and detect.sure(page) is not None:
                self.start = page
                return page
        if self.start is None:
            raise trouble or FetchError(self._source.base_url, "no content")
        return self.start

    def _entrances(self) -> Iterator[Request]:
        """The address itself, then where products begin: of the catalog's product, else of the first few."""
        yield Request(self._source.base_url, Kind.START)
        if self._by_generic:
            return
        known = [self._source.vendor] if self._source.vendor in vendors.names() else vendors.names()
        seeds = (
            next(iter(vendors.load(name).seeds(self._source, self._window)), None) for name in known if name
        )
        addresses = dict.fromkeys(seed.url for seed in seeds if seed is not None)
        others = [url for url in addresses if url != self._source.base_url]
        yield from (Request(url, Kind.START) for url in others[:MAX_ENTRANCES])

    def _robots(self, findings: Findings) -> Findings:
        verdict = self._fetcher.robots()
        findings = replace(findings, delay=verdict.delay)
        if verdict.allows(self._source.base_url):
            return replace(findings, robots="allowed")
        kind = "forbidden" if verdict.reachable else "unknown"
        return findings.because(f"robots.txt: {verdict.explain(self._source.base_url)}", robots=kind)

    def _product(self, findings: Findings, start: Page) -> Findings:
        found = vendors.load(GENERIC).fingerprint(start) if self._by_generic else detect.sure(start)
        if found is None:
            known = ", ".join(vendor.title for vendor in vendors.every() if vendor.name != GENERIC)
            return findings.because(f"the start page shows none of the products that can be read ({known})")
        for mark in found.reasons:
            findings = findings.because(mark)
        return replace(
            findings,
            product=found.vendor,
            version=found.version,
            confidence=found.confidence,
            base_url=catalog.base_of(start.url),
        )

    def _oparl(self, findings: Findings) -> Findings:
        base = findings.base_url or self._source.base_url
        told = self._source.oparl_url
        for url in [*([told] if told else []), *(urljoin(base, path) for path in OPARL_PATHS)]:
            page = self._try(Request(url, Kind.START))
            if page is not None and b'"oparlVersion"' in page.content:
                return replace(findings, oparl=url)
        return (
            findings.because(f"the OParl endpoint of the catalog does not answer: {told}")
            if told
            else findings
        )

    def _sample(self, findings: Findings, vendor: Vendor, start: Page) -> Findings:
        way = _Way(self, vendor, self._window)
        record = way.record(start, vendor.seeds(self._source, self._window))
        findings = replace(findings, programs=tuple(sorted(way.programs - {""})))
        if record is not None:
            told = f"a record could be read: {record.kind} {record.url or record.id}"
            findings = self._surer(findings)
            return findings.because(told, works=True, sample=record.model_dump_json())
        if Kind.CALENDAR not in way.kinds:
            return findings.because("no calendar is released: meetings cannot be found")
        return findings.because("no meeting could be read from the calendars of half a year")

    def _surer(self, findings: Findings) -> Findings:
        """With what the page of the record tells of the product, where the start page told less."""
        page = self._last
        mark = detect.sure(page) if page is not None else None
        if page is None or mark is None or mark.vendor != findings.product:
            return findings
        charset = findings.charset or dom.declared_charset(page.content, page.content_type)
        findings = replace(findings, charset=charset, version=findings.version or mark.version)
        if mark.confidence <= findings.confidence:
            return findings
        findings = replace(findings, confidence=mark.confidence)
        for reason in mark.reasons:
            findings = findings.because(f"on the page of the record: {reason}")
        return findings

    def parse(self, page: Page, vendor: Vendor) -> Parsed:
        """What a page told; nothing if it cannot be read."""
        self._last = page
        try:
            return parser.parse_page(page, vendor)
        except PageError as error:
            _log.debug("%s", error)
            return Parsed()

    def read(self, request: Request, vendor: Vendor) -> Parsed:
        """What a page told; nothing if it could not be fetched or read."""
        page = self._try(request)
        return self.parse(page, vendor) if page is not None else Parsed()

    def _try(self, request: Request) -> Page | None:
        try:
            return self._fetcher.fetch(request).page
        except FetchError as error:
            _log.debug("%s", error)
            return None


class _Way:
    """The shortest way to one record of a page of its own. `kinds`, `programs`: of the links seen."""

    def __init__(self, probe: _Probe, vendor: Vendor, window: Window) -> None:
        self._probe = probe
        self._vendor = vendor
        self._window = window
        self._count = itertools.count()
        self._waiting: list[tuple[int, int, Request]] = []
        self._seen: set[str] = set()
        self.kinds: set[Kind] = set()
        self.programs: set[str] = set()

    def record(self, start: Page, seeds: Iterable[Request]) -> Record | None:
        """The first record that is read from its own page, None after `MAX_SAMPLES` requests."""
        self._seen.add(self._vendor.canonical(start.url))
        self._wait(seeds)
        if found := self._of(self._probe.parse(start, self._vendor), Kind.START):
            return found
        for _ in range(MAX_SAMPLES):
            if not self._waiting:
                return None
            request = heapq.heappop(self._waiting)[2]
            if found := self._of(self._probe.read(request, self._vendor), request.kind):
                return found
        return None

    def _of(self, parsed: Parsed, kind: Kind) -> Record | None:
        if kind is Kind.START:
            self.programs |= {_program(request.url) for request in parsed.follow}
        self._wait(parsed.follow)
        return next((record for record in parsed.records if record.id == parsed.own), None)

    def _wait(self, requests: Iterable[Request]) -> None:
        for request in requests:
            self.kinds.add(request.kind)
            months = list(self._vendor.expand(request, self._window))
            for one in reversed(months):  # the latest month first
                asked = replace(one, url=self._vendor.canonical(one.url))
                if asked.key not in self._seen and one.kind in _NEAREST:
                    self._seen.add(asked.key)
                    nearness = -1 if one.step > 1 else _NEAREST.index(one.kind)
                    heapq.heappush(self._waiting, (nearness, next(self._count), asked))


def window_of(today: dt.date) -> Window:
    """The meetings that a sample is looked for in: half a year back, as these have agendas and results."""
    return Window(today - dt.timedelta(days=30 * SAMPLE_MONTHS), today)


def _program(url: str) -> str:
    """`si010_e.asp` of an address; a number is none."""
    name = urlsplit(url).path.rpartition("/")[2]
    return "" if name.isdigit() else name
