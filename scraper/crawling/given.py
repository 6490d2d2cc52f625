"""What a crawl's loop is given and what it tells: clock, budget, progress."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from scraper.spans import Night


@dataclass(frozen=True)
class Progress:
    """How far a run is. `pending`: pages known but not done; `eta`: seconds, None while nobody can tell."""

    done: int
    pending: int
    kind: str
    url: str
    records: int
    failures: int
    eta: float | None = None


@dataclass(frozen=True)
class Clock:
    """Time as the loop sees it. `pause(seconds)` ends early when the run is to be stopped."""

    now: Callable[[], dt.datetime]
    pause: Callable[[float], object]
    monotonic: Callable[[], float] = time.monotonic
    rng: random.Random = random.Random()  # noqa: RUF009 (one for all is fine: it spreads retries)


@dataclass(frozen=True)
class Budget:
    """Where this start of the program ends at the latest, None: nowhere. Requests include robots.txt.

    `night`: it works only then; begun by day, it ends at once.
    """

    requests: int | None = None
    seconds: float | None = None
    night: Night | None = None
