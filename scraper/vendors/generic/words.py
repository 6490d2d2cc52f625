"""The words by which council pages without a known product are read, beside `scraper.vocabulary`."""

from __future__ import annotations

import re
from functools import lru_cache

from scraper import vocabulary
from scraper.boilerplate import PAPER_WORDS

# The longest label, with some room for one that nobody knows.
LONGEST = 45

# field → further spellings, folded; a label may stand for several fields, one for each kind of record.
_MORE: dict[str, tuple[str, ...]] = {
    "reference": (
        "vorlagennr.", "vorlagennr", "vorlagen-nummer", "vorlagen nr.", "vorlage nummer", "drucksachennr.",
        "drucksachen nr.", "drucksachen-nr", "drs.-nr.", "drs.", "drs-nr.", "ds-nummer", "beschlussnummer",
        "beschluss-nr.", "vorgangs-nr.", "vorgangsnr.", "dokumentnummer", "nr.", "nr", "registernummer",
        "antrags-nr.", "antragsnr.", "kennung", "kennziffer",
    ),
    "paper_date": (
        "datum", "vom", "erstelldatum", "erstellungsdatum", "vorlagendatum", "datum der vorlage", "eingang",
        "eingangsdatum", "antragsdatum", "datum der erstellung", "erstellt am", "eingegangen am",
        "eingereicht am",
    ),
    "deliberations": (
        "beratung", "beratungsgang", "beratungsfolge(n)", "beratungsreihenfolge", "sitzungen", "ergebnisse",
        "sitzungsfolge", "gremienlauf", "gremienfolge", "gremienweg", "behandlung", "behandelt in",
        "gremienberatung", "beratungen und beschlüsse", "beratungsstationen", "weitere beratungen",
        "beschlussfolge", "gremienberatungen", "beratungen in den gremien", "bisherige beratungen",
    ),
    "documents": (
        "dokument", "dokumente", "dokument(e)", "anlage", "anlagen", "anlage/n", "anlage(n)", "anhang",
        "anhänge", "datei", "dateien", "download", "downloads", "unterlagen", "sitzungsunterlagen",
        "weitere dokumente", "vorlagendokument", "vorlagendokumente", "öffentliche dokumente", "attachments",
        "zum herunterladen", "einladung", "sitzungspaket", "bekanntmachung", "niederschrift", "protokoll",
        "pdf", "dokumente zum herunterladen", "dokumente zur sitzung", "anlagen zur vorlage",
        "originaldokument",
    ),
    "time": ("sitzungsbeginn", "von - bis", "sitzungszeit", "sitzungsdauer"),
    "end": ("ende", "sitzungsende", "bis"),
    "number": ("sitzungs-nummer", "nr."),
    "date": ("datum/zeit", "datum und uhrzeit", "datum, uhrzeit", "zeitpunkt", "wann"),
    "organization": ("ausschuss", "gremium/ausschuss"),
    "place": ("tagungsort", "sitzungsort/raum", "wo", "veranstaltungsort"),
    "department": ("dezernat", "referat", "verwaltungsbereich"),
    "paper_type": ("kategorie", "drucksachentyp", "vorgangstyp"),
}  # fmt: skip
# A label that is none of these words tells its field by a part of it: "Federführender Geschäftsbereich".
_PARTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(words), field)
    for words, field in (
        (r"(?:vorlagen?|drucksachen?|antrags?|dokument\w*|vorgangs?)[- ]?(?:art|typ)\b", "paper_type"),
        (r"\b(?:art|typ) (?:der|des) (?:vorlage|drucksache|antrag|dokument|vorgang)", "paper_type"),
        (r"(?:vorlagen?|drucksachen?|antrags?|vorgangs?|drs\.?)[- ]?(?:nr\b|nummer)", "reference"),
        (r"\bfederführ", "department"),
        (r"\bzuständige[srn]? (?:amt|abteilung|bereich|dezernat|fach\w+|dienst\w+|stelle)", "department"),
        (r"\bbeteiligte\b", "departments_involved"),
        (r"verfasser|einreiche|einbringe|antragstell|initiator|\burheber", "author"),
        (r"fragestell|berichterstatt", "author"),
        (r"bearbeiter|sachbearbeit|ansprechpartner", "clerk"),
        (r"aktenzeichen|geschäftszeichen", "file_number"),
        (r"\b(?:gestellt|eingereicht|erstellt|eingegangen|ausgegeben|eingebracht) am\b", "paper_date"),
        (r"\bbetreff\b|\bkurztext\b|\bgegenstand\b", "subject"),
        (r"öffentlichkeit|\bstatus\b", "status"),
        (r"(?:bezugs|referenz|ursprungs)(?:vorlage|drucksache|dokument)", "related"),
        (r"verwandte \w+|zugehörige \w+", "related"),
        (r"beratungs(?:folge|verlauf|gang|reihenfolge|weg)", "deliberations"),
        (r"\b(?:dokumente?|anlagen?|dateien|unterlagen)\b", "documents"),
        (r"\bgremi(?:um|en)$", "organization"),
        (r"\b(?:beginn|uhrzeit)\b", "time"),
        (r"sitzungs(?:ort|raum|saal)|\btagungsort\b", "place"),
    )
)  # fmt: skip
_FIELDS: dict[str, frozenset[str]] = {}
for _field, _labels in (*vocabulary.LABELS.items(), *_MORE.items()):
    for _label in _labels:
        _key = _label.casefold()
        _FIELDS[_key] = _FIELDS.get(_key, frozenset()) | {_field}
