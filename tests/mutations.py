"""Small changes of a page such as a new version of a product makes, one at a time.

Each mutant is the fixture's page with one thing changed everywhere: a class or id renamed, or all classes at
once, a label dropped or translated, two columns of a table swapped, a block wrapped in a div, a key of JSON
renamed. A reader may read a mutant as before, refuse it, or say with a warning what it missed; anything else
is silent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper import vocabulary
from scraper.dom import decode
from scraper.errors import PageError
from scraper.page import Page, Parsed
from scraper.parser import parse_page
from scraper.vendor import Vendor

_LABELS = frozenset(label.casefold() for printed in vocabulary.LABELS.values() for label in printed)
_LABEL = re.compile(r"[A-ZÄÖÜ0-9][\w /()*.-]{1,38}:")
# Marks around nodes of a tree, for changes of the serialised page: moving nodes copies them.
_BEGIN, _END = "\ue000", "\ue001"
_BEGINS, _ENDS = (_BEGIN, "\ue002"), (_END, "\ue003")
_PAIR = re.compile("\ue000(.*?)\ue001\\s*\ue002(.*?)\ue003", re.DOTALL)
_BOUND = r"(?<![\w-]){}(?![\w-])"


@dataclass(frozen=True)
class Mutant:
    """`what`: the change, as a person would say it."""

    what: str
    content: bytes


def mutants(content: bytes) -> Iterator[Mutant]:
    """All mutants of a page, in a stable order."""
    form = {"json": _of_json, "xml": _of_xml, "html": _of_html}[_form(content)]
    yield from form(content)


def _form(content: bytes) -> str:
    if content.lstrip()[:1] in (b"{", b"["):
        return "json"
    is_xml = content.lstrip().startswith(b"<?xml") and b"<html" not in content[:4096].lower()
    return "xml" if is_xml and b"<!DOCTYPE" not in content[:4096] else "html"


def plain(content: bytes) -> bytes:
    """The page as the mutants are written, without a change: what they are compared with."""
    return _serialised(LexborHTMLParser(decode(content))) if _form(content) == "html" else content


def judged(page: Page, vendor: Vendor) -> Iterator[tuple[str, bool]]:
    """(what, whether the reader was right or said something) of every mutant that can be read at all."""
    before = _read(replace(page, content=plain(page.content)), vendor)
    if before is None:
        return
    for mutant in mutants(page.content):
        after = _read(replace(page, content=mutant.content), vendor)
        right = after is None or _facts(after) == _facts(before)
        yield mutant.what, right or bool(_said(after) - _said(before))


def _read(page: Page, vendor: Vendor) -> Parsed | None:
    try:
        return parse_page(page, vendor)
    except PageError:
        return None


def _facts(parsed: Parsed | None) -> Any:
    if parsed is None:
        return None
    records = [
        {**record.model_dump(mode="json"), "snapshot": "", "warnings": []} for record in parsed.records
    ]
    return records, sorted((request.kind, request.url) for request in parsed.follow)


def _said(parsed: Parsed | None) -> frozenset[str]:
    if parsed is None:
        return frozenset()
    return frozenset(code for record in parsed.records for code in record.warnings)


# ---- HTML


def _of_html(content: bytes) -> Iterator[Mutant]:
    source = decode(content)
    tree = LexborHTMLParser(source)
    for attribute in ("class", "id"):
        yield from _renamed(source, tree, attribute)
    yield Mutant("every class renamed", _redesigned(source))
    yield from _labels(source, tree)
    yield from _swapped(source, tree)
    yield from _wrapped(source, tree)


def _serialised(tree: LexborHTMLParser) -> bytes:
    return ("<!DOCTYPE html>" + (tree.html or "")).encode()


def _renamed(source: str, tree: LexborHTMLParser, attribute: str) -> Iterator[Mutant]:
    names = {
        name for node in tree.css(f"body [{attribute}]") for name in (node.attrs.get(attribute) or "").split()
    }
    for name in sorted(names):
        changed = LexborHTMLParser(source)
        for node in changed.css(f"[{attribute}]"):
            value = node.attrs.get(attribute) or ""
            if name in value.split():
                node.attrs[attribute] = re.sub(_BOUND.format(re.escape(name)), f"neu-{name}", value)
        yield Mutant(f"{attribute} {name} renamed", _serialised(changed))


def _redesigned(source: str) -> bytes:
    """As a new theme does it."""
    changed = LexborHTMLParser(source)
    for node in changed.css("[class]"):
        node.attrs["class"] = " ".join(f"neu-{name}" for name in (node.attrs.get("class") or "").split())
    return _serialised(changed)


def _label_nodes(tree: LexborHTMLParser) -> list[LexborNode]:
    """Elements that print a label and nothing else; headings of the body are the author's."""
    return [node for node in tree.css("td, th, dt, span, strong, b, div, label, a") if _is_label(node)]


