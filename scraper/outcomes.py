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
    (
        r"\bohne (?:jede |weitere )?(?:ver)?änderung(?:en)?\b|\bnicht (?:ge|ver)ändert|\bunverändert\w*",
        " ungeändert ",
    ),
    (
        r"\b(?:ohne|keine) (?:weitere )?(?:gegenrede|aussprache|debatte|diskussion|beratung|einwände|bedenken)\b",
        " ",
    ),
    (r"\b(?:wie|gemäß|entsprechend|laut|lt\.)(?: \w+){0,3} (?:empfohlen|empfehlung)\b", " "),
    (r"\bbeschlussempfehlung\b|\bempfehlung(?= gefolgt)", " vorlage "),
)
_REWRITES = tuple((re.compile(wording), plain) for wording, plain in REWRITES)

# Votes are read by `votes`; here they would only hide the wording ("keine Gegenstimmen").
_VOTES = re.compile(
    rf"(?:\b(?:bei|mit|und) )?(?:{votes.NUMBER}[\s-]*(?:{votes.STRONG})|(?:{votes.STRONG})[\s:=–-]*{votes.NUMBER})"
    rf"|\bgegen (?:\d{{1,3}}|{votes.WORDS}) stimmen?\b"
    r"|(?:\bmit )?\b\d{1,3} ?(?::|zu|gegen) ?\d{1,3}\b(?: stimmen?)?"
    r"|einstim\w{0,3}ig\w*|\b(?:stimmen)?mehrheitlich\w*|\bmit (?:stimmen)?mehrheit\b|\banwesend: ?\d+"
)
# What is left of a bare vote: who abstained, what was counted.
_RESIDUE = re.compile(
    r"\([^()]*\)|abstimmung(?:sergebnis)?|ergebnis|anwesend|\b(?:bei|mit|und|je|[a-z]\))|[\W\d_]+"
)

_ADOPTED = (
    r"\b(?:beschlossen|angenommen|zugestimmt|verabschiedet|genehmigt|stattgegeben|gefolgt|entsprochen)\b"
)
_REJECTED = r"\b(?:abgelehnt|verworfen|zurückgewiesen)\b"
_PUT_OFF = r"\b(?:vertagung|zurückstellung|verschiebung)"
_PASSED_ON = r"\b(?:(?:rück|zurück)?überweisung|(?:zurück)?verweisung)"
_PROCEDURE = rf"(?:{_PUT_OFF}|{_PASSED_ON}|\babsetzung|\bnichtbefassung)"
_BUSINESS = r"(?:beschlussfassung|abstimmung|beschluss|entscheidung|votum|empfehlung|behandlung|befassung|beratungsbedarf)"

# First found decides; None: the wording says nothing about the matter itself.
COMPOUNDS: tuple[tuple[str, Outcome | None], ...] = (
    (rf"{_PROCEDURE}\w*\b.*(?:{_REJECTED}|\bnicht\b)", None),
    (rf"{_PUT_OFF}\w*\b.*{_ADOPTED}|{_ADOPTED}.*\bzu vertagen\b", "deferred"),
    (rf"{_PASSED_ON}\w*\b.*{_ADOPTED}", "referred"),
    (rf"\b(?:absetzung|nichtbefassung)\b.*{_ADOPTED}", "no_decision"),
    (r"\bempf(?:ehl|oh|ieh)\w*.*\b(?:ablehnung|abgelehnt|abzulehnen)\b|\bablehnung\b.*\bempf(?:oh|ieh)", "not_recommended"),
    (r"\bnicht (?:\w+ ){0,3}empfohlen\b|\bempfiehlt (?:\w+ ){0,4}nicht\b|\bnicht zu empfehlen\b", "not_recommended"),
    (rf"\bablehnung\b.*{_ADOPTED}|\b(?:beschlossen|beschließt)\b.*\babzulehnen\b", "rejected"),
    (rf"{_ADOPTED}.*{_REJECTED}|{_REJECTED}.*{_ADOPTED}", None),
    (rf"\bnicht (?:(?!so\b|wie\b)\w+ )?{_ADOPTED}|\bnicht mit der erforderlichen mehrheit\b", "rejected"),
    (r"\bstimmt\b.*\bnicht zu\b|\bkeine (?:erforderliche )?(?:mehrheit|zustimmung)\b|\bmehrheit\b.*\b(?:nicht erreicht|verfehlt)\b", "rejected"),
    (r"\beinvernehmen\b.*\b(?:nicht (?:erteilt|hergestellt)|versagt|verweigert)\b", "rejected"),
    (r"\blehnt\b.*\bnicht ab\b", None),
)  # fmt: skip

