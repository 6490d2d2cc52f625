"""What is no content: consent banners, menus, print links, icon legends, footers, as tables.

A page with a known content container needs none of this: everything outside the container is ignored. The
tables serve pages of unknown layout (`REMOVALS`, with the safeguards below) and extracted text without a DOM,
which is cut by position (`cut_front`) because a banner's sentences may as well stand in a paper about
cookies. Ids and classes are facts read from the products' own markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Root elements of consent managers. EasyList leaves some of them out because hiding them locks scrolling in a
# browser (#usercentrics-root, #BorlabsCookieBox, .cmpbox, #ccm-ui …); for reading they have to go.
CONSENT_IDS: dict[str, tuple[str, ...]] = {
    "Cookiebot": ("CybotCookiebotDialog", "CybotCookiebotDialogBodyUnderlay", "CookiebotWidget"),
    "Usercentrics": ("usercentrics-root", "usercentrics-cmp-ui", "usercentrics-button"),
    "Borlabs": ("BorlabsCookieBox",),
    "Complianz": ("cmplz-cookiebanner-container",),
    "consentmanager": ("ncmp__tool", "cmpbox", "cmpwrapper"),
    "CCM19": ("ccm-ui", "ccm-widget", "ccm-banner-wrap", "ccm_notification"),
    "Klaro": ("klaro",),
    "OneTrust": ("onetrust-banner-sdk", "onetrust-consent-sdk"),
    "TYPO3": ("SgCookieOptin",),
    "ALLRIS 4": ("cookieDialog",),
    "home-grown": (
        "cookiehinweis", "COOKIEHINWEIS", "cookieHinweis", "dsgvo-container", "dsgvo-dialog-overlay",
        "cc_dsgvo_banner", "datenschutzhinweis", "privacy-container", "cookie-banner", "cookiebanner",
        "cookie-consent", "cookieconsent",
    ),
    "international": (
        "cookie-law-info-bar", "cookiescript_injected", "cc--main", "cc-main", "didomi-host",
        "iubenda-cs-banner", "moove_gdpr_cookie_info_bar", "tarteaucitronRoot",
        "termly-code-snippet-support", "ccc",
    ),
}  # fmt: skip
CONSENT_CLASSES: dict[str, tuple[str, ...]] = {
    "herne.de": ("herne_cookie_consent_container_pre_outerbox2",),
    "consentmanager": ("cmpbox",),
    "CCM19": ("ccm-root",),
    "Klaro": ("klaro",),
    "TYPO3": (
        "tx-cookieoptin", "tx-cookiebanner", "tx_cookiemonster_dataprotection_overlay", "dp-cookie-legal",
        "cookieman-show",
    ),
    "Sitepark": ("SP-ConsentBanner__spacer",),
    "federal": ("bpa-cookie-banner",),
    "home-grown": ("cookieConsentHinweis", "dsgvo-banner", "sp-dsgvo", "cookie-banner", "cookie-consent"),
    "international": ("cookiefirst-root", "cky-consent-container", "osano-cm-window", "cc-window"),
}  # fmt: skip
CONSENT_OTHER: dict[str, tuple[str, ...]] = {
    "Real Cookie Banner": ('div[consent-skip-blocker="1"]',),
    "federal": (".cookie-alert.t-dark",),
}
# Furniture by element. RIS products use `nav`, `.breadcrumb` and `main` themselves: see KEEP.
FURNITURE_SELECTORS: dict[str, str] = {
    "menu": "nav, [role=navigation], #risnavi, ul#menu",
    "skip link": "a.skip, a.skiplink, .skip-link, .skiplinks, .sprungmarken",
    "ReadSpeaker": '#readspeaker_button1, #rs_read_this, .rsbtn, .rs_skip, a[href*="readspeaker.com/"]',
    "breadcrumb": ".breadcrumb, .breadcrumbs",
    "banner": "body > header, [role=banner]",
    "footer": "body > footer, [role=contentinfo]",
    "search": "[role=search]",
    "script": "script, style, noscript, template",
}

# The safeguards of a removal: never one of these elements, never a node that holds (or is) a product's
# container, never more than this share of the page's text.
NEVER = frozenset({"html", "body", "main", "form", "article"})
KEEP = (
    "#allriscontainer, #allris, #rismain, #rismain_raw, #allrisContent, .allriscontent, #bomain, #vobetreff, "
    "#mainContent, #rimcontent, #div-content, .smccontenttable, .smctablesitzung, .keyvalue-row, #agenda"
)
MAX_SHARE = 0.4


@dataclass(frozen=True)
class Removal:
    """Nodes that `selector` finds may go; `rule` says in the log why."""

    rule: str
    selector: str


@dataclass(frozen=True)
class Cut:
    """What was cut from the front of a text: the rule, how many characters, and the text that is left."""

    rule: str
    chars: int
    text: str


def _removals() -> tuple[Removal, ...]:
    roots: dict[str, list[str]] = {}
    for mark, table in (("#", CONSENT_IDS), (".", CONSENT_CLASSES), ("", CONSENT_OTHER)):
        for product, names in table.items():
            roots.setdefault(f"consent: {product}", []).extend(mark + name for name in names)
    consent = tuple(Removal(rule, ", ".join(selectors)) for rule, selectors in roots.items())
    return (*consent, *(Removal(rule, selector) for rule, selector in FURNITURE_SELECTORS.items()))


REMOVALS = _removals()


def consent_selector() -> str:
    """One CSS selector for the root elements of all consent managers."""
    return ", ".join(rule.selector for rule in REMOVALS if rule.rule.startswith("consent: "))


# Words of consent banners and page heads, seen above real papers. Evidence only: they say why a text was
# cut, they never remove a sentence by themselves.
PHRASES: tuple[tuple[str, str], ...] = (
    ("consent banner", r"cookie-?(?:einstellungen|hinweis|zustimmung|banner|richtlinie)"),
    ("consent banner", r"(?:essentielle|notwendige) cookies|technisch notwendig"),
    ("consent banner", r"(?:verwendet|nutzt|setzt|verwenden|nutzen) (?:diese seite |wir )?\w* ?cookies"),
    ("consent banner", r"alle (?:cookies )?(?:akzeptieren|ablehnen|zulassen|auswählen)"),
    ("consent banner", r"^(?:etracker|matomo|youtube|google \w+|readspeaker) ?:$"),
    ("ReadSpeaker", r"^vorlesen$|drittanbieter-?funktion"),
    ("skip link", r"(?:zum|zur|direkt zum|direkt zur) (?:inhalt|hauptinhalt|seiteninhalt|seitenmenü)"),
    ("skip link", r"^sprungziele$|^schriftgröße\b"),
    ("menu", r"^(?:hauptnavigation|navigation|menü|suche|startseite|sie sind hier)\b"),
)
# Whole lines of the products' and towns' own furniture, lower case; they are no sentence of any paper.
FURNITURE_LINES = (
    r"\(?öffnet (?:(?:pdf-)?datei|link|seite|dokument)? ?in (?:einem )?neue[mn] (?:fenster|tab)\)?",
    r"reduzieren|erweitern|enthält anlagen|alle (?:auf|zu)klappen|grunddaten|vorlesen",
    r"allris[®\s]* ?(?:office integration|net)[\d. ]*|allris - \w+(?: - .*)?",
    r"software: sitzungsdienst.*|sessionnet\b.{0,60}",
    r"(?:zum |zur |direkt zum )?(?:seitenanfang|seiteninhalt|hauptinhalt|seitenmenü)",
    r"nach oben|zum inhalt springen",
    r"seite (?:drucken|weiterempfehlen|vorlesen|teilen)|druckansicht|druckversion|drucken",
    r"weiterempfehlen|per e-mail senden",
    r"(?:!\[\]\([^)]*\)|[|\s])+",
)
# Furniture only in the tail of a page: within a paper these may be headings ("Datenschutz").
FOOT_WORDS = (
    r"impressum|datenschutz(?:erklärung|hinweise?)?|kontakt|barrierefreiheit(?:serklärung)?|hilfe",
    r"sitemap|inhaltsverzeichnis|leichte sprache|gebärdensprache|facebook|instagram|youtube|newsletter",
    r"zurück|nach oben|seite (?:drucken|weiterempfehlen|teilen)|drucken|startseite|login|anmelden",
)
FOOT_LINES = (r"©.*|(?:copyright|\(c\)) .*|alle rechte vorbehalten\.?",)
LEGEND = "legende"
# A footer is not longer than so many lines.
_FOOT_DEPTH = 80

PAPER_WORDS = r"vorlage|drucksache|antrag|anfrage|mitteilung|bericht|vorgang|vorschlag|stellungnahme"
# The title line of a page. `kind` - `number`: "Vorlage - 2022/0072"; `reference` - `type`: "VO/2026/181 -
# öffentliche Beschlussvorlage"; `page` - `rest`: "Auszug - <item>", "Tagesordnung - <meeting>".
TITLE = re.compile(
    rf"(?P<kind>(?:\w[\w/-]* ){{0,4}}[\w/-]*(?:{PAPER_WORDS})[\w/-]*(?: [\w/-]+){{0,4}})"
    r" - (?P<number>(?=\D*\d)\S+(?: \S+){0,4})"
    r"|(?P<reference>(?=\D{0,12}\d)[\w./()-]+(?: [\w./()-]+){0,3})"
    rf" - (?P<type>(?:\w[\w/-]* ){{0,4}}[\w/-]*(?:{PAPER_WORDS})[\w/-]*)"
    r"|(?P<page>Auszug|Tagesordnung) - (?P<rest>\S.*)",
    re.IGNORECASE,
)
# Here the record has begun: a title line further down is a quotation in its body.
_BEGUN = re.compile(r"[\s-]*(?:Betreff|Beratungsfolge|Sachverhalt|Begründung|Beschlu(?:ss|ß)vorschlag)\s*:")
# A banner between two copies of the title is not longer.
_BANNER = 6000

_PHRASES = tuple((rule, re.compile(words, re.IGNORECASE)) for rule, words in PHRASES)
_FURNITURE = re.compile("|".join(FURNITURE_LINES))
_FOOT = re.compile(rf"(?:(?:{'|'.join(FOOT_WORDS)})[\s|·•>-]*)+|{'|'.join(FOOT_LINES)}")


def is_furniture_line(line: str) -> bool:
    """Whether a line of text is nothing but a print link, toggle word, product mark or table debris."""
    return _FURNITURE.fullmatch(" ".join(line.split()).lower().rstrip(" .:")) is not None


def is_foot_line(line: str) -> bool:
    """Whether a line is furniture when it stands in the tail of a page."""
    return is_furniture_line(line) or _FOOT.fullmatch(" ".join(line.split()).lower()) is not None


def evidence(text: str) -> str | None:
    """The kind of furniture whose words the text shows, None if it shows none."""
    lines = [line.strip() for line in text.split("\n")]
    return next((rule for rule, words in _PHRASES if any(map(words.search, lines))), None)


def read_title(line: str) -> re.Match[str] | None:
    """The groups of `TITLE` when the line is a page's title line."""
    folded = " ".join(line.split())
    return TITLE.fullmatch(folded) if " - " in folded and len(folded) < 1000 else None


