"""What a document is for, told by its printed name or the code on its icon: one table for all products."""

from __future__ import annotations

import re
from functools import lru_cache

from scraper.records import Role

# Printed name of a document → role; the first that matches.
ROLES: tuple[tuple[re.Pattern[str], Role], ...] = (
    (
        re.compile(
            r"(?i)sammeldokument|mit anlagen|im paket|aktenmappe|gesamtdokument|sitzungspaket|sitzungsmappe"
        ),
        "other",
    ),
    (re.compile(r"(?i)niederschrift|protokoll|\bnie\b|\bpro\d*\b"), "minutes"),
    (re.compile(r"(?i)einladung"), "invitation"),
    (re.compile(r"(?i)bekanntmachung|bekanntgabe"), "announcement"),
    (re.compile(r"(?i)tagesordnung|\bTO\b"), "agenda"),
    (re.compile(r"(?i)beschl(?:uss|uß|üsse)(?!vor|empf|antr)|auszug"), "resolution"),
)
# A name that ends so is a file's own: "Anlage 2.pdf".
_SIZE = re.compile(r"\s*\(\s*(?:ca\. )?\d+(?:[.,]\d+)*\s*(?:[KMG]i?)?B(?:yte)?s?\s*\)\s*$", re.IGNORECASE)


@lru_cache(maxsize=1024)
def role_of(name: str, default: Role = "other") -> Role:
    """The role that a document's printed name states."""
    return next((role for pattern, role in ROLES if pattern.search(name)), default)


def without_size(name: str) -> str:
    """A printed name without the size behind it: `Lageplan (1,2 MB)` → `Lageplan`."""
    return _SIZE.sub("", name) if name.endswith(")") else name
