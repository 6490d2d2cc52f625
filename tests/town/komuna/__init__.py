"""Musterau with the app of komuna and its interface."""

from __future__ import annotations

from .site import Site

SKINS = {"komuna": Site}
