"""Musterau with an ALLRIS 3 system: classic, responsive, and inside the town's own site."""

from __future__ import annotations

from .site import Site, SiteCms, SiteR

SKINS = {"classic": Site, "r": SiteR, "cms": SiteCms}
