"""SessionNet beyond single pages: addresses, windows, fallbacks, marks, and pages without an address."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from scraper import vendors
from scraper.detect import detect, sure
from scraper.page import Kind, Page, Request, Source, Window
from scraper.parser import EPOCH, parse_page
from scraper.records import Meeting, Paper

FIXTURES = Path(__file__).parents[1] / "fixtures" / "sessionnet"
BASE = "https://ris.musterau.example/bi/"
VENDOR = vendors.load("sessionnet")
WINDOW = Window(dt.date(2026, 11, 20), dt.date(2027, 1, 3))


def page(name: str, *, url: bool = True) -> Page:
    folder = FIXTURES / name
    address = json.loads((folder / "meta.json").read_text("utf-8"))["url"] if url else ""
    return Page(address, next(folder.glob("page.*")).read_bytes(), "", EPOCH)


def expanded(url: str, kind: Kind = Kind.CALENDAR) -> list[str]:
    return [VENDOR.canonical(one.url) for one in VENDOR.expand(Request(url, kind), WINDOW)]


def test_a_calendar_stands_for_its_months_of_every_body() -> None:
    assert expanded(f"{BASE}si0040.asp?__cpanr=2") == [
        f"{BASE}si0040.asp?__cpanr=2&__cjahr={year}&__cmonat={month}&__canz=1&__cselect=0"
        for year, month in ((2026, 11), (2026, 12), (2027, 1))
    ]
    month = f"{BASE}si0040.asp?__cjahr=2026&__cmonat=11&__canz=1&__cselect=0"
    assert expanded(month) == [month]


def test_a_list_of_meetings_stands_for_its_years() -> None:
    url = f"{BASE}si0046.php?__cselect=65536&__cfid=65536&__canz=12&__cmonat=1&__osidat=d&__ksigrnr=3"
    years = [one.partition("__cjahr=")[2][:4] for one in expanded(url)]
    assert years == ["2026", "2027"]
    assert all("__ksigrnr=3" in one and one.count("__cmonat=") == 1 for one in expanded(url))


def test_the_interface_is_asked_by_months_and_for_no_paper() -> None:
    spans = expanded("https://ris.musterau.example/api/v1/sitzungen")
    assert spans[0].endswith("?von=2026-11-01&bis=2026-11-30")
    assert spans[-1].endswith("?von=2027-01-01&bis=2027-01-31")
    assert expanded("https://ris.musterau.example/api/v1/vorlagen/7", Kind.PAPER) == []


def test_a_refused_agenda_is_looked_for_in_the_other_programs() -> None:
    asked, request = [], Request(f"{BASE}si0057.php?__ksinr=7", Kind.MEETING, date=dt.date(2026, 12, 1))
    while others := list(VENDOR.fallback(request)):
        (request,) = others
        asked.append(request.url.removeprefix(BASE))
        assert request.date == dt.date(2026, 12, 1)
    assert asked == ["si0056.php?__ksinr=7", "to0040.php?__ksinr=7", "si0050.php?__ksinr=7"]


@pytest.mark.parametrize(
    ("address", "first"),
    [
        (BASE, BASE),
        (f"{BASE}info.php", f"{BASE}info.php"),
        (f"{BASE}si0040.asp?__cjahr=2026", f"{BASE}info.asp"),
        (f"{BASE}recherche.php", f"{BASE}info.php"),
    ],
)
def test_a_crawl_begins_at_the_start_page(address: str, first: str) -> None:
    (seed,) = VENDOR.seeds(Source("musterau", address, "sessionnet"), WINDOW)
    assert (seed.url, seed.kind) == (first, Kind.START)


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("vo0050.asp?__kvonr=7&voselect=12&smcspf=4", "vo0050.asp?__kvonr=7"),
        ("si0057.php?toselect=1&__KSINR=9", "si0057.php?__ksinr=9"),
        ("kp0040.asp?__kgrnr=3&__cwpall=1&", "kp0040.asp?__kgrnr=3&__cwpall=1"),
        ("si0040.asp?__canz=1&__cmonat=2&__cjahr=2026", "si0040.asp?__cjahr=2026&__cmonat=2&__canz=1"),
        ("rssfeed.php?filter=s&x=1", "rssfeed.php?filter=s"),
    ],
)
def test_an_address_is_kept_without_views_and_choices(printed: str, kept: str) -> None:
    assert VENDOR.canonical(BASE + printed) == BASE + kept


def test_a_meeting_is_one_record_however_it_is_reached() -> None:
    content = page("erlental-meeting-without-agenda").content
    ids = {
        parse_page(Page(f"{BASE}{name}.{ending}?__ksinr=8", content, "", EPOCH), VENDOR).records[0].id
        for name in ("si0050", "si0056", "si0057", "to0040")
        for ending in ("asp", "php")
    }
    assert ids == {"ris.musterau.example:meeting:8"}


def test_a_page_with_a_better_tab_is_not_the_meeting_s_own() -> None:
    parsed = parse_page(page("erlental-meeting-without-agenda"), VENDOR)
    assert parsed.own is None
    assert [request.url.rpartition("/")[2] for request in parsed.follow] == ["si0057.asp?__ksinr=4108"]


def test_texts_are_asked_for_as_the_script_does() -> None:
    follow = parse_page(page("birkenfurt-meeting-cards"), VENDOR).follow
    (first, *_) = (request for request in follow if request.kind is Kind.AGENDA_ITEM)
    assert first.url.endswith("/to0050.php?__ktonr=8151")
    assert first.address.endswith("/to0058.php?smctonr=8151&smcajax=11t&smcvooptions=y")
    assert first.headers == (("X-Requested-With", "XMLHttpRequest"),)


def test_days_that_run_backwards_are_a_broken_page() -> None:
    source = page("altenmoor-calendar-classic-month")
    content = source.content.replace(b'smc_fct_day">3&nbsp;', b'smc_fct_day">30&nbsp;')
    with pytest.raises(Exception, match="the days run backwards"):
        parse_page(Page(source.url, content, "", EPOCH), VENDOR)


def test_a_month_without_meetings_is_an_empty_list() -> None:
    source = page("altenmoor-calendar-classic-month")
    head, _, rest = source.content.partition(b"<tbody>")
    empty = head + b"<tbody></tbody></table>" + rest[rest.rindex(b"</tbody></table>") + 16 :]
    assert parse_page(Page(source.url, empty, "", EPOCH), VENDOR).records == ()


def test_saved_pages_without_an_address_are_known_by_what_they_print() -> None:
    kinds = {
        name: {type(record) for record in parse_page(page(name, url=False), VENDOR).records}
        for name in (
            "erlental-meeting-agenda-with-results",
            "birkenfurt-meeting-cards",
            "altenmoor-meeting-classic-agenda",
            "erlental-paper-with-documents",
            "altenmoor-paper-classic-with-way",
        )
    }
    assert all(found & {Meeting, Paper} for found in kinds.values())
    classic = parse_page(page("altenmoor-meeting-classic-agenda", url=False), VENDOR)
    assert classic.records[0].id == "file:meeting:940"  # the papers' links know it


MENTIONS = (
    b'<html><body><p>Zum <a href="https://ris.musterau.example/bi/si0040.php">Sitzungskalender</a></p></body></html>',
    b'{"vendor": "https://www.somacos.de/", "product": "SessionNet", "type": "https://schema.oparl.org/1.1/System"}',
    b"<html><head><title>Stadt Musterau</title></head><body>SessionNet</body></html>",
)


@pytest.mark.parametrize("content", MENTIONS)
def test_a_page_that_only_mentions_the_product_is_not_claimed(content: bytes) -> None:
    mark = sure(Page("https://www.musterau.example/", content, "", EPOCH))
    assert mark is None or mark.vendor != "sessionnet"


@pytest.mark.parametrize("folder", sorted(FIXTURES.iterdir()), ids=lambda folder: folder.name)
def test_every_page_of_the_product_is_detected(folder: Path) -> None:
    foreign = ("error-another-product", "error-no-texts", "error-program-text")
    if folder.name.endswith(foreign):
        return
    mark = detect(Page("", next(folder.glob("page.*")).read_bytes(), "", EPOCH))
    assert mark is not None and mark.vendor == "sessionnet" and mark.confidence >= 0.4
