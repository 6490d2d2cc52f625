"""What the portal shows of the council: used by its pages and by their truth."""

from __future__ import annotations

from tests.town.model import Body, Council, Document, Item, Meeting
from tests.town.truth import fold


def bodies(council: Council) -> list[Body]:
    """The committees of the calendar's filter."""
    return [body for body in council.bodies if body.table != "fr"]


def title(meeting: Meeting) -> str:
    """The portal makes the titles itself."""
    made = f"Sitzung {meeting.bodies[0].name} am {meeting.date:%d.%m.%Y}"
    return f"ABGESAGT: {made}" if meeting.cancelled else made


def short(body: Body) -> str:
    """The short name on the badge of a calendar entry."""
    return f"{body.table.upper()}-{body.number}"


def place(meeting: Meeting) -> str:
    """Room and address as the calendar prints them."""
    return ", ".join(part for part in (meeting.room, meeting.place) if part)


def has_detail(item: Item) -> bool:
    """Some items have a page of their own."""
    return item.page and item.paper is not None and item.number % 4 == 0


def documents(item: Item) -> list[tuple[Document, bool]]:
    """The documents of an item, with whether they are annexes."""
    if not item.public:
        return []
    rows: list[tuple[Document, bool]] = []
    paper = item.paper
    if paper is not None:
        rows.append(
            (Document(paper.number, f"Sitzungsvorlage ({paper.reference})", "Sitzungsvorlage", "main"), False)
        )
        for at, file in enumerate(paper.attachments):
            number = paper.number * 10 + at
            rows.append((Document(number, fold(file.name), "Sitzungsvorlage", "attachment"), True))
        if item.result in ("abgelehnt", "geändert beschlossen"):
            rows.append((Document(item.number, "Beschluss", "Sitzungsbeschluss", "resolution"), False))
    if item.minutes is not None:
        number = item.minutes.number
        rows.append(
            (Document(number, "Niederschriftsauszug", "Sitzungsniederschriftsauszug", "minutes"), False)
        )
    return rows


def vote(item: Item) -> str | None:
    """The words of a published vote."""
    past = item.result not in (None, "(offen)") and item.paper is not None and item.public
    return item.result if past else None


def counts(item: Item) -> dict[str, int]:
    """The counts beside them: nought where nobody counted."""
    votes = item.votes or {}
    told = "yes" in votes
    return {key: int(votes.get(key) or 0) if told else 0 for key in ("yes", "no", "abstain")}
