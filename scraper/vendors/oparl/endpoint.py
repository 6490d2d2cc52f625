"""Addresses of an OParl endpoint: an object's number, where it answers, and the page that comes next.

An `id` is an address, and it says nothing of the object's kind: that is told by `type` alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from scraper.objects import Object

# `…?id=1001737`, `…?typ=gr&id=164`; other parameters of that kind where there is no `id`.
_NUMBERS = (re.compile(r"(?i)(?:^|&)id=([^&]+)"), re.compile(r"(?i)(?:^|&)\w*(?:id|nr)=([^&]+)"))
_TABLE = re.compile(r"(?i)(?:^|&)typ=([a-z]{2})(?=&|$)")
_LETTERS = re.compile(r"[a-z]{2}")
# SessionNet: `papers/vo/N`, `papers/ag/N`, `organizations/gr/N`, `organizations/at/N`; ALLRIS: `typ=gr`.
# These tables are the ones that the HTML pages number without letters (`__kvonr`, `__kgrnr`, `GRLFDNR`).
_PLAIN = frozenset({"vo", "gr"})
# ALLRIS 3 numbers its bodies apart; the address of the page for people names the table and the number.
_APART = re.compile(r"(?i)/(au|fr|pa)020(?:_r)?\.asp\?(?:.*&)?\1LFDNR=(\d+)")
# Everything up to the folder `oparl`: `https://ris.example/bi/oparl` (nowhere seen without it but at roots).
_BASE = re.compile(r"(?i)(https?://[^/?#]+(?:/[^/?#]+)*?/oparl)(?=[/?#]|$)")
_ORIGIN = re.compile(r"(?i)(https?://[^/?#]+)([^#]*)")
# `?page=3`, `&p=3`, `/page/3`
_PAGE = re.compile(r"(?i)([?&](?:page|p)=|/page/)(\d+)(?=[&#/?]|$)")
MOST_PAGES = 10_000  # a list without an end of its own; the longest seen would have 1,500


def native_id(address: str, web: str | None = None) -> str:
    """The number of an object: the parameter `id`, else the last part of the path; "" without one.

    Letters of its table lead where the product numbers several apart: `papers/ag/7` → `ag7`. `web`: the page
    for people; bodies of ALLRIS 3 are numbered as there (`au25`), so that both are the same record.
    """
    apart = _APART.search(web) if web else None
    if apart:
        return apart[1].lower() + apart[2]
    path, _, query = address.partition("?")
    found = next((match for number in _NUMBERS if (match := number.search(query))), None) if query else None
    if found:
        table = _TABLE.search(query)
        return _lettered(table[1].lower() if table else "", found[1])
    folder, _, number = path.rstrip("/").rpartition("/")
    return _lettered(folder[folder.rfind("/") + 1 :], number) if folder.count("/") > 1 else ""


def _lettered(table: str, number: str) -> str:
    letters = table if len(table) == 2 and table not in _PLAIN and _LETTERS.fullmatch(table) else ""
    return letters + (unquote(number) if "%" in number else number)


class Endpoint:
    """Where the objects of one page are to be asked for.

    Some endpoints print ids under another path or scheme than the one that answers (ids say `/oparl/…`,
    served is `/ris/oparl/…`; `http` ids behind `https`). What answered is the page itself: an address
    below the ids' base is asked for below the page's. `own`: ids and links that stand for the page itself.
    """

    def __init__(self, page_url: str, own: Iterable[str]) -> None:
        pairs = (_bases(page_url, address) for address in own)
        self._moved = {told: served for told, served in filter(None, pairs) if told != served}

    def served(self, address: str) -> str:
        """The address that answers for an id."""
        for told, served in self._moved.items():
            if address.startswith(told) and address[len(told) : len(told) + 1] in ("", "/", "?", "#"):
                return served + address[len(told) :]
        return address


def _bases(page_url: str, own: str) -> tuple[str, str] | None:
    """What the addresses of one page begin with: up to `oparl`, or their hosts where the rest is equal."""
    told, served = _BASE.match(own), _BASE.match(page_url)
    if told and served:
        return told[1], served[1]
    told, served = _ORIGIN.match(own), _ORIGIN.match(page_url)
    return (told[1], served[1]) if told and served and told[2] == served[2] else None


def page_number(address: str) -> int | None:
    """The number of a page of a list: `?page=3`, `&p=3`, `/page/3`; None for others."""
    match = _PAGE.search(address)
    return int(match[2]) if match else None


def next_page(address: str, links: Object, pagination: Object, count: int) -> str | None:
    """The page of the list after this one, as the server links it; by its number where it links none at all.

    `count`: objects on this page. An empty page is the last one. A `next` that leads back, or goes on
    although the server shows that it has left the list (it counts another page than asked for, or more than
    there are), ends it too: so does every list that would never shrink.
    """
    told, own = links.text("next"), links.text("self", "first", "last")
    current, total = pagination.number("currentPage"), pagination.number("totalPages")
    asked = page_number(address)
    here = next((number for number in (asked, current, page_number(own or "")) if number is not None), 0)
    stuck = asked is not None and current is not None and current < asked - 1  # some count from 0
    beyond = bool(total) and here > (total or 0)
    if not count or stuck or beyond or here >= MOST_PAGES:
        return None
    if told:
        forward = page_number(told)
        return None if told == address or (forward is not None and forward <= here) else told
    more = total is not None and current is not None and current < total
    return _numbered(address, here + 1) if more and address and not own else None


def _numbered(address: str, number: int) -> str:
    """The address with another page number."""
    if _PAGE.search(address):
        return _PAGE.sub(rf"\g<1>{number}", address, count=1)
    return f"{address}{'&' if '?' in address else '?'}page={number}"
