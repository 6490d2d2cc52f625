"""Calendar exports: times, escapes, folded lines, and what is no event."""

from __future__ import annotations

import datetime as dt

import pytest

from scraper import icalendar


def calendar(*lines: str, end: str = "\r\n") -> str:
    """A calendar of one event with these lines."""
    return end.join(
        ("BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", "BEGIN:DAYLIGHT", "DTSTART:19700329T020000", "END:DAYLIGHT",
         "END:VTIMEZONE", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", "")
    )  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "day", "start"),
    [
        ("DTSTART;TZID=Europe/Berlin:20261103T163000", dt.date(2026, 11, 3), "2026-11-03T16:30:00+01:00"),
        ("DTSTART:20260703T163000", dt.date(2026, 7, 3), "2026-07-03T16:30:00+02:00"),
        ("DTSTART:20261231T233000Z", dt.date(2027, 1, 1), "2027-01-01T00:30:00+01:00"),
        ("DTSTART;VALUE=DATE:20261103", dt.date(2026, 11, 3), None),
    ],
)
def test_times_are_berlin_s(printed: str, day: dt.date, start: str | None) -> None:
    (event,) = icalendar.events(calendar(printed, "SUMMARY:Rat"))
    assert (event.day, event.start, event.end) == (day, start, None)


def test_an_end_counts_unless_it_is_the_start() -> None:
    start = "DTSTART;TZID=Europe/Berlin:20261103T230000"
    (late,) = icalendar.events(calendar(start, "DTEND;TZID=Europe/Berlin:20261104T001500"))
    (none,) = icalendar.events(calendar(start, "DTEND;TZID=Europe/Berlin:20261103T230000"))
    assert (late.end, none.end) == ("2026-11-04T00:15:00+01:00", None)


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_values_are_unescaped_and_unfolded(end: str) -> None:
    lines = ("DTSTART:20260703T163000", "SUMMARY;LANGUAGE=de:Ausschuss für Bau\\, Verkehr", " \\; Umwelt",
             "LOCATION:Rathaus, Saal, ", "DESCRIPTION:Eins\\n\\nZwei: drei")  # fmt: skip
    (event,) = icalendar.events(calendar(*lines, end=end))
    assert event.line("SUMMARY") == "Ausschuss für Bau, Verkehr; Umwelt"
    assert event.line("LOCATION") == "Rathaus, Saal"
    assert event.values["DESCRIPTION"] == "Eins\n\nZwei: drei"
    assert event.line("URL") == ""


def test_an_event_without_a_day_is_none() -> None:
    assert list(icalendar.events(calendar("SUMMARY:Rat"))) == []
    assert list(icalendar.events(calendar("DTSTART:20261331T100000"))) == []


def test_a_calendar_is_whole_when_it_ends() -> None:
    whole = calendar("DTSTART:20260703T163000")
    assert icalendar.is_whole(whole)
    assert not icalendar.is_whole(whole[:-20])
    assert not icalendar.is_whole("<html></html>")
