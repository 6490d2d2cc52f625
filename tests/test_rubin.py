"""more! rubin beyond its fixtures: interfaces, months, addresses, embedded data."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from scraper import vendors
from scraper.errors import BrokenPageError, NotFoundError, NotPublicError, WrongProductError
from scraper.page import Kind, Page, Request, Source, Window
from scraper.parser import EPOCH, parse_file, parse_page
from scraper.vendors.rubin.address import native, repaired, root_of

FIXTURES = Path(__file__).parents[1] / "fixtures" / "rubin"
VENDOR = vendors.load("rubin")
HOST = "https://musterau.gremien.example"
WINDOW = Window(dt.date(2026, 11, 20), dt.date(2027, 1, 5))
CALENDAR = f"{HOST}/api.php?id=calendar&action=get&view=list"


@pytest.mark.parametrize(
    ("given", "root"),
    [
        (HOST, f"{HOST}/"),
        (f"{HOST}/index.php", f"{HOST}/"),
        (f"{HOST}/meeting?id=2026-HA-81", f"{HOST}/"),
        (f"{HOST}/oparl/system", f"{HOST}/"),
        (f"{HOST}/ris/meeting.php;jsessionid=8F3A?id=2026-HA-81", f"{HOST}/ris/"),
        (f"{HOST}/ris/webservice-mobile/webservice.php?json=true", f"{HOST}/ris/"),
    ],
)
def test_a_crawl_begins_at_the_start_page(given: str, root: str) -> None:
    (start,) = VENDOR.seeds(Source("musterau", given), WINDOW)
    assert (start.kind, start.url) == (Kind.START, root)


def test_a_calendar_stands_for_its_months() -> None:
    months = [one.url for one in VENDOR.expand(Request(CALENDAR, Kind.CALENDAR), WINDOW)]
    assert months == [f"{CALENDAR}&from={m}&to={m}" for m in ("2026-11", "2026-12", "2027-01")]
    (again,) = VENDOR.expand(Request(months[0], Kind.CALENDAR), WINDOW)
    assert again.url == months[0]


def test_an_interface_that_is_not_there_is_replaced_by_the_older_one_and_then_by_the_export() -> None:
    first = Request(f"{CALENDAR}&from=2026-11&to=2026-11", Kind.CALENDAR)
    (second,) = VENDOR.fallback(first)
    assert second.url.startswith(f"{HOST}/webservice-mobile/webservice.php?json=true&")
    assert "from=2026-11" in second.url
    (third,) = VENDOR.fallback(second)
    assert third.url == f"{HOST}/api.php?id=calendar&action=webcalendar"
    assert list(VENDOR.fallback(third)) == []


def test_a_start_page_that_cannot_be_had_leaves_the_interface() -> None:
    found = list(VENDOR.fallback(Request(f"{HOST}/", Kind.START)))
    assert [one.kind for one in found] == [Kind.ORGANIZATION_LIST, Kind.CALENDAR]


def test_an_agenda_that_the_interface_refuses_may_be_in_the_page() -> None:
    asked = Request(
        VENDOR.canonical(f"{HOST}/api.php?id=meetings&action=get&meeting_id=2026-HA-81"), Kind.MEETING
    )
    (page,) = VENDOR.fallback(asked)
    assert page.url == f"{HOST}/meeting?id=2026-HA-81"


def test_an_address_is_the_same_in_any_order_of_its_parameters() -> None:
    one = f"{HOST}/api.php?id=meetings&action=get&meeting_id=2026-HA-81&with_agenda_item_documents=1"
    other = f"{HOST}/api.php?with_agenda_item_documents=1&meeting_id=2026-HA-81&action=get&id=meetings&x=2"
    assert VENDOR.canonical(one) == VENDOR.canonical(other)
    month = f"{CALENDAR}&from=2026-11&to=2026-11"
    assert VENDOR.canonical(month) != VENDOR.canonical(month.replace("2026-11", "2026-12"))


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("http:///ris.example/meeting?id=2026-SR-103", "http://ris.example/meeting?id=2026-SR-103"),
        ("https://ris.example//meeting.php?id=1", "https://ris.example/meeting.php?id=1"),
        ("https://ris.example/meeting;jsessionid=8F3A?id=1", "https://ris.example/meeting?id=1"),
        ("https://ris.example/meeting?id=1&back=https://x.example//a", None),
        ("/meeting?id=1", None),
    ],
)
def test_printed_addresses_are_repaired(printed: str, plain: str | None) -> None:
    assert repaired(printed) == (plain or printed)


def test_a_meeting_keeps_its_number_when_its_minutes_appear() -> None:
    assert native("ni_2026-STR-251") == native("2026-STR-251") == "2026-STR-251"
    assert root_of(f"{HOST}/documents.php") == f"{HOST}/"


def shell(script: str) -> Page:
    """A page of an older installation with this script."""
    head = '<html><head><meta name="author" content="more! software"></head><body><script>'
    return Page(f"{HOST}/meeting.php?id=1", f"{head}{script}</script></body></html>".encode(), "", EPOCH)


MEETING = {
    "nummer": "2026-X-1",
    "datum": "2026-09-30",
    "titel": "1. Sitzung </script> }};",
    "agenda_items": [],
}


@pytest.mark.parametrize("form", ['"props":{}', "props: {}", "'props' : {}"])
def test_the_embedded_data_end_where_the_json_ends(form: str) -> None:
    props = json.dumps({"passed-meeting": MEETING}).replace("/", "\\/")
    script = f'window.components["MeetingPage__a1"] = {{ {form.format(props)}, store: {{"a": "}}"}} }};'
    (record,) = parse_page(shell(script), VENDOR).records
    assert record.model_dump()["name"] == "1. Sitzung </script> }};"


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (
            'window.components["MeetingPage__a"] = { props: {"passed-meeting":null}, store: [] };',
            NotFoundError,
        ),
        ('window.components["MeetingPage__a"] = { props: {"passed-meeting":{"nummer":', BrokenPageError),
        ('window.components["OtherPage__a"] = { props: {"passed-meeting":{}}, store: [] };', BrokenPageError),
        ("", BrokenPageError),
    ],
)
def test_a_page_without_its_meeting_tells_none(script: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_page(shell(script), VENDOR)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ('[{"ErrorCode":101}]', NotPublicError),
        ('{"message":"OParl is not active."}', NotPublicError),
        ("{}", NotFoundError),
        ("null", NotFoundError),
        ('{"meetings":[{"nummer":"1","titel":"1. Sitzung","fraktionssitzung":"0"}]}', BrokenPageError),
        ('{"first_day":"2026-09-01"}', WrongProductError),
        ("<html></html>", WrongProductError),
    ],
)
def test_what_is_no_answer_is_an_error(content: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_file(content.encode(), f"{HOST}/api.php?id=meetings&meeting_id=1", vendor="rubin")


def test_a_month_without_meetings_is_no_error() -> None:
    content = b'{"first_day":"2026-08-01","last_day":"2026-08-31","meetings":[]}'
    parsed = parse_file(content, f"{CALENDAR}&from=2026-08&to=2026-08", vendor="rubin")
    assert (parsed.records, parsed.follow) == ((), ())


def test_a_saved_answer_without_an_address_leads_to_the_pages_that_it_names() -> None:
    case = FIXTURES / "musterau-calendar-and-meeting-in-one-answer"
    parsed = parse_file((case / "page.json").read_bytes(), "", source="musterau")
    assert [one.url for one in parsed.follow] == [
        f"{HOST}/meeting?id=2026-HA-81", f"{HOST}/meeting?id=2026-STR-30"
    ]  # fmt: skip
    assert all(one.date for one in parsed.follow)


def test_two_items_of_one_key_are_two_and_a_paper_is_told_once() -> None:
    item = {
        "id": "2026-X-1|77|1",
        "vorlagennummer": "77",
        "topart": "vl",
        "status": 1,
        "submission": {"alias": "7/26"},
    }
    file = {
        "documentUrl": f"{HOST}/documents.php?json=1&document_type_id=4&id=69&json=1",
        "documentName": "V",
    }
    items = [{**item, "title": "Erster Teil", "documents": [file]}, {**item, "title": "Zweiter Teil"}]
    content = json.dumps({**MEETING, "fraktionssitzung": "0", "agenda_items": items}).encode()
    records = parse_file(content, f"{HOST}/api.php?id=meetings&meeting_id=1").records
    ids = [one.id.split(":", 1)[1] for one in records]
    assert ids == ["meeting:2026-X-1", "paper:77", "agenda_item:2026-X-1|77|1", "agenda_item:2026-X-1|77|1-2"]
    paper = records[1].model_dump()
    assert [one["url"] for one in paper["attachments"]] == [f"{HOST}/documents.php?document_type_id=4&id=69"]


def test_a_calendar_may_tell_of_other_days_too() -> None:
    meeting = {**{key: MEETING[key] for key in ("nummer", "datum", "titel")}, "fraktionssitzung": "0"}
    answer = {
        "meetings": [meeting],
        "holidays": [{"date": "2026-10-03", "name": "Tag der Deutschen Einheit"}],
    }
    parsed = parse_file(json.dumps(answer).encode(), f"{CALENDAR}&from=2026-09&to=2026-09")
    assert [one.kind for one in parsed.records] == ["meeting"]


def test_a_meeting_without_a_title_and_a_document_without_an_address_cost_nothing_else() -> None:
    documents = [{"documentName": "Einladung"}, {"documentName": "Protokoll", "documentUrl": ""}]
    meeting = {**MEETING, "titel": None, "fraktionssitzung": "0", "documents": documents}
    (record,) = parse_file(json.dumps(meeting).encode(), f"{HOST}/api.php?id=meetings&meeting_id=1").records
    shown = record.model_dump()
    assert (shown["name"], shown["cancelled"]) == (None, False)
    assert [(one["role"], one["url"]) for one in shown["attachments"]] == [
        ("invitation", None),
        ("minutes", None),
    ]
