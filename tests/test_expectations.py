"""What a run is judged by: each rule as it applies, and just not."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from statistics import median
from typing import Any

import pytest

from scraper.expectations import Evidence, Measures, active_days, reasons, shown
from scraper.merging.past import Change, Tally

DAY = dt.date(2026, 11, 25)


def tally(**counters: Any) -> Tally:
    return Tally(**{name: Counter(values) for name, values in counters.items()})


def told(**counters: Any) -> tuple[str, ...]:
    return reasons(Evidence(tally(**counters), DAY))


def test_nothing_is_nothing() -> None:
    assert told() == ()


@pytest.mark.parametrize(("lost", "of", "is_told"), [(3, 6, True), (3, 7, False), (2, 2, False)])
def test_a_value_that_many_records_lost(lost: int, of: int, is_told: bool) -> None:
    found = told(
        rewritten={"paper": of}, changed={("paper", "status"): lost}, lost={("paper", "status"): lost}
    )
    sentence = f"status is gone from {lost} of {of} papers read again: has the product changed?"
    assert found == ((sentence,) if is_told else ())


def test_only_stable_values_are_expected_to_stay() -> None:
    swapped = {"rewritten": {"paper": 8}, "changed": {("paper", "department"): 6, ("paper", "status"): 8}}
    assert told(**swapped) == ("department is another in 6 of 8 papers read again",)


def test_records_of_lists_are_told_as_such() -> None:
    found = told(rewritten={"meeting in a list": 4}, changed={("meeting in a list", "name"): 4})
    assert found == ("name is another in 4 of 4 meetings in a list read again",)


@pytest.mark.parametrize(
    ("known", "is_told"),
    [
        ({"ok": 7, "gone": 3}, True), ({"ok": 8, "gone": 3}, False), ({"ok": 2, "refused": 2}, False),
        ({"kept": 900, "ok": 5, "failed": 5}, True), ({"ok": 5, "generic": 5}, False),
    ],
)  # fmt: skip
def test_pages_that_cannot_be_had_any_more(known: dict[str, int], is_told: bool) -> None:
    papers = {("paper", how): count for how, count in known.items()}
    meetings = {("meeting", "ok"): 100}
    assert bool(reasons(Evidence(Tally(), DAY, known=papers | meetings))) == is_told


def test_records_that_no_page_tells() -> None:
    assert told(vanished={"meeting": 5}, rewritten={"meeting": 2, "meeting in a list": 3}) == (
        "5 meetings are told by no page any more; their last known records are kept",
    )
    assert told(vanished={"meeting": 4}) == ()
    assert told(vanished={"agenda_item": 14}) == (), "an agenda that is printed anew has other numbers"


def test_lists_that_shrink() -> None:
    lists = {"calendar": 6, "paper_list": 40}
    assert reasons(Evidence(Tally(), DAY, lists=lists, shrunk={"calendar": 3})) == (
        "3 of 6 calendars tell not even half of what they told before",
    )
    assert reasons(Evidence(Tally(), DAY, lists=lists | {"calendar": 7}, shrunk={"calendar": 3})) == ()


def measures(day: dt.date, new: int = 0, read: int = 10, filled: int = 9) -> Measures:
    return Measures(day.isoformat(), {"paper": new}, {"paper": read}, {"paper.department": filled})


@pytest.mark.parametrize(("filled", "is_told"), [(0, True), (3, True), (7, False), (9, False)])
def test_a_share_below_its_band(filled: int, is_told: bool) -> None:
    history = tuple(measures(DAY - dt.timedelta(n)) for n in range(1, 9))
    now = tally(own={"paper": 10}, filled={("paper", "department"): filled})
    found = reasons(Evidence(now, DAY, history))
    sentence = f"only {filled} of 10 papers have department, where 90% had it before"
    assert found == ((sentence,) if is_told else ())
    assert reasons(Evidence(now, DAY, history[:4])) == (), "too little was seen before"


def test_silence_is_measured_by_the_longest_time_without_anything_new() -> None:
    days = [DAY - dt.timedelta(n) for n in (40, 47, 54, 61, 68, 75, 82)]
    history = tuple(measures(day, new=3) for day in days)
    (reason,) = reasons(Evidence(Tally(), DAY, history))
    assert reason == f"no new paper since {days[0]}, where 7 days were the longest time without one"
    assert reasons(Evidence(Tally(), days[0] + dt.timedelta(28), history)) == ()
    assert reasons(Evidence(tally(new={"paper": 1}), DAY, history)) == ()
    assert reasons(Evidence(Tally(), DAY, history[:5])) == (), "too few times were seen"


def test_the_recess_is_no_silence() -> None:
    assert active_days(dt.date(2026, 6, 10), dt.date(2026, 9, 20)) == 9
    assert active_days(dt.date(2026, 12, 10), dt.date(2027, 1, 20)) == 9


def test_agendas_without_papers_and_past_ones_without_results() -> None:
    usual = {"agenda.a paper": 58, "past agenda.a result": 52}
    history = (Measures("2026-11-20", {}, {"agenda": 60, "past agenda": 60}, usual),)
    own = {"agenda": 12, "past agenda": 8}
    all_well = {("agenda", "a paper"): 11, ("past agenda", "a result"): 6}
    assert reasons(Evidence(tally(own=own, filled=all_well), DAY, history)) == ()
    lost = {("agenda", "a paper"): 1, ("past agenda", "a result"): 0}
    assert reasons(Evidence(tally(own=own, filled=lost), DAY, history)) == (
        "only 1 of 12 agendas have a paper, where 97% had it before",
        "only 0 of 8 past agendas have a result, where 87% had it before",
    )


SPRING = dt.date(2026, 6, 10)  # 28 days are 28 active ones back to January


def lively(*new: int) -> tuple[Measures, ...]:
    """A run a day up to yesterday; in the four weeks before SPRING, and those before, so many new papers."""
    days = enumerate(SPRING - dt.timedelta(n) for n in range(1, 28 * len(new)))
    return tuple(measures(day, new=new[at // 28] if at % 28 == 20 else 0) for at, day in days)


@pytest.mark.parametrize(
    ("times", "is_told"),
    [
        ((2, 20, 18, 25, 900), True), ((7, 20, 18, 25, 900), False), ((1, 20, 18), False),
        ((1, 9, 10, 8, 11), False), ((0, 20, 18, 25, 30), True),
    ],
)  # fmt: skip
def test_much_less_than_usual(times: tuple[int, ...], is_told: bool) -> None:
    """The first crawl brought 900: the median is what is usual. Fewer than twelve say nothing."""
    history = lively(*times)
    (told,) = reasons(Evidence(Tally(), SPRING, history)) or ("",)
    usual = round(median(times[1:]))
    sentence = f"only {times[0]} new papers in 28 days outside of the recess, where {usual} are usual"
    assert told == (sentence if is_told else "")
    assert reasons(Evidence(tally(new={"paper": 1}), SPRING, history)) == (), "with something new it ends"


def test_measures_survive_the_store() -> None:
    counted = tally(new={"paper": 2}, own={"paper": 3}, filled={("paper", "subject"): 3, ("paper", "url"): 3})
    kept = Measures.load(Measures.of(DAY, counted).dump())
    assert kept == Measures("2026-11-25", {"paper": 2}, {"paper": 3}, {"paper.subject": 3})


def test_a_run_that_is_gone_on_with_counts_on() -> None:
    before, now = tally(rewritten={"paper": 2}, lost={("paper", "status"): 1}), tally(rewritten={"paper": 3})
    now.add(before.dump())
    assert now == tally(rewritten={"paper": 5}, lost={("paper", "status"): 1})


def test_a_value_that_comes_is_no_other_value() -> None:
    """As when pages are let out that only lists told before."""
    counted = Tally()
    counted.took("paper", [Change("paper", "t:paper:1", "department", None, "Amt 61")], own=True)
    assert (counted.rewritten, counted.changed) == ({"paper": 1}, {})


def test_what_only_the_reader_changed_is_no_change_of_the_town() -> None:
    counted = Tally()
    change = Change("paper", "t:paper:1", "status", "offen", None)
    counted.took("paper", [replace(change, cause="reader")], own=True)
    assert (counted.rewritten, counted.lost) == ({"paper": 1}, {})
    counted.took("paper", [change], own=True)
    assert counted.lost == {("paper", "status"): 1}
    assert shown(counted) == {"paper": {"new": 0, "changed": 2, "vanished": 0, "gone": 0}}
