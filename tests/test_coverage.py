"""The coverage ledger: hand-written facts, a small site that hides things, and the town's own truth."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper.coverage import KINDS, LACKING, STATES, Facts, Numbers, coverage, sentence
from scraper.harvest import Options, crawl
from scraper.page import Window
from tests.town import Answer, Town

from . import smallsite
from .smallsite import VENDOR, Site, Time, page

RIS = [sys.executable, "-m", "scraper"]
SINCE, UNTIL = dt.date(2026, 5, 1), dt.date(2027, 2, 28)
Row = dict[str, Any]


def ris(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*RIS, *words], capture_output=True, text=True, timeout=120, check=False, cwd=cwd)


def town_crawl(town: Town, output: Path, *more: str) -> subprocess.CompletedProcess[str]:
    window = ["--since", SINCE.isoformat(), "--until", UNTIL.isoformat()]
    return ris("crawl", town.url, "--output", str(output), "--delay", "0", "--quiet", *window, *more)


def ledger(folder: Path) -> dict[tuple[str, int | None], Row]:
    document = json.loads((folder / "coverage.json").read_text("utf-8"))
    return {(row["kind"], row["year"]): row for row in document["coverage"]}


def states(row: Row) -> dict[str, int]:
    return {state: row[state] for state in STATES if row[state]}


# ---- facts by hand


def test_the_states_add_up_and_kinds_and_years_are_in_order() -> None:
    facts = Facts(
        {("person", None): {"read": 2}, ("meeting", None): {"outside": 1},
         ("meeting", 2026): {"read": 65, "cancelled": 4, "refused": 3}, ("meeting", 2025): {"missing": 1}},
        head={"source": "musterau"},
    )  # fmt: skip
    document = coverage(facts)
    rows = document["coverage"]
    assert document["source"] == "musterau"
    assert [(row["kind"], row["year"]) for row in rows] == [
        ("meeting", 2025), ("meeting", 2026), ("meeting", None), ("person", None),
    ]  # fmt: skip
    assert all(row["expected"] == sum(row[state] for state in STATES) for row in rows)
    assert rows[1]["sentence"] == (
        "2026: 72 meetings are announced; of 65 the agenda was read, 4 are cancelled without one, "
        "3 are not public."
    )


def test_one_is_not_many() -> None:
    told = sentence("agenda_item", 2026, dict.fromkeys(STATES, 1)).partition(";")[2]
    assert " are " not in told and " have " not in told and " were " not in told
    assert sentence("meeting", None, {"gone": 1}) == (
        "without a date: 1 meeting is announced; 1 is not there."
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_state_has_words(kind: str) -> None:
    told = sentence(kind, None, {state: count for count, state in enumerate(STATES, 2)})
    assert told.count(",") == len(STATES) - 1 and "{" not in told


@pytest.mark.parametrize(
    ("numbers", "gaps"),
    [
        ([], None),
        ([Numbers(5, 5)], None),
        ([Numbers(1, 10, 8)], 2),
        ([Numbers(1, 1000, 3)], None),  # no consecutive numbers
        ([Numbers(1, 10, 8), Numbers(101, 104, 3), Numbers(1, 9999, 2)], 3),
    ],
)
def test_gaps_are_told_where_the_numbers_are_consecutive(numbers: list[Numbers], gaps: int | None) -> None:
    facts = Facts({("paper", 2026): {"read": 9}}, {("paper", 2026): numbers})
    assert coverage(facts)["coverage"][0]["id_gaps"] == gaps


# ---- a site that hides things


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


def small(site: Site, folder: Path, **options: Any) -> dict[tuple[str, int | None], Row]:
    time = Time()
    window = options.pop("window", Window(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
    chosen = Options(folder, window=window, delay=0.0, **options)
    crawl(site.source, chosen, vendor=VENDOR, now=time.now, sleep=time.sleep)
    return ledger(folder)


def denied(reason: str = "no") -> bytes:
    return json.dumps({"raise": ["NotPublicError", reason]}).encode()


def item(site: Site, number: str, paper: str, day: str = smallsite.DAY) -> tuple[str, str, dict[str, Any]]:
    return "agenda_item", number, {"date": day, "paper_url": f"{site.url}paper/{paper}"}


def paper(site: Site, number: str) -> bytes:
    return page(("paper", number, {"url": f"{site.url}paper/{number}", "date": "2026-05-01"}),
                own=f"paper:{number}")  # fmt: skip


def test_what_an_agenda_names_and_nobody_follows_is_missing(site: Site, tmp_path: Path) -> None:
    site.pages["start"] = page(item(site, "1", "1"), item(site, "2", "2"), follow=["paper/1"])
    site.pages["paper/1"] = paper(site, "1")
    row = small(site, tmp_path)["paper", 2026]
    assert states(row) == {"read": 1, "missing": 1}
    done = ris("coverage", str(tmp_path))
    assert done.returncode == 3 and "2 papers are named; of 1 the page was read, 1 is missing." in done.stdout


def test_each_ending_is_a_state_and_each_paper_is_one(site: Site, tmp_path: Path) -> None:
    papers = [f"paper/{n}" for n in "1234"]
    site.pages["start"] = page(*(item(site, n, n) for n in "1234"), follow=[*papers, *papers])
    site.pages["paper/1"] = paper(site, "1")
    site.pages["paper/2"] = denied()
    site.pages["paper/4"] = b"no JSON"
    row = small(site, tmp_path)["paper", 2026]
    assert states(row) == {"read": 1, "refused": 1, "gone": 1, "failed": 1}
    assert ris("coverage", str(tmp_path)).returncode == 3, "a page that failed may be had another time"


def test_a_page_and_the_one_in_its_place_are_one(site: Site, tmp_path: Path) -> None:
    site.pages["start"] = page(follow=["meeting/1", "meeting/2"])
    site.pages["meeting/2?old"] = page(
        ("meeting", "2", {"url": f"{site.url}meeting/2?old", "date": smallsite.DAY}), own="meeting:2"
    )
    rows = small(site, tmp_path)
    assert states(rows["meeting", 2026]) == {"read": 1, "gone": 1}


def test_what_was_refused_before_is_still_told_and_what_is_read_now_is_not(
    site: Site, tmp_path: Path
) -> None:
    site.pages["start"] = page(*(item(site, n, n) for n in "12"), follow=["paper/1", "paper/2"])
    site.pages["paper/1"] = site.pages["paper/2"] = denied()
    assert states(small(site, tmp_path)["paper", 2026]) == {"refused": 2}
    site.pages["paper/1"] = paper(site, "1")
    site.pages["start"] = page(*(item(site, n, n) for n in "12"), follow=["paper/1"])
    assert states(small(site, tmp_path)["paper", 2026]) == {"read": 1, "refused": 1}


def test_what_lies_outside_of_the_window_or_the_kinds_was_not_asked_for(site: Site, tmp_path: Path) -> None:
    days = {"1": "2025-12-31", "2": "2026-02-01"}
    meetings = [("meeting", n, {"url": f"{site.url}meeting/{n}", "date": day}) for n, day in days.items()]
    site.pages["start"] = page(*meetings, follow=[(f"meeting/{n}", 0, day) for n, day in days.items()])
    site.pages["meeting/2"] = page(meetings[1], own="meeting:2")
    rows = small(site, tmp_path)
    assert states(rows["meeting", 2025]) == {"outside": 1} and states(rows["meeting", 2026]) == {"read": 1}
    rows = small(site, tmp_path / "kinds", kinds=frozenset({"organization"}))
    assert states(rows["meeting", 2026]) == {"outside": 1}


def test_a_run_out_of_budget_has_deferred_what_is_left(site: Site, tmp_path: Path) -> None:
    site.pages["start"] = page(*(item(site, n, n) for n in "123"), follow=[f"paper/{n}" for n in "123"])
    for n in "123":
        site.pages[f"paper/{n}"] = paper(site, n)
    row = small(site, tmp_path, max_requests=3)["paper", 2026]
    assert states(row) == {"read": 1, "deferred": 2}
    assert states(small(site, tmp_path)["paper", 2026]) == {"read": 3}, "the same command goes on"


# ---- the town


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Path]]:
    """A crawl that nothing disturbs."""
    output = tmp_path_factory.mktemp("town") / "out"
    with Town() as town:
        done = town_crawl(town, output)
        assert done.returncode == 0, done.stderr
        yield town, output


def inside(town: Town, year: int) -> list[Any]:
    meetings = town.truth.council.meetings
    return [one for one in meetings if SINCE <= one.date <= UNTIL and one.date.year == year]


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_ledger_of_meetings_is_the_town_s_own(crawled: tuple[Town, Path], year: int) -> None:
    town, output = crawled
    meetings, row = inside(town, year), ledger(output)["meeting", year]
    without = [one for one in meetings if not one.agenda]
    told = {
        "read": sum(one.agenda for one in meetings),
        "cancelled": sum(one.cancelled for one in without),
        "without_page": sum(not one.cancelled for one in without),
    }
    before = [one for one in town.truth.council.meetings if one.date.year == year and one.date < SINCE]
    assert {state: row[state] for state in told} == told
    assert row["outside"] <= len(before)
    assert states(row).keys() <= {*told, "outside"}
    assert row["expected"] == len(meetings) + row["outside"]


def test_the_ledger_of_items_and_papers_is_the_town_s_own(crawled: tuple[Town, Path]) -> None:
    town, output = crawled
    rows = ledger(output)
    items = [item for meeting in inside(town, 2026) for item in meeting.items]
    row = rows["agenda_item", 2026]
    assert (row["read"], row["without_page"]) == (
        sum(item.page for item in items), sum(not item.page for item in items),
    )  # fmt: skip
    served = {entry.path for entry in town.log if "/vo020.asp?" in entry.path and entry.status == 200}
    assert sum(row["read"] for (kind, _), row in rows.items() if kind == "paper") == len(served)
    assert rows["person", None]["read"] == len([one for one in town.truth.council.people if one.number])


def test_nothing_is_missing_and_the_command_says_so_at_once(crawled: tuple[Town, Path]) -> None:
    _, output = crawled
    done = ris("coverage", str(output))
    assert (done.returncode, done.stderr) == (0, "")
    rows = ledger(output).values()
    assert all(row["sentence"] in done.stdout for row in rows)
    assert not any(row[state] for row in rows for state in LACKING)


def test_refused_and_vanished_agendas_are_told_as_such(tmp_path: Path) -> None:
    with Town() as town:
        held = [one for one in inside(town, 2026) if one.agenda]
        refused, vanished = {one.number for one in held[:3]}, {one.number for one in held[3:5]}

        def before(method: str, path: str) -> Answer | None:
            number = path.rpartition("SILFDNR=")[2]
            if "to010" not in path or not number.isdigit():
                return None
            if int(number) in refused:
                return Answer(b"<html><body>Zugriff verweigert</body></html>")
            return Answer(b"", 404) if int(number) in vanished else None

        town.before = before
        town_crawl(town, tmp_path)
        row = ledger(tmp_path)["meeting", 2026]
        assert (row["read"], row["refused"], row["gone"]) == (len(held) - 5, 3, 2)
        assert "3 are not public, 2 are not there" in row["sentence"]
        town.before = None
        town_crawl(town, tmp_path)
    row = ledger(tmp_path)["meeting", 2026]
    assert (row["read"], row["refused"], row["gone"]) == (len(held), 0, 0), "they are there again"


def test_another_product_s_meetings_are_each_told_once(tmp_path: Path) -> None:
    with Town(skin="sessionnet") as town:
        town_crawl(town, tmp_path)
        held = [one for one in inside(town, 2026) if one.agenda]
        row = ledger(tmp_path)["meeting", 2026]
    assert (row["read"], row["gone"], row["missing"]) == (len(held), 0, 0)
    assert row["expected"] == len(inside(town, 2026)), "an agenda has two addresses, of which one may refuse"


def lists(folder: Path) -> dict[str, Row]:
    return {row["kind"]: row for row in json.loads((folder / "coverage.json").read_bytes())["lists"]}


def test_what_a_list_says_it_has_in_all_is_told_beside_what_is_known(crawled: tuple[Town, Path]) -> None:
    town, output = crawled
    row, papers = lists(output)["paper"], len(town.truth.council.listed)
    assert row["total"] == papers
    assert row["known"] == sum(
        row["expected"] for (kind, _), row in ledger(output).items() if kind == "paper"
    )
    assert row["sentence"] in ris("coverage", str(output)).stdout
    assert row["sentence"] in ris("coverage", str(output), "--kind", "papers").stdout
    assert row["sentence"] not in ris("coverage", str(output), "--kind", "meetings").stdout


@pytest.mark.parametrize(
    ("skin", "totals"), [("oparl", {"meeting", "organization", "paper", "person"}), ("sdnet", {"paper"})]
)
def test_totals_of_other_products(tmp_path: Path, skin: str, totals: set[str]) -> None:
    with Town(skin=skin) as town:
        town_crawl(town, tmp_path)
        papers = len(town.truth.council.listed)
    assert set(lists(tmp_path)) == totals
    assert lists(tmp_path)["paper"]["total"] == papers


# ---- the command


def test_kind_and_year_choose_and_json_is_the_rows(crawled: tuple[Town, Path]) -> None:
    _, output = crawled
    done = ris("coverage", str(output), "--kind", "meetings", "--year", "2026", "--json")
    (row,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert row == ledger(output)["meeting", 2026]
    nothing = ris("coverage", str(output), "--year", "1999")
    assert (nothing.returncode, nothing.stdout) == (0, "") and "no entry" in nothing.stderr


def test_the_only_town_needs_no_name(crawled: tuple[Town, Path], tmp_path: Path) -> None:
    _, output = crawled
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "musterau").symlink_to(output)
    assert ris("coverage", cwd=tmp_path).stdout == ris("coverage", str(output)).stdout
    (tmp_path / "output" / "another").symlink_to(output)
    both = ris("coverage", cwd=tmp_path)
    assert both.returncode == 2 and "output/another, output/musterau" in both.stderr


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([], 1, "ris crawl SOURCE"),
        (["herne"], 2, "herne: no harvest of that name"),
        (["."], 1, "coverage.json: there is none yet; ris crawl SOURCE --output ."),
        ([".", "--kind", "tops"], 2, "tops"),
        ([".", "--kind", "memberships"], 2, "--kind memberships: one of meeting"),
        ([".", "--year", "this"], 2, "--year this"),
    ],
)
def test_what_cannot_be_told_is_one_line(tmp_path: Path, words: list[str], code: int, told: str) -> None:
    done = ris("coverage", *words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("damaged", ["{", "{}", "[]", "7"])
def test_a_damaged_ledger_is_one_line(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "coverage.json").write_text(damaged)
    done = ris("coverage", str(tmp_path))
    assert done.returncode == 6 and "damaged" in done.stderr and done.stderr.count("\n") == 1


def test_both_ways_have_a_ledger_each(tmp_path: Path) -> None:
    for way in ("html", "oparl"):
        (tmp_path / way).mkdir()
        (tmp_path / way / "coverage.json").write_text("{}")
    done = ris("coverage", str(tmp_path))
    assert done.returncode == 1 and f"{tmp_path / 'html'}, {tmp_path / 'oparl'}" in done.stderr
