"""The researched installations: a town's name → the address and the product of its system.

One row of `data/installations.csv` is one installation; `docs/catalog.md` tells where the rows come from.
A user has a catalog of the same form beside it (`ris catalog add`), whose rows stand above the shipped ones.
The facts are of mixed age (`verified`): they are where a crawl begins, the site itself has the last word.
"""

from __future__ import annotations

import csv
import re
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from scraper.errors import StorageError, UsageError, without_login
from scraper.page import Source
from scraper.stamp import slug

_ROWS = Path(__file__).parent / "data" / "installations.csv"
# `…/oparl/system`, `…/oparl/1.0/system.asp`, `…/webservice/oparl/v1.1/system`, `oparl.dresden.example/system`
_ENDPOINT = re.compile(r"(?i)/oparl(?:/|$)|/system$")
# The last part of a path that is a program or a document, not a folder: `allris.net.asp`, `infobi.php`.
_PROGRAM = re.compile(r"[^/]+\.(aspx?|php|html?|jsp|xsp)$", re.IGNORECASE)
# `herne.de/allris` and `127.0.0.1:8000` are addresses; no name in the catalog has a dot, colon or slash.
_ADDRESS = re.compile(r"[.:/]")
# Rows whose generation nobody noted: the start page tells.
_UNSURE = frozenset({"allris"})


@dataclass(frozen=True)
class Installation:
    """One row. `vendor`: the product's slug; `ags`: the official municipality key.

    `robots`: "", `forbids` or `bot_check` as last seen; `verified`: the year or day on which the row was last
    right; `origin`: where the row comes from (`research`, `probe`).
    """

    name: str
    place: str
    state: str
    ags: str
    vendor: str
    base_url: str
    oparl_url: str
    robots: str
    verified: str
    note: str
    origin: str

    def source(self) -> Source:
        vendor = None if self.vendor in _UNSURE else self.vendor
        oparl = self.oparl_url or None
        return Source(self.name, self.base_url, vendor, self.place, oparl)


COLUMNS = tuple(field.name for field in fields(Installation))


@cache
def installations() -> tuple[Installation, ...]:
    """Every row, sorted by name. UsageError when the user's own catalog cannot be read."""
    rows = {row.name: row for path in (_ROWS, own_file()) for row in _read(path)}
    return tuple(rows[name] for name in sorted(rows))


def own_file() -> Path:
    """The user's own catalog; it need not be there."""
    import platformdirs  # a tenth of the start of a command that needs no catalog

    return platformdirs.user_data_path("ris-scraper") / "installations.csv"


def _read(path: Path) -> list[Installation]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [Installation(**row) for row in csv.DictReader(file)]
    except FileNotFoundError:
        return []
    except (OSError, TypeError, ValueError) as error:
        raise UsageError(
            f"{path}: the catalog cannot be read ({error}); its columns are {', '.join(COLUMNS)}"
        ) from None


def add(row: Installation) -> Path:
    """Puts a row into the user's own catalog, in the place of one with the same name; returns its file.

    Raises StorageError.
    """
    path = own_file()
    rows = {one.name: one for one in (*_read(path), row)}
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(asdict(rows[name]) for name in sorted(rows))
        temporary.replace(path)
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror or error}; what was there is untouched") from error
    installations.cache_clear()
    return path


def find(name: str) -> Source:
    """The installation called `name`, also by its place (`Lübeck`); UsageError with the nearest names."""
    wanted = slug(name)
    for row in installations():
        if row.name == wanted:
            return row.source()
    near = nearest(name)
    guess = f"; near: {', '.join(near)}" if near else ""
    raise UsageError(
        f"{name}: no such name in the catalog{guess} (search it: ris catalog WORD, or give an address)"
    )


def search(word: str = "") -> list[Installation]:
    """Rows whose name, place, state, product or address contain every word of `word`."""
    words = [part.casefold() for part in word.split()]
    return [row for row in installations() if all(_mentions(row, part) for part in words)]


def _mentions(row: Installation, word: str) -> bool:
    told = (row.name, row.place, row.state, row.vendor, row.base_url, row.ags)
    return any(word in value.casefold() for value in told) or (bool(slug(word)) and slug(word) in row.name)


def nearest(name: str, count: int = 5) -> list[str]:
    """Names that look like `name`: those that contain it first, then those that are spelled like it."""
    import difflib

    wanted = slug(name)
    names = [row.name for row in installations()]
    inside = [known for known in names if wanted and wanted in known]
    alike = difflib.get_close_matches(wanted, names, n=count, cutoff=0.7)
    return list(dict.fromkeys([*inside, *alike]))[:count]


def resolve(text: str) -> Source:
    """What `ris crawl SOURCE` means: an address, known to the catalog or not, or a name; else UsageError.

    Whoever gives an address wants what is there now: its product is left to the start page.
    """
    text = text.strip()
    if not text:
        raise UsageError("the source is empty (give a name of the catalog or an address)")
    if not _ADDRESS.search(text):
        return find(text)
    base_url = base_of(text)
    for row in installations():
        if _place_of(row.base_url) == _place_of(base_url):
            return replace(row.source(), vendor=None)
    return Source(name=urlsplit(base_url).hostname or "", base_url=base_url)


def address(text: str) -> str:
    """An address of a page as it is, with a scheme; UsageError for what is none."""
    base_of(text)
    return text if "://" in text else f"https://{text}"


def base_of(address: str) -> str:
    """The folder of a start page: `herne.de/allris/allris.net.asp?x=1` → `https://herne.de/allris/`.

    The address of an OParl endpoint is one of an object, not of a folder, and stays as it is.
    """
    full = address if "://" in address else f"https://{address}"
    shown = without_login(full) if full == address else without_login(f"//{address}")[2:]
    try:
        parts = urlsplit(full)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"{shown}: no valid address ({error})") from None
    if parts.scheme.lower() not in ("http", "https") or not host or any(map(str.isspace, full)):
        raise UsageError(f"{shown}: no address of a web page (it must begin with http:// or https://)")
    if parts.username is not None:
        raise UsageError(f"{host}: addresses with a user name or password are not supported")
    path = parts.path
    if not _ENDPOINT.search(path):
        path = f"{_PROGRAM.sub('', path).rstrip('/')}/"
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme.lower()}://{name}{f':{port}' if port else ''}{path}"


def _place_of(url: str) -> tuple[str, int | None, str]:
    """What makes two addresses the same installation: neither the scheme nor a leading `www.`."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.port, parts.path.casefold()
