"""`make demo`: crawl the fixture town, served on this machine, with the real command."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
OUTPUT = Path("output") / "demo"
# The day that the invented council lives in, so that the demo shows the same records on every day.
TODAY = dt.date(2026, 11, 24)
SINCE, UNTIL = dt.date(2025, 11, 24), dt.date(2027, 12, 31)


@contextlib.contextmanager
def town() -> Iterator[str]:
    """The town's server in a process of its own; gives its address."""
    command = [sys.executable, "-m", "tests.town", "--port", "0", "--date", TODAY.isoformat()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            address = server.stdout.readline().strip()
            if not address:
                raise SystemExit("demo: the fixture town did not start")
            yield address
        finally:
            server.terminate()


def main() -> int:
    shutil.rmtree(ROOT / OUTPUT, ignore_errors=True)  # the port is another one, so nothing could be resumed
    with town() as address:
        words = ["crawl", address, "--delay", "0", "--output", str(OUTPUT)]
        words += ["--since", SINCE.isoformat(), "--until", UNTIL.isoformat()]
        sys.stdout.write(f"$ ris {' '.join(words)}\n")
        sys.stdout.flush()
        return subprocess.run([sys.executable, "-m", "scraper", *words], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
