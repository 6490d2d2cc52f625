"""A monitor on loopback that keeps what it is told: the other end of `--ping`."""

from __future__ import annotations

import http.server
import threading
from types import TracebackType
from typing import Any


class Monitor:
    """`told`: method, path and body of every ping, in order. `status`: what it answers.

    `hold`: it answers only when this is set.
    """

    def __init__(self, status: int = 200) -> None:
        self.told: list[tuple[str, str, str]] = []
        self.status = status
        self.hold = threading.Event()
        self.hold.set()
        monitor = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                monitor.told.append((self.command, self.path, body))
                monitor.hold.wait(60)
                self.send_response(monitor.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def __enter__(self) -> Monitor:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _ in self.told]
