"""Musterau with a SessionNet system: Layout 6, Layout 4, and the interface of version 6."""

from __future__ import annotations

from .classic import SiteClassic
from .responsive import Site
from .version6 import Site6

SKINS = {"sessionnet": Site, "sessionnet-classic": SiteClassic, "sessionnet6": Site6}
