"""PIO beyond its fixtures: the number of a document, and what is none."""

from __future__ import annotations

import pytest

from scraper.vendors.pio.tree import ADDRESSES

PAGE = "https://pio.musterau.example/index.php"


@pytest.mark.parametrize(
    "query",
    [
        "aktiv=doc&docid=2026-00021070&year=2026&av_dokument_id=21070&view=",
        "aktiv=doc&docid=2026-00021070",
        "view=x&av_dokument_id=21070&year=2026&aktiv=doc",
    ],
)
def test_a_document_has_one_address(query: str) -> None:
    address = ADDRESSES.read(f"{PAGE}?{query}")
    assert address is not None
    assert address.native_id == "2026-00021070"
    assert address.url == f"{PAGE}?aktiv=doc&docid=2026-00021070&year=2026&av_dokument_id=21070"


@pytest.mark.parametrize("query", ["", "aktiv=doc", "aktiv=doc&year=2026", "aktiv=suche&docid=2026-00021070"])
def test_without_a_number_there_is_no_document(query: str) -> None:
    assert ADDRESSES.read(f"{PAGE}?{query}") is None
