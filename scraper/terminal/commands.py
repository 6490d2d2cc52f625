"""The commands that fetch and read: words of the command line → one call."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from scraper.terminal.app import Command, Work, app

_NEW_LABELS = typer.Option("--fail-on-new-labels", help="Exit 3 if a label or result is new.")
_OVERRIDE = "Fetch also what robots.txt forbids, for this reason."
_SOURCE_HELP = "A name of the catalog (ris catalog WORD) or an address."


@app.command(cls=Command)
def crawl(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=_SOURCE_HELP)] = "",
    since: Annotated[str, typer.Option(metavar="DAY", help="First meeting date [12 months ago].")] = "",
    until: Annotated[str, typer.Option(metavar="DAY", help="Last meeting date [all announced].")] = "",
    output: Annotated[str, typer.Option(metavar="DIR", help="Where to write [output/<source>].")] = "",
    delay: Annotated[float | None, typer.Option(min=0, help="Seconds between requests [1].")] = None,
    max_requests: Annotated[int | None, typer.Option(min=1, help="Stop after so many requests.")] = None,
    max_runtime: Annotated[str, typer.Option(metavar="SPAN", help="Stop after 90, 15m or 2h.")] = "",
    kinds: Annotated[str, typer.Option(metavar="A,B", help="Only these kinds of records.")] = "",
    via: Annotated[str, typer.Option(metavar="WAY", help="html, oparl, or both joined.")] = "html",
    oparl: Annotated[str, typer.Option(metavar="URL", help="The town's OParl endpoint.")] = "",
    replay: Annotated[list[str] | None, typer.Option(metavar="ARCHIVE", help="Answer from it.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All towns of the catalog that fit.")] = False,
    state: Annotated[str, typer.Option(metavar="NW", help="With --all: only of this state.")] = "",
    vendor: Annotated[str, typer.Option(metavar="PRODUCT", help="With --all: only this product.")] = "",
    workers: Annotated[int, typer.Option(min=1, help="With --all: hosts at a time.")] = 4,
    full: Annotated[bool, typer.Option("--full", help="Ask for settled pages again, too.")] = False,
    fail_on_new_labels: Annotated[bool, _NEW_LABELS] = False,
    night: Annotated[str, typer.Option(metavar="SPAN", help="Work only in 22:00-06:00, German time.")] = "",
    jitter: Annotated[str, typer.Option(metavar="SPAN", help="Begin up to 15m later, by chance.")] = "",
    ping: Annotated[str, typer.Option(metavar="URL", help="Tell a monitor [$RIS_PING].")] = "",
    textfile: Annotated[str, typer.Option(metavar="FILE", help="Write metrics for Prometheus.")] = "",
    override_robots: Annotated[str | None, typer.Option(metavar="REASON", help=_OVERRIDE)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only what is wrong.")] = False,
    json_log: Annotated[bool, typer.Option("--json-log", help="Say it as JSON, one object a line.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Say everything.")] = False,
) -> Work:
    """Crawl a town's system into a folder of JSON Lines.

    Polite: one request at a time, a second apart (less than 0.5 only for this machine), robots.txt
    obeyed. Interrupt it at any moment: the same command goes on where it stopped. A finished crawl
    that is run again asks only for what may have changed.

    With --all every town of the catalog that fits is crawled: one worker a host, a folder a town.

    Where a town has an OParl endpoint, --via oparl reads that, and --via both joins the two: each value from
    where it is told, with origins.jsonl and disagreements.jsonl beside the records.

    Days are written 2026-01-31 or 31.01.2026. Exit 3: finished, but suspect or partial; what is missing tells
    ris coverage, what was not understood ris labels.

    \b
    Examples:
      ris crawl herne
      ris crawl herne --since 2026-01-01 --until 2026-06-30 --kinds papers,meetings
      ris crawl https://ris.example.org/bi/ --output data/example --max-runtime 2h
      ris crawl herne --replay output/herne/archive --output again
      ris crawl muenster --via both
      ris crawl --all --state NW --vendor sessionnet --output harvest
      ris crawl herne --quiet --night 22:00-06:00 --jitter 15m --ping https://hc.example/UUID
    """

    def work() -> int:
        from scraper.terminal import starting

        words = starting.Words(
            source, since, until, output, delay, max_requests, max_runtime, kinds, via, oparl,
            tuple(replay or ()), every, state, vendor, workers, full, fail_on_new_labels, quiet,
            json_log, verbose, starting.Manners(night, jitter, ping, textfile, override_robots),
        )  # fmt: skip
        return starting.crawl(words)

    return work


@app.command(cls=Command)
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
        from scraper.terminal import console, saved

        reading = saved.Reading(url=url, vendor=vendor or None, links=links, text=text)
        return console.print_answers(saved.answers(files, reading))

    return work


@app.command(cls=Command)
def reparse(
    archives: Annotated[list[str], typer.Argument(metavar="ARCHIVE…", help="WARC files or their folders.")],
    output: Annotated[str, typer.Option(metavar="DIR", help="Where to write [output/reparsed].")] = "",
    workers: Annotated[int | None, typer.Option(min=1, help="Processes [one a core].")] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Only show what would change.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --diff: one JSON object a change.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only what is wrong.")] = False,
    json_log: Annotated[bool, typer.Option("--json-log", help="Say it as JSON, one object a line.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Say everything.")] = False,
) -> Work:
    """Turn archived responses into records again, offline.

    The same records, byte for byte, as the crawl wrote; with a newer version of this software, what
    that one reads. The archive is only read. What is damaged is left out and told (exit 3).

    With --diff nothing is written: every field is printed that would differ from the JSON Lines in --output
    [the folder that holds the archive]. Exit 0 if nothing would change, 3 if something would.

    \b
    Examples:
      ris reparse output/herne/archive
      ris reparse output/herne/archive --diff
      ris reparse old/*.warc.gz --output output/again --workers 4
    """

    def work() -> int:
        from scraper.terminal import runs

        paths, voice = [Path(archive) for archive in archives], runs.Voice(quiet, json_log, verbose)
        if diff:
            from scraper.terminal import proofs

            return proofs.diff(paths, Path(output) if output else None, workers, voice, as_json=as_json)
        return runs.reparse(paths, Path(output or "output/reparsed"), workers, voice)

    return work


@app.command(cls=Command)
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

        from scraper import catalog
        from scraper.probe import probe, window_of
        from scraper.terminal import console

        findings = probe(catalog.resolve(source), window_of(dt.date.today()))
        return console.print_findings(findings, as_json=as_json)

    return work


@app.command(cls=Command)
def catalog(
    word: Annotated[str, typer.Argument(metavar="WORD", help="Part of a name, state or product.")] = "",
    url: Annotated[str, typer.Argument(metavar="[URL]", help="With add: the address to probe.")] = "",
    name: Annotated[str, typer.Option(metavar="NAME", help="With add: what it is called.")] = "",
    state: Annotated[str, typer.Option(metavar="NW", help="With add: its state.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> Work:
    """Search the catalog of known installations, or add one.

    On a terminal a table, elsewhere tab-separated values with a head line. Exit 1 when nothing is found.

    `ris catalog add URL` probes the address and, if a crawl can work, writes it into your own catalog, which
    stands above the one that comes with ris.

    \b
    Examples:
      ris catalog herne
      ris catalog "allris3 Niedersachsen"
      ris catalog --json > installations.jsonl
      ris catalog add https://ris.example.org/bi/ --name Musterau --state NW
    """

    def work() -> int:
        from scraper.catalog import search
        from scraper.terminal import console

        if word == "add" and url:
            from scraper.terminal.adding import add

            return add(url, name, state)
        return console.print_catalog(word, search(word), as_json=as_json)

    return work


@app.command(cls=Command)
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
        from scraper.terminal.schema import document

        sys.stdout.write(document(kind))
        return 0

    return work
