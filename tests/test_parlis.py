"""PARLIS beyond its fixtures: one document, many ways to write its address; lists are walked back."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from scraper import vendors
from scraper.page import Kind, Source, Window
from scraper.parser import parse_file
from scraper.vendors.parlis.pages import ADDRESSES, read_title

HOST = "https://www.stvv.musterau.example"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "parlis"


@pytest.mark.parametrize(
    "query",
    [
        "W=DOK_NAME='OM_42_2026'",
        "W=DOK_NAME=%27OM_42_2026%27",
        "W=DOK_NAME=%27OM_42_2026'",
        "W=%20DOK_NAME%20%3D%20%27OM_42_2026%27",
        "W=DOKUMENTTYP=VORL&K=OM_42_2026&R=Y",
    ],
)
def test_a_document_is_told_by_its_name_however_it_is_quoted(query: str) -> None:
    address = ADDRESSES.read(f"{HOST}/PARLISLINK/DDW?{query}")
    assert address is not None
    assert (address.kind, address.native_id) == (Kind.PAPER, "OM_42_2026")
    assert address.url == f"{HOST}/PARLISLINK/DDW?W=DOK_NAME=%27OM_42_2026%27"


def test_the_closed_part_has_no_addresses() -> None:
    assert ADDRESSES.read(f"{HOST}/PARLIS2S/DDW?W=DOK_NAME='OM_42_2026'") is None


def test_agenda_and_minutes_of_a_meeting_have_one_id() -> None:
    titles = [
        read_title(f"PARLIS - {kind} der 5. Sitzung des OBR 10 am {day}")
        for kind, day in (("Tagesordnung", "20.10.2026"), ("Niederschrift", "20. Oktober 2026"))
    ]
    assert [title.native_id for title in titles if title] == ["2026-10-20-5-sitzung-des-obr-10"] * 2


def test_a_list_goes_on_with_its_oldest_day_so_that_the_window_ends_the_walk() -> None:
    case = FIXTURES / "musterau-calendar-minutes"
    url = json.loads((case / "meta.json").read_text())["url"]
    told = parse_file((case / "page.html").read_bytes(), url)
    (following,) = (request for request in told.follow if request.kind is Kind.CALENDAR)
    days = [request.date for request in told.follow if request.kind is Kind.MEETING and request.date]
    assert following.date == min(days)


def test_a_crawl_begins_with_the_newest_of_every_list() -> None:
    window = Window(dt.date(2026, 9, 1), dt.date(2026, 12, 31))
    seeds = list(vendors.load("parlis").seeds(Source("parlis", f"{HOST}/parlis2.html"), window))
    assert [seed.kind for seed in seeds] == [Kind.CALENDAR, Kind.CALENDAR, Kind.PAPER_LIST]
    assert all(seed.url.startswith(f"{HOST}/PARLISLINK/SDF?") for seed in seeds)
