"""ALLRIS 4 addresses: programs without a suffix, numbers in the query, and what Wicket adds to them."""

from __future__ import annotations

import re

from scraper.address import Address, Addresses, Program
from scraper.page import Kind

# `to010?0-1.0-tagesordnung-showHideLink&SILFDNR=4021`: page 0 of this session, and what is asked of it. The
# bare number is how the server names a page after a redirect (`si018?2`).
_VERSION = re.compile(r"(?<=\?)\d+(?:-[^&#=]*)?(?:&|(?=#)|$)")
# An action of a page: an attachment, a toggle, a search form; no page of its own.
_ACTION = re.compile(r"\?\d+-\d*\.?\d*-[^&#=]+")


class WicketAddresses(Addresses):
    """Addresses that may carry the number of a page in this session; its actions are no pages."""

    def canonical(self, url: str) -> str:
        return super().canonical(plain(url))

    def _read(self, url: str) -> Address | None:
        return None if _ACTION.search(url) else super()._read(plain(url))


def plain(url: str) -> str:
    """An address without the number of a page in this session and what is asked of that page."""
    return _VERSION.sub("", url).rstrip("?&") if "?" in url else url


def _at(program: str) -> str:
    """`/bi/to010.asp` is version 3."""
    return rf"(?:^|/){program}(?![\w.])"


ADDRESSES = WicketAddresses(
    Program(Kind.PAPER, _at("vo020"), "VOLFDNR"),
    Program(Kind.MEETING, _at("to010"), "SILFDNR"),
    Program(Kind.AGENDA_ITEM, _at("to020"), "TOLFDNR"),
    Program(Kind.ORGANIZATION, _at("gr020"), "GRLFDNR"),
    Program(Kind.PERSON, _at("kp020"), "KPLFDNR"),
    Program(Kind.CALENDAR, _at("si010"), keeps=("MM", "YY")),
    Program(Kind.CALENDAR, _at("si018"), keeps=("GRLFDNR",)),
    Program(Kind.CALENDAR, r"/ics/\w+\.ics(?![\w.])"),
    Program(Kind.PAPER_LIST, _at("vo040")),
    # `menu` chooses one of several lists; it is printed encoded twice, and asked for as it is printed.
    Program(Kind.ORGANIZATION_LIST, _at("gr010"), keeps=None),
    Program(Kind.PERSON_LIST, _at("kp040")),
)
