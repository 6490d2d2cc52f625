"""The session cookies of one crawl: host-only, bounded, and plain enough to survive a crash as JSON.

A council system keeps the position of a list in its session, so the cookie is part of the state of a crawl.
`Domain` attributes are not honoured: a cookie goes back to the host that set it and to no other (RFC 6265
without public suffixes and without sharing).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from scraper.wire.headers import http_date

MAX_SIZE = 4096  # RFC 6265 §6.1

_NAME = re.compile(r"[!#-'*+\-.0-9A-Z^-z|~]+")
_VALUE = re.compile(r"[\x20-\x3a\x3c-\x7e\x80-\xff]*")
_MAX_AGE = re.compile(r"-?[0-9]{1,15}")


@dataclass(frozen=True)
class Cookie:
    """`expires`: seconds since 1970, None for the length of the session."""

    host: str
    name: str
    value: str
    path: str = "/"
    secure: bool = False
    expires: float | None = None


class Jar:
    """Keeps at most `limit` cookies; the oldest goes first."""

    def __init__(self, limit: int = 100) -> None:
        self._limit = limit
        self._cookies: dict[tuple[str, str, str], Cookie] = {}

    def take(self, url: str, values: Iterable[str], now: dt.datetime) -> None:
        """Stores what the `Set-Cookie` values of an answer from `url` say; malformed ones are ignored."""
        for value in values:
            cookie = parse(url, value, now)
            if cookie is not None:
                self._put(cookie, now.timestamp())

    def header(self, url: str, now: dt.datetime) -> str:
        """The `Cookie` value for a request to `url`, longest path first; "" when there is none."""
        if not self._cookies:
            return ""
        parts = urlsplit(url)
        fitting = [
            cookie
            for cookie in self._cookies.values()
            if cookie.host == parts.hostname
            and _covers(cookie.path, parts.path or "/")
            and (parts.scheme == "https" or not cookie.secure)
            and (cookie.expires is None or cookie.expires > now.timestamp())
        ]
        fitting.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in fitting)

    def dump(self) -> list[dict[str, Any]]:
        """All cookies as JSON-able values, for `load`."""
        return [asdict(cookie) for cookie in self._cookies.values()]

    def load(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Replaces all cookies by those of `dump`; rows that are no cookies are ignored."""
        self.clear()
        for row in rows:
            try:
                cookie = Cookie(**row)
            except TypeError:
                continue
            if _sane(cookie):
                self._put(cookie, 0.0)

    def clear(self) -> None:
        """Forgets all cookies: the next answer begins a new session."""
        self._cookies.clear()

    def _put(self, cookie: Cookie, now: float) -> None:
        key = (cookie.host, cookie.path, cookie.name)
        if cookie.expires is not None and cookie.expires <= now:
            self._cookies.pop(key, None)
            return
        self._cookies[key] = cookie
        while len(self._cookies) > self._limit:
            del self._cookies[next(iter(self._cookies))]


def parse(url: str, value: str, now: dt.datetime) -> Cookie | None:
    """The cookie that a `Set-Cookie` value from `url` means; None when it is malformed or too large."""
    pair, *rest = value.split(";")
    name, equals, content = pair.partition("=")
    parts = urlsplit(url)
    if not equals or len(value) > MAX_SIZE:
        return None
    given = {}
    for item in rest:
        key, _, text = item.partition("=")
        given[key.strip().lower()] = text.strip()
    path = given.get("path", "")
    cookie = Cookie(
        host=parts.hostname or "",
        name=name.strip(),
        value=content.strip(),
        path=path if path.startswith("/") else _default_path(parts.path),
        secure="secure" in given,
        expires=_expiry(given, now),
    )
    return cookie if _sane(cookie) else None


def _expiry(given: Mapping[str, str], now: dt.datetime) -> float | None:
    age = given.get("max-age", "")
    if _MAX_AGE.fullmatch(age):
        return now.timestamp() + int(age)
    moment = http_date(given["expires"]) if "expires" in given else None
    return moment.timestamp() if moment else None


def _sane(cookie: Cookie) -> bool:
    texts = (cookie.host, cookie.name, cookie.value, cookie.path)
    if not all(isinstance(text, str) for text in texts):
        return False
    if not isinstance(cookie.expires, int | float | None) or not cookie.host:
        return False
    return bool(_NAME.fullmatch(cookie.name) and _VALUE.fullmatch(cookie.value))


def _covers(own: str, path: str) -> bool:
    return path == own or (path.startswith(own) and (own.endswith("/") or path[len(own)] == "/"))


def _default_path(path: str) -> str:
    folder = path.rpartition("/")[0]
    return folder if folder.startswith("/") else "/"
