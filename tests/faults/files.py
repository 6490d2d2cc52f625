"""Disks, processes, clocks and files that fail: cases 39 to 47."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.faults.case import Case, SkippedError
from tests.faults.stage import Played, Stage, check_lines, ended
from tests.faultserver import CLOSE, NOT_FOUND

SEED = 20261125


def many(stage: Stage, short: int, full: int) -> int:
    """How often, in this form."""
    return short if stage.hurried else full


# Disks


@contextlib.contextmanager
def disk(stage: Stage, options: str) -> Iterator[Path]:
    """A file system of its own in memory; needs the right to mount one."""
    place = stage.empty()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True, check=False
    )
    if done.returncode:
        raise SkippedError("no file system may be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def remount(place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)


def size_of(folder: Path) -> int:
    """Bytes of all files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def full_disk(stage: Stage, *, seasoned: bool) -> None:
    """The disk is full at some write: exit 6, nothing lost, and with more room the same command goes on."""
    dice, most = random.Random(SEED), size_of(stage.golden) // 1024
    for _ in range(many(stage, 3, 20)):
        room = most + dice.randint(8, most) if seasoned else dice.randint(8, most)
        with disk(stage, f"size={room}k") as place:
            folder = place / "town"
            if seasoned:
                shutil.copytree(stage.golden, folder)
            else:
                folder.mkdir()
            done = stage.crawl(folder=folder)
            assert done.code in {0, 6}, f"{room} KiB: {done.code}: {done.said}"
            assert done.code == 0 or len(done.said.splitlines()) <= 3, done.said
            if seasoned:
                stage.same(folder)
            remount(place, "size=64m")
            again = stage.crawl(folder=folder)
            assert again.code == 0, f"{room} KiB: {again.said}"
            stage.same(folder)


def read_only(stage: Stage) -> None:
    """Nothing can be written: said before anything is asked."""
    with disk(stage, "size=64m") as place:
        shutil.copytree(stage.golden, place / "town")
        remount(place, "ro")
        done = stage.crawl(folder=place / "town")
        assert done.code == 6 and not done.asked, done.said
        stage.same(place / "town")


def limited(stage: Stage) -> None:
    """No file may grow beyond a limit: exit 6, and without it the same command goes on."""
    dice, most = random.Random(SEED), max(path.stat().st_size for path in stage.golden.rglob("*.*"))
    for _ in range(many(stage, 3, 20)):
        room, folder = dice.randint(4096, most), stage.empty()
        limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, room))
        done = stage.crawl(folder=folder, preexec_fn=limit)
        assert done.code == 6, f"{room} bytes: {done.code}: {done.said}"
        again = stage.crawl(folder=folder)
        assert again.code == 0, f"{room} bytes: {again.said}"
        stage.same(folder)


def failed_sync(stage: Stage) -> None:
    """The disk reports an error when the archive is synced: fatal, not tried again, and nothing is lost."""
    for number in (1, 2, 40):
        folder = stage.empty()
        done = stage.crawl(folder=folder, faults={"fsync": number})
        assert done.code == 6, f"sync {number}: {done.code}: {done.said}"
        assert stage.crawl(folder=folder).code == 0
        stage.same(folder)


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


def killed(stage: Stage, harm: Callable[[Path, random.Random], None] = lambda folder, dice: None) -> None:
    """Killed at any moment of a crawl, of the first and of a later one; then the records are the same."""
    dice, kills, folder = random.Random(SEED), 0, stage.empty()
    wanted = many(stage, 10, 200)
    while kills < wanted:
        if kill(stage, folder, dice.uniform(0.3, 1.3)):
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


def reach(stage: Stage, requests: int) -> None:
    """Waits until the server has been asked so often."""
    deadline = time.monotonic() + 30
    while len(stage.server.log) < requests:
        assert time.monotonic() < deadline, "the crawl did not start"
        time.sleep(0.005)


