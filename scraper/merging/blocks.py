"""What an export need not make anew: the files of the last one, in blocks.

A block is a hundred or so records of a kind that stand next to each other in the file, with what was counted
of them. As long as no page tells one of them otherwise, and nothing that they refer to has another name, its
bytes are copied and its counts are taken: a harvest of a large town that changed little costs little.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import operator
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from scraper.merging.contribution import Contribution
from scraper.merging.counts import Counts
from scraper.merging.merged import merged
from scraper.merging.takeover import Sign, takeovers

SIZE = 64  # records a block; a change costs so many, and a million records are sixteen thousand blocks
ROOM = 32  # so many more may come before it is cut in two

Signs = dict[str, tuple[Sign, ...]]  # of meetings, by id


class StaleError(Exception):
    """What is remembered of the last export does not do: everything has to be exported anew."""


class Watch:
    """Looks at the records as they are written, block by block. This one sees nothing."""

    def see(self, line: bytes, *, own: bool) -> None:
        """A record as it is written; `own`: its own page was read."""

    def cut(self) -> Any:
        """What was seen since the last call."""

    def take(self, seen: Any) -> None:
        """What was seen of the next records in an earlier export, see `pack`."""

    def replaced(self, seen: Any) -> None:
        """What was seen of records that are seen anew now."""

    def finish(self) -> None:
        """All records have been seen or taken. May raise StaleError."""

    def pack(self, seen: Any) -> Any:
        """What `cut` gave as JSON, for `take` of a later export."""


@dataclass
class Block:
    """Records of a kind next to each other. `first`: id of the first; `size`: bytes.

    `asks`: marks of what the records refer to for a name that they do not tell themselves; `seen`: what a
    watch made of them.
    """

    kind: str
    first: str
    size: int = 0
    counts: Counts = field(default_factory=Counts)
    asks: set[int] = field(default_factory=set)
    seen: Any = None

    @property
    def records(self) -> int:
        """How many they are."""
        return sum(self.counts.records.values())

    def dump(self, pack: Callable[[Any], Any]) -> str:
        """As JSON without kind, first and size; see `Kept`. `pack`: see `Watch`."""
        facts = {"counts": self.counts.dump(), "asks": pack_marks(self.asks), "seen": pack(self.seen)}
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A block of the last export; there are many, so each stays packed until somebody looks into it.

    `first`: id of its first record; `offset`, `size`: bytes in the file; `facts`: see `Block.dump`.
    """

    kind: str
    first: str
    offset: int
    size: int
    facts: str

    def open(self) -> Block:
        """With `seen` as it was packed."""
        facts = json.loads(self.facts)
        counts, asks = Counts.load(facts["counts"]), set(unpack_marks(facts["asks"]))
        return Block(self.kind, self.first, self.size, counts, asks, facts["seen"])


