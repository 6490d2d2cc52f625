"""A run in one line, from what its `run.json` holds: the last line on stderr and the first of a ping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scraper.spans import duration


def summary(document: Mapping[str, Any]) -> str:
    """`ok: 1,040 records (12 new, 3 changed), 96 requests (41 not modified), 2 min`."""
    return f"{document['verdict']}: {', '.join(_parts(document))}"


def _parts(document: Mapping[str, Any]) -> Iterator[str]:
    news = ", ".join(f"{count:,} {what}" for what, count in changes(document).items() if count)
    yield _counted(sum(document["records"].values()), "record") + (f" ({news})" if news else "")
    crossed = traffic(document)
    if crossed:
        same = crossed.get("not_modified", 0)
        yield _counted(crossed["requests"], "request") + (f" ({same:,} not modified)" if same else "")
        yield duration(crossed["seconds"])


def _counted(count: float, what: str) -> str:
    return f"{count:,.0f} {what}{'' if count == 1 else 's'}"


def changes(document: Mapping[str, Any]) -> dict[str, int]:
    """Records of all kinds that are new, changed or gone since the crawl before."""
    kinds = document.get("changes", {}).values()
    return {what: sum(one.get(what, 0) for one in kinds) for what in ("new", "changed", "gone")}


def traffic(document: Mapping[str, Any]) -> dict[str, float]:
    """What crossed the wire, by name; the sum of both ways of a town that was crawled by both."""
    ways = [*document.get("ways", {}).values(), document]
    found = [way["traffic"] for way in ways if way.get("traffic")]
    names = dict.fromkeys(name for one in found for name in one)
    return {name: sum(one.get(name, 0) for one in found) for name in names}
