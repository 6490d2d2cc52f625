"""German dates, times, states and roles as council pages print them.

`outcome` and `votes` have modules of their own and are offered here beside the rest. Pure functions over
one printed value; what is not understood is None, never a guess.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache
from zoneinfo import ZoneInfo

from scraper.outcomes import outcome
from scraper.votes import votes

__all__ = [
    "authoritative", "date", "dates", "is_cancelled", "is_public",
    "moment", "outcome", "span", "times", "votes",
]  # fmt: skip

ZONE = ZoneInfo("Europe/Berlin")
YEARS = range(1900, 2101)
# Two-digit years below this are of this century: the oldest pages seen are of 1999, elections reach 2035.
PIVOT = 70

# Longer names come first in the expression, so that `sept` is not read as `sep`.
MONTHS = {
    "januar": 1, "jänner": 1, "january": 1, "jan": 1, "jän": 1,
    "februar": 2, "feber": 2, "february": 2, "feb": 2,
    "märz": 3, "maerz": 3, "march": 3, "mär": 3, "mrz": 3, "mar": 3,
    "april": 4, "apr": 4,
    "mai": 5, "may": 5,
    "juni": 6, "june": 6, "jun": 6, "juno": 6,
    "juli": 7, "july": 7, "jul": 7, "julei": 7,
    "august": 8, "aug": 8,
    "september": 9, "sept": 9, "sep": 9,
    "oktober": 10, "october": 10, "okt": 10, "oct": 10,
    "november": 11, "nov": 11,
    "dezember": 12, "december": 12, "dez": 12, "dec": 12,
}  # fmt: skip

_MONTH = "(?P<{}>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
# Every alternative names its groups by the form; `_read` knows which group is what.
_DATE = re.compile(
    r"(?<![\d.,/-])(?:"
    r"(?P<iso_y>\d{4})-(?P<iso_m>\d{2})-(?P<iso_d>\d{2})(?!\d|-\d)"
    r"|(?P<xml_y>\d{4})(?P<xml_m>\d{2})(?P<xml_d>\d{2})(?=T\d{4})"
    r"|(?P<dot_d>\d{1,2})\. ?(?P<dot_m>\d{1,2})\. ?(?P<dot_y>\d{4})(?!\d|\.\d)"
    r"|(?P<two_d>\d{2})\.(?P<two_m>\d{2})\.(?P<two_y>\d{2})(?![\d:]|\.\d)"
    r"|(?P<sl_a>\d{1,2})/(?P<sl_b>\d{1,2})/(?P<sl_y>\d{4})(?![\d/])"
    rf"|(?P<de_d>\d{{1,2}})\.? ?{_MONTH.format('de_m')} ?(?P<de_y>\d{{4}}|'?\d{{2}}(?![\d:.]))(?!\d)"
    rf"|(?P<ty_y>\d{{4}}) {_MONTH.format('ty_m')} (?P<ty_d>\d{{1,2}})(?!\d)"
    r")"
    rf"|(?<!\w){_MONTH.format('en_m')} (?P<en_d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<en_y>\d{{4}})(?!\d)",
    re.IGNORECASE,
)
# Values repeat from page to page; longer texts do not and would only fill the memory.
_CACHED = 100
# "7.6.16" is a date only when it is the whole value: within a text it may be a section number.
_SHORT = re.compile(r"(?:[A-Za-z]{2,10}\.?,? )?(\d{1,2})\.(\d{1,2})\.(\d{2})")
_FORMS = ("iso", "xml", "dot", "two", "de", "ty", "en")


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _valid(year: str, month: int, day: int) -> dt.date | None:
    number = int(year.lstrip("'"))
    if len(year.lstrip("'")) == 2:
        number += 2000 if number < PIVOT else 1900
    try:
        return dt.date(number, month, day) if number in YEARS else None
    except ValueError:
        return None


def _slashed(first: int, second: int, year: str, us: bool) -> dt.date | None:
    """Stuttgart prints US order; without the caller's word only an impossible month tells the order."""
    if us or second > 12:
        return _valid(year, first, second)
    return _valid(year, second, first) if first > 12 else None


def _read(match: re.Match[str], us: bool) -> dt.date | None:
    form = (match.lastgroup or "").partition("_")[0]
    if form == "sl":
        return _slashed(int(match["sl_a"]), int(match["sl_b"]), match["sl_y"], us)
    month = match[form + "_m"]
    number = int(month) if month.isdigit() else MONTHS[month.lower()]
    return _valid(match[form + "_y"], number, int(match[form + "_d"]))


