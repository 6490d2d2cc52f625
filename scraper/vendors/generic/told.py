"""What a page told: warnings that say how sure it is, links to follow, and what nobody has read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from scraper import german
from scraper.accounting import codes
from scraper.page import Request
from scraper.records import Deliberation
from scraper.vendors.generic import furniture, identity
from scraper.vendors.generic.boxes import Box
from scraper.vendors.generic.sheet import Sheet

READER = "generic_reader"
_MENU = 3


def warnings(
    extra: Iterable[str], deliberations: Iterable[Deliberation], doubts: Iterable[str]
) -> tuple[str, ...]:
    """The codes of a record of this reader; the first one says that it is one."""
    told = codes(extra, (row.result for row in deliberations))
    return (READER, *(f"{READER}:{doubt}" for doubt in doubts), *told)


def doubts(sheet: Sheet, values: dict[str, Any], needed: Iterable[str]) -> tuple[str, ...]:
    """Codes for what every record of this kind has and this page lacks, and for columns nobody understood."""
    missing = tuple(f"no_{key}" for key in needed if not values.get(key))
    return (*missing, "unknown_column") if sheet.missed else missing


def results(*printed: str | None) -> tuple[str, ...]:
    """A code for results that the table of outcomes does not know."""
    return () if all(german.outcome(one)[1] for one in printed) else ("unmapped_result",)


def requests(sheet: Sheet, wanted: Iterable[Request]) -> tuple[Request, ...]:
    """The pages of the same site, each once, without the page itself."""
    host, own = _host(sheet.url), identity.canonical(sheet.url)
    found: dict[str, Request] = {}
    for request in wanted:
        url = sheet.kept(request.url)
        if url not in found and url != own and url.startswith("http") and _host(url) == host:
            found[url] = replace(request, url=url)
    return tuple(found.values())


def _host(url: str) -> str:
    return url.partition("//")[2].partition("/")[0].casefold()


def printed(sheet: Sheet, start: int) -> tuple[str, ...]:
    """What nobody has read from leaf `start` on, menus and other furniture left out."""
    menus = {id(parent) for parent in _groups(sheet, start) if _is_menu(sheet, parent)}
    leaves = (sheet.leaves[number] for number in sheet.free(start, len(sheet.leaves)))
    texts = [leaf.text for leaf in leaves if id(leaf.parent) not in menus]
    return tuple(text for text in (*texts, *sheet.missed) if not furniture.is_phrase(text))


def begin(sheet: Sheet, heading: str) -> int:
    """The leaf that prints the page's heading, else the heading above the first leaf that somebody has read.

    Without a heading: where the table or list with that leaf begins.
    """
    first = min(sheet.used - sheet.controls - set(sheet.boxes.heads), default=0)
    around = [box for tag in ("table", "dl") if (box := sheet.leaves[first].within(tag)) is not None]
    first = min((box.start for box in around), default=first)
    heads = [number for number in sheet.boxes.heads if number <= first]
    named = (number for number in heads if sheet.leaves[number].text == heading)
    return next(named, max(heads, default=first))


def _groups(sheet: Sheet, start: int) -> Iterator[Box]:
    """The groups of the leaves that nobody has read, each once."""
    groups = (sheet.leaves[number].parent for number in sheet.free(start, len(sheet.leaves)))
    found = {id(group): group for group in groups if group is not None}
    return iter(found.values())


def _is_menu(sheet: Sheet, group: Box) -> bool:
    """Whether all that a group prints are links to other pages, three at least, and nobody has read any."""
    leaves = range(group.start, group.end)
    links = sheet.linked(group.start, group.end)
    whole = sum(len(link.text) for link in links) >= sum(len(sheet.leaves[n].text) for n in leaves) - len(
        leaves
    )
    return len(links) >= _MENU and whole and sheet.used.isdisjoint(leaves)
