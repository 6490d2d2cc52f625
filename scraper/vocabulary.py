"""The words that council pages print: labels of fields, main headings, as one table for all products.

A label is a spelling of a field, never of a town: each was seen on a real page (products in
docs/vendors.md). A product's reader takes from here and adds only what it alone prints.
"""

from __future__ import annotations

# field → labels as printed, without colon. The fields are keys of the records where those have one.
LABELS: dict[str, tuple[str, ...]] = {
    # papers
    "subject": ("Betreff", "Bezeichnung", "Titel", "Thema", "Kurzbetreff"),
    "status": ("Status", "Öffentlichkeitsstatus", "Beratungsstatus"),
    "paper_type": (
        "Vorlage-Art", "Vorlagen-Art", "Vorlageart", "Vorlagenart", "Drucksache-Art", "Drucksachen-Art",
        "Drucksachenart", "Drucksacheart", "Antrag-Art", "Antragsart", "Dokumententyp", "Dokumentenart",
        "Dokumentart", "Dokumenttyp", "Vorlagentyp", "Vorlagetyp", "Vorgangsart", "Art", "Typ",
    ),
    "author": (
        "Verfasser", "Verfasserin", "Verfasser/in", "Verfasser/-in", "Verfasser(/in)", "Verfasser:in",
        "Verfasser*in", "Initiator", "Initiatoren", "Initiatorin", "Initiator/in", "Einreicher",
        "Einreicherin", "Einreicher/in", "Einreichende", "Eingereicht von", "Eingebracht von",
        "Antragsteller", "Antragstellerin", "Antragsteller/in", "Antragsteller/-in", "Antragsteller*in",
        "Antragsteller:in",
        "Antragstellende", "Gestellt von", "Fragesteller", "Fragesteller/in", "Berichterstatter",
        "Berichterstatter/in", "1. Berichterstattung", "Berichterstattung", "Vorstand", "Verantwortlich",
        "Urheber", "Autor", "Autor/in",
    ),
    "department": (
        "Federführend", "Federführung", "Federführende Dienststelle", "Federführendes Amt",
        "Federführender Fachbereich", "Federführende Abteilung", "Federführende Organisationseinheit",
        "Federführendes Dezernat", "Zuständiges Referat", "Zuständiges Amt", "Zuständige Dienststelle",
        "Organisationseinheit", "Dienststelle", "Fachbereich", "Abteilung", "Amt",
    ),
    "departments_involved": (
        "Beteiligt", "Beteiligte", "Beteiligte Ämter", "Beteiligte Dienststelle/n",
        "Beteiligte Dienststellen", "Beteiligte Dienststelle",
        "Beteiligte Organisationseinheiten", "Beteiligung", "Mitzeichnung",
    ),
    "clerk": (
        "Bearbeiter/-in", "Bearbeiter/in", "Bearbeiter", "Bearbeiterin", "Bearbeitung", "Bearbeitet von",
        "Sachbearbeiter", "Sachbearbeiterin", "Sachbearbeiter/in", "Sachbearbeiter/-in", "Sachbearbeitung",
        "Ansprechpartner", "Ansprechpartner/in", "Auskunft erteilt",
    ),
    "file_number": ("Aktenzeichen", "AZ", "Az.", "Gz", "Geschäftszeichen"),
    "related": (
        "Bezüglich", "Bezugsvorlage", "Bezugsdrucksache", "Referenzvorlage", "Bezug",
        "Untergeordnete Vorlage(n)", "Untergeordnete Vorlagen", "Übergeordnete Vorlage",
        "Anträge zur Vorlage", "Verwandte Vorgänge",
        "Zugehörige Vorlagen",
    ),
    "reference": (
        "Vorlage-Nr.", "Vorlage-Nr", "Vorlage Nr.", "Vorlagen-Nr.", "Vorlagennummer", "Vorlagenummer",
        "Drucksache Nr.", "Drucksache-Nr.", "Drucksachen-Nr.", "Drucksachennummer", "DS-Nr.", "Nummer",
        "Vorgangsnummer", "Antragsnummer",
    ),
    "deliberations": ("Beratungsfolge", "Beratungen", "Beratungsverlauf", "Behandlungen"),
    # meetings
    "name": ("Bezeichnung", "Sitzung", "Titel"),
    "organization": ("Gremium", "Gremien"),
    "date": ("Datum", "Sitzungsdatum", "Sitzungstermin", "Termin", "Tag"),
    "time": ("Zeit", "Uhrzeit", "Beginn"),
    "occasion": ("Anlass", "Sitzungsart"),
    "room": ("Raum", "Haus/Raum", "Sitzungsraum", "Saal"),
    "place": ("Ort", "Sitzungsort", "Straße", "Adresse"),
    "number": ("Nummer", "Sitzungsnummer", "Sitzungs-Nr."),
    # agenda items
    "item": ("TOP", "TOP-Nr.", "Tagesordnungspunkt"),
    "result": ("Beschlussart", "Ergebnis", "Beratungsergebnis", "Abstimmungsergebnis"),
    # known, and without a key: they go to `extra` without a warning
    "other": ("Dezernent/in", "Dezernent", "Produkte", "Zusatz", "Räumlicher Bezug"),
}  # fmt: skip
# Plain words: a cell of its own makes them labels; within running text they delimit nothing.
PLAIN_WORDS = frozenset({
    "Titel", "Thema", "Typ", "Amt", "Abteilung", "Fachbereich", "Dienststelle", "Organisationseinheit",
    "Urheber", "Autor", "Berichterstattung", "Beteiligung", "Mitzeichnung", "Ansprechpartner", "Nummer",
    "Termin", "Tag", "Beginn", "Saal", "Straße", "Adresse", "Sitzungsart", "Ergebnis", "Beratungsergebnis",
    "Abstimmungsergebnis", "Tagesordnungspunkt", "Behandlungen", "Beratungen", "Beratungsverlauf",
    "Sitzungsort", "Bearbeitet von", "Gestellt von", "Eingereicht von", "Eingebracht von", "Räumlicher Bezug",
})  # fmt: skip


