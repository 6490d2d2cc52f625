# ruff: noqa: E501 - lines of markup stand as they are sent
"""Musterau in the clothes of PIO: every document is a page of one program, with the tree of its matter beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import quote

from tests.town import sites
from tests.town.model import Item, Meeting, Paper, Part
from tests.town.sites import NOT_FOUND, Answer, Asked, Session
from tests.town.small import Months, SmallTruth, at, attr, day, esc, fold, long_day, numbered
from tests.town.truth import Record, texts
from tests.town.words import OUTCOMES

FIRST, LAST = dt.date(2026, 9, 1), dt.date(2026, 12, 31)
BESIDE = '<p class="box warning pio-warnung" role="note">Dieser Text wurde mit dem "Politischen Informationssystem Musterau" erstellt.</p>'


def docid(year: int, number: int) -> str:
    return f"{year}-{number:08d}"


def address(year: int, number: int) -> str:
    return f"index.php?aktiv=doc&docid={docid(year, number)}&year={year}&av_dokument_id={number}"


def of_paper(paper: Paper) -> tuple[int, int]:
    return paper.date.year, paper.number


def of_ruling(item: Item) -> tuple[int, int]:
    return item.meeting.date.year, item.number


def of_meeting(meeting: Meeting) -> tuple[int, int]:
    return meeting.date.year, meeting.number


def label(meeting: Meeting) -> str:
    off = " (abgesagt)" if meeting.cancelled else ""
    return f"Einladung {meeting.bodies[0].name} Sitzung am {day(meeting.date)}{off}"


def page(inner: str) -> str:
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>PIO: Politisches Informationssystem Musterau</title></head><body class="index"><div class="PIO-Menu"><a href="index.php?aktiv=login">Anmelden</a></div><div class="PIO-Inhalt"><div class="pio-content">
{inner}
</div></div></body></html>
"""


def document(inner: str) -> str:
    return f'<div class="pio-doc-container" role="main">\n<div class="WordSection1">\n{inner}</div></div>\n{BESIDE}'


def paragraph(line: str) -> str:
    return f"<p class=\"MsoNormal\">\n<span style='font-size:12.0pt'>{line}</span>\n</p>\n"


def header(reference: str, issued: dt.date) -> str:
    return f'<hr>\n<p class="PIO-Kopfzeile">\n<span class="PIO-Kopfzeile-Links">{esc(reference)}</span><span class="PIO-Kopfzeile-Rechts">Ausgegeben am {day(issued)}</span>\n</p>\n'


def entry(where: tuple[int, int], kind: str, paper: Paper, title: str = "", *, active: bool = False) -> str:
    subject = attr((title and f"{title} - ") + fold(paper.subject))
    return f'<!-- $doc ist das global offene dokument --><li class="ref{" aktiv" if active else ""}"><a href="{attr(address(*where))}&amp;view="><i class="fa"></i> <span class="pio-doctype muted">{kind}</span> <span class="pio-dsnummer">{esc(paper.reference)}</span> <span class="pio-betreff" title="{subject}">{subject}</span></a></li>'


def headings(part: Part) -> str:
    """The printed heading of a part, else its name."""
    printed = next((str(value) for kind, value in part.blocks if kind in ("h", "h4")), part.label or "")
    return printed.rstrip(":")


def told(parts: tuple[Part, ...]) -> list[Part]:
    return [part for part in parts if part.number and any(kind != "blank" for kind, _ in part.blocks)]


def lines(part: Part) -> Iterator[str]:
    for kind, value in part.blocks:
        if kind in ("p", "bold"):
            yield str(value)
        elif kind == "ol" and isinstance(value, list):
            yield from value
        elif kind == "table" and isinstance(value, list):
            yield from (cell for row in value for cell in row)


