"""One request, one answer: politely timed, read within limits, decoded, recorded before anyone sees it."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from scraper.errors import FetchError, Interrupted, Refused, RetryLater, TooSoon, UnusableAnswer
from scraper.page import Exchange
from scraper.wire.cookies import Jar
from scraper.wire.dial import Limits, WireError
from scraper.wire.encoding import CorruptBodyError, EncodingError, TruncatedBodyError, decode
from scraper.wire.headers import quoted, status_of, tidy_head

# The gap is measured between the bytes leaving here, but kept between requests arriving there: 0.5 % more
# covers a server that was slow to wake up for the first of two.
SLACK = 1.005
END_WINDOW = 16 * 1024  # bytes at the end of a page in which `</html>` is looked for

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Message:
    """What is to be sent. `url`: absolute, percent-encoded, without fragment; `step`: see page.Request."""

    url: str
    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    step: int = 0


@dataclass(frozen=True)
class Answer:
    """What came. `content`: the decoded body of a 2xx answer. `failure`: why there is none that counts."""

    exchange: Exchange
    headers: Headers
    content: bytes = b""
    failure: FetchError | None = None

    def header(self, name: bytes) -> str:
        """All values of a header, joined by commas; "" when it is not there."""
        return header(self.headers, name)


class Pace:
    """Keeps `gap` seconds between the starts of two requests.

    `started`: a request may just have been sent. `sleep`: default waits for `stop`, so that it ends at once.
    `patience`: a wait of more seconds is not waited for but raised.
    """

    def __init__(
        self,
        gap: float,
        clock: Callable[[], float],
        sleep: Callable[[float], object] | None,
        stop: threading.Event | None,
        *,
        started: bool = False,
        patience: float = float("inf"),
    ) -> None:
        self.gap = gap
        self._patience = patience
        self._clock = clock
        self._stop = stop
        self._sleep = sleep or (stop.wait if stop is not None else time.sleep)
        self._started = clock() if started else None

    def wait(self, url: str) -> None:
        """Returns when the next request may start; raises Interrupted when the run is to end, or TooSoon."""
        while True:
            if self._stop is not None and self._stop.is_set():
                raise Interrupted(url, "stopped before the request was sent; run the same command again", 0.0)
            if self._started is None or self.gap <= 0:
                return
            left = self._started + self.gap * SLACK - self._clock()
            if left <= 0:
                return
            if left > self._patience:
                raise TooSoon(url, f"the site wants {self.gap:g} s between two requests", left)
            self._sleep(left)

    def sent(self) -> None:
        """A request begins, or more of it has left: the gap counts from here."""
        self._started = self._clock()


class Sender:
    """Sends messages over a transport. `record` gets every exchange, whole or not, before `send` ends."""

    def __init__(
        self,
        transport: httpx.BaseTransport,
        pace: Pace,
        jar: Jar,
        limits: Limits,
        *,
        user_agent: str,
        record: Callable[[Exchange], object] | None,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._transport = transport
        self._pace = pace
        self._jar = jar
        self._limits = limits
        self._record = record or (lambda exchange: None)
        self._now = now
        self._headers = (
            (b"User-Agent", user_agent.encode("latin-1", "replace")),
            (b"Accept", b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            (b"Accept-Language", b"de"),
            (b"Accept-Encoding", b"gzip, deflate"),
            (b"Connection", b"keep-alive"),
        )

    def send(
        self, message: Message, *, body_limit: int | None = None, accept_unterminated: bool = False
    ) -> Answer:
        """The answer, waited for and recorded. Raises FetchError when there is no head that can be read.

        `body_limit`: for this one answer, then the body is left encoded and a cut there is no failure.
        """
        self._pace.wait(message.url)
        request = self._request(message)
        fetched_at = self._now()
        self._pace.sent()
        try:
            response = self._transport.handle_request(request)
        except WireError as error:
            self._record_broken(message, request, error, fetched_at)
            raise fetch_error(message.url, error) from None
        except httpx.TransportError as error:
            raise RetryLater(message.url, _one_line(error)) from None
        answer = self._answer(message, request, response, fetched_at, body_limit, accept_unterminated)
        self._record(answer.exchange)
        cookies = [value.decode("latin-1") for name, value in answer.headers if name.lower() == b"set-cookie"]
        if cookies:
            self._jar.take(message.url, cookies, fetched_at)
        return answer

    def _request(self, message: Message) -> httpx.Request:
        given = {name.lower() for name, _ in message.headers}
        headers = [pair for pair in self._headers if pair[0].lower() not in given] + [*message.headers]
        cookie = self._jar.header(message.url, self._now())
        if cookie:
            headers.append((b"Cookie", cookie.encode("latin-1")))
        try:
            return httpx.Request(message.method, message.url, headers=headers, content=message.body or None)
        except (httpx.InvalidURL, ValueError) as error:
            raise Refused(message.url, f"no usable address: {_one_line(error)}") from None

    def _answer(
        self,
        message: Message,
        request: httpx.Request,
        response: httpx.Response,
        fetched_at: dt.datetime,
        body_limit: int | None,
        accept_unterminated: bool,
    ) -> Answer:
        body, error = _read(response, body_limit or self._limits.body_bytes)
        headers = response.headers.raw
        content, failure = b"", None
        if error is not None:
            failure = fetch_error(message.url, error)
        elif 200 <= response.status_code < 300 and body_limit is None:
            content, failure = self._decoded(message.url, headers, body)
            cut_off = response.extensions.get("close_delimited") and not accept_unterminated
            if failure is None and cut_off and not _is_complete(header(headers, b"content-type"), content):
                failure = _Cut(message.url, "page without </html> and without a length: maybe cut")
        truncated = error.truncated if error else "disconnect" if isinstance(failure, _Cut) else None
        exchange = Exchange(
            **_sent(message, request),
            status=response.status_code,
            response_head=_response_head(response),
            body=body,
            fetched_at=response.extensions.get("fetched_at", fetched_at),
            ip=response.extensions.get("ip"),
            truncated=truncated,
        )
        return Answer(exchange, headers, content, failure)

    def _decoded(self, url: str, headers: Headers, body: bytes) -> tuple[bytes, FetchError | None]:
        try:
            return decode(body, header(headers, b"content-encoding"), self._limits.decoded_bytes), None
        except TruncatedBodyError as error:
            return b"", _Cut(url, str(error))
        except CorruptBodyError as error:
            return b"", RetryLater(url, str(error))
        except EncodingError as error:
            return b"", UnusableAnswer(url, str(error))

    def _record_broken(
        self, message: Message, request: httpx.Request, error: WireError, fetched_at: dt.datetime
    ) -> None:
        """Keeps the head of an answer that broke the rules, as evidence, if it is a head of HTTP at all."""
        status = status_of(error.head)
        if status is None:
            return
        exchange = Exchange(
            **_sent(message, request),
            status=status,
            response_head=tidy_head(error.head),
            body=b"",
            fetched_at=fetched_at,
            ip=error.ip,
            truncated=error.truncated,
        )
        self._record(exchange)


class _Cut(RetryLater):
    """A body that HTTP takes for whole, but that is not; for callers a RetryLater like others."""


def clean(url: str) -> str:
    """The address as it is sent and archived: percent-encoded, host in lower case, no fragment."""
    try:
        return str(httpx.URL(quoted(url.partition("#")[0].encode("utf-8", "replace"))))
    except (httpx.InvalidURL, ValueError):
        raise Refused(url, "no usable address") from None


def header(headers: Headers, name: bytes) -> str:
    """All values of a header (`name` in lower case), joined by commas; "" when it is not there."""
    return b", ".join(value for key, value in headers if key.lower() == name).decode("latin-1")


def fetch_error(url: str, error: WireError) -> FetchError:
    """The error of the contract for a failure on the wire."""
    if error.stopped:
        return Interrupted(url, error.reason, 0.0)
    if error.forbidden:
        return Refused(url, error.reason)
    return UnusableAnswer(url, error.reason) if error.final else RetryLater(url, error.reason)


def _read(response: httpx.Response, limit: int) -> tuple[bytes, WireError | None]:
    """The body as sent, at most `limit` bytes of it, and why it is not whole."""
    too_large = WireError(f"body is larger than {limit} bytes", final=True, truncated="length")
    parts: list[bytes] = []
    size = 0
    failure: WireError | None = None
    try:
        for part in response.stream:  # type: ignore[union-attr]  # a sync transport gives a sync stream
            parts.append(part)
            size += len(part)
            if size >= limit:
                failure = too_large
                break
    except WireError as error:
        failure = error
    except httpx.TransportError as error:
        failure = WireError(_one_line(error))
    finally:
        response.close()
    return b"".join(parts)[:limit], failure


def _is_complete(content_type: str, content: bytes) -> bool:
    return "html" not in content_type.lower() or b"</html" in content[-END_WINDOW:].lower()


def _sent(message: Message, request: httpx.Request) -> dict[str, Any]:
    """The fields of an exchange that tell of the request."""
    return {
        "url": message.url,
        "method": message.method,
        "request_head": _request_head(request),
        "request_body": message.body,
        "step": message.step,
    }


def _request_head(request: httpx.Request) -> bytes:
    lines = [request.method.encode("ascii") + b" " + request.url.raw_path + b" HTTP/1.1"]
    lines += [name + b": " + value for name, value in request.headers.raw]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _response_head(response: httpx.Response) -> bytes:
    head = response.extensions.get("head")
    if head is not None:
        return tidy_head(head)
    phrase = response.extensions.get("reason_phrase", b"")
    lines = [b"HTTP/1.1 %d %s" % (response.status_code, phrase)]
    lines += [name + b": " + value for name, value in response.headers.raw]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
