"""What the product tells of the council: used by its pages and by their truth."""

from __future__ import annotations

from tests.town.model import Body, Council, Item, Meeting, Paper, Part, Person
from tests.town.truth import fold

THUMBS = {"adopted": ("up", "Zugestimmt"), "rejected": ("down", "Abgelehnt")}
WORDS = {"ungeändert beschlossen": "adopted", "geändert beschlossen": "adopted", "abgelehnt": "rejected"}


def meetings(council: Council) -> list[Meeting]:
    """Every other meeting: half of the council is enough."""
    return [meeting for meeting in council.meetings if meeting.number % 2 or meeting.cancelled]


def bodies(council: Council) -> list[Body]:
    """The organizations of the list."""
    return [body for body in council.bodies if body.public]


def persons(council: Council) -> list[Person]:
    """The persons of the list."""
    return [person for person in council.people if person.number]


def papers(council: Council) -> list[Paper]:
    """The papers that agendas lead to."""
    found = {
        item.paper.number: item.paper
        for meeting in meetings(council)
        for item in meeting.items
        if item.paper and item.public
    }
    return list(found.values())


def vote(item: Item) -> tuple[str, str] | None:
    """Thumb and outcome of a vote."""
    outcome = WORDS.get(item.result or "")
    return (THUMBS[outcome][0], outcome) if outcome and item.paper and item.public else None


def counts(item: Item) -> dict[str, int]:
    """The counts of a vote: nought where nobody counted."""
    votes = item.votes or {}
    told = "yes" in votes
    return {key: int(votes.get(key) or 0) if told else 0 for key in ("yes", "no", "abstain")}


def resolution(paper: Paper) -> list[str]:
    """The text of the resolution, one line a paragraph."""
    parts: list[Part] = [part for part in paper.parts if part.code == "BV"]
    blocks = [block for part in parts for block in part.blocks if block[0] == "p"]
    return [fold(str(value)) for _, value in blocks]


def stations(paper: Paper, council: Council) -> list[tuple[Body, Meeting, Item | None]]:
    """The way: one row a meeting of the half that is shown."""
    shown = {meeting.number for meeting in meetings(council)}
    return [
        (station.body, stop.meeting, stop.item)
        for station in paper.stations
        for stop in station.stops
        if stop.meeting.number in shown and stop.meeting.agenda
    ]


def entry(meeting: Meeting) -> str:
    """The title of the calendar's entry."""
    return f"{meeting.bodies[0].name} (abgesagt)" if meeting.cancelled else meeting.bodies[0].name
