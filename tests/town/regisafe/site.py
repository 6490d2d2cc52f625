# ruff: noqa: E501 - lines of markup stand as they are sent
"""The portal's pages: the markup of real ones where those were at hand (see fixtures/README.md)."""

from __future__ import annotations

import json
from functools import cached_property
from html import escape
from itertools import groupby
from urllib.parse import quote

from tests.town import sites
from tests.town.model import Document, Item, Meeting
from tests.town.sites import NOT_FOUND, Answer, Asked, Session
from tests.town.truth import Truth, fold

from . import facts
from .truth import Truth as Own

RESOURCE = "p_p_id=RisSitzung&p_p_lifecycle=2&p_p_state=normal&p_p_mode=view&p_p_cacheability=cacheLevelPage"


class Site(sites.Site):
    """The council's site of the portal."""

    prefix = "/web/ratsinformation/"

    @cached_property
    def meetings(self) -> dict[str, Meeting]:
        return {str(meeting.number): meeting for meeting in self.council.meetings}

    @cached_property
    def items(self) -> dict[str, Item]:
        return {str(item.number): item for item in self.council.items if facts.has_detail(item)}

    def truth(self, base: str) -> Truth:
        return Own(self.council, base)

    def answer(self, asked: Asked, session: Session) -> Answer:
        root = f"http://{asked.headers.get('host', '')}{self.prefix}"
        place, values = asked.path.removeprefix(self.prefix), asked.values
        if place == "":
            return page(root, "<h1>Willkommen im Ratsinformationssystem</h1><p>Hier tagt der Rat.</p>")
        if place != "sitzungen":
            return NOT_FOUND
        if values.get("_RisSitzung_resource") == "loadSessions":
            return self._month(root, int(values["_RisSitzung_year"]), int(values["_RisSitzung_month"]) + 1)
        if values.get("_RisSitzung_topId") in self.items:
            return page(root, _detail(root, self.items[values["_RisSitzung_topId"]]))
        if values.get("sitzungId") in self.meetings:
            return page(root, _meeting(root, self.meetings[values["sitzungId"]]))
        return page(root, self._filter())

    def _month(self, root: str, year: int, month: int) -> Answer:
        inside = [m for m in self.council.meetings if (m.date.year, m.date.month) == (year, month)]
        text = json.dumps([_entry(root, meeting) for meeting in inside], ensure_ascii=False)
        return Answer(text.replace("</", "<\\/").encode(), media="application/json")

    def _filter(self) -> str:
        rows = "".join(
            f'<li><input type="checkbox" id="_RisSitzung_Gremium_{body.number}" />'
            f'<label for="_RisSitzung_Gremium_{body.number}">{escape(body.name)}</label></li>\n'
            for body in facts.bodies(self.council)
        )
        return (
            f'<h1>Sitzungen</h1>\n<div class="portlet" id="p_p_id_RisSitzung_"><form><ul>\n{rows}</ul></form>\n'
            '<div id="calendar" class="mbsc-calendar"></div></div>'
        )


def page(root: str, content: str) -> Answer:
    """Liferay's page around the portlet."""
    menu = "".join(
        f'<li><a href="{root}{place}">{name}</a></li>\n'
        for place, name in (("", "Startseite"), ("sitzungen", "Sitzungen"), ("recherche", "Recherche"))
    )
    text = f"""<!DOCTYPE html>
<html class="ltr" dir="ltr" lang="de-DE">
<head>
<title>Ratsinformation</title>
<meta content="text/html; charset=UTF-8" http-equiv="content-type" />
<link href="/o/obis-theme/css/main.css?browserId=other&amp;t=1789989162000" rel="stylesheet" />
</head>
<body class="controls-visible default yui3-skin-sam public-page site">
<nav id="navigation"><ul>
{menu}</ul></nav>
<section id="content">
{content}
</section>
<footer id="footer"><p>RIS-Portal</p></footer>
</body>
</html>
"""
    return Answer(text.encode())


