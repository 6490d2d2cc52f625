"""The real command against the town's server: complete, polite, killable, and the same from the archive."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.town.server import Entry, Town

RIS = [sys.executable, "-m", "scraper"]
SINCE, UNTIL = dt.date(2025, 11, 24), dt.date(2027, 12, 31)
DELAY = 0.01
FILES = ("papers", "meetings", "agenda_items", "organizations", "persons", "memberships")


def command(town: Town, output: Path, *more: str, delay: float = 0.0) -> list[str]:
    window = ["--since", SINCE.isoformat(), "--until", UNTIL.isoformat()]
    return [*RIS, "crawl", town.url, "--output", str(output), "--delay", str(delay), *window, *more]


def crawl(town: Town, output: Path, *more: str, delay: float = 0.0) -> subprocess.CompletedProcess[str]:
    words = command(town, output, *more, delay=delay)
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)


def records(output: Path) -> dict[str, list[str]]:
    """The lines of every file without the time of fetching, which differs from run to run."""
    found: dict[str, list[str]] = {}
    for name in FILES:
        lines = (output / f"{name}.jsonl").read_text("utf-8").splitlines()
        found[name] = [json.dumps({**json.loads(line), "fetched_at": ""}) for line in lines]
    return found


def content(output: Path) -> dict[str, bytes]:
    return {name: (output / f"{name}.jsonl").read_bytes() for name in FILES}


def pages(log: list[Entry]) -> Counter[str]:
    """How often each page was asked for; the pages of the paper list share one address."""
    return Counter(entry.path for entry in log if "shownext" not in entry.path and "robots" not in entry.path)


def keeps(delay: float, log: list[Entry], span: int = 10) -> bool:
    """Do any `span` requests in a row take `span` delays, as the server saw them?

    Over a span, since the server's own wake-up shifts single requests by some milliseconds.
    """
    starts = [entry.start for entry in log]
    spans = [later - sooner for sooner, later in zip(starts, starts[span:], strict=False)]
    return bool(spans) and min(spans) >= span * delay - 0.02


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, Path]:
    """One undisturbed crawl, shared by the tests that only look at it."""
    output = tmp_path_factory.mktemp("crawl") / "town"
    with Town() as town:
        done = crawl(town, output)
        assert done.returncode == 0, done.stderr
        yield town, output


def test_every_record_is_there_and_right(crawled: tuple[Town, Path]) -> None:
    town, output = crawled
    assert town.compare(output, SINCE, UNTIL) == []


def test_one_request_at_a_time_and_none_twice(crawled: tuple[Town, Path]) -> None:
    town, _ = crawled
    assert town.most == 1
    assert town.repeated() == {}
    assert all("___tmp" not in entry.path for entry in town.log), "robots.txt forbids it"


def test_run_json_tells_the_truth(crawled: tuple[Town, Path]) -> None:
    town, output = crawled
    run = json.loads((output / "run.json").read_text("utf-8"))
    assert run["verdict"] == "ok", run
    assert run["traffic"]["requests"] == len(town.log)
    for name in FILES:
        kind = name.removesuffix("s")
        assert run["records"][kind] == len((output / f"{name}.jsonl").read_text("utf-8").splitlines())
    assert "Klimawirkung" in json.dumps(run, ensure_ascii=False), "the label ledger has the unknown label"


def test_reparse_gives_the_same_bytes(crawled: tuple[Town, Path], tmp_path: Path) -> None:
    _, output = crawled
    archives = [str(path) for path in sorted(output.rglob("*.warc.gz"))]
    words = [*RIS, "reparse", *archives, "--output", str(tmp_path / "again"), "--workers", "2"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert content(tmp_path / "again") == content(output)


def test_replay_gives_the_same_records(crawled: tuple[Town, Path], tmp_path: Path) -> None:
    town, output = crawled
    before = len(town.log)
    words = [word for path in sorted(output.rglob("*.warc.gz")) for word in ("--replay", str(path))]
    done = crawl(town, tmp_path / "replayed", *words)
    assert done.returncode == 0, done.stderr
    assert len(town.log) == before, "a replay asks nobody"
    assert records(tmp_path / "replayed") == records(output)


def test_the_delay_is_kept(tmp_path: Path) -> None:
    with Town() as town:
        crawl(town, tmp_path / "slow", "--max-requests", "25", delay=0.1)
    assert len(town.log) > 20
    assert keeps(0.1, town.log)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_cleanly(tmp_path: Path, sign: signal.Signals) -> None:
    with Town() as town:
        process = subprocess.Popen(
            command(town, tmp_path / "town", delay=0.02), stderr=subprocess.PIPE, text=True
        )
        _wait_for(town, 60)
        process.send_signal(sign)
        _, told = process.communicate(timeout=20)
        assert process.returncode == 128 + sign, told
        assert "Traceback" not in told
        half = json.loads((tmp_path / "town" / "run.json").read_text("utf-8"))
        assert half["verdict"] == "interrupted"
        done = crawl(town, tmp_path / "town")
        assert done.returncode == 0, done.stderr
        assert town.compare(tmp_path / "town", SINCE, UNTIL) == []
        assert town.repeated() == {}, "what was fetched before the signal is not fetched again"


def _wait_for(town: Town, requests: int) -> None:
    deadline = time.monotonic() + 30
    while len(town.log) < requests and time.monotonic() < deadline:
        time.sleep(0.005)
    assert len(town.log) >= requests, "the crawl did not start"


def killed_often(town: Town, output: Path, kills: int, seed: int) -> list[str]:
    """Kill the crawl at random points, `kills` times; gives the last requests before each."""
    dice, last = random.Random(seed), []
    for _ in range(kills):
        words = command(town, output, delay=DELAY)
        process = subprocess.Popen(words, stderr=subprocess.DEVNULL, start_new_session=True)
        _wait_for(town, len(town.log) + dice.randint(1, 35))
        time.sleep(dice.random() * 0.02)
        assert process.poll() is None, "the crawl ended before it was killed"
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        time.sleep(0.1)
        last += [entry.path for entry in town.log[-1:]]
        for path in output.glob("*.jsonl"):
            whole = path.read_bytes()
            assert not whole or whole.endswith(b"\n"), f"half a line in {path}"
    return last


def check_kills(tmp_path: Path, kills: int, seed: int, undisturbed: Path) -> None:
    with Town(delay=0.004) as town:
        last = killed_often(town, tmp_path / "town", kills, seed)
        done = crawl(town, tmp_path / "town", delay=DELAY)
        assert done.returncode == 0, done.stderr
        assert town.compare(tmp_path / "town", SINCE, UNTIL) == []
        assert town.most == 1
        assert keeps(DELAY, town.log)
        again = pages(town.log) - Counter(pages(town.log).keys())
        if any("shownext" in path for path in last):  # the position was in the answer that nobody kept:
            del again["/bi/vo040.asp"]  # the list is walked again from its beginning
        assert again - Counter(last) == Counter(), "only what was under way at a kill is asked for again"
        mine, theirs = records(tmp_path / "town"), records(undisturbed)
    assert timeless(mine) == timeless(theirs)


_SESSION = re.compile(r"127\.0\.0\.1:\d+|/___tmp/tmp/[^/]+/[^/]+/[^/]+/|sha256:[0-9a-f]{64}")


def timeless(found: dict[str, list[str]]) -> str:
    """The records without port and session: a start page that was under way at a kill opens a second
    session, whose attachments have other paths, so that the page has another hash."""
    return _SESSION.sub("", json.dumps(found))


def test_twenty_kills_lose_nothing(crawled: tuple[Town, Path], tmp_path: Path) -> None:
    check_kills(tmp_path, 20, seed=20261124, undisturbed=crawled[1])


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_two_hundred_kills_lose_nothing(crawled: tuple[Town, Path], tmp_path: Path, seed: int) -> None:
    check_kills(tmp_path, 20, seed=seed, undisturbed=crawled[1])


def test_a_second_crawl_on_the_same_folder_leaves(tmp_path: Path) -> None:
    with Town() as town:
        first = subprocess.Popen(command(town, tmp_path / "town", delay=0.05), stderr=subprocess.DEVNULL)
        _wait_for(town, 5)
        second = crawl(town, tmp_path / "town")
        first.kill()
        first.wait()
    assert second.returncode == 5
    assert str(first.pid) in second.stderr, "names the holder"


@pytest.mark.parametrize("skin", ["r", "cms"])
def test_the_other_skins_are_complete(tmp_path: Path, skin: str) -> None:
    with Town(skin=skin) as town:
        done = crawl(town, tmp_path / "town")
        assert done.returncode in (0, 3), done.stderr
        assert town.compare(tmp_path / "town", SINCE, UNTIL) == []
