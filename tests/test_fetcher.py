"""The fetcher against real sockets on 127.0.0.1: pages, outcomes, redirects, sessions."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import time
import zlib
from pathlib import Path
from typing import Any

import httpx
import pytest

from scraper.archive import Archive, archive_files, page_of, read
from scraper.errors import (
    Denied,
    FetchError,
    GoneError,
    Refused,
    RetryLater,
    RobotsForbidden,
    StorageError,
)
from scraper.fetcher import CONTACT, PROJECT_URL, Fetcher, Limits, Validators
from scraper.page import Exchange
from scraper.warc.replay import ReplayTransport
from scraper.wire.headers import retry_after
from scraper.wire.sender import SLACK
from tests.faultserver import CLOSE, Answer, FaultServer, ok, redirect
from tests.fetching import HTML, Clock, failure, success, want

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


# A page


def test_a_page_comes_with_its_facts() -> None:
    moment = dt.datetime(2026, 11, 24, 11, 0, 5, tzinfo=dt.UTC)
    answer = ok("Bürger".encode("cp1252"), 'ETag: "7"', "Last-Modified: Tue, 24 Nov 2026 10:00:00 GMT")
    with (
        FaultServer({"/bi/to010.asp": answer}) as server,
        Fetcher(server.url + "/bi/", source="musterau", delay=0, now=lambda: moment) as fetcher,
    ):
        fetched = fetcher.fetch(want(server.url + "/bi/to010.asp?SILFDNR=1#top", step=51))
    page = fetched.page
    assert page is not None
    assert page.url == fetched.url == server.url + "/bi/to010.asp?SILFDNR=1"
    assert (page.content, page.content_type, page.status) == (b"B\xfcrger", "text/html", 200)
    assert (page.source, page.step, page.fetched_at) == ("musterau", 51, moment)
    assert fetched.validators == Validators('"7"', "Tue, 24 Nov 2026 10:00:00 GMT")


def test_a_page_tells_what_its_request_carried_beside_the_usual_headers(tmp_path: Path) -> None:
    """So does the page that is made of the archived exchange."""
    own = (("x-orgkey", "R7"), ("x-uniqueid", "ris.example/musterau"))
    with (
        FaultServer({"/a": ok(HTML, "Set-Cookie: s=1"), "/b": ok(HTML)}) as server,
        Archive(tmp_path, info={}) as archive,
        Fetcher(server.url, source="musterau", delay=0, record=archive.append) as fetcher,
    ):
        told = fetcher.fetch(want(server.url + "/a", headers=own), Validators('"7"', None)).page
        plain = fetcher.fetch(want(server.url + "/b", form=(("q", "1"),), method="POST")).page
    assert told is not None and plain is not None
    assert (told.asked, plain.asked) == (own, ())
    archived = [page_of(one.exchange, "musterau") for one in read(archive_files(tmp_path))]
    assert [page.asked for page in archived if not page.url.endswith("/robots.txt")] == [own, ()]


def test_the_exchange_is_what_crossed_the_wire() -> None:
    exchanges: list[Exchange] = []
    answer = (
        b"HTTP/1.1 200 Na gut\r\nX-Odd:  Caf\xe9 \r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    )
    with (
        FaultServer({"/a": answer}) as server,
        Fetcher(server.url, delay=0, record=exchanges.append) as fetcher,
    ):
        fetched = fetcher.fetch(want(server.url + "/a", step=3))
    robots, exchange = exchanges
    assert (robots.url, robots.status) == (server.url + "/robots.txt", 404)
    assert fetched.exchanges == (exchange,)
    assert exchange.response_head == answer.partition(b"3\r\n")[0]
    assert exchange.body == b"abc"
    assert exchange.request_head.startswith(b"GET /a HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % server.port)
    assert exchange.request_head.endswith(b"\r\n\r\n")
    assert (exchange.ip, exchange.truncated, exchange.step, exchange.method) == ("127.0.0.1", None, 3, "GET")


def test_the_page_is_the_one_that_the_archive_gives_back() -> None:
    body = gzip.compress(HTML)
    answer = ok(body, "Content-Encoding: gzip", "Content-Type: charset=x")
    fetched = success({"/a": answer}, options={"source": "musterau"})
    assert fetched.page == page_of(fetched.exchanges[-1], "musterau")


def test_we_say_who_we_are() -> None:
    with FaultServer({"/a": ok()}) as server, Fetcher(server.url, delay=0) as fetcher:
        fetcher.fetch(want(server.url + "/a"))
    for received in server.log:
        assert received.headers["user-agent"].startswith("ris-scraper/")
        assert PROJECT_URL in received.headers["user-agent"]
        assert CONTACT in received.headers["user-agent"]
        assert received.headers["accept-language"] == "de"
        assert received.headers["accept-encoding"] == "gzip, deflate"
        assert "text/html" in received.headers["accept"]


def test_headers_of_a_request_stand_in_the_place_of_the_usual_ones() -> None:
    """ALLRIS 4: a part of a page is asked for as XML, with the words of the product's own script."""
    headers = (("Accept", "text/xml"), ("Wicket-Ajax", "true"))
    with FaultServer({"/a": ok()}) as server, Fetcher(server.url, delay=0) as fetcher:
        fetched = fetcher.fetch(want(server.url + "/a", headers=headers))
    assert server.log[-1].headers["accept"] == "text/xml"
    assert server.log[-1].headers["wicket-ajax"] == "true"
    assert fetched.exchanges[-1].request_head.lower().count(b"\r\naccept:") == 1


