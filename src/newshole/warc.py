"""Pages in a WARC file: the successful HTTP answers with HTML or plain text."""

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote, urlsplit

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from newshole.encoding import charset_of, decode
from newshole.raw import PageError, Raw, Rejected
from newshole.source import Source
from newshole.unpack import CODINGS, pieces, too_large

_HTML = ("text/html", "application/xhtml+xml")
_TYPES = (*_HTML, "text/plain")
_HTTP_HEADERS = 1 << 16
_MARKUP = re.compile(
    rb"\s*(?:<!--.{0,1024}?-->\s*)?<(?:!doctype html|html|head|body)[\s>]", re.I | re.S
)
_CHUNK = re.compile(rb"(?:\r?\n)?([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?\r?\n")
_CUT_CHUNK = re.compile(rb"(?:\r?\n?)?[0-9A-Fa-f]{0,15}[ \t]*(?:;[^\r\n]*)?\r?")


def read_warc(source: Source, limit: int, encoding: str | None) -> Iterator[Raw | Rejected]:
    """The pages of a WARC file; ``number`` counts its records of all types, from 1.

    Pages are the ``response`` records whose HTTP content type is HTML or plain text (or is
    missing, where the body begins as HTML does). Records of other types (requests,
    metadata, revisits) and answers of other content types are no pages, and are passed
    over without a word; an HTML or text answer that is not successful (status 2xx, and
    whole, so not 206) is rejected with its status. Chunked transfer and gzip, deflate, br
    and zstd content encodings are undone, unless the body is plain markup already, as some
    crawlers store it. A record or an answer that ends too early by its own measure
    (Content-Length, last chunk, packed data), and one that its writer cut
    (WARC-Truncated), is rejected.

    Raises :class:`PageError` for a file of which no record can be read.
    """
    number = 0
    try:
        stream = _Stream(pieces(source))
        for number, record in enumerate(_records(stream), start=1):
            try:
                raw = _page(record, number, limit, encoding)
            except PageError as refused:
                yield refused.at(source.path, number)
            else:
                if raw is not None:
                    yield raw
    except PageError as refused:
        if number == 0:
            raise
        yield refused.at(source.path, number + 1)
        return
    if number == 0:
        raise PageError("R010", "the file holds no record", "leave it out of the sources")


class _Stream:
    """What fastwarc reads from: at most one piece at a call, so that nothing that was
    unpacked before an error is lost.
    """

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""
        self._start = 0
        self._told = 0

    def read(self, size: int = -1) -> bytes:
        if self._start >= len(self._held):
            self._held, self._start = next(self._pieces, b""), 0
        end = len(self._held) if size < 0 else self._start + size
        data = self._held[self._start : end]
        self._start += len(data)
        self._told += len(data)
        return data

    def tell(self) -> int:
        return self._told

    def seek(self, offset: int, whence: int = 0) -> int:
        raise OSError("a stream that is unpacked cannot be sought in")

    def close(self) -> None:
        self._held = b""


def _records(stream: _Stream) -> Iterator[WarcRecord]:
    archive = ArchiveIterator(
        stream, record_types=WarcRecordType.any_type, parse_http=False, stream_detect=False
    )
    while True:
        try:
            record = next(archive)
        except StopIteration:
            return
        except OSError as error:
            raise PageError(
                "R031",
                f"not a WARC record, and nothing after it can be reached: {error}",
                "write the file again, or name it by what it is (.warc.gz, if it is packed)",
            ) from None
        yield record


def _page(record: WarcRecord, number: int, limit: int, encoding: str | None) -> Raw | None:
    stated = record.headers.get("Content-Length")
    if stated is None or not stated.isdecimal() or len(stated) > 18:
        raise _cut("in the headers of the record")
    size = int(stated)
    held = min(size, limit + _HTTP_HEADERS)
    if record.record_type != WarcRecordType.response or not _is_http(record):
        held = 0
    block = record.reader.read(held) if held else b""
    _expect(len(block) + record.reader.consume(), size)
    return _answer(record, block, size, number, limit, encoding) if held else None


def _expect(came: int, stated: int) -> None:
    if came != stated:
        raise _cut(f"after {came} of the {stated} bytes of the record")


def _cut(place: str) -> PageError:
    return PageError(
        "R005", f"the file ends {place}", "get the file again: it was not copied whole"
    )


def _is_http(record: WarcRecord) -> bool:
    kind = (record.headers.get("Content-Type") or "application/http").lower()
    return kind.replace(" ", "").startswith("application/http")


