"""Which product and generation is this? From the page's own marks, never from the path."""

from __future__ import annotations

from scraper import vendors
from scraper.page import Page
from scraper.vendor import Fingerprint

SURE = 0.4  # below this a fingerprint is a guess


def detect(page: Page) -> Fingerprint | None:
    """The most confident fingerprint of all readers, None when none sees anything."""
    found = [mark for vendor in vendors.every() if (mark := vendor.fingerprint(page))]
    return max(found, key=lambda mark: mark.confidence, default=None)


def sure(page: Page) -> Fingerprint | None:
    """The product, if its marks leave little doubt."""
    mark = detect(page)
    return mark if mark is not None and mark.confidence >= SURE else None
