"""`ris crawl`: its words → one town, or all that fit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from scraper import catalog
from scraper.harvest import Options
from scraper.terminal import arguments, runs, towns
from scraper.terminal.runs import Voice


@dataclass(frozen=True)
class Words:
    """What was given on the command line, "" and None for what was not; see `commands.crawl`."""

    source: str
    since: str
    until: str
    output: str
    delay: float | None
    max_requests: int | None
    max_runtime: str
    kinds: str
    via: str
    oparl: str
    replay: tuple[str, ...]
    every: bool
    state: str
    vendor: str
    workers: int
    full: bool
    quiet: bool
    json_log: bool
    verbose: bool

    @property
    def voice(self) -> Voice:
        """How much is said."""
        return Voice(self.quiet, self.json_log, self.verbose)


def crawl(words: Words) -> int:
    """Crawls, and returns the exit code. Raises UsageError for words that cannot be read or do not fit."""
    way = arguments.choice(words.via, "--via", runs.VIA)
    if words.every:
        fitting = towns.fitting(words.source, words.state, words.vendor)
        output = Path(words.output) if words.output else runs.OUTPUT
        return towns.crawl(towns.Towns(*fitting, output, _for_each(words), words.workers), words.voice)
    town = catalog.resolve(words.source)
    if words.oparl:
        town = replace(town, oparl_url=catalog.address(words.oparl))
    options = Options(
        output=runs.output_of(town, words.output, way),
        window=arguments.window(words.since, words.until, dt.date.today()),
        moving=not (words.since or words.until),
        delay=words.delay,
        max_requests=words.max_requests,
        max_runtime=arguments.span(words.max_runtime),
        kinds=arguments.kinds(words.kinds),
        replay=tuple(map(Path, words.replay)),
        full=words.full,
    )
    return runs.crawl(town, options, words.voice, way)


def _for_each(words: Words) -> tuple[str, ...]:
    """The options that every town is crawled with."""
    given = {
        "since": words.since, "until": words.until, "delay": words.delay, "kinds": words.kinds,
        "max-requests": words.max_requests, "max-runtime": words.max_runtime, "via": words.via,
        "full": words.full,
    }  # fmt: skip
    return arguments.words(given)
