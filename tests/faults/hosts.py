"""Whole hosts that refuse, forbid, cannot be found or are not who they say: cases 21 to 26 and 48."""

from __future__ import annotations

import datetime as dt
import ssl
import warnings
from collections.abc import Callable
from email.utils import format_datetime
from functools import partial
from pathlib import Path

from tests.faults.case import Case
from tests.faults.stage import Stage
from tests.faultserver import CLOSE, Answer, FaultServer, Received, ok, redirect

CERTIFICATES = Path(__file__).parent.parent / "certs"
NAME = "ris.musterau.example"
FEW = ("--kinds", "meeting")  # five requests
BUSY = "429 Too Many Requests"


def later(form: str) -> str:
    """A date in two seconds, in one of the forms of HTTP."""
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=2)
    return format_datetime(moment, usegmt=True) if form == "imf" else moment.strftime(form)


# What Retry-After says, and how many seconds that is at least.
WAITS: tuple[tuple[Callable[[], str], float], ...] = (
    (lambda: "1", 1.0),
    (partial(later, "imf"), 1.0),
    (partial(later, "%A, %d-%b-%y %H:%M:%S GMT"), 1.0),
    (partial(later, "%a %b %d %H:%M:%S %Y"), 1.0),
    (lambda: "-5", 0.0),
    (lambda: "Thu, 01 Jan 2015 00:00:00 GMT", 0.0),
    (lambda: "bald", 0.05),
)


def readable_waits(stage: Stage) -> None:
    """Each form is honoured: nothing is asked of the host before, and the page comes in the end."""
    folder, victims = stage.seasoned(), stage.papers[: len(WAITS)]
    seen: set[str] = set()

    def busy(received: Received) -> bytes:
        if received.path in seen:
            return stage.page(received)
        seen.add(received.path)
        said, _ = WAITS[victims.index(received.path)]
        return ok(b"", f"Retry-After: {said()}", status=BUSY)

    before = len(stage.server.log)
    with stage.saying(dict.fromkeys(victims, busy)):
        done = stage.crawl(folder=folder)
    assert done.code == 0, done.said
    log = stage.server.log[before:]
    for path, (_, seconds) in zip(victims, WAITS, strict=True):
        at = next(number for number, one in enumerate(log) if one.path == path)
        gap = log[at + 1].at - log[at].at
        assert gap >= seconds * 0.95, f"asked again after {gap:.2f} s, not {seconds} s"
    stage.same(folder)


def endless_wait(stage: Stage, said: str) -> None:
    """A wait of ages ends the run with one line, is at most a day, and is kept by the next start."""
    folder, path = stage.seasoned(), stage.papers[0]
    with stage.saying({path: ok(b"", f"Retry-After: {said}", status=BUSY)}):
        done = stage.crawl(folder=folder)
    assert (done.code, "left alone until" in done.said) == (3, True), done.said
    until = done.said.partition("left alone until ")[2][:16]
    moment = dt.datetime.strptime(until, "%Y-%m-%d %H:%M").replace(tzinfo=dt.UTC)
    assert moment <= dt.datetime.now(dt.UTC) + dt.timedelta(days=1), until
    again = stage.crawl(folder=folder)
    assert again.code == 3 and not again.asked, f"asked for {again.asked}"
    stage.same(folder)


def wall(stage: Stage, status: str) -> None:
    """After 40 requests the host refuses everything: the run ends soon, with one line, and goes on later."""
    folder, count = stage.seasoned(), 0

    def refusing(received: Received) -> bytes:
        nonlocal count
        count += 1
        return stage.page(received) if count <= 40 else ok(b"<html>Nein</html>", status=status)

    with stage.saying({}, refusing):
        done = stage.crawl(folder=folder)
    assert done.code == 3, f"{done.code}: {done.said}"
    assert len(done.asked) < 75, f"{len(done.asked)} requests against a wall"
    assert len([line for line in done.said.splitlines() if "the same command goes on" in line]) == 1, (
        done.said
    )
    stage.same(folder)
    assert stage.crawl(folder=folder).code == 0, "the same command goes on"
    stage.same(folder)


