"""A state file as the first version wrote it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

LATER = (
    "ALTER TABLE requests DROP COLUMN address",
    "ALTER TABLE requests DROP COLUMN headers",
    "ALTER TABLE runs DROP COLUMN measures",
    "ALTER TABLE pages DROP COLUMN checked_at",
    "DROP TABLE missing",
    "DROP TABLE blocks",
    "DROP TABLE touched",
    "DROP INDEX contributions_own",
    "DROP INDEX pages_rescued",
)  # fmt: skip


def made_old(state: Path) -> None:
    """Takes all that later versions added out of a file."""
    with contextlib.closing(sqlite3.connect(state)) as db:
        for statement in (*LATER, "PRAGMA user_version=1"):
            db.execute(statement)
        db.commit()
