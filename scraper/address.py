"""What the links of a product lead to: kind of page, the record's number, and the one form that we keep."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from scraper.page import Kind

_PORTS = {"http": ":80", "https": ":443"}  # which say nothing: portals print them in every address of theirs
# The session of a Java server in the path, where a visitor takes no cookies: `to010;jsessionid=1A2B`.
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)


@dataclass(frozen=True)
class Program:
    """One kind of page.

    `path` finds it in an address's path (any case); its group `id`, where it has one, is the number.
    `number`: the query parameter that is the number, for programs that are told so. `letters` lead the
    native id where the product numbers several tables apart. `keeps`: further query parameters that choose
    another page; None keeps the query as it is printed.
    """

    kind: Kind
    path: str
    number: str = ""
    letters: str = ""
    keeps: tuple[str, ...] | None = ()


class Address(NamedTuple):
    """A taken-apart address. `url`: the kept form; `native_id`: "" for lists."""

    url: str
    kind: Kind
    native_id: str
    program: Program


class Addresses:
    """The programs of one product; the first whose path fits an address tells what it is."""

    def __init__(self, *programs: Program) -> None:
        self.programs = programs
        self._paths = [(re.compile(program.path, re.IGNORECASE), program) for program in programs]
        self.read = lru_cache(maxsize=4096)(self._read)

    def canonical(self, url: str) -> str:
        """The kept form; an address of no program only loses its fragment and a port that says nothing."""
        address = self.read(url)
        return address.url if address else _SESSION.sub("", without_port(url.partition("#")[0]))

    def pattern(self, kind: Kind) -> re.Pattern[str]:
        """Addresses of one kind of page, for a Route."""
        paths = [program for program in self.programs if program.kind is kind]
        return re.compile("|".join(f"(?:{_unnamed(program.path)})" for program in paths), re.IGNORECASE)

    def _read(self, url: str) -> Address | None:
        """What an absolute address leads to; None when it is no page of the product."""
        parts = urlsplit(without_port(_SESSION.sub("", url) if ";" in url else url))
        for path, program in self._paths:
            match = path.search(parts.path)
            if match is None:
                continue
            values = {name.casefold(): value for name, value in parse_qsl(parts.query)}
            found = match.groupdict().get("id") or ""
            if program.number:
                found = values.get(program.number.casefold(), "")
                if not found:
                    continue  # the program without its number is another page, or none
            query = _query(program, parts.query, values)
            kept = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
            return Address(kept, program.kind, program.letters + found if found else "", program)
        return None


def without_port(url: str) -> str:
    """The address without the port that its scheme has anyway."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    port = _PORTS.get(scheme)
    return f"{scheme}://{host.removesuffix(port)}{slash}{path}" if port and host.endswith(port) else url


def _query(program: Program, printed: str, values: dict[str, str]) -> str:
    if program.keeps is None:
        return printed
    names = ([program.number] if program.number else []) + list(program.keeps)
    return "&".join(f"{name}={values[name.casefold()]}" for name in names if values.get(name.casefold()))


def _unnamed(path: str) -> str:
    """Groups of the same name may not stand twice in one expression."""
    return re.sub(r"\(\?P<\w+>", "(?:", path)
