"""Exchanges as WARC records and back: what one request and its answer look like in an archive file.

Written are a response record and then its request record (the order of Heritrix). Read are also files of
other tools, with the request first, without requests, or with SHA-1 digests.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import re
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scraper import __version__
from scraper.errors import StorageError
from scraper.page import Exchange, Page, Source
from scraper.warc.members import (
    NOT_MODIFIED,
    SAME_PAYLOAD,
    Damage,
    DamagedError,
    Record,
    WarcFile,
    digest,
    pack,
)
from scraper.warc.payloads import FILE_NAME, PAYLOADS, Payloads, split_http
from scraper.wire.encoding import decode
from scraper.wire.headers import asked

OVERRIDE = "robots-override"  # a warcinfo field: the operator's reason
DECODED_LIMIT = 128 * 1024 * 1024  # bytes of a decoded page, as in the fetcher's limits
_FRAMING = re.compile(rb"^transfer-encoding(?=[ \t]*:)", re.IGNORECASE | re.MULTILINE)
_HTTP = "application/http; msgtype="
_log = logging.getLogger(__name__)

Report = Callable[[Damage], None]


@dataclass(frozen=True, slots=True)
class Location:
    """Where a response (or revisit) record lies: file name in its folder, offset and length in bytes."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Archived:
    """One exchange as it was archived. `info`: the fields of its file's warcinfo record."""

    exchange: Exchange
    location: Location
    info: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of an archive file: the exchanges whose response begins in `start` ≤ offset < `end`."""

    path: Path
    start: int
    end: int


def info_of(source: Source, *, vendor: str | None = None, override: str | None = None) -> dict[str, str]:
    """The warcinfo fields of a crawl of `source`. `override`: why robots.txt is not obeyed, if it is not."""
    return {
        "software": f"ris-scraper/{__version__}",
        "format": "WARC File Format 1.1",
        "robots": "overridden" if override else "obeyed",
        **({OVERRIDE: override} if override else {}),
        "source": source.name,
        "base_url": source.base_url,
        "vendor": vendor or source.vendor or "",
        "title": source.title or "",
    }


def source_of(info: Mapping[str, str]) -> Source:
    """The source that `info_of` was given; of another tool's archive a source without a name."""
    vendor, title = info.get("vendor"), info.get("title")
    return Source(info.get("source", ""), info.get("base_url", ""), vendor or None, title or None)


def archive_files(folder: Path) -> list[Path]:
    """The archive files of a folder in the order in which they were written."""
    found = [
        (int(name[1]), path) for path in folder.glob("ris-*") if (name := FILE_NAME.fullmatch(path.name))
    ]
    return [path for _, path in sorted(found)]


def headers_of(head: bytes) -> list[tuple[bytes, bytes]]:
    """Names and values of a response's or request's header lines."""
    pairs = (line.partition(b":") for line in head.split(b"\r\n")[1:] if b":" in line)
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def page_of(exchange: Exchange, source: str) -> Page:
    """The page that the fetcher made of this exchange. `source`: the catalog's name.

    Raises encoding.EncodingError when the body cannot be decoded.
    """
    headers: dict[bytes, list[bytes]] = {}
    for name, value in headers_of(exchange.response_head):
        headers.setdefault(name.lower(), []).append(value)
    coding = b", ".join(headers.get(b"content-encoding", ())).decode("latin-1")
    return Page(
        url=exchange.url.partition("#")[0],
        content=decode(exchange.body, coding, DECODED_LIMIT),
        content_type=b", ".join(headers.get(b"content-type", ())).decode("latin-1"),
        fetched_at=exchange.fetched_at,
        source=source,
        status=exchange.status,
        step=exchange.step,
        asked=asked(exchange.request_head),
    )


# Writing


def shares_payload(exchange: Exchange) -> bool:
    """Whether this body may stand for an equal one: it has bytes and all of them."""
    return bool(exchange.body) and exchange.truncated is None and exchange.status != 304


