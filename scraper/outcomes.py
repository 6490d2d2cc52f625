"""Results of German councils as they are printed, read from a table into outcomes.

The order of the tables is their meaning: a negated or compound wording stands before the plain one, so that
"nicht empfohlen" is never "empfohlen" and "ungeändert beschlossen" never "geändert beschlossen".
"""

from __future__ import annotations

import re
from functools import lru_cache

from scraper import votes
from scraper.records import Outcome

# A result is a short wording. Longer texts are resolutions or minutes, whose verbs mean something else.
LONGEST_RESULT = 240

# No result yet; the bracket is the placeholder of ALLRIS.
_PENDING = re.compile(
    r"[-–—./\s]*|\(?(?:offen|noch offen|geplant|keine angaben?|k\. ?a\.|n/a)\)?\.?|.*\bnoch (?:nicht|kein).*"
)

# Parts of a wording that say nothing about the outcome, or that hide or fake a negation.
REWRITES = (
    (r"aendert", "ändert"),
    (r"zurueck", "zurück"),
    (r"ueberw", "überw"),
    (r"\(beratungsfolge beendet\)", " "),
    (r"\bnicht[\s-]*öffentlich\w*", " "),
    (r"\bnicht (?=einstim)", " "),
    (r"\bohne (?:jede |weitere )?(?:ver)?änderung(?:en)?\b", " ungeändert "),
    (r"\bnicht (?:ge|ver)ändert|\bunverändert\w*", " ungeändert "),
    (r"\b(?:ohne|keine) (?:weitere )?(?:gegenrede|aussprache|debatte|diskussion|beratung)\b", " "),
    (r"\b(?:ohne|keine) (?:weiteren? )?(?:einwände|bedenken)\b", " "),
    (r"\b(?:wie|gemäß|entsprechend|laut|lt\.)(?: \w+){0,3} (?:empfohlen|empfehlung)\b", " "),
    (r"\bbeschlussempfehlung\b|\bempfehlung(?= gefolgt)", " vorlage "),
)

# Votes are read by `votes`; here they would only hide the wording ("keine Gegenstimmen").
VOTES = (
    rf"(?:\b(?:bei|mit|und) )?{votes.NUMBER}[\s-]*(?:{votes.STRONG})",
    rf"(?:{votes.STRONG})[\s:=–-]*{votes.NUMBER}",
    rf"\b\d{{1,3}} ?(?:{votes.WEAK})|(?:{votes.WEAK})[\s:=]*\d{{1,3}}\b",
    rf"\bgegen (?:\d{{1,3}}|{votes.WORDS}) stimmen?\b",
    r"(?:\bmit )?\b\d{1,3} ?(?::|zu|gegen) ?\d{1,3}\b(?: stimmen?)?",
    r"einstim\w{0,3}ig[a-z]*",
    r"\b(?:stimmen)?mehrheitlich\w*|\bmit (?:stimmen)?mehrheit\b",
    r"\banwesend: ?\d+",
)
# What is left of a bare vote: who abstained, what was counted.
_RESIDUE = re.compile(
    r"\W*\([^()]*\)|abstimmung(?:sergebnis)?|ergebnis|anwesend|\b(?:bei|mit|und|je)\b|\b[a-z]\)|[\W\d_]+"
)

_ADOPTED = (
    r"\b(?:beschlossen|angenommen|zugestimmt|verabschiedet|genehmigt|stattgegeben|gefolgt|entsprochen)\b"
)
_REJECTED = r"\b(?:abgelehnt|verworfen|zurückgewiesen)\b"
_PUT_OFF = r"\b(?:vertagung|zurückstellung|verschiebung)"
_PASSED_ON = r"\b(?:(?:rück|zurück)?überweisung|(?:zurück)?verweisung)"
_SET_OFF = r"\b(?:absetzung|nichtbefassung)\b"
_DECISION = r"(?:beschlussfassung|abstimmung|beschluss|entscheidung|votum)"
_BUSINESS = r"(?:empfehlung|behandlung|befassung)"

