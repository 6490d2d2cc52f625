"""What Musterau decides about: papers, their texts, files and way through the committees."""

from __future__ import annotations

import datetime as dt

from .model import Attachment, Block, Body, Council, Document, Item, Meeting, Paper, Part, Station, Stop
from .people import CLOSED, COMMITTEES, COUNCIL
from .words import ABOUT_COOKIES, DEPARTMENTS, PEOPLE, PLACES, SENTENCES, SUBJECTS

PAPERS = 262
CLOSED_PAPERS = {40, 90, 133, 201, 240}  # never shown to the public
COOKIES, LONG, AFTER_CLOSED = 77, 150, 120
ROLES = {"last": "Entscheidung", "first": "Vorberatung", "only": "Kenntnisnahme"}
DECISIONS = (
    "ungeändert beschlossen",
    "ungeändert beschlossen",
    "geändert beschlossen",
    "abgelehnt",
    "zurückgezogen",
)


def _sentence(n: int, place: str) -> str:
    return SENTENCES[n % len(SENTENCES)].format(place)


def body_text(n: int, place: str) -> tuple[Block, ...]:
    """The facts of a paper: two to five paragraphs, sometimes with a list, a table or inner headings."""
    blocks: list[Block] = []
    for k in range(2 + n % 4):
        blocks += [("p", _sentence(n + 3 * k, place)), ("blank", "")]
    if n % 6 == 2:
        blocks += [("p", "Geprüft wurden:"), ("ol", [f"{_sentence(n + k, place)}" for k in (5, 8, 9)])]
    if n % 9 == 4:
        rows = [
            ("Nr.", "Maßnahme", "Kosten"),
            ("1", f"Fläche {place}", "12.000 €"),
            ("2", "Möblierung", "3.400 €"),
        ]
        blocks += [("p", "Im Einzelnen:"), ("table", rows)]
    if n % 11 == 3:
        blocks += [("bold", "Zeitplanung"), ("p", _sentence(n + 7, place))]
    if n == COOKIES:
        blocks = [("p", line) for line in ABOUT_COOKIES]
    if n == LONG:
        blocks += [("p", " ".join(_sentence(k + j, place) for j in range(9))) for k in range(28)]
    return tuple(blocks)


def _parts(n: int, place: str) -> tuple[Part, ...]:
    number = 1290000 + 10 * n
    style = n % 5
    facts = body_text(n, place)
    if style in (0, 1, 4):
        facts = (("h", "Sachverhalt:"), ("blank", ""), *facts)
    order: Block = ("p", f"Der Rat nimmt den Bericht zu {place} zustimmend zur Kenntnis.")
    heading = (
        ("h4", "Beschlussvorschlag:")
        if style == 4
        else ("h", "Petitum/Beschluss:" if style == 1 else "Beschlussvorschlag:")
    )
    parts = [
        Part("SV", number + 1, "Sachverhalt", facts),
        Part("BV", number + 2, "Beschlussvorschlag", (heading, ("blank", ""), order, ("blank", ""))),
    ]
    if style == 0:
        money: tuple[Block, ...] = (
            ("h", "Finanzielle Auswirkungen:"),
            ("p", "Die Mittel stehen im Haushalt zur Verfügung."),
        )
        parts.append(Part("FA", number + 3, "Finanzielle Auswirkungen", money))
    if style == 1:
        parts.append(Part("AN", number + 4, "Anlage/n", (("h", "Anlage/n:"), ("p", "---"))))
    else:
        parts.append(Part("AN", 0, None))
    return tuple(parts)


def _files(n: int) -> list[Attachment]:
    if n % 3:
        return []
    names = ("Lageplan Übersicht", "Kostenschätzung & Zeitplan", "Gutachten (Entwurf)")
    count = 1 + n % 2 + (n % 5 == 0)
    return [
        Attachment(name, f"Anlage{k + 1}_{'LKG'[k]}{n}.pdf", 40000 + 7919 * (n + k) * (1 + 20 * k))
        for k, name in enumerate(names[:count])
    ]


def _documents(n: int, files: list[Attachment]) -> list[Document]:
    rows = [Document(1290000 + 10 * n, "Vorlage", "Vorlage", "main")]
    if files:
        rows.append(Document(1290009 + 10 * n, "Vorlage mit Anlagen", "Vorlage mit Anlagen", "other", "130"))
    return rows


def _author(n: int, applicant: str | None, name: str) -> tuple[str, ...]:
    if applicant and n % 2:
        return (applicant.split(" der ")[-1],)
    return (name,) if n % 3 == 0 else ()