def not_public(stage: Stage) -> None:
    """All persons are denied, forty in a row, and nothing else: no wall, but they were public yesterday."""
    folder = stage.seasoned()

    def refusing(received: Received) -> bytes:
        denied = "kp020" in received.path
        return ok(b"<html>Nein</html>", status="403 Forbidden") if denied else stage.page(received)

    with stage.saying({}, refusing):
        done = stage.crawl(folder=folder)
    denied = [path for path in done.asked if "kp020" in path]
    assert len(denied) == len(set(denied)) >= 30, f"{len(denied)} requests for persons"
    assert (done.code, done.report["pages"]["refused"]) == (3, len(denied)), done.said
    assert f"{len(denied)} of {len(denied)} persons whose pages were read before cannot be had" in done.said
    assert len(done.asked) <= len(stage.asked) + len(denied) // 5, "one look in five"
    stage.same(folder)


FORBID, PLAIN = b"User-agent: *\nDisallow: /\n", "text/plain"
# What robots.txt is, whether the rest is asked for then, and what is told.
ROBOTS: tuple[tuple[str, Answer, bool, str], ...] = (
    ("404", ok(b"", status="404 Not Found"), True, ""),
    ("410", ok(b"", status="410 Gone"), True, ""),
    ("401", ok(b"", status="401 Unauthorized"), True, ""),
    ("403", ok(b"", status="403 Forbidden"), True, ""),
    ("a page", ok(b"<!DOCTYPE html><p>Startseite Disallow: /</p>"), True, ""),
    ("10 MB", ok(b"#" + b"x" * 10_000_000 + b"\n" + FORBID, type=PLAIN), True, ""),
    ("six redirects", redirect("/robots.txt"), True, ""),
    ("503", ok(b"", status="503 Service Unavailable"), False, "gives no answer"),
    ("silence", (30.0, CLOSE), False, "gives no answer"),
    ("a redirect", redirect("/elsewhere.txt"), False, "Disallow: /"),
    ("with a BOM", ok(b"\xef\xbb\xbf" + FORBID, type=PLAIN), False, "Disallow: /"),
    ("with CR only", ok(FORBID.replace(b"\n", b"\r"), type=PLAIN), False, "Disallow: /"),
)


def robots(answer: Answer, goes_on: bool, told: str, stage: Stage) -> None:
    """robots.txt is obeyed as RFC 9309 says, and what it stopped is told."""
    with stage.saying({"/robots.txt": answer, "/elsewhere.txt": ok(FORBID, type=PLAIN)}):
        done = stage.crawl(*FEW, folder=stage.empty())
    others = [path for path in done.asked if not path.endswith(".txt")]
    assert bool(others) == goes_on, done.asked
    assert done.code == (0 if goes_on else 1), done.said
    assert told in done.said, done.said


def slow_by_request(stage: Stage) -> None:
    """A delay of an hour is kept: the run says so and ends instead of sleeping through its time."""
    rules = ok(b"User-agent: *\nCrawl-delay: 3600\n", type=PLAIN)
    with stage.saying({"/robots.txt": rules}):
        done = stage.crawl(*FEW, "--max-runtime", "3s", folder=stage.empty())
    assert done.code == 3, done.said
    assert len(done.asked) <= 2, done.asked


def forbidden(stage: Stage) -> None:
    """Everything forbidden: the reason is told, and what was there stays."""
    folder = stage.seasoned()
    with stage.saying({"/robots.txt": ok(FORBID, type=PLAIN)}):
        done = stage.crawl(folder=folder)
    assert done.code == 1 and done.asked == ("/robots.txt",), done.asked
    assert "Disallow: /" in done.said, done.said
    stage.same(folder)


def usual(context: ssl.SSLContext) -> None:
    """As servers are."""


def old_tls(context: ssl.SSLContext) -> None:
    """TLS 1.0 and no newer one."""
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1


