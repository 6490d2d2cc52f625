"""The JSON Schema of the records, as `ris schema` prints it."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from scraper.errors import UsageError
from scraper.records import KINDS, Link

DRAFT = "https://json-schema.org/draft/2020-12/schema"
MODELS: dict[str, type[BaseModel]] = {**KINDS, "link": Link}


class _Always(GenerateJsonSchema):
    """Every key stands in every line, also where the value is null."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True


def document(kind: str = "") -> str:
    """The schema of one kind, or of any line: indented JSON. UsageError for a kind that does not exist."""
    if kind and kind not in MODELS:
        raise UsageError(f"{kind}: no such kind of record (there are: {', '.join(MODELS)})")
    content = (
        MODELS[kind].model_json_schema(schema_generator=_Always, mode="serialization")
        if kind
        else _any_line()
    )
    return json.dumps({"$schema": DRAFT, **content}, indent=2, ensure_ascii=False) + "\n"


def _any_line() -> dict[str, Any]:
    references, definitions = models_json_schema(
        [(model, "serialization") for model in MODELS.values()],
        title="A line of ris-scraper's output",
        schema_generator=_Always,
    )
    choices = [references[model, "serialization"] for model in MODELS.values()]
    return {**definitions, "oneOf": choices}
