"""The commands that ask about a harvest: what changed, what is missing, where a value was read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scraper.terminal.app import Command, Work, app

_HARVEST = "A folder that was crawled into, or the source's name."


@app.command(cls=Command)
def changes(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=_HARVEST)],
    since: Annotated[
        str, typer.Option(metavar="DAY", help="Only what was seen since then [30 days ago].")
    ] = "",
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

        first = arguments.day(since) if since else arguments.lately()
        wanted = Wanted(first.isoformat(), arguments.kinds(kind), field, record, not reader)
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

    \b
    Examples:
      ris verify output/herne
      ris verify output/herne --quiet || echo "look at output/herne"
    """

    def work() -> int:
        from scraper.terminal import proofs, runs

        return proofs.verify(Path(output), workers, runs.Voice(quiet=quiet))

    return work


_RECORD_HELP = "Its id; or the address of its page, or a paper's number."


@app.command(cls=Command)
def why(
    record: Annotated[str, typer.Argument(metavar="RECORD", help=_RECORD_HELP)],
    field: Annotated[str, typer.Argument(metavar="FIELD", help="status, deliberations.0.date …")] = "",
    output: Annotated[str, typer.Option(metavar="DIR", help="The crawl's folder [output/<source>].")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> Work:
    """Show where a value was read: page, place, rule, hash.

    Of a value: what the page prints, the label beside it, the place in the page, the rule that read it,
    and of every page that tells about the record the archived response with its hash. Without FIELD a line
    a field. Exit 3 when a response is missing in the archive or damaged.

    \b
    Examples:
      ris why herne:paper:1010 status
      ris why herne:paper:1010
      ris why 2026/0072 deliberations.0 --output output/herne --json
    """

    def work() -> int:
        from scraper.terminal import tracing

        return tracing.why(record, field, output, as_json=as_json)

    return work


@app.command(cls=Command)
def show(
    record: Annotated[str, typer.Argument(metavar="RECORD", help=_RECORD_HELP)],
    output: Annotated[str, typer.Option(metavar="DIR", help="The crawl's folder [output/<source>].")] = "",
    html: Annotated[bool, typer.Option("--html", help="The bytes as they came.")] = False,
) -> Work:
    """Print the archived page of a record as text.

    The first line tells address, time, hash and archive file.

    \b
    Examples:
      ris show herne:paper:1010
      ris show herne:paper:1010 --html > page.html
    """

    def work() -> int:
        from scraper.terminal import tracing

        return tracing.show(record, output, html=html)

    return work


# ---- politeness

_CRAWLED_HELP = "A name of the catalog, an address, or the folder that a crawl wrote."


@app.command(cls=Command)
def budget(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=_CRAWLED_HELP)],
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
