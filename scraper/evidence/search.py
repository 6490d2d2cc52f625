"""Where a page prints a value: as it stands, within a text, read as a date or a result, behind a link.

The readers keep no note of the place, so it is found again: the text that is the value, or that reads to it
by the same functions of `german`. Of several such places the one counts that has the field's label before
it, then the one that has most of the record's (or the row's) other values around it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from scraper import agenda, german, objects, vocabulary
from scraper.evidence.spots import Spot, squeezed
from scraper.page import Page

DERIVED = "not found as printed: derived"
_SHORTEST = 3  # characters of a value that is looked for within a longer text
_LONG = 16  # characters of a value that stands within another word by no chance
_LONGEST_READ = 400  # characters of a text that may be a date, a time, a result or votes
_MOST = 60  # places that are weighed against each other
_MOST_PARTS = 3  # that are shown
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT(\d\d):(\d\d)")
_NUMBER = re.compile(r"\d{2,}")
_PART = re.compile(r"; |, |\n+|\t")

# Keys that no page prints: where they come from.
ENVELOPE = {
    "kind": "the kind of record that the rule makes",
    "id": "source, kind and the product's own number, from the page's address or a link",
    "source": "the installation's name",
    "vendor": "the product that the page's own marks name",
    "fetched_at": "the time in the archive",
    "snapshot": "the hash of the archived page",
    "parser": "the version that read the page",
    "warnings": "what the reader could not account for",
    "gone": "what the source answered",
    "order": "the position among its neighbours on the page",
}
# Words of ours, which a page may print by chance, and the key beside them that they are made from.
MADE_FROM: dict[str, tuple[str, ...]] = {
    "public": ("status", "state", "number"),
    "authoritative": ("role",),
    "outcome": ("result",),
    "cancelled": ("name",),
    "type": ("name",),
    "meeting_id": ("meeting_url",),
    "attachments.role": ("name",),
    "media_type": ("name", "url"),
    "method": ("url",),
    "size": (),
    "unanimous": (),
}
# The fields of the vocabulary whose labels stand before a key, where they are not called like the key.
LABELLED: dict[str, tuple[str, ...]] = {
    "start": ("time", "date"),
    "end": ("time", "date"),
    "location": ("room", "place"),
    "public": ("status",),
    "outcome": ("result",),
    "paper_reference": ("reference",),
    "committee": ("organization",),
}


@dataclass(frozen=True)
class Question:
    """One value. `field`: its path (`deliberations.0.role`); `row`: the object that holds it."""

    field: str
    value: Any
    row: dict[str, Any]

    @cached_property
    def name(self) -> str:
        """The path without numbers."""
        return ".".join(part for part in self.field.split(".") if not part.isdigit())

    @property
    def key(self) -> str:
        """The last part of the path."""
        return self.name.rpartition(".")[2]

    @cached_property
    def company(self) -> tuple[str, ...]:
        """The other values of the row as a page would print them."""
        found = []
        for key, value in self.row.items():
            if isinstance(value, str) and key != self.key and key not in ENVELOPE:
                found.append(_printed_day(value) if _DAY.fullmatch(value) else squeezed(value))
        return tuple(key for key in found if len(key) >= _SHORTEST)


@dataclass(frozen=True)
class Print:
    """A place where something is printed, what is printed there, and the label or heading before it."""

    text: str
    label: str
    place: str


@dataclass(frozen=True)
class Found:
    """How a value follows from a page, and the places; none where it is not printed."""

    how: str
    prints: tuple[Print, ...] = ()


class Sheet:
    """The places of a page, to be searched. `canonical`: see `Vendor`."""

    def __init__(self, page: Page, canonical: Callable[[str], str], spots: list[Spot]) -> None:
        self.page = page
        self.canonical = canonical
        self.spots = spots

    @cached_property
    def short(self) -> list[tuple[int, str]]:
        """The texts that may be dates and the like, with the indices of their spots."""
        return [(at, spot.text()) for at, spot in enumerate(self.spots) if 0 < len(spot.key) <= _LONGEST_READ]

    @cached_property
    def links(self) -> list[tuple[int, str]]:
        """The links: index of the spot, and the one form of the address."""
        return [(at, self.address(spot.url)) for at, spot in enumerate(self.spots) if spot.url]

    def address(self, url: str) -> str:
        """The one form of an address; one that nobody can take apart stays as it is."""
        try:
            return self.canonical(url)
        except ValueError:
            return url

    def find(self, asked: Question) -> Found:
        """Where the value is printed, by the surest of the ways."""
        for way in _WAYS:
            found = way(self, asked)
            if found is not None:
                return found
        return Found(DERIVED)

    def where(self, matches: Callable[[Spot], bool]) -> list[int]:
        """The innermost places that match."""
        return self.innermost(at for at, spot in enumerate(self.spots) if matches(spot))

    def innermost(self, places: Iterable[int]) -> list[int]:
        """Those of the places that hold none of the others."""
        following = pairwise([*places, len(self.spots)])
        return [at for at, after in following if after > self.spots[at].last]

    def best(self, places: list[int], asked: Question) -> Print | None:
        """The place that most likely is the one that was read; None when there is none."""
        if not places:
            return None
        at = max(places[:_MOST], key=lambda at: (*self._weight(self.spots[at], asked), -at))
        spot = self.spots[at]
        return Print(spot.text(), spot.label(), spot.place())

    def _weight(self, spot: Spot, asked: Question) -> tuple[bool, float]:
        around = list(spot.around())
        company = 0.0
        for key in asked.company:
            level = next((level for level, text in enumerate(around) if key in text), None)
            company += 1 / (1 + level) if level is not None else 0
        return label_field(asked, spot.label()) is not None, company


def label_field(asked: Question, label: str) -> str | None:
    """The field of the vocabulary that this label stands for, if it is one of the value's."""
    word = label.rstrip(" :").casefold()
    if asked.name == f"extra.{label.rstrip(' :')}":
        return "extra"
    fields = LABELLED.get(asked.key, (asked.key,))
    return next((one for one in fields if word in vocabulary.labels(*{one} & set(vocabulary.LABELS))), None)


