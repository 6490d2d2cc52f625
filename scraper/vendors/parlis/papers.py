"""PARLIS: the document of a paper: subject and text first, then labelled lines about its way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from scraper import german, text, vocabulary
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Deliberation, Paper, Related, Section
from scraper.vendors.parlis.meetings import decision, files
from scraper.vendors.parlis.pages import Paragraph, open_document, page_title, paragraphs
from scraper.view import View

# Labels of the document, as they lead a paragraph. The text ends where the first of `_META` begins.
_SUBJECT = "betreff"
_AUTHOR = frozenset({
    "antragsteller", "antragstellerin", "antragstellende person(en)", "initiative", "antragstellende",
})  # fmt: skip
_RELATED = frozenset({
    "hauptvorlage", "nebenvorlage", "dazugehörende vorlage", "dazugehörige vorlage", "zugehörige vorlage",
    "vorgang", "entstanden aus vorlage",
})  # fmt: skip
_WAY = "beratungsergebnisse"
_META = _AUTHOR | frozenset({
    "hauptvorlage", "nebenvorlage", "dazugehörende vorlage", "dazugehörige vorlage", "zugehörige vorlage",
    "vertraulichkeit", "zuständige ausschüsse", "zuständige sonstige gremien", "beratung im ortsbeirat",
    "versandpaket", "aktenzeichen", "beschlussausfertigung(en)", _WAY,
})  # fmt: skip
_LABELS = _META | _RELATED | {_SUBJECT, "begründung", "sachstand"}
_LABELLED = re.compile(r"(?P<label>[^\W\d][^:]{2,60}?)\s*:\s*(?P<rest>.*)")
_SPACED = re.compile(r"^(?:[^\W\d] )+[^\W\d](?=\s*:)")  # "S A C H S T A N D :"
# "22. Sitzung des OBR 10 am 11.07.2023, TO I, TOP 22"
_STATION = re.compile(
    r"(?P<title>(?:\d+\. )?(?:\w+ )?Sitzung (?:des|der) (?P<body>.+?)) am (?P<day>\d{1,2}\.\d{1,2}\.\d{4})"
    r"(?:,? TO (?P<part>[IVX]+))?(?:,? TOP (?P<number>[\d.]+))?"
)
_RESULT = re.compile(r"(?P<label>Beschluss|Bericht|Abstimmung|Sonstige Voten)\s*:\s*(?P<rest>.*)")


def parse_paper(page: Page) -> Parsed:
    """One paper; follows the papers that it names."""
    view, header = open_document(page)
    if view.own is None:
        raise BrokenPageError(page.url, "the address does not tell the name of the document; give --url")
    printed = paragraphs(view)
    if not printed:
        raise BrokenPageError(page.url, "the document has no text")
    groups = list(_groups(printed))
    related = tuple(_related(view.own.url, groups))
    record = _paper(view, header, printed, groups, related)
    for one in printed:
        one.node.decompose()
    return view.told((record,), (Request(one.url, Kind.PAPER) for one in related if one.url), record.id)


class _Group:
    """Paragraphs below one label; "" before the first."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.key = label.casefold()
        self.lines: list[str] = []
        self.printed: list[Paragraph] = []

    @property
    def value(self) -> str:
        return " ".join(self.lines)


def _groups(printed: list[Paragraph]) -> Iterator[_Group]:
    group = _Group("")
    for one in printed:
        line = _SPACED.sub(lambda match: match[0].replace(" ", "").capitalize(), one.text)
        match = _LABELLED.fullmatch(line)
        if match and match["label"].casefold() in _LABELS:
            yield group
            group = _Group(match["label"])
            line = match["rest"]
        if line:
            group.lines.append(line)
        group.printed.append(one)
    yield group


