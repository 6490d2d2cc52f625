"""ALLRIS 4: what fixtures cannot show. Sessions, addresses, what is followed and how."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scraper import vendors
from scraper.errors import BrokenPageError, PageError, SessionLostError
from scraper.page import Kind, Page, Parsed, Request, Source, Window
from scraper.parser import EPOCH, parse_page, vendor_of

FIXTURES = Path(__file__).parents[1] / "fixtures"
HOST = "https://ris.musterau.example/public/"
CMS = "https://www.lindental.example/allris/"
OCTOBER = HOST + "si010?MM=10&YY=2026"
VENDOR = vendors.load("allris4")
WINDOW = Window(dt.date(2026, 9, 20), dt.date(2026, 11, 3))


def fixture(name: str) -> bytes:
    return next((FIXTURES / "allris4" / name).glob("page.*")).read_bytes()


def read(content: bytes, url: str, step: int = 0) -> Parsed:
    return parse_page(Page(url, content, "", EPOCH, step=step), VENDOR)


def answer(component: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ajax-response><component id="id2a" ><![CDATA['
        f'<div id="id2a">{component}</div>]]></component></ajax-response>'
    ).encode()


# ---- the calendar: a shell, and its rows by the address that only this session knows


def test_a_shell_asks_for_its_own_rows_as_its_script_does() -> None:
    (rows,) = read(fixture("musterau-calendar-shell"), OCTOBER).follow
    assert rows == Request(
        OCTOBER,
        Kind.CALENDAR,
        step=2,
        address=HOST + "si010?3-1.0-&MM=10&YY=2026",
        headers=(
            ("Wicket-Ajax", "true"),
            ("Wicket-Ajax-BaseURL", "si010?MM=10&YY=2026"),
            ("X-Requested-With", "XMLHttpRequest"),
            ("Accept", "text/xml"),
        ),
    )


def test_a_listener_may_be_printed_whole_and_escaped() -> None:
    """Inside a town's own site all addresses are absolute."""
    whole = f'"u":"{HOST}si010?7-1.0-&amp;MM=10&amp;YY=2026"'.encode()
    content = fixture("musterau-calendar-shell").replace(b'"u":"./si010?3-1.0-&MM=10&YY=2026"', whole)
    (rows,) = read(content, OCTOBER).follow
    assert rows.address == HOST + "si010?7-1.0-&MM=10&YY=2026"


@pytest.mark.parametrize(
    "name",
    [
        "musterau-calendar-shell",  # once more the empty page
        "musterau-error-answer-sends-back",
        "musterau-error-page-expired",
        "musterau-calendar-without-a-month",
    ],
)
def test_what_comes_in_the_place_of_the_rows_means_that_the_session_is_lost(name: str) -> None:
    with pytest.raises(SessionLostError):
        read(fixture(name), HOST + "si010?3-1.0-&MM=10&YY=2026", step=2)


def test_the_rows_of_another_month_are_not_those_that_were_asked_for() -> None:
    content = fixture("musterau-calendar-answer-with-holidays-and-same-days")
    with pytest.raises(SessionLostError, match="asked for 11/2026, got 10/2026"):
        read(content, HOST + "si010?3-1.0-&MM=11&YY=2026", step=2)


def test_rows_saved_without_their_address_have_the_days_that_they_tell() -> None:
    content = fixture("musterau-calendar-answer-with-holidays-and-same-days")
    with_url = read(content, OCTOBER).records
    assert [one.date for one in read(content, "").records] == [one.date for one in with_url]


def test_a_calendar_whose_script_names_no_rows_is_broken() -> None:
    with pytest.raises(BrokenPageError):
        read(fixture("musterau-calendar-shell").replace(b'"u":"./si010?3-1.0-&', b'"v":"'), OCTOBER)


# ---- lists


@pytest.mark.parametrize("program", ["si018", "vo040", "gr010", "kp040"])
def test_a_list_without_rows_is_empty_and_one_that_cannot_be_read_is_broken(program: str) -> None:
    none = answer("<table><tr><th>Name</th></tr></table><span>Keine Daten vorhanden.</span>")
    assert read(none, f"{HOST}{program}?1-1.0-", step=2) == Parsed()
    other = answer("<table><tr><td>Musterau</td><td>17</td></tr></table>")
    with pytest.raises(PageError):
        read(other, f"{HOST}{program}?1-1.0-", step=2)


