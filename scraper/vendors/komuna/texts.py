"""Text blocks: a caption and HTML in base64."""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

from scraper import dom, text
from scraper.objects import Object

_TORN = re.compile(r"<[^>]*$")  # a tag that was cut
_OPENED, _CLOSED = re.compile(r"<(?:div|font|p|table)\b"), re.compile(r"</(?:div|font|p|table)>")


class Block(NamedTuple):
    """One block as readable text. `whole`: False when its end is missing."""

    caption: str | None
    text: str
    whole: bool


def block(source: Object) -> Block:
    """The caption stays as the system sends it: ".Beschluss:"."""
    caption, content = source.text("caption"), source.take("content")
    if not isinstance(content, str):
        return Block(caption, "", whole=not content)
    markup, whole = _markup(content)
    body = dom.Html(_TORN.sub("", markup), "").maybe("body")
    shown = text.paragraphs(dom.marked_text(body)).replace(text.HEAD, "") if body is not None else ""
    return Block(caption, shown, whole and _is_closed(markup))


def _markup(content: str) -> tuple[str, bool]:
    """The HTML, and whether the base64 is whole; what is no base64 is taken as it stands."""
    printed = "".join(content.split())
    bare = printed.rstrip("=")
    usable = bare[: len(bare) - (len(bare) % 4 == 1)]  # a single character more holds no byte
    try:
        decoded = base64.b64decode(usable + "=" * (-len(usable) % 4), validate=True)
    except (binascii.Error, ValueError):
        return content, True
    source, torn = _decoded(decoded)
    return source, len(printed) % 4 == 0 and not torn


def _decoded(content: bytes) -> tuple[str, bool]:
    """The text, and whether its last character was torn."""
    try:
        return content.decode("utf-8"), False
    except UnicodeDecodeError as error:
        if error.end == len(content) and error.reason == "unexpected end of data":
            return content[: error.start].decode("utf-8"), True
        return dom.decode(content), False


def _is_closed(markup: str) -> bool:
    folded = markup.casefold()
    return not _TORN.search(folded) and len(_OPENED.findall(folded)) == len(_CLOSED.findall(folded))