@pytest.mark.parametrize("answer", [ok(), CHUNKED + b"1\r\nx\r\n0\r\n\r\n"], ids=["length", "chunked"])
def test_one_connection_serves_many_pages(answer: bytes) -> None:
    with FaultServer({"/a": answer}) as server, Fetcher(server.url, delay=0) as fetcher:
        for number in range(5):
            fetcher.fetch(want(f"{server.url}/a?{number}"))
    assert server.connections == 1


def test_a_connection_that_the_server_closed_is_replaced() -> None:
    with FaultServer({"/a": (ok(), CLOSE)}) as server, Fetcher(server.url, delay=0) as fetcher:
        for number in range(3):
            fetcher.fetch(want(f"{server.url}/a?{number}"))
            server.log[-1].done or time.sleep(0.05)
            time.sleep(0.02)
    assert len(server.log) == 4


def test_a_form_is_posted() -> None:
    with FaultServer({"/a": ok()}) as server, Fetcher(server.url, delay=0) as fetcher:
        fetched = fetcher.fetch(
            want(server.url + "/a", method="POST", form=(("DOLFDNR", "1"), ("options", "64")))
        )
    received = server.log[-1]
    assert (received.method, received.body) == ("POST", b"DOLFDNR=1&options=64")
    assert received.headers["content-type"] == "application/x-www-form-urlencoded"
    assert fetched.exchanges[0].request_body == received.body
    assert fetched.exchanges[0].method == "POST"


def test_record_comes_before_the_result_and_its_error_comes_through() -> None:
    def full(exchange: Exchange) -> None:
        raise StorageError("disk full")

    with (
        FaultServer({"/a": ok()}) as server,
        Fetcher(server.url, delay=0, record=full) as fetcher,
        pytest.raises(StorageError),
    ):
        fetcher.fetch(want(server.url + "/a"))


@pytest.mark.parametrize("path", ["/Bürger amt", "/a?titel=Straße&x='1'", "/a[1]?b={c}|d", "/%7Ea%2fb?x=%e4"])
def test_addresses_are_sent_recorded_and_replayed_alike(path: str) -> None:
    recorded: list[Exchange] = []
    with (
        FaultServer({}) as server,
        Fetcher(server.url, delay=0, record=recorded.append) as fetcher,
        pytest.raises(GoneError),
    ):
        fetcher.fetch(want(server.url + path))
    url = recorded[-1].url
    assert url.isascii() and url == str(httpx.URL(url))
    assert server.paths[-1] == url.removeprefix(server.url)


