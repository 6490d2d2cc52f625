"""From a wanted page to the first request, and from a redirect to the next one: pure functions."""

from __future__ import annotations

import http
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from scraper.errors import Refused
from scraper.page import Request
from scraper.wire.headers import quoted, redirect_target
from scraper.wire.sender import Answer, Message, clean

REDIRECTS = frozenset({301, 302, 303, 307, 308})
TO_GET = frozenset({301, 302, 303})  # a POST goes on as GET, as browsers do


@dataclass(frozen=True)
class Validators:
    """What makes a request conditional: the values of ETag and Last-Modified as the server sent them."""

    etag: str | None = None
    last_modified: str | None = None


def message_of(request: Request, validators: Validators | None) -> Message:
    """The first message for a page; raises Refused for what is no address."""
    headers = [
        (name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in request.headers
    ]
    if validators is not None and validators.etag:
        headers.append((b"If-None-Match", validators.etag.encode("latin-1", "replace")))
    if validators is not None and validators.last_modified:
        headers.append((b"If-Modified-Since", validators.last_modified.encode("latin-1", "replace")))
    body = urlencode(request.form).encode("ascii")
    if body:
        headers.append((b"Content-Type", b"application/x-www-form-urlencoded"))
    return Message(clean(request.address or request.url), request.method, body, tuple(headers), request.step)


def followed(message: Message, answer: Answer) -> Message:
    """The message that a redirect asks for; raises Refused when it leads nowhere."""
    status = answer.exchange.status
    location = next((value for name, value in answer.headers if name.lower() == b"location"), b"")
    if not location.strip():
        raise Refused(message.url, f"{named(status)} without an address to go to")
    try:
        url = redirect_target(message.url, location)
    except ValueError:
        raise Refused(message.url, f"redirect to {quoted(location)[:200]!r}, which is no address") from None
    if urlsplit(url).scheme not in {"http", "https"}:
        raise Refused(message.url, f"redirect to {url[:200]}: only http and https are fetched")
    if message.method == "GET" or status not in TO_GET:
        return Message(clean(url), message.method, message.body, message.headers, message.step)
    headers = tuple(pair for pair in message.headers if pair[0] != b"Content-Type")
    return Message(clean(url), "GET", b"", headers, message.step)


def check_form(url: str) -> None:
    """Raises Refused unless `url` is an http or https address with a host and without a login."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise Refused(url, "only http and https addresses with a host are fetched")
    if parts.username is not None or parts.password is not None:
        raise Refused(url, "an address with a name and password in it is not fetched")


def named(status: int) -> str:
    """`HTTP 404 Not Found`."""
    try:
        return f"HTTP {status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"
