"""The end of a run: its records are written, compared with those before, and judged by earlier runs."""

from __future__ import annotations

import datetime as dt
import json
from collections import ChainMap
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from scraper.crawling.folder import Folder
from scraper.crawling.pauses import Traffic
from scraper.expectations import KEPT_RUNS, Evidence, Measures, reasons
from scraper.exporter import Before, renew
from scraper.merging.blocks import Everything, Plan, Renewal, StaleError, Watch
from scraper.merging.contribution import Contribution
from scraper.merging.counts import Counts
from scraper.merging.past import Missing, Tally
from scraper.merging.relaunch import settled
from scraper.stamp import iso
from scraper.state import Run
from scraper.store import Store

W = TypeVar("W", bound=Watch)
# Outcome of a record's own page → the reason that the record is then missing for.
REASONS = {"gone": "not_found", "refused": "refused"}


class Ending:
    """What comes of one run. `counts`, `tally`: of the export; `first`: no run before to compare it with."""

    def __init__(self, store: Store, folder: Folder, run: Run, now: dt.datetime) -> None:
        self._store = store
        self._folder = folder
        self._run = run
        self._now = now.astimezone(dt.UTC)
        self.counts = Counts()
        self.tally = Tally()
        self.first = True
        self._reasons: tuple[str, ...] = ()

    def export(
        self, kinds: Collection[str] | None, watch: Callable[[], W], *, counting: bool, anew: bool
    ) -> W:
        """Writes the records of `kinds` (None: all) and the journal, and gives what watched.

        `watch`: makes one. `counting`: whether the run came to its end, so that what it did not see is
        missing; `anew`: makes also those records anew that nothing touched. Raises StorageError.
        """
        self.first = not self._store.measures(1)
        vendors = self._store.vendors()
        able = kinds is None and len(set(vendors)) == 1
        try:
            renewal = self._renewal(vendors[0], counting) if able and not anew and not self.first else None
            watching = self._write(kinds, watch(), counting, vendors, renewal)
        except StaleError:
            watching = self._write(kinds, watch(), counting, vendors, None)
        self._count_on()
        return watching

    def _renewal(self, vendor: str, counting: bool) -> Plan | None:
        """What only makes anew what was touched since the last export, if that is still known."""
        known = self._store.last_export.recall(self._folder.path, vendor)
        if known is None:
            return None
        missing = self._missing(counting)
        touched = {*known.touched, *missing.rows, *missing.refused}
        return Renewal(known.blocks, known.signs, touched, self._store.told_of)

    def _write(
        self,
        kinds: Collection[str] | None,
        watch: W,
        counting: bool,
        vendors: list[str],
        renewal: Plan | None,
    ) -> W:
        moved: dict[str, str] = {}
        plan = renewal or Everything(self._everything(vendors, moved))
        aliases = ChainMap(moved, self._store.aliases())
        before = Before(self._run.id, iso(self._now), self._missing(counting), aliases, self.first)
        written = renew(plan, self._folder.path, kinds, before, watch)
        self.counts, self.tally = written.counts, before.tally
        self.counts.aliases |= moved
        self._store.add_aliases(self.counts.aliases.items())
        self._store.keep_absences(before.missing.rows)
        if kinds is None and len(set(vendors)) == 1:
            self._store.last_export.keep(
                self._folder.path, vendors[0], written.blocks, written.signs, watch.pack, settled=counting
            )
        else:
            self._store.last_export.forget()
        return watch

    def _everything(self, vendors: list[str], moved: dict[str, str]) -> Iterable[Contribution]:
        return settled(self._store.contributions, vendors, moved)

    def _count_on(self) -> None:
        """An interrupted run has counted a part of its changes already."""
        run, counted = json.loads(self._store.meta("tally") or '[0, ""]')
        if run == self._run.id:
            self.tally.add(counted)
        self._store.set_meta([("tally", json.dumps([self._run.id, self.tally.dump()]))])

    def unexpected(self, traffic: Traffic) -> tuple[str, ...]:
        """What is not as it was before, as sentences (see expectations)."""
        history = tuple(map(Measures.load, self._store.measures(KEPT_RUNS)))
        known = self._store.known_outcomes()
        evidence = Evidence(self.tally, self._now.date(), history, known, traffic.lists, traffic.shrunk)
        self._reasons = reasons(evidence)
        return self._reasons

    def measures(self) -> str | None:
        """What later runs are compared with; None when this one is not as it should be."""
        if self._reasons:
            return None
        return Measures.of(self._now.date(), self.tally).dump()

    def _missing(self, counting: bool) -> Missing:
        """The records that are looked for in vain."""
        refused = {(kind, one): REASONS[why] for kind, one, why in self._store.own_pages(*REASONS)}
        absent = self._store.absences()
        came = self._store.own_pages("ok", "unchanged") if absent else ()
        seen = frozenset((kind, one) for kind, one, _ in came)
        return Missing(self._now.date(), absent, refused, seen, counting)
