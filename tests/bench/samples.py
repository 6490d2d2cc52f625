"""The pages that are measured: a long paper of the town, and the golden pages of every kind."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace

from scraper.dom import decode
from scraper.errors import PageError
from scraper.page import Page
from scraper.parser import parse_page
from scraper.vendors import load
from tests.town.allris3.markup.frame import encode
from tests.town.allris3.markup.paper import paper_page
from tests.town.allris3.site import Site
from tests.town.model import Block, Paper, Part
from tests.town.words import SENTENCES

from .timing import ROOT

URL = "https://ris.musterau.example/bi/vo020.asp?VOLFDNR={}"
PARAGRAPHS = 60
WHEN = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
ALLRIS = load("allris3")


@dataclass(frozen=True)
class Sample:
    """A page as the server sends it, and the same text as UTF-8 for the bare parse."""

    name: str
    url: str
    content: bytes

    @property
    def utf8(self) -> bytes:
        return decode(self.content).encode()


def _body(paragraphs: int) -> tuple[Block, ...]:
    """Paragraphs of two sentences each, a table in the middle. No two are equal."""
    blocks: list[Block] = []
    for k in range(paragraphs):
        first, second = (SENTENCES[(k * step) % len(SENTENCES)] for step in (1, 5))
        place = f"Abschnitt {k + 1}"
        blocks.append(("p", f"{k + 1}. {first.format(place)} {second.format(place)}"))
        if k == paragraphs // 2:
            rows = [("Nr.", "Maßnahme", "Kosten")]
            rows += [(str(n), f"Möblierung für Fläche {n}", f"{n}.400 €") for n in range(1, 9)]
            blocks.append(("table", rows))
    return tuple(blocks)


def long_paper() -> Paper:
    """A paper with every header field, a way of several stations, files, and three embedded documents."""
    papers = [paper for paper in Site().papers.values() if sum(len(s.stops) for s in paper.stations) > 2]
    paper = max(papers, key=lambda paper: (len(paper.attachments), bool(paper.clerk), -paper.number))
    order, money = ("p", SENTENCES[4].format("Süd")), ("p", SENTENCES[9])
    parts = (
        Part("SV", 1290001, "Sachverhalt", (("h", "Sachverhalt:"), *_body(PARAGRAPHS))),
        Part("BV", 1290002, "Beschlussvorschlag", (("h", "Beschlussvorschlag:"), order)),
        Part("FA", 1290003, "Finanzielle Auswirkungen", (("h", "Finanzielle Auswirkungen:"), money)),
    )
    return replace(
        paper, author=("Öhlmaring, Jörn",), clerk="Grünlinger, Bärbel", file_number="61.004-Ä",
        involved=("61 - Stadtplanung", "66 - Tiefbau und Grün"), parts=parts,
    )  # fmt: skip


def long_page(paper: Paper) -> Sample:
    return Sample("paper of 60 KB", URL.format(paper.number), encode(paper_page(paper)))


def golden() -> list[Sample]:
    """The golden pages of the product."""
    samples = []
    for folder in sorted((ROOT / "fixtures" / "allris3").iterdir()):
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
        name = folder.name.partition("-")[2]
        samples.append(Sample(name, meta["url"], next(folder.glob("page.*")).read_bytes()))
    return samples


def ours(sample: Sample) -> str:
    """The page's lines of JSON; of a page that is refused, why."""
    try:
        parsed = parse_page(Page(sample.url, sample.content, "text/html", WHEN, "musterau"), ALLRIS)
    except PageError as error:
        return str(error)
    return "\n".join(record.model_dump_json() for record in parsed.records)


def sentences(paper: Paper) -> list[str]:
    """Every paragraph and table cell of the body, blanks joined."""
    found: list[str] = []
    for part in paper.parts:
        for kind, value in part.blocks:
            if kind == "table":
                found += [text for row in value for text in row]  # type: ignore[attr-defined]
            elif kind == "p":
                found.append(str(value))
    return [" ".join(text.split()) for text in found]


def fields(paper: Paper) -> dict[str, str]:
    """Twelve values of the header and of the way's first station, as printed."""
    station = next(station for station in paper.stations if station.stops)
    stop = station.stops[0]
    return {
        "reference": paper.reference, "subject": " ".join(paper.subject.split()), "status": paper.status,
        "paper_type": paper.kind, "author": paper.author[0], "department": paper.department,
        "clerk": paper.clerk or "", "file_number": paper.file_number or "",
        "committee": station.body.name, "role": station.role or "",
        "date": stop.meeting.date.strftime("%d.%m.%Y"), "result": stop.result or "",
    }  # fmt: skip
