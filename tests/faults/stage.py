"""Where the faults are played: a town behind a server that can say anything, and the real command."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.faultserver import Answer, FaultServer, Received, ok
from tests.test_end_to_end import FILES, records, timeless
from tests.town import Town
from tests.town.server import as_bytes

SINCE, UNTIL = "2026-11-16", "2026-11-24"
TIMEOUT = 60.0  # of one process with short waits: a drill that hangs has failed
LONG_TIMEOUT = 1800.0


@dataclass(frozen=True)
class Played:
    """How one process ended. `report`: run.json, {} when there is none. `peak`: MiB of memory at most."""

    code: int
    said: str
    report: dict[str, Any]
    folder: Path
    asked: tuple[str, ...]
    peak: int

    @property
    def told(self) -> str:
        """The reasons of the verdict and of every failure, as one text."""
        failures = [f"{row['outcome']}: {row['reason']}" for row in self.report.get("failures", ())]
        return "\n".join([*self.report.get("reasons", ()), *failures])


class Stage:
    """A running town, and a folder that an undisturbed crawl has filled. A context manager.

    `hurried`: waits are shortened (short form). `answers`: what the server says instead of the town's page.
    """

    def __init__(self, folder: Path, *, hurried: bool = True, skin: str = "classic") -> None:
        self.folder = folder
        self.hurried = hurried
        self.town = Town(skin=skin)
        self.server = FaultServer({}, otherwise=self.page)
        self._numbers = itertools.count(1)
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Stage:
        self.town.start()
        self.server.__enter__()
        self.golden = self.folder / "golden"
        done = self.crawl(folder=self.golden)
        time.sleep(1.1)  # times are told in seconds: what it fetched is to be older than the next start
        assert done.code == 0, done.said
        self.papers = sorted({path for path in done.asked if "VOLFDNR=" in path})
        self.asked = done.asked
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        self.server.__exit__(kind, error, trace)
        self.town.stop()

    @cached_property
    def endpoint(self) -> Stage:
        """The town's OParl endpoint, on a stage of its own."""
        return self._open.enter_context(Stage(self.empty(), hurried=self.hurried, skin="oparl"))

    @property
    def url(self) -> str:
        """The address that is crawled."""
        return f"{self.server.url}{self.town.site.prefix}{self.town.site.start}"

    @property
    def answers(self) -> dict[str, Answer | list[Answer]]:
        """Path → what is said instead."""
        return self.server.answers

    def page(self, received: Received) -> bytes:
        """The town's own answer."""
        return self.other(self.town, received)

    @staticmethod
    def other(town: Town, received: Received) -> bytes:
        """The answer of another town in its place."""
        form = received.body.decode("latin-1")
        return as_bytes(town.handle(received.method, received.path, received.headers, form, received.at))

    def body(self, path: str) -> bytes:
        """The town's page below `path`."""
        return self.page(Received("GET", path, {}, b"", 0, 0.0)).partition(b"\r\n\r\n")[2]

    @contextlib.contextmanager
    def saying(
        self, answers: dict[str, Answer | list[Answer]], otherwise: Answer | None = None
    ) -> Iterator[None]:
        """The server says this while the block runs; `otherwise` instead of every other page."""
        self.server.answers, self.server.otherwise = answers, otherwise or self.page
        try:
            yield
        finally:
            self.server.answers, self.server.otherwise = {}, self.page

    @contextlib.contextmanager
    def paused(self, at: int) -> Iterator[threading.Event]:
        """The answer to the `at`-th request is held back until the block ends; the event tells its coming."""
        reached, go, before = threading.Event(), threading.Event(), len(self.server.log)

        def answer(received: Received) -> bytes:
            if len(self.server.log) - before >= at:
                reached.set()
                go.wait(TIMEOUT)
            return self.page(received)

        with self.saying({}, answer):
            try:
                yield reached
            finally:
                go.set()

    def whole(self, path: str) -> bytes:
        """The town's answer for `path`."""
        return ok(self.body(path))

    def empty(self) -> Path:
        """A new folder."""
        path = self.folder / f"out{next(self._numbers)}"
        path.mkdir()
        return path

    def seasoned(self) -> Path:
        """A new folder that holds what the undisturbed crawl has written."""
        path = self.folder / f"out{next(self._numbers)}"
        shutil.copytree(self.golden, path)
        return path

    def words(self, folder: Path, *more: str, url: str = "") -> list[str]:
        """The words behind `ris`."""
        window = ["--since", SINCE, "--until", UNTIL]
        return ["crawl", url or self.url, "--output", str(folder), "--delay", "0", "--full", *window, *more]

    def start(
        self, words: Iterable[str], faults: dict[str, Any] | None = None, **options: Any
    ) -> subprocess.Popen[str]:
        """A process that is under way. `options`: of Popen, `env` is added to the environment."""
        told = {"hurry": self.hurried, **(faults or {})}
        module = "tests.faults.ris" if any(told.values()) else "scraper"
        env = {**os.environ, "FAULTS": json.dumps(told), **options.pop("env", {})}
        given: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **options}
        return subprocess.Popen([sys.executable, "-m", module, *words], text=True, env=env, **given)

    def crawl(
        self,
        *more: str,
        folder: Path,
        url: str = "",
        faults: dict[str, Any] | None = None,
        **options: Any,
    ) -> Played:
        """Runs the command to its end, and checks what holds for every end."""
        before = len(self.server.log)
        stale = folder / "run.json"
        old = stale.read_bytes() if stale.exists() else b""
        process = self.start(self.words(folder, *more, url=url), faults, **options)
        code, said, peak = ended(process, TIMEOUT if self.hurried else LONG_TIMEOUT)
        new = stale.read_bytes() if stale.exists() else b""
        report = json.loads(new) if new != old else {}
        asked = tuple(one.path for one in self.server.log[before:])
        done = Played(code, said, report, folder, asked, peak)
        check_ending(done)
        return done

    def same(self, folder: Path, but: Iterable[str] = (), *, warnings: bool = True) -> None:
        """The records are those of the undisturbed crawl, besides those whose id ends as one of `but`.

        `warnings`: theirs too.
        """
        mine, theirs = (_lines(each, tuple(but), warnings) for each in (folder, self.golden))
        for name in FILES:
            missing, strange = theirs[name] - mine[name], mine[name] - theirs[name]
            assert not missing, f"{name}: {len(missing)} records lost or changed, first {min(missing)[:300]}"
            assert not strange, f"{name}: {len(strange)} records are new, first {min(strange)[:300]}"


