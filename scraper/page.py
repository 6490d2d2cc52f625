"""The frozen values that pass between the stages. Nothing here does anything."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from scraper.records import Record


class Kind(enum.StrEnum):
    """What a page is. The values that are also record kinds name the page a record is read from."""

    START = "start"
    CALENDAR = "calendar"
    MEETING = "meeting"
    AGENDA_ITEM = "agenda_item"
    PAPER = "paper"
    PAPER_LIST = "paper_list"
    ORGANIZATION = "organization"
    ORGANIZATION_LIST = "organization_list"
    PERSON = "person"
    PERSON_LIST = "person_list"
    FILE = "file"


GENERIC = "generic"  # the reader for pages of products that nobody knows, and of known ones that changed


@dataclass(frozen=True)
class Source:
    """One town's system. `name` leads every id; it is the catalog's name, else the host.

    `oparl_url`: the system object of its OParl endpoint, where one is known.
    """

    name: str
    base_url: str
    vendor: str | None = None
    title: str | None = None
    oparl_url: str | None = None


@dataclass(frozen=True)
class Window:
    """The meeting dates that are wanted, both ends included."""

    since: dt.date
    until: dt.date

    def covers(self, day: dt.date) -> bool:
        return self.since <= day <= self.until

    def months(self) -> Iterator[dt.date]:
        """The first day of every month that the window touches, in order."""
        month = self.since.replace(day=1)
        while month <= self.until:
            yield month
            month = (month + dt.timedelta(days=32)).replace(day=1)

    def years(self) -> range:
        """Every year that the window touches."""
        return range(self.since.year, self.until.year + 1)


@dataclass(frozen=True)
class Request:
    """One page that is wanted.

    `step`: position in a session-bound list (the first row that is expected, 1-based); 0 elsewhere.
    The same URL with another step is another page. `form`: fields of a POST, in order. `date`: the day
    that the referring page prints for it, if any: a crawl leaves out what lies outside its window.
    `address`: where this session asks for it, when that differs from `url`; never an identity, and worth
    nothing in another session. `headers`: what the product's own script would send beside the usual ones.
    """

    url: str
    kind: Kind
    method: str = "GET"
    form: tuple[tuple[str, str], ...] = ()
    step: int = 0
    date: dt.date | None = None
    address: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """Identity within a crawl; the URL must already be canonical (`Vendor.canonical`)."""
        form = "&".join(f"{name}={value}" for name, value in self.form)
        tail = f"#{self.step}" if self.step else ""
        return self.url + (f" {self.method} {form}" if self.method != "GET" else "") + tail


@dataclass(frozen=True)
class Page:
    """The bytes of one page, decompressed, and where and when they came from.

    `url`: the address that answered, after redirects ("" when a saved file gives none).
    `content_type`: the header's value or "". `fetched_at`: UTC, aware. `source`: the catalog's name of
    the installation. `step`: see Request. `asked`: what the request carried beside the usual headers, names
    in lower case: some interfaces are told there, not in the address, whose data is wanted.
    """

    url: str
    content: bytes
    content_type: str
    fetched_at: dt.datetime
    source: str = ""
    status: int = 200
    step: int = 0
    asked: tuple[tuple[str, str], ...] = ()

    @cached_property
    def snapshot(self) -> str:
        """`sha256:<hex>` of the bytes."""
        return "sha256:" + hashlib.sha256(self.content).hexdigest()

    @cached_property
    def source_name(self) -> str:
        """The catalog's name, else the host of the address, else `file`."""
        return self.source or urlsplit(self.url).hostname or "file"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer as they crossed the wire: what the archive keeps.

    `request_head`/`response_head`: first line and header lines, CRLF-separated, ending with an empty line.
    `body`: as sent (still content-encoded), without transfer framing. `truncated`: None, or why the
    body is not whole ("length", "time", "disconnect"). `step`: see Request.
    """

    url: str
    method: str
    request_head: bytes
    request_body: bytes
    status: int
    response_head: bytes
    body: bytes
    fetched_at: dt.datetime
    ip: str | None = None
    truncated: str | None = None
    step: int = 0


@dataclass(frozen=True)
class Parsed:
    """What one page told: records, and the pages a crawl would follow.

    `own`: id of the record whose own page this is, if any: its values win over those of lists. `printed`: the
    texts of the content outside of the body, for `accounting`. `total`: on the first page of a list, the kind
    of its records and how many the list says it has in all.
    """

    records: tuple[Record, ...] = ()
    follow: tuple[Request, ...] = ()
    own: str | None = None
    printed: tuple[str, ...] = ()
    total: tuple[str, int] | None = None