def _paper(n: int, created: dt.date) -> Paper:
    template, kind, applicant = SUBJECTS[n % len(SUBJECTS)]
    place = PLACES[(n * 7) % len(PLACES)]
    subject = template.format(place)
    if n == COOKIES:
        subject = "Cookie-Einstellungen der städtischen Internetseite: „Diese Website verwendet Cookies“"
    if applicant and n != COOKIES:
        subject += "\n" + applicant
    files = _files(n)
    name = PEOPLE[(n * 5) % len(PEOPLE)].removeprefix("Prof. ").removeprefix("Dr. ")
    first, _, last = name.partition(" ")
    paper = Paper(
        1008000 + n + (n > 130) * 2000, f"{created.year}/{n + 1:04d}", subject, kind, created,
        "nichtöffentlich" if n in CLOSED_PAPERS else "öffentlich",
        _author(n, applicant, f"{last}, {first}"),
        DEPARTMENTS[n % len(DEPARTMENTS)], f"{last}, {first}" if n % 4 == 0 else None,
        DEPARTMENTS[1:3] if n % 10 == 5 else (), f"{61 + n % 5}.{n:03d}-Ä" if n % 8 == 6 else None,
        extra={"Klimawirkung": "gering, überwiegend positiv"} if n % 40 == 9 else {},
        documents=_documents(n, files), attachments=files, parts=_parts(n, place), decisions=n % 3 == 1,
    )  # fmt: skip
    if n % 13 == 6:
        paper.author = ("Bürgerliste-Fraktion", "Fraktion Soziale Stadt", "Fraktion Grüne Mitte")
    return paper


def way(n: int) -> list[tuple[Body, str | None]]:
    """The stations of paper `n`: body and role."""
    committee = COMMITTEES[n % 6]
    if n in CLOSED_PAPERS:
        return [(COMMITTEES[0], ROLES["last"])]
    if n % 7 == 3:
        return [(committee, ROLES["first"]), (CLOSED, ROLES["first"]), (COUNCIL, ROLES["last"])]
    if n % 7 == 5:
        return [(committee, ROLES["first"]), (COUNCIL, ROLES["last"])]
    return [(committee, (ROLES["only"], None, ROLES["last"], "Anhörung")[n % 4])]


def _next(council: Council, body: Body, after: dt.date) -> Meeting | None:
    for meeting in council.meetings:
        if body in meeting.bodies and meeting.date > after and not meeting.cancelled:
            return meeting
    return None


def _result(n: int, role: str | None, past: bool) -> str | None:
    if not past:
        return "(offen)"
    if role == ROLES["last"]:
        return DECISIONS[n % 5]
    return {ROLES["first"]: "ungeändert empfohlen", ROLES["only"]: "zur Kenntnis genommen"}.get(
        role or "", "(offen)"
    )


def _stop(council: Council, n: int, paper: Paper, meeting: Meeting, result: str | None) -> Stop:
    past = meeting.date < council.date
    item = None
    if meeting.agenda:
        item = Item(0, None, "N" if not paper.public else "Ö", paper.subject, meeting, paper, result=result)
        item.hidden = not paper.public and n % 2 == 0
        item.info = "(Berichterstattung: Frau Löffelholt)" if n % 12 == 7 else None
        item.late = n % 17 == 4
        item.page = n % 19 != 8
        item.clip = n % 23 == 5
        if not item.page:
            item.result = None  # the result stands on the button of the excerpt
        meeting.items.append(item)
    return Stop(meeting, item, "Erledigt" if past else "Geplant", result if meeting.agenda and past else None)


def _station(council: Council, n: int, paper: Paper, body: Body, role: str | None, after: dt.date) -> Station:
    order = f"Folgenummer {len(paper.stations)}" if n % 4 == 1 else None
    station = Station(body, role, "Bereit", [], order)
    meeting = _next(council, body, after)
    if meeting is None or n % 29 == 11:  # planned, no date yet
        return station
    result = _result(n, role, meeting.date < council.date)
    later = _next(council, body, meeting.date)
    if n % 16 == 2 and later and meeting.agenda and meeting.date < council.date:  # two dates under one head
        station.stops.append(_stop(council, n, paper, meeting, "vertagt"))
        station.stops[0].state = "Zurückgestellt"
        meeting, result = later, _result(n, role, later.date < council.date)
    station.stops.append(_stop(council, n, paper, meeting, result))
    station.state = station.stops[-1].state
    return station


def add_papers(council: Council) -> None:
    """Make all papers, oldest first, and put them on the agendas of the meetings they come to."""
    first = council.meetings[0].date - dt.timedelta(days=10)
    span = (council.date - first).days
    for n in range(PAPERS):
        paper = _paper(n, first + dt.timedelta(days=span * n // PAPERS))
        if n % 14 == 9:
            paper.related = council.papers[n - 5] if council.papers[n - 5].public else None
        after = paper.date + dt.timedelta(days=5)
        for body, role in way(n):
            station = _station(council, n, paper, body, role, after)
            paper.stations.append(station)
            if station.stops:
                after = station.stops[-1].meeting.date
        council.papers.append(paper)
