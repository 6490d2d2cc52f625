"""The commands that ask about a harvest: what changed, what is missing, where a value was read."""

from __future__ import annotations
