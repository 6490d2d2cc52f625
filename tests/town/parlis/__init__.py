# ruff: noqa: E501 - lines of markup stand as they are sent
"""Musterau in the clothes of PARLIS: an office's documents under permanent names, and three lists of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import unquote

from tests.town import sites
from tests.town.model import Item, Meeting, Paper, Part
from tests.town.sites import NOT_FOUND, Answer, Asked, Session
from tests.town.small import Months, SmallTruth, day, esc, fold, numbered
from tests.town.truth import Record, texts
from tests.town.words import OUTCOMES

FIRST, LAST = dt.date(2026, 9, 1), dt.date(2026, 12, 31)
PER_PAGE = 25
QUERY = "FORMFL_OB=DATUM&FORM_SO=Absteigend&FORM_C=und"
LETTERS = {"Antrag": "NR", "Anfrage": "A"}


def reference(paper: Paper) -> str:
    """`2026/0123` of the data is "NR 123" here, or "M 123" where the administration wrote it."""
    return f"{LETTERS.get(paper.kind, 'M')} {int(paper.reference.partition('/')[2])}"


def paper_name(paper: Paper) -> str:
    return f"{reference(paper).replace(' ', '_')}_{paper.date.year}"


def title(meeting: Meeting) -> str:
    return f"{meeting.number % 100}. Sitzung des {' und '.join(body.name for body in meeting.bodies)}"


def native(meeting: Meeting) -> str:
    """Day and title: the system prints no number."""
    folded = title(meeting).lower()
    for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        folded = folded.replace(letter, plain)
    return f"{meeting.date.isoformat()}-{re.sub(r'[^a-z0-9]+', '-', folded).strip('-')}"


def told(parts: tuple[Part, ...]) -> list[Part]:
    return [part for part in parts if part.number and any(kind != "blank" for kind, _ in part.blocks)]


def lines(part: Part) -> Iterator[str]:
    for kind, value in part.blocks:
        if kind in ("p", "bold", "h", "h4"):
            yield str(value)
        elif kind == "ol" and isinstance(value, list):
            yield from value
        elif kind == "table" and isinstance(value, list):
            yield from (cell for row in value for cell in row)


def paragraph(inner: str, style: str = "") -> str:
    return f"<p class=MsoNormal\n{f'style={chr(39)}{style}{chr(39)}' if style else ''}>{inner}</p>\n"


def link(name: str, printed: str) -> str:
    return f'<b><u><a\nhref="/PARLISLINK/DDW?W=DOK_NAME=%27{name}\'"><span>{printed.replace(" ", "&nbsp;")}</span></a></u></b>'


class Site(sites.Site):
    """The lists and documents."""

    def __init__(self, date: dt.date = sites.REFERENCE) -> None:
        super().__init__(date)
        self.months = Months(self.council, FIRST, LAST)

    def is_held(self, meeting: Meeting) -> bool:
        return meeting.date < self.council.date

    def name(self, meeting: Meeting) -> str:
        """Minutes where there are some, else the agenda."""
        return (
            f"N_{meeting.number}_{meeting.date:%d-%m-%Y}" if self.is_held(meeting) else f"TO-{meeting.number}"
        )

    def document(self, name: str, printed: str, kind: str, body: str, date: dt.date, inner: str) -> str:
        rows = "".join(
            f'<tr class="maske21">\n<td class="w20" colspan="2"><StrONG>{label}: <StrONG></td>\n<td>{esc(value)}&nbsp;</td>\n<td>&nbsp;</td>\n</tr>\n'
            for label, value in (("Dokumentart", kind), ("Gremium", body), ("Datum", day(date)))
        )
        return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<html lang='de'><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><title>PARLIS - {esc(printed)} </title></head><body>
<div id="menu"><a href="/parlis2/parlis.html">Startseite</a></div>
<div id="anzeige">
<table cellpadding="0" cellspacing="0" width="100%">
{rows}</table><a href="/download/{name}.pdf">PDF</a>
<div><br>
<html>  <head> <meta http-equiv=Content-Type content="text/html;
charset=windows-1252"> <title>{esc(printed)}</title>   </head>  <body
lang=DE link=blue vlink=purple>
<div class=WordSection1>
{inner}</div>
</body></html>
"""

    def meeting(self, one: Meeting) -> str:
        kind = "Niederschrift" if self.is_held(one) else "Tagesordnung"
        inner = paragraph(" <u>Tagesordnung I</u>")
        for item in shown(self.months, one):
            number = f"{item.label}." if "." not in (item.label or "") else item.label
            inner += paragraph(f"{number}&nbsp; &nbsp;\n{esc(fold(item.subject))}", "text-indent:-1.0cm")
            if item.paper:
                paper = item.paper
                inner += paragraph(
                    f"{esc(paper.kind)} vom {day(paper.date)}, {link(paper_name(paper), reference(paper))}"
                )
            if self.result(item):
                inner += paragraph(f"Beschluss: {esc(item.result or '')}") + paragraph(
                    "Abstimmung: Einstimmige Annahme"
                )
        body = " und ".join(body.name for body in one.bodies)
        return self.document(
            self.name(one), f"{kind} der {title(one)} am {day(one.date)}", kind, body, one.date, inner
        )

    def result(self, item: Item) -> str | None:
        told = self.is_held(item.meeting) and item.result not in (None, "(offen)")
        return item.result if told else None

    def paper(self, one: Paper) -> str:
        inner = paragraph(f"{esc(one.kind)} vom {day(one.date)}, {reference(one)}") + paragraph(
            f"Betreff: {esc(fold(one.subject))}"
        )
        inner += "".join(paragraph(esc(line)) for part in told(one.parts) for line in lines(part))
        inner += paragraph(f"Antragsteller: {esc('; '.join(one.author))}") if one.author else ""
        inner += paragraph("Vertraulichkeit: Nein")
        if one.related in self.months.papers and one.related:
            inner += paragraph(
                f"dazugehörende Vorlage: {link(paper_name(one.related), reference(one.related))}"
            )
        stops = [stop for stop in self.months.stops(one) if stop.item and self.result(stop.item)]
        inner += paragraph("Beratungsergebnisse:") if stops else ""
        for stop in stops:
            label = stop.item.label if stop.item else ""
            inner += paragraph(f"{esc(title(stop.meeting))} am {day(stop.meeting.date)}, TO I, TOP {label}")
            inner += paragraph(f"Beschluss: {esc(stop.result or '')}") + paragraph(
                "Abstimmung: Einstimmige Annahme"
            )
        return self.document(
            paper_name(one),
            f"{one.kind} vom {day(one.date)}, {reference(one)}",
            one.kind,
            "Magistrat",
            one.date,
            inner,
        )

    @cached_property
    def documents(self) -> dict[str, str]:
        return {
            **{self.name(one): self.meeting(one) for one in self.months.held},
            **{paper_name(one): self.paper(one) for one in self.months.papers},
        }

    @cached_property
    def lists(self) -> dict[str, list[tuple[dt.date, str, str]]]:
        """Type → day, title, name; the newest first."""
        found: dict[str, list[tuple[dt.date, str, str]]] = {"NIED": [], "TAGO": [], "VORL": []}
        for one in self.months.held:
            kind, typed = ("Niederschrift", "NIED") if self.is_held(one) else ("Tagesordnung", "TAGO")
            found[typed].append((one.date, f"{kind} der {title(one)} am {day(one.date)}", self.name(one)))
        for paper in self.months.papers:
            found["VORL"].append(
                (paper.date, f"{paper.kind} vom {day(paper.date)}, {reference(paper)}", paper_name(paper))
            )
        return {typed: sorted(rows, reverse=True) for typed, rows in found.items()}

    def listing(self, typed: str, first: int) -> str:
        every = self.lists[typed]
        rows = "".join(
            f'<TR><TD>{number}</TD><TD>{day(date)}</TD><TD><A HREF="/PARLISLINK/DDW?W%3DDOKUMENTTYP+%3D+%27{typed}%27/Descend%26M%3D{number}%26K%3D{name}%26R%3DY%26U%3D1">{esc(printed)}</A> <A HREF="/download/{name}.pdf"><img src="/pdf.png" alt=""></A></TD></TR>\n'
            for number, (date, printed, name) in enumerate(every[first - 1 : first - 1 + PER_PAGE], first)
        )
        after = first + PER_PAGE
        down = (
            f'<a href="/PARLISLINK/SDF?DOKUMENTTYP={typed}&{QUERY}&?{after} " title="Nach unten"><img src="/mdown.png" alt=""></a>'
            if after <= len(every)
            else ""
        )
        up = f'<a href="/PARLISLINK/SDF?DOKUMENTTYP={typed}&{QUERY}&?1 " title="Nach oben"><img src="/mup.png" alt=""></a>'
        return f'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">\n<html lang="de"><head><title>PARLIS - Trefferliste</title></head><body>\n<div id="anzeige">{up}{down}\n<table><TR><TH>Nr.</TH><TH>Datum</TH><TH>Titel</TH></TR>\n{rows}</table></div>\n</body></html>\n'

    def answer(self, asked: Asked, session: Session) -> Answer:
        query = unquote(asked.query)
        made: str | None = None
        if asked.path == "/":
            made = "<html><head><title>PARLamentsInformationsSystem der Stadt Musterau</title></head><body><p>Suche</p></body></html>"
        elif asked.path == "/PARLISLINK/DDW":
            name = re.search(r"DOK_NAME='([^']+)'", query)
            made = self.documents.get(name[1]) if name else None
        elif asked.path == "/PARLISLINK/SDF":
            typed, first = re.search(r"DOKUMENTTYP=(\w+)", query), re.search(r"&\?(\d+)", query)
            made = self.listing(typed[1], int(first[1]) if first else 1) if typed else None
        return Answer(made.encode(), media="text/html; charset=windows-1252") if made else NOT_FOUND

    def truth(self, base: str) -> SmallTruth:
        return ParlisTruth(self, base)


