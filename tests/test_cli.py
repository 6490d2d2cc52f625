"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from scraper import cli, spans
from scraper.errors import LockedError, RisError, StorageError, UsageError
from scraper.page import Window
from scraper.records import KINDS
from scraper.terminal import arguments, console, progress

ROOT = Path(__file__).parents[1]
HEAVY = {"httpx", "httpcore", "selectolax", "pydantic", "typer", "rich", "sqlite3", "warcio"}


def ris(
    *words: str, stdin: bytes = b"", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the real command in a process of its own."""
    command = [sys.executable, "-m", "scraper", *words]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False, env=env)


def loaded(*words: str) -> set[str]:
    """The heavy libraries that one command line loads."""
    code = f"""
        import sys
        from scraper.cli import main
        code = main({list(words)!r})
        print("LOADED", *({HEAVY!r} & set(sys.modules)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, timeout=60, check=True
    )
    return set(done.stdout.decode().rpartition("LOADED")[2].split())


# What it says about itself.


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["help"], []])
def test_help_costs_little_more_than_python(words: list[str]) -> None:
    assert loaded(*words) == set()


def test_a_command_loads_only_what_it_needs() -> None:
    needed = loaded("catalog", "herne")
    assert needed == {"typer"}


def test_help_names_every_command_and_no_other() -> None:
    listed = re.findall(r"^  (\w+) [A-Z\[]+.*  ", cli.HELP.partition("Examples:")[0], re.MULTILINE)
    from scraper.terminal.app import declared

    assert listed == [
        (command.name or command.callback.__name__) for command in declared() if command.callback
    ]


def test_help_gives_the_first_line_of_each_command() -> None:
    from scraper.terminal.app import declared

    for command in declared():
        assert command.callback is not None
        first = (command.callback.__doc__ or "").strip().splitlines()[0]
        assert first in cli.HELP


@pytest.mark.parametrize(
    "command", re.findall(r"^  (\w+) [A-Z\[]", cli.HELP.partition("Examples:")[0], re.MULTILINE)
)
def test_the_help_of_every_command_has_examples(command: str) -> None:
    done = ris(command, "--help")
    assert done.returncode == 0
    assert f"ris {command}" in done.stdout.decode().partition("Examples:")[2]


def test_help_names_every_exit_code() -> None:
    codes = {
        int(code) for code in re.findall(r"^  (\d+) ", cli.HELP.partition("Exit codes:")[2], re.MULTILINE)
    }
    errors = {error.exit_code for error in (RisError, UsageError, StorageError, LockedError)}
    assert codes == {0, 3, 130} | errors


def test_version() -> None:
    from scraper import __version__

    done = ris("--version")
    assert (done.returncode, done.stdout.decode().strip()) == (0, f"ris-scraper {__version__}")


