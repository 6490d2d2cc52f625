"""Parts of an ALLRIS 4 page that its script fetches: Wicket answers with XML that holds HTML.

Calendars and lists come as empty shells. The shell's script names the address of its own content,
`"u":"./si010?0-1.0-&MM=10&YY=2026"`, which only this session knows: the counter rises with every page.
"""

from __future__ import annotations

import datetime as dt
import html
import re

from scraper import dom
from scraper.dom import Html
from scraper.errors import BrokenPageError, SessionLostError
from scraper.page import Page, Request
from scraper.vendors.allris4.address import ADDRESSES
from scraper.view import View

_OPENING = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?<ajax-response[\s>]")
# CDATA cannot hold its own end: `]]>` inside is written as two of them.
_COMPONENT = re.compile(r"<component\b[^>]*>\s*<!\[CDATA\[(.*?)\]\]>\s*</component>", re.DOTALL)
_INNER_END = "]]]]><![CDATA[>"
_REDIRECT = re.compile(r"<redirect\b")
_BASE = re.compile(r'Wicket\.Ajax\.baseUrl="([^"]*)"')
# The page's own content: a listener that names no component. Paging names its navigator.
_SELF = r'"u":"([^"]*?\b{program}\?\d+-\d+\.\d+-(?:&[^"]*)?)"'
_NEXT = r'"u":"([^"]*?\b{program}\?[^"]*?navigator-next[^"]*)"'


def is_answer(page: Page) -> bool:
    """Whether the bytes are such an answer."""
    return _OPENING.match(page.content) is not None


def read(page: Page) -> Html:
    """The HTML of the answer's components. SessionLostError when it only sends to the page again."""
    source = dom.source_of(page)
    if _REDIRECT.search(source):
        raise SessionLostError(page.url, "the session is over: the system sends back to the page itself")
    parts = [part.replace(_INNER_END, "]]>") for part in _COMPONENT.findall(source)]
    if not parts:
        raise BrokenPageError(page.url, "the answer holds no part of a page")
    return Html(f'<main id="readOut">{"".join(parts)}</main>', page.url)


def own_content(view: View, program: str) -> Request | None:
    """What the shell's script would fetch: the shell's own content; None when it fetches nothing."""
    return _request(view, _SELF.format(program=program))


def next_content(view: View, program: str, date: dt.date | None = None) -> Request | None:
    """What the script would fetch for the next page of a list; `date`: see Request."""
    return _request(view, _NEXT.format(program=program), date)


def _request(view: View, pattern: str, date: dt.date | None = None) -> Request | None:
    source = dom.source_of(view.page)
    found = re.search(pattern, source)
    own = ADDRESSES.read(ADDRESSES.canonical(view.page.url))
    if found is None or own is None:
        return None
    headers = (
        ("Wicket-Ajax", "true"),
        ("Wicket-Ajax-BaseURL", _base_url(source, own.url)),
        ("X-Requested-With", "XMLHttpRequest"),
        ("Accept", "text/xml"),
    )
    address = view.join(html.unescape(found[1]))
    step = max(view.page.step, 1) + 1
    return Request(own.url, own.kind, step=step, date=date, address=address, headers=headers)


def _base_url(source: str, url: str) -> str:
    """As the shell's script says it; an answer has no script of its own to say it."""
    found = _BASE.search(source)
    return html.unescape(found[1]) if found else url.rpartition("/")[2]
