"""Musterau with an OParl endpoint: OParl 1.1 as SessionNet offers it, OParl 1.0 as ALLRIS 3 does."""

from __future__ import annotations

from .site import Site, SiteAllris

SKINS = {"oparl": Site, "oparl-1.0": SiteAllris}
