"""The commands that ask about a harvest: what changed, what is missing, where a value was read."""

from __future__ import annotations

from typing import Annotated

import typer

from scraper.terminal.app import Command, Work, app

_HARVEST = "A folder that was crawled into, or the source's name."


@app.command(cls=Command)
def changes(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=_HARVEST)],
    since: Annotated[str, typer.Option(metavar="DAY", help="Only what was seen from then on.")] = "",
    kind: Annotated[str, typer.Option(metavar="A,B", help="Only of these kinds of records.")] = "",
    field: Annotated[str, typer.Option(metavar="FIELD", help="Only of this key, or: new, gone.")] = "",
    record: Annotated[str, typer.Option(metavar="ID", help="Only of this record.")] = "",
    reader: Annotated[bool, typer.Option("--reader", help="Also what a newer ris reads otherwise.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> Work:
    """Tell what changed in a town since the first crawl.

    Every crawl compares what it reads with what was there before and adds what differs to changes.jsonl: new
    records, other values, replaced attachments, cancelled meetings, records that are gone.

    \b
    Examples:
      ris changes herne --since 2026-11-01
      ris changes herne --kind meeting --field cancelled
      ris changes output/herne --field attachments --json
    """

    def work() -> int:
        from scraper.terminal import arguments
        from scraper.terminal.changes import Wanted, show

        first = arguments.day(since).isoformat() if since else ""
        wanted = Wanted(first, arguments.kinds(kind), field, record, not reader)
        return show(source, wanted, as_json=as_json)

    return work
