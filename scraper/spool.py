"""Sorting more contributions than fit into memory: sorted pieces on disk, merged into one stream.

A piece is blocks of `marshal` (read only by the process family that wrote them), each led by its length.
"""

from __future__ import annotations

import heapq
import marshal
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

from scraper.merging.contribution import Contribution, sort_key

# The four parts of `contribution.sort_key`; place of the page in the archive; position on the page; json.
Entry = tuple[int, str, bool, str, int, int, bytes]

PIECE_BYTES = 16 * 1024 * 1024  # of JSON that are sorted in memory at once
FAN_IN = 128  # pieces that are read at the same time, each with one block in memory
_BLOCK_BYTES = 64 * 1024
_LENGTH = struct.Struct("<I")


class Spool:
    """Takes the contributions of pages and writes them to `folder` as sorted pieces named by `prefix`."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self._folder = folder
        self._prefix = prefix
        self._entries: list[Entry] = []
        self._bytes = 0
        self.pieces: list[Path] = []

    def add(self, contributions: Iterable[Contribution], place: int) -> None:
        """Keeps what the page at `place` told, in page order."""
        for at, one in enumerate(contributions):
            self._entries.append((*sort_key(one), place, at, one.json))
            self._bytes += len(one.json)
        if self._bytes > PIECE_BYTES:
            self.flush()

    def flush(self) -> None:
        """Writes what is in memory."""
        if self._entries:
            self._entries.sort()
            path = self._folder / f"{self._prefix}-{len(self.pieces)}"
            write_piece(path, self._entries)
            self.pieces.append(path)
        self._entries, self._bytes = [], 0


def write_piece(path: Path, entries: Iterable[Entry]) -> None:
    """Writes sorted entries."""
    block: list[Entry] = []
    size = 0
    with path.open("wb") as file:
        for entry in entries:
            block.append(entry)
            size += len(entry[-1])
            if size > _BLOCK_BYTES:
                _write_block(file, block)
                block, size = [], 0
        if block:
            _write_block(file, block)


def _write_block(file: IO[bytes], block: list[Entry]) -> None:
    data = marshal.dumps(block)
    file.write(_LENGTH.pack(len(data)))
    file.write(data)


def read_piece(path: Path) -> Iterator[Entry]:
    """The entries of a piece in order; one block is in memory."""
    with path.open("rb", buffering=0) as file:
        while head := file.read(_LENGTH.size):
            yield from marshal.loads(file.read(_LENGTH.unpack(head)[0]))


def merged(pieces: Sequence[Path]) -> Iterator[Entry]:
    """All entries of the pieces in order. Pieces may be merged into larger ones and removed on the way."""
    left = list(pieces)
    while len(left) > FAN_IN:
        some, left = left[:FAN_IN], left[FAN_IN:]
        joined = some[0].with_name(some[0].name + "+")
        write_piece(joined, heapq.merge(*map(read_piece, some)))
        for path in some:
            path.unlink()
        left.append(joined)
    yield from heapq.merge(*map(read_piece, left))
