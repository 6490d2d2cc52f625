"""PROVOX IIP: what fixtures cannot show: parts of pages, wrapped answers, what is asked for instead."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from scraper import vendors
from scraper.page import Kind, Page, Request, Window
from scraper.parser import EPOCH, parse_file, parse_page

VENDOR = vendors.load("provox")
FIXTURES = Path(__file__).parents[1] / "fixtures" / "provox"
FOLDER = "https://ris.musterau.example/ris/musterau/"
MEETING = (FIXTURES / "musterau-meeting-agenda-and-results-in-tabs" / "page.html").read_bytes()


def test_a_part_of_a_page_is_read_as_the_whole_one() -> None:
    """Saved without the frame: no <html>, no menu, no footer."""
    begin, end = MEETING.index(b'    <div class="heading"'), MEETING.index(b"    </div>\n    <footer>")
    url = f"{FOLDER}meeting/details/1207"
    whole, part = parse_file(MEETING, url), parse_file(MEETING[begin:end], url)
    kept = {"snapshot": ""}
    assert [{**r.model_dump(), **kept} for r in part.records] == [
        {**r.model_dump(), **kept} for r in whole.records
    ]
    assert part.follow == whole.follow


def test_without_its_address_a_meeting_is_known_by_day_and_organization() -> None:
    meeting = parse_file(MEETING, "", source="musterau").records[0]
    assert (meeting.id, meeting.url) == ("musterau:meeting:2026-10-15-rat", None)


def test_the_feed_may_be_wrapped_in_a_string() -> None:
    url = f"{FOLDER}meeting/ShowEvents?start=2026-10-01&end=2026-12-31"
    feed = (FIXTURES / "musterau-calendar-feed" / "page.json").read_text("utf-8")
    plain, wrapped = (
        parse_page(Page(url, content.encode(), "application/json", EPOCH), VENDOR)
        for content in (feed, json.dumps(feed))
    )
    assert [record.id for record in wrapped.records] == [record.id for record in plain.records]
    assert wrapped.follow == plain.follow != ()


def test_the_feed_is_asked_for_year_by_year_and_the_list_of_a_year_instead() -> None:
    window = Window(dt.date(2025, 11, 24), dt.date(2026, 3, 1))
    feeds = list(VENDOR.expand(Request(f"{FOLDER}meeting/ShowEvents", Kind.CALENDAR), window))
    assert [feed.url.partition("?")[2] for feed in feeds] == [
        "start=2025-11-24&end=2025-12-31", "start=2026-01-01&end=2026-03-01",
    ]  # fmt: skip
    (instead,) = VENDOR.fallback(feeds[0])
    assert instead == Request(f"{FOLDER}meeting/year/2025", Kind.CALENDAR)
    assert list(VENDOR.fallback(instead)) == []
