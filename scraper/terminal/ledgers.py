"""The ledgers of a harvest as a person sees them: what `ris coverage` and `ris labels` print.

The commands only read what the last crawl wrote.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scraper.coverage import FILE as COVERAGE
from scraper.coverage import KINDS, LACKING, STATES
from scraper.errors import RisError, StorageError, UsageError
from scraper.stamp import iso
from scraper.terminal import arguments, console
from scraper.terminal.places import folder_of
from scraper.terminal.runs import OUTPUT

LABELS = "labels.json"  # written here because `wordings` loads the readers; a test holds them together
Row = dict[str, Any]


def coverage(where: str, kind: str, year: str, *, as_json: bool) -> int:
    """Prints the rows that fit and their sentences; 3 when something is lacking in them."""
    wanted, which = _kind(kind), _year(year)
    rows = [
        row
        for row in _read(where, COVERAGE, "coverage")
        if wanted in (None, row["kind"]) and which in (None, row["year"])
    ]
    lists = [row for row in _read(where, COVERAGE, "lists", ()) if wanted in (None, row["kind"])]
    _print(rows, as_json=as_json, block=lambda some: _covered(some, () if year else lists))
    return console.PARTIAL if any(row[state] for row in rows for state in LACKING) else console.OK


def _kind(word: str) -> str | None:
    chosen = arguments.kinds(word)
    if chosen is None:
        return None
    if len(chosen) > 1 or not chosen <= set(KINDS):
        raise UsageError(f"--kind {word}: one of {', '.join(KINDS)}")
    return next(iter(chosen))


def _year(word: str) -> int | None:
    if word and not (word.isdigit() and len(word) == 4):
        raise UsageError(f"--year {word}: no year (write 2026)")
    return int(word) if word else None


def _covered(rows: Sequence[Row], lists: Sequence[Row]) -> str:
    """A table without the states that nothing is in, and the sentences below it."""
    states = [state for state in STATES if state in LACKING[-1:] or any(row[state] for row in rows)]
    head = ("kind", "year", "expected", *(state.replace("_", " ") for state in states), "id gaps")
    cells = [
        (
            row["kind"],
            str(row["year"] or "-"),
            f"{row['expected']:,}",
            *(f"{row[state]:,}" for state in states),
            "-" if row["id_gaps"] is None else f"{row['id_gaps']:,}",
        )
        for row in rows
    ]
    table = console.table([head, *cells], right=frozenset(range(1, len(head))))
    return "\n".join([table, "", *(console.inert(row["sentence"]) for row in (*rows, *lists))])


def labels(where: str, days: str, *, as_json: bool) -> int:
    """Prints the entries, the most frequent first; `days`: only those first seen since then."""
    since = _since(days)
    rows = [row for row in _read(where, LABELS, "entries") if row["first_seen"] >= since]
    _print(rows, as_json=as_json, block=_worded)
    return console.OK


def _since(days: str) -> str:
    if not days:
        return ""
    if not days.isdigit():
        raise UsageError(f"--new {days}: no number of days (write 7)")
    return iso(dt.datetime.now(dt.UTC) - dt.timedelta(days=min(int(days), 36_500)))


def _worded(rows: Sequence[Row]) -> str:
    head = ("count", "kind", "wording", "nearest known", "first seen", "last seen", "example")
    cells = [
        (
            f"{row['count']:,}",
            row["kind"],
            _short(row["wording"]),
            _short(row["nearest"]) or "-",
            row["first_seen"][:10],
            row["last_seen"][:10],
            row["example"],
        )
        for row in rows
    ]
    return console.table([head, *cells], right=frozenset({0}))


def _short(text: str) -> str:
    return text if len(text) <= console.LONGEST else f"{text[: console.LONGEST]}…"


def _print(rows: Sequence[Row], *, as_json: bool, block: Any) -> None:
    """One JSON object a line, or a block for people; that nothing is there is said on stderr."""
    if as_json:
        sys.stdout.write("".join(f"{console.inert_json(_json(row))}\n" for row in rows))
    elif rows:
        sys.stdout.write(f"{block(rows)}\n")
    else:
        console.complain("nothing to tell: the ledger has no entry that fits")


def _json(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False)


# ---- where a ledger lies


def _read(where: str, name: str, key: str, default: Sequence[Row] | None = None) -> Sequence[Row]:
    """The rows of a town's or folder's ledger. `default`: what a ledger of an older version has.

    Raises UsageError, StorageError, and RisError when there is none.
    """
    path = _folder(where, name) / name
    try:
        document = json.loads(path.read_bytes())
        rows: Sequence[Row] = document[key] if default is None else document.get(key, default)
    except FileNotFoundError:
        raise RisError(_none(path)) from None
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}") from error
    except (ValueError, LookupError, TypeError):
        raise StorageError(f"{path}: damaged; the next crawl writes it anew") from None
    return rows


def _folder(where: str, name: str) -> Path:
    """What `where` means (see places); "" is the only town below `output` that has a ledger."""
    if where:
        return folder_of(where)
    found = sorted(path.parent for path in OUTPUT.glob(f"*/{name}"))
    if not found:
        raise RisError(f"{name}: no town below {OUTPUT}/ has one; ris crawl SOURCE writes it at its end")
    if len(found) > 1:
        raise UsageError(f"which of {', '.join(map(str, found))}? Give a town or its folder")
    return found[0]


def _none(path: Path) -> str:
    """Why there is no ledger, and what to do: both ways of a town have one each."""
    ways = [str(one.parent) for one in sorted(path.parent.glob(f"*/{path.name}"))]
    if ways:
        return f"{path.parent}: the ledgers lie one folder below: {', '.join(ways)}"
    return f"{path}: there is none yet; ris crawl SOURCE --output {path.parent} writes it at its end"
