"""robots.txt and politeness against real sockets on 127.0.0.1."""

from __future__ import annotations

import gzip
import threading
import time

import pytest

from scraper.errors import (
    Interrupted,
    RetryLater,
    RobotsForbidden,
    UsageError,
)
from scraper.fetcher import Fetcher
from scraper.page import Exchange
from scraper.wire.sender import SLACK
from tests.faultserver import CLOSE, Answer, FaultServer, Received, ok, redirect
from tests.fetching import HTML, QUICK, Clock, want

# robots.txt


def test_robots_is_asked_once_first_and_obeyed() -> None:
    rules = ok(b"User-agent: *\nDisallow: /bi/___tmp/\n", type="text/plain")
    with FaultServer({"/robots.txt": rules, "/bi/": ok()}) as server, Fetcher(server.url, delay=0) as fetcher:
        assert server.log == []
        fetcher.fetch(want(server.url + "/bi/"))
        with pytest.raises(RobotsForbidden, match="line 2: Disallow: /bi/___tmp/"):
            fetcher.fetch(want(server.url + "/bi/___tmp/a.pdf"))
        fetcher.fetch(want(server.url + "/bi/"))
        verdict = fetcher.robots()
    assert server.paths == ["/robots.txt", "/bi/", "/bi/"]
    assert (verdict.status, verdict.reachable, verdict.reason) == (200, True, "")
    assert not verdict.allows(server.url + "/bi/___tmp/a.pdf")
    assert "line 2" in verdict.explain(server.url + "/bi/___tmp/a.pdf")


def test_robots_counts_for_every_hop() -> None:
    rules = ok(b"User-agent: *\nDisallow: /secret\n", type="text/plain")
    with (
        FaultServer({"/robots.txt": rules, "/a": redirect("/secret")}) as server,
        Fetcher(server.url, delay=0) as fetcher,
        pytest.raises(RobotsForbidden) as caught,
    ):
        fetcher.fetch(want(server.url + "/a"))
    assert caught.value.url.endswith("/secret")
    assert server.paths == ["/robots.txt", "/a"]


DENY = b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    ("answers", "allowed"),
    [
        ({"/robots.txt": ok(b"", status="404 Not Found")}, True),
        ({"/robots.txt": ok(b"", status="410 Gone")}, True),
        ({"/robots.txt": ok(DENY, status="401 Unauthorized")}, True),
        ({"/robots.txt": ok(DENY, status="403 Forbidden")}, True),
        ({"/robots.txt": ok(b"<html>User-agent: *\nDisallow: /\n</html>")}, True),
        ({"/robots.txt": ok(b"\n<!DOCTYPE html>\nUser-agent: *\nDisallow: /", type="text/plain")}, True),
        ({"/robots.txt": ok(DENY, type="text/plain")}, False),
        ({"/robots.txt": ok(b"\xef\xbb\xbf" + DENY.replace(b"\n", b"\r"), type="text/plain")}, False),
        ({"/robots.txt": ok(gzip.compress(DENY), "Content-Encoding: gzip", type="text/plain")}, False),
        ({"/robots.txt": ok(DENY + b"#" * 10_000_000, type="text/plain")}, False),
        ({"/robots.txt": ok(b"#" * 600_000 + b"\n" + DENY, type="text/plain")}, True),
        ({"/robots.txt": redirect("/r"), "/r": ok(DENY, type="text/plain")}, False),
        ({"/robots.txt": redirect("/robots.txt")}, True),
        ({"/robots.txt": redirect("ftp://127.0.0.1/")}, True),
    ],
    ids=["404", "410", "401", "403", "html", "html as text", "deny", "bom and cr", "gzip", "10 MB",
         "beyond 500 KiB", "redirect", "loop", "ftp"],
)  # fmt: skip
def test_what_counts_as_robots(answers: dict[str, Answer | list[Answer]], allowed: bool) -> None:
    exchanges: list[Exchange] = []
    with FaultServer(answers) as server, Fetcher(server.url, delay=0, record=exchanges.append) as fetcher:
        verdict = fetcher.robots()
        assert verdict.reachable
        assert verdict.allows(server.url + "/bi/") is allowed
    assert exchanges


@pytest.mark.parametrize(
    ("answer", "after"),
    [
        (ok(b"", status="500 Internal Server Error"), None),
        (ok(b"", "Retry-After: 30", status="503 Service Unavailable"), 30.0),
        (ok(b"", "Retry-After: 40", status="429 Too Many Requests"), 40.0),
        ((9.0,), None),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nUser-agent: *\n", CLOSE), None),
    ],
    ids=["500", "503", "429", "timeout", "cut"],
)
def test_without_an_answer_nothing_is_fetched_for_now(answer: Answer, after: float | None) -> None:
    answers: dict[str, Answer | list[Answer]] = {
        "/robots.txt": [answer, ok(b"", type="text/plain")],
        "/a": ok(HTML),
    }
    with FaultServer(answers) as server, Fetcher(server.url, delay=0, limits=QUICK) as fetcher:
        with pytest.raises(RetryLater, match=r"robots\.txt gives no answer") as caught:
            fetcher.fetch(want(server.url + "/a"))
        assert (caught.value.after, caught.value.whole_host) == (after, True)
        assert server.paths == ["/robots.txt"]
        assert fetcher.fetch(want(server.url + "/a")).page is not None


def test_robots_can_be_left_aside() -> None:
    with (
        FaultServer({"/robots.txt": ok(DENY, type="text/plain"), "/a": ok()}) as server,
        Fetcher(server.url, delay=0, obey_robots=False) as fetcher,
    ):
        fetcher.fetch(want(server.url + "/a"))
    assert server.paths == ["/a"]


