"""A word of the command line → the record that it names, and the folder of the crawl that knows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from scraper import vendors
from scraper.errors import RisError, UsageError
from scraper.lookup import Lookup
from scraper.merging.contribution import ORDER
from scraper.page import Source
from scraper.provenance import STATE, History, by_reference, history, ways_of
from scraper.terminal.runs import BOTH, OUTPUT, output_of

_ID = re.compile(rf"(.+?):(?:{'|'.join(ORDER)}):.+")
_SHOWN = 5


def record(word: str, given: str) -> History:
    """What is known of the record named by its id, the address of its page or a paper's number.

    `given`: the output folder, "" for `output/<source>`, or any below `output` where the word is no id.
    Raises UsageError when several records are called so, RisError when none is, StorageError.
    """
    if match := _ID.fullmatch(word):
        folder, record_id = _folder(match[1], given), word
    else:
        folder, record_id = _found(word, [Path(given)] if given else _folders())
    known = history(folder, record_id)
    if known is None:
        raise RisError(f"{record_id}: no such record in {folder}; another folder is named with --output")
    return known


def _folder(source: str, given: str) -> Path:
    """The folder of a source: the one that is given, else of its pages, else of both ways."""
    ways = [output_of(Source(source, ""), given, via) for via in ("html", BOTH)]
    return next((way for way in ways if ways_of(way)), ways[0])


def _folders() -> list[Path]:
    return [path for path in sorted(OUTPUT.glob("*")) if ways_of(path)]


def _found(word: str, folders: list[Path]) -> tuple[Path, str]:
    found = list(dict.fromkeys((folder, one) for folder in folders for one in _called(word, folder)))
    if len(found) == 1:
        return found[0]
    if not found:
        where = ", ".join(map(str, folders)) or f"{OUTPUT}/*"
        raise RisError(f"{word}: no record has this id, address or number in {where}; see --output")
    names = ", ".join(f"{one} ({folder})" for folder, one in found[:_SHOWN])
    raise UsageError(f"{word}: {len(found)} records are called so; take an id: {names}")


def _called(word: str, folder: Path) -> Iterator[str]:
    """Ids of the records with this address or number."""
    if not word.startswith(("https://", "http://")):
        yield from by_reference(folder, word)
        return
    for way in ways_of(folder):
        with Lookup(way / STATE) as store:
            for name in store.vendors():
                yield from store.records_at(vendors.load(name).canonical(word))
