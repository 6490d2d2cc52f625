"""`ris verify` and `ris reparse --diff`: the real commands on a real crawl, whole and tampered with."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper import proving
from scraper.archive import archive_files, read
from scraper.comparing import changes
from scraper.crawling.folder import held
from scraper.merging.outputs import FILES
from scraper.terminal.proofs import LONGEST, _shortened
from tests.town.server import Town
from tests.town.sites import Answer

WINDOW = ["--since", "2026-10-01", "--until", "2026-10-31", "--delay", "0", "--quiet"]


def ris(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scraper", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def verify(output: Path) -> subprocess.CompletedProcess[str]:
    return ris("verify", output, "--quiet")


def diff(output: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    return ris("reparse", output / "archive", "--diff", "--quiet", *more)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One crawl that no test changes."""
    output = tmp_path_factory.mktemp("crawl") / "town"
    with Town() as town:
        done = ris("crawl", town.url, "--output", output, *WINDOW)
    assert done.returncode == 0, done.stderr
    return output


@pytest.fixture
def output(crawled: Path, tmp_path: Path) -> Path:
    """A copy to be tampered with."""
    return shutil.copytree(crawled, tmp_path / "town")


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def write(path: Path, found: list[dict[str, Any]]) -> None:
    lines = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in found)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def edit(output: Path, name: str, change: Callable[[list[dict[str, Any]]], object]) -> None:
    found = records(output / name)
    change(found)
    write(output / name, found)


def files_of(folder: Path) -> Iterator[tuple[str, bytes, int]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path), path.read_bytes(), path.stat().st_mtime_ns


# Verify


def test_what_a_crawl_wrote_is_verified_and_left_alone(crawled: Path) -> None:
    before = list(files_of(crawled))
    done = verify(crawled)
    lines = sum(len(records(crawled / name)) for name in FILES.values() if (crawled / name).exists())
    responses = len(list(read(archive_files(crawled / "archive"))))
    told = f"verified: {lines} records of 6 kinds follow from the archive"
    digests = f" ({responses} responses, all digests right)\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, told + digests, "")
    assert list(files_of(crawled)) == before


def test_progress_is_told_in_both_passes(output: Path) -> None:
    """The digests first, then the reading: each from its beginning to its end."""
    told: list[tuple[int, int]] = []
    assert proving.verify(output, workers=1, on_progress=lambda *how_far: told.append(how_far)).holds
    ends = [at for at, (done, total) in enumerate(told) if done == total]
    size = sum(path.stat().st_size for path in (output / "archive").glob("*.gz"))
    assert {total for _, total in told} == {size}
    assert 10 < ends[0] < ends[-1] == len(told) - 1
    assert sorted(told[: ends[0]]) == told[: ends[0]]


def test_a_crawl_of_some_kinds_is_verified(tmp_path: Path) -> None:
    with Town() as town:
        ris("crawl", town.url, "--output", tmp_path / "town", "--kinds", "meetings,organizations", *WINDOW)
    done = verify(tmp_path / "town")
    assert done.returncode == 0, done.stderr
    assert " records of 2 kinds follow" in done.stdout


def test_pages_and_endpoint_together_are_verified(tmp_path: Path) -> None:
    output = tmp_path / "town"
    with Town(skin="sessionnet") as pages, Town(skin="oparl") as endpoint:
        ways = ["--via", "both", "--oparl", endpoint.url]
        assert ris("crawl", pages.url, *ways, "--output", output, *WINDOW).returncode == 0
    assert verify(output).returncode == 0
    edit(output, "meetings.jsonl", lambda found: found[5].update(location="Zirkus"))
    done = verify(output)
    assert done.returncode == 3
    assert 'location: "Zirkus" → ' in done.stderr


@pytest.mark.parametrize("seed", range(6))
def test_a_changed_byte_of_the_archive_is_told_with_its_place(output: Path, seed: int) -> None:
    path = archive_files(output / "archive")[0]
    data = bytearray(path.read_bytes())
    at = random.Random(seed).randrange(len(data))
    data[at] ^= 0x55
    path.write_bytes(data)
    done = verify(output)
    assert done.returncode == 3
    assert done.stdout.startswith("not verified: ")
    places = [int(found) for found in re.findall(rf"{re.escape(str(path))}: offset (\d+): ", done.stderr)]
    assert len(places) == 1
    assert places[0] <= at
    assert "Traceback" not in done.stderr


def test_a_torn_archive_is_told(output: Path) -> None:
    path = archive_files(output / "archive")[0]
    path.write_bytes(path.read_bytes()[:-100])
    done = verify(output)
    assert done.returncode == 3
    assert "truncated tail" in done.stderr


