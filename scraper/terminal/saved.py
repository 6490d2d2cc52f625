"""Saved pages → lines of JSON: what `ris parse` does.

Each file is parsed in a child that can be killed (`sandbox`), so that a hostile page costs itself and nothing
else; reading the next file overlaps with parsing this one.
"""

from __future__ import annotations

import datetime as dt
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scraper import parser, vendors
from scraper.errors import BrokenPageError, RisError, UsageError
from scraper.page import Page, Parsed
from scraper.records import Link
from scraper.sandbox import Sandbox

MAX_BYTES = 64 * 1024 * 1024
STDIN = "-"

# First bytes of what is offered beside the pages and saved by mistake.
_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP or office document"),
    (b"\x1f\x8b", "gzip-compressed (unpack it first)"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"WARC/", "an archive (see: ris reparse --help)"),
)
_CUT = "the page is cut off; its records are what is there of it"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Reading:
    """How the files are to be read. `url`: of every file; `text`: plain text even if not named `.txt`."""

    url: str = ""
    vendor: str | None = None
    source: str = ""
    links: bool = False
    text: bool = False


@dataclass(frozen=True)
class Answer:
    """What one file gave: lines of JSON without their ends, or the reason why it gave none, or too few."""

    file: str
    lines: tuple[bytes, ...] = ()
    error: Exception | None = None


@dataclass(frozen=True)
class _Job:
    content: bytes | Exception
    saved_at: dt.datetime
    text: bool
    reading: Reading


def answers(files: Sequence[str], reading: Reading) -> Iterator[Answer]:
    """One answer a file, in order. `-` is stdin. What is wrong with a file is in its answer, not raised.

    UsageError for a product that has no reader.
    """
    if reading.vendor:
        vendors.load(reading.vendor)
    vendors.every()  # loaded here once: a child that replaces a killed one has them too
    if any(_is_text(file, reading) for file in files):
        import scraper.plaintext  # noqa: F401 (likewise)
    with Sandbox(_lines) as sandbox:
        jobs = (_job(file, reading) for file in files)
        for file, result in zip(files, sandbox.map(jobs), strict=True):
            if isinstance(result, Exception):
                yield Answer(file, error=result)
            else:
                yield replace(result, file=file)


def _job(file: str, reading: Reading) -> _Job:
    text = _is_text(file, reading)
    try:
        content, saved_at = _stdin() if file == STDIN else _read(Path(file))
        return _Job(_checked(content), saved_at, text, reading)
    except (RisError, OSError) as error:
        return _Job(error, _utcnow(), text, reading)


def _is_text(file: str, reading: Reading) -> bool:
    return reading.text or file.lower().endswith(".txt")


def _stdin() -> tuple[bytes, dt.datetime]:
    return sys.stdin.buffer.read(MAX_BYTES + 1), _utcnow()


def _read(path: Path) -> tuple[bytes, dt.datetime]:
    """The bytes, at most one more than allowed, and when they were saved."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise UsageError(f"is a folder (give its files: {path}/*.html)")
    if status.st_size > MAX_BYTES:
        raise UsageError(_too_large(status.st_size))
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1), dt.datetime.fromtimestamp(status.st_mtime, dt.UTC)


def _checked(content: bytes) -> bytes:
    """`content`, unless it cannot be a page."""
    if not content.strip():
        raise UsageError("is empty")
    if len(content) > MAX_BYTES:
        raise UsageError(_too_large(len(content)))
    for magic, what in _MAGIC:
        if content.startswith(magic):
            raise UsageError(f"is no page but {what}")
    if b"\x00" in content[:1024] and not content.startswith(_UTF16):
        raise UsageError("is no page but binary data")
    return content


def _too_large(size: int) -> str:
    return f"is too large for a page: {size / 2**20:.0f} MiB (at most {MAX_BYTES // 2**20})"


def _utcnow() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _lines(job: _Job) -> Answer:
    """Runs in the child: one page → its lines."""
    if isinstance(job.content, Exception):
        raise job.content
    parsed, doubt = _parse(job, job.content)
    lines = [record.model_dump_json().encode() for record in parsed.records]
    if job.reading.links:
        links = (Link(url=request.url, target=request.kind) for request in parsed.follow)
        lines += [link.model_dump_json().encode() for link in links]
    if any(parser.TRUNCATED in record.warnings for record in parsed.records):
        doubt = BrokenPageError(job.reading.url, _CUT)
    return Answer("", tuple(lines), doubt)


def _parse(job: _Job, content: bytes) -> tuple[Parsed, BrokenPageError | None]:
    """The records, and why the product's own reader failed if only the generic one could read the page."""
    reading = job.reading
    page = Page(reading.url, content, "text/plain" if job.text else "", job.saved_at, reading.source)
    if job.text:
        from scraper import plaintext  # a sixth of the start, and most pages are HTML

        return plaintext.parse_text(page), None
    if reading.vendor:
        return parser.parse_page(page, vendors.load(reading.vendor), cut=True), None
    try:
        return parser.parse_page(page, parser.vendor_of(page), cut=True), None
    except BrokenPageError as error:
        rescued = parser.parse_anyway(page, error)
        return rescued, BrokenPageError(error.url, f"{error.reason}; read by the generic reader instead")
