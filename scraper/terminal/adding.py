"""`ris catalog add URL`: an address that can be crawled is written into the user's own catalog."""

from __future__ import annotations

import datetime as dt
import sys

from scraper import catalog, many
from scraper.catalog import Installation
from scraper.probe import Findings, probe, window_of
from scraper.stamp import slug
from scraper.terminal import console


def add(url: str, name: str, state: str) -> int:
    """Probes `url` and writes its row; 1 and the findings when a crawl cannot work. Raises UsageError."""
    of_state = many.state(state) if state else ""
    source = catalog.resolve(url)
    findings = probe(source, window_of(dt.date.today()))
    if not findings.works:
        return console.print_findings(findings, as_json=False)
    row = row_of(findings, name or source.title or source.name, of_state)
    path = catalog.add(row)
    sys.stdout.write(f"{row.name}: {row.vendor} at {row.base_url}, written to {path}\n")
    return console.OK


def row_of(findings: Findings, place: str, state: str) -> Installation:
    """The row of what a probe found."""
    return Installation(
        name=slug(place),
        place=place,
        state=state,
        ags="",
        vendor=findings.product or "",
        base_url=findings.base_url or findings.url,
        oparl_url=findings.oparl or "",
        robots="",
        verified=dt.date.today().isoformat(),
        note=f"version {findings.version}" if findings.version else "",
        origin="probe",
    )
