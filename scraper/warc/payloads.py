"""Where the bodies in an archive lie: equal bodies are kept once, and revisit records point to them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from scraper.warc.members import Damage, DamagedError, Record, WarcFile, digest

PAYLOADS = frozenset({"response", "revisit"})
FILE_NAME = re.compile(r"ris-\d{14}-(\d{5,})\.warc\.gz")
_EMPTY_DIGEST = digest(b"")
_HEAD_END = b"\r\n\r\n"
_OFFSETS = 1 << 48  # a place in one number: file number · 2^48 + offset
_OPEN_FILES = 16


class Payloads:
    """Bodies of response records, and of revisit records by looking up what they refer to.

    A context manager (it keeps files open). `paths`: searched for the digests of revisits that do not tell
    where their payload lies; ours do, also when it lies in a file of the same folder that is not given.
    """

    def __init__(self, folder: Path, paths: Sequence[Path]) -> None:
        self._folder = folder
        self._paths = paths
        self._files: dict[Path, WarcFile] = {}
        self._index: dict[int, int] | None = None

    def __enter__(self) -> Payloads:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()

    def of(self, response: Record) -> bytes:
        """The body; raises DamagedError when a revisit's payload cannot be read."""
        if not response.headers.get("warc-profile", "").endswith("identical-payload-digest"):
            return split_http(response.block)[1]
        wanted = response.headers.get("warc-payload-digest", "")
        for path, offset in self._places(response, wanted):
            with contextlib.suppress(OSError, DamagedError):
                original = self._file(path).record(offset)
                if original.type == "response" and original.headers.get("warc-payload-digest") == wanted:
                    return split_http(original.block)[1]
        raise DamagedError(f"revisit record whose payload {wanted or '(no digest)'} is not in the archive")

    def _places(self, response: Record, wanted: str) -> Iterator[tuple[Path, int]]:
        name, _, offset = response.headers.get("warc-ris-refers-to-location", "").partition(" ")
        if FILE_NAME.fullmatch(name) and offset.isdecimal():
            yield self._folder / name, int(offset)
        if self._index is None:
            self._index = payload_index(self._paths)
        place = self._index.get(hash(wanted))
        if place is not None:
            number, at = place_in(place)
            yield self._paths[number], at

    def _file(self, path: Path) -> WarcFile:
        if path not in self._files:
            if len(self._files) >= _OPEN_FILES:
                self._files.pop(next(iter(self._files))).close()
            self._files[path] = WarcFile(path)
        return self._files[path]


def payload_index(paths: Sequence[Path]) -> dict[int, int]:
    """Where each payload lies: hash of the digest → place (`place_of`); 130 bytes an entry.

    64 bits of hash can be equal by chance: who uses a place compares the digest there.
    """
    index: dict[int, int] = {}
    for number, path in enumerate(paths):
        with WarcFile(path) as file:
            for record in file.walk(brief=PAYLOADS):
                if isinstance(record, Damage) or record.type != "response":
                    continue
                payload = record.headers.get("warc-payload-digest", _EMPTY_DIGEST)
                if payload != _EMPTY_DIGEST and "warc-truncated" not in record.headers:
                    index.setdefault(hash(payload), place_of(number, record.offset))
    return index


def place_of(number: int, offset: int) -> int:
    """File number and offset in one integer."""
    return number * _OFFSETS + offset


def place_in(place: int) -> tuple[int, int]:
    """File number and offset of a place."""
    return divmod(place, _OFFSETS)


def split_http(block: bytes) -> tuple[bytes, bytes]:
    """HTTP head, its empty line included, and body."""
    end = block.find(_HEAD_END)
    return (block[: end + 4], block[end + 4 :]) if end >= 0 else (block, b"")
