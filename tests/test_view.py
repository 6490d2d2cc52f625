"""What all products' readers share of a parsed page."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest

from scraper.address import Addresses
from scraper.page import Page
from scraper.parser import EPOCH
from scraper.view import open_page

BASES = (
    "https://ris.musterau.example/bi/si0057.asp?__ksinr=1&back=/a/b",
    "https://ris.musterau.example",
    "https://ris.musterau.example/bi/",
    "https://ris.musterau.example/bi/x#y/z",
    "",
)
HREFS = (
    "vo0050.asp?__kvonr=1&toselect=1", "info.php", "a.asp?", "a.asp?x=/y", "../a.asp", "./a.asp", "/a.asp",
    "a/b.asp", "//other.example/a.asp", "https://other.example/a.asp", "mailto:a.b", "#top", "?x=1", "",
    "a.asp#b", "c\u00e4.asp", "a.asp\n",
)  # fmt: skip


@pytest.mark.parametrize("base", BASES)
def test_addresses_are_joined_as_the_standard_says(base: str) -> None:
    view = open_page(Page(base, b"<html><body>x</body></html>", "", EPOCH), "musterau", Addresses(), "body")
    assert [view.join(href) for href in HREFS] == [urljoin(base, href.strip()) for href in HREFS]
