"""The store: what survives, in which order, and what it refuses."""

from __future__ import annotations

import datetime as dt
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from scraper import database
from scraper.errors import StorageError
from scraper.merging.contribution import Contribution
from scraper.merging.past import Absence
from scraper.page import Kind, Request
from scraper.state import Change, PageState, Visit, Wanted
from scraper.store import Store
from tests.oldstate import made_old


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "state.sqlite") as opened:
        opened.begin_run("2026-11-24T10:00:00Z", "{}")
        yield opened


def request(name: str, kind: Kind = Kind.PAPER, step: int = 0) -> Request:
    return Request(f"http://ris.example/{name}", kind, step=step)


def wanted(
    name: str, priority: int = 5, kind: Kind = Kind.PAPER, step: int = 0, parent: str | None = None
) -> Wanted:
    return Wanted(request(name, kind, step), priority, parent)


def page(key: str, snapshot: str = "sha256:aa") -> PageState:
    return PageState(
        key, key, snapshot, "2026-11-24T10:00:00Z", "0.1.0", '"e1"', "Tue, 24 Nov 2026 10:00:00 GMT"
    )


def told(
    record: str, key: str, kind: str = "paper", *, own: bool = False, line: bytes = b"{}"
) -> Contribution:
    return Contribution(record, kind, own, key, line)


def drain(store: Store) -> list[str]:
    keys = []
    while task := store.next_task(now=0):
        keys.append(task.key.removeprefix("http://ris.example/"))
        store.settle(Visit(task.key, "ok"))
    return keys


def test_frontier_gives_the_smallest_priority_first_then_the_order_of_arrival(store: Store) -> None:
    store.add([wanted("b", 5), wanted("a", 5), wanted("c", 1)])
    assert drain(store) == ["c", "b", "a"]


def test_frontier_takes_each_key_once_even_when_it_is_done(store: Store) -> None:
    store.add([wanted("a"), wanted("a", 1)])
    assert drain(store) == ["a"]
    store.add([wanted("a")])
    assert store.next_task(0) is None


def test_the_same_address_with_another_step_or_form_is_another_page(store: Store) -> None:
    form = Request("http://ris.example/a", Kind.PAPER, "POST", (("x", "ä"), ("x", "2")))
    store.add([wanted("a", step=1), wanted("a", step=51), Wanted(form, 9)])
    assert drain(store)[:2] == ["a#1", "a#51"]
    assert store.outcomes() == {"ok": 3}


def test_a_form_comes_back_as_it_was(store: Store) -> None:
    form = Request("http://ris.example/a", Kind.CALENDAR, "POST", (("x", "ä"), ("x", "2")))
    store.add([Wanted(form, 9, "parent")])
    task = store.next_task(0)
    assert task is not None and task.request == form and task.parent == "parent"


def test_a_task_stays_pending_until_it_is_settled(store: Store) -> None:
    store.add([wanted("a")])
    assert store.next_task(0) == store.next_task(0) is not None


def test_postponed_page_waits_for_its_time_and_counts_its_tries(store: Store) -> None:
    store.add([wanted("a")])
    store.postpone("http://ris.example/a", 100.5, "timeout", [("host_due", "100.5")])
    assert store.next_task(100) is None
    assert store.next_due() == 100.5
    task = store.next_task(101)
    assert task is not None and task.tries == 1 and store.meta("host_due") == "100.5"


def test_settle_writes_everything_of_a_visit(store: Store) -> None:
    store.add([wanted("a")])
    key = "http://ris.example/a"
    visit = Visit(
        key, "ok", "", page(key), (told("t:paper:1", key, own=True),), (wanted("b"),), (("cookies", "[]"),),
        at="2026-11-25T02:00:00Z",
    )  # fmt: skip
    assert store.settle(visit) == Change(records=1, wanted=1, before=0, after=1)
    assert store.page(key) == replace(page(key), checked_at=visit.at)
    assert [one.record_id for one in store.contributions()] == ["t:paper:1"]
    assert drain(store) == ["b"]
    assert store.meta("cookies") == "[]"


