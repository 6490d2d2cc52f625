"""Tables of what is no content, and the cut of plain text by position."""

from __future__ import annotations

import pytest

from scraper import boilerplate
from scraper.dom import Html

BANNER = """Cookie-Einstellungen
musterau.example setzt sogenannte essentielle Cookies ein. Sie sind technisch notwendig.
eTracker:
Youtube:

Ratsinformationssystem

"""
COOKIE_PAPER = """Vorlage - 2023/0815

Betreff: Cookie-Hinweis auf den Seiten der Stadt
Status:öffentlichVorlage-Art:Mitteilungsvorlage

Sachverhalt:
Die Stadt verwendet Cookies nur noch, wenn sie technisch notwendig sind.
Cookie-Einstellungen
Besucher können alle Cookies ablehnen.
"""


def test_every_selector_is_understood() -> None:
    html = Html("<html><body><p>Text</p></body></html>", "")
    for removal in boilerplate.REMOVALS:
        assert html.many(removal.selector) == [], removal
    assert html.many(boilerplate.KEEP) == []


def test_consent_selector_finds_every_consent_root_and_nothing_of_a_council_page() -> None:
    ids = [i for group in boilerplate.CONSENT_IDS.values() for i in group]
    classes = [c for group in boilerplate.CONSENT_CLASSES.values() for c in group]
    roots = "".join(f'<div id="{i}"></div>' for i in ids) + "".join(
        f'<div class="{c}"></div>' for c in classes
    )
    council = (
        '<main id="content"><div id="allriscontainer" class="vo020"><td class="kb1"></td></div>'
        '<div id="bfTable"></div><div class="smc_page_vo0050_contenttable smc-table"></div>'
        '<table class="table-details"></table><div class="breadcrumb"></div></main>'
    )
    found = Html(f"<!DOCTYPE html><html><body>{roots}{council}</body></html>", "").many(
        boilerplate.consent_selector()
    )
    assert len(found) == len(ids) + len(classes)


def test_rules_are_named_once() -> None:
    names = [removal.rule for removal in boilerplate.REMOVALS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("tag", ["html", "body", "main"])
def test_safeguards_name_the_frame_of_the_page(tag: str) -> None:
    assert tag in boilerplate.NEVER
    assert boilerplate.MAX_SHARE == 0.4


@pytest.mark.parametrize(
    "line",
    [
        "Öffnet PDF-Datei in neuem Fenster",
        "(Öffnet in neuem Fenster)",
        "Reduzieren",
        "Enthält Anlagen",
        "zum Seitenanfang",
        "Zum Inhalt springen",
        "ALLRIS® Office Integration 3.9.2",
        "ALLRIS net",
        "ALLRIS - Vorlage",
        "Software: Sitzungsdienst Muster",
        "![]() |",
        "| | |",
        "Seite drucken",
    ],
)
def test_furniture_line(line: str) -> None:
    assert boilerplate.is_furniture_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "Die Vorlage enthält Anlagen.",
        "Die Stadt will den Ausstoß reduzieren.",
        "Reduzieren und Wiederverwenden",
        "Anlagen: keine",
        "Der Oberbürgermeister",
        "Drucken von Stimmzetteln",
        "Datenschutz",
        "Legende",
        "1",
    ],
)
def test_no_furniture_line(line: str) -> None:
    assert not boilerplate.is_furniture_line(line)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Vorlage - 2022/0072  ", {"kind": "Vorlage", "number": "2022/0072"}),
        ("Drucksache - 1536/V", {"kind": "Drucksache", "number": "1536/V"}),
        ("Antrag - 469/2026", {"kind": "Antrag", "number": "469/2026"}),
        ("Beschlussvorlage - FB 61/0431/WP17", {"kind": "Beschlussvorlage", "number": "FB 61/0431/WP17"}),
        ("VO/2026/181 - öffentliche Beschlussvorlage",
         {"reference": "VO/2026/181", "type": "öffentliche Beschlussvorlage"}),
        ("GRDrs 192/2017 - Beschlußvorlage", {"reference": "GRDrs 192/2017", "type": "Beschlußvorlage"}),
        ("Auszug - Haushalt 2024", {"page": "Auszug", "rest": "Haushalt 2024"}),
        ("Tagesordnung - Sitzung des Rates", {"page": "Tagesordnung", "rest": "Sitzung des Rates"}),
        ("Ratsinformationssystem", None),
        ("Vorlage - Muster", None),
        ("Die Vorlage wird beraten.", None),
        ("Betreff: Vorlage", None),
        ("", None),
    ],
)  # fmt: skip
def test_read_title(line: str, found: dict[str, str] | None) -> None:
    match = boilerplate.read_title(line)
    groups = {name: value for name, value in match.groupdict().items() if value} if match else None
    assert groups == found


def test_a_banner_is_cut_by_position_and_named() -> None:
    cut = boilerplate.cut_front(BANNER + COOKIE_PAPER)
    assert cut == boilerplate.Cut("consent banner", len(BANNER), COOKIE_PAPER)


def test_a_paper_about_cookies_keeps_its_text() -> None:
    assert boilerplate.cut_front(COOKIE_PAPER).text == COOKIE_PAPER
    assert boilerplate.cut_front(COOKIE_PAPER).chars == 0


def test_other_lines_before_the_title_have_a_rule_of_their_own() -> None:
    assert boilerplate.cut_front("Stadt Musterau\nVorlage - 2023/1\nText").rule == "before the title line"
    assert boilerplate.cut_front("Zum Inhalt springen\nVorlage - 2023/1\nText").rule == "skip link"


def test_a_title_above_the_banner_counts_below_it() -> None:
    text = f"Vorlage - 2023/0815\n{BANNER}{COOKIE_PAPER}"
    assert boilerplate.cut_front(text).text == COOKIE_PAPER


def test_a_text_without_a_title_is_left_alone() -> None:
    assert boilerplate.cut_front(BANNER) == boilerplate.Cut("no title line", 0, BANNER)


def test_a_title_quoted_in_the_body_cuts_nothing() -> None:
    text = "Betreff: Radweg\n\nSachverhalt:\nBezug ist die\nVorlage - 2020/0001\nvom Vorjahr."
    assert boilerplate.cut_front(text).text == text


def test_the_second_title_of_a_body_does_not_move_the_cut() -> None:
    text = "Vorlage - 2023/1\nInhalt ohne Kopf\nVorlage - 2023/1\nMehr Inhalt"
    assert boilerplate.cut_front(text).text == text


def test_cut_foot() -> None:
    body = ["Sachverhalt:", "Der Weg ist schmal.", "Legende", "rot: gesperrt, grün: frei."]
    assert boilerplate.cut_foot([*body, "", "Impressum", "Datenschutz", "© Stadt Musterau"]) == body
    assert boilerplate.cut_foot(body) == body


def test_cut_foot_takes_the_icon_legend() -> None:
    body = ["Sachverhalt:", "Der Weg ist schmal."]
    assert boilerplate.cut_foot([*body, "", "Legende", "", "Ausschuss", "Tagesordnung", "Auszug", ""]) == body