def envelope(kind: str, when: dt.datetime) -> dict[str, str]:
    """The header lines that every record has."""
    return {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>",
        "WARC-Date": when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


def records_of(
    exchange: Exchange, payload_digest: str, original: tuple[str, Record] | None
) -> tuple[bytes, bytes]:
    """The response (or revisit) record and the request record of an exchange, packed.

    `original`: name of the file and head of the record that holds the same payload already.
    """
    head = _FRAMING.sub(b"X-Archive-Orig-Transfer-Encoding", exchange.response_head)
    body = exchange.body if original is None else b""
    about = _about(exchange)
    response = envelope("response", exchange.fetched_at) | about | {"Content-Type": _HTTP + "response"}
    if exchange.status == 304:
        response |= {"WARC-Type": "revisit", "WARC-Profile": NOT_MODIFIED}
    else:
        response["WARC-Payload-Digest"] = payload_digest
    if original is not None:
        response |= _refers_to(*original)
    response["WARC-Block-Digest"] = digest(head, body)
    request = envelope("request", exchange.fetched_at) | about | {"Content-Type": _HTTP + "request"}
    request["WARC-Concurrent-To"] = response["WARC-Record-ID"]
    request["WARC-Block-Digest"] = digest(exchange.request_head, exchange.request_body)
    if exchange.truncated:
        response["WARC-Truncated"] = exchange.truncated
    if exchange.step:
        response["WARC-Ris-Step"] = str(exchange.step)
    return pack(response, head, body), pack(request, exchange.request_head, exchange.request_body)


def _about(exchange: Exchange) -> dict[str, str]:
    about = {"WARC-Target-URI": exchange.url}
    if exchange.ip:
        about["WARC-IP-Address"] = exchange.ip
    return about


def _refers_to(file: str, record: Record) -> dict[str, str]:
    """The lines that make a response a revisit; the last one spares the reader an index of all digests."""
    return {
        "WARC-Type": "revisit",
        "WARC-Profile": SAME_PAYLOAD,
        "WARC-Refers-To": record.headers.get("warc-record-id", ""),
        "WARC-Refers-To-Target-URI": record.headers.get("warc-target-uri", ""),
        "WARC-Refers-To-Date": record.headers.get("warc-date", ""),
        "WARC-Ris-Refers-To-Location": f"{file} {record.offset}",
    }


# Reading


def read(paths: Iterable[Path], *, on_damage: Report | None = None) -> Iterator[Archived]:
    """The exchanges of archive files (of this or another tool) in order, revisits with their payload.

    What is damaged is skipped and given to `on_damage` (default: a warning in the log). Raises
    StorageError when a file cannot be read.
    """
    files = list(paths)
    for path in files:
        yield from read_slice(Slice(path, 0, sys.maxsize), files, on_damage=on_damage)


def read_slice(
    part: Slice, paths: Sequence[Path] = (), *, on_damage: Report | None = None
) -> Iterator[Archived]:
    """The exchanges of one slice: see `read`. `paths`: where payloads of another tool's revisits may lie."""
    report = on_damage or (lambda damage: _log.warning("%s", damage))
    with (
        storage(part.path),
        WarcFile(part.path) as file,
        Payloads(part.path.parent, paths or [part.path]) as payloads,
    ):
        info = _info(file)
        for response, request in pairs(file, part.start, part.end, report):
            try:
                exchange = exchange_of(response, request, payloads)
            except DamagedError as error:
                report(Damage(str(part.path), response.offset, str(error)))
            else:
                yield Archived(exchange, Location(part.path.name, response.offset, response.length), info)


def slices(paths: Iterable[Path], size: int) -> list[Slice]:
    """The files in order, our own cut into slices of about `size` bytes: each exchange is in exactly one."""
    parts: list[Slice] = []
    for path in paths:
        with storage(path), WarcFile(path) as file:
            step = max(size, 1) if file.splittable else max(file.size, 1)
            parts += [Slice(path, at, min(at + step, file.size)) for at in range(0, file.size, step)]
    return parts


def pairs(
    file: WarcFile, start: int, end: int, report: Report, *, brief: frozenset[str] = frozenset()
) -> Iterator[tuple[Record, Record | None]]:
    """Response records that begin in `start` ≤ offset < `end`, each with its request record, if any.

    `brief`: see WarcFile.walk.
    """
    response: Record | None = None
    request: Record | None = None
    for item in file.walk(start, brief=brief):
        if isinstance(item, Damage):
            # Behind the end, the next slice tells of it if it can see that a record begins there.
            if item.offset < end or file.next_member(item.offset) != item.offset:
                report(item)
        elif item.type == "request" and response is not None and _belong(response, item):
            yield response, item
            response = None
            if item.offset >= end:
                break
        elif item.offset >= end:
            break
        elif item.type == "request":
            request = item
        elif item.type in PAYLOADS and item.headers.get("content-type", "").startswith("application/http"):
            if response is not None:
                yield response, None
            response = item
            if request is not None and _belong(item, request):
                yield item, request
                response = request = None
    if response is not None:
        yield response, None


def _belong(response: Record, request: Record) -> bool:
    one, other = response.headers, request.headers
    return (
        other.get("warc-concurrent-to", "-") == one.get("warc-record-id")
        or one.get("warc-concurrent-to", "-") == other.get("warc-record-id")
    )  # fmt: skip


def exchange_of(response: Record, request: Record | None, payloads: Payloads) -> Exchange:
    """The exchange of a pair of records; raises DamagedError when a header or the payload is missing."""
    headers = response.headers
    head, _ = split_http(response.block)
    method, request_body = request_of(request)
    try:
        return Exchange(
            url=headers["warc-target-uri"].strip("<>"),
            method=method,
            request_head=split_http(request.block)[0] if request else b"",
            request_body=request_body,
            status=int(head.split(None, 2)[1]),
            response_head=head,
            body=payloads.of(response),
            fetched_at=dt.datetime.fromisoformat(headers["warc-date"]),
            ip=headers.get("warc-ip-address"),
            truncated=headers.get("warc-truncated"),
            step=int(headers.get("warc-ris-step", "0")),
        )
    except (KeyError, IndexError, ValueError) as error:
        raise DamagedError(f"a needed header is missing or broken: {error}") from None


def request_of(request: Record | None) -> tuple[str, bytes]:
    """Method and body of a request record; those of a plain GET when there is none."""
    head, body = split_http(request.block) if request else (b"", b"")
    return head.partition(b" ")[0].decode("latin-1") or "GET", body


def file_info(path: Path) -> dict[str, str]:
    """The fields of a file's warcinfo record; none when there is none or it is damaged."""
    with storage(path), WarcFile(path) as file:
        return _info(file)


def _info(file: WarcFile) -> dict[str, str]:
    """The fields of the warcinfo record that leads a file; none when it is damaged."""
    with contextlib.suppress(DamagedError):
        record = file.record(0)
        if record.type == "warcinfo":
            lines = record.block.decode("utf-8", "replace").splitlines()
            return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return {}


@contextlib.contextmanager
def storage(path: Path) -> Iterator[None]:
    """Turns an OSError into a StorageError that names the file."""
    try:
        yield
    except OSError as error:
        name = error.filename or path
        raise StorageError(
            f"{name}: {error.strerror or error}; check the disk and its permissions"
        ) from error