def shown(months: Months, meeting: Meeting) -> list[Item]:
    """Rows without a number are no items."""
    return [item for item in months.items(meeting) if item.label]


class ParlisTruth(SmallTruth):
    """Names instead of numbers; bodies have no pages."""

    def __init__(self, site: Site, base: str) -> None:
        super().__init__(site.months, base)
        self.site = site

    def at(self, name: str) -> str:
        return f"{self.base}PARLISLINK/DDW?W=DOK_NAME=%27{name}%27"

    def file(self, name: str) -> Record:
        return {"name": f"{name}.pdf", "url": f"{self.base}download/{name}.pdf", "native_id": name}

    def records(self) -> list[Record]:
        months = self.months
        return [
            *(self.paper(one) for one in months.papers),
            *(
                {
                    "kind": "meeting",
                    "native": native(one),
                    "url": self.at(self.site.name(one)),
                    "name": title(one),
                    "organization": " und ".join(body.name for body in one.bodies),
                    "date": one.date.isoformat(),
                    "start": None,
                    "attachments": [self.file(self.site.name(one))],
                }
                for one in months.held
            ),
            *(self.item(i, n) for one in months.held for n, i in enumerate(shown(months, one), 1)),
        ]

    def item(self, item: Item, order: int) -> Record:
        meeting, paper, result = item.meeting, item.paper, self.site.result(item)
        return {
            "kind": "agenda_item",
            "native": f"{native(meeting)}-{item.label}",
            "meeting_id": native(meeting),
            "date": meeting.date.isoformat(),
            "number": item.label if "." in (item.label or "") else f"{item.label}.",
            "order": order,
            "subject": fold(item.subject),
            "heading": item.heading,
            "paper_reference": reference(paper) if paper else None,
            "paper_url": self.at(paper_name(paper)) if paper else None,
            "result": result,
            "outcome": OUTCOMES[result] if result else None,
            "votes": {"unanimous": True} if result else None,
            "sections": [{"heading": "Beschluss"}, {"heading": "Abstimmung"}] if result else [],
        }

    def paper(self, paper: Paper) -> Record:
        stops = [stop for stop in self.months.stops(paper) if stop.item and self.site.result(stop.item)]
        related = paper.related if paper.related in self.months.papers else None
        return {
            "kind": "paper",
            "native": paper_name(paper),
            "url": self.at(paper_name(paper)),
            "reference": reference(paper),
            "subject": fold(paper.subject),
            "paper_type": paper.kind,
            "author": "; ".join(paper.author) or None,
            "date": paper.date.isoformat(),
            "deliberations": numbered(
                {
                    "title": title(stop.meeting),
                    "date": stop.meeting.date.isoformat(),
                    "agenda_item": stop.item.label if stop.item else None,
                    "result": stop.result,
                    "outcome": OUTCOMES[stop.result or "(offen)"],
                    "votes": {"unanimous": True},
                }
                for stop in stops
            ),
            "text_contains": texts(told(paper.parts)),
            "attachments": [self.file(paper_name(paper)) | {"role": "main"}],
            "related": [
                {
                    "reference": reference(related),
                    "url": self.at(paper_name(related)),
                    "relation": "dazugehörende Vorlage",
                }
            ]
            if related
            else [],
        }


SKINS = {"parlis": Site}
