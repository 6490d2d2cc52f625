"""Pages from the network: robots.txt, politeness, redirects and outcomes, for one source at a time.

Everything that crosses the wire is given to `record` first. No retry and no long wait happens here: what may
work later is raised as RetryLater, and the frontier, which survives a crash, decides when. An error names the
address of the hop that failed.
"""

from __future__ import annotations

import datetime as dt
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from scraper import __version__
from scraper.errors import Denied, FetchError, GoneError, Refused, RetryLater, UnusableAnswer, UsageError
from scraper.page import Exchange, Page, Request
from scraper.wire.addresses import is_loopback
from scraper.wire.cookies import Jar
from scraper.wire.dial import Limits
from scraper.wire.headers import asked, retry_after
from scraper.wire.hops import REDIRECTS, Validators, check_form, followed, message_of, named
from scraper.wire.permission import Permission, RobotsVerdict
from scraper.wire.sender import Answer, Pace, Sender, clean
from scraper.wire.transport import Transport, Wire

AGENT = "ris-scraper"
PROJECT_URL = "https://github.com/ris-scraper/ris-scraper"
CONTACT = "ris-scraper@posteo.example"
USER_AGENT = f"{AGENT}/{__version__} (+{PROJECT_URL}; {CONTACT})"

DEFAULT_DELAY = 1.0
LEAST_DELAY = 0.5  # seconds; less only for a server on this machine

RETRIED = frozenset({408, 425, 429})  # and every 5xx
WHOLE_HOST = frozenset({429, 503})
REFUSED = frozenset({401, 402, 403, 407, 451})

__all__ = ["Fetched", "Fetcher", "Limits", "RobotsVerdict", "Validators"]


@dataclass(frozen=True)
class Fetched:
    """A usable answer.

    `page`: None when the server says that it has not changed (304). `exchanges`: all hops in order, the
    final answer last. `url`: the address that answered.
    """

    page: Page | None
    validators: Validators
    exchanges: tuple[Exchange, ...]
    url: str


