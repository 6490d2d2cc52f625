"""The real command against the town in every product's clothes: complete, polite, replayable."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.town import Town
from tests.town.sites import skins

RIS = [sys.executable, "-m", "scraper"]
SINCE, UNTIL = dt.date(2025, 11, 24), dt.date(2027, 12, 31)
# The three faces of ALLRIS 3 have tests of their own (test_end_to_end.py).
OTHERS = sorted(
    name for name, site in skins().items() if not site.__module__.startswith("tests.town.allris3")
)


def ris(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*RIS, *words], capture_output=True, text=True, timeout=240, check=False)


@pytest.mark.parametrize("skin", OTHERS)
def test_the_town_is_crawled_completely(tmp_path: Path, skin: str) -> None:
    output = tmp_path / "town"
    with Town(skin=skin) as town:
        window = ["--since", SINCE.isoformat(), "--until", UNTIL.isoformat()]
        done = ris("crawl", town.url, "--output", str(output), "--delay", "0", *window)
        assert done.returncode == town.site.code, done.stderr
        assert town.compare(output, SINCE, UNTIL) == []
        assert town.most == 1
        assert town.repeated() == {}
    again = ris("reparse", str(output / "archive"), "--output", str(tmp_path / "again"))
    assert again.returncode == town.site.code, again.stderr
    for path in sorted(output.glob("*.jsonl")):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_pages_and_endpoint_of_one_town_are_joined_without_a_double(tmp_path: Path) -> None:
    window = ["--since", "2026-06-01", "--until", "2026-12-31", "--delay", "0"]
    output = tmp_path / "town"
    with Town(skin="sessionnet") as pages, Town(skin="oparl") as endpoint:
        ways = ["--via", "both", "--oparl", endpoint.url]
        done = ris("crawl", pages.url, *ways, "--output", str(output), *window)
    assert done.returncode == 0, done.stderr
    run = json.loads((output / "run.json").read_text("utf-8"))
    records, told = run["records"], run["told_by_both"]
    for kind, count in run["ways"]["html"]["records"].items():
        assert told[kind] == count, f"{kind}: the endpoint tells everything that the pages tell"
        assert records[kind] == run["ways"]["oparl"]["records"][kind]
    assert run["disagreements"], "the town's endpoint has longer names of meetings"
