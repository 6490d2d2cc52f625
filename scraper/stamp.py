"""The envelope of a record: the keys that say what it is, whence it comes and who read it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any

from scraper import __version__
from scraper.page import Page

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens: `Ausschuss für Bäder` → `ausschuss-fuer-baeder`."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_UMLAUTS))
    return _NOT_WORD.sub("-", folded.encode("ascii", "ignore").decode()).strip("-")


def iso(moment: dt.datetime) -> str:
    """RFC 3339 in UTC, to the second: `2026-11-25T04:00:00Z`."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def record_id(page: Page, kind: str, native_id: str) -> str:
    """The id of a record read from `page`: `musterau:paper:4711`."""
    return f"{page.source_name}:{kind}:{native_id}"


def stamp(page: Page, kind: str, native_id: str, vendor: str) -> dict[str, Any]:
    """Keys `id`, `source`, `vendor`, `fetched_at`, `snapshot`, `parser` of a record read from `page`."""
    return {
        "id": record_id(page, kind, native_id),
        "source": page.source_name,
        "vendor": vendor,
        "fetched_at": iso(page.fetched_at),
        "snapshot": page.snapshot,
        "parser": __version__,
    }
