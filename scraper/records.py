"""What one line of the JSON Lines output means. The order of the fields is the order of the keys."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Outcome = Literal[
    "adopted", "adopted_amended", "recommended", "recommended_amended", "not_recommended", "rejected",
    "noted", "deferred", "referred", "withdrawn", "settled", "no_decision",
]  # fmt: skip
Role = Literal[
    "main", "attachment", "invitation", "agenda", "minutes", "announcement", "resolution", "other"
]  # fmt: skip
OrganizationType = Literal["council", "committee", "faction", "party", "administration", "other"]
Gone = Literal["deleted", "refused", "not_found", "vanished"]
TextQuality = Literal["ok", "thin", "empty", "garbled", "truncated"]


class Part(BaseModel):
    """Base of everything that is printed: immutable, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Votes(Part):
    """Counted votes. `unanimous` is true only where the source says so."""

    yes: int | None = None
    no: int | None = None
    abstain: int | None = None
    recused: int | None = None
    unanimous: bool | None = None


class Section(Part):
    """A part of the body under one printed heading (without its colon)."""

    heading: str | None = None
    text: str = ""


class Attachment(Part):
    """A document that the page offers. Identity: record + native id, else record + role + name."""

    name: str | None = None
    url: str | None = None
    method: Literal["GET", "POST"] = "GET"
    form: dict[str, str] = Field(default_factory=dict)
    native_id: str | None = None
    role: Role = "other"
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    file_id: str | None = None


class Deliberation(Part):
    """One station and date of a paper's way through the committees."""

    order: int
    committee: str | None = None
    committee_url: str | None = None
    role: str | None = None
    authoritative: bool | None = None
    date: dt.date | None = None
    title: str | None = None
    agenda_item: str | None = None
    public: bool | None = None
    state: str | None = None
    result: str | None = None
    outcome: Outcome | None = None
    votes: Votes | None = None
    meeting_url: str | None = None
    agenda_item_url: str | None = None


class Related(Part):
    """Another paper that the page names as belonging to this one; `relation` as printed."""

    reference: str | None = None
    url: str | None = None
    relation: str | None = None


class OrganizationRef(Part):
    """One of the organizations of a joint meeting."""

    name: str | None = None
    url: str | None = None


class Record(Part):
    """What every line has."""

    kind: str
    id: str
    source: str
    vendor: str
    url: str | None = None
    fetched_at: str
    snapshot: str
    parser: str
    warnings: tuple[str, ...] = ()
    gone: Gone | None = None
    extra: dict[str, str] = Field(default_factory=dict)


class Paper(Record):
    """Vorlage, Drucksache, Antrag, Anfrage …"""

    kind: Literal["paper"] = "paper"
    reference: str | None = None
    subject: str | None = None
    status: str | None = None
    public: bool | None = None
    paper_type: str | None = None
    author: str | None = None
    department: str | None = None
    departments_involved: tuple[str, ...] = ()
    clerk: str | None = None
    file_number: str | None = None
    date: dt.date | None = None
    deliberations: tuple[Deliberation, ...] = ()
    deliberation_dates: tuple[dt.date, ...] = ()
    sections: tuple[Section, ...] = ()
    text: str | None = None
    attachments: tuple[Attachment, ...] = ()
    related: tuple[Related, ...] = ()


class Meeting(Record):
    """Sitzung."""

    kind: Literal["meeting"] = "meeting"
    name: str | None = None
    number: str | None = None
    organization: str | None = None
    organization_url: str | None = None
    organizations: tuple[OrganizationRef, ...] = ()
    date: dt.date | None = None
    start: str | None = None
    end: str | None = None
    location: str | None = None
    status: str | None = None
    public: bool | None = None
    cancelled: bool | None = None
    occasion: str | None = None
    attachments: tuple[Attachment, ...] = ()


class AgendaItem(Record):
    """Tagesordnungspunkt."""

    kind: Literal["agenda_item"] = "agenda_item"
    meeting_id: str | None = None
    meeting_url: str | None = None
    organization: str | None = None
    date: dt.date | None = None
    number: str | None = None
    order: int | None = None
    role: str | None = None
    subject: str | None = None
    public: bool | None = None
    heading: bool | None = None
    paper_reference: str | None = None
    paper_url: str | None = None
    result: str | None = None
    outcome: Outcome | None = None
    votes: Votes | None = None
    sections: tuple[Section, ...] = ()
    text: str | None = None
    attachments: tuple[Attachment, ...] = ()


class Organization(Record):
    """Gremium: council, committee, faction …"""

    kind: Literal["organization"] = "organization"
    name: str | None = None
    short_name: str | None = None
    type: OrganizationType | None = None
    start: dt.date | None = None
    end: dt.date | None = None


class Person(Record):
    """Member of an organization, as the page prints the name."""

    kind: Literal["person"] = "person"
    name: str | None = None
    form_of_address: str | None = None
    party: str | None = None
    faction: str | None = None


class Membership(Record):
    """A person in an organization."""

    kind: Literal["membership"] = "membership"
    person: str | None = None
    person_url: str | None = None
    organization: str | None = None
    organization_url: str | None = None
    role: str | None = None
    faction: str | None = None
    party: str | None = None
    start: dt.date | None = None
    end: dt.date | None = None


class File(Record):
    """A downloaded document."""

    kind: Literal["file"] = "file"
    name: str | None = None
    media_type: str | None = None
    size: int | None = None
    sha256: str | None = None
    path: str | None = None
    text: str | None = None
    text_quality: TextQuality | None = None
    pages: int | None = None
    belongs_to: tuple[str, ...] = ()


class Link(Part):
    """What a crawl would follow; printed only by `ris parse --links`."""

    kind: Literal["link"] = "link"
    url: str
    target: str


KINDS: dict[str, type[Record]] = {
    "paper": Paper,
    "meeting": Meeting,
    "agenda_item": AgendaItem,
    "organization": Organization,
    "person": Person,
    "membership": Membership,
    "file": File,
}
