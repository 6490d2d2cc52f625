"""WARC 1.1 as gzip members, one a record: framing, header lines and a walk that survives damage.

Every member that we write carries its own length in the gzip header's extra field (RFC 1952 2.3.1.1, our
subfield `RI`, as the Heritrix crawler's ARC files do with `SL`). So a walk can read a record's header
lines without inflating its body, a damaged member is skipped exactly, and a file can be shared out to
several processes. The CRC of the deflated bytes stands beside it, since gzip's own CRC does not cover the
unused bits at their end. Any gzip reader ignores the field; members without it (other tools') are read too.

Knowledge: ISO 28500:2017 (WARC 1.1), RFC 1950 to 1952.
"""

from __future__ import annotations

import base64
import hashlib
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType

VERSION = b"WARC/1.1\r\n"
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
MAX_RECORD = 256 * 1024 * 1024  # bytes of one inflated record; the fetcher's own cap is far below

# Magic, deflate, FEXTRA; no time, no flags, unknown system; 12 bytes extra: `RI`, then `_FIELD`.
_OWN_HEAD = b"\x1f\x8b\x08\x04" + bytes(5) + b"\xff" + struct.pack("<H2sH", 12, b"RI", 8)
_FIELD = struct.Struct("<II")  # length of the member, CRC-32 of its deflated bytes
_HEAD_SIZE = len(_OWN_HEAD) + _FIELD.size
_TRAILER_SIZE = 8
_GZIP_MAGIC = b"\x1f\x8b\x08"
_LEVEL = 4  # 50 KB page: level 1 0.19 ms and 9.0 KB, 4 0.30 ms and 8.1 KB, 6 0.46 ms and 7.7 KB
_PEEK = 4096  # compressed bytes that surely hold the header lines
_CHUNK = 1 << 18
_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Damage:
    """Bytes of an archive that are not as they were written. `offset`: where the record begins."""

    file: str
    offset: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: offset {self.offset}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record. `headers`: names in lower case. `block`: b"" when only the head was asked for."""

    offset: int
    length: int
    headers: Mapping[str, str]
    block: bytes

    @property
    def type(self) -> str:
        return self.headers.get("warc-type", "")

    @property
    def end(self) -> int:
        return self.offset + self.length


class DamagedError(Exception):
    """No sound member begins at the offset. `cut`: the file ends inside it."""

    def __init__(self, reason: str, *, cut: bool = False) -> None:
        super().__init__(reason)
        self.cut = cut


def digest(*pieces: bytes) -> str:
    """`sha256:` and padded base32: the one spelling of SHA-256 that warcio and FastWARC both verify."""
    sha = hashlib.sha256()
    for piece in pieces:
        sha.update(piece)
    return "sha256:" + base64.b32encode(sha.digest()).decode()


def pack(headers: Mapping[str, str], *block: bytes) -> bytes:
    """One record as a gzip member; Content-Length is added. Line breaks in values become blanks."""
    lines = [f"{name}: {' '.join(value.splitlines())}\r\n" for name, value in headers.items()]
    lines.append(f"Content-Length: {sum(map(len, block))}\r\n\r\n")
    head = VERSION + "".join(lines).encode("utf-8", "surrogateescape")
    deflater = zlib.compressobj(_LEVEL, wbits=-15)
    pieces, crc, size = [], 0, 0
    for piece in (head, *block, _END):
        pieces.append(deflater.compress(piece))
        crc = zlib.crc32(piece, crc)
        size += len(piece)
    pieces.append(deflater.flush())
    packed = b"".join(pieces)
    field = _FIELD.pack(_HEAD_SIZE + len(packed) + _TRAILER_SIZE, zlib.crc32(packed))
    return b"".join((_OWN_HEAD, field, packed, struct.pack("<II", crc, size & 0xFFFFFFFF)))


class WarcFile:
    """Reads the records of one file. A context manager. Raises OSError as `open` does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("rb", buffering=_CHUNK)
        self.size = self._file.seek(0, 2)

    def __enter__(self) -> WarcFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def walk(self, start: int = 0, *, brief: frozenset[str] = frozenset()) -> Iterator[Record | Damage]:
        """The records from the first one at or behind `start`, and a Damage for every gap.

        `brief`: record types of which only the head is read: their block is b"" and not checked.
        """
        offset = self.next_member(start) if start else 0
        while offset < self.size:
            try:
                record = self.head(offset) if brief else None
                if record is None or record.type not in brief:
                    record = self.record(offset)
            except DamagedError as error:
                following = self.next_member(offset + 1)
                yield Damage(str(self.path), offset, self._reason(offset, following, error))
                offset = following
            else:
                yield record
                offset = record.end

    def record(self, offset: int) -> Record:
        """The record at `offset`, its check sum and lengths checked; raises DamagedError."""
        data, length = self._member(offset)
        headers, begin = _headers(data)
        declared = headers.get("content-length", "")
        end = begin + (int(declared) if declared.isdecimal() else -1)
        if end < begin or data[end:] != _END:
            raise DamagedError(f"Content-Length is {declared or 'missing'}, not {len(data) - begin - 4}")
        return Record(offset, length, headers, data[begin:end])

    def head(self, offset: int) -> Record | None:
        """The record at `offset` without its block and unchecked; None when it does not tell its length."""
        self._file.seek(offset)
        peek = self._file.read(_PEEK)
        if not peek.startswith(_OWN_HEAD) or len(peek) < _HEAD_SIZE:
            return None
        length, _ = self._own_field(offset, peek)
        try:
            data = zlib.decompressobj(31).decompress(peek, _PEEK)
        except zlib.error as error:
            raise DamagedError(f"cannot be inflated: {error}") from None
        headers, begin = _headers(data)
        return Record(offset, length, headers, b"") if begin <= len(data) else None

    def next_member(self, offset: int) -> int:
        """Where the first WARC record's member at or behind `offset` begins; the end when there is none."""
        magic = _OWN_HEAD if self.splittable else _GZIP_MAGIC
        while (found := self._find(magic, offset)) < self.size:
            self._file.seek(found)
            try:
                if zlib.decompressobj(31).decompress(self._file.read(_PEEK), 5) == b"WARC/":
                    return found
            except zlib.error:
                pass
            offset = found + 1
        return self.size

    @cached_property
    def splittable(self) -> bool:
        """Whether we wrote the file: then members can be found from any offset without mistaking one.

        The first record is small, so that also with damage at the front a head of ours shows early.
        """
        self._file.seek(0)
        return _OWN_HEAD in self._file.read(_CHUNK)

    def _find(self, magic: bytes, offset: int) -> int:
        while offset < self.size:
            self._file.seek(offset)
            chunk = self._file.read(_CHUNK)
            at = chunk.find(magic)
            if at >= 0:
                return offset + at
            if len(chunk) < _CHUNK:
                break
            offset += len(chunk) - len(magic) + 1
        return self.size

    def _own_field(self, offset: int, head: bytes) -> tuple[int, int]:
        """Length of the member and CRC of its deflated bytes, as its gzip header tells."""
        length, crc = _FIELD.unpack_from(head, len(_OWN_HEAD))
        if offset + length > self.size:
            raise DamagedError("the file ends inside this record", cut=True)
        if length <= _HEAD_SIZE + _TRAILER_SIZE:
            raise DamagedError("the length in the gzip header is wrong")
        return length, crc

    def _member(self, offset: int) -> tuple[bytes, int]:
        """The inflated member at `offset` and its length in the file."""
        self._file.seek(offset)
        head = self._file.read(_HEAD_SIZE)
        if not head.startswith(_OWN_HEAD[: len(head)]):
            if self.splittable:
                raise DamagedError("the gzip header is not as it was written")
            return self._foreign_member(offset)
        if len(head) < _HEAD_SIZE:
            raise DamagedError("the file ends inside this record", cut=True)
        length, crc = self._own_field(offset, head)
        rest = self._file.read(length - _HEAD_SIZE)
        if zlib.crc32(memoryview(rest)[:-_TRAILER_SIZE]) != crc:
            raise DamagedError("the deflated bytes do not have their check sum")
        stream = zlib.decompressobj(31)
        try:
            data = stream.decompress(head + rest, MAX_RECORD)
        except zlib.error as error:
            raise DamagedError(f"cannot be inflated: {error}") from None
        if not stream.eof:
            raise DamagedError(_too_long(data) or "the gzip member does not end where it should")
        if stream.unused_data:
            raise DamagedError("the gzip member ends before it should")
        return data, length

    def _foreign_member(self, offset: int) -> tuple[bytes, int]:
        """A member of another tool, whose length only inflating tells."""
        self._file.seek(offset)
        stream, pieces, room = zlib.decompressobj(31), [], MAX_RECORD
        while not stream.eof:
            chunk = self._file.read(_CHUNK)
            try:
                pieces.append(stream.decompress(chunk, room + 1))
            except zlib.error as error:
                raise DamagedError(f"no gzip member begins here: {error}") from None
            room -= len(pieces[-1])
            if room < 0:
                raise DamagedError(f"longer than {MAX_RECORD} bytes")
            if not chunk and not stream.eof:
                raise DamagedError("the file ends inside this record", cut=True)
        return b"".join(pieces), self._file.tell() - offset - len(stream.unused_data)

    def _reason(self, offset: int, following: int, error: DamagedError) -> str:
        """The error in words; a gap up to the end of the file is a torn or zero-filled tail."""
        if following < self.size:
            return "broken record: " + ("its length points behind the end" if error.cut else str(error))
        self._file.seek(offset)
        zeros = all(not any(chunk) for chunk in iter(lambda: self._file.read(_CHUNK), b""))
        if zeros:
            return f"zero-filled tail of {self.size - offset} bytes"
        return f"truncated tail: {error}" if error.cut else f"broken record: {error}"


def _too_long(data: bytes) -> str:
    return f"longer than {MAX_RECORD} bytes" if len(data) >= MAX_RECORD else ""


def _headers(data: bytes) -> tuple[dict[str, str], int]:
    """The header lines (names in lower case) and where the block begins (behind the end when cut)."""
    if not data.startswith(b"WARC/1."):
        raise DamagedError("no WARC 1 header")
    end = data.find(_END)
    if end < 0:
        end = len(data)
    lines = data[:end].decode("utf-8", "surrogateescape").split("\r\n")
    pairs = (line.partition(":") for line in lines[1:])
    return {name.strip().lower(): value.strip() for name, _, value in pairs}, end + len(_END)