# One row: the outcome and the wordings for it. First found decides; None: the wording tells nothing about
# the matter itself, or two things at once.
COMPOUNDS: tuple[tuple[Outcome | None, tuple[str, ...]], ...] = (
    (None, (rf"(?:{_PUT_OFF}|{_PASSED_ON}|{_SET_OFF})\w*\b.*(?:{_REJECTED}|\bnicht\b)",)),
    ("deferred", (
        rf"{_PUT_OFF}.*{_ADOPTED}",
        rf"(?:{_ADOPTED}|\bbeschließt\b).*\b(?:zu vertagen|zurückzustellen)\b",
    )),
    ("referred", (
        rf"{_PASSED_ON}.*{_ADOPTED}",
        rf"(?:{_ADOPTED}|\bbeschließt\b).*\bzurückzu(?:ver|über)weisen\b",
        rf"(?:{_ADOPTED}|\bbeschließt\b).*\b(?:an|in) de[nr] .*\bzu (?:ver|über)weisen\b",
    )),
    ("no_decision", (rf"{_SET_OFF}.*{_ADOPTED}",)),
    ("not_recommended", (
        r"\bempf(?:ehl|oh|ieh)\w*.*\b(?:ablehnung|abgelehnt|abzulehnen)\b",
        r"\bablehnung\b.*\bempf(?:oh|ieh)",
        r"\bnicht (?:\w+ ){0,3}empfohlen\b",
        r"\bempfiehlt (?:\w+ ){0,4}nicht\b",
        r"\bnicht zu empfehlen\b",
    )),
    ("rejected", (rf"\bablehnung\b.*{_ADOPTED}", r"\b(?:beschlossen|beschließt)\b.*\babzulehnen\b")),
    (None, (rf"{_ADOPTED}.*{_REJECTED}", rf"{_REJECTED}.*{_ADOPTED}", r"\blehnt\b.*\bnicht ab\b")),
    ("rejected", (
        rf"\bnicht (?:(?!so\b|wie\b)\w+ )?{_ADOPTED}",
        r"\bnicht mit der erforderlichen mehrheit\b",
        r"\bstimmt\b.*\bnicht zu\b",
        r"\bkeine (?:erforderliche )?(?:mehrheit|zustimmung)\b",
        r"\bmehrheit\b.*\b(?:nicht erreicht|verfehlt)\b",
        r"\beinvernehmen\b.*\b(?:nicht (?:erteilt|hergestellt)|versagt|verweigert)\b",
    )),
)  # fmt: skip

# The verb printed first decides; a negation shortly before it makes the wording unknown.
VERBS: tuple[tuple[Outcome, tuple[str, ...]], ...] = (
    ("withdrawn", (r"\b(?:zurückgezogen|zurückgenommen)\b", r"\bzieht\b.*\bzurück\b")),
    ("rejected", (_REJECTED, r"\blehnt\b.*\bab\b")),
    ("deferred", (
        r"\bin die (?:\w+[ -])*(?:fraktion|gruppe)(?:en|n)? gezogen\b",
        r"\b(?:vertagt|zurückgestellt|verschoben|aufgeschoben|geschoben|ausgesetzt)\b",
        r"\bstellt\b.*\bzurück\b",
    )),
    ("referred", (
        r"\b(?:zurück|weiter)?(?:verwiesen|überwiesen)\b",
        r"\b(?:weitergeleitet|abgegeben|verweist|überweist)\b",
    )),
    ("settled", (r"\b(?:erledigt|gegenstandslos|beantwortet)\b",)),
    ("recommended", (r"\bempfohlen\b", r"\bempfiehlt\b", r"\bzu empfehlen\b")),
    ("adopted", (
        _ADOPTED,
        r"\bbeschlie(?:ß|ss)t\b(?!.*empfehlen)",
        r"\bstimmt\b.*\bzu\b",
        r"\beinvernehmen\b.*\b(?:erteilt|hergestellt)\b",
    )),
)  # fmt: skip

