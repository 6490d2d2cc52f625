"""Sections of a body: its paragraphs (see `text.blocks`) divided by their printed main headings."""

from __future__ import annotations

from collections.abc import Iterator

from scraper import text
from scraper.labels import label_of
from scraper.records import Section
from scraper.vocabulary import HEADINGS

_LONGEST = max(map(len, HEADINGS))


def divided(paragraphs: list[str], name: str | None) -> Iterator[Section]:
    """The sections of one part that prints something; `name`: of the part, where it prints no heading."""
    heading, started, kept = name, False, list[str]()
    for number, paragraph in enumerate(paragraphs):
        if number and paragraph[-1] != ":" and text.HEAD not in paragraph:  # no heading, see split_heading
            kept.append(paragraph)
            continue
        words, rest = split_heading(paragraph, first=not number)
        if words is None:
            kept.append(rest)
            continue
        if kept or started:
            yield Section(heading=heading, text="\n\n".join(kept))
        heading, started, kept = words, True, [rest] if rest else []
    yield Section(heading=heading, text="\n\n".join(kept))


def split_heading(paragraph: str, *, first: bool) -> tuple[str | None, str]:
    """A main heading at the start of a paragraph and what follows it; (None, paragraph) without one.

    The first paragraph of a part may be a heading by its tag (`<h4>`), lack the colon, or go on after it;
    a later one must be a known heading with a colon alone ("everything in SV" in Hamburg).
    """
    tagged, paragraph = paragraph.startswith(text.HEAD), paragraph.replace(text.HEAD, "").strip()
    words, colon, rest = paragraph.partition(":")
    words, rest = words.rstrip(), rest.strip()
    known = len(words) <= _LONGEST and words.casefold() in HEADINGS
    if known and (first or (colon and not rest)):  # without a colon `words` is the whole paragraph
        return words, rest
    return (label_of(paragraph), "") if first and tagged and paragraph else (None, paragraph)
