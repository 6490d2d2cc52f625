"""Bodies, heads and connections that are broken: cases 1 to 20."""

from __future__ import annotations

import gzip
import zlib
from functools import cache

from tests.faults.case import Broken, Case, Said, page, pages
from tests.faults.stage import Played, Stage
from tests.faultserver import CLOSE, RESET, Received, ok, redirect

GZIP = "Content-Encoding: gzip"
COOKIES = [f"Set-Cookie: c{number}=v" for number in range(300)]
BOMB_BYTES, BOMB_PEAK = 512 * 1024 * 1024, 128
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
UMLAUTS = ("ü und ß".encode(), "ü und ß".encode("latin-1"))


@cache
def bomb() -> bytes:
    """512 MiB of zeros as half a MiB of gzip."""
    deflater = zlib.compressobj(9, wbits=31)
    blocks = [deflater.compress(bytes(1 << 20)) for _ in range(BOMB_BYTES >> 20)]
    return b"".join([*blocks, deflater.flush()])


def small(stage: Stage, done: Played) -> None:
    """The bomb was not kept in memory."""
    assert 0 < done.peak <= BOMB_PEAK, f"{done.peak} MiB of memory"


def cut(body: bytes) -> Said:
    """A promise of more than comes."""
    return (HEAD + b"Content-Length: %d\r\n\r\n" % (len(body) + 99) + body[: len(body) // 2], CLOSE)


def long(body: bytes) -> Said:
    """More than was promised."""
    return (HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body + b"surplus", 0.05)


def half(body: bytes) -> bytes:
    """Closed in the middle, and nothing tells the length."""
    return body[: body.lower().rindex(b"</table")]


def chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


def drip(data: bytes, seconds: float) -> Said:
    """One byte after the other."""
    return tuple(step for byte in data[:400] for step in (bytes([byte]), seconds))


def endless(received: Received) -> tuple[bytes, ...]:
    """200 MiB, without an end in sight."""
    block = b"<p>" + b"x" * (1 << 20)
    return (HEAD + b"\r\n", *[block] * 200)


def wanted(stage: Stage, path: str) -> list[Said]:
    """Redirects to an address with raw bytes in it, where the page is."""
    here = path.encode("latin-1")
    return [redirect(here + b"&Titel=" + words) for words in UMLAUTS]


def moving(received: Received) -> bytes:
    """A redirect to the next number."""
    head, _, number = received.path.rpartition("=")
    return redirect(f"{head}={int(number) + 1}")


def chain(stage: Stage, path: str) -> list[Said]:
    """A loop, and a chain of 30."""
    stage.answers["/bi/hop.asp"] = moving
    return [redirect(path), redirect("/bi/hop.asp?n=1")]


LOGIN = ok(b'<html><body><form>Anmeldung <input name="p" type="password"></form></body></html>')


def login(stage: Stage, path: str) -> list[Said]:
    """The session has ended: a login page with 200."""
    stage.answers["/bi/login.asp"] = LOGIN
    return [redirect("/bi/login.asp")]


def hidden(*hosts: str) -> list[Said]:
    return [redirect(f"http://{host}/bi/vo020.asp?VOLFDNR=1") for host in hosts]


INSIDE = (
    "127.0.0.1:9", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]",
    "2130706433",
)  # fmt: skip


def rebound(stage: Stage) -> None:
    """The source's own name turns private behind a public address: it is never connected to."""
    name = "ris.musterau.example"
    folder = stage.empty()
    url = f"http://{name}:{stage.server.port}/bi/"
    faults = {"names": {name: ["198.51.100.1", "10.0.0.1"]}}
    done = stage.crawl("--delay", "0.5", folder=folder, url=url, faults=faults)
    assert done.code == 1, done.said
    assert not done.asked, "nothing may reach this machine"


CASES = (
    Case(1, "gzip bomb", Broken(lambda stage, path: [ok(bomb(), GZIP)], "failed", "larger than",
                                check=small)),
    Case(2, "stacked codings", Broken(pages(ok(b"x", "Content-Encoding: gzip,gzip,gzip")), "failed",
                                      "unknown Content-Encoding")),
    Case(3, "gzip cut for ever", Broken(page(lambda body: ok(gzip.compress(body)[:-40], GZIP)), "failed",
                                        "before its end mark", tries=2)),
    Case(3, "gzip cut once", Broken(page(lambda body: [ok(gzip.compress(body)[:-40], GZIP), ok(body)]), None,
                                    code=0, tries=2)),
    Case(4, "length too long", Broken(page(cut), "failed", "cut", tries=2)),
    Case(5, "length too short", Broken(page(long), None, code=0)),
    Case(6, "cut without a length", Broken(page(lambda body: (HEAD + b"\r\n" + half(body), CLOSE)), "failed",
                                           tries=2)),
    Case(7, "chunks cut", Broken(page(lambda body: (CHUNKED + chunk(body[:500]), CLOSE)), "failed", "cut",
                                 tries=2)),
    Case(8, "endless body", Broken(pages(endless), "failed", "larger than")),
    Case(9, "slow head", Broken(pages(drip(HEAD, 0.2)), "failed", "not complete within", tries=2)),
    Case(10, "slow body", Broken(page(lambda body: (HEAD + b"\r\n", *drip(body, 0.2))), "failed",
                                 "not complete within", tries=2), full=True),
    Case(11, "reset in the body", Broken(page(lambda body: (HEAD + b"Content-Length: 9999\r\n\r\nx", RESET)),
                                         "failed", tries=2)),
    Case(11, "no answer once", Broken(page(lambda body: [(CLOSE,), (RESET,), ok(body)]), None, code=0,
                                      tries=3)),
    Case(12, "early hints", Broken(page(lambda body: b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 9
                                        + ok(body)), None, code=0)),
    Case(12, "flood of interim answers", Broken(pages((b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000, CLOSE)),
                                                "failed", "head is larger")),
    Case(13, "huge heads", Broken(pages(ok(b"x", "X: " + "y" * (2 << 20)),
                                        ok(b"x", *[f"X{n}: y" for n in range(50_000)]),
                                        ok(b"x", *[f"X{n}: y" for n in range(2_000)])), "failed", "head")),
    Case(13, "300 cookies", Broken(page(lambda body: ok(body, *COOKIES)), None, code=0)),
    Case(14, "broken heads", Broken(pages(ok(b"xx", "Content-Length: 1"), ok(b"x", "X Y: 1"),
                                          (b"NONSENSE\r\n\r\n", CLOSE)), "failed", "breaks the protocol")),
    Case(15, "redirects without end", Broken(chain, "failed", "more than 10 redirects")),
    Case(16, "login page", Broken(login, "refused", "login", code=0)),
    Case(17, "redirects to other schemes", Broken(pages(*map(redirect, (
        "file:///etc/passwd", "ftp://ftp.example/x", "javascript:alert(1)", "data:text/html,x"))), "refused",
        "only http", code=0)),
    Case(18, "redirects to inner addresses", Broken(pages(*hidden(*INSIDE)), "refused", code=0)),
    Case(18, "rebinding", rebound),
    Case(19, "raw umlauts in a redirect", Broken(wanted, None, code=0)),
    Case(20, "redirect to another town", Broken(pages(redirect("https://ris.nachbarau.example/")), "refused",
                                                "outside of the source", code=0)),
)  # fmt: skip
