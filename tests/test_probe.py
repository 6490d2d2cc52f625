"""Whether a site can be crawled: asked of the fixture town, whole and broken in the ways that sites are."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from scraper import probe
from scraper.page import Source
from scraper.probe import Findings
from tests.town import Answer, Town
from tests.town.data import REFERENCE

WINDOW = probe.window_of(REFERENCE)
OTHER = b"<html><head><title>Sitzungsdienst</title></head><body>Sitzungen</body></html>"
NO_MENU = b'<html><head><meta name="description" content="ALLRIS net Version 3.9.5"/></head></html>'


@pytest.fixture
def town() -> Iterator[Town]:
    with Town() as running:
        yield running


def look(town: Town, path: str = "") -> Findings:
    return probe.probe(Source("musterau", town.url + path), WINDOW, delay=0)


def test_a_town_that_can_be_crawled(town: Town) -> None:
    found = look(town)
    assert found.works
    assert (found.product, found.charset, found.robots) == ("allris3", "iso-8859-1", "allowed")
    assert found.version is not None
    assert found.version.startswith("3.9")
    assert found.base_url == town.url
    assert "si010_e.asp" in found.programs
    assert "vo040.asp" in found.programs
    assert found.oparl is None
    sample = json.loads(found.sample or "{}")
    assert (sample["kind"], sample["source"]) == ("meeting", "musterau")
    assert any("Version 3" in reason for reason in found.reasons)


def test_it_stays_polite(town: Town) -> None:
    look(town)
    assert town.log[0].path == "/robots.txt"
    assert town.most == 1
    assert len(town.log) <= 20


@pytest.mark.parametrize("skin", ["r", "cms"])
def test_the_other_skins(skin: str) -> None:
    with Town(skin=skin) as town:
        assert look(town).works


def test_robots_forbids_everything(town: Town) -> None:
    rules = b"User-agent: *\nDisallow: /\n"
    town.before = lambda method, path: Answer(rules, media="text/plain") if path == "/robots.txt" else None
    found = look(town)
    assert (found.works, found.robots) == (False, "forbidden")
    assert "Disallow: /" in found.reasons[0]
    assert [entry.path for entry in town.log] == ["/robots.txt"]


def test_robots_gives_a_delay(town: Town) -> None:
    rules = b"User-agent: *\nCrawl-delay: 0.01\n"
    town.before = lambda method, path: Answer(rules, media="text/plain") if path == "/robots.txt" else None
    assert look(town).delay == 0.01


def test_robots_cannot_be_read(town: Town) -> None:
    town.before = lambda method, path: Answer(b"", 503) if path == "/robots.txt" else None
    found = look(town)
    assert (found.works, found.robots) == (False, "unknown")


def test_another_product(town: Town) -> None:
    town.before = lambda method, path: None if path == "/robots.txt" else Answer(OTHER)
    found = look(town)
    assert (found.works, found.product, found.sample) == (False, None, None)
    assert "ALLRIS 3" in found.reasons[0]


def test_the_root_answers_nothing_but_the_product_begins_elsewhere(town: Town) -> None:
    root = town.url.partition("127.0.0.1")[2].partition("/")[2]
    town.before = lambda method, path: Answer(b"", 404) if path == f"/{root}" else None
    assert look(town).works


def test_a_locked_calendar(town: Town) -> None:
    locked = Answer(b"Zugriff verweigert (Programm si010_e.asp).<br>")
    town.before = lambda method, path: locked if "si010" in path else None
    found = look(town)
    assert (found.works, found.product) == (False, "allris3")
    assert "no meeting" in found.reasons[-1]


def test_a_menu_without_a_calendar(town: Town) -> None:
    town.before = lambda method, path: None if path == "/robots.txt" else Answer(NO_MENU)
    found = look(town)
    assert not found.works
    assert "no calendar" in found.reasons[-1]


def test_an_oparl_endpoint(town: Town) -> None:
    system = Answer(b'{"id": "x", "oparlVersion": "https://schema.oparl.org/1.0/"}', media="application/json")
    town.before = lambda method, path: system if path.endswith("oparl/1.0/system.asp") else None
    assert look(town).oparl == f"{town.url}oparl/1.0/system.asp"


HOME = """<html><body><nav><a href="/kontakt">Kontakt</a> <a href="/politik">Rathaus und Politik</a>
<a href="/wetter.pdf">Ratsinfo (PDF)</a></nav></body></html>"""
POLITICS = """<html><body><h1>Politik</h1><a href="/rat">Stadtrat</a>
<a href="{}">Zum Bürgerinformationssystem</a></body></html>"""


def website(system: str) -> Callable[[str, str], Answer | None]:
    """A town's ordinary website, which links its council system two pages deep."""
    pages = {"/": HOME, "/politik": POLITICS.format(system), "/rat": "<html><body>Stadtrat</body></html>"}
    return lambda method, path: Answer(pages[path].encode()) if path in pages else None


