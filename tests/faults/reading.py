"""Pages that come but lie, change or vanish: cases 27 to 38 and 49, 50."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial

from tests.faults.case import Broken, Case, Said, page, pages
from tests.faults.stage import Played, Stage
from tests.faultserver import Received, ok, redirect
from tests.town import Town

META = re.compile(rb"(?i)<meta[^>]*charset[^>]*>")


def text(body: bytes) -> str:
    """The page as people read it, without a word about its encoding."""
    return META.sub(b"", body).decode("cp1252")


def labelled(body: bytes, label: str) -> Said:
    return ok(body, type=f"text/html; charset={label}")


def late_meta(body: bytes) -> Said:
    """The label comes behind 1,500 bytes."""
    label = "<head>" + " " * 1500 + '<meta charset="windows-1252">'
    return ok(text(body).replace("<head>", label, 1).encode("cp1252"))


CHARSETS: tuple[Callable[[bytes], Said], ...] = (
    lambda body: labelled(text(body).encode(), "iso-8859-1"),
    lambda body: labelled(text(body).encode("cp1252"), "utf-8"),
    lambda body: labelled(text(body).encode("cp1252"), "iso-8859-1"),
    lambda body: ok(b'<meta charset="iso-8859-1">' + text(body).encode(), type="text/html; charset=utf-8"),
    lambda body: ok(text(body).encode("utf-16")),
    lambda body: labelled(text(body).encode(), "no-such-charset"),
    late_meta,
)


def subject(stage: Stage, path: str) -> str:
    """The subject of the paper at `path`, as the undisturbed crawl read it."""
    number = path.partition("VOLFDNR=")[2]
    for line in (stage.golden / "papers.jsonl").read_text("utf-8").split("\n"):
        if f':{number}"' in line and json.loads(line)["id"].endswith(f":{number}"):
            return str(json.loads(line)["subject"])
    raise AssertionError(f"no record of {path}")


def titled(words: str) -> Callable[[Stage], Played]:
    """A crawl in which the first paper's subject holds `words`, as a browser would be sent them."""

    def play(stage: Stage) -> Played:
        path = stage.papers[0]
        shown = " ".join(subject(stage, path).split()[:2]).replace("&", "&amp;")
        there = text(stage.body(path))
        assert shown in there, f"{shown} is not on {path}"
        body = there.replace(shown, f"{shown} {words}").encode("utf-8", "surrogatepass")
        with stage.saying({path: labelled(body, "utf-8")}):
            done = stage.crawl(folder=stage.seasoned())
        assert done.code in {0, 3}, done.said
        return done

    return play


def warned(words: str, code: str, stage: Stage) -> None:
    """The text is kept as it was served, and flagged."""
    done = titled(words)(stage)
    rows = [
        json.loads(line) for line in (done.folder / "papers.jsonl").read_text("utf-8").split("\n") if line
    ]
    (record,) = [row for row in rows if words in (row["subject"] or "")]
    assert code in record["warnings"], record["warnings"]


SIGNS = (
    "&#0;\0 \x01&#1; \x85\x9b31m &#xD800; \u2028 \u202eblöd\u202c \x1b]0;Titel\x07 [link=http://x]y[/link]"
)


def controls(stage: Stage) -> None:
    """Control signs, surrogates and escapes: valid JSON, nothing of them in the lines, an inert terminal."""
    done = titled(SIGNS)(stage)
    data = (done.folder / "papers.jsonl").read_bytes()
    assert b"[link=" in data, "the subject with the signs is there"
    for line in data.split(b"\n"):
        signs = {ord(sign) for value in _texts(json.loads(line or b"{}")) for sign in value}
        bad = {sign for sign in signs if (sign < 32 and sign not in {9, 10}) or 0xD800 <= sign <= 0xDFFF}
        assert not bad and not signs & {0x9B, 0x1B}, f"{sorted(bad)} in {line[:200]!r}"


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [found for inner in value.values() for found in _texts(inner)]
    if isinstance(value, list):
        return [found for inner in value for found in _texts(inner)]
    return [value] if isinstance(value, str) else []


def steering(stage: Stage, path: str) -> list[Said]:
    """Escapes in an address and in a reason."""
    return [redirect(b"ftp://x/\x1b]0;y\x07\xc2\x9b[2J"), redirect("javascript:[red]\x1b[31m")]


