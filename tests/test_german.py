"""Dates, times, states, roles, outcomes and votes against the corpora in tests/data and the gold records."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper import agenda, german
from scraper.address import Addresses, Program
from scraper.page import Kind
from scraper.records import Votes

DATA = Path(__file__).parent / "data"
PAGES = Path(__file__).parents[2] / "shared" / "pages"


def rows(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text("utf-8").split("\n")
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("row", rows("outcomes.tsv"), ids=lambda row: row[0])
def test_outcome(row: list[str]) -> None:
    wanted = {"-": (None, True), "?": (None, False)}.get(row[1], (row[1], True))
    assert german.outcome(row[0]) == wanted


def test_outcome_of_nothing_is_no_result() -> None:
    assert german.outcome(None) == (None, True)


def test_outcome_folds_blanks_and_composes_letters() -> None:
    assert german.outcome("  ungea\u0308ndert\u00a0 beschlossen\n") == ("adopted", True)


def test_outcome_of_a_long_text_is_unknown() -> None:
    assert german.outcome("beschlossen " + "und weiter beraten " * 20) == (None, False)


@pytest.mark.parametrize("row", rows("votes.tsv"), ids=lambda row: row[0])
def test_votes(row: list[str]) -> None:
    cells = [*row, "", "", "", "", ""]
    counts = {
        name: int(cell)
        for name, cell in zip(("yes", "no", "abstain", "recused"), cells[1:5], strict=True)
        if cell.isdigit()
    }
    unanimous = {"T": True, "F": False}.get(cells[5])
    wanted = None if cells[1] == "none" else Votes(**counts, unanimous=unanimous)
    assert german.votes(cells[0]) == wanted


def test_votes_of_nothing() -> None:
    assert german.votes(None) is None


def test_votes_with_fixed_blanks() -> None:
    assert german.votes("Ja:\u00a020, Nein:\u00a04") == Votes(yes=20, no=4, unanimous=False)


@pytest.mark.parametrize("row", rows("dates.tsv"), ids="|".join)
def test_date(row: list[str]) -> None:
    wanted = None if row[1] == "-" else dt.date.fromisoformat(row[1])
    assert german.date(row[0], us="us" in row[2:]) == wanted


def test_date_with_fixed_blank() -> None:
    assert german.date("07.07.2026\u00a0") == dt.date(2026, 7, 7)


def test_dates_in_printed_order() -> None:
    text = "30.06.2021, 31.02.2021 und 1. März 2020"
    assert german.dates(text) == [dt.date(2021, 6, 30), dt.date(2020, 3, 1)]


def test_a_number_that_is_no_day_stays_in_the_text() -> None:
    day = dt.date(2025, 11, 3)
    assert german.moments("Mo 03.11.2025 18:00 Uhr") == ("", (day,), (dt.time(18),))
    assert german.moments("66.12.03") == ("66.12.03", (), ())


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("16:00 - 17:39", "16:00", "17:39"),
        ("16:30", "16:30", None),
        ("18:00 (öffentlich ab 18:00)", "18:00", None),
        ("18:00 - 21:00 (öffentlich ab 18:30)", "18:00", "21:00"),
        ("öffentlicher Teil (19:30 - 20:40 Uhr)", "19:30", "20:40"),
        ("18.00 Uhr", "18:00", None),
        ("18.00", "18:00", None),
        ("16.00 - 17.39", "16:00", "17:39"),
        ("ab 17 Uhr", "17:00", None),
        ("17 - 19 Uhr", "17:00", "19:00"),
        ("17:00 bis 19:00 Uhr", "17:00", "19:00"),
        ("18:30-20:03\u00a0Uhr", "18:30", "20:03"),
        ("Beginn: 17:00 Uhr, Ende: 19:00 Uhr", "17:00", "19:00"),
        ("02:00 PM", "14:00", None),
        ("12:00 AM", "00:00", None),
        ("9:05", "09:05", None),
        ("16:00:30", "16:00", None),
        ("22:00 - 24:00", "22:00", "00:00"),
        ("Di, 29.09.2026 16:30 Uhr", "16:30", None),
        ("31.12.14, 08:48", "08:48", None),
        ("2026-07-07T18:00:00+02:00", "18:00", None),
        ("", None, None),
        ("25:00", None, None),
        ("15.02.2022", None, None),
        ("Raum 17", None, None),
        ("im Anschluss", None, None),
    ],
)
def test_times(text: str, start: str | None, end: str | None) -> None:
    wanted = tuple(dt.time.fromisoformat(part) if part else None for part in (start, end))
    assert german.times(text) == wanted


@pytest.mark.parametrize(
    ("day", "text", "start", "end"),
    [
        ("2026-07-07", "18:00", "2026-07-07T18:00:00+02:00", None),
        ("2026-01-07", "18:00 - 20:00", "2026-01-07T18:00:00+01:00", "2026-01-07T20:00:00+01:00"),
        ("2026-12-31", "22:00 - 01:10", "2026-12-31T22:00:00+01:00", "2027-01-01T01:10:00+01:00"),
        ("2026-03-28", "22:00 - 04:00", "2026-03-28T22:00:00+01:00", "2026-03-29T04:00:00+02:00"),
        ("2026-10-24", "22:00 - 24:00", "2026-10-24T22:00:00+02:00", "2026-10-25T00:00:00+02:00"),
        ("2026-10-24", "", None, None),
    ],
)
def test_span(day: str, text: str, start: str | None, end: str | None) -> None:
    assert german.span(dt.date.fromisoformat(day), text) == (start, end)


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        ("öffentlich", True),
        ("öffentlich (Vorlage freigegeben)", True),
        ("Öffentlicher Vorgang", True),
        ("Öffentlicher Teil", True),
        ("Ö", True),
        ("nichtöffentlich", False),
        ("nicht öffentlich", False),
        ("nicht-öffentlich", False),
        ("Nichtöffentlicher Teil:", False),
        ("NÖ", False),
        ("öffentlich/nichtöffentlich", None),
        ("ö / nö", None),
        ("gemischt (Sitzung eingeladen)", None),
        ("teilöffentlich", None),
        ("terminiert", None),
        ("", None),
        (None, None),
    ],
)
def test_is_public(status: str | None, wanted: bool | None) -> None:
    assert german.is_public(status) is wanted


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        ("Entscheidung", True),
        ("zur Entscheidung", True),
        ("Beschlussfassung", True),
        ("Beschlußfassung", True),
        ("beschließend", True),
        ("Vorberatung", False),
        ("zur Vorberatung", False),
        ("Anhörung", False),
        ("Empfehlung", False),
        ("Kenntnisnahme", False),
        ("Information zur Kenntnis", False),
        ("Beratung", False),
        ("Einbringung", False),
        ("1. Lesung", False),
        ("2. Lesung", None),
        ("zur Senatsberatung", None),
        ("Information", None),
        ("Verweisung in die Gremien", None),
        ("", None),
        (None, None),
    ],
)
def test_authoritative(role: str | None, wanted: bool | None) -> None:
    assert german.authoritative(role) is wanted


@pytest.mark.parametrize(
    "title",
    [
        "ENTFÄLLT! Sitzung des Bauausschusses",
        "ENTFÄLLT - Sportausschuss",
        "AUSFALL - Ortschaftsrat Musterau",
        "Sitzung des Rates (ABGESAGT!!)",
        "Die Sitzung des Werkausschusses fällt aus.",
        "Sitzung fällt leider aus",
        "Rat - abgesagt",
        "Absage: Hauptausschuss",
        "Hauptausschuss (Ausfall)",
        "Die Sitzung findet nicht statt",
        "Ausfall der Sitzung des Rates",
    ],
)
def test_is_cancelled(title: str) -> None:
    assert german.is_cancelled(title)


@pytest.mark.parametrize(
    "title",
    [
        "Sitzung des Rates",
        "Ausfallbürgschaft für den Sportverein",
        "Sondersitzung zum Ausfall der Heizung",
        "Ausfall von Unterricht",
        "Umgang mit abgesagten Veranstaltungen",
        "Beirat für Zufälle",
        "",
    ],
)
def test_is_not_cancelled(title: str) -> None:
    assert not german.is_cancelled(title)


def results(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "result" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from results(part)


@pytest.mark.parametrize(
    ("heading", "public"),
    [
        ("Öffentlicher Teil", True),
        ("ÖFFENTLICHER TEIL:", True),
        ("- öffentlich -", True),
        ("A.) Öffentlicher Teil", True),
        ("I. Öffentlicher Teil", True),
        ("Tagesordnung: öffentlich", True),
        ("Tagesordnung - nicht öffentlicher Teil", False),
        ("B.) Nichtöffentlich", False),
        ("Tagesordnung", None),
        ("Beratung", None),
    ],
)
def test_part_of_an_agenda(heading: str, public: bool | None) -> None:
    assert agenda.part(heading) is public


def test_a_port_that_says_nothing_is_no_part_of_an_address() -> None:
    addresses = Addresses(Program(Kind.MEETING, r"/sitzungen$", number="sitzungId"))
    for printed in (
        "https://ris.example:443/sitzungen?sitzungId=7",
        "https://ris.example/sitzungen?sitzungId=7",
    ):
        assert addresses.canonical(printed) == "https://ris.example/sitzungen?sitzungId=7"
    assert addresses.canonical("https://ris.example:443/other#top") == "https://ris.example/other"
    kept = ("http://ris.example:443/", "https://ris.example:8443/", "http://127.0.0.1:8080/", "mailto:a:443")
    assert [addresses.canonical(url) for url in kept] == list(kept)


@pytest.mark.skipif(not PAGES.is_dir(), reason="the shared pages are not here")
def test_every_gold_outcome() -> None:
    checked = 0
    for path in sorted(PAGES.glob("*/*.gold.json")):
        for pair in results(json.loads(path.read_text("utf-8"))):
            if "outcome" in pair or german.outcome(pair["result"])[1] is False:
                assert german.outcome(pair["result"])[0] == pair.get("outcome"), (path.name, pair)
                checked += 1
    assert checked > 100


@pytest.mark.skipif(not PAGES.is_dir(), reason="the shared pages are not here")
def test_every_gold_vote_that_the_result_prints() -> None:
    """Counts of another field (Abstimmung, the text of the minutes) are not in the result: only a result
    that prints a vote can be compared; what it prints must be in the gold vote."""
    checked = 0
    for path in sorted(PAGES.glob("*/*.gold.json")):
        for pair in results(json.loads(path.read_text("utf-8"))):
            votes = german.votes(pair["result"])
            if votes is None or "votes" not in pair:
                continue
            printed = {key: value for key, value in votes.model_dump().items() if value is not None}
            assert printed.items() <= (pair["votes"] or {}).items(), (path.name, pair)
            checked += 1
    assert checked > 5


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("seit 01.05.2026", "2026-05-01", None),
        ("von 01.05.2020 bis 30.04.2026", "2020-05-01", "2026-04-30"),
        ("Bis 30.04.2026", None, "2026-04-30"),
        ("01.11.2021 - 31.10.2026", "2021-11-01", "2026-10-31"),
        ("unbefristet", None, None),
    ],
)
def test_period(text: str, first: str | None, last: str | None) -> None:
    days = tuple(day.isoformat() if day else None for day in german.period(text))
    assert days == (first, last)
