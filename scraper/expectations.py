"""What a run should have found, by what was there before: why to look at a town although the run went well.

A record is compared with itself (a value that half of all records lose at once), a page with itself (a list
that tells none of its entries any more), and a run with the runs before (bands). Pure functions of numbers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

from scraper.merging.past import LISTED, Tally
from scraper.state import KEPT, TOLD

KEPT_RUNS = 400  # so many earlier runs are looked at
FEWEST, HALF = 3, 0.5  # so many records, and that share of those read again
MANY_LOST_PAGES = 0.3  # of the pages of a kind that were read before
FEWEST_VANISHED = {"agenda_item": 15}  # an agenda that is printed anew may have other numbers
VANISHED = 5
# What a town does not change in many records from one day to the next.
STABLE = frozenset({
    "reference", "subject", "name", "paper_type", "author", "department", "organization", "number", "date",
    "person",
})  # fmt: skip
# What a page has as often today as it had in the last months. Items are counted by agenda (see past.Agendas):
# one page tells all of them, and results come after the meeting.
BANDED: dict[str, tuple[str, ...]] = {
    "paper": (
        "reference", "subject", "paper_type", "status", "author", "department", "deliberations", "text",
    ),
    "meeting": ("name", "organization", "date", "start", "location"),
    "agenda_item": ("number", "subject"),
    "agenda": ("a paper",),
    "past agenda": ("a result",),
    "organization": ("name",),
    "person": ("name",),
}  # fmt: skip
# Bands: of so many earlier runs; so many records must have been seen before, and so many now; so many
# deviations, and that much more.
BAND_RUNS, SEEN_BEFORE, SEEN_NOW, DEVIATIONS, SLACK = 60, 50, 8, 4.0, 0.15
# Silence: gaps that must have been seen, the shortest that counts, and how much longer than the longest.
GAPS, SHORTEST, LONGER = 5, 28, 2.0
# Scarcity: days (of the recess none count) that are one time, so many earlier times, how many new records are
# usual in one at least, and that share of them is too few.
TIME, EARLIER, USUAL, FEW = 28, 3, 12, 0.25
# First and last day (month, day) of times in which councils do not meet, the widest of all states.
RECESS = (((6, 15), (9, 15)), ((12, 15), (1, 15)))


@dataclass(frozen=True)
class Measures:
    """What one run counted. `day`: ISO date; `new`: records by kind; `read`: those whose own page was read
    anew, by kind; `filled`: of these by `kind.key` how many have a value."""

    day: str
    new: Mapping[str, int]
    read: Mapping[str, int]
    filled: Mapping[str, int]

    @classmethod
    def of(cls, day: dt.date, tally: Tally) -> Measures:
        """Of an export."""
        filled = {
            f"{kind}.{key}": count
            for (kind, key), count in sorted(tally.filled.items())
            if key in BANDED.get(kind, ())
        }
        return cls(day.isoformat(), dict(tally.new), dict(tally.own), filled)

    @classmethod
    def load(cls, text: str) -> Measures:
        """Of `dump`."""
        return cls(**json.loads(text))

    def dump(self) -> str:
        """For the store."""
        return json.dumps(vars(self), separators=(",", ":"))


@dataclass(frozen=True)
class Evidence:
    """What is known at the end of a run.

    `history`: measures of earlier runs, the latest first; `known`: by (kind, outcome) the pages that were
    read before; `lists`, `shrunk`: by kind of page the lists read again that told three entries or more, and
    those of them that tell not even half of them.
    """

    tally: Tally
    day: dt.date
    history: tuple[Measures, ...] = ()
    known: Mapping[tuple[str, str], int] = field(default_factory=dict)
    lists: Mapping[str, int] = field(default_factory=dict)
    shrunk: Mapping[str, int] = field(default_factory=dict)


def reasons(evidence: Evidence) -> tuple[str, ...]:
    """Sentences that say what is not as it should be; none when all is well."""
    return tuple(reason for rule in RULES for reason in rule(evidence))


def _lost_values(evidence: Evidence) -> Iterator[str]:
    tally = evidence.tally
    for (kind, key), count in sorted(tally.lost.items()):
        if _is_mass(count, tally.rewritten[kind]):
            of = f"{count} of {tally.rewritten[kind]} {_plural(kind)} read again"
            yield f"{key} is gone from {of}: has the product changed?"


def _swapped_values(evidence: Evidence) -> Iterator[str]:
    tally = evidence.tally
    for (kind, key), count in sorted(tally.changed.items()):
        others = count - tally.lost[kind, key]
        if key in STABLE and _is_mass(others, tally.rewritten[kind]):
            yield f"{key} is another in {others} of {tally.rewritten[kind]} {_plural(kind)} read again"


def _is_mass(count: int, of: int) -> bool:
    return count >= FEWEST and count >= HALF * of


def _lost_pages(evidence: Evidence) -> Iterator[str]:
    for kind in sorted({kind for kind, _ in evidence.known}):
        ended = Counter({how: n for (one, how), n in evidence.known.items() if one == kind and how != KEPT})
        bad = Counter({how: n for how, n in ended.items() if how not in TOLD})
        if bad.total() >= FEWEST and bad.total() >= MANY_LOST_PAGES * ended.total():
            told = ", ".join(f"{how} {n}" for how, n in bad.most_common())
            of = f"{ended.total()} {_plural(kind)}"
            yield f"{bad.total()} of {of} whose pages were read before cannot be had ({told})"


def _vanished_records(evidence: Evidence) -> Iterator[str]:
    tally = evidence.tally
    for kind, count in sorted(tally.vanished.items()):
        of = count + tally.rewritten[kind] + tally.rewritten[f"{kind} {LISTED}"] + tally.new[kind]
        if count >= FEWEST_VANISHED.get(kind, VANISHED) and count >= HALF * of:
            yield f"{count} {_plural(kind)} are told by no page any more; their last known records are kept"


def _shrunk_lists(evidence: Evidence) -> Iterator[str]:
    for kind, count in sorted(evidence.shrunk.items()):
        of = evidence.lists[kind]
        if count >= HALF * of:
            yield f"{count} of {of} {_plural(kind)} tell not even half of what they told before"


def _bands(evidence: Evidence) -> Iterator[str]:
    now = Measures.of(evidence.day, evidence.tally)
    before: Counter[str] = Counter()
    filled: Counter[str] = Counter()
    for one in evidence.history[:BAND_RUNS]:
        before.update(one.read)
        filled.update(one.filled)
    for name, count in sorted(filled.items()):
        kind = name.partition(".")[0]
        seen, share = now.read.get(kind, 0), now.filled.get(name, 0)
        if before[kind] >= SEEN_BEFORE and seen >= SEEN_NOW and _is_below(share, seen, count, before[kind]):
            key = name.partition(".")[2]
            usual = f"{count / before[kind]:.0%} had it before"
            yield f"only {share} of {seen} {_plural(kind)} have {key}, where {usual}"


def _is_below(now: int, seen: int, count: int, before: int) -> bool:
    """Whether a share is lower than chance explains, and by enough to matter."""
    usual = count / before
    spread = (usual * (1 - usual) * (1 / seen + 1 / before)) ** 0.5
    return now / seen < usual - DEVIATIONS * float(spread) - SLACK


def _silence(evidence: Evidence) -> Iterator[str]:
    for kind in ("paper", "meeting"):
        runs = [one for one in evidence.history if one.new.get(kind)]
        days = sorted({dt.date.fromisoformat(one.day) for one in runs})
        if evidence.tally.new[kind] or len(days) <= GAPS:
            continue
        longest = max(active_days(*pair) for pair in pairwise(days))
        silent = active_days(days[-1], evidence.day)
        if silent > max(SHORTEST, LONGER * longest):
            yield f"no new {kind} since {days[-1]}, where {longest} days were the longest time without one"


def _scarcity(evidence: Evidence) -> Iterator[str]:
    """Judged on days without anything new: those with something are learned from, so it ends by itself."""
    for kind in ("paper", "meeting"):
        now, *before = _times(evidence, kind) or [0]
        if evidence.tally.new[kind] or len(before) < EARLIER:
            continue
        usual = median(before)
        if usual >= USUAL and now <= FEW * usual:
            told = f"only {now} new {_plural(kind)} in {TIME} days outside of the recess"
            yield f"{told}, where {usual:.0f} are usual"


def _times(evidence: Evidence, kind: str) -> list[int]:
    """New records in each whole time of so many active days, the latest first."""
    new: Counter[dt.date] = Counter()
    for one in evidence.history:
        new[dt.date.fromisoformat(one.day)] += one.new.get(kind, 0)
    found: list[int] = []
    active, day = 0, evidence.day
    oldest = min(new, default=None)
    while oldest and day >= oldest:
        if not _in_recess(day):
            found += [0] * (active % TIME == 0)
            active += 1
        found[-1:] = [found[-1] + new[day]] if found else []
        day -= dt.timedelta(1)
    return found[: active // TIME]


def active_days(since: dt.date, until: dt.date) -> int:
    """Days after `since` up to `until` on which a council may meet: those of the recess do not count."""
    days = (since + dt.timedelta(n) for n in range(1, (until - since).days + 1))
    return sum(not _in_recess(day) for day in days)


def _in_recess(day: dt.date) -> bool:
    here = (day.month, day.day)
    return any(
        first <= here <= last if first < last else here >= first or here <= last for first, last in RECESS
    )


def _plural(kind: str) -> str:
    name, *where = kind.split(" in ")
    return " in ".join([f"{name.replace('_', ' ')}s", *where])


RULES: tuple[Callable[[Evidence], Iterable[str]], ...] = (
    _lost_values, _swapped_values, _lost_pages, _vanished_records, _shrunk_lists, _bands, _silence,
    _scarcity,
)  # fmt: skip


def shown(tally: Tally) -> dict[str, Any]:
    """What an export changed, for `run.json`: by kind new, changed, vanished and gone records."""
    kinds = dict.fromkeys((*tally.new, *tally.altered, *tally.vanished, *tally.gone))
    return {
        kind: {
            "new": tally.new[kind], "changed": tally.altered[kind], "vanished": tally.vanished[kind],
            "gone": tally.gone[kind],
        }
        for kind in kinds
    }  # fmt: skip