def _dates(text: str, us: bool) -> tuple[dt.date, ...]:
    return _short_dates(text, us) if len(text) <= _CACHED else _all_dates(text, us)


@lru_cache(maxsize=4096)
def _short_dates(text: str, us: bool) -> tuple[dt.date, ...]:
    return _all_dates(text, us)


def _all_dates(text: str, us: bool) -> tuple[dt.date, ...]:
    folded = _fold(text)
    short = _SHORT.fullmatch(folded)
    if short:
        found = _valid(short[3], int(short[2]), int(short[1]))
        return (found,) if found else ()
    return tuple(day for match in _DATE.finditer(folded) if (day := _read(match, us)))


def date(text: str, *, us: bool = False) -> dt.date | None:
    """The first valid date in a printed value.

    Reads `15.02.2022`, `Di., 21.04.2015`, `31.12.14, 08:48`, `10. September 2018`, `Mar 15, 2018`,
    `2026 Oct 21`, ISO, and `04/25/2017`; `us` says that slashes stand for month/day/year where both
    readings are possible. None where no form fits or the day does not exist (31.02.).
    """
    found = _dates(text, us)
    return found[0] if found else None


def dates(text: str, *, us: bool = False) -> list[dt.date]:
    """All valid dates in printed order; see `date`."""
    return list(_dates(text, us))


_CLOCK = (
    r"(?P<h{0}>\d{{1,2}})(?:(?P<s{0}>[:.])(?P<m{0}>\d{{2}}))?(?::\d{{2}})?(?!\d)"
    r" ?(?P<u{0}>uhr|h\b|[ap]\.?m\b\.?)?"
)
_TIMES = re.compile(
    rf"(?<![\d.,:+/-]){_CLOCK.format(1)}"
    rf"(?: ?(?:-|–|—|bis|/ ?ende:?|, ?ende:?) ?(?:ca\. ?)?{_CLOCK.format(2)})?",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\([^()]*\)")


def _clock(match: re.Match[str], which: int, unit: str) -> dt.time | None:
    hour, minute = int(match[f"h{which}"]), int(match[f"m{which}"] or 0)
    if unit.startswith(("a", "p")):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if unit.startswith("p") else 0)
    if (hour, minute) == (24, 0):  # midnight as an end: `span` moves it to the next day
        hour = 0
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def _is_clock(match: re.Match[str], whole: str) -> bool:
    """A colon or a unit makes a time; "18.00" or "16.00 - 17.39" does when nothing else is printed."""
    return (
        ":" in (match["s1"], match["s2"])
        or bool(match["u1"] or match["u2"])
        or (match["s1"] == "." and match[0].strip() == whole)
    )


def _first_times(text: str) -> tuple[dt.time | None, dt.time | None]:
    for match in _TIMES.finditer(text):
        if not _is_clock(match, text):
            continue
        last = (match["u2"] or match["u1"] or "").lower()
        start = _clock(match, 1, (match["u1"] or last).lower())
        if start is not None:
            return start, _clock(match, 2, last) if match["h2"] else None
    return None, None


@lru_cache(maxsize=4096)
def times(text: str) -> tuple[dt.time | None, dt.time | None]:
    """Start and end of a printed time: `16:00 - 17:39`, `18.00 Uhr`, `ab 17 Uhr`, `02:00 PM`.

    A remark in brackets counts only when no time stands outside of it: `18:00 (öffentlich ab 18:30)`
    starts at 18:00. Dates beside the time are passed over.
    """
    folded = _DATE.sub(" ", _fold(text)).replace("T ", " ").strip(" ,;")
    found = _first_times(_BRACKETS.sub(" ", folded).strip())
    return found if found[0] else _first_times(folded)


_WEEKDAY = re.compile(
    r"(?i)\b(?:mo(?:n(?:tag)?)?|di(?:enstag)?|mi(?:ttwoch)?|do(?:nnerstag)?|fr(?:eitag)?|sa(?:mstag)?|"
    r"so(?:n(?:ntag)?)?|tue|wed|thu|fri|sat|sun)\b\.?,?|\buhr\b"
)


