"""The commands of `ris`: words of the command line → one call.

Each command returns the call that does its work (`cli.main` makes it), and what the work needs is imported in
the call: so `ris catalog` never loads the parser, and `ris --help` loads nothing at all.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

Work = Callable[[], int]

_SOURCE_HELP = "A name of the catalog (ris catalog WORD) or an address."

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.command()
def parse(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Saved pages; - is stdin.")],
    url: Annotated[str, typer.Option(help="The address of every file given: links become absolute.")] = "",
    vendor: Annotated[str, typer.Option(help="Read as this product instead of detecting it.")] = "",
    links: Annotated[bool, typer.Option("--links", help="Add what a crawl would follow.")] = False,
    text: Annotated[
        bool, typer.Option("--text", help="The files are plain text (as .txt always is).")
    ] = False,
) -> Work:
    """Turn saved pages into JSON Lines on stdout.

    A file that cannot be read as a page is reported on stderr, and the others go on (exit 3).

    \b
    Examples:
      ris parse page.html --url https://herne.de/allris/vo020.asp?VOLFDNR=1
      ris parse saved/*.html > records.jsonl
      curl -s https://… | ris parse - --url https://… --links
      ris parse corpus/*.txt
    """

    def work() -> int:
        from scraper import console, saved

        reading = saved.Reading(url=url, vendor=vendor or None, links=links, text=text)
        return console.print_answers(saved.answers(files, reading))

    return work


@app.command()
def probe(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=_SOURCE_HELP)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> Work:
    """Tell whether a site can be crawled, and why.

    Product, version, base path, released programs, charset, robots.txt, OParl endpoint and one
    sample record, with about a dozen requests and without writing a file. Exit 0 if a crawl can
    work, 1 if not.

    \b
    Examples:
      ris probe herne
      ris probe https://ris.example.org/bi/ --json
    """

    def work() -> int:
        import datetime as dt

        from scraper import catalog, console
        from scraper.probe import probe, window_of

        findings = probe(catalog.resolve(source), window_of(dt.date.today()))
        return console.print_findings(findings, as_json=as_json)

    return work


@app.command()
def schema(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="paper, meeting, agenda_item …")] = "",
) -> Work:
    """Print the JSON Schema of the records.

    \b
    Examples:
      ris schema paper
      ris schema > ris.schema.json
    """

    def work() -> int:
        from scraper.schema import document

        sys.stdout.write(document(kind))
        return 0

    return work


@app.command()
def catalog(
    word: Annotated[str, typer.Argument(metavar="WORD", help="Part of a name, state or product.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> Work:
    """Search the catalog of known installations.

    On a terminal a table, elsewhere tab-separated values with a head line. Exit 1 when nothing is found.

    \b
    Examples:
      ris catalog herne
      ris catalog "allris3 Niedersachsen"
      ris catalog --json > installations.jsonl
    """

    def work() -> int:
        from scraper import console
        from scraper.catalog import search

        return console.print_catalog(word, search(word), as_json=as_json)

    return work
