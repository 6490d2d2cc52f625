"""(a) One page to its lines of JSON, beside the bare parse, lxml and trafilatura."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from tests.town.model import Paper

from . import counted, rivals, samples
from .table import Chapter, Figure
from .timing import Times, instructions, repeated

ROUNDS = {"floor": 60, "ours": 60, "lxml": 20, "trafilatura": 8}
SMALL_ROUNDS = 25
HOW = """A paper page of {kb:.0f} KB in the town's markup ({spans} spans, {paragraphs} paragraphs, a
table, {documents} embedded documents). The floor is a bare `LexborHTMLParser` of the same text as
UTF-8; ours goes from the bytes as the server sends them (windows-1252) over `parse_page` to
`model_dump_json`. lxml runs one compiled XPath a field; trafilatura runs `extract` with tables and
metadata. {basis}"""
BY_COUNT = "Ratios are of instructions (callgrind, warm calls), in the notes of CPU time (minimum of each)."
BY_TIME = "Ratios are of CPU time (minimum of each): valgrind is not installed here."


def chapter() -> Chapter:
    """Measures everything of this part."""
    plan = counted.plan()
    times = repeated({name: call for name, _, call in plan}, _rounds(plan))
    counts = _counts(plan)
    paper = samples.long_paper()
    page = samples.long_page(paper)
    how = HOW.format(
        kb=len(page.content) / 1000,
        spans=page.content.count(b"<span"),
        paragraphs=page.content.count(b"<p "),
        documents=page.content.count(b"Aspose"),
        basis=BY_COUNT if counts else BY_TIME,
    )
    found = Chapter("One page", how, _figures(times, counts))
    found.tables.append(
        ("CPU time, instructions and accuracy on that page:", _tools(paper, page, times, counts))
    )
    found.tables.append(("Every golden page of the product:", _kinds(times, counts)))
    return found


def _rounds(plan: list[tuple[str, int, Any]]) -> dict[str, int]:
    return {name: ROUNDS.get(name, SMALL_ROUNDS) for name, _, _ in plan}


def _counts(plan: list[tuple[str, int, Any]]) -> dict[str, float]:
    """Instructions of one call, by name; empty without valgrind."""
    marks = instructions("tests.bench.counted")
    if not marks or len(marks) < 2 * len(plan) - 1:
        return {}
    return {name: marks[2 * at] / times for at, (name, times, _) in enumerate(plan)}


def _figures(times: dict[str, Times], counts: dict[str, float]) -> list[Figure]:
    def ratio(one: str, other: str) -> tuple[float, str]:
        by_time = times[one].least / times[other].least
        return (counts[one] / counts[other], f"by time {by_time:.2f} ×") if counts else (by_time, "")

    rows: list[tuple[str, str, str, dict[str, float]]] = [
        ("page to line ÷ bare parse", "ours", "floor", {"most": 2.6}),
        ("lxml ÷ ours", "lxml", "ours", {"least": 5}),
        ("trafilatura ÷ ours", "trafilatura", "ours", {"least": 35}),
    ]
    figures = []
    for what, one, other, target in rows:
        value, note = ratio(one, other)
        if counts:  # the two disagree now and then: both are told
            by_time = Figure(what, times[one].least / times[other].least, **target)
            note += f" ({by_time.verdict})"
        figures.append(Figure(what, value, " ×", note=note, **target))
    return figures


def _tools(paper: Paper, page: samples.Sample, times: dict[str, Times], counts: dict[str, float]) -> Any:
    answers = {
        "floor": "",
        "ours": samples.ours(page),
        "lxml": rivals.with_lxml(page.content),
        "trafilatura": rivals.with_trafilatura(page.content),
    }
    rows = [("", "minimum ms", "median ms", "million instructions", "fields right", "sentences found")]
    for name, answer in answers.items():
        row = (f"{times[name].least * 1000:.2f}", f"{times[name].median * 1000:.2f}")
        count = f"{counts[name] / 1e6:.2f}" if counts else "—"
        right = _fields_right(paper, name, answer) if answer else "—"
        rows.append((name, *row, count, right, _sentences_found(paper, answer) if answer else "—"))
    return rows


def _fields_right(paper: Paper, name: str, answer: str) -> str:
    """Of a record the field must hold the value; of plain text the value has to stand anywhere in it."""
    wanted = samples.fields(paper)
    if name == "trafilatura":
        text = " ".join(answer.split())
        return f"{sum(value in text for value in wanted.values())} of {len(wanted)} (anywhere in the text)"
    record = json.loads(answer.partition("\n")[0])
    got = {**record, **(record["deliberations"] or [{}])[0]} | {"status": record["status"]}
    right = 0
    for key, value in wanted.items():
        day = ".".join(reversed(value.split("."))).replace(".", "-") if key == "date" else value
        right += " ".join(str(got.get(key)).split()) in (value, day)
    return f"{right} of {len(wanted)}"


def _sentences_found(paper: Paper, answer: str) -> str:
    wanted = samples.sentences(paper)
    with contextlib.suppress(ValueError, KeyError, TypeError):  # plain text is no record
        answer = json.loads(answer.partition("\n")[0])["text"]
    text = " ".join(answer.split())
    return f"{sum(sentence in text for sentence in wanted) / len(wanted):.1%}"


def _kinds(times: dict[str, Times], counts: dict[str, float]) -> Any:
    rows = [("page", "KB", "floor ms", "ours ms", "ratio by time", "ratio by instructions")]
    for sample in samples.golden():
        floor, own = f"floor {sample.name}", f"ours {sample.name}"
        milliseconds = [f"{times[name].least * 1000:.3f}" for name in (floor, own)]
        by_count = f"{counts[own] / counts[floor]:.2f}" if counts else "—"
        by_time = f"{times[own].least / times[floor].least:.2f}"
        rows.append((sample.name, f"{len(sample.content) / 1024:.1f}", *milliseconds, by_time, by_count))
    return rows
