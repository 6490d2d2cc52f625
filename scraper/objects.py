"""JSON answers as objects: values by type, and every key is taken by somebody or told.

Systems send "N/A" and "" for nothing, an object where a list is due, null in lists, numbers as strings, raw
control characters. What has another type than it should is no value; its key stays among the rest.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from scraper import dom, german, text
from scraper.errors import BrokenPageError
from scraper.page import Page

_NOTHING = frozenset({"", "n/a", "null", "none", "-"})
_LONGEST = max(map(len, _NOTHING))
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d)?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?")


def read(page: Page) -> Any:
    """The JSON of an answer; BrokenPageError says where it ends being one."""
    source = dom.source_of(page)
    try:
        return json.loads(source, strict=False)
    except (ValueError, RecursionError) as error:
        where = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise BrokenPageError(page.url, f"the answer is no JSON{where}") from None


def is_json(page: Page) -> bool:
    """Whether the bytes begin as a JSON object or list."""
    return page.content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


class Object:
    """One JSON object. What is asked for is taken; `rest` tells what nobody took."""

    __slots__ = ("_taken", "values")

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self._taken: set[str] = set()

    def take(self, key: str) -> Any:
        """The value as it stands, None without one."""
        self._taken.add(key)
        return self.values.get(key)

    def text(self, *keys: str) -> str | None:
        """The first of the keys that holds a word or a number, as one line."""
        found: str | None = None
        for key in keys:
            printed = _printed(self.take(key))
            found = found or printed
        return found

    def flag(self, key: str) -> bool | None:
        """True, False, also as 1, 0, "true" and "0"; None for anything else."""
        value = self.take(key)
        if isinstance(value, bool):
            return value
        return {"1": True, "true": True, "0": False, "false": False}.get(str(value).casefold())

    def number(self, key: str) -> int | None:
        """A whole number, also written as a string."""
        value = self.take(key)
        if isinstance(value, bool):
            return None
        if isinstance(value, int):
            return value
        return int(value) if isinstance(value, str) and value.strip().isdigit() else None

    def date(self, key: str) -> dt.date | None:
        """The day of a date or a moment; a moment in UTC is of the day that it is in Berlin."""
        value = self.take(key)
        if not isinstance(value, str):
            return None
        at = moment(value)
        return at.date() if at else german.date(value[:10])

    def moment(self, key: str) -> str | None:
        """RFC 3339 with the Europe/Berlin offset; None for a day alone."""
        value = self.take(key)
        at = moment(value) if isinstance(value, str) else None
        return at.isoformat(timespec="seconds") if at else None

    def strings(self, key: str) -> list[str]:
        """The words of a list, or of a single value."""
        return [printed for value in _listed(self.take(key)) if (printed := _printed(value))]

    def objects(self, key: str) -> list[Object]:
        """The objects of a list, or a single one where a list is due."""
        return [Object(value) for value in _listed(self.take(key)) if isinstance(value, dict)]

    def one(self, key: str) -> Object | None:
        """An object, the first of a list where one is due."""
        return next(iter(self.objects(key)), None)

    def rest(self, known: Collection[str] = ()) -> dict[str, str]:
        """Key → printed value of what nobody took and is not among the known; empty values tell nothing."""
        return {
            key: printed
            for key, value in self.values.items()
            if key not in self._taken and key not in known and (printed := _shown(value))
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)


def moment(printed: str) -> dt.datetime | None:
    """A point in time in Berlin; without an offset it is Berlin's own clock. None for anything else."""
    match = _MOMENT.fullmatch(printed.strip())
    if match is None:
        return None
    offset = (match[3] or "").replace("Z", "+00:00")
    try:
        at = dt.datetime.fromisoformat(f"{match[1]}T{match[2]}{offset}")
        return at.astimezone(german.ZONE) if offset else at.replace(tzinfo=german.ZONE)
    except (ValueError, OverflowError):
        return None


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _printed(value: Any) -> str | None:
    """A word or a number as one line; None for nothing and for what is neither."""
    if not isinstance(value, str):
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    printed = text.clean(value)
    return None if len(printed) <= _LONGEST and printed.casefold() in _NOTHING else printed


def _shown(value: Any) -> str | None:
    """What stands in `extra`."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False) if value else None
    return str(value).lower() if isinstance(value, bool) else _printed(value)
