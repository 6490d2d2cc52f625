"""Bounded decoding: every coding, in one piece and byte by byte, and every way it can be cut or lie."""

from __future__ import annotations

import gzip
import zlib

import pytest

from scraper.wire.encoding import (
    CorruptBodyError,
    Inflater,
    TooLargeError,
    TruncatedBodyError,
    UnknownCodingError,
    decode,
)

TEXT = "Sitzung des Hauptausschusses über „Straßen“ ".encode() * 200
LIMIT = 1_000_000


def raw_deflate(data: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-15)
    return deflater.compress(data) + deflater.flush()


FORMS = [
    ("gzip", gzip.compress(TEXT)),
    ("x-gzip", gzip.compress(TEXT)),
    (" GZip ", gzip.compress(TEXT)),
    ("gzip", gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:])),
    ("gzip", gzip.compress(TEXT) + b"junk behind the stream"),
    ("gzip", gzip.compress(TEXT) + bytes(40)),
    ("deflate", zlib.compress(TEXT)),
    ("deflate", raw_deflate(TEXT)),
    ("deflate", zlib.compress(TEXT) + b"\x1f\x8bjunk"),
    ("identity", TEXT),
    ("", TEXT),
]


@pytest.mark.parametrize(("coding", "body"), FORMS)
def test_decodes_whole_and_byte_by_byte(coding: str, body: bytes) -> None:
    assert decode(body, coding, LIMIT) == TEXT
    inflater = Inflater(coding, LIMIT)
    assert b"".join(inflater.feed(body[at : at + 1]) for at in range(len(body))) == TEXT
    inflater.finish()


@pytest.mark.parametrize(("coding", "body"), [FORMS[0], FORMS[6], FORMS[7]])
def test_every_cut_is_found(coding: str, body: bytes) -> None:
    for length in range(1, len(body)):
        with pytest.raises(TruncatedBodyError):
            decode(body[:length], coding, LIMIT)


def test_a_cut_second_member_is_found() -> None:
    body = gzip.compress(TEXT) + gzip.compress(TEXT)[:-3]
    with pytest.raises(TruncatedBodyError, match="gzip body ends"):
        decode(body, "gzip", LIMIT)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity"])
def test_an_empty_body_is_whole(coding: str) -> None:
    assert decode(b"", coding, LIMIT) == b""


def test_a_bomb_stops_at_the_limit() -> None:
    bomb = gzip.compress(bytes(20_000_000))
    with pytest.raises(TooLargeError, match="larger than 1000 bytes"):
        decode(bomb, "gzip", 1000)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity"])
def test_the_limit_itself_is_allowed(coding: str) -> None:
    body = {"gzip": gzip.compress, "deflate": zlib.compress, "identity": bytes}[coding](TEXT)
    assert decode(body, coding, len(TEXT)) == TEXT
    with pytest.raises(TooLargeError):
        decode(body, coding, len(TEXT) - 1)


def test_the_limit_counts_all_pieces() -> None:
    inflater = Inflater("identity", 5)
    inflater.feed(b"abc")
    with pytest.raises(TooLargeError):
        inflater.feed(b"def")


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip,deflate"])
def test_unknown_and_stacked_codings_are_refused(coding: str) -> None:
    with pytest.raises(UnknownCodingError, match=r"unknown Content-Encoding"):
        Inflater(coding, LIMIT)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_wrong_label_is_corrupt(coding: str) -> None:
    with pytest.raises(CorruptBodyError):
        decode(b"<!DOCTYPE html><html>" * 10, coding, LIMIT)


def test_a_wrong_check_sum_is_corrupt() -> None:
    body = bytearray(gzip.compress(TEXT))
    body[-6] ^= 1
    with pytest.raises(CorruptBodyError):
        decode(bytes(body), "gzip", LIMIT)


def test_all_errors_are_value_errors() -> None:
    with pytest.raises(ValueError, match="br"):
        decode(b"x", "br", LIMIT)
