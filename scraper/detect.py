"""Which product and generation is this? From the page's own marks, never from the path."""

from __future__ import annotations

import re

from scraper import vendors
from scraper.page import Page
from scraper.vendor import Fingerprint

SURE = 0.4  # below this a fingerprint is a guess
# Products that we recognise but cannot read yet: so that their pages are named, never misread.
OTHERS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("ALLRIS 4", re.compile(rb"ALLRIS net Version 4|data-wicket-placeholder|/wicket/resource/")),
)


def detect(page: Page) -> Fingerprint | None:
    """The most confident fingerprint of all readers, None when none sees anything."""
    found = [mark for vendor in vendors.every() if (mark := vendor.fingerprint(page))]
    return max(found, key=lambda mark: mark.confidence, default=None)


def sure(page: Page) -> Fingerprint | None:
    """The product, if its marks leave little doubt."""
    mark = detect(page)
    return mark if mark is not None and mark.confidence >= SURE else None


def foreign(page: Page) -> str | None:
    """The name of a product that has no reader here, None when none is recognised."""
    return next((name for name, pattern in OTHERS if pattern.search(page.content)), None)
