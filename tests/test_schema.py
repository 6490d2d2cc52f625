"""Schema, models and docs/fields.md tell the same."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
import types
import typing
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from scraper import records
from scraper.errors import UsageError
from scraper.terminal import schema

FIELDS = Path(__file__).parents[1] / "docs" / "fields.md"
ROW = re.compile(
    r"^\| `(?P<name>\w+)` \| (?P<type>[^|]+) \| (?P<meaning>[^|]+) \| `(?P<example>.+)` \|$", re.MULTILINE
)

PARTS: dict[str, type[BaseModel]] = {
    "deliberation": records.Deliberation,
    "attachment": records.Attachment,
    "section": records.Section,
    "votes": records.Votes,
    "related": records.Related,
    "organization reference": records.OrganizationRef,
}
SCALARS = {str: "text", int: "integer", bool: "true/false", dt.date: "date"}
ENVELOPE = tuple(records.Record.model_fields)

# Heading in the docs → the model, and the fields that are documented there.
DOCUMENTED: dict[str, tuple[type[BaseModel], tuple[str, ...]]] = {
    "Every record": (records.Record, ENVELOPE),
    **{
        kind: (model, tuple(name for name in model.model_fields if name not in ENVELOPE))
        for kind, model in records.KINDS.items()
    },
    "link": (records.Link, tuple(records.Link.model_fields)),
    **{title: (part, tuple(part.model_fields)) for title, part in PARTS.items()},
}


def tables() -> dict[str, list[re.Match[str]]]:
    """Heading → rows of the table below it."""
    parts = re.split(r"^## (.+)$", FIELDS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {title: list(ROW.finditer(body)) for title, body in zip(parts[1::2], parts[2::2], strict=True)}


def words(annotation: Any) -> str:
    """A type as the docs write it."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        inner = " or ".join(words(choice) for choice in arguments if choice is not type(None))
        return inner + (" or null" if type(None) in arguments else "")
    if origin is typing.Literal:
        return f"`{arguments[0]}`" if len(arguments) == 1 else "word"
    if origin is tuple:
        return f"[{words(arguments[0])}]"
    if origin is dict:
        return "{text: text}"
    return SCALARS.get(annotation) or next(title for title, part in PARTS.items() if part is annotation)


def test_every_kind_and_every_part_has_its_chapter() -> None:
    headings = set(tables()) - {"outcome"}
    assert headings == set(DOCUMENTED)
    models = {
        model
        for model in vars(records).values()
        if isinstance(model, type) and issubclass(model, records.Part)
    }
    assert models - {records.Part} == {model for model, _ in DOCUMENTED.values()}


@pytest.mark.parametrize("title", DOCUMENTED)
def test_every_field_is_documented_in_order_and_none_is_stale(title: str) -> None:
    assert tuple(row["name"] for row in tables()[title]) == DOCUMENTED[title][1]


@pytest.mark.parametrize("title", DOCUMENTED)
def test_types_are_those_of_the_models_and_examples_are_values_of_them(title: str) -> None:
    model, _ = DOCUMENTED[title]
    for row in tables()[title]:
        annotation = model.model_fields[row["name"]].annotation
        assert row["type"] == words(annotation), row["name"]
        TypeAdapter(annotation).validate_json(row["example"], strict=True)


def test_a_wrong_example_would_be_seen() -> None:
    annotation = records.Paper.model_fields["deliberations"].annotation
    with pytest.raises(ValidationError):
        TypeAdapter(annotation).validate_json('[{"order": 1, "comittee": "x"}]', strict=True)


def test_every_outcome_is_explained() -> None:
    chapter = FIELDS.read_text(encoding="utf-8").partition("## outcome")[2]
    assert re.findall(r"^\| `(\w+)` \|", chapter, re.MULTILINE) == list(typing.get_args(records.Outcome))


@pytest.mark.parametrize("kind", schema.MODELS)
def test_the_schema_of_a_kind_asks_for_every_key_and_refuses_others(kind: str) -> None:
    document = json.loads(schema.document(kind))
    assert document["$schema"] == schema.DRAFT
    assert document["additionalProperties"] is False
    assert document["required"] == list(document["properties"]) == list(schema.MODELS[kind].model_fields)


def test_the_schema_of_everything_offers_every_kind() -> None:
    document = json.loads(schema.document())
    offered = [choice["$ref"].rpartition("/")[2] for choice in document["oneOf"]]
    assert offered == [model.__name__ for model in schema.MODELS.values()]
    assert set(offered) <= set(document["$defs"])


def test_an_unknown_kind_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="agenda_item"):
        schema.document("top")


def test_the_command_prints_what_the_module_makes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scraper", "schema", "paper"], capture_output=True, check=True
    )
    assert done.stdout.decode() == schema.document("paper")
