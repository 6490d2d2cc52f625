"""Where a page prints a value: found by label, row and reading, and honest where it is not printed."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from scraper import dom
from scraper.errors import BrokenPageError
from scraper.evidence.rules import explain
from scraper.evidence.search import DERIVED, Found, Question, Sheet, leaves
from scraper.evidence.spots import hidden, spots
from scraper.page import Page

URL = "https://ris.musterau.example/bi/vo020.asp?VOLFDNR=1010"
PAPER = """<html><body>
<ul id="menu"><li>öffentlich</li><li><a href="si010.asp">Vorlagen</a></li></ul>
<script>var status = "Entwurf";</script>
<table id="head">
 <tr><td>Betreff:</td><td>Bänke <b>im</b> Park<br>am Anger</td></tr>
 <tr><td>Status:</td><td>öffentlich</td></tr>
 <tr><td>Verfasser:</td><td>Fraktion A<br>Fraktion B</td></tr>
</table>
<table id="way">
 <tr><th>Gremium</th><th colspan="2">Datum</th><th>Ergebnis</th></tr>
 <tr><td><a href="au020.asp?AULFDNR=1">Schulausschuss</a></td><td></td><td>Di, 06.10.2026</td>
     <td>vertagt</td></tr>
 <tr><td><a href="au020.asp?AULFDNR=2">Rat</a></td><td title="Erledigt"></td>
     <td>20.10.2026, 18:00 - 19:30</td><td>beschlossen bei 9 Ja-Stimmen und 4 Nein-Stimmen</td></tr>
 <tr><td>Hauptausschuss</td><td></td><td>20.10.2026</td><td>vertagt</td></tr>
