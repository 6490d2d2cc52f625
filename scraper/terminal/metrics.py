"""`--textfile FILE`: the last run of every source for the textfile collector of Prometheus' node exporter.

The form is the text exposition format 0.0.4: HELP and TYPE once a metric, label values with backslash, quote
and line feed escaped.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scraper.errors import StorageError
from scraper.terminal.summary import traffic

VERDICTS = ("ok", "suspect", "failed", "interrupted", "locked")
OK = 0
LAST_SUCCESS = "ris_last_success_timestamp_seconds"
_KEPT = re.compile(rf'^{LAST_SUCCESS}\{{source="((?:[^"\\]|\\.)*)"\}} (\d+)$', re.MULTILINE)
_SPECIAL = re.compile(r'[\\"\n]')
_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n"}

Samples = Iterable[tuple[Mapping[str, str], float]]


@dataclass(frozen=True)
class Outcome:
    """How the crawl of one source ended. `document`: its `run.json`, empty where it wrote none."""

    source: str
    exit_code: int
    verdict: str
    document: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Metric:
    """One metric: what it means, and its samples for one outcome, without the label `source`."""

    name: str
    help: str
    samples: Callable[[Outcome], Samples]


def _traffic(name: str) -> Callable[[Outcome], Samples]:
    def samples(one: Outcome) -> Samples:
        found = traffic(one.document).get(name)
        return [({}, found)] if found is not None else []

    return samples


METRICS = (
    Metric("ris_run_exit_code", "Exit code of the last run.", lambda one: [({}, one.exit_code)]),
    Metric("ris_run_duration_seconds", "Time at work, over all starts of the run.", _traffic("seconds")),
    Metric("ris_run_requests", "Requests of the run, robots.txt included.", _traffic("requests")),
    Metric("ris_run_bytes", "Bytes of the bodies of all answers, as sent.", _traffic("bytes")),
    Metric(
        "ris_records",
        "Records that were written, by kind.",
        lambda one: [({"kind": kind}, count) for kind, count in one.document.get("records", {}).items()],
    ),
    Metric(
        "ris_verdict",
        "1 for the verdict of the last run, 0 for all others.",
        lambda one: [({"verdict": verdict}, verdict == one.verdict) for verdict in VERDICTS],
    ),
)


def write(path: Path, outcomes: Sequence[Outcome], now: dt.datetime) -> None:
    """Writes the file, whole or not at all; when a source was last well is kept from the one before.

    Raises StorageError.
    """
    before = ""
    with contextlib.suppress(OSError, UnicodeError):
        before = path.read_text("utf-8")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines(outcomes, now, successes(before)))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StorageError(f"{path}: {error.strerror or error}; the metrics are not written") from error


def lines(outcomes: Sequence[Outcome], now: dt.datetime, kept: Mapping[str, float]) -> Iterator[str]:
    """The lines of the file. `kept`: Unix time of the last success by source, of the file before."""
    moment = now.timestamp() // 1
    good = {**kept, **{one.source: moment for one in outcomes if one.exit_code == OK}}
    times = (
        Metric("ris_last_run_timestamp_seconds", "When the last run ended.", lambda one: [({}, moment)]),
        Metric(
            LAST_SUCCESS,
            "When the last run with exit code 0 ended.",
            lambda one: [({}, good[one.source])] if one.source in good else [],
        ),
    )
    for metric in (*times, *METRICS):
        yield f"# HELP {metric.name} {metric.help}"
        yield f"# TYPE {metric.name} gauge"
        for one in outcomes:
            for labels, value in metric.samples(one):
                yield f"{metric.name}{_labels({'source': one.source, **labels})} {_number(value)}"


def successes(text: str) -> dict[str, float]:
    """Of a file written before: source → Unix time of its last success."""
    return {_unescaped(source): float(moment) for source, moment in _KEPT.findall(text)}


def _labels(labels: Mapping[str, str]) -> str:
    pairs = (f'{name}="{_SPECIAL.sub(_escape, value)}"' for name, value in labels.items())
    return "{" + ",".join(pairs) + "}"


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES[match[0]]


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)
