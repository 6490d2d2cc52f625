"""The contract of a vendor, as values: one module below `scraper/vendors/` defines one `VENDOR`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from scraper.accounting import Furniture
from scraper.errors import PageError
from scraper.page import Kind, Page, Parsed, Request, Source, Window


@dataclass(frozen=True)
class Route:
    """Pages whose URL `pattern` finds are read by `parse`. Patterns are tried in order."""

    kind: Kind
    pattern: re.Pattern[str]
    parse: Callable[[Page], Parsed]


@dataclass(frozen=True)
class Reject:
    """Bytes that are no content although they came with HTTP 200: raises `error` with `reason`."""

    pattern: re.Pattern[bytes]
    error: type[PageError]
    reason: str


@dataclass(frozen=True)
class Fingerprint:
    """What a page shows of its product. `confidence` 0…1; `reasons`: the marks found, as sentences."""

    vendor: str
    version: str | None
    confidence: float
    reasons: tuple[str, ...] = ()


def _alone(request: Request, window: Window) -> Iterable[Request]:
    return (request,)


def _nothing(request: Request) -> Iterable[Request]:
    return ()


def _same(url: str) -> str:
    return url


@dataclass(frozen=True)
class Vendor:
    """A product.

    `seeds(source, window)`: the first requests of a crawl.
    `fingerprint(page)`: None when nothing of this product is seen.
    `canonical(url)`: the address without session tokens, view switches and tracking; equal for equal pages.
    `expand(request, window)`: the requests that one found on a page stands for (a calendar: its months).
    `fallback(request)`: what to ask for instead when a page cannot be had: programs that tell the same.
    `route_of(page)`: the route of a page whose URL does not tell, from marks in the page.
    `expects`: kinds of records that a complete crawl must have found.
    `furniture`: what the product's pages print beside their records.
    `either_way`: its lists, that of meetings too, have pages of fixed addresses and may go from old to new.
    `within(url)`: whether an address beyond the source's host belongs to it: an interface on a host of
    its own, which the product's pages name.
    """

    name: str
    title: str
    seeds: Callable[[Source, Window], Iterable[Request]]
    routes: tuple[Route, ...]
    fingerprint: Callable[[Page], Fingerprint | None]
    rejects: tuple[Reject, ...] = ()
    canonical: Callable[[str], str] = _same
    expand: Callable[[Request, Window], Iterable[Request]] = _alone
    fallback: Callable[[Request], Iterable[Request]] = _nothing
    route_of: Callable[[Page], Route | None] = field(default=lambda page: None)
    expects: tuple[str, ...] = ("meeting", "agenda_item", "paper", "organization")
    furniture: Furniture = Furniture()  # noqa: RUF009 (frozen)
    either_way: bool = False
    within: Callable[[str], bool] = field(default=lambda url: False)


def by_marks(
    name: str,
    page: Page,
    marks: Iterable[tuple[bytes | re.Pattern[bytes], float, str]],
    *,
    version: re.Pattern[bytes] | None = None,
    against: re.Pattern[bytes] | None = None,
) -> Fingerprint | None:
    """The fingerprint that a table of marks gives: (bytes or expression, confidence, what it means).

    The surest mark counts, every further one adds a little. `version`: its first group that is there is the
    version; `against`: marks of another product, with which none of these counts.
    """
    content = page.content
    found = [
        (weight, reason)
        for mark, weight, reason in marks
        if (mark in content if isinstance(mark, bytes) else mark.search(content))
    ]
    if not found or (against is not None and against.search(content)):
        return None
    match = version.search(content) if version else None
    told = next((group for group in match.groups() if group), b"").decode("latin-1") if match else ""
    confidence = min(1.0, max(weight for weight, _ in found) + 0.05 * (len(found) - 1))
    return Fingerprint(name, told or None, confidence, tuple(reason for _, reason in found))
