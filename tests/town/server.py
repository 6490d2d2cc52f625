"""A loopback HTTP server for the town: sessions, expiring downloads, and a log of what was asked."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from types import TracebackType
from typing import BinaryIO
from urllib.parse import parse_qs

from .compare import compare
from .data import REFERENCE
from .markup import start
from .markup.frame import encode
from .markup.lists import PER_PAGE
from .site import PDF, TOKEN, make_site
from .truth import Truth

ROBOTS = "User-agent: *\nDisallow: {}___tmp/\n"
COOKIE = "ASPSESSIONIDQQTATSDB"
_COOKIE = re.compile(COOKIE + r"=(\w+)")
HTML = "text/html"  # no charset, as the product sends it
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


@dataclass(frozen=True)
class Answer:
    """What goes back: body and further headers."""

    body: bytes
    status: int = 200
    media: str = HTML
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Session:
    """An ASP session: its cookie, download folder and position in the paper list."""

    cookie: str
    token: str
    at: int = 0


class Town:
    """A running town. Use it as a context manager, or call `start()` and `stop()`.

    `url`: address of the start page's folder, with a slash at its end. `log`: every request so far.
    `most`: the greatest number of requests in work at one time.
    `before`: called with method and path; its Answer is sent instead of the page (a test breaks things so).
    `skin`: "classic", "r", "cms". `delay`: seconds each answer is held back.
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
        return f"http://127.0.0.1:{self.port}{self.site.prefix}"

    @property
    def truth(self) -> Truth:
        """What a crawl of this town must give."""
        return self.site.truth(self.url)

    def compare(self, folder: Path, since: dt.date | None = None, until: dt.date | None = None) -> list[str]:
        """Every difference between a crawl's output folder and the truth; empty when all is right."""
        return compare(folder, self.truth, since, until)

    def repeated(self) -> dict[str, int]:
        """Addresses asked for more than once; the paging of a list and robots.txt are left out."""
        asked = Counter(e.path for e in self.log if "shownext" not in e.path and e.path != "/robots.txt")
        return {path: times for path, times in asked.items() if times > 1}

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

    def answer(self, method: str, path: str, cookie: str | None, form: str) -> Answer:
        """What the product answers. `path`: with its query; `form`: the body of a POST."""
        place, _, query = path.partition("?")
        if place == "/robots.txt":
            return Answer(ROBOTS.format(self.site.prefix).encode(), media="text/plain")
        if not place.startswith(self.site.prefix):
            return Answer(b"<html><head><title>404</title></head><body>Not Found</body></html>", 404)
        program = place.removeprefix(self.site.prefix)
        session, fresh = self._session(cookie)
        if program.startswith("___tmp/"):
            return self._download(program, session)
        query = "&".join(part for part in (query, form) if part)
        found = self._program(program, query, session, fresh)
        if not fresh:
            return found
        crumb = ("Set-Cookie", f"{COOKIE}={session.cookie}; path=/")
        return Answer(found.body, found.status, found.media, (*found.headers, crumb))

    def _program(self, program: str, query: str, session: Session, fresh: bool) -> Answer:
        if program == "vo040.asp":
            return Answer(self._list(query, session, fresh).replace(TOKEN, session.token.encode()))
        if program == "do027.asp":
            if fresh:  # without the cookie of an earlier page: a page instead of the file
                return Answer(encode(start.NO_FILE))
            number = parse_qs(query).get("DOLFDNR", ["0"])[0]
            target = f"{self.site.prefix}___tmp/tmp/45-181-136/{session.token}/{number}.pdf"
            return Answer(b"<head><title>Object moved</title></head>", 302, headers=(("Location", target),))
        return Answer(self.site.body(program, query).replace(TOKEN, session.token.encode()))

    def _list(self, query: str, session: Session, fresh: bool) -> bytes:
        """The next page of this session's list: the position is in the session, not in the address."""
        step = 0
        if fresh:
            session.at = 0  # without the cookie it is page 1 for ever
        elif "shownext=true" in query:
            step = PER_PAGE
        elif "showprev=true" in query:
            step = -PER_PAGE
        else:
            session.at = 0
        if 0 <= session.at + step < self.site.list_length:
            session.at += step
        return self.site.list_page(session.at)

    def _session(self, cookie: str | None) -> tuple[Session, bool]:
        hit = _COOKIE.search(cookie or "")
        with self._lock:
            if hit and hit.group(1) in self._sessions:
                return self._sessions[hit.group(1)], False
            self._now += 1
            seed = hashlib.sha256(f"session {self._now}".encode()).hexdigest()
            name = seed[:24].upper().translate(str.maketrans("0123456789", "GHIJKLMNOP"))
            session = Session(name, f"{seed[24:54]}/{seed[54:]}")
            self._sessions[name] = session
            return session, True

    def _download(self, program: str, session: Session) -> Answer:
        if f"/{session.token}/" in program:
            return Answer(PDF, media="application/pdf")
        return Answer(b"<html><body>404 - File or directory not found.</body></html>", 404)

    def handle(self, method: str, path: str, cookie: str | None, form: str, began: float) -> Answer:
        """Answer one request and write it into the log."""
        with self._lock:
            self._running += 1
            self.most = max(self.most, self._running)
        try:
            if self.delay:
                time.sleep(self.delay)
            broken = self.before(method, path) if self.before else None
            found = broken if broken is not None else self.answer(method, path, cookie, form)
        finally:
            with self._lock:
                self._running -= 1
        self.log.append(Entry(began, time.monotonic(), method, path, cookie, found.status))
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
        answer = self.server.town.handle(method, path, headers.get("cookie"), form, began)
        keep = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
        self.wfile.write(_bytes(answer, keep, head=method == "HEAD"))
        return keep


def _headers(stream: BinaryIO) -> dict[str, str]:
    found: dict[str, str] = {}
    while line := stream.readline(65537).strip():
        name, _, value = line.decode("latin-1").partition(":")
        found[name.lower()] = value.strip()
    return found


def _bytes(answer: Answer, keep: bool, head: bool) -> bytes:
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
