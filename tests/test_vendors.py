"""Every golden fixture is read as its hand-written `expected.json` says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scraper import vendors
from scraper.errors import PageError
from scraper.page import Page, Parsed
from scraper.parser import EPOCH, parse_file, parse_page

FIXTURES = Path(__file__).parents[1] / "fixtures"
CASES = sorted(
    path.parent for path in FIXTURES.glob("*/*/expected.json") if path.parent.parent.name != "text"
)


def _content(case: Path) -> bytes:
    return next(path for path in case.iterdir() if path.stem == "page").read_bytes()


def _differences(want: Any, got: Any, where: str) -> list[str]:
    """Every key of `want` that `got` does not have with the same value."""
    if isinstance(want, dict) and isinstance(got, dict):
        return [
            found
            for key, value in want.items()
            for found in _differences(value, got.get(key), f"{where}.{key}")
        ]
    if isinstance(want, list) and isinstance(got, list) and want and isinstance(want[0], dict):
        found = [
            d
            for i, (w, g) in enumerate(zip(want, got, strict=False))
            for d in _differences(w, g, f"{where}[{i}]")
        ]
        return found + ([f"{where}: {len(want)} wanted, got {len(got)}"] if len(want) != len(got) else [])
    return [] if want == got else [f"{where}: want {want!r}, got {got!r}"]


def _check(expected: dict[str, Any], parsed: Parsed) -> list[str]:
    records = [record.model_dump(mode="json") for record in parsed.records]
    found: list[str] = []
    for kind in {record["kind"] for record in expected.get("records", [])}:
        want = [record for record in expected["records"] if record["kind"] == kind]
        got = [record for record in records if record["kind"] == kind]
        found += _differences(want, got, kind)
    body = " ".join(" ".join((record.get("text") or "").split()) for record in records)
    everything = json.dumps(records, ensure_ascii=False)
    found += [f"text lacks {phrase!r}" for phrase in expected.get("text_contains", []) if phrase not in body]
    found += [
        f"{phrase!r} is no content" for phrase in expected.get("text_excludes", []) if phrase in everything
    ]
    told = [code for record in records for code in record["warnings"] if code.startswith("unread:")]
    found += [f"warnings: {told}"] if told != expected.get("unread", []) else []
    links = {f"{request.kind}:{request.url}" for request in parsed.follow}
    return found + [
        f"no link {want}" for want in expected.get("links", []) if not any(_is(want, link) for link in links)
    ]


def _is(want: str, link: str) -> bool:
    kind, _, number = want.partition(":")
    number = number.lstrip("abcdefghijklmnopqrstuvwxyz")
    return link.startswith(f"{kind}:") and (link.endswith(f"={number}") or number in link)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_fixture_is_read_as_expected(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    if "error" in expected:
        with pytest.raises(PageError) as caught:
            parse_file(_content(case), meta.get("url") or "", vendor=meta.get("vendor"))
        assert caught.value.code == expected["error"], str(caught.value)
        return
    parsed = parse_file(_content(case), meta.get("url") or "")
    assert _check(expected, parsed) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_reading_is_pure(case: Path) -> None:
    """The same bytes give the same records, and a page cut anywhere never gives another record silently."""
    expected = json.loads((case / "expected.json").read_text("utf-8"))
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    if "error" in expected:
        return
    content, url = _content(case), meta.get("url") or ""
    whole = parse_file(content, url)
    assert parse_file(content, url) == whole
    vendor = vendors.load(case.parent.name)
    for cut in range(len(content) // 7, len(content) - 16, len(content) // 7):
        with pytest.raises(PageError):
            parse_page(Page(url=url, content=content[:cut], content_type="", fetched_at=EPOCH), vendor)


SHELL = """<?xml version="1.0" encoding="iso-8859-1"?><html><head>
<meta name="description" content="ALLRIS net Version 3.9.5 (221117m)" /></head><body ><div>
<div id="allriscontainer" class="vo020">
<div id="rismenu"><ul id="menu"><li><a href="vo040.asp">Recherche</a></li></ul></div>
<div id="risright"><div id="rishead"><p>Rat der Stadt Musterau</p></div>
<div id="risname"><h1>Vorlage - 2026/0007&nbsp;&nbsp;</h1></div><div id="rismain">
<table class="tk1"><tr><td class="ko1"><table class="tk1">
<tr><td class="kb1">Betreff:</td><td class="text1" colspan="3">Bänke im Park</td></tr></table>
</td></tr></table><hr />
<a name="allrisSV"></a><html><head><title></title></head><body><div>{first}</div></body></html>
<a name="allrisBV"></a><html><head><title></title></head><body><div><p>Beschlussvorschlag:</p>
<p>Der Rat beschließt zehn Bänke.</p></div></body></html>
</div><div id="risfoot"><div id="foot_right"><p>Software und Betrieb: Rathaus Musterau</p></div></div>
</div></div></div></body></html>"""


@pytest.mark.parametrize(
    "stray", ["", "</div>", "</div></div>", "</div></div></div></div></div>", "</td></tr></table>"]
)
def test_stray_ends_in_a_text_lose_nothing_and_the_footer_stays_out(stray: str) -> None:
    source = SHELL.format(first=f"<p>Sachverhalt:</p><p>Es fehlen Sitze.</p>{stray}<p>Auch am Teich.</p>")
    (record,) = parse_file(
        source.encode("cp1252"), "https://ris.musterau.example/bi/vo020.asp?VOLFDNR=7"
    ).records
    shown = record.model_dump()
    assert [part["heading"] for part in shown["sections"]] == ["Sachverhalt", "Beschlussvorschlag"]
    assert "Es fehlen Sitze.\n\nAuch am Teich." in shown["text"]
    assert shown["text"].endswith("Der Rat beschließt zehn Bänke.")
    assert "Recherche" not in shown["text"] and "Betrieb" not in shown["text"]


def test_a_header_without_its_outer_table_is_read_as_well() -> None:
    """Seen in a copy of an agenda: the label cells stand without the frame of td.ko1 around them."""
    case = FIXTURES / "allris3" / "musterau-paper-way-with-two-dates"
    content, url = _content(case), json.loads((case / "meta.json").read_text("utf-8"))["url"]
    framed, bare = parse_file(content, url), parse_file(content.replace(b'class="ko1"', b'class="zz"'), url)
    assert len(framed.records[0].model_dump()["deliberations"]) > 1
    assert bare.follow == framed.follow
    kept = {"snapshot": ""}
    assert {**bare.records[0].model_dump(), **kept} == {**framed.records[0].model_dump(), **kept}


def _moved(case: Path, url: str, content: bytes) -> dict[str, tuple[str, bytes]]:
    """The same page at addresses that mean the same: how → address and bytes."""
    host = url.split("/")[2]
    secure, plain = f"https://{host}", f"http://{host}"
    ways = {"scheme": (secure, plain), "www": (host, f"www.{host}"), "port": (host, f"{host}:443")}
    if case.parent.name == "sessionnet":
        ways["program"] = (".asp", ".php") if ".asp" in url else (".php", ".asp")
    return {
        how: (url.replace(old, new), content.replace(old.encode(), new.encode()))
        for how, (old, new) in ways.items()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_ids_survive_another_scheme_host_and_program(case: Path) -> None:
    url = json.loads((case / "meta.json").read_text("utf-8")).get("url")
    if not url or "error" in json.loads((case / "expected.json").read_text("utf-8")):
        return

    def ids(address: str, content: bytes) -> list[str]:
        page = Page(address, content, "", EPOCH, "musterau")
        return [record.id for record in parse_page(page, vendors.load(case.parent.name)).records]

    moved = _moved(case, url, _content(case))
    own = ids(url, _content(case))
    assert {how: ids(*there) for how, there in moved.items()} == dict.fromkeys(moved, own)
