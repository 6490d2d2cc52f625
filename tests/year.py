"""A year in the life of an invented town, day by day, and what may happen to its site.

Every Tuesday outside of the recess a committee meets. A meeting is announced six weeks ahead; its agenda with
its papers appears a week before; results appear two days after it; now
and then one is moved or cancelled, or a paper gets another document. `Town.pages(day)` are all pages as they
are on that day, `Town.truth(day)` the records that a reader of all pages would know.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .smallsite import page

COMMITTEES = ("Rat", "Bauausschuss", "Schulausschuss", "Finanzausschuss")
DEPARTMENTS = ("Amt 40", "Amt 61", "Kämmerei")
RECESS = ((dt.date(2026, 7, 1), dt.date(2026, 8, 31)), (dt.date(2026, 12, 18), dt.date(2027, 1, 6)))
ANNOUNCED, AGENDA, RESULTS = dt.timedelta(42), dt.timedelta(7), dt.timedelta(2)

Record = dict[str, Any]


@dataclass(frozen=True)
class Meeting:
    """`moved`, `cancelled`: the day on which the town says so; `papers`: those on its agenda."""

    number: int
    date: dt.date
    organization: str
    papers: tuple[int, ...]
    moved: dt.date | None = None
    cancelled: dt.date | None = None


@dataclass(frozen=True)
class Paper:
    """`replaced`: the day on which its document is replaced."""

    number: int
    meeting: Meeting
    subject: str
    department: str
    replaced: dt.date | None = None


@dataclass
class Town:
    """The whole year is decided at the beginning (`seed`)."""

    begin: dt.date
    days: int
    seed: int = 1
    meetings: list[Meeting] = field(default_factory=list)
    papers: dict[int, Paper] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng = random.Random(self.seed)
        day = self.begin - dt.timedelta(200)
        number = 100
        while day < self.begin + dt.timedelta(self.days + 60):
            if day.weekday() == 1 and not any(first <= day <= last for first, last in RECESS):
                number += 1
                self._plan(number, day, rng)
            day += dt.timedelta(1)

    def _plan(self, number: int, day: dt.date, rng: random.Random) -> None:
        numbers = tuple(10 * number + n for n in range(rng.randint(3, 6)))
        moved = day - dt.timedelta(12) if rng.random() < 0.1 else None
        cancelled = day - dt.timedelta(4) if rng.random() < 0.05 else None
        meeting = Meeting(number, day, COMMITTEES[number % 4], numbers, moved, cancelled)
        self.meetings.append(meeting)
        for one in numbers:
            replaced = day - dt.timedelta(3) if rng.random() < 0.08 else None
            subject = f"Vorlage zum Anliegen {one}"
            self.papers[one] = Paper(one, meeting, subject, rng.choice(DEPARTMENTS), replaced)

    # ---- what is known on a day

    def announced(self, day: dt.date) -> list[Meeting]:
        """The meetings that the calendar tells, those of the last half year among them."""
        first = self.begin - dt.timedelta(200)
        return [one for one in self.meetings if first <= one.date <= day + ANNOUNCED]

    def has_agenda(self, meeting: Meeting, day: dt.date) -> bool:
        """Whether its agenda is published."""
        return day >= meeting.date - AGENDA

    def meeting(self, one: Meeting, day: dt.date) -> Record:
        """What its page tells."""
        moved = one.moved is not None and day >= one.moved
        return {
            "name": f"Sitzung {one.organization}", "organization": one.organization,
            "date": one.date.isoformat(), "location": "Bürgerhaus" if moved else "Rathaus",
            "cancelled": True if one.cancelled is not None and day >= one.cancelled else None,
        }  # fmt: skip

    def items(self, one: Meeting, day: dt.date) -> dict[int, Record]:
        """The items of its agenda, by number."""
        if not self.has_agenda(one, day):
            return {}
        held = day >= one.date + RESULTS and not one.cancelled
        return {
            paper: {
                "meeting_id": f"musterau:meeting:{one.number}", "date": one.date.isoformat(),
                "number": str(place), "subject": self.papers[paper].subject,
                "result": "ungeändert beschlossen" if held else None,
            }
            for place, paper in enumerate(one.papers, 1)
        }  # fmt: skip

    def paper(self, one: Paper, day: dt.date) -> Record:
        """What its page tells."""
        document = "Vorlage (neu)" if one.replaced is not None and day >= one.replaced else "Vorlage"
        held = day >= one.meeting.date + RESULTS and not one.meeting.cancelled
        station = {
            "order": 1, "date": one.meeting.date.isoformat(), "committee": one.meeting.organization,
            "result": "ungeändert beschlossen" if held else None,
        }  # fmt: skip
        return {
            "reference": f"2026/{one.number}", "subject": one.subject, "department": one.department,
            "author": f"{one.department}, Fachbereich", "status": "beschlossen" if held else "in Beratung",
            "text": f"Die Verwaltung schlägt vor, das Anliegen {one.number} aufzunehmen.",
            "deliberations": [station], "deliberation_dates": [one.meeting.date.isoformat()],
            "attachments": [{"name": document, "url": f"http://files.example/{one.number}", "role": "main"}],
        }  # fmt: skip

    def published(self, day: dt.date) -> list[Paper]:
        """The papers of published agendas, the newest first."""
        known = [one for one in self.announced(day) if self.has_agenda(one, day)]
        return [self.papers[number] for one in reversed(known) for number in reversed(one.papers)]

    def truth(self, day: dt.date) -> dict[str, Record]:
        """Id → what a reader of all pages would know."""
        found: dict[str, Record] = {}
        for one in self.announced(day):
            found[f"musterau:meeting:{one.number}"] = self.meeting(one, day)
            found |= {f"musterau:agenda_item:{n}": item for n, item in self.items(one, day).items()}
        papers = {f"musterau:paper:{one.number}": self.paper(one, day) for one in self.published(day)}
        return (
            found | papers | {f"musterau:organization:{n}": {"name": one} for n, one in enumerate(COMMITTEES)}
        )

    # ---- its site

    def pages(self, day: dt.date) -> dict[str, bytes]:
        """Path → page. The list of papers has ten rows a page; months of the calendar are pages."""
        months: dict[str, list[Meeting]] = {}
        for one in self.announced(day):
            months.setdefault(f"calendar?m={one.date:%Y-%m}", []).append(one)
        start = [(path, 0, None) for path in (*months, "list", *self._bodies)]
        found = {"start": page(follow=start, shown=day.isoformat())}  # a counter: other bytes every day
        for path, meetings in months.items():
            rows = [("meeting", str(one.number), self.meeting(one, day)) for one in meetings]
            follow = [
                (f"meeting/{one.number}", 0, one.date.isoformat())
                for one in meetings if self.has_agenda(one, day)
            ]  # fmt: skip
            found[path] = page(*rows, follow=follow, shown=day.isoformat())
        found |= self._agendas(day) | self._lists(day)
        found |= {
            path: page(("organization", path.partition("/")[2], {"name": name}), own=path.replace("/", ":"))
            for path, name in self._bodies.items()
        }
        return found

    @cached_property
    def _bodies(self) -> dict[str, str]:
        return {f"organization/{number}": name for number, name in enumerate(COMMITTEES)}

    def _agendas(self, day: dt.date) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for one in self.announced(day):
            if not self.has_agenda(one, day):
                continue
            items = [("agenda_item", str(n), item) for n, item in self.items(one, day).items()]
            rows = [("meeting", str(one.number), self.meeting(one, day)), *items]
            follow = [(f"paper/{number}", 0, None) for number in one.papers]
            found[f"meeting/{one.number}"] = page(*rows, follow=follow, own=f"meeting:{one.number}")
            for number in one.papers:
                record = ("paper", str(number), self.paper(self.papers[number], day))
                found[f"paper/{number}"] = page(record, own=f"paper:{number}", shown=day.isoformat())
        return found

    def _lists(self, day: dt.date) -> dict[str, bytes]:
        papers = self.published(day)
        found: dict[str, bytes] = {}
        for step, first in enumerate(range(0, len(papers), 10), 1):
            rows = papers[first : first + 10]
            follow: list[Any] = [(f"paper/{one.number}", 0, one.meeting.date.isoformat()) for one in rows]
            if first + 10 < len(papers):
                follow.append((f"list?p={step + 1}", step + 1, None))
            stubs = [("paper", str(one.number), {"reference": f"2026/{one.number}"}) for one in rows]
            found["list" if step == 1 else f"list?p={step}"] = page(*stubs, follow=follow, first=step)
        return found


# ---- what may happen to the site


def _edited(pages: dict[str, bytes], prefix: str, edit: Any) -> dict[str, bytes]:
    """The pages with `edit` applied to every record of those whose path begins so."""
    found = dict(pages)
    for path, content in pages.items():
        if path.startswith(prefix):
            told = json.loads(content)
            for row in told["records"]:
                edit(row)
            found[path] = json.dumps(told).encode()
    return found


def _label_renamed(pages: dict[str, bytes]) -> dict[str, bytes]:
    def edit(row: list[Any]) -> None:
        if row[0] == "paper":
            row[2].pop("department", None)

    return _edited(pages, "paper/", edit)


def _columns_swapped(pages: dict[str, bytes]) -> dict[str, bytes]:
    def edit(row: list[Any]) -> None:
        if row[0] == "paper":
            row[2]["department"], row[2]["author"] = row[2].get("author"), row[2].get("department")

    return _edited(pages, "paper/", edit)


def _login_wall(pages: dict[str, bytes]) -> dict[str, bytes]:
    wall = json.dumps({"raise": ["NotPublicError", "the page asks for a login"]}).encode()
    return {path: wall if path.startswith(("paper/", "meeting/")) else one for path, one in pages.items()}


def _empty_calendar(pages: dict[str, bytes]) -> dict[str, bytes]:
    return {path: page() if path.startswith("calendar") else one for path, one in pages.items()}


def _robots_closed(pages: dict[str, bytes]) -> dict[str, bytes]:
    return {**pages, "robots.txt": b"User-agent: *\nDisallow: /\n"}


def _half_the_papers_missing(pages: dict[str, bytes]) -> dict[str, bytes]:
    return {
        path: one for path, one in pages.items()
        if not (path.startswith("paper/") and int(path.partition("/")[2]) % 2)
    }  # fmt: skip


def _relaunch(pages: dict[str, bytes]) -> dict[str, bytes]:
    other = json.dumps({"raise": ["WrongProductError", "this is another product"]}).encode()
    return dict.fromkeys(pages, other)


BREAKAGES = {
    "a label is renamed": _label_renamed,
    "two columns are swapped": _columns_swapped,
    "a login is asked for": _login_wall,
    "the calendar is empty": _empty_calendar,
    "robots.txt closes the site": _robots_closed,
    "half of the papers are missing": _half_the_papers_missing,
    "the town moved to another product": _relaunch,
}
