"""The generic reader: what its fixtures cannot show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scraper import detect, vendors
from scraper.errors import BrokenPageError, PageError, WrongProductError
from scraper.page import Kind, Page
from scraper.parser import EPOCH, parse_page, vendor_of
from scraper.vendors.generic import documents, identity, titles, words
from scraper.vendors.generic.identity import Names
from scraper.vendors.generic.titles import Title

FIXTURES = Path(__file__).parents[1] / "fixtures"
GENERIC = vendors.load("generic")
CASES = sorted(path.parent for path in FIXTURES.glob("generic/*/meta.json"))
OTHERS = sorted(
    path
    for path in FIXTURES.glob("*/*/page.html")
    if path.parent.parent.name not in ("generic", "text") and "-error-" not in path.parent.name
)


def page(content: bytes, url: str = "https://ris.musterau.example/v?id=7") -> Page:
    return Page(url=url, content=content, content_type="", fetched_at=EPOCH)


def of(case: Path) -> Page:
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    return page((case / "page.html").read_bytes(), meta["url"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_only_pages_of_councils_look_like_one_and_never_for_sure(case: Path) -> None:
    mark = GENERIC.fingerprint(of(case))
    if "-error-" in case.name:
        assert mark is None
    else:
        assert mark is not None
        assert 0 < mark.confidence < detect.SURE
        assert vendor_of(of(case)).name == "generic"


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: f"{path.parents[1].name}/{path.parent.name}")
def test_every_product_is_surer_of_its_pages(path: Path) -> None:
    found = page(
        path.read_bytes(), json.loads((path.parent / "meta.json").read_text("utf-8")).get("url") or ""
    )
    own, guess = vendors.load(path.parents[1].name).fingerprint(found), GENERIC.fingerprint(found)
    assert own is None or guess is None or own.confidence > guess.confidence


@pytest.mark.parametrize(
    "content", [b'{"type": "Paper", "name": "Haushalt"}', b"%PDF-1.7 \x00\x01", b"   ", b"<html></html>"]
)
def test_what_is_no_page_of_a_council_is_refused(content: bytes) -> None:
    with pytest.raises((BrokenPageError, WrongProductError)):
        parse_page(page(content), GENERIC)


def test_deep_nesting_is_read_or_refused_without_harm() -> None:
    deep = b"<div>" * 3000 + b"Status: \xc3\xb6ffentlich" + b"</div>" * 3000
    with pytest.raises(PageError):
        parse_page(page(b"<html><body>" + deep + b"</body></html>"), GENERIC)


@pytest.mark.parametrize(
    ("printed", "want"),
    [
        ("Vorlage - 2022/0072", Title("Vorlage", "2022/0072", None)),
        ("VO/2026/181 - Beschlussvorlage", Title("Beschlussvorlage", "VO/2026/181", None)),
        ("Sitzungsvorlage 26-32 / V 01121", Title("Sitzungsvorlage", "26-32 / V 01121", None)),
        ("Drucksache Nr. 0728/2026: Bänke im Park", Title("Drucksache", "0728/2026", "Bänke im Park")),
        ("0728/2026 Bänke im Park", Title(None, "0728/2026", "Bänke im Park")),
        ("Antrag: Bänke im Park", Title("Antrag", None, "Bänke im Park")),
        ("Antrag auf Förderung", Title(None, None, "Antrag auf Förderung")),
        ("Haushalt 2026", Title(None, None, "Haushalt 2026")),
        ("Vorlagendetails", Title(None, None, None)),
        ("", Title(None, None, None)),
    ],
)
def test_a_heading_is_taken_apart(printed: str, want: Title) -> None:
    assert titles.read(printed) == want


@pytest.mark.parametrize(
    "printed",
    ["2022/0072", "VO/2020/09309-01", "26-32 / V 01121", "926 /XI.", "FB 61/0431", "DS Nr. 12/2026"],
)
def test_numbers_of_papers_have_a_shape(printed: str) -> None:
    assert words.is_reference(printed)


@pytest.mark.parametrize("printed", ["2026", "14.04.2026", "Bänke im Park", "öffentlich", "3."])
def test_years_days_and_words_are_no_numbers_of_papers(printed: str) -> None:
    assert not words.is_reference(printed)


@pytest.mark.parametrize(
    ("url", "kind", "want"),
    [
        ("https://x.example/vorlage?vorlage_id=4711&sid=9f2c", Kind.PAPER, "4711"),
        ("https://x.example/index.php?id=233&tx_rats[vorlage]=1809", Kind.PAPER, "1809"),
        ("https://x.example/top?top_id=9&sitzung_id=301", Kind.AGENDA_ITEM, "9"),
        ("https://x.example/rats.nsf/0/C12587A40041F2E8C1258B3D00447711?OpenDocument", Kind.PAPER,
         "C12587A40041F2E8C1258B3D00447711"),
        ("https://x.example/sitzung/7918", Kind.MEETING, "7918"),
        ("https://x.example/dateien/doc1006716.pdf", Kind.FILE, "1006716"),
        ("https://x.example/antrag-spielplatz/", Kind.PAPER, ""),
    ],
)  # fmt: skip
def test_the_number_of_an_address(url: str, kind: Kind, want: str) -> None:
    assert identity.number(url, kind) == want


def test_an_address_is_kept_without_session_view_and_port() -> None:
    url = "https://x.example:443/v;jsessionid=8A?id=7&print=1&utm_source=a&refresh=false#top"
    assert identity.canonical(url) == "https://x.example/v?id=7"
    assert identity.canonical("https://x.example/v?id=7&id2=8") == "https://x.example/v?id=7&id2=8"


def test_the_number_of_another_page_is_left_out_of_an_address() -> None:
    """`SI` alone makes a meeting's address, `TO` an item's; beside `TO` it says where one comes from."""
    urls = ["https://x.example/si?SI=3", "https://x.example/to?TO=8&SI=3", "https://x.example/to?TO=9&SI=3"]
    names = Names("https://x.example/si?SI=3", urls)
    assert names.kept(urls[1]) == "https://x.example/to?TO=8"
    assert names.kept(urls[0]) == urls[0]


@pytest.mark.parametrize(
    ("printed", "want"),
    [
        ("Lageplan (exportiert: 29.08.2024) (98 KB)", "Lageplan"),
        ("Vorlage (PDF, 210 KB)", "Vorlage"),
        ("Plan PDF, 1,2 MB", "Plan"),
        ("Haushaltsplan (2025)", "Haushaltsplan (2025)"),
        ("Satzung (Entwurf)", "Satzung (Entwurf)"),
    ],
)
def test_names_of_documents_have_no_tails(printed: str, want: str) -> None:
    assert documents.without_tails(printed) == want


PAPER = """<html><body><h1>Vorlage 12/2026</h1><dl><dt>Betreff</dt><dd>Bänke im Park</dd>
<dt>Federführend</dt><dd>Bauamt</dd>{more}</dl>{way}<h2>Begründung</h2><p>Es fehlen Sitze im Park.</p>
</body></html>"""


def warnings(more: str = "", way: str = "") -> tuple[str, ...]:
    (record,) = parse_page(page(PAPER.format(more=more, way=way).encode()), GENERIC).records
    return record.warnings


def test_records_say_what_is_doubtful() -> None:
    assert warnings() == ("generic_reader", "generic_reader:no_status")
    assert warnings("<dt>Status</dt><dd>öffentlich</dd>") == ("generic_reader",)


def test_a_column_that_nobody_understands_is_told() -> None:
    way = "<tr><th>Gremium</th><th>Datum</th><th>Merkmal</th></tr><tr><td>Bauausschuss</td>{0}</tr>"
    row = "<td>14.04.2026</td><td>blau</td>"
    told = warnings("<dt>Status</dt><dd>öffentlich</dd>", f"<table>{way.format(row)}</table>")
    assert told == ("generic_reader", "generic_reader:unknown_column", "unread:blau")


def test_numbers_that_go_down_are_no_agenda_or_are_told() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>Bericht {n} der Verwaltung</td></tr>" for n in (4, 3, 2))
    source = f"""<html><body><h1>Sitzung des Rates</h1><dl><dt>Gremium</dt><dd>Rat</dd><dt>Datum</dt>
<dd>14.04.2026</dd></dl><table><tr><th>TOP</th><th>Betreff</th></tr>{rows}</table></body></html>"""
    meeting = parse_page(page(source.encode()), GENERIC).records[0]
    assert meeting.warnings == ("generic_reader", "generic_reader:unordered_items")
