"""Numbers, parts and groups of an agenda as council pages print them. Pure functions over printed values."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# "Ö 3.1", "N 10", "TOP 01", "Ö 12a", "Ö IV", "TOP Ö 4"; the mark says whether the item is public.
_NUMBER = re.compile(
    r"^(?:TOP\b[\s.:]*)?(?P<mark>(?:Ö|N|NÖ|nö|ö)\b)?\s*(?P<number>(?:\d|[IVXLC]+\b)[\w./-]*|[A-Za-z][.)]?)?$"
)
_MARKS = {"Ö": True, "ö": True, "N": False, "NÖ": False, "nö": False}
# "Öffentlicher Teil", "öffentlicher Teil (19:30 - 20:40 Uhr)", "Teil A (öffentlich)", "- öffentlich -",
# "A.) Öffentlicher Teil", "Tagesordnung: öffentlich"
_PART = re.compile(
    r"(?i)^[-–—*\s]*(?:[a-z\d]{1,4}[.)]{0,2}\s+|teil\s+\w+\W+|tagesordnung\s*[-–—:]?\s+)?"
    r"\(?(?P<closed>nicht[\s-]*)?(?:ö|oe)ffentlich(?:er|e|en)?\b"
    r"(?:\s+(?:teil|sitzung|sitzungsteil|tagesordnung\w*|beratung|tagesordnungspunkte))?"
)


class Number(NamedTuple):
    """A printed number without its mark (6.1; None when only the mark is printed) and what the mark says."""

    number: str | None
    public: bool | None


@lru_cache(maxsize=4096)
def number(printed: str) -> Number | None:
    """The number of an item; None for text that is none.

    `Ö 3.1` → 3.1, public; `N 10` → 10, not public; `TOP 01` → 01, not told.
    """
    match = _NUMBER.match(printed)
    if match is None:
        return None
    return Number(match["number"], _MARKS.get(match["mark"] or ""))


@lru_cache(maxsize=1024)
def part(printed: str) -> bool | None:
    """Whether a heading such as "Öffentlicher Teil" opens a public part; None for any other text."""
    match = _PART.match(printed)
    return None if match is None else not match["closed"]


def is_group(own: str | None, following: str | None, *, bare: bool) -> bool:
    """Whether an item is a group title without business.

    `bare`: it has neither page, paper nor result. A bare title without a number is one, and so is a bare
    number that the next item continues: 6 before 6.1. `own`, `following`: printed numbers.
    """
    if not bare:
        return False
    return own is None or (following or "").startswith(f"{own.rstrip('.')}.")