# Outcomes


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("401 Unauthorized", Denied),
        ("403 Forbidden", Denied),
        ("404 Not Found", GoneError),
        ("410 Gone", GoneError),
        ("400 Bad Request", GoneError),
        ("408 Request Timeout", RetryLater),
        ("500 Internal Server Error", RetryLater),
        ("502 Bad Gateway", RetryLater),
        ("300 Multiple Choices", Refused),
        ("304 Not Modified", Refused),
        ("799 Odd", RetryLater),
    ],
)
def test_status_decides(status: str, kind: type[FetchError]) -> None:
    error, exchanges = failure({"/a": b"HTTP/1.1 " + status.encode() + b"\r\nContent-Length: 0\r\n\r\n"})
    assert type(error) is kind
    assert f"HTTP {status[:3]}" in error.reason
    assert error.url.endswith("/a")
    assert [one.status for one in exchanges] == [int(status[:3])]
    if isinstance(error, GoneError):
        assert error.status == int(status[:3])
    if isinstance(error, RetryLater):
        assert not error.whole_host


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("-5", 0.0),
        ("100000000000000", 86_400.0),
        ("Tue, 24 Nov 2026 12:01:30 GMT", 90.0),
        ("Tuesday, 24-Nov-26 12:01:30 GMT", 90.0),
        ("Tue Nov 24 12:01:30 2026", 90.0),
        ("Tue, 24 Nov 2020 12:00:00 GMT", 0.0),
        ("Wed, 24 Nov 2100 12:00:00 GMT", 86_400.0),
        ("gleich", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_retry_after(status: str, value: str, after: float | None) -> None:
    error, _ = failure({"/a": ok(b"", f"Retry-After: {value}", status=status)}, now=lambda: NOW)
    assert isinstance(error, RetryLater)
    assert error.after == after
    assert error.whole_host


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system cannot change its time zone")
def test_a_date_without_a_zone_is_utc_wherever_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC-5")
    time.tzset()
    try:
        assert retry_after("Tue Nov 24 12:01:30 2026", NOW) == 90.0
    finally:
        monkeypatch.undo()
        time.tzset()


def test_not_modified() -> None:
    answer = b'HTTP/1.1 304 Not Modified\r\nETag: "8"\r\nContent-Length: 500\r\n\r\n'
    exchanges: list[Exchange] = []
    known = Validators('"7"', "Tue, 24 Nov 2026 10:00:00 GMT")
    with (
        FaultServer({"/a": answer}) as server,
        Fetcher(server.url, delay=0, record=exchanges.append) as fetcher,
    ):
        for _ in range(2):
            fetched = fetcher.fetch(want(server.url + "/a"), known)
            assert fetched.page is None
    assert fetched.validators == Validators('"8"', "Tue, 24 Nov 2026 10:00:00 GMT")
    assert [one.status for one in exchanges] == [404, 304, 304]
    assert server.log[-1].headers["if-none-match"] == '"7"'
    assert server.log[-1].headers["if-modified-since"] == "Tue, 24 Nov 2026 10:00:00 GMT"
    assert server.connections == 1


def test_without_validators_the_request_is_not_conditional() -> None:
    with FaultServer({"/a": ok()}) as server, Fetcher(server.url, delay=0) as fetcher:
        assert fetcher.fetch(want(server.url + "/a"), Validators()).validators == Validators()
    assert not {"if-none-match", "if-modified-since"} & set(server.log[-1].headers)


# Content-Encoding


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(HTML)),
        ("x-gzip", gzip.compress(HTML[:9]) + gzip.compress(HTML[9:])),
        ("deflate", zlib.compress(HTML)),
        ("deflate", zlib.compress(HTML)[2:-4]),
        ("identity", HTML),
        ("GZIP", gzip.compress(HTML) + b"junk"),
    ],
)
def test_encodings_are_undone(coding: str, body: bytes) -> None:
    fetched = success({"/a": ok(body, f"Content-Encoding: {coding}")})
    assert fetched.page.content == HTML
    assert fetched.exchanges[0].body == body


