# ruff: noqa: E501 - lines of markup stand as they are sent
"""Musterau in the clothes of SIM: readable keys below a Domino database, papers with their whole text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property

from tests.town import sites
from tests.town.model import Body, Item, Meeting, Paper, Part
from tests.town.sites import NOT_FOUND, Answer, Asked, Session
from tests.town.small import Months, SmallTruth, at, attr, day, esc, fold, numbered
from tests.town.truth import AUTHORITATIVE, Record, texts
from tests.town.words import OUTCOMES

FIRST, LAST = dt.date(2026, 9, 1), dt.date(2026, 12, 31)


def code(body: Body) -> str:
    """The council's meetings are RAT, a district's STBR35."""
    if body.table == "pa":
        return "RAT"
    return f"STBR{body.number % 100}" if body.name.startswith("Ortsrat") else f"A{body.number}"


def key(meeting: Meeting) -> str:
    return f"{meeting.date:%Y%m%d}_{code(meeting.bodies[0])}"


def number(paper: Paper) -> str:
    """`2026/0123` of the data is "0123/2026" here."""
    year, _, count = paper.reference.partition("/")
    return f"{count}/{year}"


def name(meeting: Meeting) -> str:
    off = " (entfällt)" if meeting.cancelled else ""
    return f"{' und '.join(body.name for body in meeting.bodies)} am {day(meeting.date)}{off}"


def told(parts: tuple[Part, ...]) -> list[Part]:
    return [part for part in parts if part.number and any(kind != "blank" for kind, _ in part.blocks)]


def heading(part: Part) -> str:
    printed = next((str(value) for kind, value in part.blocks if kind in ("h", "h4")), part.label or "")
    return printed.rstrip(":")


def blocks(part: Part) -> Iterator[str]:
    for kind, value in part.blocks:
        if kind in ("p", "bold"):
            yield esc(str(value))
        elif kind == "ol" and isinstance(value, list):
            yield "<ol>" + "".join(f"<li>{esc(line)}</li>" for line in value) + "</ol>"
        elif kind == "table" and isinstance(value, list):
            rows = ("".join(f"<td>{esc(cell)}</td>" for cell in row) for row in value)
            yield "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


class Site(sites.Site):
    """The pages below the database."""

    prefix = "/muesimwebre.nsf/"

    def __init__(self, date: dt.date = sites.REFERENCE) -> None:
        super().__init__(date)
        self.months = Months(self.council, FIRST, LAST)

    @cached_property
    def committees(self) -> list[Body]:
        return [body for body in self.months.bodies if code(body).startswith("A")]

    @cached_property
    def districts(self) -> list[Body]:
        return [body for body in self.months.bodies if code(body).startswith("STBR")]

    def page(self, title: str, h2: str, inner: str) -> str:
        return f"""<!DOCTYPE html>
