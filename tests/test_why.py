"""`ris why` and `ris show`: the real commands on a real crawl, each place looked up in the page again."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scraper import dom
from scraper.archive import archive_files
from scraper.lookup import Lookup
from scraper.merging.outputs import FILES
from scraper.provenance import standing
from scraper.store import Store
from tests.town import Town
from tests.town.sites import Answer

WINDOW = ["--since", "2026-10-01", "--until", "2026-10-31", "--delay", "0", "--quiet"]
TRICK = "\u202e"  # turns the rest of a line around


def ris(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "scraper", *map(str, words)]
    return subprocess.run(command, capture_output=True, timeout=120, check=False, cwd=cwd)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One crawl that no test changes; one of its papers has a subject that would turn a line around."""
    output = tmp_path_factory.mktemp("crawl") / "output" / "127.0.0.1"
    with Town() as town:
        town.before = lambda method, path: _tricky(town, path)
        done = ris("crawl", town.url, "--output", output, *WINDOW)
    assert done.returncode == 0, done.stderr
    return output


def _tricky(town: Town, path: str) -> Answer | None:
    program, _, query = path.rpartition("/")[2].partition("?")
    if program != "vo020.asp" or not query.endswith("46"):
        return None
    return Answer(town.site.body(program, query).replace(b"Antrag", b"&#x202e;Antrag"))


@pytest.fixture
def output(crawled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(crawled, tmp_path / "town")


def records(output: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (output / name).read_text("utf-8").splitlines()]


def paper(output: Path) -> dict[str, Any]:
    """A paper with deliberations and a department."""
    found = records(output, "papers.jsonl")
    return next(one for one in found if one["deliberations"] and one["department"])


def why(output: Path, *words: str) -> dict[str, Any]:
    done = ris("why", *words, "--output", output, "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


# One value


def test_a_value_is_told_with_place_rule_and_archived_response(crawled: Path) -> None:
    record = paper(crawled)
    done = ris("why", record["id"], "status", "--output", crawled)
    assert (done.returncode, done.stderr) == (0, b"")
    told = done.stdout.decode()
    assert told.startswith(f'{record["id"]}  status = "{record["status"]}"\n')
    rows = dict(re.findall(r"^(\w[\w ]*\w) {2,}(.*)$", told.partition("\n")[2], re.MULTILINE))
    assert rows["printed"] == f'"{record["status"]}"'
    assert rows["label"] == "Status:"
    assert rows["rule"] == "allris3, page of kind paper: scraper.vendors.allris3.paper.parse_paper"
    assert "the label stands for status in the vocabulary" in told
    assert rows["its own page"] == record["url"]
    assert rows["fetched"].startswith(record["fetched_at"])
    assert rows["archive"].startswith(str(archive_files(crawled / "archive")[0]))
    assert rows["sha256"] == f"{record['snapshot'].removeprefix('sha256:')}, as it was written"


def test_each_place_holds_what_is_said_to_be_printed_there(crawled: Path) -> None:
    """Of the first records of every kind, every value whose own page told it."""
    checked = 0
    for name in FILES.values():
        for record in records(crawled, name)[:2] if (crawled / name).exists() else ():
            told = why(crawled, record["id"])
            content = ris("show", record["id"], "--output", crawled, "--html").stdout
            page = dom.Html(dom.decode(content, references=True), record["url"] or "")
            for field in told["fields"]:
                for printed in field["printed"] if field["page"] == 1 else ():
                    place, _, attribute = printed["place"].partition("[")
                    node = page.one(place)
                    shown = dom.attr(node, attribute.rstrip("]")) if attribute else dom.line(node)
                    assert shown == printed["text"], (record["id"], field)
                    checked += 1
    assert checked > 40


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("public", "derived from status"),
        ("url", "the page's own address"),
        ("deliberations.0.date", "read as a date"),
        ("deliberations.0.meeting_url", "where the link leads"),
        ("deliberations.0.order", "the position among its neighbours on the page"),
        ("file_number", "null or empty: no page tells it"),
        ("snapshot", "the hash of the archived page"),
    ],
)
def test_what_is_not_printed_as_it_stands_is_told_so(crawled: Path, path: str, found: str) -> None:
    told = why(crawled, paper(crawled)["id"], path)
    assert [(one["field"], one["found"]) for one in told["fields"]] == [(path, found)]


