"""Two sets of JSON Lines, record by record and field by field: what stands, and what it would become."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from scraper.errors import StorageError
from scraper.merging.outputs import FILES

# What is no news: which version read the page, and when its bytes were fetched.
IGNORED = frozenset({"parser", "fetched_at"})
CHANGED, NEW, MISSING, BROKEN = "changed", "new", "missing", "broken"
_ID = "id"


@dataclass(frozen=True)
class Difference:
    """One value that is not the same. `what`: `changed`, `new` and `missing` (the whole record), or `broken`
    (a line that is no record, or stands at the wrong place).

    `field`: a path (`deliberations.0.date`), "" for the whole record. `before`, `after`: the values; of a
    `missing` record `before` is the record.
    """

    id: str
    kind: str
    what: str
    field: str = ""
    before: Any = None
    after: Any = None


@dataclass(frozen=True)
class _Row:
    """One line: the bytes, and the record in them, read when it is asked for."""

    id: str
    line: bytes

    @property
    def record(self) -> dict[str, Any]:
        return dict(json.loads(self.line))


def differences(
    standing: Path, fresh: Path, kinds: Collection[str], ignored: Collection[str] = IGNORED
) -> Iterator[Difference]:
    """What differs between the JSON Lines of two folders, by kind and id; files that are not there are empty.

    Lines are sorted by id (see `exporter`), so both folders pass by once and memory stays flat. Raises
    StorageError.
    """
    for kind in kinds:
        yield from _of_kind(kind, standing / FILES[kind], fresh / FILES[kind], ignored)


def _of_kind(kind: str, standing: Path, fresh: Path, ignored: Collection[str]) -> Iterator[Difference]:
    faults: list[Difference] = []
    left, right = _rows(kind, standing, faults), _rows(kind, fresh, faults)
    one, other = next(left, None), next(right, None)
    while one or other:
        if other is None or (one and one.id.encode() < other.id.encode()):
            assert one is not None
            yield Difference(one.id, kind, MISSING, before=one.record)
            one = next(left, None)
        elif one is None or one.id != other.id:
            yield Difference(other.id, kind, NEW, after=other.record)
            other = next(right, None)
        else:
            yield from _changes(kind, one, other, ignored)
            one, other = next(left, None), next(right, None)
    yield from faults


def _rows(kind: str, path: Path, faults: list[Difference]) -> Iterator[_Row]:
    """The lines that are records in their order; the others are added to `faults`."""
    last = b""
    for number, line in enumerate(_lines(path), 1):
        record_id = _id_of(line)
        if record_id is None or record_id.encode() <= last:
            why = "is no record" if record_id is None else "does not stand in the order of the ids"
            faults.append(
                Difference(record_id or "", kind, BROKEN, before=f"{path.name} line {number} {why}")
            )
            continue
        last = record_id.encode()
        yield _Row(record_id, line)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(
            f"{path}: {error.strerror or error}; check the disk and its permissions"
        ) from error


def _id_of(line: bytes) -> str | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    found = record.get(_ID) if isinstance(record, dict) else None
    return found if isinstance(found, str) else None


def _changes(kind: str, one: _Row, other: _Row, ignored: Collection[str]) -> Iterator[Difference]:
    if one.line == other.line:
        return
    before, after = one.record, other.record
    for key in dict.fromkeys(chain(before, after)):
        if key not in ignored:
            for path, old, new in changes(key, before.get(key), after.get(key)):
                yield Difference(one.id, kind, CHANGED, path, old, new)


def changes(path: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """Path, old and new value of every leaf that differs; lists of another length differ as a whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys(chain(before, after)):
            yield from changes(f"{path}.{key}", before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for at, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from changes(f"{path}.{at}", old, new)
    elif before != after or type(before) is not type(after):
        yield path, before, after
