"""Documents that a page offers: links and mini forms to files, told by ending, address, tooltip or place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from scraper import text
from scraper.documents import role_of, without_size
from scraper.page import Kind
from scraper.records import Attachment, Role
from scraper.vendors.generic import identity, words
from scraper.vendors.generic.sheet import Link, Sheet

_ENDINGS = r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|odp|rtf|zip|tiff?|jpe?g|png|dwg|msg|eml|csv|txt)"
_ENDING = re.compile(rf"(?i){_ENDINGS}(?:$|[?&#])")
_NAMED = re.compile(rf"(?i){_ENDINGS}$")
# Words of addresses that hand out files; the weaker ones are also words of pages.
_STRONG = re.compile(
    r"(?i)(?<![a-z])(?:get-?file|download|dl|attachment|file-?download|datei(?:en)?|getdoc\w*)(?![a-z])"
)
_WEAK = re.compile(r"(?i)(?<![a-z])(?:dokumente?|documents?|files?|anlagen?|blob|resource|media)(?![a-z])")
_SPOKEN = re.compile(
    r"(?i)\bpdf\b|öffne[tn]\b.*\b(?:datei|dokument)|dokument\b.*\b(?:öffnen|herunterladen|download)|dateityp"
    r"|herunterladen|\bdownload\b|\b\d+(?:[.,]\d+)? ?[kmg]i?b(?:yte)?s?\b|dateigröße"
)
# Said of nothing but documents.
_OPENS = re.compile(r"(?i)öffne[tn]\b.{0,40}\b(?:pdf|datei|dokument)|\bim pdf-format\b|dateityp|\.pdf\b")
_FORM = re.compile(r"(?i)\bpdf|dokument|datei")
_NO_FILE = re.compile(
    r"(?i)\bics\b|\brss\b|druckansicht|drucken|kalender|exportieren|lesezeichen|senden|vorlesen"
)
# What is printed behind a name: "(exportiert: 29.08.2024)", "(PDF, 98 KB)", "PDF, 1,2 MB", "(öffnet in …)".
_SIZE = r"(?:ca\. )?\d+(?:[.,]\d+)* ?[kmg]i?b(?:yte)?s?"
_TAILS = re.compile(
    r"(?i)\s*\((?:exportiert|stand|erstellt|hochgeladen|vom):? ?[\d.: ]*(?:, aktualisiert:? [\d.: ]*)?\)$"
    rf"|\s*\((?:pdf|docx?|xlsx?|zip)?[-, ]*(?:datei|dokument)?[,; ]*(?:{_SIZE})?[,; ]*"
    r"(?:nicht barrierefrei|öffnet.*)?\)$"
    rf"|\s*[-–,|]?\s*(?:pdf|docx?)?[ ,]*{_SIZE}$"
)
_ATTACHED = re.compile(r"(?i)anl(?:age|\.)|anhang|\d+[.)] ?anl")

_WHOLE = re.compile(r"(?i)druckversion|originaldokument|vorlagendokument|volltext")
_ROWS = frozenset(("tr", "li"))
# Words beside the links of a leaf that tell nothing, cells of a row of documents.
_FEW, _WIDEST = 3, 12
_QUOTED = re.compile(
    r"(?i)öffne[tn]\b.*?['‘\"„](.+?)['’\"“]|^(.+?) (?:im pdf-format )?(?:öffnen|herunterladen)$"
)
_SAID = re.compile(
    r"(?i)dokument download.*|(?:pdf|datei|dokument)(?:[ -]\w+)? ?(?:öffnen|herunterladen|anzeigen)?"
)


@lru_cache(maxsize=2048)
def _by_address(url: str) -> bool | None:
    """Whether an address hands out a file by its ending or words; None where it may."""
    parts = urlsplit(url)
    if parts.path.endswith((".ics", ".rss", ".xml")):
        return False
    if _ENDING.search(unquote(f"{parts.path}?{parts.query}")):
        return True
    printed = f"{parts.path}?{parts.query}"
    if not any(map(str.isdigit, printed)):
        return False
    if _STRONG.search(printed):
        return True
    return None if _WEAK.search(printed) else False


def is_file(link: Link, *, among: bool = False) -> bool:
    """Whether a link leads to a document. `among`: it stands under a heading such as "Anlagen"."""
    return _is_file(link.url, link.text, link.tip, bool(link.form), among)


@lru_cache(maxsize=4096)
def _is_file(url: str, printed: str, tip: str, form: bool, among: bool) -> bool:
    spoken = f"{tip} {printed}"
    if _NO_FILE.search(spoken):
        return False
    if form:
        return _FORM.search(spoken) is not None
    by_address = _by_address(url)
    if by_address is not None and not among and not tip and "." not in printed:
        return by_address
    told = _SPOKEN.search(spoken) is not None or _NAMED.search(printed) is not None
    return bool(by_address or among or _OPENS.search(spoken) or (told and by_address is None))


def name_of(link: Link) -> str | None:
    """The printed name without size, export date and the like; a tooltip's words where nothing is printed."""
    printed = without_tails(link.text)
    if printed:
        return printed
    quoted = _QUOTED.search(link.tip)
    said = (quoted[1] or quoted[2]) if quoted else link.tip
    return None if not said or _SAID.fullmatch(said) else without_tails(said) or None


