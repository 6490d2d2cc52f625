"""A monitor on loopback that keeps what it is told: the other end of `--ping`.

`python -m tests.monitor [PORT]` prints it, until interrupted.
"""

from __future__ import annotations

import http.server
import sys
import threading
import time
from types import TracebackType
from typing import Any


class Monitor:
    """`told`: method, path and body of every ping, in order. `status`: what it answers.

    `hold`: it answers only when this is set.
    """

    def __init__(self, status: int = 200, port: int = 0) -> None:
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

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
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


def main() -> None:
    """Prints every ping on a line: method, path, and the first line of what came with it."""
    with Monitor(port=int(sys.argv[1]) if len(sys.argv) > 1 else 9000) as monitor:
        shown = 0
        while True:
            for method, path, body in monitor.told[shown:]:
                print(method, path, body.partition("\n")[0], flush=True)
                shown += 1
            time.sleep(0.2)


if __name__ == "__main__":
    main()
