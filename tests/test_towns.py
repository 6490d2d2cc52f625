"""Many towns in one go, and the user's own catalog: real commands, towns on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from scraper import catalog, many
from scraper.catalog import Installation
from scraper.errors import UsageError
from scraper.many import Ending
from scraper.terminal import towns
from scraper.terminal.runs import Voice
from scraper.terminal.signals import Stop
from tests.faultserver import FaultServer
from tests.town import Town

RIS = [sys.executable, "-m", "scraper"]
WINDOW = ("--delay", "0", "--since", "2026-10-01", "--until", "2026-11-30", "--kinds", "meetings")


def row(name: str, url: str, **values: str) -> Installation:
    fields = {"state": "Nordrhein-Westfalen", "vendor": "allris3", **values}
    given = {column: fields.get(column, "") for column in catalog.COLUMNS}
    return Installation(**{**given, "name": name, "place": name.title(), "base_url": url})


@pytest.fixture(autouse=True)
def own_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    catalog.installations.cache_clear()
    return tmp_path / "data" / "ris-scraper" / "installations.csv"


def ended(one: Installation) -> Ending:
    return Ending(one.name, 0, "ok", 1, one.name)


# ---- which towns


def test_towns_are_chosen_by_state_and_product() -> None:
    rows = [
        row("a", "https://a/", vendor="allris3"),
        row("b", "https://b/", vendor="sim", state="Bayern"),
        row("c", "https://c/", vendor="allris", state="Bayern"),
        row("d", "https://d/", robots="forbids"),
    ]
    readers = ("allris3", "generic")
    crawled, left_out = many.chosen(rows, readable=readers)
    assert [one.name for one in crawled] == ["a", "c"], "c: the start page tells the generation"
    names = {reason: [one.name for one in part] for reason, part in left_out.items()}
    assert names == {many.UNREAD: ["b"], many.FORBIDDEN: ["d"]}
    assert [one.name for one in many.chosen(rows, of_state="by", readable=readers)[0]] == ["c"]
    assert [one.name for one in many.chosen(rows, vendor="allris3", readable=readers)[0]] == ["a"]
    assert [one.name for one in many.chosen(rows, vendor="generic", readable=readers)[0]] == ["b"]


@pytest.mark.parametrize(
    ("state", "vendor", "told"), [("XX", "", "no such state"), ("", "acme", "no reader")]
)
def test_an_unknown_state_or_product_is_told(state: str, vendor: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        many.chosen([], of_state=state, vendor=vendor, readable=("allris3",))


# ---- one worker a host


def test_towns_of_one_host_are_crawled_one_after_the_other() -> None:
    rows = [row(f"t{n}", f"https://{'shared' if n < 4 else f'own{n}'}.example/{n}/") for n in range(8)]
    at_work: list[str] = []
    most: dict[str, int] = {}
    lock = threading.Lock()

    def crawl(one: Installation) -> Ending:
        host = one.base_url.split("/")[2]
        with lock:
            at_work.append(host)
            most[host] = max(most.get(host, 0), at_work.count(host))
            most["all"] = max(most.get("all", 0), len(at_work))
        time.sleep(0.02)
        with lock:
            at_work.remove(host)
        return ended(one)

    endings = many.run(rows, crawl, workers=3, stop=threading.Event(), on_end=lambda ending: None)
    assert sorted(one.name for one in endings) == [one.name for one in rows]
    assert most["shared.example"] == 1
    assert 1 < most["all"] <= 3


def test_a_stop_begins_no_further_town() -> None:
    stop = threading.Event()
    rows = [row(f"t{n}", f"https://shared.example/{n}/") for n in range(5)]
    endings = many.run(rows, ended, workers=1, stop=stop, on_end=lambda ending: stop.set())
    assert len(endings) == 1


# ---- real crawls


def test_every_town_has_its_folder_and_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Town() as one, Town(skin="r") as other, FaultServer({}) as empty:
        rows = [row("musterau", one.url), row("lindental", other.url), row("nirgends", empty.url)]
        for each in rows:
            catalog.add(each)
        chosen = towns.Towns(rows, {many.UNREAD: rows[:1]}, tmp_path / "out", WINDOW, 2)
        with Voice().speaking() as shown:
            ended = towns.crawl(chosen, Stop(), shown)
    told = capsys.readouterr().err
    assert ended.exit_code == 3
    for name in ("musterau", "lindental"):
        assert (tmp_path / "out" / name / "meetings.jsonl").read_bytes()
        assert f"{name}: ok, " in told
    assert f"nirgends: failed, 0 records: no page could be read; {empty.url}" in told
    assert "left out, as no reader knows their product: 1 (musterau)" in told
    summary = json.loads((tmp_path / "out" / towns.SUMMARY).read_text("utf-8"))
    assert [one["name"] for one in summary["towns"]] == ["lindental", "musterau", "nirgends"]


# ---- the user's own catalog


def test_an_added_town_can_be_crawled_by_its_name(own_catalog: Path) -> None:
    with Town() as town:
        words = ["catalog", "add", town.url, "--name", "Musterau", "--state", "NW"]
        done = subprocess.run([*RIS, *words], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert "musterau: allris3 at " in done.stdout
    catalog.installations.cache_clear()
    source = catalog.resolve("musterau")
    assert (source.base_url, source.vendor) == (town.url, "allris3")
    (kept,) = [one for one in catalog.installations() if one.name == "musterau"]
    assert (kept.state, kept.origin) == ("Nordrhein-Westfalen", "probe")
    assert own_catalog.exists()


def test_what_cannot_be_crawled_is_not_added(own_catalog: Path) -> None:
    words = ["catalog", "add", "http://127.0.0.1:9/"]
    done = subprocess.run([*RIS, *words], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "cannot work" in done.stdout
    assert not own_catalog.exists()


def test_a_broken_own_catalog_is_told_with_its_columns(own_catalog: Path) -> None:
    own_catalog.parent.mkdir(parents=True)
    own_catalog.write_text("place,address\nHerne,http://h/\n", "utf-8")
    with pytest.raises(UsageError, match=r"installations\.csv: the catalog cannot be read .*its columns are"):
        catalog.installations()
    catalog.installations.cache_clear()