def signalled(number: signal.Signals, stage: Stage) -> None:
    """Once: the page under way is finished, all is written. The same command goes on."""
    folder, before = stage.empty(), len(stage.server.log)
    process = stage.start(stage.words(folder), restore_signals=True)
    reach(stage, before + 30)
    process.send_signal(number)
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
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        code, said, _ = ended(process, 15)
    assert code == 143 and time.monotonic() - began < 5, f"{code}: {said}"
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
    processes = [stage.start(stage.words(folder)) for _ in range(3)]
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
    """The wall clock jumps in the middle of a run: no stall, no burst, the same records."""
    folder, path = stage.empty(), stage.papers[0]
    cut = (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", CLOSE)
    began = time.monotonic()
    with stage.saying({path: [cut, stage.whole(path)]}):
        done = stage.crawl(folder=folder, faults={"jump": seconds, "after": 60})
    assert done.code == 0, done.said
    assert time.monotonic() - began < many(stage, 20, 60), "stalled"
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
    for zone in ("Pacific/Auckland", "America/New_York"):
        folder = stage.empty()
        assert stage.crawl(folder=folder, env={"TZ": zone}).code == 0
        stage.same(folder)


# The state and the archive


def harmed(folder: Path, at: float, data: bytes) -> None:
    """Bytes in the middle of the state file become others."""
    path = folder / "state.sqlite"
    raw = bytearray(path.read_bytes())
    start = int(at * len(raw))
    raw[start : start + len(data)] = data
    path.write_bytes(raw)


def corrupt(stage: Stage, at: float, data: bytes) -> None:
    """A damaged state is refused with what to do; then it is built again."""
    folder = stage.seasoned()
    harmed(folder, at, data)
    done = stage.crawl(folder=folder)
    assert done.code == 6 and not done.asked, done.said
    assert "move it away" in done.said, done.said
    stage.same(folder)
    (folder / "state.sqlite").rename(folder / "state.damaged")
    rebuilt(stage, folder)


def deleted(stage: Stage) -> None:
    """The state is gone: it is built again from the archive, and said so."""
    folder = stage.seasoned()
    (folder / "state.sqlite").unlink()
    rebuilt(stage, folder)


def rebuilt(stage: Stage, folder: Path) -> None:
    """A page that is now denied keeps its record, since the archive knows it."""
    lost = stage.papers[0]
    with stage.saying({lost: NOT_FOUND}):
        done = stage.crawl(folder=folder)
    assert done.code == 0 and "built again from the archive" in done.said, done.said
    assert done.report["pages"]["gone"] == 1
    stage.same(folder)


def schema(version: int, code: int, told: str, stage: Stage) -> None:
    """A newer schema is refused, an older one goes on."""
    folder = stage.seasoned()
    with contextlib.closing(sqlite3.connect(folder / "state.sqlite")) as db:
        if version == 1:
            db.execute("ALTER TABLE requests DROP COLUMN address")
            db.execute("ALTER TABLE requests DROP COLUMN headers")
        db.execute(f"PRAGMA user_version={version}")
        db.commit()
    done = stage.crawl(folder=folder)
    assert done.code == code and told in done.said, done.said
    stage.same(folder)


def reparsed(stage: Stage, archive: Path) -> Played:
    """`ris reparse` of an archive into a folder of its own."""
    folder = stage.empty()
    process = stage.start(["reparse", str(archive), "--output", str(folder), "--workers", "1"])
    code, said, peak = ended(process, 60)
    report = json.loads((folder / "run.json").read_text("utf-8"))
    assert "Traceback" not in said, said
    return Played(code, said, report, folder, (), peak)


def torn(harm: Callable[[bytearray, random.Random], int], stage: Stage) -> None:
    """The place is told, only what lies there is lost, and the next crawl brings it back."""
    dice = random.Random(SEED)
    for _ in range(many(stage, 2, 20)):
        folder = stage.seasoned()
        (path,) = (folder / "archive").glob("*.warc.gz")
        raw = bytearray(path.read_bytes())
        lost = harm(raw, dice)
        path.write_bytes(raw)
        done = reparsed(stage, folder / "archive")
        damages = done.report["damages"]
        assert done.code == 3 and len(damages) >= 1, done.said
        assert all(str(path) in json.dumps(one) and "offset" in json.dumps(one) for one in damages), damages
        assert done.report["pages"]["ok"] >= len(stage.asked) - 1 - lost, done.report["pages"]
        if len(raw) >= path.stat().st_size and lost <= 2:
            assert stage.crawl(folder=folder).code == 0
            stage.same(folder)


def flip(raw: bytearray, dice: random.Random) -> int:
    """One bit of one byte."""
    raw[dice.randrange(len(raw) // 10, len(raw))] ^= 1 << dice.randrange(8)
    return 2


def truncate(raw: bytearray, dice: random.Random) -> int:
    """The end is not there."""
    size = dice.randrange(len(raw) * 9 // 10, len(raw) - 5)
    del raw[size:]
    return 20


def zeros(raw: bytearray, dice: random.Random) -> int:
    """A tail of zeros."""
    raw.extend(bytes(dice.randrange(10, 9000)))
    return 0


CASES = (
    Case(39, "full disk at first", partial(full_disk, seasoned=False)),
    Case(39, "full disk later", partial(full_disk, seasoned=True)),
    Case(40, "read-only disk", read_only),
    Case(40, "files may not grow", limited),
    Case(40, "failed sync", failed_sync),
    Case(41, "killed at random", killed),
    *(Case(42, f"{one.name} once", partial(signalled, one)) for one in (
        signal.SIGINT, signal.SIGTERM, signal.SIGHUP)),
    Case(42, "SIGTERM twice", signalled_twice),
    Case(42, "broken pipe", broken_pipe),
    Case(43, "power lost at random", partial(killed, harm=lose_power)),
    Case(44, "three at once", two_at_once),
    Case(44, "lock of a dead process", dead_holder),
    Case(44, "readers meanwhile", readers),
    Case(45, "clock an hour back", partial(jump, -3600.0)),
    Case(45, "clock a day ahead", partial(jump, 86_400.0)),
    Case(45, "due times in 2040", far_future),
    Case(45, "other time zones", time_zone),
    Case(46, "head of the state overwritten", partial(corrupt, at=0.0, data=b"nonsense" * 8)),
    Case(46, "middle of the state overwritten", partial(corrupt, at=0.5, data=bytes(8192))),
    Case(46, "state of a newer version", partial(schema, 99, 6, "newer ris-scraper")),
    Case(46, "state of an older version", partial(schema, 1, 0, "")),
    Case(46, "state deleted", deleted),
    Case(47, "archive with a flipped bit", partial(torn, flip)),
    Case(47, "archive cut", partial(torn, truncate)),
    Case(47, "archive with a tail of zeros", partial(torn, zeros)),
)  # fmt: skip
