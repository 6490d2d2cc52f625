"""A town told by its pages and by its OParl endpoint: one set of records, and where every value came from."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import UsageError
from scraper.harvest import Options
from scraper.joint import Town, crawl, join
from scraper.merging.joining import Joining
from scraper.merging.outputs import FILES
from scraper.page import Source, Window
from scraper.records import KINDS
from scraper.report import Report
from scraper.terminal import runs

ENVELOPE = {"source": "musterau", "fetched_at": "2026-11-24T00:00:00Z", "parser": "0"}
WINDOW = Window(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def record(kind: str, native: str, way: str, **values: Any) -> dict[str, Any]:
    envelope = {**ENVELOPE, "id": f"musterau:{kind}:{native}", "vendor": way, "snapshot": f"sha256:{way}"}
    return KINDS[kind](**envelope, **values).model_dump(mode="json")


def write(folder: Path, records: Iterable[dict[str, Any]]) -> None:
    folder.mkdir(parents=True)
    rows = sorted(records, key=lambda row: row["id"])
    for kind, name in FILES.items():
        lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows if row["kind"] == kind]
        (folder / name).write_text("".join(lines), "utf-8")


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


def told(verdict: str = "ok", *reasons: str) -> Report:
    return Report(verdict, reasons, 0, {"source": "musterau", "verdict": verdict})  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    page = "https://ris.musterau.example/vo0050.php?__kvonr={}"
    write(
        tmp_path / "html",
        [
            record("paper", "1", "sessionnet", url=page.format(1), reference="2026/1", subject="Bänke"),
            record("paper", "2", "sessionnet", url=page.format(2), reference="2026/2", subject="Brücke"),
            record("meeting", "7", "sessionnet", name="Rat", organization="Rat", date="2026-05-04",
                   start="2026-05-04T18:00:00+02:00", status="öffentlich"),
            record("agenda_item", "70", "sessionnet", meeting_id="musterau:meeting:7", number="1", order=1),
        ],
    )  # fmt: skip
    write(
        tmp_path / "oparl",
        [
            record("paper", "1", "oparl", reference="2026/1", subject="Bänke im Park", date="2026-04-01"),
            record("paper", "abc", "oparl", url=page.format(2), reference="2026/2", paper_type="Antrag"),
            record("paper", "9", "oparl", reference="2026/9", subject="Nur im Endpunkt"),
            record("meeting", "t-7", "oparl", name="Rat, 3. Sitzung", organization="Rat", date="2026-05-04",
                   start="2026-05-04T18:00:00+02:00", location="Rathaus"),
            record("agenda_item", "t-70", "oparl", meeting_id="musterau:meeting:t-7", number="1",
                   subject="Begrüßung"),
        ],
    )  # fmt: skip
    return tmp_path


def test_records_of_both_ways_become_one_and_the_page_wins(folder: Path) -> None:
    join(folder, {"html": told(), "oparl": told()})
    papers = {row["id"]: row for row in read(folder, "papers.jsonl")}
    assert list(papers) == [f"musterau:paper:{number}" for number in (1, 2, 9)]
    first = papers["musterau:paper:1"]
    assert (first["subject"], first["date"], first["vendor"]) == ("Bänke", "2026-04-01", "sessionnet")
    assert papers["musterau:paper:2"]["paper_type"] == "Antrag", "the same by the address a person opens"
    assert papers["musterau:paper:9"]["subject"] == "Nur im Endpunkt"


def test_references_follow_the_record_that_stays(folder: Path) -> None:
    join(folder, {"html": told(), "oparl": told()})
    (meeting,) = read(folder, "meetings.jsonl")
    (item,) = read(folder, "agenda_items.jsonl")
    assert (meeting["id"], meeting["name"], meeting["location"]) == ("musterau:meeting:7", "Rat", "Rathaus")
    assert (item["id"], item["subject"]) == ("musterau:agenda_item:70", "Begrüßung")
    assert item["meeting_id"] == meeting["id"]


def test_every_value_tells_the_way_it_came(folder: Path) -> None:
    join(folder, {"html": told(), "oparl": told()})
    rows = {row["id"]: row for row in read(folder, "origins.jsonl")}
    first = rows["musterau:paper:1"]
    assert first["snapshots"] == {"html": "sha256:sessionnet", "oparl": "sha256:oparl"}
    fields = first["fields"]
    assert (fields["reference"], fields["date"], fields["subject"]) == ("both", "oparl", "both")
    assert rows["musterau:paper:9"]["snapshots"] == {"oparl": "sha256:oparl"}


def test_where_the_ways_differ_it_is_told(folder: Path) -> None:
    result = join(folder, {"html": told(), "oparl": told()})
    rows = {(row["id"], row["field"]): row for row in read(folder, "disagreements.jsonl")}
    assert set(rows) == {("musterau:paper:1", "subject"), ("musterau:meeting:7", "name")}
    row = rows["musterau:paper:1", "subject"]
    assert (row["html"], row["oparl"]) == ("Bänke", "Bänke im Park")
    assert result.document["disagreements"] == {"meeting.name": 1, "paper.subject": 1}
    assert result.document["told_by_both"] == {"meeting": 1, "agenda_item": 1, "paper": 2}


def test_what_is_not_unique_is_not_taken_for_the_same() -> None:
    joining = Joining()
    own = [record("paper", str(n), "html", reference="2026/5", subject=f"Fassung {n}") for n in (1, 2)]
    other = [record("paper", "x", "oparl", reference="2026/5", subject="Fassung 2")]
    joining._join("paper", own, other)
    assert other[0]["id"] == "musterau:paper:x"
    assert joining.aliases == {}


def test_items_of_both_parts_with_one_number_are_told_apart_by_their_subjects() -> None:
    joining = Joining()
    meeting = "musterau:meeting:7"
    own = [
        record("agenda_item", "7-1", "html", meeting_id=meeting, number="1", subject="Eröffnung"),
        record("agenda_item", "7-n1", "html", meeting_id=meeting, number="1", subject="(nichtöffentlich)"),
    ]
    other = [
        record("agenda_item", "x", "oparl", meeting_id=meeting, number="1", subject="(Nichtöffentlich)"),
        record("agenda_item", "y", "oparl", meeting_id=meeting, number="Ö 1", subject="Eröffnung"),
    ]
    joining._join("agenda_item", own, other)
    assert [row["id"] for row in other] == ["musterau:agenda_item:7-n1", "musterau:agenda_item:7-1"]


def test_one_number_for_two_papers_is_no_identity() -> None:
    joining = Joining()
    own = [record("paper", "5", "html", reference="2026/5", url="https://ris.musterau.example/5")]
    other = [record("paper", "5", "oparl", reference="2026/77")]
    joining._join("paper", own, other)
    assert (own[0]["id"], other[0]["id"]) == ("musterau:paper:5", "musterau:paper:oparl-5")
    assert joining.aliases == {"musterau:paper:5": "musterau:paper:oparl-5"}
    (told_once,) = joining.disagreements
    assert (told_once["field"], told_once["html_url"]) == ("id", "https://ris.musterau.example/5")


def test_a_title_more_or_less_does_not_make_two_persons() -> None:
    joining = Joining()
    own = [record("person", "5", "html", name="Dr. Anna Muster")]
    joining._join("person", own, [record("person", "5", "oparl", name="Muster, Anna")])
    assert joining.matched == {"person": 1}


def test_the_worse_way_gives_the_verdict(folder: Path) -> None:
    result = join(folder, {"html": told(), "oparl": told("suspect", "no meeting was found")})
    assert (result.verdict, result.exit_code) == ("suspect", 3)
    assert result.reasons == ("oparl: no meeting was found",)
    written = json.loads((folder / "run.json").read_text("utf-8"))
    assert written["ways"]["html"]["verdict"] == "ok"


def test_an_interruption_joins_nothing(tmp_path: Path) -> None:
    town = Town(Source("musterau", "http://a/"), Source("musterau", "http://b/"))
    asked: list[str] = []

    def run(source: Source, options: Options) -> Report:
        asked.append(f"{source.base_url} {options.output.name}")
        return told("interrupted", "stopped")

    assert crawl(town, Options(tmp_path, WINDOW), run).verdict == "interrupted"
    assert asked == ["http://a/ html"]
    assert not (tmp_path / "papers.jsonl").exists()


def test_without_an_endpoint_the_way_is_refused_with_the_next_step() -> None:
    with pytest.raises(UsageError, match=r"no OParl endpoint is known; give one with --oparl URL"):
        runs._ways(Source("musterau", "http://a/"), "both")
