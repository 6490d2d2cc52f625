"""A loopback HTTP server for the town: sessions, expiring downloads, and a log of what was asked."""

from __future__ import annotations

import datetime as dt
import hashlib
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import formatdate
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from .compare import compare
from .data import REFERENCE
from .sites import NOT_FOUND, Answer, Asked, Session, make_site
from .truth import Truth

REASONS = {200: "OK", 302: "Object moved", 404: "Not Found", 503: "Service Unavailable"}


@dataclass(frozen=True)
class Entry:
    """One request: monotonic seconds when it was read and answered, and what it was."""

    start: float
    end: float
    method: str
    path: str
    cookie: str | None
    status: int


class Town:
    """A running town. Use it as a context manager, or call `start()` and `stop()`.

    `url`: address of the start page's folder, with a slash at its end. `log`: every request so far.
    `most`: the greatest number of requests in work at one time.
    `before`: called with method and path; its Answer is sent instead of the page (a test breaks things so).
    `skin`: see `sites.make_site`. `delay`: seconds each answer is held back.
    """

    def __init__(
        self, date: dt.date = REFERENCE, skin: str = "classic", port: int = 0, delay: float = 0.0
    ) -> None:
        self.site = make_site(skin, date)
        self.log: list[Entry] = []
        self.most = 0
        self.before: Callable[[str, str], Answer | None] | None = None
        self.delay = delay
        self._now = 0
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._server = _Server(("127.0.0.1", port), self)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.site.prefix}{self.site.start}"

    @property
    def truth(self) -> Truth:
        """What a crawl of this town must give."""
        return self.site.truth(f"http://127.0.0.1:{self.port}{self.site.prefix}")

    def compare(self, folder: Path, since: dt.date | None = None, until: dt.date | None = None) -> list[str]:
        """Every difference between a crawl's output folder and the truth; empty when all is right."""
        return compare(folder, self.truth, since, until)

    def repeated(self) -> dict[str, int]:
        """Addresses asked for more than once; the paging of a list and robots.txt are left out."""
        asked = Counter(e.path for e in self.log if not self._is_paging(e.path) and e.path != "/robots.txt")
        return {path: times for path, times in asked.items() if times > 1}

    def _is_paging(self, path: str) -> bool:
        return bool(self.site.paging) and self.site.paging in path

    def start(self) -> Town:
        """Serve in a thread of its own."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        """Serve in this thread until it is interrupted."""
        self._server.serve_forever()

    def __enter__(self) -> Town:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def forget(self) -> None:
        """End all sessions, as a restart of the web server does; downloads offered before are gone."""
        with self._lock:
            self._sessions.clear()

    def answer(self, asked: Asked) -> Answer:
        """What the product answers, with the cookie of a session that begins."""
        if asked.path == "/robots.txt":
            return Answer(self.site.robots().encode(), media="text/plain")
        if not asked.path.startswith(self.site.prefix):
            return NOT_FOUND
        session = self._session(asked.headers.get("cookie", ""))
        found = self.site.answer(asked, session)
        if not (session.fresh and self.site.cookie):
            return found
        session.fresh = False
        crumb = ("Set-Cookie", f"{self.site.cookie}={session.cookie}; path=/")
        return replace(found, headers=(*found.headers, crumb))

    def _session(self, cookies: str) -> Session:
        pairs = dict(part.strip().partition("=")[::2] for part in cookies.split(";"))
        known = pairs.get(self.site.cookie, "")
        with self._lock:
            if known in self._sessions:
                return self._sessions[known]
            self._now += 1
            seed = hashlib.sha256(f"session {self._now}".encode()).hexdigest()
            name = seed[:24].upper().translate(str.maketrans("0123456789", "GHIJKLMNOP"))
            session = Session(name, f"{seed[24:54]}/{seed[54:]}")
            self._sessions[name] = session
            return session

    def handle(self, method: str, path: str, headers: dict[str, str], form: str, began: float) -> Answer:
        """Answer one request and write it into the log. `path`: with its query."""
        with self._lock:
            self._running += 1
            self.most = max(self.most, self._running)
        try:
            if self.delay:
                time.sleep(self.delay)
            broken = self.before(method, path) if self.before else None
            place, _, query = path.partition("?")
            asked = Asked(method, place, query, form, headers)
            found = broken if broken is not None else self.answer(asked)
        finally:
            with self._lock:
                self._running -= 1
        self.log.append(Entry(began, time.monotonic(), method, path, headers.get("cookie"), found.status))
        return found

    _running = 0


class _Handler(socketserver.StreamRequestHandler):
    """HTTP/1.1 with kept connections; only what the town needs, to be cheap a page."""

    rbufsize = 65536
    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        try:
            while self._one():
                pass
        except (ConnectionError, TimeoutError, ValueError):
            return  # the client went away

    def _one(self) -> bool:
        line = self.rfile.readline(65537)
        if not line.strip():
            return False
        began = time.monotonic()
        method, path, version = line.decode("latin-1").split()
        headers = _headers(self.rfile)  # type: ignore[arg-type]
        form = self.rfile.read(int(headers.get("content-length", "0"))).decode("latin-1")
        answer = self.server.town.handle(method, path, headers, form, began)
        keep = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
        self.wfile.write(as_bytes(answer, keep, head=method == "HEAD"))
        return keep


def _headers(stream: BinaryIO) -> dict[str, str]:
    found: dict[str, str] = {}
    while line := stream.readline(65537).strip():
        name, _, value = line.decode("latin-1").partition(":")
        found[name.lower()] = value.strip()
    return found


def as_bytes(answer: Answer, keep: bool = True, head: bool = False) -> bytes:
    """An answer as it crosses the wire."""
    lines = [
        f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, 'Status')}",
        "Server: Microsoft-IIS/10.0",
        f"Date: {formatdate(usegmt=True)}",
        f"Content-Type: {answer.media}",
        f"Content-Length: {len(answer.body)}",
        "Cache-Control: private",
        *(f"{name}: {value}" for name, value in answer.headers),
    ]
    if not keep:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (b"" if head else answer.body)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], town: Town) -> None:
        self.town = town
        super().__init__(address, _Handler)
