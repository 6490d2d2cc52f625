"""`changes.jsonl`: what changed, when it was seen, in which run. Lines are only ever added.

A crash between the journal and the files that it tells of makes the next export find the same changes once
more; lines that the journal has of that run are not written twice. A torn last line is cut off.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from scraper.merging.past import Change

FILE = "changes.jsonl"
_TAIL = 1024 * 1024
_STAMP = slice(len(b'{"seen_at":"'), len(b'{"seen_at":"2026-11-25T04:00:00Z'))


def read(folder: Path, since: str = "") -> Iterator[dict[str, Any]]:
    """The changes seen at or after `since` (RFC 3339 or the beginning of one), in order.

    The lines are in order of time, so the first one is found without reading those before. Raises OSError.
    """
    with (folder / FILE).open("rb") as file:
        file.seek(_first(file, since.encode()) if since else 0)
        for line in file:
            if line.endswith(b"\n"):
                yield json.loads(line)


def _first(file: IO[bytes], since: bytes) -> int:
    """Where the first line seen at or after `since` begins."""
    low, high = 0, file.seek(0, os.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        file.seek(middle)
        if middle:
            file.readline()
        line = file.readline()
        if line and line[_STAMP] < since:
            low = file.tell()
        else:
            high = middle
    file.seek(low)
    return low


class Journal:
    """Collects the changes of one export in a file beside the journal; `commit` appends them.

    `seen_at`: RFC 3339; `run`: the number of the run. Raises OSError.
    """

    def __init__(self, folder: Path, seen_at: str, run: int) -> None:
        self._path = folder / FILE
        self._seen_at = seen_at
        self._run = run
        self._temporary: IO[bytes] = (folder / f".{FILE}.tmp").open("w+b")
        self.count = 0

    def tell(self, change: Change) -> None:
        """One more change."""
        row = {
            "seen_at": self._seen_at, "run": self._run, "kind": change.kind, "id": change.record_id,
            "title": change.title, "field": change.field, "old": change.old, "new": change.new,
            "cause": change.cause,
        }  # fmt: skip
        self._temporary.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        self.count += 1

    def commit(self) -> None:
        """Appends what was told; durable when it returns."""
        if not self.count:
            return
        self._temporary.seek(0)
        with self._path.open("a+b") as journal:
            known = self._known(journal)
            for line in self._temporary:
                if not known or _sameness(line) not in known:
                    journal.write(line)
            journal.flush()
            os.fsync(journal.fileno())

    def close(self) -> None:
        """Drops what was not committed."""
        self._temporary.close()
        Path(self._temporary.name).unlink(missing_ok=True)

    def _known(self, journal: IO[bytes]) -> set[tuple[object, ...]]:
        """The changes of this run that the journal has; a torn end is cut off."""
        end = journal.seek(0, os.SEEK_END)
        journal.seek(max(end - _TAIL, 0))
        tail = journal.read()
        whole = tail.rfind(b"\n") + 1
        if whole < len(tail):
            journal.truncate(end - len(tail) + whole)
        lines = tail[:whole].splitlines()[end > _TAIL :]
        mark = f'"run":{self._run},'.encode()
        return {_sameness(line) for line in lines if mark in line}


def _sameness(line: bytes) -> tuple[object, ...]:
    row = json.loads(line)
    return row["run"], row["id"], row["field"], json.dumps(row["new"])
