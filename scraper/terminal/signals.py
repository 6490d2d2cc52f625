"""Ctrl-C and SIGTERM as an event: the first asks for an orderly end, the second ends at once."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

_WATCHED = tuple(
    number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None
)
_SHOW_CURSOR = b"\x1b[?25h"  # a progress bar hides it


@dataclass
class Stop:
    """`event` is set by the first signal, whose number is then `signal`."""

    event: threading.Event = field(default_factory=threading.Event)
    signal: int | None = None


@contextlib.contextmanager
def watched() -> Iterator[Stop]:
    """Signals set `Stop.event` while the block runs. A signal that is ignored (nohup) stays ignored.

    The bytes of the wake-up pipe are read by a thread: setting an event in a signal handler can deadlock with
    a main thread that is just about to wait for it, and a main thread that hangs in a name lookup
    would never run the handler.
    """
    stop = Stop()
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    numbers = [number for number in _WATCHED if signal.getsignal(number) is not signal.SIG_IGN]
    watcher = threading.Thread(target=_watch, args=(reading, stop), name="signals", daemon=True)
    watcher.start()
    before = {number: signal.signal(number, _noted) for number in numbers}
    fd_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield stop
    finally:
        signal.set_wakeup_fd(fd_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(writing)
        watcher.join()
        os.close(reading)


def _noted(number: int, frame: object) -> None:
    """The signal went through the pipe already."""


def _watch(reading: int, stop: Stop) -> None:
    while byte := os.read(reading, 1):
        if stop.event.is_set():
            _leave(byte[0])
        stop.signal = byte[0]
        stop.event.set()


def _leave(number: int) -> None:
    """At once: what is on disk is consistent at any moment (see store and exporter)."""
    if os.isatty(2):
        os.write(2, _SHOW_CURSOR)
    os._exit(128 + number)
