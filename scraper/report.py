"""What happened in a run, what was to be expected, the verdict and the exit code: pure functions of facts.

The result is `run.json` beside the records. Every address of the run ends in exactly one outcome, and the
outcomes add up to `pages.total`.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from scraper import __version__
from scraper.durable import whole
from scraper.errors import without_login
from scraper.merging.counts import Counts
from scraper.page import GENERIC
from scraper.state import READ, Failures

FILE = "run.json"
Verdict = Literal["ok", "suspect", "failed", "interrupted"]
EXIT_CODES: dict[Verdict, int] = {"ok": 0, "failed": 1, "suspect": 3, "interrupted": 130}

MANY_UNKNOWN_LABELS = 0.20  # of the records that were read from their own page
MANY_UNREAD = 0.20  # likewise
MANY_SOFT_ERRORS = 0.10  # of the pages that came
MOST_NEW_LABELS = 10  # that one reason names
_UNKNOWN_LABEL = "unknown_label:"
_NO_START = "is this the address of the system's start page? ris probe {} tells what is there"


@dataclass(frozen=True)
class Facts:
    """What is known when a run ends.

    `started`, `finished`: RFC 3339. `outcomes`: outcome → requests. `soft_errors`: pages that came but
    told no record. `traffic`: requests, bytes, not_modified, retries, seconds over all starts of this run.
    `expected`: kinds of records that must not be missing. `error`: why the run could not go on at all.
    `budget`: why it ended early on purpose ("--max-requests 100 is reached"). `signal`: number
    of the signal that ended it. `unexpected`: what is not as before (see expectations), as sentences;
    `changes`: by kind new, changed, vanished and gone records. `new_labels`: what was not to be seen for the
    first time, and was; `folder`: where the ledger lies that tells more.
    """

    source: str
    base_url: str
    vendor: str | None
    started: str
    finished: str
    window: tuple[str, str]
    options: Mapping[str, Any] = field(default_factory=dict)
    outcomes: Mapping[str, int] = field(default_factory=dict)
    soft_errors: int = 0
    traffic: Mapping[str, float] = field(default_factory=dict)
    failures: tuple[Failures, ...] = ()
    counts: Counts = field(default_factory=Counts)
    expected: tuple[str, ...] = ()
    robots: Mapping[str, Any] | None = None
    error: str | None = None
    budget: str | None = None
    signal: int | None = None
    unexpected: tuple[str, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)
    new_labels: tuple[str, ...] = ()
    folder: str = ""


@dataclass(frozen=True)
class Rule:
    """`applies` gives the reason as a sentence, or None."""

    verdict: Verdict
    applies: Callable[[Facts], str | Iterable[str] | None]


@dataclass(frozen=True)
class Report:
    """A run in a nutshell. `document`: what `run.json` holds."""

    verdict: Verdict
    reasons: tuple[str, ...]
    exit_code: int
    document: dict[str, Any]


def _interrupted(facts: Facts) -> str | None:
    return _to_go_on("stopped by a signal", facts) if facts.signal else None


def _out_of_budget(facts: Facts) -> str | None:
    return _to_go_on(facts.budget, facts) if facts.budget else None


def _to_go_on(reason: str, facts: Facts) -> str:
    """Why a run ended early, and how it goes on."""
    count = facts.outcomes.get("deferred", 0)
    left = f", {count:,} {'page is' if count == 1 else 'pages are'} left" if count else ""
    return f"{reason}{left}; the same command goes on where it stopped"


def _nothing_read(facts: Facts) -> str | None:
    known = facts.error or facts.signal or facts.budget
    if known or sum(facts.outcomes.get(outcome, 0) for outcome in READ):
        return None
    first = next((row for row in facts.failures if row.urls and row.reason), None)
    if first is None:
        return "no page could be read"
    hint = f" ({_NO_START.format(facts.base_url)})" if first.outcome == "gone" else ""
    return f"no page could be read; {first.urls[0]}: {first.reason}{hint}"


def _no_records(facts: Facts) -> str | None:
    return None if sum(facts.counts.records.values()) else "no record was found"


def _kind_missing(facts: Facts) -> str | None:
    missing = [kind for kind in facts.expected if not facts.counts.records.get(kind)]
    return f"no record of these kinds was found: {', '.join(missing)}" if missing else None


def _unknown_labels(facts: Facts) -> str | None:
    share = facts.counts.unlabelled / facts.counts.own if facts.counts.own else 0.0
    return (
        f"{share:.0%} of the records have labels that are not known" if share > MANY_UNKNOWN_LABELS else None
    )


def _unread(facts: Facts) -> str | None:
    share = facts.counts.unread / facts.counts.own if facts.counts.own else 0.0
    if share <= MANY_UNREAD:
        return None
    return f"{share:.0%} of the pages print what no field holds (warnings `unread`): has the product changed?"


def _soft_errors(facts: Facts) -> str | None:
    came = sum(facts.outcomes.get(outcome, 0) for outcome in READ) + facts.soft_errors
    share = facts.soft_errors / came if came else 0.0
    return f"{share:.0%} of the pages told no record although they came" if share > MANY_SOFT_ERRORS else None


def _fell_back(facts: Facts) -> str | None:
    count = facts.outcomes.get(GENERIC, 0)
    if count:
        pages = "page" if count == 1 else "pages"
        return f"{count} {pages} could be read by the generic reader only: has the product changed?"
    return "the product is not known; everything was read by the generic reader" if _unknown(facts) else None


def _unknown(facts: Facts) -> bool:
    return facts.vendor == GENERIC


def _failed_requests(facts: Facts) -> str | None:
    failed = facts.outcomes.get("failed", 0)
    return f"{failed} of {sum(facts.outcomes.values())} pages could not be had" if failed else None


def _new_labels(facts: Facts) -> str | None:
    told, more = facts.new_labels[:MOST_NEW_LABELS], len(facts.new_labels) - MOST_NEW_LABELS
    if not told:
        return None
    rest = f" and {more:,} more" if more > 0 else ""
    return f"new labels: {', '.join(told)}{rest}; see ris labels {facts.folder}"


# The first rule that applies gives the verdict; the reasons of all of the same verdict are told.
RULES = (
    Rule("interrupted", _interrupted),
    Rule("failed", lambda facts: facts.error),
    Rule("failed", _nothing_read),
    Rule("suspect", _out_of_budget),  # first: it explains the others
    Rule("suspect", _no_records),
    Rule("suspect", lambda facts: facts.unexpected),
    Rule("suspect", _kind_missing),
    Rule("suspect", _fell_back),
    Rule("suspect", _unknown_labels),
    Rule("suspect", _unread),
    Rule("suspect", _soft_errors),
    Rule("suspect", _failed_requests),
    Rule("suspect", _new_labels),
)


def judge(facts: Facts) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict and its reasons, "ok" without any."""
    found = [(rule.verdict, reason) for rule in RULES for reason in _sentences(rule.applies(facts))]
    if not found:
        return "ok", ()
    verdict = found[0][0]
    return verdict, tuple(reason for other, reason in found if other == verdict)


