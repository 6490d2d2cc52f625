"""Musterau with the RIS-Portal of regisafe."""

from __future__ import annotations

from .site import Site

SKINS = {"regisafe": Site}
