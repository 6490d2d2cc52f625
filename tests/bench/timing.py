"""Time, CPU time and instruction counts of repeated calls and of commands."""

from __future__ import annotations

import contextlib
import gc
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# A C function that nothing else calls: callgrind writes and resets its counters whenever it is entered.
MARK = "getpriority"
_TOTALS = re.compile(r"^(?:totals|summary): (\d+)", re.M)


@dataclass(frozen=True)
class Times:
    """Seconds of repeated runs."""

    seconds: tuple[float, ...]

    @property
    def least(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def repeated(calls: dict[str, Callable[[], object]], rounds: dict[str, int]) -> dict[str, Times]:
    """CPU seconds of each call. They take turns, so that a slow moment of the machine falls on all."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()  # lazy imports and validators
    for at in range(max(rounds.values())):
        for name, call in calls.items():
            if at < rounds[name]:
                gc.collect()
                began = time.process_time_ns()
                call()
                found[name].append((time.process_time_ns() - began) / 1e9)
    return {name: Times(tuple(seconds)) for name, seconds in found.items()}


def cpu(words: Sequence[str]) -> float:
    """CPU seconds, user and system, of a command and of all that it waited for."""
    return run(words)[0]


def run(words: Sequence[str], good: Sequence[int] = (0,)) -> tuple[float, float, str]:
    """CPU and wall seconds of a command, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=False)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in good:
        raise SystemExit(f"bench: {' '.join(words)}: exit {done.returncode}\n{done.stderr.decode()}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, wall, done.stdout.decode()


def mark() -> None:
    """Ends the count of what ran since the mark before (only under callgrind)."""
    os.getpriority(os.PRIO_PROCESS, 0)


def instructions(module: str) -> list[int] | None:
    """Runs `python -m module` under callgrind: the instructions between its marks, in order.

    None where valgrind is missing or fails.
    """
    if not shutil.which("valgrind"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "counts"
        tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", f"--dump-before={MARK}"]
        words = [*tool, sys.executable, "-m", module]
        environment = os.environ | {"PYTHONHASHSEED": "0"}
        done = subprocess.run(words, cwd=ROOT, capture_output=True, env=environment, check=False)
        if done.returncode:
            sys.stderr.write(f"bench: no instruction counts: {done.stderr.decode()[-2000:]}\n")
            return None
        dumps = sorted(Path(folder).glob("counts.*"), key=lambda path: int(path.suffix[1:]))
        return [_total(path) for path in dumps][1:]  # the first is all before the first mark


def _total(path: Path) -> int:
    with contextlib.suppress(IndexError):
        return int(_TOTALS.findall(path.read_text("latin-1"))[-1])
    return 0
