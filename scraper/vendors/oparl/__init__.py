"""OParl 1.0 and 1.1: the open interface that SessionNet, SD.NET RIM, ALLRIS, more! rubin and others offer.

Sources of the knowledge: the specifications, `docs/vendors.md` and the fixtures below `fixtures/oparl`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from scraper import objects
from scraper.errors import BrokenPageError, NotPublicError
from scraper.page import Kind, Page, Request, Source, Window
from scraper.vendor import Fingerprint, Reject, Route, Vendor, by_marks
from scraper.vendors.oparl import reading
from scraper.vendors.oparl.answer import NAME

# PHP and ASP write "\/" for "/".
_VERSION = re.compile(rb'"https?:\\?/\\?/schema\.oparl\.org\\?/(1\.\d)')
MARKS: tuple[tuple[bytes | re.Pattern[bytes], float, str], ...] = (
    (_VERSION, 1.0, "its objects name their type at schema.oparl.org"),
    (
        re.compile(rb'"type"\s*:\s*"https?:\\?/\\?/[\w.]*oparl\.org'),
        0.9,
        "its objects name their type at oparl.org",
    ),
    (
        re.compile(rb'"(?:first|self|next|last)"\s*:\s*"[^"]*\\?/oparl\\?/'),
        0.6,
        "a list whose pages lie below a folder oparl",
    ),
    (re.compile(rb'"(?:message|error)"\s*:\s*"[^{}]*\bOParl\b'), 0.6, "an error that names OParl"),
)


REJECTS = (
    Reject(
        re.compile(rb"(?i)^\s*<[^{]*(?:captcha|altcha-widget|/_gate/)"),
        NotPublicError,
        "a bot check stands before the endpoint; it is not circumvented",
    ),
    Reject(
        re.compile(rb"(?i)<input[^>]+type=[\"']?password"),
        NotPublicError,
        "the endpoint asks for a login; only what is public can be read",
    ),
    Reject(re.compile(rb"^\s*<"), BrokenPageError, "the endpoint answers with a page instead of JSON"),
    Reject(re.compile(rb"^\s*\{\s*\}\s*$"), BrokenPageError, "the endpoint answers with an empty object"),
)


def fingerprint(page: Page) -> Fingerprint | None:
    """JSON whose objects are of OParl's types; never HTML that only links to an endpoint."""
    return by_marks(NAME, page, MARKS, version=_VERSION) if objects.is_json(page) else None


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The address if it names an endpoint, else `oparl/system` in its folder."""
    url = source.base_url
    named = "oparl" in urlsplit(url).path.lower() or urlsplit(url).path.rstrip("/").endswith("system")
    yield Request(url if named else urljoin(url, "oparl/system"), Kind.START)


def expand(request: Request, window: Window) -> Iterable[Request]:
    """An agenda item is asked for where its meeting only names it, and so gives it a day.

    The items that a paper's consultations name are embedded in their meetings, which the lists give: asking
    for each of them would be a request an item for what is known already.
    """
    return () if request.kind is Kind.AGENDA_ITEM and request.date is None else (request,)


def canonical(url: str) -> str:
    """Without the fragment; nothing else in an endpoint's addresses is idle."""
    return url.partition("#")[0]


VENDOR = Vendor(
    name=NAME,
    title="OParl",
    seeds=seeds,
    routes=(Route(Kind.START, re.compile(""), reading.parse),),  # `type` tells the kind, never the address
    fingerprint=fingerprint,
    rejects=REJECTS,
    canonical=canonical,
    expand=expand,
    either_way=True,
)