def test_a_list_that_is_asked_for_is_told_value_by_value(crawled: Path) -> None:
    record = paper(crawled)
    told = why(crawled, record["id"], "deliberations.0")
    row = record["deliberations"][0]
    values = {
        one["field"].rpartition(".")[2]: one["value"]
        for one in told["fields"]
        if ".votes" not in one["field"]
    }
    assert values == {key: value for key, value in row.items() if value is not None and key != "votes"}


def test_pages_are_told_in_the_order_in_which_they_count(crawled: Path) -> None:
    meeting = next(one for one in records(crawled, "meetings.jsonl") if "to010" in (one["url"] or ""))
    pages = why(crawled, meeting["id"])["pages"]
    assert [(page["page"], page["own"]) for page in pages] == [(1, True), (2, False)]
    assert pages[0]["snapshot"] == meeting["snapshot"]
    assert "si010" in pages[1]["url"]
    assert all(page["fault"] is None and page["offset"] > 0 for page in pages)


def test_a_value_that_another_page_filled_in_names_that_page(crawled: Path) -> None:
    """The start of a membership stands on the person's page alone."""
    record = next(one for one in records(crawled, "memberships.jsonl") if one["start"])
    told = why(crawled, record["id"], "start")
    teller = next(page for page in told["pages"] if page["page"] == told["fields"][0]["page"])
    assert "kp020" in teller["url"]
    assert teller["rule"]["function"] == "scraper.vendors.allris3.people.parse_person"


def test_a_value_that_was_changed_afterwards_is_no_pages(output: Path) -> None:
    record = paper(output)
    path = output / "papers.jsonl"
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    changed = json.dumps({**record, "department": "Zirkus"}, ensure_ascii=False, separators=(",", ":"))
    path.write_text(path.read_text("utf-8").replace(line, changed), "utf-8")
    (told,) = why(output, record["id"], "department")["fields"]
    assert (told["value"], told["page"]) == ("Zirkus", None)
    assert told["found"].startswith("no page tells exactly this")


# What RECORD may be


def test_a_record_is_named_by_id_address_or_number(crawled: Path) -> None:
    record = paper(crawled)
    for word in (record["id"], record["url"], record["url"] + "#beschluss", record["reference"]):
        assert why(crawled, word, "subject")["id"] == record["id"], word


def test_the_folder_follows_from_the_id(crawled: Path) -> None:
    record = paper(crawled)
    for word in (record["id"], record["url"], record["reference"]):
        done = ris("why", word, "status", cwd=crawled.parents[1])
        assert done.returncode == 0, done.stderr
        assert done.stdout.decode().startswith(record["id"])


def test_an_id_that_was_given_up_leads_to_its_successor(output: Path) -> None:
    record = paper(output)
    with Store(output / "state.sqlite") as store:
        store.add_aliases([("127.0.0.1:paper:old", record["id"])])
    assert why(output, "127.0.0.1:paper:old", "status")["id"] == record["id"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["127.0.0.1:paper:0"], 1, "127.0.0.1:paper:0: no such record in "),
        (["2020/9999"], 1, "2020/9999: no record has this id, address or number"),
        (["http://nowhere.example/x"], 1, "no record has this id, address or number"),
        (["PAPER", "colour"], 2, "colour: the record has no such field; there are: kind, id, "),
        (["PAPER", "deliberations.99.date"], 2, "no row 99; the rows are 0 to "),
    ],
)
def test_what_is_not_there_is_one_line(crawled: Path, words: list[str], code: int, told: str) -> None:
    named = [paper(crawled)["id"] if word == "PAPER" else word for word in words]
    done = ris("why", *named, "--output", crawled)
    message = done.stderr.decode()
    assert (done.returncode, done.stdout) == (code, b"")
    assert told in message
    assert message.count("\n") == 1