# The one printed first decides; a negation shortly before makes the wording unknown.
VERBS: tuple[tuple[str, Outcome], ...] = (
    (r"\b(?:zurückgezogen|zurückgenommen)\b|\bzieht\b.*\bzurück\b", "withdrawn"),
    (rf"{_REJECTED}|\blehnt\b.*\bab\b", "rejected"),
    (r"\b(?:vertagt|zurückgestellt|verschoben|aufgeschoben|geschoben|ausgesetzt)\b|\bstellt\b.*\bzurück\b", "deferred"),
    (r"\b(?:(?:zurück)?(?:verwiesen|überwiesen)|weitergeleitet|weiterverwiesen|abgegeben)\b|\b(?:verweist|überweist)\b", "referred"),
    (r"\b(?:erledigt|gegenstandslos|beantwortet)\b", "settled"),
    (r"\bempfohlen\b|\bempfiehlt\b|\bzu empfehlen\b", "recommended"),
    (rf"{_ADOPTED}|\bbeschlie(?:ß|ss)t\b(?!.*empfehlen)|\bstimmt\b.*\bzu\b", "adopted"),
    (r"\beinvernehmen\b.*\b(?:erteilt|hergestellt)\b", "adopted"),
)  # fmt: skip

# Where no verb stands: first found decides, unless negated.
NOUNS: tuple[tuple[str, Outcome], ...] = (
    (r"\bkenntnis (?:wird |wurde )?genommen\b|\bnimmt\b.*\bkenntnis|^(?!.*empfehlung).*\bkenntnis(?:nahme)?\b", "noted"),
    (rf"\b(?:kein|keine|keiner|ohne) (?:\w+ )?{_BUSINESS}\b", "no_decision"),
    (
        r"\bnicht (?:\w+ )?(?:abgestimmt|behandelt|beraten|befasst|aufgerufen|entschieden|erörtert|beschlussfähig)\b"
        r"|\bbeschlussunfähig|\bnichtbefassung\b|\babgesetzt\b|\babsetzung\b|\bentfällt\b|\bentfallen\b|\babgesagt\b|\babsage\b|\bausgefallen\b",
        "no_decision",
    ),
    (_PUT_OFF, "deferred"),
    (_PASSED_ON, "referred"),
    (r"\brücknahme\b|\brückzug\b", "withdrawn"),
    (r"\berledigung\b", "settled"),
    (r"\bempfehlung\b", "recommended"),
    (r"\bablehnung\b|\bstimmengleichheit\b", "rejected"),
    (r"\babweichende[rn]? beschluss", "adopted_amended"),
    (r"\bannahme\b|\bzustimmung\b|\bgenehmigung\b|\b(?:laut|lt\.|gemäß|nach|wie) (?:beschlussvorschlag|vorlage|bv\b)", "adopted"),
)  # fmt: skip

_AMENDED: dict[Outcome, Outcome] = {"adopted": "adopted_amended", "recommended": "recommended_amended"}
_CHANGED = re.compile(
    r"(?<!un)(?:ge|ver|abge)ändert|\b(?:mit|unter|inkl\w*\.?|einschl\w*\.?|nebst|samt)\b[^,;]*\b(?:änderung|ergänzung|maßgabe)"
    r"|\bmodifiziert|\bergänzt|\babweichend|\bfassung de[sr] änderungsantr"
)
_NEGATED = re.compile(r"\b(?:nicht|nie|keine?[rsnm]?|weder)\b(?! nur)(?: \w+){0,2} *$")
_NEGATED_NOUN = re.compile(r"\b(?:nicht|keine?[rsnm]?|ohne)\b(?: \w+){0,2} *$")

_COMPOUNDS = tuple((re.compile(wording), value) for wording, value in COMPOUNDS)
_VERBS = tuple((re.compile(wording), value) for wording, value in VERBS)
_NOUNS = tuple((re.compile(wording), value) for wording, value in NOUNS)


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


@lru_cache(maxsize=4096)
def outcome(text: str | None) -> tuple[Outcome | None, bool]:
    """What a printed result means, and whether the wording is known.

    `(None, True)`: there is no result ("(offen)", "noch nicht festgelegt", "") or only a vote
    ("einstimmig, 2 Enthaltungen"). `(None, False)`: the wording is unknown or contradicts itself
    ("Zugestimmt/Abgelehnt"); the caller keeps the printed text and warns.
    """
    folded = votes.fold(text or "")
    if _PENDING.fullmatch(folded):
        return None, True
    if len(folded) > LONGEST_RESULT:
        return None, False
    plain = _plain(folded)
    value = _read(plain)
    return value, value is not None or not _RESIDUE.sub("", plain)
