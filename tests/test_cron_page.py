"""What docs/cron.md and docs/systemd show is what works."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scraper.terminal.ping import VARIABLE
from tests.monitor import Monitor
from tests.test_cron import SECRET, by_now, samples
from tests.town import Town

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "cron.md").read_text("utf-8")
UNITS = ROOT / "docs" / "systemd"
MACHINE = "/opt/ris/bin/ris"


def crontab() -> tuple[dict[str, str], str]:
    """The variables and the one command of the page's crontab."""
    (block,) = re.findall(r"^```crontab\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    *settings, line = block.splitlines()
    times, command = line.split(maxsplit=5)[:5], line.split(maxsplit=5)[5]
    assert all(re.fullmatch(r"[\d*/,-]+", part) for part in times)
    assert "%" not in command, "cron takes it for a line break"
    return dict(setting.split("=", 1) for setting in settings), command


def test_the_line_of_the_crontab_harvests_the_fixture_town(tmp_path: Path) -> None:
    settings, command = crontab()
    assert set(settings) == {"MAILTO", VARIABLE}
    (tmp_path / "ris" / "bin").mkdir(parents=True)
    script = tmp_path / "ris" / "bin" / "ris"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m scraper "$@"\n')
    script.chmod(0o755)
    with Town() as town, Monitor() as monitor:
        command = command.replace("http://127.0.0.1:8080/bi/", town.url)
        command = command.replace("22:00-06:00", by_now(-3, 6)).replace("15m", "0.1")
        env = {**os.environ, "HOME": str(tmp_path), VARIABLE: f"{monitor.url}/{SECRET}"}
        # The real command, only faster: a second a page is for towns.
        words = ["/bin/sh", "-c", f"{command} --delay 0 --since 2026-10-01"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False, env=env)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), "cron would send a mail"
    assert monitor.paths == [f"/{SECRET}/start", f"/{SECRET}"]
    assert (tmp_path / "harvest" / "town" / "papers.jsonl").read_bytes()
    assert samples(tmp_path / "harvest" / "town.prom")['ris_run_exit_code{source="127.0.0.1"}'] == 0


def test_no_secret_is_written(tmp_path: Path) -> None:
    with Town() as town, Monitor() as monitor:
        env = {**os.environ, VARIABLE: f"{monitor.url}/{SECRET}"}
        words = ["crawl", town.url, "--delay", "0", "--output", str(tmp_path / "out"), "--max-requests", "9"]
        more = ["--verbose", "--textfile", str(tmp_path / "x.prom")]
        command = [sys.executable, "-m", "scraper", *words, *more]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=env)
    assert monitor.paths == [f"/{SECRET}/start", f"/{SECRET}/3"]
    assert SECRET not in done.stderr
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"run.json", "state.sqlite", "x.prom"} <= {path.name for path in written}
    for path in written:
        unpacked = subprocess.run(["gzip", "-dc", str(path)], capture_output=True, check=False).stdout
        assert SECRET.encode() not in path.read_bytes() + unpacked, path


def test_the_units_pass_the_check_of_systemd(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here")
    for path in UNITS.iterdir():
        text = path.read_text("utf-8").replace(MACHINE, sys.executable)  # there must be such a program
        for name in (path.name, path.name.replace("@", "@musterau")):
            (tmp_path / name).write_text(text, "utf-8")
    units = [path.name for path in sorted(tmp_path.glob("*@musterau.*"))]
    assert units == ["ris-crawl@musterau.service", "ris-crawl@musterau.timer", "ris-mail@musterau.service"]
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit) for unit in units)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert str(tmp_path) not in done.stderr, done.stderr


def test_the_unit_s_command_is_one_that_ris_takes() -> None:
    """As systemd would call it: only the town is one that nobody knows, so that nothing is asked for."""
    unit = (UNITS / "ris-crawl@.service").read_text("utf-8")
    (line,) = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    words = shlex.split(line.replace("%S", "/nowhere").replace("%i", "gibtsnicht"))
    assert words[0] == MACHINE
    command = [sys.executable, "-m", "scraper", *words[1:]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("ris: gibtsnicht: no such name in the catalog")
