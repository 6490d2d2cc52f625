"""Many towns in one go: one worker a host, hosts that serve several towns one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from urllib.parse import urlsplit

from scraper.catalog import Installation
from scraper.errors import UsageError
from scraper.page import GENERIC

# ISO 3166-2:DE.
STATES = {
    "BW": "Baden-Württemberg", "BY": "Bayern", "BE": "Berlin", "BB": "Brandenburg", "HB": "Bremen",
    "HH": "Hamburg", "HE": "Hessen", "MV": "Mecklenburg-Vorpommern", "NI": "Niedersachsen",
    "NW": "Nordrhein-Westfalen", "RP": "Rheinland-Pfalz", "SL": "Saarland", "SN": "Sachsen",
    "ST": "Sachsen-Anhalt", "SH": "Schleswig-Holstein", "TH": "Thüringen",
}  # fmt: skip
FORBIDDING = frozenset({"forbids", "bot_check"})
# Why a town is left out, as a person reads it.
FORBIDDEN, UNREAD = "their sites were seen to forbid crawling", "no reader knows their product"


@dataclass(frozen=True)
class Ending:
    """How the crawl of one town ended. `told`: one line for a person."""

    name: str
    exit_code: int
    verdict: str
    records: int
    told: str


def state(text: str) -> str:
    """The name of a state by its code (`NW`) or name; UsageError for any other word."""
    names = {name.casefold(): name for name in STATES.values()}
    found = STATES.get(text.strip().upper()) or names.get(text.strip().casefold())
    if found is None:
        raise UsageError(f"--state {text}: no such state; write {', '.join(STATES)} or its name")
    return found


def chosen(
    rows: Iterable[Installation], *, of_state: str = "", vendor: str = "", readable: Sequence[str]
) -> tuple[list[Installation], dict[str, list[Installation]]]:
    """Rows to crawl, and by reason the rows that are left out.

    `readable`: products that are read. A product given as `vendor` that nobody reads is a UsageError;
    `generic` means the towns of products without a reader of their own.
    """
    if vendor and vendor not in readable:
        raise UsageError(f"--vendor {vendor}: no reader for that; there are: {', '.join(readable)}")
    wanted = state(of_state) if of_state else ""
    crawled: list[Installation] = []
    left_out: dict[str, list[Installation]] = {}
    for row in rows:
        reader = row.vendor if row.source().vendor in (None, *readable) else GENERIC
        if (wanted and row.state != wanted) or (vendor and reader != vendor):
            continue
        if row.robots in FORBIDDING:
            left_out.setdefault(FORBIDDEN, []).append(row)
        elif reader == GENERIC and not vendor:
            left_out.setdefault(UNREAD, []).append(row)
        else:
            crawled.append(row)
    return crawled, left_out


def queues(rows: Iterable[Installation]) -> list[list[Installation]]:
    """Rows by host: those of one host are crawled one after the other, the longest queue is begun first."""
    hosts: dict[str, list[Installation]] = {}
    for row in rows:
        hosts.setdefault((urlsplit(row.base_url).hostname or "").removeprefix("www."), []).append(row)
    return sorted(hosts.values(), key=len, reverse=True)


def run(
    rows: Iterable[Installation],
    crawl: Callable[[Installation], Ending],
    *,
    workers: int,
    stop: threading.Event,
    on_end: Callable[[Ending], object],
) -> list[Ending]:
    """Crawls every town with `crawl`, at most `workers` hosts at a time; `stop` begins no further town."""

    def work(queue: list[Installation]) -> list[Ending]:
        endings = []
        for row in queue:
            if stop.is_set():
                break
            endings.append(crawl(row))
            on_end(endings[-1])
        return endings

    with ThreadPoolExecutor(max_workers=workers) as pool:
        futures: list[Future[list[Ending]]] = [pool.submit(work, queue) for queue in queues(rows)]
        return [ending for future in as_completed(futures) for ending in future.result()]
