# ruff: noqa: E501 - lines of markup stand as they are sent
"""Musterau in the clothes of ris-ng: one list of meetings, agendas with documents, minutes within the page."""

from __future__ import annotations

import datetime as dt

from tests.town import sites
from tests.town.model import Item, Meeting
from tests.town.sites import NOT_FOUND, Answer, Asked, Session
from tests.town.small import Months, SmallTruth, at, day, esc, fold
from tests.town.truth import Record

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
SENTENCES = {
    "adopted": "Der Gemeinderat beschließt einstimmig, dem Vorschlag der Verwaltung zu folgen.",
    "rejected": "Der Antrag wird mit 3 Ja-Stimmen und 9 Nein-Stimmen abgelehnt.",
}


def ruled(item: Item, today: dt.date) -> str | None:
    """The sentence of the minutes that decides, for papers of meetings that were held."""
    if item.paper is None or item.meeting.date >= today or item.result in (None, "(offen)"):
        return None
    return SENTENCES["rejected" if item.result == "abgelehnt" else "adopted"]


def name(meeting: Meeting) -> str:
    off = " (entfällt)" if meeting.cancelled else ""
    return " und ".join(body.name for body in meeting.bodies) + off


class Site(sites.Site):
    """The list and the meetings."""

    prefix = "/ris"

    def __init__(self, date: dt.date = sites.REFERENCE) -> None:
        super().__init__(date)
        self.months = Months(self.council, FIRST, LAST)

    @property
    def meetings(self) -> list[Meeting]:
        """Those with a time: the list prints one for every entry."""
        return [one for one in self.months.meetings if one.start]

    def page(self, inner: str) -> str:
        return f"""<!DOCTYPE html>
<html lang="de"><head><meta charset="utf-8"><title>Ratsinformationssystem Musterau - ris</title></head><body>
<div id="main-nav"><ul><li><a href="/rathaus">Rathaus</a></li></ul><h2>Gemeinde Musterau</h2></div>
<div id="main-content">
{inner}
</div>
<footer id="main-footer"><p>Rathausplatz 1, Impressum</p></footer></body></html>
"""

    def listing(self) -> str:
        years = ""
        for year in sorted({one.date.year for one in self.meetings}, reverse=True):
            rows = "".join(
                f'<li data-sitzung-id="{one.number}">{one.date:%d.%m.} - {one.start} Uhr: {esc(name(one))}{"<span title=Protokoll>P</span>" if one.has_minutes else ""}</li>\n'
                for one in reversed(self.meetings)
                if one.date.year == year
            )
            years += f'<h2 class="risng">{year}</h2>\n<ul class="risng-table">{rows}</ul>\n'
        return self.page(f"<h1>Sitzungen</h1>{years}")

    def meeting(self, one: Meeting) -> str:
        items = "".join(self._item(item) for item in shown(self.months, one))
        return self.page(
            f'<h1>Ratsinformationssystem</h1>\n<h2 class="headline_2">{esc(name(one))}</h2>\n<p>Sitzung am {day(one.date)} um {one.start} Uhr</p>\n<ul class="ris_top_list">\n{items}</ul>'
        )

    def _item(self, item: Item) -> str:
        paper = item.paper
        file = (
            f'<div class="ris_top_list_file"><a href="/ris/V_{paper.number}.pdf" title="Vorlage herunterladen">Vorlage {paper.reference} (0,3 MB)</a></div>'
            if paper
            else ""
        )
        sentence = ruled(item, self.council.date)
        minutes = (
            f'<div class="ris_top_list_proto"><a href="#" class="toggle">Protokoll anzeigen</a><div class="ris_top_protokoll_text"><p>Die Vorsitzende erläutert die Vorlage.</p><p>{sentence}</p></div></div>'
            if sentence
            else ""
        )
        return f'<li id="top_{(item.label or "").replace(".", "-")}"><div class="ris_top_list_nr">TOP {item.label}</div>\n<div class="ris_top_list_descr">{esc(fold(item.subject))}</div>\n{file}{minutes}</li>\n'

    def answer(self, asked: Asked, session: Session) -> Answer:
        number = asked.values.get("sitzung_id", "")
        one = next((one for one in self.meetings if str(one.number) == number), None)
        if asked.path.rstrip("/") != self.prefix or (number and one is None):
            return NOT_FOUND
        made = self.meeting(one) if one else self.listing()
        return Answer(made.encode(), media="text/html; charset=utf-8")

    def truth(self, base: str) -> SmallTruth:
        return RisNgTruth(self, base.rstrip("/"))


def shown(months: Months, meeting: Meeting) -> list[Item]:
    """The system numbers its items through: those below a heading have none of their own."""
    items = months.items(meeting) if meeting.agenda else []
    return [item for item in items if item.label and item.label.isdigit()]


class RisNgTruth(SmallTruth):
    """Meetings and items; papers are documents of an item."""

    def __init__(self, site: Site, base: str) -> None:
        super().__init__(site.months, base)
        self.site = site

    def at(self, meeting: Meeting) -> str:
        return f"{self.base}?action=show_sitzung&sitzung_id={meeting.number}"

    def records(self) -> list[Record]:
        meetings = self.site.meetings
        return [
            *(
                {
                    "kind": "meeting",
                    "native": str(one.number),
                    "url": self.at(one),
                    "name": name(one),
                    "organization": name(one),
                    "date": one.date.isoformat(),
                    "start": at(one, one.start),
                    "cancelled": one.cancelled,
                }
                for one in meetings
            ),
            *(self.item(i, n) for one in meetings for n, i in enumerate(shown(self.months, one), 1)),
        ]

    def item(self, item: Item, order: int) -> Record:
        meeting, paper = item.meeting, item.paper
        sentence = ruled(item, self.council.date)
        rejected = sentence == SENTENCES["rejected"]
        votes = {"yes": 3, "no": 9, "unanimous": False} if rejected else {"unanimous": True}
        return {
            "kind": "agenda_item",
            "native": f"{meeting.number}-{item.label}",
            "meeting_id": str(meeting.number),
            "meeting_url": self.at(meeting),
            "date": meeting.date.isoformat(),
            "number": item.label,
            "order": order,
            "subject": fold(item.subject),
            "public": True,
            "paper_reference": paper.reference if paper else None,
            "result": sentence,
            "outcome": ("rejected" if rejected else "adopted") if sentence else None,
            "votes": votes if sentence else None,
            "text_contains": [sentence] if sentence else [],
            "attachments": [
                {
                    "name": f"Vorlage {paper.reference}",
                    "url": f"{self.base}/V_{paper.number}.pdf",
                    "role": "attachment",
                }
            ]
            if paper
            else [],
        }


SKINS = {"risng": Site}
