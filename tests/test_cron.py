"""A crawl that nobody sits before: lock, night, jitter, signals, ping, metrics. Real commands and servers."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper import catalog, spans
from scraper.crawling.folder import held
from scraper.errors import UsageError
from scraper.terminal import metrics, signals, starting, towns
from scraper.terminal.metrics import Outcome
from scraper.terminal.progress import Display
from scraper.terminal.summary import summary
from tests.faultserver import FaultServer
from tests.monitor import Monitor
from tests.test_towns import row
from tests.town import Answer, Town
from tests.town.data import REFERENCE

RIS = [sys.executable, "-m", "scraper"]
WINDOW = ["--delay", "0", "--since", "2026-09-01", "--until", REFERENCE.isoformat(), "--kinds", "meetings"]
SECRET = "5a7f-token-0815"


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with Town() as running:
        yield running


def words_of(url: str, output: Path, *more: str) -> list[str]:
    return [*RIS, "crawl", url, "--output", str(output), *WINDOW, *more]


def crawl(
    url: str, output: Path, *more: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words_of(url, output, *more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **(env or {})},
    )


def run_json(output: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((output / "run.json").read_text("utf-8"))
    return found


# ---- the lock


def test_a_killed_run_is_taken_over_and_the_next_run_says_so(tmp_path: Path) -> None:
    reached, leave = threading.Event(), threading.Event()

    def hold(method: str, path: str) -> Answer | None:
        reached.set()
        leave.wait(60)
        return None

    with Town() as slow:
        slow.before = hold
        words = words_of(slow.url, tmp_path / "out", "--quiet")
        with subprocess.Popen(words, start_new_session=True) as first:
            assert reached.wait(60)
            second = crawl(slow.url, tmp_path / "out", "--quiet")
            os.killpg(first.pid, signal.SIGKILL)
        leave.set()
        third = crawl(slow.url, tmp_path / "out", "--quiet")
        fourth = crawl(slow.url, tmp_path / "out", "--quiet")
    assert second.returncode == 5
    (told,) = second.stderr.splitlines()
    holder = rf"process {first.pid} on \S+, started [\d:TZ-]+ \(\d+ s ago\),"
    assert re.fullmatch(rf"ris: {tmp_path}/out: {holder} is at work here; wait for it or stop it", told)
    assert third.returncode == 0
    (told,) = third.stderr.splitlines()
    assert re.fullmatch(
        rf"ris: {tmp_path}/out: taken over from {holder} which died without ending in order", told
    )
    assert (fourth.returncode, fourth.stderr) == (0, ""), "who ends in order leaves no name behind"


# ---- night and jitter


@pytest.mark.parametrize(
    ("night", "utc", "left"),
    [
        ("22:00-06:00", "2026-01-31T21:00:00", 8 * 3600),  # 22:00 in Berlin
        ("22:00-06:00", "2026-01-31T20:59:59", 0),
        ("22:00-06:00", "2026-02-01T04:59:00", 60),
        ("22:00-06:00", "2026-02-01T05:00:00", 0),
        ("22:00-06:00", "2026-07-31T20:00:00", 8 * 3600),  # in summer two hours before UTC
        ("1:30-4:00", "2026-01-31T01:00:00", 2 * 3600),
        ("1:30-4:00", "2026-01-31T12:00:00", 0),
    ],
)
def test_the_night_is_german(night: str, utc: str, left: float) -> None:
    found = spans.night(night)
    assert found is not None
    assert found.left(dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)) == left


@pytest.mark.parametrize("text", ["22-6", "25:00-06:00", "22:00-22:00", "night", "22:00-06:60"])
def test_what_is_no_night(text: str) -> None:
    with pytest.raises(UsageError, match="22:00-06:00"):
        spans.night(text)


def by_now(hours: float, length: float) -> str:
    """A night that begins so many hours from now and lasts so long."""
    begin = dt.datetime.now(spans.ZONE) + dt.timedelta(hours=hours)
    return f"{begin:%H:%M}-{begin + dt.timedelta(hours=length):%H:%M}"


def test_by_day_a_crawl_ends_at_once_and_the_same_command_goes_on_by_night(
    town: Town, tmp_path: Path
) -> None:
    before, day = len(town.log), by_now(3, 6)
    done = crawl(town.url, tmp_path / "out", "--night", day, "--quiet")
    assert (done.returncode, len(town.log)) == (3, before)
    assert done.stderr.splitlines()[0] == (
        f"ris: suspect: the night (--night {day}) is over, 1 page is left; "
        "the same command goes on where it stopped"
    )
    assert run_json(tmp_path / "out")["options"]["night"] == day  # type: ignore[index]
    assert crawl(town.url, tmp_path / "out", "--night", by_now(-3, 6), "--quiet").returncode == 0


class Said(Display):
    """Keeps what is said."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def say(self, text: str, level: int = 0) -> None:
        self.lines.append(text)


