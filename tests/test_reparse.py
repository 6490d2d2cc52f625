"""Re-parsing gives what a crawl gives: whatever the cores, slices, repetitions, damages and hostile pages."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scraper import reparse as module
from scraper import spool as spool_module
from scraper import vendors
from scraper.archive import Archive, archive_files, info_of, page_of
from scraper.crawling.folder import held
from scraper.crawling.telling import tell
from scraper.errors import LockedError, PageError, RisError, StorageError, UsageError, WrongProductError
from scraper.exporter import export
from scraper.harvest import Options, crawl
from scraper.merging import versions
from scraper.merging.contribution import Contribution, page_key, sort_key
from scraper.merging.outputs import FILES
from scraper.page import Exchange, Source, Window
from scraper.reparse import is_page, reparse
from scraper.spool import Spool, merged, read_piece
from tests.town import Town
from tests.town.allris3.site import Site

SITE = Site()
BASE = "http://ris.musterau.example/bi/"
SOURCE = Source("musterau", BASE, "allris3")
START = dt.datetime(2026, 5, 4, 8, 0, 0, tzinfo=dt.UTC)
ALLRIS = vendors.load("allris3")


def answer(path: str, body: bytes, second: int = 0, **changes: Any) -> Exchange:
    whole = Exchange(
        url=BASE + path,
        method="GET",
        request_head=f"GET /bi/{path} HTTP/1.1\r\n\r\n".encode(),
        request_body=b"",
        status=200,
        response_head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=ISO-8859-1\r\n\r\n",
        body=body,
        fetched_at=START + dt.timedelta(seconds=second),
    )
    return replace(whole, **changes)


def status(exchange: Exchange, code: int, second: int) -> Exchange:
    head = exchange.response_head.replace(b"200 OK", b"%d Other" % code)
    body = b"" if code == 304 else exchange.body
    when = START + dt.timedelta(seconds=second)
    return replace(exchange, status=code, response_head=head, body=body, fetched_at=when)


def addresses() -> list[tuple[str, str]]:
    programs = [("allris.net.asp", ""), ("au010.asp", ""), ("fr010.asp", ""), ("kp040.asp", "")]
    programs += [("si010_e.asp", f"MM={month}&YY={SITE.council.date.year}") for month in range(1, 13)]
    programs += [("to010.asp", f"SILFDNR={number}") for number in sorted(SITE.meetings)[:25]]
    programs += [("to020.asp", f"TOLFDNR={number}") for number in sorted(SITE.items)[:40]]
    programs += [("vo020.asp", f"VOLFDNR={number}") for number in sorted(SITE.papers)[:40]]
    programs += [("kp020.asp", f"KPLFDNR={number}") for number in sorted(SITE.people)[:20]]
    return programs


def pages(second: int = 0) -> list[Exchange]:
    return [
        answer(f"{program}?{query}" if query else program, SITE.body(program, query), second + at)
        for at, (program, query) in enumerate(addresses())
    ]


def changed(exchange: Exchange, second: int, old: str = "", new: str = "") -> Exchange:
    body = exchange.body.replace(old.encode("latin-1"), new.encode("latin-1")) if old else exchange.body
    assert not old or body != exchange.body
    return replace(exchange, body=body, fetched_at=START + dt.timedelta(seconds=second))


def write(folder: Path, exchanges: Iterable[Exchange], **options: Any) -> Path:
    with Archive(folder, **{"info": info_of(SOURCE), "sync": False, **options}) as archive:
        for exchange in exchanges:
            archive.append(exchange)
    return folder


def as_crawled(exchanges: Iterable[Exchange], folder: Path) -> dict[str, bytes]:
    """What a crawl that gets these answers one after the other exports, told the plain way."""
    known: dict[str, tuple[str, tuple[Contribution, ...]]] = {}
    for exchange in exchanges:
        if not is_page(exchange):
            continue
        page = page_of(exchange, SOURCE.name)
        key = page_key(exchange, ALLRIS.canonical)
        if key in known and known[key][0] == page.snapshot:
            continue
        try:
            known[key] = (page.snapshot, tell(page, key, ALLRIS).contributions)
        except PageError:
            continue
    folder.mkdir(parents=True)
    export(sorted((one for _, told in known.values() for one in told), key=sort_key), folder)
    return files_of(folder)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.jsonl"))}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Exchange], dict[str, bytes], Path]:
    """Answers, the files they give, and their archive."""
    folder = tmp_path_factory.mktemp("crawled")
    exchanges = [
        answer("../robots.txt", b"User-agent: *\nDisallow:\n", url="http://ris.musterau.example/robots.txt")
    ]
    exchanges += pages()
    expected = as_crawled(exchanges, folder / "expected")
    return exchanges, expected, write(folder / "archive", exchanges)


def test_the_expected_files_are_worth_comparing(crawled: Any) -> None:
    _, expected, _ = crawled
    assert set(expected) == {name for kind, name in FILES.items() if kind != "file"}
    assert all(data.count(b"\n") >= 5 for data in expected.values()), expected


@pytest.mark.parametrize(("workers", "size"), [(1, 10**9), (2, 20_000), (3, 3_000)])
def test_same_bytes_whatever_the_workers_and_slices(
    crawled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, size: int
) -> None:
    _, expected, archive = crawled
    monkeypatch.setattr(module, "LARGEST_SLICE", size)
    monkeypatch.setattr(module, "SMALLEST_SLICE", size)
    monkeypatch.setattr(spool_module, "PIECE_BYTES", 50_000)
    monkeypatch.setattr(spool_module, "FAN_IN", 4)
    steps: list[tuple[int, int]] = []
    result = reparse([archive], tmp_path, workers=workers, on_progress=lambda *step: steps.append(step))
    assert files_of(tmp_path) == expected
    assert (result.verdict, result.exit_code) == ("ok", 0), result.reasons
    total = sum(path.stat().st_size for path in archive_files(archive))
    assert steps[-1] == (total, total)
    assert steps == sorted(steps)


def test_the_report(crawled: Any, tmp_path: Path) -> None:
    exchanges, expected, archive = crawled
    document = reparse([archive], tmp_path, workers=1).document
    assert json.loads((tmp_path / "run.json").read_bytes()) == document
    assert document["records"]["paper"] == expected["papers.jsonl"].count(b"\n")
    assert (document["source"], document["base_url"], document["vendor"]) == ("musterau", BASE, "allris3")
    assert document["pages"]["ok"] + document["soft_errors"] == len(exchanges) - 1
    assert document["damages"] == []
    assert document["options"]["archives"] == [str(path) for path in archive_files(archive)]


def test_nothing_is_left_beside_the_records(crawled: Any, tmp_path: Path) -> None:
    (tmp_path / ".reparse-of-a-killed-run").mkdir()
    reparse([crawled[2]], tmp_path, workers=1)
    names = {path.name for path in tmp_path.iterdir()}
    assert names - {".lock", ".lock.json"} == {*crawled[1], "run.json"}


def test_the_archive_is_only_read(crawled: Any, tmp_path: Path) -> None:
    _, _, archive = crawled
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in archive.iterdir()}
    reparse([archive], tmp_path, workers=1)
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in archive.iterdir()} == before


def test_a_real_crawl_and_its_archive_give_the_same(tmp_path: Path) -> None:
    output, window = tmp_path / "town", Window(dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    with Town() as town:
        source = Source("musterau", town.url)
        for _ in range(2):  # the second time everything is asked for again
            crawl(source, Options(output, window, delay=0.0))
    before, told = files_of(output), (output / "run.json").read_bytes()
    assert len(before["papers.jsonl"].splitlines()) > 5
    reparse([output], tmp_path / "elsewhere", workers=2)
    assert files_of(tmp_path / "elsewhere") == before
    reparse([output], output, workers=1)
    assert files_of(output) == before
    assert (output / "run.json").read_bytes() == told


# Several fetches of a page


def refetched() -> list[Exchange]:
    """Three more runs: the same again, changed, and changed back, with failures in between."""
    first = pages()
    paper = next(one for one in first if "VOLFDNR" in one.url and b"</h1>" in one.body)
    agenda = next(one for one in first if "SILFDNR" in one.url and b"TOLFDNR" in one.body)
    empty = b"<html><body>Keine Information verf\xfcgbar</body></html>"
    return [
        *first,
        *(changed(one, 10_000) for one in first),
        changed(paper, 20_000, "</h1>", " (neu)</h1>"),
        changed(agenda, 20_001, "TOLFDNR=", "TOLFDNR=9"),
        replace(paper, body=empty, fetched_at=START + dt.timedelta(seconds=25_000)),
        status(agenda, 500, 25_001),
        status(paper, 304, 26_000),
        replace(agenda, body=agenda.body[:900], truncated="disconnect"),
        changed(agenda, 30_000),
        changed(agenda, 31_000),
    ]


@pytest.mark.parametrize("size", [2_000, 10**9])
def test_later_fetches_replace_earlier_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    exchanges = refetched()
    expected = as_crawled(exchanges, tmp_path / "expected")
    monkeypatch.setattr(module, "LARGEST_SLICE", size)
    monkeypatch.setattr(module, "SMALLEST_SLICE", size)
    archive = write(tmp_path / "archive", exchanges, max_bytes=60_000)
    assert len(archive_files(archive)) > 1
    reparse([archive], tmp_path / "out", workers=2)
    assert files_of(tmp_path / "out") == expected
    times = {json.loads(line)["fetched_at"] for line in expected["persons.jsonl"].splitlines()}
    assert max(times) < "2026-05-04T08:05", "content that stays leaves fetched_at alone"
    assert b"(neu)" in expected["papers.jsonl"]


def test_files_of_one_folder_are_read_in_the_order_of_writing(tmp_path: Path) -> None:
    exchanges = refetched()
    expected = as_crawled(exchanges, tmp_path / "expected")
    files = archive_files(write(tmp_path / "archive", exchanges, max_bytes=60_000))
    reparse(files[::-1], tmp_path / "out", workers=1)
    assert files_of(tmp_path / "out") == expected


def test_the_winner_is_the_first_of_the_last_run_of_equal_content() -> None:
    rng = random.Random(5)
    rows, expected = bytearray(), []
    for page in range(300):
        key = f"http://r/{page}"
        contents = [rng.choice(b"AB") for _ in range(rng.randint(1, 5))]
        places = [at * 1000 + page for at in range(len(contents))]
        winner = len(contents) - 1
        while winner and contents[winner - 1] == contents[-1]:
            winner -= 1
        expected += [place for at, place in enumerate(places) if at != winner]
        for place, content in zip(places, contents, strict=True):
            rows += versions.row(key, place, f"sha256:{bytes([content] * 32).hex()}", own=True)
    shuffled = [rows[at : at + 33] for at in range(0, len(rows), 33)]
    rng.shuffle(shuffled)
    assert list(versions.superseded(bytearray(b"".join(shuffled)))) == sorted(expected)


def test_what_its_own_reader_read_stands_above_what_the_generic_one_did() -> None:
    rows = bytearray()
    for place, content, own in ((1, "a", False), (2, "b", True), (3, "b", True), (4, "c", False)):
        rows += versions.row("http://r/1", place, f"sha256:{content * 64}", own=own)
    for place, content in ((5, "a"), (6, "b"), (7, "b")):
        rows += versions.row("http://r/2", place, f"sha256:{content * 64}", own=False)
    assert list(versions.superseded(rows)) == [1, 3, 4, 5, 7]
    assert versions.count(rows) == (2, 5)


# Damage and hostile pages


def test_damage_costs_its_pages_and_is_told(crawled: Any, tmp_path: Path) -> None:
    exchanges, _, _ = crawled
    folder = tmp_path / "archive"
    with Archive(folder, info=info_of(SOURCE), sync=False) as archive:
        places = [archive.append(exchange) for exchange in exchanges]
    path = folder / places[0].file
    data = bytearray(path.read_bytes())
    for at in (30, 31, 80):
        data[places[at].offset + 60] ^= 1
    path.write_bytes(data[:-20])
    lost = {30, 31, 80}
    expected = as_crawled([one for at, one in enumerate(exchanges) if at not in lost], tmp_path / "expected")
    result = reparse([folder], tmp_path / "out", workers=2)
    assert files_of(tmp_path / "out") == expected
    assert (result.verdict, result.exit_code) == ("suspect", 3)
    assert result.reasons[0] == "4 damaged places in the archive were left out"
    for at, line in zip((30, 31, 80), result.document["damages"], strict=False):
        assert f"{path}: offset {places[at].offset}: " in line


def hostile(deed: Callable[[], object], word: str) -> Callable[..., Any]:
    def reader(page: Any, key: str, vendor: Any, *, anyway: bool) -> Any:
        if word in page.url:
            deed()
        return tell(page, key, vendor, anyway=anyway)

    return reader


def spin() -> None:
    while True:
        pass


@pytest.mark.parametrize(
    ("deed", "outcome", "reason"),
    [
        (spin, "parse_limit", "took too long"),
        (lambda: os._exit(9), "parse_limit", "the parser process ended by itself (status 9)"),
        (lambda: bytearray(10**10), "parse_limit", "took more than 500 MiB of memory"),
        (lambda: {}["x"], "reader_failed", "the reader failed: KeyError"),
    ],
)
def test_hostile_pages_cost_themselves(
    crawled: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    deed: Callable[[], object],
    outcome: str,
    reason: str,
) -> None:
    exchanges, _, archive = crawled
    victims = [exchange.url for exchange in exchanges if "VOLFDNR" in exchange.url][3:5]
    word = f"|{victims[0]}|{victims[1]}|"
    expected = as_crawled([one for one in exchanges if one.url not in victims], tmp_path / "expected")

    def reader(page: Any, key: str, vendor: Any, *, anyway: bool) -> Any:
        return hostile(deed, page.url if page.url in word else "\0")(page, key, vendor, anyway=anyway)

    monkeypatch.setattr(module, "tell", reader)
    result = reparse([archive], tmp_path / "out", workers=1, seconds=0.3, megabytes=500)
    assert files_of(tmp_path / "out") == expected
    rows = [row for row in result.document["failures"] if row["outcome"] == outcome]
    assert rows == [{"outcome": outcome, "reason": reason, "count": 2, "urls": victims}]


def test_a_child_that_dies_without_a_page_ends_the_run(
    crawled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export([], tmp_path)
    before = files_of(tmp_path)
    monkeypatch.setattr(module, "is_page", lambda exchange: os._exit(4))
    with pytest.raises(RisError, match="status 4"):
        reparse([crawled[2]], tmp_path, workers=2)
    assert files_of(tmp_path) == before
    assert [path.name for path in tmp_path.glob(".reparse-*")] == []


def test_a_full_disk_leaves_what_was_there(
    crawled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export([], tmp_path)
    before = files_of(tmp_path)

    def full(path: Path, entries: object) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(spool_module, "write_piece", full)
    with pytest.raises(StorageError, match="No space left on device"):
        reparse([crawled[2]], tmp_path, workers=2)
    assert files_of(tmp_path) == before


# What is given


def test_archives_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for given, text in (
        ([], "no archive"),
        ([tmp_path / "empty"], "no archive files"),
        ([tmp_path / "x"], "no such"),
    ):
        with pytest.raises(UsageError, match=text):
            reparse(given, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_output_folder_stands_for_its_archive(crawled: Any, tmp_path: Path) -> None:
    exchanges, expected, _ = crawled
    write(tmp_path / "archive", exchanges)
    reparse([tmp_path], tmp_path, workers=1)
    assert files_of(tmp_path) == expected


def test_the_product_is_found_when_the_archive_does_not_tell(crawled: Any, tmp_path: Path) -> None:
    exchanges, expected, _ = crawled
    archive = write(tmp_path / "archive", exchanges, info={"source": "musterau"})
    reparse([archive], tmp_path / "out", workers=1)
    assert files_of(tmp_path / "out") == expected


def test_a_damaged_first_record_is_made_up_for_by_the_next_file(crawled: Any, tmp_path: Path) -> None:
    exchanges, expected, _ = crawled
    archive = write(tmp_path / "archive", exchanges, max_bytes=100_000)
    first = archive_files(archive)[0]
    data = bytearray(first.read_bytes())
    data[50] ^= 1
    first.write_bytes(data)
    result = reparse([archive], tmp_path / "out", workers=1)
    assert files_of(tmp_path / "out") == expected
    assert len(result.document["damages"]) == 1


def test_an_archive_of_another_product(tmp_path: Path) -> None:
    other = answer("x.html", b"<html><body>Fahrplan der Buslinien</body></html>")
    archive = write(tmp_path / "archive", [other], info={})
    with pytest.raises(WrongProductError, match="no page of a council information system"):
        reparse([archive], tmp_path / "out")


def test_an_unknown_product(tmp_path: Path) -> None:
    archive = write(tmp_path / "archive", pages()[:2], info={"vendor": "sonstwas", "source": "x"})
    with pytest.raises(UsageError, match="sonstwas"):
        reparse([archive], tmp_path / "out")


def test_an_archive_without_pages(tmp_path: Path) -> None:
    result = reparse([write(tmp_path / "archive", [status(pages()[0], 503, 0)])], tmp_path / "out")
    assert (result.verdict, result.exit_code) == ("failed", 1)


def test_two_towns_in_one_folder_of_records(tmp_path: Path) -> None:
    here = pages()[:40]
    there = [replace(one, url=one.url.replace("musterau", "lindental")) for one in here]
    lindental = Source("lindental", BASE.replace("musterau", "lindental"), "allris3")
    one = write(tmp_path / "a", here)
    two = write(tmp_path / "b", there, info=info_of(lindental))
    reparse([one, two], tmp_path / "out", workers=2)
    sources = [
        json.loads(line)["source"] for line in files_of(tmp_path / "out")["meetings.jsonl"].splitlines()
    ]
    assert sources.count("musterau") == sources.count("lindental") > 5


def test_compressed_answers_and_bodies_that_are_broken(tmp_path: Path) -> None:
    plain = pages()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=ISO-8859-1\r\nContent-Encoding: gzip\r\n\r\n"
    zipped = [replace(one, body=gzip.compress(one.body), response_head=head) for one in plain]
    torn = replace(zipped[-1], url=BASE + "vo020.asp?VOLFDNR=99999", body=zipped[-1].body[:-9])
    expected = as_crawled(plain, tmp_path / "expected")
    result = reparse([write(tmp_path / "archive", [*zipped, torn])], tmp_path / "out", workers=1)
    assert files_of(tmp_path / "out") == expected
    assert [row["urls"] for row in result.document["failures"] if "gzip" in row["reason"]] == [[torn.url]]


def test_a_folder_where_a_crawl_is_at_work(crawled: Any, tmp_path: Path) -> None:
    with held(tmp_path, "2026-05-04T08:00:00Z"), pytest.raises(LockedError):
        reparse([crawled[2]], tmp_path)


def test_an_interrupted_run_leaves_what_was_there(
    crawled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SMALLEST_SLICE", 2_000)
    monkeypatch.setattr(module, "LARGEST_SLICE", 2_000)

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        reparse([crawled[2]], tmp_path, workers=2, on_progress=interrupt)
    assert files_of(tmp_path) == {}
    assert list(tmp_path.glob(".reparse-*")) == []
    assert time.monotonic() - started < 30


# The spool


@pytest.mark.parametrize("fan_in", [2, 3, 100])
def test_spooled_contributions_come_back_sorted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fan_in: int
) -> None:
    monkeypatch.setattr(spool_module, "PIECE_BYTES", 2_000)
    monkeypatch.setattr(spool_module, "_BLOCK_BYTES", 300)
    monkeypatch.setattr(spool_module, "FAN_IN", fan_in)
    rng = random.Random(3)
    told = [
        Contribution(
            f"x:paper:{rng.randint(1, 90)}",
            rng.choice(("paper", "person")),
            rng.random() < 0.5,
            f"p{at % 7}",
            b"j" * rng.randint(1, 90),
        )
        for at in range(500)
    ]
    spools = [Spool(tmp_path, str(number)) for number in range(2)]
    for at, one in enumerate(told):
        spools[at % 2].add([one], at)
    for spool in spools:
        spool.flush()
    pieces = [path for spool in spools for path in spool.pieces]
    assert len(pieces) > 10
    expected = sorted((*sort_key(one), at, 0, one.json) for at, one in enumerate(told))
    assert sorted(entry for path in pieces for entry in read_piece(path)) == expected
    assert list(merged(pieces)) == expected


def test_nothing_spooled(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "x")
    spool.flush()
    assert spool.pieces == []
    assert list(merged([])) == []
