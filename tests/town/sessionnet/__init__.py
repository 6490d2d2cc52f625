"""Musterau with a SessionNet system."""

from __future__ import annotations

from .responsive import Site

SKINS = {"sessionnet": Site}
