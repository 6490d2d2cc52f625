"""A run as a person sees it: the display, the call that does the work, and the closing table."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scraper.errors import UsageError
from scraper.page import Source
from scraper.report import FILE, Report
from scraper.state import WAITING
from scraper.terminal import console, progress
from scraper.terminal.progress import Display
from scraper.terminal.signals import Stop

if TYPE_CHECKING:
    from scraper.harvest import Options

HTML, OPARL, BOTH = "html", "oparl", "both"
VIA = (HTML, OPARL, BOTH)
SHOWN_FAILURES = 5
OUTPUT = Path("output")
_UNSAFE = re.compile(r"[^\w.-]")  # an IPv6 address as a folder


@dataclass(frozen=True)
class Voice:
    """How much is said, and to whom."""

    quiet: bool = False
    as_json: bool = False
    verbose: bool = False

    @contextlib.contextmanager
    def speaking(self) -> Iterator[Display]:
        with (
            progress.display(quiet=self.quiet, as_json=self.as_json) as shown,
            progress.logged(shown, verbose=self.verbose),
        ):
            yield shown


def output_of(source: Source, given: str, via: str = HTML) -> Path:
    """The folder that is written: `given`, else `output/<source>`, or `output/<source>-both`."""
    return Path(given) if given else OUTPUT / (folder_name(source.name) + ("" if via == HTML else f"-{via}"))


def folder_name(name: str) -> str:
    """The name of a source as that of one folder: it leads nowhere else, neither up nor down."""
    safe = _UNSAFE.sub("_", name)
    return safe if safe.strip(".") else "_" * max(len(safe), 1)


def crawl(source: Source, options: Options, stop: Stop, shown: Display, via: str = HTML) -> Report:
    """Crawl and show it.

    `via`: the town's pages (`html`), its OParl endpoint (`oparl`), or `both`.
    """
    from scraper import harvest, joint

    ways = _ways(source, via)
    if source.vendor and not _is_read(source):
        shown.say(f"{source.name}: {source.vendor} has no reader of its own; its start page decides")
    if options.override_robots:
        shown.say(f"{source.name}: robots.txt is overridden: {options.override_robots}", logging.WARNING)

    def run(way: Source, chosen: Options) -> Report:
        window = f"meetings {chosen.window.since} to {chosen.window.until}"
        shown.say(f"{way.base_url} → {chosen.output}, {window}")
        return harvest.crawl(
            way, chosen, on_progress=shown.progress, stop=stop.event, signal=lambda: stop.signal
        )

    one = len(ways) == 1
    report = run(ways[0], options) if one else joint.crawl(joint.Town(*ways), options, run)
    close(report, options.output, shown)
    return report


def _ways(source: Source, via: str) -> tuple[Source, ...]:
    """What is crawled: the town's pages, its OParl endpoint, or both in this order."""
    pages = source if _is_read(source) else replace(source, vendor=None)
    ways = [pages] if via in (HTML, BOTH) else []
    if via in (OPARL, BOTH):
        if source.oparl_url is None:
            raise UsageError(
                f"{source.name}: no OParl endpoint is known; give one with --oparl URL"
                f" (ris probe {source.base_url} looks for it)"
            )
        ways.append(replace(source, base_url=source.oparl_url, vendor=OPARL))
    return tuple(ways)


def _is_read(source: Source) -> bool:
    """Whether the catalog's product has a reader; of other products the generic one takes what it can."""
    from scraper import vendors

    return source.vendor in (None, *vendors.names())


def reparse(archives: Sequence[Path], output: Path, workers: int | None, voice: Voice) -> int:
    """Read archives again, show it, and return the exit code."""
    from scraper.reparse import reparse

    with voice.speaking() as shown:
        report = reparse(archives, output, workers=workers, on_progress=shown.share)
        close(report, output, shown)
    return report.exit_code


def close(report: Report, folder: Path, shown: Display) -> None:
    """What was written and where, and what is wrong with it."""
    records = report.document["records"]
    rows = [("kind", "records", "file")]
    rows += [(kind, f"{count:,}", str(folder / f"{kind}s.jsonl")) for kind, count in records.items()]
    rows.append(("report", report.verdict, str(folder / FILE)))
    shown.show(console.table(rows, right=frozenset({1})))
    for reason in report.reasons:
        shown.say(f"{report.verdict}: {reason}", logging.WARNING)
    for failure in _untold(report)[:SHOWN_FAILURES]:
        shown.say(_told(failure), logging.WARNING)


def _untold(report: Report) -> list[Mapping[str, Any]]:
    """The failures that the reasons of the verdict do not name already."""
    told = " ".join([*report.reasons, f": {WAITING}"])
    failures: list[Mapping[str, Any]] = report.document["failures"]
    return [row for row in failures if not row["reason"] or f": {row['reason']}" not in told]


def _told(failure: Mapping[str, Any]) -> str:
    """`gone: 17 pages: HTTP 404, first https://…`."""
    count, urls = failure["count"], failure["urls"]
    pages = "1 page" if count == 1 else f"{count:,} pages"
    first = f", first {urls[0]}" if urls else ""
    return f"{failure['outcome']}: {pages}: {failure['reason']}{first}"