@dataclass
class Written:
    """What an export wrote: `blocks` in the order of the files, and `signs`, for `Renewal` next time."""

    counts: Counts = field(default_factory=Counts)
    blocks: list[Block | Kept] = field(default_factory=list)
    signs: Signs = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """What is to be made anew: the records of a kind from id `low` up to, without, `high` (None: to the end).

    `offset`, `size`: where the last export has them (size None: to the end of the file); `records`: how many.
    """

    kind: str
    low: str = ""
    high: str | None = None
    offset: int = 0
    size: int | None = None
    records: int = 0

    @property
    def most(self) -> int:
        """Of how many records its blocks may be."""
        blocks = max(1, round(self.records / SIZE))
        return max(SIZE, -(-self.records // blocks) + ROOM)


class Plan(Protocol):
    """What an export makes anew and what it copies."""

    def parts(self, kind: str) -> Iterable[Part | Kept]:
        """In order of ids. Called once a kind, after the kinds before it are written."""

    def told(self, part: Part) -> Iterable[Contribution]:
        """The contributions to its records, sorted."""

    @property
    def compares(self) -> bool:
        """Whether `teaches` wants to be called."""

    @property
    def signs(self) -> Signs:
        """Of all meetings; none: not known before all were seen."""

    @property
    def aliases(self) -> Mapping[str, str] | None:
        """Meetings that gave way to others (see takeover); None: likewise."""

    def teaches(self, old: set[tuple[int, str]], new: set[tuple[int, str]]) -> None:
        """What the records of a part tell others (see `references.taught`), before and now."""

    def given_up(self, part: Part) -> Iterable[Kept]:
        """The blocks that a part takes the place of."""

    def finish(self) -> None:
        """All kinds were asked for."""


class Everything:
    """Makes all records anew. `contributions`: sorted by `contribution.sort_key`."""

    compares = False
    aliases: Mapping[str, str] | None = None

    def __init__(self, contributions: Iterable[Contribution]) -> None:
        self.signs: Signs = {}
        self._groups = itertools.groupby(contributions, operator.attrgetter("kind"))
        self._next: tuple[str, Iterator[Contribution]] | None = None
        self._begun = False

    def parts(self, kind: str) -> Iterable[Part]:
        """One a kind."""
        return (Part(kind),)

    def told(self, part: Part) -> Iterator[Contribution]:
        """Those of a kind. The kinds must be asked for in their order."""
        if not self._begun:
            self._begun, self._next = True, next(self._groups, None)
        if self._next is not None and self._next[0] == part.kind:
            yield from self._next[1]
            self._next = next(self._groups, None)

    def finish(self) -> None:
        """ValueError: a kind came too late to be asked for."""
        if self._next is not None:
            raise ValueError(f"contributions are not sorted: kind {self._next[0]} came too late")

    def teaches(self, old: set[tuple[int, str]], new: set[tuple[int, str]]) -> None:
        """There is nobody to tell."""

    def given_up(self, part: Part) -> Iterable[Kept]:
        """Nothing is remembered."""
        return ()


class Renewal:
    """Makes the blocks anew that something touched.

    `blocks`: those of the last export by kind, in order; `signs`: of all its meetings, sorted; `touched`:
    kind and id of every record that was told otherwise since; `told`: the contributions of a kind from one id
    to another.
    """

    compares = True

    def __init__(
        self,
        blocks: Mapping[str, list[Kept]],
        signs: Signs,
        touched: Iterable[tuple[str, str]],
        told: Callable[[str, str, str | None], Iterable[Contribution]],
    ) -> None:
        self._blocks = blocks
        self._firsts = {kind: [one.first for one in some] for kind, some in blocks.items()}
        self._dirty: defaultdict[str, set[int]] = defaultdict(set)
        self._asked: set[int] = set()
        self._told = told
        for kind, record_id in touched:
            self._touch(kind, record_id)
        self.signs, self.aliases = self._meetings(signs)

    def _touch(self, kind: str, record_id: str) -> None:
        self._dirty[kind].add(max(0, bisect_right(self._firsts.get(kind, ()), record_id) - 1))

    def _meetings(self, signs: Signs) -> tuple[Signs, dict[str, str]]:
        """The signs of all meetings as they are now, and which give way; where that changed it is touched."""
        before = dict(takeovers(signs.items()))
        ids, now = list(signs), dict(signs)
        for part in self._parts("meeting"):
            if isinstance(part, Part):
                end = bisect_left(ids, part.high) if part.high is not None else None
                for record_id in ids[bisect_left(ids, part.low) : end]:
                    del now[record_id]
                now |= {line.record_id: line.signs for line in merged(self.told(part)) if line.signs}
        now = signs if now == signs else dict(sorted(now.items()))
        aliases = before if now is signs else dict(takeovers(now.items()))
        for record_id, _ in before.items() ^ aliases.items():
            self._touch("meeting", record_id)
        return now, aliases

    def parts(self, kind: str) -> Iterator[Part | Kept]:
        """Blocks that stay as they are, and what comes in the place of the others."""
        if self._asked:
            some = enumerate(self._blocks.get(kind, ()))
            self._dirty[kind].update(at for at, one in some if one.open().asks & self._asked)
        return self._parts(kind)

    def _parts(self, kind: str) -> Iterator[Part | Kept]:
        blocks, dirty = self._blocks.get(kind, []), self._dirty[kind]
        if not blocks:
            yield Part(kind)
        for is_dirty, run in itertools.groupby(range(len(blocks)), dirty.__contains__):
            places = list(run)
            some = blocks[places[0] : places[-1] + 1]
            if not is_dirty:
                yield from some
                continue
            after = blocks[places[-1] + 1 : places[-1] + 2]
            low, high = some[0].first if places[0] else "", after[0].first if after else None
            size, records = sum(one.size for one in some), sum(one.open().records for one in some)
            yield Part(kind, low, high, some[0].offset, size, records)

    def told(self, part: Part) -> Iterable[Contribution]:
        """From the store."""
        return self._told(part.kind, part.low, part.high)

    def teaches(self, old: set[tuple[int, str]], new: set[tuple[int, str]]) -> None:
        """Who asks for what is told otherwise now is made anew, too."""
        self._asked.update(reference for reference, _ in old ^ new)

    def finish(self) -> None:
        """Nothing can be left."""

    def given_up(self, part: Part) -> list[Kept]:
        """Those within it."""
        firsts = self._firsts.get(part.kind, [])
        end = bisect_left(firsts, part.high) if part.high is not None else None
        return self._blocks.get(part.kind, [])[bisect_left(firsts, part.low) : end]


# ---- marks: references and addresses in eight bytes


def mark(text: str) -> int:
    """The same number for the same text, in every process; 64 bits."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def pack_marks(marks: Iterable[int]) -> str:
    """As text for JSON."""
    return base64.b64encode(array("q", sorted(marks)).tobytes()).decode()


def unpack_marks(text: str) -> array[int]:
    """Of `pack_marks`."""
    return array("q", base64.b64decode(text))
