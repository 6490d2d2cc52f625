"""What an address tells without knowing its product: the record's number, and the form that is kept."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from scraper.page import Kind
from scraper.stamp import slug

# Parameters that say nothing about which page is meant: sessions, tracking, switches of the view.
_IDLE = re.compile(
    r"(?i)(?:utm_\w+|fbclid|gclid|(?:j|php|asp\w*)?sess(?:ion)?(?:_?id)?|sid|cfid|cftoken|jsessionid|phpsessid"
    r"|print|druck\w*|lang|sprache|theme|layout|font\w*|tab|refresh|_|ts|timestamp|no_cache|chash|rnd|random)"
)
_SWITCHES = frozenset(("", "true", "false", "on", "off", "yes", "no"))
_SESSION = re.compile(r"(?i);(?:jsessionid|phpsessid|sid)=[^/?#]*")
# A port that the scheme has anyway.
_PORT = re.compile(r"^(https://[^/:?#]+):443(?=[/?#]|$)|^(http://[^/:?#]+):80(?=[/?#]|$)")
# Domino, and systems that number by UUID.
_HASH = re.compile(r"[0-9A-Fa-f]{16,40}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NUMBER = re.compile(r"(?=.*\d)[A-Za-z]{0,12}[._-]?\d[\w.-]{0,40}|(?=.*\d)[\w-]{1,40}")
_NAMED = re.compile(r"(?i)(?:id|nr|no|num|nummer|number|key|kennung|oid|uid)$")
_YEAR = re.compile(r"(?:19|20)\d\d")
# Words in the name of a parameter that say what it counts.
_WORDS = {
    Kind.AGENDA_ITEM: re.compile(r"(?i)to(?:p|lfd|nr)|item|punkt"),
    Kind.PAPER: re.compile(r"(?i)vo(?:r|lfd|nr)|paper|drucksache|dok|doc|antrag"),
    Kind.MEETING: re.compile(r"(?i)si(?:tz|lfd|nr)|meeting|termin|session"),
    Kind.FILE: re.compile(r"(?i)do(?:k|c|lfd|nr)|file|datei|anlage|attach"),
}
_SEGMENT = re.compile(r"(\d+|\d[\d_-]*\d|(?<![\d])[A-Za-z]{1,5}[_-]?\d{4,})")
_FILE = re.compile(r"[A-Za-z]{0,5}[_-]?(\d{4,})\.\w{2,5}")
_LONGEST = 80
_ROUNDS = 3


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """The address without fragment, session, tracking and switches of the view."""
    if ":443" in url or ":80" in url:
        url = _PORT.sub(r"\1\2", url)
    parts = urlsplit(url)
    if not parts.query and ";" not in parts.path:
        return url.partition("#")[0]
    pairs = filter(None, parts.query.split("&"))
    kept = [
        pair
        for pair in pairs
        if ("=" in pair and not _is_idle(*pair.split("=", 1))) or not ("=" in pair or pair.isdigit())
    ]
    return urlunsplit((parts.scheme, parts.netloc, _SESSION.sub("", parts.path), "&".join(kept), ""))


def _is_idle(name: str, value: str) -> bool:
    return _IDLE.fullmatch(name) is not None or value.casefold() in _SWITCHES


@lru_cache(maxsize=4096)
def number(url: str, kind: Kind | None = None, own: str = "") -> str:
    """The most telling number of an address, "" when it has none.

    A parameter that is named after the kind of page, else the first that is named like a number, else the
    only one that is one; failing those the last part of the path that is a number. `own`: the number of the
    page on which the address stands; it is nothing else's.
    """
    parts = urlsplit(url)
    values = [
        (name, value)
        for name, value in parse_qsl(parts.query)
        if _NUMBER.fullmatch(value) and value != own and not _IDLE.fullmatch(name)
    ]
    words = _WORDS.get(kind) if kind else None
    named = [pair for pair in values if _NAMED.search(pair[0])]
    told = [pair for pair in values if words and words.search(pair[0])]
    lone = [pair for pair in values if not _YEAR.fullmatch(pair[1]) and len(pair[1]) > 2]
    chosen = told or named or lone[:1]
    found = chosen[0][1] if chosen else _in_path(unquote(parts.path))
    return found if found != own else ""


def _in_path(path: str) -> str:
    """`/paper/details/7918`, `/top/7918/result`, `doc1006716.pdf`, `/vorlagen/2026-0042`."""
    segments = [segment for segment in path.split("/") if segment]
    in_file = False
    for segment in segments[:-4:-1]:
        if _HASH.fullmatch(segment):
            return segment
        match = (_FILE if "." in segment else _SEGMENT).fullmatch(segment)
        if match and not in_file:
            return match[1]
        in_file = in_file or "." in segment
        if any(map(str.isdigit, segment)) and not in_file:
            break
    return ""


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[-1]


def _names(query: str) -> list[str]:
    return [name for pair in query.split("&") if (name := pair.partition("=")[0])]


def is_calendar(url: str, day: dt.date) -> bool:
    """Whether an address names nothing but a day, its month or its year."""
    values = [value for _, value in parse_qsl(urlsplit(url).query) if value.isdigit()]
    return len(values) > 1 and {int(value) for value in values} <= {day.year, day.month, day.day}


class Names:
    """What the parameters of a page's addresses name, told by the addresses themselves.

    A parameter that alone makes an address of one program is the number of that program's pages. Beside
    another one in an address of a second program it only says where to scroll: it is left out there.
    """

    def __init__(self, own: str, urls: Iterable[str]) -> None:
        self._own = number(own)
        self._kept: dict[str, str] = {}
        self._home: dict[str, str] = {}
        asked = dict.fromkeys(canonical(url).partition("?")[::2] for url in (own, *urls) if "?" in url)
        every = [(_path(url), _names(query)) for url, query in asked]
        for _ in range(_ROUNDS):  # a parameter that is left alone names its program in turn
            before = len(self._home)
            for path, names in every:
                lone = [name for name in names if self._home.get(name, path) == path]
                if len(lone) == 1:
                    self._home.setdefault(lone[0], path)
            if len(self._home) == before:
                break

    def _names_own(self, pair: str) -> bool:
        """Whether a parameter only says from which page one comes."""
        return bool(self._own) and pair.partition("=")[2] == self._own

    def kept(self, url: str) -> str:
        """The canonical address without parameters that are the numbers of another program's pages."""
        if url not in self._kept:
            self._kept[url] = self._reduced(canonical(url))
        return self._kept[url]

    def _reduced(self, url: str) -> str:
        base, _, query = url.partition("?")
        pairs = query.split("&")
        if len(pairs) < 2:
            return url
        path = _path(base)
        own = [
            pair
            for pair in pairs
            if self._home.get(pair.partition("=")[0], path) == path and not self._names_own(pair)
        ]
        return f"{base}?{'&'.join(own)}" if any(map(str.isdigit, "".join(own))) else url


def native_id(url: str, kind: Kind, *named: str | None) -> str:
    """The id of a page's own record: its number, else a slug of what it is called, else of its address."""
    found = number(url, kind)
    if not found:
        found = next((word for name in named if (word := slug(name or ""))), "")
    if not found:
        found = slug(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return found[:_LONGEST].strip("-")