<html lang="de"><head><title>SIM - {title}</title><meta charset="utf-8"/></head>
<body id="menu"><header role="banner"><h1 class="hideme">Sitzungsmanagement</h1><a href="{self.prefix}TermineAktuell.xsp">Sitzungsmanagement</a></header><div class="wrap"><main role="main"><section id="content"><header class="row"><h2 class="grid12">{h2}</h2></header>{inner}</section></main></div><footer role="contentinfo"><a href="{self.prefix}Impressum.xsp">Impressum</a></footer></body>
</html>
"""

    def bodies(self, bodies: list[Body], view: str) -> str:
        rows = "".join(
            f'<li><a href="{self.prefix}Termine.xsp?view=Termine{attr(view.format(code(body)))}">{esc(body.name)}</a></li>'
            for body in bodies
        )
        return self.page("Gremien", "Gremien", f"<ul>{rows}</ul>")

    def calendar(self, which: str) -> str | None:
        mine = [one for one in self.months.held if code(one.bodies[0]) == which]
        rows = "".join(
            f'<tr><td>{day(one.date)}</td><td>{one.start or ""}</td><td><a href="{self.prefix}TM/{key(one)}">{esc(name(one))}</a></td></tr>'
            for one in mine
        )
        head = "<tr><th>Datum</th><th>Uhrzeit</th><th>Sitzung</th></tr>"
        return self.page("Termine", "Sitzungen", f"<table>{head}{rows}</table>") if mine else None

    def meeting(self, one: Meeting) -> str:
        facts = {
            "Gremium": " und ".join(body.name for body in one.bodies),
            "Sitzungsdatum": day(one.date),
            "Beginn": f"{one.start} Uhr" if one.start else "",
            "Ende": f"{one.end} Uhr" if one.end else "",
            "Tagungsort": one.room or "",
        }
        head = "".join(
            f'<tr><th scope="row">{label}:</th><td>{esc(value)}</td></tr>'
            for label, value in facts.items()
            if value
        )
        rows = "".join(self._row(item) for item in shown(self.months, one))
        minutes = (
            f'<div><a href="{self.prefix}TO/{key(one)}_P">Protokoll</a></div>' if one.has_minutes else ""
        )
        return self.page(
            f"TM {key(one)}",
            esc(name(one)),
            f"<article><table>{head}</table></article><article><header><h3>Tagesordnung:</h3></header><table>{rows}</table>{minutes}</article>",
        )

    def _row(self, item: Item) -> str:
        subject = esc(fold(item.subject))
        if item.paper:
            subject = f'<a href="{self.prefix}DS/{number(item.paper).replace("/", "-")}">{subject} (Drucks. Nr. {number(item.paper)})</a>'
        return f"<tr><td></td><td></td><td>{item.label}.</td><td>{subject}</td></tr>\n"

    def paper(self, paper: Paper) -> str:
        subject = esc(fold(paper.subject))
        way = "".join(self._station(row) for row in stations(self.months, paper))
        files = "".join(
            f'<li class="att"><a href="../muesimwebdd.nsf/{paper.number:032X}/$FILE/{attr(one)}">{esc(one)} (533 KB)</a></li>'
            for one in ("Druckversion.pdf", *(file.file for file in paper.attachments))
        )
        related = (
            f'<tr><td><a href="{self.prefix}DS/{number(paper.related).replace("/", "-")}">{number(paper.related)} (Antrag)</a></td></tr>'
            if paper.related in self.months.papers and paper.related
            else ""
        )
        body = "".join(
            f'<h4>{esc(heading(part))}:</h4><div class="row rt">{"<br/><br/>".join(blocks(part))}</div>'
            for part in told(paper.parts)
        )
        signed = "".join(
            f'<div class="row">{esc(line)}</div>' for line in (*paper.author, f"Musterau / {day(paper.date)}")
        )
        head = f'<table id="dsHeader"><tr><td></td><td colspan="2"><span id="text">{esc(paper.kind)}</span></td></tr><tr><td><div>In den {esc(paper.stations[0].body.name)}</div></td><td><table><tr><td>Nr.</td></tr><tr><td>Zu TOP</td></tr></table></td><td><table><tr><td>{number(paper)}</td></tr><tr><td> </td></tr></table></td></tr></table>'
        return self.page(
            f"DS {number(paper)}",
            f"Drucksache Nr. {number(paper)}:<br/>{subject}",
            f'<div class="row"><article id="a1"><header><h3>Informationen:</h3></header><div class="row"><div class="row"><h4>verwandte Drucksachen:</h4><table><tr><td><span>{number(paper)} (Originalvorlage)</span></td></tr>{related}</table></div><div class="row"><h4>Anlagen:</h4><ul class="atts">{files}</ul></div></div><div class="grid8"><h4>Beratungsverlauf:</h4><ul class="bf">{way}</ul></div></article><article id="a2"><header><h3>Inhalt der Drucksache:</h3></header><div class="hint">Bitte beachten Sie, dass der folgende Text eventuell Abweichungen aufweisen kann.</div>{head}<span></span><h3>{subject}</h3>{body}<div style="margin-top:12px;">{signed}</div></article></div>',
        )

    def _station(self, row: Record) -> str:
        when = day(dt.date.fromisoformat(row["date"])) if row["date"] else "Zukünftig"
        what = f"{when}: {esc(row['committee'])}"
        if row["meeting_url"]:
            what = f'<a href="{self.prefix}{row["meeting_url"]}" title="Termin öffnen">{what}</a>'
        return f'<li class="bfe">{what}{": " + esc(row["result"]) if row["result"] else ""}</li>'

    @cached_property
    def _made(self) -> dict[str, str]:
        committees = self.bodies(self.committees, "&grem={}")
        return {
            "": committees,
            "Ausschuesse.xsp": committees,
            "AuswahlStadtbezirke.xsp": self.bodies(self.districts, "{}"),
            **{f"TM/{key(one)}": self.meeting(one) for one in self.months.held},
            **{f"DS/{number(one).replace('/', '-')}": self.paper(one) for one in self.months.papers},
        }

    def answer(self, asked: Asked, session: Session) -> Answer:
        path = asked.path.removeprefix(self.prefix)
        if path == "Termine.xsp":
            view = asked.values.get("view", "")
            made = self.calendar(asked.values.get("grem") or view.removeprefix("Termine") or "RAT")
        else:
            made = self._made.get(path)
        return Answer(made.encode(), media="text/html;charset=utf-8") if made else NOT_FOUND

    def truth(self, base: str) -> SmallTruth:
        return SimTruth(self, base)


def shown(months: Months, meeting: Meeting) -> list[Item]:
    """Rows without a number are no items."""
    return [item for item in months.items(meeting) if item.label]


def stations(months: Months, paper: Paper) -> list[Record]:
    """The way of a paper: bodies that do not meet in public are named without a link."""
    held = {meeting.number for meeting in months.held}
    rows: list[Record] = []
    for station in paper.stations:
        for stop in station.stops:
            linked = stop.meeting.number in held and stop.item is not None
            result = stop.result if stop.result not in (None, "(offen)") else None
            rows.append({
                "committee": station.body.name,
                "date": stop.meeting.date.isoformat(),
                "state": None,
                "result": result,
                "meeting_url": f"TM/{key(stop.meeting)}" if linked else None,
            })  # fmt: skip
        if not station.stops:
            rows.append(
                {
                    "committee": station.body.name,
                    "date": None,
                    "state": "Zukünftig",
                    "result": None,
                    "meeting_url": None,
                }
            )
    return rows


class SimTruth(SmallTruth):
    """Keys instead of numbers."""

    def __init__(self, site: Site, base: str) -> None:
        super().__init__(site.months, base)
        self.site = site

    def records(self) -> list[Record]:
        months = self.months
        return [
            *(self.paper(one) for one in months.papers),
            *(self.meeting(one) for one in months.held),
            *(self.item(i, n) for one in months.held for n, i in enumerate(shown(months, one), 1)),
            *(
                {"kind": "organization", "native": code(one), "name": one.name}
                for one in (*self.site.committees, *self.site.districts)
            ),
        ]

    def meeting(self, meeting: Meeting) -> Record:
        return {
            "kind": "meeting",
            "native": key(meeting),
            "url": f"{self.base}TM/{key(meeting)}",
            "name": name(meeting),
            "organization": " und ".join(body.name for body in meeting.bodies),
            "date": meeting.date.isoformat(),
            "start": at(meeting, meeting.start),
            "end": at(meeting, meeting.end),
            "location": meeting.room,
            "cancelled": meeting.cancelled,
            "attachments": [
                {"name": "Protokoll", "url": f"{self.base}TO/{key(meeting)}_P", "role": "minutes"}
            ]
            if meeting.has_minutes
            else [],
        }

    def item(self, item: Item, order: int) -> Record:
        meeting, paper = item.meeting, item.paper
        subject = fold(item.subject)
        return {
            "kind": "agenda_item",
            "native": f"{key(meeting)}-{order}",
            "url": None,
            "meeting_id": key(meeting),
            "date": meeting.date.isoformat(),
            "number": f"{item.label}.",
            "order": order,
            "subject": f"{subject} (Drucks. Nr. {number(paper)})" if paper else subject,
            "public": True,
            "heading": item.heading,
            "paper_reference": number(paper) if paper else None,
            "paper_url": f"{self.base}DS/{number(paper).replace('/', '-')}" if paper else None,
        }

    def paper(self, paper: Paper) -> Record:
        rows = stations(self.months, paper)
        related = paper.related if paper.related in self.months.papers else None
        return {
            "kind": "paper",
            "native": number(paper).replace("/", "-"),
            "url": f"{self.base}DS/{number(paper).replace('/', '-')}",
            "reference": number(paper),
            "subject": fold(paper.subject),
            "paper_type": paper.kind,
            "author": "; ".join(paper.author) or None,
            "date": paper.date.isoformat(),
            "deliberations": numbered(
                row
                | {
                    "outcome": OUTCOMES[row["result"]] if row["result"] else None,
                    "authoritative": AUTHORITATIVE.get(""),
                    "meeting_url": self.base + row["meeting_url"] if row["meeting_url"] else None,
                }
                for row in rows
            ),
            "sections": [{"heading": heading(part)} for part in told(paper.parts)],
            "text_contains": [line.rstrip(":") for line in texts(told(paper.parts))],
            "attachments": [
                {"name": "Druckversion.pdf", "role": "main"},
                *({"name": file.file, "role": "attachment"} for file in paper.attachments),
            ],
            "related": [
                {
                    "reference": number(related),
                    "url": f"{self.base}DS/{number(related).replace('/', '-')}",
                    "relation": "Antrag",
                }
            ]
            if related
            else [],
        }


SKINS = {"sim": Site}