def moments(text: str) -> tuple[str, tuple[dt.date, ...], tuple[dt.time, ...]]:
    """A text without its dates, times and weekdays, and what was taken out: `Mo, 03.11.2025` → ("", …)."""
    folded = _fold(text)
    days = tuple(day for match in _DATE.finditer(folded) if (day := _read(match, us=False)))
    rest = _DATE.sub(lambda match: " " if _read(match, us=False) else match[0], folded)
    clocks: list[dt.time] = []
    for match in list(_TIMES.finditer(rest))[::-1]:
        if _is_clock(match, rest.strip()):
            units = (match["u1"] or "").lower(), (match["u2"] or match["u1"] or "").lower()
            found = (
                _clock(match, which, unit)
                for which, unit in zip((1, 2), units, strict=True)
                if match[f"h{which}"]
            )
            clocks += filter(None, found)
            rest = rest[: match.start()] + " " + rest[match.end() :]
    return " ".join(_WEEKDAY.sub(" ", rest).split()), days, tuple(clocks)


def moment(day: dt.date, at: dt.time | None) -> str | None:
    """RFC 3339 with the Europe/Berlin offset of that day: `2026-07-07T18:00:00+02:00`."""
    if at is None:
        return None
    return dt.datetime.combine(day, at, ZONE).isoformat(timespec="seconds")


def span(day: dt.date, text: str) -> tuple[str | None, str | None]:
    """Start and end as RFC 3339; an end before the start is on the next day."""
    start, end = times(text)
    late = start is not None and end is not None and end < start
    return moment(day, start), moment(day + dt.timedelta(days=1) if late else day, end)


def period(text: str) -> tuple[dt.date | None, dt.date | None]:
    """First and last day: `seit 01.05.2026`, `von 01.05.2020 bis 30.04.2026`, `bis 30.04.2026`."""
    days = dates(text)
    if len(days) > 1:
        return days[0], days[1]
    day = days[0] if days else None
    return (None, day) if text.casefold().startswith("bis") else (day, None)


_NOT_PUBLIC = re.compile(r"nicht[\s-]*(?:ö|oe)ffentlich|vertraulich|\bnö\b")
_PUBLIC = re.compile(r"(?:ö|oe)ffentlich|\bö\b")


@lru_cache(maxsize=1024)
def is_public(status: str | None) -> bool | None:
    """Whether a printed status says public; None for mixed (`öffentlich/nichtöffentlich`) and unknown.

    The workflow part in brackets (`öffentlich (Vorlage freigegeben)`) does not matter.
    """
    text = _BRACKETS.sub(" ", _fold(status or "").lower()).strip()
    closed = _NOT_PUBLIC.search(text)
    opened = _PUBLIC.search(_NOT_PUBLIC.sub(" ", text))
    if opened is None:
        return False if closed else None
    return True if closed is None and opened.start() == 0 else None


_DECIDES = re.compile(r"(?:abschließende |endgültige )?(?:entscheidung|beschlussfassung|beschließend)")
_PREPARES = re.compile(
    r"vorberatung|vorberatend|beratung|beratend|anhörung|empfehlung|empfehlend"
    r"|(?:information zur )?kenntnis(?:nahme)?|einbringung|1\. lesung|lesung 1|erste lesung"
)


@lru_cache(maxsize=1024)
def authoritative(role: str | None) -> bool | None:
    """Whether a printed role of a deliberation is the deciding one; None for other words and none."""
    text = re.sub(r"^(?:zur|zum) ", "", _BRACKETS.sub(" ", _fold(role or "").lower())).strip(" .:")
    text = text.replace("beschluß", "beschluss")
    if _DECIDES.fullmatch(text):
        return True
    return False if _PREPARES.fullmatch(text) else None


_CANCELLED = re.compile(
    r"\b(?:entfällt|entfaellt|abgesagt|ausgefallen|storniert)\b"
    r"|\bf(?:ä|ae)llt\b[^.;]*\baus\b"
    r"|\bfindet\b[^.;]*\bnicht statt\b"
    # "Ausfall von Unterricht" is a subject: the noun counts as a mark in front, behind a dash or in brackets.
    r"|(?:^|[(\[!*:–-] ?)(?:ausfall|absage|abgesetzt)\b"
    r"(?! (?:von|des|eine[rs]?|einzelner|der (?!sitzung))\b)",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def is_cancelled(title: str) -> bool:
    """Whether a meeting's title says that it does not take place (`ENTFÄLLT! …`, `AUSFALL - …`)."""
    return _CANCELLED.search(_fold(title)) is not None
