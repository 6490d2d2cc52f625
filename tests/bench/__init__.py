"""The benchmark behind `make bench`: measures speed and memory and writes docs/performance.md."""
