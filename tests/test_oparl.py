"""OParl beyond its fixtures: addresses, paging that must end, ids served elsewhere, and the real pages."""

from __future__ import annotations

import datetime as dt
import json
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest

from scraper import detect, parser
from scraper.errors import PageError
from scraper.objects import Object
from scraper.page import Kind, Page, Parsed, Request, Source, Window
from scraper.parser import EPOCH, parse_page
from scraper.vendors.oparl import VENDOR
from scraper.vendors.oparl.endpoint import MOST_PAGES, Endpoint, native_id, next_page

PAGES = Path(__file__).parents[2] / "shared" / "pages"
WINDOW = Window(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
BASE = "https://ris.musterau.example/oparl"


@pytest.mark.parametrize(
    ("address", "web", "number"),
    [
        ("https://h.example/oparl/bodies/0001/papers/vo/41446", None, "41446"),
        ("https://h.example/oparl/bodies/0001/papers/ag/273", None, "ag273"),
        ("https://h.example/oparl/bodies/0001/organizations/gr/32130", None, "32130"),
        ("https://h.example/oparl/bodies/0001/organizations/at/882967", None, "at882967"),
        ("https://h.example/oparl/bodies/0001/meetings/4711/", None, "4711"),
        ("https://h.example/rim/webservice/oparl/v1.0/body/1/organization/1-8", None, "1-8"),
        ("https://h.example/oparl/agendaItem/2026-P-8%7C0081%7C1", None, "2026-P-8|0081|1"),
        ("http://h.example/public/oparl/organizations?typ=gr&id=164", None, "164"),
        ("http://h.example/public/oparl/organizations?id=61&typ=at", None, "at61"),
        ("http://h.example/public/oparl/consultations?id=1001439&bi=1001359", None, "1001439"),
        ("http://h.example/bi/oparl/1.0/files.asp?dtyp=130&id=1047733", None, "1047733"),
        (
            "http://h.example/bi/oparl/1.0/organizations.asp?typ=gr&id=31",
            "http://h.example/bi/au020.asp?AULFDNR=25",
            "au25",
        ),
        ("http://h.example/bi/oparl/1.0/organizations.asp?typ=gr&id=1", "http://h.example/bi/", "1"),
        ("https://h.example/public/oparl/papers?VOLFDNR=7", None, "7"),
        ("https://h.example", None, ""),
        ("", None, ""),
    ],
)
def test_the_number_of_an_object(address: str, web: str | None, number: str) -> None:
    assert native_id(address, web) == number


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_scheme_of_an_id_does_not_matter(scheme: str) -> None:
    assert native_id(f"{scheme}://h.example/oparl/bodies/1/papers/vo/7") == "7"


@pytest.mark.parametrize(
    ("page", "own", "asked", "served"),
    [
        # Karlsruhe: ids say /oparl/, answered is below /ris/oparl/
        ("/ris/oparl/system", "/oparl/system", "/oparl/bodies", "/ris/oparl/bodies"),
        # another folder is not the endpoint's
        ("/ris/oparl/system", "/oparl/system", "/oparlx/1", "/oparlx/1"),
        ("/oparl/system", "/oparl/system", "/oparl/bodies", "/oparl/bodies"),
        # what is not the endpoint's stays: pages for people
        ("/ris/oparl/system", "/oparl/system", "/ris/vo0050?id=1", "/ris/vo0050?id=1"),
    ],
)  # fmt: skip
def test_ids_are_asked_for_where_the_endpoint_answers(page: str, own: str, asked: str, served: str) -> None:
    host = "https://h.example"
    assert Endpoint(host + page, [host + own]).served(host + asked) == host + served


def test_ids_of_a_saved_page_without_an_address_stay() -> None:
    assert Endpoint("", [f"{BASE}/system"]).served(f"{BASE}/bodies") == f"{BASE}/bodies"


def test_http_ids_behind_https_are_asked_for_over_https() -> None:
    for path in ("/bi/oparl/1.0/system.asp", "/system"):
        endpoint = Endpoint(f"https://h.example{path}", [f"http://h.example{path}"])
        assert endpoint.served(f"http://h.example{path}?id=1") == f"https://h.example{path}?id=1"
        assert endpoint.served("http://other.example/x") == "http://other.example/x"


def told(url: str, content: Any) -> Parsed:
    return parse_page(Page(url, json.dumps(content).encode(), "application/json", EPOCH), VENDOR)


def test_a_whole_endpoint_under_another_path_is_followed_there() -> None:
    base, served = "https://h.example/oparl", "https://h.example/ris/oparl"
    system = {"id": f"{base}/system", "type": "https://schema.oparl.org/1.1/System", "body": f"{base}/bodies"}
    assert told(f"{served}/system", system).follow == (Request(f"{served}/bodies", Kind.START),)
    paper = {"id": f"{base}/papers/vo/1", "type": "https://schema.oparl.org/1.1/Paper", "name": "Bänke"}
    page = {"data": [paper], "links": {"next": f"{base}/papers?page=2"}}
    parsed = told(f"{served}/papers", page)
    assert parsed.records[0].url == f"{base}/papers/vo/1"
    assert [request.url for request in parsed.follow] == [f"{served}/papers/vo/1", f"{served}/papers?page=2"]


# ---- paging


def pages(url: str, answer: Any) -> list[str]:
    """The addresses of a list that a crawl asks for; `answer(number)` gives links and pagination."""
    asked: list[str] = []
    wanted: str | None = url
    while wanted and wanted not in asked and len(asked) < 50:
        asked.append(wanted)
        links, pagination, size = answer(len(asked))
        wanted = next_page(wanted, Object(links), Object(pagination), size)
    return asked


def pagination(current: int, total: int) -> dict[str, int]:
    return {"totalElements": 25 * total, "elementsPerPage": 25, "currentPage": current, "totalPages": total}


@pytest.mark.parametrize(
    ("first", "following"),
    [
        (f"{BASE}/papers", "{}?page={}"),
        (f"{BASE}/papers.asp?body=1", "{}&p={}"),
        (f"{BASE}/body/KH/paper/page/1", f"{BASE}/body/KH/paper/page/{{1}}"),
        (f"{BASE}/papers?limit=100", "{}&page={}"),
    ],
)
def test_pages_are_followed_as_the_server_links_them(first: str, following: str) -> None:
    def answer(number: int) -> tuple[Any, Any, int]:
        told = {"next": following.format(first, number + 1)} if number < 3 else {}
        return told, {}, 25

    assert pages(first, answer) == [first, following.format(first, 2), following.format(first, 3)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"{BASE}/papers", f"{BASE}/papers?page=2"),
        (f"{BASE}/papers.asp?body=1&p=1", f"{BASE}/papers.asp?body=1&p=2"),
        (f"{BASE}/papers.asp?body=1", f"{BASE}/papers.asp?body=1&page=2"),
        (f"{BASE}/body/KH/paper/page/1", f"{BASE}/body/KH/paper/page/2"),
    ],
)
def test_without_links_the_pages_are_counted(first: str, second: str) -> None:
    assert pages(first, lambda number: ({}, pagination(number, 2), 25)) == [first, second]


