"""Extracted text to records: fixtures/text, the shared page, and what must never happen."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import BrokenPageError, NotFoundError, PageError
from scraper.page import Page, Parsed
from scraper.plaintext import parse_text
from scraper.records import AgendaItem, Meeting, Paper

FIXTURES = sorted((Path(__file__).parents[1] / "fixtures" / "text").iterdir())
SHARED = Path(__file__).parents[2] / "shared" / "pages" / "text"
WHEN = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)

HEADER = "Vorlage - 2024/7\nBetreff: Radweg\nStatus:öffentlichVorlage-Art:Antrag\n"


def read(text: str, url: str = "") -> Parsed:
    return parse_text(Page(url, text.encode(), "text/plain", WHEN, "musterau"))


def paper(text: str) -> Paper:
    (record,) = read(text).records
    assert isinstance(record, Paper)
    return record


def same(wanted: Any, found: Any) -> None:
    """Only the keys that the expectation gives count; lists have equal length."""
    if isinstance(wanted, dict) and wanted and isinstance(found, dict) and not set(wanted) - set(found):
        for key, value in wanted.items():
            same(value, found[key])
    elif isinstance(wanted, list) and isinstance(found, list):
        assert len(wanted) == len(found), (wanted, found)
        for one, other in zip(wanted, found, strict=True):
            same(one, other)
    else:
        assert wanted == found


@pytest.mark.parametrize("folder", FIXTURES, ids=lambda folder: folder.name)
def test_fixture(folder: Path) -> None:
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    page = Page(meta["url"], (folder / "page.txt").read_bytes(), "text/plain", WHEN)
    if "error" in expected:
        with pytest.raises(PageError) as caught:
            parse_text(page)
        assert caught.value.code == expected["error"]
        return
    records = [json.loads(record.model_dump_json()) for record in parse_text(page).records]
    same(expected["records"], records)
    body = "\n".join(record.get("text") or "" for record in records)
    everything = json.dumps(records, ensure_ascii=False)
    assert [phrase for phrase in expected["text_contains"] if phrase not in body] == []
    assert [phrase for phrase in expected["text_excludes"] if phrase in everything] == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared pages are not here")
def test_shared_pages() -> None:
    for gold_file in sorted(SHARED.glob("*.gold.json")):
        gold = json.loads(gold_file.read_text("utf-8"))
        content = (SHARED.parent / gold["page"]).read_bytes()
        parsed = parse_text(Page(gold["url"], content, "text/plain", WHEN))
        records = [json.loads(record.model_dump_json()) for record in parsed.records]
        same(gold["records"], records)
        body = re.sub(r"\s+", " ", records[0]["text"])
        assert [phrase for phrase in gold["text_contains"] if phrase not in body] == []
        everything = json.dumps(records, ensure_ascii=False)
        assert [phrase for phrase in gold["text_excludes"] if phrase in everything] == []


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared pages are not here")
def test_no_line_of_a_shared_body_is_lost() -> None:
    for page in sorted(SHARED.glob("*.txt")):
        source = page.read_text("utf-8")
        (record,) = parse_text(Page("", page.read_bytes(), "text/plain", WHEN)).records
        body = " ".join(getattr(record, "text").split())  # noqa: B009
        start = source.index("\nSachverhalt:")
        lines = [" ".join(line.split()) for line in source[start:].split("\n")]
        assert [line for line in lines if line not in body] == []


def test_every_line_of_a_body_stays_whatever_it_looks_like() -> None:
    printed = """Status: quo der Anlage|Art: unbekannt|Betreff: ein Zitat|15.02.2022|Rat der Stadt|x|Ö 4.2
        TOP 3 wurde vertagt.|Vorlage - 2019/0001|Kosten: 500 Euro|Cookie-Einstellungen|Datenschutz|Legende
        zur Kenntnis genommen|- Punkt|1. Zahl|Impressum|Anlage 1 liegt bei.|Der Antrag wird beraten.
        Anlagen: Lageplan und Kostenplan|Der Bürgermeister"""
    lines = [line.strip() for line in printed.replace("\n", "|").split("|")]
    record = paper(HEADER + "\nSachverhalt:\n\n" + "\n\n".join(lines) + "\n")
    assert record.text is not None
    assert [line for line in lines if line not in record.text.split("\n\n") and line not in record.text] == []
    assert record.subject == "Radweg"
    assert record.deliberations == ()


def test_paragraphs_are_separated_by_one_empty_line_and_lines_stay_lines() -> None:
    record = paper(
        HEADER + "\nSachverhalt:\n\n\xa0\n\nErste\xa0 Zeile.\nZweite\tZeile.\n\n\n \nDritte.\n\n\n"
    )
    assert record.text == "Sachverhalt:\n\nErste Zeile.\nZweite\tZeile.\n\nDritte."
    assert [section.text for section in record.sections] == ["Erste Zeile.\nZweite\tZeile.\n\nDritte."]


def test_a_heading_behind_the_text_on_its_line() -> None:
    record = paper(HEADER + "\nSachverhalt: Der Weg fehlt.\n\nBeschlussvorschlag:\nEr wird gebaut.")
    assert [(section.heading, section.text) for section in record.sections] == [
        ("Sachverhalt", "Der Weg fehlt."),
        ("Beschlussvorschlag", "Er wird gebaut."),
    ]
    assert record.text == "Sachverhalt: Der Weg fehlt.\n\nBeschlussvorschlag:\n\nEr wird gebaut."


def test_text_before_the_first_heading_has_none() -> None:
    record = paper(HEADER + "\nDer Weg ist lang und dunkel.\n\nBegründung:\nSiehe oben.")
    assert [section.heading for section in record.sections] == [None, "Begründung"]


def test_the_name_of_the_jump_list_heads_a_text_without_heading() -> None:
    record = paper(HEADER + "\nSachverhalt\nAnlage/n\n\nDer Weg ist lang und dunkel.")
    assert [(section.heading, section.text) for section in record.sections] == [
        ("Sachverhalt", "Der Weg ist lang und dunkel.")
    ]


def test_jump_list_alone_is_no_body() -> None:
    record = paper(HEADER + "\nSachverhalt\nAnlage/n\n")
    assert (record.sections, record.text) == ((), None)


@pytest.mark.parametrize(
    ("line", "committee", "role"),
    [
        ("Hauptausschuss", "Hauptausschuss", None),
        ("Hauptausschuss Vorberatung", "Hauptausschuss", "Vorberatung"),
        ("Hauptausschuss   zur Vorberatung", "Hauptausschuss", "zur Vorberatung"),
        ("Rat der Stadt zur Entscheidung", "Rat der Stadt", "zur Entscheidung"),
        (
            "Ausschuss für Beratung Information zur Kenntnis",
            "Ausschuss für Beratung",
            "Information zur Kenntnis",
        ),
        ("Senat   Mitzeichnung Kultur", "Senat", "Mitzeichnung Kultur"),
    ],
)
def test_committee_and_role(line: str, committee: str, role: str | None) -> None:
    (row,) = paper(f"{HEADER}Beratungsfolge:\n{line}\n15.02.2022\ndes Rates\n").deliberations
    assert (row.committee, row.role) == (committee, role)


@pytest.mark.parametrize(
    ("line", "title", "result", "outcome"),
    [
        ("Rat der Stadt zur Kenntnis genommen   ", "Rat der Stadt", "zur Kenntnis genommen", "noted"),
        ("des Rates der Stadt", "des Rates der Stadt", None, None),
        ("des Rates ungeändert beschlossen", "des Rates", "ungeändert beschlossen", "adopted"),
        ("Sitzung des Rates   bestätigt", "Sitzung des Rates", "bestätigt", None),
        ("Sitzung der BVV in der BVV abgelehnt", "Sitzung der BVV", "in der BVV abgelehnt", "rejected"),
        ("des Ausschusses mit Änderungen empfohlen", "des Ausschusses", "mit Änderungen empfohlen",
         "recommended_amended"),
        ("des Ausschusses für Vertagung (offen)", "des Ausschusses für Vertagung", "(offen)", None),
        ("des Rates nicht beschlossen", "des Rates", "nicht beschlossen", "rejected"),
    ],
)  # fmt: skip
def test_title_and_result(line: str, title: str, result: str | None, outcome: str | None) -> None:
    (row,) = paper(
        f"{HEADER}Beratungsfolge:\nRat der Stadt\n15.02.2022\n{line}\n\nSachverhalt:\nText."
    ).deliberations
    assert (row.title, row.result, row.outcome) == (title, result, outcome)


def test_an_unknown_result_warns() -> None:
    record = paper(f"{HEADER}Beratungsfolge:\nRat\n15.02.2022   Sitzung des Rates   bestätigt\n")
    assert record.warnings == ("unmapped_result",)


def test_stations_separated_by_empty_lines() -> None:
    text = f"""{HEADER}
