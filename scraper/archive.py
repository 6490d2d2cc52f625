"""The archive of raw answers: WARC 1.1 files that are written once and read by crawl, re-parse and replay.

An exchange is written at once and synced before `append` returns. A payload that is there already is not
written again: a `revisit` record points to it. Record framing is in `warc`, the mapping of exchanges to
records and all reading in `exchanges`, the verifier in `warc_check`, the transport in `replay`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from scraper.durable import sync_folder
from scraper.errors import StorageError
from scraper.page import Exchange
from scraper.warc.check import verify
from scraper.warc.exchanges import (
    Archived,
    Location,
    Slice,
    archive_files,
    envelope,
    exchange_of,
    file_info,
    headers_of,
    info_of,
    page_of,
    pairs,
    read,
    read_slice,
    records_of,
    shares_payload,
    slices,
    source_of,
    storage,
)
from scraper.warc.members import Damage, DamagedError, Record, WarcFile, digest, pack
from scraper.warc.payloads import FILE_NAME, Payloads, payload_index, place_in, place_of

__all__ = [
    "Archive",
    "Archived",
    "Damage",
    "Location",
    "Slice",
    "archive_files",
    "file_info",
    "headers_of",
    "info_of",
    "page_of",
    "read",
    "read_slice",
    "slices",
    "source_of",
    "verify",
]

MAX_BYTES = 1_000_000_000  # a file that has reached this size is not written on
_datasync = getattr(os, "fdatasync", os.fsync)
_log = logging.getLogger(__name__)


class Archive:
    """Writes exchanges to a folder. A context manager; one writer a folder (the caller holds its lock).

    `info`: the fields of every file's warcinfo record (`info_of`). `sync` False leaves it to the system
    when bytes reach the disk. The first `append` makes the first file. Raises StorageError.
    """

    def __init__(
        self,
        folder: Path,
        *,
        info: Mapping[str, str],
        max_bytes: int = MAX_BYTES,
        sync: bool = True,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._folder = folder
        self._info = dict(info)
        self._max_bytes = max_bytes
        self._sync = sync
        self._now = now
        self._descriptor: int | None = None
        with storage(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._files = archive_files(folder)
            self._end = self._files[-1].stat().st_size if self._files else 0
            self._known = payload_index(self._files)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the current file; a later `append` begins a new one."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)

    def position(self) -> tuple[str, int]:
        """Newest file's name and the offset behind its last complete record; ("", 0) when there is none."""
        return (self._files[-1].name, self._end) if self._files else ("", 0)

    def append(self, exchange: Exchange) -> Location:
        """Writes the exchange and returns where its response lies, once the bytes are on the disk.

        Raises StorageError; the file then ends, as before, behind its last complete record.
        """
        payload = digest(exchange.body)
        with storage(self._folder):
            if self._descriptor is None or self._end >= self._max_bytes:
                self._begin_file()
            original = self._original(exchange, payload)
            response, request = records_of(exchange, payload, original)
            location = Location(self._files[-1].name, self._end, len(response))
            self._write(response + request)
        if shares_payload(exchange) and original is None:
            self._known[hash(payload)] = place_of(len(self._files) - 1, location.offset)
        return location

    @staticmethod
    def recover(folder: Path, file: str, offset: int) -> list[Exchange]:
        """Repairs the end of an archive after a crash: call before the writer opens the folder.

        Cuts a torn tail off the newest file and returns the complete exchanges behind `offset` of `file`
        (what `position` told at the last commit; ("", 0) for all): archived, but not noted elsewhere.
        Bytes before that offset are never touched. Raises StorageError.
        """
        found: list[Exchange] = []
        with storage(folder):
            files = archive_files(folder)
            for path in _from(files, file):
                start = offset if path.name == file else 0
                if start > path.stat().st_size:
                    hint = "put a copy of it back, or move the archive and the state away to begin anew"
                    raise StorageError(f"{path}: shorter than the {start} bytes that were written; {hint}")
                good = _collect(path, start, found)
                if path == files[-1]:
                    _cut(path, good)
        return found

    def _original(self, exchange: Exchange, payload: str) -> tuple[str, Record] | None:
        """File and head of the record that already holds this payload, if it can still be read."""
        place = self._known.get(hash(payload)) if shares_payload(exchange) else None
        if place is None:
            return None
        number, offset = place_in(place)
        path = self._files[number]
        with contextlib.suppress(OSError, DamagedError), WarcFile(path) as file:
            record = file.head(offset) or file.record(offset)
            if record.headers.get("warc-payload-digest") == payload:
                return path.name, record
        return None

    def _begin_file(self) -> None:
        self.close()
        newest = FILE_NAME.fullmatch(self._files[-1].name) if self._files else None
        now = self._now()
        name = f"ris-{now:%Y%m%d%H%M%S}-{int(newest[1]) + 1 if newest else 1:05d}.warc.gz"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._descriptor = os.open(self._folder / name, flags, 0o644)
        self._files.append(self._folder / name)
        self._end = 0
        fields = "".join(f"{key}: {' '.join(value.splitlines())}\r\n" for key, value in self._info.items())
        headers = {"WARC-Filename": name, "Content-Type": "application/warc-fields"}
        self._write(pack(envelope("warcinfo", now) | headers, fields.encode()))
        if self._sync:
            sync_folder(self._folder)

    def _write(self, data: bytes) -> None:
        """Appends all of `data` or nothing; after a failure the file is given up, no sync is tried again."""
        assert self._descriptor is not None
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._descriptor, view) :]
            if self._sync:
                _datasync(self._descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, self._end)
            self.close()
            raise
        self._end += len(data)


def _from(files: list[Path], name: str) -> list[Path]:
    """The files from the named one on; by serial number, since the named one may have been moved away."""
    named = FILE_NAME.fullmatch(name)
    first = int(named[1]) if named else 0
    return [path for path in files if (own := FILE_NAME.fullmatch(path.name)) and int(own[1]) >= first]


def _collect(path: Path, start: int, found: list[Exchange]) -> int:
    """Adds the complete exchanges behind `start` to `found`; returns where the last complete one ends."""
    good = start
    with WarcFile(path) as file, Payloads(path.parent, [path]) as payloads:
        if not start:
            with contextlib.suppress(DamagedError):
                first = file.record(0)
                good = first.end if first.type == "warcinfo" else 0
        for response, request in pairs(file, start, file.size, lambda damage: _log.warning("%s", damage)):
            if request is None:
                continue
            good = max(good, request.end)
            try:
                found.append(exchange_of(response, request, payloads))
            except DamagedError as error:
                _log.warning("%s", Damage(str(path), response.offset, str(error)))
    return good


def _cut(path: Path, good: int) -> None:
    """Ends the file at `good`; a file without one sound record is removed."""
    size = path.stat().st_size
    if 0 < good >= size:
        return
    _log.warning("%s: %d bytes of a torn record cut off", path, size - good)
    if good == 0:
        path.unlink()
        sync_folder(path.parent)
        return
    with path.open("r+b") as file:
        file.truncate(good)
        os.fsync(file.fileno())