def test_without_links_and_numbers_the_list_is_one_page() -> None:
    assert pages(f"{BASE}/papers", lambda number: ({}, {}, 25)) == [f"{BASE}/papers"]


def test_a_server_that_counts_from_nought() -> None:
    def answer(number: int) -> tuple[Any, Any, int]:
        links = {"first": f"{first}?page=0"} | ({"next": f"{first}?page={number}"} if number < 3 else {})
        return links, pagination(number - 1, 3), 25

    first = f"{BASE}/papers"
    assert pages(first, answer) == [first, f"{first}?page=1", f"{first}?page=2"]


@pytest.mark.parametrize("back", [1, 2, 3])
def test_a_next_that_leads_back_ends_the_list(back: int) -> None:
    def answer(number: int) -> tuple[Any, Any, int]:
        return {"next": f"{BASE}/papers?page={number + 1 if number < 3 else back}"}, {}, 25

    assert len(pages(f"{BASE}/papers", answer)) == 3


@pytest.mark.parametrize(
    "answer",
    [
        lambda number: ({"next": f"{BASE}/p?page={number + 1}"}, pagination(1, 3), 25),  # always page 1
        lambda number: (
            {"next": f"{BASE}/p?page={number + 1}"},
            pagination(number, 3),
            25,
        ),  # beyond the last
        lambda number: ({"next": f"{BASE}/p?page={number + 1}"}, {}, 25 if number < 4 else 0),  # then empty
        lambda number: ({}, pagination(min(number, 3), 9), 25 if number < 4 else 0),
        lambda number: ({"next": f"{BASE}/p"}, {}, 25),  # itself
    ],
)
def test_a_list_that_never_shrinks_ends(answer: Any) -> None:
    assert len(pages(f"{BASE}/p", answer)) <= 5


