"""What the README shows is what comes out."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from scraper import catalog
from scraper.records import AgendaItem
from scraper.vendors import names
from tests.town.server import Town

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def sample() -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(blocks("json")[0])
    return shown


def test_the_sample_is_a_record() -> None:
    assert json.loads(AgendaItem.model_validate(sample()).model_dump_json()) == sample()


def test_both_commands_stand_at_the_top() -> None:
    head = README.splitlines()[:8]
    assert any(line.startswith("make demo") for line in head)
    assert any(line.startswith("make test") for line in head)


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the demo's output in it."""
    folder = tmp_path_factory.mktemp("notebook")
    with Town() as town:
        words = ["crawl", town.url, "--delay", "0", "--output", "output/demo", "--quiet"]
        words += ["--since", "2026-02-01", "--until", "2026-02-28"]
        subprocess.run([sys.executable, "-m", "scraper", *words], cwd=folder, check=True, timeout=120)
    return folder


def test_the_sample_is_what_the_fixture_town_gives(notebook: Path) -> None:
    lines = (notebook / "output" / "demo" / "agenda_items.jsonl").read_text(encoding="utf-8").splitlines()
    record = next(line for line in lines if f'"id":"{sample()["id"]}"' in line)
    told = json.loads(re.sub(r"127\.0\.0\.1:\d{4,5}/", "127.0.0.1:8080/", record))
    moving = ("fetched_at", "snapshot", "parser")  # the town's download links change with the session
    assert {**told, **dict.fromkeys(moving)} == {**sample(), **dict.fromkeys(moving)}
    assert list(told) == list(sample())


@pytest.mark.parametrize("code", blocks("python"), ids=["polars", "duckdb"])
def test_the_notebook_lines_work(notebook: Path, code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=notebook, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) > 5


def test_the_table_of_products_counts_the_catalog() -> None:
    rows = dict(re.findall(r"^\| .+? \| `(\w+)` \| (\d+) \|$", README, re.MULTILINE))
    assert tuple(sorted(rows)) == names()
    readers = [
        row.vendor if row.vendor in (*rows, "allris") else "generic" for row in catalog.installations()
    ]
    counted = Counter(readers)
    assert f"{counted['allris']} more are ALLRIS of a generation that nobody noted." in README
    assert {vendor: int(count) for vendor, count in rows.items()} == {name: counted[name] for name in rows}


def test_the_numbers_of_docs_catalog_are_those_of_the_file() -> None:
    told = (ROOT / "docs" / "catalog.md").read_text(encoding="utf-8")
    rows = catalog.installations()
    years = [sum(row.verified == year for row in rows) for year in ("2026", "2022", "2016")]
    shipped = (
        f"| **{len(rows)}** | **shipped**: {years[0]} last seen right in 2026, "
        f"{years[1]} in 2022, {years[2]} in 2016; "
        f"{sum(bool(row.oparl_url) for row in rows)} with an OParl endpoint, "
        f"{sum(row.robots == 'forbids' for row in rows)} where robots.txt forbids crawling |"
    )
    assert shipped in told