def cut_front(text: str) -> Cut:
    """Drop what stands before the page's own title line; without one nothing is dropped.

    A title that a page head prints already above the banner counts where it is printed the second time.
    """
    titles: list[tuple[int, str]] = []
    offset = 0
    for line in text.split("\n"):
        if _BEGUN.match(line):
            break
        if read_title(line):
            titles.append((offset, " ".join(line.split())))
        offset += len(line) + 1
    if not titles:
        return Cut("no title line", 0, text)
    start, printed = titles[0]
    for later, again in titles[1:]:
        if again == printed and later - start < _BANNER and evidence(text[start:later]) == "consent banner":
            start = later
    return Cut(evidence(text[:start]) or "before the title line", start, text[start:])


def cut_foot(lines: list[str]) -> list[str]:
    """The lines without the furniture at their end: links of the footer, the icon legend.

    From the first foot line on everything goes if nothing but foot lines and a few words (an address) follow.
    """
    kept = list(lines)
    start = max(0, len(kept) - _FOOT_DEPTH)
    for index in range(start, len(kept)):
        if _ends_here(kept, index):
            del kept[index:]
            break
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _ends_here(lines: list[str], index: int) -> bool:
    line = lines[index]
    tail = [after for after in lines[index + 1 :] if after.strip()]
    if line.strip().lower().rstrip(":") == LEGEND:
        return bool(tail) and all(map(is_label_text, tail))
    if not line.strip() or not is_foot_line(line):
        return False
    alone = not any(line.strip() for line in tail)
    return alone or (any(map(is_foot_line, tail)) and all(map(is_label_text, tail)))


def is_label_text(line: str) -> bool:
    """A few words that are no sentence: the text of an icon, a link, a line of an address."""
    return is_foot_line(line) or (
        len(line.strip()) <= 60 and not line.rstrip().endswith((".", "!", "?", ";", ":"))
    )
