"""When Musterau meets: 18 months around a reference date, with all that a calendar can hold."""

from __future__ import annotations

import datetime as dt

from .model import Body, Document, Meeting
from .people import CLOSED, COMMITTEES, COUNCIL, FACTIONS

BEFORE, AFTER = 14, 3  # months around the reference month
ANNOUNCED = dt.timedelta(days=21)  # an agenda is published so long before
ROOMS = ("Großer Sitzungssaal", "Raum 204 (2. OG)", None, "Bürgerhaus Süßenbach, Saal")
PLACE = "Rathausplatz 1, 99999 Musterau"
TIMES = (("18:00", "20:15"), ("17:00", "19:32"), ("18:30", "21:04"), ("16:00", "16:45"))
# body, months between, offset, week of the month, weekday
RHYTHM: tuple[tuple[Body, int, int, int, int], ...] = (
    (COUNCIL, 2, 1, 3, 3),
    (COMMITTEES[0], 2, 0, 2, 1),
    (COMMITTEES[1], 1, 0, 1, 0),
    (COMMITTEES[2], 2, 0, 2, 2),
    (COMMITTEES[3], 2, 1, 1, 3),
    (COMMITTEES[4], 2, 1, 2, 0),
    (COMMITTEES[5], 2, 0, 3, 2),
    (CLOSED, 3, 0, 2, 1),
    (FACTIONS[0], 4, 0, 1, 0),
    (FACTIONS[2], 4, 2, 1, 0),
)


def month(reference: dt.date, offset: int) -> dt.date:
    """The first day of the month `offset` months from the reference."""
    months = reference.year * 12 + reference.month - 1 + offset
    return dt.date(months // 12, months % 12 + 1, 1)


def _day(first: dt.date, week: int, weekday: int) -> dt.date:
    return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (week - 1))


def _slots(reference: dt.date) -> list[tuple[dt.date, Body]]:
    slots = []
    for offset in range(-BEFORE, AFTER + 1):
        first = month(reference, offset)
        if first.month == 8:  # nobody meets in August
            continue
        for body, every, at, week, weekday in RHYTHM:
            if (first.year * 12 + first.month) % every == at % every:
                slots.append((_day(first, week, weekday), body))
    return sorted(slots, key=lambda slot: (slot[0], slot[1].gra))


def _documents(number: int, past: bool) -> list[Document]:
    rows = [Document(1270000 + number * 10, "Bekanntmachung", "Bekanntmachung", "announcement")]
    if number % 3 == 0:
        rows.append(Document(1270001 + number * 10, "Einladung", "Einladung", "invitation"))
    if past:
        name, tip = ("NIE öffentl.", "Protokoll 2") if number % 2 else ("Niederschrift öffent. Teil",) * 2
        rows.append(Document(1270002 + number * 10, name, tip, "minutes"))
    return rows


def _plain(n: int, day: dt.date, body: Body, reference: dt.date) -> Meeting:
    past = day < reference
    start, end = TIMES[n % 4]
    agenda = body.public and body.table != "fr" and day <= reference + ANNOUNCED
    meeting = Meeting(
        1002900 + n, (body,), day, start, end if past else None, ROOMS[n % 4],
        PLACE if n % 5 else None, agenda, body.title,
        "öffentlich/nichtöffentlich" if body.public else "nichtöffentlich", "Sitzung",
        f"SI/{day.year}/{n:03d}", linked_date=n % 4 == 1, print_name=n % 6 != 5,
    )  # fmt: skip
    if agenda:
        meeting.documents = _documents(n, past)
        meeting.has_minutes = past
    return meeting


def _specials(meetings: list[Meeting]) -> None:
    """One of every oddity, put on meetings by their place among those with an agenda."""
    told = [m for m in meetings if m.agenda and m.documents and m.has_minutes]
    told[3].bodies = (COMMITTEES[1], COMMITTEES[2])  # a joint meeting ("Gremien:")
    told[
        3
    ].name = "Gemeinsame Sitzung der Ausschüsse für Stadtentwicklung, Bau und Verkehr sowie Umwelt & Klima"
    told[3].print_name = True
    told[5].end = "00:20"  # past midnight
    told[7].zeit_note, told[7].end = " (öffentlich ab 18:45)", None
    told[9].extra = {"Zusatz": "Zugang über den Hof; Parken bitte nur auf den gekennzeichneten Flächen"}
    told[11].occasion = "Sondersitzung"
    told[12].status = "öffentlich"
    told[14].start, told[14].end = None, None
    for meeting, mark in ((told[16], "ENTFÄLLT! "), (told[21], "AUSFALL - ")):
        meeting.cancelled, meeting.agenda, meeting.has_minutes = True, False, False
        meeting.name, meeting.documents, meeting.end = mark + meeting.name, [], None
    told[25].cancelled, told[25].end = True, None  # cancelled, but its agenda stays on the page
    told[25].name, told[25].print_name = told[25].name + " (ABGESAGT!!)", True


def meetings(reference: dt.date) -> list[Meeting]:
    """All meetings, oldest first. Two on one day stand in the order of their numbers."""
    rows = [_plain(n, day, body, reference) for n, (day, body) in enumerate(_slots(reference))]
    _specials(rows)
    return rows


def holidays(reference: dt.date) -> dict[dt.date, str]:
    """Days that the calendar names although nobody meets."""
    days: dict[dt.date, str] = {}
    for year in range(reference.year - 2, reference.year + 2):
        days[dt.date(year, 10, 3)] = "Tag der Deutschen Einheit"
        days[dt.date(year, 10, 31)] = "Reformationstag"
        days[dt.date(year, 8, 3)] = "Schulferien"
        days[dt.date(year, 12, 25)] = "1. Weihnachtstag"
    return days