def test_the_wait_is_told_by_chance_and_interruptible() -> None:
    stop, said = signals.Stop(), Said()
    stop.event.set()
    starting._linger("15m", stop, said, lambda least, most: (least + most) / 2)
    starting._linger("", stop, said)
    assert said.lines == ["waiting 7 min before the first request (--jitter 15m)"]


def test_a_signal_ends_the_wait(town: Town, tmp_path: Path) -> None:
    before = len(town.log)
    words = words_of(town.url, tmp_path / "out", "--jitter", "100h")
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "(--jitter 100h)" in process.stderr.readline()
        process.terminate()
        assert process.wait(30) == 143
    assert (len(town.log), run_json(tmp_path / "out")["verdict"]) == (before, "interrupted")


# ---- signals


@pytest.mark.parametrize("held", [2.0, 60.0])
def test_a_signal_ends_a_crawl_within_five_seconds_with_everything_saved(tmp_path: Path, held: float) -> None:
    """The only test with a limit of time, as the limit is what it is about: systemd kills who is slower."""
    asked = threading.Event()

    def slow(method: str, path: str) -> Answer | None:
        if "to010" in path:
            asked.set()
            time.sleep(held)
        return None

    with Town() as town:
        town.before = slow
        with subprocess.Popen(words_of(town.url, tmp_path / "out"), stderr=subprocess.PIPE, text=True) as run:
            assert asked.wait(60)
            process_began = time.monotonic()
            run.terminate()
            _, told = run.communicate(timeout=60)
            took = time.monotonic() - process_began
        assert (run.returncode, took < 5.0) == (143, True), (took, told)
        report = run_json(tmp_path / "out")
        assert (report["verdict"], report["exit_code"]) == ("interrupted", 143)
        assert (tmp_path / "out" / "meetings.jsonl").read_bytes()
        town.before = None
        assert crawl(town.url, tmp_path / "out", "--quiet").returncode == 0
        assert crawl(town.url, tmp_path / "whole", "--quiet").returncode == 0
    counts = [(tmp_path / name / "meetings.jsonl").read_bytes().count(b"\n") for name in ("out", "whole")]
    assert counts[0] == counts[1]


# ---- the last line


def test_the_summary_is_one_line_of_what_run_json_holds() -> None:
    traffic = {"requests": 96, "not_modified": 41, "seconds": 130.2, "bytes": 1}
    whole = {"verdict": "ok", "records": {"paper": 1000, "meeting": 40}, "traffic": traffic}
    assert summary(whole) == "ok: 1,040 records, 96 requests (41 not modified), 2 min"
    both = {"verdict": "suspect", "records": {"paper": 1}, "ways": {"html": whole, "oparl": whole}}
    assert summary(both) == "suspect: 1 record, 192 requests (82 not modified), 4 min"
    assert summary({"verdict": "ok", "records": {}, "traffic": {}}) == "ok: 0 records"


def test_the_summary_is_the_last_line(town: Town, tmp_path: Path) -> None:
    done = crawl(town.url, tmp_path / "out")
    assert done.stderr.splitlines()[-1] == f"ris: {summary(run_json(tmp_path / 'out'))}"


# ---- ping