def test_a_town_s_website_is_searched_for_its_system(town: Town) -> None:
    with Town() as site:
        site.before = website(town.url)
        found = probe.probe(Source("musterau", f"http://127.0.0.1:{site.port}/"), WINDOW, delay=0)
        asked = [entry.path for entry in site.log]
    assert (found.works, found.product, found.base_url) == (True, "allris3", town.url)
    assert found.url == f"http://127.0.0.1:{site.port}/"
    assert "found behind the link 'Zum Bürgerinformationssystem'" in found.reasons[0]
    assert "/wetter.pdf" not in asked
    assert "/kontakt" not in asked


def test_a_website_without_a_system_is_told_after_a_few_pages(town: Town) -> None:
    with Town() as site:
        endless = Answer(b'<html><body><a href="/politik/x">Politik</a></body></html>')
        site.before = lambda method, path: None if path == "/robots.txt" else endless
        found = probe.probe(Source("musterau", f"http://127.0.0.1:{site.port}/"), WINDOW, delay=0)
        assert len(site.log) < 25
    assert (found.works, found.product) == (False, None)


def test_nobody_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    found = probe.probe(Source("nobody", f"http://127.0.0.1:{port}/bi/"), WINDOW, delay=0)
    assert not found.works
    assert found.reasons


def ris(*words: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "scraper", "probe", *words]
    return subprocess.run(command, capture_output=True, timeout=60, check=False)


def test_the_command_tells_it_to_people_and_to_programs(town: Town) -> None:
    locked = Answer(b"User-agent: *\nDisallow: /\n", media="text/plain")
    town.before = lambda method, path: locked if path == "/robots.txt" else None
    for_people, for_programs = ris(town.url), ris(town.url, "--json")
    assert for_people.returncode == for_programs.returncode == 1
    lines = for_people.stdout.decode().splitlines()
    assert lines[0] == f"address     {town.url}"
    assert lines[-1] == "crawl       cannot work"
    assert json.loads(for_programs.stdout)["robots"] == "forbidden"


def test_a_sample_is_shown_to_people_a_line_a_key(town: Town) -> None:
    lines = ris(town.url).stdout.decode().splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("sample "))
    shown = dict(line.strip().split(": ", 1) for line in lines[first + 1 :] if line.startswith(" " * 14))
    whole = json.loads(ris(town.url, "--json").stdout)["sample"]
    assert lines[first].endswith(whole["id"])
    assert (shown["name"], shown["date"]) == (whole["name"], whole["date"])
    assert max(map(len, lines)) < 250


def test_a_site_of_no_known_product_that_the_generic_reader_can_read() -> None:
    with Town(skin="generic") as unknown:
        found = look(unknown)
        assert (found.works, found.product, found.programs) == (True, "generic", ())
        assert found.confidence < 0.4
        assert found.reasons[-1] == "the generic reader alone can read it: every crawl will end as suspect"
        assert json.loads(found.sample or "{}")["vendor"] == "generic"


def test_the_page_of_the_record_tells_what_the_start_page_does_not() -> None:
    with Town(skin="sessionnet") as other:
        found = look(other)
    assert (found.product, found.version, found.confidence) == ("sessionnet", "5.5.4", 1.0)
    assert any(reason.startswith("on the page of the record: ") for reason in found.reasons)


def test_a_name_that_nobody_knows_is_a_usage_error() -> None:
    done = ris("hrene")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"herne" in done.stderr
