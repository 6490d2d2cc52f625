"""SessionNet meetings: si0050, si0056, si0057, to0040. Their header is the same, their agendas differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scraper import dom, german, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Meeting, OrganizationRef
from scraper.stamp import slug
from scraper.vendors.sessionnet import agendas, documents, markup
from scraper.vendors.sessionnet.addresses import AGENDAS, plain, program
from scraper.vendors.sessionnet.agendas import Agenda
from scraper.vendors.sessionnet.markup import Title
from scraper.view import View


def parse_meeting(page: Page) -> Parsed:
    """The meeting and, where the page shows it, its agenda; follows papers, items, texts and attendance."""
    seen = markup.open_page(page)
    header, title = markup.header(seen), markup.title(seen)
    found = agendas.read(seen)
    if not (header.items or title.date):
        raise BrokenPageError(page.url, "the meeting has neither header fields nor a day in its title")
    native = markup.own_number(seen, Kind.MEETING) or _told_number(seen, header, title)
    meeting = _meeting(seen, native, header, title, found)
    items = list(agendas.items(seen, meeting, native, found))
    better = [] if found.rows else _with_agenda(seen)
    follow = [
        *_follow(seen, meeting, found),
        *(Request(url, Kind.MEETING, date=meeting.date) for url in better),
    ]
    return markup.told(seen, (meeting, *items), follow, None if better else meeting.id)


def _told_number(seen: View, header: Fields[Node], title: Title) -> str:
    """Of a saved page without an address: the papers' links know the meeting, else day and title are it."""
    for link in seen.links():
        values = parse_qs(urlsplit(link.url).query)
        if number := next(iter(values.get("voselect", ())), ""):
            return number
    printed = {item.slot: dom.line(item.value) for item in header.every}
    day = title.date or german.date(printed.get("sidat", ""))
    name = title.name or printed.get("sigrname", "")
    if day is None or not name:
        raise BrokenPageError(seen.page.url, "nothing tells which meeting this is; give --url")
    return f"{day.isoformat()}-{slug(name)}"


def _meeting(seen: View, native: str, header: Fields[Node], title: Title, found: Agenda) -> Meeting:
    name = dom.line(header.pop(("bezeichnung",), ("sibez",))) or title.name
    values = _when_and_where(header, title, found)
    bodies = _organizations(seen, header, title)
    extra = header.rest(dom.line)
    own = {documents.key(one) for row in found.rows for one in row.attachments}
    return Meeting(
        **seen.envelope("meeting", native),
        url=markup.own_url(seen),
        warnings=(*codes(extra), *(("unknown_part",) if found.unclear else ())),
        extra=extra,
        name=name or None,
        organization="; ".join(ref.name for ref in bodies if ref.name) or None,
        organization_url=bodies[0].url if bodies else None,
        organizations=bodies,
        public=german.is_public(values["status"] or name),
        cancelled=german.is_cancelled(name),
        attachments=documents.attachments(
            seen, seen.main, seen.main.css("a[href]"), paper=False, without=own
        ),
        **values,
    )


def _when_and_where(header: Fields[Node], title: Title, found: Agenda) -> dict[str, Any]:
    """The header's fields; what it does not print stands in the title, or in the agenda's first heading."""
    day = german.date(dom.line(header.pop(vocabulary.DATE, ("sidat",)))) or title.date
    times = dom.line(header.pop(vocabulary.TIME, ("yytime",))) or title.times or found.begins
    start, end = german.span(day, times) if day else (None, None)
    room = dom.line(header.pop(vocabulary.ROOM, ("siort", "siraum")))
    place = dom.line(header.pop(vocabulary.PLACE)) or ("" if room else title.place)
    return {
        "number": dom.line(header.pop(markup.NUMBER, ("siname",))) or None,
        "date": day,
        "start": start,
        "end": end,
        "location": ", ".join(filter(None, (room, place))) or None,
        "status": dom.line(header.pop(vocabulary.STATUS)) or None,
        "occasion": dom.line(header.pop(vocabulary.OCCASION)) or None,
    }


def _organizations(seen: View, header: Fields[Node], title: Title) -> tuple[OrganizationRef, ...]:
    """The printed bodies; without the field, the title's name where that is one."""
    value = header.pop(vocabulary.ORGANIZATION, ("sigrname",))
    goal = seen.goal(value, Kind.ORGANIZATION) or _context(seen)
    url = plain(goal) if goal else None
    names = dom.lines(value) if value is not None else [title.name] if markup.is_body(title.name) else []
    return tuple(OrganizationRef(name=name, url=url if not at else None) for at, name in enumerate(names))


def _context(seen: View) -> Any:
    """Layout ≤ 4: the context menu leads to the body (`smcmenucontext_fct_gremium`)."""
    node = seen.html.maybe('[class*="fct_gremium"] a[href], a[class*="fct_gremium"]')
    goal = seen.link(node).goal if node is not None else None
    return goal if goal and goal.kind is Kind.ORGANIZATION else None


def _follow(seen: View, meeting: Meeting, found: Agenda) -> list[Request]:
    """Papers, pages and texts of items; who attended."""
    follow = [Request(row.url, Kind.AGENDA_ITEM, date=meeting.date) for row in found.rows if row.url]
    for link in seen.links():
        if link.goal and link.goal.kind is Kind.PAPER:
            follow.append(Request(link.goal.url, Kind.PAPER))
    follow += [replace(one, date=meeting.date) for one in found.fragments]
    attended = (url for url in _tabs(seen) if program(url) == "to0045")
    return follow + [Request(url, Kind.MEETING, date=meeting.date) for url in attended]


def _tabs(seen: View) -> list[str]:
    goals = (link.goal for link in markup.tabs(seen))
    return [goal.url for goal in goals if goal and goal.kind is Kind.MEETING]


def _with_agenda(seen: View) -> list[str]:
    """The tab that shows the agenda, where this page has none: it is the meeting's page then."""
    tabs = {program(url): url for url in _tabs(seen)}
    own = markup.shown(seen.page)
    return [tabs[name] for name in AGENDAS[:-1] if name in tabs and name != own][:1]
