"""`ris changes`: the journal of a harvest, as sentences or as JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scraper.errors import UsageError
from scraper.merging import journal
from scraper.terminal import console
from scraper.terminal.places import folder_of

LONGEST = 70  # characters of a value that is shown
# How the entries of a list are called; lists of other things are told by how many there are.
_NAMES = {"attachments": "name", "organizations": "name", "deliberations": "committee"}


@dataclass(frozen=True)
class Wanted:
    """Which changes are shown; "" and None for all. `field`: also the beginning of one (`extra`)."""

    since: str = ""
    kinds: frozenset[str] | None = None
    field: str = ""
    record: str = ""
    source_only: bool = True

    def fits(self, row: dict[str, Any]) -> bool:
        """Whether a row of the journal is wanted."""
        field = row["field"] or "new"
        return (
            (self.kinds is None or row["kind"] in self.kinds)
            and (not self.field or field == self.field or field.startswith(f"{self.field}."))
            and self.record in ("", row["id"])
            and (row["cause"] == "source" or not self.source_only)
        )


def show(word: str, wanted: Wanted, *, as_json: bool) -> int:
    """Prints the changes of the harvest that `word` names, the oldest first; UsageError without a journal."""
    folder = folder_of(word)
    try:
        rows = [row for row in journal.read(folder, wanted.since) if wanted.fits(row)]
    except FileNotFoundError:
        raise UsageError(
            f"{folder}: no {journal.FILE}; a second crawl of the same folder begins it (ris crawl {word})"
        ) from None
    if as_json:
        sys.stdout.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    else:
        sys.stdout.write("".join(f"{console.inert(line)}\n" for line in _lines(rows, wanted.since)))
    return console.OK


def _lines(rows: Iterable[dict[str, Any]], since: str) -> Iterator[str]:
    """One head a day and record, its changes below; a closing line with numbers."""
    counted: Counter[str] = Counter()
    last = None
    for row in rows:
        head = (row["seen_at"][:10], row["id"])
        if head != last:
            yield f"{head[0]}  {row['kind'].replace('_', ' ')}  {_short(row['title'])}  ({row['id']})"
        last = head
        counted[row["field"] or "new"] += 1
        yield f"    {_told(row)}"
    total = counted.total()
    most = ", ".join(f"{field} {count:,}" for field, count in counted.most_common(5))
    count = "1 change" if total == 1 else f"{total:,} changes"
    yield f"{count} since {since}: {most}" if total else f"no changes since {since}"


def _told(row: dict[str, Any]) -> str:
    field, old, new = row["field"], row["old"], row["new"]
    if field is None:
        return "new"
    if field == "gone":
        return f"gone: {new}" if new else f"seen again (was {old})"
    if isinstance(old, list) and isinstance(new, list):
        return f"{field}: {_difference(field, old, new)}"
    return f"{field}: {_short(old)} → {_short(new)}"


def _difference(field: str, old: list[Any], new: list[Any]) -> str:
    """`+ Lageplan, − Entwurf`; where the names are the same, `Bauausschuss: result nothing → vertagt`."""
    before, after = Counter(_names(field, old)), Counter(_names(field, new))
    signs = [f"+ {name}" for name in after - before] + [f"− {name}" for name in before - after]
    pairs = zip(_names(field, new), old, new, strict=False)
    return ", ".join(signs or [f"{name}: {how}" for name, was, now in pairs for how in _details(was, now)])


def _details(old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in new.items():
            if old.get(key) != value:
                yield f"{key} {_short(old.get(key))} → {_short(value)}"


def _names(field: str, rows: list[Any]) -> list[str]:
    return [_short(row.get(_NAMES.get(field, ""), row) if isinstance(row, dict) else row) for row in rows]


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
