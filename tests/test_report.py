"""The report: each rule of the verdict, the exit codes, and run.json."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import StorageError
from scraper.merging.counts import Counts
from scraper.report import RULES, Facts, judge, report, write
from scraper.state import Failures

GOOD = Facts(
    source="musterau",
    base_url="http://ris.example/bi/",
    vendor="allris3",
    started="2026-11-24T10:00:00Z",
    finished="2026-11-24T10:10:00Z",
    window=("2025-11-24", "2028-11-24"),
    options={"delay": 1.0},
    outcomes={"ok": 95, "unchanged": 3, "gone": 2},
    traffic={"requests": 101, "bytes": 123456},
    counts=Counts({"paper": 5, "meeting": 3, "agenda_item": 9}, {}, own=10),
    expected=("paper", "meeting"),
    robots={"url": "http://ris.example/robots.txt", "status": 404},
)


def test_a_good_run_is_ok() -> None:
    assert judge(GOOD) == ("ok", ())
    assert report(GOOD).exit_code == 0


@pytest.mark.parametrize(
    ("change", "verdict", "code", "reason"),
    [
        ({"counts": Counts({"paper": 0})}, "suspect", 3, "no record was found"),
        ({"counts": Counts({"paper": 5, "meeting": 0})}, "suspect", 3, "kinds was found: meeting"),
        ({"counts": Counts({"paper": 9, "meeting": 1}, own=10, unlabelled=3)}, "suspect", 3, "30% of"),
        ({"soft_errors": 11}, "suspect", 3, "10% of the pages told no record"),
        ({"outcomes": {"ok": 99, "failed": 1}}, "suspect", 3, "1 of 100 pages could not be had"),
        ({"budget": "--max-requests 10 is reached"}, "suspect", 3, "--max-requests 10"),
        ({"error": "robots.txt forbids it"}, "failed", 1, "robots.txt forbids it"),
        ({"outcomes": {"failed": 1}}, "failed", 1, "no page could be read"),
        ({"outcomes": {}}, "failed", 1, "no page could be read"),
        ({"new_labels": ("A (3)", "B (1)"), "folder": "out"}, "suspect", 3,
         "new labels: A (3), B (1); see ris labels out"),
        ({"new_labels": tuple(map(str, range(12))), "folder": "out"}, "suspect", 3, "8, 9 and 2 more; see"),
        ({"signal": 2}, "interrupted", 130, "the same command goes on"),
        ({"signal": 2, "outcomes": {"ok": 1, "deferred": 1}}, "interrupted", 130, "1 page is left"),
        ({"signal": 2, "outcomes": {"ok": 1, "deferred": 1200}}, "interrupted", 130, "1,200 pages are left"),
        ({"signal": 15, "outcomes": {}}, "interrupted", 143, "the same command goes on"),
    ],
)  # fmt: skip
def test_each_rule(change: dict[str, Any], verdict: str, code: int, reason: str) -> None:
    result = report(replace(GOOD, **change))
    assert (result.verdict, result.exit_code) == (verdict, code)
    assert reason in " ".join(result.reasons)


@pytest.mark.parametrize(
    "change",
    [
        {"counts": Counts({"paper": 9, "meeting": 1}, own=10, unlabelled=2)},
        {"soft_errors": 10},
        {"outcomes": {"ok": 9, "gone": 5, "refused": 5, "blocked": 2}},
    ],
)
def test_just_below_each_limit_is_ok(change: dict[str, Any]) -> None:
    assert judge(replace(GOOD, **change))[0] == "ok"


def test_a_run_without_a_page_says_why() -> None:
    why = (Failures("blocked", "the site forbids it", 1, ("http://r/",)),)
    result = report(replace(GOOD, outcomes={"blocked": 1}, failures=why))
    assert result.reasons == ("no page could be read; http://r/: the site forbids it",)


def test_a_start_page_that_is_not_there_says_what_next() -> None:
    why = (Failures("gone", "HTTP 404", 1, ("http://r/",)),)
    (reason,) = report(replace(GOOD, outcomes={"gone": 1}, failures=why)).reasons
    assert f"ris probe {GOOD.base_url}" in reason


def test_an_error_is_the_only_reason() -> None:
    why = (Failures("failed", "no answer", 1, ("http://r/",)),)
    result = report(replace(GOOD, outcomes={"failed": 1}, failures=why, error="http://r/: no answer"))
    assert result.reasons == ("http://r/: no answer",)


def test_a_budget_before_the_first_page_is_no_failure() -> None:
    facts = replace(GOOD, outcomes={"deferred": 1}, budget="--max-requests 0 is reached")
    assert judge(facts)[0] == "suspect"


def test_every_rule_can_apply() -> None:
    everything = replace(
        GOOD,
        signal=2,
        error="e",
        budget="b",
        outcomes={"failed": 1, "generic": 1},
        counts=Counts(own=1, unlabelled=1, unread=1),
        soft_errors=1,
        unexpected=("u",),
        new_labels=("Klimarelevanz (12)",),
    )
    silent = [rule for rule in RULES if not rule.applies(everything)]
    nothing = replace(everything, signal=None, budget=None, error=None, outcomes={"failed": 1})
    assert len(silent) == 1 and silent[0].applies(nothing)


def test_pages_that_only_the_generic_reader_could_read_are_suspect() -> None:
    verdict, reasons = judge(replace(GOOD, outcomes={**GOOD.outcomes, "generic": 2}))
    assert (verdict, len(reasons)) == ("suspect", 1)
    assert reasons[0].startswith("2 pages could be read by the generic reader only")
    assert judge(replace(GOOD, vendor="generic"))[0] == "suspect"


def test_several_reasons_of_one_verdict_are_all_told() -> None:
    result = report(replace(GOOD, soft_errors=50, budget="enough"))
    assert len(result.reasons) == 2


def test_run_json_tells_what_happened(tmp_path: Path) -> None:
    warnings = {
        "unknown_label:Ä": (2, "http://r/1"),
        "unknown_label:B": (5, "http://r/2"),
        "cut": (1, "http://r/3"),
    }
    failures = (Failures("failed", "timeout", 30, ("http://r/9",)),)
    facts = replace(
        GOOD, counts=replace(GOOD.counts, warnings=warnings, aliases={"a": "b"}), failures=failures
    )
    path = write(report(facts), tmp_path)
    told = json.loads(path.read_text("utf-8"))
    assert told["records"] == {"paper": 5, "meeting": 3, "agenda_item": 9}
    assert [row["label"] for row in told["labels"]] == ["B", "Ä"]
    assert told["warnings"] == [{"code": "cut", "count": 1, "example": "http://r/3"}]
    assert told["failures"][0] == {
        "outcome": "failed",
        "reason": "timeout",
        "count": 30,
        "urls": ["http://r/9"],
    }
    assert told["aliases"] == {"a": "b"} and told["robots"]["status"] == 404
    assert (told["verdict"], told["exit_code"], told["window"]["since"]) == ("ok", 0, "2025-11-24")
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.json"]


def test_outcomes_add_up_to_the_total() -> None:
    pages = dict(report(GOOD).document["pages"])
    assert pages.pop("total") == sum(pages.values()) == 100


def test_a_folder_that_is_gone_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"run\.json"):
        write(report(GOOD), tmp_path / "missing")


def test_a_document_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("before")
    (tmp_path / ".run.json.tmp").mkdir()
    with pytest.raises(StorageError):
        write(report(GOOD), tmp_path)
    assert (tmp_path / "run.json").read_text() == "before"
