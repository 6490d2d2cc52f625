"""One page to records: a pure function of the page and its product."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from scraper import accounting, vendors
from scraper.detect import sure
from scraper.errors import (
    BrokenPageError,
    BusyError,
    NotFoundError,
    NotPublicError,
    PageError,
    WrongProductError,
)
from scraper.objects import is_json
from scraper.page import GENERIC, Page, Parsed
from scraper.records import Record
from scraper.vendor import Route, Vendor

# A document says its end. Whole ones with an end of their own are embedded: behind the last end nothing
# but blanks and comments may stand. What opens no document (a saved part of a page) has no end to miss.
_OPENING = re.compile(rb"(?i)<html[\s>]|^\s*<\?xml[^<]*<(?!html)([a-z][\w:-]*)")
_CLOSING = rb"(?i)</%s\s*>(?:\s|<!--[^<>]*-->)*$"
_WHOLE = (b"</html>", b"</html>\n", b"</html>\r\n")
TRUNCATED = "maybe_truncated"
# Letters that were broken before the page was sent: kept as served and flagged, since nobody can repair them
# safely. "Ã¶" is "ö" encoded twice.
_BROKEN_LETTERS = (
    (re.compile("\ufffd"), "replacement_character"),
    (re.compile("Ã[\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"), "double_encoded"),
)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def parse_page(page: Page, vendor: Vendor, *, cut: bool = False) -> Parsed:
    """Records and links of a page of that product.

    `cut`: what is there of a page that ends too early is told as well, with the warning `maybe_truncated` at
    every record: a saved copy cannot be fetched once more.

    Raises a PageError: NotFoundError/NotPublicError/BusyError for what the system says with HTTP 200,
    WrongProductError for pages of other products, BrokenPageError for what cannot be read,
    SessionLostError for a session-bound list at the wrong position.
    """
    route = route_of(page, vendor)
    if route is None:
        raise _refine(page, vendor, BrokenPageError(page.url, "no kind of page that is read here"))
    try:
        parsed = route.parse(page)
    except BrokenPageError as error:
        raise _refine(page, vendor, error) from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        reason = f"the page is built in an unknown way ({type(error).__name__}: {error})"
        raise BrokenPageError(page.url, reason) from error
    if page.content.endswith(_WHOLE) or is_json(page) or not _is_cut(page.content):
        return _flagged(_accounted(parsed, vendor), page.content)
    if not (cut and parsed.records):
        raise BrokenPageError(page.url, f"the page is cut off after {len(page.content)} bytes")
    return _warned(_accounted(parsed, vendor), TRUNCATED)


def _is_cut(content: bytes) -> bool:
    opening = _OPENING.search(content[:8192])
    if opening is None:
        return False
    return re.search(_CLOSING % (opening[1] or b"html"), content[-4096:]) is None


def _warned(parsed: Parsed, code: str) -> Parsed:
    """With a warning at every record."""
    records = (record.model_copy(update={"warnings": (*record.warnings, code)}) for record in parsed.records)
    return replace(parsed, records=tuple(records))


def _flagged(parsed: Parsed, content: bytes) -> Parsed:
    """With a warning at every record with broken letters."""
    if not _may_be_broken(content):
        return parsed
    return replace(parsed, records=tuple(map(_with_broken_letters, parsed.records)))


def _may_be_broken(content: bytes) -> bool:
    """A cheap look at the bytes before the records are searched."""
    if b"\xef\xbf\xbd" in content or b"\xc3\x83" in content:
        return True
    return b"\xc3" in content and not _is_utf8(content)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _with_broken_letters(record: Record) -> Record:
    line = record.model_dump_json()
    codes = tuple(code for pattern, code in _BROKEN_LETTERS if pattern.search(line))
    return record.model_copy(update={"warnings": (*record.warnings, *codes)}) if codes else record


def _accounted(parsed: Parsed, vendor: Vendor) -> Parsed:
    """With a warning for what the page prints and no record holds; it stands at the page's own record."""
    left = accounting.unread(parsed, vendor.furniture) if parsed.records else ()
    if not left:
        return replace(parsed, printed=())
    own = parsed.own or parsed.records[0].id
    told = accounting.warnings(left)
    records = tuple(
        record.model_copy(update={"warnings": (*record.warnings, *told)}) if record.id == own else record
        for record in parsed.records
    )
    return replace(parsed, records=records, printed=())


def parse_anyway(page: Page, error: BrokenPageError) -> Parsed:
    """What the generic reader makes of a page whose own reader failed with `error`; else raises that."""
    if not page.content.strip():
        raise error
    try:
        parsed = parse_page(page, vendors.load(GENERIC))
    except PageError:
        raise error from None
    if not parsed.records:
        raise error
    return parsed


def parse_file(content: bytes, url: str, *, vendor: str | None = None, source: str | None = None) -> Parsed:
    """A saved page; without `vendor` the product is detected from the bytes."""
    page = Page(url=url, content=content, content_type="", fetched_at=EPOCH, source=source or "")
    return parse_page(page, vendors.load(vendor) if vendor else vendor_of(page))


def vendor_of(page: Page) -> Vendor:
    """The product that the page's own marks name, else the generic reader for what looks like a council.

    Raises WrongProductError when it does not, or what the page says of itself.
    """
    mark = sure(page)
    if mark is not None:
        return vendors.load(mark.vendor)
    error = _unknown(page)
    if type(error) is WrongProductError:
        generic = vendors.load(GENERIC)
        if generic.fingerprint(page) is not None:
            return generic
    raise error


def route_of(page: Page, vendor: Vendor) -> Route | None:
    """Who reads this page: by its address, else by marks in it."""
    for route in vendor.routes:
        if route.pattern.search(page.url):
            return route
    return vendor.route_of(page)


def _refine(page: Page, vendor: Vendor, error: PageError) -> PageError:
    """What the system itself says explains more than what is missing."""
    for reject in vendor.rejects:
        if reject.pattern.search(page.content):
            return reject.error(page.url, reject.reason)
    if vendor.fingerprint(page) is not None:
        return error
    mark = sure(page)
    if mark is not None and mark.vendor != vendor.name:
        other = vendors.load(mark.vendor).title
        return WrongProductError(page.url, f"this is a page of {other}, not of {vendor.title}")
    return _unknown(page)


_SAID: tuple[tuple[re.Pattern[bytes], type[PageError], str], ...] = (
    (re.compile(rb"(?i)altcha-widget|/_gate/|captcha|Zugriff pr(?:&uuml;|\xfc|\xc3\xbc)fen"), NotPublicError,
     "a bot check stands before the page; it is not circumvented"),
    (re.compile(rb"Zu viele Zugriffe"), BusyError, "the system says: Zu viele Zugriffe"),
    (re.compile(rb"Keine Information verf(?:&uuml;|\xfc|\xc3\xbc)gbar"), NotFoundError,
     "the system says: Keine Information verfügbar"),
    (re.compile(rb"Zugriff verweigert"), NotPublicError, "the system says: Zugriff verweigert"),
)  # fmt: skip


def _unknown(page: Page) -> PageError:
    if not page.content.strip():
        return BrokenPageError(page.url, "the page is empty")
    for pattern, error, reason in _SAID:
        if pattern.search(page.content):
            return error(page.url, reason)
    return WrongProductError(page.url, "no council information system that is known here")
