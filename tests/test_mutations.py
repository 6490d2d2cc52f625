"""No small change of a page's markup is read wrongly in silence: all fixtures, mutant by mutant."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from scraper import vendors
from scraper.page import Page
from scraper.parser import EPOCH
from tests.mutations import judged

FIXTURES = Path(__file__).parents[1] / "fixtures"


def _cases() -> Iterator[Path]:
    for expected in sorted(FIXTURES.glob("*/*/expected.json")):
        vendor = expected.parent.parent.name
        if vendor in vendors.names() and "error" not in json.loads(expected.read_text("utf-8")):
            yield expected.parent


CASES = list(_cases())
COUNTS: Counter[str] = Counter()


def _page(case: Path) -> Page:
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    content = next(case.glob("page.*")).read_bytes()
    return Page(meta.get("url") or "", content, meta.get("content_type", ""), EPOCH)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_no_mutant_is_read_wrongly_in_silence(case: Path) -> None:
    found = list(judged(_page(case), vendors.load(case.parent.name)))
    COUNTS["mutants"] += len(found)
    COUNTS["told"] += sum(told for _, told in found)
    assert [what for what, told in found if not told] == []


def test_the_rate_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """The rate over everything that ran before, for whoever reads the log."""
    with capsys.disabled():
        rate = COUNTS["told"] / COUNTS["mutants"] if COUNTS["mutants"] else 1.0
        print(f"\nmutants told or right: {COUNTS['told']:,} of {COUNTS['mutants']:,} = {rate:.2%}")
    assert rate == 1.0
