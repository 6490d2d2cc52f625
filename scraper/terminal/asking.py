"""The commands that ask about a harvest: what changed, what is missing, where a value was read."""

from __future__ import annotations

from typing import Annotated

import typer

from scraper.terminal.app import Command, Work, app

_HARVEST_HELP = "A name of the catalog, an address, or the folder that a crawl wrote."


@app.command(cls=Command)
def budget(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=_HARVEST_HELP)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a folder.")] = False,
) -> Work:
    """Tell what a harvest asked of its hosts.

    From the archive, which has every request: requests a host and hour, gaps and pauses, the rules of
    robots.txt that were applied or overridden, and what conditional requests saved.

    \b
    Examples:
      ris budget herne
      ris budget output/herne --json
    """

    def work() -> int:
        from scraper.terminal import budgeting

        return budgeting.budget(source, as_json=as_json)

    return work
