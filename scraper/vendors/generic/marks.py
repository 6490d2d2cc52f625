"""Does a page look like one of a council? A guess from its bytes, below what any product's own marks give."""

from __future__ import annotations

import re

from scraper.accounting import Furniture
from scraper.page import Page
from scraper.vendor import Fingerprint
from scraper.vendors.generic import lists, stops
from scraper.vendors.generic.sheet import NAME

# Letters beyond ASCII are bytes or references, whatever the encoding.
_COUNCIL = rb"""
    Beratungs(?:folge|verlauf|reihenfolge|gang|ergebnis) | Gremium | Tagesordnung(?:spunkt)? | TOP
  | Beschlu(?:ss|&szlig;|[\x80-\xff]{1,2})(?:vorschlag|vorlage|entwurf|nummer|organ)?
  | (?:nicht)?(?:&Ouml;|&ouml;|[\x80-\xff]{1,2})ffentlicher?\s(?:Teil|Sitzung|Tagesordnung)
  | (?:Sitzungs|Informations|Mitteilungs|Verwaltungs)?(?:vorlage|drucksache)(?:n?-?(?:nummer|nr\.?|art|typ))?
  | Drs\.?-?Nr\.? | Antrag(?:stellende|steller(?:in)?)? | Anfrage | Einreicher | Abstimmungsergebnis
  | Sitzungs(?:ort|raum|beginn|termin|nummer) | (?:\d+\.\s)?Sitzung(?=\s(?:de[rs]|am|vom)|\s*[:<])
  | Federf(?:&uuml;|[\x80-\xff]{1,2})hrend(?:es\sAmt)? | Protokoll | Niederschrift
"""
_OTHERS = rb"""
    Betreff | Status | Art | Datum | Beginn | Ende | Uhrzeit | Ort | Raum | Verfasser(?:in)? | Aktenzeichen
  | Anlagen | Dokumente | Bearbeiter(?:in)? | Sachverhalt | Begr(?:&uuml;|[\x80-\xff]{1,2})ndung | Ergebnis
  | Beratung | Finanzielle\sAuswirkungen | Zust(?:&auml;|[\x80-\xff]{1,2})ndigkeit
"""
# They count where a text begins, before a colon, the end of the element or a number.
_LABEL = re.compile(
    rb"(?ix)>(?:\s|&nbsp;|\xc2\xa0|\xa0)*+(?:(?P<council>" + _COUNCIL + rb")|(?P<other>" + _OTHERS + rb"))"
    rb"(?:\s|&nbsp;|\(s?n?\)|\xc2\xa0|\xa0)*+(?:[:<]|(?:-\s|Nr\.?\s|\#)?[\w./-]{0,8}\d)"
)
# Fewer labels than that are on other pages too, such as events and press releases.
_FEWEST = 3
_LEAST, _EACH, _MOST = 0.1, 0.03, 0.35

# Heads of columns, headings of layouts and what is printed of documents.
FURNITURE = Furniture(
    words=frozenset(
        word.casefold()
        for word in (
            *stops.HEADS, *lists.COLUMNS, "name", "original", "größe", "dateigröße", "format", "dateityp",
            "aktion", "details", "informationen", "grunddaten", "übersicht", "stammdaten", "basisdaten",
            "sitzungsdetails", "vorlagendetails", "legende", "drucksachen", "vorlagen", "beratungen",
            "unterlagen", "dateien", "+/-",
        )
    ),
    patterns=re.compile(
        r"(?:angaben|informationen|daten) (?:zu[mr]?|der|des) \w+"
        r"|\(?(?:wie (?:dokument|vorlage)|pdf|docx?)\)?|\d+(?:[.,]\d+)? ?[kmg]i?b(?:yte)?s?|\d+ seiten?"
    ),
)  # fmt: skip


def fingerprint(page: Page) -> Fingerprint | None:
    """How many labels of council pages a page prints; None for few, and without one of councils alone."""
    council: set[bytes] = set()
    others: set[bytes] = set()
    for match in _LABEL.finditer(page.content):
        if match["council"]:
            council.add(match["council"].lower())
        else:
            others.add(match["other"].lower())
    count = len(council) + len(others)
    if not council or count < _FEWEST:
        return None
    reason = f"{count} labels of council pages, such as {min(council).decode('latin-1')!r}"
    return Fingerprint(NAME, None, min(_MOST, _LEAST + _EACH * (count - _FEWEST)), (reason,))
