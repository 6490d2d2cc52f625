"""An export that makes anew only what was touched is, byte for byte, one that makes everything anew."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from scraper import vendors
from scraper.crawling.ending import Ending
from scraper.crawling.folder import Folder
from scraper.crawling.ledgers import Ledgers
from scraper.crawling.schedule import Choice
from scraper.crawling.telling import pack
from scraper.errors import StorageError
from scraper.merging import blocks, successor
from scraper.merging.contribution import Contribution
from scraper.merging.outputs import FILES, Outputs
from scraper.merging.past import Tally
from scraper.page import Kind, Request, Window
from scraper.records import KINDS
from scraper.stamp import iso
from scraper.state import PageState, Visit, Wanted
from scraper.store import Store

SITE = "http://r"
DAY = dt.datetime(2026, 3, 1, 4, tzinfo=dt.UTC)
ALLRIS3 = vendors.load("allris3")
CHOICE = Choice(Window(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), None, ALLRIS3.expand, ALLRIS3.canonical)
ENVELOPE = {"source": "t", "vendor": "allris3", "parser": "0.1.0"}
Telling = tuple[str, str, bool, dict[str, Any]]  # kind, native id, own, values


class Council:
    """An invented town that lives at random: names change, meetings get numbers, records come and go."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.names = {f"organization/{n}": f"Ausschuss {n}" for n in range(6)}
        self.names |= {f"person/{n}": f"Person {n}" for n in range(8)}
        self.meetings = {n: self._meeting(n) for n in range(20)}
        self.papers: dict[int, str] = dict.fromkeys(range(40), "offen")
        self.addresses: dict[int, str] = {}

    def _meeting(self, n: int) -> dict[str, Any]:
        day = dt.date(2026, 1, 1) + dt.timedelta(days=7 * n % 300)
        return {"date": day, "name": f"Sitzung {n}", "numbered": self.rng.random() < 0.7, "items": 4}

    def live(self) -> None:
        """A night."""
        rng = self.rng
        for _ in range(rng.choice((0, 1, 3))):
            self.papers[rng.choice(list(self.papers))] = rng.choice(["offen", "erledigt", "Neu: unklar"])
        if rng.random() < 0.3:
            self.names[rng.choice(list(self.names))] += " neu"
        if rng.random() < 0.4:
            self.meetings[len(self.meetings)] = self._meeting(len(self.meetings))
        if rng.random() < 0.5:
            self.papers[len(self.papers) + 100 * rng.randrange(3)] = "offen"
        some = rng.choice(list(self.meetings.values()))
        some |= rng.choice(({"numbered": True}, {"items": rng.randrange(7)}, {"name": "Andere"}, {}))
        if rng.random() < 0.15:
            self.addresses[rng.choice(list(self.papers))] = f"{SITE}/vorlage/{rng.randrange(1000)}"

    def pages(self) -> dict[str, tuple[Kind, list[Telling]]]:
        """Every page of the town by its path, with what it tells."""
        found: dict[str, tuple[Kind, list[Telling]]] = {}
        for path, name in self.names.items():
            kind, _, native = path.partition("/")
            found[path] = (Kind(kind), [(kind, native, True, {"name": name, "url": f"{SITE}/{path}"})])
        for n, meeting in self.meetings.items():
            found[f"calendar/{n}"] = (Kind.CALENDAR, [self._entry(n, meeting)])
            if meeting["numbered"]:
                found[f"meeting/{n}"] = (Kind.MEETING, self._agenda(n, meeting))
        for n in self.papers:
            found[f"paper/{n}"] = (Kind.PAPER, [self._paper(n)])
        found["list/1"] = (Kind.PAPER_LIST, [("paper", str(n), False, {}) for n in list(self.papers)[::3]])
        found["members/1"] = (Kind.ORGANIZATION, [self._seat(n) for n in range(12)])
        return found

    def _entry(self, n: int, meeting: dict[str, Any]) -> Telling:
        native = str(n) if meeting["numbered"] else f"{meeting['date']}-sitzung-{n}"
        values = {"name": meeting["name"], "date": meeting["date"]}
        return (
            "meeting",
            native,
            False,
            values | ({"url": f"{SITE}/meeting/{n}"} if meeting["numbered"] else {}),
        )

    def _agenda(self, n: int, meeting: dict[str, Any]) -> list[Telling]:
        parts = [{"name": None, "url": f"{SITE}/organization/{(n + at) % 6}"} for at in range(n % 3)]
        values = {"url": f"{SITE}/meeting/{n}", "organization_url": f"{SITE}/organization/{n % 6}"}
        own = ("meeting", str(n), True, {**values, "name": meeting["name"], "organizations": parts})
        return [own, *(self._item(n, at) for at in range(meeting["items"]))]

    def _item(self, n: int, at: int) -> Telling:
        values = {
            "meeting_url": f"{SITE}/meeting/{n}", "order": at, "subject": f"Punkt {at}",
            "paper_url": f"{SITE}/paper/{(5 * n + at) % 60}", "result": ("unklar so", None)[at % 2],
            "url": f"{SITE}/item/{n}-{at}" if at % 2 else None,
        }  # fmt: skip
        return ("agenda_item", str(100 * n + at), False, values)

    def _paper(self, n: int) -> Telling:
        rows = [
            {"order": at, "committee_url": f"{SITE}/organization/{(n + at) % 6}",
             "meeting_url": f"{SITE}/meeting/{(n + 3 * at) % 30}"}
            for at in range(n % 4)
        ]  # fmt: skip
        values = {
            "url": self.addresses.get(n, f"{SITE}/paper/{n}"), "subject": f"Vorlage {n}",
            "deliberations": rows, "status": self.papers[n],
            "extra": {"originatorPerson": f"{SITE}/person/{n % 9}"},
            "warnings": ("unknown_label:Farbe",) if self.papers[n] == "erledigt" else (),
        }  # fmt: skip
        return ("paper", str(n), True, values)

    def _seat(self, n: int) -> Telling:
        values = {"person_url": f"{SITE}/person/{n % 8}", "organization_url": f"{SITE}/organization/{n % 6}"}
        return ("membership", str(n), False, values)


