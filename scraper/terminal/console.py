"""What goes to a person's terminal: nothing that came from a page may steer it."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scraper.catalog import Installation
    from scraper.probe import Findings
    from scraper.terminal.saved import Answer

OK, FAILED, PARTIAL = 0, 1, 3

LONGEST = 90  # characters of one value of a sample
# Keys of a record that a person does not look for in a sample.
_ENVELOPE = frozenset({"kind", "id", "source", "vendor", "fetched_at", "snapshot", "parser"})
_SHOWN = ("name", "place", "state", "vendor", "robots", "base_url")

# C0, DEL and C1 controls, line and paragraph separators, bidi marks and overrides, lone surrogates, BOM:
# ESC and U+009B start terminal commands, U+202E turns the line around (rich lets all of them through).
_ACTIVE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_WHITE = re.compile(r"\s*[\r\n\t]\s*")


def inert(text: str) -> str:
    """`text` as one line in which every control, bidi and surrogate character is spelled out (`\\u001b`)."""
    return _ACTIVE.sub(_spelled, _WHITE.sub(" ", text))


def inert_json(line: str) -> str:
    """A line of JSON that means the same and is safe to show: the characters become JSON escapes."""
    return _ACTIVE.sub(_spelled, line)


def _spelled(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def table(rows: Sequence[tuple[str, ...]], *, right: frozenset[int] = frozenset()) -> str:
    """`rows` in columns as wide as their widest cell; columns in `right` are right-aligned."""
    if not rows:
        return ""
    clean = [tuple(inert(cell) for cell in row) for row in rows]
    widths = [max(len(row[column]) for row in clean) for column in range(len(clean[0]))]
    return "\n".join(_row(row, widths, right) for row in clean)


def _row(row: tuple[str, ...], widths: list[int], right: frozenset[int]) -> str:
    cells = [
        cell.rjust(width) if column in right else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def complain(message: str) -> None:
    """One line on stderr."""
    sys.stderr.write(f"ris: {inert(message)}\n")


def print_answers(answers: Iterable[Answer]) -> int:
    """The lines of every file on stdout, one line on stderr for each that gave none; 3 if there was one."""
    shown = sys.stdout.isatty()
    code = OK
    for answer in answers:
        if answer.error:
            code = PARTIAL
            sys.stdout.flush()
            complain(f"{answer.file}: {reason(answer.error)}")
        for line in answer.lines:
            safe = inert_json(line.decode()).encode() if shown else line
            sys.stdout.buffer.write(safe + b"\n")
    sys.stdout.buffer.flush()
    return code


def reason(error: Exception) -> str:
    """Why, without the where: the caller has said which file."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    told = getattr(error, "reason", None) or str(error)
    return told if hasattr(error, "exit_code") else f"internal error: {type(error).__name__}: {told}"


def print_catalog(word: str, rows: Sequence[Installation], *, as_json: bool) -> int:
    """The rows as JSON lines, as a table on a terminal, else tab-separated; 1 when there are none."""
    if not rows:
        complain(f"{word}: nothing in the catalog has this in its name, place, state or product")
        return FAILED
    cells = [dataclasses.asdict(row) for row in rows]
    if as_json:
        lines = [json.dumps(row, ensure_ascii=False) for row in cells]
    elif sys.stdout.isatty():
        lines = [table([_SHOWN, *(tuple(row[column] for column in _SHOWN) for row in cells)])]
    else:
        lines = ["\t".join(row) for row in [list(cells[0]), *(list(row.values()) for row in cells)]]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return OK


def _sample(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A record for people, a line a key; of lists of objects their lengths. `--json` gives it whole."""
    yield "sample", record.get("id") or "none"
    for key, value in record.items():
        if value is not None and value not in ([], {}) and key not in _ENVELOPE:
            told = _told(value)
            yield "", f"  {key}: {told[:LONGEST]}{'…' if len(told) > LONGEST else ''}"


def _told(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return f"{len(value):,}" if isinstance(value, list | dict) else " ".join(str(value).split())


def print_findings(findings: Findings, *, as_json: bool) -> int:
    """What a probe found; 1 when a crawl cannot work."""
    if as_json:
        told = dataclasses.asdict(findings)
        told["sample"] = json.loads(findings.sample) if findings.sample else None
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    else:
        sure = f"({findings.confidence:.0%} sure)" if findings.product else ""
        product = " ".join(filter(None, (findings.product, findings.version, sure)))
        delay = f" (Crawl-delay {findings.delay:g} s)" if findings.delay else ""
        rows = [
            ("address", findings.url),
            ("product", product or "unknown"),
            ("base path", findings.base_url or "unknown"),
            ("programs", " ".join(findings.programs) or "none found"),
            ("charset", findings.charset or "not declared"),
            ("robots.txt", findings.robots + delay),
            ("OParl", findings.oparl or "none found"),
            *_sample(json.loads(findings.sample) if findings.sample else {}),
            *(("", f"- {reason}") for reason in findings.reasons),
            ("crawl", "can work" if findings.works else "cannot work"),
        ]
        sys.stdout.write(table(rows) + "\n")
    return OK if findings.works else FAILED
