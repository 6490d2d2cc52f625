"""The files of an export: each appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from scraper.errors import StorageError
from scraper.merging.journal import Journal
from scraper.merging.line import Line

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
_PIECE, _READ = 256 * 1024 * 1024, 1024 * 1024
# File systems between which, or on which, the system does not copy by itself.
_CANNOT = (errno.EXDEV, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


class Outputs:
    """One temporary file a kind beside the file it replaces. A context manager; raises OSError.

    `kinds`: whose files are written; `aside`: kinds that are kept to be looked at only (see `lines`).
    """

    def __init__(self, folder: Path, kinds: Iterable[str], aside: Iterable[str] = ()) -> None:
        self._folder = folder
        self._kinds = tuple(kinds)
        self._aside = tuple(kind for kind in aside if kind not in self._kinds)
        self._handles: dict[str, IO[bytes]] = {}
        self._untouched: dict[str, _Extent] = {}

    def __enter__(self) -> Outputs:
        try:
            for kind in (*self._kinds, *self._aside):
                self._handles[kind] = self._temporary(kind).open("wb", buffering=256 * 1024)
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
        handle = self._handles.get(line.kind)
        if handle is None:
            return 0
        if line.kind in self._untouched:
            self._copy(line.kind)
        return handle.write(line.json) + handle.write(b"\n")

    def copy(self, kind: str, offset: int, size: int) -> None:
        """Bytes of the file that is there; what stands next to each other is copied at once."""
        waiting = self._untouched.get(kind)
        if waiting is not None and waiting.end == offset:
            waiting.end += size
            return
        if waiting is not None:
            self._copy(kind)
        self._untouched[kind] = _Extent(offset, offset + size)

    def _copy(self, kind: str) -> None:
        extent, handle = self._untouched.pop(kind), self._handles[kind]
        handle.flush()
        with (self._folder / FILES[kind]).open("rb") as file:
            _copied(file.fileno(), handle.fileno(), extent)

    def lines(self, kind: str) -> Iterator[bytes]:
        """The lines of a kind that was written or kept, without line ends."""
        if kind in self._untouched:
            self._copy(kind)
        self._handles[kind].flush()
        with self._temporary(kind).open("rb", buffering=256 * 1024) as file:
            for line in file:
                yield line[:-1]

    def publish(self, records: dict[str, int], journal: Journal | None) -> None:
        """Everything is on disk, and the journal tells it, before the first file is replaced."""
        changed = [kind for kind in self._kinds if not self._is_whole(kind)]
        with ThreadPoolExecutor() as threads:  # the system copies and syncs; it can do so side by side
            list(threads.map(self._end, changed))
        for kind in self._kinds:
            if kind not in _ONLY_IF_ANY:
                records.setdefault(kind, 0)
        if journal is not None:
            journal.commit()
        for kind in changed:
            target = self._folder / FILES[kind]
            if kind in records or target.exists():
                self._temporary(kind).replace(target)
        sync_folder(self._folder)

    def _end(self, kind: str) -> None:
        if kind in self._untouched:
            self._copy(kind)
        handle = self._handles[kind]
        handle.flush()
        os.fsync(handle.fileno())
        handle.close()

    def _is_whole(self, kind: str) -> bool:
        """Whether the file that is there would be written once more as it is."""
        extent, target = self._untouched.get(kind), self._folder / FILES[kind]
        return extent is not None and extent.begin == 0 and extent.end == target.stat().st_size

    def _temporary(self, kind: str) -> Path:
        return self._folder / f".{FILES[kind]}.tmp"

    def _clean(self) -> None:
        for kind, handle in self._handles.items():
            _close(handle)
            self._temporary(kind).unlink(missing_ok=True)


@dataclass
class _Extent:
    """Bytes of a file that are to be copied."""

    begin: int
    end: int


def _copied(source: int, target: int, extent: _Extent) -> None:
    """Copies bytes of one open file to where another stands; within the system where it can do so."""
    at = extent.begin
    while at < extent.end:
        most = min(extent.end - at, _PIECE)
        done = _moved(source, target, most, at)
        if not done:
            raise OSError(errno.EIO, "the file is shorter than it was")
        at += done


def _moved(source: int, target: int, most: int, at: int) -> int:
    if hasattr(os, "copy_file_range"):
        try:
            return os.copy_file_range(source, target, most, at)
        except OSError as error:
            if error.errno not in _CANNOT:
                raise
    os.lseek(source, at, os.SEEK_SET)
    data = os.read(source, min(most, _READ))
    done = 0
    while done < len(data):
        done += os.write(target, data[done:])
    return done


def _close(handle: IO[bytes]) -> None:
    """Closes a file that is about to be removed; what could not be flushed does not matter."""
    try:
        handle.close()
    except OSError:
        return


@contextlib.contextmanager
def whole(target: Path) -> Iterator[IO[str]]:
    """A text file that appears whole or not at all when the block ends; raises StorageError."""
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StorageError(f"{target}: {error.strerror or error}; what was there is untouched") from error


def sync_folder(folder: Path) -> None:
    """Makes renames in `folder` durable (where the system lets a folder be opened)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
