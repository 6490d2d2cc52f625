"""A tiny site of an invented product: pages are JSON, the server does what a test tells it to."""

from __future__ import annotations

import datetime as dt
import http.server
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from scraper import errors
from scraper.page import Kind, Page, Parsed, Request, Source, Window
from scraper.records import KINDS
from scraper.stamp import stamp
from scraper.vendor import Fingerprint, Route, Vendor

DAY = "2026-06-01"
LETTERS = {"start": Kind.START, "calendar": Kind.CALENDAR, "meeting": Kind.MEETING, "paper": Kind.PAPER,
           "list": Kind.PAPER_LIST, "organization": Kind.ORGANIZATION, "person": Kind.PERSON}  # fmt: skip


def parse(page: Page) -> Parsed:
    """What the JSON of the page says: records, links, or an error to raise."""
    told = json.loads(page.content)
    if "raise" in told:
        name, reason = told["raise"]
        raise getattr(errors, name)(page.url, reason)
    if "garbage" in told:  # a fault of the product's reader
        return Parsed((None,))  # type: ignore[arg-type]
    if page.step and told.get("first") != page.step:
        raise errors.SessionLostError(page.url, f"asked for row {page.step}, got row {told.get('first')}")
    records = tuple(
        KINDS[kind](**stamp(page, kind, native, told.get("vendor", "small")), **{"url": None, **values})
        for kind, native, values in told.get("records", ())
    )
    base = page.url.split("/", 3)
    root = "/".join(base[:3])
    follow = tuple(
        Request(f"{root}/{path}", LETTERS[path.split("/")[0].split("?")[0]], step=step,
                date=dt.date.fromisoformat(day) if day else None,
                address=f"{root}/{more[0]}" if more else "", headers=(("X-Part", "list"),) if more else ())
        for path, step, day, *more in told.get("follow", ())
    )  # fmt: skip
    own = told.get("own")
    return Parsed(records, follow, f"{page.source_name}:{own}" if own else None)


def seeds(source: Source, window: Window) -> Iterable[Request]:
    return (Request(source.base_url + "start", Kind.START),)


def canonical(url: str) -> str:
    return re.sub(r"[?&](?:sid|counter)=\w+", "", url)


def fallback(request: Request) -> Iterable[Request]:
    """A meeting is told by two programs."""
    if request.kind is Kind.MEETING and "?old" not in request.url:
        yield Request(request.url + "?old", Kind.MEETING)


VENDOR = Vendor(
    name="small",
    title="Small",
    seeds=seeds,
    routes=tuple(Route(kind, re.compile(rf"/{word}\b"), parse) for word, kind in LETTERS.items()),
    fingerprint=lambda page: Fingerprint("small", None, 1.0),
    canonical=canonical,
    fallback=fallback,
    expects=(),
)


def page(*records: Any, follow: Iterable[Any] = (), **more: Any) -> bytes:
    """A page: `records` are (kind, native id, values); `follow` paths or (path, step, day, address).

    Meetings are of the day `DAY`, as a calendar tells.
    """
    rows = [
        (one, 0, DAY if one.startswith("meeting/") else None) if isinstance(one, str) else one
        for one in follow
    ]
    return json.dumps({"records": records, "follow": rows, **more}).encode()


@dataclass
class Answer:
    """What the server sends. `cut`: promises more bytes than it sends."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    path: str
    headers: dict[str, str]
    at: float


Given = bytes | Answer | Callable[[Asked], "bytes | Answer"]


class Site:
    """A loopback server. `pages`: path → what to send, or a list of it, in turn (the last stays)."""

    def __init__(self) -> None:
        self.pages: dict[str, Given | list[Given]] = {}
        self.log: list[Asked] = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            disable_nagle_algorithm = True  # head and body are two segments: 40 ms a page otherwise
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site._answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def __enter__(self) -> Site:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    @property
    def source(self) -> Source:
        return Source("musterau", self.url)

    @property
    def asked(self) -> list[str]:
        """Paths in the order of the requests, robots.txt left out."""
        return [one.path for one in self.log if one.path != "robots.txt"]

    def times(self) -> Counter[str]:
        return Counter(self.asked)

    def _answer(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        asked = Asked(handler.path[1:], {k.lower(): v for k, v in handler.headers.items()}, time.monotonic())
        self.log.append(asked)
        given = self.pages.get(asked.path, Answer(b"no such page", 404))
        if isinstance(given, list):
            given = given.pop(0) if len(given) > 1 else given[0]
        answer = given(asked) if callable(given) else given
        answer = answer if isinstance(answer, Answer) else Answer(answer)
        handler.send_response(answer.status)
        for name, value in answer.headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer.body) + 10 * answer.cut))
        handler.end_headers()
        handler.wfile.write(answer.body)
        handler.close_connection = answer.cut


class Time:
    """A clock that runs on only when somebody sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.start = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        return self.start + dt.timedelta(seconds=sum(self.slept))

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
