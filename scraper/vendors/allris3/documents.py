"""Documents that an ALLRIS 3 page offers: do027 forms and links, and the session paths of attachments."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

from scraper import dom, text
from scraper.documents import role_of, without_size
from scraper.records import Attachment, Role
from scraper.vendors.allris3 import skin
from scraper.vendors.allris3.links import Link

# An attachment's path is of the session: …/___tmp/tmp/<address>/<hash>/<hash>/NN-Anlagen/01/File.pdf
SESSION_PATH = "___tmp/"


def forms(links: Iterable[Link], default: Role = "other", *, codes: bool = False) -> list[Attachment]:
    """The documents behind forms (POST) and links (GET) to do027, each once.

    `codes`: the buttons carry codes ("Pro2", "NIE": in the rows of an agenda), their tooltips the words.
    """
    found: dict[str, Attachment] = {}
    for link in links:
        if "do027" in link.printed:
            document = _form(link, default, codes) if link.is_form else _anchor(link, default)
            if document.native_id:
                found.setdefault(document.native_id, document)
    return list(found.values())


def _form(link: Link, default: Role, codes: bool) -> Attachment:
    values, button = link.hidden(), link.button
    tip, printed = skin.tip(button.get("title", "")), button.get("value", "")
    name = text.clean((tip if codes else "") or printed) or text.clean(tip)
    role, native = _role(name, tip, values.get("typ"), default), values.get("DOLFDNR")
    return Attachment(
        name=name or None, url=link.url, method="POST", form=values, native_id=native, role=role
    )


def _anchor(link: Link, default: Role) -> Attachment:
    values = dict(parse_qsl(urlsplit(link.url).query))
    name = dom.line(link.node)
    role = _role(name, "", values.get("typ"), default)
    return Attachment(name=name or None, url=link.url, native_id=values.get("DOLFDNR"), role=role)


def _role(name: str, tip: str, typ: str | None, default: Role) -> Role:
    return "other" if typ == "130" else role_of(name, role_of(tip, default))


def session_files(links: Iterable[Link]) -> list[Attachment]:
    """The attachments with session paths; the page prints them twice (panel and foot table): each once."""
    found: dict[str, Attachment] = {}
    for link in links:
        if SESSION_PATH in link.printed and not link.is_form and (url := link.url) not in found:
            name = without_size(dom.line(link.node))
            found[url] = Attachment(name=name or None, url=url, role="attachment")
    return list(found.values())
