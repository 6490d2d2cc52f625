"""Documents that an ALLRIS 3 page offers: do027 forms and links, and the session paths of attachments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

from scraper import dom, text
from scraper.dom import Node
from scraper.records import Attachment, Role
from scraper.vendors.allris3 import address, skin
from scraper.vendors.allris3.skin import View

# Printed name of a document → role; the first that matches. typ=130 is the collection with attachments.
ROLES: tuple[tuple[re.Pattern[str], Role], ...] = (
    (re.compile(r"(?i)sammeldokument|mit anlagen|im paket|aktenmappe|gesamtdokument"), "other"),
    (re.compile(r"(?i)niederschrift|protokoll|\bnie\b|\bpro\d*\b"), "minutes"),
    (re.compile(r"(?i)einladung"), "invitation"),
    (re.compile(r"(?i)bekanntmachung|bekanntgabe"), "announcement"),
    (re.compile(r"(?i)tagesordnung|\bTO\b"), "agenda"),
    (re.compile(r"(?i)beschl(?:uss|uß|üsse)(?!vor|empf|antr)|auszug"), "resolution"),
)
_SIZE = re.compile(r"\s*\(\d+(?:[.,]\d+)?\s*[KMG]?B\)\s*$")
# An attachment's path is of the session: …/___tmp/tmp/<address>/<hash>/<hash>/NN-Anlagen/01/File.pdf
SESSION_PATH = "___tmp/"


@lru_cache(maxsize=1024)
def role_of(name: str, default: Role = "other") -> Role:
    """The role that a document's printed name states."""
    return next((role for pattern, role in ROLES if pattern.search(name)), default)


def forms(view: View, links: Iterable[tuple[Node, str]], default: Role = "other") -> list[Attachment]:
    """The documents behind forms (POST) and links (GET) to do027, each once; `links`: see `View.links`."""
    found: dict[str, Attachment] = {}
    base = view.page.url
    for node, printed in links:
        if "do027" not in printed:
            continue
        document = _form(base, node, default) if node.tag == "form" else _anchor(base, node, default)
        if document.native_id:
            found.setdefault(document.native_id, document)
    return list(found.values())


def below(view: View, root: Node) -> list[Attachment]:
    """The documents behind the forms and links below a node."""
    return forms(view, [(node, skin.printed_address(node)) for node in root.css("a[href], form")])


def _form(base: str, form: Node, default: Role) -> Attachment:
    values, button = skin.inputs(form)
    tip, printed = skin.tip(button.get("title", "")), button.get("value", "")
    # The buttons of agenda rows carry codes ("Pro2", "NIE"); the tooltip has the words.
    short = button.get("class", "").startswith("il1")
    name = text.clean((tip if short else "") or printed) or text.clean(tip)
    role = _role(name, tip, values.get("typ"), default)
    url = address.join(base, dom.attr(form, "action"))
    return Attachment(
        name=name or None, url=url, method="POST", form=values, native_id=values.get("DOLFDNR"), role=role
    )


def _anchor(base: str, link: Node, default: Role) -> Attachment:
    url = address.join(base, dom.attr(link, "href"))
    values = dict(parse_qsl(urlsplit(url).query))
    name = dom.line(link)
    role = _role(name, "", values.get("typ"), default)
    return Attachment(name=name or None, url=url, native_id=values.get("DOLFDNR"), role=role)


def _role(name: str, tip: str, typ: str | None, default: Role) -> Role:
    return "other" if typ == "130" else role_of(name, role_of(tip, default))


def session_files(view: View) -> list[Attachment]:
    """The attachments with session paths; the page prints them twice (panel and foot table): each once."""
    found: dict[str, Attachment] = {}
    for link, href in view.links:
        if SESSION_PATH in href and link.tag == "a":
            url = address.join(view.page.url, href)
            if url not in found:
                name = _SIZE.sub("", dom.line(link))
                found[url] = Attachment(name=name or None, url=url, role="attachment")
    return list(found.values())
