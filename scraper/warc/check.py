"""Finds every damaged byte of an archive: the libraries hide torn files and skip silently over damage.

Checked of each record: the gzip header's fixed bytes and length, the end of the member, its CRC,
Content-Length, block and payload digest, and that a revisit's payload can be read.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from scraper.warc.exchanges import storage
from scraper.warc.members import Damage, DamagedError, Record, WarcFile
from scraper.warc.payloads import PAYLOADS, Payloads

_ALGORITHMS = frozenset({"sha1", "sha256", "sha512", "md5"})


def verify(paths: Iterable[Path]) -> Iterator[Damage]:
    """Every damage in the files, in order; nothing when all is sound. Raises StorageError.

    A file that was cut exactly between two records cannot be told from a whole one.
    """
    return (item for item in checked(paths) if isinstance(item, Damage))


def checked(
    paths: Iterable[Path], on_bytes: Callable[[int], object] = lambda count: None
) -> Iterator[Record | Damage]:
    """Every sound record of the files, and a Damage for each that is not; see `verify`.

    `on_bytes` is told how many bytes more were looked at.
    """
    files = list(paths)
    for path in files:
        with storage(path), WarcFile(path) as file, Payloads(path.parent, files) as payloads:
            if not file.size:
                yield Damage(str(path), 0, "empty file")
            at = 0
            for item in file.walk():
                at, passed = item.offset, item.offset - at
                on_bytes(passed)
                reason = None if isinstance(item, Damage) else _fault(item, payloads)
                yield Damage(str(path), item.offset, reason) if reason else item
            on_bytes(file.size - at)


def _fault(record: Record, payloads: Payloads) -> str | None:
    """What is wrong with a record whose member is sound, if anything."""
    if not _matches(record.headers.get("warc-block-digest"), record.block):
        return "the block does not have its digest"
    if record.type in PAYLOADS:
        try:
            payload = payloads.of(record)
        except DamagedError as error:
            return str(error)
        if not _matches(record.headers.get("warc-payload-digest"), payload):
            return "the payload does not have its digest"
    return None


def _matches(declared: str | None, data: bytes) -> bool:
    """Whether `data` has the digest; true when none is declared or its algorithm is unknown."""
    if not declared:
        return True
    algorithm, _, value = declared.partition(":")
    if algorithm.lower() not in _ALGORITHMS:
        return True
    raw = hashlib.new(algorithm.lower(), data).digest()
    spellings = {base64.b32encode(raw).decode().rstrip("="), raw.hex().upper()}
    return value.upper().rstrip("=") in spellings
