"""A page of a product as its reader sees it: parsed, with its content container, links and envelope."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from scraper import dom
from scraper.address import Address, Addresses
from scraper.dom import Html, Node
from scraper.errors import BrokenPageError
from scraper.page import Kind, Page, Parsed, Request
from scraper.records import Record
from scraper.stamp import record_id, stamp

# A path from the root without dot segments and empty parts: joining only puts the origin before it.
_ROOTED = re.compile(r"(?:/[\w-][\w.-]*)+/?(?:\?[^#]+)?")
# `./to010?SILFDNR=1`, `vo0050.php?__kvonr=1`: most links; taking them apart costs more than reading the page.
_PLAIN = re.compile(r"(?:\./)?(?:\w[\w.-]*/)*\w[\w.-]*(?:\?[^\s#]+)?")


class Link(NamedTuple):
    """An `<a href>`. `url`: absolute, as it stands; `goal`: the page of the product behind it, if any."""

    node: Node
    url: str
    goal: Address | None


@dataclass(frozen=True)
class View:
    """A parsed page. `main`: what holds the content; everything outside of it is the town's or the menu's."""

    page: Page
    html: Html
    main: Node
    vendor: str
    addresses: Addresses
    _links: dict[int, Link] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def base(self) -> str:
        """What relative addresses are relative to: `<base href>`, else the page's own address."""
        node = self.html.maybe("base[href]")
        return urljoin(self.page.url, dom.attr(node, "href")) if node is not None else self.page.url

    @cached_property
    def own(self) -> Address | None:
        """What the page's own address says; None when it was not given or is of another kind."""
        return self.addresses.read(self.page.url)

    @cached_property
    def _stamp(self) -> dict[str, Any]:
        return stamp(self.page, "", "", self.vendor)

    def envelope(self, kind: str, native_id: str) -> dict[str, Any]:
        """See `stamp`; all but the id is the same for all records of a page."""
        return {**self._stamp, "id": record_id(self.page, kind, native_id)}

    def id_of(self, kind: str, native_id: str | None) -> str | None:
        """The id of another record of this source; None without a number."""
        return record_id(self.page, kind, native_id) if native_id else None

    @cached_property
    def _folder(self) -> str:
        """What stands before plain relative addresses, "" where there is no telling."""
        folder, slash, _ = self.base.partition("#")[0].partition("?")[0].rpartition("/")
        return folder + slash if "://" in folder[:-1] else ""

    def join(self, href: str) -> str:
        """An address as the page prints it, absolute; most are plain, and `urljoin` is slow."""
        href = href.strip()
        if href.startswith(("https://", "http://")):
            return href
        if self._folder and _PLAIN.fullmatch(href):
            return self._folder + href.removeprefix("./")
        return self._origin + href if _ROOTED.fullmatch(href) else urljoin(self.base, href)

    @cached_property
    def _origin(self) -> str:
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    def link(self, node: Node) -> Link:
        """A link taken apart, once."""
        key = node.mem_id
        if key not in self._links:
            url = self.join(dom.attr(node, "href"))
            self._links[key] = Link(node, url, self.addresses.read(url))
        return self._links[key]

    def links(self, root: Node | None = None, selector: str = "a[href]") -> list[Link]:
        """The links below a node (default: the content), in the order of the page."""
        return [self.link(node) for node in (root or self.main).css(selector)]

    def goal(self, root: Node | None, *kinds: Kind) -> Address | None:
        """The first page of these kinds (default: of any) that a link in or below a node leads to."""
        if root is None:
            return None
        found = [root] if root.tag == "a" else root.css("a[href]")
        goals = (self.link(node).goal for node in found)
        return next((goal for goal in goals if goal and (not kinds or goal.kind in kinds)), None)

    def told(
        self,
        records: Iterable[Record],
        follow: Iterable[Request] = (),
        own: str | None = None,
    ) -> Parsed:
        """What the page told; what is left of it is handed to `accounting`. The page is used up."""
        return Parsed(tuple(records), tuple(dict.fromkeys(follow)), own, tuple(dom.pieces(self.main)))


def open_page(page: Page, vendor: str, addresses: Addresses, containers: str) -> View:
    """Parse; BrokenPageError when none of the containers (selectors, the narrowest first) is there."""
    html = dom.read(page)
    for selector in containers.split(", "):
        main = html.maybe(selector)
        if main is not None:
            return View(page, html, main, vendor, addresses)
    raise BrokenPageError(page.url, f"no content container ({containers})")


def requests(links: Iterable[Link], kinds: Collection[Kind]) -> list[Request]:
    """Requests for the pages of these kinds behind the links, each once, in order."""
    goals = [link.goal for link in links if link.goal and link.goal.kind in kinds]
    return list(dict.fromkeys(Request(goal.url, goal.kind) for goal in goals))