def test_a_list_without_any_end_ends_at_a_bound() -> None:
    last = f"{BASE}/p?page={MOST_PAGES}"
    assert next_page(last, Object({"next": f"{BASE}/p?page={MOST_PAGES + 1}"}), Object({}), 25) is None


def test_a_saved_page_without_an_address_has_the_next_one_that_it_links() -> None:
    links, here = {"next": f"{BASE}/papers?page=4"}, pagination(3, 9)
    assert next_page("", Object(links), Object(here), 25) == f"{BASE}/papers?page=4"
    assert next_page("", Object({}), Object(here), 25) is None


# ---- what a crawl asks for


def test_the_window_and_what_is_embedded_decide_what_is_asked_for() -> None:
    named = Request(f"{BASE}/agendaitems/1", Kind.AGENDA_ITEM)
    dated = Request(f"{BASE}/agendaitems/1", Kind.AGENDA_ITEM, date=dt.date(2026, 3, 1))
    paper = Request(f"{BASE}/papers/1", Kind.PAPER)
    assert [tuple(VENDOR.expand(one, WINDOW)) for one in (named, dated, paper)] == [(), (dated,), (paper,)]


@pytest.mark.parametrize(
    ("address", "seed"),
    [
        ("https://h.example/bi/oparl/1.0/system.asp", "https://h.example/bi/oparl/1.0/system.asp"),
        ("https://oparl.h.example/system", "https://oparl.h.example/system"),
        ("https://h.example/ris/", "https://h.example/ris/oparl/system"),
    ],
)
def test_a_crawl_begins_at_the_endpoint(address: str, seed: str) -> None:
    assert [one.url for one in VENDOR.seeds(Source("h", address), WINDOW)] == [seed]


# ---- odd answers


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html><body>Wartung</body></html>", "broken_page"),
        (b"<html><body><altcha-widget></altcha-widget></body></html>", "refused"),
        (b'<html><form><input name="p" type="password"></form></html>', "refused"),
        (b" {} ", "broken_page"),
        (b"", "broken_page"),
        (b'{"status": 1}', "wrong_product"),
    ],
)
def test_what_is_no_answer_is_named(content: bytes, code: str) -> None:
    with pytest.raises(PageError) as caught:
        parse_page(Page(f"{BASE}/system", content, "application/json", EPOCH), VENDOR)
    assert caught.value.code == code


@pytest.mark.parametrize("kind", ["Organization", "Person", "Membership", "Meeting", "AgendaItem", "Paper"])
def test_an_object_that_tells_nothing_is_no_record(kind: str) -> None:
    thing = {"id": f"{BASE}/x/1", "type": f"https://schema.oparl.org/1.1/{kind}", "modified": "2026-01-01"}
    with pytest.raises(PageError) as caught:
        told(f"{BASE}/x/1", thing)
    assert caught.value.code == "broken_page"


