"""What the things of the town are called at its endpoints."""

from __future__ import annotations

from functools import cached_property

from tests.town.model import Body, Council, Item, Meeting, Member, Paper, Person, Station, Stop
from tests.town.words import DEPARTMENTS

Step = tuple[Station, Stop | None]


class Addresses:
    """SessionNet: ids as paths below `/oparl`, although the endpoint answers below `/ris/oparl`."""

    def __init__(self, council: Council, root: str) -> None:
        self.council = council
        self.root = root
        self.base = f"{root}/oparl"
        self.town = f"{self.base}/bodies/0001"

    def list(self, name: str) -> str:
        return f"{self.town}/{name}"

    def one(self, name: str, number: str | int) -> str:
        return f"{self.town}/{name}/{number}"

    def body(self, body: Body) -> str:
        return self.one("organizations/gr", body.gra)

    def department(self, name: str) -> str:
        return self.one("organizations/at", 61 + DEPARTMENTS.index(name))

    def person(self, person: Person) -> str:
        return self.one("people", self.number(person))

    def member(self, member: Member) -> str:
        return self.one("memberships", 11000 + self.council.members.index(member))

    def meeting(self, meeting: Meeting) -> str:
        return self.one("meetings", meeting.number)

    def item(self, item: Item) -> str:
        return self.one("agendaitems", item.number)

    def paper(self, paper: Paper) -> str:
        return self.one("papers/vo", paper.number)

    def consultation(self, paper: Paper, step: int) -> str:
        return self.one("consultations", f"{paper.number}{step}")

    def file(self, number: int) -> str:
        return self.one("files", number)

    def download(self, number: int) -> str:
        return f"{self.town}/downloadfiles/{number:08d}.pdf"

    def native(self, body: Body) -> str:
        """The number of a body's record."""
        return str(body.gra)

    def number(self, person: Person) -> int:
        """Whoever has no page in the town's other systems has a number here all the same."""
        return person.number or 1009000 + self.council.people.index(person)

    def steps(self, paper: Paper) -> list[Step]:
        """The rows of a paper's way."""
        return [(station, stop) for station in paper.stations for stop in (station.stops or [None])]

    @cached_property
    def on_agenda(self) -> dict[int, str]:
        """Number of an item → its consultation."""
        return {
            stop.item.number: self.consultation(paper, step)
            for paper in self.council.papers
            for step, (_, stop) in enumerate(self.steps(paper))
            if stop and stop.item and paper.public
        }


class AddressesAllris(Addresses):
    """ALLRIS 3: ids as programs with parameters, beside the pages for people."""

    def __init__(self, council: Council, root: str) -> None:
        super().__init__(council, root)
        self.base = f"{root}/bi/oparl/1.0"

    def list(self, name: str) -> str:
        return f"{self.base}/{name}.asp?body=1"

    def one(self, name: str, number: str | int) -> str:
        return f"{self.base}/{name}.asp?id={number}"

    def body(self, body: Body) -> str:
        return f"{self.base}/organizations.asp?typ=gr&id={body.gra}"

    def department(self, name: str) -> str:
        return f"{self.base}/organizations.asp?typ=at&id={61 + DEPARTMENTS.index(name)}"

    def person(self, person: Person) -> str:
        return self.one("persons", self.number(person))

    def item(self, item: Item) -> str:
        return self.one("agendaItems", item.number)

    def paper(self, paper: Paper) -> str:
        return self.one("papers", paper.number)

    def file(self, number: int) -> str:
        return f"{self.base}/files.asp?dtyp=130&id={number}"

    def download(self, number: int) -> str:
        return f"{self.root}/bi/do027.asp?DOLFDNR={number}"

    def native(self, body: Body) -> str:
        return body.key

    def web(self, program: str, field: str, number: int) -> str:
        """The page for people."""
        return f"{self.root}/bi/{program}.asp?{field}={number}"
