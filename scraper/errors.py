"""What can go wrong, as one tree; every error carries its data and one clear line.

    RisError
    ├── UsageError               the command or its arguments cannot work              exit 2
    ├── StorageError             a folder, disk or file refuses                        exit 6
    │   └── LockedError          another run holds the folder                          exit 5
    ├── FetchError               no usable answer for one address
    │   ├── RetryLater           may work later: timeout, 429, 5xx, truncated body
    │   │   └── Interrupted      the run was stopped before the answer was there
    │   │       └── TooSoon      its turn comes later than the caller wants to wait
    │   ├── RobotsForbidden      robots.txt does not allow the address
    │   ├── Refused              address, scheme, scope or redirect is against the rules
    │   │   ├── Denied           the server does not let us: 401, 403, 451 …
    │   │   └── UnusableAnswer   size, protocol, coding, endless redirects: again would not help
    │   └── GoneError            404 or 410
    └── PageError                bytes arrived, but no record can be read from them
        ├── NotPublicError       the system says: refused, login needed
        ├── NotFoundError        the system says: no such record (soft 404)
        ├── BusyError            the system says: asked too much, come back later
        ├── WrongProductError    the page is of another product, or of none we know
        ├── BrokenPageError      truncated, binary, empty, or the expected parts are missing
        ├── SessionLostError     a session-bound list answered from another position
        └── ParseLimitError      the parser's time or memory limit was reached

Nothing here logs or exits: `harvest` and `cli` catch.
"""

from __future__ import annotations

import re

_LOGIN = re.compile(r"(?<=//)[^/?#\s]*@")


def without_login(text: str) -> str:
    """`text` with every name and password in front of a host left out: nobody is told them."""
    return _LOGIN.sub("", text)


class RisError(Exception):
    """Base of all expected failures. `str(error)` is one line: what, where, what next; never a login."""

    exit_code = 1

    def __init__(self, told: str) -> None:
        super().__init__(without_login(told))


class UsageError(RisError):
    """The command line asks for something that cannot be done."""

    exit_code = 2


class StorageError(RisError):
    """A folder, disk or file refuses; what was there before is untouched."""

    exit_code = 6


class LockedError(StorageError):
    """Another run holds the output folder."""

    exit_code = 5


class FetchError(RisError):
    """No usable answer for `url`."""

    code = "fetch_error"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = without_login(reason)

    def __reduce__(self) -> tuple[type[FetchError], tuple[str, str]]:
        return type(self), (self.url, self.reason)


class RetryLater(FetchError):
    """The same request may succeed later. `after`: seconds the server asked for, None if it did not."""

    code = "retry_later"

    def __init__(
        self, url: str, reason: str, after: float | None = None, *, whole_host: bool = False
    ) -> None:
        super().__init__(url, reason)
        self.after = after
        self.whole_host = whole_host


class Interrupted(RetryLater):
    """The run was stopped before the request was sent or while its answer was late: no try was used."""

    code = "interrupted"


class TooSoon(Interrupted):
    """The request's turn comes in `after` seconds: nothing was sent, no try was used."""

    code = "too_soon"


class RobotsForbidden(FetchError):
    """robots.txt forbids `url`."""

    code = "robots_forbidden"


class Refused(FetchError):
    """We do not fetch this: scheme, address, scope or redirect; or the server does not let us."""

    code = "refused"


class Denied(Refused):
    """The server does not let us have this page, or anything."""


class UnusableAnswer(Refused):
    """The page is wanted, but what its server sends cannot be used: size, protocol, coding, certificate."""

    code = "unusable_answer"


class GoneError(FetchError):
    """The server says 404 or 410 (or another final 4xx)."""

    code = "gone"

    def __init__(self, url: str, reason: str, status: int = 404) -> None:
        super().__init__(url, reason)
        self.status = status


class PageError(RisError):
    """Bytes arrived from `url`, but no record can be read from them."""

    code = "page_error"

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = without_login(reason)

    def __reduce__(self) -> tuple[type[PageError], tuple[str, str]]:
        return type(self), (self.url, self.reason)


class NotPublicError(PageError):
    """The system refuses: not public, or a login is needed."""

    code = "refused"


class NotFoundError(PageError):
    """The system says that there is no such record, mostly with HTTP 200."""

    code = "not_found"


class BusyError(PageError):
    """The system says, with HTTP 200, that it is asked too much: leave the whole host alone for now."""

    code = "busy"


class WrongProductError(PageError):
    """The page is of another product than the reader, or of none that we know."""

    code = "wrong_product"


class BrokenPageError(PageError):
    """Truncated, binary, empty, or a part that every page of this kind has is missing."""

    code = "broken_page"


class SessionLostError(PageError):
    """A session-bound list answered from another position than asked for."""

    code = "session_lost"


class ParseLimitError(PageError):
    """The page cost more time or memory than a page may."""

    code = "parse_limit"
