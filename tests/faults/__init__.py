"""The fault drill: fifty ways in which servers, disks, clocks and processes fail, played to the real command.

`python -m tests.faults` plays the short form, `--full` the whole; see docs/reliability.md.
"""