Beratungsfolge

Status Datum Gremium Beschluss NA

Bauausschuss

Beratung

03.09.2026

Sitzung des Bauausschusses

ungeändert beschlossen

PA

Kreistag

Entscheidung

Der Kreistag tagt im Herbst wieder und berät darüber.
"""
    record = paper(text)
    found = [(row.committee, row.role, str(row.date), row.title, row.result) for row in record.deliberations]
    assert found == [
        ("Bauausschuss", "Beratung", "2026-09-03", "Sitzung des Bauausschusses", "ungeändert beschlossen"),
        ("Kreistag", "Entscheidung", "None", None, None),
    ]
    assert record.text == "Der Kreistag tagt im Herbst wieder und berät darüber."


def test_labels_cut_the_longest_first_and_never_inside_a_subject() -> None:
    record = paper(
        "Vorlage - 1/24\n"
        "Betreff: Ort: der Begegnung, hier: Datum: und Zeit: Status:nichtöffentlichVorlage-Art:Antrag\n"
        "Bearbeiter/-in:Muster, Max Aktenzeichen: 12-3"
    )
    assert record.subject == "Ort: der Begegnung, hier: Datum: und Zeit:"
    assert (record.public, record.paper_type, record.clerk) == (False, "Antrag", "Muster, Max")
    assert record.file_number == "12-3"


def test_ids_come_from_the_address_else_from_the_number() -> None:
    assert read(HEADER, "https://x.example/vo020.asp?VOLFDNR=12").records[0].id == "musterau:paper:12"
    assert read(HEADER, "https://x.example/vo0050.php?__kvonr=9").records[0].id == "musterau:paper:9"
    assert read(HEADER).records[0].id == "musterau:paper:2024-7"
    assert read(HEADER).own == "musterau:paper:2024-7"
    assert read(HEADER).records[0].url is None


def test_a_meeting_without_an_address_is_named_by_day_and_title() -> None:
    meeting, item = read("Tagesordnung - Sitzung des Rates\nDatum: Mo, 02.09.2024\n\nÖ 1\nBericht\n").records
    assert isinstance(meeting, Meeting)
    assert isinstance(item, AgendaItem)
    assert meeting.id == "musterau:meeting:2024-09-02-sitzung-des-rates"
    assert (item.id, item.meeting_id) == (
        f"musterau:agenda_item:{meeting.id.rpartition(':')[2]}-1",
        meeting.id,
    )


def test_title_of_the_responsive_skin() -> None:
    meeting, item = read(
        "Rat der Stadt - 02.09.2024\n\nGremium: Rat der Stadt\n\nTagesordnung\n\nÖ 1\nBericht\n"
    ).records
    assert isinstance(meeting, Meeting)
    assert isinstance(item, AgendaItem)
    assert (meeting.name, meeting.organization) == ("Rat der Stadt", "Rat der Stadt")
    assert (item.number, item.subject) == ("1", "Bericht")


def test_cancelled_meeting() -> None:
    (meeting,) = read("Tagesordnung - ENTFÄLLT! Sitzung des Rates\nDatum: Mo, 02.09.2024\n").records
    assert isinstance(meeting, Meeting)
    assert meeting.cancelled is True


def test_other_charsets_and_line_ends() -> None:
    source = "Vorlage - 2024/7\r\nBetreff: Bäder – „Müritz“\r\nStatus:öffentlich\r\n"
    (record,) = parse_text(Page("", source.encode("cp1252"), "text/plain", WHEN)).records
    assert isinstance(record, Paper)
    assert record.subject == "Bäder – „Müritz“"


def test_soft_hyphens_go_and_letters_are_composed() -> None:
    assert paper("Vorlage - 1/24\nBetreff: Bu\u0308rger\u00adhaus\nStatus:öffentlich").subject == "Bürgerhaus"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"%PDF-1.4 ...", "no text"),
        (b"<!DOCTYPE html><html><body>Vorlage - 1/24</body></html>", "HTML"),
        (b"\x00\x01\x02" * 100, "no text"),
    ],
)
def test_what_is_no_text(content: bytes, words: str) -> None:
    with pytest.raises(BrokenPageError, match=words):
        parse_text(Page("https://x.example/", content, "text/plain", WHEN))


def test_the_system_says_that_there_is_no_such_record() -> None:
    with pytest.raises(NotFoundError):
        read("Ratsinformationssystem\nKeine Information verfügbar\n")


MIX = """
Der Weg ist lang und dunkel.
Der Bürgermeister
Sachverhalt:
Beschlussvorschlag:
Begründung
Lageplan.pdf
Kosten: 5 Euro
Status: offen
Rat der Stadt
15.02.2022
zur Kenntnis genommen
Sachverhalt: Kurz gesagt.
Datenschutz
Es gibt nichts zu sagen; danke
Der Weg ist lang und dunkel. Er bleibt es.
Legende
1. Erstens
Gesamtkosten
Anlagen: keine


"""


@pytest.mark.parametrize("seed", range(60))
def test_no_mix_of_lines_loses_one(seed: int) -> None:
    """Every line of a body is in the text, or the name of an attachment."""
    body = random.Random(seed).choices(MIX.split("\n"), k=12)
    route = "Beratungsfolge:\nRat\n01.01.2024\ndes Rates vertagt\n\n"
    record = paper(f"{HEADER}{route}Sachverhalt:\nErster Satz.\n" + "\n".join(body) + "\nLetzter Satz.\n")
    found = [*(record.text or "").split("\n"), *(file.name for file in record.attachments)]
    copies = {"Der Weg ist lang und dunkel."}  # the first half of a sentence that is printed twice
    assert [line for line in body if line and line not in found and line not in copies] == []