@pytest.mark.parametrize(
    ("lines", "body", "kind", "truncated"),
    [
        (["Content-Encoding: gzip"], gzip.compress(HTML)[:-5], RetryLater, "disconnect"),
        (["Content-Encoding: deflate"], zlib.compress(HTML)[:-5], RetryLater, "disconnect"),
        (["Content-Encoding: gzip"], HTML, RetryLater, None),
        (["Content-Encoding: br"], HTML, Refused, None),
        (["Content-Encoding: gzip, gzip"], gzip.compress(gzip.compress(HTML)), Refused, None),
        (["Content-Encoding: gzip", "Content-Encoding: gzip"], gzip.compress(HTML), Refused, None),
    ],
)
def test_broken_encodings_are_no_pages(
    lines: list[str], body: bytes, kind: type[FetchError], truncated: str | None
) -> None:
    error, exchanges = failure({"/a": ok(body, *lines)})
    assert isinstance(error, kind)
    assert [(one.body, one.truncated) for one in exchanges] == [(body, truncated)]


def test_a_bomb_stops_early_and_the_next_page_comes() -> None:
    bomb = ok(gzip.compress(bytes(4_000_000)), "Content-Encoding: gzip")
    limits = Limits(decoded_bytes=1_000_000)
    with (
        FaultServer({"/bomb": bomb, "/a": ok(HTML)}) as server,
        Fetcher(server.url, delay=0, limits=limits) as fetcher,
    ):
        with pytest.raises(Refused, match="larger than 1000000 bytes"):
            fetcher.fetch(want(server.url + "/bomb"))
        page = fetcher.fetch(want(server.url + "/a")).page
    assert page is not None and page.content == HTML


# Redirects


def test_a_redirect_is_followed_and_recorded() -> None:
    fetched = success({"/a": redirect("b?x=1#top"), "/b": redirect("/c/", "301 Moved"), "/c/": ok(HTML)})
    assert fetched.page.content == HTML
    assert fetched.url == fetched.page.url
    assert fetched.url.endswith("/c/")
    assert [one.status for one in fetched.exchanges] == [302, 301, 200]
    assert fetched.exchanges[1].url.endswith("/b?x=1")


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [
        ("301 Moved", "GET", b""),
        ("302 Found", "GET", b""),
        ("303 See Other", "GET", b""),
        ("307 Temporary", "POST", b"a=1"),
        ("308 Permanent", "POST", b"a=1"),
    ],
)
def test_a_redirected_form(status: str, method: str, body: bytes) -> None:
    with (
        FaultServer({"/a": redirect("/b", status), "/b": ok()}) as server,
        Fetcher(server.url, delay=0) as fetcher,
    ):
        fetcher.fetch(want(server.url + "/a", method="POST", form=(("a", "1"),)))
    assert (server.log[-1].method, server.log[-1].body) == (method, body)
    assert ("content-type" in server.log[-1].headers) is (method == "POST")


def test_a_loop_ends_after_ten_hops() -> None:
    error, exchanges = failure({"/a": redirect("/b"), "/b": redirect("/a")})
    assert isinstance(error, Refused)
    assert "more than 10 redirects" in error.reason
    assert len(exchanges) == 11


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://www.andere-stadt.example/bi/",
        "http://user:secret@127.0.0.1/",
        "http://[broken/",
        "http://127.0.0.1:99999/",
        "",
    ],
)
def test_a_redirect_to_the_outside_is_refused(location: str) -> None:
    error, exchanges = failure({"/a": redirect(location)})
    assert type(error) is Refused
    assert [one.status for one in exchanges] == [302]


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/Bürger amt".encode(), "/B%C3%BCrger%20amt"),
        ("/Bürger amt".encode("latin-1"), "/B%FCrger%20amt"),
        (b'/a"b<c>', "/a%22b%3Cc%3E"),
        (b"/%C3%BC", "/%C3%BC"),
    ],
)
def test_a_raw_location_is_tried_as_its_bytes(location: bytes, path: str) -> None:
    fetched = success({"/a": redirect(location), path: ok(HTML)})
    assert fetched.url.endswith(path)