def certificate(file: str, told: str, stage: Stage, tls: Callable[[ssl.SSLContext], object]) -> None:
    """Refused with its reason; not one request goes out."""
    with FaultServer({}, str(CERTIFICATES / file), tls=tls) as server:
        done = stage.crawl(folder=stage.empty(), url=server.url + "/bi/")
        assert not server.log, "a request over a connection that proves nothing"
    assert done.code == 1, done.said
    assert told in done.said, done.said


def name(error: str, told: str, tries: int, stage: Stage) -> None:
    """A name that cannot be looked up is told in one line."""
    done = stage.crawl(
        "--delay", "0.5", folder=stage.empty(), url=f"http://{NAME}/bi/", faults={"names": {NAME: error}}
    )
    assert done.code == 1 and told in done.said, done.said
    assert done.report["traffic"]["retries"] >= tries - 1, "tried again"


def dead_route(stage: Stage) -> None:
    """The first address takes no connection: the second does."""
    url = stage.url.replace("127.0.0.1", NAME)
    faults = {"names": {NAME: ["fd00::1", "127.0.0.1"]}}
    done = stage.crawl(*FEW, "--delay", "0.5", folder=stage.empty(), url=url, faults=faults)
    assert done.code == 0, done.said
    assert done.report["records"] == {"meeting": 4}, done.report["records"]


def proxies(stage: Stage) -> None:
    """Proxies of the environment are nobody's business."""
    names = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    folder = stage.empty()
    done = stage.crawl(folder=folder, env=dict.fromkeys(names, "http://127.0.0.1:9"))
    assert done.code == 0, done.said
    stage.same(folder)


def portal(answer: Answer, stage: Stage) -> None:
    """One page for all addresses, robots.txt too: nothing of it is kept."""
    folder = stage.seasoned()
    with stage.saying({}, answer):
        done = stage.crawl(folder=folder)
    assert done.code in {1, 3}, done.said
    assert len(done.asked) < 12, f"{len(done.asked)} requests to a portal"
    stage.same(folder)


PORTAL = ok(b"<html><head><title>WLAN</title></head><body><form>Bitte anmelden</form></body></html>")
WALLS = ((BUSY, False), ("503 Service Unavailable", True), ("403 Forbidden", False))
RARE = {"10 MB", "410", "401", "403", "six redirects", "silence", "with a BOM"}  # in the full form only
CERTIFICATE = (("expired", "certificate refused", False), ("good", "self-signed", True),
               ("other", "certificate refused", True))  # fmt: skip
NAMES = (("NXDOMAIN", "cannot be looked up", 1, False), ("EMPTY", "cannot be looked up", 1, True),
         ("SERVFAIL", "cannot be looked up", 2, False),
         ("SLOW", "not looked up within", 2, True))  # fmt: skip
CASES = (
    Case(21, "waits that can be read", readable_waits),
    Case(21, "wait of two hours", partial(endless_wait, said="7200"), full=True),
    Case(21, "wait of ages", partial(endless_wait, said="1" + "0" * 14)),
    *(Case(22, f"wall of {status[:3]}", partial(wall, status=status), full=full) for status, full in WALLS),
    Case(22, "pages that are not public", not_public),
    *(Case(23, f"robots.txt is {title}", partial(robots, answer, goes_on, told), full=title in RARE)
      for title, answer, goes_on, told in ROBOTS),
    Case(24, "everything forbidden", forbidden),
    Case(24, "an hour between requests", slow_by_request),
    *(Case(25, f"certificate {file}", partial(certificate, f"{file}.pem", told, tls=usual), full)
      for file, told, full in CERTIFICATE),
    Case(25, "TLS 1.0 only", partial(certificate, "good.pem", "TLS", tls=old_tls)),
    *(Case(26, f"name server says {error}", partial(name, error, told, tries), full)
      for error, told, tries, full in NAMES),
    Case(48, "a dead route", dead_route),
    Case(48, "proxies in the environment", proxies),
    Case(48, "captive portal", partial(portal, PORTAL)),
    Case(48, "captive portal elsewhere", partial(portal, redirect("http://login.wlan.example/"))),
)  # fmt: skip
