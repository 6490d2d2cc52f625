"""The label ledger: what no table knows, kept from crawl to crawl, and a crawl that fails on it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from scraper import outcomes, vocabulary, wordings
from scraper.terminal import ledgers, starting
from scraper.wordings import Wordings, entries, nearest, new
from tests.town import Answer, Town
from tests.town.sites import Asked

RIS = [sys.executable, "-m", "scraper"]
RUN = {"run": 1, "started": "2026-01-01T00:00:00Z"}
DAYS = [f"2026-01-0{day}T00:00:00Z" for day in range(1, 5)]


def ris(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*RIS, *words], capture_output=True, text=True, timeout=120, check=False)


def record(*warnings: str, **values: Any) -> dict[str, Any]:
    return {"id": "musterau:paper:1", "url": "https://ris.example/1", "warnings": list(warnings), **values}


def seen(*records: dict[str, Any]) -> Wordings:
    found = Wordings()
    for one in records:
        found.see(one)
    return found


# ---- what is an entry


def test_labels_pieces_and_results_are_counted_by_record() -> None:
    found = seen(
        record("unknown_label:Klimarelevanz", "unread:Fußnote: siehe", "unread:… 3 more", "text_truncated"),
        record("unknown_label:Klimarelevanz"),
        record(result="frei gegeben", outcome=None),
        record(deliberations=[{"result": "frei gegeben", "outcome": None}] * 2),
        record(result="ungeändert beschlossen", outcome="adopted"),
        record(result="(offen)", outcome=None),
        record(result="einstimmig", outcome=None),
    )
    assert {key: count for key, (count, _) in found.seen.items()} == {
        ("label", "Klimarelevanz"): 2,
        ("piece", "Fußnote: siehe"): 1,
        ("result", "frei gegeben"): 2,
    }


def test_the_results_to_compare_with_are_known() -> None:
    assert [text for text in wordings.RESULTS if outcomes.outcome(text)[0] is None] == []


@pytest.mark.parametrize(
    ("wording", "known", "told"),
    [
        ("Federführende Dienstelle", vocabulary.LABELS["department"], "Federführende Dienststelle"),
        ("AKTENZEICHEN:", vocabulary.LABELS["file_number"], "Aktenzeichen"),
        ("Klimawirkung", vocabulary.LABELS["department"], ""),
        ("ungeaendert beschloßen", wordings.RESULTS, "ungeändert beschlossen"),
    ],
)
def test_the_nearest_known_wording(wording: str, known: tuple[str, ...], told: str) -> None:
    assert nearest(wording, known) == told


def test_a_result_is_compared_with_what_this_town_prints() -> None:
    found = seen(
        record(result="dem Vorschlag der Verwaltung wird zugestimmt", outcome="adopted"),
        record(result="dem Vorschlag der Verwaltungs wird gehuldigt", outcome=None),
    )
    (row,) = entries({}, found, RUN, DAYS[0])
    assert (row["kind"], row["nearest"]) == ("result", "dem Vorschlag der Verwaltung wird zugestimmt")


# ---- from crawl to crawl


def test_first_and_last_sighting_are_kept() -> None:
    label = seen(record("unknown_label:A"))
    first = {**RUN, "entries": entries({}, label, RUN, DAYS[0])}
    assert new(first) == ("A (1)",)
    again = {"run": 2, "started": DAYS[1]}
    second = {**again, "entries": entries(first, label, again, DAYS[1])}
    assert new(second) == ()
    third = entries(second, seen(record("unknown_label:B")), {"run": 3, "started": DAYS[2]}, DAYS[2])
    assert [(row["wording"], row["count"], row["first_seen"], row["last_seen"]) for row in third] == [
        ("B", 1, DAYS[2], DAYS[2]),
        ("A", 0, DAYS[0], DAYS[1]),
    ]


def test_what_is_new_stays_new_while_the_run_goes_on() -> None:
    half = {**RUN, "entries": entries({}, seen(record("unknown_label:A")), RUN, DAYS[0])}
    whole = {**RUN, "entries": entries(half, seen(record("unknown_label:A")), RUN, DAYS[1])}
    assert new(whole) == ("A (1)",) and whole["entries"][0]["first_seen"] == DAYS[0]


def test_pieces_are_bounded_and_never_new() -> None:
    many = seen(*(record(f"unread:piece {n}") for n in range(wordings.MOST_PIECES + 5)))
    rows = entries({}, seen_and(many, record("unknown_label:A")), RUN, DAYS[0])
    assert len(rows) == wordings.MOST_PIECES + 1
    assert new({"entries": rows}) == ("A (1)",)


def seen_and(found: Wordings, one: dict[str, Any]) -> Wordings:
    found.see(one)
    return found


def test_the_commands_read_what_a_crawl_writes() -> None:
    assert ledgers.LABELS == wordings.FILE


# ---- the town


@pytest.fixture
def town() -> Iterator[Town]:
    with Town() as running:
        yield running


def crawl(town: Town, output: Path, *more: str) -> subprocess.CompletedProcess[str]:
    window = ["--since", "2026-09-01", "--until", "2026-11-30"]
    return ris(
        "crawl", town.url, "--output", str(output), "--delay", "0", "--quiet", "--full", *window, *more
    )


def printing(town: Town, printed: str, instead: str) -> None:
    """From now on the town prints something else."""
    answer: Callable[[Asked], Answer] = type(town).answer.__get__(town)

    def changed(asked: Asked) -> Answer:
        found = answer(asked)
        return replace(found, body=found.body.replace(printed.encode("latin-1"), instead.encode("latin-1")))

    town.answer = changed  # type: ignore[method-assign]


def rows(folder: Path) -> dict[str, dict[str, Any]]:
    found = json.loads((folder / "labels.json").read_text("utf-8"))["entries"]
    return {row["wording"]: row for row in found}


def test_the_label_of_the_town_is_in_the_ledger(town: Town, tmp_path: Path) -> None:
    assert crawl(town, tmp_path).returncode == 0
    row = rows(tmp_path)["Klimawirkung"]
    lines = (tmp_path / "papers.jsonl").read_text("utf-8").splitlines()
    having = [line for line in lines if "unknown_label:Klimawirkung" in line]
    assert row["count"] == len(having) > 0
    assert any(f'"{row["example"]}"' in line for line in having)
    done = ris("labels", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1].split()[:3] == [str(row["count"]), "label", "Klimawirkung"]


def test_a_crawl_fails_on_what_is_new_and_only_then(town: Town, tmp_path: Path) -> None:
    strict = "--fail-on-new-labels"
    first = crawl(town, tmp_path, strict)
    assert first.returncode == 3 and "new labels: Klimawirkung (" in first.stderr, "on a first run any is"
    assert f"see ris labels {tmp_path}" in first.stderr
    again = crawl(town, tmp_path, strict)
    assert (again.returncode, again.stderr) == (0, "")
    printing(town, "Klimawirkung", "Klimarelevanz")
    assert crawl(town, tmp_path).returncode == 0, "nobody asked"
    before = rows(tmp_path)["Klimawirkung"]
    assert before["count"] == 0 and before["last_seen"] < rows(tmp_path)["Klimarelevanz"]["last_seen"]
    printing(town, "ungeändert beschlossen", "wohlwollend abgenickt")
    done = crawl(town, tmp_path, strict)
    assert done.returncode == 3
    assert "new labels: wohlwollend abgenickt (" in done.stderr and "Klimarelevanz" not in done.stderr
    run = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert run["verdict"] == "suspect" and run["options"]["fail_on_new_labels"] is True


def test_every_town_of_many_is_crawled_as_strictly() -> None:
    blank: dict[str, Any] = {field.name: "" for field in fields(starting.Words)}
    given = {"fail_on_new_labels": True, "manners": starting.Manners()}
    words = starting.Words(**{**blank, **given})
    assert starting._for_each(words) == ("--fail-on-new-labels",)


def test_the_ledger_counts_results_that_the_records_print(town: Town, tmp_path: Path) -> None:
    printing(town, "ungeändert beschlossen", "ungeändert beschloßßen")
    crawl(town, tmp_path)
    row = rows(tmp_path)["ungeändert beschloßßen"]
    having = 0
    for name in ("papers", "agenda_items"):
        for line in (tmp_path / f"{name}.jsonl").read_text("utf-8").splitlines():
            having += '"result":"ungeändert beschloßßen"' in line
    assert (row["kind"], row["count"], row["nearest"]) == ("result", having, "ungeändert beschlossen")


def test_new_chooses_by_the_first_sighting_and_json_is_the_entries(tmp_path: Path) -> None:
    (old,) = entries({}, seen(record("unknown_label:Alt")), RUN, "2020-01-01T00:00:00Z")
    (young,) = entries({}, seen(record("unknown_label:Neu")), RUN, "2999-01-01T00:00:00Z")
    (tmp_path / "labels.json").write_text(json.dumps({**RUN, "entries": [old, young]}))
    done = ris("labels", str(tmp_path), "--new", "7", "--json")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [young]
    assert ris("labels", str(tmp_path), "--new", "soon").returncode == 2
    (tmp_path / "empty").mkdir()
    none = ris("labels", str(tmp_path / "empty"))
    assert none.returncode == 1 and "there is none yet; ris crawl SOURCE" in none.stderr


def test_a_page_cannot_steer_the_terminal(tmp_path: Path) -> None:
    rude = entries({}, seen(record("unknown_label:A\x1b[2J")), RUN, DAYS[0])
    (tmp_path / "labels.json").write_text(json.dumps({**RUN, "entries": rude}))
    assert "\x1b" not in ris("labels", str(tmp_path)).stdout
    assert "\x1b" not in ris("labels", str(tmp_path), "--json").stdout


@pytest.mark.parametrize("damaged", ["{", "[]", '{"entries": [1]}', '{"entries": [{"kind": "label"}]}'])
def test_a_ledger_that_cannot_be_read_begins_anew(town: Town, tmp_path: Path, damaged: str) -> None:
    tmp_path.joinpath("labels.json").write_text(damaged)
    done = crawl(town, tmp_path)
    assert done.returncode == 0 and "labels.json: cannot be read" in done.stderr
    assert "Klimawirkung" in rows(tmp_path)
