"""How a town is to be crawled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.fetcher import DEFAULT_DELAY
from scraper.merging.contribution import ORDER
from scraper.page import Source, Window
from scraper.spans import Night


@dataclass(frozen=True)
class Options:
    """How to crawl.

    `moving`: the window was not chosen but follows from today, so that an unfinished run of the last days
    goes on although its window differs. `delay`: see Fetcher. `max_requests`, `max_runtime` (seconds): where
    this start of the program ends; `night`: the only time in which it works. `kinds`: of records, None for
    all. `replay`: archive files or folders that stand for the network; nothing is archived then. `full`: also
    what can hardly change is asked for again. `fail_on_new_labels`: what the ledger before did not have makes
    the run suspect. `override_robots`: why robots.txt is not obeyed; None: it is.
    """

    output: Path
    window: Window
    moving: bool = False
    delay: float | None = None
    max_requests: int | None = None
    max_runtime: float | None = None
    kinds: frozenset[str] | None = None
    replay: tuple[Path, ...] = ()
    full: bool = False
    fail_on_new_labels: bool = False
    night: Night | None = None
    override_robots: str | None = None

    def identity(self, source: Source) -> dict[str, Any]:
        """What an unfinished run must have in common with this one to be gone on with."""
        # What robots.txt kept an earlier run from is wanted now, so that run is not gone on with.
        overriding = {"override_robots": True} if self.override_robots else {}
        return {
            **overriding,
            "base_url": source.base_url,
            "since": self.window.since.isoformat(),
            "until": self.window.until.isoformat(),
            "moving": self.moving,
            "kinds": sorted(self.kinds) if self.kinds is not None else None,
            "replay": [str(path) for path in self.replay],
            **({"full": True} if self.full else {}),
        }

    def shown(self) -> dict[str, Any]:
        """For `run.json`."""
        kinds = self.kinds
        return {
            "delay": DEFAULT_DELAY if self.delay is None else self.delay,
            "max_requests": self.max_requests,
            "max_runtime": self.max_runtime,
            "full": self.full,
            "kinds": [kind for kind in ORDER if kind in kinds] if kinds is not None else None,
            "fail_on_new_labels": self.fail_on_new_labels,
            "replay": [str(path) for path in self.replay],
            "night": str(self.night) if self.night else None,
            "override_robots": self.override_robots,
        }
