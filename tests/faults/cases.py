"""All cases, by number."""

from __future__ import annotations

from tests.faults import files, hosts, reading, wire

CASES = sorted((*wire.CASES, *hosts.CASES, *reading.CASES, *files.CASES), key=lambda case: case.number)
