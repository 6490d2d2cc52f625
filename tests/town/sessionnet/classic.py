# ruff: noqa: E501 - lines of markup stand as they are sent
"""SessionNet in Layout 4, as ASP: tables, motions with a table of numbers of their own, no sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cached_property
from html import escape

from tests.town import sites
from tests.town.data import REFERENCE
from tests.town.model import Attachment, Document, Item, Meeting, Member, Paper, Person
from tests.town.sites import Answer, Asked, Session
from tests.town.truth import AUTHORITATIVE, OUTCOMES, Record, Truth, moments

from . import council as town
from .council import season
from .markup import file_number
from .truth import EXCLUDED, SessionnetTruth, sentence

MOTIONS = frozenset({"Antrag", "Anfrage"})
MONTHS = (
    "Januar", "Februar", "M&auml;rz", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
BOX = '<table class="smcdocbox smcdocboxright"  summary="Tabelle enth&auml;lt zum aufgerufenen Element zugeordnete Dokumente und damit verbundene Aktionen."><thead><tr><th>Dokumenttyp</th><th>Bezeichnung</th><th>Aktionen</th></tr></thead><tbody>'


def day(value: dt.date) -> str:
    return value.strftime("%d.%m.%Y")


def is_motion(paper: Paper) -> bool:
    return paper.kind in MOTIONS


class ClassicTruth(SessionnetTruth):
    """One page a meeting and a paper; the rows of agendas have the product's numbers."""

    ending = "asp"
    person_page = "kp0051"
    excluded = (*EXCLUDED, "Inhalt der Tabelle", " KB", "Dokumenttyp")

    def paper_url(self, paper: Paper) -> str:
        if is_motion(paper):
            return self.link("ag0050", "__kagnr", paper.number)
        return self.link("vo0050", "__kvonr", paper.number)

    def paper(self, paper: Paper) -> Record:
        native = f"{'ag' if is_motion(paper) else ''}{paper.number}"
        related = paper.related if paper.related and paper.related.public else None
        return {
            **super().paper(paper),
            "native": native,
            "related": [] if related is None else [
                {"reference": related.reference, "url": self.paper_url(related), "relation": "Referenzvorlage"}
            ],
        }  # fmt: skip

    def body(self, paper: Paper) -> Record:
        return {"sections": [], "text": None}

    def station(self, body: object, role: str | None, stop: object) -> Record:
        row = super().station(body, role, stop)  # type: ignore[arg-type]
        return row | {"role": role, "authoritative": AUTHORITATIVE.get(role or "")}

    def meeting_url(self, meeting: Meeting) -> str | None:
        return self.link("to0040", "__ksinr", meeting.number) if meeting.agenda else None

    def agenda_url(self, meeting: Meeting) -> str:
        return self.link("to0040", "__ksinr", meeting.number)

    def meeting(self, meeting: Meeting) -> Record:
        record = super().meeting(meeting)
        if not meeting.agenda:
            return record
        first, *others = ({"name": body.name, "url": None} for body in meeting.bodies)
        url = self.body_url(meeting.bodies[0])
        start, end = moments(meeting)
        return record | {
            "name": meeting.name,
            "number": meeting.code,
            "organization_url": url,
            "organizations": [{**first, "url": url}, *others],
            "start": start,
            "end": end,
            "extra": dict(meeting.extra),
        }

    def item(self, item: Item, order: int) -> Record:
        result = town.result_of(item)
        late = {"Nachtrag": day(item.meeting.date)} if item.late else {}
        remark = {"Bemerkung": item.info} if item.info and not item.hidden else {}
        record = super().item(item, order)
        return record | {
            "native": str(item.number),
            "url": None,
            "outcome": OUTCOMES[result] if result else None,
            "extra": record["extra"] | late | remark,
            "sections": [],
            "text": None,
            "text_contains": [],
        }

    def people(self) -> list[Person]:
        seats = {member.person.number for member in self.council.members}
        return [person for person in self.council.people if person.number and person.number in seats]