def labels(*fields: str) -> frozenset[str]:
    """All spellings of these fields, folded: what `Fields.pop` compares with."""
    return frozenset(label.casefold() for field in fields for label in LABELS[field])


SUBJECT, STATUS, PAPER_TYPE, AUTHOR, DEPARTMENT, INVOLVED, CLERK, FILE_NUMBER, RELATED, REFERENCE, WAY = (
    labels(field)
    for field in (
        "subject", "status", "paper_type", "author", "department", "departments_involved", "clerk",
        "file_number", "related", "reference", "deliberations",
    )
)  # fmt: skip
NAME, ORGANIZATION, DATE, TIME, OCCASION, ROOM, PLACE, NUMBER, ITEM, RESULT = (
    labels(field)
    for field in (
        "name", "organization", "date", "time", "occasion", "room", "place", "number", "item", "result",
    )
)  # fmt: skip
WITHOUT_KEY = labels("other")

# Main headings of papers and excerpts as authors print them, lower case, without colon; old and new spelling.
_HEADINGS = """
    abstimmungsergebnis; alternativen; anlage; anlage(n); anlage/n; anlagen; anlass; antrag; antrag der
    verwaltung; antragstext; ausgangslage; begründung; begründung/sachverhalt; bemerkungen;
    beratungsergebnis; beratungsgang; beratungsinhalt; beratungsverlauf; bericht; beschluss;
    beschlussantrag; beschlussempfehlung; beschlussfassung; beschlusslage; beschlusstext; beschlussvorschlag;
    beschlussvorschlag/empfehlung; beschluß; beschlußantrag; beschlußempfehlung; beschlußvorschlag;
    debatte; diskussionsverlauf; ergebnis; ergebnis/beschluss; erläuterung; erläuterungen; erläuterungen
    und begründungen; finanzielle auswirkung; finanzielle auswirkungen; finanzierung; hintergrund; i.
    sitzungsvortrag; ii. beschlussvorschlag; iii. finanzielle auswirkungen; inhalt; klimaauswirkungen;
    kosten; kurzfassung; mitteilung; petitum; petitum/beschluss; petitum/beschlussvorschlag; problem;
    protokoll; protokollvermerk; rechtsgrundlage; räumlicher bezug; sach- und rechtslage;
    sachdarstellung; sachverhalt; sachverhalt/begründung; stellungnahme; stellungnahme der verwaltung;
    wortprotokoll; zusammenfassung
"""
HEADINGS = frozenset(" ".join(words.split()) for words in _HEADINGS.split(";"))
# Headings of lists of attachments: read as documents, no part of the text.
FILE_HEADINGS = frozenset({"anlage", "anlagen", "anlage/n", "anlage(n)"})
# Where the votes of an item stand, the surer place first.
VOTING = (
    frozenset({"abstimmungsergebnis", "abstimmung", "beratungsergebnis"}),
    frozenset({"beschluss", "beschluß", "ergebnis/beschluss"}),
)
