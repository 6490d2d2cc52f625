"""Who is told how a crawl ended when nobody sits before it: a monitor by a ping, Prometheus by a file."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scraper.errors import LockedError, RisError, StorageError
from scraper.terminal import console, metrics
from scraper.terminal.metrics import Outcome
from scraper.terminal.ping import Ping, Say


@dataclass(frozen=True)
class Ended:
    """How a command ended. `told`: its summary in one line; `reasons`: what is wrong, a line each."""

    exit_code: int
    told: str
    reasons: Sequence[str]
    outcomes: Sequence[Outcome]


@dataclass
class Watchers:
    """Both, where they are wanted. `source`: what is crawled, as soon as that is known."""

    ping: Ping | None
    textfile: Path | None
    say: Say
    source: str | None = None

    def over(self, work: Callable[[], Ended]) -> int:
        """Does the work and returns its exit code; also its errors are told. Raises what `work` raises."""
        if self.ping:
            self.ping.started()
        try:
            ended = work()
        except Exception as error:
            self._tell(self._broken(error))
            raise
        self._tell(ended)
        return ended.exit_code

    def _tell(self, ended: Ended) -> None:
        """A watcher that cannot be told is one line, and changes nothing."""
        if self.textfile and ended.outcomes:
            try:
                metrics.write(self.textfile, ended.outcomes, dt.datetime.now(dt.UTC))
            except StorageError as error:
                self.say(str(error), logging.WARNING)
        if self.ping:
            self.ping.ended(ended.exit_code, "\n".join(map(console.inert, (ended.told, *ended.reasons))))

    def _broken(self, error: Exception) -> Ended:
        """The ending that an error is; its exit code is the one that `cli` returns for it."""
        code = error.exit_code if isinstance(error, RisError) else 6 if isinstance(error, OSError) else 1
        verdict = "locked" if isinstance(error, LockedError) else "failed"
        outcomes = [Outcome(self.source, code, verdict)] if self.source is not None else []
        return Ended(code, f"{verdict}: {error}", (), outcomes)
