"""The wire against real sockets on 127.0.0.1: torn, slow and false answers, addresses, certificates."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scraper.errors import (
    FetchError,
    Refused,
    RetryLater,
    UnusableAnswer,
    UsageError,
)
from scraper.fetcher import Fetcher, Limits, Validators
from scraper.page import Exchange
from scraper.wire.dial import Resolved
from scraper.wire.transport import Wire
from tests.faultserver import CLOSE, RESET, Answer, FaultServer, Received, ok, redirect
from tests.fetching import HTML, QUICK, failure, success, want

CERTIFICATES = Path(__file__).parent / "certs"
NOWHERE = "http://127.0.0.1:9/"  # nobody listens on the discard port


# Torn, slow, endless

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
DRIP = tuple(part for byte in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 99 for part in (b"%c" % byte, 0.05))


@pytest.mark.parametrize(
    ("answer", "truncated", "body"),
    [
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<html>", CLOSE), "disconnect", b"<html>"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<html>", 0.1, RESET), "disconnect", b"<html>"),
        (
            (CHUNKED + b"5\r\nhello\r\n", CLOSE),
            "disconnect",
            b"hello",
        ),
        (
            (CHUNKED + b"5\r\nhelloXX5\r\n", CLOSE),
            "disconnect",
            b"hello",
        ),
        ((b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>", CLOSE), "disconnect", b"<html><p>"),
        ((b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<html>", 9.0), "time", b"<html>"),
    ],
    ids=["length", "reset", "chunked", "broken chunk", "no end", "stalled"],
)
def test_a_cut_body_is_tried_again_and_kept_as_evidence(answer: Answer, truncated: str, body: bytes) -> None:
    error, exchanges = failure({"/a": answer}, limits=QUICK)
    assert isinstance(error, RetryLater)
    assert (error.after, error.whole_host) == (None, False)
    assert [(one.truncated, one.body, one.status) for one in exchanges] == [(truncated, body, 200)]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((CLOSE,), "closed"),
        ((RESET,), "lost"),
        ((b"HTTP/1.1 200 OK\r\nContent-Le", CLOSE), "closed"),
        ((9.0,), "not complete within 0.6 s"),
        (DRIP, "not complete"),
    ],
    ids=["close", "reset", "cut head", "silence", "slow head"],
)  # fmt: skip
def test_no_head_no_page(answer: Answer, words: str) -> None:
    begun = time.monotonic()
    error, _ = failure({"/a": answer}, limits=QUICK)
    assert isinstance(error, RetryLater)
    assert words in error.reason
    assert time.monotonic() - begun < 5


def test_a_slow_body_ends_at_the_deadline_and_the_next_page_comes() -> None:
    slow = (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *([b"x", 0.05] * 100))
    with (
        FaultServer({"/slow": slow, "/a": ok(HTML)}) as server,
        Fetcher(server.url, delay=0, limits=QUICK) as fetcher,
    ):
        with pytest.raises(RetryLater, match="not complete within"):
            fetcher.fetch(want(server.url + "/slow"))
        page = fetcher.fetch(want(server.url + "/a")).page
    assert page is not None and page.content == HTML
    assert server.connections == 2


def test_a_page_without_length_but_with_its_end_is_whole() -> None:
    fetched = success({"/a": (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML, CLOSE)})
    assert fetched.page.content == HTML
    assert fetched.exchanges[0].truncated is None


def test_the_last_try_may_accept_a_page_without_its_end() -> None:
    answer = (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>Ende", CLOSE)
    fetched = success({"/a": answer}, accept_unterminated=True)
    assert fetched.page.content == b"<html><p>Ende"
    assert fetched.exchanges[0].truncated is None


def test_a_file_without_length_needs_no_end_mark() -> None:
    fetched = success({"/a": (b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n%PDF", CLOSE)})
    assert fetched.page.content == b"%PDF"


def test_an_endless_body_stops_at_the_cap() -> None:
    def endless(received: Received) -> tuple[bytes, ...]:
        return (b"HTTP/1.1 200 OK\r\n\r\n", *[bytes(10_000)] * 300)

    error, exchanges = failure({"/a": endless}, limits=Limits(body_bytes=50_000))
    assert isinstance(error, Refused)
    assert "larger than 50000 bytes" in error.reason
    assert [(one.truncated, len(one.body)) for one in exchanges] == [("length", 50_000)]


@pytest.mark.parametrize(
    "surplus",
    [
        ok(HTML) + ok(b"<html>forged</html>"),
        CHUNKED + b"%x\r\n%s\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n" % (len(HTML), HTML),
        b"HTTP/1.1 304 Not Modified\r\n\r\n" + ok(b"<html>forged</html>"),
    ],
    ids=["length", "chunked", "not modified"],
)  # fmt: skip
def test_bytes_behind_an_answer_are_not_the_next_answer(surplus: bytes) -> None:
    with (
        FaultServer({"/a": surplus, "/b": ok(b"<html>b</html>")}) as server,
        Fetcher(server.url, delay=0) as fetcher,
    ):
        first = fetcher.fetch(want(server.url + "/a"), Validators("x"))
        second = fetcher.fetch(want(server.url + "/b")).page
    assert first.page is None or first.page.content == HTML
    assert second is not None and second.content == b"<html>b</html>"
    assert server.connections == 2


# Heads


def test_interim_answers_are_skipped_and_bounded() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    fetched = success({"/a": early * 3 + ok(HTML)})
    assert fetched.page.content == HTML
    assert fetched.exchanges[0].response_head.startswith(b"HTTP/1.1 200 OK")
    error, _ = failure({"/a": early * 20_000 + ok(HTML)})
    assert isinstance(error, Refused)


@pytest.mark.parametrize(
    "lines",
    [
        b"X: " + b"y" * 2_000_000 + b"\r\n",
        b"X: " + b"y" * 290_000 + b"\r\n",
        b"".join(b"X%d: y\r\n" % number for number in range(50_000)),
        b"".join(b"X%d: y\r\n" % number for number in range(501)),
    ],
    ids=["2 MB line", "290 KB line", "50000 headers", "501 headers"],
)
def test_a_large_head_is_refused(lines: bytes) -> None:
    error, exchanges = failure({"/a": b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: 2\r\n\r\nok"})
    assert type(error) is UnusableAnswer
    assert "response head" in error.reason
    assert [(one.status, one.truncated) for one in exchanges] == [(200, "length")]
    assert len(exchanges[0].response_head) <= Limits().header_bytes + 4


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nX-A : 2\r\nContent-Length: 2\r\n\r\nok",
    ],
    ids=["two lengths", "space in a name", "space behind a name"],
)
def test_a_head_that_breaks_the_protocol_is_kept(head: bytes) -> None:
    with FaultServer({"/a": head, "/b": ok(HTML)}) as server:
        exchanges: list[Exchange] = []
        with Fetcher(server.url, delay=0, record=exchanges.append) as fetcher:
            with pytest.raises(Refused, match="protocol"):
                fetcher.fetch(want(server.url + "/a"))
            assert fetcher.fetch(want(server.url + "/b")).page is not None
    assert exchanges[1].response_head == head[:-2]
    assert exchanges[1].status == 200


def test_what_is_no_http_is_refused() -> None:
    error, exchanges = failure({"/a": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", CLOSE)})
    assert isinstance(error, Refused)
    assert exchanges == []


def test_bare_line_feeds_are_read() -> None:
    fetched = success({"/a": b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 2\n\nok"})
    assert fetched.page.content == b"ok"
    assert fetched.exchanges[0].response_head == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\n"
    )


# Addresses


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/", "file:///etc/passwd", "gopher://x/", "//x/", "http://", "x", ""]
)
def test_only_web_addresses_are_fetched(url: str) -> None:
    with Fetcher(NOWHERE, delay=0) as fetcher, pytest.raises(Refused):
        fetcher.fetch(want(url))
    with pytest.raises(UsageError):
        Fetcher(url)


def resolver(table: dict[str, list[str]]) -> Callable[[str, int], list[Resolved]]:
    return lambda host, port: [(socket.AF_INET, (address, port)) for address in table[host]]


def wired(base: str, table: dict[str, list[str]], port: int = 80) -> Fetcher:
    host = base.split("/")[2].partition(":")[0]
    wire = Wire((host, port), limits=QUICK, resolve=resolver(table))
    return Fetcher(base, transport=wire, obey_robots=False, scope=lambda url: True)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("10.0.0.1", "private"),
        ("169.254.169.254", "link-local"),
        ("224.0.0.1", "multicast"),
        ("0.0.0.0", "unspecified"),
    ],
)
def test_a_private_address_of_another_host_is_refused(address: str, kind: str) -> None:
    with FaultServer({"/a": ok()}) as server:
        base = f"http://ris.example:{server.port}/"
        table = {"ris.example": ["127.0.0.1"], "evil.example": [address]}
        with wired(base, table, server.port) as fetcher:
            assert fetcher.fetch(want(base + "a")).page is not None
            with pytest.raises(Refused, match=f"{kind} address"):
                fetcher.fetch(want(f"http://evil.example:{server.port}/a"))
    assert len(server.log) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[fe80::1]"])
def test_a_redirect_to_a_private_address_is_refused(host: str) -> None:
    with (
        FaultServer({"/a": redirect(f"http://{host}:22/")}) as server,
        Fetcher(server.url, delay=0, scope=lambda url: True, obey_robots=False) as fetcher,
        pytest.raises(Refused, match="only the source itself"),
    ):
        fetcher.fetch(want(server.url + "/a"))


def test_a_public_name_that_turns_private_is_refused() -> None:
    with FaultServer({"/a": ok()}) as server:
        answers = [["192.0.2.1", "93.184.215.14"], ["127.0.0.1"]]
        asked: list[str] = []

        def resolve(host: str, port: int) -> list[Resolved]:
            asked.append(host)
            return [(socket.AF_INET, (address, port)) for address in answers.pop(0)]

        wire = Wire(
            ("ris.example", server.port),
            limits=Limits(total_seconds=0.3, connect_seconds=0.05),
            resolve=resolve,
        )
        base = f"http://ris.example:{server.port}/a"
        with Fetcher(base, transport=wire, obey_robots=False) as fetcher:
            with pytest.raises(RetryLater):
                fetcher.fetch(want(base))
            with pytest.raises(Refused, match="loopback"):
                fetcher.fetch(want(base))
    assert asked == ["ris.example", "ris.example"]
    assert server.log == []


def test_a_dead_address_leaves_time_for_the_next() -> None:
    with FaultServer({"/a": ok()}) as server:
        base = f"http://ris.example:{server.port}/"
        with wired(base, {"ris.example": ["127.0.0.2", "127.0.0.1"]}, server.port) as fetcher:
            assert fetcher.fetch(want(base + "a")).page is not None


def test_the_address_that_answered_is_tried_first_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def connect(family: int, address: tuple[Any, ...], timeout: float) -> socket.socket:
        tried.append(address[0])
        return socket.create_connection(address, timeout)

    monkeypatch.setattr("scraper.wire.dial._connect", connect)
    with FaultServer({"/a": (ok(), CLOSE)}) as server:
        base = f"http://ris.example:{server.port}/"
        with wired(base, {"ris.example": ["127.0.0.2", "127.0.0.1"]}, server.port) as fetcher:
            fetcher.fetch(want(base + "a"))
            time.sleep(0.05)
            fetcher.fetch(want(base + "a"))
    assert tried == ["127.0.0.2", "127.0.0.1", "127.0.0.1"]


def test_the_moment_of_sending_is_told() -> None:
    told: list[int] = []
    with FaultServer({"/a": ok()}) as server:
        wire = Wire(("127.0.0.1", server.port), on_sent=lambda: told.append(server.connections))
        with Fetcher(server.url, transport=wire, obey_robots=False) as fetcher:
            assert told == []
            fetcher.fetch(want(server.url + "/a"))
    assert told


@pytest.mark.parametrize(
    ("code", "kind"),
    [(socket.EAI_NONAME, Refused), (socket.EAI_AGAIN, RetryLater)],
    ids=["no such name", "later"],
)
def test_name_errors(code: int, kind: type[FetchError]) -> None:
    def resolve(host: str, port: int) -> list[Resolved]:
        raise socket.gaierror(code, "not found")

    wire = Wire(("ris.example", 80), resolve=resolve)
    with (
        Fetcher("http://ris.example/", transport=wire, obey_robots=False) as fetcher,
        pytest.raises(kind, match=r"'ris\.example'"),
    ):
        fetcher.fetch(want("http://ris.example/"))


def test_a_slow_name_server_does_not_hold_the_crawl() -> None:
    release = threading.Event()

    def resolve(host: str, port: int) -> list[Resolved]:
        release.wait(5)
        return []

    wire = Wire(("ris.example", 80), limits=QUICK, resolve=resolve)
    with (
        Fetcher("http://ris.example/", transport=wire, obey_robots=False) as fetcher,
        pytest.raises(RetryLater, match="not looked up within"),
    ):
        fetcher.fetch(want("http://ris.example/"))
    release.set()


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    with (
        Fetcher(url, delay=0, obey_robots=False) as fetcher,
        pytest.raises(RetryLater, match="cannot connect"),
    ):
        fetcher.fetch(want(url))


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, NOWHERE)
    assert success({"/a": ok(HTML)}).page.content == HTML


# TLS


def trusting(name: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATES / name))


def test_a_good_certificate() -> None:
    certificate = str(CERTIFICATES / "good.pem")
    with (
        FaultServer({"/a": ok(HTML)}, certificate) as server,
        Fetcher(server.url, delay=0, verify=certificate) as fetcher,
    ):
        for _ in range(3):
            page = fetcher.fetch(want(server.url + "/a")).page
            assert page is not None and page.content == HTML
    assert server.connections == 1


@pytest.mark.parametrize(
    ("served", "trusted", "words"),
    [
        ("good.pem", None, "self-signed"),
        ("expired.pem", "expired.pem", "expired"),
        ("other.pem", "other.pem", "127.0.0.1"),
    ],
    ids=["self-signed", "expired", "wrong host"],
)
def test_a_bad_certificate_is_refused_with_its_reason(served: str, trusted: str | None, words: str) -> None:
    with (
        FaultServer({"/a": ok()}, str(CERTIFICATES / served)) as server,
        Fetcher(server.url, delay=0, verify=trusting(trusted) if trusted else None) as fetcher,
        pytest.raises(Refused, match="certificate refused") as caught,
    ):
        fetcher.fetch(want(server.url + "/a"))
    assert words in caught.value.reason
    assert server.log == []


def test_a_server_without_tls() -> None:
    with FaultServer({}) as server:
        url = server.url.replace("http:", "https:")
        with Fetcher(url, delay=0, limits=QUICK) as fetcher, pytest.raises(FetchError):
            fetcher.fetch(want(url + "/a"))
