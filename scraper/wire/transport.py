"""One HTTP/1.1 connection with a guard: a total deadline, checked addresses, bounded heads, kept evidence.

`Wire` is an httpx transport over httpcore's connection and our own network stream, because the pool of httpx
has no total deadline (one byte every half second holds it for ever), resolves the host a second time after
any check, and drops the head of an answer that breaks the protocol.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import httpcore
import httpx

from scraper.wire.dial import Deadline, Dialer, Limits, Resolve, WireError, look_up, words
from scraper.wire.headers import final_head

Transport = httpx.BaseTransport  # whatever answers requests: a Wire, or a replay of an archive

KEEPALIVE_SECONDS = 30.0
_READ_SIZE = 64 * 1024
_NO_BODY = frozenset({204, 304})


class Stream(httpcore.NetworkStream):
    """A connected socket; every wait is bounded by the deadline of the request that is under way.

    `head` collects what arrives until `head_done`; `received` counts the bytes of this answer, `tail` is
    their end, `eof` tells that the server closed.
    """

    def __init__(self, sock: socket.socket, ip: str, limits: Limits, on_sent: Callable[[], None]) -> None:
        self._sock = sock
        self._limits = limits
        self._on_sent = on_sent
        self.ip = ip
        self.deadline = Deadline(limits.total_seconds, None)
        self.head = bytearray()
        self.begin(self.deadline)

    def begin(self, deadline: Deadline) -> None:
        """Forgets the previous answer."""
        self.deadline = deadline
        self.head = bytearray()
        self.head_done = False
        self.received = 0
        self.tail = b""
        self.eof = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while True:
            self._sock.settimeout(self.deadline.slice())
            try:
                data = self._sock.recv(min(max_bytes, _READ_SIZE))
                break
            except (TimeoutError, ssl.SSLWantReadError):
                continue
            except OSError as error:
                self.eof = True
                raise WireError(f"connection lost: {words(error)}") from None
        self.eof = not data
        self.received += len(data)
        self.tail = data[-5:] if len(data) >= 5 else (self.tail + data)[-5:]
        if not self.head_done:
            self._collect(data)
        return data

    def _collect(self, data: bytes) -> None:
        self.head += data
        if len(self.head) > self._limits.header_bytes + _READ_SIZE:
            raise _head_too_large(self._limits)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        self._sock.settimeout(self.deadline.remaining())
        try:
            self._sock.sendall(buffer)
        except OSError as error:
            # httpcore then still reads: a server may answer and close before it has read everything.
            raise httpcore.WriteError(words(error)) from None
        self._on_sent()

    def close(self) -> None:
        self._sock.close()

    def get_extra_info(self, info: str) -> Any:
        return _readable(self._sock) if info == "is_readable" else None


class _Connection(httpcore.HTTP11Connection):
    MAX_INCOMPLETE_EVENT_SIZE = 1024 * 1024  # the size of heads is bounded by Limits, with better words


class Wire(httpx.BaseTransport):
    """Sends one request at a time over one kept connection; never retries, never follows.

    `own`: host and port of the source, see Dialer. `verify`: an SSLContext, the path of a file with
    CA certificates, or None for the usual ones. `on_sent` is called when bytes of a request have left.
    Answers carry the extensions `head` (bytes as received), `ip` and `close_delimited` (only the end of the
    connection told the end of the body). Raises WireError.
    """

    def __init__(
        self,
        own: tuple[str, int],
        *,
        limits: Limits | None = None,
        verify: ssl.SSLContext | str | None = None,
        on_sent: Callable[[], None] = lambda: None,
        stop: threading.Event | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._dialer = Dialer(own, self._limits, lambda: _context(verify), resolve or look_up)
        self._on_sent = on_sent
        self._stop = stop
        self._connection: _Connection | None = None
        self._stream: Stream | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer with its body still to be read. Raises WireError."""
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        deadline = Deadline(self._limits.total_seconds, self._stop)
        connection, stream = self._connected(url.origin, deadline)
        stream.begin(deadline)
        content = cast(Iterable[bytes], request.stream)
        message = httpcore.Request(request.method, url, headers=request.headers.raw, content=content)
        try:
            answer = connection.handle_request(message)
            head, end = self._head(stream)
        except BaseException as error:
            self.close()
            if isinstance(error, Exception):
                raise self._explained(error, stream) from None
            raise
        framing = {name.lower() for name, _ in answer.headers} & {b"content-length", b"transfer-encoding"}
        body = _Body(self, stream, cast(Iterable[bytes], answer.stream), _size(answer, end))
        close_delimited = not framing and answer.status not in _NO_BODY
        extensions = {"head": head, "ip": stream.ip, "close_delimited": close_delimited}
        return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=extensions)

    def close(self) -> None:
        """Drops the connection; the next request opens a new one."""
        if self._connection is not None:
            self._connection.close()
        self._connection = self._stream = None

    def _head(self, stream: Stream) -> tuple[bytes, int]:
        stream.head_done = True
        head, end = final_head(stream.head) or (bytes(stream.head), len(stream.head))
        if len(head) > self._limits.header_bytes:
            raise _head_too_large(self._limits)
        if head.count(b"\n") - 2 > self._limits.header_count:
            reason = f"response head has more than {self._limits.header_count} headers"
            raise WireError(reason, final=True, truncated="length")
        return head, end

    def _explained(self, error: Exception, stream: Stream) -> WireError:
        raw = bytes(stream.head[: self._limits.header_bytes])
        found = final_head(raw)
        failure = _as_wire_error(error, stream.eof, in_body=False)
        failure.head = found[0] if found else raw
        failure.ip = stream.ip
        return failure

    def _connected(self, origin: httpcore.Origin, deadline: Deadline) -> tuple[_Connection, Stream]:
        connection, stream = self._connection, self._stream
        if connection is not None and stream is not None:
            fits = connection.can_handle_request(origin) and connection.is_available()
            if fits and not connection.has_expired():
                return connection, stream
        self.close()
        host, secure = origin.host.decode("ascii"), origin.scheme == b"https"
        stream = Stream(*self._dialer.open(host, origin.port, secure, deadline), self._limits, self._on_sent)
        connection = _Connection(origin, stream, keepalive_expiry=KEEPALIVE_SECONDS)
        self._connection, self._stream = connection, stream
        return connection, stream