class Harvest:
    """One folder with its store, exported night after night."""

    def __init__(self, path: Path, *, anew: bool) -> None:
        path.mkdir()
        self.folder = Folder(path)
        self.store = Store(self.folder.state)
        self.store.set_meta([("source", "t")])
        self.anew = anew
        self.ending: Ending | None = None

    def __call__(self, now: dt.datetime, visits: list[tuple[Kind, Visit]], *, finished: bool) -> None:
        run = self.store.unfinished_run() or self.store.begin_run(iso(now), "{}")
        self.store.note_run(run.id, vendor="allris3")
        self.store.add([Wanted(Request(one.key, kind), 1) for kind, one in visits])
        for _, one in visits:
            self.store.settle(one)
        self.ending = Ending(self.store, self.folder, run, now)
        watch = self.ending.export(
            None, lambda: Ledgers(self.store, run, CHOICE, "t", ALLRIS3), counting=finished, anew=self.anew
        )
        watch.write(self.folder.path, iso(now))
        if finished:
            self.store.finish_run(run.id, iso(now), "ok", self.ending.measures())

    def state(self) -> dict[str, Any]:
        """All that an export leaves behind."""
        assert self.ending is not None
        files = {one.name: one.read_bytes() for one in self.folder.path.glob("*.json*")}
        counts = self.ending.counts
        told = {"counts": counts, "tally": self.ending.tally, "missing": self.store.absences()}
        return {**files, **told, "given up": list(counts.aliases), "aliases": self.store.aliases()}


def visit(path: str, kind: Kind, told: list[Telling], now: dt.datetime) -> Visit:
    key = f"{SITE}/{path}"
    stamp = {"fetched_at": iso(now), "snapshot": f"sha256:{abs(hash(json.dumps(told, default=str))):x}"}
    some = tuple(
        Contribution(record.id, record.kind, own, key, record.model_dump_json().encode())
        for kind_of, native, own, values in told
        if (
            record := KINDS[kind_of](
                **{"id": f"t:{kind_of}:{native}", "url": None, **ENVELOPE, **stamp, **values}
            )
        )
    )
    leads = pack((Request(f"{SITE}/paper/{len(told) + 50}", Kind.PAPER, date=now.date()),))
    page = PageState(key, key, stamp["snapshot"], stamp["fetched_at"], "0.1.0", leads=leads)
    return Visit(key, "ok", page=page, contributions=some, at=iso(now))