# Every ending is one line and an exit code.


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["frobnicate"], "frobnicate"),
        (["parse"], "FILE"),
        (["parse", "--frob", "x"], "--frob"),
        (["schema", "top"], "agenda_item"),
        (["--frob"], "--frob"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_2(words: list[str], told: str) -> None:
    done = ris(*words)
    message = done.stderr.decode()
    assert (done.returncode, done.stdout) == (2, b"")
    assert message.startswith("ris: ")
    assert message.count("\n") == 1
    assert told in message


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (UsageError("no such town"), 2, "no such town"),
        (LockedError("held by 17"), 5, "held by 17"),
        (PermissionError(13, "Permission denied", "/out"), 6, "/out: Permission denied"),
        (ValueError("x\x1b[2Jy"), 1, "internal error: ValueError: x\\u001b[2Jy"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_errors_become_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    told: str,
) -> None:
    def fail(words: list[str]) -> int:
        raise error

    monkeypatch.setattr(cli, "_run", fail)
    assert cli.main(["crawl", "x"]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("ris: ")
    assert printed.err.count("\n") == 1
    assert told in printed.err


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(words: list[str]) -> int:
        assert words == ["schema"]
        raise UsageError("x")

    monkeypatch.setattr(cli, "_run", fail)
    with pytest.raises(UsageError):
        cli.main(["schema", "--debug"])


def test_a_reader_that_leaves_early_hears_nothing() -> None:
    command = f"{sys.executable} -m scraper schema | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"{", b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_storage_trouble() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "scraper", "schema"],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 6
    assert done.stderr.decode().splitlines()[0] == "ris: No space left on device"


# The catalog.


def test_catalog_is_a_table_for_programs_when_piped() -> None:
    rows = [line.split("\t") for line in ris("catalog", "herne").stdout.decode().splitlines()]
    assert rows[0][:3] == ["name", "place", "state"]
    assert rows[1][0] == "herne"
    assert {len(row) for row in rows} == {11}


def test_catalog_as_json() -> None:
    rows = [
        json.loads(line) for line in ris("catalog", "--json", "allris3 sachsen").stdout.decode().splitlines()
    ]
    assert "leipzig" in {row["name"] for row in rows}


def test_catalog_without_a_hit() -> None:
    done = ris("catalog", "atlantis")
    assert (done.returncode, done.stdout) == (1, b"")
    assert "atlantis" in done.stderr.decode()


# Saved pages.


FIXTURES = ROOT / "fixtures" / "allris3"
PAPER = FIXTURES / "musterau-paper-windows-1252-and-unknown-label" / "page.html"
LINKED = FIXTURES / "musterau-paper-way-with-two-dates" / "page.html"
OTHER = FIXTURES / "musterau-error-another-product" / "page.html"
GONE = FIXTURES / "musterau-error-not-found" / "page.html"


GLUED = """\
Diese Website verwendet Cookies. Alle akzeptieren
Vorlage - 2026/0173
Betreff:Sanierung der Färbergasse
Status:öffentlichVorlage-Art:Beschlussvorlage
Federführend:50 Soziales
Sachverhalt:
Die Fahrbahn der Färbergasse ist beschädigt.
"""


def records(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_a_saved_page_becomes_lines() -> None:
    url = "https://ris.musterau.example/bi/vo020.asp?VOLFDNR=1000103"
    done = ris("parse", str(PAPER), "--url", url)
    assert (done.returncode, done.stderr) == (0, b"")
    paper = records(done)[0]
    assert (paper["kind"], paper["vendor"], paper["url"]) == ("paper", "allris3", url)
    assert list(paper) == list(KINDS["paper"].model_fields)
    saved = dt.datetime.fromtimestamp(int(PAPER.stat().st_mtime), dt.UTC)
    assert paper["fetched_at"] == saved.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_stdin_is_a_file_too() -> None:
    done = ris("parse", "-", stdin=PAPER.read_bytes())
    assert done.returncode == 0
    assert records(done)[0]["kind"] == "paper"


def test_links_are_added_only_when_asked_for() -> None:
    url = "https://ris.musterau.example/bi/vo020.asp?VOLFDNR=1000103"
    with_links = records(ris("parse", str(LINKED), "--url", url, "--links"))
    links = [record for record in with_links if record["kind"] == "link"]
    assert links
    assert all(list(link) == ["kind", "url", "target"] for link in links)
    assert str(links[0]["url"]).startswith("https://ris.musterau.example/bi/")
    assert records(ris("parse", str(LINKED), "--url", url)) == with_links[: -len(links)]


def test_one_bad_file_is_reported_and_the_others_go_on() -> None:
    done = ris("parse", str(PAPER), str(GONE), str(OTHER), str(PAPER))
    assert done.returncode == 3
    assert len({json.dumps(record) for record in records(done)}) * 2 == len(records(done))
    first, second = done.stderr.decode().splitlines()
    assert first == f"ris: {GONE}: the system says: Keine Information verfügbar"
    assert second.startswith(f"ris: {OTHER}: no council information system")


def bad_files(folder: Path) -> dict[str, str]:
    """Name → what must be said about it."""
    (folder / "empty.html").write_bytes(b" \r\n")
    (folder / "letter.html").write_bytes(b"%PDF-1.7 ...")
    (folder / "noise.html").write_bytes(b"\x07\x00" * 50)
    (folder / "folder.html").mkdir()
    with (folder / "huge.html").open("wb") as huge:
        huge.truncate(200 * 1024 * 1024)
    (folder / "other.html").write_bytes(b"<html><body>Hallo</body></html>")
    return {
        "missing.html": "No such file or directory",
        "empty.html": "is empty",
        "letter.html": "is no page but a PDF document",
        "noise.html": "is no page but binary data",
        "folder.html": "is a folder",
        "huge.html": "is too large for a page: 200 MiB (at most 64)",
        "other.html": "no council information system",
    }


def test_every_bad_file_is_one_clear_line(tmp_path: Path) -> None:
    expected = bad_files(tmp_path)
    files = [str(tmp_path / name) for name in expected]
    done = ris("parse", *files)
    assert (done.returncode, done.stdout) == (3, b"")
    lines = done.stderr.decode().splitlines()
    assert len(lines) == len(files)
    for line, file, told in zip(lines, files, expected.values(), strict=True):
        assert line.startswith(f"ris: {file}: ")
        assert told in line
        assert "internal error" not in line


def test_a_saved_page_that_is_cut_tells_what_is_there_and_that_it_is_cut(tmp_path: Path) -> None:
    cut = tmp_path / "cut.html"
    cut.write_bytes(PAPER.read_bytes().rstrip().removesuffix(b"</html>"))
    done = ris("parse", str(cut), str(PAPER))
    assert done.returncode == 3
    told, whole = records(done)
    assert told["warnings"] == [*whole["warnings"], "maybe_truncated"]
    assert told["subject"] == whole["subject"]
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith(f"ris: {cut}: the page is cut off")


def test_a_page_of_a_product_that_changed_is_read_by_the_generic_reader_and_told(tmp_path: Path) -> None:
    page = (FIXTURES / "musterau-paper-about-cookies" / "page.html").read_bytes()
    changed = tmp_path / "changed.html"
    changed.write_bytes(page.replace(b'id="', b'id="neu-').replace(b'class="', b'class="neu-'))
    done = ris("parse", str(changed))
    (record,) = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, record["vendor"]) == (3, "generic")
    assert "generic_reader" in record["warnings"]
    (told,) = done.stderr.decode().splitlines()
    assert told.startswith(f"ris: {changed}: no ALLRIS content container")
    assert told.endswith("; read by the generic reader instead")
    given = ris("parse", str(changed), "--vendor", "allris3")
    assert (given.returncode, given.stdout) == (3, b"")


def test_a_page_that_hangs_the_parser_costs_only_itself(tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.html"
    tags = b"".join(b"<b n%d><i n%d>" % (number, number) for number in range(16_000))
    hostile.write_bytes(b'<html><body><div id="allriscontainer" class="vo020">' + tags + b"</html>")
    done = ris("parse", str(hostile), str(PAPER))
    assert done.returncode == 3
    assert records(done)[0]["kind"] == "paper"
    assert len(done.stderr.decode().splitlines()) == 1


def test_text_needs_no_page_around_it(tmp_path: Path) -> None:
    text = tmp_path / "page.txt"
    text.write_text(GLUED, encoding="utf-8")
    named = ris("parse", str(text))
    assert (named.returncode, named.stderr) == (0, b"")
    paper = records(named)[0]
    assert (paper["reference"], paper["paper_type"]) == ("2026/0173", "Beschlussvorlage")
    assert "Cookies" not in json.dumps(paper)
    piped = ris("parse", "-", "--text", stdin=text.read_bytes())
    assert [{**record, "fetched_at": 0} for record in records(piped)] == [
        {**record, "fetched_at": 0} for record in records(named)
    ]


def test_a_product_without_a_reader_is_a_usage_error() -> None:
    done = ris("parse", str(PAPER), "--vendor", "acme")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"allris3" in done.stderr


def test_on_a_terminal_a_page_cannot_steer_it(tmp_path: Path) -> None:
    evil = tmp_path / "evil.html"
    evil.write_bytes(PAPER.read_bytes().replace(b"Umweltausschuss", b"Umwelt\x1b[2J&#x9b;2Jausschuss"))
    script = f"import pty, sys; pty.spawn([sys.executable, '-m', 'scraper', 'parse', {str(evil)!r}])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, check=False)
    assert b'"kind":"paper"' in done.stdout
    assert b"\x1b" not in done.stdout
    assert "\x9b".encode() not in done.stdout


# Values of options.


@pytest.mark.parametrize("text", ["2026-01-31", "31.01.2026", " 2026-01-31 "])
def test_a_day_in_either_form(text: str) -> None:
    assert arguments.day(text) == dt.date(2026, 1, 31)


@pytest.mark.parametrize("text", ["2026-02-30", "31.1", "yesterday", "01/31/2026"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(UsageError, match="2026-01-31"):
        arguments.day(text)


def test_the_window_is_the_last_year_and_all_that_is_announced() -> None:
    today = dt.date(2028, 2, 29)
    assert arguments.window("", "", today) == Window(dt.date(2027, 2, 28), dt.date(2030, 2, 28))
    assert arguments.window("", "", dt.date(2026, 11, 3)).until == dt.date(2028, 11, 30)
    assert arguments.window("01.03.2028", "2028-03-01", today) == Window(
        dt.date(2028, 3, 1), dt.date(2028, 3, 1)
    )
    assert arguments.window("2035-01-01", "", today).until == dt.date(2035, 1, 1)


def test_a_window_that_ends_before_it_begins() -> None:
    with pytest.raises(UsageError, match="after"):
        arguments.window("2026-02-01", "2026-01-01", dt.date(2026, 6, 1))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", None), ("90", 90), ("90s", 90), ("15m", 900), ("2h30m", 9000), ("0.5", 0.5), ("1.5h", 5400)],
)
def test_spans_of_time(text: str, seconds: float | None) -> None:
    assert spans.span(text) == seconds


@pytest.mark.parametrize("text", ["soon", "-1", "1d", "m"])
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(UsageError, match="2h30m"):
        spans.span(text)


def test_kinds_in_either_number() -> None:
    assert arguments.kinds("papers, meeting") == {"paper", "meeting"}
    assert arguments.kinds("") is None
    with pytest.raises(UsageError, match="agenda_item"):
        arguments.kinds("paper,tops")


def test_the_kinds_of_the_command_line_are_those_of_the_records() -> None:
    assert (*arguments.KINDS, "file") == tuple(KINDS)


# What a person sees.


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Betreff\x1b]0;x\x07", "Betreff\\u001b]0;x\\u0007"),
        ("\x9b2J", "\\u009b2J"),
        ("a\u202eb", "a\\u202eb"),
        ("two\r\n  lines\tand\u2028more", "two lines and\\u2028more"),
        ("\ud800", "\\ud800"),
        ("Größe – „so“ 👍", "Größe – „so“ 👍"),
    ],
)
def test_nothing_from_a_page_steers_the_terminal(text: str, shown: str) -> None:
    assert console.inert(text) == shown


def test_json_on_a_terminal_stays_the_same_json() -> None:
    line = json.dumps({"a": "\x9b \u202e ü"}, ensure_ascii=False)
    safe = console.inert_json(line)
    assert "\x9b" not in safe
    assert json.loads(safe) == json.loads(line)


def test_a_table_is_as_wide_as_its_cells() -> None:
    rows = [("kind", "records"), ("paper", "7"), ("meeting\x1b", "1234")]
    expected = "kind           records\npaper                7\nmeeting\\u001b     1234"
    assert console.table(rows, right=frozenset({1})) == expected


@dataclass
class State:
    done: int = 1200
    pending: int = 2200
    kind: str = "paper"
    url: str = "http://x/"
    records: int = 5310
    failures: int = 2
    eta: float | None = 2280.0


def test_lines_come_every_ten_seconds_or_hundred_pages() -> None:
    now = [0.0]
    out = io.StringIO()
    with progress.Lines(out, clock=lambda: now[0]) as shown:
        for done, at in [(1, 0.1), (99, 5.0), (100, 6.0), (101, 15.9), (102, 16.0), (150, 20.0)]:
            now[0] = at
            shown.progress(State(done=done))
    said = [int(line.split()[1]) for line in out.getvalue().splitlines()]
    assert said == [100, 102]


def test_a_line_tells_how_far_it_is() -> None:
    assert progress.summary(State()) == "1,200 of 3,400 pages, 5,310 records, 2 failed, 38 min left"
    assert progress.summary(State(failures=0, eta=None)) == "1,200 of 3,400 pages, 5,310 records"
    assert progress.summary(State(pending=0, failures=0)) == "1,200 of 1,200 pages, 5,310 records"


@pytest.mark.parametrize(("seconds", "told"), [(45.2, "45 s"), (60, "1 min"), (7500, "2 h 05 min")])
def test_durations(seconds: float, told: str) -> None:
    assert spans.duration(seconds) == told


def test_quiet_says_only_what_is_wrong() -> None:
    out = io.StringIO()
    with progress.display(quiet=True, stream=out) as shown:
        shown.progress(State())
        shown.say("started")
        shown.show("kind records")
        shown.say("disk is getting full", 30)
    assert out.getvalue() == "ris: disk is getting full\n"


def test_json_log_is_json() -> None:
    out = io.StringIO()
    with progress.display(as_json=True, stream=out) as shown:
        shown.progress(State())
        shown.say("x\x1b\ny", 30)
        shown.show("kind records")
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["progress", "message"]
    assert lines[0]["done"] == 1200
    assert (lines[1]["level"], lines[1]["text"]) == ("warning", "x\x1b\ny")


def test_the_bar_of_a_terminal_leaves_lines_above_it_and_no_markup_works() -> None:
    out = io.StringIO()
    with progress.Bar(out) as shown:
        shown.progress(State())
        shown.say("[link=http://evil]Vorlage[/link]\x1b[2J")
    assert "ris: [link=http://evil]Vorlage[/link]\\u001b[2J" in out.getvalue()


def test_a_closed_terminal_does_not_end_a_run() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with progress.Lines(Gone()) as shown:
        shown.progress(State())
        shown.say("still here")


def test_the_log_goes_through_the_display() -> None:
    import logging

    out = io.StringIO()
    with progress.Lines(out) as shown:
        with progress.logged(shown, verbose=False):
            logging.getLogger("scraper.dom").debug("removed a banner")
            logging.getLogger("scraper.dom").warning("odd\x07")
        with progress.logged(shown, verbose=True):
            logging.getLogger("scraper.dom").debug("removed a banner")
        logging.getLogger("scraper.dom").debug("after")
    assert out.getvalue().splitlines() == ["ris: odd\\u0007", "ris: removed a banner"]


# Signals.

WAITER = """
import os, sys, time
from scraper.terminal import signals
from scraper.sandbox import Sandbox
with signals.watched() as stop, Sandbox(lambda value: os.getpid()) as sandbox:
    child = sandbox.run(0)
    print("ready", child, flush=True)
    stop.event.wait(20)
    print("asked", flush=True)
    if sys.argv[1:]:
        time.sleep(20)
    print("child alive" if sandbox.run(0) == child else "child dead", flush=True)
sys.exit(128 + (stop.signal or 0))
"""


def waiter(*words: str) -> tuple[subprocess.Popen[bytes], int]:
    process = subprocess.Popen(
        [sys.executable, "-c", WAITER, *words], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline().split()[1])


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_one_signal_to_the_whole_group_ends_in_order_and_spares_the_workers(number: int, code: int) -> None:
    process, _ = waiter()
    os.killpg(process.pid, number)
    out, _ = process.communicate(timeout=15)
    assert process.returncode == code
    assert out.decode().split("\n")[:2] == ["asked", "child alive"]


def test_the_second_signal_ends_at_once() -> None:
    process, _ = waiter("hang")
    process.send_signal(signal.SIGTERM)
    assert process.stdout is not None
    assert process.stdout.readline() == b"asked\n"
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=15) == 130
    assert time.monotonic() - started < 10
    process.stdout.close()
