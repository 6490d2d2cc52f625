# ruff: noqa: E501 - lines of markup and of text stand as they are sent
"""The start page, and the pages that are none: soft 404, refusals, log-in, lost downloads."""

from __future__ import annotations

from tests.town.words import TOWN

from .frame import page

WELCOME = (
    '<table class="tk1" cellspacing="0" cellpadding="3" border="0">\n\t<tr><td class="text4">Willkommen im '
    f"Bürgerinformationssystem der Stadt {TOWN}.</td></tr>\n</table>\n"
)


def start_page() -> str:
    return page("allris", "ALLRIS net", "Bürgerinformationssystem", "allris.net.asp", WELCOME, deco=False)


def imprint_page() -> str:
    body = f"<p>Stadt {TOWN}, Rathausplatz 1</p>\n"
    return page("impressum", "Impressum", "Impressum", "impressum.asp", body, deco=False)


def empty_page(program: str) -> str:
    """A program of the menu that a crawl has no need of."""
    return page(program, "", program, f"{program}.asp", "<p>&nbsp;</p>\n", deco=False)


NOT_FOUND = page(
    "to010", "", "Information", "noauth.asp",
    '<p class="text1">Keine Information verf&uuml;gbar.</p>\n<p>Der gew&uuml;nschte Eintrag ist nicht vorhanden oder '
    "Sie sind nicht berechtigt, ihn zu sehen.</p>\n", deco=False,
)  # fmt: skip


def refused(program: str) -> str:
    """A locked program answers HTTP 200 with this, and nothing else."""
    return f"Zugriff verweigert (Programm {program}).<br>"


NO_FILE = page(
    "do027", "", "Dokument", "do027.asp",
    '<p class="text1">Das Dokument kann nicht angezeigt werden. Ihre Sitzung ist abgelaufen.</p>\n', deco=False,
)  # fmt: skip
LOGIN = page(
    "logon", "Anmeldung", "Anmeldung", "logon.asp",
    '<form action="logon.asp" method="post"><table class="tk1"><tr><td class="kb1">Benutzer:</td><td class="text1">'
    '<input type="text" name="user" /></td></tr><tr><td class="kb1">Kennwort:</td><td class="text1"><input '
    'type="password" name="password" /></td></tr></table><input type="submit" value="Anmelden" /></form>\n', deco=False,
)  # fmt: skip
