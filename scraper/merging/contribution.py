"""What one page tells about one record: the value that store, exporter, harvest and reparse share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from scraper.page import Exchange, Kind, Parsed, Request

# Organizations, persons and meetings come first: the exporter learns their names before the records
# that refer to them pass by, so that one pass over a sorted stream is enough.
ORDER = ("organization", "person", "meeting", "agenda_item", "paper", "membership", "file")
RANK = {kind: rank for rank, kind in enumerate(ORDER)}


@dataclass(frozen=True, slots=True)
class Contribution:
    """One record as one page tells it.

    `own`: the page is the record's own page, so its values win. `page_key`: see `page_key`.
    `json`: the record's `model_dump_json` as UTF-8, without a line end.
    """

    record_id: str
    kind: str
    own: bool
    page_key: str
    json: bytes


def sort_key(contribution: Contribution) -> tuple[int, str, bool, str]:
    """Order of the stream that the exporter reads; ties keep the order on the page (stable sort)."""
    rank = RANK[contribution.kind]
    return rank, contribution.record_id, not contribution.own, contribution.page_key


_FETCHED = re.compile(rb'"fetched_at":"[^"]*","snapshot":"[^"]*",')


def meaning(told: Iterable[Contribution]) -> str:
    """A digest of what a page tells, in the form of `Page.snapshot`: when and as which bytes it came does not
    count, so that tokens, counters and times of a view are no change."""
    digest = hashlib.sha256()
    for line in sorted(b"%d %s" % (one.own, _FETCHED.sub(b"", one.json, count=1)) for one in told):
        digest.update(line)
    return f"sha256:{digest.hexdigest()}"


def contributions(parsed: Parsed, key: str) -> tuple[Contribution, ...]:
    """The records of one page, in page order; `key` is the page's `page_key`."""
    return tuple(
        Contribution(record.id, record.kind, record.id == parsed.own, key, record.model_dump_json().encode())
        for record in parsed.records
    )


def page_key(exchange: Exchange, canonical: Callable[[str], str]) -> str:
    """Identity of the page that the last exchange of a chain of redirects brought.

    It is made from the exchange alone, so that a crawl and a later reading of its archive agree.
    """
    form: tuple[tuple[str, str], ...] = ()
    if exchange.method != "GET":
        form = tuple(parse_qsl(exchange.request_body.decode("latin-1"), keep_blank_values=True))
    url = canonical(exchange.url)
    return Request(url, Kind.START, exchange.method, form, exchange.step).key