def test_no_page_waits_longer_than_the_clamp(store: Store) -> None:
    store.add([wanted("a"), wanted("b")])
    store.postpone("http://ris.example/a", 1e12, "Retry-After in another century")
    store.postpone("http://ris.example/b", 50, "timeout")
    store.clamp_due(100)
    assert store.next_due() == 50 and store.next_task(99) is not None
    store.settle(Visit("http://ris.example/b", "ok"))
    assert store.next_task(99) is None and store.next_task(100) is not None


def test_settle_is_all_or_nothing(store: Store) -> None:
    store.add([wanted("a")])
    key = "http://ris.example/a"
    bad = Contribution("t:paper:2", "paper", True, key, [])  # type: ignore[arg-type]
    with pytest.raises(StorageError):
        store.settle(Visit(key, "ok", "", page(key), (told("t:paper:1", key), bad), (wanted("b"),)))
    assert store.page(key) is None
    assert list(store.contributions()) == []
    assert drain(store) == ["a"]


def test_a_new_reading_replaces_the_contributions_and_none_keeps_them(store: Store) -> None:
    key = "http://ris.example/a"
    store.settle(Visit(key, "ok", "", page(key), (told("t:paper:1", key), told("t:paper:2", key))))
    store.settle(Visit(key, "unchanged", "", page(key)))
    assert [one.record_id for one in store.contributions()] == ["t:paper:1", "t:paper:2"]
    again = Visit(key, "ok", "", page(key, "sha256:bb"), (told("t:paper:2", key),))
    assert store.settle(again) == Change(before=2, after=1)
    assert [one.record_id for one in store.contributions()] == ["t:paper:2"]
    assert store.record_count() == 1


def test_contributions_come_by_kind_then_id_then_own_page_then_page_key(store: Store) -> None:
    for key in ("z", "a", "m"):
        own = key == "m"
        lines = (
            told("t:paper:1", key, own=own),
            told("t:meeting:7", key, "meeting"),
            told("t:paper:10", key),
            told("t:organization:ä", key, "organization"),
        )
        store.settle(Visit(key, "ok", "", page(key), lines))
    stream = [(one.kind, one.record_id, one.page_key) for one in store.contributions()]
    assert stream[:3] == [("organization", "t:organization:ä", key) for key in "amz"]
    assert [row for row in stream if row[1] == "t:paper:1"] == [
        ("paper", "t:paper:1", "m"), ("paper", "t:paper:1", "a"), ("paper", "t:paper:1", "z"),
    ]  # fmt: skip
    assert [one.record_id for one in store.contributions("a")][-2:] == ["t:paper:1", "t:paper:10"]
    assert len(list(store.contributions("a"))) == 4


def test_a_lost_session_begins_the_list_anew(store: Store) -> None:
    kind = Kind.PAPER_LIST
    keys = [request("list", kind, step).key for step in (0, 51, 101)]
    store.add([wanted("start", 0, Kind.START), wanted("list", 1, kind, 0, "http://ris.example/start")])
    store.add([wanted("list", 1, kind, 51, keys[0]), wanted("list", 1, kind, 101, keys[1])])
    for key in keys[:2]:
        store.settle(Visit(key, "ok"))
    assert store.chain_restarts(keys[2]) == 0
    assert store.restart_chain(keys[2]) == 1
    assert drain(store) == ["start", "list"]
    store.add([wanted("list", 1, kind, 51, keys[0])])
    assert drain(store) == ["list#51"]
    assert store.chain_restarts(keys[1]) == 1


