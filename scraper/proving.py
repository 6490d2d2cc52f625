"""Does the output follow from the archive? Every byte checked, read again, compared record by record."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from scraper.archive import Damage, archive_files, page_of, read
from scraper.comparing import CHANGED, MISSING, Difference, differences
from scraper.crawling.folder import Folder, refuse_if_held
from scraper.errors import RisError, UsageError
from scraper.exporter import export
from scraper.merging.joining import HTML, OPARL, Joining
from scraper.merging.outputs import FILES
from scraper.reparse import files_of, reparse
from scraper.report import FILE
from scraper.stamp import iso
from scraper.warc.check import checked
from scraper.warc.payloads import PAYLOADS
from scraper.wire.encoding import EncodingError

SHOWN = 20  # damages and differences that are kept to be told
_OPTIONAL = frozenset({"file"})
# Which version read a page does not matter; when its bytes were fetched does.
_IGNORED = frozenset({"parser"})

Progress = Callable[[int, int], object]


@dataclass
class Proof:
    """What came of it. `records`: kind → lines of the output; `responses`: sound ones in the archive.

    `damages`, `differences`: the first `SHOWN` of them, all are counted. `kept`: records that the archive
    told once, and tells no longer.
    """

    records: dict[str, int] = field(default_factory=dict)
    responses: int = 0
    damaged: int = 0
    damages: list[Damage] = field(default_factory=list)
    different: int = 0
    differences: list[Difference] = field(default_factory=list)
    kept: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the output."""
        return not (self.damaged or self.different)


def verify(
    output: Path, *, workers: int | None = None, on_progress: Progress = lambda done, total: None
) -> Proof:
    """Checks every byte of the archive of `output`, reads it again elsewhere and compares.

    The folder may be one of a town's pages or of both ways (`--via both`); it is only read. Raises RisError
    when there is nothing to verify, LockedError while a run is at work there, StorageError.
    """
    ways = _ways(output)
    archives = [path for way in ways for path in archive_files(Folder(way).archive)]
    proof = Proof(records=_counted(output))
    if not archives or not proof.records:
        what = "archive" if not archives else "JSON Lines"
        raise RisError(f"{output}: nothing to verify: no {what} of a crawl in this folder")
    for way in ways:
        refuse_if_held(way, iso(dt.datetime.now(dt.UTC)))
    _check(archives, proof, on_progress)
    if proof.damaged:
        return proof
    with tempfile.TemporaryDirectory(prefix="ris-verify-") as folder:
        fresh = _read_again(ways, Path(folder), workers, on_progress)
        found = differences(output, fresh, _kinds(output), _IGNORED)
        _judge(found, archives, proof)
    return proof


@contextlib.contextmanager
def reread(
    archives: list[Path], output: Path | None, *, workers: int | None, on_progress: Progress
) -> Iterator[tuple[Iterator[Difference], list[str]]]:
    """What today's reader would change in the JSON Lines of `output`, and the damages of the archive.

    `output`: default is the folder that holds the archive. Nothing is written there. Raises UsageError when
    no JSON Lines stand there.
    """
    files = files_of(archives)
    standing = output or _holder(files[0])
    if standing is None or not _counted(standing):
        where = standing or files[0].parent
        raise UsageError(f"{where}: no JSON Lines to compare with; name their folder with --output")
    with tempfile.TemporaryDirectory(prefix="ris-reparse-") as folder:
        report = reparse(files, Path(folder), workers=workers, on_progress=on_progress)
        found = differences(standing, Path(folder), _kinds(standing))
        yield (one for one in found if not _is_told_gone(one)), report.document["damages"]


# ---- the folder


def _ways(output: Path) -> list[Path]:
    """The folders with an archive: the folder itself, or those of both ways below it."""
    both = [output / way for way in (HTML, OPARL) if archive_files(Folder(output / way).archive)]
    return [output] if archive_files(Folder(output).archive) else both


def _counted(output: Path) -> dict[str, int]:
    """Kind → lines of the files that are there."""
    counts = {}
    for kind, name in FILES.items():
        with contextlib.suppress(FileNotFoundError), (output / name).open("rb") as file:
            counts[kind] = sum(1 for _ in file)
    return counts


def _kinds(output: Path) -> list[str]:
    """The kinds that a crawl of this folder writes: all, or those that it was told to."""
    asked: Any = None
    with contextlib.suppress(FileNotFoundError, ValueError, AttributeError):
        document = json.loads((output / FILE).read_text(encoding="utf-8"))
        asked = document.get("options", {}).get("kinds")
    return [kind for kind in FILES if not asked or kind in asked or kind in _OPTIONAL]


def _holder(file: Path) -> Path | None:
    """The nearest folder above an archive file that holds JSON Lines."""
    above = list(islice(file.resolve().parents, 3))
    return next(
        (folder for folder in above if any((folder / name).exists() for name in FILES.values())), None
    )


# ---- the archive


def _check(archives: list[Path], proof: Proof, on_progress: Progress) -> None:
    """Every record by its digests; see `warc.check`."""
    total, done = sum(path.stat().st_size for path in archives), 0

    def passed(count: int) -> None:
        nonlocal done
        done += count
        on_progress(done, total)

    for folder in dict.fromkeys(path.parent for path in archives):
        for item in checked((path for path in archives if path.parent == folder), passed):
            if isinstance(item, Damage):
                proof.damaged += 1
                proof.damages += [item][: SHOWN - len(proof.damages)]
            else:
                proof.responses += item.type in PAYLOADS


def _read_again(ways: list[Path], folder: Path, workers: int | None, on_progress: Progress) -> Path:
    """The JSON Lines that the archive gives today."""
    for way in ways:
        goal = folder / way.name if len(ways) > 1 else folder
        reparse([Folder(way).archive], goal, workers=workers, on_progress=on_progress)
    if len(ways) > 1:
        export(Joining().contributions(folder / HTML, folder / OPARL, FILES), folder)
    return folder


# ---- the judgement


def _judge(found: Iterator[Difference], archives: list[Path], proof: Proof) -> None:
    lost: dict[str, list[Difference]] = {}
    for one in found:
        if _is_told_gone(one):
            proof.kept += 1
        elif one.what == MISSING:
            lost.setdefault(str(one.before.get("snapshot")), []).append(replace(one, before=None))
        else:
            _tell(one, proof)
    known = _archived(set(lost), archives) if lost else set()
    for snapshot, records in lost.items():
        if snapshot in known:
            proof.kept += len(records)
        else:
            for one in records:
                _tell(one, proof)


def _tell(one: Difference, proof: Proof) -> None:
    proof.different += 1
    proof.differences += [one][: SHOWN - len(proof.differences)]


def _is_told_gone(one: Difference) -> bool:
    """A record that is kept although the source no longer has it: the crawl's later visits say so."""
    if one.what == MISSING:
        return one.before.get("gone") is not None
    return one.what == CHANGED and one.field == "gone" and one.after is None


def _archived(snapshots: set[str], archives: list[Path]) -> set[str]:
    """Which of these are hashes of pages in the archive."""
    found: set[str] = set()
    for archived in read(archives, on_damage=lambda damage: None):
        with contextlib.suppress(EncodingError):
            found |= {page_of(archived.exchange, "").snapshot} & snapshots
        if found == snapshots:
            break
    return found
