"""Musterau: an invented town with an ALLRIS 3 council information system, served on loopback."""

from __future__ import annotations

from .server import Answer, Entry, Town

__all__ = ["Answer", "Entry", "Town"]