@pytest.mark.parametrize("program", ["si018", "vo040", "gr010", "kp040"])
def test_the_shell_of_a_list_follows_its_content_once(program: str) -> None:
    content = fixture("musterau-calendar-shell").replace(b"si010?MM=10&amp;YY=2026", program.encode())
    content = content.replace(b"si010?3-1.0-&MM=10&YY=2026", f"{program}?3-1.0-".encode())
    (rows,) = read(content, HOST + program).follow
    assert (rows.url, rows.step, rows.address) == (HOST + program, 2, f"{HOST}{program}?3-1.0-")
    assert dict(rows.headers)["Wicket-Ajax-BaseURL"] == program
    with pytest.raises(SessionLostError):
        read(content, HOST + program, step=2)


def test_the_next_page_of_a_list_is_the_next_step() -> None:
    name = "lindental-calendar-overview-of-meetings"
    further, *_ = read(fixture(name), CMS + "si018?2-1.0-", step=2).follow
    assert (further.url, further.step) == (CMS + "si018", 3)
    assert further.address == CMS + "si018?2-1.0-form-table-topToolbars-toolbars-1-span-navigator-next"
    last = fixture(name).replace(b"navigator-next", b"navigator-first")
    assert all(one.kind is Kind.MEETING for one in read(last, CMS + "si018?2-1.0-", step=9).follow)


def test_a_further_page_of_papers_has_the_day_of_the_oldest() -> None:
    """A crawl for a window stops where the list has left it."""
    further, *papers = read(
        fixture("musterau-paper_list-second-page"), HOST + "vo040?5-1.0-table-navigator-next"
    ).follow
    assert further.date == dt.date(2026, 9, 10)
    assert [one.date for one in papers] == [dt.date(2026, 9, 12), dt.date(2026, 9, 10)]


# ---- what is asked for


def test_a_crawl_begins_at_the_folder_of_the_programs() -> None:
    for base in (HOST, HOST.rstrip("/"), HOST + "si010", HOST + "to010?SILFDNR=1"):
        assert list(VENDOR.seeds(Source("musterau", base), WINDOW)) == [Request(HOST, Kind.START)]


def test_a_calendar_stands_for_its_months() -> None:
    months = VENDOR.expand(Request(HOST + "si010", Kind.CALENDAR), WINDOW)
    assert [one.url.partition("?")[2] for one in months] == ["MM=9&YY=2026", "MM=10&YY=2026", "MM=11&YY=2026"]
    for alone in (Request(OCTOBER, Kind.CALENDAR, step=2), Request(HOST + "si018", Kind.CALENDAR)):
        assert list(VENDOR.expand(alone, WINDOW)) == [alone]


def test_where_a_way_to_the_meetings_is_closed_another_is_taken() -> None:
    asked: Request | None = Request(HOST, Kind.START)
    way = []
    while asked is not None:
        asked = next(iter(VENDOR.fallback(asked)), None)
        way += [asked.url.removeprefix(HOST)] if asked else []
        if asked and asked.kind is Kind.START:
            asked = Request(OCTOBER, Kind.CALENDAR)
    assert way == ["si010", "si018", "ics/SiKalAbo.ics"]
    assert not list(VENDOR.fallback(Request(HOST + "to010?SILFDNR=1", Kind.MEETING)))


def test_meetings_and_papers_are_asked_for_as_the_product_links_them() -> None:
    """Without `refresh` some installations answer that nobody may see the meeting."""
    follow = read(fixture("musterau-calendar-answer-with-holidays-and-same-days"), OCTOBER).follow
    first = HOST + "to010?SILFDNR=1000501"
    day = dt.date(2026, 10, 1)
    assert follow[0] == Request(first, Kind.MEETING, date=day, address=first + "&refresh=false")


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("to010?SILFDNR=4021&refresh=false", "to010?SILFDNR=4021"),
        ("to010;jsessionid=9F3A.node1?SILFDNR=4021&TOLFDNR=8", "to010?SILFDNR=4021"),
        ("vo020?3&VOLFDNR=12&refresh=true&selfaction=print", "vo020?VOLFDNR=12"),
        ("to020?0-1.0-tagesordnung-showHideLink&TOLFDNR=9&SILFDNR=4", "to020?TOLFDNR=9"),
        ("si010?0-1.0-&MM=10&YY=2026", "si010?MM=10&YY=2026"),
        ("si010?DD=3&MM=10&YY=2026", "si010?MM=10&YY=2026"),
        ("si018?2", "si018"),
        ("gr020?GRLFDNR=3&history=true", "gr020?GRLFDNR=3"),
    ],
)
def test_the_same_page_has_one_address(printed: str, kept: str) -> None:
    assert VENDOR.canonical(HOST + printed) == HOST + kept
    assert VENDOR.canonical(HOST + kept) == HOST + kept


