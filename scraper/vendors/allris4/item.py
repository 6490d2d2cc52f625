"""ALLRIS 4 excerpt of one agenda item (to020)."""

from __future__ import annotations

import re

from scraper import agenda, dom, german, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Field, Fields
from scraper.page import Kind, Page, Parsed
from scraper.records import AgendaItem, Section, Votes
from scraper.vendors.allris4 import body, skin
from scraper.vendors.allris4.meeting import when_and_where
from scraper.view import Link, View

# The paper's own header stands below the meeting's: only its number and address are taken.
PAPER = vocabulary.labels("paper_type", "author", "department", "departments_involved", "clerk") | {
    "beratung"
}
# What becomes of the decision afterwards; it is kept under its labels.
FOLLOW_UP = frozenset({"realisierung", "termin der realisierung", "status der realisierung"})
_FOLLOWED = (Kind.MEETING, Kind.PAPER, Kind.ORGANIZATION)
# "DRS. 25/161 Title": number and title of a paper in one link.
_LEADING_NUMBER = re.compile(r"(?:\D+\s)??\S*\d\S*")


def parse_agenda_item(page: Page) -> Parsed:
    """The excerpt of one item; follows its meeting, paper and organization."""
    view = skin.open_view(page)
    header = skin.fields(view)
    if not header.items:
        raise BrokenPageError(page.url, "the excerpt has no header fields")
    links = [link for link in view.links() if link.goal and link.goal.kind in _FOLLOWED]
    record = _record(view, header, links)
    goals = [link.goal for link in links if link.goal and link.goal.url != record.url]
    follow = [skin.wanted(goal, record.date if goal.kind is Kind.MEETING else None) for goal in goals]
    _pass_over(view, header, record)
    return view.told((record,), follow, record.id)


def _pass_over(view: View, header: Fields[Node], record: AgendaItem) -> None:
    """Takes out what was read, or is the meeting's or the paper's: all pairs but those among the extras."""
    for field in header.every:
        if not any(field is left for left in header.items):
            field.value.decompose()
    heading = view.main.css_first("h1")
    if heading is not None and record.subject:  # day, number and subject in one
        heading.decompose()


def _record(view: View, header: Fields[Node], links: list[Link]) -> AgendaItem:
    native = skin.native_id(view, Kind.AGENDA_ITEM, "to020", "TOLFDNR")
    printed = dom.line(header.pop(vocabulary.ITEM, ("toname",)))
    mark = agenda.number(printed) if printed else None
    result = _result(view, header)
    header.items[:] = [field for field in header.items if not _is_of_paper(view, field)]
    header.pop(vocabulary.SUBJECT | vocabulary.NAME, ("sibetreff",))
    when = when_and_where(view, header)
    subject = _subject(skin.title(view), printed, mark.number if mark else None)
    meeting = next((goal for link in links if (goal := link.goal) and goal.kind is Kind.MEETING), None)
    reference, paper_url = _paper(links, subject)
    extra = header.rest(dom.line)
    unknown = [label for label in extra if label.casefold() not in FOLLOW_UP]
    parts, text, missing = body.read(view)
    return AgendaItem(
        **view.envelope("agenda_item", native),
        url=skin.page_url(view, Kind.AGENDA_ITEM),
        warnings=(*codes(unknown, (result,)), *missing),
        extra=extra,
        meeting_id=view.id_of("meeting", meeting.native_id if meeting else None),
        meeting_url=meeting.url if meeting else None,
        organization=when["organization"],
        date=when["date"],
        number=mark.number if mark else printed or None,
        subject=subject or None,
        public=mark.public if mark else None,
        heading=False,
        paper_reference=reference,
        paper_url=paper_url,
        result=result,
        outcome=german.outcome(result)[0],
        votes=german.votes(result) or _votes(parts),
        sections=parts,
        text=text,
        attachments=skin.distinct(skin.files(view, view.main.css("a[href]"), "other")),
    )


def _result(view: View, header: Fields[Node]) -> str | None:
    """The kind of decision; it stands below the header, in a frame of its own or as one of the pairs."""
    pair = header.pop(vocabulary.RESULT, ("toBeschlussart",))
    return (
        dom.line(pair if pair is not None else view.main.css_first("#toBeschlussart, .toBa .text4")) or None
    )


def _is_of_paper(view: View, field: Field[Node]) -> bool:
    """Whether a pair describes the paper: by its id, its label, or because it leads there."""
    linked = view.goal(field.value, Kind.PAPER) is not None
    return linked or field.slot.startswith("vo") or field.key in PAPER


def _subject(title: str, printed: str, number: str | None) -> str:
    """`05.04.2017 - 3.1 Title`: without the meeting's day and the item's number."""
    before, dash, after = title.partition(" - ")
    words = after if dash and german.date(before) else title
    lead = next((lead for lead in (printed, number) if lead and words.startswith(f"{lead} ")), "")
    return words.removeprefix(lead).strip()


def _paper(links: list[Link], subject: str) -> tuple[str | None, str | None]:
    """Number and address of the paper: the link prints number and title in one."""
    papers = [
        (dom.line(link.node), goal.url) for link in links if (goal := link.goal) and goal.kind is Kind.PAPER
    ]
    if not papers:
        return None, None
    printed, url = next((paper for paper in papers if paper[0]), papers[0])
    if subject and printed.endswith(f" {subject}"):
        return printed.removesuffix(subject).strip(), url
    number = _LEADING_NUMBER.match(printed)
    return (number[0] if number else None), url


def _votes(parts: tuple[Section, ...]) -> Votes | None:
    """Counts are free text in the part of the result or at the end of the resolution."""
    for headings in vocabulary.VOTING:
        for part in parts:
            if (part.heading or "").casefold() in headings and (found := german.votes(part.text)):
                return found
    return None
