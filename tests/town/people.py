"""Who sits where in Musterau: bodies, people and their memberships."""

from __future__ import annotations

import datetime as dt

from .model import Body, Member, Person
from .words import PEOPLE, TOWN

COUNCIL = Body(
    "pa", 1, f"Rat der Stadt {TOWN}", f"Sitzung des Rates der Stadt {TOWN}", 1,
    address=("Rathausplatz 1", f"99999 {TOWN}"),
)  # fmt: skip
COMMITTEES = (
    Body("au", 25, "Hauptausschuss", "Sitzung des Hauptausschusses", 25),
    Body("au", 31, "Ausschuss für Stadtentwicklung, Bau und Verkehr",
         "Sitzung des Ausschusses für Stadtentwicklung, Bau und Verkehr", 1000031),
    Body("au", 32, "Ausschuss für Umwelt & Klima", "Sitzung des Ausschusses für Umwelt & Klima", 1000032),
    Body("au", 33, "Ausschuss für Schule, Sport und Kultur",
         "Öffentliche/nichtöffentliche Sitzung des Ausschusses für Schule, Sport und Kultur", 33),
    Body("au", 34, "Jugend- und Sozialausschuss", "Sitzung des Jugend- und Sozialausschusses", 34,
         address=("Untere Gasse 3", f"99999 {TOWN}")),
    Body("au", 1000035, "Ortsrat Süßenbach", "Ortsrat Süßenbach", 35),
)  # fmt: skip
CLOSED = Body("au", 40, "Verwaltungsausschuss", "Sitzung des Verwaltungsausschusses", 40, public=False)
FACTIONS = (
    Body("fr", 101, "Bürgerliste-Fraktion", "Sitzung der Bürgerliste-Fraktion", 1101),
    Body("fr", 102, "Fraktion Grüne Mitte", "Sitzung der Fraktion Grüne Mitte", 1102,
         address=("Färbergasse 12", f"99999 {TOWN}")),
    Body("fr", 103, "Fraktion Soziale Stadt", "Sitzung des Vorstandes Fraktion Soziale Stadt", 1103),
    Body("fr", 104, "Fraktion Freies Musterau", "Sitzung der Fraktion Freies Musterau", 1104),
)  # fmt: skip
DISSOLVED = Body("fr", 99, "Gruppe Altstadt", "Sitzung der Gruppe Altstadt", 1099, end=dt.date(2021, 10, 31))
BODIES = [COUNCIL, *COMMITTEES, CLOSED, *FACTIONS, DISSOLVED]

TERM = dt.date(2021, 11, 1)
UNLINKED = {17, 29}  # members without a page: their names are printed without a link
OUTSIDER = 41  # a person with a page and without a seat
ROLES = {
    "pa": ("Ratsvorsitzende/r", "stellv. Ratsvorsitzende/r", "Ratsmitglied"),
    "au": ("Ausschussvorsitz", "stellv. Vorsitz", "Ausschussmitglied"),
    "fr": ("Fraktionsvorsitzende/r", "1. stv. Fraktionsvorsitzende/r", "Fraktionsmitglied"),
}


def people() -> list[Person]:
    """All persons; numbers rise with gaps, as after years of use."""
    return [Person(None if i in UNLINKED else 1000200 + 7 * i, name) for i, name in enumerate(PEOPLE)]


def _role(body: Body, place: int) -> str:
    return ROLES[body.table][min(place, 2)]


def _faction(i: int) -> Body:
    return FACTIONS[(i * 7 + i // 5) % 4]


def _seats(body: Body, chosen: list[int], everyone: list[Person]) -> list[Member]:
    rows = []
    for place, i in enumerate(chosen):
        function, role = _faction(i).name, _role(body, place)
        if body.table == "au" and place == len(chosen) - 1:
            function, role = "Seniorenbeirat", "beratendes Mitglied"
        if body.table == "fr" and place == len(chosen) - 1:
            function = ""
        rows.append(Member(everyone[i], body, role, function, TERM + dt.timedelta(days=30 * (place % 4))))
    return rows


def members(everyone: list[Person]) -> list[Member]:
    """The council has 30 seats, a committee 9 to 11, a faction its own people; DISSOLVED has none."""
    rows = _seats(COUNCIL, list(range(30)), everyone)
    for n, body in enumerate((*COMMITTEES, CLOSED)):
        rows += _seats(body, [(n * 5 + 3 * k) % 41 for k in range(9 + n % 3)], everyone)
    for body in FACTIONS:
        rows += _seats(body, [i for i in range(41) if _faction(i) is body], everyone)
    return rows
