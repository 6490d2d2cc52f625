"""Which pages made a record: the record as it stands, what each page tells, and the archived answers."""

from __future__ import annotations

import contextlib
import json
import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scraper.archive import Damage, Slice, archive_files, page_of, read_slice, source_of
from scraper.errors import StorageError
from scraper.lookup import Lookup, Telling
from scraper.merging.contribution import sort_key
from scraper.merging.joining import HTML, OPARL
from scraper.merging.merged import merge
from scraper.merging.outputs import FILES
from scraper.page import Page
from scraper.report import FILE
from scraper.state import PageState
from scraper.warc.exchanges import storage
from scraper.warc.members import WarcFile
from scraper.warc.payloads import PAYLOADS
from scraper.wire.encoding import EncodingError

STATE, ARCHIVE = "state.sqlite", "archive"
_ID = re.compile(rb'"id":("(?:[^"\\]|\\.)*")')


@dataclass(frozen=True)
class Origin:
    """One page that tells about a record. `folder`: of its crawl; `record`: the record as it tells it."""

    folder: Path
    telling: Telling
    record: dict[str, Any]


@dataclass(frozen=True)
class History:
    """A record as it stands in the output, and the pages that tell about it, those that count most first."""

    id: str
    record: dict[str, Any]
    origins: tuple[Origin, ...]


def ways_of(output: Path) -> list[Path]:
    """The folders with a state: the folder itself, or those of both ways below it."""
    if (output / STATE).exists():
        return [output]
    return [output / way for way in (HTML, OPARL) if (output / way / STATE).exists()]


def history(output: Path, record_id: str) -> History | None:
    """What is known of a record; None when there is none of that id. Raises StorageError."""
    ways = ways_of(output)
    if not ways:
        raise StorageError(f"{output}: no state of a crawl in this folder; name another with --output")
    aliases = _aliases(output) if ways != [output] else {}
    with contextlib.ExitStack() as stack:
        stores = [(way, stack.enter_context(Lookup(way / STATE))) for way in ways]
        record_id = aliases.get(record_id, record_id)
        if len(stores) == 1:
            record_id = stores[0][1].successor(record_id)
        origins = tuple(
            Origin(way, telling, json.loads(telling.told.json))
            for way, store in stores
            for name in _names(record_id, way, aliases)
            for telling in store.tellings(name)
        )
    record = standing(output, record_id) or _merged(origins)
    return History(record_id, record, origins) if record else None


def _aliases(output: Path) -> dict[str, str]:
    """Ids at the endpoint and those that they were joined under."""
    try:
        told = json.loads((output / FILE).read_text(encoding="utf-8"))
        return dict(told.get("aliases", {}))
    except (OSError, ValueError, AttributeError):
        return {}


def _names(record_id: str, way: Path, aliases: dict[str, str]) -> list[str]:
    """What the record is called in the store of a way."""
    if way.name != OPARL or not aliases:
        return [record_id]
    old = [name for name, successor in aliases.items() if successor == record_id]
    return old or [record_id] * (record_id not in aliases)


def _merged(origins: tuple[Origin, ...]) -> dict[str, Any] | None:
    told = sorted((origin.telling.told for origin in origins), key=sort_key)
    line = next(merge(told), None)
    return json.loads(line) if line else None


# ---- JSON Lines


def standing(output: Path, record_id: str) -> dict[str, Any] | None:
    """The record of that id in the JSON Lines of a folder, found by halving: lines are sorted by id."""
    for kind, name in FILES.items():
        path = output / name
        if f":{kind}:" in record_id and path.exists() and path.stat().st_size:
            line = _found(path, record_id.encode())
            if line is not None:
                return dict(json.loads(line))
    return None


def _found(path: Path, wanted: bytes) -> bytes | None:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        low, high = 0, len(lines)
        while low < high:
            start = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = lines.find(b"\n", start) + 1 or len(lines)
            line = lines[start:end]
            found = _id_of(line)
            if found == wanted:
                return line
            low, high = (end, high) if found < wanted else (low, start)
    return None


def _id_of(line: bytes) -> bytes:
    match = _ID.search(line)
    return str(json.loads(match[1])).encode() if match else b""


def by_reference(output: Path, reference: str) -> Iterator[str]:
    """Ids of the papers with that number, by a plain search through their lines."""
    path = output / FILES["paper"]
    if not path.exists() or not path.stat().st_size:
        return
    mark = f'"reference":{json.dumps(reference, ensure_ascii=False)}'.encode()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as lines:
        at = lines.find(mark)
        while at >= 0:
            start, end = lines.rfind(b"\n", 0, at) + 1, lines.find(b"\n", at) + 1 or len(lines)
            record = json.loads(lines[start:end])
            if record["reference"] == reference:
                yield record["id"]
            at = lines.find(mark, end)


# ---- the archive


@dataclass(frozen=True)
class Answer:
    """An archived page, and where in the archive it lies."""

    page: Page
    file: Path
    offset: int


def archived(origin: Origin) -> Answer:
    """The page that an origin was read from, at the place that the store has noted, its hash checked.

    Only where no place was noted (an answer that was worked off after a crash) the heads of the archive's
    records are searched for it. Raises StorageError, which says in one line what is missing or damaged.
    """
    page, folder = origin.telling.page, origin.folder / ARCHIVE
    if page.file is None or page.offset is None:
        return _searched(page, folder)
    path = folder / page.file
    if not path.exists():
        raise StorageError(f"{path}: this file of the archive is missing; put a copy of it back")
    found = _page_at(path, page.offset)
    if found.snapshot != page.snapshot:
        raise StorageError(f"{path}: offset {page.offset}: another page lies here ({found.snapshot})")
    return Answer(found, path, page.offset)


def _searched(page: PageState, folder: Path) -> Answer:
    for path in archive_files(folder):
        with storage(path), WarcFile(path) as file:
            for record in file.walk(brief=PAYLOADS):
                if isinstance(record, Damage) or record.headers.get("warc-target-uri") != page.url:
                    continue
                with contextlib.suppress(StorageError):
                    found = _page_at(path, record.offset)
                    if found.snapshot == page.snapshot:
                        return Answer(found, path, record.offset)
    raise StorageError(f"{page.url}: no answer with this content in {folder}")


def _page_at(path: Path, offset: int) -> Page:
    damages: list[str] = []
    part = Slice(path, offset, offset + 1)
    one = next(read_slice(part, on_damage=lambda damage: damages.append(damage.reason)), None)
    if one is None or one.location.offset != offset:
        why = damages[0] if damages else "no answer begins here"
        raise StorageError(f"{path}: offset {offset}: the archived answer is damaged: {why}")
    try:
        return page_of(one.exchange, source_of(one.info).name)
    except EncodingError as error:
        raise StorageError(f"{path}: offset {offset}: {error}") from None
