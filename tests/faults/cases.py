"""All cases, by number."""

from __future__ import annotations

from tests.faults import wire

CASES = sorted((*wire.CASES,), key=lambda case: case.number)
