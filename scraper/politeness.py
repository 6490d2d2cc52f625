"""How polite a harvest was: what its archive proves about pace, robots.txt and conditional requests.

The archive has every request with its time. It is read once, record by record; what is kept in memory
is a number an hour and an address that can be asked for conditionally.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scraper.archive import archive_files, file_info, headers_of
from scraper.crawling.folder import Folder
from scraper.errors import UsageError
from scraper.page import Exchange
from scraper.report import FILE
from scraper.warc.exchanges import OVERRIDE, Report, exchange_of, pairs, storage
from scraper.warc.members import Damage, DamagedError, WarcFile
from scraper.warc.payloads import Payloads
from scraper.wire.permission import FORBIDDEN

WAYS = ("html", "oparl")  # subfolders of a town that is crawled by both
_VALIDATORS = frozenset({b"etag", b"last-modified"})


@dataclass
class Host:
    """The requests to one host. Gaps are seconds between the starts of two requests.

    `hours`: requests by the hour (`2026-11-24T22`, UTC). `gaps`: how often which gap, to three digits.
    `longest`: the longest gap within one start of the program.
    """

    requests: int = 0
    hours: Counter[str] = field(default_factory=Counter)
    gaps: Counter[float] = field(default_factory=Counter)
    shortest: float | None = None
    longest: float | None = None
    _last: tuple[dt.datetime, Path] | None = None

    def asked(self, when: dt.datetime, file: Path) -> None:
        """One more request; each start of the program begins a file of its own."""
        self.requests += 1
        self.hours[when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H")] += 1
        if self._last is not None and when >= self._last[0]:
            gap = (when - self._last[0]).total_seconds()
            self.gaps[float(f"{gap:.3g}")] += 1
            self.shortest = gap if self.shortest is None else min(self.shortest, gap)
            if file == self._last[1]:
                self.longest = max(self.longest or 0.0, gap)
        self._last = when, file

    def median(self) -> float | None:
        """The gap in the middle."""
        seen, half = 0, self.gaps.total() / 2
        for gap in sorted(self.gaps):
            seen += self.gaps[gap]
            if seen >= half:
                return gap
        return None


@dataclass
class Saved:
    """Answers whose body was known. `bytes`: of these bodies, as sent; `unknown`: bodies of unknown size."""

    answers: int = 0
    bytes: int = 0
    unknown: int = 0

    def add(self, size: int | None) -> None:
        """One more."""
        self.answers += 1
        self.bytes += size or 0
        self.unknown += size is None


@dataclass
class Politeness:
    """What the archive of one folder proves.

    `not_modified`: answers 304, each with the body that it spared the wire; `identical`: bodies that came
    again and are kept once. `robots`: as in `run.json`. `forbidden`: line of robots.txt → pages that the last
    run left out for it. `overrides`: reasons given with `--override-robots`.
    """

    folder: Path
    hosts: dict[str, Host] = field(default_factory=dict)
    not_modified: Saved = field(default_factory=Saved)
    identical: Saved = field(default_factory=Saved)
    robots: dict[str, Any] | None = None
    forbidden: dict[str, int] = field(default_factory=dict)
    overrides: list[str] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)


def of(folder: Path) -> list[Politeness]:
    """What the archives of an output folder prove; of a town crawled by both ways, one a way.

    UsageError where there is no archive; StorageError.
    """
    found = [one for one in (folder, *(folder / way for way in WAYS)) if archive_files(Folder(one).archive)]
    if not found:
        raise UsageError(f"{folder}: there is no archive here; give a folder that ris crawl wrote")
    return [_of(one) for one in found]


def _of(folder: Path) -> Politeness:
    run = _run_of(folder)
    told = Politeness(folder, robots=run.get("robots"), forbidden=_forbidden(run))
    versions: dict[int, int] = {}
    for file in archive_files(Folder(folder).archive):
        reason = file_info(file).get(OVERRIDE)
        if reason and reason not in told.overrides:
            told.overrides.append(reason)
        for exchange, is_known in _exchanges(file, told.damages.append):
            host = told.hosts.setdefault(urlsplit(exchange.url).netloc, Host())
            host.asked(exchange.fetched_at, file)
            _count(exchange, is_known, told, versions)
    return told


def _exchanges(path: Path, report: Report) -> Iterator[tuple[Exchange, bool]]:
    """The exchanges of a file, and whether the body was in the archive before."""
    with storage(path), WarcFile(path) as file, Payloads(path.parent, [path]) as payloads:
        for response, request in pairs(file, 0, file.size, report):
            try:
                exchange = exchange_of(response, request, payloads)
            except DamagedError as error:
                report(Damage(str(path), response.offset, str(error)))
            else:
                yield exchange, response.type == "revisit" and exchange.status != 304


def _count(exchange: Exchange, is_known: bool, told: Politeness, versions: dict[int, int]) -> None:
    """`versions`: size of the newest body by address, where an answer could be asked for conditionally."""
    key = hash((exchange.url, exchange.method, exchange.request_body, exchange.step))
    if exchange.status == 304:
        told.not_modified.add(versions.get(key))
        return
    if is_known:
        told.identical.add(len(exchange.body))
    if not _VALIDATORS.isdisjoint(name.lower() for name, _ in headers_of(exchange.response_head)):
        versions[key] = len(exchange.body)


def _run_of(folder: Path) -> dict[str, Any]:
    """What `run.json` holds; nothing where there is none."""
    run: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError):
        run = json.loads((folder / FILE).read_text("utf-8"))
    return run


def _forbidden(run: dict[str, Any]) -> dict[str, int]:
    rows = [(str(row["reason"]), int(row["count"])) for row in run.get("failures", [])]
    return {why.removeprefix(FORBIDDEN): count for why, count in rows if why.startswith(FORBIDDEN)}
