"""JSON objects hand out typed values, and what nobody could read stays to be told."""

from __future__ import annotations

import datetime as dt

import pytest

from scraper.objects import Object

READABLE = {
    "name": "Bauausschuss",
    "day": "2026-03-04",
    "at": "2026-03-04T18:00:00+01:00",
    "count": "12",
    "open": "true",
}


def test_what_is_read_is_taken() -> None:
    thing = Object(READABLE)
    assert thing.text("name") == "Bauausschuss"
    assert thing.date("day") == dt.date(2026, 3, 4)
    assert thing.moment("at") == "2026-03-04T18:00:00+01:00"
    assert thing.number("count") == 12
    assert thing.flag("open") is True
    assert thing.rest() == {}


@pytest.mark.parametrize("value", [None, "", "N/A", "-", [], {}])
def test_nothing_is_taken_as_such(value: object) -> None:
    thing = Object(dict.fromkeys(READABLE, value))
    found = [
        thing.text("name"), thing.date("day"), thing.moment("at"), thing.number("count"), thing.flag("open"),
    ]  # fmt: skip
    assert found == [None] * 5
    assert thing.rest() == {}


def test_what_is_of_another_type_is_no_value_and_stays() -> None:
    thing = Object(
        {"name": {"de": "Rat"}, "day": "bald", "at": "2026-03-04", "count": "zwölf", "open": "vielleicht"}
    )
    found = [
        thing.text("name"), thing.date("day"), thing.moment("at"), thing.number("count"), thing.flag("open"),
    ]  # fmt: skip
    assert found == [None] * 5
    assert set(thing.rest()) == {"name", "day", "at", "count", "open"}


def test_another_reading_of_the_same_key_takes_it() -> None:
    thing = Object({"start": "2026-03-04"})
    assert thing.moment("start") is None
    assert thing.date("start") == dt.date(2026, 3, 4)
    assert thing.rest() == {}


def test_signs_that_only_look_like_digits_are_no_number() -> None:
    assert Object({"count": "²"}).number("count") is None