# ---- pages


PAPER = fixture("musterau-paper-stations-and-files-listed-twice")
PAPER_URL = HOST + "vo020?VOLFDNR=1000238"


def paper(content: bytes) -> dict[str, Any]:
    (record,) = read(content, PAPER_URL).records
    return record.model_dump(mode="json")


def test_a_part_that_is_shown_collapsed_is_told() -> None:
    toggle = 'data-simpletooltip-text="Klimaprüfung einblenden"'
    frame = f'<div class="compFull"><div class="expcol"><a href="#" {toggle}></a></div></div>'
    content = PAPER.replace(b'<div id="mainContent">', b'<div id="mainContent">' + frame.encode(), 1)
    before, after = paper(PAPER), paper(content)
    assert after["warnings"] == [*before["warnings"], "part_collapsed:Klimaprüfung"]
    assert (after["text"], after["sections"]) == (before["text"], before["sections"])


def test_a_link_to_somebodys_disk_is_no_file() -> None:
    stray = b'<a class="doclink pdf" href="file:///C:/Users/x/Desktop/Anlage.pdf">Anlage</a>'
    content = PAPER.replace(b'<div id="mainContent">', stray + b'<div id="mainContent">', 1)
    assert paper(content)["attachments"] == paper(PAPER)["attachments"]


def test_the_documents_have_their_number_under_every_address() -> None:
    numbered = paper(PAPER)["attachments"][0]["native_id"]
    old = f"./wicket/resource/org.apache.wicket.Application/doc{numbered}.pdf".encode()
    assert old in PAPER
    for other in (f"./doc?DOLFDNR={numbered}&amp;DOCTYP=130&amp;OTYP=41", f"./doc/{numbered}"):
        files = paper(PAPER.replace(old, other.encode()))["attachments"]
        assert files[0]["native_id"] == numbered


@pytest.mark.parametrize("case", sorted((FIXTURES / "allris4").iterdir()), ids=lambda case: case.name)
def test_the_product_is_known_by_its_pages(case: Path) -> None:
    content = next(case.glob("page.*")).read_bytes()
    page = Page("", content, "", EPOCH)
    if b"altcha" in content or b"redirect" in content or b"Page Expired" in content:
        return  # nothing of the product is in these answers
    assert vendor_of(page).name == "allris4"


@pytest.mark.parametrize(
    "case", sorted(path.parent for path in FIXTURES.glob("*/*/meta.json")), ids=lambda case: case.name
)
def test_pages_of_other_products_are_not_claimed(case: Path) -> None:
    if case.parent.name == "allris4":
        return
    for path in case.glob("page.*"):
        found = VENDOR.fingerprint(Page("", path.read_bytes(), "", EPOCH))
        assert found is None or found.confidence < 0.4


@pytest.mark.parametrize("program", ["to020?TOLFDNR=3004", "gr020?GRLFDNR=3", "kp020?KPLFDNR=12"])
def test_a_message_is_never_a_name(program: str) -> None:
    """A message that no table knows has a heading like a body or a person."""
    content = fixture("musterau-error-not-found").replace(b"Keine Information verf&uuml;gbar.", b"Wartung")
    heading = b'<h1 class="title">Hinweis</h1><div id="mainContent">'
    with pytest.raises(PageError):
        read(content.replace(b'<div id="mainContent">', heading, 1), HOST + program)


def test_a_refused_page_is_no_start_page() -> None:
    """Who may not see an item is sent to a page that has the whole menu."""
    content = fixture("musterau-error-no-authorisation-page")
    with pytest.raises(PageError) as caught:
        parse_page(replace(Page("", content, "", EPOCH), url=HOST + "noauth"), VENDOR)
    assert caught.value.code == "refused"
