"""A town by both ways, its pages and its OParl endpoint: two crawls side by side, one set of records.

Each way has a folder of its own (state, archive, records, `run.json`), so each goes on by itself after an
interruption. What is joined from them lies above: the records, `origins.jsonl` (which way every value came),
`disagreements.jsonl` (where the ways differ) and a `run.json` that tells of both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scraper.durable import whole
from scraper.exporter import export
from scraper.harvest import Options
from scraper.merging.counts import Counts
from scraper.merging.joining import HTML, OPARL, Joining
from scraper.merging.outputs import FILES
from scraper.page import Source
from scraper.report import EXIT_CODES, Report, Verdict, write

Crawl = Callable[[Source, Options], Report]
# The worst first: what is wrong with one way is wrong with the whole.
_WORST: tuple[Verdict, ...] = ("interrupted", "failed", "suspect", "ok")
SIDE_FILES = ("origins.jsonl", "disagreements.jsonl")


@dataclass(frozen=True)
class Town:
    """One town with both ways."""

    html: Source
    oparl: Source


def crawl(town: Town, options: Options, run: Crawl) -> Report:
    """Crawls both ways into subfolders of `options.output` with `run`, and joins what they told.

    After an interruption nothing is joined: the same command goes on. Raises what `run` raises.
    """
    reports: dict[str, Report] = {}
    for way, source in ((HTML, town.html), (OPARL, town.oparl)):
        reports[way] = run(source, replace(options, output=options.output / way))
        if reports[way].verdict == "interrupted":
            return reports[way]
    return join(options.output, reports)


def join(folder: Path, reports: dict[str, Report]) -> Report:
    """One set of records from the subfolders `html` and `oparl`; writes them and `run.json`."""
    joining = Joining()
    contributions = joining.contributions(folder / HTML, folder / OPARL, FILES)
    counts = export(contributions, folder)
    for name, rows in zip(SIDE_FILES, (joining.origins, joining.disagreements), strict=True):
        _write_lines(folder / name, rows)
    result = _report(reports, counts, joining)
    write(result, folder)
    return result


def _report(reports: dict[str, Report], counts: Counts, joining: Joining) -> Report:
    verdict = next(v for v in _WORST if any(one.verdict == v for one in reports.values()))
    reasons = tuple(
        f"{way}: {reason}" for way, one in reports.items() if one.verdict == verdict for reason in one.reasons
    )
    fields: dict[str, int] = {}
    for row in joining.disagreements:
        name = f"{row['kind']}.{row['field']}"
        fields[name] = fields.get(name, 0) + 1
    document: dict[str, Any] = {
        "source": reports[HTML].document["source"],
        "verdict": verdict,
        "reasons": list(reasons),
        "exit_code": EXIT_CODES[verdict],
        "records": dict(counts.records),
        "told_by_both": dict(joining.matched),
        "disagreements": dict(sorted(fields.items(), key=lambda item: (-item[1], item[0]))),
        "failures": [],
        "aliases": {**counts.aliases, **joining.aliases},
        "ways": {way: one.document for way, one in reports.items()},
    }
    return Report(verdict, reasons, EXIT_CODES[verdict], document)


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with whole(path) as file:
        for row in sorted(rows, key=lambda row: (row["id"], row.get("field", ""))):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
