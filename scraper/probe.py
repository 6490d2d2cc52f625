"""Can this site be crawled, and why (not)? A dozen polite requests, no files written.

The answer is about what a crawl needs: an address that answers, a robots.txt that allows it, a product that
is read here, a released calendar, and one meeting that becomes a record.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urljoin, urlsplit

from scraper import catalog, detect, dom, parser, vendors
from scraper.errors import FetchError, PageError, RisError
from scraper.fetcher import Fetcher
from scraper.page import Kind, Page, Parsed, Request, Source, Window
from scraper.records import Record
from scraper.vendor import Vendor

# Where the products offer OParl, below their base path (seen: ALLRIS 3, ALLRIS 4 and SessionNet, SD.NET RIM).
OPARL_PATHS = ("oparl/1.1/system.asp", "oparl/1.0/system.asp", "oparl/system", "webservice/oparl/v1.1/system")
# A meeting of any age will do; the calendar of the current month may be empty (summer recess).
SAMPLE_MONTHS = 6
MAX_CALENDARS = 7
MAX_SAMPLES = 4

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Findings:
    """What was found. `works`: a crawl can work; `reasons`: why (not), as sentences, in the order found.

    `robots`: `allowed`, `forbidden` or `unknown`; `programs`: the released programs that lead to records;
    `sample`: one record as a line of JSON.
    """

    url: str
    works: bool = False
    product: str | None = None
    version: str | None = None
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
    with Fetcher(source.base_url, source=source.name, delay=delay) as fetcher:
        findings = Findings(url=source.base_url, base_url=source.base_url)
        try:
            return _Probe(fetcher, source, window).run(findings)
        except RisError as error:
            return findings.because(str(error))


class _Probe:
    """One look at one site."""

    def __init__(self, fetcher: Fetcher, source: Source, window: Window) -> None:
        self._fetcher = fetcher
        self._source = source
        self._window = window

    def run(self, findings: Findings) -> Findings:
        findings = self._robots(findings)
        if findings.robots != "allowed":
            return findings
        start = self._start()
        findings = replace(findings, charset=dom.declared_charset(start.content, start.content_type))
        findings = self._oparl(self._product(findings, start))
        if findings.product is None:
            return findings
        return self._sample(findings, vendors.load(findings.product), start)

    def _start(self) -> Page:
        """The first page on which a product shows: of the address itself, or of where a product begins.

        Without any it is the page of the address; raises what fetching that one raises.
        """
        first: Page | None = None
        trouble: FetchError | None = None
        for request in self._entrances():
            try:
                page = self._fetcher.fetch(request).page
            except FetchError as error:
                trouble = trouble or error
                continue
            first = first or page
            if page is not None and detect.detect(page) is not None:
                return page
        if first is None:
            raise trouble or FetchError(self._source.base_url, "no content")
        return first

    def _entrances(self) -> Iterator[Request]:
        yield Request(self._source.base_url, Kind.START)
        for vendor in vendors.every():
            yield from vendor.seeds(self._source, self._window)

    def _robots(self, findings: Findings) -> Findings:
        verdict = self._fetcher.robots()
        findings = replace(findings, delay=verdict.delay)
        if verdict.allows(self._source.base_url):
            return replace(findings, robots="allowed")
        kind = "forbidden" if verdict.reachable else "unknown"
        return findings.because(f"robots.txt: {verdict.explain(self._source.base_url)}", robots=kind)

    def _product(self, findings: Findings, start: Page) -> Findings:
        found = detect.detect(start)
        if found is None:
            known = ", ".join(vendor.title for vendor in vendors.every())
            return findings.because(f"the start page shows none of the products that can be read ({known})")
        for mark in found.reasons:
            findings = findings.because(mark)
        base = catalog.base_of(start.url)
        return replace(findings, product=found.vendor, version=found.version, base_url=base)

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
        entered = self._entry_pages(vendor, start)
        follow = [request for parsed in entered for request in parsed.follow]
        programs = tuple(sorted({_program(request.url) for request in follow} - {""}))
        findings = replace(findings, programs=programs)
        if not any(request.kind is Kind.CALENDAR for request in follow):
            return findings.because("no calendar is released: meetings cannot be found")
        record = self._first_record(vendor, follow)
        if record is None:
            return findings.because("no meeting could be read from the calendars of half a year")
        return findings.because("a meeting could be read", works=True, sample=record.model_dump_json())

    def _entry_pages(self, vendor: Vendor, start: Page) -> list[Parsed]:
        """The start page and whatever else the product begins with."""
        parsed = [self._parse(start, vendor)]
        seen = {vendor.canonical(start.url)}
        for request in vendor.seeds(self._source, self._window):
            if vendor.canonical(request.url) not in seen:
                parsed.append(self._read(request, vendor))
        return parsed

    def _first_record(self, vendor: Vendor, follow: Iterable[Request]) -> Record | None:
        """The record of the first meeting whose own page can be read."""
        for request in islice(self._meetings(vendor, follow), MAX_SAMPLES):
            parsed = self._read(request, vendor)
            for record in parsed.records:
                if record.id == parsed.own:
                    return record
        return None

    def _meetings(self, vendor: Vendor, follow: Iterable[Request]) -> Iterator[Request]:
        """Meetings of the first calendar's months within the window, the latest month first."""
        calendar = next(request for request in follow if request.kind is Kind.CALENDAR)
        months = list(vendor.expand(calendar, self._window))
        for month in reversed(months[-MAX_CALENDARS:]):
            found = self._read(month, vendor).follow
            yield from (request for request in found if request.kind is Kind.MEETING)

    def _read(self, request: Request, vendor: Vendor) -> Parsed:
        """What a page told; nothing if it could not be fetched or read."""
        page = self._try(request)
        return self._parse(page, vendor) if page is not None else Parsed()

    def _parse(self, page: Page, vendor: Vendor) -> Parsed:
        try:
            return parser.parse_page(page, vendor)
        except PageError as error:
            _log.debug("%s", error)
            return Parsed()

    def _try(self, request: Request) -> Page | None:
        try:
            return self._fetcher.fetch(request).page
        except FetchError as error:
            _log.debug("%s", error)
            return None


def window_of(today: dt.date) -> Window:
    """The meetings that a sample is looked for in: half a year back, as these have agendas and results."""
    return Window(today - dt.timedelta(days=30 * SAMPLE_MONTHS), today)


def _program(url: str) -> str:
    """`si010_e.asp` of an address."""
    return urlsplit(url).path.rpartition("/")[2]
