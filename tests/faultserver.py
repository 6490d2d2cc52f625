"""A loopback server that says exactly the bytes a test wants, when it wants: torn, slow, false or none.

An answer is bytes, a tuple of steps, or a function of the request that gives one of both. Steps: bytes are
sent, a number is a pause in seconds, CLOSE ends the connection cleanly, RESET ends it with RST. Without an
end the connection stays open for the next request.
"""

from __future__ import annotations

import contextlib
import enum
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType


class End(enum.Enum):
    CLOSE = "close"
    RESET = "reset"


CLOSE, RESET = End.CLOSE, End.RESET
Steps = tuple[bytes | float | End, ...]


@dataclass(frozen=True)
class Received:
    """One request. `at`/`done`: monotonic seconds when it was whole and when its answer had been sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int
    at: float
    done: list[float] = field(default_factory=list)


Answer = bytes | Steps | Callable[[Received], bytes | Steps]


def ok(
    body: bytes = b"<html>x</html>", *lines: str, status: str = "200 OK", type: str = "text/html"
) -> bytes:
    """A whole answer with Content-Length; `lines` are more header lines."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", f"Content-Type: {type}", *lines]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def redirect(location: str | bytes, status: str = "302 Found", *lines: str) -> bytes:
    """A redirect; `location` is sent as it is."""
    raw = location.encode("latin-1") if isinstance(location, str) else location
    more = "".join(f"{line}\r\n" for line in lines).encode("latin-1")
    return (
        b"HTTP/1.1 "
        + status.encode()
        + b"\r\nContent-Length: 0\r\n"
        + more
        + b"Location: "
        + raw
        + b"\r\n\r\n"
    )


NOT_FOUND = ok(b"", status="404 Not Found")


class FaultServer:
    """Answers by path, with its query or without; a list of answers is used up one by one, the last stays.

    Every other path gets `otherwise`, robots.txt too. `log`: what was asked, in order; `in_flight`: the
    most requests that were ever open at once. `certificate`: a PEM file with key, then it speaks TLS
    (`tls` changes its settings).
    """

    def __init__(
        self,
        answers: dict[str, Answer | list[Answer]],
        certificate: str | None = None,
        *,
        otherwise: Answer = NOT_FOUND,
        tls: Callable[[ssl.SSLContext], object] = lambda context: None,
    ) -> None:
        self.answers = answers
        self.otherwise = otherwise
        self.log: list[Received] = []
        self.connections = 0
        self.in_flight = 0
        self._open = 0
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._tls: ssl.SSLContext | None = None
        if certificate:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
            tls(self._tls)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> FaultServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    @property
    def paths(self) -> list[str]:
        return [received.path for received in self.log]

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            number = self.connections
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError):
            try:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._tls is not None:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                self._converse(connection, number)
            finally:
                connection.close()

    def _converse(self, connection: socket.socket, number: int) -> None:
        buffer = b""
        while not self._closing.is_set():
            while b"\r\n\r\n" not in buffer:
                data = connection.recv(65536)
                if not data:
                    return
                buffer += data
            received, buffer = self._received(connection, buffer, number)
            with self._lock:
                self._open += 1
                self.in_flight = max(self.in_flight, self._open)
                self.log.append(received)
            try:
                if not self._play(connection, self._steps(received)):
                    return
            finally:
                received.done.append(time.monotonic())
                with self._lock:
                    self._open -= 1

    def _received(self, connection: socket.socket, buffer: bytes, number: int) -> tuple[Received, bytes]:
        head, _, rest = buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        size = int(headers.get("content-length", "0"))
        while len(rest) < size:
            rest += connection.recv(65536)
        method, path, _ = first.split(" ")
        received = Received(method, path, headers, rest[:size], number, time.monotonic())
        return received, rest[size:]

    def _steps(self, received: Received) -> Steps:
        path = received.path
        answer = self.answers.get(path, self.answers.get(path.partition("?")[0], self.otherwise))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if callable(answer):
            answer = answer(received)
        return (answer,) if isinstance(answer, bytes) else answer

    def _play(self, connection: socket.socket, steps: Steps) -> bool:
        """Whether the connection stays open."""
        for step in steps:
            if isinstance(step, End):
                if step is RESET:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            if isinstance(step, bytes):
                connection.sendall(step)
            elif self._closing.wait(step):
                return False
        return True
