"""What the interface tells of the council: used by its answers and by their truth."""

from __future__ import annotations

from tests.town.model import Council, Item, Meeting, Part
from tests.town.truth import fold

CLIENT = "Stadt Musterau"


def meetings(council: Council) -> list[Meeting]:
    """Every other meeting: each item is a page of its own, and all of them would be too many."""
    return [meeting for meeting in council.meetings if meeting.number % 2 == 0]


def items(council: Council) -> list[Item]:
    """The items of these meetings."""
    return [item for meeting in meetings(council) for item in meeting.items]


def role(item: Item) -> str | None:
    """What the item is for; the app prints it behind the name."""
    if item.paper is None or not item.public:
        return None
    return "Vorberatend" if item.meeting.bodies[0].table == "au" else "Beschließend"


def name(item: Item) -> str:
    """The name as the app prints it."""
    if item.hidden:
        return "(nichtöffentlich)"
    return f"{fold(item.subject)} ({role(item)})" if role(item) else fold(item.subject)


def decision(item: Item) -> str:
    """The number of the decision, once there is one."""
    return "" if item.heading or item.label is None else f"{item.meeting.code}/{item.label}"


def result(item: Item) -> str | None:
    """The words of a voting."""
    voted = item.page and item.result not in (None, "(offen)")
    return item.result if voted else None


def counts(item: Item) -> dict[str, int] | None:
    """Its counts; None where nobody counted."""
    votes = item.votes or {}
    return {key: int(votes.get(key) or 0) for key in ("yes", "no", "abstain")} if "yes" in votes else None


def blocks(item: Item) -> list[tuple[str, Part]]:
    """The texts of the item with their captions."""
    told = [part for part in item.parts if part.number and any(kind != "blank" for kind, _ in part.blocks)]
    return [(f".{part.label}:", part) for part in told]


def files(item: Item) -> list[tuple[str, str]]:
    """Number and name of the documents that everybody may see."""
    if item.paper is None or not item.public:
        return []
    number = f"{item.meeting.number}-{item.number}"
    return [(f"{number}-{at}", fold(file.name)) for at, file in enumerate(item.paper.attachments, 1)]