class SiteClassic(sites.Site):
    """The pages below /ratsinfo/."""

    prefix = "/ratsinfo/"

    def __init__(self, date: dt.date = REFERENCE) -> None:
        super().__init__(date)
        self.council = season(date)

    def truth(self, base: str) -> Truth:
        return ClassicTruth(self.council, base)

    @cached_property
    def meetings(self) -> dict[int, Meeting]:
        return {meeting.number: meeting for meeting in self.council.meetings if meeting.agenda}

    @cached_property
    def papers(self) -> dict[int, Paper]:
        return {paper.number: paper for paper in self.council.papers if paper.public}

    @cached_property
    def _pages(self) -> dict[str, Callable[[dict[str, str]], str | None]]:
        return {
            "": lambda asked: page("default", "Startseite", "<p>Willkommen im Sitzungsdienst.</p>"),
            "si0040.asp": self.calendar,
            "to0040.asp": self.agenda,
            "vo0050.asp": lambda asked: self.paper(asked, "__kvonr", motion=False),
            "ag0050.asp": lambda asked: self.paper(asked, "__kagnr", motion=True),
            "ag0041.asp": self.motions,
            "gr0040.asp": self.bodies,
            "kp0040.asp": self.members,
            "kp0051.asp": self.person,
        }

    def answer(self, asked: Asked, session: Session) -> Answer:
        make = self._pages.get(asked.path.removeprefix(self.prefix))
        made = make(asked.values) if make else None
        shown = (
            made
            if made is not None
            else page("error", "Fehlermeldung", '<h3 class="smc_h3">Keine Daten gefunden</h3>')
        )
        return Answer(shown.replace("\n", "\r\n").encode())

    def calendar(self, asked: dict[str, str]) -> str:
        year, month = int(asked.get("__cjahr", self.council.date.year)), int(asked.get("__cmonat", "1"))
        rows, last = "", 0
        for meeting in self.council.meetings:
            if (meeting.date.year, meeting.date.month) == (year, month):
                shown = f"{meeting.date.day}&nbsp;" if meeting.date.day != last else ""
                rows, last = rows + self._row(meeting, shown), meeting.date.day
        shown = rows or '<tr><td class="smc_td">Keine Sitzungen vorhanden</td></tr>'
        table = f'<table id="smc_page_si0040_contenttable1" class="smccontenttable smc_page_si0040_contenttable" cellspacing="0" cellpadding="0" summary="Inhalt der Tabelle: Sitzungen Termine: {MONTHS[month - 1]} {year}"><tbody>\n{shown}</tbody></table>'
        return page("si0040", "Sitzungen", table)

    def _row(self, meeting: Meeting, shown: str) -> str:
        name, link = escape(town.bodies(meeting).replace("; ", ", ")), ""
        if meeting.cancelled and not meeting.agenda:
            return f'<tr valign="top"  class="smcrow1 smcrowsi1"><td class="smc_fct_day">{shown}</td><td class="smcnowrap smc_field_yytime">&nbsp;</td><td class="smc_td tename">{escape(sentence(meeting))}</td></tr>\n'
        link = escape(town.bodies(meeting))
        if meeting.agenda:
            tip = f"Details anzeigen: {name} {day(meeting.date)}"
            link = f'<a href="to0040.asp?__ksinr={meeting.number}" title="{tip}" aria-label="{tip}" class="smce-a-u smc-link-normal smc_doc smc_datatype_si" >{name}</a>'
        times = escape(town.times(meeting)).replace("\xa0", "&nbsp;")
        place = escape(town.place(meeting) or "")
        return f'<tr valign="top"  class="smcrow1 smcrowsi1"><td class="smc_fct_day">{shown}</td><td class="smcnowrap smc_field_yytime">{times}&nbsp;</td><td class="smc_td smc_field_silink">{link}</td><td class="smc_td smc_field_siort">{place}</td><td  class="smcnoprint">{_box(meeting.documents)}</td></tr>\n'

    def agenda(self, asked: dict[str, str]) -> str | None:
        meeting = self.meetings.get(_number(asked, "__ksinr"))
        if meeting is None:
            return None
        context = f'<div id="smcmenucontext"><ul><li class="smcmenucontext_fct_gremium"><a href="kp0040.asp?__kgrnr={meeting.bodies[0].number}&amp;" class="smcmenucontext">Gremium</a></li></ul></div>\n'
        pairs = [
            ("Sitzung", meeting.code), ("Gremium", "<br />".join(escape(body.name) for body in meeting.bodies)),
            ("Raum", escape(town.place(meeting) or "")), ("Datum", day(meeting.date)),
            ("Bezeichnung", escape(meeting.name)), ("Zeit", escape(town.times(meeting))),
            *((label, escape(value)) for label, value in meeting.extra.items()),
        ]  # fmt: skip
        rows, public = "", None
        for item in town.printed_items(meeting):
            if item.public is not public:
                begins = (
                    f": Beginn {meeting.start}&nbsp;Uhr"
                    if item.public and meeting.start and public is None
                    else ":"
                )
                rows += f'<tr class="smcrowh smc-table-group"><td colspan="7"  class="smcrowh smc-table-group">{"&Ouml;ffentlicher" if item.public else "Nicht &ouml;ffentlicher"} Teil{begins}</td></tr>\n'
                public = item.public
            rows += _item(item)
        head = '<thead><tr><th class="smc_th">TOP&nbsp;</th><th class="smc_th" colspan="5">Inhalt&nbsp;</th><th class="smc_th">Dokumente</th></tr></thead>'
        table = f'<table id="smc_page_to0040_contenttable1" class="smccontenttable smc_page_to0040_contenttable" cellspacing="0" cellpadding="0" summary="Inhalt der Tabelle: Tagesordnungspunkte der Sitzung">{head}<tbody>{rows}</tbody></table>'
        title = f"{escape(', '.join(body.name for body in meeting.bodies))} {day(meeting.date)}"
        return page("to0040", title, context + _header(pairs) + _box(meeting.documents) + table)

    def paper(self, asked: dict[str, str], field: str, *, motion: bool) -> str | None:
        paper = self.papers.get(_number(asked, field))
        if paper is None or is_motion(paper) is not motion:
            return None
        related = paper.related if paper.related and paper.related.public else None
        pairs = [
            ("Name", paper.reference), ("Art", paper.kind), ("Datum", day(paper.date)),
            ("Aktenzeichen", paper.file_number or ""), ("Betreff", escape(paper.subject).replace("\n", "<br>")),
            *((label, escape(value)) for label, value in paper.extra.items()),
        ]  # fmt: skip
        if related:
            pairs.append(
                ("Referenzvorlage", f'<a href="{_goal(related)}" class="smce-a-u">{related.reference}</a>')
            )
        program = "ag0050" if motion else "vo0050"
        return page(
            program,
            "Vorlage",
            _header(pairs) + _box(paper.documents, paper.attachments, paper.number) + _way(paper, program),
        )

    def motions(self, asked: dict[str, str]) -> str:
        rows = "".join(
            f'<tr valign="top" class="smcrow1"><td class="smctd1" colspan="4"><a href="ag0050.asp?__kagnr={p.number}" class="smce-a-u smc_doc smc-link-normal">{escape(p.subject)}</a></td></tr>\n'
            f'<tr valign="top" class="smcrow1"><td class="smctd1">{p.reference}</td><td class="smc_td smc_field_agvdat">{day(p.date)}</td><td class="smctd1">{p.kind}</td><td class="smctd1">&nbsp;</td></tr>\n'
            for p in self.council.listed
            if is_motion(p)
        )
        return page(
            "ag0041",
            "Anfragen und Antr&auml;ge",
            f'<table id="smc_page_ag0041_contenttable1" class="smccontenttable"><tbody>\n{rows}</tbody></table>',
        )

    def bodies(self, asked: dict[str, str]) -> str:
        rows = "".join(
            f'<tr valign="top" class="smcrow1"><td class="smc_td smc_field_grname"><a href="kp0040.asp?__kgrnr={body.number}&" class="smce-a-u">{escape(body.name)}</a></td></tr>\n'
            for body in self.council.bodies
        )
        return page(
            "gr0040",
            "Gremien",
            f'<table id="smc_page_gr0040_contenttable1" class="smccontenttable"><tbody>\n{rows}</tbody></table>',
        )

    def members(self, asked: dict[str, str]) -> str | None:
        body = next((b for b in self.council.bodies if b.number == _number(asked, "__kgrnr")), None)
        if body is None:
            return None
        rows = "".join(_seat(member) for member in self.council.members if member.body.key == body.key)
        shown = rows or '<tr><td class="smc_td">Keine Mitglieder vorhanden</td></tr>'
        return page(
            "kp0040",
            escape(body.name),
            f'<table id="smc_page_kp0040_contenttable1" class="smccontenttable"><tbody>\n{shown}</tbody></table>',
        )

    def person(self, asked: dict[str, str]) -> str | None:
        number = _number(asked, "__kpenr")
        person = next((one for one in self.council.people if one.number and one.number == number), None)
        return (
            page("kp0051", escape(person.name), _header([("Name", escape(person.name))])) if person else None
        )