def test_outcomes_add_up_and_failures_carry_examples(store: Store) -> None:
    store.add([wanted(f"f{n}") for n in range(25)] + [wanted("gone"), wanted("good"), wanted("waiting")])
    for n in range(25):
        store.settle(Visit(f"http://ris.example/f{n}", "failed", "timeout"))
    store.settle(Visit("http://ris.example/gone", "gone", "HTTP 404"))
    store.settle(Visit("http://ris.example/good", "ok"))
    assert store.outcomes() == {"deferred": 1, "failed": 25, "gone": 1, "ok": 1}
    first, *rest = store.failures()
    assert (first.outcome, first.reason, first.count, len(first.urls)) == ("failed", "timeout", 25, 20)
    assert [row.outcome for row in rest] == ["deferred", "gone"]
    assert store.progress() == (27, 1, 25)


def test_runs_begin_go_on_and_end(store: Store) -> None:
    run = store.unfinished_run()
    assert run is not None and run.options == "{}"
    store.add([wanted("a")])
    store.note_run(run.id, vendor="allris3")
    store.note_run(run.id, facts='{"requests": 2}')
    again = store.unfinished_run()
    assert again is not None and (again.vendor, again.facts) == ("allris3", '{"requests": 2}')
    store.finish_run(run.id, "2026-11-24T11:00:00Z", "ok")
    assert store.unfinished_run() is None
    second = store.begin_run("2026-11-25T10:00:00Z", "{}")
    assert second.id > run.id and store.next_task(0) is None


def test_a_new_run_keeps_pages_contributions_and_aliases(store: Store) -> None:
    key = "http://ris.example/a"
    store.settle(Visit(key, "ok", "", page(key), (told("t:paper:1", key),)))
    store.add_aliases([("t:meeting:2026-01-01-rat", "t:meeting:5")])
    store.begin_run("2026-11-25T10:00:00Z", "{}")
    assert store.page(key) is not None and store.record_count() == 1
    assert store.aliases() == {"t:meeting:2026-01-01-rat": "t:meeting:5"}


