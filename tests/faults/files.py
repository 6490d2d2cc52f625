"""Disks, state files and archives that fail: cases 39, 40, 46 and 47."""

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
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.faults.case import Case, SkippedError
from tests.faults.stage import Played, Stage, ended, many
from tests.faultserver import NOT_FOUND
from tests.oldstate import made_old

SEED = 20261125


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
    ends = set()
    for _ in range(many(stage, 2, 20)):
        room = most + dice.randint(8, most) if seasoned else dice.randint(8, most)
        with disk(stage, f"size={room}k") as place:
            folder = place / "town"
            if seasoned:
                shutil.copytree(stage.golden, folder)
            else:
                folder.mkdir()
            done = stage.crawl(folder=folder)
            ends.add(done.code)
            assert done.code == 0 or len(done.said.splitlines()) <= 3, done.said
            if seasoned:
                stage.same(folder)
            remount(place, "size=64m")
            again = stage.crawl(folder=folder)
            assert again.code == 0, f"{room} KiB: {again.said}"
            stage.same(folder)
    assert ends in ({6}, {0, 6}), f"the disk was never full: {ends}"


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
    for _ in range(many(stage, 1, 20)):
        room, folder = dice.randint(4096, most), stage.empty()
        limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (room, room))
        done = stage.crawl(folder=folder, preexec_fn=limit)
        assert done.code == 6, f"{room} bytes: {done.code}: {done.said}"
        again = stage.crawl(folder=folder)
        assert again.code == 0, f"{room} bytes: {again.said}"
        stage.same(folder)


def failed_sync(stage: Stage) -> None:
    """The disk reports an error when the archive is synced: fatal, not tried again, and nothing is lost."""
    for number in (1, 2, 40)[: many(stage, 1, 3)]:
        folder = stage.empty()
        done = stage.crawl(folder=folder, faults={"fsync": number})
        assert done.code == 6, f"sync {number}: {done.code}: {done.said}"
        assert stage.crawl(folder=folder).code == 0
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
    (folder / "state.sqlite").rename(folder / "state.sqlite.damaged")
    rebuilt(stage, folder)
    assert (folder / "state.sqlite.damaged").exists(), "what was moved away is nobody's business"


def deleted(stage: Stage) -> None:
    """The state is gone: it is built again from the archive, and said so."""
    folder = stage.seasoned()
    (folder / "state.sqlite").unlink()
    rebuilt(stage, folder)


def deleted_after_a_kill(stage: Stage) -> None:
    """The state is gone, but not its journal, which belongs to no file any more."""
    folder = stage.seasoned()
    with stage.paused(40) as reached:
        process = stage.start(stage.words(folder), start_new_session=True)
        assert reached.wait(30), "the crawl did not start"
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert (folder / "state.sqlite-wal").exists(), "killed in time"
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
    if version == 1:
        made_old(folder / "state.sqlite")
    else:
        with contextlib.closing(sqlite3.connect(folder / "state.sqlite")) as db:
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
    for _ in range(many(stage, 1, 20)):
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
        again = stage.crawl(folder=folder)
        assert again.code == (6 if harm is truncate else 0), again.said
        assert ("shorter than" in again.said) == (harm is truncate), again.said
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
    Case(46, "head of the state overwritten", partial(corrupt, at=0.0, data=b"nonsense" * 8), full=True),
    Case(46, "middle of the state overwritten", partial(corrupt, at=0.5, data=bytes(8192))),
    Case(46, "state of a newer version", partial(schema, 99, 6, "newer ris-scraper")),
    Case(46, "state of an older version", partial(schema, 1, 0, "")),
    Case(46, "state deleted", deleted),
    Case(46, "state deleted after a kill", deleted_after_a_kill),
    Case(47, "archive with a flipped bit", partial(torn, flip)),
    Case(47, "archive cut", partial(torn, truncate)),
    Case(47, "archive with a tail of zeros", partial(torn, zeros), full=True),
)  # fmt: skip
