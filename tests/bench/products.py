"""(f) A paper and a meeting page of every product, beside the bare parse of the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from scraper import objects, vendors
from scraper.archive import archive_files, page_of, read
from scraper.dom import decode
from scraper.errors import PageError
from scraper.page import Kind, Page
from scraper.parser import parse_page
from scraper.reparse import is_page
from scraper.vendor import Vendor
from tests.town import Town
from tests.town.sites import skins

from .table import Chapter, Figure
from .timing import ROOT, repeated

ROUNDS = 40
TARGET, GENERIC_TARGET = 4.0, 12.0
KINDS = (Kind.PAPER, Kind.MEETING)
HOW = """Every product's town is crawled, and of its pages the largest paper and the largest meeting are read
again, from bytes to lines of JSON. The floor of HTML is a bare `LexborHTMLParser` of the same text, of JSON
`json.loads`. The generic reader reads the papers of all products that print HTML. CPU time, minimum of
{rounds} rounds.
The towns' pages are small beside real ones, so the ratios are larger than they are there."""


@dataclass(frozen=True)
class Sample:
    """One page of a product."""

    skin: str
    vendor: Vendor
    kind: Kind
    page: Page

    @property
    def name(self) -> str:
        """`sessionnet-classic: paper`, `allris4: paper by generic`."""
        own = self.vendor.name != "generic" or self.skin == "generic"
        skin = f"allris3 {self.skin}" if self.skin in ("classic", "r", "cms") else self.skin
        return f"{skin}: {self.kind.value}" + ("" if own else f" by {self.vendor.name}")

    def ours(self) -> list[str]:
        """The page's lines of JSON; of a page that is refused, none."""
        try:
            records = parse_page(replace(self.page), self.vendor).records
        except PageError:
            return []
        return [record.model_dump_json() for record in records]

    def floor(self) -> Callable[[], object]:
        """The bare parse."""
        content = self.page.content
        if objects.is_json(self.page):
            return lambda: json.loads(content)
        utf8 = decode(content).encode()
        return lambda: LexborHTMLParser(utf8)


def chapter() -> Chapter:
    """Measures everything of this part."""
    samples = [sample for skin in sorted(skins()) for sample in _of(skin)]
    generic = vendors.load("generic")
    papers = [sample for sample in samples if sample.kind is Kind.PAPER and not objects.is_json(sample.page)]
    by_generic = [replace(sample, vendor=generic) for sample in papers if sample.vendor is not generic]
    every = [*samples, *by_generic]
    calls: dict[str, Callable[[], object]] = {}
    for number, sample in enumerate(every):
        calls[f"floor {number}"] = sample.floor()
        calls[f"ours {number}"] = sample.ours
    times = repeated(calls, dict.fromkeys(calls, ROUNDS))
    figures = []
    for number, sample in enumerate(every):
        floor, ours = (times[f"{what} {number}"].least * 1000 for what in ("floor", "ours"))
        most = GENERIC_TARGET if sample.vendor is generic else TARGET
        note = f"{len(sample.page.content) / 1000:.1f} KB, {floor:.3f} and {ours:.3f} ms"
        figures.append(Figure(sample.name, ours / floor, " ×", most=most, digits=1, note=note))
    return Chapter("Every product", HOW.format(rounds=ROUNDS), figures)


def _of(skin: str) -> Iterator[Sample]:
    """The largest page of each kind that a crawl of a town fetches."""
    with tempfile.TemporaryDirectory(prefix="ris-bench-") as name:
        with Town(skin=skin) as town:
            words = ["crawl", town.url, "--output", name, "--delay", "0", "--quiet"]
            window = ["--since", "2025-11-24", "--until", "2027-12-31"]
            subprocess.run([sys.executable, "-m", "scraper", *words, *window], cwd=ROOT, check=False)
        run = json.loads((Path(name) / "run.json").read_text("utf-8"))
        vendor = vendors.load(run["vendor"])
        largest: dict[Kind, Page] = {}
        for one in read(archive_files(Path(name) / "archive")):
            if is_page(one.exchange):
                page = page_of(one.exchange, "musterau")
                kind = _kind(page, vendor)
                if kind in KINDS and len(page.content) > len(
                    largest[kind].content if kind in largest else b""
                ):
                    largest[kind] = page
    for kind in KINDS:
        if kind in largest:
            yield Sample(skin, vendor, kind, largest[kind])


def _kind(page: Page, vendor: Vendor) -> Kind | None:
    route = next((route for route in vendor.routes if route.pattern.search(page.url)), vendor.route_of(page))
    return route.kind if route else None
