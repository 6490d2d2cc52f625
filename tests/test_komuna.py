"""komuna: what fixtures cannot show: headers that go along, texts that are no base64, HTML within JSON."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from scraper import vendors
from scraper.page import Kind, Page, Request, Window
from scraper.parser import EPOCH, parse_page
from scraper.vendors.komuna import texts
from scraper.vendors.komuna.address import within

VENDOR = vendors.load("komuna")
API = "https://risapi.example/web"
HEADERS = (("x-orgkey", "R7"), ("x-uniqueid", "ris.example/musterau"), ("x-customname", "musterau"))


def answer(url: str, value: Any, asked: tuple[tuple[str, str], ...] = ()) -> Page:
    return Page(url, json.dumps(value).encode(), "application/json", EPOCH, asked=asked)


@pytest.mark.parametrize(
    ("asked", "system", "name"),
    [((("x-customname", "musterau"),), "ris.example/musterau", "musterau"), ((), "ris.example", "")],
)
def test_the_configuration_tells_the_headers(
    asked: tuple[tuple[str, str], ...], system: str, name: str
) -> None:
    page = answer(
        "https://ris.example/51b/webconfig.json",
        {"serviceUrl": "https://risapi.example", "org_key": "R7"},
        asked,
    )
    (calendar,) = parse_page(page, VENDOR).follow
    assert calendar.url == f"{API}/guestmeetings"
    assert calendar.headers == (("x-orgkey", "R7"), ("x-uniqueid", system), ("x-customname", name))


@pytest.mark.parametrize(
    ("path", "name"),
    [("musterau/", "musterau"), ("", ""), ("app/sitzungen", ""), ("musterau;jsessionid=7/", "musterau")],
)
def test_the_first_part_of_the_path_names_the_system_unless_it_is_the_apps_own(path: str, name: str) -> None:
    shell = b'<html><script src="/51b/static/js/index-A1.js"></script></html>'
    (config,) = VENDOR.routes[4].parse(Page(f"https://ris.example/{path}", shell, "", EPOCH)).follow
    assert config.url == "https://ris.example/51b/webconfig.json"
    assert config.headers == ((("x-customname", name),) if name else ())


def test_the_headers_go_along_from_page_to_page() -> None:
    meeting = {"id": 7, "name": "Sitzung", "meetingdate": "2026-09-22T00:00:00", "committeename": "Rat"}
    agenda = {"protectedpart": False, "agendaitems": [{"id": "7-1", "name": "Haushalt", "restricted": False}]}
    item = {"id": "7-1", "name": "Haushalt", "meetingid": 7, "committeename": "Rat", "conorderitems": []}
    for path, value, kind in (
        ("guestmeetings?from=2026-01-01&until=2026-12-31", {"items": [meeting]}, Kind.MEETING),
        ("guestmeetings/7", {**meeting, "parts": [agenda]}, Kind.AGENDA_ITEM),
        ("guestagendaitems/7-1", item, Kind.MEETING),
    ):
        (request,) = parse_page(answer(f"{API}/{path}", value, HEADERS), VENDOR).follow
        assert (request.kind, request.headers) == (kind, HEADERS)


def test_the_list_is_asked_for_year_by_year() -> None:
    window = Window(dt.date(2025, 11, 24), dt.date(2026, 3, 1))
    request = Request(f"{API}/guestmeetings?client=32", Kind.CALENDAR, headers=HEADERS)
    asked = list(VENDOR.expand(request, window))
    assert [one.url.partition("client=32&")[2] for one in asked] == [
        "from=2025-11-24&until=2025-12-31", "from=2026-01-01&until=2026-03-01",
    ]  # fmt: skip
    assert all(one.headers == HEADERS for one in asked)


def test_only_the_interface_may_be_on_another_host() -> None:
    assert within(f"{API}/guestmeetings?from=2026-01-01") and within(f"{API}/guestagendaitems/7-1")
    assert not within("https://risapi.example/web/users") and not within(
        "https://other.example/?guestmeetings"
    )


def test_html_within_an_answer_is_no_document_that_was_cut() -> None:
    free = {"caption": "Hinweis", "content": "<html><body><p>Eingang im Hof</p>"}
    value = {
        "id": 7,
        "name": "Sitzung",
        "meetingdate": "2026-09-22T00:00:00",
        "freetextsbeforemeeting": [free],
    }
    (meeting,) = parse_page(answer(f"{API}/guestmeetings/7", value), VENDOR).records
    assert meeting.extra["freetextsbeforemeeting"] == "Hinweis\n\nEingang im Hof"


@pytest.mark.parametrize(
    ("content", "shown", "whole"),
    [
        ("PGRpdj5KYTwvZGl2Pg==", "Ja", True),
        ("PGRpdj5KYTwvZGl2Pg", "Ja", False),  # the padding is missing: the end may be as well
        ("PGRpdj5KYTwvZGl2", "Ja", False),  # a torn tag
        ("PGRpdj7D", "", False),  # a torn letter
        ("<p>kein base64 &amp; doch Text</p>", "kein base64 & doch Text", True),
        ("", "", True),
        (None, "", True),
    ],
)
def test_a_text_is_read_as_far_as_it_goes(content: str | None, shown: str, whole: bool) -> None:
    assert texts.block(texts.Object({"caption": "A", "content": content})) == ("A", shown, whole)
