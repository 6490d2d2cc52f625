"""Content-Encoding undone with a limit: a bomb stops early and a cut stream is never taken as whole.

httpx's own decoders let a bomb through a streaming cap, take a cut gzip stream as success and return only
the first of two gzip members; hence this module. Knowledge: RFC 9110 8.4.1, RFC 1950, 1951, 1952.
"""

from __future__ import annotations

import zlib
from typing import Protocol

LARGE = 8 * 1024 * 1024
_PIECE = 4096  # bytes, of which deflate makes 4 MiB at most
GZIP_MAGIC = b"\x1f\x8b"
_GZIP_BITS, _ZLIB_BITS, _RAW_BITS = 31, 15, -15
_NAMES = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "identity": "identity", "": "identity"}


class EncodingError(ValueError):
    """The body cannot be decoded; `str(error)` says why in a few words."""


class UnknownCodingError(EncodingError):
    """The coding is none of gzip, deflate and identity, or several are stacked."""


class TruncatedBodyError(EncodingError):
    """The compressed stream ends before its own end mark."""


class TooLargeError(EncodingError):
    """The decoded body is longer than the limit."""


class CorruptBodyError(EncodingError):
    """The bytes are no such stream, or its check sum is wrong."""


class _Stream(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


class Inflater:
    """Decodes one body piece by piece.

    `coding`: the Content-Encoding header's value (any case; "" is identity). `limit`: the most decoded
    bytes. Raises UnknownCodingError at once; `feed` raises TooLargeError or CorruptBodyError.
    """

    def __init__(self, coding: str, limit: int) -> None:
        name = _NAMES.get(coding.strip().lower())
        if name is None:
            raise UnknownCodingError(f"unknown Content-Encoding {coding.strip()[:40]!r}")
        self._coding = name
        self._room = limit
        self._limit = limit
        self._held = b""  # bytes that are too few to tell what begins there
        self._stream: _Stream | None = None
        self._members = 0
        self._ended = False

    def feed(self, data: bytes) -> bytes:
        """The decoded bytes that `data` completes; maybe none yet."""
        if self._coding == "identity":
            return self._count(data)
        pieces: list[bytes] = []
        data = self._held + data
        self._held = b""
        while data and not self._ended:
            if self._stream is None and self._members and not self._goes_on(data):
                self._ended = True
            elif self._stream is None and not self._open(data):
                self._held, data = data, b""
            else:
                data = self._inflate(data, pieces)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def finish(self) -> None:
        """Call after the last piece: raises TruncatedBodyError unless the stream came to its end.

        A body of no bytes at all is whole: servers label empty answers (304, HEAD) too.
        """
        if self._stream is not None or self._held:
            raise TruncatedBodyError(f"{self._coding} body ends before its end mark")

    def _goes_on(self, data: bytes) -> bool:
        """Whether `data`, behind a complete stream, begins another gzip member; else it is junk: dropped."""
        return self._coding == "gzip" and GZIP_MAGIC.startswith(data[:2])

    def _open(self, data: bytes) -> bool:
        """Starts a stream where `data` begins; False when two bytes are needed to tell which."""
        if len(data) < 2:
            return False
        if self._coding == "gzip":
            self._stream = zlib.decompressobj(_GZIP_BITS)
        else:
            # "deflate" is zlib by the RFC and raw deflate by old IIS. A raw stream whose first byte passes
            # for a zlib header would be a stored block with padding that is not zero: nobody writes that.
            zlib_header = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
            self._stream = zlib.decompressobj(_ZLIB_BITS if zlib_header else _RAW_BITS)
        return True

    def _inflate(self, data: bytes, pieces: list[bytes]) -> bytes:
        """Feeds the open stream and returns what lies behind its end."""
        assert self._stream is not None
        try:
            piece = self._stream.decompress(data, self._room + 1)
        except zlib.error as error:
            raise CorruptBodyError(f"{self._coding} body is damaged: {error}") from None
        if piece:
            pieces.append(self._count(piece))
        if not self._stream.eof:
            return b""
        rest = self._stream.unused_data
        self._stream = None
        self._members += 1
        return rest

    def _count(self, piece: bytes) -> bytes:
        self._room -= len(piece)
        if self._room < 0:
            raise TooLargeError(f"decoded body is larger than {self._limit} bytes")
        return piece


def decode(body: bytes, coding: str, limit: int) -> bytes:
    """A whole body without its Content-Encoding: see Inflater; also raises TruncatedBodyError.

    What is large is counted before it is kept, so that a bomb never fills the memory.
    """
    try:
        return _decoded(body, coding, min(limit, LARGE))
    except TooLargeError:
        if limit > LARGE:
            _count(body, coding, limit)
        return _decoded(body, coding, limit)


def _count(body: bytes, coding: str, limit: int) -> None:
    inflater = Inflater(coding, limit)
    for start in range(0, len(body), _PIECE):
        inflater.feed(body[start : start + _PIECE])


def _decoded(body: bytes, coding: str, limit: int) -> bytes:
    inflater = Inflater(coding, limit)
    content = inflater.feed(body)
    inflater.finish()
    return content
