"""One page to contributions and links: what crawl and re-parse both do, in a process that can be killed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from scraper.errors import BrokenPageError
from scraper.merging.contribution import Contribution, contributions
from scraper.page import Kind, Page, Parsed, Request
from scraper.parser import parse_anyway, parse_page
from scraper.vendor import Vendor


@dataclass(frozen=True, slots=True)
class Told:
    """What one page told.

    `follow`: the links with the date that the page prints for each, if any. `failure`: why the product's own
    reader could not read it, when what is told is the generic reader's. `total`: see `Parsed`.
    """

    contributions: tuple[Contribution, ...]
    follow: tuple[Request, ...]
    failure: str | None = None
    total: tuple[str, int] | None = None


def tell(page: Page, key: str, vendor: Vendor, *, anyway: bool = False) -> Told:
    """Reads a page; `key`: see `contribution.page_key`. `anyway`: by the generic reader if need be.

    Raises PageError.
    """
    failure: str | None = None
    try:
        parsed = parse_page(page, vendor)
    except BrokenPageError as error:
        if not anyway:
            raise
        parsed, failure = parse_anyway(page, error), error.reason
    days = dict(_days(parsed))
    follow = tuple(
        request if request.date or request.url not in days else replace(request, date=days[request.url])
        for request in parsed.follow
    )
    return Told(contributions(parsed, key), follow, failure, parsed.total)


def _days(parsed: Parsed) -> Iterator[tuple[str, dt.date]]:
    """Addresses and the dates that the records print beside them."""
    for record in parsed.records:
        day = getattr(record, "date", None)
        if day:
            yield from ((url, day) for url in (record.url, getattr(record, "meeting_url", None)) if url)
        for row in getattr(record, "deliberations", ()):
            if row.date:
                yield from ((url, row.date) for url in (row.meeting_url, row.agenda_item_url) if url)


def pack(follow: tuple[Request, ...]) -> bytes:
    """Links as bytes for the store: an unchanged page is not read again, but its links are followed."""
    rows = [
        (
            one.url,
            one.kind,
            one.method,
            one.form,
            one.step,
            one.date.isoformat() if one.date else None,
            one.address,
            one.headers,
        )
        for one in follow
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def unpack(leads: bytes) -> tuple[Request, ...]:
    """The links of `pack`."""
    return tuple(
        Request(
            url, Kind(kind), method, tuple((name, value) for name, value in form), step,
            dt.date.fromisoformat(day) if day else None,
            more[0] if more else "", tuple((name, value) for name, value in more[1]) if more else (),
        )  # leads of version 0.1.0 end with the day
        for url, kind, method, form, step, day, *more in json.loads(leads)
    )  # fmt: skip