# ---- the ways, the surest first


def _enveloped(sheet: Sheet, asked: Question) -> Found | None:
    told = ENVELOPE.get(asked.key)
    return Found(told) if told and "extra" not in asked.name else None


def _linked(sheet: Sheet, asked: Question) -> Found | None:
    """An address: the page's own, or that of a link."""
    value = asked.value
    if not (isinstance(value, str) and value.startswith(("https://", "http://"))):
        return None
    goal = sheet.address(value)
    if goal == sheet.address(sheet.page.url):
        return Found("the page's own address")
    links = (at for at, address in sheet.links if address == goal)
    found = sheet.best(sheet.innermost(links), asked)
    return Found("where the link leads", (found,)) if found else _submitted(sheet, asked)


def _submitted(sheet: Sheet, asked: Question) -> Found:
    """An address that a form makes: the last number of it is printed in a field of the form."""
    numbers = _NUMBER.findall(asked.value.rpartition("?")[2])
    found = sheet.best(sheet.where(lambda spot: spot.key == numbers[-1]), asked) if numbers else None
    return Found("its number in a form", (found,)) if found else Found(DERIVED)


def _voted(sheet: Sheet, asked: Question) -> Found | None:
    """Counted votes: the text that reads to all of them."""
    if "votes" not in asked.name.split("."):
        return None
    wanted = asked.value if isinstance(asked.value, dict) else asked.row
    found = _read(sheet, asked, lambda text: _dumped(german.votes(text)) == wanted)
    return Found("read as votes", (found,)) if found else Found(DERIVED)


def _dumped(part: Any) -> dict[str, Any] | None:
    return dict(vars(part)) if part is not None else None


def _made(sheet: Sheet, asked: Question) -> Found | None:
    """A word of ours: from the text that reads to it, else from the key that it is made from."""
    sources = MADE_FROM.get(asked.name) or MADE_FROM.get(asked.key)
    if sources is None and not isinstance(asked.value, bool):
        return None
    source = next((key for key in sources or () if asked.row.get(key)), None)
    if source is None:
        return Found(DERIVED)
    found = sheet.find(Question(source, asked.row[source], asked.row))
    return Found(f"derived from {source}", found.prints)


def _exact(sheet: Sheet, asked: Question) -> Found | None:
    key = squeezed(str(asked.value))
    found = sheet.best(sheet.where(lambda spot: spot.key == key), asked) if key else None
    return Found("as printed", (found,)) if found else None


