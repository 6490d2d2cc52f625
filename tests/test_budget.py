"""`ris budget`: what an archive proves. The archives are written here, so every time in them is known."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

from scraper import politeness
from scraper.archive import Archive, archive_files, info_of
from scraper.harvest import Options, crawl
from scraper.page import Exchange, Source, Window
from scraper.terminal import budgeting
from scraper.wire.permission import FORBIDDEN
from tests.smallsite import VENDOR, Answer, Asked, Given, Site, page

TEN = dt.datetime(2026, 11, 24, 9, 59, 50, tzinfo=dt.UTC)
SOURCE = Source("musterau", "http://ris.musterau.example/")


def exchange(
    path: str, second: float, *, body: bytes = b"", status: int = 200, tagged: bool = True
) -> Exchange:
    tag = b'ETag: "1"\r\n' if tagged else b""
    return Exchange(
        url=SOURCE.base_url + path,
        method="GET",
        request_head=b"GET / HTTP/1.1\r\n\r\n",
        request_body=b"",
        status=status,
        response_head=b"HTTP/1.1 %d X\r\n%s\r\n" % (status, tag),
        body=body,
        fetched_at=TEN + dt.timedelta(seconds=second),
    )


def written(folder: Path, *starts: list[Exchange], override: str | None = None) -> None:
    """Each start of the program writes a file of its own."""
    for exchanges in starts:
        with Archive(folder / "archive", info=info_of(SOURCE, override=override), sync=False) as archive:
            for one in exchanges:
                archive.append(one)


def test_requests_hours_gaps_and_pauses(tmp_path: Path) -> None:
    first = [exchange(str(n), n * 2.0, body=b"x%d" % n) for n in range(10)]  # 9:59:50 to 10:00:08
    second = [exchange("x", 86_400.0, body=b"y"), exchange("y", 86_460.0, body=b"z")]
    written(tmp_path, first, second)
    (told,) = politeness.of(tmp_path)
    (host,) = told.hosts.values()
    assert list(told.hosts) == ["ris.musterau.example"]
    assert host.requests == 12
    assert host.hours == {"2026-11-24T09": 5, "2026-11-24T10": 5, "2026-11-25T09": 1, "2026-11-25T10": 1}
    assert (host.shortest, host.median(), host.longest) == (2.0, 2.0, 60.0), (
        "a day between starts is no pause"
    )


def test_what_conditional_requests_saved(tmp_path: Path) -> None:
    old, new = b"a" * 700, b"b" * 900
    written(
        tmp_path,
        [exchange("a", 0, body=old), exchange("b", 1, body=b"c" * 50, tagged=False)],
        [exchange("a", 10, status=304)],  # 700 bytes saved
        [exchange("a", 20, body=new), exchange("b", 21, body=b"c" * 50, tagged=False)],  # b: kept once
        [exchange("a", 30, status=304), exchange("z", 31, status=304)],  # 900 saved, and what nobody knows
    )
    (told,) = politeness.of(tmp_path)
    assert vars(told.not_modified) == {"answers": 3, "bytes": 1600, "unknown": 1}
    assert vars(told.identical) == {"answers": 1, "bytes": 50, "unknown": 0}


def test_the_rules_that_were_applied_and_overridden(tmp_path: Path) -> None:
    written(tmp_path, [exchange("a", 0, body=b"a")])
    written(tmp_path, [exchange("b", 5, body=b"b")], override="the town agreed")
    line = "robots.txt line 2: Disallow: /x (group '*')"
    failures = [{"reason": f"{FORBIDDEN}{line}", "count": 3}, {"reason": "HTTP 404", "count": 1}]
    robots = {"explanation": "no line matches", "delay": 5.0}
    (tmp_path / "run.json").write_text(json.dumps({"robots": robots, "failures": failures}), "utf-8")
    (told,) = politeness.of(tmp_path)
    assert told.overrides == ["the town agreed"]
    assert told.forbidden == {line: 3}
    shown = budgeting.text(told).splitlines()
    assert "robots.txt    no line matches, Crawl-delay 5 s" in shown
    assert f"left out      3 pages: {line}" in shown
    assert "overridden    the town agreed" in shown


def test_many_hours_are_summed_up_for_people_and_whole_in_json(tmp_path: Path) -> None:
    written(tmp_path, [exchange(str(n), n * 3600.0, body=b"%d" % n) for n in range(30)])
    (told,) = politeness.of(tmp_path)
    assert "6 hours before" in budgeting.text(told)
    assert len(budgeting.document(told)["hosts"][0]["hours"]) == 30


def budget(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scraper", "budget", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_real_harvest_that_asks_again(tmp_path: Path) -> None:
    bodies: dict[str, int] = {}

    def tagged(body: bytes) -> Given:
        def answer(asked: Asked) -> Answer:
            if asked.headers.get("if-none-match") == '"1"':
                return Answer(b"", 304, (("ETag", '"1"'),))
            bodies[asked.path] = len(body)
            return Answer(body, 200, (("ETag", '"1"'),))

        return answer

    with Site() as site:
        site.pages["start"] = tagged(page(follow=["paper/1"]))
        site.pages["paper/1"] = tagged(page(("paper", "1", {"subject": "Neubau"}), own="paper:1"))
        options = Options(tmp_path / "out", Window(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), delay=0.05)
        for _ in range(2):
            crawl(site.source, options, vendor=VENDOR)
        done, asked = budget(str(tmp_path / "out"), "--json"), len(site.log)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    saved = [one for one in site.log if one.headers.get("if-none-match")]
    assert saved
    assert told["not_modified"]["answers"] == len(saved)
    assert told["not_modified"]["bytes"] == sum(bodies[one.path] for one in saved)
    assert told["hosts"][0]["requests"] == asked
    assert told["hosts"][0]["shortest_gap"] >= 0.05
    assert sum(told["hosts"][0]["hours"].values()) == asked


def test_what_is_damaged_is_left_out_and_told(tmp_path: Path) -> None:
    written(tmp_path, [exchange(str(n), n, body=b"%d" % n) for n in range(3)])
    (file,) = archive_files(tmp_path / "archive")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)
    done = budget(str(tmp_path))
    assert done.returncode == 3
    assert "ris.musterau.example" in done.stdout
    assert f"ris: left out: {file}: offset " in done.stderr


def test_a_town_that_is_crawled_by_both_ways_has_two(tmp_path: Path) -> None:
    for way in politeness.WAYS:
        written(tmp_path / way, [exchange("a", 0, body=b"a")])
    done = budget(str(tmp_path), "--json")
    folders = [json.loads(line)["folder"] for line in done.stdout.splitlines()]
    assert folders == [str(tmp_path / way) for way in politeness.WAYS]


def test_a_folder_without_an_archive(tmp_path: Path) -> None:
    done = budget(str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"ris: {tmp_path}: there is no archive here; ")
