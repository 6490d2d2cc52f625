"""SD.NET RIM: one paper with its way (/vorgang), and lists of papers (/vorlagen, /recherche)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from scraper import dom, german, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Deliberation, Paper
from scraper.vendors.sdnet import skin
from scraper.vendors.sdnet.skin import Offer, Row
from scraper.view import View

PANELS = frozenset({"dokument", "dokumente", "anlage", "anlagen", "unterlagen"})
# Labels that are never the type of the paper, although they may stand in the first row.
FIELDS = PANELS.union(
    vocabulary.SUBJECT, vocabulary.DEPARTMENT, vocabulary.AUTHOR, vocabulary.STATUS, vocabulary.CLERK,
    vocabulary.FILE_NUMBER, vocabulary.INVOLVED, vocabulary.DATE,
)  # fmt: skip
COLUMNS = ("beginn", "gremium", "beschluss", "ergebnis")


def parse_paper(page: Page) -> Parsed:
    """The paper and its way; follows its meetings and their organizations.

    A matter without a number ("Fragestunde") has such a page too: its id is the key of its first station.
    """
    view = skin.open_page(page)
    header, rows = skin.read(view)
    kind, reference, warned = _type_and_number(view, header)
    subject = skin.take(header.pop(vocabulary.SUBJECT))
    if not subject:
        raise BrokenPageError(page.url, "the paper has no subject")
    files, icons = skin.take_panels(view, header, PANELS, reference)
    stations = [_station(view, row) for row in rows]
    first = rows[0].node.attrs.get("data-vorgang-id") if rows else None
    paper = _paper(view, header, skin.paper_id(reference or first or subject), stations, {
        "reference": reference or None,
        "paper_type": kind or None,
        "subject": subject,
        "attachments": (*files, *(one for _, offer in stations for one in offer.attachments)),
    })  # fmt: skip
    told = tuple(dict.fromkeys((*warned, *icons, *(code for _, o in stations for code in o.unknown))))
    missing = [f"missing_column:{name}" for row in rows for name in COLUMNS if name not in row.cells]
    paper = paper.model_copy(update={"warnings": (*told, *dict.fromkeys(missing), *paper.warnings)})
    return view.told((paper,), _follow(paper), paper.id)


def _type_and_number(view: View, header: Fields[Node]) -> tuple[str, str, list[str]]:
    """Label and value of the first row; the sentence below the title says both of them too."""
    said = _said(view)
    first = header.items[0] if header.items else None
    if first is None:
        raise BrokenPageError(view.page.url, "the paper has no head")
    if first.key in FIELDS:
        return "", "", []
    header.items.pop(0)
    number = skin.take(first.value)
    _take_title(view, number)
    if first.key in vocabulary.REFERENCE:
        return skin.take(header.pop(vocabulary.PAPER_TYPE)), number, []
    told = said.removesuffix(number).strip() if said.endswith(number) else ""
    if not first.label:
        return told, number, []
    return first.label, number, [f"unknown_label:{first.label}"] if told and told != first.label else []


def _take_title(view: View, number: str) -> None:
    """`Vorgang 512 /IX.` is gone when it says what the first row says; else it is left, and so told."""
    title = view.main.css_first("h1")
    if title is not None and number and dom.line(title).endswith(number):
        title.decompose()


def _said(view: View) -> str:
    """`Drucksache IX. 512 /IX.` of "Diese Ansicht enthält Informationen zum Vorgang: …", taken out."""
    for node in view.main.css("p"):
        lead, colon, rest = dom.line(node).partition(": ")
        if colon and lead.endswith("Vorgang"):
            node.decompose()
            return rest
    return ""


def _paper(
    view: View, header: Fields[Node], native: str, stations: list[tuple[dict[str, Any], Offer]],
    values: dict[str, Any],
) -> Paper:  # fmt: skip
    def value(names: frozenset[str]) -> str | None:
        return skin.take(header.pop(names)) or None

    way = tuple(Deliberation(order=n, **row) for n, (row, _) in enumerate(stations, 1))
    status, day = value(vocabulary.STATUS), value(vocabulary.DATE)
    values |= {
        "author": value(vocabulary.AUTHOR),
        "department": value(vocabulary.DEPARTMENT),
        "departments_involved": tuple(skin.take_lines(header.pop(vocabulary.INVOLVED))),
        "clerk": value(vocabulary.CLERK),
        "file_number": value(vocabulary.FILE_NUMBER),
    }
    extra = header.rest(dom.line)
    return Paper(
        **view.envelope("paper", native),
        url=view.own.url if view.own else view.page.url or None,
        warnings=codes(extra, [row.result for row in way]),
        extra=extra,
        status=status,
        public=german.is_public(status),
        date=german.date(day) if day else None,
        deliberations=way,
        deliberation_dates=tuple(sorted({row.date for row in way if row.date})),
        **values,
    )


def _station(view: View, row: Row) -> tuple[dict[str, Any], Offer]:
    """One row of the way: the decision is mostly a document, the vote a text."""
    cells = row.cells
    offer = skin.take_documents(view, cells.get("beschluss"))
    meeting, organization = (view.goal(cells.get(name), kind) for name, kind in (
        ("beginn", Kind.MEETING), ("gremium", Kind.ORGANIZATION),
    ))  # fmt: skip
    printed = (skin.take(cells.get("beschluss")), skin.take(cells.get("ergebnis")))
    result = "; ".join(filter(None, printed)) or None
    day, _ = skin.when(skin.take(cells.get("beginn")))
    return {
        "committee": skin.take(cells.get("gremium")) or None,
        "committee_url": organization.url if organization else None,
        "date": day,
        "result": result,
        "outcome": german.outcome(result)[0],
        "votes": german.votes(result),
        "meeting_url": meeting.url if meeting else None,
    }, offer


def _follow(paper: Paper) -> list[Request]:
    """A meeting is followed by the day that is printed for it."""
    way = paper.deliberations
    meetings = [Request(row.meeting_url, Kind.MEETING, date=row.date) for row in way if row.meeting_url]
    return meetings + [Request(row.committee_url, Kind.ORGANIZATION) for row in way if row.committee_url]


# ---- lists

_EXCERPT = "volltextAuszug"  # the column of a hit of the search: title, meeting, subject, a piece of the text

FURNITURE = ("form", '[role="navigation"]', ".paging", ".tablist")
# "6062 Datensätze gefunden, Datensatz eins bis 25 werden angezeigt."; what a search finds are documents.
_TOTAL = re.compile(r"^([\d.]+) Datensätze gefunden, Datensatz (?:eins|1) bis\b")
_EMPTY = re.compile(r"^(?:0|keine) (?:Datensätze|Einträge|Ergebnisse|Treffer)\b", re.IGNORECASE)
_BODY = re.compile(r"\bdes Gremiums (?P<name>.+?) anzeigen")
# Where nothing on the row prints the number alone: from the first word with a digit, with the capitals in
# front of it ("A 1 /XII.-GRÜNE", "T 04/118/26", "VL-105/2025").
_GLUED = re.compile(r"^(?P<kind>.*?)\s+(?P<number>(?:[A-ZÄÖÜ]{1,3}\s)?\S*\d.*)$")


def parse_paper_list(page: Page) -> Parsed:
    """Papers with number, type, subject and the day they are next or last dealt with; follows the next page.

    Rows that lead to a meeting only (its minutes among the hits of a search) are followed and no record.
    """
    view = skin.open_page(page)
    following = skin.further(view, Kind.PAPER_LIST)
    banners = [dom.line(node) for node in view.main.css(".paging-banner, p")]
    empty = any(map(_EMPTY.match, banners))
    _, rows = skin.read(view)
    if not rows and not empty:
        raise BrokenPageError(page.url, "the list of papers has no rows")
    papers: list[Paper] = []
    follow: list[Request] = []
    for row in rows:
        paper, requests = _listed(view, row)
        papers += [paper] if paper else []
        follow += requests
    skin.drop(view, FURNITURE)
    latest = max((day for paper in papers for day in paper.deliberation_dates), default=None)
    more = [Request(following, Kind.PAPER_LIST, date=latest)] if following else []
    told = view.told(papers, (*skin.menu(view), *more, *follow))
    return replace(told, total=_total(rows, banners))


def _total(rows: list[Row], banners: list[str]) -> tuple[str, int] | None:
    """How many papers the list says it has, on its first page."""
    match = next(filter(None, map(_TOTAL.match, banners)), None)
    is_search = any(_EXCERPT in row.cells for row in rows)
    return ("paper", int(match[1].replace(".", ""))) if match and not is_search else None


def _listed(view: View, row: Row) -> tuple[Paper | None, list[Request]]:
    offer = skin.take_documents(view, row.cells.get("dokument"))
    goals = [(link.node, link.goal) for link in view.links(row.node) if link.goal]
    paper = next(((node, goal.url) for node, goal in goals if goal.kind is Kind.PAPER), None)
    meeting = next(((node, goal.url) for node, goal in goals if goal.kind is Kind.MEETING), None)
    station = _appointment(row, meeting)
    follow = [Request(meeting[1], Kind.MEETING, date=station["date"])] if meeting and station else []
    if paper is None:
        if _EXCERPT in row.cells:
            row.node.decompose()
        return None, follow
    values = _overview(row, paper[0]) if "betreff" in row.cells else _hit(row, paper[0], offer, station)
    row.node.decompose()
    record = _listed_paper(view, paper[1], values, station, offer)
    day = station["date"] if station else None
    return record, [*follow, Request(paper[1], Kind.PAPER, date=day)]


def _listed_paper(
    view: View, url: str, values: dict[str, Any], station: dict[str, Any] | None, offer: Offer
) -> Paper | None:
    """No record without a number: the list prints nothing else that tells papers apart."""
    if not values["reference"]:
        return None
    way = (Deliberation(order=1, **station),) if station and station["date"] else ()
    warned = (*values.pop("warnings"), *offer.unknown)
    return Paper(
        **view.envelope("paper", skin.paper_id(values["reference"])),
        url=url,
        warnings=warned,
        deliberations=way,
        deliberation_dates=tuple(row.date for row in way if row.date),
        attachments=offer.attachments,
        **values,
    )


def _appointment(row: Row, meeting: tuple[Node, str] | None) -> dict[str, Any] | None:
    """The meeting of a row: committee and day, as the link says them or its cell prints them."""
    if meeting is None:
        return None
    node, url = meeting
    spoken = _BODY.search(dom.attr(node, "aria-label"))
    lines = dom.lines(row.cells.get("termin"))
    name = spoken["name"] if spoken else lines[1] if len(lines) > 1 else None
    return {"committee": name, "date": skin.when(dom.line(node))[0], "meeting_url": url}


def _overview(row: Row, link: Node) -> dict[str, Any]:
    """`119/2026 - Verwaltungsvorlage`, below it the subject."""
    reference = dom.line(link)
    missing = [f"missing_column:{name}" for name in ("dokument", "termin") if name not in row.cells]
    head, *subject = dom.lines(row.cells["betreff"]) or [""]
    return {
        "reference": reference or None,
        "paper_type": head.removeprefix(reference).strip(" -–") or None,
        "subject": " ".join(subject) or None,
        "warnings": tuple(missing),
    }


def _hit(row: Row, link: Node, offer: Offer, station: dict[str, Any] | None) -> dict[str, Any]:
    """A hit of the search: type and number are glued; an attachment says the number alone."""
    title = dom.line(link).removesuffix("- Vorgang").strip()
    subject = row.node.css_first(".search_result_subject")
    known = offer.of if offer.of and title.endswith(offer.of) else None
    glued = None if known else _GLUED.match(title)
    reference = known or (glued["number"] if glued else None)
    kind = title.removesuffix(reference).strip() if reference else title
    missing = [f"missing_column:{name}" for name in ("dokument", _EXCERPT) if name not in row.cells]
    missing += [] if subject is not None else ["missing_column:search_result_subject"]
    return {
        "reference": reference,
        "paper_type": kind or None,
        "subject": dom.line(subject) or None,
        "warnings": (*([] if known else ["guessed_number"]), *missing),
    }
