"""What pages of all kinds print beside their content: told by element, role, and words of classes and ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from scraper.boilerplate import CONSENT_CLASSES, CONSENT_IDS, MAX_SHARE, NEVER, is_furniture_line

__all__ = ["MAX_SHARE", "NEVER", "dropped", "hint", "is_contact", "is_furniture", "is_phrase"]

TAGS = frozenset(("nav", "footer", "dialog"))
ROLES = frozenset(("navigation", "contentinfo", "banner", "search", "dialog", "alertdialog", "note", "menu"))
# Words in classes and ids; German and English, whole or glued to a product's letters ("topmenu", "subnavi").
_WORDS = re.compile(
    r"(?i)navi|menue?(?![a-z]{4})|breadcrumb|brotkr|cookie|consent|dsgvo|banner|sidebar|legende?(?![a-z])"
    r"|fu(?:ss|ß|_)zeile|kopfzeile|page-?foot|sprungmarken|skip-?(?:link|nav|to)|readspeaker|social|"
    r"newsletter|toolbar|icon-?bar|copyright|impressum"
    r"|(?<![a-z])(?:nav|brot|search|suche|share|teilen|print|drucken|sticky|login|widget|foot|pager|pagination"
    r"|paging)(?![a-z])"
    r"|foot(?:er)?(?![a-z])|searchform|suchfeld|(?<![\w-])(?:bottom|top-?bar)(?![\w-])"
)
_CONSENT = frozenset(
    name for table in (CONSENT_IDS, CONSENT_CLASSES) for names in table.values() for name in names
)
# Parts of lines that only a screen reader speaks, buttons, and what a script keeps for later.
_DROPPED = "[hidden]"
_SPOKEN = {
    b"sr-only": '[class*="sr-only"]',
    b"visually": '[class*="visually-hidden"], [class*="visuallyhidden"]',
    b"reader": '[class*="screen-reader"], [class*="screenreader"]',
}
# Sentences with which pages explain themselves.
_CONTACT = re.compile(
    r"(?i)(?:öffnungs|sprech|service)zeiten?\b.*|(?:tel(?:efon)?|fax|e-?mail|mail|internet)\b[.:].*"
    r"|.{0,60}\b\d{5} [A-ZÄÖÜ][\w .()/-]{1,40}(?: ?[|·,;].*)?|.*\bgeöffnet\b.*\buhr\b.*"
    r"|.*\b\w+@\w[\w.-]+\.\w{2,}"
)
_PHRASES = re.compile(
    r"(?:diese|die folgende) (?:ansicht|seite|übersicht|liste) (?:enthält|zeigt|listet|bietet|informiert)\b.*"
    r"|(?:hier (?:finden|sehen)|(?:auf dieser seite )?(?:sehen|finden)) sie (?:hier |auf dieser seite )?.*"
    r"|bitte beachten sie,? dass .*(?:text|darstellung|ansicht|format|inhalt).*"
    r"|sie sehen hier\b.*|sie sind hier:?.*"
    r"|diese(?:r|s) (?:text|dokument|seite) wurde (?:mit|von|durch) .{3,80} (?:erstellt|erzeugt|generiert)\.?"
    r"|letzte (?:änderung|aktualisierung):?.*|(?:zuletzt )?(?:geändert|aktualisiert) am:? ?[\d. :]*(?: uhr)?"
    r"|(?:mehr|weniger|details|alle) (?:anzeigen|einblenden|ausblenden)|anzeigen|herunterladen|download"
    r"|[^.!?:]{0,60}\b(?:(?:auf|zu|ein|aus)(?:klappen|blenden)|exportieren|drucken|abonnieren|vorlesen)"
    r"|(?:nächste|vorige|vorherige|folgende)[rs]? (?:monat|jahr|woche|tag|seite|sitzung|vorlage)"
    r"|(?:zurück|weiter)(?: zur .{3,40})?|\d+ dokumente?|dokumente? \(\d+\)|seite \d+ von \d+",
)


def dropped(content: bytes) -> str:
    """The selector of what is taken out of a page, by the classes that its source names at all."""
    return ", ".join([_DROPPED, *(selector for name, selector in _SPOKEN.items() if name in content)])


@lru_cache(maxsize=1024)
def is_contact(line: str) -> bool:
    """Whether a line is how pages end: an address, opening hours, numbers to call."""
    return _CONTACT.fullmatch(line) is not None


def hint(attributes: Mapping[str, str | None]) -> str:
    """Class, id and role of an element in one."""
    return " ".join([value for name in ("class", "id", "role") if (value := attributes.get(name))])


@lru_cache(maxsize=8192)
def is_furniture(tag: str, classes: str | None, name: str | None, role: str | None) -> bool:
    """Whether an element with this class, id and role is a menu, banner, footer or the like."""
    if tag in TAGS or role in ROLES:
        return True
    if not (classes or name):
        return False
    marks = f"{classes or ''} {name or ''}"
    return not _CONSENT.isdisjoint(marks.split()) or _WORDS.search(marks) is not None


@lru_cache(maxsize=4096)
def is_phrase(line: str) -> bool:
    """Whether a line is furniture by its words."""
    return is_furniture_line(line) or _PHRASES.fullmatch(line.lower()) is not None
