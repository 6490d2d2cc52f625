"""The invented council of Musterau at a reference date: the same for the same date, always."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from .agendas import add_agendas
from .meetings import holidays, meetings
from .model import Council
from .papers import add_papers
from .people import BODIES, members, people

REFERENCE = dt.date(2026, 11, 24)


@lru_cache(maxsize=4)
def council(reference: dt.date = REFERENCE) -> Council:
    """About 70 meetings with agendas, 500 items, 260 papers, 40 persons in 18 months around `reference`."""
    everyone = people()
    town = Council(
        reference, BODIES, everyone, members(everyone), meetings(reference), [], holidays(reference)
    )
    add_papers(town)
    add_agendas(town)
    return town