def page(program: str, title: str, body: str) -> str:
    """A whole page of Layout 4. `title`: escaped already."""
    menu = "".join(
        f'<li><a href="{name}.asp" class="smcmenu">{label}</a></li>'
        for name, label in (("si0040", "Kalender"), ("gr0040", "Gremien"), ("ag0041", "Antr&auml;ge"))
    )
    return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd"><html lang="de" ><head><meta http-equiv="content-type" content="text/html; charset=UTF-8"><meta name="Generator" content="Somacos GmbH & Co. KG,https://www.somacos.de, SessionNet Version 5.3.3 bi (Layout 4)"><meta name="sessionnet" content="V:050303"><title>SessionNet | {title}</title></head>
<body class="smc_body" ><div id="smclayout" class="smclayout smc_page_{program}_layout"><!-- start smclayout -->
<div id="smcmenu"><ul>{menu}</ul></div>
<div id="smccontent"><h1 class="smc_h1">{title}</h1>
{body}
</div>
<div id="smcfooter">Software: Sitzungsdienst Session</div></div></body></html>
"""


def _number(asked: dict[str, str], name: str) -> int:
    return int(asked[name]) if asked.get(name, "").isdigit() else 0


def _goal(paper: Paper) -> str:
    return f"ag0050.asp?__kagnr={paper.number}" if is_motion(paper) else f"vo0050.asp?__kvonr={paper.number}"


def _header(pairs: list[tuple[str, str]]) -> str:
    """Two pairs of label and value a row; those without a value are left out."""
    told = [
        f'<td class="smctablehead">{label}:</td><td class="smctablecontent">{value}</td>'
        for label, value in pairs
        if value
    ]
    rows = "".join(f"<tr>{''.join(told[at : at + 2])}</tr>\n" for at in range(0, len(told), 2))
    return f'<table id="smctablevorgang" class="smctablevorgang" summary="Inhalt der Tabelle: Informationen"><tbody>\n{rows}</tbody></table>\n'


def _box(documents: Iterable[Document], files: Iterable[Attachment] = (), number: int = 0) -> str:
    offered = [(one.number, one.name) for one in documents]
    offered += [(file_number(number, n), one.name) for n, one in enumerate(files, 1)]
    if not offered:
        return ""
    rows = "".join(
        f'<tr><td class="smc_doc"><a href="getfile.asp?id={n}&type=do&" title="{escape(t)}" aria-label="{escape(t)}" class="smce-a-u" target="_blank" ><img src="im/pdf.gif" alt="Dokument anzeigen: {escape(t)}" ></a></td><td class="smc_doc smcdocname smcdocname1"><a href="getfile.asp?id={n}&type=do&" title="{escape(t)}" class="smce-a-u" target="_blank" >{escape(t)} <span class="smcwrapsmall smcdosize">212 KB</span></a></td></tr>'
        for n, t in offered
    )
    return f"{BOX}{rows}</tbody></table>\n"


def _item(item: Item) -> str:
    number = item.label or ""
    if item.late:
        number = f'<span class="smctopadd">{number} <span class="smcf_tondat">Nachtrag: {day(item.meeting.date)}</span> <span class="smcf_tondat_star">*</span></span>'
    subject = "(nicht&ouml;ffentlich)" if item.hidden else escape(item.subject).replace("\n", "<br>")
    paper = town.paper_of(item)
    link = "&nbsp;"
    if paper:
        link = f' <a href="{_goal(paper)}&voselect={item.meeting.number}" class="smce-a-u smc-link-normal" >{paper.reference}</a>'
    files = _box([item.minutes] if item.minutes else []) or "&nbsp;"
    lines = (
        ("Beschluss", town.result_of(item)),
        ("Abstimmung", town.voting_of(item)),
        ("Bemerkung", item.info if not item.hidden else None),
    )
    told = "".join(
        f'<tr valign="top"   class="smcrow2 smc_tophz smc_tophz2"><td  class="smcrow2 smc_tophz smc_tophz2">&nbsp;</td><td  class="smcrow2 smc_tophz smc_tophz2 smc_topr">{label}: </td><td  class="smcrow2 smc_tophz smc_tophz2">{escape(value)}</td><td colspan="3"  class="smcrow2 smc_tophz smc_tophz2">&nbsp;</td><td  class="smcrow2 smc_tophz smc_tophz2">&nbsp;</td></tr>\n'
        for label, value in lines
        if value
    )
    return f"""<tr valign="top" id="smc_contol_to_1_{item.number}"  class="smcrow2 smc_toph smc_toph1">