def test_a_changed_value_is_told_with_record_and_field(output: Path) -> None:
    edit(output, "papers.jsonl", lambda found: found[3].update(status="geheim"))
    changed = records(output / "papers.jsonl")[3]["id"]
    done = verify(output)
    assert done.returncode == 3
    assert done.stderr == f'ris: {changed}  status: "geheim" → "öffentlich"\n'
    assert done.stdout.startswith("not verified: ")


def test_the_time_of_fetching_follows_from_the_archive_too(output: Path) -> None:
    edit(output, "papers.jsonl", lambda found: found[0].update(fetched_at="2020-01-01T00:00:00Z"))
    done = verify(output)
    assert done.returncode == 3
    assert 'fetched_at: "2020-01-01T00:00:00Z" → ' in done.stderr


def test_a_record_that_is_left_out_is_told(output: Path) -> None:
    lost = records(output / "persons.jsonl")[2]["id"]
    edit(output, "persons.jsonl", lambda found: found.pop(2))
    done = verify(output)
    assert done.returncode == 3
    assert f"{lost}  the archive tells it, the output does not have it" in done.stderr


def test_a_file_that_is_gone_is_told_record_by_record_up_to_twenty(output: Path) -> None:
    count = len(records(output / "papers.jsonl"))
    (output / "papers.jsonl").unlink()
    done = verify(output)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 21
    assert f"… and {count - 20} more" in done.stderr
    assert f"differences from the archive: {count}" in done.stdout


def invented(output: Path, snapshot: str) -> str:
    last = records(output / "papers.jsonl")[-1]
    record = {**last, "id": f"{last['id']}9", "snapshot": snapshot}
    edit(output, "papers.jsonl", lambda found: found.append(record))
    return str(record["id"])


def test_a_record_from_nowhere_is_a_difference(output: Path) -> None:
    name = invented(output, "sha256:" + 64 * "0")
    done = verify(output)
    assert done.returncode == 3
    assert f"{name}  nothing in the archive tells it" in done.stderr


def test_a_record_of_an_archived_page_that_tells_it_no_longer_is_kept(output: Path) -> None:
    invented(output, records(output / "meetings.jsonl")[0]["snapshot"])
    done = verify(output)
    assert done.returncode == 0, done.stderr
    assert "kept: 1 records that the archive tells no longer\n" in done.stdout


def test_what_a_later_crawl_no_longer_finds_is_kept(tmp_path: Path) -> None:
    """A meeting that only the calendar tells is called otherwise: the old one stays in the output."""
    output = tmp_path / "town"
    with Town(skin="r") as town:
        ris("crawl", town.url, "--output", output, *WINDOW)
        before = records(output / "meetings.jsonl")
        town.before = lambda method, path: _renamed(town, path)
        ris("crawl", town.url, "--output", output, *WINDOW)
    assert len(records(output / "meetings.jsonl")) == len(before) + 1
    done = verify(output)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("kept: 1 records that the archive tells no longer\nverified: ")


def _renamed(town: Town, path: str) -> Answer | None:
    program, _, query = path.rpartition("/")[2].partition("?")
    if not program.startswith("si010"):
        return None
    return Answer(
        town.site.body(program, query).replace(b"Sitzung des Vorstandes", b"Treffen des Vorstandes")
    )


def test_a_record_that_the_source_gave_up_is_kept(output: Path) -> None:
    edit(output, "papers.jsonl", lambda found: found[1].update(gone="not_found"))
    done = verify(output)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("kept: 1 records")


def test_lines_that_are_no_records_or_out_of_order_are_told(output: Path) -> None:
    path = output / "meetings.jsonl"
    first, second, *rest = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([second, first, *rest, '{"kind":"mee']), "utf-8")
    done = verify(output)
    assert done.returncode == 3
    assert "meetings.jsonl line 2 does not stand in the order of the ids" in done.stderr
    assert f"meetings.jsonl line {len(rest) + 3} is no record" in done.stderr


def test_a_folder_without_a_crawl_is_one_line_and_exit_1(output: Path, tmp_path: Path) -> None:
    for folder, missing in ((tmp_path / "none", "archive"), (output, "JSON Lines")):
        for path in output.glob("*.jsonl"):
            path.unlink()
        done = verify(folder)
        assert (done.returncode, done.stdout) == (1, "")
        assert f"nothing to verify: no {missing} of a crawl" in done.stderr


