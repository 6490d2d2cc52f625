"""The sandbox: results and errors cross over, hostile calls are stopped, nothing is left behind."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper import sandbox as sandbox_module
from scraper.errors import NotFoundError, ParseLimitError
from scraper.sandbox import Sandbox

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z")


def soon(condition: Any) -> bool:
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.02)
    return False


def play(value: Any) -> Any:  # noqa: PLR0911, PLR0912 (a table of deeds)
    """A function with every bad habit, chosen by the value."""
    match value:
        case "pid":
            return os.getpid()
        case "hang":
            while True:
                pass
        case "sleep":
            time.sleep(60)
        case "memory":
            return len(bytearray(1_000_000_000))
        case "die":
            os._exit(7)
        case "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exit":
            sys.exit(3)
        case "not found":
            raise NotFoundError("http://ris.example/x", "no such paper")
        case "bug":
            return {}["missing"]
        case "unpicklable error":
            raise type("LocalError", (Exception,), {})("made here")
        case "unpicklable result":
            return lambda: None
        case signal.Signals():
            os.kill(os.getpid(), value)
            return "survived"
        case "stubborn":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(60)
        case bytes():
            return value * 2
    return ("did", value)


@pytest.fixture
def box() -> Iterator[Sandbox[Any, Any]]:
    with Sandbox(play, seconds=0.4, megabytes=200) as sandbox:
        yield sandbox


def test_results_come_from_one_other_process(box: Sandbox[Any, Any]) -> None:
    assert box.run(5) == ("did", 5)
    pid = box.run("pid")
    assert pid != os.getpid()
    assert box.run("pid") == pid


@pytest.mark.parametrize("size", [0, 1, 65_536, 5_000_000])
def test_large_values_and_results(box: Sandbox[Any, Any], size: int) -> None:
    value = os.urandom(size)
    assert box.run(value) == value * 2


def test_errors_of_the_function_are_raised_with_their_data(box: Sandbox[Any, Any]) -> None:
    with pytest.raises(NotFoundError) as caught:
        box.run("not found")
    assert (caught.value.url, caught.value.reason) == ("http://ris.example/x", "no such paper")
    assert not hasattr(caught.value, "__notes__")
    pid = box.run("pid")
    with pytest.raises(KeyError) as bug:
        box.run("bug")
    assert "in play" in "".join(bug.value.__notes__)
    assert box.run("pid") == pid


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("unpicklable error", "LocalError: made here"),
        ("unpicklable result", "pickle"),
        ("exit", "SystemExit: 3"),
    ],
)
def test_what_cannot_cross_over_becomes_an_error(box: Sandbox[Any, Any], value: str, text: str) -> None:
    with pytest.raises(Exception, match=text) as caught:
        box.run(value)
    assert not isinstance(caught.value, ParseLimitError)
    assert box.run(1) == ("did", 1)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("hang", "took longer than 0.4 s"),
        ("sleep", "took longer than 0.4 s"),
        ("stubborn", "took longer than 0.4 s"),
        ("memory", "took more than 200 MiB of memory"),
        ("die", "ended by itself (status 7)"),
        ("segfault", "killed by SIGSEGV"),
    ],
)
def test_hostile_calls_are_stopped_and_the_next_works(
    box: Sandbox[Any, Any], value: str, reason: str
) -> None:
    first = box.run("pid")
    with pytest.raises(ParseLimitError) as caught:
        box.run(value)
    assert caught.value.url == ""
    assert reason in caught.value.reason
    assert box.run("pid") != first
    assert not alive(first)


def test_the_memory_limit_counts_from_the_parents_size() -> None:
    ballast = bytearray(300_000_000)
    with Sandbox(lambda size: len(bytearray(size)), megabytes=100) as box:
        assert box.run(50_000_000) == 50_000_000
        with pytest.raises(ParseLimitError):
            box.run(150_000_000)
    assert len(ballast) == 300_000_000


def test_the_time_limit_is_for_each_call() -> None:
    with Sandbox(time.sleep, seconds=0.4) as box:
        for _ in range(3):
            box.run(0.15)
        assert list(box.map([0.15] * 3)) == [None] * 3


def test_a_child_that_died_between_calls_is_no_ones_fault(box: Sandbox[Any, Any]) -> None:
    pid = box.run("pid")
    os.kill(pid, signal.SIGKILL)
    assert soon(lambda: not alive(pid))
    assert box.run(1) == ("did", 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_to_the_group_are_for_the_parent_only(box: Sandbox[Any, Any], number: int) -> None:
    assert box.run(number) == "survived"


def test_signals_reach_the_parent_while_children_are_started() -> None:
    came = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: came.append(number))
    try:
        with Sandbox(play) as box:
            box.run(1)
            os.kill(os.getpid(), signal.SIGTERM)
            assert soon(lambda: came == [signal.SIGTERM])
    finally:
        signal.signal(signal.SIGTERM, before)


def test_an_interrupted_call_does_not_answer_the_next(box: Sandbox[Any, Any]) -> None:
    def interrupt(number: int, frame: Any) -> None:
        raise InterruptedError

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(InterruptedError):
            box.run("sleep")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert box.run(2) == ("did", 2)


def test_map_keeps_the_order_and_hands_errors_over(box: Sandbox[Any, Any]) -> None:
    values = [1, "hang", 2, "not found", "die", 3, "memory", "memory", 4]
    found = list(box.map(values))
    assert [one for one in found if not isinstance(one, Exception)] == [("did", n) for n in (1, 2, 3, 4)]
    kinds = [type(found[at]) for at in (1, 3, 4, 6, 7)]
    assert kinds == [ParseLimitError, NotFoundError, ParseLimitError, ParseLimitError, ParseLimitError]


def test_map_of_nothing(box: Sandbox[Any, Any]) -> None:
    assert list(box.map([])) == []


@pytest.mark.parametrize("size", [10, 400_000, 3_000_000])
def test_map_with_values_larger_than_the_socket(box: Sandbox[Any, Any], size: int) -> None:
    values = [bytes([n]) * size for n in range(7)]
    assert list(box.map(iter(values))) == [value * 2 for value in values]


def test_map_works_while_the_caller_reads() -> None:
    """With four values of 0.1 s on both sides, working one after the other would take 0.8 s."""
    order: list[tuple[str, float]] = []

    def slow_source() -> Iterator[int]:
        for number in range(4):
            time.sleep(0.1)
            order.append(("read", time.monotonic()))
            yield number

    def work(number: int) -> float:
        started = time.monotonic()
        time.sleep(0.1)
        return started

    with Sandbox(work) as box:
        started = [found for found in box.map(slow_source()) if isinstance(found, float)]
    reads = [at for _, at in order]
    assert started[1] < reads[2], "the child was at work before the third value was read"


def test_a_paused_map_kills_nobody() -> None:
    with Sandbox(play, seconds=0.2) as box:
        stream = box.map([b"x" * 2_000_000 for _ in range(3)])
        found = []
        for one in stream:
            found.append(one)
            time.sleep(0.3)
    assert [type(one) for one in found] == [bytes] * 3


def test_a_map_that_is_given_up_leaves_a_clean_box(box: Sandbox[Any, Any]) -> None:
    stream = box.map([1, 2, 3, 4])
    next(stream)
    with pytest.raises(RuntimeError, match="map"):
        box.run(9)
    stream.close()  # type: ignore[attr-defined]
    assert box.run(9) == ("did", 9)


def test_close_ends_the_child_and_a_later_call_starts_another(box: Sandbox[Any, Any]) -> None:
    pid = box.run("pid")
    box.close()
    assert not alive(pid)
    assert box.run("pid") not in (pid, os.getpid())


def test_no_descriptor_is_left_open() -> None:
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(3):
        with Sandbox(play, seconds=0.1) as box:
            list(box.map([1, "die", "hang", 2]))
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_a_lock_of_the_parent_is_not_held_by_the_child(tmp_path: Path) -> None:
    lock = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with Sandbox(play) as box:
        box.run(1)
        os.close(lock)
        other = os.open(tmp_path / "lock", os.O_RDWR)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(other)


ORPHAN = """
import os, sys, time
from tests.test_sandbox import play
from scraper.sandbox import Sandbox
box = Sandbox(play, seconds={seconds})
print(box.run("pid"), flush=True)
{then}
"""


@pytest.mark.parametrize(("seconds", "then"), [(60, "time.sleep(60)"), (0.5, "box.run('hang')")])
def test_the_child_ends_with_its_parent(seconds: float, then: str) -> None:
    code = ORPHAN.format(seconds=seconds, then=then)
    root = Path(__file__).parents[1]
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=root)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive(child)
    time.sleep(0.1)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert soon(lambda: not alive(child))


def test_a_process_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    with Sandbox(play) as box:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fork", refuse)
            with pytest.raises(ParseLimitError, match="no parser process can be started: Resource"):
                box.run(1)
        assert box.run(1) == ("did", 1)


def test_without_fork_the_function_runs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_module, "_CAN_FORK", False)
    with Sandbox(play) as box:
        assert box.run("pid") == os.getpid()
        with pytest.raises(NotFoundError):
            box.run("not found")
        first, second = box.map([1, "not found"])
    assert first == ("did", 1)
    assert isinstance(second, NotFoundError)
