"""What must not leak, and what must not leave its folder."""

from __future__ import annotations

import datetime as dt
import logging
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scraper import catalog
from scraper.archive import archive_files, file_info
from scraper.harvest import Options, crawl
from scraper.page import Source, Window
from scraper.terminal import runs
from tests.smallsite import VENDOR, Answer, Site, page

ROOT = Path(__file__).parents[1]
SECRET = "s3cr3t"
WINDOW = Window(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


# ---- logins in addresses


@pytest.mark.parametrize("words", [["crawl"], ["probe"], ["catalog", "add"], ["crawl", "herne", "--oparl"]])
@pytest.mark.parametrize(
    "address",
    [
        f"https://anna:{SECRET}@ris.example/bi/",
        f"https://anna:{SECRET}@ris.example:port/",
        f"ftp://anna:{SECRET}@ris.example/",
        f"anna:{SECRET}@ris.example:port",
        f"https://anna:{SECRET}@x@ris.example:port/",
    ],
)
def test_a_login_in_an_address_is_refused_and_not_repeated(
    tmp_path: Path, words: list[str], address: str
) -> None:
    command = [sys.executable, "-m", "scraper", *words, address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("ris: ") and SECRET not in done.stderr + done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_login_in_a_page_is_not_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="scraper")
    told: list[str] = []
    with Site() as site:
        inside = site.url.replace("//", f"//anna:{SECRET}@")
        away = (("Location", f"{inside}paper/3"),)
        site.pages["start"] = page(follow=["paper/1", "paper/2", "paper/4"])
        site.pages["paper/1"] = Answer(b"", 302, away)
        site.pages["paper/2"] = page(("paper", "2", {"subject": "Umbau"}), own="paper:2")
        report = crawl(
            site.source,
            Options(tmp_path / "out", WINDOW, delay=0.0),
            vendor=replace(
                VENDOR, canonical=lambda url: url.replace(f"{site.url}paper/4", f"{inside}paper/4")
            ),
            on_progress=lambda progress: told.append(progress.url),
        )
    assert report.document["records"]["paper"] == 1
    assert report.document["pages"]["refused"] == 2, report.document["failures"]
    assert SECRET not in (tmp_path / "out" / "run.json").read_text("utf-8")
    assert SECRET not in caplog.text + " ".join(told)
    assert SECRET not in str([file_info(file) for file in archive_files(tmp_path / "out" / "archive")])


# ---- names of folders


@pytest.mark.parametrize(
    "name", ["..", ".", "", "../..", "../../etc", "/etc", "a/b", "..\\x", "a\0b", "con:x"]
)
def test_no_name_of_a_source_leaves_the_output_folder(name: str) -> None:
    folder = runs.output_of(Source(name, "http://x/"), "")
    assert folder.parent == runs.OUTPUT
    assert folder.name not in {"", ".", ".."} and not re.search(r"[/\\\0:]", folder.name)


def test_an_address_of_dots_stays_in_the_output_folder() -> None:
    assert runs.output_of(catalog.resolve("http://../"), "") == Path("output/__")


# ---- the locked dependencies


def pins() -> dict[str, str]:
    """Name → version of what `requirements.lock` pins."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    return {canonicalize_name(n): v for n, v in re.findall(r"^([\w.-]+)==(\S+) \\$", text, re.MULTILINE)}


def needed() -> list[Requirement]:
    """What the project asks for, and what that asks for in turn, as installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = [Requirement(text) for text in project["dependencies"]]
    for one in found:  # grows while it is walked
        try:
            inner = metadata.requires(one.name) or []
        except metadata.PackageNotFoundError:
            continue
        known = {str(other) for other in found}
        asked = [Requirement(text) for text in inner]
        found += [
            r for r in asked if str(r) not in known and (r.marker is None or r.marker.evaluate({"extra": ""}))
        ]
    return found


def test_the_lock_has_every_dependency_in_a_version_that_fits() -> None:
    locked = pins()
    assert len(locked) > 10
    wrong = [
        str(one)
        for one in needed()
        if not one.specifier.contains(locked.get(canonicalize_name(one.name), "0"), prereleases=True)
    ]
    assert wrong == []


def test_every_locked_dependency_has_its_hash_and_no_registry_is_named() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    blocks = re.findall(
        r"^[\w.-]+==\S+ \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, re.MULTILINE
    )
    assert len(blocks) == len(pins())
    assert not re.search(r"://|--index|--find|--trusted|file:", text)
