"""A file that takes the place of another, parts of which it keeps."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scraper.merging import successor
from scraper.merging.successor import Successor

OLD = b"eins\nzwei\ndrei\nvier\n"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(OLD)
    return path


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as some:
        yield some


@pytest.mark.parametrize(
    ("kept", "left"),
    [
        ([(0, 20)], OLD),
        ([(0, 5), (5, 15)], OLD),
        ([(0, 5), (10, 5)], b"eins\ndrei\n"),
        ([(5, 15)], b"zwei\ndrei\nvier\n"),
        ([(0, 15)], b"eins\nzwei\ndrei\n"),
        ([], b""),
    ],
)
def test_lines_that_are_not_kept_are_gone(
    old: Path, threads: ThreadPoolExecutor, kept: list[tuple[int, int]], left: bytes
) -> None:
    """Whether or not something stands in their place."""
    new = Successor(old, threads)
    for offset, size in kept:
        new.keep(offset, size)
    new.finish()
    new.settle()
    assert new.differs == (left != OLD)
    assert list(new.lines()) == left.splitlines()
    if new.differs:
        new.replace()
    new.discard()
    assert old.read_bytes() == left
    assert [path.name for path in old.parent.iterdir()] == ["papers.jsonl"]


def test_the_lines_so_far(old: Path, threads: ThreadPoolExecutor) -> None:
    new = Successor(old, threads)
    new.write(b"null")
    new.keep(0, 10)
    assert list(new.lines()) == [b"null", b"eins", b"zwei"]
    new.write(b"neu")
    new.keep(15, 5)
    assert list(new.lines()) == [b"null", b"eins", b"zwei", b"neu", b"vier"]
    new.discard()
    assert old.read_bytes() == OLD


def test_it_is_synced_after_everything_was_copied(
    old: Path, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sync before a copy would let a power failure take what was copied."""
    order: list[str] = []
    waiting = threading.Event()
    copy, sync = successor._copy, os.fsync

    def slow(old: Path, new: Path, kept: range, at: int) -> None:
        waiting.wait(5)
        copy(old, new, kept, at)
        order.append("copied")

    def noted(handle: int) -> None:
        sync(handle)
        order.append("synced")

    monkeypatch.setattr(successor, "_copy", slow)
    monkeypatch.setattr(os, "fsync", noted)
    new = Successor(old, threads)
    new.keep(0, 5)
    new.write(b"neu")
    new.keep(10, 10)
    new.finish()
    time.sleep(0.3)  # a sync that does not wait would be through by now
    assert order == []
    waiting.set()
    new.settle()
    assert order == ["copied", "copied", "synced"]
    new.replace()
    assert old.read_bytes() == b"eins\nneu\ndrei\nvier\n"


def test_what_cannot_be_copied_is_an_error_where_it_is_waited_for(
    old: Path, threads: ThreadPoolExecutor
) -> None:
    new = Successor(old, threads)
    new.write(b"neu")
    new.keep(0, 25)
    new.finish()
    with pytest.raises(OSError, match="shorter than it was"):
        new.settle()
    new.discard()
    assert old.read_bytes() == OLD
