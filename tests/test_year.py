"""Nightly harvests of a living town: no false alarm, no change missed, every breakage seen next morning."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from scraper.harvest import Options, Report, crawl
from scraper.merging import journal
from scraper.page import Window

from .smallsite import VENDOR, Site, Time
from .year import BREAKAGES, Town

BEGIN = dt.date(2026, 3, 2)
FILES = ("papers", "meetings", "agenda_items", "organizations")


@dataclass
class Year:
    """What came of the nights. `alarms`: day → reasons of healthy nights; `missed`: what was not as it is;
    `fixed`: the requests that the same nights cost had nothing changed since the night before."""

    nights: int = 0
    requests: int = 0
    fixed: int = 0
    full: int = 0
    changed: int = 0
    alarms: dict[dt.date, tuple[str, ...]] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    seen: dict[str, list[tuple[dt.date, str]]] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)


class Nights:
    """One folder, one site, a clock that is set for every night."""

    def __init__(self, site: Site, town: Town, folder: Path) -> None:
        self.site = site
        self.town = town
        self.folder = folder

    def __call__(self, day: dt.date, pages: dict[str, bytes], folder: Path) -> Report:
        self.site.pages = dict(pages)
        self.site.log.clear()
        clock = Time()
        clock.start = dt.datetime.combine(day, dt.time(2, 30), dt.UTC)
        window = Window(self.town.begin - dt.timedelta(120), self.town.begin + dt.timedelta(900))
        options = Options(folder, window, moving=True, delay=0.0)
        return crawl(self.site.source, options, vendor=VENDOR, now=clock.now, sleep=clock.sleep)

    def broken(self, day: dt.date, name: str) -> Report:
        """The night with a breakage, in a copy of everything."""
        copy = self.folder.with_name("broken")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.folder, copy)
        return self(day, BREAKAGES[name](self.town.pages(day)), copy)

    def quiet(self, day: dt.date) -> Report:
        """The night had nothing changed since yesterday, in a copy of everything."""
        copy = self.folder.with_name("quiet")
        shutil.rmtree(copy, ignore_errors=True)
        if self.folder.exists():
            shutil.copytree(self.folder, copy)
        return self(day, self.town.pages(day - dt.timedelta(1)), copy)

    def differences(self, day: dt.date) -> Iterator[str]:
        """Every value that is not as the town tells it on that day."""
        known = dict(_records(self.folder))
        for record, values in self.town.truth(day).items():
            if not _is_wanted(self.town, values):
                continue
            if record not in known:
                yield f"{day} {record}: not there"
                continue
            yield from (
                f"{day} {record}: {key} is {known[record].get(key)!r}, not {value!r}"
                for key, value in values.items()
                if not _same(known[record].get(key), value)
            )


def _is_wanted(town: Town, values: dict[str, Any]) -> bool:
    days = values.get("deliberation_dates") or [values.get("date")]
    return not days[0] or days[0] >= (town.begin - dt.timedelta(120)).isoformat()


def _same(have: Any, want: Any) -> bool:
    if isinstance(want, list) and want and isinstance(want[0], dict):
        pairs = list(zip(have or [], want, strict=False))
        return len(have or []) == len(want) and all(
            _same(h.get(key), value) for h, w in pairs for key, value in w.items()
        )
    return bool((have or None) == (want or None))


def _records(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in FILES:
        for line in (folder / f"{name}.jsonl").read_bytes().splitlines():
            record = json.loads(line)
            yield record["id"], record


def live(folder: Path, days: int, every: int, *, twins: bool = False) -> Year:
    """Harvests every night; every so many nights each breakage is tried beside, and with `twins` every night
    also as if nothing had changed."""
    found, town = Year(), Town(BEGIN, days)
    with Site() as site:
        nights = Nights(site, town, folder / "town")
        for day in (BEGIN + dt.timedelta(n) for n in range(days)):
            if found.nights > 20 and found.nights % every == 0:
                _try_all(nights, day, found)
            if twins:
                found.fixed += nights.quiet(day).document["traffic"]["requests"]
            report = nights(day, town.pages(day), nights.folder)
            found.nights += 1
            found.requests += report.document["traffic"]["requests"]
            found.full += report.document["traffic"]["full_crawl"]
            if report.verdict != "ok":
                found.alarms[day] = report.reasons
            found.missed += nights.differences(day)
        rows = journal.read(nights.folder)
        found.changed = len({(row["run"], row["id"]) for row in rows})
    return found


def _try_all(nights: Nights, day: dt.date, found: Year) -> None:
    for name in BREAKAGES:
        report = nights.broken(day, name)
        if report.verdict == "ok":
            found.silent.append(f"{day}: {name}")
        else:
            found.seen.setdefault(name, []).append((day, report.reasons[0]))


def _check(found: Year, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        tried = sum(map(len, found.seen.values())) + len(found.silent)
        print(
            f"\n{found.nights} nights: {len(found.alarms)} false alarms, {len(found.missed)} changes missed; "
            f"{tried - len(found.silent)} of {tried} breakages seen; {found.requests} requests "
            f"({found.full} for full crawls) for {found.changed} new or changed records"
        )
    assert found.silent == []
    assert found.missed == []
    assert len(found.alarms) < 0.01 * found.nights, found.alarms
    assert set(found.seen) == set(BREAKAGES)


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: every page of every night is synced to the disk."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def test_ten_weeks_of_a_town(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _check(live(quick, 70, 42), capsys)


@pytest.mark.soak
def test_a_year_of_a_town(quick: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = live(quick, 365, 14, twins=True)
    with capsys.disabled():
        more = (found.requests - found.fixed) / found.changed
        print(f"\n{found.fixed} requests had nothing changed, {more:.2f} more for a new or changed record")
    _check(found, capsys)
    assert more <= 1.1
