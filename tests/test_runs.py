"""Whole runs of the command against the fixture town: what is written, shown and returned."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper import catalog
from scraper.catalog import Installation
from scraper.page import Source
from scraper.terminal import runs
from tests.town import Answer, Town
from tests.town.data import REFERENCE

WINDOW = ["--since", "2026-11-16", "--until", REFERENCE.isoformat()]
FILES = {
    f"{kind}s.jsonl" for kind in ("paper", "meeting", "agenda_item", "organization", "person", "membership")
}


@pytest.fixture
def town() -> Iterator[Town]:
    with Town() as running:
        yield running


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "scraper", *words]


def ris(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), capture_output=True, text=True, timeout=120, check=False)


def crawl(town: Town, output: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return ris("crawl", town.url, "--delay", "0", "--output", str(output), *WINDOW, *words)


def lines_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.jsonl"))}


def test_a_crawl_writes_its_files_and_says_so(town: Town, tmp_path: Path) -> None:
    done = crawl(town, tmp_path / "out")
    assert (done.returncode, done.stdout) == (0, "")
    report = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert (report["verdict"], report["exit_code"]) == ("ok", 0)
    written = lines_of(tmp_path / "out")
    assert set(written) == FILES
    shown = [line.split() for line in done.stderr.splitlines()]
    assert ["kind", "records", "file"] in shown
    for kind, count in report["records"].items():
        assert [kind, f"{count:,}", str(tmp_path / "out" / f"{kind}s.jsonl")] in shown
        assert written[f"{kind}s.jsonl"].count(b"\n") == count
    assert ["report", "ok", str(tmp_path / "out" / "run.json")] in shown


def test_a_reparse_of_its_archive_writes_the_same_bytes(town: Town, tmp_path: Path) -> None:
    crawl(town, tmp_path / "out")
    done = ris("reparse", str(tmp_path / "out" / "archive"), "--output", str(tmp_path / "again"))
    assert done.returncode == 0
    assert lines_of(tmp_path / "again") == lines_of(tmp_path / "out")
    assert str(tmp_path / "again" / "papers.jsonl") in done.stderr


def test_a_replay_needs_no_server(town: Town, tmp_path: Path) -> None:
    crawl(town, tmp_path / "out")
    asked = len(town.log)
    words = ["--replay", str(tmp_path / "out" / "archive"), "--output", str(tmp_path / "again")]
    done = ris("crawl", town.url, *words, *WINDOW)
    assert done.returncode == 0, done.stderr
    assert len(town.log) == asked
    assert {name: body.count(b"\n") for name, body in lines_of(tmp_path / "again").items()} == {
        name: body.count(b"\n") for name, body in lines_of(tmp_path / "out").items()
    }


def test_only_the_wanted_kinds(town: Town, tmp_path: Path) -> None:
    done = crawl(town, tmp_path / "out", "--kinds", "organizations", "--quiet")
    assert set(lines_of(tmp_path / "out")) == {"organizations.jsonl"}
    assert not any("to010" in entry.path or "vo020" in entry.path for entry in town.log)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_budget_ends_it_and_the_same_command_goes_on(town: Town, tmp_path: Path) -> None:
    first = crawl(town, tmp_path / "out", "--max-requests", "40")
    assert first.returncode == 3
    pages = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["pages"]
    *said, last = first.stderr.splitlines()
    assert re.fullmatch(r"ris: suspect: \d+ records, 40 requests, \d+ s", last)
    wrong = [line for line in said if "suspect:" in line or "deferred" in line]
    assert wrong == [
        f"ris: suspect: --max-requests 40 is reached, {pages['deferred']} pages are left;"
        " the same command goes on where it stopped"
    ]
    asked = {(entry.method, entry.path) for entry in town.log if entry.path != "/robots.txt"}
    assert crawl(town, tmp_path / "out").returncode == 0
    second = [(entry.method, entry.path) for entry in town.log[40:] if "shownext" not in entry.path]
    assert asked.isdisjoint(set(second) - {("GET", "/robots.txt")})


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_to_the_group_ends_it_in_order_and_the_same_command_goes_on(
    town: Town, tmp_path: Path, number: int, code: int
) -> None:
    reached = threading.Event()

    def note(method: str, path: str) -> Answer | None:
        if len(town.log) >= 60:
            reached.set()
        return None

    town.before, town.delay = note, 0.01
    words = command("crawl", town.url, "--delay", "0", "--output", str(tmp_path / "out"), *WINDOW)
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert reached.wait(60)
        os.killpg(process.pid, number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == code, said
    assert "stopped by a signal" in said
    report = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert (report["verdict"], report["exit_code"]) == ("interrupted", code)
    assert set(lines_of(tmp_path / "out")) == FILES
    town.delay = 0
    assert crawl(town, tmp_path / "out").returncode == 0
    assert crawl(town, tmp_path / "whole").returncode == 0
    counts = [
        {name: body.count(b"\n") for name, body in lines_of(tmp_path / folder).items()}
        for folder in ("out", "whole")
    ]
    assert counts[0] == counts[1]


def test_a_second_crawl_in_the_same_folder_is_told_who_is_there(town: Town, tmp_path: Path) -> None:
    arrived, leave = threading.Event(), threading.Event()

    def hold(method: str, path: str) -> Answer | None:
        arrived.set()
        leave.wait(60)
        return None

    town.before = hold
    words = command("crawl", town.url, "--delay", "0", "--output", str(tmp_path / "out"), "--quiet", *WINDOW)
    with subprocess.Popen(words) as first:
        assert arrived.wait(60)
        second = crawl(town, tmp_path / "out")
        leave.set()
        assert first.wait(120) == 0
    assert second.returncode == 5
    message = second.stderr.splitlines()[-1]
    assert message.startswith(f"ris: {tmp_path / 'out'}: ")
    assert str(first.pid) in message


def test_a_folder_that_cannot_be_written(town: Town, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = crawl(town, tmp_path / "file" / "out")
    assert done.returncode == 6
    assert str(tmp_path / "file") in done.stderr.splitlines()[-1]
    assert town.log == []
    assert (tmp_path / "file").read_text() == "mine"


def test_another_product_leaves_what_was_there(town: Town, tmp_path: Path) -> None:
    crawl(town, tmp_path / "out")
    before = lines_of(tmp_path / "out")
    page = Answer(b"<html><body>Willkommen</body></html>")
    town.before = lambda method, path: None if path == "/robots.txt" else page
    done = crawl(town, tmp_path / "out")
    assert done.returncode in (1, 3)
    assert lines_of(tmp_path / "out") == before


def test_robots_forbids_it(town: Town, tmp_path: Path) -> None:
    rules = Answer(b"User-agent: *\nDisallow: /\n", media="text/plain")
    town.before = lambda method, path: rules if path == "/robots.txt" else None
    done = crawl(town, tmp_path / "out")
    assert done.returncode == 1
    (told,) = [line for line in done.stderr.splitlines() if "Disallow: /" in line]
    assert told.startswith(f"ris: failed: no page could be read; {town.url}")


def test_an_address_without_a_page_is_one_line_that_says_what_next(town: Town, tmp_path: Path) -> None:
    address = town.url.replace("/bi/", "/nothing/")
    done = ris("crawl", address, "--delay", "0", "--output", str(tmp_path / "out"))
    (told,) = [line for line in done.stderr.splitlines() if "HTTP 404" in line]
    assert done.returncode == 1
    assert told.startswith(f"ris: failed: no page could be read; {address}: HTTP 404")
    assert f"ris probe {address}" in told


def test_what_could_not_be_read_is_told_once_a_reason(town: Town, tmp_path: Path) -> None:
    town.before = lambda method, path: Answer(b"", 404) if "to020.asp" in path else None
    done = crawl(town, tmp_path / "out")
    told = [line for line in done.stderr.splitlines() if "HTTP 404" in line]
    report = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    gone, first = report["pages"]["gone"], report["failures"][0]["urls"][0]
    assert told == [f"ris: gone: {gone} pages: HTTP 404 Not Found, first {first}"]


def test_a_delay_below_half_a_second_is_for_this_machine_only(tmp_path: Path) -> None:
    done = ris(
        "crawl", "https://ris.musterau.example/bi/", "--delay", "0.1", "--output", str(tmp_path / "out")
    )
    assert done.returncode == 2
    assert "0.5" in done.stderr


def test_a_catalog_row_of_a_product_without_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start page tells what is there now: here the town has moved to a product that is read."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with Town() as moved:
        given = dict.fromkeys(catalog.COLUMNS, "")
        catalog.add(Installation(**{**given, "name": "umzug", "vendor": "laura", "base_url": moved.url}))
        window = ["--delay", "0", "--since", "2026-10-01", "--until", "2026-10-31"]
        done = ris("crawl", "umzug", "--output", str(tmp_path / "out"), *window)
    assert done.returncode == 0, done.stderr
    assert "umzug: laura has no reader of its own; its start page decides" in done.stderr
    assert json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["vendor"] == "allris3"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--since", "yesterday"], "yesterday"),
        (["--since", "2026-02-01", "--until", "2026-01-01"], "after"),
        (["--kinds", "tops"], "agenda_item"),
        (["--max-runtime", "soon"], "soon"),
        (["--delay", "-1"], "--delay"),
    ],
)
def test_a_wrong_option_asks_nothing_and_writes_nothing(
    town: Town, tmp_path: Path, words: list[str], told: str
) -> None:
    done = ris("crawl", town.url, "--output", str(tmp_path / "out"), *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert town.log == []
    assert not (tmp_path / "out").exists()


def test_the_json_log_is_json(town: Town, tmp_path: Path) -> None:
    done = crawl(town, tmp_path / "out", "--json-log", "--kinds", "organization")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert events
    assert {event["event"] for event in events} <= {"message", "progress"}


def test_a_folder_for_every_source() -> None:
    assert runs.output_of(Source("herne", "https://herne.de/"), "") == Path("output/herne")
    assert runs.output_of(Source("::1", "http://[::1]/"), "") == Path("output/__1")
    assert runs.output_of(Source("herne", "https://herne.de/"), "data/x") == Path("data/x")


@pytest.mark.parametrize(("name", "told"), [("none", "none"), ("empty", "empty")])
def test_a_reparse_without_an_archive(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "empty").mkdir()
    done = ris("reparse", str(tmp_path / name), "--output", str(tmp_path / "out"))
    assert done.returncode == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
