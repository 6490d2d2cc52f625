"""What the addresses of SessionNet lead to. Programs exist as `.asp` and `.php`, with equal numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from scraper.address import Address, Addresses, Program
from scraper.dom import Node, attr
from scraper.page import Kind, Request, Window


def path(program: str) -> str:
    """The path of a program; a saved page without an address has only its last part."""
    return rf"(?:^|/){program}\.(?:asp|php)$"


# `__cpanr`: one of several bodies in one system (Mandant); `__cwpall`: of all election periods.
# A month is asked for with all parameters of the product's own menu: what is left out comes from the session.
_MONTH = ("__cpanr", "__cjahr", "__cmonat", "__canz", "__cselect")
_LIST = ("__cpanr", "__cselect", "__cfid", "__cjahr", "__cmonat", "__canz", "__osidat", "__ksigrnr",
         "__kgsgrnr", "__ctopic", "__kgrnr")  # fmt: skip
_PERIOD = ("__cpanr", "__cwpnr", "__cwpall")
_PAPERS = ("__cpanr", "__zvovanr", "__ivovanr", "__caktuell", "__cwpnr", "__cwpall")
ADDRESSES = Addresses(
    Program(Kind.START, r"(?:^|/)(?:(?:info\w*|default|index)\.(?:asp|php))?$"),
    Program(Kind.CALENDAR, path("si0040"), keeps=_MONTH),
    Program(Kind.CALENDAR, path("si004[16]"), keeps=_LIST),
    Program(Kind.CALENDAR, path("rssfeed"), keeps=("filter",)),
    Program(Kind.MEETING, path("(?:si005[067]|to004[05])"), "__ksinr"),
    Program(Kind.AGENDA_ITEM, path("to0050"), "__ktonr"),
    Program(Kind.AGENDA_ITEM, path("to0058"), "smctonr", keeps=("smcajax", "smcvooptions")),
    Program(Kind.PAPER, path("vo005[013]"), "__kvonr"),
    Program(Kind.PAPER, path("ag005[013]"), "__kagnr", "ag"),
    Program(Kind.PAPER_LIST, path("(?:vo004[02]|ag004[01])"), keeps=_PAPERS),
    Program(Kind.PAPER_LIST, path("do0040"), keeps=("__cpanr",)),
    Program(Kind.ORGANIZATION_LIST, path("gr0040"), keeps=_PERIOD),
    Program(Kind.ORGANIZATION, path("(?:kp004[02]|gr0054)"), "__kgrnr", keeps=("__cwpall",)),
    Program(Kind.PERSON_LIST, path("kp0041"), keeps=_PERIOD),
    Program(Kind.PERSON, path("(?:kp005[01]|pe0051)"), "__kpenr", keeps=("__cwpall",)),
    # SessionNet 6: the pages of a script's shell, and the interface that its data come from
    Program(Kind.CALENDAR, r"/api/v1/sitzungen$", keeps=("von", "bis")),
    Program(Kind.AGENDA_ITEM, r"/sitzungen/\d+(?:/tagesordnung)?/dokumente$"),
    Program(Kind.MEETING, r"/sitzungen/(?P<id>\d+)(?:/tagesordnung)?$"),
    Program(Kind.PAPER, r"/api/v1/vorlagen/(?P<id>\d+)$"),
    Program(Kind.ORGANIZATION_LIST, r"/api/v1/gremien$"),
)
API = "/api/v1/"
# Where the agenda of a meeting stands, the one with the most first; si0050 has the meeting without it.
AGENDAS = ("si0057", "si0056", "to0040", "si0050")
_PROGRAM = re.compile(r"([a-z]+\d*)\.(asp|php)$", re.I)


def program(url: str) -> str:
    """`si0057` of `…/si0057.php?__ksinr=1`; "" for what is no program."""
    match = _PROGRAM.search(urlsplit(url).path)
    return match[1].lower() if match else ""


def beside(url: str, name: str, query: str = "") -> str:
    """The address of another program of the same installation: `…/si0057.php` → `…/vo0050.php`."""
    parts = urlsplit(url)
    folder, _, last = parts.path.rpartition("/")
    match = _PROGRAM.search(last)
    ending = match[2] if match else "php"
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{name}.{ending}", query, ""))


def plain(address: Address) -> str:
    """An address as a person opens it: with the record's number and nothing else."""
    if not address.program.number:
        return address.url
    return address.url.partition("&")[0]


def expand(request: Request, window: Window) -> Iterable[Request]:
    """A calendar stands for its months within the window, a committee's list of meetings for its years."""
    name = program(request.url)
    if request.kind is Kind.PAPER and API in request.url:
        return ()  # a number without an address: neither the script nor its interface has a page of a paper
    if request.kind is not Kind.CALENDAR or "__cjahr=" in request.url:
        return (request,)
    if name == "si0040":
        return _months(request, window)
    if name in ("si0041", "si0046"):
        return _years(request, window)
    if request.url.endswith(API + "sitzungen"):
        return _spans(request, window)
    return (request,)


def _months(request: Request, window: Window) -> Iterator[Request]:
    glue = "&" if "?" in request.url else "?"
    for month in window.months():
        query = f"__cjahr={month.year}&__cmonat={month.month}&__canz=1&__cselect=0"
        yield replace(request, url=request.url + glue + query)


def _years(request: Request, window: Window) -> Iterator[Request]:
    glue = "&" if "?" in request.url else "?"
    base = re.sub(r"&?__(?:cmonat|canz)=\d+", "", request.url)
    for year in window.years():
        yield replace(request, url=f"{base}{glue}__cjahr={year}&__cmonat=1&__canz=12")


def _spans(request: Request, window: Window) -> Iterator[Request]:
    for first in window.months():
        last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
        yield replace(request, url=f"{request.url}?von={first.isoformat()}&bis={last.isoformat()}")


def fallback(request: Request) -> Iterable[Request]:
    """The next program that shows the same meeting: which ones are released differs from town to town."""
    name = program(request.url)
    if name in AGENDAS[:-1]:
        after = AGENDAS[AGENDAS.index(name) + 1]
        query = urlsplit(request.url).query
        return (replace(request, url=beside(request.url, after, query)),)
    return ()


# What a body of a system with several (Mandant) has of its own, with what asks for all of it.
_OWN = {"si0040": (Kind.CALENDAR, ""), "gr0040": (Kind.ORGANIZATION_LIST, "&__cwpall=1")}
_BODY = re.compile(r"[?&]__cpanr=([1-9]\d*)")


def mandates(url: str, links: Iterable[Node]) -> list[Request]:
    """The same list of every other body that a page's menu links; 0 stands for all of them.

    Only from a page that is of no body yet: every page repeats the whole menu.
    """
    if "__cpanr=" in url:
        return []
    own = program(url)
    names = [own] if own in _OWN else list(_OWN)
    numbers = dict.fromkeys(match[1] for link in links if (match := _BODY.search(attr(link, "href"))))
    return [
        Request(beside(url, name, f"__cpanr={number}{_OWN[name][1]}"), _OWN[name][0])
        for number in numbers
        for name in names
    ]
