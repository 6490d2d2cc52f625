"""SIM's addresses, and what its pages have in common."""

from __future__ import annotations

import datetime as dt
import re

from scraper import german, vocabulary
from scraper.accounting import codes
from scraper.address import Address, Addresses, Program
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page
from scraper.view import View, open_page

NAME = "sim"

ADDRESSES = Addresses(
    Program(Kind.PAPER, r"\.nsf/DS/(?P<id>\d[\w-]*)$"),
    Program(Kind.MEETING, r"\.nsf/TM/(?P<id>\d{8}_\w+)$"),
    Program(Kind.FILE, r"\.nsf/TO/(?P<id>\d{8}_\w+)$"),
    Program(Kind.FILE, r"\.nsf/(?:\w+/)?(?P<id>[0-9A-F]{32})/\$FILE/"),
    Program(Kind.CALENDAR, r"\.nsf/Termine\.xsp$", number="grem", keeps=("view",)),
    Program(Kind.CALENDAR, r"\.nsf/Termine\.xsp$", number="view"),
    Program(Kind.CALENDAR, r"\.nsf/Termine\.xsp$"),
    Program(Kind.START, r"\.nsf/(?:TermineAktuell|Ausschuesse|AuswahlStadtbezirke)\.xsp$"),
)

_KEY_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)_")
# Labels that no key of the records holds.
KNOWN = frozenset({"anzahl der anlagen", "zu top", "gremien", "ende", "sitzungsnummer"})
# A value whose label is missing.
UNLABELLED = "?"
PLACE = vocabulary.PLACE | vocabulary.ROOM | {"tagungsort"}


def open_sim(page: Page) -> View:
    """The page with its content."""
    return open_page(page, NAME, ADDRESSES, "main, #content")


def own(view: View, kind: Kind) -> Address:
    """The page's own address, else the permanent one that it offers."""
    if view.own and view.own.kind is kind:
        return view.own
    permanent = view.goal(view.main.css_first('a[rel="bookmark"]'), kind)
    if permanent is None:
        raise BrokenPageError(
            view.page.url, "neither the address nor the page tells the number of the record"
        )
    return permanent


def warned(extra: dict[str, str], *results: str | None) -> tuple[str, ...]:
    """Codes for labels that the product is not known to print, and for unknown results."""
    return codes((label for label in extra if label.casefold() not in KNOWN), results)


def key_day(key: str) -> dt.date | None:
    """The day that leads the key of a meeting."""
    match = _KEY_DAY.match(key)
    return german.date(f"{match[1]}-{match[2]}-{match[3]}") if match else None