def deep(body: bytes, bomb: bytes) -> Said:
    """The page with markup in it that costs a parser minutes or gigabytes."""
    return ok(body.replace(b"</body>", bomb + b"</body>"))


UNCLOSED = b"".join(b"<b %d><i %d>" % (n, n) for n in range(15_000))
DEEP = (UNCLOSED, b"<div>" * 32_000)  # without a word: on a fast machine it is read
EMPTY = pages(
    ok(b""),
    ok(b" \r\n\t "),
    ok(b"<html><body><p>Bitte warten ...</p></body></html>"),
    ok(b"<html><body><font>Microsoft OLE DB Provider for SQL Server</font> error '80004005'</body></html>"),
    ok(b"<html><head><title>Page Expired</title></head><body>The page has expired.</body></html>"),
)


def bombs(stage: Stage) -> None:
    """Killed or read, but the run goes on, and what was known of the pages stays."""
    folder, found = stage.seasoned(), zip(stage.papers, DEEP, strict=False)
    with stage.saying({path: deep(stage.body(path), bomb) for path, bomb in found}):
        done = stage.crawl(folder=folder)
    assert done.code == 3, done.said
    assert done.report["pages"]["failed"] >= 1 and "took" in done.told, done.told
    stage.same(folder, warnings=False)


def renamed(stage: Stage) -> None:
    """All classes and ids of papers have other names: told, and the records of the last run stay."""
    folder = stage.seasoned()

    def changed(received: Received) -> bytes:
        if received.path not in stage.papers:
            return stage.page(received)
        body = stage.page(received).partition(b"\r\n\r\n")[2]
        return ok(re.sub(rb'(class|id)="', rb'\1="neu-', body))

    with stage.saying({}, changed):
        done = stage.crawl(folder=folder)
    assert done.code == 3, done.said
    stage.same(folder)


def migrated(stage: Stage) -> None:
    """The town moves to version 4: what was known stays or goes on under a new id."""
    folder, new = stage.seasoned(), Town(skin="allris4")
    old = {json.loads(line)["id"] for line in (folder / "papers.jsonl").read_bytes().splitlines()}

    def moved(received: Received) -> bytes:
        if received.path in {"/bi/", "/bi/allris.net.asp"}:
            return redirect(f"{new.site.prefix}{new.site.start}")
        return stage.other(new, received)

    with stage.saying({}, moved):
        done = stage.crawl(folder=folder)
    assert done.code in {0, 1, 3}, done.said
    kept = {json.loads(line)["id"] for line in (folder / "papers.jsonl").read_bytes().splitlines()}
    lost = old - kept - set(done.report.get("aliases", {}))
    assert not lost, f"{len(lost)} papers are gone: {done.said}"


def vanished(stage: Stage) -> None:
    """404, 410 and a list that fails: twice, and the records are still there."""
    folder = stage.seasoned()
    answers: dict[str, Said] = {
        stage.papers[0]: ok(b"", status="404 Not Found"),
        stage.papers[1]: ok(b"", status="410 Gone"),
    }
    for _ in range(2):
        with stage.saying(dict(answers)):
            done = stage.crawl(folder=folder)
        assert (done.code, done.report["pages"].get("gone")) == (0, 2), done.told
        stage.same(folder)
    with stage.saying({"/bi/vo040.asp": ok(b"", status="500 Internal Server Error")}):
        done = stage.crawl(folder=folder)
    assert done.code == 3, done.said
    stage.same(folder)


NONE = "attachments are linked, not downloaded"
CASES = (
    Case(27, "charsets that lie", Broken(page(*CHARSETS), None, code=0)),
    Case(27, "replacement characters", partial(warned, "Stra\ufffde", "replacement_character")),
    Case(28, "double encoded", partial(warned, "GrÃ¶ÃŸe", "double_encoded")),
    Case(29, "control signs in a subject", controls),
    Case(30, "escapes in an address", Broken(steering, "refused", "only http", code=0)),
    Case(31, "formulas in CSV", lambda stage: None, why="there is no CSV export"),
    Case(32, "markup bombs", bombs),
    Case(33, "pages that are none", Broken(EMPTY, "failed")),
    Case(34, "renamed markup", renamed),
    Case(35, "another version", migrated),
    Case(36, "vanished pages", vanished),
    Case(37, "names of attachments", lambda stage: None, why=NONE),
    Case(38, "types of attachments", lambda stage: None, why=NONE),
)
