"""The crawl as a whole, against a small site that behaves as it is told."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scraper.archive import archive_files, read
from scraper.crawling import schedule
from scraper.crawling.folder import held
from scraper.crawling.schedule import WAYS, is_in, pause_delay, retry_delay
from scraper.errors import LockedError, StorageError, UsageError
from scraper.harvest import Options, Progress, Report, crawl, in_scope
from scraper.page import Kind, Request, Source, Window
from scraper.records import KINDS
from scraper.state import Visit
from scraper.store import Store

from .smallsite import DAY, VENDOR, Answer, Asked, Site, Time, page

WINDOW = Window(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        running.pages["start"] = page(follow=["paper/1", "paper/2"])
        running.pages["paper/1"] = page(("paper", "1", {"subject": "Neubau"}), own="paper:1")
        running.pages["paper/2"] = page(("paper", "2", {"subject": "Umbau"}), own="paper:2")
        yield running


class Crawler:
    """Crawls one site into one folder, with a clock that runs on when the crawl sleeps."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.folder = folder
        self.time = Time()

    def __call__(self, **options: Any) -> Report:
        names = ("stop", "signal", "on_progress", "vendor")
        call = {"vendor": VENDOR} | {name: options.pop(name) for name in names if name in options}
        source = options.pop("source", self.site.source)
        chosen = Options(self.folder, **{"window": WINDOW, "delay": 0.0, "full": True, **options})
        return crawl(source, chosen, now=self.time.now, sleep=self.time.sleep, **call)

    def lines(self, name: str = "papers") -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / f"{name}.jsonl").read_bytes().splitlines()]

    def output(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.folder.glob("*.jsonl"))}

    def archived(self) -> list[str]:
        found = read(archive_files(self.folder / "archive"))
        return [one.exchange.url.removeprefix(self.site.url) for one in found]


@pytest.fixture
def ris(site: Site, tmp_path: Path) -> Crawler:
    return Crawler(site, tmp_path / "out")


# ---- from beginning to end


def test_a_crawl_writes_records_archive_and_report(ris: Crawler) -> None:
    report = ris()
    assert (report.verdict, report.exit_code, report.reasons) == ("ok", 0, ())
    assert [line["subject"] for line in ris.lines()] == ["Neubau", "Umbau"]
    assert ris.site.asked == ["start", "paper/1", "paper/2"]
    assert ris.archived() == ["robots.txt", "start", "paper/1", "paper/2"]
    told = json.loads((ris.folder / "run.json").read_text())
    assert told == report.document
    assert told["pages"] == {"total": 3, "ok": 3}
    assert told["traffic"]["requests"] == 4 and told["robots"]["status"] == 404
    assert told["vendor"] == "small" and told["window"] == {"since": "2026-01-01", "until": "2026-12-31"}


def test_pages_are_asked_for_from_lists_to_what_they_list(ris: Crawler) -> None:
    ris.site.pages["start"] = page(
        follow=["person/1", "organization/1", "paper/1", "meeting/1", "list", "calendar"]
    )
    for path in ("person/1", "organization/1", "meeting/1", "list", "calendar"):
        ris.site.pages[path] = page()
    ris()
    assert ris.site.asked == [
        "start",
        "calendar",
        "list",
        "meeting/1",
        "paper/1",
        "organization/1",
        "person/1",
    ]


def test_an_address_in_another_spelling_is_the_same_page(ris: Crawler) -> None:
    ris.site.pages["start"] = page(follow=["paper/1?sid=7", "paper/1", "paper/1?sid=9"])
    assert ris().verdict == "ok"
    assert ris.site.asked == ["start", "paper/1"]


def test_progress_is_told(ris: Crawler) -> None:
    seen: list[Progress] = []
    ris(on_progress=seen.append)
    assert seen and seen[0].done == 1 and seen[0].pending == 2 and seen[0].kind == "start"


def test_a_full_crawl_can_be_replayed_to_the_same_bytes(ris: Crawler, tmp_path: Path) -> None:
    ris()
    again = Crawler(ris.site, tmp_path / "again")
    asked = len(ris.site.log)
    report = again(replay=(ris.folder / "archive",))
    assert report.verdict == "ok" and again.output() == ris.output()
    assert len(ris.site.log) == asked and not (again.folder / "archive").exists()


def test_kinds_follows_only_what_leads_there_and_writes_only_these(ris: Crawler) -> None:
    ris.site.pages["start"] = page(follow=["organization/1", "meeting/1", "paper/1"])
    ris.site.pages["organization/1"] = page(("organization", "au1", {"name": "Rat"}))
    ris.folder.mkdir()
    (ris.folder / "papers.jsonl").write_text("before\n")
    report = ris(kinds=frozenset({"organization"}))
    assert ris.site.asked == ["start", "organization/1"]
    assert (ris.folder / "papers.jsonl").read_text() == "before\n"
    assert [line["name"] for line in ris.lines("organizations")] == ["Rat"]
    assert report.document["options"]["kinds"] == ["organization"]


