"""The text parts of an ALLRIS 4 page: a frame each, with a heading that may be empty, and a document."""

from __future__ import annotations

import re

from scraper import dom, sections, text
from scraper.dom import Node
from scraper.records import Section
from scraper.view import View

# "Beschlussvorschlag ausblenden", "Hide Beschlussvorschlag": the toggle names the part beside its verb.
_VERBS = re.compile(
    r"^(?:hide|show|collapse|expand) | (?:ausblenden|einblenden|reduzieren|erweitern|hide|show)$", re.I
)
_COLLAPSED = re.compile(r"^(?:show|expand) | (?:einblenden|erweitern|show)$", re.I)
COLLAPSED = "part_collapsed"
_TIP = "data-simpletooltip-text"


def read(view: View) -> tuple[tuple[Section, ...], str | None, tuple[str, ...]]:
    """(sections, text, warnings): the body by its headings, and as printed; it is taken out of the page.

    A part without a printed heading has the name of its toggle. One that the page shows collapsed, and so
    does not hold, is told as a warning.
    """
    found: list[Section] = []
    printed: list[str] = []
    missing: list[str] = []
    for frame in view.main.css(".compFull"):
        documents = frame.css(".docPart")
        if not documents:
            missing += _collapsed(frame)
            continue
        name = _name(frame)
        for document in documents:
            paragraphs = text.blocks(dom.marked_text(document))
            document.decompose()
            if paragraphs:
                printed.append("\n\n".join(paragraphs).replace(text.HEAD, ""))
                found += sections.divided(paragraphs, name)
    return tuple(found), "\n\n".join(printed) or None, tuple(missing)


def _name(frame: Node) -> str | None:
    """The heading of a part, which is taken out of the page, or what its toggle says."""
    heading = frame.css_first("h2")
    printed = dom.line(heading)
    if heading is not None:
        heading.decompose()
    return printed or _VERBS.sub("", _tip(frame)) or None


def _tip(frame: Node) -> str:
    return text.clean(dom.attr(frame.css_first(f"[{_TIP}]"), _TIP))


def _collapsed(frame: Node) -> list[str]:
    """A part that is there and does not show what it holds."""
    tip = _tip(frame)
    return [f"{COLLAPSED}:{_VERBS.sub('', tip)}"] if _COLLAPSED.search(tip) else []
