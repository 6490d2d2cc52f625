"""Council pages of products that nobody knows, and of known ones that changed: read by shapes and words.

No class, id or address of a product is named here. Every record says that it was read this way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scraper.page import Kind, Request, Source, Window
from scraper.vendor import Route, Vendor
from scraper.vendors.generic import identity, marks, reading
from scraper.vendors.generic.sheet import NAME


def seeds(source: Source, window: Window) -> Iterable[Request]:
    """The given address: a list of meetings or papers, or one of them."""
    yield Request(source.base_url, Kind.START)


VENDOR = Vendor(
    name=NAME,
    title="an unknown product",
    seeds=seeds,
    routes=(Route(Kind.PAPER, re.compile(""), reading.parse),),
    fingerprint=marks.fingerprint,
    canonical=identity.canonical,
    expects=("meeting", "paper"),
    furniture=marks.FURNITURE,
)
