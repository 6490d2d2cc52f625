"""`ris crawl`: its words → one town, or all that fit."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from scraper import catalog, spans
from scraper.errors import UsageError
from scraper.harvest import Options
from scraper.page import Source
from scraper.terminal import arguments, runs, signals, towns
from scraper.terminal.metrics import Outcome
from scraper.terminal.ping import VARIABLE, Ping
from scraper.terminal.progress import Display
from scraper.terminal.runs import Voice
from scraper.terminal.signals import Stop
from scraper.terminal.summary import summary
from scraper.terminal.watching import Ended, Watchers


@dataclass(frozen=True)
class Manners:
    """The words of a crawl that nobody sits before: when it works, who is told, what it may override."""

    night: str = ""
    jitter: str = ""
    ping: str = ""
    textfile: str = ""
    override_robots: str | None = None


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
    fail_on_new_labels: bool
    quiet: bool
    json_log: bool
    verbose: bool
    manners: Manners = Manners()

    @property
    def voice(self) -> Voice:
        """How much is said."""
        return Voice(self.quiet, self.json_log, self.verbose)


def crawl(words: Words) -> int:
    """Crawls, and returns the exit code. Raises UsageError for words that cannot be read or do not fit."""
    with signals.watched() as stop, words.voice.speaking() as shown:
        url = words.manners.ping or os.environ.get(VARIABLE, "")
        textfile = words.manners.textfile
        watchers = Watchers(
            Ping(url, stop.event, shown.say) if url else None, Path(textfile) if textfile else None, shown.say
        )
        work = _towns if words.every else _town
        return watchers.over(lambda: work(words, watchers, stop, shown))


def _town(words: Words, watchers: Watchers, stop: Stop, shown: Display) -> Ended:
    way = arguments.choice(words.via, "--via", runs.VIA)
    town = catalog.resolve(words.source)
    watchers.source = town.name
    if words.oparl:
        town = replace(town, oparl_url=catalog.address(words.oparl))
    options = _options(words, town, way)
    _linger(words.manners.jitter, stop, shown)
    report = runs.crawl(town, options, stop, shown, way)
    told = summary(report.document)
    shown.say(told)
    outcome = Outcome(town.name, report.exit_code, report.verdict, report.document)
    return Ended(report.exit_code, told, report.reasons, (outcome,))


def _towns(words: Words, watchers: Watchers, stop: Stop, shown: Display) -> Ended:
    arguments.choice(words.via, "--via", runs.VIA)
    if words.manners.override_robots is not None:
        raise UsageError("--override-robots and --all: each town needs a reason of its own; crawl it alone")
    fitting = towns.fitting(words.source, words.state, words.vendor)
    output = Path(words.output) if words.output else runs.OUTPUT
    return towns.crawl(towns.Towns(*fitting, output, _for_each(words), words.workers), stop, shown)


def _options(words: Words, town: Source, way: str) -> Options:
    return Options(
        output=runs.output_of(town, words.output, way),
        window=arguments.window(words.since, words.until, dt.date.today()),
        moving=not (words.since or words.until),
        delay=words.delay,
        max_requests=words.max_requests,
        max_runtime=spans.span(words.max_runtime),
        kinds=arguments.kinds(words.kinds),
        replay=tuple(map(Path, words.replay)),
        full=words.full,
        fail_on_new_labels=words.fail_on_new_labels,
        night=spans.night(words.manners.night),
        override_robots=arguments.reason(words.manners.override_robots, "--override-robots"),
    )


def _linger(
    jitter: str, stop: Stop, shown: Display, dice: Callable[[float, float], float] = random.uniform
) -> None:
    """Waits so that not all crawls of a minute begin at once; a signal ends it."""
    seconds = dice(0.0, spans.span(jitter) or 0.0)
    if seconds:
        shown.say(f"waiting {spans.duration(seconds)} before the first request (--jitter {jitter})")
        stop.event.wait(seconds)


def _for_each(words: Words) -> tuple[str, ...]:
    """The options that every town is crawled with. Raises UsageError for those that it would refuse."""
    spans.span(words.manners.jitter)
    spans.night(words.manners.night)
    given = {
        "since": words.since, "until": words.until, "delay": words.delay, "kinds": words.kinds,
        "max-requests": words.max_requests, "max-runtime": words.max_runtime, "via": words.via,
        "full": words.full,
        "night": words.manners.night, "jitter": words.manners.jitter,
    }  # fmt: skip
    flags = ("--fail-on-new-labels",) if words.fail_on_new_labels else ()
    return arguments.words(given) + flags
