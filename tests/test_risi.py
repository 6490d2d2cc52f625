"""RISI and PIWi beyond their fixtures: addresses with session and clicks, the folder of the application."""

from __future__ import annotations

import datetime as dt

import pytest

from scraper import vendors
from scraper.page import Source, Window
from scraper.vendors.risi.cards import ADDRESSES

VENDOR = vendors.load("risi")
WINDOW = Window(dt.date(2026, 9, 1), dt.date(2026, 12, 31))
HOST = "https://risi.musterau.example"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("/risi/antrag/detail/4688;jsessionid=0AB1.n2?3", "/risi/antrag/detail/4688"),
        ("/risi/sitzungsvorlage/detail/4711?17", "/risi/sitzungsvorlage/detail/4711"),
        ("/gremium/detail/5?tab=mitgliederaktuell", "/gremium/detail/5"),
    ],
)
def test_the_session_is_no_part_of_an_address(sent: str, kept: str) -> None:
    assert VENDOR.canonical is not None
    assert VENDOR.canonical(HOST + sent) == HOST + kept


def test_a_click_of_the_session_is_no_record() -> None:
    assert ADDRESSES.read(f"{HOST}/risi/antrag/detail/4688?3") is not None
    assert ADDRESSES.read(f"{HOST}/risi/antrag/detail/4688?3-1.-dokumente-0-link") is None


def test_factions_are_numbered_apart_from_committees() -> None:
    read = [ADDRESSES.read(f"{HOST}/{kind}/detail/5") for kind in ("gremium", "fraktion")]
    assert [one.native_id for one in read if one] == ["5", "fr5"]


@pytest.mark.parametrize(
    ("given", "root"),
    [
        ("/risi/sitzung/kalender/str?3", "/risi/"),
        ("/risi", "/risi/"),
        ("/risi/", "/risi/"),
        ("/sitzungsvorlage/detail/3747;jsessionid=0AB1", "/"),
        ("/", "/"),
        ("", "/"),
    ],
)
def test_the_folder_of_the_application_is_told_by_the_address(given: str, root: str) -> None:
    start, export = VENDOR.seeds(Source("risi", HOST + given), WINDOW)
    assert start.url == HOST + root
    assert export.url == f"{HOST}{root}gremium/ical/gremium/0"
