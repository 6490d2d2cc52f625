"""SD.NET RIM beyond its fixtures: ids that survive other tokens, addresses, saved pages without one."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from scraper import vendors
from scraper.page import Kind, Page, Request, Source, Window
from scraper.parser import EPOCH, parse_file, vendor_of
from tests.town import Town

FIXTURES = Path(__file__).parents[1] / "fixtures" / "sdnet"
VENDOR = vendors.load("sdnet")
WINDOW = Window(dt.date(2026, 9, 1), dt.date(2026, 12, 31))
MEETING = FIXTURES / "musterau-meeting-parts-documents-and-late-papers" / "page.html"


def lines(folder: Path) -> dict[str, str]:
    """Id → address of every record."""
    records = (json.loads(line) for path in folder.glob("*.jsonl") for line in path.read_text().splitlines())
    return {record["id"]: record["url"] for record in records}


def test_ids_are_the_same_in_every_session_and_addresses_are_not(tmp_path: Path) -> None:
    told = []
    with Town(skin="sdnet") as town:
        for name in ("first", "second"):
            asked = ["crawl", town.url, "--output", str(tmp_path / name), "--delay", "0"]
            window = ["--since", "2026-09-01", "--until", "2026-10-31"]
            done = subprocess.run(
                [sys.executable, "-m", "scraper", *asked, *window],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            told.append(lines(tmp_path / name))
            town.forget()
    first, second = told
    assert first.keys() == second.keys()
    assert all("UGhV" not in record_id for record_id in first)
    linked = [record_id for record_id, url in first.items() if url]
    assert linked and all(first[record_id] != second[record_id] for record_id in linked)


def test_the_same_meeting_and_paper_have_one_id_on_every_page() -> None:
    def ids(case: str, kind: str) -> set[str]:
        meta = json.loads((FIXTURES / case / "meta.json").read_text())
        content = next((FIXTURES / case).glob("page.*")).read_bytes()
        return {one.id for one in parse_file(content, meta["url"]).records if one.kind == kind}

    export = ids("musterau-calendar-export-with-a-note", "meeting")
    assert ids("musterau-meeting-parts-documents-and-late-papers", "meeting") <= export


def test_a_saved_page_without_an_address_is_read_by_its_content() -> None:
    parsed = parse_file(MEETING.read_bytes(), "", source="musterau")
    assert parsed.records[0].id == "musterau:meeting:rat-der-stadt-musterau-2026-09-29-1630"
    assert parsed.records[0].url and "/tops/?__=" in parsed.records[0].url  # it links itself
    kinds = {}
    for case in FIXTURES.iterdir():
        content = next(case.glob("page.*")).read_bytes()
        route = VENDOR.route_of(Page("", content, "", EPOCH))
        kinds[case.name] = route.kind if route else None
    assert kinds["musterau-calendar-export-with-a-note"] == Kind.CALENDAR
    assert kinds["musterau-paper_list-hits-of-a-search"] == Kind.PAPER_LIST
    assert kinds["musterau-start-menu"] is None


@pytest.mark.parametrize(
    ("given", "root"),
    [
        ("https://ris.musterau.example", "https://ris.musterau.example/"),
        ("https://ris.musterau.example/termine/", "https://ris.musterau.example/"),
        ("https://rim.example/rim/index.php", "https://rim.example/rim/"),
        ("https://rim.example/rim4220", "https://rim.example/rim4220/"),
        ("https://rim.example/rim4220/tops/?__=UGhV", "https://rim.example/rim4220/"),
        ("https://rim.example/musterau/webservice/oparl/v1.1/system", "https://rim.example/musterau/"),
    ],
)
def test_a_crawl_begins_at_the_root_of_the_installation(given: str, root: str) -> None:
    start, export = VENDOR.seeds(Source("musterau", given), WINDOW)
    assert (start.kind, start.url) == (Kind.START, root)
    assert (export.kind, export.url) == (Kind.CALENDAR, f"{root}termine/ics/SD.NET_RIM.ics")
    (page,) = VENDOR.fallback(export)
    assert (page.kind, page.url) == (Kind.CALENDAR, f"{root}termine/")
    assert list(VENDOR.fallback(page)) == []
    assert {one.url for one in VENDOR.fallback(start)} == {
        f"{root}{name}" for name in ("vorlagen", "gremien", "fraktionen", "personen")
    }


def test_addresses_lose_switches_but_not_the_parameter_that_chooses_the_page() -> None:
    base = "https://ris.musterau.example"
    assert VENDOR.canonical(f"{base}/tops/?x=1&__=UGhV_-1#top") == f"{base}/tops/?__=UGhV_-1"
    assert VENDOR.canonical(f"{base}/vorlagen?__=UGhV2") == f"{base}/vorlagen?__=UGhV2"
    assert VENDOR.canonical(f"{base}/gremien?sort=1") == f"{base}/gremien"


def test_a_number_that_the_title_contradicts_is_told() -> None:
    case = FIXTURES / "musterau-paper-way-with-decisions-and-votes"
    url = json.loads((case / "meta.json").read_text())["url"]
    content = (case / "page.html").read_text().replace("Vorgang 512 /IX.</h1>", "Vorgang 927 /XI.</h1>")
    (record,) = parse_file(content.encode(), url).records
    assert "unread:Vorgang 927 /XI." in record.warnings


def test_a_page_of_a_town_that_links_a_paper_is_none_of_the_product() -> None:
    content = (
        b'<html><body><a href="https://ris.example/vorgang/?__=UGhVM0hpd2NXNFdF">Vorlage</a></body></html>'
    )
    mark = VENDOR.fingerprint(Page("https://musterau.example/", content, "", EPOCH))
    assert mark is None or mark.confidence < 0.4
    assert vendor_of(Page("", MEETING.read_bytes(), "", EPOCH)) is VENDOR


def test_a_request_of_another_kind_has_no_other_way() -> None:
    assert list(VENDOR.fallback(Request("https://ris.example/vorlagen", Kind.PAPER_LIST))) == []


def test_a_remark_calls_a_meeting_off_and_other_tables_are_told() -> None:
    url = json.loads((MEETING.parent / "meta.json").read_text())["url"]
    row = '<tr><th scope="row">Bemerkung:</th><td>Die Sitzung entfällt!</td></tr><tr>'
    seats = '<table><tr class="row-1"><td class="column-name">Ortrud Beispiel</td></tr></table>'
    page = MEETING.read_text().replace("<tr>", row, 1).replace("</table>", f"</table>{seats}", 1)
    meeting = parse_file(page.encode(), url).records[0].model_dump()
    assert meeting["cancelled"] is True
    assert meeting["extra"] == {"Bemerkung": "Die Sitzung entfällt!"}
    assert meeting["warnings"] == ("unread:Ortrud Beispiel",)
