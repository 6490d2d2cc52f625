"""Addresses of a product: kind, number and the one form that is kept."""

from __future__ import annotations

import pytest

from scraper.address import Addresses, Program
from scraper.page import Kind

ADDRESSES = Addresses(Program(Kind.PAPER, r"/vo020\b", "VOLFDNR"), Program(Kind.CALENDAR, r"/si010\b"))


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://r.example/public/vo020;jsessionid=1A2B.node1?VOLFDNR=7&refresh=false",
         "https://r.example/public/vo020?VOLFDNR=7"),
        ("https://r.example/public/si010;JSESSIONID=1A2B", "https://r.example/public/si010"),
        ("https://r.example/public/help;jsessionid=1A2B?page=2#top", "https://r.example/public/help?page=2"),
        ("https://r.example/a;b/vo020?volfdnr=7", "https://r.example/a;b/vo020?VOLFDNR=7"),
    ],
)  # fmt: skip
def test_the_session_in_a_path_is_no_part_of_an_address(url: str, kept: str) -> None:
    assert ADDRESSES.canonical(url) == kept
