"""Musterau with a more! rubin system: with the interface of today, and an older installation without it."""

from __future__ import annotations

from .site import OlderSite, Site

SKINS = {"rubin": Site, "rubin-older": OlderSite}
