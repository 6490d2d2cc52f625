"""Musterau: an invented town with an ALLRIS 3 council information system, served on loopback."""

from __future__ import annotations

from .compare import compare
from .server import Answer, Entry, Town
from .truth import Truth

__all__ = ["Answer", "Entry", "Town", "Truth", "compare"]
