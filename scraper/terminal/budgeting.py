"""`ris budget`: what a harvest asked of its hosts, as tables or JSON."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scraper import catalog, politeness
from scraper.politeness import Host, Politeness, Saved
from scraper.spans import duration
from scraper.terminal import console, runs

HOURS = 24  # that a person is shown; `--json` has all


def budget(given: str, *, as_json: bool) -> int:
    """Prints what the archive of a source, or of a folder, proves; 3 when a part of it is damaged."""
    folder = Path(given) if Path(given).is_dir() else runs.output_of(catalog.resolve(given), "")
    found = politeness.of(folder)
    for one in found:
        sys.stdout.write(f"{json.dumps(document(one), ensure_ascii=False)}\n" if as_json else text(one))
        for damage in one.damages:
            console.complain(f"left out: {damage}")
    return console.PARTIAL if any(one.damages for one in found) else console.OK


def document(told: Politeness) -> dict[str, Any]:
    """All of it, as values of JSON: gaps in seconds, hours in UTC."""
    return {
        "folder": str(told.folder),
        "hosts": [
            {
                "host": name,
                "requests": host.requests,
                "hours": dict(sorted(host.hours.items())),
                "busiest_hour": _busiest(host),
                "median_gap": host.median(),
                "shortest_gap": host.shortest,
                "longest_pause": host.longest,
            }
            for name, host in told.hosts.items()
        ],
        "robots": told.robots,
        "forbidden": told.forbidden,
        "overrides": told.overrides,
        "not_modified": dataclasses.asdict(told.not_modified),
        "identical": dataclasses.asdict(told.identical),
        "damages": [str(damage) for damage in told.damages],
    }


def text(told: Politeness) -> str:
    """The same for people."""
    blocks = [
        console.table(list(_hosts(told)), right=frozenset({1, 3, 4, 5, 6})),
        console.table(list(_hours(told)), right=frozenset({2})),
        console.table(list(_rest(told))),
    ]
    return "\n\n".join(blocks) + "\n"


def _hosts(told: Politeness) -> Iterator[tuple[str, ...]]:
    yield "host", "requests", "busiest hour (UTC)", "in it", "median gap", "shortest gap", "longest pause"
    for name, host in told.hosts.items():
        hour = _busiest(host)
        gaps = (_seconds(gap) for gap in (host.median(), host.shortest, host.longest))
        yield name, f"{host.requests:,}", _clock(hour), f"{host.hours[hour]:,}", *gaps


def _hours(told: Politeness) -> Iterator[tuple[str, ...]]:
    """The last hours of every host."""
    yield "host", "hour (UTC)", "requests"
    for name, host in told.hosts.items():
        hours = sorted(host.hours)
        if len(hours) > HOURS:
            yield (
                name,
                f"{len(hours) - HOURS:,} hours before",
                f"{sum(host.hours[h] for h in hours[:-HOURS]):,}",
            )
        for hour in hours[-HOURS:]:
            yield name, _clock(hour), f"{host.hours[hour]:,}"


def _rest(told: Politeness) -> Iterator[tuple[str, str]]:
    robots = told.robots or {}
    delay = f", Crawl-delay {robots['delay']:g} s" if robots.get("delay") else ""
    yield "robots.txt", f"{robots.get('explanation') or 'not told by run.json'}{delay}"
    for line, count in told.forbidden.items():
        yield "left out", f"{count:,} {'page' if count == 1 else 'pages'}: {line}"
    for reason in told.overrides:
        yield "overridden", reason
    yield "not modified", _saved(told.not_modified, "not sent again")
    yield "identical", _saved(told.identical, "kept once")


def _saved(saved: Saved, what: str) -> str:
    unknown = f", {saved.unknown:,} of unknown size" if saved.unknown else ""
    return f"{saved.answers:,} answers, {saved.bytes / 1e6:,.1f} MB {what}{unknown}"


def _busiest(host: Host) -> str:
    return max(host.hours, key=lambda hour: (host.hours[hour], hour))


def _clock(hour: str) -> str:
    return f"{hour.replace('T', ' ')}:00"


def _seconds(gap: float | None) -> str:
    if gap is None:
        return "–"
    return duration(gap) if gap >= 60 else f"{gap:.3g} s"
