"""The catalog: every row is valid, and a name or an address leads to the right one."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from scraper import catalog
from scraper.errors import UsageError
from scraper.stamp import slug

ROWS = catalog.installations()
STATES = {
    "Baden-Württemberg", "Bayern", "Berlin", "Brandenburg", "Bremen", "Hamburg", "Hessen",
    "Mecklenburg-Vorpommern", "Niedersachsen", "Nordrhein-Westfalen", "Rheinland-Pfalz", "Saarland",
    "Sachsen", "Sachsen-Anhalt", "Schleswig-Holstein", "Thüringen",
}  # fmt: skip
VENDORS = {
    "allris", "allris3", "allris4", "dosys", "komuna", "ksd", "laura", "mm-ratsinfo", "oparl", "parlis",
    "pio", "provox", "regisafe", "risi", "rubin", "sdnet", "sessionnet", "sim",
}  # fmt: skip
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def faults(row: catalog.Installation) -> list[str]:
    parts = urlsplit(row.base_url)
    rules = {
        "name": row.name.startswith(slug(row.place)) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.name),
        "state": row.state in STATES,
        "ags": re.fullmatch(r"(\d{5}|\d{8}|\d{9})?", row.ags),
        "vendor": row.vendor in VENDORS,
        "base_url": parts.scheme in ("http", "https") and HOST.fullmatch(parts.netloc) and not parts.query,
        "folder": catalog.base_of(row.base_url) == row.base_url,
        "oparl_url": not row.oparl_url or urlsplit(row.oparl_url).scheme in ("http", "https"),
        "robots": row.robots in ("", "forbids", "bot_check"),
        "verified": re.fullmatch(r"20(1[6-9]|2\d)", row.verified),
        "origin": row.origin == "research",
        "spaces": all(value == value.strip() for value in vars(row).values()),
    }
    return [f"{row.name}: {rule}" for rule, holds in rules.items() if not holds]


def test_every_row_is_valid() -> None:
    assert [fault for row in ROWS for fault in faults(row)] == []


def test_the_row_check_sees_a_bad_row() -> None:
    bad = catalog.Installation(
        "x y", "Herne ", "NRW", "5", "acme", "http://h/x?q", "javascript:", "?", "1999", "", "?"
    )
    assert len(faults(bad)) == 11


def test_names_and_addresses_are_unique_and_sorted() -> None:
    names = [row.name for row in ROWS]
    assert names == sorted(set(names))
    addresses = [row.base_url.partition("://")[2] for row in ROWS]
    assert len(set(addresses)) == len(addresses)
    assert len(ROWS) > 400


def test_the_town_of_the_first_example_is_there() -> None:
    herne = catalog.find("herne")
    assert (herne.vendor, herne.base_url) == ("allris3", "https://herne.de/allris/")


@pytest.mark.parametrize("said", ["luebeck", "Lübeck", " LÜBECK "])
def test_a_place_is_found_however_it_is_written(said: str) -> None:
    assert catalog.resolve(said).name == "luebeck"


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        catalog.find("hrene")
    message = str(caught.value)
    assert "herne" in message
    assert "ris catalog" in message
    assert "\n" not in message
    assert caught.value.exit_code == 2


def test_a_part_of_a_name_is_answered_with_the_names_that_contain_it() -> None:
    assert catalog.nearest("hagenbach")[:2] == ["vg-hagenbach", "vg-hagenbach-allris3"]
    assert catalog.nearest("???") == []


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("herne", "herne"),
        ("Köln", "koeln"),
        ("koeln", "koeln"),
        ("allris3 saxony", None),
        ("allris3 Sachsen", "leipzig"),
    ],
)
def test_search_looks_at_name_place_state_and_product(word: str, name: str | None) -> None:
    names = [row.name for row in catalog.search(word)]
    assert (name in names) if name else names == []


def test_the_oparl_endpoint_of_a_row() -> None:
    assert catalog.resolve("aachen").oparl_url == "https://ratsinfo.aachen.de/bi/oparl/1.0/system.asp"
    assert catalog.resolve("ahlen").oparl_url is None


def test_search_without_a_word_lists_everything() -> None:
    assert len(catalog.search()) == len(ROWS)


@pytest.mark.parametrize(
    ("address", "name", "base_url"),
    [
        ("https://herne.de/allris/", "herne", "https://herne.de/allris/"),
        ("http://www.herne.de/allris/allris.net.asp", "herne", "https://herne.de/allris/"),
        ("herne.de/allris", "herne", "https://herne.de/allris/"),
        (
            "https://ris.musterau.example/bi/vo020.asp?VOLFDNR=7#x",
            "ris.musterau.example",
            "https://ris.musterau.example/bi/",
        ),
        ("http://127.0.0.1:8000/bi/", "127.0.0.1", "http://127.0.0.1:8000/bi/"),
        ("http://[::1]:8000/bi", "::1", "http://[::1]:8000/bi/"),
        ("HTTPS://RIS.Musterau.example", "ris.musterau.example", "https://ris.musterau.example/"),
        # an OParl endpoint's address is one of an object
        (
            "ris.musterau.example/bi/oparl/1.0/system.asp",
            "ris.musterau.example",
            "https://ris.musterau.example/bi/oparl/1.0/system.asp",
        ),
        (
            "https://ris.musterau.example/oparl/system",
            "ris.musterau.example",
            "https://ris.musterau.example/oparl/system",
        ),
        (
            "http://oparl.musterau.example/system",
            "oparl.musterau.example",
            "http://oparl.musterau.example/system",
        ),
    ],
)
def test_an_address_leads_to_its_row_or_stands_for_itself(address: str, name: str, base_url: str) -> None:
    source = catalog.resolve(address)
    assert (source.name, source.base_url) == (name, base_url)


def test_the_product_of_an_address_is_left_to_its_start_page() -> None:
    assert catalog.resolve("herne").vendor == "allris3"
    assert catalog.resolve("https://herne.de/allris/").vendor is None


def test_a_row_of_unknown_generation_leaves_the_product_to_the_start_page() -> None:
    unsure = next(row for row in ROWS if row.vendor == "allris")
    assert unsure.source().vendor is None


@pytest.mark.parametrize(
    "address",
    [
        "ftp://herne.de/",
        "file:///etc/passwd",
        "http://",
        "https://a b.example/",
        "",
        "http://x:99999/",
        "http://[::1",
    ],
)
def test_what_is_no_address_is_refused_in_one_line(address: str) -> None:
    with pytest.raises(UsageError) as caught:
        catalog.resolve(address)
    assert "\n" not in str(caught.value)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        catalog.resolve("https://me:geheim@herne.de/")
    assert "geheim" not in str(caught.value)