def test_pages_outside_of_the_window_are_not_followed(ris: Crawler) -> None:
    days = {"1": "2025-12-31", "2": "2026-01-01", "3": "2026-12-31", "4": "2027-01-01"}
    follow = [(f"{kind}/{n}", 0, day) for kind in ("meeting", "paper") for n, day in days.items()]
    ris.site.pages["start"] = page(follow=follow)
    for n in days:
        ris.site.pages[f"meeting/{n}"] = ris.site.pages[f"paper/{n}"] = page()
    ris()
    assert ris.site.asked == ["start", "meeting/2", "meeting/3", "paper/2", "paper/3", "paper/4"]


def test_dates_printed_in_records_keep_links_out_of_the_window_too(ris: Crawler) -> None:
    url = ris.site.url
    station = {"order": 1, "date": "2020-05-05", "meeting_url": url + "meeting/1"}
    ris.site.pages["start"] = page(follow=["paper/1", "calendar"])
    ris.site.pages["paper/1"] = page(
        ("paper", "1", {"deliberations": [station]}), follow=[("meeting/1", 0, None)]
    )
    ris.site.pages["calendar"] = page(
        ("meeting", "2", {"url": url + "meeting/2", "date": "2020-06-06"}), follow=[("meeting/2", 0, None)]
    )
    ris()
    assert ris.site.asked == ["start", "calendar", "paper/1"]


# ---- going on


def test_a_budget_ends_the_run_and_the_same_command_goes_on(ris: Crawler) -> None:
    first = ris(max_requests=3)
    assert (first.verdict, first.exit_code) == ("suspect", 3) and "--max-requests 3" in first.reasons[0]
    assert first.document["pages"] == {"total": 3, "deferred": 1, "ok": 2}
    assert [line["subject"] for line in ris.lines()] == ["Neubau"]
    second = ris()
    assert second.verdict == "ok" and second.document["pages"] == {"total": 3, "ok": 3}
    assert ris.site.times() == {"start": 1, "paper/1": 1, "paper/2": 1}
    assert second.document["started"] == first.document["started"]
    assert second.document["traffic"]["requests"] == 5


def test_other_options_begin_a_new_run(ris: Crawler) -> None:
    ris(max_requests=3)
    ris(window=Window(dt.date(2026, 1, 1), dt.date(2026, 6, 30)))
    assert ris.site.times() == {"start": 2, "paper/1": 2, "paper/2": 1}


@pytest.mark.parametrize(("days", "asked"), [(1, 1), (8, 2)])
def test_a_window_that_follows_from_today_goes_on_for_some_days(ris: Crawler, days: int, asked: int) -> None:
    ris(max_requests=3, moving=True)
    ris.time.slept.append(days * 86_400.0)
    tomorrow = Window(WINDOW.since + dt.timedelta(days), WINDOW.until + dt.timedelta(days))
    report = ris(moving=True, window=tomorrow)
    assert ris.site.times()["paper/1"] == asked
    assert (report.document["window"]["since"] == "2026-01-01") == (asked == 1)


@pytest.mark.parametrize(("number", "code"), [(2, 130), (15, 143)])
def test_a_signal_ends_in_order_and_the_same_command_goes_on(ris: Crawler, number: int, code: int) -> None:
    stop = threading.Event()

    def answered(asked: Asked) -> bytes:
        stop.set()
        return page(("paper", "1", {"subject": "Neubau"}))

    ris.site.pages["paper/1"] = answered
    report = ris(stop=stop, signal=lambda: number)
    assert (report.verdict, report.exit_code) == ("interrupted", code)
    assert [line["subject"] for line in ris.lines()] == ["Neubau"]
    assert ris().verdict == "ok"
    assert ris.site.times() == {"start": 1, "paper/1": 1, "paper/2": 1}


def test_max_runtime_ends_the_run(ris: Crawler) -> None:
    report = ris(max_runtime=0.0)
    assert "--max-runtime" in report.reasons[0] and report.exit_code == 3
    assert ris.site.asked == []
    assert ris().verdict == "ok"


class Crash(BaseException):
    """The process dies here."""


