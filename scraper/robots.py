"""robots.txt as RFC 9309 reads it: which rule decides about an address, and how long to wait.

Pure: text in, verdict out; fetching the file is the fetcher's work. Where the RFC is silent this follows the
published test vectors of Google's reader: a missing colon and common misspellings are read as meant, an
`Allow` of `…/index.html` also opens its folder, and the address must come percent-encoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

MAX_BYTES = 500 * 1024  # RFC 9309 §2.5: a reader must take at least 500 KiB
MAX_DELAY = 86_400.0

USER_AGENT = "user-agent"
ALLOW = "allow"
DISALLOW = "disallow"
CRAWL_DELAY = "crawl-delay"

DIRECTIVES = {
    "user-agent": USER_AGENT,
    "useragent": USER_AGENT,
    "user agent": USER_AGENT,
    "allow": ALLOW,
    "disallow": DISALLOW,
    "dissallow": DISALLOW,
    "dissalow": DISALLOW,
    "disalow": DISALLOW,
    "diasllow": DISALLOW,
    "disallaw": DISALLOW,
    "crawl-delay": CRAWL_DELAY,
    "crawldelay": CRAWL_DELAY,
    "crawl delay": CRAWL_DELAY,
}

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_LINE_END = re.compile(r"\r\n|\r|\n")
_PRODUCT = re.compile(r"[A-Za-z_-]+")
_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d+)?")
_TO_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|[^\x00-\x7f]")
_HEX = re.compile(r"%[0-9A-Fa-f]{2}")


@dataclass(frozen=True)
class Rule:
    """One `Allow` or `Disallow` line. `line`: number in the file, from 1; `text`: the line as written."""

    allow: bool
    pattern: str
    line: int
    text: str

    def matches(self, path: str) -> bool:
        """Whether the pattern, with `*` and a final `$`, holds for a path with its query."""
        anchored = self.pattern.endswith("$")
        head, *rest = self.pattern.removesuffix("$").split("*")
        if not rest:
            return path == head if anchored else path.startswith(head)
        last = rest.pop() if anchored else ""
        position = _after(path, head, rest)
        return position >= 0 and path.endswith(last) and len(path) - len(last) >= position


def _after(path: str, head: str, parts: list[str]) -> int:
    # Leftmost search part by part is enough for `*` and linear; a regular expression could be made to hang.
    if not path.startswith(head):
        return -1
    position = len(head)
    for part in parts:
        found = path.find(part, position)
        if found < 0:
            return -1
        position = found + len(part)
    return position


@dataclass(frozen=True)
class Rules:
    """What one robots.txt says to one agent: its rules, most specific first, and its delay in seconds.

    `group`: the agent name whose group counts ("" when none does).
    """

    rules: tuple[Rule, ...] = ()
    delay: float | None = None
    group: str = ""

    def deciding(self, url: str) -> Rule | None:
        """The longest rule that matches `url` (`Allow` wins a tie); None when none does."""
        path = _path_of(url)
        if path == "/robots.txt":  # RFC 9309 §2.2.2: always allowed
            return None
        return next((rule for rule in self.rules if rule.matches(path)), None)

    def allows(self, url: str) -> bool:
        """Whether `url`, percent-encoded, may be fetched."""
        rule = self.deciding(url)
        return rule is None or rule.allow

    def explain(self, url: str) -> str:
        """The line that decides about `url`, as words for a message."""
        if not self.group:
            return "no group of robots.txt is about us"
        rule = self.deciding(url)
        if rule is None:
            return f"no line of the group {self.group!r} matches"
        return f"robots.txt line {rule.line}: {rule.text} (group {self.group!r})"


def allowed(text: str | bytes, agent: str, url: str) -> bool:
    """Whether `agent` (a product token, as `ris-scraper`) may fetch `url` under this robots.txt."""
    return read(text, agent).allows(url)


def delay(text: str | bytes, agent: str) -> float | None:
    """The Crawl-delay in seconds of the group that counts for `agent`, at most a day; None if not given."""
    return read(text, agent).delay


def explain(text: str | bytes, agent: str, url: str) -> str:
    """The line of this robots.txt that decides about `url`, as words for a message."""
    return read(text, agent).explain(url)


@lru_cache(maxsize=8)
def read(text: str | bytes, agent: str) -> Rules:
    """The rules for `agent`: of all groups that name it, else of all groups for `*`; never fails."""
    groups = _Groups(agent.partition("/")[0].strip().lower())
    for number, line in enumerate(_lines(text), start=1):
        directive, value = _split(line)
        if directive:
            groups.take(directive, value, number, line)
    return groups.result()


class _Groups:
    """Collects the rules for one agent and, beside them, those for `*`."""

    def __init__(self, agent: str) -> None:
        self.agent = agent
        self.named: list[Rule] = []
        self.general: list[Rule] = []
        self.delays: dict[str, float] = {}
        self.seen: set[str] = set()
        self.open: set[str] = set()  # which of {agent, "*"} the lines now read are about
        self.in_rules = True

    def take(self, directive: str, value: str, number: int, line: str) -> None:
        if directive == USER_AGENT:
            self._start(value)
        elif directive == CRAWL_DELAY:
            self._wait(value)  # no part of the RFC, so it does not end a list of user agents (§2.2.4)
        else:
            self._rule(directive == ALLOW, value, number, line.strip())

    def _start(self, value: str) -> None:
        if self.in_rules:
            self.open.clear()
            self.in_rules = False
        if value == "*" or value[:2] in ("* ", "*\t"):
            name = "*"
        else:
            found = _PRODUCT.match(value)
            name = found.group().lower() if found else ""
        if name and name in (self.agent, "*"):
            self.open.add(name)
            self.seen.add(name)

    def _wait(self, value: str) -> None:
        found = _NUMBER.match(value)
        if found:
            seconds = min(float(found.group().replace(",", ".")), MAX_DELAY)
            for name in self.open:
                self.delays[name] = max(seconds, self.delays.get(name, 0.0))

    def _rule(self, allow: bool, value: str, number: int, line: str) -> None:
        self.in_rules = True
        if not value:  # an empty rule forbids and allows nothing
            return
        patterns = [_escaped(value)]
        folder, slash, name = value.rpartition("/")
        if allow and slash and name.startswith("index.htm"):
            patterns.append(_escaped(folder + slash) + "$")
        rules = [Rule(allow, pattern, number, line) for pattern in patterns]
        if "*" in self.open:
            self.general += rules
        if self.open - {"*"}:
            self.named += rules

    def result(self) -> Rules:
        group = self.agent if self.agent in self.seen else "*" if "*" in self.seen else ""
        rules = self.general if group == "*" else self.named if group else []
        ordered = sorted(rules, key=lambda rule: (-len(rule.pattern), not rule.allow))
        return Rules(tuple(ordered), self.delays.get(group), group)


def _lines(text: str | bytes) -> list[str]:
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    cut = len(data) > MAX_BYTES
    data = data[:MAX_BYTES]
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            data = data[len(bom) :]
            if encoding != "utf-8":
                data = data.decode(encoding, "replace").encode("utf-8")
            break
    lines = _LINE_END.split(data.decode("latin-1"))  # one character a byte: patterns are escaped bytewise
    return lines[:-1] if cut else lines  # half a line could forbid everything


def _split(line: str) -> tuple[str, str]:
    content = line.partition("#")[0].strip(" \t\0")
    name, colon, value = content.partition(":")
    if not colon:
        words = content.split()
        if len(words) != 2:
            return "", ""
        name, value = words
    return DIRECTIVES.get(name.strip().lower(), ""), value.strip()


def _escaped(pattern: str) -> str:
    return _TO_ESCAPE.sub(_escape, pattern)


def _escape(found: re.Match[str]) -> str:
    text = found.group()
    return text.upper() if len(text) == 3 else f"%{ord(text):02X}"


def _path_of(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "/"
    path = parts.path if parts.path.startswith("/") else "/" + parts.path
    return _HEX.sub(lambda hit: hit.group().upper(), path + (f"?{parts.query}" if parts.query else ""))