def test_www_and_https_belong_to_the_source() -> None:
    asked: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        if request.url.path == "/robots.txt":
            return httpx.Response(404)
        if str(request.url) == "http://musterau.example/a":
            return httpx.Response(301, headers={"Location": "https://www.musterau.example/a"})
        return httpx.Response(200, content=HTML)

    with Fetcher("http://musterau.example/", transport=httpx.MockTransport(handle)) as fetcher:
        assert fetcher.fetch(want("http://musterau.example/a")).url == "https://www.musterau.example/a"
    assert asked == [
        "http://musterau.example/robots.txt",
        "http://musterau.example/a",
        "https://www.musterau.example/robots.txt",
        "https://www.musterau.example/a",
    ]


def test_the_scope_can_be_given() -> None:
    scope = lambda url: "/bi/" in url  # noqa: E731
    with FaultServer({"/bi/a": ok()}) as server, Fetcher(server.url, delay=0, scope=scope) as fetcher:
        fetcher.fetch(want(server.url + "/bi/a"))
        with pytest.raises(Refused, match="outside of the source"):
            fetcher.fetch(want(server.url + "/other"))
    assert server.paths == ["/robots.txt", "/bi/a"]


# Cookies


def set_cookie(*values: str) -> bytes:
    return ok(HTML, *[f"Set-Cookie: {value}" for value in values])


def sent_cookies(server: FaultServer) -> list[str]:
    return [received.headers.get("cookie", "") for received in server.log if received.path != "/robots.txt"]


def test_the_session_is_kept_also_over_redirects() -> None:
    first = redirect(
        "/b", "302 Found", "Set-Cookie: ASPSESSIONID=ABC; path=/", "Set-Cookie: deep=1; path=/b/c"
    )
    with FaultServer({"/a": first, "/b": ok()}) as server, Fetcher(server.url, delay=0) as fetcher:
        fetcher.fetch(want(server.url + "/a"))
        fetcher.clear_cookies()
        fetcher.fetch(want(server.url + "/b"))
    assert sent_cookies(server) == ["", "ASPSESSIONID=ABC", ""]


def test_the_session_survives_as_json() -> None:
    with FaultServer({"/a": set_cookie("S=1; path=/", "T=\xfc; Max-Age=1000")}) as server:
        with Fetcher(server.url, delay=0) as fetcher:
            fetcher.fetch(want(server.url + "/a"))
            saved = json.loads(json.dumps(fetcher.cookies()))
        with Fetcher(server.url, delay=0) as fetcher:
            fetcher.restore_cookies([*saved, {"odd": 1}, {"host": 3, "name": "x", "value": "y"}])
            fetcher.fetch(want(server.url + "/a"))
            assert len(fetcher.cookies()) == 2
    assert sent_cookies(server) == ["", "S=1; T=\xfc"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a=1", "b=2"], "a=1; b=2"),
        (["a=1", "a=2"], "a=2"),
        (["a=1; Max-Age=0"], ""),
        (["a=1; Expires=Thu, 01-Jan-1970 00:00:01 GMT"], ""),
        (["a=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT"], "a=1"),
        (["a=1; Secure"], ""),
        (["a=1; Path=/bi"], ""),
        (["a=1; Path=/x"], "a=1"),
        (["a=1; Domain=example.org"], "a=1"),
        (["a=b=c"], "a=b=c"),
        (["nothing", "=x", "a b=1", "a=1" + "x" * 5000], ""),
    ],
)
def test_cookie_rules(values: list[str], expected: str) -> None:
    with FaultServer({"/x/a": set_cookie(*values)}) as server, Fetcher(server.url, delay=0) as fetcher:
        for _ in range(2):
            fetcher.fetch(want(server.url + "/x/a"))
    assert sent_cookies(server)[1] == expected


def test_the_jar_is_bounded() -> None:
    with (
        FaultServer({"/a": set_cookie(*[f"c{number}={number}" for number in range(300)])}) as server,
        Fetcher(server.url, delay=0) as fetcher,
    ):
        fetcher.fetch(want(server.url + "/a"))
        names = [row["name"] for row in fetcher.cookies()]
    assert names == [f"c{number}" for number in range(200, 300)]