def test_everything_is_there_after_closing(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with Store(path) as store:
        store.begin_run("2026-11-24T10:00:00Z", "{}")
        store.add([wanted("a"), wanted("b")])
        store.settle(Visit("http://ris.example/a", "ok"))
    with Store(path) as store:
        assert store.outcomes() == {"deferred": 1, "ok": 1}


def test_committed_state_survives_a_kill(tmp_path: Path) -> None:
    code = (
        "import sys,os,signal;from pathlib import Path;from scraper.store import Store;"
        "s=Store(Path(sys.argv[1]));s.begin_run('x','{}');s.set_meta([('a','1')]);"
        "s._db.execute('BEGIN');s._db.execute(\"INSERT INTO meta VALUES ('b','2')\");"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    path = tmp_path / "state.sqlite"
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False, cwd=Path(__file__).parents[1])
    assert done.returncode == -signal.SIGKILL
    with Store(path) as store:
        assert (store.meta("a"), store.meta("b")) == ("1", None)


def test_a_newer_schema_is_refused_with_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    Store(path).close()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version=99")
    raw.close()
    with pytest.raises(StorageError, match=r"newer ris-scraper \(schema 99.*update"):
        Store(path)


def test_another_program_s_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE t (x)")
    raw.close()
    with pytest.raises(StorageError, match="not a state file"):
        Store(path)


@pytest.mark.parametrize("where", [0, 4096])  # the header; the beginning of another page
def test_a_damaged_file_is_refused_and_left_alone(tmp_path: Path, where: int) -> None:
    path = tmp_path / "state.sqlite"
    with Store(path) as store:
        store.set_meta([(f"name{n}", "x" * 200) for n in range(200)])
    damaged = bytearray(path.read_bytes())
    damaged[where : where + 3000] = b"\xff" * 3000
    path.write_bytes(damaged)
    with pytest.raises(StorageError, match="damaged"):
        Store(path)
    assert path.read_bytes() == damaged


def test_a_large_file_is_looked_at_once_a_week_and_after_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading all of a file of gigabytes takes seconds."""
    path = tmp_path / "state.sqlite"
    with Store(path) as store:
        store.add_aliases((f"name{n}", "x" * 200) for n in range(200))
    monkeypatch.setattr(database, "CHECKED_ALWAYS", 0)
    Store(path).close()  # notes when
    sound = path.read_bytes()
    last = bytearray(sound)
    last[-4096:-1096] = b"\xff" * 3000
    path.write_bytes(last)
    Store(path).close()
    with monkeypatch.context() as later:
        later.setattr(time, "time", lambda: dt.datetime.now().timestamp() + 8 * 86400)
        with pytest.raises(StorageError, match="damaged"):
            Store(path)
    path.write_bytes(sound)
    left = Store(path)
    left.set_meta([("name", "x")])
    crashed = path.with_name("crashed.sqlite")
    crashed.with_name("crashed.sqlite-wal").write_bytes(path.with_name("state.sqlite-wal").read_bytes())
    crashed.write_bytes(last)
    with pytest.raises(StorageError, match="damaged"):
        Store(crashed)
    left.close()


def test_a_second_opening_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="another program"):
        Store(tmp_path / "state.sqlite")
    assert store.meta("nothing") is None


def test_a_missing_folder_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"state\.sqlite"):
        Store(tmp_path / "missing" / "state.sqlite")


def test_a_full_disk_is_a_storage_error_and_loses_nothing(store: Store) -> None:
    store.set_meta([("before", "1")])
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StorageError, match="disk is full"):
        store.set_meta([(f"name{n}", "x" * 3000) for n in range(50)])
    assert store.meta("before") == "1" and store.meta("name0") is None


def test_a_lone_surrogate_is_a_storage_error(store: Store) -> None:
    with pytest.raises(StorageError, match="cannot store"):
        store.set_meta([("name", "\ud800")])
    assert store.meta("name") is None


def test_a_file_of_the_first_schema_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with Store(path) as store:
        store.begin_run("2026-11-24T00:00:00Z", "{}")
        store.add([Wanted(Request("http://r/paper/1", Kind.PAPER), 5)])
    made_old(path)
    with Store(path) as store:
        task = store.next_task(0.0)
    assert task is not None
    assert task.request == Request("http://r/paper/1", Kind.PAPER)


def test_address_and_headers_of_a_request_are_kept(tmp_path: Path) -> None:
    wanted = Request(
        "http://r/list", Kind.PAPER_LIST, step=2, address="http://r/list?7", headers=(("X-Part", "list"),)
    )
    with Store(tmp_path / "state.sqlite") as store:
        store.begin_run("2026-11-24T00:00:00Z", "{}")
        store.add([Wanted(wanted, -1)])
        task = store.next_task(0.0)
    assert task is not None
    assert task.request == wanted


def test_records_looked_for_in_vain_are_remembered(store: Store) -> None:
    rows = {("paper", "t:paper:1"): Absence("vanished", "2026-11-01", "2026-11-03", 2)}
    store.keep_absences(rows)
    assert store.absences() == rows
    store.keep_absences({})
    assert store.absences() == {}


def test_how_the_own_pages_of_records_ended(store: Store) -> None:
    key = "http://ris.example/a"
    store.begin_run("2026-11-24T00:00:00Z", "{}")
    store.add([wanted("a")])
    store.settle(Visit(key, "ok", "", page(key), (told("t:paper:1", key, own=True), told("t:paper:2", key))))
    store.begin_run("2099-11-25T00:00:00Z", "{}")
    store.add([wanted("a"), wanted("b")])
    store.settle(Visit(key, "gone", "HTTP 404"))
    store.settle(Visit("http://ris.example/b", "gone", "HTTP 404"))
    assert store.own_pages("gone") == [("paper", "t:paper:1", "gone")]
    assert store.own_pages("ok") == []
    assert store.known_outcomes() == {("paper", "gone"): 1}
    assert store.newest("paper", 5) == [key]
