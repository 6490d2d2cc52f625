"""Runs a function on untrusted input in a child that can be killed: no page takes the crawl down.

Some pages of a few kilobytes cost a parser minutes or gigabytes. The child is forked, so the function
need not be picklable and starts with everything imported; it has a memory limit of its own and is killed
when a call takes too long. Values and results cross a socket pair as pickles, 8 bytes of length before
each. Where a process cannot fork (Windows) the function runs in the caller, without limits.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import select
import signal
import socket
import struct
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, NoReturn, TypeVar

from scraper.errors import ParseLimitError, RisError

A = TypeVar("A")
R = TypeVar("R")

_CAN_FORK = hasattr(os, "fork")
_LENGTH = struct.Struct("<Q")
_WINDOW = 2  # values in the child's hands: one at work, one waiting
_BUFFER = 1 << 20  # asked of the socket; the system may give less
_GRACE = 1.0  # seconds after which the child ends itself when nobody killed it: its parent is gone
_NO_SIGNAL = getattr(socket, "MSG_NOSIGNAL", 0)
# Signals to the whole group are the parent's business; a child ends when its channel closes, or by SIGKILL.
_IGNORED = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_OK, _RAISED, _MEMORY = 0, 1, 2
_OUT_OF_MEMORY = pickle.dumps((_MEMORY, None, ""))
_TIME_SIGNALS = frozenset({"SIGALRM", "SIGXCPU"})


class Sandbox(Generic[A, R]):
    """Calls `function` in a killable child. A context manager; not for several threads at once.

    `seconds`: the most one call may take; None when `function` limits its own time with SIGALRM, which ends
    the child. `megabytes`: how much the child may grow beyond the size that it
    is forked with (kept on Linux; elsewhere as far as the system minds RLIMIT_AS). The child is started
    by the first call, and again after it was killed or died.
    """

    def __init__(
        self, function: Callable[[A], R], *, seconds: float | None = 10.0, megabytes: int = 1024
    ) -> None:
        self._function = function
        self._seconds = seconds
        self._megabytes = megabytes
        self._child: _Child | None = None
        self._pending: deque[bytes] = deque()  # frames without an answer yet, the oldest first

    def __enter__(self) -> Sandbox[A, R]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child; a later call starts another."""
        self._pending.clear()
        if self._child is not None:
            child, self._child = self._child, None
            child.kill()

    def run(self, value: A) -> R:
        """The function's result; what it raises is raised here.

        Raises ParseLimitError (with an empty address) when the call takes too long or too much memory, or
        when the child dies of it.
        """
        if not _CAN_FORK:
            return self._function(value)
        if self._pending:
            raise RuntimeError("run() while map() is at work")
        try:
            self._send(value)
            return self._receive()
        finally:
            if self._pending:  # only when the caller was interrupted: the answer would meet the next call
                self.close()

    def map(self, values: Iterable[A]) -> Iterator[R | Exception]:
        """Results in the order of the values, what a call raises in place of its result.

        The child works on one value while the caller fetches the next and uses the last result.
        """
        if not _CAN_FORK:
            for value in values:
                yield _outcome(self._function, value)
            return
        try:
            for value in values:
                self._send(value)
                if len(self._pending) >= _WINDOW:
                    yield _outcome(self._receive)
            while self._pending:
                yield _outcome(self._receive)
        finally:
            if self._pending:
                self.close()

    def _send(self, value: A) -> None:
        frame = _frame(pickle.dumps(value, protocol=5))
        if self._child is not None and not self._pending and not self._child.alive():
            self._child = None  # it died between two calls, of no value that we know
        if self._child is None and not self._pending:
            with contextlib.suppress(_Death):  # `_receive` tries again and tells
                self._child = self._start()
        self._pending.append(frame)
        if self._child is not None:
            self._child.post(frame)

    def _start(self) -> _Child:
        return _Child(self._function, self._seconds, self._megabytes)

    def _receive(self) -> R:
        """The answer to the oldest value; a child that fails is blamed on that value."""
        try:
            if self._child is None:
                self._child = self._start()
                for frame in self._pending:
                    self._child.post(frame)
            reply = self._child.answer(self._seconds)
        except _Death as death:
            self._child = None
            self._pending.popleft()
            raise ParseLimitError("", str(death)) from None
        self._pending.popleft()
        status, result, trace = pickle.loads(reply)
        if status == _MEMORY:
            self._child.kill()
            self._child = None
            raise ParseLimitError("", f"took more than {self._megabytes} MiB of memory")
        if status == _RAISED:
            if not isinstance(result, RisError):
                result.add_note(f"in the parser process:\n{trace}")
            raise result
        answer: R = result
        return answer


class _Death(Exception):
    """The child is gone; the text says why."""


