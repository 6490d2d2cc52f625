"""The fault drill in its short form, a test a case; the full form runs with the soak tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.faults.case import Case, SkippedError
from tests.faults.cases import CASES
from tests.faults.stage import Stage

SHORT = [case for case in CASES if not case.full and not case.why]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One town for all cases."""
    with Stage(tmp_path_factory.mktemp("faults")) as running:
        yield running


def test_every_case_has_its_place() -> None:
    assert {case.number for case in CASES} == set(range(1, 51))
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", SHORT, ids=lambda case: case.id)
def test_case(case: Case, stage: Stage) -> None:
    try:
        case.play(stage)
    except SkippedError as reason:
        pytest.skip(str(reason))


@pytest.mark.soak
def test_the_full_drill() -> None:
    words = [sys.executable, "-m", "tests.faults", "--full", "--jobs", "8"]  # most of it is waiting
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, timeout=3600, check=False)
    print(done.stdout)
    assert done.returncode == 0, done.stdout.splitlines()[-1]
