"""Musterau with the pages of a vendor that nobody knows: a small one, invented for the generic reader."""

from __future__ import annotations

from .site import Site

SKINS = {"generic": Site}
