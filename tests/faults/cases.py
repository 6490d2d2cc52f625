"""All cases, by number."""

from __future__ import annotations

from tests.faults import hosts, wire

CASES = sorted((*wire.CASES, *hosts.CASES), key=lambda case: case.number)
