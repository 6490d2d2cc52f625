"""A vote: a thumb beside an item or a station, and counts in the tooltip of its link."""

from __future__ import annotations

from typing import NamedTuple

from scraper import dom, german
from scraper.dom import Node
from scraper.records import Outcome, Votes

# The legend of the agenda says what the thumbs mean.
THUMBS = {"fa-thumbs-up": "Zugestimmt", "fa-thumbs-down": "Abgelehnt"}
_SIGNS = ", ".join(f".{name}" for name in THUMBS)
_TOOLTIP = '[title^="Abstimmungsdetails"]'


class Vote(NamedTuple):
    """`known`: False when there is a vote whose thumb is not understood."""

    result: str | None = None
    outcome: Outcome | None = None
    votes: Votes | None = None
    known: bool = True


def read(node: Node) -> Vote:
    """The vote that is shown in an element: `Abstimmungsdetails: Dafür: 38, Dagegen: 0, Enthalten: 0`."""
    seen = node.css(f"{_SIGNS}, {_TOOLTIP}")
    if not seen:
        return Vote()
    thumb, tooltip = node.css_first(_SIGNS), node.css_first(_TOOLTIP)
    result = next((THUMBS[name] for name in dom.attr(thumb, "class").split() if name in THUMBS), None)
    counts = dom.attr(tooltip, "title").partition(":")[2].strip()
    return Vote(
        result, german.outcome(result)[0], german.votes(counts), result is not None or tooltip is None
    )