class Site(sites.Site):
    """The pages of `index.php`."""

    def __init__(self, date: dt.date = sites.REFERENCE) -> None:
        super().__init__(date)
        self.months = Months(self.council, FIRST, LAST)

    def rulings(self, paper: Paper) -> list[Item]:
        """Extracts of minutes about a paper."""
        items = (stop.item for stop in self.months.stops(paper))
        return [item for item in items if item and item.result and item.meeting.date < self.council.date]

    @cached_property
    def documents(self) -> dict[str, str]:
        months = self.months
        found = {docid(*of_meeting(one)): self.invitation(one) for one in months.held}
        for paper in months.papers:
            found[docid(*of_paper(paper))] = self.paper(paper)
            for item in self.rulings(paper):
                found[docid(*of_ruling(item))] = self.ruling(paper, item)
        return found

    def tree(self, paper: Paper, active: int) -> str:
        rulings = "".join(
            f"<ul>{entry(of_ruling(item), 'Beschluss', paper, active=active == item.number)}</ul>"
            for item in self.rulings(paper)
        )
        files = "".join(
            entry((paper.date.year, paper.number * 10 + k), "Anlage", paper, file.name)
            for k, file in enumerate(paper.attachments)
        )
        attached = (
            f'<ul><li class="Anlagen"><span class="Titel"><i class="fa"></i> Anlagen ({len(paper.attachments)})</span><ul>{files}</ul></li></ul>'
            if files
            else ""
        )
        root = entry(of_paper(paper), paper.kind, paper, active=active == paper.number)
        return (
            f'<div class="Baum" role="complementary"><ul class="level0">{root}{rulings}{attached}</ul></div>'
        )

    def paper(self, paper: Paper) -> str:
        body = "".join(
            paragraph(f"<b>{esc(headings(part))}:</b>")
            + "".join(paragraph(esc(line)) for line in lines(part))
            for part in told(paper.parts)
        )
        return page(document(header(paper.reference, paper.date) + body) + self.tree(paper, paper.number))

    def ruling(self, paper: Paper, item: Item) -> str:
        meeting = item.meeting
        body = (
            paragraph(
                f"Auszug aus der Niederschrift über die Sitzung des {esc(meeting.bodies[0].name)} am {long_day(meeting.date)}"
            )
            + paragraph("Beschlusslage:")
            + paragraph(esc(item.result or ""))
        )
        return page(document(header(paper.reference, meeting.date) + body) + self.tree(paper, item.number))

    def invitation(self, meeting: Meeting) -> str:
        clock = f", {meeting.start} Uhr" if meeting.start else ""
        items = "".join(self._item(item) for item in shown(self.months, meeting))
        return page(
            document(
                paragraph("Musterau, den 01.01.2026")
                + paragraph(f"zur Sitzung am {long_day(meeting.date)}{clock}")
                + paragraph("Öffentlicher Teil")
                + items
            )
        )

    def _item(self, item: Item) -> str:
        paper = item.paper
        if paper is None:
            return f'<p class="MsoNormal"><b><u>TOP {item.label}</u></b></p>\n<p class="MsoNormal"><u>{esc(item.subject)}</u></p>\n'
        target = f"/index.php?aktiv=doc&doctype=1&amp;dsnummer={quote(paper.reference, safe='')}&amp;av_dokument_id={paper.number}&amp;year={paper.date.year}"
        title = esc(item.subject).replace("\n", "<br>")
        return f'<p class="MsoNormal"><b><u>TOP {item.label}</u></b><br><a href="{target}" target="_top">{title}</a><br>{esc(paper.kind)} vom {day(paper.date)},<br>{esc(paper.reference)}<br></p>\n'

    def overview(self) -> str:
        rows = "".join(
            f'<tr><td class="pio-ausschuss-ext-name">{esc(body.name)}</td><td></td><td><a href="index.php?aktiv=tagesordnungenliste&amp;ausschuss={body.number}">Archiv</a></td></tr>\n'
            for body in self.months.bodies
        )
        return page(
            f'<table class="pio-table"><tr><th>Gremium</th><th>Einladung</th><th>Archiv</th></tr>\n{rows}</table>'
        )

    def archive(self, number: str) -> str | None:
        mine = [one for one in self.months.held if str(one.bodies[0].number) == number]
        rows = "".join(
            f'<tr><td><a href="{attr(address(*of_meeting(one)))}&amp;view=">{esc(label(one))}</a></td></tr>\n'
            for one in mine
        )
        return (
            page(f'<table class="pio-table"><tr><td><strong>2026</strong></td></tr>\n{rows}</table>')
            if mine
            else None
        )

    def answer(self, asked: Asked, session: Session) -> Answer:
        values = asked.values
        aktiv = values.get("aktiv", "tagesordnungen")
        made: str | None = None
        if aktiv == "tagesordnungen":
            made = self.overview()
        elif aktiv == "tagesordnungenliste":
            made = self.archive(values.get("ausschuss", ""))
        elif aktiv == "doc":
            made = self.documents.get(values.get("docid", ""))
        return Answer(made.encode(), media="text/html; charset=UTF-8") if made else NOT_FOUND

    def truth(self, base: str) -> SmallTruth:
        return PioTruth(self, base)


