"""Labels and results that no table knows, as a ledger that is kept from crawl to crawl: `labels.json`.

What a town prints anew shows here first, with its count, its first and last sighting and the nearest wording
that is known: a changed spelling is told from a new field.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scraper import outcomes, vocabulary

FILE = "labels.json"
# Codes of warnings → what the ledger calls it. A piece is text beside the labels: it is no reason to fail.
CODES = {"unknown_label": "label", "unread": "piece"}
RESULT = "result"
ENTRY = frozenset({"kind", "wording", "count", "first_seen", "last_seen", "new", "nearest", "example"})
TOLD_AS_NEW = ("label", RESULT)
LONGEST = 240  # characters of a wording
MOST_PIECES = 1000  # of a product that changed, every page has its own
MOST_KNOWN = 1000  # results of this town that are known, to compare with
NEAR = 0.6  # likeness, see difflib
# Results as most towns print them; test_wordings holds that all are known.
RESULTS = (
    "ungeändert beschlossen", "geändert beschlossen", "einstimmig beschlossen", "mehrheitlich beschlossen",
    "ungeändert empfohlen", "geändert empfohlen", "nicht empfohlen", "zur Kenntnis genommen", "abgelehnt",
    "angenommen", "zugestimmt", "vertagt", "zurückgestellt", "zurückgezogen", "verwiesen", "erledigt",
    "abgesetzt", "kein Beschluss",
)  # fmt: skip

Key = tuple[str, str]  # "label", "piece" or "result", and the wording


@dataclass
class Wordings:
    """What the records of one run say. `seen`: key → (records, URL of one example); `known`: results."""

    seen: dict[Key, tuple[int, str]] = field(default_factory=dict)
    known: dict[str, None] = field(default_factory=lambda: dict.fromkeys(RESULTS))

    def see(self, record: Mapping[str, Any]) -> None:
        """One record."""
        for key in dict.fromkeys(itertools.chain(_coded(record["warnings"]), self._results(record))):
            count, example = self.seen.get(key, (0, record["url"] or record["id"]))
            self.seen[key] = (count + 1, example)

    def add(self, other: Wordings) -> None:
        """What other records say, which come after those seen here."""
        for key, (count, example) in other.seen.items():
            before, first = self.seen.get(key, (0, example))
            self.seen[key] = (before + count, first)
        for printed in other.known:
            if len(self.known) < MOST_KNOWN:
                self.known[printed] = None

    def dump(self) -> dict[str, Any]:
        """As JSON; see `load`."""
        known = [printed for printed in self.known if printed not in RESULTS]
        return {"seen": [[*key, *told] for key, told in self.seen.items()], "known": known}

    @classmethod
    def load(cls, told: Mapping[str, Any]) -> Wordings:
        """Of `dump`."""
        seen = {(kind, wording): (count, example) for kind, wording, count, example in told["seen"]}
        return cls(seen, dict.fromkeys((*RESULTS, *told["known"])))

    def _results(self, record: Mapping[str, Any]) -> Iterator[Key]:
        for row in (record, *record.get("deliberations", ())):
            printed = row.get("result")
            if not printed:
                continue
            if row["outcome"] is None and not outcomes.outcome(printed)[1]:
                yield RESULT, printed[:LONGEST]
            elif row["outcome"] and len(self.known) < MOST_KNOWN:
                self.known[printed] = None


def _coded(warnings: Iterable[str]) -> Iterator[Key]:
    for code in warnings:
        name, _, wording = code.partition(":")
        if name in CODES and not wording.startswith("…"):  # "… 3 more"
            yield CODES[name], wording[:LONGEST]


def entries(
    before: Mapping[str, Any], found: Wordings, run: Mapping[str, Any], now: str
) -> list[dict[str, Any]]:
    """The entries of `labels.json`: those of the document before and what was found now.

    The most frequent first. `run`: the keys and values that identify the run in its documents; as long as it
    goes on, what it has seen first stays new. `now`: RFC 3339.
    """
    known = {(row["kind"], row["wording"]): row for row in before.get("entries", ())}
    goes_on = all(before.get(name) == value for name, value in run.items())
    rows = [_again(row, found.seen.get(key), now, goes_on=goes_on) for key, row in known.items()]
    rows += [_first(key, found, now) for key in found.seen if key not in known]
    rows.sort(key=lambda row: (-row["count"], row["kind"], row["wording"]))
    return list(_bounded(rows))


def _again(
    row: Mapping[str, Any], seen: tuple[int, str] | None, now: str, *, goes_on: bool
) -> dict[str, Any]:
    told = {**row, "new": row["new"] and goes_on, "count": 0}
    return told if seen is None else {**told, "count": seen[0], "last_seen": now, "example": seen[1]}


def _first(key: Key, found: Wordings, now: str) -> dict[str, Any]:
    count, example = found.seen[key]
    return {
        "kind": key[0],
        "wording": key[1],
        "count": count,
        "first_seen": now,
        "last_seen": now,
        "new": True,
        "nearest": nearest(key[1], found.known if key[0] == RESULT else _LABELS),
        "example": example,
    }


def _bounded(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    pieces = 0
    for row in rows:
        pieces += row["kind"] == "piece"
        if row["kind"] != "piece" or pieces <= MOST_PIECES:
            yield row


_LABELS = tuple(label for printed in vocabulary.LABELS.values() for label in printed)


def nearest(wording: str, known: Iterable[str]) -> str:
    """The known wording that is most like this one, in any case of letters; "" when none is near."""
    folded = {one.casefold(): one for one in known}
    found = difflib.get_close_matches(wording.casefold(), folded, n=1, cutoff=NEAR)
    return folded[found[0]] if found else ""


def new(document: Mapping[str, Any]) -> tuple[str, ...]:
    """What this run was the first to see, `Klimarelevanz (12)`, pieces left out; the most frequent first."""
    fresh = (row for row in document["entries"] if row["new"] and row["kind"] in TOLD_AS_NEW)
    return tuple(f"{row['wording']} ({row['count']:,})" for row in fresh)
