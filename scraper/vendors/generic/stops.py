"""One stop on a paper's way: a row under heads, a row by its content, an entry or a line of a list."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from scraper import agenda, german, text
from scraper.records import Votes
from scraper.vendors.generic import documents, identity, words
from scraper.vendors.generic.lines import Part
from scraper.vendors.generic.sheet import Link
from scraper.vendors.generic.tables import Cell, Row

# Head of a column, folded → what it holds.
HEADS = {
    **dict.fromkeys(
        ("datum", "termin", "sitzungsdatum", "sitzungstermin", "sitzung am", "tag", "beratungsdatum", "am",
         "sitzungstag", "datum der sitzung"), "date",
    ),
    **dict.fromkeys(
        ("gremium", "gremien", "beratungsfolge", "ausschuss", "beratungsgremium", "gremium/ausschuss",
         "beratung in", "organ", "beratende gremien", "rat/ausschuss"), "committee",
    ),
    **dict.fromkeys(
        ("zuständigkeit", "kompetenz", "rolle", "beratungsart", "beratungstyp", "art", "art der beratung",
         "beratungszweck", "beratungsfunktion", "funktion", "behandlung", "beratung", "zweck"), "role",
    ),
    **dict.fromkeys(
        ("ergebnis", "beschluss", "beschlussart", "beratungsergebnis", "abstimmungsergebnis",
         "beschlussergebnis", "entscheidung", "beschlussqualität", "votum"), "result",
    ),
    **dict.fromkeys(("abstimmung", "stimmen"), "votes"),
    **dict.fromkeys(("status", "stand", "beratungsstatus"), "state"),
    **dict.fromkeys(("top", "top-nr", "top nr", "tagesordnungspunkt", "ö/nö-top"), "item"),
    **dict.fromkeys(("sitzung", "bezeichnung", "sitzungsbezeichnung"), "title"),
    **dict.fromkeys(("ö/nö", "ö / nö", "öffentlichkeit", "öffentlich", "öffentlichkeitsstatus"), "public"),
    **dict.fromkeys(("ja", "dafür", "ja-stimmen"), "yes"),
    **dict.fromkeys(("nein", "dagegen", "nein-stimmen"), "no"),
    **dict.fromkeys(("enth", "enthaltung", "enthaltungen", "enthalten"), "abstain"),
    **dict.fromkeys(("befangen", "befangenheit"), "recused"),
    **dict.fromkeys(("na", "auszug", "reihenfolge", "lfd. nr", "nr", "dokumente", "anlagen"), "idle"),
}  # fmt: skip
# A day with its weekday and time inside a line, and the signs around it.
_WHEN = re.compile(
    r"[\s,;:(-]*(?:\b(?:am|vom) )?(?:\b(?:Mo|Di|Mi|Do|Fr|Sa|So)\w*\.?,? )?\d{1,2}\. ?"
    r"(?:\d{1,2}\.|[A-Z][a-zä]+) ?\d{2,4}(?:,? (?:um )?\d{1,2}[:.]\d\d(?: Uhr)?)?[\s,;:)-]*"
)
_SPLIT = re.compile(r"\s*(?::\s|;|\||\t| [-–] )\s*")
_ITEM_LINK = re.compile(r"(?i)auszug|\btop\b|tagesordnungspunkt|ergebnis|beschluss")
# Parts of paths.
_MEETING = re.compile(r"(?i)/(?:meetings?|sitzung(?:en)?|termine?)(?=[/.]|$)")
_BODY = re.compile(r"(?i)gremi|committee|bodies|organi[sz]ation|ausschu")
# Links to excerpts of minutes (Niederschrift, Protokoll, Beschluss).
_CODES = frozenset(("NA", "PA", "BA", "TOP"))
_DIGITS = re.compile(r"\d\d\b")
_LONGEST_DAY = 50
# A line of so many elements is a row.
_FEWEST = 3
_BULLET = "●•·■▪* "
# Marks in a column of states.
_OPENNESS = {"Ö": "öffentlich", "N": "nichtöffentlich"}
_OPEN = frozenset(("(offen)", "offen"))
_ITEM = re.compile(r"TOP\b|[ÖN] ?\d")


@dataclass
class Stop:
    """What one row tells. `at`: its first leaf; `rest`: what it prints and nobody understood."""

    at: int
    committee: str | None = None
    committee_url: str | None = None
    role: str | None = None
    date: dt.date | None = None
    title: str | None = None
    item: str | None = None
    public: str | None = None
    state: str | None = None
    result: str | None = None
    votes: Votes | None = None
    meeting_url: str | None = None
    item_url: str | None = None
    rest: list[str] = field(default_factory=list)


@lru_cache(maxsize=2048)
def is_day(printed: str) -> bool:
    """Whether a text is a day, maybe with weekday and time."""
    if len(printed) > _LONGEST_DAY or not _DIGITS.search(printed):
        return False
    rest, days, _ = german.moments(printed)
    return len(days) == 1 and not rest.strip(" ,.|-()")


def under_heads(row: Row, heads: Mapping[int, str]) -> Stop:
    """A row of a table whose columns are known; a column whose head is not is told by its content."""
    cells = {heads[cell.column]: cell for cell in reversed(row.cells) if cell.column in heads}
    told = {name: _printed(cell) for name, cell in cells.items()}
    rest = []
    for cell in row.cells:
        printed = _printed(cell) if cell.column not in heads else None
        name = _kind_of(printed, linked=False) if printed else None
        if printed and name and name not in heads.values():
            told[name], cells[name] = printed, cell
        elif printed:
            rest.append(printed)
    stop = Stop(
        row.start,
        committee=told.get("committee"),
        role=told.get("role"),
        date=german.date(told.get("date") or ""),
        title=told.get("title"),
        item=told.get("item"),
        public=told.get("public"),
        state=told.get("state") or (cells["state"].spoken() or None if "state" in cells else None),
        result=told.get("result") or told.get("votes"),
        votes=_counts(told) or german.votes(told.get("votes")),
        rest=rest,
    )
    printed = _OPENNESS.get(stop.state or "", stop.state)
    if stop.public is None and german.is_public(printed) is not None:
        stop.state, stop.public = None, printed
    own = [link for name in ("committee", "date") if name in cells for link in cells[name].links]
    return _linked(stop, _pages(row), own)


def _counts(told: Mapping[str, str | None]) -> Votes | None:
    """Votes that have columns of their own."""
    yes, no, abstain, recused = (
        int(value) if (value := told.get(name)) and value.isdecimal() else None
        for name in ("yes", "no", "abstain", "recused")
    )
    if (yes, no, abstain, recused) == (None, None, None, None):
        return None
    return Votes(yes=yes, no=no, abstain=abstain, recused=recused, unanimous=False if no else None)


def _printed(cell: Cell) -> str | None:
    """What a cell prints beside documents."""
    printed = cell.text
    for link in cell.links:
        if documents.is_file(link) and link.text:
            printed = printed.replace(link.text, " ")
    return text.clean(printed).strip(_BULLET) or None


def by_content(row: Row) -> Stop:
    """A row without heads: every cell is told by what it holds."""
    stop = of_pieces(row.start, ((cell.text, cell.links) for cell in row.cells))
    spoken = (cell.spoken() for cell in row.cells[:1] if not cell.text)
    stop.state = stop.state or next(filter(_is_word, spoken), None)
    return stop


def _is_word(spoken: str) -> bool:
    """A tooltip that is a state: one or two words."""
    return 0 < len(spoken.split()) <= 2 and not any(map(str.isdigit, spoken))


def of_pieces(at: int, pieces: Iterable[tuple[str, Iterable[Link]]]) -> Stop:
    """Pieces of text, each of which tells one thing; without a committee the first unknown one is it."""
    stop = Stop(at)
    told: set[str] = set()
    pages: list[Link] = []
    for printed, links in pieces:
        if any(documents.is_file(link) for link in links):
            continue
        pages += links
        name = _kind_of(printed, linked=bool(pages) and any(link.text == printed for link in links))
        if name and name not in told:
            told.add(name)
            setattr(stop, name, german.date(printed) if name == "date" else printed.strip(_BULLET))
        elif printed:
            stop.rest.append(printed)
    if told.isdisjoint(("committee", "title")) and stop.rest:
        stop.committee = stop.rest.pop(0)
    return _linked(stop, pages, [])


def of_elements(at: int, parts: Iterable[Part], links: Iterable[Link]) -> Stop | None:
    """A line whose pieces are elements of their own; None for one of which text is printed beside them."""
    found = [part for part in parts if part.text]
    elements = [part.text for part in found if part.tag]
    if len(elements) < _FEWEST or any(part.text.strip(" :,;-–|·•") for part in found if not part.tag):
        return None
    linked = {link.text: link for link in links}
    stop = of_pieces(at, ((printed, [linked[printed]] if printed in linked else []) for printed in elements))
    return stop if stop.date and (stop.committee or stop.title) else None


def of_line(at: int, printed: str, links: Iterable[Link]) -> Stop | None:
    """ "14.04.2026: Hauptausschuss: angenommen", in whatever order; None for another line."""
    parts = _SPLIT.split(_WHEN.sub("|", printed))
    plain = [piece for part in parts if (piece := part.strip(" :,-–|"))]
    pieces = [piece for part in plain for piece in _with_role(part)]
    stop = of_pieces(at, ((piece, ()) for piece in pieces))
    stop.date = german.date(printed)
    if not (stop.committee or stop.title) or (stop.date is None and not stop.state):
        return None
    if stop.result is None and stop.rest:
        stop.result, *stop.rest = stop.rest
    return _linked(stop, [link for link in links if not documents.is_file(link)], [])


def _with_role(piece: str) -> tuple[str, ...]:
    """ "Hauptausschuss Vorberatung": a committee and what it is to do with the paper."""
    committee, _, role = piece.rpartition(" ")
    told = words.ROLE.fullmatch(role) and words.COMMITTEE.search(committee)
    return (committee, role) if told and not words.ROLE.fullmatch(piece) else (piece,)


@lru_cache(maxsize=4096)
def _kind_of(printed: str, *, linked: bool) -> str | None:
    """What a piece of a row tells, by its words; `linked`: it is a link, which no role is."""
    return next((name for name, tells in _KINDS if tells(printed) and not (linked and name == "role")), None)


def _folded(printed: str) -> str:
    return printed.strip(_BULLET + ".:").casefold()


# The surest first.
_KINDS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("date", is_day),
    ("state", lambda printed: _folded(printed) in words.STATES),
    ("role", words.ROLE.fullmatch),
    ("result", lambda printed: german.outcome(printed)[0] is not None or _folded(printed) in _OPEN),
    ("title", words.SESSION.search),
    ("committee", words.COMMITTEE.search),
    ("item", lambda printed: _ITEM.match(printed) and agenda.number(printed)),
)


# ---- where a row leads


def _pages(row: Row) -> list[Link]:
    return [link for cell in row.cells for link in cell.links if not documents.is_file(link)]


def _linked(stop: Stop, pages: list[Link], own: list[Link]) -> Stop:
    """With the pages that its links lead to: the meeting by title or day, the committee, the item.

    `own`: links of the committee's and of the day's cell, whatever they print.
    """
    if not pages and not own:
        return stop
    title = next((link for link in pages if words.SESSION.search(link.text)), None)
    dated = next((link for link in (*own, *pages) if german.dates(link.text)), None)
    committee = next((link for link in pages if link.text and link.text == stop.committee), None)

    if dated is None and committee and stop.date and _leads_to_meeting(committee.url):
        dated, committee = committee, None
    if dated is not None and stop.date and identity.is_calendar(dated.url, stop.date):
        dated = None
    meeting = title or dated
    told = [id(link) for link in (title, dated, committee)]
    rest = [link for link in pages if id(link) not in told and _tells_item(link)]
    if title is not None:
        stop.title = stop.title or title.text
    if committee is not None and committee is not title:
        stop.committee_url = committee.url
    if meeting is not None:
        stop.meeting_url = meeting.url
    stop.item_url = next((link.url for link in rest if meeting is None or link.url != meeting.url), None)
    return stop


def _leads_to_meeting(url: str) -> bool:
    """Whether an address says that it is a meeting's, and of no committee: that stands under its name."""
    path = urlsplit(url).path
    return _MEETING.search(path) is not None and _BODY.search(path) is None


def _tells_item(link: Link) -> bool:
    """Whether a further link of a row leads to the item: its result, its excerpt, its number."""
    if german.dates(link.text):
        return False
    return (
        link.text in _CODES
        or _ITEM_LINK.search(link.text or link.tip) is not None
        or german.outcome(link.text)[0] is not None
        or (bool(link.text) and agenda.number(link.text) is not None)
    )
