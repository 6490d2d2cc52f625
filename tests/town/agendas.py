"""The agendas of Musterau: order, numbers, headings, standing items, minutes and votes."""

from __future__ import annotations

from .model import Block, Council, Document, Item, Meeting, Part
from .people import COUNCIL
from .words import MINUTES, PLACES, VOTES

DECIDED = {"ungeändert beschlossen", "geändert beschlossen", "abgelehnt", "ungeändert empfohlen"}


def _standing(meeting: Meeting, subject: str) -> Item:
    return Item(0, None, "Ö", subject, meeting, result="(offen)", page=True)


def _opening(meeting: Meeting, before: Meeting | None, n: int) -> list[Item]:
    rows = [_standing(meeting, "Eröffnung der Sitzung und Feststellung der Beschlussfähigkeit")]
    rows.append(_standing(meeting, "Einwohnerfragestunde"))
    rows[1].clip = n % 5 == 0
    if before is not None:
        day = before.date.strftime("%d.%m.%Y")
        item = _standing(meeting, f"Genehmigung der Niederschrift der Sitzung vom {day}, öffentlicher Teil")
        item.refers = before
        item.page = n % 2 == 0
        if not item.page:
            item.result = None
            item.minutes = Document(1280000 + meeting.number, "Niederschrift öffent. Teil", "", "minutes")
        rows.append(item)
    return rows


def _heading(meeting: Meeting, subject: str) -> Item:
    return Item(0, None, "Ö", subject, meeting, heading=True)


def _arrange(council: Council, meeting: Meeting, before: Meeting | None, n: int) -> None:
    """Order the items and number them: "3.1" below a heading; N items go on counting or count apart."""
    business = [item for item in meeting.items if item.public]
    closed = [item for item in meeting.items if not item.public]
    motions = [item for item in business if item.paper and item.paper.kind == "Antrag"]
    others = [item for item in business if item not in motions]
    rows: list[tuple[Item, list[Item]]] = [(item, []) for item in _opening(meeting, before, n)]
    if motions:
        rows.append((_heading(meeting, "Anträge"), motions))
    rows += [(item, []) for item in others]
    rows.append((_standing(meeting, "Mitteilungen, Anfragen & Anregungen"), []))
    if n % 3 == 0:
        closed.append(Item(0, None, "N", "Grundstücksangelegenheit", meeting, hidden=n % 2 == 0))
    items, count = [], 0
    if n % 7 == 1:  # a text row without a number
        items.append(Item(0, None, "Ö", "Öffentlicher Teil", meeting, heading=True))
    for item, below in rows:
        count += 1
        item.label = str(count)
        items.append(item)
        for k, child in enumerate(below):
            child.label = f"{count}.{k + 1}"
            items.append(child)
    apart = n % 2 == 0
    for k, item in enumerate(closed):
        item.label = str(k + 1 if apart else count + k + 1)
        item.page, item.result = False, None
        items.append(item)
    if closed and meeting.bodies[0] is COUNCIL:  # public again after the closed part
        last = _standing(meeting, "Bekanntgabe der in nichtöffentlicher Sitzung gefassten Beschlüsse")
        last.label = str(count + 1 if apart else count + len(closed) + 1)
        items.append(last)
    meeting.items = items


def _minutes(n: int) -> tuple[Block, ...]:
    lines = [MINUTES[(n + k) % len(MINUTES)].format(PLACES[n % len(PLACES)]) for k in range(1 + n % 3)]
    return tuple(block for line in lines for block in (("p", line), ("blank", "")))


def _text(item: Item, n: int) -> None:
    """Minutes, decision and vote of a past item; parts that are empty have the number 0."""
    number = 1400000 + 5 * n
    told = n % 5 != 0
    parts = [
        Part("WP", number if told else 0, "Wortprotokoll" if told else None, _minutes(n) if told else ())
    ]
    decided = item.result in DECIDED
    if decided and n % 3:
        line = (
            "Der Beschlussvorschlag wird angenommen."
            if item.result != "abgelehnt"
            else "Der Antrag wird abgelehnt."
        )
        blocks: tuple[Block, ...] = (("h", "Beschluss:"), ("blank", ""), ("p", line), ("blank", ""))
        parts.append(Part("BS", number + 1, "Beschluss", blocks))
    elif n % 4 == 1:  # in the jump list, but nothing in it
        parts.append(Part("BS", number + 1, "Beschluss", (("blank", ""),)))
    else:
        parts.append(Part("BS", 0, None))
    parts.append(Part("AN", 0, None))
    if decided and n % 4 != 2:
        printed, item.votes = VOTES[n % len(VOTES)]
        lines: tuple[Block, ...] = (("h", "Abstimmungsergebnis:"), ("blank", ""), ("p", printed))
        parts.append(Part("AE", number + 2, "Abstimmungsergebnis", lines))
    else:
        parts.append(Part("AE", 0, None))
    item.parts = tuple(parts)


def add_agendas(council: Council) -> None:
    """Arrange every agenda and give its items numbers, minutes and votes."""
    last: dict[str, Meeting] = {}
    told = 0
    for n, meeting in enumerate(council.meetings):
        if not meeting.agenda:
            continue
        key = meeting.bodies[0].key
        _arrange(council, meeting, last.get(key), n)
        last[key] = meeting
        for item in meeting.items:
            told += 1
            item.number = 1031000 + told
            past = meeting.date < council.date
            if not past and item.result is not None:
                item.result = "(offen)"
            if item.page and past:
                _text(item, told)
            elif item.page:
                item.parts = tuple(Part(code, 0, None) for code in ("WP", "BS", "AN", "AE"))
