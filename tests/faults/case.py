"""What a case is, and the kind that most are: some pages broken, all others there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scraper.expectations import FEWEST
from tests.faults.stage import Played, Stage
from tests.faultserver import Answer

Said = Answer | list[Answer]
Check = Callable[[Stage, Played], None]


class SkippedError(Exception):
    """The case cannot be played on this machine; the text says why."""


@dataclass(frozen=True)
class Case:
    """`number`: of the doc's list. `play` raises AssertionError. `full`: not in the short form. `why`: the
    case does not apply."""

    number: int
    name: str
    play: Callable[[Stage], None]
    full: bool = False
    why: str = ""

    @property
    def id(self) -> str:
        """For a test's name."""
        return f"{self.number:02}-{self.name.replace(' ', '-')}"


@dataclass(frozen=True)
class Broken:
    """Papers that are broken, one an answer; the records of the last run must survive, all else be read.

    `says(stage, path)`: the answers for a page at `path`. `outcome`: of each, None when it is read in the
    end. `reason`: words that its failure must hold. `code`: of the run. `tries`: how often each is asked for
    at least. `check`: what else must hold.
    """

    says: Callable[[Stage, str], list[Said]]
    outcome: str | None
    reason: str = ""
    code: int = 3
    tries: int = 1
    check: Check = lambda stage, done: None

    def __call__(self, stage: Stage) -> None:
        self._play(stage, fresh=False)
        if not stage.hurried:
            self._play(stage, fresh=True)

    def _play(self, stage: Stage, *, fresh: bool) -> None:
        folder = stage.empty() if fresh else stage.seasoned()
        victims = stage.papers[: len(self.says(stage, stage.papers[0]))]
        with stage.saying({}):
            stage.answers.update({path: self.says(stage, path)[at] for at, path in enumerate(victims)})
            done = stage.crawl(folder=folder)
        many = not fresh and len(victims) >= FEWEST  # pages that came yesterday: that is suspect
        code = max(self.code, 3) if many and self.outcome else self.code
        assert done.code == code, f"exit code {done.code}, not {code}: {done.said}"
        self._outcomes(done, victims)
        for path in victims:
            assert done.asked.count(path) >= self.tries, (
                f"{path} was asked for {done.asked.count(path)} times"
            )
        numbers = [path.partition("VOLFDNR=")[2] for path in victims] if fresh and self.outcome else []
        stage.same(folder, but=[f":{number}" for number in numbers])
        self.check(stage, done)
        if fresh:
            again = stage.crawl(folder=folder)
            assert again.code == 0, f"the next run recovers: {again.said}"
            stage.same(folder)

    def _outcomes(self, done: Played, victims: list[str]) -> None:
        good = sum(done.report["pages"].get(outcome, 0) for outcome in ("ok", "unchanged"))
        lost = done.report["pages"]["total"] - good
        if self.outcome is None:
            assert lost == 0, done.told
            return
        assert done.report["pages"].get(self.outcome) == lost == len(victims), done.told
        rows = [row for row in done.report["failures"] if row["outcome"] == self.outcome]
        for row in rows:
            assert self.reason in row["reason"], row["reason"]


def pages(*answers: Said) -> Callable[[Stage, str], list[Said]]:
    """The same answers wherever they stand."""
    return lambda stage, path: list(answers)


def page(*make: Callable[[bytes], Said]) -> Callable[[Stage, str], list[Said]]:
    """Answers made of the page itself."""
    return lambda stage, path: [one(stage.body(path)) for one in make]
