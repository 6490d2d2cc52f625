"""How a host that refuses is left alone, and what crossed the wire: numbers that survive a crash."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from scraper.crawling.schedule import MISSES, pause_delay
from scraper.page import Exchange, Kind
from scraper.state import Change

LISTS = frozenset({Kind.CALENDAR, Kind.PAPER_LIST, Kind.ORGANIZATION_LIST, Kind.PERSON_LIST})
FEWEST_LISTED = 3  # entries; a shorter list may well lose some


@dataclass
class Host:
    """The whole host. `due`: Unix time before which nothing is asked of it; `pauses`: how often in a row it
    was left alone; `misses`: failures in a row, of whatever page; `denials`: pages in a row that it did not
    let us have."""

    due: float = 0.0
    pauses: int = 0
    misses: int = 0
    denials: int = 0

    def answered(self) -> None:
        """The host works."""
        self.due, self.pauses, self.misses, self.denials = 0.0, 0, 0, 0

    def missed(self, now: float, after: float | None, *, whole_host: bool) -> bool:
        """One more failure; True when it means that the host, not only the page, is to be left alone."""
        self.misses += 1
        if not whole_host and self.misses < MISSES:
            return False
        self.pauses += 1
        self.due = now + pause_delay(self.pauses, after)
        return True


@dataclass
class Traffic:
    """Over all starts of the program for one run. `bytes`: of bodies as sent; `seconds`: time at work;
    `lists`, `shrunk`: see expectations.Evidence."""

    requests: int = 0
    bytes: int = 0
    not_modified: int = 0
    retries: int = 0
    soft_errors: int = 0
    seconds: float = 0.0
    lists: dict[str, int] = field(default_factory=dict)
    shrunk: dict[str, int] = field(default_factory=dict)

    def crossed(self, exchange: Exchange) -> None:
        """Counts one exchange."""
        self.requests += 1
        self.bytes += len(exchange.body)
        self.not_modified += exchange.status == 304

    def listed(self, kind: Kind, change: Change) -> None:
        """Counts a list that was read again."""
        if kind in LISTS and change.before >= FEWEST_LISTED:
            self.lists[kind.value] = self.lists.get(kind.value, 0) + 1
            if change.after * 2 < change.before:
                self.shrunk[kind.value] = self.shrunk.get(kind.value, 0) + 1


@dataclass
class Numbers:
    """Both, as they are kept in the store with every visit."""

    host: Host
    traffic: Traffic

    @classmethod
    def load(cls, text: str | None) -> Numbers:
        """Of `meta`; zeros when there is none."""
        kept = json.loads(text) if text else {"host": {}, "traffic": {}}
        return cls(Host(**kept["host"]), Traffic(**kept["traffic"]))

    def meta(self) -> Iterator[tuple[str, str]]:
        """For the store."""
        yield "numbers", json.dumps({"host": asdict(self.host), "traffic": asdict(self.traffic)})
