"""The output of a crawl beside the town's truth, as lines that name every difference."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from .truth import Record, Truth, fold

FILES = ("papers", "meetings", "agenda_items", "organizations", "persons", "memberships")
SPECIAL = {"kind", "native", "text_contains"}
ADDRESSES = {"url", "form", "id", "source", "snapshot", "warnings", "meeting_id"}


def read(folder: Path) -> list[Record]:
    """All records of an output folder."""
    lines = (
        line
        for name in FILES
        if (folder / f"{name}.jsonl").exists()
        for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()
    )
    return [json.loads(line) for line in lines]


def compare(
    folder: Path, truth: Truth, since: dt.date | None = None, until: dt.date | None = None
) -> list[str]:
    """Every record and field in which `folder` differs from the town; empty when all is right.

    A record outside the window may be there or not. One that the town does not know at all is a difference.
    """
    found: dict[tuple[str, ...], Record] = {}
    problems: list[str] = []
    for record in read(folder):
        key = identity(record)
        if key in found:
            problems.append(f"{' '.join(key)}: there twice")
        found[key] = record
        problems += forbidden(key, record, truth.excluded)
    known = {identity(record) for record in truth.records()}
    problems += [f"{' '.join(key)}: not in the town" for key in found if key not in known]
    for want in truth.expected(since, until):
        key = identity(want)
        if key in found:
            problems += [f"{' '.join(key)}: {line}" for line in differences(want, found[key])]
        else:
            problems.append(f"{' '.join(key)}: missing")
    return problems


def identity(record: Record) -> tuple[str, ...]:
    """Kind and native number; a membership is its person, its body and its role."""
    if record["kind"] == "membership":
        who = record["person_url"] or record["person"] or ""
        return ("membership", address(who), address(record["organization_url"]), record["role"] or "")
    native = record["native"] if "native" in record else record["id"].split(":", 2)[-1]
    if record["kind"] == "meeting" and not native.isdigit():  # printed without a number
        return ("meeting", record["date"], record["name"])
    return (record["kind"], native)


def address(url: str) -> str:
    """An address with its query in order."""
    parts = urlsplit(url)
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return f"{parts.scheme}://{parts.netloc}{parts.path}?{query}" if parts.scheme else url


def forbidden(key: tuple[str, ...], record: Record, phrases: Iterable[str]) -> Iterator[str]:
    """Phrases of menus and tooltips in any value."""
    everything = fold(" ".join(strings(record)))
    for phrase in phrases:
        if phrase in everything:
            yield f"{' '.join(key)}: holds {phrase!r}"


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in ADDRESSES and not key.endswith("_url"):
                yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def differences(want: Record, have: Record) -> Iterator[str]:
    """The fields of one record that are not as they should be."""
    text = fold(have.get("text") or "")
    for line in want.get("text_contains", ()):
        if line not in text:
            yield f"text: lacks {line!r}"
    for key, value in want.items():
        if key not in SPECIAL:
            yield from field(key, value, have.get(key))


def field(key: str, want: Any, have: Any) -> Iterator[str]:
    if key == "extra":
        for name, value in want.items():
            yield from field(f"extra.{name}", value, (have or {}).get(name))
    elif key == "meeting_id":
        have = (have or "").split(":", 2)[-1]
        if have != want:
            yield f"meeting_id: expected {want!r}, found {have!r}"
    elif key == "attachments":
        yield from attachments(want, have or [])
    elif isinstance(want, list) and want and isinstance(want[0], dict):
        yield from rows(key, want, have or [])
    elif isinstance(want, dict) and isinstance(have, dict):
        for name in want:
            yield from field(f"{key}.{name}", want[name], have.get(name))
    elif not same(key, want, have):
        yield f"{key}: expected {want!r}, found {have!r}"


def rows(key: str, want: list[Record], have: list[Record]) -> Iterator[str]:
    if len(want) != len(have):
        yield f"{key}: expected {len(want)} rows, found {len(have)}"
    for n, (one, other) in enumerate(zip(want, have, strict=False), 1):
        for name in one:
            yield from field(f"{key}[{n}].{name}", one[name], other.get(name))


def attachments(want: list[Record], have: list[Record]) -> Iterator[str]:
    """In any order: a file is known by its name."""
    names = {one["name"]: one for one in have}
    yield from (
        f"attachments: {name!r} is not of the town" for name in names if name not in {w["name"] for w in want}
    )
    if len(names) != len(have):
        yield "attachments: one is there twice"
    for one in want:
        if one["name"] not in names:
            yield f"attachments: lacks {one['name']!r}"
            continue
        for name in one:
            yield from field(f"attachments.{name}", one[name], names[one["name"]].get(name))


def same(key: str, want: Any, have: Any) -> bool:
    if want in (None, "", [], {}) or have in (None, "", [], {}):
        return want in (None, "", [], {}) and have in (None, "", [], {})
    if isinstance(want, str) and isinstance(have, str):
        return address(want) == address(have) if key.endswith("url") else fold(want) == fold(have)
    return bool(want == have) and isinstance(have, bool) == isinstance(want, bool)
