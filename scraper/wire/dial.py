"""A connected, checked and, for https, verified socket.

The address that is checked is the address that is connected to: the name is looked up once. Look-up,
connection and handshake are each bounded, and so is their sum, by the deadline of the request.
"""

from __future__ import annotations

import errno
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from scraper.wire.addresses import refusal

STOP_SECONDS = 2.0  # what an answer may still take once the run is to end: all of it must be saved within 5
SLICE = 0.25  # seconds that a wait lasts before it looks whether the run is to end

_NO_SUCH_HOST = {getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA") if hasattr(socket, name)}

T = TypeVar("T")
Sockaddr = tuple[Any, ...]
Resolved = tuple[int, Sockaddr]  # address family, socket address
Resolve = Callable[[str, int], list[Resolved]]


@dataclass(frozen=True)
class Limits:
    """What one answer may cost. Bytes of the body: as sent (`body_bytes`) and decompressed."""

    header_bytes: int = 256 * 1024
    header_count: int = 500
    body_bytes: int = 64 * 1024 * 1024
    decoded_bytes: int = 128 * 1024 * 1024
    total_seconds: float = 60.0
    connect_seconds: float = 15.0
    redirects: int = 10
    cookies: int = 100


class WireError(Exception):
    """The connection gave no whole answer.

    `final`: trying again cannot help (certificate, protocol, size). `forbidden`: we do not connect there.
    `truncated`: "time", "length" or "disconnect". `stopped`: the run was to end, the server did nothing
    wrong. `head`: what had arrived of the response head. `ip`: the peer, if there was one.
    """

    def __init__(
        self,
        reason: str,
        *,
        final: bool = False,
        forbidden: bool = False,
        truncated: str = "disconnect",
        stopped: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final or forbidden
        self.forbidden = forbidden
        self.truncated = truncated
        self.stopped = stopped
        self.head = b""
        self.ip: str | None = None


class Deadline:
    """When the answer must be whole. `stop` shortens it to what an interrupted run may still take."""

    def __init__(self, seconds: float, stop: threading.Event | None) -> None:
        self._seconds = seconds
        self._stop = stop
        self._end = time.monotonic() + seconds
        self._stopping = False

    def remaining(self) -> float:
        """Seconds that are left; raises WireError when none are."""
        now = time.monotonic()
        if not self._stopping and self._stop is not None and self._stop.is_set():
            self._stopping = True
            self._end = min(self._end, now + STOP_SECONDS)
        if now >= self._end:
            why = "stopped" if self._stopping else f"not complete within {self._seconds:g} s"
            raise WireError(f"timeout: {why}", truncated="time", stopped=self._stopping)
        return self._end - now

    def slice(self, end: float = float("inf")) -> float:
        """How long to wait before looking again; `end` (monotonic): a nearer limit. Raises WireError."""
        return max(min(self.remaining(), end - time.monotonic(), SLICE), 0.001)


class Dialer:
    """Opens connections for one source.

    `own`: host and port of the source; if that host resolves to a private address at the first connection,
    private addresses are allowed for it and for no other. `context` makes the TLS settings, once, when https
    is first needed. `resolve` looks a name up. Everything raises WireError.
    """

    def __init__(
        self, own: tuple[str, int], limits: Limits, context: Callable[[], ssl.SSLContext], resolve: Resolve
    ) -> None:
        host, port = own
        self._own = {(host.lower(), port)} | ({(host.lower(), 443)} if port == 80 else set())
        self._own_is_private: bool | None = None
        self._limits = limits
        self._make_context = context
        self._context: ssl.SSLContext | None = None
        self._resolve = resolve
        self._last_ip = ""

    def open(self, host: str, port: int, secure: bool, deadline: Deadline) -> tuple[socket.socket, str]:
        """A connected socket and the peer's IP address. `host`: as in a URL, IPv6 in brackets or not."""
        host = host.strip("[]").lower()
        sock, ip = self._dial(host, port, deadline)
        if secure:
            sock = self._secured(sock, host, deadline)
        self._last_ip = ip
        return sock, ip

    def _dial(self, host: str, port: int, deadline: Deadline) -> tuple[socket.socket, str]:
        candidates = self._permitted(host, port, self._addresses(host, port, deadline))
        end = time.monotonic() + min(self._limits.connect_seconds, deadline.remaining())
        failure = "no address"
        for left in range(len(candidates), 0, -1):  # a dead IPv6 route must leave time for IPv4
            family, address = candidates[-left]
            timeout = max((end - time.monotonic()) / left, 0.01)
            try:
                connecting = partial(_connect, family, address, timeout)
                return _within(timeout + SLICE, deadline, connecting, "no connection"), str(address[0])
            except TimeoutError:
                failure = f"timeout: {address[0]} did not accept a connection"
            except OSError as error:
                failure = f"cannot connect to {address[0]} port {port}: {words(error)}"
        raise WireError(failure, truncated="time" if failure.startswith("timeout") else "disconnect")

    def _addresses(self, host: str, port: int, deadline: Deadline) -> list[Resolved]:
        seconds = min(self._limits.connect_seconds, deadline.remaining())
        try:
            late = f"name not looked up within {seconds:g} s"
            found = _within(seconds, deadline, lambda: self._resolve(host, port), late)
        except socket.gaierror as error:
            final = error.errno in _NO_SUCH_HOST
            raise WireError(f"name {host!r} cannot be looked up: {words(error)}", final=final) from None
        except UnicodeError:
            raise WireError(f"{host!r} is no host name", final=True) from None
        return sorted(found, key=lambda item: item[1][0] != self._last_ip)

    def _permitted(self, host: str, port: int, found: list[Resolved]) -> list[Resolved]:
        """Of the resolved addresses those that may be connected to; raises WireError when there is none."""
        public = [item for item in found if refusal(str(item[1][0])) is None]
        if (host, port) in self._own:
            if self._own_is_private is None:  # decided once: a name that turns private later is an attack
                self._own_is_private = bool(found) and not public
            if self._own_is_private:
                return found
        if found and not public:
            address = str(found[0][1][0])
            reason = f"{host} is a {refusal(address)} address ({address}); only the source itself may be one"
            raise WireError(reason, forbidden=True)
        return public

    def _secured(self, sock: socket.socket, host: str, deadline: Deadline) -> socket.socket:
        if self._context is None:
            self._context = self._make_context()
        context, seconds = self._context, min(self._limits.connect_seconds, deadline.remaining())
        sock.settimeout(seconds)
        shaking = partial(context.wrap_socket, sock, server_hostname=host)
        try:
            return _within(seconds + SLICE, deadline, shaking, "no TLS handshake")
        except BaseException as error:
            sock.close()
            if isinstance(error, OSError):
                raise _tls_error(error) from None
            raise


def look_up(host: str, port: int) -> list[Resolved]:
    """The addresses of a host in the order of preference of the system. Raises socket.gaierror."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys((int(family), address) for family, _, _, _, address in found))


def _within(seconds: float, deadline: Deadline, task: Callable[[], T], late: str) -> T:
    """The result of `task`, which cannot be interrupted: neither a slow name server nor a host that does not
    answer may hold a crawl that is to end. `late`: what to say after `seconds`. Raises what `task` raises."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(task())
        except BaseException as error:  # handed on to the waiting thread
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True, name="dial")
    thread.start()
    end = time.monotonic() + seconds
    while thread.is_alive() and time.monotonic() < end:
        thread.join(deadline.slice(end))
    if errors:
        raise errors[0]
    if not results:
        raise WireError(f"timeout: {late}", truncated="time")
    return results[0]


def _connect(family: int, address: Sockaddr, timeout: float) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


def _tls_error(error: OSError) -> WireError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return WireError(f"certificate refused: {error.verify_message}", final=True)
    if isinstance(error, TimeoutError):
        return WireError("timeout in the TLS handshake", truncated="time")
    if isinstance(error, ssl.SSLEOFError) or not isinstance(error, ssl.SSLError):
        return WireError(f"connection lost in the TLS handshake: {words(error)}")
    reason = (error.reason or str(error)).replace("_", " ").lower()
    return WireError(f"no TLS connection: {reason}", final=True)


def words(error: OSError) -> str:
    """What the system says about an error, without its number."""
    code = errno.errorcode.get(error.errno or 0, "")
    return (error.strerror or str(error) or code or type(error).__name__).strip()
