"""What several pages tell about one record becomes one line: its own page wins, the others fill what it
leaves null or empty. The result depends on the contributions alone, not on the order of the crawl.
"""

from __future__ import annotations

import itertools
import json
import operator
from collections.abc import Iterable, Iterator
from typing import Any

from scraper.merging.contribution import RANK, Contribution
from scraper.merging.line import Line
from scraper.merging.past import is_empty
from scraper.merging.references import dump
from scraper.merging.takeover import sign


def merge(contributions: Iterable[Contribution]) -> Iterator[bytes]:
    """One JSON line (without line end) a record; `contributions` sorted by `contribution.sort_key`.

    The contribution of a record that only one page tells about passes through untouched.
    """
    for line in merged(contributions):
        yield line.json


def merged(contributions: Iterable[Contribution]) -> Iterator[Line]:
    """As `merge`, with what else is to be known of each record. ValueError: they are not sorted."""
    last: tuple[int, str] = (-1, "")
    by_record = operator.attrgetter("kind", "record_id")
    for (kind, record_id), group in itertools.groupby(contributions, by_record):
        place = (RANK[kind], record_id)
        if place <= last:
            raise ValueError(f"contributions are not sorted: {record_id} after {last[1]}")
        last = place
        told = sorted(group, key=lambda one: (not one.own, one.page_key))
        yield _merge_group(record_id, kind, told)


def _merge_group(record_id: str, kind: str, told: list[Contribution]) -> Line:
    first = told[0]
    line = Line(record_id, kind, first.own, first.json)
    if len(told) > 1 or kind == "meeting":
        tellings = [json.loads(one.json) for one in told]
        if kind == "meeting":
            line.signs = tuple(dict.fromkeys(filter(None, map(sign, tellings))))
        if len(told) > 1:
            line.json = dump(_one_record(tellings, own=first.own))
    return line


# "(ABGESAGT!!)" stands in the calendar's title only: the agenda's page, which does not print it, does
# not deny it.
_ONCE_TRUE = frozenset({"cancelled"})


def _one_record(tellings: list[dict[str, Any]], *, own: bool) -> dict[str, Any]:
    record: dict[str, Any] = {}
    warnings: dict[str, None] = {}
    extra: dict[str, str] = {}
    for telling in tellings:
        warnings.update(dict.fromkeys(telling["warnings"]))
        for label, value in telling["extra"].items():
            extra.setdefault(label, value)
        for key, value in telling.items():
            if key not in record or (is_empty(record[key]) and not is_empty(value)):
                record[key] = value
            elif key in _ONCE_TRUE and value:
                record[key] = True
    if not (own and tellings[0].get("deliberations")):
        record |= _gathered(tellings)
    return {**record, "warnings": list(warnings), "extra": extra}


def _gathered(tellings: list[dict[str, Any]]) -> dict[str, Any]:
    """The rows of several pages that tell one each, as OParl's consultations do; the same row is one."""
    told = [row for telling in tellings for row in telling.get("deliberations", ())]
    if not told:
        return {}
    rows = {json.dumps({**row, "order": 0}): row for row in told}.values()
    dates = {row["date"] for row in rows if row["date"]}
    numbered = [{**row, "order": order} for order, row in enumerate(rows, 1)]
    return {"deliberations": numbered, "deliberation_dates": sorted(dates)}