<td  class="smcrow2 smc_tophn smc_tophn1">{number}</td><td colspan="3"  class="smcrow2 smc_topht smc_topht1">{subject}</td><td  class="smcrow2 smc_toph smc_toph1">{link}</td><td  class="smcrow2 smc_toph smc_toph1">&nbsp;</td>
<!--TABLE.DOC-->
<td  class="smcrow2 smc_toph smc_toph1">{files}</td>
</tr>
{told}"""


def _way(paper: Paper, program: str) -> str:
    rows = ""
    for station in paper.stations:
        for stop in station.stops or [None]:
            when, top, result = "", "", ""
            if stop:
                when = day(stop.meeting.date)
                result = stop.result if stop.result and stop.result != "(offen)" else ""
            if stop and stop.item:
                when = f'<a href="to0040.asp?__ksinr={stop.meeting.number}" class="smce-a-u smc_datatype_si" >{when}</a>'
                top = stop.item.label or ""
            status = "&ouml;ffentlich" if stop and stop.item else ""
            rows += f'<tr valign="top" class="smcrow1"><td class="smc_td smc_field_sidat">{when}</td><td class="smc_td smc_field_grname">{escape(station.body.name)}</td><td class="smc_td smc_field_tofnum">{top}</td><td class="smc_td smc_field_bfost">{status}</td><td class="smc_td smc_field_txname">{station.role or ""}</td><td class="smc_td">{result}</td></tr>\n'
    head = "".join(
        f'<th class="smc_th">{label}</th>'
        for label in ("Datum", "Gremium", "TOP", "Status", "Zust&auml;ndigkeit", "Ergebnis")
    )
    return f'<table id="smc_page_{program}_contenttable1" class="smccontenttable" summary="Inhalt der Tabelle: Beratungen der Vorlage"><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>'


def _seat(member: Member) -> str:
    name = escape(member.person.name)
    if member.person.number:
        name = f'<a href="kp0051.asp?__kpenr={member.person.number}" class="smce-a-u">{name}</a>'
    faction = member.function if "Fraktion" in member.function else ""
    function = "" if faction else member.function
    return f'<tr valign="top" class="smcrow1"><td class="smc_td smc_field_pename">{name}</td><td class="smc_td smc_field_pepartei">{faction}</td><td class="smc_td smc_field_amname">{member.role}</td><td class="smc_td smc_field_mgfunk">{function}</td><td class="smc_td smc_field_kpvon">{day(member.since)}</td></tr>\n'
