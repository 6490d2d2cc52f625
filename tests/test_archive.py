"""The archive: what is written can be read by others, every damage is found, a crash costs nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import io
import os
import shutil
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scraper import archive as archive_module
from scraper.archive import (
    Archive,
    Location,
    archive_files,
    info_of,
    page_of,
    read,
    read_slice,
    slices,
    source_of,
    verify,
)
from scraper.errors import StorageError
from scraper.page import Exchange, Source
from scraper.warc.members import Damage, WarcFile
from scraper.warc.replay import ReplayTransport
from scraper.wire.encoding import EncodingError

SOURCE = Source("musterstadt", "https://ris.musterstadt.example/bi/", "allris3", "Musterstadt")
NOON = dt.datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=dt.UTC)
HTML = "<html><body>Straßenausbau in Musterstadt</body></html>".encode()


def exchange(path: str = "si010.asp", body: bytes = HTML, headers: str = "", **changes: Any) -> Exchange:
    url = SOURCE.base_url + path
    return Exchange(
        url=url,
        method="GET",
        request_head=f"GET /bi/{path} HTTP/1.1\r\nHost: ris.musterstadt.example\r\n\r\n".encode(),
        request_body=b"",
        status=200,
        response_head=(
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=ISO-8859-1\r\n{headers}"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode(),
        body=body,
        fetched_at=NOON,
        ip="192.0.2.7",
        **changes,
    )


def page(number: int) -> Exchange:
    return exchange(f"to010.asp?SILFDNR={number}", f"<html><body>Sitzung {number}</body></html>".encode())


def post(step: int, body: bytes) -> Exchange:
    return replace(
        exchange("vo040.asp", body, step=step),
        method="POST",
        request_head=b"POST /bi/vo040.asp HTTP/1.1\r\nHost: ris.musterstadt.example\r\n\r\n",
        request_body=b"go=next",
    )


NOT_MODIFIED = replace(
    exchange(body=b""), status=304, response_head=b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n'
)
MIXED = [
    exchange("robots.txt", b"User-agent: *\nDisallow:\n"),
    page(1),
    exchange("to010.asp?SILFDNR=1&again=1", page(1).body),
    exchange("gone.asp", b"", ""),
    NOT_MODIFIED,
    exchange("zip.asp", gzip.compress(HTML), "Content-Encoding: gzip\r\n"),
    exchange("chunked.asp", HTML, "Transfer-Encoding: chunked\r\n"),
    exchange("cut.asp", HTML[:20], truncated="disconnect"),
    post(1, b"<html>1-2</html>"),
    post(3, b"<html>3-4</html>"),
]


def opened(folder: Path, **options: Any) -> Archive:
    return Archive(folder, **{"info": info_of(SOURCE), "sync": False, "now": lambda: NOON, **options})


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A file with every sort of record."""
    with opened(tmp_path) as archive:
        for one in MIXED:
            archive.append(one)
    return archive_files(tmp_path)[0]


def offsets(path: Path) -> list[tuple[int, int]]:
    with WarcFile(path) as file:
        return [(record.offset, record.end) for record in file.walk() if not isinstance(record, Damage)]


def types(path: Path) -> list[str]:
    with WarcFile(path) as file:
        return [record.type for record in file.walk() if not isinstance(record, Damage)]


# Reading back


def test_everything_comes_back(written: Path) -> None:
    found = [archived.exchange for archived in read([written])]
    expected = list(MIXED)
    renamed = MIXED[6].response_head.replace(b"Transfer-Encoding", b"X-Archive-Orig-Transfer-Encoding")
    expected[6] = replace(MIXED[6], response_head=renamed)
    assert found == expected


