# ruff: noqa: E501 - lines of markup stand as they are sent
"""Pages of RISI as München's system sends them."""

from __future__ import annotations

from collections.abc import Iterable

from tests.town.model import Body, Item, Meeting, Paper, Person
from tests.town.small import MONTHS, WEEKDAYS, Months, attr, day, esc, long_day

MOTIONS = ("Antrag", "Anfrage")


def page(title: str, main: str, up: str) -> str:
    """The frame: menu, main, foot. `up`: the way to the root."""
    return f"""<!DOCTYPE html>
<html lang="de"><head><title>RatsInformationsSystem Musterau - {title}</title></head><body>
<nav class="navbar"><ul><li><a href="{up}aktuelles">Aktuelles</a></li><li><a href="{up}sitzung/kalender/str">Sitzungskalender</a></li><li><a href="{up}gremium/strausschuss/uebersicht">Ausschüsse</a></li><li><a href="{up}person/strmitglieder">Stadtrat</a></li><li><a href="{up}extranet/login">Anmelden</a></li></ul></nav>
<main class="container mt-4 pb-2 flex-grow-1 flex-shrink-0 text-hyphens">
{main}
</main><footer><a href="{up}impressum">Impressum</a></footer></body></html>
"""


def head(line: str, added: str = "") -> str:
    more = (
        f'\n<span class="d-inline-block page-additionaltitle">\n<span>({added})</span>\n</span>'
        if added
        else ""
    )
    return f"""<div class="headline align-items-lg-center"><div class="titlearea"><h1 class="page-title">
<span class="d-inline-block">{esc(line)}</span>{more}
</h1></div><div class="actionarea"><div class="action"><a class="icon-action" href="./1?-1.-aboCreateLink">Abonnement abschließen</a></div></div></div>"""


def rows(*pairs: tuple[str, str]) -> str:
    return "".join(
        f'<div class="keyvalue-row" role="listitem">\n<div class="keyvalue-key">{label}:</div>\n<div class="keyvalue-value">{value}</div>\n</div>\n'
        for label, value in pairs
        if value
    )


def card(heading: str, body: str) -> str:
    return f"""<section class="card mt-4" aria-labelledby="sectionheader-{heading.lower()}">
<div class="card-header"><div><h2 id="sectionheader-{heading.lower()}">{heading}</h2></div></div>
<div class="card-body">
{body}
</div>
</section>"""


def file(number: int, name: str, up: str) -> str:
    return f"""<div class="form-check"><div class="align-top d-flex"><div><img class="svg-icon mr-1" src="{up}images/Oeffentlich.svg" title="Öffentliches Dokument" alt="Öffentliches Dokument"></div>
<div class="text-break"><a class="downloadlink text-nohyphens" href="{up}dokument/v/{number}">{esc(name)}.pdf</a> <span class="d-inline-block">(113 KB)</span></div></div></div>"""


def headline(meeting: Meeting) -> str:
    """The title of a meeting; one that was called off says so."""
    clock = f", {meeting.start} Uhr" if meeting.start else ""
    off = " (entfällt)" if meeting.cancelled else ""
    names = " / ".join(body.name for body in meeting.bodies)
    return f"{WEEKDAYS[meeting.date.weekday()]}, {long_day(meeting.date)}{clock} - {names}{off}"


def is_motion(paper: Paper) -> bool:
    return paper.kind in MOTIONS


def paper_path(paper: Paper) -> str:
    return f"{'antrag' if is_motion(paper) else 'sitzungsvorlage'}/detail/{paper.number}"


def paper_label(paper: Paper) -> str:
    return f"{'StR-' + paper.kind if is_motion(paper) else 'Sitzungsvorlage'} {paper.reference}"


