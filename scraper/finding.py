"""From a town's website to its council system: which links may lead there."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from scraper import dom
from scraper.errors import PageError
from scraper.page import Page

# Words of a link's text or address → how much they promise; the most promising one counts.
PROMISES: tuple[tuple[re.Pattern[str], int], ...] = (
    (
        re.compile(
            r"(?i)(?:rats?|kreistags?|b(?:ü|ue)rger|gremien|sitzungs)-?\s?info(?:rmations?)?-?\s?(?:system|portal)?\b|"
            r"\b(?:ratsinfo|bürgerinfo|buergerinfo|gremieninfo|sitzungsdienst)\w*|allris|sessionnet|sdnetrim|"
            r"ratsinfomanagement|more-rubin|gremien\.info|ris-portal|\bRIS\b"
        ),
        5,
    ),
    (re.compile(r"(?i)sitzungs(?:kalender|termine)|tagesordnung|drucksachen|niederschriften|\boparl\b"), 4),
    (
        re.compile(
            r"(?i)stadtrat|gemeinderat|kreistag|stadtverordnete|ratsversammlung|bürgerschaft|bezirksversammlung|"
            r"gremien|ausschüsse|ausschuesse|rat (?:und|&) |ratsarbeit"
        ),
        3,
    ),
    (re.compile(r"(?i)\bpolitik\b|kommunalpolitik|rathaus|bürgerservice|verwaltung"), 1),
)  # fmt: skip
_NO_PAGE = re.compile(r"(?i)\.(?:pdf|docx?|xlsx?|zip|jpe?g|png|ics|mp4)$")


class Lead(NamedTuple):
    """A link that may lead to the system. `promise`: 1 … 5."""

    promise: int
    url: str
    text: str


def leads(page: Page) -> list[Lead]:
    """The promising links of a page, the most promising first, each address once; [] for what is no HTML."""
    try:
        html = dom.read(page)
    except PageError:
        return []
    found: dict[str, Lead] = {}
    for link in html.many("a[href], iframe[src], frame[src]"):
        href = dom.attr(link, "href") or dom.attr(link, "src")
        url = urljoin(page.url, href.strip()).partition("#")[0]
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or _NO_PAGE.search(parts.path):
            continue
        text = dom.line(link) or dom.attr(link, "title")
        promise = _promise(f"{text} {parts.netloc}{parts.path}")
        if promise and (url not in found or found[url].promise < promise):
            found[url] = Lead(promise, url, text)
    return sorted(found.values(), key=lambda lead: -lead.promise)


def _promise(words: str) -> int:
    return next((worth for pattern, worth in PROMISES if pattern.search(words)), 0)
