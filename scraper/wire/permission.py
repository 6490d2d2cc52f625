"""What a site's robots.txt allows: fetched when first needed, kept for a day, one file an origin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from scraper import robots
from scraper.errors import Interrupted, Refused, RetryLater, RobotsForbidden
from scraper.wire.encoding import EncodingError, Inflater
from scraper.wire.headers import retry_after
from scraper.wire.hops import REDIRECTS, check_form, followed, named
from scraper.wire.sender import Answer, Message, Sender, clean

FORBIDDEN = "the site forbids it: "  # and the line that does
MAX_REDIRECTS = 5  # RFC 9309 §2.3.1.2
KEPT_SECONDS = 86_400.0  # RFC 9309 §2.4: a copy is used for a day


@dataclass(frozen=True)
class RobotsVerdict:
    """What robots.txt at `url` allows us.

    `status`: of the final answer, None if there was none. `reason`: why there are no rules, or why nothing
    is allowed for now (then `reachable` is False); "" when rules were read. `after`: seconds until it may be
    asked for again, if the server said so.
    """

    url: str
    status: int | None = None
    rules: robots.Rules = field(default_factory=robots.Rules)
    reason: str = ""
    reachable: bool = True
    after: float | None = None

    @property
    def delay(self) -> float | None:
        """The Crawl-delay in seconds."""
        return self.rules.delay

    def allows(self, url: str) -> bool:
        """Whether `url` may be fetched."""
        return self.reachable and self.rules.allows(url)

    def explain(self, url: str) -> str:
        """Why `url` may or may not be fetched, for a message."""
        return self.reason or self.rules.explain(url)


class Permission:
    """Asks robots.txt on behalf of `agent` (a User-Agent value; its first word before `/` counts).

    `on_delay` is called with every Crawl-delay in seconds. `overridden`: what is forbidden may be fetched all
    the same, for a reason that the operator has given. Answers of the network by RFC 9309: no file (4xx,
    HTML, too many redirects) allows everything, no answer (5xx, 429, timeout) nothing for now.
    """

    def __init__(
        self,
        sender: Sender,
        agent: str,
        *,
        clock: Callable[[], float],
        now: Callable[[], dt.datetime],
        on_delay: Callable[[float], object],
    ) -> None:
        self._sender = sender
        self._agent = agent.partition("/")[0]
        self._clock = clock
        self._now = now
        self._on_delay = on_delay
        self.overridden = False
        self._known: dict[str, tuple[RobotsVerdict, float]] = {}

    def check(self, url: str) -> None:
        """Raises RobotsForbidden when `url` may not be fetched, RetryLater when that is not known now."""
        verdict = self.verdict(url)
        if not verdict.reachable:
            reason = f"{verdict.url} gives no answer ({verdict.reason}); until it does nothing is fetched"
            raise RetryLater(url, reason, verdict.after, whole_host=True)
        if not (self.overridden or verdict.allows(url)):
            raise RobotsForbidden(url, f"{FORBIDDEN}{verdict.explain(url)}")

    def verdict(self, url: str) -> RobotsVerdict:
        """The verdict for the origin of `url`. Raises Refused when the host cannot be talked to at all."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        verdict, since = self._known.get(origin, (None, 0.0))
        if verdict is not None and self._clock() - since < KEPT_SECONDS:
            return verdict
        verdict = self._read(clean(origin + "/robots.txt"))
        if verdict.reachable:  # else the next request asks again
            self._known[origin] = (verdict, self._clock())
        if verdict.delay:
            self._on_delay(verdict.delay)
        return verdict

    def _read(self, url: str) -> RobotsVerdict:
        message = Message(url)
        for _ in range(MAX_REDIRECTS + 1):
            try:
                answer = self._sender.send(message, body_limit=robots.MAX_BYTES)
            except Interrupted:
                raise
            except RetryLater as error:
                return RobotsVerdict(url, reason=error.reason, reachable=False, after=error.after)
            except Refused as error:
                if message.url == url:
                    raise
                return RobotsVerdict(url, reason=f"no robots.txt: {error.reason}")
            if answer.exchange.status not in REDIRECTS:
                return self._verdict(url, answer)
            try:
                message = followed(message, answer)
                check_form(message.url)
            except Refused as error:
                return RobotsVerdict(url, reason=f"no robots.txt: {error.reason}")
        return RobotsVerdict(url, reason=f"no robots.txt: more than {MAX_REDIRECTS} redirects")

    def _verdict(self, url: str, answer: Answer) -> RobotsVerdict:
        status = answer.exchange.status
        if status >= 500 or status == 429:
            after = retry_after(answer.header(b"retry-after"), self._now())
            return RobotsVerdict(url, status, reason=named(status), reachable=False, after=after)
        if not 200 <= status < 300:
            return RobotsVerdict(url, status, reason=f"no robots.txt: {named(status)}")
        if answer.exchange.truncated not in {None, "length"}:
            reason = answer.failure.reason if answer.failure else "cut"
            return RobotsVerdict(url, status, reason=reason, reachable=False)
        text = _text(answer)
        if "html" in answer.header(b"content-type").lower() or text.lstrip()[:1] == b"<":
            return RobotsVerdict(url, status, reason="no robots.txt: a web page came instead")
        return RobotsVerdict(url, status, robots.read(text, self._agent))


def _text(answer: Answer) -> bytes:
    """The decoded first 500 KiB of a robots.txt; what cannot be decoded is left out."""
    parts: list[bytes] = []
    try:
        inflater = Inflater(answer.header(b"content-encoding"), 2 * robots.MAX_BYTES)
        for start in range(0, len(answer.exchange.body), 512):
            parts.append(inflater.feed(answer.exchange.body[start : start + 512]))
    except EncodingError:
        pass
    return b"".join(parts)
