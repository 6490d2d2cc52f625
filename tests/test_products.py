"""The real command against the town in every product's clothes: complete, polite, replayable."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.town import Town
from tests.town.sites import Answer, Asked, skins
from tests.town.truth import fold

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


@pytest.mark.parametrize(
    ("skin", "paper"), [("sessionnet", "vo005"), ("classic", "vo020"), ("sdnet", "vorgang")]
)
def test_papers_in_a_new_markup_are_rescued_and_the_run_is_suspect(
    tmp_path: Path, skin: str, paper: str
) -> None:
    """The product's reader fails loudly, the generic one tells what it sees, the verdict says so."""
    output = tmp_path / "town"
    with Town(skin=skin) as town:
        answer = town.answer

        def redesigned(asked: Asked) -> Answer:
            found = answer(asked)
            if not asked.path.startswith(town.site.prefix + paper):
                return found
            return replace(found, body=re.sub(rb'\b(class|id)="([^"]*)"', rb'\1="neu-\2"', found.body))

        town.answer = redesigned  # type: ignore[method-assign]
        window = ["--since", "2026-10-01", "--until", "2026-10-31", "--delay", "0"]
        done = ris("crawl", town.url, "--output", str(output), *window)
        truth = {str(one["native"]): one for one in town.truth.records() if one["kind"] == "paper"}
    lines = (output / "papers.jsonl").read_text("utf-8").splitlines()
    rescued = [one for one in map(json.loads, lines) if "generic_reader" in one["warnings"]]
    count = json.loads((output / "run.json").read_text("utf-8"))["pages"]["generic"]
    assert done.returncode == 3
    assert f"suspect: {count} pages could be read by the generic reader only" in done.stderr
    assert rescued
    for one in rescued:
        want = truth[one["id"].rpartition(":")[2]]
        assert (one["reference"], fold(one["subject"])) == (want["reference"], fold(want["subject"]))
    again = ris("reparse", str(output / "archive"), "--output", str(tmp_path / "again"))
    assert again.returncode == 3, again.stderr
    for path in sorted(output.glob("*.jsonl")):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name