def test_the_monitor_is_told_of_the_beginning_and_the_end(town: Town, tmp_path: Path) -> None:
    with Monitor() as monitor:
        done = crawl(town.url, tmp_path / "out", "--ping", f"{monitor.url}/{SECRET}/?rid=1", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert monitor.told == [
        ("GET", f"/{SECRET}/start?rid=1", ""),
        ("POST", f"/{SECRET}?rid=1", summary(run_json(tmp_path / "out"))),
    ]


def test_the_monitor_is_told_how_it_failed(town: Town, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    nowhere = town.url.replace("/bi/", "/nothing/")
    with Monitor() as monitor:
        env = {"RIS_PING": f"{monitor.url}/{SECRET}"}
        codes = [
            crawl(town.url, tmp_path / "a", "--max-requests", "5", env=env).returncode,
            crawl(nowhere, tmp_path / "b", env=env).returncode,
            crawl(town.url, tmp_path / "c", "--since", "gestern", env=env).returncode,
            crawl(town.url, tmp_path / "file", env=env).returncode,
        ]
    assert codes == [3, 1, 2, 6]
    assert monitor.paths[1::2] == [f"/{SECRET}{end}" for end in ("/3", "/fail", "/2", "/6")]
    bodies = [body for _, _, body in monitor.told[1::2]]
    assert re.fullmatch(
        r"suspect: \d+ records?, 5 requests, \d+ s\n--max-requests 5 is reached.*where it stopped", bodies[0]
    )
    assert bodies[2].startswith("failed: gestern: no such day")


@pytest.mark.parametrize("status", [404, 500])
def test_a_ping_that_fails_changes_nothing_and_is_told_without_its_secret(
    town: Town, tmp_path: Path, status: int
) -> None:
    with Monitor(status) as monitor:
        done = crawl(town.url, tmp_path / "out", "--ping", f"{monitor.url}/{SECRET}", "--quiet")
    assert done.returncode == 0
    assert done.stderr == f"ris: the ping to 127.0.0.1 did not work: HTTP {status}\n" * 2
    assert len(monitor.told) == 4, "two tries each"


def test_a_monitor_that_hangs_does_not_hold_a_crawl_that_is_to_end(town: Town, tmp_path: Path) -> None:
    with Monitor() as monitor:
        monitor.hold.clear()
        words = words_of(town.url, tmp_path / "out", "--ping", f"{monitor.url}/{SECRET}")
        with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as run:
            while not monitor.told:
                time.sleep(0.01)
            run.terminate()
            _, said = run.communicate(timeout=30)
    assert run.returncode == 143
    assert monitor.paths == [f"/{SECRET}/start", f"/{SECRET}/143"], "one try each"
    assert said.count("the ping to 127.0.0.1 did not work: no answer in time") == 2


@pytest.mark.parametrize(
    "url",
    [f"ftp://h/{SECRET}", SECRET, f"http://u:{SECRET}@h/", f"http://h:x/{SECRET}", f"http://h/{SECRET} x"],
)
def test_what_cannot_be_pinged_is_told_without_its_secret(town: Town, tmp_path: Path, url: str) -> None:
    done = crawl(town.url, tmp_path / "out", "--ping", url)
    assert done.returncode == 2
    assert "--ping" in done.stderr and SECRET not in done.stderr
    assert not (tmp_path / "out").exists()


# ---- metrics


def samples(path: Path) -> dict[str, float]:
    """The samples of a file, each of which must have its HELP and TYPE once before it."""
    found: dict[str, float] = {}
    lines = path.read_text("utf-8").splitlines()
    for line in lines:
        if not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            found[name] = float(value)
            metric = name.partition("{")[0]
            assert sum(other.startswith(f"# HELP {metric} ") for other in lines) == 1
            assert lines.count(f"# TYPE {metric} gauge") == 1
    return found


def test_the_metrics_of_a_run(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "ris.prom"
    crawl(town.url, tmp_path / "out", "--textfile", str(file))
    first, run = samples(file), run_json(tmp_path / "out")
    traffic: dict[str, float] = run["traffic"]  # type: ignore[assignment]
    end = dt.datetime.fromisoformat(str(run["finished"])).timestamp()
    label = '{source="127.0.0.1"}'
    assert first[f"ris_run_exit_code{label}"] == 0
    assert first[f"ris_run_requests{label}"] == traffic["requests"]
    assert first[f"ris_run_bytes{label}"] == traffic["bytes"]
    assert first[f"ris_run_duration_seconds{label}"] == traffic["seconds"]
    assert first['ris_records{source="127.0.0.1",kind="meeting"}'] == run["records"]["meeting"]  # type: ignore[index]
    assert first['ris_verdict{source="127.0.0.1",verdict="ok"}'] == 1
    assert first['ris_verdict{source="127.0.0.1",verdict="failed"}'] == 0
    assert end <= first[f"ris_last_success_timestamp_seconds{label}"] < end + 60
    crawl(town.url, tmp_path / "other", "--max-requests", "3", "--textfile", str(file))
    second = samples(file)
    last = f"ris_last_success_timestamp_seconds{label}"
    assert second[last] == first[last], "this run was not ok"
    assert second[f"ris_last_run_timestamp_seconds{label}"] >= first[last]
    assert second['ris_verdict{source="127.0.0.1",verdict="suspect"}'] == 1
    assert [path.name for path in tmp_path.glob("*ris.prom*")] == ["ris.prom"]


def test_a_run_that_found_the_folder_locked_is_measured_too(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "ris.prom"
    crawl(town.url, tmp_path / "out", "--textfile", str(file))
    before = samples(file)
    with held(tmp_path / "out", "2026-11-24T09:00:00Z"):
        done = crawl(town.url, tmp_path / "out", "--textfile", str(file))
    assert done.returncode == 5
    after, last = samples(file), 'ris_last_success_timestamp_seconds{source="127.0.0.1"}'
    assert after['ris_run_exit_code{source="127.0.0.1"}'] == 5
    assert after['ris_verdict{source="127.0.0.1",verdict="locked"}'] == 1
    assert after[last] == before[last]


def test_labels_are_escaped_as_the_format_asks_and_read_again(tmp_path: Path) -> None:
    odd, now = 'a\\b"c\nd', dt.datetime(2026, 1, 31, tzinfo=dt.UTC)
    metrics.write(tmp_path / "x.prom", [Outcome(odd, 0, "ok")], now)
    written = (tmp_path / "x.prom").read_text("utf-8")
    assert 'ris_run_exit_code{source="a\\\\b\\"c\\nd"} 0\n' in written
    assert metrics.successes(written) == {odd: now.timestamp()}


def test_a_file_that_cannot_be_written_is_told_and_changes_nothing(town: Town, tmp_path: Path) -> None:
    done = crawl(town.url, tmp_path / "out", "--textfile", str(tmp_path / "none" / "x.prom"), "--quiet")
    assert done.returncode == 0
    (told,) = done.stderr.splitlines()
    assert told.startswith(f"ris: {tmp_path}/none/x.prom: ")


# ---- many towns


@pytest.fixture
def empty() -> Iterator[FaultServer]:
    """A server that has nothing."""
    with FaultServer({}) as server:
        yield server


def test_all_towns_have_one_ping_and_one_file(
    town: Town, empty: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    rows = [row("musterau", town.url), row("nirgends", empty.url)]
    monkeypatch.setattr(starting.towns, "fitting", lambda *words: (rows, {}))
    for one in rows:
        catalog.add(one)
    file, night = tmp_path / "ris.prom", by_now(-3, 6)
    window = dict(zip(["since", "until"], WINDOW[3:6:2], strict=True))
    with Monitor() as monitor:
        monkeypatch.setenv("RIS_PING", f"{monitor.url}/{SECRET}")
        words = starting.Words(
            "", window["since"], window["until"], str(tmp_path / "out"), 0.0, None, "", "meetings", "html",
            "", (), True, "", "", 2, True, False, True, False, False,
            starting.Manners(night, "0.1", "", str(file)),
        )  # fmt: skip
        code = starting.crawl(words)
    catalog.installations.cache_clear()
    assert code == 3
    assert monitor.paths == [f"/{SECRET}/start", f"/{SECRET}/3"], "the towns themselves tell nobody"
    told = monitor.told[1][2].splitlines()
    assert told[0].startswith("suspect: 1 of 2 towns ok, ")
    assert told[1].startswith("nirgends: failed, 0 records: ")
    found = samples(file)
    assert found['ris_run_exit_code{source="musterau"}'] == 0
    assert found['ris_verdict{source="nirgends",verdict="failed"}'] == 1
    assert run_json(tmp_path / "out" / "musterau")["options"]["night"] == night  # type: ignore[index]
    assert "(--jitter 0.1)" in (tmp_path / "out" / "musterau" / towns.LOG).read_text("utf-8")


# ---- overriding robots.txt


@pytest.fixture
def closed() -> Iterator[Town]:
    """A town whose robots.txt forbids everything."""
    rules = Answer(b"User-agent: *\nCrawl-delay: 0.02\nDisallow: /\n", media="text/plain")
    with Town() as running:
        running.before = lambda method, path: rules if path == "/robots.txt" else None
        yield running


def test_overriding_robots_needs_a_reason_and_leaves_it_everywhere(closed: Town, tmp_path: Path) -> None:
    reason = "allowed by the town, 2026-01-31"
    done = crawl(closed.url, tmp_path / "out", "--override-robots", reason, "--quiet")
    assert done.returncode == 0
    assert done.stderr == f"ris: 127.0.0.1: robots.txt is overridden: {reason}\n"
    run = run_json(tmp_path / "out")
    assert run["options"]["override_robots"] == reason  # type: ignore[index]
    robots: dict[str, object] = run["robots"]  # type: ignore[assignment]
    assert (robots["status"], robots["delay"], robots["overridden"]) == (200, 0.02, True)
    assert closed.log[0].path == "/robots.txt"
    words = [*RIS, "budget", str(tmp_path / "out"), "--json"]
    told = json.loads(subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout)
    assert told["overrides"] == [reason], "the archive itself tells it"
    assert told["hosts"][0]["median_gap"] >= 0.02, "the delay is kept"
    assert crawl(closed.url, tmp_path / "out", "--quiet").returncode == 1, "it holds for one command only"


@pytest.mark.parametrize("reason", ["", "   ", "because", "a  b  c  d"])
def test_a_reason_that_says_nothing_overrides_nothing(closed: Town, tmp_path: Path, reason: str) -> None:
    done = crawl(closed.url, tmp_path / "out", "--override-robots", reason)
    assert done.returncode == 2
    assert "--override-robots" in done.stderr
    assert closed.log == []


def test_all_towns_at_once_cannot_be_overridden(tmp_path: Path) -> None:
    words = [
        *RIS,
        "crawl",
        "--all",
        "--override-robots",
        "they all agreed",
        "--output",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "each town needs a reason of its own" in done.stderr
    assert not (tmp_path / "out").exists()
