"""The rule that read a page (product, kind of page, function), and all that is asked of one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scraper import vendors
from scraper.evidence.search import DERIVED, Found, Question, Sheet, label_field
from scraper.evidence.spots import hidden, spots
from scraper.page import Page
from scraper.parser import route_of


@dataclass(frozen=True)
class Rule:
    """`product`: its name (`allris3`); `page`: its kind; `function`: dotted; `pattern`: of its address."""

    product: str
    page: str
    function: str
    pattern: str


@dataclass(frozen=True)
class Explained:
    """A question with its answer. `word`: the field of the vocabulary that the label before it stands for."""

    asked: Question
    found: Found
    word: str | None


def rule_of(page: Page, vendor: str) -> Rule | None:
    """Who reads this page; None when today's reader of the product does not."""
    route = route_of(page, vendors.load(vendor))
    if route is None:
        return None
    function: Any = getattr(route.parse, "func", route.parse)  # a partial names the one behind it
    name = f"{function.__module__}.{getattr(function, '__qualname__', type(function).__qualname__)}"
    return Rule(vendor, route.kind.value, name, route.pattern.pattern)


def explain(page: Page, vendor: str, questions: tuple[Question, ...]) -> tuple[Rule | None, list[Explained]]:
    """The rule that read a page, and where it prints the values asked for. Raises PageError."""
    canonical = vendors.load(vendor).canonical
    sheets = [Sheet(page, canonical, seen(page)) for seen in (spots, hidden)]
    answers = [Explained(one, found := _found(sheets, one), _word(one, found)) for one in questions]
    return rule_of(page, vendor), answers


def _found(sheets: list[Sheet], asked: Question) -> Found:
    """Where the page shows the value, else where its scripts carry it."""
    found = [sheet.find(asked) for sheet in sheets]
    return next((one for one in found if one.how != DERIVED), found[0])


def _word(asked: Question, found: Found) -> str | None:
    return label_field(asked, found.prints[0].label) if found.prints else None