def contribution(
    key: str, kind: str, native: str, own: bool, values: dict[str, Any], stamp: dict[str, str]
) -> Contribution:
    record = KINDS[kind](**{"id": f"t:{kind}:{native}", "url": None, **ENVELOPE, **stamp, **values})
    return Contribution(record.id, kind, own, key, record.model_dump_json().encode())


def all_of(town: Council, now: dt.datetime, *beginnings: str) -> list[tuple[Kind, Visit]]:
    """A visit of every page whose path begins so."""
    pages = town.pages().items()
    return [
        (kind, visit(path, kind, told, now)) for path, (kind, told) in pages if path.startswith(beginnings)
    ]


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Small blocks; gives the sizes of what was copied from the export before."""
    found: list[int] = []
    copy = Outputs.copy

    def spied(self: Outputs, kind: str, offset: int, size: int) -> None:
        found.append(size)
        copy(self, kind, offset, size)

    monkeypatch.setattr(Outputs, "copy", spied)
    monkeypatch.setattr(blocks, "SIZE", 4)
    monkeypatch.setattr(blocks, "ROOM", 2)
    return found


@pytest.mark.parametrize("seed", range(12))
def test_a_random_life_is_told_alike(tmp_path: Path, copied: list[int], seed: int) -> None:
    town, rng = Council(seed), random.Random(-seed)
    short, long = Harvest(tmp_path / "short", anew=False), Harvest(tmp_path / "long", anew=True)
    known: dict[str, list[Telling]] = {}
    for night in range(25):
        now = DAY + dt.timedelta(days=night)
        town.live()
        visits = []
        for path, (kind, told) in town.pages().items():
            if known.get(path) != told and rng.random() < 0.8:
                known[path] = told
                visits.append((kind, visit(path, kind, told, now)))
        for path in rng.sample(sorted(known), 2):
            ending = rng.choice(("gone", "refused", "unchanged", "failed"))
            kind = Kind.PAPER if path.startswith("paper") else Kind.MEETING
            if all(one.key != f"{SITE}/{path}" for _, one in visits):
                visits.append((kind, Visit(f"{SITE}/{path}", ending, "so", at=iso(now))))
        finished = rng.random() < 0.85
        short(now, visits, finished=finished)
        long(now, visits, finished=finished)
        assert short.state() == long.state(), night
    assert copied, "nothing was ever copied"
    sizes = sum((short.folder.path / name).stat().st_size for name in FILES.values() if name != "files.jsonl")
    assert sum(copied) > 3 * sizes, "most of it was made anew"


class Pair:
    """The same nights exported in both ways."""

    def __init__(self, path: Path) -> None:
        self.short, self.long = Harvest(path / "short", anew=False), Harvest(path / "long", anew=True)
        self.now = DAY

    def __call__(self, visits: list[tuple[Kind, Visit]]) -> dict[str, Any]:
        self.now += dt.timedelta(1)
        for one in (self.short, self.long):
            one(self.now, visits, finished=True)
        assert self.short.state() == self.long.state()
        return self.long.state()


def test_an_entry_gives_way_to_a_meeting_that_is_called_so_from_now_on(
    tmp_path: Path, copied: list[int]
) -> None:
    """The entry's own page and those beside it are as they were."""
    town, pair = Council(1), Pair(tmp_path)
    for n in range(15):
        town.meetings[n] |= {"numbered": False}
    for n in (3, 13):
        town.meetings[n + 15] = {**town._meeting(n + 15), "numbered": True}
    before = pair(all_of(town, DAY, ""))
    assert before["given up"] == []
    for n in (3, 13):
        town.meetings[n + 15] = {**town.meetings[n], "numbered": True}
    pages = ("calendar/18", "calendar/28", "meeting/18", "meeting/28", "calendar/3")
    after = pair(all_of(town, DAY, *pages))
    assert len(after["given up"]) == 2
    assert len(after["meetings.jsonl"].splitlines()) < len(before["meetings.jsonl"].splitlines())


def test_who_refers_to_an_address_that_nobody_has_any_more_is_told(tmp_path: Path, copied: list[int]) -> None:
    """Items refer to the paper where it was; nothing of them changed."""
    town, pair = Council(1), Pair(tmp_path)
    town.addresses[7] = f"{SITE}/paper/57"
    before = pair(all_of(town, DAY, ""))
    town.papers.update(dict.fromkeys(town.papers, "erledigt"))
    del town.addresses[7]
    after = pair(all_of(town, DAY, "paper"))
    assert json.loads(after["coverage.json"]) != json.loads(before["coverage.json"])