# Where no verb stands: first found decides, unless negated.
NOUNS: tuple[tuple[Outcome, tuple[str, ...]], ...] = (
    ("recommended", (r"^empfehlung\b.*\bkenntnis",)),
    ("noted", (r"\bkenntnis(?:nahme)?\b",)),
    ("no_decision", (
        rf"\b(?:kein|keine|keiner|ohne) (?:\w+ )?(?:{_DECISION}|{_BUSINESS})\b",
        r"\bnicht (?:\w+ )?(?:abgestimmt|behandelt|beraten|befasst|aufgerufen|entschieden|erörtert)\b",
        r"\bnicht beschlussfähig\b|\bbeschlussunfähig",
        r"\b(?:abgesetzt|entfällt|entfallen|abgesagt|absage|ausgefallen)\b",
        _SET_OFF,
    )),
    ("deferred", (_PUT_OFF,)),
    ("referred", (_PASSED_ON,)),
    ("withdrawn", (r"\brücknahme\b",)),
    ("settled", (r"\berledigung\b",)),
    ("recommended", (r"\bempfehlung\b",)),
    # "Einstimmig dafür, 0 Enthaltung(en)": what is left when the vote is taken out (SD.NET).
    ("rejected", (r"\bablehnung\b", r"\bstimmengleichheit\b", r"^\W*dagegen\W*$")),
    ("adopted_amended", (r"\babweichende[rn]? beschluss",)),
    ("adopted", (
        r"\b(?:annahme|zustimmung|genehmigung)\b",
        r"\b(?:laut|lt\.|gemäß|nach|wie) (?:beschlussvorschlag|vorlage|bv\b|antrag\b)",
        r"\bantragsgemäß\b|\bwie beantragt\b",
        r"^\W*dafür\W*$",
    )),
)  # fmt: skip

_AMENDED: dict[Outcome, Outcome] = {"adopted": "adopted_amended", "recommended": "recommended_amended"}
CHANGED = (
    r"(?<!un)(?:ge|ver|abge)ändert",
    r"\b(?:mit|unter|inkl\w*\.?|einschl\w*\.?|nebst|samt)\b[^,;]*\b(?:änderung|ergänzung|maßgabe)",
    r"\b(?:modifiziert|ergänzt|abweichend)",
    r"\bfassung de[sr] änderungsantr",
)
_NEGATED = re.compile(r"\b(?:nicht|nie|keine?[rsnm]?|weder)\b(?! nur)(?: \w+){0,2} *$")
_NEGATED_NOUN = re.compile(r"\b(?:nicht|keine?[rsnm]?)\b(?: \w+){0,2} *$|\bohne (?:\w+ )?$")


def _any(wordings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(wordings))


_REWRITES = tuple((re.compile(wording), plain) for wording, plain in REWRITES)
_VOTES, _CHANGED = _any(VOTES), _any(CHANGED)
_COMPOUNDS = tuple((_any(wordings), value) for value, wordings in COMPOUNDS)
_VERBS = tuple((_any(wordings), value) for value, wordings in VERBS)
_NOUNS = tuple((_any(wordings), value) for value, wordings in NOUNS)


def _plain(text: str) -> str:
    for pattern, plain in _REWRITES:
        text = pattern.sub(plain, text)
    return " ".join(_VOTES.sub(" ", text).split())


def _first_verb(text: str) -> tuple[re.Match[str], Outcome] | None:
    found = [(match, value) for pattern, value in _VERBS if (match := pattern.search(text))]
    return min(found, key=lambda pair: pair[0].start()) if found else None


def _amended(value: Outcome, text: str) -> Outcome:
    return _AMENDED.get(value, value) if _CHANGED.search(text) else value


def _read(text: str) -> Outcome | None:
    for pattern, compound in _COMPOUNDS:
        if pattern.search(text):
            return compound
    verb = _first_verb(text)
    if verb:
        match, value = verb
        return None if _NEGATED.search(text[: match.start()]) else _amended(value, text)
    for pattern, value in _NOUNS:
        noun = pattern.search(text)
        if noun and not _NEGATED_NOUN.search(text[: noun.start()]):
            return _amended(value, text)
    return None


def outcome(text: str | None) -> tuple[Outcome | None, bool]:
    """What a printed result means, and whether the wording is known.

    `(None, True)`: there is no result ("(offen)", "noch nicht festgelegt", "") or only a vote
    ("einstimmig, 2 Enthaltungen"). `(None, False)`: the wording is unknown or contradicts itself
    ("Zugestimmt/Abgelehnt"); the caller keeps the printed text and warns.
    """
    if text and len(text) > LONGEST_RESULT:
        return None, False
    return _outcome(text or "")


@lru_cache(maxsize=4096)
def _outcome(text: str) -> tuple[Outcome | None, bool]:
    folded = votes.fold(text)
    if _PENDING.fullmatch(folded):
        return None, True
    plain = _plain(folded)
    value = _read(plain)
    return value, value is not None or not _RESIDUE.sub("", plain)
