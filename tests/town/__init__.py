"""Musterau: an invented town, served on loopback in the clothes of every product."""

from __future__ import annotations

from .compare import compare
from .server import Entry, Town
from .sites import Answer
from .truth import Truth

__all__ = ["Answer", "Entry", "Town", "Truth", "compare"]
