"""Archives of as many pages as wanted: the town's pages again and again, each time with other numbers."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

from scraper.archive import Archive, info_of
from scraper.page import Exchange, Source
from tests.town.allris3.site import Site

BASE = "http://ris.musterau.example/bi/"
SOURCE = Source("musterau", BASE, "allris3")
START = dt.datetime(2026, 5, 4, 8, tzinfo=dt.UTC)
SHIFT = 3_000_000  # more than the town's numbers span: a page of another round is another record


def build(folder: Path, pages: int) -> int:
    """Writes the archive, and beside it where the responses lie; returns the bytes of all payloads."""
    total, places = 0, []
    with Archive(folder, info=info_of(SOURCE), sync=False, max_bytes=200_000_000) as archive:
        for exchange in itertools.islice(exchanges(), pages):
            place = archive.append(exchange)
            places.append((place.file, place.offset, place.length))
            total += len(exchange.body)
    index_of(folder).write_text(json.dumps(places))
    return total


def index_of(folder: Path) -> Path:
    """The list of (file, offset, length) of all response records."""
    return folder.with_suffix(".json")


def exchanges() -> Iterator[Exchange]:
    """Papers, excerpts, meetings, organizations and persons in the town's own proportions, without end."""
    site = Site()
    rows = [("vo020.asp?VOLFDNR=", number) for number in site.papers]
    rows += [("to020.asp?TOLFDNR=", number) for number in site.items]
    rows += [("to010.asp?SILFDNR=", number) for number, one in site.meetings.items() if one.agenda]
    rows += [("kp020.asp?KPLFDNR=", number) for number in site.people]
    rows += [(f"{body.table}020.asp?{body.table.upper()}LFDNR=", body.number) for body in site.council.bodies]
    rows.sort(key=lambda row: row[1] * 7919 % 1009)  # mixed, as a crawl finds them
    seconds = itertools.count()
    for shift in itertools.count(0, SHIFT):
        for address, number in rows:
            yield _exchange(site, address, number, shift, next(seconds))


def _exchange(site: Site, address: str, number: int, shift: int, second: int) -> Exchange:
    program, _, query = address.partition("?")
    body = site.body(program, f"{query}{number}")
    shifted = f"{number + shift}" if shift else f"{number}"
    if shift:
        body = body.replace(f'"{number}"'.encode(), f'"{shifted}"'.encode())
    path = f"{address}{shifted}"
    return Exchange(
        url=BASE + path,
        method="GET",
        request_head=f"GET /bi/{path} HTTP/1.1\r\nHost: ris.musterau.example\r\n\r\n".encode(),
        request_body=b"",
        status=200,
        response_head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=ISO-8859-1\r\n\r\n",
        body=body,
        fetched_at=START + dt.timedelta(seconds=second),
    )
