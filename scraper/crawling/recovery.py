"""After a crash: answers that are in the archive but not in the store are worked off, not asked for again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scraper.archive import headers_of, page_of
from scraper.crawling.loop import Crawling
from scraper.crawling.visits import Answer
from scraper.errors import FetchError, GoneError, RetryLater
from scraper.fetcher import RETRIED, WHOLE_HOST, Fetcher, Validators
from scraper.merging.contribution import page_key
from scraper.page import Exchange, Kind, Request, Source
from scraper.state import Task
from scraper.store import Store
from scraper.wire.cookies import Jar
from scraper.wire.encoding import EncodingError
from scraper.wire.hops import REDIRECTS, named

_ROBOTS = "/robots.txt"  # asked for anew by every start of the program


def recover(
    left: Iterable[Exchange], crawling: Crawling, fetcher: Fetcher, store: Store, source: Source
) -> None:
    """Works off what `Archive.recover` returned, in order, cookies included.

    What is not a final answer (a redirect without its goal, a cut body) is asked for again.
    """
    jar = Jar()
    jar.load(fetcher.cookies())
    for chain in _chains(left):
        for exchange in chain:
            jar.take(exchange.url, _values(exchange, b"set-cookie"), exchange.fetched_at)
        fetcher.restore_cookies(jar.dump())
        heard = _heard(chain[-1], source)
        if heard is None:
            continue
        key = page_key(chain[0], lambda url: url)
        task = store.pending_task(key) or Task(key, Request(chain[0].url, Kind.START))
        crawling.recovered(task, heard, chain)


def _chains(left: Iterable[Exchange]) -> Iterator[list[Exchange]]:
    """Each request with the redirects behind it."""
    chain: list[Exchange] = []
    for exchange in left:
        if exchange.url.partition("?")[0].endswith(_ROBOTS):
            continue
        chain.append(exchange)
        if exchange.status not in REDIRECTS:
            yield chain
            chain = []


def _heard(last: Exchange, source: Source) -> Answer | FetchError | None:
    """What the fetcher would have made of the final answer; None: to be asked for again."""
    status = last.status
    if last.truncated:
        return None
    if status >= 500 or status in RETRIED:
        return RetryLater(last.url, named(status), whole_host=status in WHOLE_HOST)
    if status in {404, 410}:
        return GoneError(last.url, named(status), status)
    if status != 304 and not 200 <= status < 300:
        return None
    validators = Validators(_value(last, b"etag"), _value(last, b"last-modified"))
    try:
        return Answer(page_of(last, source.name) if status != 304 else None, last, validators)
    except EncodingError:
        return None


def _values(exchange: Exchange, name: bytes) -> list[str]:
    return [v.decode("latin-1") for key, v in headers_of(exchange.response_head) if key.lower() == name]


def _value(exchange: Exchange, name: bytes) -> str | None:
    return ", ".join(_values(exchange, name)) or None