# Heads of columns of documents; with ß folded.
_COLUMNS = frozenset(("name", "dateiname", "grösse", "dateigrösse", "dateityp", "format"))
# Labels of attachments; other documents of a paper may be the paper itself.
FILES = frozenset(("anlage", "anlagen", "anlage/n", "anlage(n)", "anhang", "anhänge", "attachments"))

_KIND_OF_PAPER = (
    r"[\w-]*(?:vorlage|drucksache|antrag|anfrage|mitteilung|bericht|vorgang|vorschlag|stellungnahme|resolution"
    r"|empfehlung|petition)"
)
PAPER = re.compile(rf"(?i)(?:{PAPER_WORDS}|resolution|petition|beschlussempfehlung|niederschrift)")
# A text that is nothing but the kind of a paper: "Antrag", "Mitteilung der Verwaltung".
KIND_OF_PAPER = re.compile(
    rf"(?i)(?:[\w-]+ ){{0,2}}{_KIND_OF_PAPER}(?: (?:der|des|zur|zum|an|von) [\w -]{{3,40}})?"
)
SESSION = re.compile(r"(?i)\bsitzung\b|sitzung$|\btagung\b")
COMMITTEE = re.compile(
    r"(?i)(?:ausschu(?:ss|ß)|rat|räte|rates|rats|beirat|kreistag|landtag|stadttag|versammlung|kommission|senat"
    r"|vorstand|bvv|parlament|magistrat|deputation|gremium|vertretung|ältestenrat|konferenz|beiräte|kuratorium"
    r"|arbeitsgruppe|ortschaft|bürgerschaft)(?:e?s)?\b"
)
STATES = frozenset((
    "geplant", "erledigt", "bereit", "gestoppt", "beendet", "vorgesehen", "offen", "eingeladen", "laufend",
    "in beratung", "in bearbeitung", "abgeschlossen", "freigegeben", "terminiert", "durchgeführt",
    "zukünftig", "n.n.",
))  # fmt: skip
ROLE = re.compile(
    r"(?i)(?:zur? |zum )?(?:(?:abschließende|endgültige|öffentliche|nichtöffentliche) )?"
    r"(?:vorberatung|vorberatend|entscheidung|entscheidend|beschlussfassung|beschlußfassung|beschluss|beschließend"
    r"|beratung|beratend|anhörung|anhörend|empfehlung|empfehlend|kenntnisnahme|kenntnis|information"
    r"|information zur kenntnis|einbringung|stellungnahme|mitzeichnung|\d\. lesung|mitberatung|mitberatend"
    r"|federführend|weiterleitung|verweisung in die gremien)"
)

_COUNT = re.compile(r"^\d+ (?=Dok|Anl|Dat|Anh|Beratung)| ?\(\d+\)(?=:?$)")


@lru_cache(maxsize=8192)
def plain(printed: str) -> str:
    """A label or heading without its colon, folded."""
    return without_count(printed).rstrip(" :\xa0").casefold()


@lru_cache(maxsize=4096)
def names_paper(label: str) -> bool:
    """Whether a folded label names a kind of paper."""
    return PAPER.search(label) is not None


def without_count(printed: str) -> str:
    """`Anlagen (2)` → `Anlagen`."""
    return _COUNT.sub("", printed) if printed[:1].isdecimal() or ")" in printed else printed


def known(label: str) -> bool:
    """Whether a folded label is one of the vocabulary."""
    return label in _FIELDS


def heads_column(label: str) -> bool:
    """Whether a folded text is no value, because it is a label or heads a column of documents."""
    return label in _FIELDS or label in _COLUMNS


@lru_cache(maxsize=4096)
def fields(label: str) -> frozenset[str]:
    """The fields that a folded label stands for, by the whole of it or by a part."""
    if label in _FIELDS or any(map(str.isdigit, label)):
        return _FIELDS.get(label, frozenset())
    return next((frozenset((field,)) for part, field in _PARTS if part.search(label)), frozenset())


# A number as councils print it: "2022/0072", "VO/2020/09309-01", "26-32 / V 01121", "926 /XI.", "FB 61/0431".
_TOKEN = re.compile(
    r"(?=.*\d)(?!\d{1,2}\.\d{1,2}\.\d{2,4}$)(?!\d{1,2}\.$)[\wÄÖÜäöüß./()\[\]_+-]+|[A-ZÄÖÜ][\w.]{0,5}|/|/[IVXLC]+\.?"
    r"|[IVXLC]+\.?|\(\w{1,3}\)|Nr\.?"
)
_MOST = 7
_YEAR = re.compile(r"(?:19|20)\d\d")


def is_reference(printed: str) -> bool:
    """Whether a text has the shape of a paper's number."""
    tokens = printed.split()
    return 0 < len(tokens) <= _MOST and leading_reference(tokens) == len(tokens)


def leading_reference(tokens: list[str]) -> int:
    """How many tokens at the start are a paper's number; 0 when none is. A colon ends it."""
    end = last = 0
    digits = False
    while end < min(len(tokens), _MOST):
        token = tokens[end].rstrip(":,;")
        if not _TOKEN.fullmatch(token):
            break
        end += 1
        digits = digits or any(map(str.isdigit, token))
        if digits and (any(map(str.isdigit, token)) or token.startswith(("/", "("))):
            last = end
        if tokens[end - 1] != token:
            break
    return 0 if last == 1 and _YEAR.fullmatch(tokens[0].rstrip(":,;")) else last
