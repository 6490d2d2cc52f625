"""What `ris verify` and `ris reparse --diff` print: differences a line each, sums below, an exit code."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scraper.comparing import CHANGED, MISSING, NEW, Difference
from scraper.proving import Proof, reread
from scraper.proving import verify as prove
from scraper.terminal import console
from scraper.terminal.console import OK, PARTIAL, complain, inert
from scraper.terminal.runs import Voice

LONGEST = 60  # characters of one value
_LEAD = 15  # characters before the place where two long values part
# What a whole record's difference is called when something would be changed, and when something is proved.
_WOULD_BE = {NEW: "new", MISSING: "missing"}
_IS = {NEW: "the archive tells it, the output does not have it", MISSING: "nothing in the archive tells it"}


def verify(output: Path, workers: int | None, voice: Voice) -> int:
    """Proves an output folder, says what came of it, and returns the exit code."""
    with voice.speaking() as shown:
        proof = prove(output, workers=workers, on_progress=shown.share)
    for damage in proof.damages:
        complain(str(damage))
    for difference in proof.differences:
        complain(line_of(difference, _IS))
    _say_more(proof)
    if proof.kept:
        sys.stdout.write(f"kept: {proof.kept:,} records that the archive tells no longer\n")
    sys.stdout.write(_sentence(output, proof) + "\n")
    return OK if proof.holds else PARTIAL


def _say_more(proof: Proof) -> None:
    more = proof.damaged + proof.different - len(proof.damages) - len(proof.differences)
    if more:
        complain(f"… and {more:,} more")


def _sentence(output: Path, proof: Proof) -> str:
    if proof.damaged:
        return f"not verified: {inert(str(output))}: damaged places in the archive: {proof.damaged:,}"
    if proof.different:
        return f"not verified: {inert(str(output))}: differences from the archive: {proof.different:,}"
    records, kinds = sum(proof.records.values()), sum(map(bool, proof.records.values()))
    return (
        f"verified: {records:,} records of {kinds} kinds follow from the archive "
        f"({proof.responses:,} responses, all digests right)"
    )


def diff(
    archives: Sequence[Path], output: Path | None, workers: int | None, voice: Voice, *, as_json: bool
) -> int:
    """Prints what today's reader would change; 3 when that is something, or the archive is damaged."""
    sums: Counter[tuple[str, str]] = Counter()
    with (
        voice.speaking() as shown,
        reread(list(archives), output, workers=workers, on_progress=shown.share) as (found, damages),
    ):
        for one in found:
            sums[one.kind, _heading(one)] += 1
            sys.stdout.write((_json_of(one) if as_json else line_of(one)) + "\n")
        for damage in damages:
            complain(damage)
        if not as_json:
            sys.stdout.write(_summary(sums) + "\n")
    return PARTIAL if sums or damages else OK


def _heading(one: Difference) -> str:
    """What differences are summed by: the field without its rows."""
    return one.field.partition(".")[0] if one.what == CHANGED else one.what


def _summary(sums: Counter[tuple[str, str]]) -> str:
    if not sums:
        return "nothing would change"
    rows = [(kind, what, f"{count:,}") for (kind, what), count in sorted(sums.items())]
    return "\n" + console.table([("kind", "field", "changes"), *rows], right=frozenset({2}))


def _json_of(one: Difference) -> str:
    line = json.dumps(dataclasses.asdict(one), ensure_ascii=False)
    return console.inert_json(line) if sys.stdout.isatty() else line


def line_of(one: Difference, records: Mapping[str, str] = _WOULD_BE) -> str:
    """`musterau:paper:12  department: "Amt 61" → "Amt 61, Planung"`, safe to show."""
    if one.what in records:
        return inert(f"{one.id}  {records[one.what]}")
    if one.what != CHANGED:
        return inert(f"{one.id}  {one.before}".strip())
    before, after = _shortened(_shown(one.before), _shown(one.after))
    return inert(f"{one.id}  {one.field}: {before} → {after}")


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _shortened(before: str, after: str) -> tuple[str, str]:
    """Two long values from shortly before the place where they part."""
    if max(len(before), len(after)) <= LONGEST:
        return before, after
    pairs = enumerate(zip(before, after, strict=False))
    same = next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))
    start = max(0, same - _LEAD)
    return _part(before, start), _part(after, start)


def _part(text: str, start: int) -> str:
    end = start + LONGEST
    return ("…" if start else "") + text[start:end] + ("…" if len(text) > end else "")
