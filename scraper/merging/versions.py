"""Which of several fetches of a page counts, in 33 bytes a version.

What the product's own reader read stands above what only the generic reader could read. Of the rest the last
content counts, and of those in a row that tell the same the first: what did not change stays as it was.
"""

from __future__ import annotations

import hashlib
import itertools
import struct
from array import array
from collections.abc import Iterable, Iterator

_ROW = struct.Struct(">16s?Q8s")  # hash of the page key, read by its own reader, place, start of the meaning


def row(key: str, place: int, meaning: str, *, own: bool) -> bytes:
    """One version as bytes. `key`: see `contribution.page_key`; `place`: where it is, rising with time;
    `meaning`: see contribution.meaning; `own`: read by the product's reader."""
    digest = hashlib.blake2b(key.encode("utf-8", "surrogateescape"), digest_size=16).digest()
    return _ROW.pack(digest, own, place, bytes.fromhex(meaning[-64:-48]))


def count(versions: bytearray) -> tuple[int, int]:
    """How many were read by the product's own reader, and how many by the generic one."""
    own = sum(versions[at + 16] for at in range(0, len(versions), _ROW.size))
    return own, len(versions) // _ROW.size - own


def superseded(versions: bytearray) -> array[int]:
    """Places, sorted, of the versions that do not count."""
    buckets = [bytearray() for _ in range(256)]  # so that only a small part is ever a list of objects
    for at in range(0, len(versions), _ROW.size):
        buckets[versions[at]] += versions[at : at + _ROW.size]
    places: array[int] = array("Q")
    for bucket in buckets:
        rows = sorted(_ROW.iter_unpack(bucket))
        for _, group in itertools.groupby(rows, key=lambda row: row[0]):
            places.extend(_losers(group))
    return array("Q", sorted(places))


def _losers(versions: Iterable[tuple[bytes, bool, int, bytes]]) -> Iterator[int]:
    """Of one page's versions, those of the generic reader first, each in order of place."""
    kept: tuple[bytes, bool, int, bytes] | None = None
    for version in versions:
        if kept is None:
            kept = version
        elif version[3] == kept[3] and version[1] == kept[1]:
            yield version[2]
        else:
            yield kept[2]
            kept = version
