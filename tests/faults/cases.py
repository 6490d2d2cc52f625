"""All cases, by number."""

from __future__ import annotations

from tests.faults import files, hosts, processes, reading, spaces, wire

CASES = sorted(
    (*wire.CASES, *hosts.CASES, *reading.CASES, *files.CASES, *processes.CASES, *spaces.CASES),
    key=lambda case: case.number,
)
