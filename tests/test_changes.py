"""`ris changes` after two crawls of a town in which something happened in between."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scraper.merging import journal
from tests.town import Town
from tests.town.sites import Answer, Asked

WINDOW = ["--since", "2026-10-01", "--until", "2026-12-31", "--delay", "0"]
OLD, NEW = "Bürgerhaus".encode("latin-1"), "Stadthalle".encode("latin-1")


def ris(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scraper", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, cwd=cwd)


@pytest.fixture(scope="module")
def harvest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town whose meetings move from one house to another."""
    folder = tmp_path_factory.mktemp("changes") / "output" / "musterau"
    with Town() as town:
        words = ["crawl", town.url, "--output", str(folder), *WINDOW]
        first = ris(*words)
        assert first.returncode == 0, first.stderr
        assert not (folder / journal.FILE).exists(), "a first crawl is no news"
        answer = town.answer

        def moved(asked: Asked) -> Answer:
            found = answer(asked)
            is_agenda = "/to010" in asked.path
            return replace(found, body=found.body.replace(OLD, NEW)) if is_agenda else found

        town.answer = moved  # type: ignore[method-assign]
        second = ris(*words)
        assert second.returncode == 0, second.stderr
    return folder


def test_what_changed_is_told_to_people(harvest: Path) -> None:
    done = ris("changes", str(harvest))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    head = next(line for line in lines if not line.startswith(" "))
    assert "  meeting  " in head and ":meeting:" in head
    told = [line for line in lines if line.startswith("    ")]
    assert told and all(
        line.startswith("    location: Bürgerhaus") and " → Stadthalle" in line for line in told
    )
    since = dt.date.today() - dt.timedelta(30)
    count = "1 change" if len(told) == 1 else f"{len(told)} changes"
    assert lines[-1] == f"{count} since {since}: location {len(told)}"


def test_what_changed_is_told_to_programs_and_chosen(harvest: Path) -> None:
    rows = [json.loads(line) for line in ris("changes", str(harvest), "--json").stdout.splitlines()]
    assert {(row["kind"], row["field"], row["cause"]) for row in rows} == {("meeting", "location", "source")}
    assert {row["run"] for row in rows} == {2}
    one = ris("changes", str(harvest), "--json", "--record", rows[0]["id"]).stdout.splitlines()
    assert [json.loads(line) for line in one] == rows[:1]
    for words in (["--kind", "papers"], ["--field", "status"], ["--since", "2999-01-01"]):
        assert ris("changes", str(harvest), *words).stdout.startswith("no changes since ")


def test_a_source_is_found_by_its_name(harvest: Path) -> None:
    assert ": location " in ris("changes", "musterau", cwd=harvest.parents[1]).stdout
    done = ris("changes", "nirgends", cwd=harvest.parents[1])
    assert done.returncode == 2
    assert "nirgends: no harvest of that name and no such folder; there are: musterau" in done.stderr


def test_the_run_tells_how_much_changed(harvest: Path) -> None:
    run = json.loads((harvest / "run.json").read_text("utf-8"))
    rows = list(journal.read(harvest))
    meetings = run["changes"]["meeting"]
    assert meetings == {"new": 0, "changed": len(rows), "vanished": 0, "gone": 0}


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_the_first_line_of_a_day_is_found(tmp_path: Path, count: int) -> None:
    stamps = [f"2026-11-{1 + n // 20:02d}T04:{n % 20:02d}:00Z" for n in range(count)]
    rows = [{"seen_at": stamp, "text": "x" * (7 * n % 90)} for n, stamp in enumerate(stamps)]
    lines = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    (tmp_path / journal.FILE).write_text(lines + '{"seen_at":"2026-12', "utf-8")
    for since in ("", "2026-10-31", "2026-11-01", "2026-11-02T04:07:00Z", "2026-11-20", "2027"):
        found = [row["seen_at"] for row in journal.read(tmp_path, since)]
        assert found == [stamp for stamp in stamps if stamp >= since], since
