"""ALLRIS 3 addresses: programs, their identifiers, and the one form of an address that we keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit, urlunsplit

from scraper.page import Kind

# program stem → kind of page, identifying parameter, letters that lead the native id.
# The tables number apart: committee 25 and faction 25 are two organizations.
PROGRAMS: dict[str, tuple[Kind, str, str]] = {
    "vo020": (Kind.PAPER, "VOLFDNR", ""),
    "to010": (Kind.MEETING, "SILFDNR", ""),
    "to020": (Kind.AGENDA_ITEM, "TOLFDNR", ""),
    "au020": (Kind.ORGANIZATION, "AULFDNR", "au"),
    "fr020": (Kind.ORGANIZATION, "FRLFDNR", "fr"),
    "pa020": (Kind.ORGANIZATION, "PALFDNR", "pa"),
    "kp020": (Kind.PERSON, "KPLFDNR", ""),
    "si010": (Kind.CALENDAR, "", ""),
    "vo040": (Kind.PAPER_LIST, "", ""),
    "au010": (Kind.ORGANIZATION_LIST, "", ""),
    "fr010": (Kind.ORGANIZATION_LIST, "", ""),
    "pa010": (Kind.ORGANIZATION_LIST, "", ""),
    "pa021": (Kind.ORGANIZATION_LIST, "", ""),
    "kp040": (Kind.PERSON_LIST, "", ""),
    "kp041": (Kind.PERSON_LIST, "", ""),
    "pa000": (Kind.START, "", ""),
    "allris.net": (Kind.START, "", ""),
}
_LIST = (Kind.START, "", "")
# What nearly every link and form of a record is, absolute or as printed; the rest is taken apart by the book.
_PATH = r"([a-z]{2}\d{3})(?:_[a-z]+)?\.asp"
_QUERY = r"(?:\?([A-Z]+|topSelected)=(\d+)(?:&(?:TOLFDNR|BES|options|topSelected)=\d+)*)?(?:#\w+)?"
_RECORD = re.compile(rf"(https?://[a-z\d.:-]+(?:/[\w-]+)*/{_PATH}){_QUERY}", re.ASCII)
_PRINTED = re.compile(rf"((?:/(?:[\w-]+/)*)?{_PATH}){_QUERY}", re.ASCII)
_TAME = re.compile(r"(https?://[a-z\d.:-]+(/[\w./-]*)?)(?:\?([\w.=&%+-]*))?(?:#\w*)?", re.ASCII)
# Query parameters that choose another page of a program; None: all but the noise, as printed, for
# filters differ (`au010.asp?T1=Aussch%FCsse&SORTVON=1&SORTBIS=400` is one of several lists of bodies).
_KEPT: dict[Kind, tuple[str, ...] | None] = {
    Kind.CALENDAR: ("MM", "YY", "GRA", "PALFDNR"),
    Kind.PAPER_LIST: ("shownext",),
    Kind.START: ("PALFDNR",),
    Kind.ORGANIZATION_LIST: None,
    Kind.PERSON_LIST: None,
}
_NOISE = re.compile(r"(?i)^(?:toggleMenu|refresh|SORT|BES|selfaction|print|options|topSelected)(?:=|$)")
_PROGRAM = re.compile(r"(?:^|/)([a-z]{2}\d{3}|allris\.net)(_[a-z]+)?\.asp$", re.IGNORECASE)
_NAMED = re.compile(r"([a-z]{2}\d{3}|allris\.net)(?:_[a-z]+)?\.asp", re.IGNORECASE)
_PLAIN = re.compile(r"[\w.]+(?:\.asp\b|/)")
_WEB_SERVICE = re.compile(r"(?i)selfaction=ws\b")


class Address(NamedTuple):
    """A taken-apart ALLRIS 3 address. `native_id` is "" for lists; `url` is the kept form."""

    url: str
    kind: Kind
    native_id: str
    program: str


@lru_cache(maxsize=4096)
def read(url: str, form: tuple[tuple[str, str], ...] = ()) -> Address | None:
    """Take apart an absolute address and the hidden fields of a form; None when it is no record or list.

    A link `to010.asp?SILFDNR=1&TOLFDNR=2#beschluss` and a form with the hidden field SILFDNR=1 are the
    same page. Parameter names come in any case.
    """
    match = _RECORD.fullmatch(url)
    return (_record(match, "", dict(form)) if match else None) or _read(url, form)


def follow(base: str, printed: str, hidden: Callable[[], dict[str, str]]) -> Address | None:
    """`read` of an address as the page at `base` prints it; `hidden`: the fields of a form."""
    match = _PRINTED.fullmatch(printed)
    if match is None:
        named = _NAMED.findall(printed)
        if named and not any(program.lower() in PROGRAMS for program in named):
            return None
        return read(join(base, printed), tuple(hidden().items()))
    if match[2] not in PROGRAMS:
        return None
    folder, host = _places(base)
    found = _record(match, host if printed[0] == "/" else folder, hidden()) if folder else None
    return found or read(join(base, printed), tuple(hidden().items()))


def _record(match: re.Match[str], before: str, form: dict[str, str]) -> Address | None:
    place, program, name, number = match.groups()
    kind, parameter, letters = PROGRAMS.get(program, _LIST)
    if not parameter or name not in (parameter, "topSelected", None):
        return None
    found = form.get(parameter) or (number if name == parameter else "")
    if not found.isdigit():
        return None
    return Address(f"{before}{place}?{parameter}={found}", kind, letters + found, program)


def _read(url: str, form: tuple[tuple[str, str], ...]) -> Address | None:
    place, path, query = _parts(url)
    program = _PROGRAM.search(path)
    if program is None or _WEB_SERVICE.search(query):
        return None
    known = PROGRAMS.get(program[1].lower())
    if known is None:
        return None
    kind, parameter, letters = known
    values = {name.upper(): value for name, value in (*_pairs(query), *form)}
    if parameter:
        number = values.get(parameter, "")
        if not number.isdigit():
            return None
        kept, native = f"{parameter}={number}", letters + number
    else:
        kept, native = _list_query(kind, query, values), ""
    return Address(f"{place}?{kept}" if kept else place, kind, native, program[1])


def _parts(url: str) -> tuple[str, str, str]:
    """(address without its query, path, query)."""
    tame = _TAME.fullmatch(url)
    if tame is not None:
        return tame[1], tame[2] or "", tame[3] or ""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")), parts.path, parts.query


def _pairs(query: str) -> list[tuple[str, str]]:
    if "%" in query or "+" in query:
        return parse_qsl(query)
    halves = (pair.partition("=") for pair in query.split("&"))
    return [(name, value) for name, _, value in halves if value]


def _list_query(kind: Kind, raw: str, values: dict[str, str]) -> str:
    kept = _KEPT[kind]
    if kept is None:
        return "&".join(pair for pair in raw.split("&") if pair and not _NOISE.match(pair))
    return "&".join(f"{name}={_number(values[name.upper()])}" for name in kept if values.get(name.upper()))


def _number(value: str) -> str:
    """`09` and `9` are the same month."""
    return str(int(value)) if value.isdigit() else value


def canonical(url: str) -> str:
    """The kept form of any address of the product; others only lose their fragment."""
    address = read(url)
    return address.url if address else url.partition("#")[0]


def join(base: str, href: str) -> str:
    """`urljoin` with a short way for plain links, which nearly all are: `vo020.asp?…`, `/bi/vo020.asp?…`."""
    href = href.strip()
    folder, host = _places(base)
    if folder and _PLAIN.match(href):
        return folder + href
    return host + href if host and href.startswith("/") and not href.startswith("//") else urljoin(base, href)


@lru_cache(maxsize=1024)
def _places(base: str) -> tuple[str, str]:
    """(folder, host) to put before a relative and an absolute path."""
    parts = urlsplit(base)
    if not parts.netloc:
        return "", ""
    return base.partition("?")[0].rpartition("/")[0] + "/", f"{parts.scheme}://{parts.netloc}"
