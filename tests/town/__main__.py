"""`python -m tests.town [--port N] [--date YYYY-MM-DD] [--skin NAME]`: serve the town until interrupted."""

from __future__ import annotations

import argparse
import datetime as dt
from contextlib import suppress

from .data import REFERENCE
from .server import Town
from .sites import skins


def main() -> None:
    """Print the town's address on one line, then serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.town", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--date", type=dt.date.fromisoformat, default=REFERENCE, help="the town's today")
    parser.add_argument("--skin", choices=sorted(skins()), default="classic")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds an answer is held back")
    arguments = parser.parse_args()
    town = Town(arguments.date, arguments.skin, arguments.port, arguments.delay)
    print(town.url, flush=True)
    with suppress(KeyboardInterrupt):
        town.serve()


main()