def _timed(sheet: Sheet, asked: Question) -> Found | None:
    """A day or a point in time."""
    value = asked.value if isinstance(asked.value, str) else ""
    moment = _MOMENT.match(value)
    if moment:
        at = dt.time(int(moment[1]), int(moment[2]))
        found = _read(sheet, asked, lambda text: _has_time(text, at, value))
        return Found("read as a time", (found,)) if found else Found(DERIVED)
    if _DAY.fullmatch(value):
        day = dt.date.fromisoformat(value)
        found = _read(sheet, asked, lambda text: day in german.dates(text))
        return Found("read as a date", (found,)) if found else Found(DERIVED)
    return None


def _has_time(text: str, at: dt.time, value: str) -> bool:
    if value[:16].replace("-", "").replace(":", "") in text:  # iCalendar: 20260914T180000
        return True
    if at in german.times(text) or at in german.moments(text)[2]:
        return True
    moment = objects.moment(text)
    return moment is not None and moment.isoformat(timespec="seconds") == value


def _within(sheet: Sheet, asked: Question) -> Found | None:
    key = squeezed(str(asked.value))
    if len(key) < _SHORTEST:
        return None
    places = sheet.where(lambda spot: key in spot.key)
    if len(key) < _LONG:  # a short word may stand in another one by chance
        word = re.compile(rf"(?<!\w){re.escape(str(asked.value))}(?!\w)")
        places = [at for at in places if word.search(sheet.spots[at].text())]
    found = sheet.best(places, asked)
    return Found("within", (found,)) if found else None


def _in_parts(sheet: Sheet, asked: Question) -> Found | None:
    """Several printings that were joined: room and address, authors, paragraphs."""
    parts = [part for part in _PART.split(str(asked.value)) if squeezed(part)]
    if len(parts) < 2:
        return None
    found = [_part(sheet, Question(asked.field, part, asked.row)) for part in parts]
    printed = [one for one in found if one is not None]
    shown = tuple(dict.fromkeys(printed))
    how = f"joined from {len(parts)} parts"
    if len(printed) < len(found):
        how = f"{len(printed)} of its {len(found)} parts are printed"
    return Found(how, shown[:_MOST_PARTS]) if shown else None


def _part(sheet: Sheet, asked: Question) -> Print | None:
    found = _exact(sheet, asked) or _within(sheet, asked)
    return found.prints[0] if found else None


def _numbered(sheet: Sheet, asked: Question) -> Found | None:
    """A number of the product's own, in the address of a link."""
    if asked.key != "native_id":
        return None
    found = sheet.best(sheet.where(lambda spot: str(asked.value) in spot.url), asked)
    return Found("in the address of the link", (found,)) if found else None


def _addressed(sheet: Sheet, asked: Question) -> Found | None:
    """The name of a file, in the address of its link."""
    name = str(asked.value)
    if asked.key != "name" or "." not in name:
        return None
    found = sheet.best(sheet.where(lambda spot: unquote(spot.url).endswith(name)), asked)
    return Found("in the address of the link", (found,)) if found else None


def _listed(sheet: Sheet, asked: Question) -> Found | None:
    """The number of an agenda item: `Ö 9` is printed, `9` is the value."""
    if asked.key not in ("number", "agenda_item"):
        return None
    wanted = str(asked.value)
    short = [(at, agenda.number(text.upper())) for at, text in sheet.short if wanted in text]
    places = sheet.innermost(at for at, found in short if found and found.number == wanted)
    place = sheet.best(places, asked)
    return Found("read as the number of an item", (place,)) if place else None


_WAYS: tuple[Callable[[Sheet, Question], Found | None], ...] = (
    _enveloped, _linked, _voted, _made, _numbered, _timed, _exact, _listed, _within, _in_parts, _addressed,
)  # fmt: skip


def _read(sheet: Sheet, asked: Question, reads: Callable[[str], bool]) -> Print | None:
    """The innermost short text that reads to the value."""
    return sheet.best(sheet.innermost(at for at, text in sheet.short if reads(text)), asked)


# ---- values of a record


def leaves(field: str, value: Any, row: dict[str, Any]) -> Iterator[Question]:
    """One question for every value within a value; what is null or empty asks nothing."""
    if isinstance(value, dict) and "votes" not in field.split("."):
        for key, inner in value.items():
            yield from leaves(f"{field}.{key}", inner, value)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from leaves(f"{field}.{at}", inner, row)
    elif value is not None and value != "":
        yield Question(field, value, row)


def _printed_day(value: str) -> str:
    return f"{dt.date.fromisoformat(value):%d.%m.%Y}"
