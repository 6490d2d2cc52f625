"""Lists of attachments in extracted text: the panel above the body and the table below it."""

from __future__ import annotations

import re

from scraper import text
from scraper.records import Attachment

# "Anlagen: keine" says that there are none.
NONE = frozenset({"keine", "keine.", "ohne", "entfällt"})
_TABLE_HEAD = re.compile(r"(?:(?:Nr\.?|Status|Name|Original|Größe|Dateiname)\s*)+")
_ROW = r"(?:\d{1,3}\.?\s+|[-*•]\s*)?(?:(?:nicht)?öffentlich\s+)?"
_SIZE = r"\s*\(\d+(?:[.,]\d+)?\s*[KMG]?B\)"
_ENDING = r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|txt|zip|jpe?g|png|tiff?|dwg)"
_FILE = re.compile(rf"{_ROW}(?P<name>\S.*?){_SIZE}", re.IGNORECASE)
_NAMED = re.compile(rf"{_ROW}(?P<name>\S.*{_ENDING})", re.IGNORECASE)
# The longest name in a panel; what is longer, or ends like a sentence, is the body.
_LONGEST = 200


def table(printed: list[str]) -> tuple[tuple[Attachment, ...], int]:
    """The files at the start of the lines, known by a size or an ending, and how many lines they take."""
    found: list[Attachment] = []
    taken = 0
    for number, line in enumerate(printed):
        match = _FILE.fullmatch(line) or _NAMED.fullmatch(line)
        if match:
            found.append(_attachment(match["name"]))
        elif line and not (_TABLE_HEAD.fullmatch(line) and not found):
            break
        taken = number + 1 if match else taken
    return tuple(found), taken


def panel(printed: list[str]) -> tuple[tuple[Attachment, ...], int]:
    """The names between the jump list and the body, and how many lines they take."""
    found: list[Attachment] = []
    for number, line in enumerate(printed):
        if len(line) > _LONGEST or line.endswith((".", ":", "!", "?", ";")):
            return tuple(found), number
        if line and not _TABLE_HEAD.fullmatch(line):
            match = _FILE.fullmatch(line)
            found.append(_attachment(match["name"] if match else line))
    return tuple(found), len(printed)


def _attachment(name: str) -> Attachment:
    return Attachment(name=text.clean(name), role="attachment")