def test_of_a_joint_consultation_the_first_organization_leads() -> None:
    way = {
        "id": f"{BASE}/consultations/1",
        "type": "https://schema.oparl.org/1.1/Consultation",
        "organization": [f"{BASE}/o/1", f"{BASE}/o/2"],
        "meeting": f"{BASE}/m/1",
    }
    kind = "https://schema.oparl.org/1.1/Paper"
    parsed = told(f"{BASE}/p/1", {"id": f"{BASE}/p/1", "type": kind, "name": "Bänke", "consultation": [way]})
    paper = parsed.records[0].model_dump()
    assert [row["committee_url"] for row in paper["deliberations"]] == [f"{BASE}/o/1"]
    assert paper["extra"] == {"consultation.organization": f"{BASE}/o/2"}
    assert {request.url for request in parsed.follow} == {f"{BASE}/o/1", f"{BASE}/o/2", f"{BASE}/m/1"}


def test_bodies_that_a_list_only_names_are_asked_for() -> None:
    body = {"id": f"{BASE}/bodies/1", "type": "https://schema.oparl.org/1.1/Body", "name": "Musterau"}
    assert told(f"{BASE}/bodies", {"data": [body]}).follow == (Request(f"{BASE}/bodies/1", Kind.START),)


def test_an_object_that_stands_for_an_address_is_read() -> None:
    body = {"id": f"{BASE}/o/1", "type": "https://schema.oparl.org/1.1/Organization", "name": "Rat"}
    meeting = {"id": f"{BASE}/m/1", "type": "https://schema.oparl.org/1.1/Meeting", "name": "Sitzung"}
    parsed = told(f"{BASE}/m/1", {**meeting, "organization": [body]})
    assert [record.id for record in parsed.records] == [
        "ris.musterau.example:meeting:1",
        "ris.musterau.example:organization:1",
    ]
    assert parsed.follow == ()


def test_a_deeply_nested_answer_is_no_crash() -> None:
    with pytest.raises(PageError):
        parse_page(Page(f"{BASE}/system", b"[" * 100_000, "", EPOCH), VENDOR)


def test_a_large_object_is_read_whole() -> None:
    items = [
        {"id": f"{BASE}/agendaitems/{n}", "type": "https://schema.oparl.org/1.1/AgendaItem", "number": str(n)}
        for n in islice(count(1), 5000)
    ]
    meeting = {
        "id": f"{BASE}/meetings/1",
        "type": "https://schema.oparl.org/1.1/Meeting",
        "name": "Rat",
        "agendaItem": items,
    }
    assert len(told(f"{BASE}/meetings/1", meeting).records) == 5001


# ---- real pages

SAVED = sorted(path for path in PAGES.glob("oparl/*.json") if ".gold." not in path.name)


@pytest.mark.skipif(not SAVED, reason="the real pages are not here")
@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
def test_every_real_page_is_read_or_named(path: Path) -> None:
    try:
        parsed = parser.parse_file(path.read_bytes(), "")
    except PageError as error:
        assert path.read_bytes().strip() == b"{}", error
        return
    assert parsed.records or parsed.follow
    unknown = {code for record in parsed.records for code in record.warnings}
    assert unknown <= {"unmapped_result"}


@pytest.mark.skipif(not PAGES.exists(), reason="the real pages are not here")
def test_no_page_of_another_product_is_taken_for_oparl() -> None:
    claimed = []
    for path in sorted(PAGES.glob("*/*.*")):
        if path.parent.name == "oparl" or ".gold." in path.name:
            continue
        mark = detect.detect(Page("", path.read_bytes(), "", EPOCH))
        claimed += [path.name] if mark and mark.vendor == "oparl" else []
    assert claimed == []