class _Body(httpx.SyncByteStream):
    """The body as sent, without framing; at its end it decides whether the connection can be kept."""

    def __init__(self, wire: Wire, stream: Stream, parts: Iterable[bytes], expected: int | None) -> None:
        self._wire = wire
        self._stream = stream
        self._parts = parts
        self._expected = expected
        self._whole = False

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._parts
        except WireError:
            raise
        except Exception as error:
            raise _as_wire_error(error, self._stream.eof, in_body=True) from None
        self._whole = True

    def close(self) -> None:
        cast(Any, self._parts).close()
        stream = self._stream
        surplus = stream.tail != b"0\r\n\r\n" if self._expected is None else stream.received > self._expected
        if not self._whole or surplus:  # bytes behind the answer would be taken for the next one
            self._wire.close()


def _context(verify: ssl.SSLContext | str | None) -> ssl.SSLContext:
    if isinstance(verify, ssl.SSLContext):
        return verify
    if verify is None:
        context = httpx.create_ssl_context(trust_env=False)
    else:
        context = ssl.create_default_context(cafile=verify)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # the Python of some systems (Debian 12) would take 1.0
    return context


def _readable(sock: socket.socket) -> bool:
    """Whether an idle connection has something to say, which can only be its end: it must not be used."""
    sock.settimeout(0.0)
    try:
        sock.recv(1)  # not a look at the descriptor: TLS 1.3 servers send session tickets unasked
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True
    return True


def _size(answer: httpcore.Response, head_end: int) -> int | None:
    """Bytes of the whole answer with its head; None when it is chunked (then the tail must tell)."""
    headers = {name.lower(): value for name, value in answer.headers}
    if answer.status in _NO_BODY:
        return head_end
    if b"transfer-encoding" in headers:
        return None
    length = headers.get(b"content-length", b"").split(b",")[0].strip()
    return head_end + int(length) if length.isdigit() else None


def _head_too_large(limits: Limits) -> WireError:
    reason = f"response head is larger than {limits.header_bytes} bytes"
    return WireError(reason, final=True, truncated="length")


def _as_wire_error(error: Exception, eof: bool, in_body: bool) -> WireError:
    if isinstance(error, WireError):
        return error
    if isinstance(error, httpcore.RemoteProtocolError):
        if eof:
            return WireError(f"answer cut: {error}" if in_body else "connection closed without an answer")
        return WireError(f"answer breaks the protocol: {error}", final=not in_body)
    if isinstance(error, httpcore.LocalProtocolError):
        return WireError(f"request cannot be sent: {error}", final=True)
    return WireError(str(error) or type(error).__name__)
