"""`python -m tests.faults.ris …`: the command `ris` on a machine that fails as the environment says.

`FAULTS` is JSON. `hurry`: waits that take minutes by design take a fraction of a second. `names`: host →
list of addresses, or the error of the name server. `jump`: the wall clock jumps by so many seconds as soon as
the file `at` is there. `fsync`: which sync of the archive fails, counted from 1. `pages`: how many are more
than any town has.
"""

from __future__ import annotations

import datetime as dt
import errno
import itertools
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ERRORS = {"NXDOMAIN": socket.EAI_NONAME, "SERVFAIL": socket.EAI_AGAIN, "EMPTY": socket.EAI_NODATA}


def main() -> int:
    """Plays the faults, then runs the command."""
    faults: dict[str, Any] = json.loads(os.environ.get("FAULTS", "{}"))
    if "names" in faults:
        setattr(socket, "getaddrinfo", partial(_look_up, faults["names"], socket.getaddrinfo))  # noqa: B010
    if "fsync" in faults:
        setattr(os, "fdatasync", _failing(os.fdatasync, faults["fsync"]))  # noqa: B010
    if faults.get("hurry"):
        _hurry()
    if "jump" in faults:
        _jump(faults["jump"], Path(faults["at"]))
    if "pages" in faults:
        _few(faults["pages"])
    from scraper.cli import main as ris

    return ris()


def _hurry() -> None:
    from scraper import fetcher
    from scraper.crawling import schedule
    from scraper.sandbox import Sandbox
    from scraper.wire.dial import Limits

    schedule.RETRY_SECONDS, schedule.PAUSE_SECONDS = 0.02, 0.1
    setattr(fetcher, "Limits", partial(Limits, total_seconds=1.0, connect_seconds=0.8))  # noqa: B010
    (Sandbox.__init__.__kwdefaults__ or {})["seconds"] = 2.0


def _few(pages: int) -> None:
    from scraper.crawling import schedule

    schedule.MOST_PAGES = pages


def _jump(seconds: float, at: Path) -> None:
    from scraper import harvest

    def now() -> dt.datetime:
        late = dt.timedelta(seconds=seconds if at.exists() else 0)
        return dt.datetime.now(dt.UTC) + late

    (harvest.crawl.__kwdefaults__ or {})["now"] = now


def _failing(sync: Callable[[int], None], number: int) -> Callable[[int], None]:
    calls = itertools.count(1)

    def failing(descriptor: int) -> None:
        if next(calls) == number:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(descriptor)

    return failing


def _look_up(names: dict[str, Any], system: Callable[..., Any], host: str, port: int, **more: Any) -> Any:
    told = names.get(host)
    if told is None:
        return system(host, port, **more)
    if told == "SLOW":
        time.sleep(30)
    if isinstance(told, str):
        raise socket.gaierror(ERRORS.get(told, socket.EAI_AGAIN), f"{told} (played)")
    found = [system(address, port, **more) for address in told]
    return list(itertools.chain.from_iterable(found))


if __name__ == "__main__":
    sys.exit(main())
