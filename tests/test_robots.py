"""robots.txt by RFC 9309: own vectors, and the published ones where they are at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scraper import robots

VECTORS = Path(__file__).parents[2] / "shared" / "robots_vectors.json"
US = "ris-scraper"
TOWN = "https://ris.musterau.example"
RIS = "User-agent: ris-scraper\n"
ANY = "User-agent: *\n"

# (what it shows, robots.txt, path, allowed)
OWN = [
    ("no file forbids nothing", "", "/bi/", True),
    ("all forbidden", ANY + "Disallow: /\n", "/bi/", False),
    ("an empty rule forbids nothing", ANY + "Disallow:\n", "/bi/", True),
    ("robots.txt itself is always open", ANY + "Disallow: /\n", "/robots.txt", True),
    ("our group beats the general one", ANY + "Disallow: /\n" + RIS + "Allow: /\n", "/bi/", True),
    ("our group first, the general one after", RIS + "Disallow: /x\n" + ANY + "Disallow: /\n", "/bi/", True),
    ("our group without rules opens all", ANY + "Disallow: /\n\n" + RIS + "Disallow:\n", "/bi/", True),
    ("another agent's group is not ours", "User-agent: EvilBot\nDisallow: /\n", "/bi/", True),
    ("an agent that begins like ours", "User-agent: ris-scraper-pro\nDisallow: /\n", "/bi/", True),
    ("an agent that is the start of ours", "User-agent: ris\nDisallow: /\n", "/bi/", True),
    ("version and comment behind the name", "User-agent: RIS-Scraper/2.0 (x)\nDisallow: /\n", "/bi/", False),
    ("two agents share a group", "User-agent: a\n" + RIS + "Disallow: /bi\n", "/bi/", False),
    (
        "two groups of ours are one",
        RIS + "Disallow: /a\n" + ANY + "Allow: /\n" + RIS + "Disallow: /b",
        "/b",
        False,
    ),
    ("a blank line does not end a group", RIS + "\n\nDisallow: /bi\n", "/bi/", False),
    (
        "a sitemap does not end a group",
        "User-agent: a\nSitemap: /s\n" + RIS + "Disallow: /bi\n",
        "/bi/",
        False,
    ),
    ("rules before any agent count for none", "Disallow: /\n" + ANY + "Disallow: /x\n", "/bi/", True),
    ("the longest rule wins", ANY + "Disallow: /bi\nAllow: /bi/vo020\n", "/bi/vo020.asp?VOLFDNR=1", True),
    ("order does not matter", ANY + "Allow: /bi/vo020\nDisallow: /bi\n", "/bi/vo020.asp?VOLFDNR=1", True),
    ("Allow wins a tie", ANY + "Disallow: /bi\nAllow: /bi\n", "/bi/", True),
    ("a folder is not its neighbour", ANY + "Disallow: /bi/___tmp/\n", "/bi/___tmpfile", True),
    ("the temporary folder of shared hosts", ANY + "Disallow: /bi/___tmp/\n", "/bi/___tmp/a.pdf", False),
    ("a star inside", ANY + "Disallow: /*.asp?SILFDNR\n", "/bi/to010.asp?SILFDNR=1", False),
    ("a star inside that misses", ANY + "Disallow: /*.asp?SILFDNR\n", "/bi/to010.asp?TOLFDNR=1", True),
    ("an end mark holds", ANY + "Disallow: /*.pdf$\n", "/a.pdf", False),
    ("an end mark misses", ANY + "Disallow: /*.pdf$\n", "/a.pdf?x=1", True),
    ("end mark without star", ANY + "Disallow: /bi$\n", "/bi/", True),
    ("the end may not overlap the start", ANY + "Disallow: /aa*aa$\n", "/aaa", True),
    ("a query is part of the address", ANY + "Disallow: /bi?PALFDNR=2\n", "/bi?PALFDNR=2", False),
    ("a fragment is not", ANY + "Disallow: /bi#x\n", "/bi", False),
    ("case of paths counts", ANY + "Disallow: /BI/\n", "/bi/", True),
    ("escapes compare in either case", ANY + "Disallow: /stra%c3%9fe\n", "/stra%c3%9Fe", False),
    ("umlauts in a rule are escaped", ANY + "Disallow: /B\u00fcrger\n", "/B%C3%BCrger", False),
    ("a comment behind a rule", ANY + "Disallow: /bi # not now\n", "/bi/", False),
    ("carriage returns only", "User-agent: *\rDisallow: /bi\r", "/bi/", False),
    ("mixed line ends", "User-agent: *\r\nDisallow: /x\nDisallow: /bi\r", "/bi/", False),
    ("a byte order mark", "\ufeffUser-agent: *\nDisallow: /bi\n", "/bi/", False),
    ("spaces around everything", "  User-agent :  * \n\tDisallow :\t/bi \n", "/bi/", False),
    ("a missing colon", "User-agent *\nDisallow /bi\n", "/bi/", False),
    ("a misspelt word", "User agent: *\nDissallow: /bi\n", "/bi/", False),
    ("an HTML page has no rules", "<html><body>User-agent: *<br>Disallow: /</body></html>", "/bi/", True),
    ("index.html opens its folder", ANY + "Disallow: /\nAllow: /bi/index.html\n", "/bi/", True),
    ("but nothing else in it", ANY + "Disallow: /\nAllow: /bi/index.html\n", "/bi/x", False),
    (
        "a Crawl-delay does not end a group",
        "User-agent: a\nCrawl-delay: 9\n" + RIS + "Disallow: /\n",
        "/",
        False,
    ),
]


@pytest.mark.parametrize(("text", "path", "expected"), [row[1:] for row in OWN], ids=[row[0] for row in OWN])
def test_own_vectors(text: str, path: str, expected: bool) -> None:
    assert robots.allowed(text, US, TOWN + path) is expected
    assert robots.allowed(text.encode(), US, TOWN + path) is expected


@pytest.mark.skipif(not VECTORS.exists(), reason="the published vectors are not beside the project")
def test_published_vectors() -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    wrong = [
        row for row in vectors if robots.allowed(row["robots"], row["agent"], row["url"]) != row["allowed"]
    ]
    assert len(vectors) == 141
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        (ANY + "Crawl-delay: 10\n", 10.0),
        (ANY + "crawl-DELAY:0.5\n", 0.5),
        (ANY + "Crawl-delay: 2,5\n", 2.5),
        (ANY + "Crawl-delay: 7 # seconds\n", 7.0),
        (ANY + "Crawl-delay: soon\n", None),
        (ANY + "Crawl-delay: -3\n", None),
        (ANY + "Crawl-delay: 99999999\n", robots.MAX_DELAY),
        (ANY + "Crawl-delay: 10\n\n" + RIS + "Disallow: /x\n", None),
        (ANY + "Disallow: /y\nCrawl-delay: 10\n\n" + RIS + "Disallow: /x\n", None),
        (ANY + "Crawl-delay: 10\nDisallow:\n" + RIS + "Crawl-delay: 3\n", 3.0),
        ("User-agent: slowbot\nCrawl-delay: 30\n" + ANY + "Disallow: /x\n", None),
        (ANY + "Crawl-delay: 3\nCrawl-delay: 5\nCrawl-delay: 4\n", 5.0),
        ("Crawl-delay: 8\n" + ANY + "Disallow: /x\n", None),
    ],
)
def test_delay(text: str, expected: float | None) -> None:
    assert robots.delay(text, US) == expected


def test_utf16_is_read() -> None:
    text = ANY + "Disallow: /bi\n"
    assert not robots.allowed(b"\xff\xfe" + text.encode("utf-16-le"), US, TOWN + "/bi/")
    assert not robots.allowed(b"\xfe\xff" + text.encode("utf-16-be"), US, TOWN + "/bi/")


def test_only_the_first_500_kib_count() -> None:
    filler = "# nothing\n" * (robots.MAX_BYTES // 10)
    assert robots.allowed(ANY + filler + "Disallow: /\n", US, TOWN + "/bi/")
    assert not robots.allowed(ANY + "Disallow: /\n" + filler, US, TOWN + "/bi/")


def test_a_line_cut_by_the_limit_is_dropped() -> None:
    head = ANY + "Disallow: /"
    text = ANY + "#" * (robots.MAX_BYTES - len(ANY) - len(head) + len(ANY) - 1) + "\nDisallow: /secret\n"
    assert text.encode()[: robots.MAX_BYTES].endswith(b"\nDisallow: /")
    assert robots.allowed(text, US, TOWN + "/bi/")


def test_any_bytes_are_survived() -> None:
    assert robots.allowed(bytes(range(256)) * 40, US, TOWN + "/bi/")
    assert robots.allowed("\ud800" + ANY, US, "http://[broken/")


def test_a_hostile_pattern_costs_little() -> None:
    # Read as a regular expression this pattern would not end in a lifetime.
    assert robots.allowed(ANY + "Disallow: /" + "*a" * 2000 + "b$\n", US, TOWN + "/" + "a" * 4000)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("", "/bi/", "no group of robots.txt is about us"),
        (ANY + "Disallow: /x\n", "/bi/", "no line of the group '*' matches"),
        (ANY + "# c\nDisallow: /bi\n", "/bi/", "robots.txt line 3: Disallow: /bi (group '*')"),
        (RIS + "Allow: /bi\n", "/bi/", "robots.txt line 2: Allow: /bi (group 'ris-scraper')"),
    ],
)
def test_explain(text: str, path: str, expected: str) -> None:
    assert robots.explain(text, US, TOWN + path) == expected


def test_the_full_user_agent_may_be_given() -> None:
    assert not robots.allowed(RIS + "Disallow: /\n", "ris-scraper/0.1 (+https://example.org)", TOWN + "/bi/")
