"""What all ALLRIS 4 pages share: the container, the pairs of the header, documents, the page's own number."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from scraper import dom
from scraper.address import Address
from scraper.documents import role_of
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Request
from scraper.records import Attachment, Role
from scraper.vendors.allris4 import answer
from scraper.vendors.allris4.address import ADDRESSES, plain
from scraper.view import View, open_page

NAME = "allris4"
# The narrowest first. Embedded in a town's own site the other ids occur twice, these do not.
CONTAINERS = "#readOut, #pageContent, main"
_DOCUMENT = re.compile(r"/doc/?(\d+)(?:\.\w+)?$|[?&]DOLFDNR=(\d+)", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(?!https?:)[a-z][a-z\d+.-]*:", re.IGNORECASE)
_ATTACHMENT = re.compile(r"-attachment-link\b|-attachments-[\w-]*-link\b")
# "Öffnet PDF-Datei 'Sammeldokument öffentlich' in neuem Fenster"
_QUOTED = re.compile(r"['\"‚„]([^'\"“‘]+)['\"“‘] in neue[mn] Fenster")
_NO_CONTENT = ".message_header, .message_text, input[type=password]"
# What links the page itself: print view, search form, the script's own address.
_OWN = (
    rb"%s\?(?:[^\"'<> ]*[?&;])?%s=(\d+)[^\"'<> ]*selfaction=print",
    rb"%s\?(?:[^\"'<> ]*[?&;])?%s=(\d+)",
)
_MAILED = rb"%s%%3F(?:[^\"'<> ]*%%26)?%s%%3D(\d+)"


def open_view(page: Page) -> View:
    """The content of a page, or of the part of one that a script fetched."""
    plainly = replace(page, url=plain(page.url)) if "?" in page.url else page
    if not answer.is_answer(page):
        return open_page(plainly, NAME, ADDRESSES, CONTAINERS)
    html = answer.read(plainly)
    return View(plainly, html, html.one("main"), NAME, ADDRESSES)


def fields(view: View) -> Fields[Node]:
    """The header's pairs, `<dt>` and the `<dd>` behind it; a slot is the id of the value."""
    found: Fields[Node] = Fields()
    label = ""
    for node in view.main.css("dt, dd"):
        if node.tag == "dt":
            label = dom.line(node)
        else:
            found.add(label, node, dom.attr(node.css_first("[id]"), "id"))
            label = ""
    return found


def pass_over(view: View, selector: str) -> None:
    """Takes out what is no content: switches, jumps within the page."""
    for node in view.main.css(selector):
        node.decompose()


def check(view: View) -> None:
    """BrokenPageError where a message or a form stands in the place of the content.

    For pages that may have nothing but a heading: it would be taken for a name.
    """
    if any(dom.line(node) or node.tag == "input" for node in view.main.css(_NO_CONTENT)):
        raise BrokenPageError(view.page.url, "a message or a login stands in the place of the content")


def title(view: View) -> str:
    """The printed heading of the page, "" if there is none."""
    return dom.line(view.main.css_first("h1"))


def native_id(view: View, kind: Kind, program: str, parameter: str) -> str:
    """The record's number: from the address, else from what links the page itself."""
    own = view.own
    if own and own.kind is kind:
        return own.native_id
    names = program.encode(), parameter.encode()
    for pattern in (_OWN[0], _MAILED, _OWN[1]):
        found = re.search(pattern % names, view.page.content)
        if found:
            return found[1].decode()
    raise BrokenPageError(view.page.url, f"neither the address nor the page tells the {parameter}")


def page_url(view: View, kind: Kind) -> str | None:
    """The kept form of the page's own address, None when it was not given."""
    own = view.own
    return own.url if own and own.kind is kind else view.page.url or None


def wanted(goal: Address, date: dt.date | None = None) -> Request:
    """The request for a page, in the form in which the product links it itself.

    Without `refresh` some installations answer that nobody may see the meeting.
    """
    fresh = f"{goal.url}&refresh=false" if goal.kind in (Kind.MEETING, Kind.PAPER) else ""
    return Request(goal.url, goal.kind, date=date, address=fresh)


def files(view: View, anchors: Iterable[Node], default: Role) -> Iterator[Attachment]:
    """The documents and attachments among links; `default`: what a document is whose name says nothing."""
    for node in anchors:
        href, classes = dom.attr(node, "href"), dom.attr(node, "class")
        if href[:1] in ("", "#") or "disable" in classes or _ELSEWHERE.match(href):
            continue  # jumps in the page, the dialog of the collection, links not offered, paths of a disk
        number = _DOCUMENT.search(href)
        if number is not None or "doclink" in classes:
            name = dom.line(node) or _tip(node)
            native, role = (number[1] or number[2]) if number else None, role_of(name, default)
            yield Attachment(name=name or None, url=view.join(href), native_id=native, role=role)
        elif "attlink" in classes or _ATTACHMENT.search(href):
            name = dom.line(node) or _tip(node)
            yield Attachment(name=name or None, url=view.join(href), role="attachment")


def _tip(node: Node) -> str:
    """The name that the tooltip quotes, where an icon is all that is printed."""
    found = _QUOTED.search(dom.attr(node, "data-simpletooltip-text"))
    return found[1].strip() if found else ""


def distinct(found: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Each document once. An attachment is listed in the panel and again at the foot, by another address."""
    every = {one.url: one for one in found}.values()
    if not every:
        return ()
    kept: dict[str, Attachment] = {}
    panel: Counter[str | None] = Counter()
    foot: Counter[str | None] = Counter()
    attachments: list[Attachment] = []
    for one in every:
        if one.native_id:
            kept.setdefault(one.native_id, one)
            continue
        listed = foot if "expandedPanel" in (one.url or "") else panel
        listed[one.name] += 1
        if listed is panel or foot[one.name] > panel[one.name]:
            attachments.append(one)
    return (*kept.values(), *attachments)