def crash_at(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """The first process dies when the page is in the archive but not in the store."""
    settle: Callable[[Store, Visit], Any] = Store.settle

    def dying(store: Store, visit: Visit) -> Any:
        if visit.key.endswith(path):
            monkeypatch.setattr(Store, "settle", settle)
            raise Crash
        return settle(store, visit)

    monkeypatch.setattr(Store, "settle", dying)


def test_what_was_archived_before_a_crash_is_not_fetched_again(
    ris: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash_at(monkeypatch, "paper/1")
    with pytest.raises(Crash):
        ris()
    report = ris()
    assert report.verdict == "ok" and report.document["traffic"]["requests"] == 5
    assert ris.site.times() == {"start": 1, "paper/1": 1, "paper/2": 1}
    assert [line["subject"] for line in ris.lines()] == ["Neubau", "Umbau"]


def test_redirects_and_cookies_before_a_crash_are_taken_up(
    ris: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    ris.site.pages["paper/1"] = Answer(status=302, headers=(("Location", "/paper/9"), ("Set-Cookie", "s=1")))
    ris.site.pages["paper/9"] = page(("paper", "9", {"subject": "Ziel"}))
    crash_at(monkeypatch, "paper/1")
    with pytest.raises(Crash):
        ris()
    assert ris().verdict == "ok"
    assert ris.site.times() == {"start": 1, "paper/1": 1, "paper/9": 1, "paper/2": 1}
    assert ris.site.log[-1].headers["cookie"] == "s=1"


def test_a_crash_at_the_first_page_is_no_loss_either(ris: Crawler, monkeypatch: pytest.MonkeyPatch) -> None:
    crash_at(monkeypatch, "start")
    with pytest.raises(Crash):
        ris()
    assert ris().verdict == "ok"
    assert ris.site.times() == {"start": 1, "paper/1": 1, "paper/2": 1}


def test_a_torn_record_of_the_archive_is_cut_and_the_page_fetched_again(
    ris: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash_at(monkeypatch, "paper/1")
    with pytest.raises(Crash):
        ris()
    (newest,) = archive_files(ris.folder / "archive")
    newest.write_bytes(newest.read_bytes()[:-20])
    assert ris().verdict == "ok"
    assert ris.site.times()["paper/1"] == 2
    assert ris.archived().count("paper/1") == 1


# ---- a second run


def test_an_unchanged_page_keeps_its_bytes(ris: Crawler) -> None:
    ris()
    before = ris.output()
    ris.time.slept.append(3600.0)
    report = ris()
    assert report.document["pages"] == {"total": 3, "unchanged": 3}
    assert ris.output() == before and ris.site.times()["paper/1"] == 2


def test_validators_are_sent_and_304_keeps_the_record_and_its_links(ris: Crawler) -> None:
    def conditional(asked: Asked) -> Answer:
        if asked.headers.get("if-none-match") == '"v1"':
            return Answer(status=304)
        return Answer(page(follow=["paper/1", "paper/2"]), headers=(("ETag", '"v1"'),))

    ris.site.pages["start"] = page(follow=["calendar"])
    ris.site.pages["calendar"] = conditional
    ris()
    before = ris.output()
    report = ris()
    assert report.document["traffic"]["not_modified"] == 1
    assert report.document["pages"] == {"total": 4, "unchanged": 4}
    assert ris.output() == before and ris.site.times()["paper/2"] == 2


def test_a_changed_page_changes_its_record_alone(ris: Crawler) -> None:
    ris()
    before = ris.lines()
    ris.time.slept.append(3600.0)
    ris.site.pages["paper/1"] = page(("paper", "1", {"subject": "Neubau, geändert"}))
    assert ris().document["pages"] == {"total": 3, "ok": 1, "unchanged": 2}
    after = ris.lines()
    assert after[0]["subject"] == "Neubau, geändert" and after[0]["fetched_at"] == "2026-11-24T11:00:00Z"
    assert after[1] == before[1]


def test_pages_that_are_gone_do_not_wipe_what_they_told(ris: Crawler) -> None:
    ris()
    before = ris.output()
    ris.site.pages["paper/1"] = page(**{"raise": ["NotFoundError", "Keine Information verfügbar"]})
    ris.site.pages["paper/2"] = Answer(b"gone", 410)
    report = ris()
    assert report.document["pages"] == {"total": 3, "gone": 2, "unchanged": 1}
    assert ris.output() == before


def test_the_number_takes_over_from_an_unnumbered_entry_and_the_alias_is_kept(ris: Crawler) -> None:
    entry = {"date": "2026-03-01", "name": "Sitzung des Rates"}
    ris.site.pages["start"] = page(follow=["calendar"])
    ris.site.pages["calendar"] = page(("meeting", "2026-03-01-sitzung-des-rates", entry))
    ris()
    ris.site.pages["calendar"] = page(("meeting", "5", entry))
    ris()
    assert [line["id"] for line in ris.lines("meetings")] == ["musterau:meeting:5"]
    with Store(ris.folder / "state.sqlite") as store:
        assert store.aliases() == {"musterau:meeting:2026-03-01-sitzung-des-rates": "musterau:meeting:5"}


# ---- trouble with the server


def test_503_with_retry_after_leaves_the_whole_host_alone(ris: Crawler) -> None:
    busy = Answer(b"busy", 503, (("Retry-After", "90"),))
    ris.site.pages["paper/1"] = [busy, page(("paper", "1", {"subject": "Neubau"}))]
    report = ris()
    assert report.verdict == "ok" and report.document["traffic"]["retries"] == 1
    assert ris.site.asked == ["start", "paper/1", "paper/2", "paper/1"]
    assert ris.time.slept[0] == pytest.approx(90)
    assert sum(ris.time.slept) == pytest.approx(91)


def test_429_without_a_time_waits_longer_each_time_and_then_gives_up_for_now(ris: Crawler) -> None:
    ris.site.pages["paper/1"] = ris.site.pages["paper/2"] = Answer(b"slow down", 429)
    report = ris()
    assert (report.verdict, report.exit_code) == ("suspect", 3) and "429" in report.reasons[0]
    assert report.document["pages"] == {"total": 3, "deferred": 2, "ok": 1}
    assert [round(seconds) for seconds in ris.time.slept if seconds > 2] == [60, 120, 240, 480]
    ris.site.pages["paper/1"] = ris.site.pages["paper/2"] = page(("paper", "1", {}))
    ris.time.slept.append(3600.0)
    assert ris().verdict == "ok"


def test_a_page_that_says_too_many_requests_leaves_the_whole_host_alone(ris: Crawler) -> None:
    """ALLRIS 4: "Zu viele Zugriffe aus Ihrem Netzwerk" comes with HTTP 200."""
    busy = page(**{"raise": ["BusyError", "Zu viele Zugriffe"]})
    ris.site.pages["paper/1"] = [busy, busy, page(("paper", "1", {"subject": "Neubau"}))]
    report = ris()
    assert report.verdict == "ok" and report.document["traffic"]["retries"] == 2
    assert ris.site.asked == ["start", "paper/1", "paper/2", "paper/1", "paper/1"]
    assert [round(seconds) for seconds in ris.time.slept if seconds > 2] == [60, 60]
    assert [line["subject"] for line in ris.lines()] == ["Neubau", "Umbau"]


def test_a_system_that_goes_on_saying_too_many_requests_is_left_for_later(ris: Crawler) -> None:
    busy = page(**{"raise": ["BusyError", "Zu viele Zugriffe"]})
    ris.site.pages["paper/1"] = ris.site.pages["paper/2"] = busy
    report = ris()
    assert (report.verdict, report.exit_code) == ("suspect", 3) and "Zu viele Zugriffe" in report.reasons[0]
    assert report.document["pages"] == {"total": 3, "deferred": 2, "ok": 1}
    assert [round(seconds) for seconds in ris.time.slept if seconds > 2] == [60, 120, 240, 480]


def test_a_start_page_that_says_too_many_requests_is_asked_for_once_more(ris: Crawler) -> None:
    ris.site.pages["start"] = page(**{"raise": ["BusyError", "Zu viele Zugriffe"]})
    report = ris()
    assert (report.verdict, report.exit_code) == ("failed", 1) and "Zu viele Zugriffe" in report.reasons[0]
    assert ris.site.times() == {"start": 2}


def test_a_page_that_always_fails_is_given_up_after_four_tries(ris: Crawler) -> None:
    ris.site.pages["paper/1"] = Answer(b"oops", 500)
    report = ris()
    assert (report.verdict, report.exit_code) == ("suspect", 3)
    assert report.document["pages"] == {"total": 3, "failed": 1, "ok": 2}
    assert ris.site.times() == {"start": 1, "paper/1": 4, "paper/2": 1}
    slept = [seconds for seconds in ris.time.slept if seconds > 0.01]  # not what rounding leaves
    for seconds, wanted in zip(slept, (5, 20, 80), strict=True):
        assert seconds == pytest.approx(wanted, rel=0.11)
    (failure,) = report.document["failures"]
    assert "500" in failure["reason"] and failure["urls"] == [ris.site.url + "paper/1"]


def test_a_cut_answer_is_fetched_again_and_never_read(ris: Crawler) -> None:
    whole = page(("paper", "1", {"subject": "Neubau"}))
    ris.site.pages["paper/1"] = [Answer(whole, cut=True), whole]
    assert ris().verdict == "ok"
    assert ris.site.times()["paper/1"] == 2 and ris.archived().count("paper/1") == 2


def test_a_broken_page_gets_a_second_chance(ris: Crawler) -> None:
    broken = page(**{"raise": ["BrokenPageError", "tags without <"]})
    ris.site.pages["paper/1"] = [broken, page(("paper", "1", {"subject": "Neubau"}))]
    ris.site.pages["paper/2"] = broken
    report = ris()
    assert report.document["pages"] == {"total": 3, "failed": 1, "ok": 2}
    assert ris.site.times() == {"start": 1, "paper/1": 2, "paper/2": 2}


def test_a_wait_that_is_too_long_leaves_the_rest_for_later(ris: Crawler) -> None:
    ris.site.pages["paper/1"] = Answer(b"maintenance", 503, (("Retry-After", "7200"),))
    report = ris()
    assert report.exit_code == 3 and "left alone until 2026-11-24 12:00 UTC" in report.reasons[0]
    assert ris.time.slept == []
    again = ris()
    assert again.exit_code == 3 and ris.site.times()["paper/1"] == 1, "the wait survives a restart"
    ris.site.pages["paper/1"] = page()
    ris.time.slept.append(7300.0)
    assert ris().verdict == "ok"


def test_a_wait_beyond_max_runtime_is_not_begun(ris: Crawler) -> None:
    ris.site.pages["paper/1"] = Answer(b"busy", 503)
    report = ris(max_runtime=30.0)
    assert ris.time.slept == [] and "--max-runtime" in report.reasons[0]


def test_each_error_has_its_outcome_and_they_add_up(ris: Crawler) -> None:
    raised = {
        "paper/3": ("NotPublicError", "Zugriff verweigert"),
        "paper/4": ("NotFoundError", "Keine Information"),
        "paper/5": ("WrongProductError", "another product"),
    }
    ris.site.pages["start"] = page(follow=[f"paper/{n}" for n in range(1, 8)])
    ris.site.pages["robots.txt"] = b"User-agent: *\nDisallow: /paper/6\n"
    for path, error in raised.items():
        ris.site.pages[path] = page(**{"raise": error})
    ris.site.pages["paper/7"] = page(garbage=True)
    report = ris()
    assert report.document["pages"] == {
        "total": 8, "blocked": 1, "failed": 2, "gone": 1, "ok": 3, "refused": 1,
    }  # fmt: skip
    assert report.document["soft_errors"] == 4
    reasons = {row["reason"] for row in report.document["failures"]}
    assert {"Zugriff verweigert", "Keine Information", "another product"} <= reasons
    assert any("reader failed: AttributeError" in reason for reason in reasons)
    assert any("Disallow: /paper/6" in reason for reason in reasons)


# ---- session-bound lists


class Lists:
    """A paper list of three pages whose position is in the session."""

    def __init__(self, site: Site, lose: int = 0) -> None:
        self.lose = lose
        self.at: dict[str, int] = {}
        site.pages["start"] = page(follow=["list"])
        site.pages["list"] = lambda asked: self.show(asked, restart=True)
        site.pages["list?next"] = lambda asked: self.show(asked, restart=False)
        for n in (1, 51, 101):
            site.pages[f"paper/{n}"] = page(("paper", str(n), {}))

    def show(self, asked: Asked, *, restart: bool) -> Answer:
        session = asked.headers.get("cookie", "")
        if not restart and self.at.get(session) == 51 and self.lose:
            self.lose -= 1
            session = "forgotten"
        fresh = session not in self.at
        name = session if not fresh else f"s={len(self.at)}"
        self.at[name] = 1 if restart or fresh else self.at[name] + 50
        first = self.at[name]
        follow: list[Any] = [f"paper/{first}"]
        if first < 101:
            follow.insert(0, ("list?next", first + 50, None))
        crumb = (("Set-Cookie", name),) if fresh else ()
        return Answer(page(first=first, follow=follow), headers=crumb)


def test_a_list_in_the_session_is_walked_to_its_end_before_anything_else(ris: Crawler) -> None:
    Lists(ris.site)
    assert ris().verdict == "ok"
    assert ris.site.asked[:4] == ["start", "list", "list?next", "list?next"]
    assert [line["id"].rsplit(":")[-1] for line in ris.lines()] == ["1", "101", "51"]


def test_a_lost_session_begins_the_list_anew(ris: Crawler) -> None:
    Lists(ris.site, lose=1)
    report = ris()
    assert report.verdict == "ok" and report.document["traffic"]["retries"] == 1
    assert ris.site.times()["list"] == 2 and len(ris.lines()) == 3


def test_a_session_that_is_always_lost_fails_and_keeps_what_was_there(ris: Crawler) -> None:
    Lists(ris.site, lose=99)
    report = ris()
    assert report.document["pages"]["failed"] == 1 and ris.site.times()["list"] == 4
    assert [line["id"].rsplit(":")[-1] for line in ris.lines()] == ["1", "51"]


def test_a_part_of_a_page_is_asked_for_where_the_session_has_it(ris: Crawler) -> None:
    """ALLRIS 4: the calendar's table has an address with a counter, and needs the headers of a script."""
    seen: list[Asked] = []

    def table(asked: Asked) -> bytes:
        seen.append(asked)
        return page(("paper", "9", {"subject": "Tabelle"}), first=2)

    ris.site.pages["start"] = page(follow=["list/1"])
    ris.site.pages["list/1"] = page(follow=[("list/1", 2, None, "list/1?counter=7")])
    ris.site.pages["list/1?counter=7"] = table
    assert ris().verdict == "ok"
    assert ris.site.asked == ["start", "list/1", "list/1?counter=7"]
    assert seen[0].headers["x-part"] == "list"
    assert [line["subject"] for line in ris.lines()] == ["Tabelle"]


def test_an_address_of_a_lost_session_is_read_anew_from_its_page(ris: Crawler) -> None:
    ris.site.pages["start"] = page(follow=["list/1"])
    ris.site.pages["list/1"] = [
        page(follow=[("list/1", 2, None, f"list/1?counter={counter}")]) for counter in (7, 8)
    ]
    ris.site.pages["list/1?counter=7"] = page(first=1)  # the session is over: the page itself again
    ris.site.pages["list/1?counter=8"] = page(("paper", "9", {"subject": "Tabelle"}), first=2)
    assert ris().verdict == "ok"
    assert ris.site.asked == ["start", "list/1", "list/1?counter=7", "list/1", "list/1?counter=8"]


def test_a_relaunch_on_another_product_keeps_what_was_there_under_the_new_ids(
    ris: Crawler, tmp_path: Path
) -> None:
    ris.site.pages["start"] = page(follow=["paper/1", "paper/2", "meeting/7"])
    told = {"reference": "2026/1", "subject": "Bänke", "status": "öffentlich"}
    ris.site.pages["paper/1"] = page(("paper", "1", told), own="paper:1")
    ris.site.pages["meeting/7"] = page(
        ("meeting", "7", {"name": "Rat", "date": DAY}),
        ("agenda_item", "70", {"meeting_id": "musterau:meeting:7", "number": "1", "subject": "Bänke"}),
        own="meeting:7",
    )
    ris()
    new = {"vendor": "neu"}
    ris.site.pages["start"] = page(follow=["paper/a1", "meeting/b7"])
    ris.site.pages["paper/a1"] = page(
        ("paper", "a1", {"reference": "2026/1", "subject": "Bänke im Park"}), own="paper:a1", **new
    )
    ris.site.pages["meeting/b7"] = page(
        ("meeting", "b7", {"name": "Rat", "date": DAY}), own="meeting:b7", **new
    )
    relaunched = replace(VENDOR, name="neu")
    moved = Source("musterau", ris.site.url, None)
    report = crawl(
        moved,
        Options(ris.folder, WINDOW, delay=0.0),
        vendor=relaunched,
        now=ris.time.now,
        sleep=ris.time.sleep,
    )
    papers = {line["id"]: line for line in ris.lines()}
    assert set(papers) == {"musterau:paper:a1", "musterau:paper:2"}
    paper = papers["musterau:paper:a1"]
    assert (paper["subject"], paper["status"], paper["vendor"]) == ("Bänke im Park", "öffentlich", "neu")
    (meeting,) = ris.lines("meetings")
    (item,) = ris.lines("agenda_items")
    assert (meeting["id"], item["meeting_id"]) == ("musterau:meeting:b7", "musterau:meeting:b7")
    assert report.document["aliases"] == {
        "musterau:paper:1": "musterau:paper:a1", "musterau:meeting:7": "musterau:meeting:b7"
    }  # fmt: skip
    with Store(ris.folder / "state.sqlite") as store:
        assert store.aliases() == report.document["aliases"]


def test_what_cannot_be_had_is_asked_for_by_another_program(ris: Crawler) -> None:
    ris.site.pages["start"] = page(follow=["meeting/1"])
    ris.site.pages["meeting/1"] = page(**{"raise": ["NotPublicError", "only for members"]})
    ris.site.pages["meeting/1?old"] = page(("meeting", "1", {"name": "Rat"}), own="meeting:1")
    ris()
    assert ris.site.asked == ["start", "meeting/1", "meeting/1?old"]
    assert [line["name"] for line in ris.lines("meetings")] == ["Rat"]


def test_a_list_goes_on_in_its_session_after_a_restart(ris: Crawler) -> None:
    Lists(ris.site)
    ris(max_requests=4)
    assert ris().verdict == "ok"
    assert ris.site.times()["list"] == 1 and ris.site.times()["list?next"] == 2


@pytest.mark.parametrize(("days", "asked"), [(1, ["start", "list"]), (8, ["start", "list", "list?p=2"])])
def test_lists_are_walked_to_their_ends_once_a_week(ris: Crawler, days: int, asked: list[str]) -> None:
    ris.site.pages["start"] = page(follow=["list"])
    ris.site.pages["list"] = page(("paper", "1", {"subject": "a"}), follow=[("list?p=2", 2, None)], first=1)
    ris.site.pages["list?p=2"] = page(("paper", "2", {"subject": "b"}), first=2)
    ris(full=False)
    ris.time.slept.append(days * 86_400.0)
    ris.site.log.clear()
    assert ris(full=False).verdict == "ok"
    assert ris.site.asked == asked


def paged(*papers: str, further: str = "") -> bytes:
    """A page of a list whose pages have addresses of their own."""
    records = [("paper", number, {"subject": number}) for number in papers]
    return page(*records, follow=[(further, 0, None)] if further else [])


EITHER_WAY = replace(VENDOR, either_way=True)


def test_what_is_new_may_stand_on_the_last_page_of_a_list(ris: Crawler) -> None:
    """From old to new, as the lists of OParl go."""
    ris.site.pages["start"] = page(follow=["list"])
    ris.site.pages["list"] = paged("1", "2", further="list?p=2")
    ris.site.pages["list?p=2"] = paged("3", "4", further="list?p=3")
    ris.site.pages["list?p=3"] = paged("5")
    ris(full=False, vendor=EITHER_WAY)
    ris.site.pages["list?p=3"] = paged("5", "6", further="list?p=4")
    ris.site.pages["list?p=4"] = paged("7")
    ris.time.slept.append(86_400.0)
    ris.site.log.clear()
    assert ris(full=False, vendor=EITHER_WAY).document["records"]["paper"] == 7
    assert ris.site.asked == ["start", "list", "list?p=3", "list?p=4"]


def test_a_list_of_known_pages_that_leads_in_a_circle_has_a_last_one(ris: Crawler) -> None:
    ris.site.pages["start"] = page(follow=["list"])
    ris.site.pages["list"] = paged("1", further="list?p=2")
    ris.site.pages["list?p=2"] = paged("2", further="list")
    ris(full=False, vendor=EITHER_WAY)
    ris.time.slept.append(86_400.0)
    ris.site.log.clear()
    assert ris(full=False, vendor=EITHER_WAY).verdict == "ok"
    assert ris.site.asked == ["start", "list", "list?p=2"]


def test_papers_that_slide_from_page_to_page_are_not_missed(ris: Crawler) -> None:
    """From new to old: with every new paper one slides to the next page, which is then asked for too."""

    def town(*papers: str) -> None:
        for at in range(0, len(papers), 2):
            further = f"list?p={at // 2 + 2}" if papers[at + 2 :] else ""
            ris.site.pages[f"list?p={at // 2 + 1}"] = paged(*papers[at : at + 2], further=further)

    ris.site.pages["start"] = page(follow=["list?p=1"])
    papers = [f"{n}" for n in range(9, 1, -1)]
    town(*papers)
    ris(full=False)
    for new in ("10", "11", "12", "13"):
        papers.insert(0, new)
        town(*papers)
        ris.time.slept.append(86_400.0)
        assert ris(full=False).verdict == "ok"
        lines = (ris.folder / "papers.jsonl").read_text().splitlines()
        assert {json.loads(line)["gone"] for line in lines} == {None}
        assert len(lines) == len(papers)


def test_new_meetings_come_to_the_ends_of_a_list_of_meetings(ris: Crawler) -> None:
    """However old the others of that page are; the pages between rest for a month."""

    def meetings(*days: str, further: str = "") -> bytes:
        rows = [("meeting", day, {"name": "Rat", "date": day}) for day in days]
        return page(*rows, follow=[(further, 0, None)] if further else [])

    ris.site.pages["start"] = page(follow=["calendar"])
    ris.site.pages["calendar"] = meetings("2025-12-01", "2025-12-02", further="calendar?p=2")
    ris.site.pages["calendar?p=2"] = meetings("2025-12-03", further="calendar?p=3")
    ris.site.pages["calendar?p=3"] = meetings("2025-12-04")
    ris(full=False, vendor=EITHER_WAY)
    ris.site.pages["calendar?p=3"] = meetings("2025-12-04", "2026-07-01")
    ris.time.slept.append(86_400.0)
    ris.site.log.clear()
    assert ris(full=False, vendor=EITHER_WAY).document["records"]["meeting"] == 5
    assert ris.site.asked == ["start", "calendar", "calendar?p=3"]


def test_a_run_that_read_nothing_has_walked_no_list(ris: Crawler) -> None:
    ris.site.pages["start"] = page(follow=["list"])
    ris.site.pages["list"] = page(("paper", "1", {"subject": "a"}), first=1)
    ris(full=False)
    with Store(ris.folder / "state.sqlite") as store:
        walked = store.meta("lists_walked")
    ris.time.slept.append(8 * 86_400.0)
    ris.site.pages["robots.txt"] = b"User-agent: *\nDisallow: /\n"
    assert ris(full=False).verdict == "failed"
    with Store(ris.folder / "state.sqlite") as store:
        assert store.meta("lists_walked") == walked is not None


# ---- nothing usable


def test_a_site_that_forbids_everything_is_a_clear_failure(ris: Crawler) -> None:
    ris()
    before = ris.output()
    ris.site.pages["robots.txt"] = b"User-agent: *\nDisallow: /\n"
    report = ris()
    assert (report.verdict, report.exit_code) == ("failed", 1)
    assert "no page could be read" in report.reasons[0] and "Disallow: /" in report.reasons[0]
    assert ris.output() == before and ris.site.times()["start"] == 1


def test_a_start_page_that_is_missing_says_so(ris: Crawler) -> None:
    del ris.site.pages["start"]
    report = ris()
    assert (
        report.exit_code == 1 and "404" in report.reasons[0] and ris.site.url + "start" in report.reasons[0]
    )


def test_a_server_that_is_down_is_told_soon(ris: Crawler) -> None:
    down = Source("musterau", "http://127.0.0.1:9/")
    seen: list[Progress] = []
    report = ris(source=down, on_progress=seen.append)
    assert report.exit_code == 1 and sum(ris.time.slept) < 200
    (reason,) = report.reasons
    assert "127.0.0.1:9" in reason and "is the address right?" in reason
    assert [(one.done, one.pending, one.eta) for one in seen] == [(1, 0, None)]


def test_a_page_of_no_known_product_is_a_clear_failure(ris: Crawler, tmp_path: Path) -> None:
    ris.site.pages[""] = b"<html><body>Hello</body></html>"
    report = crawl(ris.site.source, Options(tmp_path / "other", WINDOW, delay=0.0))
    assert report.exit_code == 1 and "no council information system" in report.reasons[0]
    assert not list((tmp_path / "other").glob("*.jsonl"))


def test_the_catalog_s_product_must_not_be_denied_by_the_page(ris: Crawler, tmp_path: Path) -> None:
    ris.site.pages["allris.net.asp"] = b"<html><body>Bekanntmachungen</body></html>"
    report = crawl(Source("m", ris.site.url, "allris3"), Options(tmp_path / "other", WINDOW, delay=0.0))
    assert report.exit_code == 1 and "no council information system" in report.reasons[0]


# ---- folders


def test_a_second_crawl_of_the_folder_is_refused_and_told_who_works_there(ris: Crawler) -> None:
    ris()
    before = ris.output()
    with held(ris.folder, "2026-11-24T09:00:00Z"), pytest.raises(LockedError) as caught:
        ris()
    assert "process" in str(caught.value) and "started 2026-11-24T09:00:00Z" in str(caught.value)
    assert caught.value.exit_code == 5 and ris.output() == before
    assert ris().verdict == "ok"


def test_an_output_that_is_a_file_is_refused_before_any_request(ris: Crawler) -> None:
    ris.folder.write_text("precious")
    with pytest.raises(StorageError, match="--output"):
        ris()
    assert ris.folder.read_text() == "precious" and ris.site.log == []


def test_a_folder_of_another_source_is_refused(ris: Crawler) -> None:
    ris()
    with pytest.raises(UsageError, match="records of musterau, not of other"):
        ris(source=Source("other", ris.site.url))


def test_an_archive_that_cannot_be_written_ends_the_run_and_it_can_go_on(
    ris: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scraper.archive import Archive

    append = Archive.append

    def full(archive: Archive, exchange: Any) -> Any:
        if exchange.url.endswith("paper/1"):
            raise StorageError("archive: no space left on device")
        return append(archive, exchange)

    monkeypatch.setattr(Archive, "append", full)
    with pytest.raises(StorageError, match="no space left"):
        ris()
    monkeypatch.undo()
    assert ris().verdict == "ok" and len(ris.lines()) == 2


def test_a_replay_without_archive_files_is_a_usage_error(ris: Crawler, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="no archive files"):
        ris(replay=(tmp_path / "empty",))


# ---- tables


@pytest.mark.parametrize(
    ("kind", "day", "followed"),
    [
        (Kind.MEETING, "2025-12-31", False),
        (Kind.MEETING, "2026-01-01", True),
        (Kind.AGENDA_ITEM, "2027-01-01", False),
        (Kind.PAPER, "2027-01-01", True),
        (Kind.PAPER_LIST, "2025-12-31", False),
        (Kind.CALENDAR, "2025-12-31", False),
        (Kind.CALENDAR, "2027-01-01", True),
        (Kind.ORGANIZATION, "1999-01-01", True),
        (Kind.MEETING, None, False),
        (Kind.AGENDA_ITEM, None, True),
        (Kind.PAPER, None, True),
    ],
)
def test_the_window(kind: Kind, day: str | None, followed: bool) -> None:
    date = dt.date.fromisoformat(day) if day else None
    assert is_in(Request("http://r/", kind, date=date), WINDOW) is followed


def test_there_is_a_way_to_every_kind_of_record() -> None:
    assert set(WAYS) == set(KINDS) - {"file"}
    assert set(schedule.PRIORITY) == set(Kind) - {Kind.FILE}


def test_retries_and_pauses_grow() -> None:
    rng = random.Random(1)
    delays = [retry_delay(tries, rng) for tries in (1, 2, 3)]
    assert [round(delay, -1) or round(delay) for delay in delays] == [
        pytest.approx(d, rel=0.11) for d in (5, 20, 80)
    ]
    assert [pause_delay(n, None) for n in (1, 2, 3)] == [60, 120, 240]
    assert pause_delay(1, 5.0) == 5.0 and pause_delay(1, 1e14) == 86_400


def test_an_interface_on_a_host_of_its_own_is_in_scope_where_the_product_says_so() -> None:
    source = Source("musterau", "https://ris.musterau.example/app")
    wider = dataclasses.replace(VENDOR, within=lambda url: url.startswith("https://api.example/web/"))
    for vendor, url, inside in (
        (None, "https://www.ris.musterau.example/x", True),
        (None, "https://api.example/web/meetings", False),
        (VENDOR, "https://api.example/web/meetings", False),
        (wider, "https://api.example/web/meetings", True),
        (wider, "https://api.example/other", False),
    ):
        assert in_scope(url, source, vendor) is inside
