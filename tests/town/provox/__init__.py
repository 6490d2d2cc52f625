"""Musterau with PROVOX IIP."""

from __future__ import annotations

from .site import Site

SKINS = {"provox": Site}
