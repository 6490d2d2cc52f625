"""A file that takes the place of another, with parts of it copied while the rest is still being written."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from io import FileIO
from pathlib import Path

_BUFFER, _READ, _PIECE = 256 * 1024, 1024 * 1024, 256 * 1024 * 1024
# File systems between which, or on which, the system does not copy by itself.
_CANNOT = (errno.EXDEV, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


class Successor:
    """Grows beside `old`, as a hidden file, until it takes its place. All methods raise OSError.

    `threads`: they copy and sync, since the system can do so meanwhile; what goes wrong there is raised by
    what waits for it (`lines`, `settle`). They must be through before `discard`.
    """

    def __init__(self, old: Path, threads: Executor) -> None:
        self._old = old
        self._path = old.with_name(f".{old.name}.tmp")
        self._threads = threads
        self._file = self._path.open("wb", buffering=_BUFFER)
        self._kept = range(0)  # bytes of the old file that come next
        self._under_way: list[Future[None]] = []
        self._begun = False

    def write(self, line: bytes) -> int:
        """One line; gives its bytes."""
        self._begin()
        return self._file.write(line) + self._file.write(b"\n")

    def keep(self, offset: int, size: int) -> None:
        """Bytes of the old file; what stands next to each other is copied at once."""
        if self._kept and self._kept.stop != offset:
            self._begin()
        self._kept = range(self._kept.start if self._kept else offset, offset + size)

    def _begin(self) -> None:
        """Leaves room for what is kept and has it filled."""
        self._begun = True
        if not self._kept:
            return
        at = self._file.tell()
        self._file.seek(at + len(self._kept))
        self._start(_copy, self._old, self._path, self._kept, at)
        self._kept = range(0)

    def _start(self, work: Callable[..., None], *given: object) -> None:
        self._under_way.append(self._threads.submit(work, *given))

    @property
    def differs(self) -> bool:
        """Whether it will not be, byte for byte, the old file kept from beginning to end."""
        if self._begun or self._kept.start:
            return True
        return not self._old.exists() or self._kept.stop != self._old.stat().st_size

    def finish(self) -> None:
        """That was all; begins to bring it to the disk."""
        if self.differs:
            self._begin()
            self._file.flush()
            self._start(_sync, self._file.fileno(), tuple(self._under_way))

    def lines(self) -> Iterator[bytes]:
        """Those there are by now, without line ends."""
        path = self._old
        if self.differs:
            path = self._path
            self._begin()
            self._file.flush()
            self.settle()
        with path.open("rb", buffering=_BUFFER) as file:
            for line in file:
                yield line[:-1]

    def settle(self) -> None:
        """Waits for what is under way; of a finished one, until it is on the disk."""
        _wait(self._under_way)

    def replace(self) -> None:
        """Takes the old file's place."""
        self._file.close()
        self._path.replace(self._old)

    def discard(self) -> None:
        """Removes it, unless it took the place of the old one."""
        with contextlib.suppress(OSError):  # what could not be flushed does not matter any more
            self._file.close()
        self._path.unlink(missing_ok=True)


def _wait(works: Iterable[Future[None]]) -> None:
    for work in works:
        work.result()


def _sync(handle: int, copies: Iterable[Future[None]]) -> None:
    _wait(copies)
    os.fsync(handle)


def _copy(old: Path, new: Path, kept: range, at: int) -> None:
    """Copies bytes of a file to a place of another; within the system where it can do so."""
    with old.open("rb", buffering=0) as source, new.open("r+b", buffering=0) as target:
        source.seek(kept.start)
        target.seek(at)
        left = len(kept)
        while left:
            done = _moved(source, target, min(left, _PIECE))
            if not done:
                raise OSError(errno.EIO, "the file is shorter than it was")
            left -= done


def _moved(source: FileIO, target: FileIO, most: int) -> int:
    """Bytes that went from where the one stands to where the other stands; not always so many."""
    if hasattr(os, "copy_file_range"):
        try:
            return os.copy_file_range(source.fileno(), target.fileno(), most)
        except OSError as error:
            if error.errno not in _CANNOT:
                raise
    data = source.read(min(most, _READ))
    done = 0
    while done < len(data):
        done += target.write(data[done:])
    return done
