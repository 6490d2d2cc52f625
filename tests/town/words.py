# ruff: noqa: E501 - lines of markup and of text stand as they are sent
"""The invented words of Musterau: names, subjects, sentences. Nothing here is taken from a real town."""

from __future__ import annotations

TOWN = "Musterau"

# Umlauts, titles, particles, a hyphen, and letters outside Latin-1 (printed as numeric entities).
PEOPLE = (
    "Jörn Öhlmaring", "Dr. Käthe Süßkorn", "Anselm Birkenfels", "Ülkü Ährenthal", "Bärbel Grünlinger",
    "Łukasz Wiśnialski", "Dr. Işıl Yıldıznar", "Šárka Novotřeb", "Đorđe Mirkovan", "Hedwig von Tannforst",
    "Prof. Dr. Ruprecht Weißenloh", "Marlies Querfeld-Stötter", "Ottokar Düsterbeck", "Svea Brandhügel",
    "Folkert Möhrenschlag", "Thekla Zwirnböck", "Balduin Kaltwasser", "Irmela Fuchsröder", "Gernot Äpfelbach",
    "Roswitha Löffelholt", "Winfried Kühlmorgen", "Adelgund Straußberger", "Hartwig Nebeltau",
    "Mechthild Sägewerth", "Eberhard Großkreutzer", "Liselotte Hühnerkamp", "Detlev Überbrück",
    "Friederike Schäferlund", "Ingmar Tröstegut", "Sieglinde Körnerfeld", "Wendelin Blaßholz",
    "Ortrud Märzenbecher", "Kunibert Höllental", "Gesine Flößer", "Alrik Sturmhöfer", "Dagmar Rübenacker",
    "Hinnerk Salzbrücker", "Walburga Eßlinghoff", "Torsten Bärwinkler", "Elfriede Nußbaumer-Čapek",
    "Reinhild Dünenrose", "Sönke Wattführer",
)  # fmt: skip

PLACES = (
    "Ahornweg", "Mühlenstraße", "Kirchplatz", "Süßenbacher Allee", "Färbergasse", "Großer Anger",
    "Übergangsweg", "Schlossgraben", "Lindental", "Bahnhof Musterau-Süd", "Gewerbepark Östliche Höhe",
    "Grundschule am Bächle", "Dreifachhalle Weiherwiese", "Rosenhügel", "Altes Zollhaus", "Obere Bleiche",
    "Kita Löwenzahn", "Stadtwald Hüttenforst", "Klärwerk Untere Aue", "Marktbrunnen",
)  # fmt: skip

# (subject, paper type, applicant line or None); "{}" is a place.
SUBJECTS: tuple[tuple[str, str, str | None], ...] = (
    ("Neubau einer Fahrradabstellanlage: {}", "Beschlussvorlage", None),
    ("Sanierung der Fußgängerbrücke {} – Kostenfortschreibung", "Beschlussvorlage", None),
    ("Mehr Bänke und Schatten für den Bereich {}", "Antrag", "Antrag der Fraktion Grüne Mitte"),
    ("Bericht über den Stand der Bauarbeiten {}", "Mitteilungsvorlage", None),
    ("Geschwindigkeit im Abschnitt {} messen", "Antrag", "Antrag der Bürgerliste-Fraktion"),
    ("1. Änderung des Bebauungsplanes „{}“\nhier: Aufstellungsbeschluss", "Beschlussvorlage", None),
    ("Lärmschutz und Öffnungszeiten: {}", "Anfrage", "Anfrage der Fraktion Soziale Stadt"),
    ("Annahme einer Spende für {}", "Beschlussvorlage", None),
    ("Überplanmäßige Ausgabe für {}", "Beschlussvorlage", None),
    ("Beleuchtung und Sauberkeit {}", "Antrag", "Gemeinsamer Antrag der Fraktionen Soziale Stadt und Grüne Mitte"),
    ("Erhöhung der Gebühren für die Einrichtung {}", "Beschlussvorlage", None),
    ("Sachstand Hochwasserschutz {} (Stand: 15.03.2026)", "Mitteilungsvorlage", None),
    ("Barrierefreier Zugang: {}", "Antrag", "Antrag der Fraktion Freies Musterau"),
    ("Straßenname & Widmung: {}", "Beschlussvorlage", None),
    ("Prüfauftrag zur Wärmeversorgung {} (Vorlage aus dem Vorjahr)", "Berichtsvorlage", None),
    ("Spielgeräte für alle Altersstufen – {}", "Antrag", "Antrag der Bürgerliste-Fraktion"),
    ("Vergabe von Planungsleistungen {}", "Beschlussvorlage", None),
    ("Grünpflegekonzept {}: Zwischenbericht", "Mitteilungsvorlage", None),
)  # fmt: skip

