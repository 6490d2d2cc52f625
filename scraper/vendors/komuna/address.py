"""Addresses of the interface: `…/web/guestmeetings`, `…/guestmeetings/N`, `…/guestagendaitems/N-M`.

Members of the council ask `…/meetings/N` and `…/agendaitems/N-M`, which answer in the same form.
"""

from __future__ import annotations

import re

from scraper.address import Addresses, Program
from scraper.page import Kind

ADDRESSES = Addresses(
    Program(Kind.AGENDA_ITEM, r"/(?:guest)?agendaitems/(?P<id>\d+-\d+)$"),
    Program(Kind.MEETING, r"/(?:guest)?meetings/(?P<id>\d+)$"),
    Program(Kind.CALENDAR, r"/(?:guest)?meetings$", keeps=("client", "from", "until")),
    Program(Kind.START, r"/webconfig\.json$", keeps=("clientid",)),
)
_RESOURCE = re.compile(r"^(?P<base>.*/(?:guest)?)(?:meetings|agendaitems)(?:/[\d-]+)?/?(?:\?.*)?$")


def beside(url: str, resource: str) -> str | None:
    """Another resource of the interface that `url` is of: `meetings/7`; None for any other address."""
    match = _RESOURCE.match(url)
    return f"{match['base']}{resource}" if match else None


def within(url: str) -> bool:
    """Whether an address is one of an interface, whatever its host."""
    return re.search(r"^https?://[^/]+/(?:.*/)?guest(?:meetings|agendaitems)(?:[/?]|$)", url) is not None
