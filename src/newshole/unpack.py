"""A source's bytes, unpacked piece by piece: nothing larger than a piece is held."""

import zlib
from collections.abc import Callable, Iterator
from itertools import chain

import brotli  # type: ignore[import-untyped, unused-ignore]
import zstandard

from newshole.raw import PageError, unreadable
from newshole.source import Source, is_url, open_source, split_suffixes

_READ = 1 << 16
_PIECE = 1 << 20
# A zstd block of 4 bytes unpacks to at most 128 KiB, so 256 bytes give at most 8 MiB.
_ZSTD_FEED = 256
_ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"
_ZSTD_DICTIONARY_LIMIT = 16 << 20


def pieces(source: Source) -> Iterator[bytes]:
    """The file's bytes, unpacked, in pieces of at most 8 MiB, none of them empty.

    Members of a gzip file and frames of a zstd file follow one another, as in a WARC.
    Raises :class:`PageError`: R002 for a file that cannot be read, R005 for one that is cut
    short, R006 for one that is damaged; everything before that place has been yielded.
    """
    packing = split_suffixes(source.name)[2]
    packed = _packed(source)
    return _SUFFIXES[packing](packed) if packing else packed


def whole(source: Source, limit: int) -> bytes:
    """All bytes of a file, unpacked. Raises :class:`PageError` as :func:`pieces` does, and R004
    as soon as there are more than ``limit``.
    """
    held = bytearray()
    for piece in pieces(source):
        held += piece
        if len(held) > limit:
            raise too_large("the page", limit)
    return bytes(held)


def too_large(what: str, limit: int) -> PageError:
    """The refusal of a page, line or record of more than ``limit`` bytes."""
    return PageError(
        "R004", f"{what} is larger than {limit} bytes", "leave it out, or raise --max-page-bytes"
    )


def lines(source: Source, limit: int) -> Iterator[bytes | int]:
    """The lines of a file, without their newline; of one longer than ``limit`` its length alone.

    Raises :class:`PageError` as :func:`pieces` does; the line that was cut is not yielded.
    """
    held: list[bytes] = []
    size = 0
    for piece in pieces(source):
        start = 0
        while (end := piece.find(b"\n", start)) >= 0:
            size += end - start
            if size <= limit:
                held.append(piece[start:end])
            yield size if size > limit else b"".join(held)
            held, size, start = [], 0, end + 1
        size += len(piece) - start
        if size <= limit:
            held.append(piece[start:])
        else:
            held = []
    if size:
        yield size if size > limit else b"".join(held)


def _packed(source: Source) -> Iterator[bytes]:
    # Client libraries raise what they like.
    expected: type[Exception] = Exception if is_url(source.path) else OSError
    try:
        with open_source(source) as stream:
            while piece := stream.read(_READ):
                yield piece
    except expected as error:
        raise unreadable(error) from error


def _cut(kind: str, done: int) -> PageError:
    return PageError(
        "R005",
        f"the {kind} data ends too early, after {done} bytes unpacked",
        "get the file again: it was not copied whole",
    )


def _damaged(kind: str, done: int, error: Exception) -> PageError:
    return PageError(
        "R006",
        f"the {kind} data is damaged, after {done} bytes unpacked ({error})",
        "get the file again, or name it by what it is",
    )


def _gunzip(packed: Iterator[bytes]) -> Iterator[bytes]:
    return _inflate(packed, "gzip", 31)


def _inflate(packed: Iterator[bytes], kind: str, wbits: int) -> Iterator[bytes]:
    member = None
    done, members = 0, 0
    for data in packed:
        more = False
        while data or more:
            if member is None:
                # gzip(1) lets zeros follow the last member: tapes and disks pad with them.
                data = data.lstrip(b"\0") if members else data
                if not data:
                    break
                member = zlib.decompressobj(wbits)
                members += 1
            try:
                piece = member.decompress(data, _PIECE)
            except zlib.error as error:
                raise _damaged(kind, done, error) from None
            if piece:
                done += len(piece)
                yield piece
            # A full piece may leave more inside zlib though all its input went in.
            more = len(piece) == _PIECE and not member.eof
            data = member.unconsumed_tail
            if member.eof:
                data, member = member.unused_data, None
    if member is not None or not members:
        raise _cut(kind, done)


def _undeflate(packed: Iterator[bytes]) -> Iterator[bytes]:
    # RFC 9110 means zlib's form by "deflate"; some servers send the bare one, browsers take both.
    head, packed = _first(packed, 2)
    is_zlib = head[:1] and head[0] & 15 == 8 and not int.from_bytes(head[:2], "big") % 31
    return _inflate(packed, "deflate", 15 if is_zlib else -15)


def _unbrotli(packed: Iterator[bytes]) -> Iterator[bytes]:
    decompressor = brotli.Decompressor()
    done = 0
    for data in packed:
        feed = data
        while True:
            try:
                piece = decompressor.process(feed, output_buffer_limit=_PIECE)
            except brotli.error as error:
                raise _damaged("brotli", done, error) from None
            if not piece and decompressor.can_accept_more_data():
                break
            if piece:
                done += len(piece)
                yield piece
            feed = b""
    if not decompressor.is_finished():
        raise _cut("brotli", done)


def _unzstd(packed: Iterator[bytes]) -> Iterator[bytes]:
    dictionary, packed = _dictionary(packed)
    decompressor = zstandard.ZstdDecompressor(dictionary)
    frame = None
    done, frames = 0, 0
    for data in packed:
        start = 0
        while start < len(data):
            if frame is None:
                frame = decompressor.decompressobj()
                frames += 1
            feed = data[start : start + _ZSTD_FEED]
            start += len(feed)
            try:
                piece = frame.decompress(feed)
            except zstandard.ZstdError as error:
                raise _damaged("zstd", done, error) from None
            if piece:
                done += len(piece)
                yield piece
            if frame.eof:
                start -= len(frame.unused_data)
                frame = None
    if frame is not None or not frames:
        raise _cut("zstd", done)


def _dictionary(
    packed: Iterator[bytes],
) -> tuple[zstandard.ZstdCompressionDict | None, Iterator[bytes]]:
    """The dictionary that a .warc.zst begins with (iipc.github.io/warc-specifications, zstd)."""
    head, packed = _first(packed, 8)
    size = int.from_bytes(head[4:8], "little")
    if head[:4] != _ZSTD_DICTIONARY or size > _ZSTD_DICTIONARY_LIMIT:
        return None, packed
    head, packed = _first(packed, 8 + size)
    content = head[8 : 8 + size]
    try:
        if content.startswith(zstandard.FRAME_HEADER):
            content = zstandard.ZstdDecompressor().decompress(
                content, max_output_size=_ZSTD_DICTIONARY_LIMIT
            )
        return zstandard.ZstdCompressionDict(content), packed
    except zstandard.ZstdError as error:
        raise _damaged("zstd dictionary", 0, error) from None


def _first(packed: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """At least the first ``size`` bytes, if there are so many, and all of it again."""
    held = bytearray()
    for data in packed:
        held += data
        if len(held) >= size:
            break
    return bytes(held), chain([bytes(held)], packed)


_SUFFIXES: dict[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    ".gz": _gunzip,
    ".zst": _unzstd,
}

CODINGS: dict[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
"""HTTP content coding → its undoing, from pieces to pieces; raises R005 and R006 as pieces()."""