def test_location_and_info(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        locations = [archive.append(one) for one in MIXED]
        assert archive.position() == (locations[-1].file, (tmp_path / locations[-1].file).stat().st_size)
    found = list(read(archive_files(tmp_path)))
    assert [archived.location for archived in found] == locations
    assert source_of(found[0].info) == SOURCE
    assert found[0].info["format"] == "WARC File Format 1.1"
    data = (tmp_path / locations[1].file).read_bytes()
    one = data[locations[1].offset :][: locations[1].length]
    assert gzip.decompress(one).startswith(b"WARC/1.1\r\nWARC-Type: response\r\n")


def test_info_of_a_source_without_vendor() -> None:
    bare = Source("x", "http://x.example/")
    assert source_of(info_of(bare)) == bare
    assert source_of({}) == Source("", "")


def test_a_line_break_in_info_stays_one_line(tmp_path: Path) -> None:
    with opened(tmp_path, info={"title": "Muster\r\nstadt: x"}) as archive:
        archive.append(page(1))
    (archived,) = read(archive_files(tmp_path))
    assert archived.info == {"title": "Muster stadt: x"}


def test_file_name_and_warcinfo(written: Path) -> None:
    assert written.name == "ris-20260504120000-00001.warc.gz"
    assert types(written)[0] == "warcinfo"


# Other tools read and verify it


def warcio_records(path: Path) -> Iterator[tuple[Any, bytes]]:
    with path.open("rb") as file:
        for record in WarcioIterator(file, check_digests="raise"):
            yield record, record.content_stream().read()


def test_warcio_reads_and_verifies(written: Path) -> None:
    records = list(warcio_records(written))
    assert [record.rec_type for record, _ in records] == types(written)
    passed = [record.digest_checker.passed for record, _ in records if record.rec_type == "response"]
    assert passed == [True] * 8
    bodies = [body for record, body in records if record.rec_type == "response"]
    assert bodies == [MIXED[at].body if at != 5 else HTML for at in (0, 1, 3, 5, 6, 7, 8, 9)]


def test_fastwarc_reads_and_verifies(written: Path) -> None:
    with written.open("rb") as file:
        kinds = []
        for record in FastIterator(file, parse_http=False):
            kinds.append(record.headers["WARC-Type"])
            if "WARC-Block-Digest" in record.headers:
                assert record.verify_block_digest()
    assert kinds == types(written)
    with written.open("rb") as file:
        checked = 0
        for record in FastIterator(file, parse_http=True):
            if record.headers["WARC-Type"] == "response":
                assert record.verify_payload_digest(), record.headers["WARC-Target-URI"]
                checked += 1
    assert checked == 8


def test_gzip_tools_read_it(written: Path) -> None:
    assert gzip.decompress(written.read_bytes()).count(b"WARC/1.1\r\n") == len(types(written))


def test_revisit_headers(written: Path) -> None:
    revisits = [record for record, _ in warcio_records(written) if record.rec_type == "revisit"]
    same, not_modified = (record.rec_headers for record in revisits)
    assert same.get_header("WARC-Profile").endswith("/1.1/revisit/identical-payload-digest")
    assert same.get_header("WARC-Refers-To-Target-URI") == page(1).url
    assert same.get_header("WARC-Refers-To-Date") == "2026-05-04T12:00:00.123456Z"
    assert not_modified.get_header("WARC-Profile").endswith("/1.1/revisit/server-not-modified")


# Revisits


def test_a_repeated_payload_is_written_once_across_runs(tmp_path: Path) -> None:
    big = exchange("a.asp", os.urandom(20_000))
    with opened(tmp_path) as archive:
        first = archive.append(big)
    with opened(tmp_path) as archive:
        second = archive.append(replace(big, url=big.url + "?b"))
    assert first.length > 20_000
    assert second.length < 1_000
    assert second.file != first.file
    assert [archived.exchange.body for archived in read(archive_files(tmp_path))] == [big.body] * 2
    assert [archived.exchange.body for archived in read([tmp_path / second.file])] == [big.body]


def test_cut_and_empty_bodies_are_never_stand_ins(tmp_path: Path) -> None:
    cut = exchange("cut.asp", truncated="length")
    with opened(tmp_path) as archive:
        for one in (cut, exchange("whole.asp"), cut, exchange("e1", b""), exchange("e2", b"")):
            archive.append(one)
    assert types(archive_files(tmp_path)[0]).count("revisit") == 0


def test_a_damaged_original_is_not_referred_to(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        first = archive.append(page(1))
    with opened(tmp_path) as archive:
        damaged = tmp_path / first.file
        data = bytearray(damaged.read_bytes())
        data[first.offset + 30] ^= 0xFF
        damaged.write_bytes(data)
        second = archive.append(page(1))
    assert types(tmp_path / second.file) == ["warcinfo", "response", "request"]


def test_a_revisit_without_its_payload_is_reported(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        first = archive.append(page(1))
    with opened(tmp_path) as archive:
        second = archive.append(page(1))
    (tmp_path / first.file).unlink()
    left = tmp_path / second.file
    damages: list[Damage] = []
    assert list(read([left], on_damage=damages.append)) == []
    assert [(damage.offset, "not in the archive" in damage.reason) for damage in damages] == [
        (second.offset, True)
    ]
    assert [damage.offset for damage in verify([left])] == [second.offset]


def test_a_revisit_cannot_point_out_of_its_folder(tmp_path: Path) -> None:
    other = tmp_path / "other"
    with opened(other) as archive:
        archive.append(page(1))
    folder = tmp_path / "archive"
    with opened(folder) as archive:
        archive.append(page(1))
        archive.append(page(1))
    (path,) = archive_files(folder)
    text = gzip.decompress(path.read_bytes()).replace(
        b"Refers-To-Location: ris-", b"Refers-To-Location: ../other/ris-"
    )
    path.write_bytes(
        b"".join(gzip.compress(b"WARC/1.1\r\n" + part) for part in text.split(b"WARC/1.1\r\n")[1:])
    )
    assert len(list(read([path]))) == 2  # found by its digest, in the file that was given


# Rotation


def test_rotation(tmp_path: Path) -> None:
    with opened(tmp_path, max_bytes=2_000) as archive:
        for number in range(12):
            archive.append(page(number))
    files = archive_files(tmp_path)
    assert len(files) > 2
    assert [path.name[-13:-8] for path in files] == [f"{at:05d}" for at in range(1, len(files) + 1)]
    assert all(types(path)[0] == "warcinfo" for path in files)
    assert [archived.exchange for archived in read(files)] == [page(number) for number in range(12)]
    assert list(verify(files)) == []


def test_a_new_writer_begins_a_new_file_at_its_first_exchange(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append(page(1))
        position = archive.position()
    with opened(tmp_path) as archive:
        assert archive.position() == position
        assert len(archive_files(tmp_path)) == 1
        archive.append(page(2))
        assert archive.position()[0].endswith("-00002.warc.gz")


def test_an_empty_folder(tmp_path: Path) -> None:
    with opened(tmp_path / "new") as archive:
        assert archive.position() == ("", 0)
    assert list((tmp_path / "new").iterdir()) == []


def test_files_sort_by_serial_number_also_when_the_clock_went_back(tmp_path: Path) -> None:
    for year in (2026, 2025, 2024):
        with opened(tmp_path, now=lambda year=year: NOON.replace(year=year)) as archive:
            archive.append(page(year))
    assert [archived.exchange for archived in read(archive_files(tmp_path))] == [
        page(2026),
        page(2025),
        page(2024),
    ]


# Damage


@pytest.fixture
def short(tmp_path: Path) -> Path:
    """A file of five records: warcinfo, response, request, revisit, request."""
    with opened(tmp_path) as archive:
        archive.append(page(1))
        archive.append(replace(page(1), url=SOURCE.base_url + "other.asp"))
    return archive_files(tmp_path)[0]


def test_a_sound_file_has_no_damage(written: Path, short: Path) -> None:
    assert list(verify([written, short])) == []


def test_every_flipped_byte_is_found_at_its_record(short: Path) -> None:
    data = short.read_bytes()
    bounds = offsets(short)
    for at in range(len(data)):
        flipped = bytearray(data)
        flipped[at] ^= 1 << at % 8
        short.write_bytes(flipped)
        begin = next(begin for begin, end in bounds if begin <= at < end)
        found = [damage.offset for damage in verify([short])]
        assert found[:1] == [begin], (at, found)
        if begin != bounds[1][0]:
            assert found == [begin], at
        else:  # the payload that the revisit refers to is gone with it
            assert found == [begin, bounds[3][0]], at


def test_every_truncation_is_found(short: Path) -> None:
    data = short.read_bytes()
    bounds = offsets(short)
    ends = {end for _, end in bounds}
    for size in range(1, len(data)):
        short.write_bytes(data[:size])
        found = list(verify([short]))
        if size in ends:
            assert found == []
        else:
            begin = next(begin for begin, end in bounds if begin < size < end)
            assert [(damage.offset, damage.reason[:14]) for damage in found] == [(begin, "truncated tail")], (
                size
            )


def test_a_zero_filled_tail(short: Path) -> None:
    data = short.read_bytes()
    begin = offsets(short)[-1][0]
    short.write_bytes(data + bytes(500_000))
    assert list(verify([short])) == [Damage(str(short), len(data), "zero-filled tail of 500000 bytes")]
    short.write_bytes(data[: begin + 30] + bytes(1000))
    assert [damage.offset for damage in verify([short])] == [begin]


def test_junk_between_members_costs_no_record(short: Path) -> None:
    data = short.read_bytes()
    middle = offsets(short)[1][0]
    short.write_bytes(data[:middle] + b"\x1f\x8b\x08junk" * 9 + data[middle:])
    damages: list[Damage] = []
    # the revisit's location is wrong now, but its digest finds the payload
    assert len(list(read([short], on_damage=damages.append))) == 2
    assert [damage.offset for damage in damages] == [middle]


def test_one_damaged_record_costs_one_exchange(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        places = [archive.append(page(number)) for number in range(20)]
    (path,) = archive_files(tmp_path)
    data = bytearray(path.read_bytes())
    data[places[7].offset + places[7].length // 2] ^= 1
    path.write_bytes(data)
    damages: list[Damage] = []
    found = [archived.exchange for archived in read([path], on_damage=damages.append)]
    assert found == [page(number) for number in range(20) if number != 7]
    assert [damage.offset for damage in damages] == [places[7].offset]


def test_a_damaged_request_costs_no_answer(short: Path) -> None:
    data = bytearray(short.read_bytes())
    data[offsets(short)[2][0] + 40] ^= 1
    short.write_bytes(data)
    found = [archived.exchange for archived in read([short], on_damage=lambda damage: None)]
    assert [one.body for one in found] == [page(1).body] * 2
    assert (found[0].method, found[0].request_head) == ("GET", b"")


def test_damage_without_a_taker_is_logged(short: Path, caplog: pytest.LogCaptureFixture) -> None:
    short.write_bytes(short.read_bytes()[:-5])
    list(read([short]))
    assert "truncated tail" in caplog.text and short.name in caplog.text


def repack(path: Path, old: bytes, new: bytes) -> None:
    """Changes a record's text and makes sound gzip of it again, as a careless tool would."""
    records = gzip.decompress(path.read_bytes()).split(b"WARC/1.1\r\n")[1:]
    changed = [b"WARC/1.1\r\n" + record.replace(old, new) for record in records]
    path.write_bytes(b"".join(map(gzip.compress, changed)))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"Sitzung 1", b"Sitzung 2", "the block does not have its digest"),
        (b"Sitzung 1", b"Sitzung 10", "Content-Length is"),
        (b"WARC-Payload-Digest: sha256:", b"WARC-Payload-Digest: sha256:A", "payload"),
        (b"WARC-Block-Digest: sha256:", b"WARC-Block-Digest: sha256:A", "block"),
    ],
)
def test_lies_in_sound_gzip_are_found(short: Path, old: bytes, new: bytes, reason: str) -> None:
    repack(short, b"\0never\0", b"")
    assert list(verify([short])) == []
    repack(short, old, new)
    damages = list(verify([short]))
    assert damages
    assert reason in damages[0].reason


def test_files_that_are_no_archives(tmp_path: Path) -> None:
    empty, text = tmp_path / "empty.warc.gz", tmp_path / "text.warc.gz"
    empty.write_bytes(b"")
    text.write_bytes(b"<html>this is no archive</html>")
    zipped = tmp_path / "zipped.warc.gz"
    zipped.write_bytes(gzip.compress(b"no record"))
    assert [(damage.file, damage.offset) for damage in verify([empty, text, zipped])] == [
        (str(empty), 0),
        (str(text), 0),
        (str(zipped), 0),
    ]
    assert list(read([empty, text, zipped], on_damage=lambda damage: None)) == []
    with pytest.raises(StorageError, match="missing"):
        list(read([tmp_path / "missing.warc.gz"]))


def test_a_bomb_is_not_inflated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.warc.members.MAX_RECORD", 100_000)
    path = tmp_path / "bomb.warc.gz"
    path.write_bytes(gzip.compress(b"WARC/1.1\r\nContent-Length: 9000000\r\n\r\n" + bytes(9_000_000)))
    tracemalloc.start()
    assert [damage.reason for damage in verify([path])] == ["broken record: longer than 100000 bytes"]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000


# Slices


@pytest.mark.parametrize("size", [1, 37, 400, 1_000, 100_000])
def test_slices_hold_each_exchange_once(written: Path, size: int) -> None:
    whole = list(read([written]))
    parts = slices([written], size)
    assert sum(part.end - part.start for part in parts) == written.stat().st_size
    assert [archived for part in parts for archived in read_slice(part)] == whole


def test_slices_tell_each_damage_once(written: Path) -> None:
    data = written.read_bytes()
    bounds = offsets(written)
    for record in range(len(bounds)):
        for at in (0, 17, 40):
            broken = bytearray(data)
            broken[bounds[record][0] + at] ^= 0xFF
            written.write_bytes(broken)
            whole: list[Damage] = []
            expected = list(read([written], on_damage=whole.append))
            assert whole
            told: list[Damage] = []
            found = [
                a
                for part in slices([written], 101)
                for a in read_slice(part, [written], on_damage=told.append)
            ]
            assert [a.exchange for a in found] == [a.exchange for a in expected]
            assert [damage.offset for damage in told] == [damage.offset for damage in whole], (record, at)


# Recovery


def test_recover_after_a_cut_at_every_byte_of_the_last_exchange(tmp_path: Path) -> None:
    folder = tmp_path / "sound"
    with opened(folder) as archive:
        archive.append(page(1))
        name, committed = archive.position()
        archive.append(page(2))
        complete = archive.position()[1]
        archive.append(page(3))
        end = archive.position()[1]
    torn = tmp_path / "torn"
    torn.mkdir()
    for size in range(complete, end + 1):
        shutil.copy(folder / name, torn / name)
        os.truncate(torn / name, size)
        found = Archive.recover(torn, name, committed)
        assert found == ([page(2), page(3)] if size == end else [page(2)]), size
        assert (torn / name).stat().st_size == (end if size == end else complete)
        assert list(verify([torn / name])) == []


def test_recover_of_a_whole_archive_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append(page(1))
        position = archive.position()
    before = (tmp_path / position[0]).read_bytes()
    assert Archive.recover(tmp_path, *position) == []
    assert Archive.recover(tmp_path, "", 0) == [page(1)]
    assert (tmp_path / position[0]).read_bytes() == before


def test_recover_with_later_files_and_a_torn_first_record(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append(page(1))
        position = archive.position()
    with opened(tmp_path) as archive:
        archive.append(page(2))
    with opened(tmp_path) as archive:
        archive.append(page(3))
    third = archive_files(tmp_path)[2]
    os.truncate(third, 50)
    assert Archive.recover(tmp_path, *position) == [page(2)]
    assert not third.exists()
    with opened(tmp_path) as archive:
        archive.append(page(3))
    assert Archive.recover(tmp_path, *position) == [page(2), page(3)]


def test_recover_cuts_a_zero_filled_tail(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append(page(1))
        position = archive.position()
    path = tmp_path / position[0]
    with path.open("ab") as file:
        file.write(bytes(9_000))
    assert Archive.recover(tmp_path, *position) == []
    assert path.stat().st_size == position[1]


def test_recover_resolves_revisits(tmp_path: Path) -> None:
    again = replace(page(1), url=SOURCE.base_url + "again.asp")
    with opened(tmp_path) as archive:
        archive.append(page(1))
        position = archive.position()
        archive.append(again)
    assert Archive.recover(tmp_path, *position) == [again]


def test_recover_never_cuts_before_damage_that_is_no_tail(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append(page(1))
        position = archive.position()
        place = archive.append(page(2))
        archive.append(page(3))
        end = archive.position()[1]
    path = tmp_path / position[0]
    data = bytearray(path.read_bytes())
    data[place.offset + 50] ^= 1
    path.write_bytes(data)
    assert Archive.recover(tmp_path, *position) == [page(3)]
    assert path.stat().st_size == end


def test_recover_when_committed_bytes_are_missing(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append(page(1))
        name, end = archive.position()
    os.truncate(tmp_path / name, end - 10)
    with pytest.raises(StorageError, match="shorter than"):
        Archive.recover(tmp_path, name, end)
    assert (tmp_path / name).stat().st_size == end - 10


def test_recover_when_the_committed_file_was_moved_away(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        with opened(tmp_path) as archive:
            archive.append(page(number))
            if number == 2:
                name, end = archive.position()
    (tmp_path / name).unlink()
    assert Archive.recover(tmp_path, name, end) == [page(3)]


def test_recover_of_nothing(tmp_path: Path) -> None:
    assert Archive.recover(tmp_path, "", 0) == []


WRITER = """
import sys, itertools
from pathlib import Path
sys.path[:0] = {paths!r}
from tests.test_archive import opened, page
with opened(Path({folder!r}), max_bytes=4000, sync=True) as archive:
    for number in itertools.count():
        archive.append(page(number))
        print(number, flush=True)
"""


def test_nothing_acknowledged_is_lost_by_a_kill(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[1])
    code = WRITER.format(paths=[root], folder=str(tmp_path))
    for told in (1, 5, 13):
        for path in archive_files(tmp_path):
            path.unlink()
        writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=root)
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(told)]
        writer.kill()
        acknowledged += [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        writer.stdout.close()
        found = Archive.recover(tmp_path, "", 0)
        assert found[: len(acknowledged)] == [page(number) for number in acknowledged]
        assert list(verify(archive_files(tmp_path))) == []


# Storage trouble


def test_a_full_disk_leaves_whole_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write

    def full(descriptor: int, data: Any) -> int:
        real(descriptor, bytes(data[:100]))
        raise OSError(28, "No space left on device")

    with opened(tmp_path) as archive:
        archive.append(page(1))
        position = archive.position()
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", full)
            with pytest.raises(StorageError, match="No space left on device"):
                archive.append(page(2))
        assert archive.position() == position
        assert list(verify(archive_files(tmp_path))) == []
        archive.append(page(2))
    assert [archived.exchange for archived in read(archive_files(tmp_path))] == [page(1), page(2)]
    assert len(archive_files(tmp_path)) == 2


def test_a_failed_sync_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def failing(descriptor: int) -> None:
        calls.append(descriptor)
        raise OSError(5, "Input/output error")

    with opened(tmp_path, sync=True) as archive:
        archive.append(page(1))
        monkeypatch.setattr(archive_module, "_datasync", failing)
        with pytest.raises(StorageError, match="Input/output error"):
            archive.append(page(2))
    assert len(calls) == 1
    assert [archived.exchange for archived in read(archive_files(tmp_path))] == [page(1)]


def test_the_first_record_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, data: Any) -> int:
        raise OSError(28, "No space left on device")

    with opened(tmp_path) as archive, monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(StorageError):
            archive.append(page(1))
    assert Archive.recover(tmp_path, "", 0) == []
    assert archive_files(tmp_path) == []


def test_every_append_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(
        archive_module, "_datasync", lambda descriptor: synced.append(os.fstat(descriptor).st_size)
    )
    with opened(tmp_path, sync=True) as archive:
        archive.append(page(1))
        assert synced[-1] == archive.position()[1]
        archive.append(page(2))
        assert synced[-1] == archive.position()[1]
    assert len(synced) == 3


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="file"):
        opened(tmp_path / "file" / "archive")


# Pages


def test_page_of() -> None:
    made = page_of(MIXED[5], "musterstadt")
    assert (made.content, made.content_type, made.status) == (HTML, "text/html; charset=ISO-8859-1", 200)
    assert (made.url, made.source, made.step) == (SOURCE.base_url + "zip.asp", "musterstadt", 0)
    assert made.fetched_at == NOON
    assert page_of(post(3, HTML), "x").step == 3
    assert page_of(exchange("a.asp#top"), "x").url.endswith("a.asp")


def test_page_of_without_a_content_type() -> None:
    bare = replace(exchange(), response_head=b"HTTP/1.1 200 OK\r\n\r\n")
    assert page_of(bare, "x").content_type == ""


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_page_of_a_body_that_cannot_be_decoded(coding: str) -> None:
    with pytest.raises(EncodingError):
        page_of(exchange("x", HTML, f"Content-Encoding: {coding}\r\n"), "x")


def test_two_coding_headers_are_refused() -> None:
    twice = exchange("x", gzip.compress(HTML), "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n")
    with pytest.raises(EncodingError):
        page_of(twice, "x")


# Archives of other tools


def foreign(path: Path, *, request_first: bool) -> None:
    def headers(line: str, *pairs: tuple[str, str]) -> StatusAndHeaders:
        return StatusAndHeaders(line, list(pairs), protocol="HTTP/1.1")

    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    for number in range(3):
        url = f"{SOURCE.base_url}?n={number}"
        answer = writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(b"body %d" % number),
            http_headers=headers("200 OK", ("Content-Type", "text/html")),
        )
        question = writer.create_warc_record(
            url,
            "request",
            payload=io.BytesIO(b"a=1"),
            http_headers=StatusAndHeaders("POST / HTTP/1.1", [("Host", "x")], is_http_request=True),
            warc_headers_dict={"WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID")},
        )
        for record in (question, answer) if request_first else (answer, question):
            writer.write_record(record)
    records = WarcioIterator(io.BytesIO(buffer.getvalue()))
    originals = (record.rec_headers for record in records if record.rec_type == "response")
    again = writer.create_revisit_record(
        SOURCE.base_url + "?again",
        digest=next(head.get_header("WARC-Payload-Digest") for head in originals),
        refers_to_uri=SOURCE.base_url + "?n=0",
        refers_to_date="2026-05-04T12:00:00Z",
        http_headers=headers("200 OK", ("Content-Type", "text/html")),
    )
    writer.write_record(again)
    path.write_bytes(buffer.getvalue())


@pytest.mark.parametrize("request_first", [True, False])
def test_archives_of_other_tools_are_read(tmp_path: Path, request_first: bool) -> None:
    path = tmp_path / "other.warc.gz"
    foreign(path, request_first=request_first)
    found = [archived.exchange for archived in read([path])]
    assert [one.body for one in found] == [b"body 0", b"body 1", b"body 2", b"body 0"]
    assert [one.method for one in found] == ["POST", "POST", "POST", "GET"]
    assert [one.request_body for one in found] == [b"a=1", b"a=1", b"a=1", b""]
    assert list(verify([path])) == []
    assert slices([path], 10) == [archive_module.Slice(path, 0, path.stat().st_size)]


def test_damage_in_an_archive_of_another_tool(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    foreign(path, request_first=False)
    bounds = offsets(path)
    data = bytearray(path.read_bytes())
    data[bounds[2][0] + 60] ^= 1
    path.write_bytes(data)
    assert [damage.offset for damage in verify([path])] == [bounds[2][0]]
    assert len(list(read([path], on_damage=lambda damage: None))) == 3


def test_records_that_are_no_http_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "dns.warc.gz"
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: text/dns\r\nContent-Length: 3\r\n\r\n"
    path.write_bytes(gzip.compress(head + b"abc\r\n\r\n"))
    assert list(read([path])) == []
    assert list(verify([path])) == []


@pytest.mark.parametrize("missing", [b"WARC-Target-URI: ", b"WARC-Date: ", b"HTTP/1.1 "])
def test_a_response_without_a_needed_header_is_reported(short: Path, missing: bytes) -> None:
    repack(short, missing, b"X" * len(missing))
    damages: list[Damage] = []
    assert list(read([short], on_damage=damages.append)) == []
    assert len(damages) == 2


# Replay


def served(paths: list[Path]) -> httpx.Client:
    return httpx.Client(transport=ReplayTransport(paths), trust_env=False)


def test_replay_serves_what_was_recorded(written: Path) -> None:
    with served([written]) as client:
        answer = client.get(page(1).url)
        assert (answer.status_code, answer.content) == (200, page(1).body)
        assert answer.headers["content-type"] == "text/html; charset=ISO-8859-1"
        assert answer.reason_phrase == "OK"
        assert client.get(SOURCE.base_url + "to010.asp?SILFDNR=1&again=1").content == page(1).body
        assert client.get(SOURCE.base_url + "zip.asp").content == HTML
        chunked = client.get(SOURCE.base_url + "chunked.asp")
        assert chunked.content == HTML
        assert not [name for name in chunked.headers if "transfer-encoding" in name]


def test_replay_repeats_the_last_answer_of_a_plain_page(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        archive.append(exchange(body=b"first"))
        archive.append(exchange(body=b"second"))
    with served(archive_files(tmp_path)) as client:
        assert [client.get(exchange().url).content for _ in range(4)] == [
            b"first",
            b"second",
            b"second",
            b"second",
        ]


def test_replay_of_session_bound_paging(written: Path) -> None:
    with served([written]) as client:
        ask = lambda: client.post(SOURCE.base_url + "vo040.asp", content=b"go=next")  # noqa: E731
        assert [ask().content for _ in range(2)] == [b"<html>1-2</html>", b"<html>3-4</html>"]
        exhausted = ask()
    assert exhausted.status_code == 504
    assert exhausted.text == (
        "replay: POST https://ris.musterstadt.example/bi/vo040.asp: "
        "only 2 answers recorded, and they are session-bound\n"
    )


def test_replay_of_what_was_not_recorded(written: Path) -> None:
    with served([written]) as client:
        assert client.get(SOURCE.base_url + "nowhere.asp").status_code == 504
        assert client.post(page(1).url, content=b"").status_code == 504
        other_body = client.post(SOURCE.base_url + "vo040.asp", content=b"go=last")
    assert "not recorded" in other_body.text


def test_replay_breaks_off_where_the_recording_did(written: Path) -> None:
    with served([written]) as client, pytest.raises(httpx.RemoteProtocolError, match="disconnect"):
        client.get(SOURCE.base_url + "cut.asp")


def test_replay_of_a_damaged_answer(short: Path) -> None:
    transport = ReplayTransport([short])
    data = bytearray(short.read_bytes())
    data[offsets(short)[1][1] - 3] ^= 1
    short.write_bytes(data)
    with httpx.Client(transport=transport) as client:
        answer = client.get(page(1).url)
    assert (answer.status_code, "damaged in the archive" in answer.text) == (504, True)


# Memory


def test_reading_keeps_no_bodies(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        for number in range(60):
            archive.append(exchange(f"{number}.asp", os.urandom(100_000)))
    tracemalloc.start()
    with contextlib.closing(read(archive_files(tmp_path))) as stream:
        assert sum(1 for _ in stream) == 60
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_a_location_is_where_zlib_finds_the_record(tmp_path: Path) -> None:
    with opened(tmp_path) as archive:
        place: Location = archive.append(page(5))
    raw = (tmp_path / place.file).read_bytes()[place.offset :]
    stream = zlib.decompressobj(31)
    assert page(5).body in stream.decompress(raw)
    assert len(raw) - len(stream.unused_data) == place.length