DEPARTMENTS = (
    "61 - Stadtplanung", "66 - Tiefbau und Grün", "20 Finanzen", "40 - Schule & Sport", "50 Soziales",
    "10 Büro der Bürgermeisterin",
)  # fmt: skip

# "{}" is a place. Every sentence has letters that the word processor splits spans at, or quotes.
SENTENCES = (
    "Die Verwaltung hat die Örtlichkeit {} geprüft und schlägt vor, die Maßnahme in zwei Bauabschnitten auszuführen.",
    "Für das kommende Haushaltsjahr stehen hierfür 48.500,00 Euro zur Verfügung.",
    "Nach Rücksprache mit dem zuständigen Träger müssen die Förderanträge bis zum Jahresende eingereicht werden.",
    "Die Anwohnerinnen und Anwohner wurden über die Änderungen frühzeitig unterrichtet.",
    "Das Gutachten „Ruhige Wege für Musterau“ empfiehlt, den Bereich {} schrittweise zu öffnen.",
    "Bäume werden nicht gefällt; für beschädigte Sträucher wird Ersatz gepflanzt.",
    "Ein Beschluss über die Höhe der Gebühren wird damit ausdrücklich nicht getroffen.",
    "Die Gespräche mit den Eigentümern sind noch nicht abgeschlossen, weshalb der Zeitplan vorläufig bleibt.",
    "Über das Ergebnis der Ausschreibung wird in der übernächsten Sitzung berichtet.",
    "Der Zuschuss des Landes beträgt höchstens 60 % der förderfähigen Kosten.",
    "Während der Bauzeit bleibt die Zufahrt {} für Rettungsfahrzeuge durchgängig möglich.",
    "Gegenüber der ursprünglichen Schätzung erhöhen sich die Kosten um rund 4 %.",
    "Die Beiräte für Senioren und für Menschen mit Behinderung wurden gehört.",
    "Weitere Auskünfte erteilt das Fachamt während der üblichen Öffnungszeiten.",
    "Eine Verlängerung der Frist ist rechtlich zulässig, aber nicht erforderlich.",
    "Die Schülerbeförderung wird durch die Sperrung nicht beeinträchtigt.",
)
MINUTES = (
    "Die Vorsitzende eröffnet die Aussprache und begrüßt die anwesenden Gäste.",
    "Auf Nachfrage erläutert die Verwaltung, dass die Mittel für {} bereits verfügbar seien.",
    "Mehrere Ausschussmitglieder äußern sich zustimmend; eine längere Diskussion ergibt sich nicht.",
    "Es wird darum gebeten, die Unterlagen künftig früher zu übersenden.",
    "Die Verwaltung sagt zu, die offenen Fragen schriftlich zu beantworten.",
)
# A paper about cookies: none of these sentences may be lost, although they talk like a banner.
ABOUT_COOKIES = (
    "Beim Aufruf der städtischen Internetseite erscheint ein Cookie-Banner mit dem Wortlaut "
    "„Diese Website verwendet Cookies“.",
    "Der Rat wird gebeten, die Cookie-Einstellungen so zu ändern, dass „Alle ablehnen“ ebenso leicht zu finden ist "
    "wie „Alle akzeptieren“.",
    "Technisch notwendige Cookies und essentielle Cookies sollen in der Datenschutzerklärung einzeln erklärt werden.",
    "Die Schaltfläche „Impressum“ ist auch bei geöffnetem Hinweis erreichbar zu halten.",
)

# outcome words of records.md beside the printed result
OUTCOMES = {
    "ungeändert beschlossen": "adopted",
    "geändert beschlossen": "adopted_amended",
    "zur Kenntnis genommen": "noted",
    "vertagt": "deferred",
    "abgelehnt": "rejected",
    "zurückgezogen": "withdrawn",
    "ungeändert empfohlen": "recommended",
    "an Ausschuss verwiesen": "referred",
    "erledigt": "settled",
    "(offen)": None,
}

# (printed, votes of records.md)
VOTES: tuple[tuple[str, dict[str, int | bool | None]], ...] = (
    ("einstimmig", {"unanimous": True}),
    ("einstimmig bei 2 Enthaltungen", {"abstain": 2, "unanimous": True}),
    ("14 Ja-Stimmen, 2 Nein-Stimmen, keine Enthaltungen", {"yes": 14, "no": 2, "abstain": 0}),
    ("Mit 9 Ja-Stimmen gegen 4 Nein-Stimmen bei 1 Enthaltung", {"yes": 9, "no": 4, "abstain": 1}),
    ("einstimmig mit drei Enthaltungen", {"abstain": 3, "unanimous": True}),
)
