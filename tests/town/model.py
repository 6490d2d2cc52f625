"""The frozen things of the invented council: bodies, people, meetings, items, papers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

# A block of body text: ("p" | "bold" | "h" | "h4" | "blank", text), ("ol", lines) or ("table", rows)
Block = tuple[str, object]


@dataclass(frozen=True)
class Body:
    """A council (`pa`), committee (`au`) or faction (`fr`). `title`: its meetings' printed name."""

    table: str
    number: int
    name: str
    title: str
    gra: int
    public: bool = True
    end: dt.date | None = None
    address: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.table}{self.number}"


@dataclass(frozen=True)
class Person:
    """`number` is None for a member without a page."""

    number: int | None
    name: str


@dataclass(frozen=True)
class Member:
    """A row of a body's member table. `function`: the printed column Funktion."""

    person: Person
    body: Body
    role: str
    function: str
    since: dt.date


@dataclass(frozen=True)
class Document:
    """A button that posts to do027.asp. `role`: as in records.md."""

    number: int
    name: str
    tip: str
    role: str
    typ: str | None = None


@dataclass(frozen=True)
class Attachment:
    """A file below ___tmp, printed twice."""

    name: str
    file: str
    size: int


@dataclass(frozen=True)
class Part:
    """A text part. `number` 0: empty. `label`: its entry in the jump list, None when it has none."""

    code: str
    number: int
    label: str | None
    blocks: tuple[Block, ...] = ()


@dataclass
class Meeting:
    """`agenda`: whether a page exists; `cancelled`: the mark that leads its name."""

    number: int
    bodies: tuple[Body, ...]
    date: dt.date
    start: str | None
    end: str | None
    room: str | None
    place: str | None
    agenda: bool
    name: str
    status: str
    occasion: str | None
    code: str
    cancelled: bool = False
    zeit_note: str = ""
    linked_date: bool = False
    heading_row: bool = True
    print_name: bool = True
    extra: dict[str, str] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    has_minutes: bool = False


@dataclass
class Item:
    """A row of an agenda. `page`: whether it has an excerpt. `result`: printed, None without a button."""

    number: int
    label: str | None
    mark: str
    subject: str
    meeting: Meeting
    paper: Paper | None = None
    refers: Meeting | None = None
    result: str | None = None
    page: bool = False
    heading: bool = False
    late: bool = False
    info: str | None = None
    parts: tuple[Part, ...] = ()
    votes: dict[str, int | bool | None] | None = None
    minutes: Document | None = None
    hidden: bool = False
    clip: bool = False

    @property
    def public(self) -> bool:
        return self.mark != "N"


@dataclass
class Stop:
    """A meeting on a paper's way. `item` is None where the meeting has no agenda yet."""

    meeting: Meeting
    item: Item | None
    state: str
    result: str | None


@dataclass
class Station:
    body: Body
    role: str | None
    state: str
    stops: list[Stop]
    order: str | None = None


@dataclass
class Paper:
    number: int
    reference: str
    subject: str
    kind: str
    date: dt.date
    status: str
    author: tuple[str, ...]
    department: str
    clerk: str | None
    involved: tuple[str, ...] = ()
    file_number: str | None = None
    related: Paper | None = None
    extra: dict[str, str] = field(default_factory=dict)
    stations: list[Station] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    parts: tuple[Part, ...] = ()
    decisions: bool = False

    @property
    def public(self) -> bool:
        return self.status == "öffentlich"


@dataclass
class Council:
    """All of the town at one reference date."""

    date: dt.date
    bodies: list[Body]
    people: list[Person]
    members: list[Member]
    meetings: list[Meeting]
    papers: list[Paper]
    holidays: dict[dt.date, str]

    @property
    def items(self) -> list[Item]:
        return [item for meeting in self.meetings for item in meeting.items]

    @property
    def listed(self) -> list[Paper]:
        """The papers of the public list, newest first."""
        public = [paper for paper in self.papers if paper.public]
        return sorted(public, key=lambda paper: (paper.date, paper.number), reverse=True)