@pytest.mark.parametrize("able", [errno.EXDEV, None], ids=["not-here", "not-at-all"])
def test_where_the_system_cannot_copy_we_do(
    tmp_path: Path, copied: list[int], monkeypatch: pytest.MonkeyPatch, able: int | None
) -> None:
    def refusing(*words: int) -> int:
        raise OSError(able, "cannot copy")

    monkeypatch.delattr(os, "copy_file_range", raising=False)
    if able:
        monkeypatch.setattr(os, "copy_file_range", refusing, raising=False)
    monkeypatch.setattr(successor, "_READ", 100)  # so that it takes several reads
    town, pair = Council(1), Pair(tmp_path)
    pair(all_of(town, DAY, ""))
    town.papers[3] = "erledigt"
    after = pair(all_of(town, DAY, "paper/3"))
    assert b"erledigt" in after["papers.jsonl"]
    assert copied


def test_a_file_that_is_shorter_than_it_was_is_an_error_and_stays(
    tmp_path: Path, copied: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody cuts it between the look at its size and the copy."""
    town, harvest = Council(1), Harvest(tmp_path / "t", anew=False)
    harvest(DAY, all_of(town, DAY, ""), finished=True)
    papers, take = harvest.folder.path / FILES["paper"], Ledgers.take

    def cut(self: Ledgers, seen: dict[str, Any]) -> None:
        os.truncate(papers, 100)
        take(self, seen)

    monkeypatch.setattr(Ledgers, "take", cut)
    town.papers[3] = "erledigt"
    with pytest.raises(StorageError, match="shorter than it was"):
        harvest(DAY + dt.timedelta(1), all_of(town, DAY, "paper/3"), finished=True)
    assert papers.stat().st_size == 100
    assert not list(harvest.folder.path.glob(".*.tmp"))


def test_a_quiet_night_writes_nothing_anew(tmp_path: Path, copied: list[int]) -> None:
    town, harvest = Council(1), Harvest(tmp_path / "t", anew=False)
    harvest(
        DAY,
        all_of(town, DAY, ""),
        finished=True,
    )
    before = {path: path.stat().st_ino for path in harvest.folder.path.glob("*s.jsonl")}
    harvest(DAY + dt.timedelta(1), [], finished=True)
    assert {path: path.stat().st_ino for path in before} == before
    assert sum(copied) == sum(path.stat().st_size for path in before)


@pytest.mark.parametrize("change", ["touch", "edit", "remove"])
def test_files_that_are_others_are_made_anew(tmp_path: Path, copied: list[int], change: str) -> None:
    town, harvest = Council(1), Harvest(tmp_path / "t", anew=False)
    harvest(
        DAY,
        all_of(town, DAY, ""),
        finished=True,
    )
    papers = harvest.folder.path / FILES["paper"]
    content = papers.read_bytes()
    if change == "touch":
        os.utime(papers, (1, 1))
    elif change == "edit":
        papers.write_bytes(content.replace(b"Vorlage 1", b"Vorlage X"))
    else:
        papers.unlink()
    harvest(DAY + dt.timedelta(1), [], finished=True)
    assert papers.read_bytes() == content
    assert not copied


def test_a_crash_before_the_store_knows_of_the_files_is_made_good(
    tmp_path: Path, copied: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are there, what was touched still is: the next export makes everything anew, the same."""
    town, harvest = Council(1), Harvest(tmp_path / "t", anew=False)
    harvest(
        DAY,
        all_of(town, DAY, ""),
        finished=True,
    )
    town.papers[3] = "erledigt"
    (kind, told), now = town.pages()["paper/3"], DAY + dt.timedelta(1)
    with monkeypatch.context() as patch:
        patch.setattr(harvest.store.last_export, "keep", lambda *words, **more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            harvest(now, [(kind, visit("paper/3", kind, told, now))], finished=True)
    content = (harvest.folder.path / FILES["paper"]).read_bytes()
    assert b"erledigt" in content
    copied.clear()
    harvest(now, [], finished=True)
    assert not copied
    assert (harvest.folder.path / FILES["paper"]).read_bytes() == content
    tally: Tally = harvest.ending.tally  # type: ignore[union-attr]
    assert tally.new.total() == 0
