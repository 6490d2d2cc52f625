"""PIO: a motion, a Magistrat's paper or another document of a matter, and extracts of minutes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from scraper import dom, german, outcomes, text, vocabulary
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.page import Kind, Parsed, Request
from scraper.records import Attachment, Deliberation, Paper, Related, Section
from scraper.vendors.pio.tree import Entry, own_url
from scraper.view import View

# "Auszug aus der Niederschrift über die 3. Sitzung der Stadtverordnetenversammlung am 24. September 2026"
_EXTRACT = re.compile(
    r"Niederschrift über die (?P<title>(?:\d+\. )?(?:\w+ )?Sitzung (?P<case>der|des) (?P<body>.+?))"
    r" am (?P<day>.{6,30}?\d{4})"
)
_RULING = re.compile(r"(?i)^Beschlusslage\s*:?$")
REFERENCE = re.compile(r"^\S+/DS-\S+$")
# "Ausgegeben am 15.05.2026", "Eing. Dat. 13.05.2026"
_HEADER = re.compile(r"(?P<label>\D*[^\W\d]\.?):?\s*(?P<value>\d{1,2}\.\d{1,2}\.\d{4})")
_ISSUED, _RECEIVED = "Ausgegeben am", "Eing. Dat."
_ATTACHED = re.compile(r"(?i)^anlage")


def read_document(view: View, document: Node, number: str, own: Entry | None, tree: list[Entry]) -> Parsed:
    """One document; follows the others of its matter."""
    values = _beside(own, tree)
    for attached in view.main.css(".Anlagen") if tree and own is not tree[0] else ():
        attached.decompose()  # they belong to the first document, whose page tells them
    header = _header(document)
    paragraphs = text.blocks(dom.marked_text(document))
    document.decompose()
    printed = header.pop("", None)
    values |= {"date": german.date(header.pop(_ISSUED, "")), "extra": header}
    reference = (own.reference if own else "") or printed
    if not reference:
        raise BrokenPageError(view.page.url, "neither the tree nor the document tells its number")
    way = tuple(_ruling(paragraphs, reference))
    record = Paper(
        **view.envelope("paper", number),
        url=own_url(view, own),
        warnings=_warnings(header, reference, printed, way, tree),
        reference=reference,
        deliberations=way,
        deliberation_dates=tuple(row.date for row in way if row.date),
        sections=_sections(paragraphs),
        text="\n\n".join(paragraphs).replace(text.HEAD, "") or None,
        **values,
    )
    follow = (Request(one.url, Kind.PAPER) for one in record.related if one.url)
    return view.told((record,), follow, record.id)


def _beside(own: Entry | None, tree: list[Entry]) -> dict[str, Any]:
    """What the tree tells: type and subject, the other documents, and the first one's attachments."""
    others = [one for one in tree if one is not own and one.goal]
    return {
        "subject": own.subject or None if own else None,
        "paper_type": own.type or None if own else None,
        "attachments": tuple(
            _attached(one) for one in others if own is tree[0] and _ATTACHED.match(one.type)
        ),
        "related": tuple(
            Related(reference=one.reference or None, url=one.goal.url, relation=one.type or None)
            for one in others
            if one.goal and not _ATTACHED.match(one.type)
        ),
    }


def _attached(entry: Entry) -> Attachment:
    """An attachment is a page of its own, not a file."""
    return Attachment(
        name=entry.subject or entry.type or None,
        url=entry.goal.url if entry.goal else None,
        native_id=entry.goal.native_id if entry.goal else None,
        role="attachment",
    )


def _header(document: Node) -> dict[str, str]:
    """The lines `.PIO-Kopfzeile`, which are taken out: label → value; the number has no label."""
    found: dict[str, str] = {}
    lines = document.css(".PIO-Kopfzeile")
    for span in (span for line in lines for span in line.css("span")):
        printed = dom.line(span)
        match = _HEADER.fullmatch(printed)
        label, value = (match["label"], match["value"]) if match else ("", printed)
        if value:
            found[label] = f"{found[label]}; {value}" if label in found else value
    for line in lines:
        line.decompose()
    return found


def _warnings(
    header: dict[str, str],
    reference: str,
    printed: str | None,
    way: Iterable[Deliberation],
    tree: Iterable[Entry],
) -> tuple[str, ...]:
    documents = [one for one in tree if not _ATTACHED.match(one.type)]
    found = [f"unknown_label:{label}" for label in header if label != _RECEIVED]
    if printed != reference:  # the document prints its number as the tree does
        found.append(f"reference_in_document:{printed or ''}")
    if not documents or not all(one.reference and one.type and one.subject for one in documents):
        found.append("incomplete_tree")
    if any(not german.outcome(row.result)[1] for row in way):
        found.append("unmapped_result")
    return tuple(found)


def _ruling(paragraphs: list[str], reference: str) -> Iterator[Deliberation]:
    """What an extract of minutes says: body, day, and the ruling on this paper ("Beschlusslage:")."""
    plain = [paragraph.replace(text.HEAD, "") for paragraph in paragraphs]
    match = _EXTRACT.search(" ".join(" ".join(plain).split()))
    date = german.date(match["day"]) if match else None
    if match is None or date is None:
        return
    result = _ruled(plain, reference)
    yield Deliberation(
        order=1,
        committee=match["body"] if match["case"] == "der" else None,
        title=match["title"],
        date=date,
        result=result,
        outcome=german.outcome(result)[0],
        votes=german.votes(result),
    )


def _ruled(plain: list[str], reference: str) -> str | None:
    """The paragraph behind "Beschlusslage:"; where several papers are ruled on, behind the own number."""
    found: list[tuple[str, str]] = []
    for at, paragraph in enumerate(plain):
        if _RULING.match(paragraph.strip()):
            rest = [" ".join(line.split()) for line in plain[at + 1 : at + 4] if line.strip()]
            named = rest.pop(0) if rest and REFERENCE.match(rest[0]) else ""
            found.append((named, rest[0] if rest else ""))
    result = next((said for named, said in found if named in (reference, "")), "")
    return result if 0 < len(result) <= outcomes.LONGEST_RESULT else None


def _sections(paragraphs: list[str]) -> tuple[Section, ...]:
    """The body by its main headings: a known word alone in its paragraph."""
    found: list[tuple[str | None, list[str]]] = [(None, [])]
    for paragraph in paragraphs:
        plain = paragraph.replace(text.HEAD, "").strip()
        word = plain.rstrip(": ")
        if word.casefold() in vocabulary.HEADINGS and (plain.endswith(":") or plain != paragraph):
            found.append((word, []))
        else:
            found[-1][1].append(plain)
    return tuple(Section(heading=head, text="\n\n".join(kept)) for head, kept in found if head or kept)