def shown(months: Months, meeting: Meeting) -> list[Item]:
    """Rows without a number are headings of the letter, no items."""
    return [item for item in months.items(meeting) if item.label]


class PioTruth(SmallTruth):
    """Extracts of minutes are documents with a number of their own."""

    def __init__(self, site: Site, base: str) -> None:
        super().__init__(site.months, base)
        self.site = site

    def at(self, where: tuple[int, int]) -> str:
        return self.base + address(*where)

    def records(self) -> list[Record]:
        months = self.months
        lists = {
            body.number: f"{self.base}index.php?aktiv=tagesordnungenliste&ausschuss={body.number}"
            for body in months.bodies
        }
        return [
            *(self.paper(one) for one in months.papers),
            *(self.ruling(one, item) for one in months.papers for item in self.site.rulings(one)),
            *(
                {
                    "kind": "meeting",
                    "native": docid(*of_meeting(one)),
                    "url": self.at(of_meeting(one)),
                    "name": label(one),
                    "date": one.date.isoformat(),
                    "start": at(one, one.start),
                    "organization": one.bodies[0].name,
                    "organization_url": lists[one.bodies[0].number],
                    "cancelled": one.cancelled,
                }
                for one in months.held
            ),
            *(self.item(i, n) for one in months.held for n, i in enumerate(shown(months, one), 1)),
            *(
                {
                    "kind": "organization",
                    "native": str(one.number),
                    "name": one.name,
                    "url": lists[one.number],
                }
                for one in months.bodies
            ),
        ]

    def item(self, item: Item, order: int) -> Record:
        paper, number = item.paper, docid(*of_meeting(item.meeting))
        return {
            "kind": "agenda_item",
            "native": f"{number}-{order}",
            "meeting_id": number,
            "meeting_url": self.at(of_meeting(item.meeting)),
            "organization": item.meeting.bodies[0].name,
            "date": item.meeting.date.isoformat(),
            "number": item.label,
            "order": order,
            "subject": fold(item.subject),
            "public": True,
            "paper_reference": paper.reference if paper else None,
            "paper_url": self.at(of_paper(paper)) if paper else None,
        }

    def paper(self, paper: Paper) -> Record:
        return {
            "kind": "paper",
            "native": docid(*of_paper(paper)),
            "url": self.at(of_paper(paper)),
            "reference": paper.reference,
            "subject": fold(paper.subject),
            "paper_type": paper.kind,
            "date": paper.date.isoformat(),
            "deliberations": [],
            "sections": [{"heading": headings(part)} for part in told(paper.parts)],
            "text_contains": texts(told(paper.parts)),
            "attachments": [
                {"name": f"{file.name} - {fold(paper.subject)}", "url": self.at((paper.date.year, paper.number * 10 + k)), "role": "attachment"}
                for k, file in enumerate(paper.attachments)
            ],
            "related": [
                {"reference": paper.reference, "url": self.at(of_ruling(item)), "relation": "Beschluss"}
                for item in self.site.rulings(paper)
            ],
        }  # fmt: skip

    def ruling(self, paper: Paper, item: Item) -> Record:
        others = [one for one in self.site.rulings(paper) if one is not item]
        return {
            "kind": "paper",
            "native": docid(*of_ruling(item)),
            "url": self.at(of_ruling(item)),
            "reference": paper.reference,
            "subject": fold(paper.subject),
            "paper_type": "Beschluss",
            "deliberations": numbered(
                [
                    {
                        "title": f"Sitzung des {item.meeting.bodies[0].name}",
                        "date": item.meeting.date.isoformat(),
                        "result": item.result,
                        "outcome": OUTCOMES[item.result or "(offen)"],
                    }
                ]
            ),
            "related": [
                {"reference": paper.reference, "url": self.at(where), "relation": kind}
                for where, kind in [
                    (of_paper(paper), paper.kind),
                    *((of_ruling(one), "Beschluss") for one in others),
                ]
            ],
        }


SKINS = {"pio": Site}
