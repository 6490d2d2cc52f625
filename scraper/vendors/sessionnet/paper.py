"""SessionNet papers: vo0050 (Layout ≤ 5: with the way), motions and enquiries ag0050, the tab vo0053."""

from __future__ import annotations

from typing import Any

from scraper import dom, german, vocabulary
from scraper.accounting import codes
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.labels import Fields
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Paper, Related
from scraper.stamp import slug
from scraper.vendors.sessionnet import body, deliberations, documents, markup
from scraper.vendors.sessionnet.addresses import plain, program
from scraper.view import View

# Programs that show a part of a paper: their values fill what its own page leaves open.
_PARTS = frozenset({"vo0051", "vo0053", "ag0051", "ag0053"})
_REFERENCE = vocabulary.REFERENCE | markup.REFERENCE


def parse_paper(page: Page) -> Parsed:
    """One paper, or its way through the committees; follows its meetings, items and related papers."""
    seen = markup.open_page(page)
    native = markup.own_number(seen, Kind.PAPER)
    shown = markup.shown(seen.page)
    header = markup.header(seen)
    ways, follow = deliberations.read(seen, shown)
    if not (header.items or (native and shown in _PARTS)):
        raise BrokenPageError(page.url, "the paper has no header fields")
    record = _record(seen, native or _told_number(seen, header), header, ways, shown in _PARTS)
    if not (record.subject or record.reference):
        raise BrokenPageError(page.url, "the paper has neither a subject nor a number")
    goals = [link.goal for link in (*seen.links(), *markup.tabs(seen)) if link.goal]
    others = [goal.url for goal in goals if goal.kind is Kind.PAPER and goal.url != seen.page.url]
    follow += [Request(url, Kind.PAPER) for url in others if url != record.url or shown in _PARTS]
    return markup.told(seen, (record,), follow, None if shown in _PARTS else record.id)


def _told_number(seen: View, header: Fields[Node]) -> str:
    """Of a saved page without an address: the printed number."""
    named = (item for item in header.every if item.slot in ("voname", "agname") or item.key in _REFERENCE)
    printed = slug(next((dom.line(item.value) for item in named), ""))
    if not printed:
        raise BrokenPageError(seen.page.url, "nothing tells which paper this is; give --url")
    return printed


def _record(seen: View, native: str, header: Fields[Node], ways: tuple[Any, ...], is_part: bool) -> Paper:
    related = _related(seen, header)
    values = _header(header)
    sections, text = body.take(seen)
    extra = header.rest(dom.line)
    if is_part and values["subject"] is None:
        values["subject"] = markup.heading(seen) or None
    return Paper(
        **seen.envelope("paper", native),
        url=_url(seen, native),
        warnings=codes(extra, (way.result for way in ways)),
        extra=extra,
        deliberations=ways,
        deliberation_dates=tuple(sorted({way.date for way in ways if way.date})),
        sections=sections,
        text=text,
        attachments=documents.attachments(seen, seen.main, seen.main.css("a[href]"), paper=True),
        related=related,
        **values,
    )


def _url(seen: View, native: str) -> str | None:
    """The paper's first tab: a part of it is no page of its own."""
    own = markup.own_url(seen)
    tabs = [link.goal for link in markup.tabs(seen) if link.goal and link.goal.native_id == native]
    first = next((goal.url for goal in tabs if program(goal.url).endswith("0050")), None)
    return first if first and own and program(own) in _PARTS else own


def _header(header: Fields[Node]) -> dict[str, Any]:
    """The fields that have a key; which ones a town shows is its own choice."""
    status = _one(header, vocabulary.STATUS)
    involved = header.pop(vocabulary.INVOLVED)
    return {
        "subject": _one(header, vocabulary.SUBJECT, "vobetr", "agbetr"),
        "reference": _one(header, _REFERENCE, "voname", "agname"),
        "paper_type": _one(header, vocabulary.PAPER_TYPE, "vovaname", "agart"),
        "file_number": _one(header, vocabulary.FILE_NUMBER, "voakz", "agakz"),
        "date": german.date(_one(header, vocabulary.DATE, "vodat", "agvdat") or ""),
        "status": status,
        "public": german.is_public(status),
        "author": _joined(header, vocabulary.AUTHOR),
        "department": _joined(header, vocabulary.DEPARTMENT),
        "departments_involved": tuple(
            name.strip() for row in dom.lines(involved) for name in row.split(";") if name.strip()
        ),
        "clerk": _joined(header, vocabulary.CLERK),
    }


def _one(header: Fields[Node], labels: frozenset[str], *slots: str) -> str | None:
    return dom.line(header.pop(labels, slots)) or None


def _joined(header: Fields[Node], labels: frozenset[str]) -> str | None:
    """Several lines of one field: "Fraktion A; Fraktion B"."""
    return "; ".join(dom.lines(header.pop(labels))) or None


def _related(seen: View, header: Fields[Node]) -> tuple[Related, ...]:
    found: list[Related] = []
    for item in [item for item in header.items if item.key in vocabulary.RELATED]:
        header.items.remove(item)
        linked = [
            Related(reference=dom.line(link.node) or None, url=plain(link.goal), relation=item.label)
            for link in seen.links(item.value)
            if link.goal and link.goal.kind is Kind.PAPER
        ]
        printed = [Related(reference=line, relation=item.label) for line in dom.lines(item.value)]
        found += linked or printed
    return tuple(found)
