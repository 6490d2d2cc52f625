"""The journal of changes, and records that nobody tells any more: exports one after the other."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from scraper.exporter import Before, renew
from scraper.merging.blocks import Everything
from scraper.merging.contribution import Contribution, sort_key
from scraper.merging.past import Absence, Missing
from scraper.records import KINDS

DAY = dt.date(2026, 11, 1)


def told(kind: str, native: str, values: dict[str, Any]) -> Contribution:
    record = KINDS[kind](
        **{
            "id": f"t:{kind}:{native}", "source": "t", "vendor": "allris3", "url": f"http://r/{native}",
            "fetched_at": "2026-11-01T00:00:00Z", "snapshot": "sha256:aa", "parser": "0.1.0", **values,
        }
    )  # fmt: skip
    return Contribution(record.id, kind, True, f"http://r/{native}", record.model_dump_json().encode())


class Harvest:
    """Exports into one folder, a day after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.day = DAY
        self.run = 0
        self.rows: dict[tuple[str, str], Absence] = {}

    def __call__(self, *contributions: Contribution, **more: Any) -> Before:
        self.run += 1
        missing = Missing(self.day, self.rows, **{k: v for k, v in more.items() if k != "aliases"})
        before = Before(
            self.run, f"{self.day}T04:00:00Z", missing, dict(more.get("aliases", {})), self.run == 1
        )
        renew(Everything(sorted(contributions, key=sort_key)), self.folder, before=before)
        self.day += dt.timedelta(1)
        return before

    def journal(self) -> list[dict[str, Any]]:
        path = self.folder / "changes.jsonl"
        return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []

    def changes(self) -> list[tuple[Any, ...]]:
        return [(one["run"], one["id"], one["field"], one["old"], one["new"]) for one in self.journal()]

    def papers(self) -> dict[str, dict[str, Any]]:
        lines = map(json.loads, (self.folder / "papers.jsonl").read_bytes().splitlines())
        return {line["id"]: line for line in lines}


@pytest.fixture
def harvest(tmp_path: Path) -> Harvest:
    return Harvest(tmp_path)


BENCH = told("paper", "1", {"subject": "Bänke"})


# ---- the journal


def test_the_first_export_is_no_change(harvest: Harvest) -> None:
    before = harvest(BENCH)
    assert harvest.journal() == []
    assert before.tally.new == {"paper": 1}


def test_every_changed_field_is_told_with_old_and_new(harvest: Harvest) -> None:
    harvest(told("paper", "1", {"subject": "Bänke", "status": "offen", "extra": {"Farbe": "rot"}}))
    now = {"subject": "Bänke", "status": "beschlossen", "extra": {"Farbe": "grün"}, "snapshot": "sha256:bb"}
    harvest(told("paper", "1", now), told("paper", "2", {"subject": "Radweg"}))
    assert harvest.changes() == [
        (2, "t:paper:1", "status", "offen", "beschlossen"),
        (2, "t:paper:1", "extra.Farbe", "rot", "grün"),
        (2, "t:paper:2", None, None, "Radweg"),
    ]
    (first, *_) = harvest.journal()
    assert (first["seen_at"], first["kind"], first["cause"]) == ("2026-11-02T04:00:00Z", "paper", "source")


def test_what_only_the_software_reads_otherwise_is_called_so(harvest: Harvest) -> None:
    harvest(told("paper", "1", {"subject": "Bänke"}))
    before = harvest(told("paper", "1", {"subject": "Bänke", "author": "Amt 61", "parser": "0.2.0"}))
    assert [one["cause"] for one in harvest.journal()] == ["reader"]
    assert not before.tally.rewritten


def test_a_page_fetched_anew_without_a_change_is_no_change(harvest: Harvest) -> None:
    harvest(BENCH)
    before = harvest(
        told(
            "paper", "1", {"subject": "Bänke", "snapshot": "sha256:bb", "fetched_at": "2026-11-02T00:00:00Z"}
        )
    )
    assert harvest.journal() == []
    assert before.tally.rewritten == {"paper": 1}


def test_a_change_that_the_journal_has_of_that_run_is_not_told_twice(harvest: Harvest) -> None:
    harvest(BENCH)
    files = {path.name: path.read_bytes() for path in harvest.folder.glob("*s.jsonl")}
    harvest(told("paper", "1", {"subject": "Bänke", "status": "offen"}))
    journal = (harvest.folder / "changes.jsonl").read_bytes()
    for name, content in files.items():  # a crash before the files were replaced; the journal is torn
        if name != "changes.jsonl":
            (harvest.folder / name).write_bytes(content)
    (harvest.folder / "changes.jsonl").write_bytes(journal + b'{"seen_at":"2026')
    harvest.run -= 1
    harvest(told("paper", "1", {"subject": "Bänke", "status": "offen"}))
    assert (harvest.folder / "changes.jsonl").read_bytes() == journal