class Fetcher:
    """Fetches pages of one source, one request at a time; a context manager.

    `delay`: seconds between the starts of two requests (None: 1, or none with an own transport); a larger
    Crawl-delay wins. `scope`: which addresses belong to the source (default: its host, with or without
    `www.`). `resume`: the first request waits too, as an earlier process may just have sent one. `stop`: when
    set, waiting requests raise Interrupted and one in flight has two seconds more. `patience`: a request
    whose turn comes later than in so many seconds raises TooSoon. `verify`: an SSLContext or a file with CA
    certificates. Raises UsageError.
    """

    def __init__(
        self,
        base_url: str,
        *,
        source: str = "",
        delay: float | None = None,
        user_agent: str = USER_AGENT,
        limits: Limits | None = None,
        transport: Transport | None = None,
        record: Callable[[Exchange], object] | None = None,
        verify: ssl.SSLContext | str | None = None,
        obey_robots: bool = True,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        scope: Callable[[str], bool] | None = None,
        stop: threading.Event | None = None,
        resume: bool = False,
        patience: float = float("inf"),
    ) -> None:
        self._base_url, own = _own_of(base_url)
        self._source = source
        self._limits = limits = limits or Limits()
        self._scope = scope or (lambda url: same_site(url, self._base_url))
        self._obeys = obey_robots
        self._now = now
        self._jar = Jar(limits.cookies)
        self._timed = transport is None or delay is not None
        gap = _gap(delay, own[0], own_transport=transport is not None)
        self._pace = pace = Pace(gap, clock, sleep, stop, started=resume, patience=patience)
        self._transport = transport or Wire(own, limits=limits, verify=verify, on_sent=pace.sent, stop=stop)
        self._sender = Sender(
            self._transport, pace, self._jar, limits, user_agent=user_agent, record=record, now=now
        )
        self._permission = Permission(
            self._sender, user_agent, clock=clock, now=now, on_delay=self._slow_down
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection."""
        self._transport.close()

    def fetch(
        self, request: Request, validators: Validators | None = None, *, accept_unterminated: bool = False
    ) -> Fetched:
        """The page that `request` leads to.

        `accept_unterminated`: take a page as whole that has neither a length nor an end (the last try).
        Raises RetryLater, RobotsForbidden, Refused, GoneError, or what `record` raises.
        """
        message = message_of(request, validators)
        hops: list[Exchange] = []
        for _ in range(self._limits.redirects + 1):
            self._permit(message.url)
            answer = self._sender.send(message, accept_unterminated=accept_unterminated)
            hops.append(answer.exchange)
            if answer.exchange.status not in REDIRECTS:
                return self._fetched(answer, tuple(hops), validators)
            message = followed(message, answer)
        reason = f"more than {self._limits.redirects} redirects, the last to {message.url}"
        raise UnusableAnswer(request.url, reason)

    def robots(self) -> RobotsVerdict:
        """What the source's robots.txt allows; fetched when first needed, then kept for a day.

        RFC 9309: no file (4xx, HTML, too many redirects) allows everything, no answer (5xx, timeout) nothing
        for now. Raises Refused when the host itself cannot be talked to (no such name, certificate).
        """
        return self._permission.verdict(self._base_url)

    def override_robots(self) -> None:
        """From now on `Disallow` is not obeyed; the file is asked for all the same, and its delay kept."""
        self._permission.overridden = True

    def cookies(self) -> list[dict[str, Any]]:
        """The session as JSON-able values, for `restore_cookies` in a later process."""
        return self._jar.dump()

    def restore_cookies(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Takes up the session that `cookies` gave; malformed rows are ignored."""
        self._jar.load(rows)

    def clear_cookies(self) -> None:
        """Begins a new session."""
        self._jar.clear()

    def _slow_down(self, crawl_delay: float) -> None:
        if self._timed:
            self._pace.gap = max(self._pace.gap, crawl_delay)

    def _permit(self, url: str) -> None:
        """Raises Refused, RobotsForbidden or RetryLater unless `url` may be fetched."""
        check_form(url)
        if not self._scope(url):
            raise Refused(url, f"outside of the source {self._base_url}; not followed")
        if self._obeys:
            self._permission.check(url)

    def _fetched(self, answer: Answer, hops: tuple[Exchange, ...], validators: Validators | None) -> Fetched:
        exchange = answer.exchange
        if exchange.status == 304 and validators is not None:
            return Fetched(None, _validators(answer, validators), hops, exchange.url)
        if not 200 <= exchange.status < 300:
            raise self._outcome(answer)
        if answer.failure is not None:
            raise answer.failure
        page = Page(
            url=exchange.url,
            content=answer.content,
            content_type=answer.header(b"content-type"),
            fetched_at=exchange.fetched_at,
            source=self._source,
            status=exchange.status,
            step=exchange.step,
            asked=asked(exchange.request_head),
        )
        return Fetched(page, _validators(answer), hops, exchange.url)

    def _outcome(self, answer: Answer) -> FetchError:
        """What a final answer that is no page means."""
        url, status = answer.exchange.url, answer.exchange.status
        if status >= 500 or status in RETRIED:
            after = retry_after(answer.header(b"retry-after"), self._now())
            return RetryLater(url, named(status), after, whole_host=status in WHOLE_HOST)
        if status in REFUSED:
            return Denied(url, named(status))
        if status >= 400:
            return GoneError(url, named(status), status)
        return Refused(url, f"{named(status)} is no answer to this request")


def _own_of(base_url: str) -> tuple[str, tuple[str, int]]:
    """The address as it is sent, and its host and port."""
    try:
        check_form(base_url)
        url = clean(base_url)
    except Refused as error:
        raise UsageError(f"{base_url!r}: {error.reason}; give one like https://ris.example.org/") from None
    parts = urlsplit(url)
    return url, (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))


def same_site(url: str, other: str) -> bool:
    """Whether two addresses are of one host, with or without `www.`."""
    return _site(url) == _site(other)


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")


def _gap(delay: float | None, host: str, *, own_transport: bool) -> float:
    if delay is None:
        return 0.0 if own_transport else DEFAULT_DELAY
    if not 0.0 <= delay < float("inf"):
        raise UsageError(f"a delay of {delay} s makes no sense; give a number from {LEAST_DELAY} up")
    if delay < LEAST_DELAY and not own_transport and not is_loopback(host):
        raise UsageError(
            f"a delay of {delay:g} s is too short for {host}: below {LEAST_DELAY} s is only for a server on "
            f"this machine; give {LEAST_DELAY} or more"
        )
    return delay


def _validators(answer: Answer, old: Validators | None = None) -> Validators:
    known = old or Validators()
    return Validators(
        answer.header(b"etag") or known.etag, answer.header(b"last-modified") or known.last_modified
    )
