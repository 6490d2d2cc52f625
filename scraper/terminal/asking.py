"""The commands that ask about a harvest: what changed, what is missing, where a value was read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scraper.terminal.app import Command, Work, app

# ---- evidence: where a value was read, and whether the output follows from the archive


@app.command(cls=Command)
def verify(
    output: Annotated[str, typer.Argument(metavar="OUTPUT", help="The folder of a crawl.")],
    workers: Annotated[int | None, typer.Option(min=1, help="Processes [one a core].")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
) -> Work:
    """Prove that an output follows from its archive.

    Every byte of the archive is checked against its digests, then all of it is read again elsewhere and
    compared with the JSON Lines of OUTPUT, record by record; nothing is written there. Exit 0 when all is
    the same, 3 when something differs or the archive is damaged, 1 when there is nothing to verify.

    Records that the archive told once and tells no longer are counted as kept.

    \\b
    Examples:
      ris verify output/herne
      ris verify output/herne --quiet || echo "look at output/herne"
    """

    def work() -> int:
        from scraper.terminal import proofs, runs

        return proofs.verify(Path(output), workers, runs.Voice(quiet=quiet))

    return work
