# ruff: noqa: E501 - lines of markup stand as they are sent
"""SessionNet in Layout 6: agendas need the cookie of the start page, some are refused, texts come by script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import cached_property
from html import escape

from tests.town import sites
from tests.town.data import REFERENCE
from tests.town.model import Body, Item, Meeting, Member, Paper, Person, Stop
from tests.town.sites import Answer, Asked, Session
from tests.town.truth import Truth

from . import council as town
from . import markup
from .council import season
from .truth import SessionnetTruth, has_page, has_texts, refused, sentence

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = (
    "Januar", "Februar", "M&auml;rz", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
REFRESH = '<html><head><meta http-equiv="refresh" content="0; URL=info.php"></head><body></body></html>\n'
MANDATE = 2  # the number of the district that has a calendar of its own
DISTRICT = "Ortsrat Süßenbach"


def day(value: dt.date) -> str:
    return value.strftime("%d.%m.%Y")


class Site(sites.Site):
    """The pages below /bi/, as PHP."""

    prefix = "/bi/"
    cookie = "PHPSESSID"

    def __init__(self, date: dt.date = REFERENCE) -> None:
        super().__init__(date)
        self.council = season(date)

    def truth(self, base: str) -> Truth:
        return SessionnetTruth(self.council, base)

    @cached_property
    def meetings(self) -> dict[int, Meeting]:
        return {meeting.number: meeting for meeting in self.council.meetings if meeting.agenda}

    @cached_property
    def items(self) -> dict[int, Item]:
        return {item.number: item for item in self.council.items if item.public}

    @cached_property
    def papers(self) -> dict[int, Paper]:
        return {paper.number: paper for paper in self.council.papers if paper.public}

    @cached_property
    def _pages(self) -> dict[str, Callable[[dict[str, str]], str | None]]:
        return {
            "": lambda asked: REFRESH,
            "info.php": self.welcome,
            "error.php": lambda asked: error(),
            "si0040.php": self.calendar,
            "si0056.php": self.cards,
            "si0057.php": self.agenda,
            "to0045.php": self.attendance,
            "to0050.php": self.item,
            "to0058.php": self.texts,
            "vo0042.php": self.paper_list,
            "vo0050.php": self.paper,
            "vo0053.php": self.way,
            "gr0040.php": self.bodies,
            "kp0040.php": self.members,
            "kp0041.php": self.persons,
            "kp0050.php": self.seats,
            "pe0051.php": self.person,
            "rssfeed.php": self.feed,
        }

    def answer(self, asked: Asked, session: Session) -> Answer:
        program = asked.path.removeprefix(self.prefix)
        number = asked.values.get("__ksinr", "")
        if (
            program == "si0057.php"
            and number.isdigit()
            and refused(self.meetings.get(int(number)) or _nobody())
        ):
            return Answer(b"", 302, headers=(("Location", f"{self.prefix}error.php?id={number}"),))
        if program in ("si0056.php", "si0057.php", "to0058.php") and session.fresh:
            return Answer(error().encode())
        make = self._pages.get(program)
        made = make(asked.values) if make else None
        media = "text/xml" if program == "rssfeed.php" else sites.HTML
        return Answer((made if made is not None else error()).encode(), media=media)

    # ---- start, calendar, feed

    def welcome(self, asked: dict[str, str]) -> str:
        mandate = f'<a  href="si0040.php?__cpanr={MANDATE}" class="smce-a-u dropdown-item smcfiltermenumandant" >{DISTRICT}</a>'
        menu = f'<div id="smcfiltermenu"><a x="y" aria-label="Mandant auswählen" href="#">Stadt Musterau</a><div class="smcfiltermenumandant">{mandate}</div></div>'
        return markup.page("info", "Startseite", "<h2>Willkommen</h2><p>Im Sitzungsdienst.</p>", menu=menu)

    def calendar(self, asked: dict[str, str]) -> str:
        year, month = int(asked.get("__cjahr", self.council.date.year)), int(asked.get("__cmonat", "1"))
        own = asked.get("__cpanr") == str(MANDATE)
        rows: list[str] = []
        first = dt.date(year, month, 1)
        days = (first + dt.timedelta(days=n) for n in range(31))
        for one in (one for one in days if one.month == month):
            cells = [self._row(m) for m in self.council.meetings if m.date == one and is_district(m) is own]
            if one in self.council.holidays and not own:
                cells.append(
                    _cells(
                        f'<div class="smc-el-h ">{self.council.holidays[one]}</div>', "", "tename", "Termin"
                    )
                )
            rows += [
                _line(one, cell, not n)
                for n, cell in enumerate(cells or [_cells("", "", "silink", "Sitzung")])
            ]
        table = '<table id="smc_page_si0040_contenttable1" class="table table-striped smc-table smc-table-striped smc-table-responsive smctablesitzungen">\n<tbody>\n'
        return markup.page(
            "si0040", f"Kalender {year} {MONTHS[month - 1]}", table + "".join(rows) + "</tbody></table>"
        )

    def _row(self, meeting: Meeting) -> str:
        if meeting.cancelled and not meeting.agenda:
            return _cells(f'<div class="smc-el-h ">{escape(sentence(meeting))}</div>', "", "tename", "Termin")
        name = escape(town.bodies(meeting).replace("; ", ", ") if meeting.agenda else town.bodies(meeting))
        if meeting.agenda:
            shown = escape(meeting.name) if meeting.cancelled else name
            tip = f"Details anzeigen: {name} {day(meeting.date)}"
            name = f'<a  href="si0057.php?__ksinr={meeting.number}" title="{tip}" aria-label="{tip}" class="smce-a-u smc-link-normal smc_doc smc_datatype_si" >{shown}</a>'
        lines = "".join(
            f'<li class="list-inline-item">{escape(line).replace(chr(160), "&nbsp;")}</li>'
            for line in (town.times(meeting), town.place(meeting))
            if line
        )
        told = f'<div class="smc-el-h ">{name}</div><ul class="list-inline smc-detail-list">{lines}</ul>'
        return _cells(told, markup.documents(meeting.documents), "silink", "Sitzung")

    def feed(self, asked: dict[str, str]) -> str:
        items = "".join(
            f"<item>\n<title>Sitzung: {escape(town.bodies(m))} {day(m.date)}</title>\n<link>si0057.php?__ksinr={m.number}</link>\n"
            f"<description>Gremium: {escape(town.bodies(m))} Datum: {day(m.date)} Zeit: {town.times(m).partition('-')[0]} Ort: {escape(town.place(m) or '')}</description>\n</item>\n"
            for m in self.meetings.values()
            if m.date >= self.council.date and not m.cancelled and len(m.bodies) == 1
        )
        return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>\n<title>Sitzungsdienst Musterau</title>\n<link>info.php</link>\n{items}</channel></rss>\n'

    # ---- meetings

    def agenda(self, asked: dict[str, str]) -> str | None:
        meeting = self.meetings.get(_number(asked, "__ksinr"))
        if meeting is None:
            return None
        head = markup.fields("si0057", self._header(meeting)) + markup.documents(meeting.documents)
        rows = "".join(_parted(meeting, self._item_row))
        table = f'<table id="smc_page_si0057_contenttable2" class="table table-striped smc-table smc-table-striped smc-table-responsive smctablesitzung">\n<tbody>\n{rows}</tbody></table>'
        tabs = [
            (f"si0057.php?__ksinr={meeting.number}", "Tagesordnung"),
            (f"si0056.php?__ksinr={meeting.number}", "TOP-Liste"),
        ]
        if town.attendance(self.council, meeting):
            tabs.append((f"to0045.php?__ksinr={meeting.number}", "Anwesenheit"))
        return markup.page("si0057", _title(meeting), head + table, markup.tabs(*tabs))

    def attendance(self, asked: dict[str, str]) -> str | None:
        meeting = self.meetings.get(_number(asked, "__ksinr"))
        if meeting is None:
            return None
        rows = ""
        for group, members in town.attendance(self.council, meeting).items():
            rows += f'<tr class="smc-table-group"><td colspan="3">{group}:</td></tr>\n'
            rows += "".join(
                f'<tr class="smc-t-r-l"><td data-label="Name" class="pename">{_person_link(m.person)}</td><td data-label="Mitgliedschaft" class="pepartei">{m.function}</td><td data-label="Bemerkung" class="tlbem"></td></tr>\n'
                for m in members
            )
        table = f'<table id="smc_page_to0045_contenttable1" class="table smc-table"><tbody>\n{rows}</tbody></table>'
        return markup.page("to0045", _title(meeting), table)

    def _header(self, meeting: Meeting) -> Iterable[tuple[str, str, str | None]]:
        yield "siname", "Sitzung", meeting.code
        yield "sigrname", "Gremium", "<br />".join(escape(body.name) for body in meeting.bodies)
        yield "siort", "Raum", escape(town.place(meeting) or "")
        yield "sidat", "Datum", day(meeting.date)
        yield "yytime", "Zeit", escape(town.times(meeting))
        for label, value in meeting.extra.items():
            yield "sizusatz", label, escape(value)

    def _item_row(self, item: Item) -> str:
        subject = "(nicht&ouml;ffentlich)" if item.hidden else escape(item.subject).replace("\n", "<br />")
        if has_page(item):
            subject = f'<a  href="to0050.php?__ktonr={item.number}" title="Details anzeigen" class="smce-a-u smc-link-normal smc_datatype_to" >{subject}</a>'
        return (
            f'<tr class="smc-t-r-l"><td class="tofnum"><span class="badge">{item.mark.replace("Ö", "&Ouml;")} {item.label}</span></td>'
            f'<td class="tolink"><div class="margin-bottom smc-card-header-title-simple">{subject}{_lines(item)}</div></td>{_paper_cell(item)}'
            f'<td class="smc-t-cl991 sidocs">{markup.documents([item.minutes] if item.minutes else [])}</td>\n</tr>\n'
        )

    def cards(self, asked: dict[str, str]) -> str | None:
        meeting = self.meetings.get(_number(asked, "__ksinr"))
        if meeting is None:
            return None
        rows = "".join(_parted(meeting, _card, _card_part))
        body = f'{markup.documents(meeting.documents)}<div class="accordion" id="smcaccordion">\n{rows}</div>'
        fields = markup.fields("si0056", [row for row in self._header(meeting) if row[0] != "siname"])
        return markup.page("si0056", _title(meeting), fields + body)

    def texts(self, asked: dict[str, str]) -> str | None:
        item = self.items.get(_number(asked, "smctonr"))
        return f'<div class="smcdv6_text">{markup.texts(item.parts)}</div>\n' if item else None

    def item(self, asked: dict[str, str]) -> str | None:
        item = self.items.get(_number(asked, "__ktonr"))
        if item is None or not has_page(item):
            return None
        meeting, paper = item.meeting, town.paper_of(item)
        rows = [
            ("tofnum", "TOP", f"&Ouml; {item.label}"),
            ("tobetr", "Betreff", escape(item.subject).replace("\n", "<br />")),
            ("sigrname", "Gremium", escape(town.bodies(meeting))),
            ("sidat", "Datum", day(meeting.date)),
            ("tobes", "Beschluss", town.result_of(item)),
            ("toabst", "Abstimmung", town.voting_of(item)),
        ]
        links = f'<p><a  href="si0057.php?__ksinr={meeting.number}" title="Details anzeigen: {escape(town.bodies(meeting))} {day(meeting.date)}" class="smce-a-u" >{day(meeting.date)}</a></p>'
        if paper:
            links += f'<p><a  href="vo0050.php?__kvonr={paper.number}" class="smce-a-u smc_datatype_vo" >{paper.reference}</a></p>'
        files = markup.documents([item.minutes] if item.minutes else [])
        title = f"TOP &Ouml; {item.label}: {escape(item.subject)}"
        return markup.page(
            "to0050", title, markup.fields("to0050", rows) + links + files + markup.texts(item.parts)
        )

    # ---- papers

    def paper(self, asked: dict[str, str]) -> str | None:
        paper = self.papers.get(_number(asked, "__kvonr"))
        if paper is None:
            return None
        rows: list[tuple[str, str, str | None]] = [
            ("vobetr", "Betreff", escape(paper.subject).replace("\n", "<br />")),
            ("voname", "Vorlage", paper.reference),
            ("voakz", "Aktenzeichen", paper.file_number),
            ("vovaname", "Art", paper.kind),
            *(("voextra", label, escape(value)) for label, value in paper.extra.items()),
        ]
        files = markup.documents(paper.documents) + markup.appendices(paper.number, paper.attachments)
        texts = markup.texts(paper.parts) if has_texts(paper) else ""
        body = markup.fields("vo0050", rows) + files + texts
        return markup.page("vo0050", escape(paper.subject), body, _paper_tabs(paper))

    def way(self, asked: dict[str, str]) -> str | None:
        paper = self.papers.get(_number(asked, "__kvonr"))
        if paper is None:
            return None
        cards = [
            _consultation(station.body, station.role, stop)
            for station in paper.stations
            for stop in station.stops or [None]
        ]
        return markup.page("vo0053", escape(paper.subject), "".join(cards), _paper_tabs(paper))

    def paper_list(self, asked: dict[str, str]) -> str:
        rows = "".join(
            f'<tr class="smc-t-r-l"><td data-label="Vorlage" class="smc-t-cl991 voname"><a  href="vo0050.php?__kvonr={p.number}" title="Vorlage anzeigen: {escape(p.subject)}" class="smce-a-u smc-link-normal smc_field_voname smc_datatype_vo" >{p.reference}</a></td>'
            f'<td data-label="Betreff" class="smc-t-cl991 vobetr">{escape(p.subject)}</td><td data-label="Art" class="smc-t-cn991 vovaname">{p.kind}</td><td data-label="Datum" class="smc-t-cn991 vodat">{day(p.date)}</td></tr>\n'
            for p in self.council.listed
        )
        head = '<thead class="smc-t-r-l"><tr><th class="voname">Vorlage</th><th class="vobetr">Betreff</th><th class="vovaname">Art</th><th class="vodat">Datum</th></tr></thead>'
        table = f'<table id="smc_page_vo0042_contenttable1" class="table smc-table smc-table-responsive">\n{head}<tbody>\n{rows}</tbody></table>'
        return markup.page("vo0042", "Vorlagen", table)

    # ---- bodies and people

    def bodies(self, asked: dict[str, str]) -> str:
        if asked.get("__cpanr"):
            listed = [body for body in self.council.bodies if body.name == DISTRICT]
        else:
            listed = [body for body in self.council.bodies if body.name != DISTRICT]
        rows = "".join(
            f'<tr class="smc-t-r-l"><td data-label="" class="smc-t-cl991 grname"><a  href="kp0040.php?__kgrnr={body.number}&" title="Details anzeigen: {escape(body.name)}" class="smce-a-u smc-link-normal" >{escape(body.name)}</a></td><td data-label="" class="smc-t-cn991 silast"></td><td data-label="" class="smc-t-cn991 sinext"></td></tr>\n'
            for body in listed
        )
        table = f'<table id="smc_page_gr0040_contenttable1" class="table smc-table smctablegremien">\n<thead><tr><th class="grname">Name</th><th class="silast">Letzte Sitzung</th><th class="sinext">Nächste Sitzung</th></tr></thead><tbody>\n{rows}</tbody></table>'
        return markup.page("gr0040", "Gremien", table)

    def members(self, asked: dict[str, str]) -> str | None:
        body = next((b for b in self.council.bodies if b.number == _number(asked, "__kgrnr")), None)
        if body is None:
            return None
        seats = [member for member in self.council.members if member.body.key == body.key]
        rows = "".join(_seat(member, _person_link(member.person), "pename", "Name") for member in seats)
        return markup.page("kp0040", escape(body.name), _seats("kp0040", rows, "pename", "Name"))

    def persons(self, asked: dict[str, str]) -> str:
        rows = "".join(
            f'<tr class="smc-t-r-l"><td data-label="Name" class="smc-t-cl991 pename">{_person_link(person)}</td><td data-label="Mitgliedschaft" class="smc-t-cl991 pepartei"></td></tr>\n'
            for person in self.council.people
        )
        return markup.page(
            "kp0041",
            "Mandatstr&auml;ger",
            f'<table id="smc_page_kp0041_contenttable1" class="table smc-table"><tbody>\n{rows}</tbody></table>',
        )

    def person(self, asked: dict[str, str]) -> str | None:
        person = self._person(asked)
        if person is None:
            return None
        tabs = markup.tabs(
            (f"pe0051.php?__kpenr={person.number}", "Informationen"),
            (f"kp0050.php?__kpenr={person.number}", "Mitarbeit"),
        )
        return markup.page(
            "pe0051",
            escape(person.name),
            markup.fields("pe0051", [("pename", "Name", escape(person.name))]),
            tabs,
        )

    def seats(self, asked: dict[str, str]) -> str | None:
        person = self._person(asked)
        if person is None:
            return None
        rows = "".join(
            _seat(
                m,
                f'<a  href="kp0040.php?__kgrnr={m.body.number}&" class="smce-a-u smc-link-normal" >{escape(m.body.name)}</a>',
                "grname",
                "Gremium",
            )
            for m in self.council.members
            if m.person.number == person.number
        )
        tabs = markup.tabs(
            (f"kp0050.php?__kpenr={person.number}", "Mitarbeit"),
            (f"pe0051.php?__kpenr={person.number}", "Informationen"),
        )
        return markup.page("kp0050", escape(person.name), _seats("kp0050", rows, "grname", "Gremium"), tabs)

    def _person(self, asked: dict[str, str]) -> Person | None:
        number = _number(asked, "__kpenr")
        return next(
            (person for person in self.council.people if person.number and person.number == number), None
        )


def error() -> str:
    """What is not public, or not there: with HTTP 200."""
    return markup.page(
        "error", "SessionNet Fehlermeldung", '<div class="alert">Die Seite kann nicht angezeigt werden.</div>'
    )


def is_district(meeting: Meeting) -> bool:
    return any(body.name == DISTRICT for body in meeting.bodies)


def _nobody() -> Meeting:
    return Meeting(1, (), dt.date.min, None, None, None, None, False, "", "", None, "")


def _number(asked: dict[str, str], name: str) -> int:
    return int(asked[name]) if asked.get(name, "").isdigit() else 0


def _title(meeting: Meeting) -> str:
    name = meeting.name if meeting.cancelled else ", ".join(body.name for body in meeting.bodies)
    shown = town.times(meeting).partition(" (")[0].replace("\xa0", "&nbsp;")
    return f"{escape(name)} - {day(meeting.date)}" + (f" - {shown}" if shown else "")


def _line(one: dt.date, cells: str, first: bool) -> str:
    number = f'<span class="weekday">{one.day}</span>' if first else ""
    name = (
        f'<a title="{WEEKDAYS[one.weekday()]}" class="weekday">{WEEKDAYS[one.weekday()][:2]}</a>'
        if first
        else ""
    )
    return f'<tr><td data-label="&nbsp;" class="smc-table-cell-block-991 smc-table-cell-heading smc_fct_day_991">{number} {name}</td><td data-label="&nbsp;" class="smc-t-cn991 smc_fct_day">{number}</td><td data-label="&nbsp;" class="smc-t-cn991 smc_fct_daytext">{name}</td>{cells}\n\n</tr>\n\n'


def _cells(told: str, files: str, name: str, label: str) -> str:
    return f'<td data-label="{label}" class="smc-t-cl991 {name}">{told}</td><td data-label="Mandant" class="smc-t-cl991 pagel pagel3"></td><td data-label="Termin" class="smc-t-cl991 sitermin"></td><td data-label="Dokumente" class="smc-t-cl991 sidocs">{files}</td>'


def _part(title: str) -> str:
    return f'<tr class="smc-t-r-l"><td class="totrenn" colspan="4"><h2>{title}</h2></td>\n</tr>\n'


def _card_part(title: str) -> str:
    return f'<div class="card card-light smcbox"><div class="card-header"><h2 class="mb-0 card-header-title"><button class="btn btn-link btn-block text-left" type="button">{title}</button></h2></div></div>\n'


def _parted(
    meeting: Meeting, row: Callable[[Item], str], part: Callable[[str], str] = _part
) -> Iterable[str]:
    """The rows, with a heading where the public part ends and begins again."""
    public: bool | None = None
    for item in town.printed_items(meeting):
        if item.public is not public:
            public = item.public
            yield part("&Ouml;ffentlicher Teil:" if public else "Nicht&ouml;ffentlicher Teil:")
        yield row(item)


def _lines(item: Item) -> str:
    result, voting = town.result_of(item), town.voting_of(item)
    made = ""
    for name, label, value in (("beschluss", "Beschluss", result), ("abstimmung", "Abstimmung", voting)):
        if value:
            made += f'<p class="smc_field_smcdv0_box2_{name} margin-bottom-0 margin-top-0"><strong>{label}:</strong> {escape(value)}</p>'
    return made


def _paper_cell(item: Item) -> str:
    paper = town.paper_of(item)
    if paper is None:
        return '<td class="toxx">&nbsp;</td>'
    return f'<td data-label="Vorlage" class="smc-t-cl991 tovo">{_paper_link(paper)}</td>'


def _paper_link(paper: Paper) -> str:
    return f'<a  href="vo0050.php?__kvonr={paper.number}" title="Vorlage anzeigen" class="smce-a-u smc-link-normal smc_field_voname smc_datatype_vo" >{paper.reference}</a>'


def _card(item: Item) -> str:
    paper = town.paper_of(item)
    lines = _lines(item)
    if paper:
        lines += f'<p class="smc_field_smcdv0_box2_volink margin-bottom-0"><strong>Vorlage:</strong> {_paper_link(paper)}</p>'
    script = (
        f" onclick=\"smcAjaxDV('to0058.php?smctonr={item.number}&smcajax=11t&smcvooptions=y', 'smcdataview{item.number}ajax', 's')\""
        if item.public
        else ""
    )
    subject = "(nicht&ouml;ffentlich)" if item.hidden else escape(item.subject).replace("\n", "<br />")
    return f'<div class="card card-light"><div class="card-header collapsed smc-card-read"{script}><h3 class="mb-0 card-header-title"><button class="btn btn-link btn-block text-left" type="button"> <span class="badge">{item.mark.replace("Ö", "&Ouml;")} {item.label}</span>  <div class="smc-card-text-title">{subject}</div></button></h3></div><div class="collapse"><div class="card-body">{lines}{markup.documents([item.minutes] if item.minutes else [])}\n<div id="smcdataview{item.number}ajax" class="smcdv6_data smcdv6_hidden smcdv_ajax"></div>\n</div></div></div>\n'


def _consultation(body: Body, role: str | None, stop: Stop | None) -> str:
    result = stop.result if stop and stop.result != "(offen)" else None
    words = [day(stop.meeting.date)] if stop else []
    words.append(escape(body.name))
    if stop and stop.item:
        words += [f"TOP {stop.item.label}", "&ouml;ffentlich"]
    head = " ".join(words) + (f" - {result or role}" if result or role else "")
    link = ""
    if stop and stop.item:
        tip = f"Details anzeigen: {escape(body.name)} {day(stop.meeting.date)}"
        link = f'<a  href="si0057.php?__ksinr={stop.meeting.number}&toselect=1" title="{tip}" aria-label="{tip}" class="smce-a-u smc-link-normal smc_datatype_si" >{day(stop.meeting.date)}</a>'
    return f'<div class="card card-light"><div class="card-header collapsed"><h2 class="mb-0 card-header-title"><button class="btn btn-link btn-block text-left" type="button">{head} <span class="smc-badges"><span class="badge">1 Dok.</span></span></button></h2></div><div class="collapse"><div class="card-body">{link}</div></div></div>\n'


def _paper_tabs(paper: Paper) -> str:
    return markup.tabs(
        (f"vo0050.php?__kvonr={paper.number}", "Informationen"),
        (f"vo0053.php?__kvonr={paper.number}", "Beratungen"),
    )


def _person_link(person: Person) -> str:
    name = escape(person.name)
    if person.number is None:
        return name
    return f'<a  href="pe0051.php?__kpenr={person.number}" title="Details anzeigen: {name}" class="smce-a-u smc-link-normal" >{name}</a>'


def _seat(member: Member, link: str, name: str, label: str) -> str:
    faction = member.function if "Fraktion" in member.function else ""
    function = "" if faction else member.function
    return f'<tr class="smc-t-r-l"><td data-label="{label}" class="smc-t-cl991 {name}">{link}</td><td data-label="Mitgliedschaft" class="smc-t-cn991 pepartei">{faction}</td><td data-label="Mitgliedschaft" class="smc-t-cl991 smc-table-cell-block-991 pepartei">{faction} {member.role}</td><td data-label="Art der Mitarbeit" class="smc-t-cn991 amname">{member.role}</td><td data-label="Funktion" class="smc-t-cn991 mgfunk">{function}</td><td data-label="von" class="smc-t-cn991 kpvon">{day(member.since)}</td></tr>\n'


def _seats(program: str, rows: str, name: str, label: str) -> str:
    head = f'<thead><tr><th class="{name}">{label}</th><th class="pepartei">Mitgliedschaft</th><th class="pepartei">Mitgliedschaft</th><th class="amname">Art der Mitarbeit</th><th class="mgfunk">Funktion</th><th class="kpvon">von</th></tr></thead>'
    shown = rows or '<tr><td colspan="6">Keine Mitglieder vorhanden.</td></tr>'
    return f'<table id="smc_page_{program}_contenttable1" class="table smc-table smc-table-responsive">\n{head}<tbody>\n{shown}</tbody></table>'
