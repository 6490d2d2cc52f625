"""Musterau with an ALLRIS 4 system: on its own, and inside the town's own site."""

from __future__ import annotations

from .site import Site, SiteCms

SKINS = {"allris4": Site, "allris4-cms": SiteCms}