@lru_cache(maxsize=2048)
def without_tails(printed: str) -> str:
    """`Lageplan (exportiert: 29.08.2024) (98 KB)` → `Lageplan`."""
    before = ""
    while before != printed:
        before, printed = printed, _TAILS.sub("", without_size(printed)).strip()
    return text.clean(printed)


def name_in_row(sheet: Sheet, link: Link) -> str | None:
    """The name of a document in a list of them, where its link only says "Dokument anzeigen"."""
    leaf = sheet.leaves[link.leaf]
    row = (leaf if leaf.tag in _ROWS else None) or leaf.within("tr") or leaf.within("li")
    name = name_of(link)
    if row is None or (name and not _SAID.fullmatch(name)):
        return name
    files = [one for one in sheet.linked(row.start, row.end) if is_file(one, among=True)]
    texts = [one.text for one in sheet.leaves[row.start : row.end] if any(map(str.isalpha, one.text))]
    named = [text for text in map(without_tails, texts) if text and _SAID.fullmatch(text) is None]
    return named[0] if named and len(files) == 1 else name


def attachment(link: Link, role: Role, own: str = "", name: str | None = None) -> Attachment:
    """A link as an attachment. `own`: the number of the page, which is no document's."""
    native = identity.number(link.url, Kind.FILE, own)
    return Attachment(
        name=name or name_of(link),
        url=link.action if link.form else link.url,
        method="POST" if link.form else "GET",
        form=dict(link.form),
        native_id=native or None,
        role=role,
    )


def once(found: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Each document once: by its number, else its address, else role and name; a name beats none."""
    kept: dict[object, Attachment] = {}
    for one in found:
        key = one.native_id or (one.url, *sorted(one.form.items()))
        before = kept.get(key)
        if before is None or (before.name is None and one.name):
            kept[key] = one
    named: dict[object, Attachment] = {}
    for one in kept.values():
        named.setdefault(one.native_id or (one.role, one.name or one.url), one)
    return tuple(named.values())


def role_in_paper(name: str | None, *, among: bool) -> Role:
    """What a document of a paper is for. `among`: it stands under "Anlagen"."""
    if name is None or _ATTACHED.match(name):
        return "attachment"
    if words.KIND_OF_PAPER.fullmatch(name) or _WHOLE.match(name):
        return role_of(name, "main")
    if among:
        return "attachment"
    told = role_of(name, "main")
    return told if told != "main" or words.PAPER.search(name) else "attachment"


def take(sheet: Sheet, link: Link, *, among: bool) -> None:
    """Takes the leaf of a document's link; under a heading for documents its row or entry too."""
    links = sheet.linked(link.leaf, link.leaf + 1)
    if len(leftover(sheet, link.leaf, links).split()) <= _FEW:
        sheet.used.add(link.leaf)
    leaf = sheet.leaves[link.leaf]
    row = (leaf if leaf.tag in _ROWS else None) or leaf.within("tr") or leaf.within("li")
    if among and row is not None and row.end - row.start <= _WIDEST:
        sheet.take(row.start, row.end)


def leftover(sheet: Sheet, number: int, links: Iterable[Link]) -> str:
    """What a leaf prints beside its links and their sizes."""
    printed = sheet.leaves[number].text
    for link in links:
        if link.text:
            printed = printed.replace(link.text, " ", 1)
    return without_tails(text.clean(printed))
