"""The ledgers beside `run.json`, `coverage.json` and `labels.json`: filled while the records are written."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from scraper import coverage, wordings
from scraper.crawling.expecting import Expecting
from scraper.crawling.schedule import Choice
from scraper.crawling.sightings import Sightings
from scraper.merging.blocks import Watch
from scraper.report import write_document
from scraper.state import Run
from scraper.store import Store
from scraper.vendor import Vendor
from scraper.wordings import Wordings

_log = logging.getLogger(__name__)


class Ledgers(Watch):
    """What the records of a run tell of what is missing and of what is not understood."""

    def __init__(self, store: Store, run: Run, choice: Choice, source: str, vendor: Vendor) -> None:
        self._expecting = Expecting(store, choice, vendor)
        self._wordings = Wordings()
        self._now = Wordings()
        self._run = {"run": run.id, "started": run.started}
        self._head = {
            "source": source,
            "vendor": vendor.name,
            "window": {"since": choice.window.since.isoformat(), "until": choice.window.until.isoformat()},
            "kinds": sorted(choice.kinds) if choice.kinds is not None else None,
            **self._run,
        }

    def see(self, line: bytes, *, own: bool) -> None:
        """See `Watch`."""
        record = json.loads(line)
        self._expecting.see(record, own=own)
        self._now.see(record)

    def cut(self) -> tuple[Sightings, Wordings]:
        """See `Watch`."""
        now, self._now = self._now, Wordings()
        self._wordings.add(now)
        return self._expecting.cut(), now

    def take(self, seen: dict[str, Any]) -> None:
        """See `Watch`."""
        self._expecting.take(seen["coverage"])
        self._wordings.add(Wordings.load(seen["wordings"]))

    def replaced(self, seen: dict[str, Any]) -> None:
        """See `Watch`."""
        self._expecting.replaced(seen["coverage"])

    def finish(self) -> None:
        """See `Watch`."""
        self._expecting.finish()

    def pack(self, seen: tuple[Sightings, Wordings]) -> dict[str, Any]:
        """See `Watch`."""
        return {"coverage": self._expecting.pack(seen[0]), "wordings": seen[1].dump()}

    def write(self, folder: Path, now: str) -> tuple[str, ...]:
        """Writes both; gives the labels and results that this run is the first to see. `now`: RFC 3339.

        Raises StorageError.
        """
        head = {**self._head, "written": now}
        write_document(folder / coverage.FILE, coverage.coverage(self._expecting.facts(**head)))
        path = folder / wordings.FILE
        entries = wordings.entries(_before(path), self._wordings, self._run, now)
        document = {**head, "entries": entries}
        write_document(path, document)
        return wordings.new(document)


def _before(path: Path) -> dict[str, Any]:
    """The ledger of the crawl before; none if there is none, or if it cannot be read."""
    try:
        found: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {"entries": []}
        if all(row.keys() >= wordings.ENTRY for row in found["entries"]):
            return found
        reason = "entries lack keys"
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        reason = str(error)
    _log.warning("%s: cannot be read (%s): every label counts as new", path, reason)
    return {}
