"""Musterau with an SD.NET RIM system, whose addresses are other ones in every session."""

from __future__ import annotations

from .site import Site

SKINS = {"sdnet": Site}
