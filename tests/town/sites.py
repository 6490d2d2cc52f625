"""What a product's site of the town is: pages without a socket, and how they are found."""

from __future__ import annotations

import datetime as dt
import importlib
import pkgutil
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from .data import REFERENCE, council
from .truth import Truth

HTML = "text/html"


@dataclass(frozen=True)
class Asked:
    """A request. `path`: without the query; `form`: the body of a POST; `headers`: names in lower case."""

    method: str
    path: str
    query: str = ""
    form: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, str]:
        """The first value of every parameter of query and form, empty ones too."""
        given = "&".join(part for part in (self.query, self.form) if part)
        return {name: found[0] for name, found in parse_qs(given, keep_blank_values=True).items()}


@dataclass(frozen=True)
class Answer:
    """What goes back: body and further headers."""

    body: bytes
    status: int = 200
    media: str = HTML
    headers: tuple[tuple[str, str], ...] = ()


NOT_FOUND = Answer(b"<html><head><title>404</title></head><body>Not Found</body></html>", 404)


@dataclass
class Session:
    """A visitor's session. `fresh`: it begins with this request; `memory`: what the product keeps in it."""

    cookie: str
    token: str
    fresh: bool = True
    memory: dict[str, Any] = field(default_factory=dict)


class Site:
    """The town in one product's clothes.

    `prefix`: what all of its addresses begin with; the crawl is given the address of `start` below it.
    `cookie`: the name of the session's cookie, "" without sessions. `paging`: a part of addresses that stand
    for one page after the other of a session, and so are asked for more than once. `code`: what a complete
    crawl ends with.
    """

    prefix = "/"
    start = ""
    cookie = ""
    paging = ""
    code = 0

    def __init__(self, date: dt.date = REFERENCE) -> None:
        self.council = council(date)

    def robots(self) -> str:
        """robots.txt."""
        return "User-agent: *\nDisallow:\n"

    def answer(self, asked: Asked, session: Session) -> Answer:
        """What the product answers to one request below `prefix`."""
        raise NotImplementedError

    def truth(self, base: str) -> Truth:
        """What a crawl must give; `base`: the address of `prefix`, with a slash at its end."""
        raise NotImplementedError


@cache
def skins() -> dict[str, type[Site]]:
    """Name → site, of every package beside this module that has `SKINS`."""
    import tests.town as package

    found: dict[str, type[Site]] = {}
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg:
            found |= importlib.import_module(f"tests.town.{module.name}").SKINS
    return found


def make_site(skin: str, date: dt.date) -> Site:
    """The pages of one flavour of the town: "classic", "r", "cms" (ALLRIS 3), "sessionnet" …"""
    return skins()[skin](date)
