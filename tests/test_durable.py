"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from scraper.durable import whole
from scraper.errors import StorageError


def test_the_file_appears_when_all_is_on_the_disk(tmp_path: Path) -> None:
    target = tmp_path / "run.json"
    with whole(target) as file:
        file.write("Beschluß\n")
        assert not target.exists()
    assert target.read_bytes() == "Beschluß\n".encode()
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_a_full_disk_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    target = tmp_path / "run.json"
    target.write_text("before")
    told = "No space left on device; what was there is untouched"
    with pytest.raises(StorageError, match=told), whole(target) as file:
        file.write("after")
    assert target.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_an_error_of_the_writer_is_told_as_it_is(tmp_path: Path) -> None:
    target = tmp_path / "run.json"
    with pytest.raises(KeyError), whole(target):
        raise KeyError("verdict")
    assert not list(tmp_path.iterdir())
