"""A fixture's expected.json beside what was read from its page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .compare import differences, strings
from .truth import Record, fold

_KEY = re.compile(r"(?i)(vo|si|to|kp|au|fr|pa)lfdnr$")


def check(expected: dict[str, Any], records: list[Record], links: Iterable[tuple[str, str]]) -> list[str]:
    """Every difference; `links`: (kind of page, address). Records are matched by kind, in printed order."""
    problems = [*_records(expected, records), *_phrases(expected, records)]
    found = {f"{kind}:{native(url)}" for kind, url in links}
    problems += [f"link {want}: lacks" for want in expected.get("links", ()) if _bare(want) not in found]
    return problems


def _records(expected: dict[str, Any], records: list[Record]) -> Iterator[str]:
    for kind in dict.fromkeys(want["kind"] for want in expected["records"]):
        wants = [want for want in expected["records"] if want["kind"] == kind]
        haves = [have for have in records if have["kind"] == kind]
        if len(haves) < len(wants) or (len(haves) > len(wants) and not expected.get("partial")):
            yield f"{kind}: expected {len(wants)}, found {len(haves)}"
        for number, (want, have) in enumerate(zip(wants, haves, strict=False), 1):
            yield from (f"{kind} {number}: {line}" for line in differences(want, have))


def _phrases(expected: dict[str, Any], records: list[Record]) -> Iterator[str]:
    body = fold(" ".join(record.get("text") or "" for record in records))
    everything = fold(" ".join(text for record in records for text in strings(record)))
    yield from (f"text lacks {p!r}" for p in expected.get("text_contains", ()) if fold(p) not in body)
    yield from (f"holds {p!r}" for p in expected.get("text_excludes", ()) if fold(p) in everything)


def _bare(link: str) -> str:
    """organization:au31 → organization:31: the address names the table by its program."""
    kind, _, number = link.partition(":")
    return f"{kind}:{re.sub(r'^[a-z]{2}(?=[0-9]+$)', '', number)}"


def native(url: str) -> str:
    """The record's number in an address, else the program."""
    for key, value in parse_qsl(urlsplit(url).query):
        if _KEY.match(key):
            return value
    return urlsplit(url).path.rsplit("/", 1)[-1]
