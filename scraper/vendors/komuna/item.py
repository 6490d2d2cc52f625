"""One item of an agenda: its texts, votes, documents, and the other meetings that deal with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scraper import german, objects
from scraper.accounting import codes
from scraper.errors import BrokenPageError
from scraper.objects import Object
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import AgendaItem, Section, Votes
from scraper.stamp import record_id, stamp
from scraper.vendors.komuna import texts
from scraper.vendors.komuna.address import beside
from scraper.vendors.komuna.meeting import NAME, TECHNICAL, documents, prefixed, role_in

# Beside the technical keys: what the meeting's own page tells, numbers of other tables, rights.
KNOWN = TECHNICAL | {
    "textsanddocsvisible", "meetingstate", "meetingname", "meetingnum", "conorderid", "conorder_order",
    "numberingsnapshot", "numberingsnapshotorder", "inpart", "publizierungsumfang", "bereitstellungsumfang",
    "attendee", "entitledToVote", "consultants", "mmsdataid2", "clientname", "committeename",
}  # fmt: skip
KEPT = ("globalid", "editor", "agendaitemtype", "nameadditional", "pageno")
VOTES = (("Ja", "resultyes"), ("Nein", "resultno"), ("Enthaltungen", "resultnone"))
# What `extra` keeps of a voting. Nought is a field that nobody filled in; the kind is a code: 0 counts,
# what the others stand for the answer does not say.
COUNTED = ("votingkind", "attendeecount", "entitledtovotecount", "consultantscount")


def parse_item(page: Page) -> Parsed:
    """The item; follows its meeting and the items of other meetings in its sequence."""
    answer = objects.read(page)
    if not isinstance(answer, dict):
        raise BrokenPageError(page.url, "the answer is no item of an agenda")
    source = Object(answer)
    stops = source.objects("conorderitems")
    item = _item(page, source, stops)
    follow = [Request(item.meeting_url, Kind.MEETING, date=item.date)] if item.meeting_url else []
    for stop in stops:
        url = beside(page.url, f"agendaitems/{stop.text('agendaitemid')}")
        if url and url != item.url:
            follow.append(Request(url, Kind.AGENDA_ITEM, date=stop.date("meetingdate")))
    asked = (replace(request, headers=page.asked) for request in dict.fromkeys(follow))
    return Parsed((item,), tuple(asked), item.id)


def _item(page: Page, source: Object, stops: list[Object]) -> AgendaItem:
    native, subject, meeting = source.text("id"), source.text("name"), source.text("meetingid")
    if not (native and subject):
        raise BrokenPageError(page.url, "the item has no number of its own or no name")
    files, unknown = documents(source, beside(page.url, "agendaitems/documents/"))
    votings = source.objects("votings")
    decided = _decided(votings)
    told = _told(source, votings, subject)
    kept = _kept(source, votings, stops, native)
    unknown |= source.rest(KNOWN)
    for place, inner in (("votings", votings), ("conorderitems", stops)):
        for one in inner:
            unknown |= prefixed(place, one.rest(KNOWN))
    unknown |= told.pop("unknown")
    return AgendaItem(
        **stamp(page, "agenda_item", native, NAME),
        url=beside(page.url, f"agendaitems/{native}"),
        warnings=(*codes(unknown, (decided["result"],)), *told.pop("warnings")),
        extra=kept | unknown,
        meeting_id=record_id(page, "meeting", meeting) if meeting else None,
        meeting_url=beside(page.url, f"meetings/{meeting}") if meeting else None,
        attachments=files,
        heading=False if votings or files or told["sections"] else None,
        **decided,
        **told,
    )


def _told(source: Object, votings: list[Object], subject: str) -> dict[str, Any]:
    """What the item says of itself, and its texts: those of the votings are the decisions."""
    places = source.objects("textblocks")
    places += [place for voting in votings for place in voting.objects("textblocks")]
    blocks = [texts.block(place) for place in places]
    shown = [part for one in blocks for part in (one.caption, one.text) if part]
    restricted = source.flag("restricted")
    unknown: dict[str, str] = {}
    for place in places:
        unknown |= prefixed("textblocks", place.rest(KNOWN))
    return {
        "organization": source.text("committeename"),
        "date": source.date("meetingdate"),
        "number": source.text("numbering"),
        "order": source.number("orderinmeeting"),
        "role": source.text("conordertype") or role_in(subject),
        "subject": subject,
        "public": None if restricted is None else not restricted,
        "sections": tuple(Section(heading=one.caption, text=one.text) for one in blocks),
        "text": "\n\n".join(shown) or None,
        "warnings": () if all(one.whole for one in blocks) else ("text_truncated",),
        "unknown": unknown,
    }


def _decided(votings: list[Object]) -> dict[str, Any]:
    """Result and votes. Several votings are several questions: their counts are nobody's vote."""
    results = [result for voting in votings if (result := voting.text("description"))]
    votes: list[Votes | None] = []
    for voting in votings:
        counts = ((label, voting.number(key)) for label, key in VOTES)
        printed = ", ".join(f"{label}: {count}" for label, count in counts if count is not None)
        votes.append(german.votes(printed))
    result = "; ".join(results) or None
    return {
        "result": result,
        "outcome": german.outcome(result)[0],
        "votes": votes[0] or german.votes(result) if len(votes) == 1 else None,
    }


def _kept(source: Object, votings: list[Object], stops: list[Object], native: str) -> dict[str, str]:
    """What no key holds, under the system's own names."""
    kept = {key: value for key in KEPT if (value := source.text(key))}
    for key in COUNTED:
        counts = [count for voting in votings if (count := voting.text(key)) not in (None, "0")]
        kept |= {key: "; ".join(filter(None, counts))} if counts else {}
    others = [shown for stop in stops if (shown := _stop(stop, native))]
    return kept | ({"conorderitems": "; ".join(others)} if others else {})


def _stop(stop: Object, native: str) -> str | None:
    """Another meeting that deals with the same: `2026-07-15, Bauausschuss, 2, Vorberatend`."""
    day = stop.date("meetingdate")
    shown = [stop.text(key) for key in ("committeename", "numbering", "conordertypename")]
    stop.take("restricted"), stop.take("meetingid")
    other = stop.text("agendaitemid") != native
    return ", ".join(filter(None, (str(day or ""), *shown))) if other else None
