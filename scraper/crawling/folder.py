"""The output folder of one source: what lies where, and that only one run works in it."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from scraper.errors import LockedError, StorageError
from scraper.spans import duration

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Folder:
    """Paths below an output folder; the JSON Lines files and `run.json` lie beside them."""

    path: Path

    @property
    def state(self) -> Path:
        """The store."""
        return self.path / "state.sqlite"

    @property
    def archive(self) -> Path:
        """The folder of WARC files."""
        return self.path / "archive"

    @property
    def lock(self) -> Path:
        """Locked by the kernel while a run works here, so a dead process leaves nothing locked."""
        return self.path / ".lock"

    @property
    def holder(self) -> Path:
        """Who holds the lock, as JSON; left behind only by a process that was killed."""
        return self.path / ".lock.json"


@contextlib.contextmanager
def held(path: Path, started: str) -> Iterator[Folder]:
    """Makes the folder if need be and holds it while the block runs. `started`: RFC 3339.

    The lock of a dead process is taken over, which is told in the log. Raises LockedError, which names who
    holds it and for how long, and StorageError when it cannot be written.
    """
    folder = Folder(path)
    with contextlib.ExitStack() as stack:
        try:
            path.mkdir(parents=True, exist_ok=True)
            stack.enter_context(FileLock(folder.lock, timeout=0, thread_local=False))
            stack.callback(_leave, folder)
            _take_over(folder, started)
        except Timeout:
            who = _holder(folder, started)
            raise LockedError(f"{path}: {who} is at work here; wait for it or stop it") from None
        except OSError as error:
            hint = "choose another --output or make room"
            raise StorageError(f"{error.filename or path}: {error.strerror or error}; {hint}") from error
        yield folder


def refuse_if_held(path: Path, now: str) -> None:
    """For who only reads: LockedError while a run works in the folder. Nothing is written, also no lock.

    `now`: RFC 3339.
    """
    folder = Folder(path)
    if not folder.lock.exists():
        return
    try:
        FileLock(folder.lock, timeout=0, thread_local=False).acquire().lock.release()
    except Timeout:
        raise LockedError(f"{path}: {_holder(folder, now)} is at work here; wait for it or stop it") from None
    except OSError:  # a folder that cannot be written: nobody is at work there
        return


def _take_over(folder: Folder, started: str) -> None:
    """Tells the others who works here; a folder that takes no file fails now, before any request.

    The lock is ours, so whoever is named there already is dead: who ends in order leaves no name.
    """
    if folder.holder.exists():
        who = _holder(folder, started)
        _log.warning("%s: taken over from %s which died without ending in order", folder.path, who)
    told = {"pid": os.getpid(), "host": socket.gethostname(), "started": started}
    folder.holder.write_text(json.dumps(told) + "\n", encoding="utf-8")


def _leave(folder: Folder) -> None:
    """In order, so no name is left; a disk that refuses has been told of already."""
    with contextlib.suppress(OSError):
        folder.holder.unlink(missing_ok=True)


def _holder(folder: Folder, now: str) -> str:
    """`process 123 on host, started 2026-11-24T22:00:00Z (2 h 05 min ago),`."""
    try:
        told: dict[str, Any] = json.loads(folder.holder.read_text(encoding="utf-8"))
        began = dt.datetime.fromisoformat(told["started"])
        age = max((dt.datetime.fromisoformat(now) - began).total_seconds(), 0.0)
        return f"process {told['pid']} on {told['host']}, started {told['started']} ({duration(age)} ago),"
    except (OSError, ValueError, KeyError, TypeError):
        return "another run"
