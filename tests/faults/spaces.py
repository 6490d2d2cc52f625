"""Spaces without an end, and endpoints that break their own rules: cases 49 and 50."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from tests.faults.case import Case
from tests.faults.stage import Stage
from tests.faultserver import Received, ok

JSON = "application/json"
Change = Callable[[dict[str, Any], Received], object]
SECOND = re.compile(r"/papers\?page=2$")
PAPERS = re.compile(r"/papers(\?page=\d+)?$")


def document(stage: Stage, received: Received) -> dict[str, Any]:
    """The endpoint's own answer as a value."""
    found: dict[str, Any] = json.loads(stage.page(received).partition(b"\r\n\r\n")[2])
    return found


def changed(stage: Stage, where: re.Pattern[str], change: Change) -> Callable[[Received], bytes]:
    """All answers as they are, but those of addresses that fit are changed."""

    def answer(received: Received) -> bytes:
        if not where.search(received.path):
            return stage.page(received)
        told = document(stage, received)
        change(told, received)
        return ok(json.dumps(told).encode(), type=JSON)

    return answer


def back(told: dict[str, Any], received: Received) -> None:
    """The next page is the first."""
    told["links"]["next"] = told["links"]["first"]


def strange(told: dict[str, Any], received: Received) -> None:
    """Among the objects are things of other types."""
    told["data"] = ["x", None, 7, {"type": 7}, {"id": ["x"], "type": "x"}, *told["data"], []]


def without_zones(told: dict[str, Any], received: Received) -> None:
    """Dates without a time zone."""
    text = json.dumps(told)
    told.update(json.loads(re.sub(r'(T\d\d:\d\d:\d\d)(?:[+-]\d\d:\d\d|Z)"', r'\1"', text)))


def large(told: dict[str, Any], received: Received) -> None:
    """An object of 50 MB."""
    told["data"].append({"id": received.path, "type": "x:Unknown", "x:note": "x" * 50_000_000})


def endless(stage: Stage) -> None:
    """Behind the last page of a list there is always another: the run ends, and says why."""
    other = stage.endpoint
    folder = other.seasoned()
    last = max(int(path.partition("page=")[2]) for path in other.asked if "/papers?page=" in path)

    def answer(received: Received) -> bytes:
        head, _, number = received.path.partition("papers?page=")
        page = int(number or "1")
        if page < last:
            return other.page(received)
        asked = replace(received, path=f"{head}papers?page={last}")
        following = f"{other.server.url}{head}papers?page={page + 1}"
        told = document(other, asked) | {"pagination": {"currentPage": page}, "links": {"next": following}}
        return ok(json.dumps(told).encode(), type=JSON)

    with other.saying({}, answer):
        done = other.crawl(folder=folder, faults={"pages": 100})
    assert done.code == 3 and "without an end" in done.said, done.said
    other.same(folder, warnings=False)


def lists(where: re.Pattern[str], change: Change, codes: set[int], stage: Stage) -> None:
    """Lists that are changed; the records are the same, but for what is told of the list."""
    other = stage.endpoint
    folder = other.seasoned()
    with other.saying({}, changed(other, where, change)):
        done = other.crawl(folder=folder)
    assert done.code in codes, f"{done.code}: {done.said}"
    other.same(folder, warnings=False)


def broken(body: bytes, stage: Stage) -> None:
    """A page of a list is no JSON: it has failed, all else is there."""
    other = stage.endpoint
    folder = other.seasoned()
    with other.saying({path: ok(body, type=JSON) for path in other.asked if SECOND.search(path)}):
        done = other.crawl(folder=folder)
    assert done.code == 3, done.said
    assert done.report["pages"].get("failed") == 1, done.told
    other.same(folder)


def sessions(stage: Stage) -> None:
    """Twenty addresses of one page, each with another session: it is asked for once."""
    folder, link = stage.seasoned(), re.compile(rb'href="(au020\.asp\?AULFDNR=\d+)[&"]')

    def many(received: Received) -> bytes:
        body = stage.page(received).partition(b"\r\n\r\n")[2]
        if "au010.asp" not in received.path:
            return stage.page(received)
        found = link.search(body)
        assert found is not None, "a list without links"
        copies = b"".join(b'<a href="%s&sid=%d">x</a>' % (found[1], number) for number in range(20))
        return ok(body.replace(b"</body>", copies + b"</body>"))

    with stage.saying({}, many):
        done = stage.crawl(folder=folder)
    assert done.code == 0, done.said
    assert len(done.asked) == len(stage.asked), f"{len(done.asked)} requests, not {len(stage.asked)}"
    stage.same(folder)


CASES = (
    Case(49, "a list without an end", endless),
    Case(49, "twenty addresses of a page", sessions),
    *(Case(50, title, partial(lists, where, change, codes)) for title, where, change, codes in (
        ("the next page is the first", SECOND, back, {0, 3}),
        ("objects of other types", PAPERS, strange, {0, 3}),
        ("dates without a zone", re.compile("meetings"), without_zones, {0}))),
    Case(50, "an object of 50 MB", partial(lists, SECOND, large, {0, 3}), full=True),
    Case(50, "no JSON", partial(broken, b'{"data": ['), full=True),
    Case(50, "a page of HTML", partial(broken, b"<html><h1>Internal Server Error</h1></html>")),
)  # fmt: skip
