"""The places of a page at which something is printed: elements of HTML, values of JSON, lines of text."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urljoin

from scraper import dom, objects, text, vocabulary
from scraper.dom import Node
from scraper.page import Page

LONGEST_LABEL = 60  # characters; what is longer is no label
_MOST_OBJECTS = 100  # places in a script that are tried as JSON
_LEVELS = 6  # enclosing elements that are looked at around a place
_ATTRIBUTES = ("title", "alt", "aria-label", "datetime", "value", "action")
_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption"})
_LABELS = frozenset({"th", "dt", "label"})
_FOLDED = re.compile(r"\r?\n[ \t]")  # iCalendar breaks long lines so
_URL = re.compile(r"https?://\S+")
_KNOWN = frozenset(label.casefold() for labels in vocabulary.LABELS.values() for label in labels)


def squeezed(printed: str) -> str:
    """A text without white space, soft hyphens and control characters: what two printings share."""
    return text.clean(printed).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Spot:
    """One place. `key`: what it prints, `squeezed`; `last`: index of the last spot within it.

    `text`, `place`, `label` are made when they are asked for; `around`: the keys of what encloses it, from
    the inside out. `url`: where a link leads, absolute.
    """

    key: str
    last: int
    text: Callable[[], str]
    place: Callable[[], str]
    label: Callable[[], str]
    around: Callable[[], Iterator[str]]
    url: str = ""


def spots(page: Page) -> list[Spot]:
    """All places of a page in its order, enclosing ones first. Raises BrokenPageError for what is no text."""
    if objects.is_json(page):
        return list(_of_value(objects.read(page), "$", 0))
    source = dom.source_of(page)
    return _of_html(page) if "<" in source[:4096] else list(_of_lines(source))


def hidden(page: Page) -> list[Spot]:
    """The values in JSON that the scripts of an HTML page carry; some products print nothing else."""
    if objects.is_json(page):
        return []
    found: list[Spot] = []
    for node in dom.read(page).many("script"):
        for value in _values_in(node.text()):
            found += _of_value(value, f"{path_of(node)} $", len(found))
    return found


def _values_in(source: str) -> Iterator[Any]:
    """The JSON objects in a script, as far as they are any."""
    decoder, at = json.JSONDecoder(strict=False), 0
    for _ in range(_MOST_OBJECTS):
        at = source.find('{"', at)
        if at < 0:
            return
        try:
            value, at = decoder.raw_decode(source, at)
        except (ValueError, RecursionError):
            at += 2
        else:
            yield value


# ---- HTML


def _of_html(page: Page) -> list[Spot]:
    html = dom.read(page)
    base = _joined(page.url, dom.attr(html.maybe("base[href]"), "href"))
    body = dom.visible(html)
    found: list[Spot] = []
    for at, node in enumerate(body.css("*") if body is not None else ()):
        found.append(_element(node, at, base))
    shown = [one for node in (body.css("*") if body is not None else ()) for one in _attributes(node)]
    found += [_attribute(node, name, len(found) + at, base) for at, (node, name) in enumerate(shown)]
    embedded = [one for node in (body.css("*") if body is not None else ()) for one in _embedded(node)]
    for place, value in embedded:
        found += list(_of_value(value, f"{place} $", len(found)))
    return found


def _element(node: Node, at: int, base: str) -> Spot:
    href = dom.attr(node, "href") if node.tag == "a" else ""
    return Spot(
        squeezed(node.text()),
        at + len(node.css("*")) - 1,
        partial(dom.line, node),
        partial(path_of, node),
        partial(_label, node),
        partial(_around, node),
        _joined(base, href) if href else "",
    )


def _joined(base: str, href: str) -> str:
    """An absolute address, "" for what is none (`http://[`)."""
    try:
        return urljoin(base, href.strip())
    except ValueError:
        return ""


def _attributes(node: Node) -> Iterator[tuple[Node, str]]:
    return ((node, name) for name in _ATTRIBUTES if dom.attr(node, name).strip())


def _embedded(node: Node) -> Iterator[tuple[str, Any]]:
    """JSON in attributes, which a program of the page reads (`<div component='{…}'>`)."""
    for name, printed in node.attributes.items():
        if printed and printed.startswith(("{", "[")):
            with contextlib.suppress(ValueError):
                yield f"{path_of(node)}[{name}]", json.loads(printed)


def _attribute(node: Node, name: str, at: int, base: str) -> Spot:
    printed = text.clean(dom.attr(node, name))
    return Spot(
        squeezed(printed),
        at,
        partial(str, printed),
        partial(_attribute_place, node, name),
        partial(_label, node),
        partial(_around, node),
        _joined(base, printed) if name == "action" else "",
    )


def _attribute_place(node: Node, name: str) -> str:
    return f"{path_of(node)}[{name}]"


def path_of(node: Node) -> str:
    """The shortest way to an element, from the nearest id above it: `#main > table > tr:nth-of-type(2)`."""
    steps: list[str] = []
    one: Node | None = node
    while one is not None and one.tag not in ("body", "head", "html"):
        name = dom.attr(one, "id")
        if name and not any(sign in name for sign in " .:#>[\"'"):
            return " > ".join([f"#{name}", *reversed(steps)])
        steps.append(_step(one))
        one = one.parent
    return " > ".join([str(one.tag) if one is not None else "body", *reversed(steps)])


def _step(node: Node) -> str:
    parent = node.parent
    same = [child for child in dom.children(parent) if child.tag == node.tag] if parent is not None else []
    at = next((at for at, child in enumerate(same, 1) if child.mem_id == node.mem_id), 1)
    return f"{node.tag}:nth-of-type({at})" if len(same) > 1 else str(node.tag)


def _around(node: Node) -> Iterator[str]:
    parent = node.parent
    for _ in range(_LEVELS):
        if parent is None or parent.tag == "body":
            return
        yield squeezed(parent.text())
        parent = parent.parent


def _label(node: Node) -> str:
    """What stands before a place to say what it is: a label, the head of its column, or a heading."""
    return _beside(node) or _column(node) or _heading(node)


def _beside(node: Node) -> str:
    """The nearest label before an element, or before one of those around it, in one row or list."""
    one: Node | None = node
    for _ in range(_LEVELS):
        if one is None or one.tag in ("body", "table", "tr"):
            return ""
        before = _before(one)
        printed = dom.line(before)
        if before is not None and printed and len(printed) <= LONGEST_LABEL and _is_label(before, printed):
            return printed
        one = one.parent
    return ""


def _is_label(node: Node, printed: str) -> bool:
    return printed.endswith(":") or node.tag in _LABELS or printed.rstrip(":").casefold() in _KNOWN


def _before(node: Node) -> Node | None:
    """The sibling element before it that prints something."""
    sibling = node.prev
    while sibling is not None and not (sibling.is_element_node and not sibling.text().isspace()):
        sibling = sibling.prev
    return sibling


def _column(node: Node) -> str:
    """The head of the column that a cell stands in: in the nearest row above that has heads."""
    cell = node if node.tag == "td" else dom.ancestor(node, "td")
    first = _head(cell.parent) if cell is not None and cell.parent is not None else None
    if cell is None or first is None:
        return ""
    wanted = next((at for at, one in _columns(cell) if one.mem_id == cell.mem_id), 0)
    before = [head for at, head in _columns(first) if at <= wanted]
    return dom.line(before[-1])[:LONGEST_LABEL] if before else ""


def _head(row: Node) -> Node | None:
    above = row.prev
    while above is not None:
        if above.is_element_node and (first := above.css_first("th")) is not None:
            return first
        above = above.prev
    table = dom.ancestor(row, "table")
    return table.css_first("thead th") if table is not None else None


def _columns(cell: Node) -> Iterator[tuple[int, Node]]:
    """The cells of a row, each with the column that it begins in."""
    at = 0
    for one in dom.children(cell.parent) if cell.parent is not None else ():
        yield at, one
        at += int(span) if (span := dom.attr(one, "colspan")).isdecimal() else 1


def _heading(node: Node) -> str:
    """The nearest heading before a place."""
    one: Node | None = node
    while one is not None and one.tag != "body":
        before = one.prev
        while before is not None:
            if before.is_element_node and before.tag in _HEADS:
                return dom.line(before)[:LONGEST_LABEL]
            before = before.prev
        one = one.parent
    return ""


# ---- JSON and lines of text


def _of_value(whole: Any, root: str, first: int) -> Iterator[Spot]:
    """The values in JSON. `root`: path of the whole; `first`: index of the first spot."""
    known: dict[int, str] = {}
    for at, (value, path, parents) in enumerate(_leaves(whole, root, ()), first):
        printed = " ".join(text.lines(value)) if "<" in value else text.clean(value)
        label = path.rpartition(".")[2]
        url = value if value.startswith(("https://", "http://")) else ""
        yield Spot(
            squeezed(printed),
            at,
            partial(str, printed),
            partial(str, path),
            partial(str, label),
            partial(_serialised, parents, known),
            url,
        )


def _leaves(value: Any, path: str, parents: tuple[Any, ...]) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Every value that is no list or object, as text, with its path and what it stands in, nearest first."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}", (value, *parents))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{at}]", (value, *parents))
    elif value is not None:
        yield (value if isinstance(value, str) else json.dumps(value)), path, parents


def _serialised(parents: tuple[Any, ...], known: dict[int, str]) -> Iterator[str]:
    """`known`: what was serialised already, by the identity of the object, which outlives the spots."""
    for parent in parents[:_LEVELS]:
        if id(parent) not in known:
            known[id(parent)] = squeezed(json.dumps(parent, ensure_ascii=False))
        yield known[id(parent)]


def _of_lines(source: str) -> Iterator[Spot]:
    lines = _FOLDED.sub("", source).replace("\\,", ",").splitlines()
    for at, line in enumerate(lines):
        near = squeezed("".join(lines[max(0, at - _LEVELS) : at + _LEVELS]))
        yield Spot(
            squeezed(line),
            at,
            partial(text.clean, line),
            partial(str, f"line {at + 1}"),
            partial(str, line.partition(":")[0].strip()[:LONGEST_LABEL]),
            partial(iter, (near,)),
            (_URL.search(line) or [""])[0],
        )
