"""`--ping URL`: a monitor (healthchecks style) is told when a crawl begins and how it ended.

The address is a secret: whoever knows it can report in the operator's name. No message shows more than its
host. The operator chose it, so none of the rules for crawled sites apply: this is no part of the fetcher.
"""

from __future__ import annotations

import contextlib
import http.client
import logging
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from scraper import __version__
from scraper.errors import UsageError

VARIABLE = "RIS_PING"
SECONDS = 10.0  # for one try
TRIES = 2
HURRIED = 1.0  # for all of it once the run is to end
_STEP = 0.2
_LONGEST = 10_000  # bytes of a body: what healthchecks keeps of one
# What is put behind the address for an exit code; any other code goes there as it is.
ENDINGS = {0: "", 1: "/fail"}

Say = Callable[[str, int], object]


class Ping:
    """Tells the monitor at `url`; `say(text, level)` gets one line when that does not work.

    `stop`: when set, the monitor is waited for no longer than a second. Raises UsageError for what is no
    address.
    """

    def __init__(self, url: str, stop: threading.Event, say: Say) -> None:
        self._parts = urlsplit(url)
        self._host = _host(url)
        self._stop = stop
        self._say = say

    def started(self) -> None:
        """GET `URL/start`."""
        self._tell("/start", "")

    def ended(self, code: int, told: str) -> None:
        """POST `told` as text to `URL` (0), `URL/fail` (1) or `URL/<code>`."""
        self._tell(ENDINGS.get(code, f"/{code}"), told)

    def _tell(self, behind: str, told: str) -> None:
        path = self._parts.path.rstrip("/") + behind
        request = urllib.request.Request(
            urlunsplit(self._parts._replace(path=path, fragment="")),
            data=told.encode("utf-8", "replace")[:_LONGEST] or None,
            headers={
                "User-Agent": f"ris-scraper/{__version__}",
                "Content-Type": "text/plain; charset=utf-8",
            },
        )
        for _ in range(TRIES):
            trouble = self._tried(request)
            if not trouble:
                return
            if self._stop.is_set():
                break
        self._say(f"the ping to {self._host} did not work: {trouble}", logging.WARNING)

    def _tried(self, request: urllib.request.Request) -> str:
        """Why one try did not work, "" if it did. In a thread: a name lookup knows no time limit."""
        answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=lambda: answers.put(_send(request)), daemon=True, name="ping").start()
        waited = 0.0
        while waited < (HURRIED if self._stop.is_set() else SECONDS):
            with contextlib.suppress(queue.Empty):
                return answers.get(timeout=_STEP)
            waited += _STEP
        return "no answer in time"


def _host(url: str) -> str:
    """The host of an address that can be pinged; the UsageError never shows the address."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.username is None and parts.port != 0
        if fits and parts.hostname and url.isascii() and url.isprintable() and " " not in url:
            return parts.hostname
    raise UsageError("--ping: this is no address that can be pinged; give one like https://hc.example/UUID")


def _send(request: urllib.request.Request) -> str:
    """Why the monitor could not be told, without its address; "" when it was."""
    try:
        with urllib.request.urlopen(request, timeout=SECONDS):
            return ""
    except urllib.error.HTTPError as error:
        return f"HTTP {error.code}"
    except OSError as error:
        reason = getattr(error, "reason", error)
        return str(getattr(reason, "strerror", None) or type(reason).__name__)
    except (ValueError, http.client.HTTPException) as error:
        return type(error).__name__
