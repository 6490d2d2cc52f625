"""Documents that a page of SessionNet offers: boxes (Layout 6), tables of links or forms (Layout ≤ 4)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from scraper import dom
from scraper.documents import role_of, without_size
from scraper.dom import Node
from scraper.records import Attachment, Role
from scraper.vendors.sessionnet.markup import named
from scraper.view import View

# The code on the icon → what the document is for. Towns choose their own; these are the product's.
CODES: dict[str, Role] = {
    "VO": "main", "V": "main", "BM": "announcement", "TO": "agenda", "TÖ": "agenda",
    "ÖN": "minutes", "NÖ": "minutes", "NS": "minutes", "N": "minutes",
}  # fmt: skip
_DOWNLOAD = re.compile(r"(?:^|/)(?:getfile|ydocstart)\.", re.I)
_BOXES = frozenset({"smc-d-el", "smc-d-ex", "smc_doc"})
_APPENDED = frozenset({"smc-d-ex"})
_APPENDIX = re.compile(r"(?i)^(?:\d+\.?\s*)?(?:anlagen?|anhang|anl\.)\b")
# Names of a paper itself, whatever else they hold: "Beschlussvorlage", "Antrag auf Bekanntgabe".
_PAPER = re.compile(r"(?i)vorlage\b|\b(?:\w*antrag|\w*anfrage|mitteilung|drucksache)\b")
_FORM = b'name="DT"'
_SIZE = re.compile(r"\s*\b\d+(?:[.,]\d+)?\s*[KMG]B\s*$")
_NO_NAME = re.compile(r"^Dokument (?:Download|anzeigen)\b")
_CLIMB = 8  # elements from a link up to its box


def attachments(
    seen: View,
    root: Node,
    links: Iterable[Node],
    *,
    paper: bool,
    alone: Role = "main",
    without: Collection[str] = (),
) -> tuple[Attachment, ...]:
    """The documents offered below a node, each once, in printed order. `links`: the `<a href>` below it.

    `paper`: they belong to a paper, so that what is no appendix and nothing else is the paper itself;
    `alone`: what the first is that tells nothing of itself, where none is surely the paper;
    `without`: keys of documents that were read already, as part of the same page.
    """
    offered: dict[str, Node] = {}
    for link in links:
        href = dom.attr(link, "href").strip()
        if _may_offer(href) and (href not in offered or dom.line(link)):
            offered[href] = link  # the first link of a document is an icon
    read = (_offered(seen, href, link, paper, without) for href, link in offered.items())
    found = {key(one.made): one for one in read if one is not None}
    if _FORM in seen.page.content:
        found |= {key(one.made): one for one in _forms(seen, root, paper) if key(one.made) not in without}
    return tuple(_settled(list(found.values()), alone))


class _Found(NamedTuple):
    """`sure`: whether anything tells what the document is for."""

    made: Attachment
    sure: bool


def _settled(found: list[_Found], alone: Role) -> Iterator[Attachment]:
    """What tells nothing of itself is `alone` where nothing is the paper, else an appendix."""
    is_there = any(one.sure and one.made.role == "main" for one in found)
    for made, sure in found:
        if sure:
            yield made
        else:
            yield made.model_copy(update={"role": "attachment" if is_there else alone})
            is_there = True


@lru_cache(maxsize=4096)
def _may_offer(href: str) -> bool:
    return _DOWNLOAD.search(href) is not None or href.startswith(("http:", "https:"))


def key(one: Attachment) -> str:
    """Equal for the same document offered twice on a page."""
    return f"{one.url} {one.form.get('DT', '')}"


def _offered(seen: View, href: str, link: Node, paper: bool, without: Collection[str]) -> _Found | None:
    """The document behind a link; links to elsewhere count within a box of the product."""
    url = seen.join(href).rstrip("&")
    if without and f"{url} " in without:
        return None
    download = _DOWNLOAD.search(href) is not None
    box = _box(link)
    if not download and (box is None or seen.link(link).goal is not None):
        return None
    name = _name(link)
    role = _role(name, _mark(box), box is not None and _is_appended(box), paper)
    native = _number(href) if download else None
    return _Found(
        Attachment(name=name or None, url=url, native_id=native, role=role or "main"), role is not None
    )


def _box(link: Node) -> Node | None:
    node = link.parent
    for _ in range(_CLIMB):
        if node is None or node.tag in ("tr", "body"):
            return None
        if named(node) & _BOXES:
            return node
        node = node.parent
    return None


def _mark(box: Node | None) -> str:
    """The code on the icon: VO, BM, TÖ; of Layout ≤ 4, which has pictures, ""."""
    node = box.css_first("i.smc-doc-symbol") if box is not None and box.tag == "div" else None
    return dom.line(node).upper()


def _is_appended(box: Node) -> bool:
    return bool(named(box) & _APPENDED) or (box.tag == "div" and box.css_first("i.smc-document") is not None)


def _printed(link: Node) -> str:
    return without_size(_SIZE.sub("", dom.line(link)))


def _name(link: Node) -> str:
    """The printed name without its size, else the tooltip, where that is one."""
    tooltip = " ".join(dom.attr(link, "title").split())
    return _printed(link) or ("" if _NO_NAME.match(tooltip) else tooltip)


@lru_cache(maxsize=2048)
def _number(href: str) -> str | None:
    values = parse_qs(urlsplit(href).query)
    return next(iter(values.get("id", ())), None)


@lru_cache(maxsize=2048)
def _role(name: str, code: str, appended: bool, paper: bool) -> Role | None:
    """What the document is for; None for one of a paper's that does not tell."""
    if code in CODES:
        return CODES[code]
    told = role_of(name, "main")
    if not paper or told == "other":  # a bundle: "Vorlage mit Anlagen"
        return role_of(name)
    if appended or _APPENDIX.match(name):
        return "attachment"
    return "main" if _PAPER.search(name) else told if told != "main" else None


def _submitting(root: Node, name: str) -> str:
    """What the link prints that submits a form of this name."""
    links = (link for link in root.css('a[href*="submit"]') if f".{name}." in dom.attr(link, "href"))
    return next((printed for link in links if (printed := dom.line(link))), "")


def _forms(seen: View, root: Node, paper: bool) -> list[_Found]:
    """Version 4.3.5: a link submits a form with the document's number in the field `DT`."""
    found: list[_Found] = []
    for form in root.css("form[action]"):
        given = {
            dom.attr(field, "name"): dom.attr(field, "value") for field in form.css('input[type="hidden"]')
        }
        if "DT" not in given:
            continue
        name = _SIZE.sub("", dom.line(form)) or _submitting(root, dom.attr(form, "name"))
        role = _role(name, "", False, paper)
        made = Attachment(
            name=name or None,
            url=seen.join(dom.attr(form, "action")),
            method="POST",
            form=given,
            native_id=given["DT"],
            role=role or "main",
        )
        found.append(_Found(made, role is not None))
    return found
