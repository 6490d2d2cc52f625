"""Strict access to pages: bytes to text, lines, marks, and what is removed where no container is known."""

from __future__ import annotations

import logging

import pytest

from scraper import dom, text
from scraper.errors import BrokenPageError
from scraper.page import Page
from scraper.parser import EPOCH, parse_file

BANNER = '<div id="CybotCookiebotDialog"><p>Diese Website verwendet Cookies</p></div>'
PAPER = """<html><head><meta name="description" content="ALLRIS net Version 3.9.4 (191209m)"/></head><body>
{banner}<nav><a href="/">Startseite</a></nav>
<h1>Vorlage - 2026/0007</h1>
<table><tr><td class="kb1">Betreff:</td><td class="text1">Cookies auf der Website der Stadt</td></tr>
<tr><td class="kb1">Status:</td><td class="text3">öffentlich</td></tr></table>
<a name="allrisSV"></a><div><p>Sachverhalt:</p>
<p>Die Stadt verwendet auf ihrer Website Cookies. Der Cookie-Hinweis soll einfacher werden.</p></div>
<footer>Impressum</footer></body></html>"""


@pytest.mark.parametrize(
    ("content", "header", "want"),
    [
        ("Grün – „so“".encode("cp1252"), "text/html; charset=iso-8859-1", "Grün – „so“"),
        ("Grün – „so“".encode(), "text/html; charset=iso-8859-1", "Grün – „so“"),
        ("\ufeffGrün".encode(), "", "Grün"),
        ("Grün".encode("utf-16"), "", "Grün"),
        ("5 €".encode("iso-8859-15"), "text/html; charset=ISO-8859-15", "5 €"),
        ("Grün \x81".encode("latin-1"), "text/html; charset=iso-8859-1", "Grün \x81"),
        (b'<meta charset="ISO-8859-15">5 \xa4', "", '<meta charset="ISO-8859-15">5 €'),
        (b"Gr\xfcn", "text/html; charset=nonsense", "Grün"),
    ],
)
def test_bytes_become_the_text_that_was_meant(content: bytes, header: str, want: str) -> None:
    assert dom.decode(content, header) == want


def test_the_first_declaration_counts() -> None:
    page = b'<meta charset="iso-8859-1"><body><meta charset="utf-8">\xe4'
    assert dom.declared_charset(page, "") == "iso-8859-1"
    assert dom.declared_charset(page, 'text/html; charset="UTF-8"') == "utf-8"


@pytest.mark.parametrize(
    "content", [b"", b" \n ", b"%PDF-1.7", b"PK\x03\x04abc", bytes(range(64)) + b"\x00" * 20]
)
def test_what_is_no_page_is_said(content: bytes) -> None:
    with pytest.raises(BrokenPageError):
        dom.read(Page("https://x.example/a", content, "", EPOCH))


def _html(source: str) -> dom.Html:
    return dom.Html(source, "https://x.example/")


def test_a_line_joins_split_words_and_drops_scripts() -> None:
    node = _html(
        "<p id=a>Hinterh\u00f6<span>fen</span><br>am\u00a0Markt<script>x()</script> &amp; mehr\u00ad</p>"
    ).one("#a")
    assert dom.line(node) == "Hinterhöfen am Markt & mehr"
    assert dom.lines(node) == ["Hinterhöfen", "am Markt & mehr"]


def test_marks_become_paragraphs_rows_and_cells() -> None:
    source = (
        "<div id=a><p>Eins<br>zwei</p><table><tr><th>Nr.</th><th><p>Zweck</p></th></tr>"
        "<tr><td>1</td><td><p>Bänke</p><p>im Park</p></td></tr></table><ol><li>a</li><li>b</li></ol></div>"
    )
    marked = dom.marked_text(_html(source).one("#a"))
    assert text.paragraphs(marked) == "Eins\nzwei\n\nNr.\tZweck\n1\tBänke im Park\n\na\nb"


def test_marks_stay_within_the_node() -> None:
    html = _html("<div id=b>vorn<div id=a><p>Eins</p></div>hinten</div>")
    dom.marked_text(html.one("#a"))
    html.one("#a").decompose()
    assert dom.texts(html.one("#b")) == ["vorn", "hinten"]


def test_a_page_cannot_bring_marks_of_its_own() -> None:
    html = dom.read(Page("https://x.example/", b"<p id=a>x\x02y\x06z</p>", "", EPOCH))
    assert dom.line(html.one("#a")) == "xyz"


def test_without_a_container_the_banner_goes_and_the_paper_about_cookies_stays(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "scraper.dom")
    parsed = parse_file(PAPER.format(banner=BANNER).encode(), "https://x.example/bi/vo020.asp?VOLFDNR=7")
    (record,) = parsed.records
    shown = record.model_dump_json()
    assert '"reference":"2026/0007"' in shown
    assert "Diese Website verwendet Cookies" not in shown
    assert "Impressum" not in shown and "Startseite" not in shown
    assert "Die Stadt verwendet auf ihrer Website Cookies. Der Cookie-Hinweis soll einfacher werden." in shown
    assert any("consent" in message for message in caplog.messages), "the removal is told with its rule"


def test_a_banner_that_wraps_the_page_is_not_removed() -> None:
    wrapped = PAPER.format(banner="").replace("<body>", '<body><div id="CybotCookiebotDialog">')
    (record,) = parse_file(wrapped.encode(), "https://x.example/bi/vo020.asp?VOLFDNR=7").records
    assert "Der Cookie-Hinweis soll einfacher werden." in record.model_dump_json()