def _is_label(node: LexborNode) -> bool:
    printed = " ".join(node.text().split())
    word = printed.rstrip(":").casefold()
    if any(child.is_element_node for child in node.iter()) or word in vocabulary.HEADINGS:
        return False
    marked = node.tag in ("th", "dt") or re.search(r"head|title|label|key", node.attrs.get("class") or "")
    return bool(_LABEL.fullmatch(printed) or (marked and word in _LABELS))


def _labels(source: str, tree: LexborHTMLParser) -> Iterator[Mutant]:
    for number, node in enumerate(_label_nodes(tree)):
        printed = " ".join(node.text().split())
        colon = ":" if printed.endswith(":") else ""
        for what, value in (("dropped", " "), ("translated", f"Translated {number}{colon}")):
            changed = LexborHTMLParser(source)
            target = _label_nodes(changed)[number]
            child = target.first_child
            if child is not None:
                child.replace_with(value)
            yield Mutant(f"label {printed!r} {what}", _serialised(changed))


def _rows(table: LexborNode) -> list[list[LexborNode]]:
    return [[cell for cell in row.iter() if cell.tag in ("td", "th")] for row in table.css("tr")]


def _swapped(source: str, tree: LexborHTMLParser) -> Iterator[Mutant]:
    """Adjacent columns of rows that all have as many cells; rows of another width stay."""
    for number, table in enumerate(tree.css("table")):
        if table.css_first("table table") is not None:
            continue
        widths = [len(row) for row in _rows(table)]
        width = max(set(widths), key=widths.count, default=0)
        for column in range(width - 1):
            changed = LexborHTMLParser(source)
            for cells in _rows(changed.css("table")[number]):
                if len(cells) == width:
                    for cell, before, after in zip(cells[column : column + 2], _BEGINS, _ENDS, strict=True):
                        cell.insert_before(before)
                        cell.insert_after(after)
            page = _PAIR.sub(r"\2\1", _serialised(changed).decode())
            yield Mutant(
                f"columns {column + 1} and {column + 2} of table {number + 1} swapped", page.encode()
            )


def _wrapped(source: str, tree: LexborHTMLParser) -> Iterator[Mutant]:
    for number, node in enumerate(tree.css("table, dl")):
        changed = LexborHTMLParser(source)
        target = changed.css("table, dl")[number]
        target.insert_before(_BEGIN)
        target.insert_after(_END)
        page = _serialised(changed).decode()
        framed = page.replace(_BEGIN, "<div class='neu'>").replace(_END, "</div>")
        yield Mutant(f"{node.tag} {number + 1} moved into a div", framed.encode())


# ---- XML


def _of_xml(content: bytes) -> Iterator[Mutant]:
    source = decode(content)
    for name in sorted(set(re.findall(r"<([a-zA-Z][\w:-]*)", source))):
        changed = re.sub(rf"(</?){re.escape(name)}(?![\w:-])", rf"\g<1>neu-{name}", source)
        yield Mutant(f"element {name} renamed", changed.encode())


# ---- JSON


def _of_json(content: bytes) -> Iterator[Mutant]:
    values = json.loads(content.decode("utf-8-sig"), strict=False)
    for key in sorted(set(_keys(values))):
        yield Mutant(f"key {key} renamed", json.dumps(_without(values, key)).encode())


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(inner)


def _without(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {f"neu_{name}" if name == key else name: _without(inner, key) for name, inner in value.items()}
    return [_without(inner, key) for inner in value] if isinstance(value, list) else value
