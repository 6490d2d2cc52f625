# ruff: noqa: E501 - patterns of markup stand as they are sent
"""The invented town: its truth agrees with itself and with its pages, its server behaves like the product."""

from __future__ import annotations

import copy
import datetime as dt
import html
import http.client
import json
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.town import Answer, Town, Truth, compare
from tests.town.allris3.markup.cms import CONSENT
from tests.town.allris3.site import Site
from tests.town.compare import identity
from tests.town.data import REFERENCE, council
from tests.town.sites import make_site

ROOT = Path(__file__).parents[1]
BASE = "http://127.0.0.1:1/bi/"


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth(council(), BASE)


@pytest.fixture(scope="module")
def site() -> Site:
    return Site()


@pytest.fixture
def town() -> Iterator[Town]:
    with Town() as running:
        yield running


class Client:
    """One kept connection that may carry a cookie."""

    def __init__(self, town: Town) -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", town.port, timeout=10)
        self.prefix = town.site.prefix
        self.cookie: str | None = None

    def get(
        self, path: str, method: str = "GET", body: str | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        headers = {"Cookie": self.cookie} if self.cookie else {}
        self.http.request(method, path if path.startswith("/") else self.prefix + path, body, headers)
        answer = self.http.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()

    def __del__(self) -> None:
        self.http.close()

    def begin(self) -> None:
        """Ask for the start page and keep its cookie."""
        self.cookie = self.get("allris.net.asp")[1]["set-cookie"].partition(";")[0]


def addresses(site: Site) -> list[tuple[str, str]]:
    """Program and query of every page of the town."""
    months = [("si010_e.asp", f"MM={m}&YY={y}") for y in (2025, 2026, 2027) for m in range(1, 13)]
    bodies = [(f"{b.table}020.asp", f"{b.table.upper()}LFDNR={b.number}") for b in site.council.bodies]
    records = [("to010.asp", f"SILFDNR={n}") for n, m in site.meetings.items() if m.agenda]
    records += [("to020.asp", f"TOLFDNR={n}") for n in site.items]
    records += [("vo020.asp", f"VOLFDNR={n}") for n in site.papers]
    records += [("kp020.asp", f"KPLFDNR={n}") for n in site.people]
    lists = [(f"{name}.asp", "") for name in ("allris.net", "au010", "fr010", "kp040", "pa021", "impressum")]
    return months + bodies + records + lists


# --- the truth ---------------------------------------------------------------------------------------------


def test_the_town_is_big_enough_for_every_path(truth: Truth) -> None:
    count = Counter(record["kind"] for record in truth.records())
    assert count["agenda_item"] >= 500
    assert count["paper"] >= 250
    assert count["meeting"] >= 70
    assert count["person"] >= 40
    assert count["organization"] >= 12
    assert len(truth.council.listed) > 3 * 50


def test_no_record_is_told_twice(truth: Truth) -> None:
    count = Counter(identity(record) for record in truth.records())
    assert [key for key, times in count.items() if times > 1] == []


def urls(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and key.endswith("url"):
                yield inner
            else:
                yield from urls(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from urls(inner)


def test_every_address_of_the_truth_is_a_page(truth: Truth, site: Site) -> None:
    lost = site.page("vo020.asp", "VOLFDNR=1")
    for url in {url for record in truth.records() for url in urls(record)}:
        program, _, query = url.removeprefix(BASE).partition("?")
        assert program == "do027.asp" or site.page(program, query) != lost, url


def test_every_agenda_item_is_counted_within_its_meeting(truth: Truth) -> None:
    orders: dict[str, list[int]] = {}
    for record in truth.records():
        if record["kind"] == "agenda_item":
            orders.setdefault(record["meeting_id"], []).append(record["order"])
    assert all(order == list(range(1, len(order) + 1)) for order in orders.values())


def test_the_subject_and_the_text_of_every_paper_stand_on_its_page(truth: Truth, site: Site) -> None:
    for record in truth.records():
        if record["kind"] == "paper":
            page = site.page("vo020.asp", f"VOLFDNR={record['native']}")
            plain = html.unescape(re.sub(r"<[^>]+>", "", page.replace("<br  />", " ")))
            plain = " ".join(plain.split())
            for phrase in (record["subject"], *record["text_contains"]):
                assert phrase in plain, (record["native"], phrase)


@pytest.mark.parametrize("quote", ["„", "“"])
def test_quotes_are_bytes_in_titles_and_references_in_texts(site: Site, quote: str) -> None:
    page = site.page("vo020.asp", f"VOLFDNR={site.council.papers[77].number}")
    head, _, text = page.partition("<!-- ### SV")
    assert quote in head
    assert quote not in text.partition("</html>")[0]
    assert f"&#x{ord(quote):X};" in text


def test_a_window_keeps_its_meetings_and_all_bodies(truth: Truth) -> None:
    since, until = dt.date(2026, 3, 1), dt.date(2026, 3, 31)
    rows = truth.expected(since, until)
    meetings = [row for row in rows if row["kind"] == "meeting"]
    assert meetings
    assert all("2026-03-01" <= row["date"] <= "2026-03-31" for row in meetings)
    numbers = {row["native"] for row in meetings}
    assert {row["meeting_id"] for row in rows if row["kind"] == "agenda_item"} <= numbers
    assert sum(row["kind"] == "organization" for row in rows) == len(truth.council.bodies)


def test_the_same_date_gives_the_same_bytes_and_another_date_another_town() -> None:
    query = f"SILFDNR={next(m.number for m in council().meetings if m.agenda)}"
    council.cache_clear()
    first = Site().body("to010.asp", query)
    council.cache_clear()
    assert Site().body("to010.asp", query) == first
    assert Site(dt.date(2024, 5, 2)).body("to010.asp", query) != first


# --- the traps ---------------------------------------------------------------------------------------------

TRAPS = {
    "windows-1252 dash": rb"\x96",
    "windows-1252 quotes": rb"\x84[^\r]+\x93",
    "windows-1252 Euro": rb"\x80",
    "letters outside Latin-1": rb"I&#351;\xfdl|I&#351;&#305;l",
    "an embedded document": rb"### SV\d+\.rtf -->\r\n<a name=\"allrisSV\"></a>\r\n<\?xml",
    "its own declared charset": rb"<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><meta [^>]*charset=utf-8",
    "a title of an embedded document": rb"<title>ALLRIS\xae Office Integration</title>",
    "words split at umlauts": rb"\xf6</span><span[^>]*>rt",
    "an unescaped & before TOLFDNR": rb"SILFDNR=\d+&TOLFDNR=\d+&BES=1#beschluss",
    "an escaped & in a link": rb"si010_e\.asp\?YY=\d+&amp;MM=",
    "two Status rows": rb"(?s)Status:</td>.*vo020\.asp\?VOLFDNR=.*Status:</td>",
    "a date linked to the calendar": rb"title=\"Sitzungskalender \d\d/\d{4} anzeigen\">\d\d\.\d\d\.\d{4}</a>",
    "a result in a button's title": rb"class=\"il1_naz\" value=\"PA\" title=\"ge\xe4ndert beschlossen\"",
    "an open result": rb"title=\"\(offen\)\"",
    "attachments in the panel": rb"colspan=\"1\">Anlagen:",
    "attachments at the foot": rb"\(\d+ KB\)</a>",
    "a size with a decimal comma": rb"Gr\xf6\xdfe: \d+,\d [MK]B",
    "a no-break space in a number": rb"\xd6&nbsp;\d+\.\d",
    "the applicant behind a line break": rb"<br  />Antrag der ",
    "a joint meeting": rb"Gremien:",
    "a hidden title": rb"\(nicht\xf6ffentlich\)</td>",
    "public items after closed ones": rb"(?s)>N&nbsp;\d+<.*>\xd6&nbsp;\d+<",
    "a late item": rb"title=\"Nachtrags-TOP\">\xd6&nbsp;",
    "an additional remark": rb"title=\"Zusatzinfo\"",
    "a row with a button only": rb"class=\"il1_ns2\"",
    "minutes in the paper column": rb"nowrap=\"nowrap\"><a href=\"to010\.asp\?SILFDNR=\d+\">SI/",
    "a text row without a number": rb"<td class=\"text4\">&nbsp;</td>\r\n\t\t<td>&nbsp;</td>\r\n<td>&nbsp;</td>\r\n<td>\xd6ff",
    "a cancelled meeting": rb"<td>ENTF\xc4LLT! ",
    "a called off meeting": rb"<td>AUSFALL - ",
    "a number in the export form only": rb"(?s)SILFDNR\" value=\"\d+\"  /><[^>]*Termin exportieren[^\r]*\r\n<td>&nbsp;</td>\r\n<td>Sitzung",
    "a holiday": rb"<td>Tag der Deutschen Einheit</td>",
    "a day carried forward": rb"<tr class=\"zl1\d\" valign=\"top\">\r\n\t\t<td>&nbsp;</td>\r\n\t\t<td>&nbsp;</td>",
    "a padded day": rb"&nbsp;&nbsp;1</td>",
    "today": rb"title=\"heute\">24</span>",
    "a member without a link": rb"<td nowrap=\"nowrap\">(Irmela|Sieglinde) ",
    "an unknown label": rb"Klimawirkung:",
    "a paper about cookies": rb"essentielle Cookies",
    "an empty part": rb"### BS0\.rtf",
    "a part of blanks": rb"### BS\d{2,}\.rtf[^\r]*\r\n[^\r]*\r\n<\?xml[^\r]*<body> <hr /><div><p[^>]*><span[^>]*>&#xa0;</span></p></div>",
    "headings as h4": rb"<h4>",
    "a list": rb"<ol type=\"1\"",
    "a table in the body": rb"border-collapse:collapse",
    "votes in a text": rb"14 Ja-Stimmen, 2 Nein-Stimmen",
    "a menu that toggles": rb"toggleMenu=1",
    "a script in the Betreff": rb"colspan=\"3\">\r\n<script",
    "a station with two dates": rb"(?s)title=\"Zur\xfcckgestellt\"",
    "the mail in references": rb"&#77;&#97;&#73;&#108;&#116;&#79;",
    "a dissolved group": rb"\(bis&nbsp;31\.10\.2021\)",
    "a line break in a heading": rb"<h1>Auszug - [^<]*\r\nAntrag",
    "a meeting past midnight": rb"- 00:20",
    "a stray line break in a title": rb"title=\"Gr\xf6\xdfe: [^\"]*\r\n\(\xd6ffnet",
}  # fmt: skip


@pytest.fixture(scope="module")
def everything(site: Site) -> list[bytes]:
    return [site.body(*address) for address in addresses(site)]


@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_of_the_product_occurs(everything: list[bytes], trap: str) -> None:
    pattern = re.compile(TRAPS[trap])
    assert any(pattern.search(page) for page in everything)


def test_every_link_of_every_page_leads_somewhere(everything: list[bytes], site: Site) -> None:
    """No page of the menu, of the lists or of the texts links to the soft 404."""
    lost = site.body("vo020.asp", "VOLFDNR=1")
    found = {link for page in everything for link in re.findall(rb'href="(?:/bi/)?(\w+\.asp\?[^"#]*)', page)}
    assert len(found) > 900
    for link in found:
        program, _, query = link.decode("cp1252").replace("&amp;", "&").partition("?")
        if program not in ("vo040.asp", "va000.asp") and "toggleMenu" not in query:
            assert site.body(program, query) != lost, link


# --- the server --------------------------------------------------------------------------------------------


def range_of(page: bytes) -> str:
    found = re.search(rb"Ergebnisse (\S+) von", page)
    assert found
    return found[1].decode()


def test_the_paper_list_goes_on_within_a_session(town: Town) -> None:
    client = Client(town)
    client.begin()
    client.get("vo040.asp")
    told = [range_of(client.get("vo040.asp?shownext=true")[2]) for _ in range(3)]
    assert told == ["51-100", "101-150", "151-200"]
    assert range_of(client.get("vo040.asp")[2]) == "1-50"


def test_without_the_cookie_the_paper_list_is_page_one_for_ever(town: Town) -> None:
    client = Client(town)
    assert {range_of(client.get("vo040.asp?shownext=true")[2]) for _ in range(3)} == {"1-50"}


def test_two_sessions_have_positions_of_their_own(town: Town) -> None:
    one, other = Client(town), Client(town)
    for client in (one, other):
        client.begin()
        client.get("vo040.asp")
    one.get("vo040.asp?shownext=true")
    assert range_of(other.get("vo040.asp?shownext=true")[2]) == "51-100"


def test_the_last_page_of_the_list_has_no_next(town: Town) -> None:
    client = Client(town)
    client.begin()
    page = b""
    for _ in range(9):
        page = client.get("vo040.asp?shownext=true")[2]
    assert b"shownext" not in page
    assert range_of(page).endswith(f"-{town.site.list_length}")


@pytest.mark.parametrize(
    "path", ["to010.asp?SILFDNR=5", "vo020.asp?VOLFDNR=1008040", "to020.asp", "x.asp?A=1"]
)
def test_what_is_not_there_answers_200_and_no_information(town: Town, path: str) -> None:
    status, _, page = Client(town).get(path)
    assert status == 200
    assert b"Keine Information verf&uuml;gbar" in page


def test_a_locked_calendar_refuses_with_200(town: Town) -> None:
    status, _, page = Client(town).get("si010_r.asp?MM=10&YY=2026")
    assert (status, page) == (200, b"Zugriff verweigert (Programm si010_r.asp).<br>")


def test_pages_are_bytes_without_a_charset_in_the_header(town: Town) -> None:
    _, headers, page = Client(town).get("si010_e.asp?MM=10&YY=2026")
    assert headers["content-type"] == "text/html"
    assert b"charset=iso-8859-1" in page
    assert page.decode("cp1252").count("März") >= 1


def test_a_download_needs_the_session_and_dies_with_it(town: Town) -> None:
    client = Client(town)
    status, headers, page = client.get("do027.asp", "POST", "DOLFDNR=1290000&options=64")
    assert (status, headers["content-type"]) == (200, "text/html")
    assert not page.startswith(b"%PDF")
    client.begin()
    status, headers, _ = client.get("do027.asp", "POST", "DOLFDNR=1290000&options=64")
    assert status == 302
    assert client.get(headers["location"])[2].startswith(b"%PDF")
    town.forget()
    assert client.get(headers["location"])[0] == 404


def test_an_attachment_is_offered_for_this_session_only(town: Town) -> None:
    paper = next(p for p in town.site.council.papers if p.attachments)
    client, other = Client(town), Client(town)
    client.begin()
    other.begin()
    page = client.get(f"vo020.asp?VOLFDNR={paper.number}")[2]
    links = set(re.findall(rb'href="(___tmp/[^"]+)"', page))
    assert len(links) == len(paper.attachments)  # printed twice, one address
    path = links.pop().decode()
    assert client.get(path)[2].startswith(b"%PDF")
    assert other.get(path)[0] == 404


def test_robots_forbids_the_downloads_only(town: Town) -> None:
    _, headers, text = Client(town).get("/robots.txt")
    assert text == b"User-agent: *\nDisallow: /bi/___tmp/\n"
    assert headers["content-type"] == "text/plain"


def test_the_log_tells_every_request_in_order(town: Town) -> None:
    client = Client(town)
    client.begin()
    client.get("au010.asp")
    client.get("/elsewhere", "HEAD")
    assert [(e.method, e.path, e.status) for e in town.log] == [
        ("GET", "/bi/allris.net.asp", 200),
        ("GET", "/bi/au010.asp", 200),
        ("HEAD", "/elsewhere", 404),
    ]
    assert [e.cookie for e in town.log] == [None, client.cookie, client.cookie]
    assert all(e.start <= e.end for e in town.log)
    assert town.most == 1


def test_what_was_asked_twice_is_told_but_not_a_lists_paging(town: Town) -> None:
    client = Client(town)
    for path in (
        "au010.asp",
        "vo040.asp?shownext=true",
        "vo040.asp?shownext=true",
        "fr010.asp",
        "/robots.txt",
    ):
        client.get(path)
    assert town.repeated() == {}
    client.get("fr010.asp")
    assert town.repeated() == {"/bi/fr010.asp": 2}


def test_requests_in_work_at_one_time_are_counted() -> None:
    with Town(delay=0.2) as town:
        threads = [threading.Thread(target=Client(town).get, args=("au010.asp",)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert town.most > 1


def test_a_test_may_put_another_answer_in_place(town: Town) -> None:
    town.before = lambda method, path: (
        Answer(b"busy", 503, headers=(("Retry-After", "1"),)) if "vo" in path else None
    )
    client = Client(town)
    status, headers, body = client.get("vo020.asp?VOLFDNR=1008000")
    assert (status, headers["retry-after"], body) == (503, "1", b"busy")
    assert client.get("au010.asp")[0] == 200


def test_the_command_prints_its_address_and_serves() -> None:
    command = [sys.executable, "-m", "tests.town", "--port", "0", "--date", REFERENCE.isoformat()]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/bi/", process.stdout.readline().strip())
            assert found
            connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
            connection.request("GET", "/bi/")
            assert b"ALLRIS net" in connection.getresponse().read()
        finally:
            process.terminate()


# --- the other flavours ------------------------------------------------------------------------------------


def test_the_r_skin_serves_its_programs_and_refuses_the_classic_ones() -> None:
    with Town(skin="r") as town:
        client = Client(town)
        assert b"si010_r.asp" in client.get("")[2]
        assert b'class="calenderView' in client.get("si010_r.asp?MM=10&YY=2026")[2]
        meeting = next(m for m in town.site.council.meetings if m.agenda)
        assert client.get(f"to010_r.asp?SILFDNR={meeting.number}")[2].count(b"<caption>Tagesordnung") == 2
        assert b'id="vobetreff"' in client.get("vo020_r.asp?VOLFDNR=1008000")[2]
        assert client.get("to010.asp")[2].startswith(b"Zugriff verweigert")


def test_the_cms_town_puts_a_banner_and_absolute_links_around_the_pages() -> None:
    with Town(skin="cms") as town:
        status, _, page = Client(town).get("vo020.asp?VOLFDNR=1008077")
    text = page.decode("iso8859-15").replace("\r\n", "\n")
    assert status == 200
    assert CONSENT in text
    assert text.index("<h1>Stadt Musterau</h1>") < text.index('<div id="risname_raw"><h1>Vorlage - ')
    assert 'id="allriscontainer"' not in text
    assert not re.search(r'(?:href|action)="(?:\w+\.asp|___tmp)', text)


# --- the comparison ----------------------------------------------------------------------------------------

FILES = {
    "paper": "papers", "meeting": "meetings", "agenda_item": "agenda_items", "organization": "organizations",
    "person": "persons", "membership": "memberships",
}  # fmt: skip


def output(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records as a perfect crawl would write them."""
    rows = copy.deepcopy(records)
    for n, row in enumerate(rows):
        row["text"] = "\n\n".join(row.pop("text_contains", []))
        row["id"] = f"town:{row['kind']}:{row.pop('native') or f'printed-{n}'}"
        if "meeting_id" in row:
            row["meeting_id"] = f"town:meeting:{row['meeting_id']}"
    return rows


def write(folder: Path, rows: list[dict[str, Any]]) -> Path:
    for kind, name in FILES.items():
        lines = [json.dumps(row, ensure_ascii=False) for row in rows if row["kind"] == kind]
        (folder / f"{name}.jsonl").write_text("".join(line + "\n" for line in lines), "utf-8")
    return folder


@pytest.mark.parametrize("skin", ["classic", "r", "cms"])
def test_a_perfect_output_has_no_difference(tmp_path: Path, skin: str) -> None:
    told = make_site(skin, REFERENCE).truth(BASE)
    assert compare(write(tmp_path, output(told.records())), told) == []


KLIMA = {"Klimawirkung": "gering, überwiegend positiv"}


def spoil(rows: list[dict[str, Any]], kind: str, change: dict[str, Any]) -> None:
    next(row for row in rows if row["kind"] == kind and all(row.get(k) for k in change)).update(change)


@pytest.mark.parametrize(
    ("kind", "change", "told"),
    [
        ("paper", {"author": "Drittes Haus"}, "author: expected"),
        ("paper", {"deliberations": []}, "deliberations: expected"),
        ("paper", {"text": "nichts"}, "text: lacks"),
        ("paper", {"attachments": []}, "attachments: lacks"),
        ("paper", {"extra": {**KLIMA, "x": "Textrecherche"}}, "holds 'Textrecherche'"),
        ("meeting", {"end": "2026-01-01T00:00:00+01:00"}, "end: expected"),
        ("agenda_item", {"votes": {"yes": 99, "unanimous": False}}, "votes."),
        ("agenda_item", {"meeting_id": "town:meeting:1"}, "meeting_id: expected"),
        ("agenda_item", {"sections": [{"heading": "Seite"}]}, "sections"),
        ("membership", {"faction": "Keine"}, "faction: expected"),
        ("organization", {"name": "Kein Gremium"}, "name: expected"),
        ("person", {"name": "Niemand"}, "name: expected"),
    ],
)
def test_a_wrong_field_is_named(
    tmp_path: Path, truth: Truth, kind: str, change: dict[str, Any], told: str
) -> None:
    rows = output(truth.records())
    spoil(rows, kind, change)
    problems = compare(write(tmp_path, rows), truth)
    assert problems
    assert all(problem.startswith(kind) and told in problem for problem in problems)


def test_missing_surplus_and_doubled_records_are_named(tmp_path: Path, truth: Truth) -> None:
    rows = output(truth.records())
    lost = rows.pop(0)
    rows.append({**copy.deepcopy(rows[0]), "id": "town:paper:4"})
    rows.append(copy.deepcopy(rows[1]))
    told = {problem.partition(": ")[2] for problem in compare(write(tmp_path, rows), truth)}
    assert told == {"missing", "not in the town", "there twice"}
    assert lost["kind"] == "paper"


def test_records_outside_the_window_may_be_there_or_not(tmp_path: Path, truth: Truth) -> None:
    since = dt.date(2026, 6, 1)
    inside = output(truth.expected(since))
    assert compare(write(tmp_path, inside), truth, since) == []
    assert compare(write(tmp_path, output(truth.records())), truth, since) == []
    assert compare(write(tmp_path, inside), truth) != []