def _paper(
    view: View,
    header: Fields[str],
    printed: list[Paragraph],
    groups: list[_Group],
    related: tuple[Related, ...],
) -> Paper:
    assert view.own is not None
    reference, told = _reference(view.own.native_id, view, printed)
    way = tuple(_way(groups))
    subject = next((group.lines[0] for group in groups if group.key == _SUBJECT and group.lines), None)
    values: dict[str, Any] = {
        "date": german.date(header.pop(("datum",)) or ""),
        "paper_type": header.pop(("dokumentart",)),
    }
    more = header.rest(str)
    values |= _labelled(groups, more)
    return Paper(
        **view.envelope("paper", view.own.native_id),
        url=view.own.url,
        warnings=tuple(_warnings(more, way, subject, "" if told else reference)),
        reference=reference,
        subject=subject,
        deliberations=way,
        deliberation_dates=tuple(sorted({row.date for row in way if row.date})),
        sections=tuple(_sections(groups)),
        text="\n\n".join(one.text for one in printed),
        attachments=tuple(files(view, "main")),
        related=related,
        **values,
    )


def _labelled(groups: list[_Group], header: dict[str, str]) -> dict[str, Any]:
    """Author, file number, and what no key holds."""
    found: dict[str, str] = {}
    for group in groups:
        if group.key in _META - {_WAY} and group.value:
            found.setdefault(group.label, group.value)
    authors = [value for label, value in found.items() if label.casefold() in _AUTHOR]
    numbers = [value for label, value in found.items() if label.casefold() in vocabulary.FILE_NUMBER]
    held = _AUTHOR | vocabulary.FILE_NUMBER | _RELATED
    rest = {label: value for label, value in found.items() if label.casefold() not in held}
    return {
        "author": "; ".join(authors) or None,
        "file_number": next(iter(numbers), None),
        "extra": header | rest,
    }


def _warnings(
    header: Iterable[str], way: Iterable[Deliberation], subject: str | None, unprinted: str
) -> Iterator[str]:
    yield from (f"unknown_label:{label}" for label in header if label.casefold() != "gremium")
    if unprinted:
        yield f"reference_not_printed:{unprinted}"
    if subject is None:
        yield "no_subject"
    if any(not german.outcome(row.result)[1] for row in way):
        yield "unmapped_result"


def _reference(native: str, view: View, printed: Iterable[Paragraph]) -> tuple[str, bool]:
    """`OF_47-12_2026` → "OF 47/12", and whether the page prints it so."""
    kind, _, rest = native.partition("_")
    number = rest.rpartition("_")[0] or rest
    reference = f"{kind} {number.replace('-', '/')}"
    whole = " ".join((page_title(view), *(one.text for one in printed)))
    return reference, re.search(rf"\b{re.escape(reference)}\b", whole) is not None


def _related(own: str, groups: Iterable[_Group]) -> Iterator[Related]:
    """Papers that a labelled line names; those in the text are no relation that is printed."""
    seen = {own}
    for group in groups:
        for link in (link for one in group.printed for link in one.links):
            goal = link.goal
            if goal and goal.kind is Kind.PAPER and goal.url not in seen and group.key in _RELATED:
                seen.add(goal.url)
                printed = text.clean(link.node.text())
                yield Related(reference=printed or None, url=goal.url, relation=group.label)


def _sections(groups: Iterable[_Group]) -> Iterator[Section]:
    """Subject, text and reasons; what follows tells of the way."""
    for group in groups:
        if group.key in _META:
            return
        lines = group.lines[1:] if group.key == _SUBJECT else group.lines
        if lines or group.label:
            if group.key == _SUBJECT:
                yield Section(heading=None, text="\n\n".join(lines))
            else:
                yield Section(heading=group.label or None, text="\n\n".join(lines))


def _way(groups: Iterable[_Group]) -> Iterator[Deliberation]:
    """Below "Beratungsergebnisse:": a line a meeting, then its decision and vote."""
    stations: list[tuple[re.Match[str], list[tuple[str, list[str]]]]] = []
    for line in (line for group in groups if group.key == _WAY for line in group.lines):
        match, result = _STATION.match(line), _RESULT.fullmatch(line)
        if match:
            stations.append((match, []))
        elif result and stations:
            stations[-1][1].append((result["label"], [result["rest"]] if result["rest"] else []))
        elif stations and stations[-1][1]:
            stations[-1][1][-1][1].append(line)
    for order, (match, parts) in enumerate(stations, 1):
        values: dict[str, Any] = decision(parts)
        yield Deliberation(
            order=order,
            committee=match["body"],
            title=match["title"],
            date=german.date(match["day"]),
            agenda_item=match["number"],
            result=values["result"],
            outcome=values["outcome"],
            votes=values["votes"],
        )
