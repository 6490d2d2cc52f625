"""PIO's addresses, and the tree beside every document: the documents of its matter."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scraper import dom
from scraper.address import Address, Addresses, Program
from scraper.page import Kind, Page
from scraper.view import View, open_page

NAME = "pio"

# `aktiv` chooses the page; a document is told by its number, a list by its body.
_PATH = r"/index\.php$"
_DOCUMENT = Program(Kind.PAPER, _PATH, number="docid")
_LIST = Program(Kind.CALENDAR, _PATH, number="ausschuss")
_OVERVIEW = Program(Kind.START, _PATH)


class _Addresses(Addresses):
    """One program. A document is `docid=2026-00021970`, or its year and `av_dokument_id=21970`."""

    def _read(self, url: str) -> Address | None:
        parts = urlsplit(url)
        values = dict(parse_qsl(parts.query)) if parts.path.rpartition("/")[2] == "index.php" else {}
        aktiv = values.get("aktiv", "")
        if aktiv == "doc" and (number := _docid(values)):
            year, _, short = number.partition("-")
            query = {"aktiv": aktiv, "docid": number, "year": year, "av_dokument_id": short.lstrip("0")}
            return Address(_url(url, query), Kind.PAPER, number, _DOCUMENT)
        if aktiv == "tagesordnungenliste" and (body := values.get("ausschuss", "")):
            return Address(_url(url, {"aktiv": aktiv, "ausschuss": body}), Kind.CALENDAR, body, _LIST)
        if aktiv == "tagesordnungen":
            return Address(_url(url, {"aktiv": aktiv}), Kind.START, "", _OVERVIEW)
        return None


def _docid(values: dict[str, str]) -> str:
    year, short = values.get("year", ""), values.get("av_dokument_id", "")
    made = f"{year}-{short:0>8}" if year.isdigit() and short.isdigit() else ""
    return values.get("docid") or made


def _url(url: str, query: dict[str, str]) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))


ADDRESSES = _Addresses(_DOCUMENT, _LIST, _OVERVIEW)


class Entry(NamedTuple):
    """A document in the tree. `goal`: None when the tree does not link it."""

    goal: Address | None
    active: bool
    type: str
    reference: str
    subject: str


def open_pio(page: Page) -> View:
    """The page with its content."""
    return open_page(page, NAME, ADDRESSES, ".pio-content, .PIO-Inhalt, main")


def entries(view: View) -> list[Entry]:
    """The documents of the matter; the first is the one that the others belong to."""
    return [
        Entry(
            view.goal(node.css_first("a[href]")),
            "aktiv" in dom.attr(node, "class").split(),
            dom.line(node.css_first(".pio-doctype")),
            dom.line(node.css_first(".pio-dsnummer")),
            dom.line(node.css_first(".pio-betreff")),
        )
        for node in view.main.css(".Baum li.ref")
    ]


def own_url(view: View, own: Entry | None) -> str | None:
    """The page's address, or the one under which the tree lists it."""
    if view.own:
        return view.own.url
    return own.goal.url if own and own.goal and view.page.url else None
