"""Why a record says what it says: for each value the page that told it, the place in that page, the rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from scraper.errors import RisError, UsageError
from scraper.evidence.rules import Explained, Rule, explain
from scraper.evidence.search import ENVELOPE, Found, Question, leaves
from scraper.merging.references import FILLS
from scraper.page import Page
from scraper.provenance import Answer, History, Origin, archived
from scraper.sandbox import Sandbox

NOT_TOLD = "null or empty: no page tells it"
CHANGED = "no page tells exactly this: made from several values, or changed since (see: ris verify)"
UNKNOWN = "no page in the state tells of this record any more; the archive keeps the older ones"
EACH = "each of them: FIELD {}"
PAGES = 20  # that are looked up in the archive, beside those that told a value


@dataclass(frozen=True)
class Told:
    """One page that tells about the record. `answer`: None when the archive cannot give it, for `fault`."""

    origin: Origin
    answer: Answer | None
    fault: str = ""


@dataclass(frozen=True)
class Value:
    """One value: where it comes from. `page`: index of the page that told it, None when none did."""

    asked: Question
    found: Found
    page: int | None = None
    word: str | None = None


@dataclass
class Why:
    """All that is known of a record's values. `pages`, `rules`: index of an origin → what the archive gives,
    and who reads it today; of a record that very many pages tell about not all are looked up."""

    history: History
    pages: dict[int, Told] = field(default_factory=dict)
    values: list[Value] = field(default_factory=list)
    rules: dict[int, Rule] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether the archive gives every page."""
        return not any(page.fault for page in self.pages.values())


def why(history: History, path: str = "") -> Why:
    """Explains the value at `path` (`status`, `deliberations.0.date`), or every field.

    A list or an object is explained value by value when it is asked for, and counted otherwise. Raises
    UsageError for a field that the record does not have.
    """
    asked = _asked(history.record, path)
    teller = {question.field: _teller(question, history) for question in asked}
    tellers = {at for at in teller.values() if at is not None}
    looked = sorted(tellers | set(range(min(PAGES, len(history.origins)))))
    result = Why(history, {index: _told(history.origins[index]) for index in looked})
    answers: dict[str, Value] = {}
    for index in sorted(tellers):
        mine = [question for question in asked if teller[question.field] == index]
        answers |= {value.asked.field: value for value in _explained(result, index, mine)}
    for one in asked:
        result.values.append(answers.get(one.field) or Value(one, Found(_unprinted(one, history))))
    return result


def _told(origin: Origin) -> Told:
    try:
        return Told(origin, archived(origin))
    except RisError as error:
        return Told(origin, None, str(error))


# ---- what is asked


def _asked(record: dict[str, Any], path: str) -> list[Question]:
    if not path:
        return [Question(key, value, record) for key, value in record.items() if key not in ENVELOPE]
    value, row = _at(record, path)
    return list(leaves(path, value, row)) or [Question(path, value, row)]


def _at(record: dict[str, Any], path: str) -> tuple[Any, dict[str, Any]]:
    """The value at a path and the object that holds it. Labels in `extra` may have dots of their own."""
    value: Any = record
    row, rest = record, path
    while rest:
        if isinstance(value, list):
            head, _, rest = rest.partition(".")
            if not (head.isdecimal() and int(head) < len(value)):
                raise UsageError(f"{path}: no row {head}; the rows are 0 to {len(value) - 1}")
            value = value[int(head)]
            continue
        keys = value if isinstance(value, dict) else {}
        key = next((key for key in keys if rest == key or rest.startswith(f"{key}.")), None)
        if key is None:
            there = ", ".join(keys) or "none"
            raise UsageError(f"{path}: the record has no such field; there are: {there}")
        row, value, rest = value, value[key], rest[len(key) + 1 :]
    return value, row


# ---- who tells it


def _teller(asked: Question, history: History) -> int | None:
    """The first page that tells this very value, else one that tells the row that it stands in."""
    if asked.value in (None, "", [], {}):
        return None
    for same in (_tells_value, _tells_row):
        for index, origin in enumerate(history.origins):
            if same(asked, origin.record):
                return index
    return None


def _tells_value(asked: Question, record: dict[str, Any]) -> bool:
    try:
        value, _ = _at(record, asked.field)
    except UsageError:
        return False
    return bool(value == asked.value and type(value) is type(asked.value))


def _tells_row(asked: Question, record: dict[str, Any]) -> bool:
    """Rows that several pages told are one list in the record, under new numbers."""
    rows = record.get(asked.field.partition(".")[0])
    return isinstance(rows, list) and any(
        row == asked.value or (isinstance(row, dict) and {**row, "order": 0} == {**asked.row, "order": 0})
        for row in rows
    )


def _unprinted(asked: Question, history: History) -> str:
    """Where a value comes from that no page of the record tells."""
    if asked.value in (None, "", [], {}):
        return NOT_TOLD
    if isinstance(asked.value, list):
        return EACH.format(asked.field)
    rows, _, key = asked.name.rpartition(".")
    for fill in FILLS.get(str(history.record.get("kind")), ()):
        via = fill.references(asked.row) if (fill.rows, fill.key) == (rows, key) else []
        if via:
            named = f"{' or '.join(fill.targets)} {', '.join(via)}"
            return f"filled in: the {fill.value} of the {named} ({fill.via})"
    if key == "deliberation_dates":
        return "the days of the deliberations"
    return CHANGED if history.origins else UNKNOWN


# ---- where it is printed


def _explained(result: Why, index: int, asked: list[Question]) -> Iterator[Value]:
    page, origin = result.pages[index], result.history.origins[index]
    if page.answer is None:
        return (Value(one, Found("the archived page cannot be read"), index) for one in asked)
    plain = tuple(one for one in asked if not isinstance(one.value, list | dict) or "votes" in one.field)
    try:
        rule, found = _searched(page.answer.page, str(origin.record["vendor"]), plain)
    except RisError as error:
        return (Value(one, Found(f"the page cannot be searched: {error}"), index) for one in asked)
    if rule is not None:
        result.rules[index] = rule
    return _values(asked, found, index)


def _values(asked: Iterable[Question], found: list[Explained], index: int) -> Iterator[Value]:
    answers = {one.asked.field: one for one in found}
    for one in asked:
        answer = answers.get(one.field)
        if answer is not None:
            yield Value(one, answer.found, index, answer.word)
        else:
            yield Value(one, Found(EACH.format(one.field)), index)


def _searched(page: Page, vendor: str, asked: tuple[Question, ...]) -> tuple[Rule | None, list[Explained]]:
    """In a child that can be killed: an archived page is as hostile as it was when it was fetched."""
    with Sandbox[tuple[Page, str, tuple[Question, ...]], tuple[Rule | None, list[Explained]]](_child) as box:
        return box.run((page, vendor, asked))


def _child(work: tuple[Page, str, tuple[Question, ...]]) -> tuple[Rule | None, list[Explained]]:
    return explain(*work)