class _Child:
    """One forked process, seen from its parent."""

    def __init__(self, function: Callable[[Any], Any], seconds: float | None, megabytes: int) -> None:
        self._socket, theirs = socket.socketpair()
        for end in (self._socket, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        # Until the child ignores them, signals would run the parent's handlers, and be written into its pipe.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, _IGNORED)
        try:
            with warnings.catch_warnings():
                # 3.12 warns of other threads' locks; the child needs none of them.
                warnings.simplefilter("ignore", DeprecationWarning)
                self._pid = os.fork()
            if self._pid == 0:
                _work(theirs, function, seconds, megabytes, mask)
        except OSError as error:
            self._socket.close()
            raise _Death(f"no parser process can be started: {error.strerror}") from None
        finally:
            theirs.close()
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        self._socket.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)
        self._outgoing: deque[memoryview] = deque()
        self._since = time.monotonic()  # when the oldest value began to be worked on, at the earliest

    def alive(self) -> bool:
        try:
            ended, _ = os.waitpid(self._pid, os.WNOHANG)
        except ChildProcessError:
            ended = self._pid
        if ended:
            self._socket.close()
        return not ended

    def kill(self) -> int:
        """Ends the process and returns its wait status."""
        self._socket.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        try:
            return os.waitpid(self._pid, 0)[1]
        except ChildProcessError:  # somebody else waits for all children
            return 0

    def post(self, frame: bytes) -> None:
        """Sends what the socket takes now; `answer` sends the rest."""
        if not self._outgoing:
            self._since = max(self._since, time.monotonic())
        self._outgoing.append(memoryview(frame))
        self._push()

    def answer(self, seconds: float | None) -> bytearray:
        """The next answer; raises _Death after `seconds` without one, or when the child dies."""
        head = self._read(_LENGTH.size, seconds)
        return self._read(_LENGTH.unpack(head)[0], seconds)

    def _read(self, size: int, seconds: float | None) -> bytearray:
        data = bytearray(size)
        view, got = memoryview(data), 0
        while got < size:
            try:
                count = self._socket.recv_into(view[got:])
            except BlockingIOError:
                self._wait(seconds)
                continue
            except ConnectionError:
                count = 0
            if not count:
                raise _Death(_cause(self.kill(), seconds))
            got += count
            self._since = time.monotonic()  # an answer that arrives was made in time
        return data

    def _wait(self, seconds: float | None) -> None:
        """Until something can be read, sending meanwhile. Bytes that go out put the clock back: the child
        takes them only when it is not at work."""
        while True:
            self._poll.modify(self._socket, select.POLLIN | (select.POLLOUT if self._outgoing else 0))
            left = None if seconds is None else max(self._since + seconds - time.monotonic(), 0.0) * 1000
            events = self._poll.poll(left)
            if not events:
                self.kill()
                raise _Death(_too_long(seconds))
            if events[0][1] & ~select.POLLOUT:
                return
            if self._push():
                self._since = time.monotonic()

    def _push(self) -> bool:
        """Sends what the socket takes; a broken one is found out when the answer is read."""
        moved = False
        with contextlib.suppress(BlockingIOError, ConnectionError):
            while self._outgoing:
                count = self._socket.send(self._outgoing[0], _NO_SIGNAL)
                moved = moved or count > 0
                if count < len(self._outgoing[0]):
                    self._outgoing[0] = self._outgoing[0][count:]
                else:
                    self._outgoing.popleft()
        return moved


def _work(
    channel: socket.socket,
    function: Callable[[Any], Any],
    seconds: float | None,
    megabytes: int,
    mask: Iterable[int],
) -> NoReturn:
    """The child's life. Whatever happens, it never returns into the parent's code."""
    status = 1
    try:
        _settle(channel, megabytes)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        while True:
            request = _take(channel)
            if request is None:
                break
            signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE if seconds is not None else 0)
            reply = _reply(function, request)
            signal.setitimer(signal.ITIMER_REAL, 0)
            channel.sendall(_frame(reply), _NO_SIGNAL)
        status = 0
    finally:
        os._exit(status)


def _settle(channel: socket.socket, megabytes: int) -> None:
    """Takes nothing of the parent's along: no handlers, no descriptors (its lock!), no objects to collect."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    for number in _IGNORED:
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        for number in map(int, os.listdir("/dev/fd")):  # noqa: PTH208 (names of descriptors, not files)
            if number > 2 and number != channel.fileno():
                with contextlib.suppress(OSError):
                    os.close(number)
    gc.freeze()
    _limit_memory(megabytes)


def _limit_memory(megabytes: int) -> None:
    import resource

    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        pages = 0
    limit = pages * resource.getpagesize() + megabytes * 1024 * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    with contextlib.suppress(ValueError, OSError):  # systems that know the limit but do not let it be set
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _take(channel: socket.socket) -> bytearray | None:
    """The next value; None when the parent closed its end or is gone."""
    head = _exactly(channel, _LENGTH.size)
    return _exactly(channel, _LENGTH.unpack(head)[0]) if head else None


def _exactly(channel: socket.socket, size: int) -> bytearray | None:
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        count = channel.recv_into(view[got:])
        if not count:
            return None
        got += count
    return data


def _reply(function: Callable[[Any], Any], request: bytearray) -> bytes:
    try:
        return pickle.dumps((_OK, function(pickle.loads(request)), ""), protocol=5)
    except MemoryError:
        return _OUT_OF_MEMORY
    except BaseException as error:
        return _raised(error)


def _raised(error: BaseException) -> bytes:
    """The error as an answer; one that cannot be pickled, or is no Exception, becomes a RuntimeError."""
    trace = traceback.format_exc(limit=-12)
    if isinstance(error, Exception):
        with contextlib.suppress(Exception):
            answer = pickle.dumps((_RAISED, error, trace), protocol=5)
            pickle.loads(answer)
            return answer
    return pickle.dumps((_RAISED, RuntimeError(f"{type(error).__name__}: {error}"), trace), protocol=5)


def _frame(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data


def _outcome(call: Callable[..., R], *arguments: Any) -> R | Exception:
    try:
        return call(*arguments)
    except Exception as error:
        return error


def _cause(status: int, seconds: float | None) -> str:
    """Why a child with this wait status died."""
    if not os.WIFSIGNALED(status):
        return f"the parser process ended by itself (status {status >> 8})"
    name = signal.Signals(os.WTERMSIG(status)).name
    if name in _TIME_SIGNALS:
        return _too_long(seconds)
    return f"the parser process was killed by {name}"


def _too_long(seconds: float | None) -> str:
    return "took too long" if seconds is None else f"took longer than {seconds:g} s"
