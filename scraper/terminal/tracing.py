"""What `ris why` and `ris show` print: where a value was read, and the archived page."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from typing import Any

from scraper import dom, objects
from scraper.errors import PageError, RisError
from scraper.explaining import UNKNOWN, Told, Value, Why
from scraper.explaining import why as explained
from scraper.page import Page
from scraper.provenance import Answer, History, archived
from scraper.terminal.console import OK, PARTIAL, complain, inert, inert_json, table
from scraper.terminal.named import record

_STEPS = 4  # of a place in the table of all fields
LONGEST = 60  # characters of a value or a printed text in a table
RIGHT = "as it was written"  # the archived bytes have the hash that the store has noted


def why(word: str, field: str, output: str, *, as_json: bool) -> int:
    """Explains a record or one of its values; 3 when a page of it is missing or damaged in the archive."""
    result = explained(record(word, output), field)
    if as_json:
        _put(json.dumps(_object(result), ensure_ascii=False))
        return OK if result.whole else PARTIAL
    for lines in (_single if field and len(result.values) == 1 else _all)(result):
        sys.stdout.write(lines + "\n")
    for page in result.pages.values():
        if page.fault:
            complain(page.fault)
    return OK if result.whole else PARTIAL


def _put(line: str) -> None:
    sys.stdout.write((inert_json(line) if sys.stdout.isatty() else line) + "\n")


# ---- tables


def _single(result: Why) -> Iterator[str]:
    """One value, with all that is known of it."""
    value = result.values[0]
    yield inert(f"{result.history.id}  {value.asked.field} = {_short(value.asked.value, 4 * LONGEST)}")
    yield ""
    yield table([*_printed(value), *_rule(result, value)])
    for index in _order(result, value.page):
        yield ""
        yield table(_page(result, index, value))


def _printed(value: Value) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("found", value.found.how)]
    for one in value.found.prints:
        rows += [
            ("printed", _short(one.text, 4 * LONGEST)),
            ("label", one.label or "none"),
            ("place", one.place),
        ]
    return rows


def _rule(result: Why, value: Value) -> list[tuple[str, ...]]:
    rule = result.rules.get(value.page) if value.page is not None else None
    if rule is None:
        return []
    rows: list[tuple[str, ...]] = [("rule", f"{rule.product}, page of kind {rule.page}: {rule.function}")]
    if value.word:
        rows.append(("", f"the label stands for {value.word} in the vocabulary"))
    return rows


def _order(result: Why, first: int | None) -> list[int]:
    """The pages, the one that told the value before the others."""
    return sorted(result.pages, key=lambda index: (index != first, index))


def _page(result: Why, index: int, value: Value | None = None) -> list[tuple[str, ...]]:
    told = result.pages[index]
    page = told.origin.telling.page
    head = "its own page" if told.origin.telling.told.own else "told by"
    rows: list[tuple[str, ...]] = [
        (head, page.url),
        ("fetched", f"{page.fetched_at}, read by version {page.parser}"),
    ]
    if value is not None and index != value.page:
        key = value.asked.field.partition(".")[0]
        rows.append(("tells", f"{key} = {_short(told.origin.record.get(key))}"))
    if told.answer is not None:
        rows.append(("archive", f"{told.answer.file}, offset {told.answer.offset}"))
    rows.append(("sha256", f"{page.snapshot.removeprefix('sha256:')}, {_state(told)}"))
    return rows


def _state(told: Told) -> str:
    return RIGHT if told.answer is not None else "not in the archive any more"


def _all(result: Why) -> Iterator[str]:
    """A line a value, then the pages with their numbers."""
    yield inert(result.history.id)
    yield ""
    rows = [("field", "value", "page", "printed", "place")]
    for value in result.values:
        first = value.found.prints[0] if value.found.prints else None
        number = "" if value.page is None else str(value.page + 1)
        printed = f"{_short(first.text)} ({value.found.how})" if first else value.found.how
        rows.append(
            (
                value.asked.field,
                _short(value.asked.value),
                number,
                printed,
                _brief(first.place if first else ""),
            )
        )
    yield table(rows)
    for index in result.pages:
        yield ""
        yield table([(f"page {index + 1}", ""), *_page(result, index), *_reader(result, index)])
    if more := len(result.history.origins) - len(result.pages):
        yield f"\n… and {more} more pages that tell about it"


def _brief(place: str) -> str:
    """Where it begins and where it ends."""
    steps = place.split(" > ")
    return place if len(steps) <= _STEPS else " > ".join([steps[0], "…", *steps[1 - _STEPS :]])


def _reader(result: Why, index: int) -> list[tuple[str, ...]]:
    rule = result.rules.get(index)
    return [("rule", f"{rule.product}, page of kind {rule.page}: {rule.function}")] if rule else []


def _short(value: Any, longest: int = LONGEST) -> str:
    if isinstance(value, list) and value:
        return "1 entry" if len(value) == 1 else f"{len(value)} entries"
    told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = f'"{" ".join(told.split())}"' if isinstance(value, str) else told
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


# ---- for programs


def _object(result: Why) -> dict[str, Any]:
    return {
        "id": result.history.id,
        "pages": [_page_object(result, index) for index in result.pages],
        "fields": [_value_object(value) for value in result.values],
    }


def _page_object(result: Why, index: int) -> dict[str, Any]:
    told, rule = result.pages[index], result.rules.get(index)
    page, answer = told.origin.telling.page, told.answer
    return {
        "page": index + 1,
        "url": page.url,
        "own": told.origin.telling.told.own,
        "fetched_at": page.fetched_at,
        "parser": page.parser,
        "snapshot": page.snapshot,
        "file": str(answer.file) if answer else None,
        "offset": answer.offset if answer else None,
        "fault": told.fault or None,
        "rule": dataclasses.asdict(rule) if rule else None,
    }


def _value_object(value: Value) -> dict[str, Any]:
    return {
        "field": value.asked.field,
        "value": value.asked.value,
        "page": None if value.page is None else value.page + 1,
        "found": value.found.how,
        "printed": [dataclasses.asdict(one) for one in value.found.prints],
        "vocabulary": value.word,
    }


# ---- the page itself


def show(word: str, output: str, *, html: bool) -> int:
    """Prints the archived page of a record as text, or its bytes."""
    answer = _answer(record(word, output))
    if html:
        sys.stdout.flush()
        sys.stdout.buffer.write(answer.page.content)
        sys.stdout.buffer.flush()
        return OK
    page = answer.page
    head = f"{page.url}  {page.fetched_at:%Y-%m-%dT%H:%M:%SZ}  {page.snapshot}  {answer.file}"
    sys.stdout.write(f"{inert(head)}\n\n")
    for line in _readable(page):
        sys.stdout.write(inert(line) + "\n")
    return OK


def _answer(known: History) -> Answer:
    """The page that counts most."""
    if not known.origins:
        raise RisError(f"{known.id}: {UNKNOWN}")
    return archived(known.origins[0])


def _readable(page: Page) -> Iterator[str]:
    """The lines of a page; one that is no text is told so."""
    if objects.is_json(page):
        yield from json.dumps(objects.read(page), ensure_ascii=False, indent=2).splitlines()
        return
    try:
        body = dom.visible(dom.read(page))
    except PageError as error:
        yield error.reason
        return
    yield from dom.lines(body)
