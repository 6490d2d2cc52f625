"""What the tests of the fetcher share: a wanted page, one fetch from a server of faults, a still clock."""

from __future__ import annotations

from typing import Any

import pytest

from scraper.errors import (
    FetchError,
)
from scraper.fetcher import Fetcher, Limits
from scraper.page import Exchange, Kind, Request
from tests.faultserver import Answer, FaultServer

HTML = b"<html><body>Sitzung</body></html>"
QUICK = Limits(total_seconds=0.6, connect_seconds=0.5)


def want(url: str, **more: Any) -> Request:
    return Request(url, Kind.MEETING, **more)


def failure(
    answers: dict[str, Answer | list[Answer]], path: str = "/a", **options: Any
) -> tuple[FetchError, list[Exchange]]:
    """The error for one page of a server, and what was recorded besides robots.txt."""
    exchanges: list[Exchange] = []
    with (
        FaultServer(answers) as server,
        Fetcher(server.url, delay=0, record=exchanges.append, **options) as fetcher,
        pytest.raises(FetchError) as caught,
    ):
        fetcher.fetch(want(server.url + path))
    return caught.value, [one for one in exchanges if not one.url.endswith("/robots.txt")]


def success(
    answers: dict[str, Answer | list[Answer]],
    path: str = "/a",
    *,
    options: dict[str, Any] | None = None,
    **more: Any,
) -> Any:
    with FaultServer(answers) as server, Fetcher(server.url, delay=0, **(options or {})) as fetcher:
        return fetcher.fetch(want(server.url + path), **more)


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
