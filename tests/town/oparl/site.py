"""All addresses of the two endpoints and their bytes: no sockets here."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from typing import Any

from tests.town import sites
from tests.town.sites import Answer, Asked, Session
from tests.town.truth import Truth

from .addresses import Addresses, AddressesAllris
from .objects import Objects, ObjectsAllris, Thing, is_thin
from .truth import TruthAllris, TruthOParl

JSON = "application/json; charset=utf-8"
TOMBSTONE = 1009999  # a paper that was deleted


def missing(version: str) -> Answer:
    """An Error object."""
    told = {"type": f"https://schema.oparl.org/{version}/Error", "message": "Object not found"}
    return Answer(json.dumps(told).encode(), 404, JSON)


class Site(sites.Site):
    """SessionNet: ids say `/oparl/…`, answered is below `/ris/oparl/`; ten objects a page."""

    prefix = "/ris/oparl/"
    start = "system"
    page_size = 10

    def answer(self, asked: Asked, session: Session) -> Answer:
        make = self._made(f"http://{asked.headers['host']}")
        found = make.get(asked.path.removeprefix(self.prefix))
        if found is None:
            return missing("1.1")
        return _json(self.listed(asked, found()))

    def listed(self, asked: Asked, found: Any) -> Any:
        """A page of a list, or the object."""
        if not isinstance(found, list):
            return found
        number = int(asked.values.get("page", "1"))
        size, last = self.page_size, -(-len(found) // self.page_size)
        base = f"http://{asked.headers['host']}/oparl/{asked.path.removeprefix(self.prefix)}?page="
        links = {"first": f"{base}1", "self": f"{base}{number}", "last": f"{base}{last}"}
        if number < last:
            links["next"] = f"{base}{number + 1}"
        pagination = {
            "totalElements": len(found),
            "elementsPerPage": size,
            "currentPage": number,
            "totalPages": last,
        }
        data = found[(number - 1) * size : number * size]
        return {"data": data, "pagination": pagination, "links": links}

    def _made(self, root: str) -> dict[str, Callable[[], Any]]:
        """Path below the prefix → what answers there."""
        if root not in self._roots:
            addresses = Addresses(self.council, root)
            self._roots[root] = _paths(Objects(self.council, addresses), addresses.base + "/")
        return self._roots[root]

    @cached_property
    def _roots(self) -> dict[str, dict[str, Callable[[], Any]]]:
        return {}

    def truth(self, base: str) -> Truth:
        root = base.removesuffix(self.prefix)
        return TruthOParl(self.council, base, Addresses(self.council, root))


class SiteAllris(Site):
    """ALLRIS 3: programs with parameters, a list that fails once, a list whose pages go round."""

    prefix = "/bi/oparl/1.0/"
    start = "system.asp"
    page_size = 25
    paging = "organizations.asp?body=1"  # answers 500 first, so it is asked for twice
    _failed = False

    def answer(self, asked: Asked, session: Session) -> Answer:
        program, values = asked.path.removeprefix(self.prefix), asked.values
        if program == "organizations.asp" and "body" in values and not self._failed:
            self._failed = True
            return Answer(b"<html><body>500 - Internal server error.</body></html>", 500)
        wanted = "&".join(f"{key}={values[key]}" for key in ("body", "typ", "id") if key in values)
        found = self._made(f"http://{asked.headers['host']}").get(f"{program}?{wanted}".rstrip("?"))
        return missing("1.0") if found is None else _json(self.listed(asked, found()))

    def listed(self, asked: Asked, found: Any) -> Any:
        if not isinstance(found, list):
            return found
        number, last = int(asked.values.get("p", "1")), -(-len(found) // self.page_size)
        base = f"http://{asked.headers['host']}{asked.path}?body=1&p="
        after = number % last + 1 if "persons" in asked.path else number + 1  # persons begin again
        links = {"first": f"{base}1"} | ({"next": f"{base}{after}"} if after <= last else {})
        return {"data": found[(number - 1) * self.page_size : number * self.page_size], "links": links}

    def _made(self, root: str) -> dict[str, Callable[[], Any]]:
        if root not in self._roots:
            addresses = AddressesAllris(self.council, root)
            made = ObjectsAllris(self.council, addresses)
            paths = _paths(made, addresses.base + "/")
            listed = [made.thin(one) if is_thin(one) else made.paper(one) for one in self.council.listed]
            gone = made.thing("Paper", addresses.one("papers", TOMBSTONE), deleted=True, name="")
            paths["papers.asp?body=1"] = lambda: [*listed[:3], gone, *listed[3:]]
            self._roots[root] = paths
        return self._roots[root]

    def truth(self, base: str) -> Truth:
        root = base.removesuffix(self.prefix)
        return TruthAllris(self.council, base, AddressesAllris(self.council, root), TOMBSTONE)


def _paths(made: Objects, base: str) -> dict[str, Callable[[], Any]]:
    """What answers where; objects are made when they are asked for."""
    council, at, town = made.council, made.at, made.town()
    public = council.listed
    lists: dict[str, Callable[[], Any]] = {
        made.system()["id"]: made.system,
        made.system()["body"]: lambda: [town],
        town["id"]: lambda: town,
        town["organization"]: made.organizations,
        town["person"]: lambda: [made.person(one) for one in council.people],
        town["meeting"]: lambda: [made.meeting(one) for one in council.meetings],
        town["paper"]: lambda: [made.paper(one) for one in public],
    }
    ones: dict[str, Callable[[], Thing]] = {one["id"]: (lambda one=one: one) for one in made.organizations()}
    ones |= {at.person(one): (lambda one=one: made.person(one)) for one in council.people}
    ones |= {at.member(one): (lambda one=one: made.member(one)) for one in council.members}
    ones |= {at.meeting(one): (lambda one=one: made.meeting(one)) for one in council.meetings}
    ones |= {at.paper(one): (lambda one=one: made.paper(one)) for one in public}
    for meeting in council.meetings:
        for order, item in enumerate(meeting.items, 1):
            ones[at.item(item)] = lambda item=item, order=order: made.item(item, order)
    for paper in public:
        for step in range(len(at.steps(paper))):
            ones[at.consultation(paper, step)] = lambda p=paper, s=step: made.consultation(p, s)
    return {address.removeprefix(base): tell for address, tell in (lists | ones).items()}


def _json(told: Any) -> Answer:
    return Answer(json.dumps(told, ensure_ascii=False).encode(), media=JSON)
