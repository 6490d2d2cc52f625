"""regisafe: what fixtures cannot show: empty months, pages without their address."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from scraper import vendors
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request, Window
from scraper.parser import EPOCH, parse_file, parse_page

VENDOR = vendors.load("regisafe")
FIXTURES = Path(__file__).parents[1] / "fixtures" / "regisafe"
CALENDAR = "https://musterau.ris-portal.example/web/ratsinformation/sitzungen"


def test_the_portal_counts_months_from_nought() -> None:
    window = Window(dt.date(2025, 12, 24), dt.date(2026, 1, 2))
    first, second = VENDOR.expand(Request(CALENDAR, Kind.CALENDAR), window)
    assert "_RisSitzung_month=11&" in first.url and "_RisSitzung_year=2025&" in first.url
    assert "_RisSitzung_month=0&" in second.url and "_RisSitzung_year=2026&" in second.url
    assert VENDOR.canonical(second.url) == second.url
    assert list(VENDOR.expand(first, window)) == [first]


def test_a_month_without_meetings_is_no_error_but_another_answer_is() -> None:
    (month,) = VENDOR.expand(
        Request(CALENDAR, Kind.CALENDAR), Window(dt.date(2026, 8, 1), dt.date(2026, 8, 2))
    )
    assert parse_page(Page(month.url, b"[]", "application/json", EPOCH), VENDOR) == Parsed()
    with pytest.raises(BrokenPageError, match="no list of meetings"):
        VENDOR.routes[0].parse(Page(month.url, b'{"sitzungId": 7}', "application/json", EPOCH))


def test_a_saved_meeting_tells_its_number_in_the_addresses_of_its_documents() -> None:
    content = (FIXTURES / "musterau-meeting-documents-and-annexes" / "page.html").read_bytes()
    meeting = parse_file(content, "", source="musterau").records[0]
    assert meeting.id == "musterau:meeting:4711"
    assert meeting.url == f"{CALENDAR}?sitzungId=4711"


def test_a_meeting_without_any_number_is_broken() -> None:
    page = b'<html><body class="x"><h2 class="h1">Sitzung Rat am 03.09.2026</h2>_RisSitzung_</body></html>'
    with pytest.raises(BrokenPageError, match="number of the meeting"):
        VENDOR.routes[2].parse(Page("", page, "", EPOCH))