def _sentences(told: str | Iterable[str] | None) -> Iterable[str]:
    return ((told,) if told else ()) if isinstance(told, str) else told or ()


def report(facts: Facts) -> Report:
    """Verdict, exit code and the document for `run.json`."""
    verdict, reasons = judge(facts)
    code = 128 + facts.signal if verdict == "interrupted" and facts.signal else EXIT_CODES[verdict]
    return Report(verdict, reasons, code, _document(facts, verdict, reasons, code))


def _document(facts: Facts, verdict: str, reasons: tuple[str, ...], code: int) -> dict[str, Any]:
    labels, warnings = _ledger(facts.counts)
    return {
        "source": facts.source,
        "base_url": facts.base_url,
        "vendor": facts.vendor,
        "verdict": verdict,
        "reasons": list(reasons),
        "exit_code": code,
        "started": facts.started,
        "finished": facts.finished,
        "window": {"since": facts.window[0], "until": facts.window[1]},
        "options": dict(facts.options),
        "records": dict(facts.counts.records),
        "changes": dict(facts.changes),
        "own_pages": facts.counts.own,
        "pages": {"total": sum(facts.outcomes.values()), **facts.outcomes},
        "soft_errors": facts.soft_errors,
        "traffic": dict(facts.traffic),
        "failures": [_failure(row) for row in facts.failures],
        "warnings": warnings,
        "labels": labels,
        "aliases": dict(facts.counts.aliases),
        "robots": dict(facts.robots) if facts.robots is not None else None,
        "versions": {"ris-scraper": __version__, "python": platform.python_version()},
    }


def _failure(row: Failures) -> dict[str, Any]:
    urls = [without_login(url) for url in row.urls]
    return {"outcome": row.outcome, "reason": row.reason, "count": row.count, "urls": urls}


def _ledger(counts: Counts) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Unknown labels, and all other warnings; the most frequent first, each with one example."""
    labels: list[dict[str, Any]] = []
    warnings: list[dict[str, Any]] = []
    for code, (count, example) in sorted(counts.warnings.items(), key=lambda item: (-item[1][0], item[0])):
        if code.startswith(_UNKNOWN_LABEL):
            label = code.removeprefix(_UNKNOWN_LABEL)
            labels.append({"label": label, "count": count, "example": example})
        else:
            warnings.append({"code": code, "count": count, "example": example})
    return labels, warnings


def write(result: Report, folder: Path) -> Path:
    """Writes `run.json`, whole or not at all; raises StorageError."""
    return write_document(folder / FILE, result.document)


def write_document(target: Path, document: Mapping[str, Any]) -> Path:
    """Writes one JSON document, whole or not at all; raises StorageError."""
    with whole(target) as file:
        json.dump(document, file, ensure_ascii=False, indent=2)
        file.write("\n")
    return target