def test_a_folder_in_which_a_crawl_is_at_work_is_not_judged(output: Path) -> None:
    with held(output, "2026-10-01T00:00:00Z"):
        done = verify(output)
    assert done.returncode == 5
    assert "is at work here" in done.stderr


# Diff


def test_a_diff_of_what_is_as_it_should_be_is_empty(crawled: Path) -> None:
    before = list(files_of(crawled))
    done = diff(crawled)
    assert (done.returncode, done.stdout) == (0, "nothing would change\n")
    assert list(files_of(crawled)) == before


def older(found: list[dict[str, Any]]) -> None:
    """As if an older reader had read them."""
    found[0]["department"] = None
    found[0]["deliberations"][0]["result"] = "offen"
    found[1]["parser"], found[1]["fetched_at"] = "0.0.9", "2020-01-01T00:00:00Z"
    del found[2]


def test_a_diff_shows_each_field_and_sums_them_and_writes_nothing(output: Path) -> None:
    newer = records(output / "papers.jsonl")
    edit(output, "papers.jsonl", older)
    edit(output, "persons.jsonl", lambda found: found.append({**found[-1], "id": f"{found[-1]['id']}9"}))
    before = list(files_of(output))
    done = diff(output)
    assert done.returncode == 3
    lines = done.stdout.splitlines()
    one = newer[0]
    assert f'{one["id"]}  department: null → "{one["department"]}"' in lines
    assert f'{one["id"]}  deliberations.0.result: "offen" → "{one["deliberations"][0]["result"]}"' in lines
    assert f"{newer[2]['id']}  new" in lines
    assert f"{records(output / 'persons.jsonl')[-1]['id']}  missing" in lines
    assert not any(newer[1]["id"] in line for line in lines), "version and time are no news"
    sums = [line.split() for line in lines[lines.index("") + 2 :]]
    expected = [["paper", field, "1"] for field in ("deliberations", "department", "new")]
    assert sums == [*expected, ["person", "missing", "1"]]
    assert list(files_of(output)) == before


def test_a_diff_for_programs_has_whole_values(output: Path) -> None:
    newer = records(output / "papers.jsonl")
    edit(output, "papers.jsonl", lambda found: found[0].update(text="kurz", sections=[]))
    done = diff(output, "--json")
    told = {one["field"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 3
    assert told.keys() == {"text", "sections"}
    assert told["text"] == {
        "id": newer[0]["id"], "kind": "paper", "what": "changed", "field": "text",
        "before": "kurz", "after": newer[0]["text"],
    }  # fmt: skip
    assert told["sections"]["after"] == newer[0]["sections"]


def test_a_diff_compares_with_the_folder_that_is_named(output: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert ris("reparse", output / "archive", "--output", again, "--quiet").returncode == 0
    edit(again, "papers.jsonl", lambda found: found[0].update(subject="Anders"))
    assert diff(output).returncode == 0
    done = diff(output, "--output", again)
    assert done.returncode == 3
    assert 'subject: "Anders" → ' in done.stdout


def test_a_diff_with_nothing_to_compare_says_so(output: Path, tmp_path: Path) -> None:
    alone = shutil.copytree(output / "archive", tmp_path / "a" / "b" / "c" / "alone")
    done = ris("reparse", alone, "--diff")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no JSON Lines to compare with; name their folder with --output" in done.stderr


def test_a_diff_over_a_damaged_archive_says_so(output: Path) -> None:
    path = archive_files(output / "archive")[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    done = diff(output)
    assert done.returncode == 3
    assert f"{path}: offset " in done.stderr


# Comparing


def test_changes_are_told_as_deep_as_both_sides_are_alike() -> None:
    before = {"a": 1, "rows": [{"b": 1, "c": True}, {"b": 2}], "list": [1], "x": None}
    after = {"a": 1, "rows": [{"b": 1, "c": 1}, {"b": 3}], "list": [1, 2], "y": 0}
    assert list(changes("r", before, after)) == [
        ("r.rows.0.c", True, 1),
        ("r.rows.1.b", 2, 3),
        ("r.list", [1], [1, 2]),
        ("r.y", None, 0),
    ]


def test_long_values_are_shown_from_where_they_part() -> None:
    before, after = _shortened(f"{'a' * 200}Ende", f"{'a' * 200}Schluss")
    assert (before, after) == (f"…{'a' * 15}Ende", f"…{'a' * 15}Schluss")
    whole, longer = _shortened("a" * 100, "a" * 200)
    assert whole != longer
    assert max(len(whole), len(longer)) <= LONGEST + 2
