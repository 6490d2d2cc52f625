"""Processes that are killed, stopped, started twice, and clocks that jump: cases 41 to 45."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.faults.case import Case
from tests.faults.stage import Stage, check_lines, ended, many
from tests.faultserver import CLOSE, Received

SEED = 20261125


# Processes


def kill(stage: Stage, folder: Path, seconds: float) -> bool:
    """SIGKILL to the whole group after some time; False when the crawl was over before."""
    process = stage.start(stage.words(folder), start_new_session=True)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
        process.communicate()
        return False
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    check_lines(folder)
    return True


def span_of(stage: Stage) -> float:
    """Seconds of an undisturbed crawl, as fast as the machine is now."""
    began = time.monotonic()
    assert stage.crawl(folder=stage.empty()).code == 0
    return time.monotonic() - began


def killed(
    stage: Stage, harm: Callable[[Path, random.Random], None] = lambda folder, dice: None, most: int = 3
) -> None:
    """Killed at any moment of a crawl, of the first and of a later one; then the records are the same."""
    dice, kills, folder = random.Random(SEED), 0, stage.empty()
    wanted, span = many(stage, most, 200), span_of(stage)
    while kills < wanted:
        if kill(stage, folder, dice.uniform(0.3, 0.95) * span):
            kills += 1
            harm(folder, dice)
            continue
        stage.same(folder)
        folder = stage.empty() if dice.random() < 0.7 else folder
    done = stage.crawl(folder=folder)
    assert done.code == 0, done.said
    stage.same(folder)


def lose_power(folder: Path, dice: random.Random) -> None:
    """What was not synced is torn or zeros: here, the archive behind what the state knows of it."""
    files = sorted((folder / "archive").glob("*.warc.gz"))
    if not files:
        return
    name, offset = _known(folder)
    start = offset if files[-1].name == name else 0
    size = files[-1].stat().st_size
    with files[-1].open("r+b") as file:
        file.truncate(dice.randint(start, max(size, start)))
        if dice.random() < 0.5:
            file.truncate(max(size, start))  # zeros in place of what was there


def _known(folder: Path) -> tuple[str, int]:
    copy = folder.with_name(folder.name + "-copy")
    shutil.copytree(folder, copy)
    try:
        with contextlib.closing(sqlite3.connect(copy / "state.sqlite")) as db:
            row = db.execute("SELECT value FROM meta WHERE name = 'archive'").fetchone()
    except sqlite3.OperationalError:  # killed before there was one
        row = None
    finally:
        shutil.rmtree(copy)
    name, offset = json.loads(row[0]) if row else ("", 0)
    return str(name), int(offset)


def signalled(number: signal.Signals, stage: Stage) -> None:
    """Once: the page under way is finished, all is written. The same command goes on."""
    folder = stage.empty()
    with stage.paused(30) as reached:
        process = stage.start(stage.words(folder))
        assert reached.wait(30), "the crawl did not start"
        process.send_signal(number)
        time.sleep(0.3)
    code, said, _ = ended(process, 15)
    assert code == 128 + number and "Traceback" not in said, f"{code}: {said}"
    check_lines(folder)
    assert json.loads((folder / "run.json").read_text("utf-8"))["verdict"] == "interrupted"
    assert stage.crawl(folder=folder).code == 0
    stage.same(folder)


def signalled_twice(stage: Stage) -> None:
    """Twice: at once, although an answer is under way, and still consistent."""
    folder = stage.empty()
    with stage.saying({stage.papers[0]: (b"HTTP/1.1 200 OK\r\n", 20.0)}):
        process = stage.start(stage.words(folder), {"hurry": False})
        deadline = time.monotonic() + 30
        while stage.papers[0] not in stage.server.paths[-1:] and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        code, said, _ = ended(process, 15)
    assert code == 143 and not (folder / "run.json").exists(), f"{code}: {said}"
    assert stage.crawl(folder=folder).code == 0
    stage.same(folder)


def broken_pipe(stage: Stage) -> None:
    """Nobody reads what is said any more (`ris crawl … 2>&1 | head -1`): the work is done all the same."""
    folder = stage.empty()
    reading, writing = os.pipe()
    process = stage.start(stage.words(folder), stdout=writing, stderr=writing)
    os.close(writing)
    os.close(reading)
    assert process.wait(60) == 0, process.returncode
    stage.same(folder)


def two_at_once(stage: Stage) -> None:
    """Three start in the same moment: one works, the others leave and name it."""
    folder, before = stage.empty(), len(stage.server.log)
    with stage.paused(5):
        processes = [stage.start(stage.words(folder)) for _ in range(3)]
        deadline = time.monotonic() + 30
        while sum(process.poll() is None for process in processes) > 1 and time.monotonic() < deadline:
            time.sleep(0.05)
    ends = [ended(process, 60) for process in processes]
    assert sorted(code for code, _, _ in ends) == [0, 5, 5], ends
    (winner,) = [process.pid for process, end in zip(processes, ends, strict=True) if end[0] == 0]
    for code, said, _ in ends:
        assert code == 0 or f"process {winner} " in said or "another run" in said, said
    assert len(stage.server.log) - before == len(stage.asked), "nothing is asked for twice"
    stage.same(folder)


def dead_holder(stage: Stage) -> None:
    """A lock of a process that is gone holds nobody up."""
    folder = stage.seasoned()
    (folder / ".lock").touch()
    (folder / ".lock.json").write_text('{"pid": 1, "host": "gone", "started": "2020-01-01T00:00:00Z"}\n')
    assert stage.crawl(folder=folder).code == 0
    stage.same(folder)


def readers(stage: Stage) -> None:
    """Whoever reads while a crawl writes sees whole files of one state or the next."""
    folder, over, seen = stage.seasoned(), threading.Event(), [0]
    errors: list[str] = []

    def look() -> None:
        while not over.is_set():
            try:
                check_lines(folder)
                seen[0] += 1
            except (AssertionError, ValueError, OSError) as error:
                errors.append(str(error))

    reader = threading.Thread(target=look)
    reader.start()
    try:
        done = stage.crawl(folder=folder)
    finally:
        over.set()
        reader.join()
    assert done.code == 0 and seen[0] > 3 and not errors, errors[:3]


# Clocks


def jump(seconds: float, stage: Stage) -> None:
    """The wall clock jumps while a page waits to be tried again: no stall, the same records."""
    folder, path, jumped = stage.empty(), stage.papers[0], stage.empty() / "jumped"

    def next_page(received: Received) -> bytes:
        if path in stage.server.paths[before:-1]:
            jumped.touch()
        return stage.page(received)

    before, cut = len(stage.server.log), (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", CLOSE)
    with stage.saying({path: [cut, stage.whole(path)]}, next_page):
        done = stage.crawl(folder=folder, faults={"jump": seconds, "at": str(jumped)})
    assert done.code == 0, done.said
    assert jumped.exists(), "the clock did not jump"
    stage.same(folder)


def far_future(stage: Stage) -> None:
    """A clock in a wrong year has set due times of 2040: they are cut to a day."""
    folder = stage.empty()
    assert stage.crawl("--max-requests", "40", folder=folder).code == 3
    with contextlib.closing(sqlite3.connect(folder / "state.sqlite")) as db:
        db.execute("UPDATE requests SET due_at = 2208988800 WHERE state = 'pending'")
        db.commit()
    done = stage.crawl(folder=folder)
    assert done.code == 3 and "left alone until" in done.said, done.said
    assert "2040" not in done.said, done.said


def time_zone(stage: Stage) -> None:
    """Meetings are in Berlin, wherever the crawl runs."""
    for zone in ("Pacific/Auckland", "America/New_York")[: many(stage, 1, 2)]:
        folder = stage.empty()
        assert stage.crawl(folder=folder, env={"TZ": zone}).code == 0
        stage.same(folder)


CASES = (
    Case(41, "killed at random", killed),
    *(Case(42, f"{one.name} once", partial(signalled, one)) for one in (
        signal.SIGTERM, signal.SIGHUP)),
    Case(42, "SIGINT once", partial(signalled, signal.SIGINT), full=True),
    Case(42, "SIGTERM twice", signalled_twice),
    Case(42, "broken pipe", broken_pipe),
    Case(43, "power lost at random", partial(killed, harm=lose_power, most=2)),
    Case(44, "three at once", two_at_once),
    Case(44, "lock of a dead process", dead_holder),
    Case(44, "readers meanwhile", readers),
    Case(45, "clock an hour back", partial(jump, -3600.0)),
    Case(45, "clock a day ahead", partial(jump, 86_400.0), full=True),
    Case(45, "due times in 2040", far_future),
    Case(45, "other time zones", time_zone, full=True),
)  # fmt: skip