def test_robots_is_asked_again_after_a_day() -> None:
    clock = Clock()
    with FaultServer({"/a": ok()}) as server, Fetcher(server.url, clock=clock, sleep=clock.sleep) as fetcher:
        fetcher.fetch(want(server.url + "/a"))
        clock.now += 86_401
        fetcher.fetch(want(server.url + "/a"))
    assert server.paths == ["/robots.txt", "/a"] * 2


# Politeness


def test_the_delay_lies_between_all_requests() -> None:
    clock = Clock()
    answers: dict[str, Answer | list[Answer]] = {"/a": redirect("/b"), "/b": ok()}
    with FaultServer(answers) as server, Fetcher(server.url, clock=clock, sleep=clock.sleep) as fetcher:
        fetcher.fetch(want(server.url + "/a"))
    assert server.paths == ["/robots.txt", "/a", "/b"]
    assert clock.slept == pytest.approx([SLACK, SLACK])


def test_the_delay_holds_after_a_failure_too() -> None:
    clock = Clock()
    with (
        FaultServer({"/a": (CLOSE,)}) as server,
        Fetcher(server.url, clock=clock, sleep=clock.sleep, delay=2) as fetcher,
    ):
        for _ in range(2):
            with pytest.raises(RetryLater):
                fetcher.fetch(want(server.url + "/a"))
    assert clock.slept == pytest.approx([2 * SLACK, 2 * SLACK])


def test_service_time_counts_towards_the_delay() -> None:
    clock = Clock()

    def slow(received: Received) -> bytes:
        time.sleep(0.05)  # until the client has noted that the request has left
        clock.now += 0.4
        return ok()

    with (
        FaultServer({"/a": slow}) as server,
        Fetcher(server.url, clock=clock, sleep=clock.sleep, obey_robots=False) as fetcher,
    ):
        for _ in range(2):
            fetcher.fetch(want(server.url + "/a"))
    assert clock.slept == pytest.approx([SLACK - 0.4], abs=0.001)


@pytest.mark.parametrize(("crawl_delay", "expected"), [(b"10", 10.0), (b"0.2", 1.0), (b"3600", 3600.0)])
def test_the_larger_delay_wins(crawl_delay: bytes, expected: float) -> None:
    clock = Clock()
    rules = ok(b"User-agent: *\nCrawl-delay: " + crawl_delay, type="text/plain")
    with (
        FaultServer({"/robots.txt": rules, "/a": ok()}) as server,
        Fetcher(server.url, clock=clock, sleep=clock.sleep) as fetcher,
    ):
        fetcher.fetch(want(server.url + "/a"))
        assert fetcher.robots().delay == float(crawl_delay)
    assert clock.slept == pytest.approx([expected * SLACK])


def test_the_server_sees_the_delay_and_one_request_at_a_time() -> None:
    begun = time.monotonic()
    with FaultServer({"/a": (0.02, ok())}) as server, Fetcher(server.url, delay=0.08) as fetcher:
        for number in range(5):
            fetcher.fetch(want(f"{server.url}/a?{number}"))
    # Not pair by pair: a busy machine may wake the server late for one request and at once for the next.
    assert len(server.log) == 6
    assert all(one.at >= begun + number * 0.08 for number, one in enumerate(server.log))
    assert server.in_flight == 1


def test_a_resumed_crawl_waits_first() -> None:
    clock = Clock()
    with (
        FaultServer({}) as server,
        Fetcher(server.url, clock=clock, sleep=clock.sleep, resume=True) as fetcher,
    ):
        fetcher.robots()
    assert clock.slept == pytest.approx([SLACK])


@pytest.mark.parametrize("url", ["http://ris.example/", "http://10.0.0.1/", "https://127.0.0.1.example/"])
def test_a_short_delay_is_for_this_machine_only(url: str) -> None:
    with pytest.raises(UsageError, match="only for a server on this machine"):
        Fetcher(url, delay=0.4)
    Fetcher(url, delay=0.5).close()
    Fetcher("http://localhost/", delay=0).close()
    Fetcher("http://[::1]:8080/", delay=0).close()


@pytest.mark.parametrize("delay", [-1.0, float("nan"), float("inf")])
def test_a_delay_must_be_a_number_of_seconds(delay: float) -> None:
    with pytest.raises(UsageError):
        Fetcher("http://localhost/", delay=delay)


def test_waiting_ends_at_once_when_the_run_is_stopped() -> None:
    stop = threading.Event()
    with (
        FaultServer({"/a": ok()}) as server,
        Fetcher(server.url, delay=30, stop=stop, obey_robots=False) as fetcher,
    ):
        fetcher.fetch(want(server.url + "/a"))
        threading.Timer(0.05, stop.set).start()
        begun = time.monotonic()
        with pytest.raises(Interrupted):
            fetcher.fetch(want(server.url + "/a"))
        assert time.monotonic() - begun < 10
        with pytest.raises(Interrupted):
            fetcher.robots()
    assert len(server.log) == 1


def test_a_request_in_flight_gets_a_few_seconds_more_when_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scraper.wire.dial.STOP_SECONDS", 0.2)
    stop = threading.Event()
    with (
        FaultServer({"/a": (30.0,)}) as server,
        Fetcher(server.url, delay=0, stop=stop, obey_robots=False) as fetcher,
    ):
        threading.Timer(0.1, stop.set).start()
        begun = time.monotonic()
        with pytest.raises(RetryLater, match="stopped"):
            fetcher.fetch(want(server.url + "/a"))
    assert time.monotonic() - begun < 20
