"""Addresses of the RIS-Portal: one Liferay page, `…/sitzungen`, whose parameters choose what it shows.

The portlet has no instance number: its parameters begin with `_RisSitzung_` in every installation.
"""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlencode

from scraper.address import Addresses, Program
from scraper.page import Kind

_PAGE = r"/sitzungen/?$"
# Without the first two Liferay shows the page around the portlet instead of what the portlet answers.
_PORTLET = ("p_p_id", "p_p_lifecycle")
_RESOURCE = (*_PORTLET, "p_p_state", "p_p_mode", "p_p_cacheability", "_RisSitzung_resource")

ADDRESSES = Addresses(
    Program(
        Kind.CALENDAR, _PAGE, number="_RisSitzung_month",
        keeps=(*_RESOURCE, "_RisSitzung_year", "_RisSitzung_day", "_RisSitzung_viewMode"),
    ),
    Program(Kind.FILE, _PAGE, number="_RisSitzung_schriftgutId", keeps=(*_RESOURCE, "_RisSitzung_sitzungId")),
    Program(Kind.FILE, _PAGE, number="_RisSitzung_resource",
            keeps=(*_RESOURCE[:-1], "_RisSitzung_topId", "_RisSitzung_sitzungId")),
    Program(
        Kind.AGENDA_ITEM, _PAGE, number="_RisSitzung_topId",
        keeps=(*_PORTLET, "_RisSitzung_mvcRenderCommandName", "_RisSitzung_sitzungId"),
    ),
    Program(Kind.MEETING, _PAGE, number="sitzungId"),
    Program(Kind.ORGANIZATION_LIST, _PAGE),
    # the council's site, where the start page of the host only links it
    Program(Kind.START, r"^/web/[\w-]*rats[\w-]*/?$"),
)  # fmt: skip
MEETING_NUMBER = re.compile(r"[?&]_RisSitzung_sitzungId=(\d+)")
ITEM_NUMBER = re.compile(r"(?:[?&]_RisSitzung_topId=|top_id_|rel_documents_)(\d+)")
ORGANIZATION_NUMBER = re.compile(r"_RisSitzung_Gremium_(\d+)$")
_OWN = {"p_p_id": "RisSitzung", "p_p_lifecycle": "2", "p_p_state": "normal", "p_p_mode": "view",
        "p_p_cacheability": "cacheLevelPage", "_RisSitzung_resource": "loadSessions"}  # fmt: skip


def month_of(page: str, month: dt.date) -> str:
    """The meetings of a month, which the portal counts from 0; `page`: the address of the calendar."""
    asked = _OWN | {
        "_RisSitzung_year": str(month.year),
        "_RisSitzung_month": str(month.month - 1),
        "_RisSitzung_day": "1",
        "_RisSitzung_viewMode": "month",
    }
    return ADDRESSES.canonical(f"{page}?{urlencode(asked)}")


def meeting_of(page: str, number: str) -> str:
    """The page of a meeting; `page`: any address of the portlet."""
    return f"{page.partition('?')[0]}?sitzungId={number}"
