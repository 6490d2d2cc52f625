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


_WHERE_HELP = "A town or its output folder [the only one below output/]."

# ---- what is missing, what was not understood


@app.command(cls=Command)
def coverage(
    where: Annotated[str, typer.Argument(metavar="SOURCE|DIR", help=_WHERE_HELP)] = "",
    kind: Annotated[str, typer.Option(metavar="KIND", help="Only meeting, agenda_item, paper …")] = "",
    year: Annotated[str, typer.Option(metavar="YEAR", help="Only what is dated in this year.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> Work:
    """Tell what was announced, what was read, and what is missing.

    A table and a sentence for each kind and year, from the coverage.json that the last crawl wrote. Exit 3
    when something is missing, failed or still to be asked for; 1 when there is no ledger yet.

    \b
    Examples:
      ris coverage herne
      ris coverage output/herne --kind paper --year 2026
      ris coverage --json > coverage.jsonl
    """

    def work() -> int:
        from scraper.terminal import ledgers

        return ledgers.coverage(where, kind, year, as_json=as_json)

    return work


@app.command(cls=Command)
def labels(
    where: Annotated[str, typer.Argument(metavar="SOURCE|DIR", help=_WHERE_HELP)] = "",
    new: Annotated[str, typer.Option(metavar="DAYS", help="Only what was first seen since then.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> Work:
    """List the labels and results that are not understood.

    With counts, first and last sighting, an example and the nearest known wording, from the labels.json
    that the last crawl wrote; the most frequent first. Exit 1 when there is no ledger yet.

    \b
    Examples:
      ris labels herne
      ris labels output/herne --new 7
      ris labels herne --json > labels.jsonl
    """

    def work() -> int:
        from scraper.terminal import ledgers

        return ledgers.labels(where, new, as_json=as_json)

    return work