def _answer(
    record: WarcRecord, block: bytes, size: int, number: int, limit: int, encoding: str | None
) -> Raw | None:
    try:
        answer = _parse(block)
    except OSError as error:
        raise PageError(
            "R031", f"the HTTP answer cannot be parsed: {error}", "write the record again"
        ) from None
    headers = answer.http_headers
    if headers is None:
        return None
    kind = (answer.http_content_type or "").strip().lower()
    if kind and kind not in _TYPES:
        return None
    body, failure = b"", None
    try:
        body = _body(answer, size - len(block), limit)
    except PageError as refused:
        failure = refused
    if not kind and failure is None and not _MARKUP.match(body):
        return None
    status = headers.status_code
    if status is None or not 200 <= status < 300 or status == 206:
        raise PageError("R030", f"HTTP status {status}", "crawl the page again, or leave it out")
    if cut := record.headers.get("WARC-Truncated"):
        raise PageError(
            "R030", f"its writer cut the record (WARC-Truncated: {cut})", "crawl the page again"
        )
    if failure is not None:
        raise failure
    is_html = kind != "text/plain"
    url = _url(record)
    transport = charset_of(headers.get("Content-Type") or "")
    return Raw(
        number,
        decode(body, is_html=is_html, encoding=encoding, transport=transport),
        is_html,
        hashlib.sha256(body).hexdigest(),
        id=record_id(url, record.record_id or f"{url} {record.headers.get('WARC-Date')}"),
        url=url,
    )


def _parse(block: bytes) -> WarcRecord:
    # Apart from the archive: an answer that cannot be parsed would end its iterator.
    answer = WarcRecord()
    answer.init_headers(WarcRecordType.response)
    answer.set_bytes_content(block)
    answer.is_http = True
    answer.parse_http(auto_decode="none", quirks_mode=True, max_header_len=_HTTP_HEADERS)
    return answer


def _body(answer: WarcRecord, left_out: int, limit: int) -> bytes:
    """The answer's body, unpacked. Not by fastwarc, which unpacks a body whole, however large
    it gets, and takes cut gzip for complete.
    """
    if left_out:
        raise too_large("the record", limit)
    headers = answer.http_headers
    sent = answer.reader.read()
    is_chunked = "chunked" in (headers.get("Transfer-Encoding") or "").lower()
    named = re.split(r"[\s,]+", (headers.get("Content-Encoding") or "").lower())
    codings = [coding for coding in named if coding in CODINGS]
    pieces = iter([sent])
    if sent and not ((codings or is_chunked) and _MARKUP.match(sent)):
        length = headers.get("Content-Length") or ""
        if is_chunked:
            pieces = _dechunked(sent)
        elif length.isdecimal() and int(length[:18]) > len(sent):
            raise _unusable("R005", f"it has {len(sent)} of its {length} bytes")
        for coding in reversed(codings):
            pieces = CODINGS[coding](pieces)
    held = bytearray()
    try:
        for piece in pieces:
            held += piece
            if len(held) > limit:
                break
    except PageError as refused:
        raise _unusable(refused.code, refused.reason) from None
    if len(held) > limit:
        raise too_large("the page", limit)
    return bytes(held)


def _dechunked(sent: bytes) -> Iterator[bytes]:
    at = 0
    while chunk := _CHUNK.match(sent, at):
        size = int(chunk[1], 16)
        if not size:
            return
        at = chunk.end() + size
        yield sent[chunk.end() : at]
    if _CUT_CHUNK.fullmatch(sent, at):
        raise _unusable("R005", "its last chunk is missing")
    raise _unusable("R006", f"it is not chunked as its header says, from byte {at} on")


def _unusable(code: str, how: str) -> PageError:
    return PageError(code, f"the answer's body: {how}", "crawl the page again")


def _url(record: WarcRecord) -> str:
    url = (record.headers.get("WARC-Target-URI") or "").strip().strip("<>")
    # As browsers do with what no URL may hold.
    return re.sub(r"[\s\x00-\x20\x7f]", lambda found: quote(found[0]), url)


def record_id(url: str, record: str) -> str:
    """A page's id from its URL and its WARC-Record-ID: host, path and ten hex digits.

    ``https://example.org/2024/bridge.html`` → ``example.org/2024-bridge-3f9c2a11d0``.
    """
    try:
        parts = urlsplit(url)
        host, path = re.sub(r"[^\w.:-]+", "-", parts.hostname or ""), unquote(parts.path)
    except ValueError:
        host, path = "", ""
    slug = re.sub(r"[\W_]+", "-", re.sub(r"\.\w{1,5}$", "", path)).strip("-")[:80].rstrip("-")
    digest = hashlib.sha256(record.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return (f"{host}/" if host else "") + "-".join(part for part in (slug, digest) if part)
