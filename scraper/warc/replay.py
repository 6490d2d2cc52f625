"""Recorded answers served back through httpx: a crawl without a network, session-bound paging included."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from scraper.page import Exchange
from scraper.warc.exchanges import (
    exchange_of,
    headers_of,
    pairs,
    request_of,
    storage,
)
from scraper.warc.members import Damage, DamagedError, WarcFile
from scraper.warc.payloads import PAYLOADS, Payloads, place_in, place_of

_RENAMED = b"x-archive-orig-transfer-encoding"  # the archive keeps bodies without transfer framing


@dataclass(slots=True)
class _Answers:
    """Places of the answers to one request in the order of the archive; `step`: the last one has a step."""

    places: list[int] = field(default_factory=list)
    step: bool = False
    served: int = 0


class ReplayTransport(httpx.BaseTransport):
    """Serves what archive files hold.

    Requests are equal by method, address and body. The n-th equal request gets the n-th recorded answer,
    as session-bound paging needs; beyond the last one it is repeated, unless it is part of such a paging.
    What was not recorded is answered with 504 and the reason as text. Only heads are read in advance (memory:
    about 300 bytes an address). Damage goes to `on_damage`. Raises StorageError.
    """

    def __init__(self, paths: Iterable[Path], *, on_damage: Callable[[Damage], None] | None = None) -> None:
        self._paths = list(paths)
        self._answers: dict[bytes, _Answers] = {}
        report = on_damage or (lambda damage: None)
        for number, path in enumerate(self._paths):
            with storage(path), WarcFile(path) as file:
                self._learn(number, file, report)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The recorded answer; of a body that was cut, reading fails with RemoteProtocolError at the cut."""
        key = _key(request.method, request.read(), str(request.url))
        answers = self._answers.get(key)
        if answers is None:
            return _missing(request, "not recorded")
        if answers.served == len(answers.places) and answers.step:
            return _missing(
                request, f"only {len(answers.places)} answers recorded, and they are session-bound"
            )
        at = min(answers.served, len(answers.places) - 1)
        answers.served = at + 1
        try:
            return _response(self._load(answers.places[at]))
        except DamagedError as error:
            return _missing(request, f"damaged in the archive: {error}")

    def _learn(self, number: int, file: WarcFile, report: Callable[[Damage], None]) -> None:
        for response, request in pairs(file, 0, file.size, report, brief=PAYLOADS):
            url = response.headers.get("warc-target-uri", "").strip("<>")
            key = _key(*request_of(request), url)
            answers = self._answers.setdefault(key, _Answers())
            answers.places.append(place_of(number, response.offset))
            answers.step = "warc-ris-step" in response.headers

    def _load(self, place: int) -> Exchange:
        number, offset = place_in(place)
        path = self._paths[number]
        with storage(path), WarcFile(path) as file, Payloads(path.parent, self._paths) as payloads:
            return exchange_of(file.record(offset), None, payloads)


class _Body(httpx.SyncByteStream):
    """A recorded body that breaks off where the recording did."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        yield self._exchange.body
        if self._exchange.truncated:
            raise httpx.RemoteProtocolError(f"recorded body is cut ({self._exchange.truncated})")


def _response(exchange: Exchange) -> httpx.Response:
    headers = [pair for pair in headers_of(exchange.response_head) if pair[0].lower() != _RENAMED]
    line = exchange.response_head.partition(b"\r\n")[0].split(b" ", 2)
    extensions = {"http_version": line[0], "reason_phrase": line[2] if len(line) > 2 else b""}
    return httpx.Response(exchange.status, headers=headers, stream=_Body(exchange), extensions=extensions)


def _missing(request: httpx.Request, why: str) -> httpx.Response:
    text = f"replay: {request.method} {request.url}: {why}\n"
    return httpx.Response(504, headers={"Content-Type": "text/plain; charset=utf-8"}, content=text.encode())


def _key(method: str, body: bytes, url: str) -> bytes:
    text = f"{method} {url.partition('#')[0]}\n".encode("utf-8", "surrogateescape")
    return hashlib.blake2b(text + body, digest_size=16).digest()