</table>
<p>Ö 9</p>
<form action="do027.asp"><input name="DOLFDNR" value="129146"><input type="submit" value="Lageplan"></form>
</body></html>"""


def page(source: str, url: str = URL, media: str = "text/html; charset=utf-8") -> Page:
    return Page(url, source.encode(), media, dt.datetime(2026, 11, 24, tzinfo=dt.UTC), "musterau")


def find(field: str, value: Any, row: dict[str, Any] | None = None, source: str = PAPER) -> Found:
    whole = page(source)
    return Sheet(whole, lambda url: url, spots(whole)).find(Question(field, value, row or {}))


def test_the_label_of_the_field_decides_between_equal_texts() -> None:
    found = find("status", "öffentlich")
    assert found.how == "as printed"
    (printed,) = found.prints
    assert (printed.text, printed.label) == ("öffentlich", "Status:")
    assert printed.place == "#head > tbody > tr:nth-of-type(2) > td:nth-of-type(2)"


def test_a_place_selects_the_element_in_the_page() -> None:
    whole = page(PAPER)
    for spot in spots(whole):
        if "[" not in spot.place():
            node = dom.read(whole).one(spot.place())
            assert dom.line(node) == spot.text()


def test_inline_elements_and_line_breaks_do_not_hide_a_value() -> None:
    found = find("subject", "Bänke im Park am Anger")
    assert [(one.label, found.how) for one in found.prints] == [("Betreff:", "as printed")]


def test_what_is_never_shown_is_not_printed() -> None:
    assert find("extra.Zustand", "Entwurf") == Found(DERIVED)


def test_the_other_values_of_the_row_decide_which_row() -> None:
    places = {
        committee: find("deliberations.0.result", "vertagt", {"committee": committee}).prints[0].place
        for committee in ("Schulausschuss", "Hauptausschuss")
    }
    assert places == {
        "Schulausschuss": "#way > tbody > tr:nth-of-type(2) > td:nth-of-type(4)",
        "Hauptausschuss": "#way > tbody > tr:nth-of-type(4) > td:nth-of-type(4)",
    }


def test_a_column_has_its_head_as_label_also_over_several_columns() -> None:
    assert find("deliberations.1.committee", "Rat").prints[0].label == "Gremium"
    assert find("deliberations.0.date", "2026-10-06").prints[0].label == "Datum"
    assert find("deliberations.0.result", "vertagt").prints[0].label == "Ergebnis"


@pytest.mark.parametrize(
    ("field", "value", "row", "how", "printed"),
    [
        ("date", "2026-10-06", {}, "read as a date", "Di, 06.10.2026"),
        ("start", "2026-10-20T18:00:00+02:00", {}, "read as a time", "20.10.2026, 18:00 - 19:30"),
        ("end", "2026-10-20T19:30:00+02:00", {}, "read as a time", "20.10.2026, 18:00 - 19:30"),
        ("public", True, {"status": "öffentlich"}, "derived from status", "öffentlich"),
        ("outcome", "deferred", {"result": "vertagt"}, "derived from result", "vertagt"),
        ("number", "9", {}, "read as the number of an item", "Ö 9"),
        ("state", "Erledigt", {}, "as printed", "Erledigt"),
        ("attachments.0.name", "Lageplan", {}, "as printed", "Lageplan"),
        ("native_id", "129146", {}, "as printed", "129146"),
    ],
)
def test_a_value_is_read_by_the_readers_own_functions(
    field: str, value: Any, row: dict[str, Any], how: str, printed: str
) -> None:
    found = find(field, value, row)
    assert (found.how, found.prints[0].text) == (how, printed)


def test_votes_are_found_by_the_text_that_reads_to_all_of_them() -> None:
    votes = {"yes": 9, "no": 4, "abstain": None, "recused": None, "unanimous": False}
    found = find("votes", votes)
    assert (found.how, found.prints[0].label) == ("read as votes", "Ergebnis")
    assert find("votes", {**votes, "no": 5}) == Found(DERIVED)


def test_joined_values_are_found_in_their_parts() -> None:
    found = find("author", "Fraktion A; Fraktion B")
    assert found.how == "joined from 2 parts"
    assert found.prints[0].text == "Fraktion A Fraktion B"
    assert find("author", "Fraktion A; Fraktion Z").how == "1 of its 2 parts are printed"


def test_an_address_is_that_of_the_page_a_link_or_a_form() -> None:
    base = URL.rpartition("/")[0]
    assert find("url", URL) == Found("the page's own address")
    linked = find("committee_url", f"{base}/au020.asp?AULFDNR=2")
    assert (linked.how, linked.prints[0].text) == ("where the link leads", "Rat")
    assert find("url", f"{base}/do027.asp").prints[0].place == "body > form[action]"
    assert find("agenda_item_url", f"{base}/to020.asp?DOLFDNR=129146").how == "its number in a form"
    assert find("meeting_url", f"{base}/to010.asp?SILFDNR=77") == Found(DERIVED)


def test_a_broken_address_on_the_page_is_no_place() -> None:
    source = (
        '<html><head><base href="http://[bad"></head><body><a href="http://[">Rat</a><p>Ort:</p><p>Saal</p>'
    )
    assert find("url", "https://a.example/x", source=source) == Found(DERIVED)
    assert find("location", "Saal", source=source).how == "as printed"


def test_a_short_word_within_another_is_no_place() -> None:
    assert find("attachments.0.name", "Vorlage") == Found(DERIVED)


def test_what_is_not_on_the_page_is_derived_and_the_envelope_says_whence() -> None:
    assert find("subject", "Brunnen am Markt") == Found(DERIVED)
    assert find("heading", False) == Found(DERIVED)
    assert find("snapshot", "sha256:00").how == "the hash of the archived page"


def test_json_gives_paths_and_keys() -> None:
    told = {
        "data": [{"name": "Rat", "start": "2026-10-20T18:00:00+02:00"}, {"text": "<p>Ein <b>Wort</b></p>"}]
    }
    source = json.dumps(told)
    assert find("name", "Rat", source=source).prints[0].place == "$.data[0].name"
    timed = find("start", "2026-10-20T18:00:00+02:00", source=source)
    assert (timed.how, timed.prints[0].label) == ("read as a time", "start")
    assert find("text", "Ein Wort", source=source).prints[0].place == "$.data[1].text"


def test_json_in_attributes_and_scripts_is_found_too() -> None:
    source = """<html><body><div id="a" data-x='{"titel": "Bau"}'></div>
        <script>x = {broken; y = {"z": {"ort": "Ratssaal"}};</script></body></html>"""
    assert find("name", "Bau", source=source).prints[0].place == "#a[data-x] $.titel"
    whole = page(source)
    behind = Sheet(whole, lambda url: url, hidden(whole)).find(Question("location", "Ratssaal", {}))
    assert behind.prints[0].place == "body > script $.z.ort"


def test_calendars_are_read_by_line() -> None:
    lines = (
        "BEGIN:VEVENT",
        "DTSTART:20260914T180000",
        "SUMMARY:Ausschuss für Schule\\, Sp",
        " ort",
        "END:VEVENT",
    )
    source = "\r\n".join(lines)
    assert find("start", "2026-09-14T18:00:00+02:00", source=source).prints[0].place == "line 2"
    named = find("name", "Ausschuss für Schule, Sport", source=source).prints[0]
    assert (named.place, named.label) == ("line 3", "SUMMARY")


def test_leaves_ask_for_every_value_and_for_votes_as_a_whole() -> None:
    votes = {"yes": 1, "no": None}
    record = {"rows": [{"a": 1, "b": None}, {"a": 2, "votes": votes}], "extra": {"x.y": "z"}}
    asked = [one for key, value in record.items() for one in leaves(key, value, record)]
    assert [one.field for one in asked] == ["rows.0.a", "rows.1.a", "rows.1.votes", "extra.x.y"]
    assert asked[0].row == {"a": 1, "b": None}


def test_a_page_that_is_no_text_is_refused() -> None:
    with pytest.raises(BrokenPageError):
        explain(page("%PDF-1.4"), "allris3", ())


def test_a_page_of_deep_and_broken_markup_is_searched_all_the_same() -> None:
    source = f"<html><body>{'<div>' * 300}<p>Status:</p><b>öffentlich{'</div>' * 10}"
    assert find("status", "öffentlich", source=source).prints[0].text == "öffentlich"