def _entry(root: str, meeting: Meeting) -> dict[str, object]:
    url = f"{root}sitzungen?sitzungId={meeting.number}"
    body, where = meeting.bodies[0], facts.place(meeting)
    clip = "<span aria-hidden='true' class='fas fa-paperclip'></span>" if meeting.documents else ""
    text = (
        f"<a href='{url}' class='mbsc-event-list-item-link'>"
        "<span style='border-color: #660000' class='calendar-border-left mbsc-hide-in-eventlist'></span>"
        f"<div class='rp-gremium-badge mbsc-hide-in-calendar'>{escape(body.name)}</div>"
        f"<div class='time'><span class='start-time'>{meeting.start or ''}</span>"
        f"<span class='end-time mbsc-hide-in-calendar'>{meeting.end or '--:--'}</span></div>"
        f"<div class='rp-gremium-badge mbsc-hide-in-eventlist'>{facts.short(body)}</div>"
        f"<div class='mbsc-content-wrapper'><strong>{escape(facts.title(meeting))}{clip}</strong>"
        f"<div class='md-event-loc mbsc-txt-muted'>{escape(where)}</div></div></a>"
    )
    return {
        "allDay": meeting.start is None,
        "sitzungId": meeting.number,
        "color": "#660000",
        "sessionLink": url,
        "start": meeting.date.isoformat() + (f"T{meeting.start}" if meeting.start else ""),
        "location": where,
        "label": f"{facts.short(body)} {meeting.date:%d.%m.%Y}",
        "text": text,
    }


def _meeting(root: str, meeting: Meeting) -> str:
    rows: list[str] = []
    for public, items in groupby(meeting.items, key=lambda item: item.public):
        heading = "Öffentlicher Teil" if public else "Nichtöffentlicher Teil"
        rows.append(f'<h3 class="h4 accordion-list-header">{heading}</h3>\n<ul>\n')
        rows += [_item(root, item) for item in items]
        rows.append("</ul>\n")
    own = "".join(
        f"<li>\n{_button(root, meeting, one)}</li>\n" for one in meeting.documents if meeting.agenda
    )
    panels = "".join(_panel(item) for item in meeting.items if facts.vote(item))
    return (
        f'<h2 class="h1">{escape(facts.title(meeting))}</h2>\n<ul class="top-document-list">\n{own}</ul>\n'
        f'<div class="rp-top-list-wrapper">\n{"".join(rows)}</div>\n{panels}'
    )


def _item(root: str, item: Item) -> str:
    number = f"{item.label}." if item.label else ""
    subject = "(nichtöffentlich)" if item.hidden else escape(item.subject).replace("\n", "<br>")
    detail = facts.has_detail(item)
    return (
        f'<li class="rp-lis-item"\ndata-top-number="{number}"\ndata-level="1"\n>\n'
        f'<div class="rp-session-detail-anchor" id="top_id_{item.number}"></div>\n<div class="top-item">\n'
        f'<div class="top-item-content">\n<p>\n<span>{number}</span>\n<span>{subject}</span>\n</p>\n'
        f'<div class="badgeWrapper">\n<ul class="top-badge-list">\n{_badges(root, item)}</ul>\n</div>\n</div>\n'
        f"{_link(root, item) if detail else ''}</div>\n</li>\n"
    )


def _badges(root: str, item: Item) -> str:
    documents = facts.documents(item)
    parts = []
    if facts.vote(item):
        parts.append(
            f'<li class="top-badge-list-item"><button data-target="offcanvas-abstimmung{item.number}">'
            '<span class="text">Abstimmung</span></button></li>\n'
        )
    if documents:
        parts.append(
            f'<li class="top-badge-list-item">\n{_toggle(item)}{_shelf(root, item, documents)}</li>\n'
        )
    return "".join(parts)


