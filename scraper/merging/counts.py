"""What was exported, in numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from scraper.merging.line import Line

_NO_WARNINGS = b'"warnings":[]'
_UNKNOWN, _UNREAD = "unknown_label:", "unread:"


@dataclass
class Counts:
    """What was exported.

    `records`: kind → lines. `warnings`: code → (how often, URL of one example). `own`: records that were
    read from their own page; `unlabelled`: those of them with an unknown label; `unread`: those whose page
    prints what no record holds. `aliases`: id given up → id that took over.
    """

    records: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, tuple[int, str]] = field(default_factory=dict)
    own: int = 0
    unlabelled: int = 0
    unread: int = 0
    aliases: dict[str, str] = field(default_factory=dict)

    def see(self, line: Line) -> None:
        """One more line."""
        self.records[line.kind] = self.records.get(line.kind, 0) + 1
        self.own += line.own
        if _NO_WARNINGS in line.json:  # a quote inside a string is escaped: this is the key itself
            return
        record = json.loads(line.json)
        for code in record["warnings"]:
            self._warn(code, 1, record["url"] or record["id"])
        self.unlabelled += line.own and any(code.startswith(_UNKNOWN) for code in record["warnings"])
        self.unread += line.own and any(code.startswith(_UNREAD) for code in record["warnings"])

    def add(self, other: Counts) -> None:
        """The lines that another one counted, which come after those counted here."""
        for kind, count in other.records.items():
            self.records[kind] = self.records.get(kind, 0) + count
        for code, (count, example) in other.warnings.items():
            self._warn(code, count, example)
        self.own += other.own
        self.unlabelled += other.unlabelled
        self.unread += other.unread

    def _warn(self, code: str, times: int, example: str) -> None:
        count, first = self.warnings.get(code, (0, example))
        self.warnings[code] = (count + times, first)

    def dump(self) -> dict[str, Any]:
        """As JSON; see `load`."""
        return {name: value for name, value in vars(self).items() if value}

    @classmethod
    def load(cls, values: dict[str, Any]) -> Counts:
        """Of `dump`."""
        warnings = {code: (count, first) for code, (count, first) in values.get("warnings", {}).items()}
        return cls(**{**values, "warnings": warnings})