def paper(months: Months, one: Paper) -> str:
    up = "../../"
    author = "; ".join(one.author)
    facts = rows(
        ("Gestellt am" if is_motion(one) else "Freigabe", day(one.date)),
        ("Wahlperiode", "2026-2032"),
        ("Zuständiges Referat", f'<a class="icon-action" href="{up}organisationseinheit/detail/2">{esc(one.department)}</a>'),
        ("Gestellt von" if is_motion(one) else "Referent*in", f"<span>{esc(author)}</span>" if author else ""),
    )  # fmt: skip
    kind = rows(
        (
            "Art",
            f'<img class="svg-icon" src="{up}images/Oeffentlich.svg" alt="">\n<span>Öffentlicher Vorgang</span>',
        ),
        ("Typ", esc(one.kind)),
    )
    files = "".join(file(d.number, d.name, up) for d in one.documents)
    related = (
        card("Verwandte Vorgänge", f'<a class="icon-action" href="{up}{paper_path(one.related)}">{esc(paper_label(one.related))}</a>')
        if one.related in months.papers
        else ""
    )  # fmt: skip
    results = "".join(_result(stop.meeting, stop.item, up) for stop in months.stops(one))
    return page(
        "Sitzungsvorlage",
        "\n".join((
            head(paper_label(one)),
            card("Betreff", f'<div><p class="collapsable-content text-keepwhitespace mb-0">{esc(one.subject)}</p></div><div><button class="btn btn-link"><span>Mehr anzeigen</span></button></div>'),
            card("Informationen", facts + "<hr>" + kind),
            card("Dokumente", files),
            related,
            f'<section class="card mt-4" id="ergebnisse"><div class="card-header"><h2>Ergebnisse</h2></div><div class="list-group list-group-flush tops">{results}</div></section>',
        )),
        up,
    )  # fmt: skip


def decided(item: Item | None) -> bool:
    """Whether the system publishes a decision."""
    return item is not None and item.page and item.result not in (None, "(offen)")


def _result(meeting: Meeting, item: Item | None, up: str) -> str:
    body = meeting.bodies[0]
    decision = (
        f'<div class="mt-2"><a class="icon-action" href="{up}sitzung/top/{item.number}/entscheidung">Entscheidung</a></div><div><a class="icon-action" href="{up}sitzung/detail/{meeting.number}/tagesordnung/oeffentlich?topid={item.number}">Zum Tagesordnungspunkt</a></div>'
        if item is not None and decided(item)
        else ""
    )
    return f"""<div class="list-group-item even"><div class="row no-gutters"><div class="col-12"><a class="font-weight-medium" href="{up}sitzung/detail/{meeting.number}">{day(meeting.date)}</a></div>
<div class="col-12 col-md"><a class="icon-action" href="{up}gremium/detail/{body.number}?tab=mitgliederaktuell">{esc(body.name)}</a></div></div>{decision}</div>"""


def information(one: Meeting) -> str:
    up = "../../"
    body = one.bodies[0]
    link = (
        f'<a class="icon-action" href="./{one.number}/tagesordnung/oeffentlich">Öffentliche TO</a>'
        if one.agenda
        else ""
    )
    facts = rows(("Wahlperiode", "2026-2032"), ("Sitzungsort", esc(one.room or "")))
    gremium = (
        ""
        if len(one.bodies) > 1
        else rows(
            (
                "Gremium",
                f'<a class="icon-action" href="{up}gremium/detail/{body.number}?tab=mitgliederaktuell">{esc(body.name)}</a>',
            )
        )
    )
    return page(
        "Sitzung",
        "\n".join((head(headline(one), "TO freigegeben"), card("Informationen", gremium + facts), link)),
        up,
    )


def agenda(months: Months, one: Meeting) -> str:
    up = "../../../../"
    table = "".join(_row(item, up) for item in months.items(one))
    return page(
        "Tagesordnung",
        f'{head(headline(one), "TO freigegeben")}<section class="card"><div class="card-header"><h2 id="sectionheader-tagesordnung"><span>Öffentliche Tagesordnung</span></h2></div><div class="d-table w-100 tops">{table}</div></section>',
        up,
    )


def _row(item: Item, up: str) -> str:
    kind, icon = ("topueberschrift", "Überschrift") if item.heading else ("", "Tagesordnungspunkt")
    paper = (
        f'<div><a class="icon-action" href="{up}{paper_path(item.paper)}">{esc(paper_label(item.paper))}</a></div>'
        if item.paper
        else ""
    )
    decision = (
        f'<div class="mt-2"><a class="icon-action" href="../../../top/{item.number}/entscheidung">Entscheidung</a></div>'
        if decided(item)
        else ""
    )
    return f"""<div class="d-table-row odd {kind}">
<div class="d-table-cell px-1 py-2 text-center"><img class="svg-icon" src="{up}images/TOP.svg" alt="" title="{icon}"></div>
<div class="d-table-cell px-1 py-2 text-center">
<span>{item.label or ""}</span>
</div>
<div class="d-table-cell px-1 py-2"><h3 class="text-keepwhitespace">{"" if item.heading else "TOP - "}{esc(item.subject)}</h3>{paper}{decision}</div>
</div>
"""


