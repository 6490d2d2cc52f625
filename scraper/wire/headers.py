"""What the values of HTTP headers mean: dates, waiting times, targets of redirects, cookies' attributes.

Pure functions; bad values give None, never an error. Knowledge: RFC 9110 (5.6.7, 10.2.2, 10.2.3).
"""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from urllib.parse import urldefrag, urljoin

MAX_WAIT = 86_400.0  # servers were seen asking for 10^14 seconds

# What every request may carry; whatever else stands in one was asked for by its product.
_USUAL = frozenset({
    "host", "user-agent", "accept", "accept-language", "accept-encoding", "connection", "cookie",
    "content-type", "content-length", "if-none-match", "if-modified-since",
})  # fmt: skip
_SECONDS = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_UNSAFE = re.compile(rb"[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/\d\.\d (\d{3})")


def asked(head: bytes) -> tuple[tuple[str, str], ...]:
    """The unusual headers of a request, names in lower case, in order."""
    lines = (line.decode("latin-1").partition(":") for line in head.split(b"\r\n")[1:] if b":" in line)
    pairs = ((name.strip().lower(), value.strip()) for name, _, value in lines)
    return tuple(pair for pair in pairs if pair[0] not in _USUAL)


def http_date(text: str) -> dt.datetime | None:
    """An IMF-fixdate, RFC 850 or asctime date as aware UTC; None when it is none of them."""
    try:
        moment = parsedate_to_datetime(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def retry_after(text: str | None, now: dt.datetime) -> float | None:
    """Seconds that a Retry-After value asks for, 0 to one day; None when it says nothing readable."""
    value = (text or "").strip()
    if _SECONDS.fullmatch(value):
        seconds = float(value)
    else:
        moment = http_date(value)
        if moment is None:
            return None
        seconds = (moment - now).total_seconds()
    return min(max(seconds, 0.0), MAX_WAIT)


def quoted(raw: bytes) -> str:
    """An address in which every byte that may not stand in a URL is percent-encoded as it was sent."""
    return _UNSAFE.sub(lambda hit: b"%%%02X" % hit.group()[0], raw.strip(b" \t\r\n")).decode("ascii")


def redirect_target(base: str, location: bytes) -> str:
    """The absolute address, without fragment, that a Location value leads to; raises ValueError."""
    return urldefrag(urljoin(base, quoted(location))).url


def final_head(raw: bytes | bytearray) -> tuple[bytes, int] | None:
    """The head of the final response in the first bytes of an answer, and where it ends.

    Interim responses (1xx but 101) are skipped; None as long as the final head is not complete.
    """
    start = 0
    while found := _BLANK_LINE.search(raw, start):
        head = bytes(raw[start : found.end()])
        status = status_of(head)
        if status is None or status == 101 or status >= 200:
            return head, found.end()
        start = found.end()
    return None


def status_of(head: bytes) -> int | None:
    """The status of a response head; None when its first line is no HTTP status line."""
    found = _STATUS_LINE.match(head)
    return int(found.group(1)) if found else None


def tidy_head(raw: bytes) -> bytes:
    """A response head with CRLF line ends and an empty line at its end, whatever the server sent."""
    if raw.endswith(b"\r\n\r\n") and raw.count(b"\n") == raw.count(b"\r\n"):
        return raw
    lines = [line.rstrip(b"\r") for line in raw.split(b"\n")]
    return b"\r\n".join(line for line in lines if line) + b"\r\n\r\n"
