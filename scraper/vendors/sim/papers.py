"""SIM: the page of a paper (`DS/…`): its way through the bodies, its files and its whole text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scraper import documents, dom, german, text
from scraper.address import Address
from scraper.dom import Node
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Attachment, Deliberation, Paper, Related, Section
from scraper.vendors.sim.pages import open_sim, own, warned
from scraper.view import View

# "Drucksache Nr. 0728/2026: Umbau …", "Drucksache Nr. 15-0123/2026 N1: …"
_TITLE = re.compile(
    r"(?P<kind>[^\d:]*?)\s*Nr\.\s*(?P<number>\d[\d/-]*(?: ?[A-Z]\d+)*)\s*(?P<added>[^:]*?)\s*:"
    r"\s*(?P<subject>.*)"
)
# "24.09.2026: Ratsversammlung: Einstimmig", "Zukünftig: Verwaltungsausschuss"
_STATION = re.compile(
    r"(?P<when>\d{1,2}\.\d{1,2}\.\d{4}|[^\W\d]+): (?P<committee>[^:]+?)(?:\s*:\s*(?P<result>.*))?"
)
_RELATED = re.compile(r"(?P<number>\d[\d/-]*(?: ?[A-Z]\d+)*)\s*(?:\((?P<relation>[^()]*)\))?")
_SIGNED = re.compile(r".*/\s*\d{1,2}\.\d{1,2}\.\d{4}")
_MAIN_FILE = re.compile(r"(?i)druckversion")
_CONTENT = "inhalt der drucksache"
_WAY, _FILES, _KIN = "beratungsverlauf", "anlagen", ("verwandte drucksachen", "verwandte dokumente")
# Labels of the head of a paper; "Nr." repeats the number of its title.
_HEAD_NUMBER = "nr."


def parse_paper(page: Page) -> Parsed:
    """One paper with its text; follows the meetings of its way and the papers that it is related to."""
    view = open_sim(page)
    heading = view.main.css_first("h2")
    title = _TITLE.fullmatch(dom.line(heading))
    content = _content(view)
    if title is None or (content is None and not list(_blocks(view, _WAY))):
        raise BrokenPageError(page.url, "the page has no title with a number, or neither text nor way")
    address = own(view, Kind.PAPER)
    links = view.links()
    way = tuple(_way(view))
    follow = [Request(row.meeting_url, Kind.MEETING, date=row.date) for row in way if row.meeting_url]
    follow += [Request(g.url, Kind.PAPER) for link in links if (g := link.goal) and g.kind is Kind.PAPER]
    related = tuple(_related(view, address))
    files = _files(view)
    record = _paper(view, address, title, content, way).model_copy(
        update={"related": related, "attachments": files}
    )
    if heading is not None:
        heading.decompose()
    return view.told((record,), (one for one in follow if one.url != address.url), record.id)


def _paper(
    view: View, address: Address, title: re.Match[str], content: Node | None, way: tuple[Deliberation, ...]
) -> Paper:
    table = content.css_first("table") if content is not None else None
    head = _head(table) if table is not None else {}
    paper_type = head.pop("", "") or title["kind"]
    number = head.pop(_HEAD_NUMBER, "")
    paragraphs, signed = _body(content, table, title["subject"]) if content is not None else ([], [])
    date = german.date(signed[-1]) if signed else None
    extra = {label: value for label, value in (*head.items(), ("Zusatz", title["added"])) if value}
    warnings = list(warned(extra, *(row.result for row in way)))
    if content is None:
        warnings.append("no_text")
    elif number != title["number"]:
        warnings.append(f"number_in_head:{number}")
    return Paper(
        **view.envelope("paper", address.native_id),
        url=address.url,
        warnings=tuple(warnings),
        extra=extra,
        reference=title["number"],
        subject=title["subject"] or None,
        paper_type=paper_type or None,
        author="; ".join(signed[:-1]) or None,
        date=date,
        deliberations=way,
        deliberation_dates=tuple(sorted({row.date for row in way if row.date})),
        sections=_sections(paragraphs),
        text="\n\n".join(paragraphs).replace(text.HEAD, "") or None,
    )


def _content(view: View) -> Node | None:
    """The element that holds the heading "Inhalt der Drucksache:" and what follows it."""
    for heading in view.main.css("h3"):
        if dom.line(heading).rstrip(":").casefold() == _CONTENT:
            parent = heading.parent
            return parent.parent if parent is not None and parent.tag == "header" else parent
    return None


def _blocks(view: View, *headings: str) -> Iterator[Node]:
    """What follows an h4 with one of these words, until the next one."""
    for heading in view.main.css("h4"):
        if dom.line(heading).rstrip(":").casefold() in headings:
            sibling = dom.after(heading)
            while sibling is not None and sibling.tag != "h4":
                yield sibling
                sibling = dom.after(sibling)


def _way(view: View) -> Iterator[Deliberation]:
    stations = [row for block in _blocks(view, _WAY) for row in block.css("li")]
    for order, row in enumerate(stations, 1):
        match = _STATION.fullmatch(dom.line(row))
        if match is None:
            continue  # accounting tells what it says
        date = german.date(match["when"])
        goal = view.goal(row, Kind.MEETING)
        result = (match["result"] or "").strip() or None
        yield Deliberation(
            order=order,
            committee=match["committee"],
            date=date,
            state=None if date else match["when"],
            result=result,
            outcome=german.outcome(result)[0],
            votes=german.votes(result),
            meeting_url=goal.url if goal else None,
        )


def _related(view: View, address: Address) -> Iterator[Related]:
    """`0728/2026 N1 (Neufassung)`; the page names itself among them."""
    for block in _blocks(view, *_KIN):
        for row in block.css("td, li"):
            goal, match = view.goal(row, Kind.PAPER), _RELATED.fullmatch(dom.line(row))
            if goal and match and goal.url != address.url:
                yield Related(reference=match["number"], url=goal.url, relation=match["relation"])


def _files(view: View) -> tuple[Attachment, ...]:
    found: list[Attachment] = []
    for block in _blocks(view, _FILES):
        for link in view.links(block):
            if link.goal and link.goal.kind is Kind.FILE:
                name = documents.without_size(dom.line(link.node))
                role = documents.role_of(name, "main" if _MAIN_FILE.search(name) else "attachment")
                found.append(Attachment(name=name, url=link.url, native_id=link.goal.native_id, role=role))
    return tuple(found)


def _head(table: Node) -> dict[str, str]:
    """Type (under ""), bodies, and the pairs of the inner tables: labels in one, values in the other."""
    inner = [node for node in table.css("table") if node.mem_id != table.mem_id]
    columns = [[dom.line(row) for row in node.css("tr")] for node in inner]
    pairs = zip(columns[0], columns[1], strict=False) if len(columns) > 1 else ()
    found = {label.casefold() if label == "Nr." else label: value for label, value in pairs if label}
    cells = (node for node in table.css("div") if node.css_first("table") is None)
    bodies = "; ".join(filter(None, map(dom.line, cells)))
    return {"": dom.line(table.css_first("tr")), **found, **({"Gremien": bodies} if bodies else {})}


def _body(content: Node, table: Node | None, subject: str) -> tuple[list[str], list[str]]:
    """(paragraphs, the lines below them: who signed, place and day). The text is taken out of the page."""
    children = [child for child in dom.children(content) if child.tag != "header"]
    above = {table.mem_id} if table is not None else set[int]()
    start = next((at for at, node in enumerate(children, 1) if _has(node, above)), 0)
    parts = children[start:]
    signed = dom.lines(parts[-1]) if parts else []
    if signed and _SIGNED.fullmatch(signed[-1]):
        parts.pop()
    else:
        signed = []
    paragraphs: list[str] = []
    for part in parts:
        if part.tag in ("h2", "h3", "h4"):
            printed = dom.line(part)
            if printed == subject:
                continue
            paragraphs += [text.HEAD + printed] if printed else []
        else:
            paragraphs += text.blocks(dom.marked_text(part))
        part.decompose()
    return paragraphs, signed


def _has(node: Node, others: set[int]) -> bool:
    return node.mem_id in others or any(inner.mem_id in others for inner in node.css("table"))


def _sections(paragraphs: Iterable[str]) -> tuple[Section, ...]:
    found: list[tuple[str | None, list[str]]] = [(None, [])]
    for paragraph in paragraphs:
        if paragraph.startswith(text.HEAD):
            found.append((paragraph.replace(text.HEAD, "").removesuffix(":").strip(), []))
        else:
            found[-1][1].append(paragraph.replace(text.HEAD, ""))
    return tuple(Section(heading=head, text="\n\n".join(kept)) for head, kept in found if head or kept)