def test_a_folder_without_a_state_is_one_line(tmp_path: Path) -> None:
    done = ris("why", "herne:paper:1", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (6, b"")
    assert b"output/herne: no state of a crawl in this folder" in done.stderr


# The archive


def test_a_missing_archive_file_is_told_and_the_rest_is_shown(output: Path) -> None:
    path = archive_files(output / "archive")[0]
    path.unlink()
    done = ris("why", paper(output)["id"], "status", "--output", output)
    assert done.returncode == 3
    assert (
        done.stderr.decode() == f"ris: {path}: this file of the archive is missing; put a copy of it back\n"
    )
    assert b"the archived page cannot be read" in done.stdout
    shown = ris("show", paper(output)["id"], "--output", output)
    assert (shown.returncode, shown.stdout) == (6, b"")


def place_of(output: Path, record_id: str) -> tuple[Path, int]:
    page = why(output, record_id, "status")["pages"][0]
    return Path(page["file"]), page["offset"]


def test_a_damaged_response_is_told_with_its_place(output: Path) -> None:
    path, offset = place_of(output, paper(output)["id"])
    data = bytearray(path.read_bytes())
    data[offset + 400] ^= 0x55
    path.write_bytes(data)
    done = ris("why", paper(output)["id"], "status", "--output", output)
    assert done.returncode == 3
    assert f"{path}: offset {offset}: the archived answer is damaged: " in done.stderr.decode()


def test_a_response_is_read_at_its_place_whatever_lies_before_and_behind(output: Path) -> None:
    """No search through the archive: its other bytes are not even there."""
    path, offset = place_of(output, paper(output)["id"])
    before = ris("show", paper(output)["id"], "--output", output, "--html").stdout
    data = path.read_bytes()
    length = int.from_bytes(data[offset + 16 : offset + 20], "little")
    with path.open("r+b") as file:
        file.truncate(offset + length)
        file.seek(4096)
        file.write(bytes(offset - 4096))
    assert ris("show", paper(output)["id"], "--output", output, "--html").stdout == before
    assert before


def test_an_answer_whose_place_was_not_noted_is_searched(output: Path) -> None:
    """As after a crash, when an archived answer is worked off later."""
    place = place_of(output, paper(output)["id"])
    with sqlite3.connect(output / "state.sqlite") as db:
        db.execute("UPDATE pages SET file = NULL, offset = NULL")
    db.close()
    assert place_of(output, paper(output)["id"]) == place


# Show


def test_show_prints_the_page_as_text_with_a_head_line(crawled: Path) -> None:
    record = paper(crawled)
    done = ris("show", record["id"], "--output", crawled)
    head, empty, *lines = done.stdout.decode().splitlines()
    assert head.split() == [
        record["url"], record["fetched_at"], record["snapshot"], str(archive_files(crawled / "archive")[0])
    ]  # fmt: skip
    assert empty == ""
    assert any(record["subject"].split()[0] in line for line in lines)
    assert not any("<td" in line for line in lines)


def test_show_html_gives_the_bytes_that_have_the_hash(crawled: Path) -> None:
    record = paper(crawled)
    content = ris("show", record["url"], "--output", crawled, "--html").stdout
    assert "sha256:" + hashlib.sha256(content).hexdigest() == record["snapshot"]


def test_nothing_of_a_page_steers_the_terminal(crawled: Path) -> None:
    record = next(
        one for one in records(crawled, "papers.jsonl") if TRICK in json.dumps(one, ensure_ascii=False)
    )
    for words in (["why", record["id"]], ["why", record["id"], "paper_type"], ["show", record["id"]]):
        shown = ris(*words, "--output", crawled).stdout.decode()
        assert TRICK not in shown
        assert "\\u202eAntrag" in shown, words


def test_json_is_shown_indented(tmp_path: Path) -> None:
    with Town(skin="oparl") as town:
        done = ris("crawl", town.url, "--output", tmp_path / "town", *WINDOW, "--max-requests", "8")
        assert done.returncode in (0, 3), done.stderr
    found = next(one for name in FILES.values() if (tmp_path / "town" / name).exists()
                 for one in records(tmp_path / "town", name))  # fmt: skip
    lines = ris("show", found["id"], "--output", tmp_path / "town").stdout.decode().splitlines()
    assert json.loads("\n".join(lines[2:]))
    assert lines[3].startswith('  "')


# Both ways


def test_pages_and_endpoint_of_a_record_are_told_together(tmp_path: Path) -> None:
    output = tmp_path / "output" / "127.0.0.1-both"
    with Town(skin="sessionnet") as pages, Town(skin="oparl") as endpoint:
        ways = ["--via", "both", "--oparl", endpoint.url]
        assert ris("crawl", pages.url, *ways, "--output", output, *WINDOW).returncode == 0
    lines = records(output, "origins.jsonl")
    record = next(one for one in lines if one["kind"] == "paper" and len(one["snapshots"]) == 2)
    done = ris("why", record["id"], "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    ways_of = {Path(page["file"]).parts[-3]: page["page"] for page in told["pages"]}
    assert ways_of.keys() == {"html", "oparl"}
    tellers = {one["field"]: one["page"] for one in told["fields"] if one["page"]}
    for key, way in record["fields"].items():
        if key in tellers and way == "oparl":
            assert tellers[key] >= ways_of["oparl"], key
        elif key in tellers and way == "html":
            assert tellers[key] < ways_of["oparl"], key


# Look-ups


def test_records_are_found_in_the_lines_by_halving(crawled: Path) -> None:
    for name in FILES.values():
        for record in records(crawled, name) if (crawled / name).exists() else ():
            assert standing(crawled, record["id"]) == record
    first = records(crawled, "papers.jsonl")[0]["id"]
    for absent in (first[:-1], f"{first}0", "127.0.0.1:paper:", "127.0.0.1:paper:~", "x"):
        assert standing(crawled, absent) is None


def test_no_look_up_reads_a_whole_table(crawled: Path) -> None:
    """Speed on a million records: sqlite says itself how it goes about each question."""
    asked: list[str] = []
    with Lookup(crawled / "state.sqlite") as store:
        store._db.set_trace_callback(asked.append)
        assert store.tellings(paper(crawled)["id"])
        assert store.records_at(paper(crawled)["url"])
        store._db.set_trace_callback(None)
        plans = [row[3] for query in asked for row in store._db.execute(f"EXPLAIN QUERY PLAN {query}")]
    scans = [plan for plan in plans if plan.startswith("SCAN")]
    assert len(plans) > len(scans)
    assert all("aliases" in plan for plan in scans), "few ids are ever given up"


def test_asking_shuts_nobody_out_and_writes_nothing(output: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in output.iterdir()}
    with Lookup(output / "state.sqlite"), Lookup(output / "state.sqlite") as second:
        assert second.vendors() == ["allris3"]
    assert {path.name: path.stat().st_mtime_ns for path in output.iterdir()} == before


def test_what_a_crash_left_beside_the_state_is_seen(output: Path) -> None:
    record = paper(output)
    path = output / "state.sqlite"
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA locking_mode=NORMAL")
    db.execute("PRAGMA wal_autocheckpoint=0")
    db.execute("UPDATE pages SET fetched_at = '2031-01-01T00:00:00Z'")
    crashed = output.parent / "crashed"
    shutil.copytree(output, crashed, ignore=shutil.ignore_patterns("*-shm"))
    db.close()
    assert (crashed / "state.sqlite-wal").stat().st_size
    assert why(crashed, record["id"], "status")["pages"][0]["fetched_at"] == "2031-01-01T00:00:00Z"
