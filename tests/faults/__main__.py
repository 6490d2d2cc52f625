"""`python -m tests.faults [--only N,…] [--full] [--jobs N]`: play the cases, a line each, and a sum."""

from __future__ import annotations

import argparse
import queue
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.faults.case import Case, SkippedError
from tests.faults.cases import CASES
from tests.faults.stage import Stage


def played(case: Case, stages: queue.SimpleQueue[Stage]) -> str:
    """Plays one case on a stage that is free, and tells how it ended."""
    stage, began = stages.get(), time.monotonic()
    try:
        case.play(stage)
        told = "passed"
    except SkippedError as error:
        told = f"skipped: {error}"
    except Exception as error:  # a fault of the drill is no success either
        told = f"FAILED: {type(error).__name__}: {' '.join(str(error).split())[:600]}"
    finally:
        stages.put(stage)
    print(f"{case.id:48} {time.monotonic() - began:6.1f} s  {told}", flush=True)
    return told.partition(":")[0]


def drill(cases: Sequence[Case], *, full: bool, jobs: int) -> Counter[str]:
    """How many cases passed, FAILED and were skipped."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        stages: queue.SimpleQueue[Stage] = queue.SimpleQueue()
        for number in range(min(jobs, len(cases))):
            (folder / str(number)).mkdir()
            stages.put(stack.enter_context(Stage(folder / str(number), hurried=not full)))
        with ThreadPoolExecutor(jobs) as threads:
            return Counter(threads.map(lambda case: played(case, stages), cases))


def main() -> int:
    """Plays what was asked for; 1 if a case failed."""
    # In the background of a shell, or under nohup, these are ignored, and so they would be in every crawl.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", default="", help="numbers of cases, 1,2,…")
    parser.add_argument("--full", action="store_true", help="real waits, more kills, and what is slow")
    parser.add_argument("--jobs", type=int, default=1, help="cases at a time")
    given = parser.parse_args()
    numbers = {int(word) for word in given.only.split(",") if word}
    wanted = [case for case in CASES if not numbers or case.number in numbers]
    for case in (case for case in wanted if case.why):
        print(f"{case.id:48}           not applicable: {case.why}")
    cases = [case for case in wanted if not case.why and (given.full or not case.full)]
    ends = drill(cases, full=given.full, jobs=given.jobs)
    left = sum(bool(case.why) for case in wanted)
    print(
        f"{ends['passed']} passed, {ends['FAILED']} failed; {ends['skipped']} skipped, {left} not applicable"
    )
    return int(ends["FAILED"] > 0)


if __name__ == "__main__":
    sys.exit(main())
