"""Calendar entries without a number give way to the meeting that later appears under one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

Sign = tuple[str, str]  # date, folded name
_UNNUMBERED = re.compile(r":meeting:\d{4}-\d\d-\d\d-")


def is_unnumbered(record_id: str) -> bool:
    """True for an id that the calendar's date and title stand in for (`<date>-<slug>`)."""
    return _UNNUMBERED.search(record_id) is not None


def sign(record: dict[str, Any]) -> Sign | None:
    """What two entries of the same meeting have in common; None without a date or a name."""
    date, name = record.get("date"), record.get("name")
    return (str(date), " ".join(str(name).casefold().split())) if date and name else None


def takeovers(meetings: Iterable[tuple[str, Iterable[Sign]]]) -> Iterator[tuple[str, str]]:
    """Pairs of an unnumbered id and the numbered id that takes over.

    `meetings`: id and signs of each. Where two numbered meetings bear the same sign, the smaller id wins.
    """
    numbered: dict[Sign, str] = {}
    unnumbered: list[tuple[str, tuple[Sign, ...]]] = []
    for record_id, signs in meetings:
        if is_unnumbered(record_id):
            unnumbered.append((record_id, tuple(signs)))
            continue
        for one in signs:
            numbered[one] = min(record_id, numbered.get(one, record_id))
    for record_id, signs in unnumbered:
        for one in signs:
            if one in numbered:
                yield record_id, numbered[one]
                break