def test_cookies_go_back_to_their_own_host_only() -> None:
    asked: dict[str, str] = {}

    def handle(request: httpx.Request) -> httpx.Response:
        asked[request.url.host] = request.headers.get("cookie", "")
        if request.url.host == "musterau.example" and request.url.path == "/a":
            target = "http://www.musterau.example/b"
            return httpx.Response(
                302, headers={"Location": target, "Set-Cookie": "S=1; Domain=musterau.example"}
            )
        return httpx.Response(200, content=HTML)

    with Fetcher("http://musterau.example/", transport=httpx.MockTransport(handle)) as fetcher:
        fetcher.fetch(want("http://musterau.example/a"))
    assert asked["www.musterau.example"] == ""


# A transport of one's own (replay)


def test_an_own_transport_has_no_delay_unless_asked_for() -> None:
    clock = Clock()
    rules = "User-agent: *\nCrawl-delay: 30\n"
    transport = httpx.MockTransport(lambda request: httpx.Response(200, text=rules))
    for delay, slept in ((None, []), (0.1, [30.0 * SLACK])):
        with Fetcher(
            "http://ris.example/", transport=transport, delay=delay, clock=clock, sleep=clock.sleep
        ) as fetcher:
            fetcher.fetch(want("http://ris.example/a"))
        assert clock.slept == pytest.approx(slept)


def test_an_own_transport_may_tell_when_a_page_was_fetched() -> None:
    transport = httpx.MockTransport(
        lambda request: httpx.Response(
            200, content=HTML, extensions={"fetched_at": NOW, "reason_phrase": b"OK"}
        )
    )
    with Fetcher("http://ris.example/", transport=transport, obey_robots=False) as fetcher:
        fetched = fetcher.fetch(want("http://ris.example/a"))
    assert fetched.page is not None and fetched.page.fetched_at == NOW
    assert fetched.exchanges[0].response_head.startswith(b"HTTP/1.1 200 OK\r\n")


def test_errors_of_an_own_transport_are_ours() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("too\nslow")

    with (
        Fetcher("http://ris.example/", transport=httpx.MockTransport(handle), obey_robots=False) as fetcher,
        pytest.raises(RetryLater, match="too slow"),
    ):
        fetcher.fetch(want("http://ris.example/a"))


def test_a_recorded_crawl_is_replayed_alike(tmp_path: Path) -> None:
    answers: dict[str, Answer | list[Answer]] = {
        "/robots.txt": ok(b"User-agent: *\nDisallow: /secret\n", type="text/plain"),
        "/B%C3%BCrger": redirect("/b?x='1'"),
        "/b": ok(gzip.compress(HTML), "Content-Encoding: gzip"),
        "/c": CHUNKED + b"5\r\n<p>c \r\n0\r\n\r\n",
        "/torn": [(CHUNKED + b"5\r\nhello", CLOSE), ok(b"whole")],
    }

    def tell(fetcher: Fetcher, url: str) -> list[tuple[Any, ...]]:
        told: list[tuple[Any, ...]] = []
        for path in ("/Bürger", "/c", "/torn", "/torn", "/gone", "/secret"):
            try:
                page = fetcher.fetch(want(url + path)).page
                assert page is not None
                told.append((page.url, page.content, page.content_type, page.status))
            except FetchError as error:
                told.append((type(error), error.url))
        return told

    with FaultServer(answers) as server, Archive(tmp_path, info={}) as archive:
        with Fetcher(server.url, delay=0, record=archive.append) as fetcher:
            live = tell(fetcher, server.url)
        count = len(server.log)
        with Fetcher(server.url, transport=ReplayTransport(archive_files(tmp_path))) as fetcher:
            assert tell(fetcher, server.url) == live
    assert [one[0] for one in live if isinstance(one[0], type)] == [RetryLater, GoneError, RobotsForbidden]
    assert len(server.log) == count
