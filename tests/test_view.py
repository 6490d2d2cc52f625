"""A page as its reader sees it: its links become absolute, by a short way where they are plain."""

from __future__ import annotations

from itertools import product
from urllib.parse import urljoin

import pytest

from scraper.address import Addresses
from scraper.dom import Html
from scraper.page import Page
from scraper.parser import EPOCH
from scraper.view import View

BASES = (
    "https://ris.example/public/to010?SILFDNR=1&x=a/b", "https://ris.example/public/", "https://ris.example",
    "https://ris.example/", "https://ris.example/a.b/c;d=1?e", "",
    "https://ris.example/bi/x#y/z",
)  # fmt: skip
HREFS = (
    "./vo020?VOLFDNR=1&refresh=false", "vo020?VOLFDNR=1", "./wicket/resource/x.Application/doc1.pdf",
    "../vo020", "./../vo020", "/vo020?a", "//other.example/x", "http://ris.example", "#top", "", "?page=2",
    "https://ris.example/allris/to020?TOLFDNR=1#top", "https://ris.example/allris/to020?TOLFDNR=1",
    "https://ris.example/a/../b", "https://ris.example/a.b/c_d/e-f.pdf?g=h", "mailto:rat@ris.example",
    "javascript:void(0)", "./", ".", "a..b", "a/../b", "a/./b", "./a?x=..", "x y", " vo020 ", "ä?ö",
    "a.asp?", "a.asp?x=/y", "a.asp\n",
)  # fmt: skip


@pytest.mark.parametrize(("base", "href"), list(product(BASES, HREFS)))
def test_the_short_way_to_an_absolute_address_is_right(base: str, href: str) -> None:
    html = Html("<main>x</main>", base)
    view = View(Page(base, b"x", "", EPOCH), html, html.one("main"), "x", Addresses())
    assert view.join(href) == urljoin(base, href.strip())


def test_what_a_base_element_says_counts() -> None:
    html = Html('<base href="/allris/"><main>x</main>', "")
    view = View(
        Page("https://ris.example/public/to010", b"x", "", EPOCH), html, html.one("main"), "x", Addresses()
    )
    assert view.join("./vo020?VOLFDNR=1") == "https://ris.example/allris/vo020?VOLFDNR=1"