def decision(item: Item) -> str:
    up = "../../../"
    meeting = item.meeting
    return page(
        "Entscheidung",
        f"""{head("Entscheidung")}<section class="card"><div class="card-header"><h2 id="sectionheader-topinfo"><span>TOP {item.label} (Öffentlich)</span></h2></div><div class="card-body">
<div><a class="icon-action" href="../../detail/{meeting.number}/tagesordnung/oeffentlich">{esc(headline(meeting))}</a></div>{rows(("Entscheidung", f"<span>{item.result}</span>"))}</div></section>""",
        up,
    )


def calendar(months: Months, year: int, month: int) -> str:
    """The current month; others are behind clicks."""
    inside = [one for one in months.meetings if (one.date.year, one.date.month) == (year, month)]
    entries = "".join(
        f"""<li class="list-group-item even"><div class="kalender-row"><h3 class="font-size-big"><a class="headline-link text-keepwhitespace" href="../detail/{one.number}"><span class="sr-only">{long_day(one.date)}</span>{one.start or "00:00"} Uhr - {esc(" / ".join(b.name for b in one.bodies))}{" (entfällt)" if one.cancelled else ""}</a></h3>
{f'<a class="icon-action" href="../detail/{one.number}/tagesordnung/oeffentlich">Öffentliche TO</a>' if one.agenda else ""}</div></li>"""
        for one in inside
    )
    return page(
        "Sitzungskalender",
        f'<h1>StR-Sitzungskalender</h1><section class="card"><div class="card-header"><button type="button" id="id84">Vormonat</button><h2 id="sectionheader-month"><span>{MONTHS[month - 1]} {year}</span></h2></div><ul class="list-group">{entries}</ul></section><script>Wicket.Ajax.ajax({{"u":"./str?3-1.0-kalender-prev","c":"id84"}});</script>',
        "../../",
    )


def export(months: Months, root: str) -> str:
    """All meetings as iCalendar; times are Berlin's."""
    events = []
    for one in months.meetings:
        clock = f"T{one.start.replace(':', '')}00" if one.start else ""
        off = " (Entfällt)" if one.cancelled else ""
        names = "\\, ".join(body.name.replace(",", "\\,") for body in one.bodies)
        lines = (
            "BEGIN:VEVENT",
            f"UID:sitzung-{one.number}",
            f"DTSTART:{one.date:%Y%m%d}{clock}",
            f"SUMMARY:Sitzung {names}{off}",
            f"URL:{root}sitzung/detail/{one.number}",
            "END:VEVENT",
        )
        events.append("\r\n".join(lines))
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""))


def entries(title: str, links: Iterable[tuple[str, str]], up: str = "../../") -> str:
    """A list of bodies or persons."""
    items = "".join(
        f'<li class="list-group-item"><a class="headline-link" href="{attr(to)}">{esc(name)}</a></li>'
        for to, name in links
    )
    return page(
        title,
        f'<h1 class="page-title"><span>{title}</span></h1><section class="card risi-list"><ul class="list-group">{items}</ul></section>',
        up,
    )


def body(months: Months, one: Body) -> str:
    members = "".join(
        f'<li class="list-group-item"><h3><a class="headline-link" href="../../person/detail/{m.person.number}">{esc(m.person.name)}</a></h3>{rows(("Funktion", esc(m.role)), ("Zugehörigkeit", f"<div>seit {day(m.since)}</div>"))}</li>'
        for m in months.members
        if m.body.key == one.key
    )
    return page(
        "Gremium",
        f'{head(one.name)}<section class="card risi-list"><div class="card-header"><h2>Aktuelle Mitglieder</h2></div><ul class="list-group">{members}</ul></section>',
        "../../",
    )


def person(months: Months, one: Person) -> str:
    held = "".join(
        f'<li class="list-group-item"><a class="headline-link" href="../../gremium/detail/{m.body.number}?tab=mitgliederaktuell">{esc(m.body.name)}</a>{rows(("Funktion", esc(m.role)), ("Zugehörigkeit", f"<div>seit {day(m.since)}</div>"))}</li>'
        for m in months.members
        if m.person.number == one.number
    )
    return page(
        "Person",
        f'{head(one.name)}<section class="card risi-list"><div class="card-header"><h2>Ausschüsse</h2></div><ul class="list-group">{held}</ul></section>',
        "../../",
    )
