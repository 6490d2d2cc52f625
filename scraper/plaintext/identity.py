"""Numbers and addresses: what the address of a page tells about the record in it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

# kind → parameters that number it, of ALLRIS and of SessionNet.
PARAMETERS = {
    "paper": ("VOLFDNR", "__KVONR"),
    "agenda_item": ("TOLFDNR", "__KTONR"),
    "meeting": ("SILFDNR", "__KSINR"),
}
# An id made of words is cut here.
LONGEST = 120


def _own(url: str, kind: str) -> tuple[str, str] | None:
    pairs = parse_qsl(urlsplit(url).query)
    return next(((n, v) for n, v in pairs if n.upper() in PARAMETERS[kind] and v.isdigit()), None)


def native_id(url: str, kind: str) -> str | None:
    """The product's number of the record, None when the address does not carry it."""
    own = _own(url, kind)
    return own[1] if own else None


def kept_url(url: str, kind: str) -> str | None:
    """The address with nothing but the number that identifies the record; None without an address."""
    own = _own(url, kind)
    if own is None:
        return url.partition("#")[0] or None
    parts = urlsplit(url)
    name = own[0] if own[0].startswith("__") else own[0].upper()
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode([(name, own[1])]), ""))
