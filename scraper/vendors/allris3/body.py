"""The text parts of an ALLRIS 3 page: `<a name="allrisSV">` and a whole embedded document each.

Parts are separated only by their anchors, and the embedded documents leave elements open, so the parts
are cut out of the serialised container in the order of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper import dom, text
from scraper.labels import label_of
from scraper.records import Section
from scraper.vendors.allris3.skin import View

_ANCHOR = re.compile(r'<a\b[^>]*\bname="allris([A-Z]{2})"[^>]*>')
_JUMP = re.compile(r"#allris([A-Z]{2})$")
# Main headings as authors print them in their own part (labels.md §1.2), lower case, without colon.
_WORDS = """
    abstimmungsergebnis; alternativen; anlage; anlage(n); anlage/n; anlagen; anlass; antrag; antrag der
    verwaltung; antragstext; ausgangslage; begründung; begründung/sachverhalt; bemerkungen;
    beratungsergebnis; beratungsgang; beratungsinhalt; beratungsverlauf; bericht; beschluss;
    beschlussantrag; beschlussempfehlung; beschlussfassung; beschlusstext; beschlussvorschlag;
    beschlussvorschlag/empfehlung; beschluß; beschlußantrag; beschlußempfehlung; beschlußvorschlag;
    debatte; diskussionsverlauf; ergebnis; ergebnis/beschluss; erläuterung; erläuterungen; erläuterungen
    und begründungen; finanzielle auswirkung; finanzielle auswirkungen; finanzierung; hintergrund; i.
    sitzungsvortrag; ii. beschlussvorschlag; iii. finanzielle auswirkungen; inhalt; klimaauswirkungen;
    kosten; kurzfassung; mitteilung; petitum; petitum/beschluss; petitum/beschlussvorschlag; problem;
    protokoll; protokollvermerk; rechtsgrundlage; räumlicher bezug; sach- und rechtslage;
    sachdarstellung; sachverhalt; sachverhalt/begründung; stellungnahme; stellungnahme der verwaltung;
    wortprotokoll; zusammenfassung
"""
HEADINGS = frozenset(" ".join(words.split()) for words in _WORDS.split(";"))
_TAGGED = re.compile(r"<h([1-6])\b[^>]*>(.*?\S.*?)</h\1>", re.DOTALL)
# Foot and panel tables of attachments: read as documents, no part of the text.
_FILE_LISTS = frozenset({"Anlagen:", "Anlage:", "Anlage/n:"})
_HEADING = re.compile(r"^\s*(?P<words>[^\n:]{3,60}?)\s*(?:(?P<colon>:)\s*(?P<rest>.*))?$", re.DOTALL)


def jump_names(view: View) -> dict[str, str]:
    """Part code → name in the page's own jump list ("SV": "Sachverhalt")."""
    names: dict[str, str] = {}
    for link in view.main.css('a[href^="#allris"]'):
        code = _JUMP.search(dom.attr(link, "href"))
        if code:
            names.setdefault(code[1], dom.line(link))
    return names


def read(view: View) -> tuple[tuple[Section, ...], str | None]:
    """(sections, text): the body by its printed main headings, and as printed, None without a body.

    A part without a heading of its own takes the name that the jump list gives it. The tables of
    attachments in the panel and at the foot are taken out of the page first.
    """
    names = jump_names(view)
    for label in view.main.css("td.kb1"):
        if dom.line(label) in _FILE_LISTS and (table := dom.ancestor(label, "table")):
            table.decompose()
    source = view.main.html or ""
    cuts = list(_ANCHOR.finditer(source))
    ends = [cut.start() for cut in cuts[1:]] + [len(source)]
    found: list[Section] = []
    printed: list[str] = []
    for cut, end in zip(cuts, ends, strict=True):
        part = source[cut.end() : end]
        body = text.paragraphs(part)
        if body:
            printed.append(body)
            found.extend(_sections(part, body, names.get(cut[1])))
    return tuple(found), "\n\n".join(printed) or None


def _sections(source: str, body: str, name: str | None) -> Iterator[Section]:
    """The sections of one part that prints something."""
    heading, started, kept = name, False, list[str]()
    for number, paragraph in enumerate(body.split("\n\n")):
        words, rest = split_heading(paragraph, first=not number, tagged=source)
        if words is None:
            kept.append(paragraph)
            continue
        if kept or started:
            yield Section(heading=heading, text="\n\n".join(kept))
        heading, started, kept = words, True, [rest] if rest else []
    yield Section(heading=heading, text="\n\n".join(kept))


def split_heading(paragraph: str, *, first: bool, tagged: str = "") -> tuple[str | None, str]:
    """A main heading at the start of a paragraph and what follows it; (None, paragraph) without one.

    The first paragraph of a part may be a heading by its tag, lack the colon, or go on after it; a later
    one must be a known heading with a colon alone ("everything in SV" in Hamburg).
    """
    match = _HEADING.match(paragraph)
    if match and match["words"].casefold() in HEADINGS:
        rest = (match["rest"] or "").strip()
        if (match["colon"] and (first or not rest)) or (first and not rest):
            return match["words"], rest
    if first and "<h" in tagged:
        printed = _TAGGED.search(tagged)
        if printed and text.line(printed[2]) == paragraph:
            return label_of(paragraph), ""
    return None, paragraph