def _toggle(item: Item) -> str:
    return (
        f'<button class="toplist-button toggle-sidebar" data-top-id="{item.number}">\n<span class="documents">\n'
        '<span class="sr-only">\nDokumente vom Typ:\n</span>\n<span class="doc-type">D</span>\n</span>\n'
        '<span class="text" aria-hidden="true">\nDokumente\n</span>\n</button>\n'
    )


def _shelf(root: str, item: Item, documents: list[tuple[Document, bool]]) -> str:
    rows, annexes = "", ""
    for document, annexed in documents:
        button = _button(root, item.meeting, document, badge="" if annexed else "D")
        annexes += f"<li>\n{button}</li>\n" if annexed else ""
        rows += "" if annexed else f"<li>\n{button}</li>\n"
    shelf = f'<li class="facilities">\n<ul>\n{annexes}</ul>\n</li>\n' if annexes else ""
    bundle = (
        f'<ul class="top-document-list">\n<li class="gesamtdokument">\n<button class="document-button"\n'
        f'data-href="{root}sitzungen?{RESOURCE}&_RisSitzung_resource=topDocument&_RisSitzung_topId={item.number}"\n>\n'
        '<span class="artid-badge">G</span>\n<span>\nGesamtdokument (PDF)\n</span>\n</button>\n</li>\n</ul>\n'
        if len(documents) > 1
        else ""
    )
    return (
        f'<div class="hidden-document-container"\nid="rel_documents_{item.number}">\n{bundle}'
        f'<ul class="top-document-list">\n{rows}{shelf}</ul>\n</div>\n'
    )


def _button(root: str, meeting: Meeting, document: Document, badge: str = "BK") -> str:
    mark = f'<span class="artid-badge">{badge}</span>\n' if badge else ""
    name = escape(document.name)
    return (
        f'<button class="document-button"\ndata-href="{root}sitzungen?{RESOURCE}&_RisSitzung_sitzungId={meeting.number}'
        f'&_RisSitzung_resource=singleDocument&_RisSitzung_schriftgutId={document.number}"\n'
        f'data-docid="{document.number}"\ndata-type="{escape(document.tip)}"\ndata-favorite="false"\n>\n'
        f'<span class="d-none doc-title">\n{name}\n</span>\n{mark}<span>{name} (PDF)</span>\n</button>\n'
    )


def _address(root: str, item: Item) -> str:
    render = f"_RisSitzung_mvcRenderCommandName={quote('/top-detail', safe='')}"
    return (
        f"{root}sitzungen?p_p_id=RisSitzung&p_p_lifecycle=0&p_p_state=normal&p_p_mode=view&{render}"
        f"&_RisSitzung_sitzungId={item.meeting.number}&_RisSitzung_topId={item.number}"
    )


def _link(root: str, item: Item) -> str:
    return (
        f'<div class="top-item-link">\n<a href="{_address(root, item)}" class="rp-btn-secondary">\n'
        f'<span class="sr-only">\nDetailseite des {item.label}. Tagesordnungspunkts\n{escape(fold(item.subject))} '
        "öffnen\n</span>\n</a>\n</div>\n"
    )


def _panel(item: Item) -> str:
    kinds = {"yes": "yes", "no": "no", "contain": "abstain"}
    counted = facts.counts(item)
    rows = "".join(
        f'<li class="{kind}"><div><span>{counted[key]}</span></div></li>\n' for kind, key in kinds.items()
    )
    return (
        f'<div class="offcanvas" id="offcanvas-abstimmung{item.number}">\n<div>Abstimmungstext: '
        f'<div class="rp-poll-text-answer">{escape(item.result or "")}</div></div>\n<ul>\n{rows}'
        '<li class="biased"><div><span>0</span></div></li>\n</ul>\n</div>\n'
    )


def _detail(root: str, item: Item) -> str:
    subject = escape(fold(item.subject))
    return (
        f'<div class="top-item-content">\n<p>\n<span>{item.label}.</span>\n<span>{subject}</span>\n</p>\n</div>\n'
        f"{_shelf(root, item, facts.documents(item))}"
    )