def _lines(folder: Path, but: tuple[str, ...], warnings: bool) -> dict[str, set[str]]:
    """The lines of each file without times and sessions."""
    found: dict[str, set[str]] = {}
    for name, lines in records(folder).items():
        rows = [json.loads(line) for line in lines]
        assert len(rows) == len({row["id"] for row in rows}), f"a record twice in {name}"
        kept = [
            row if warnings else {**row, "warnings": []}
            for row in rows
            if not row["id"].endswith(but or ("\0",))
        ]
        found[name] = {timeless({name: [json.dumps(row)]}) for row in kept}
    return found


def many(stage: Stage, short: int, full: int) -> int:
    """How often, in this form."""
    return short if stage.hurried else full


def check_ending(done: Played) -> None:
    """No traceback, a known exit code, whole lines, and outcomes that add up."""
    assert "Traceback" not in done.said and "internal error" not in done.said, done.said
    assert done.code in {0, 1, 2, 3, 5, 6, 129, 130, 143}, f"exit code {done.code}: {done.said}"
    assert not any(ord(sign) in {27, 0x9B, 0x202E} for sign in done.said), "a page steers the terminal"
    check_lines(done.folder)
    if done.report:
        pages = dict(done.report["pages"])
        assert pages.pop("total") == sum(pages.values()), done.report["pages"]
        assert done.report["exit_code"] == done.code, done.report["exit_code"]


def check_lines(folder: Path) -> None:
    """Every line is whole and JSON."""
    for path in folder.glob("*.jsonl"):
        data = path.read_bytes()
        assert not data or data.endswith(b"\n"), f"half a line in {path}"
        for line in data.splitlines():
            json.loads(line)


def ended(process: subprocess.Popen[str], timeout: float) -> tuple[int, str, int]:
    """Exit code, what was said, and the peak of memory; a process that hangs is killed and fails."""
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watcher.start()
    try:
        said, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
        raise AssertionError(f"did not end within {timeout:g} s; said: {said[-500:]}") from None
    watcher.join()
    return process.returncode, said, peak[0]


def _watch(process: subprocess.Popen[str], peak: list[int]) -> None:
    status = Path(f"/proc/{process.pid}/status")
    tick = threading.Event()
    while process.poll() is None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            peak[0] = max(peak[0], int(status.read_text().split("VmHWM:")[1].split()[0]) // 1024)
        tick.wait(0.02)


Play = Callable[[Stage], None]
