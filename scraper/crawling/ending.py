"""The end of a run: its records are written, compared with those before, and judged by earlier runs."""

from __future__ import annotations

import datetime as dt
import json
from collections import ChainMap
from collections.abc import Callable, Collection
from typing import TypeVar

from scraper.crawling.folder import Folder
from scraper.crawling.pauses import Traffic
from scraper.expectations import KEPT_RUNS, Evidence, Measures, reasons
from scraper.exporter import Before, renew
from scraper.merging.blocks import Everything, Plan, Renewal, StaleError, Watch
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
        self._moved: dict[str, str] = {}  # old id → new id, of a town that changed its product
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
        # What is remembered is of all kinds, as one product tells them.
        vendor = vendors[0] if kinds is None and len(set(vendors)) == 1 else None
        renewal = self._renewal(vendor, counting) if vendor and not anew and not self.first else None
        try:
            watching = self._write(kinds, watch(), counting, vendor, renewal or self._everything(vendors))
        except StaleError:
            watching = self._write(kinds, watch(), counting, vendor, self._everything(vendors))
        self._count_on()
        return watching

    def _everything(self, vendors: list[str]) -> Everything:
        self._moved.clear()
        return Everything(settled(self._store.contributions, vendors, self._moved))

    def _renewal(self, vendor: str, counting: bool) -> Renewal | None:
        """What only makes anew what was touched since the last export, if that is still known."""
        known = self._store.last_export.recall(self._folder.path, vendor)
        if known is None:
            return None
        missing = self._missing(counting)
        touched = {*known.touched, *missing.rows, *missing.refused}
        return Renewal(known.blocks, known.signs, touched, self._store.told_of)

    def _write(
        self, kinds: Collection[str] | None, watch: W, counting: bool, vendor: str | None, plan: Plan
    ) -> W:
        """`vendor`: None when the next export is to make everything anew."""
        aliases = ChainMap(self._moved, self._store.aliases())
        before = Before(self._run.id, iso(self._now), self._missing(counting), aliases, self.first)
        written = renew(plan, self._folder.path, kinds, before, watch)
        self.counts, self.tally = written.counts, before.tally
        self.counts.aliases |= self._moved
        self._store.add_aliases(self.counts.aliases.items())
        self._store.keep_absences(before.missing.rows)
        last, folder = self._store.last_export, self._folder.path
        if vendor:
            last.keep(folder, vendor, written, watch.pack, settled=counting)
        else:
            last.forget()
        return watch

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
