"""An answer while it is read: its objects, the envelope of their records, and what they lead to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urljoin

from scraper import german
from scraper.objects import Object
from scraper.objects import shown as printed_value
from scraper.page import Kind, Page, Request
from scraper.records import Record
from scraper.stamp import stamp
from scraper.vendors.oparl import keys
from scraper.vendors.oparl.endpoint import Endpoint, native_id

NAME = "oparl"
R = TypeVar("R", bound=Record)
_ADDRESS = ("http:", "https:")


class Thing(Object):
    """An OParl object. `kind`: the word of its type, `…/1.1/AgendaItem` → `agendaitem`, "" without one."""

    __slots__ = ("id", "kind")

    def __init__(self, values: dict[str, Any], kind: str = "") -> None:
        self.values = values  # what Object does: there are hundreds a page
        self._taken = set()
        told = values.get("type")
        self.kind = told.rstrip("/").rpartition("/")[2].lower() if isinstance(told, str) else kind
        address = values.get("id")
        self.id = address.strip() if isinstance(address, str) else ""

    @property
    def deleted(self) -> bool:
        """Whether it is a tombstone."""
        return "deleted" in self.values and self.flag("deleted") is True

    def refs(self, key: str, kind: str = "") -> list[Ref]:
        """What a key refers to: addresses, embedded objects, one or a list of them.

        `kind`: of embedded objects that do not tell theirs. Tombstones and null are left out. What is only an
        address stays for `extra` where no key of the records holds it; what is neither stays as well.
        """
        value = self.values.get(key)
        if value is None:
            return []
        found: list[Ref] = []
        understood, named = True, False
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, str) and one.startswith(_ADDRESS):
                found.append(Ref(one.strip(), None))
                named = True
            elif isinstance(one, dict):
                thing = Thing(one, kind)
                if one and not thing.deleted:
                    found.append(Ref(thing.id, thing))
            elif one:
                understood = False
        if understood and not (named and key in keys.known(self.kind)):
            self._taken.add(key)
        return found

    def address(self, *names: str) -> str | None:
        """The first of the keys that holds an address; "" and "N/A" are none."""
        for key in names:
            value = self.values.get(key)
            if isinstance(value, str) and value.startswith(_ADDRESS):
                return value.strip()
        return None

    def left(self) -> list[tuple[str, str, bool]]:
        """(key, printed, known) of every key that holds something and nobody took."""
        taken, idle = self._taken, keys.worthless(self.kind)
        left = [key for key in self.values if key not in taken and key not in idle]
        if not left:
            return []
        known = keys.known(self.kind)
        told = ((key, shown(self.values[key])) for key in left)
        return [(key, line, key in known or keys.is_vendors_own(key)) for key, line in told if line]


class Ref(NamedTuple):
    """A reference. `url`: the object's id, "" of an embedded one without; `thing`: the object if embedded."""

    url: str
    thing: Thing | None


NOBODY = Ref("", None)


class Answer:
    """One page. `follow`: what the objects lead to; `notes`: warnings that are of no single object.

    `embedded`: objects that stand where others print an address; they are still to be read.
    """

    def __init__(self, page: Page, own: Iterable[str]) -> None:
        self.page = page
        self.endpoint = Endpoint(page.url, own)
        self.follow: dict[Request, None] = {}
        self.notes: dict[str, None] = {}
        self.embedded: list[Thing] = []
        self._asked: set[tuple[str, Kind, dt.date | None]] = set()
        self._stamp = stamp(page, "", "", NAME)
        self._source = page.source_name

    def id_of(self, kind: str, address: str | None) -> str | None:
        """The id of the record that an object's address stands for."""
        number = native_id(address) if address else ""
        return f"{self._source}:{kind}:{number}" if number else None

    def want(self, ref: Ref, kind: Kind, day: dt.date | None = None) -> None:
        """Read what is embedded, follow what is only named."""
        if ref.thing is None:
            self.ask(ref.url, kind, day)
        elif ref.thing.id:  # without one its name is all there is
            self.embedded.append(ref.thing)

    def ask(self, address: str, kind: Kind, day: dt.date | None = None) -> None:
        """Follow an address; the page itself is not asked for again."""
        if address and (wanted := (address, kind, day)) not in self._asked:
            self._asked.add(wanted)
            url = self.endpoint.served(
                address if address.startswith(_ADDRESS) else urljoin(self.page.url, address)
            )
            if url.startswith(_ADDRESS) and url != self.page.url:
                self.follow[Request(url, kind, date=day)] = None

    def envelope(self, kind: str, native: str) -> dict[str, Any]:
        """See `stamp`; all but the id is the same for all records of a page."""
        return {**self._stamp, "id": f"{self._source}:{kind}:{native}"}

    def record(
        self,
        form: type[R],
        thing: Thing,
        values: dict[str, Any],
        parts: Iterable[Ref] = (),
        native: str = "",
    ) -> R:
        """The record of an object with what is left of it in `extra`; a tombstone keeps its id alone.

        `values`: the record's own keys, and `warnings`, `extra` to begin with; used up. `parts`: embedded
        objects that were read, and whose other keys belong to the record. `native`: its number without an id.
        """
        web = thing.address("web")
        envelope = self.envelope(form.model_fields["kind"].default, native or native_id(thing.id, web))
        if thing.deleted:
            return form(**envelope, url=web or thing.id, gone="deleted")
        extra, warnings = left_over(thing, parts, values.get("name") or values.get("subject") or "")
        if web and thing.id and web != thing.id:
            extra = {"id": thing.id, **extra}  # what other objects refer to it by
        values["extra"] = {**values.get("extra", {}), **extra}
        values["warnings"] = (*values.get("warnings", ()), *warnings)
        return form(**envelope, url=web or thing.id or None, **values)


def left_over(thing: Thing, parts: Iterable[Ref] = (), name: str = "") -> tuple[dict[str, str], list[str]]:
    """What no key of the record holds, label → printed, and warnings for labels that are not known.

    `name`: what the record is called; keywords and parts of names that it holds are not told again.
    """
    extra, unknown = {}, []
    if own := thing.left():
        extra = {key: line for key, line, _ in own if key not in keys.OF_NAMES or line not in name}
        unknown = [key for key, _, known in own if not known]
    for part in parts:
        for key, line, known in part.thing.left() if part.thing else ():
            label = f"{part.thing.kind if part.thing else ''}.{key}"
            extra[label] = f"{extra[label]}; {line}" if extra.get(label, line) != line else line
            unknown += [] if known or label in unknown else [label]
    return extra, [f"unknown_label:{label}" for label in unknown]


def shown(value: Any) -> str | None:
    """What stands in `extra`: words and addresses of a list one after the other."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "; ".join(Object({"": value}).strings("")) or None
    return printed_value(value)


_NO_RESULT: dict[str, Any] = {"result": None, "outcome": None, "votes": None, "warnings": ()}


def result(printed: str | None) -> dict[str, Any]:
    """Keys `result`, `outcome`, `votes` and a warning for a wording that is not known."""
    if printed is None:
        return _NO_RESULT
    outcome, known = german.outcome(printed)
    warnings = () if known else ("unmapped_result",)
    return {"result": printed, "outcome": outcome, "votes": german.votes(printed), "warnings": warnings}
