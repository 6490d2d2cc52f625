"""Which folder a word of the command line means: one that is there, or that of a source."""

from __future__ import annotations

from pathlib import Path

from scraper.errors import UsageError
from scraper.terminal.runs import OUTPUT


def folder_of(word: str) -> Path:
    """The output folder that `word` names: a folder, or the source that was crawled into `output/<source>`.

    UsageError when there is none, with the harvests that are there.
    """
    given = Path(word)
    for folder in (given, OUTPUT / word):
        if word and folder.is_dir():
            return folder
    there = sorted(path.parent.name for path in OUTPUT.glob("*/run.json"))
    known = f"there are: {', '.join(there)}" if there else f"nothing was crawled into {OUTPUT} yet"
    raise UsageError(f"{word or 'no source given'}: no harvest of that name and no such folder; {known}")
