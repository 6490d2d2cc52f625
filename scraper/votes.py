"""Votes as German councils print them, in fields or in free text, read into counts.

Pure; what cannot be counted with certainty is None.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from scraper.records import Votes

NUMBER_WORDS = {
    "keine": 0, "keiner": 0, "keinen": 0, "kein": 0, "ohne": 0, "null": 0, "o": 0,
    "eine": 1, "einer": 1, "einem": 1, "ein": 1, "eins": 1,
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10,
    "elf": 11, "zwölf": 12, "dreizehn": 13, "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16, "siebzehn": 17,
    "achtzehn": 18, "neunzehn": 19, "zwanzig": 20,
}  # fmt: skip

# The words beside the counts. "Enthaltungen" before "Ja": the first alternative that fits is taken.
LABELS = {
    "abstain": r"(?:stimm-?)?enthaltung(?:\(en\)|en)?|enth\.",
    "recused": r"befangen(?:heit(?:en)?)?|pers(?:önlich|\.) ?beteiligte?",
    "no": r"(?:nein|gegen)[- ]?stimme(?:\(n\)|n)?|stimmen? dagegen",
    "yes": r"(?:ja|für|pro)[- ]?stimme(?:\(n\)|n)?|stimmen? dafür",
    # Words of plain sentences too ("dafür 100 Euro", "keine Zustimmung"): see `_is_vote`.
    "no_weak": r"(?<![a-zäöüß])(?:ablehnung(?:en)?|dagegen|nein)(?![a-zäöüß])",
    "yes_weak": r"(?<![a-zäöüß])(?:zustimmung(?:en)?|dafür|ja)(?![a-zäöüß])",
    "abstain_weak": r"(?<=[,;] )enthalten(?=[:=])",  # "Dafür: 20, Dagegen: 3, Enthalten: 2"
}
STRONG = "|".join(words for field, words in LABELS.items() if not field.endswith("_weak"))
WEAK = "|".join(words for field, words in LABELS.items() if field.endswith("_weak"))
WORDS = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
# Not a part of a date, time, paper number or decimal. "Einstimmig12" is glued: a letter may stand before.
NUMBER = (
    rf"(?:(?<![\d.,/§])(?<!\d:)\d{{1,3}}(?![\d/]|[.,:]\d)|(?<![a-zäöüß])(?:{WORDS})(?![a-zäöüß]))"
    r"(?:[- ]?(?:x|mal)\b)?"
)
_TOKEN = re.compile(
    "|".join(f"(?P<{field}>{words})" for field, words in LABELS.items()) + f"|(?P<number>{NUMBER})"
)
_BEFORE = re.compile(r"[\s-]*")
_AFTER = re.compile(r"[\s:=–-]*")
_PHRASE_END = re.compile(r"\s*(?:[,;.)/|]|$|und\b|sowie\b|bei\b|\d)")
# A text of this length is a result, a longer one is prose.
_SHORT = 120
# "mit 12:3 Stimmen", "Abstimmungsergebnis: 12 : 3", "einstimmig 12:0"
_RATIO = re.compile(
    r"(?:\bmit |ergebnis:? ?|abstimmung:? ?|^|ein\w{0,12}ig,? ?|mehrheitlich,? ?)"
    r"(?P<yes>\d{1,3})(?: ?: ?| zu | (?:stimmen )?gegen )(?P<no>\d{1,3})"
    r"(?![\d.:]| ?uhr)(?= ?stimmen?\b|[ ,;(]|$)"
)
_AGAINST = re.compile(rf"\bgegen (?P<no>\d{{1,3}}|{WORDS}) stimmen?\b")
# "ohne Gegenstimmen und Enthaltungen" says nought for both.
_SPREAD = re.compile(rf"\b(ohne|keine) ({STRONG}) ?(?:und|oder|sowie|,|/) ?(?={STRONG})")
_MAJORITY = re.compile(
    r"nicht einstim|mehrheitlich|stimmenmehrheit|mehrheitsbeschluss|\bmit mehrheit|gegen (?:die )?stimmen\b"
)
# In prose "mehrheitlich" also says who lives where.
_MAJORITY_IN_PROSE = re.compile(
    r"nicht einstim|mehrheitlich (?:\w+ )?(?:beschlossen|angenommen|zugestimmt|abgelehnt|empfohlen|gefasst)\b"
    r"|mehrheitlich (?:bei|gegen|mit)\b"
    r"|mit (?:stimmen)?mehrheit (?:beschlossen|angenommen|abgelehnt)"
)
_UNANIMOUS = re.compile(r"einstim\w{0,3}ig")


def fold(text: str) -> str:
    """One line in lower case, NFC, with the spelling of today."""
    return " ".join(unicodedata.normalize("NFC", text).split()).lower().replace("beschluß", "beschluss")


def _value(number: str) -> int:
    digits = re.match(r"\d+", number)
    return int(digits[0]) if digits else NUMBER_WORDS[re.split(r"[ -]", number)[0]]


def _is_vote(label: re.Match[str], number: re.Match[str], text: str) -> bool:
    """Whether a number beside a label counts votes. A word of plain sentences needs figures and more:

    behind the figures it must end its phrase ("12 dafür, 3 dagegen", not "10 dafür geeignete Bäume"), before
    them stands a colon, unless the whole text is as short as a result ("Ja 12 Nein 3").
    """
    if not (label.lastgroup or "").endswith("_weak"):
        return True
    if not number[0][0].isdigit():
        return False
    if number.start() < label.start():
        return _PHRASE_END.match(text, label.end()) is not None
    between = text[label.end() : number.start()]
    return ":" in between or "=" in between or (len(text) <= _SHORT and not label[0].startswith("da"))


def _pairs(text: str) -> list[tuple[str, int]]:
    """Counts with their labels, read from the left: whichever of number and label comes first leads.

    "11 Ja-Stimmen: 1 Nein-Stimme" and "Ja: 11 Nein: 1" both come out right that way.
    """
    tokens = list(_TOKEN.finditer(text))
    found: list[tuple[str, int]] = []
    index = 0
    while index + 1 < len(tokens):
        left, right = tokens[index], tokens[index + 1]
        label, number = (right, left) if left["number"] else (left, right)
        gap = text[left.end() : right.start()]
        near = (_BEFORE if left["number"] else _AFTER).fullmatch(gap)
        if near and bool(left["number"]) != bool(right["number"]) and _is_vote(label, number, text):
            found.append(((label.lastgroup or "").partition("_")[0], _value(number[0])))
            index += 1
        index += 1
    return found


def _counts(text: str) -> list[tuple[str, int]]:
    """All counts, also those that the text gives twice."""
    found: list[tuple[str, int]] = []
    for pattern in (_RATIO, _AGAINST):
        match = pattern.search(text)
        if match:
            found += [(field, _value(number)) for field, number in match.groupdict().items()]
            text = f"{text[: match.start()]} ; {text[match.end() :]}"
    return found + _pairs(_SPREAD.sub(r"\1 \2, \1 ", text))


def _unanimous(text: str, against: int | None) -> bool | None:
    majority = _MAJORITY if len(text) <= _SHORT else _MAJORITY_IN_PROSE
    denied = majority.search(text) is not None
    if _UNANIMOUS.search(text) and not denied:
        return True
    return False if denied or against else None


def votes(text: str | None) -> Votes | None:
    """The counted votes in a printed value or in the free text of a voting result; None when there are none.

    `unanimous` is True where "einstimmig" is printed (abstentions do not matter), False where the text
    says "mehrheitlich" or counts votes against, else None. Several votes in one text with different counts
    ("a) 7 Ja … b) 9 Ja …") are nobody's vote: None. Nought everywhere is a form nobody filled in: no counts.
    """
    if not text:
        return None
    return _short(text) if len(text) <= _SHORT else _read(text)


@lru_cache(maxsize=4096)
def _short(text: str) -> Votes | None:
    """Results repeat from page to page; minutes do not and would only fill the memory."""
    return _read(text)


def _read(text: str) -> Votes | None:
    folded = fold(text)
    counts: dict[str, int] = {}
    for field, number in _counts(folded):
        if counts.setdefault(field, number) != number:
            return None
    if {"yes", "no"} <= counts.keys() and not any(counts.values()):
        counts = {}
    unanimous = _unanimous(folded, counts.get("no"))
    if not counts and unanimous is None:
        return None
    return Votes(**counts, unanimous=unanimous)