def test_the_journal_leads_from_any_export_to_the_next(harvest: Harvest) -> None:
    """Random lives of papers: what the journal tells, applied to the first state, gives the last one."""
    rng = random.Random(3)
    state: dict[str, dict[str, Any]] = {str(n): {"subject": f"S{n}"} for n in range(30)}
    harvest(*(told("paper", n, values) for n, values in state.items()))
    known = harvest.papers()
    for day in range(20):
        for n in rng.sample(sorted(state), 5):
            state[n] = {**state[n], rng.choice(["status", "author"]): rng.choice(["a", "b", None])}
        state[str(100 + day)] = {"subject": "neu"}
        harvest(*(told("paper", n, {**v, "snapshot": f"sha256:{day}"}) for n, v in state.items()))
    for one in harvest.journal():
        if one["field"] is None:
            known[one["id"]] = {"subject": one["new"]}
        else:
            known[one["id"]][one["field"]] = one["new"]
    fields = ("subject", "status", "author")
    now = {record: {key: one.get(key) for key in fields} for record, one in harvest.papers().items()}
    assert {record: {key: one.get(key) for key in fields} for record, one in known.items()} == now


# ---- what nobody tells any more


def test_a_record_that_nobody_tells_is_kept_and_gone_after_three_days(harvest: Harvest) -> None:
    harvest(BENCH)
    for day in range(3):
        assert harvest.papers()["t:paper:1"]["gone"] is None, day
        harvest()
    paper = harvest.papers()["t:paper:1"]
    assert (paper["subject"], paper["gone"]) == ("Bänke", "vanished")
    assert harvest.changes() == [(4, "t:paper:1", "gone", None, "vanished")]
    harvest(BENCH)
    assert harvest.papers()["t:paper:1"]["gone"] is None
    assert harvest.changes()[-1] == (5, "t:paper:1", "gone", "vanished", None)
    assert harvest.rows == {}


def test_several_looks_on_one_day_are_one(harvest: Harvest) -> None:
    harvest(BENCH)
    for _ in range(5):
        harvest()
        harvest.day -= dt.timedelta(1)
    assert harvest.papers()["t:paper:1"]["gone"] is None
    assert harvest.rows["paper", "t:paper:1"].days == 1


def test_a_run_that_was_not_finished_misses_nothing(harvest: Harvest) -> None:
    harvest(BENCH)
    for _ in range(5):
        harvest(counting=False)
    assert harvest.papers()["t:paper:1"]["gone"] is None
    assert harvest.rows == {}


def test_a_page_that_is_refused_makes_its_record_gone_with_that_reason(harvest: Harvest) -> None:
    key = ("paper", "t:paper:1")
    for _ in range(3):
        harvest(BENCH, refused={key: "not_found"})
    assert harvest.papers()["t:paper:1"]["gone"] == "not_found"
    harvest(BENCH)
    assert harvest.papers()["t:paper:1"]["gone"] == "not_found", "its page was not asked for"
    harvest(BENCH, seen=frozenset({key}))
    assert harvest.papers()["t:paper:1"]["gone"] is None


def test_an_id_that_was_given_up_is_not_kept(harvest: Harvest) -> None:
    harvest(BENCH)
    harvest(told("paper", "a1", {"subject": "Bänke"}), aliases={"t:paper:1": "t:paper:a1"})
    assert set(harvest.papers()) == {"t:paper:a1"}
    assert (2, "t:paper:1", "id", "t:paper:1", "t:paper:a1") in harvest.changes()


def test_a_kind_that_is_gone_altogether_is_kept(harvest: Harvest) -> None:
    person = told("person", "7", {"name": "Erika Muster"})
    harvest(BENCH, person)
    before = harvest(BENCH)
    assert before.tally.vanished == {"person": 1}
    assert b"Erika Muster" in (harvest.folder / "persons.jsonl").read_bytes()


def ids(lines: Iterable[bytes]) -> list[str]:
    return [json.loads(line)["id"] for line in lines]


def test_kept_records_stand_in_order(harvest: Harvest) -> None:
    papers = [told("paper", str(n), {"subject": str(n)}) for n in range(1, 30)]
    harvest(*papers)
    harvest(*papers[::3])
    found = ids((harvest.folder / "papers.jsonl").read_bytes().splitlines())
    assert found == sorted(found)
    assert len(found) == 29


# ---- what a later run is compared with


def test_agendas_are_counted_by_their_items_told_anew(harvest: Harvest) -> None:
    def items(meeting: int, day: str, **values: Any) -> list[Contribution]:
        common = {"meeting_id": f"t:meeting:{meeting}", "date": day}
        rows = [{**common, **(values if at == 1 else {})} for at in range(values.pop("count", 3))]
        return [told("agenda_item", f"{meeting}{at}", row) for at, row in enumerate(rows)]

    before = harvest(
        *items(1, "2026-11-20", paper_url="http://r/7"),
        *items(2, "2026-09-01", result="beschlossen"),
        *items(3, "2026-09-02"),
        *items(4, "2026-10-20"),  # results may still come
        *items(5, "2026-09-03", count=2, result="beschlossen"),
    )
    counted = {key: before.tally.own[key] for key in ("agenda", "past agenda")}
    assert counted == {"agenda": 4, "past agenda": 2}
    assert (before.tally.filled["agenda", "a paper"], before.tally.filled["past agenda", "a result"]) == (
        1,
        1,
    )
    again = harvest(*items(1, "2026-11-20", paper_url="http://r/7"))
    assert again.tally.own["agenda"] == 0, "nothing was told anew"
