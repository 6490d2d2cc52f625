"""The files of an export: each appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from scraper.durable import sync_folder
from scraper.merging.journal import Journal
from scraper.merging.line import Line
from scraper.merging.successor import Successor

FILES = {
    "paper": "papers.jsonl",
    "meeting": "meetings.jsonl",
    "agenda_item": "agenda_items.jsonl",
    "organization": "organizations.jsonl",
    "person": "persons.jsonl",
    "membership": "memberships.jsonl",
    "file": "files.jsonl",
}
_ONLY_IF_ANY = frozenset({"file"})


class Outputs:
    """One successor a kind for the file that it takes the place of. A context manager; raises OSError.

    `kinds`: whose files are written; `aside`: kinds that are kept to be looked at only (see `lines`).
    """

    def __init__(self, folder: Path, kinds: Iterable[str], aside: Iterable[str] = ()) -> None:
        self._folder = folder
        self._kinds = tuple(kinds)
        self._all = dict.fromkeys((*self._kinds, *aside))
        self._threads = ThreadPoolExecutor()
        self._files: dict[str, Successor] = {}

    def __enter__(self) -> Outputs:
        try:
            for kind in self._all:
                self._files[kind] = Successor(self._folder / FILES[kind], self._threads)
        except OSError:
            self._clean()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clean()

    def write(self, line: Line) -> int:
        """One line; gives its bytes, 0 if its kind is neither written nor kept."""
        file = self._files.get(line.kind)
        return file.write(line.json) if file is not None else 0

    def copy(self, kind: str, offset: int, size: int) -> None:
        """Bytes of the file that is there."""
        self._files[kind].keep(offset, size)

    def finish(self, kind: str) -> None:
        """Nothing more of this kind will come."""
        if kind in self._kinds:
            self._files[kind].finish()

    def lines(self, kind: str) -> Iterator[bytes]:
        """The lines of a kind that was written or kept, without line ends."""
        return self._files[kind].lines()

    def publish(self, records: dict[str, int], journal: Journal | None) -> None:
        """Everything is on disk, and the journal tells it, before the first file is replaced."""
        for kind in self._kinds:
            self._files[kind].settle()
            if kind not in _ONLY_IF_ANY:
                records.setdefault(kind, 0)
        if journal is not None:
            journal.commit()
        for kind in self._kinds:
            if self._files[kind].differs and (kind in records or (self._folder / FILES[kind]).exists()):
                self._files[kind].replace()
        sync_folder(self._folder)

    def _clean(self) -> None:
        self._threads.shutdown(cancel_futures=True)
        for file in self._files.values():
            file.discard()
