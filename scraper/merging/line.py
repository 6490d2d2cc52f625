"""One record on its way into a file."""

from __future__ import annotations

from dataclasses import dataclass

from scraper.merging.takeover import Sign


@dataclass(slots=True)
class Line:
    """`json`: the record without a line end. `own`: its own page was read; `signs`: see takeover; `asks`:
    what it refers to for names that it does not tell."""

    record_id: str
    kind: str
    own: bool
    json: bytes
    signs: tuple[Sign, ...] = ()
    asks: tuple[str, ...] = ()
