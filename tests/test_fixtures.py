"""Every golden page is read as its expected.json says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import PageError
from scraper.parser import parse_file
from tests.town.golden import check

FIXTURES = Path(__file__).parents[1] / "fixtures"
FOLDERS = sorted(path.parent for path in FIXTURES.glob("allris3/*/meta.json"))


def load(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / name).read_text("utf-8"))
    return found


def content(folder: Path) -> bytes:
    return next(folder.glob("page.*")).read_bytes()


def read(folder: Path) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    parsed = parse_file(content(folder), load(folder, "meta.json")["url"])
    records = [json.loads(record.model_dump_json()) for record in parsed.records]
    return records, [(str(request.kind), request.url) for request in parsed.follow]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_fixture_says_what_it_is(folder: Path) -> None:
    meta, expected = load(folder, "meta.json"), load(folder, "expected.json")
    assert meta["origin"] == "synthetic"
    assert meta["why"].endswith((".", "!"))
    assert ".example/" in meta["url"]
    assert ("error" in expected) != ("records" in expected)
    assert len(list(folder.iterdir())) == 3


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_fixture_is_read_as_expected(folder: Path) -> None:
    expected = load(folder, "expected.json")
    if "error" in expected:
        with pytest.raises(PageError) as raised:
            read(folder)
        assert raised.value.code == expected["error"]
    else:
        assert check(expected, *read(folder)) == []


def test_a_difference_is_named() -> None:
    expected = {
        "records": [{"kind": "paper", "subject": "Eins", "sections": [{"heading": "A"}]}],
        "links": ["organization:au31", "meeting:5"],
        "text_contains": ["Satz"],
        "text_excludes": ["Menü"],
    }
    record = {"kind": "paper", "subject": "Zwei", "sections": [{"heading": "B"}], "text": "Menü"}
    problems = check(expected, [record, record], [("organization", "https://a.example/au020.asp?AULFDNR=31")])
    assert problems == [
        "paper: expected 1, found 2",
        "paper 1: subject: expected 'Eins', found 'Zwei'",
        "paper 1: sections[1].heading: expected 'A', found 'B'",
        "text lacks 'Satz'",
        "holds 'Menü'",
        "link meeting:5: lacks",
    ]


def test_the_bytes_are_as_a_server_sends_them() -> None:
    folders = [folder for folder in FOLDERS if folder.name.startswith("musterau-paper")]
    assert len(folders) >= 5
    for folder in folders:
        assert b"\r\n" in content(folder), folder.name
    assert b"\x84Ruhige Wege\x93 \x96" in content(
        FIXTURES / "allris3/musterau-paper-windows-1252-and-unknown-label"
    )
