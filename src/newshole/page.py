"""Raw pages as they come: plain text, HTML, WARC, JSONL and Parquet, read as a stream."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import idna
import tldextract

from newshole.encoding import decode, known_label
from newshole.raw import REASONS, PageError, Raw, Rejected, origin, printable
from newshole.records import read_jsonl, read_parquet
from newshole.source import Source, split_suffixes
from newshole.unpack import whole
from newshole.warc import read_warc

__all__ = ["REASONS", "Page", "Rejected", "read_pages", "site_of"]

_AUTHORITY = re.compile(r"([a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_LANG = re.compile(
    r"<html\b(?:[^>\"']|\"[^\"]*\"|'[^']*'){0,512}?\s(?:xml:)?lang\s*=\s*[\"']?([A-Za-z0-9-]+)",
    re.IGNORECASE,
)
_HEAD = 1 << 13


@dataclass(frozen=True, slots=True)
class Page:
    """One raw page, decoded, with what its container says of it.

    ``origin`` says where it was read (``crawl.jsonl.gz:17``: record or line, from 1);
    ``page_sha256`` is of the page's own bytes, unpacked, as they came.
    """

    id: str
    origin: str
    content: str
    is_html: bool
    page_sha256: str
    url: str = ""
    site: str = ""
    language: str = "und"
    licence: str = "unknown"


def read_pages(
    source: Source, *, max_page_bytes: int = 32 << 20, encoding: str | None = None
) -> Iterator[Page | Rejected]:
    """The pages of a source, in its order; what cannot be used comes as Rejected, by a code
    of :data:`REASONS`, and the rest goes on. Nothing is raised for what a file holds.

    Memory is bounded by ``max_page_bytes`` (of a page's unpacked bytes, or of a JSONL
    line), not by the file; larger pages are rejected. ``encoding`` is a label of the WHATWG
    Encoding Standard that decides for every page of bytes (text, HTML, WARC) without a
    byte order mark; without it they are decoded as :func:`newshole.encoding.decode` says.
    JSONL and Parquet are UTF-8. The content of a text file keeps every character, line
    ends (CR LF, too) and a last newline included.

    A page's id is its record's own ``id``; else for a WARC record it is made from URL and
    record id; else ``name/17`` for record 17, and for a file of one page its name, without
    suffixes of form. Raises LookupError for an ``encoding`` that is not known.
    """
    if encoding is not None and not known_label(encoding):
        raise LookupError(f"unknown encoding {encoding!r}")
    return _pages(source, max_page_bytes, encoding)


def _pages(source: Source, limit: int, encoding: str | None) -> Iterator[Page | Rejected]:
    try:
        for raw in _raw(source, limit, encoding):
            if isinstance(raw, Rejected):
                yield raw
                continue
            try:
                yield _page(source, raw)
            except PageError as refused:
                yield refused.at(source.path, raw.number)
    except PageError as refused:
        yield refused.at(source.path)


def _raw(source: Source, limit: int, encoding: str | None) -> Iterator[Raw | Rejected]:
    if source.form == "jsonl":
        return read_jsonl(source, limit)
    if source.form == "parquet":
        return read_parquet(source, limit)
    if source.form == "warc":
        return read_warc(source, limit, encoding)
    return _read_single(source, limit, encoding)


def _read_single(source: Source, limit: int, encoding: str | None) -> Iterator[Raw]:
    data = whole(source, limit)
    is_html = source.form == "html"
    content = decode(data, is_html=is_html, encoding=encoding)
    yield Raw(0, content, is_html, hashlib.sha256(data).hexdigest())


def _page(source: Source, raw: Raw) -> Page:
    if not raw.content:
        raise PageError("R010", "the page is empty", "leave it out of the sources")
    if raw.content.isspace():
        raise PageError("R011", "the page holds white space only", "leave it out of the sources")
    if (at := raw.content.find("\0")) >= 0:
        raise PageError(
            "R012",
            f"NUL (U+0000) at code point {at}",
            "take it out; a page full of them is UTF-16: build it with --encoding utf-16le",
        )
    stem = printable(split_suffixes(source.name)[0])
    return Page(
        id=raw.id or (f"{stem}/{raw.number}" if raw.number else stem),
        origin=origin(source.path, raw.number),
        content=raw.content,
        is_html=raw.is_html,
        page_sha256=raw.sha256,
        url=raw.url,
        site=site_of(raw.url),
        language=_language(raw.language or _lang_attribute(raw)),
        licence=raw.licence or "unknown",
    )


def _lang_attribute(raw: Raw) -> str:
    match = _LANG.search(raw.content, 0, _HEAD) if raw.is_html else None
    return match[1] if match else ""


def _language(tag: str) -> str:
    """The tag in the letter case of RFC 5646, section 2.1.1; ``und`` for what is none."""
    if not _LANGUAGE.fullmatch(tag):
        return "und"
    first, *rest = tag.lower().split("-")
    # From a singleton on (an extension, or x for private use) all is small.
    plain = next((index for index, part in enumerate(rest) if len(part) == 1), len(rest))
    cased = [{2: str.upper, 4: str.title}.get(len(part), str)(part) for part in rest[:plain]]
    return "-".join((first, *cased, *rest[plain:]))


def site_of(url: str) -> str:
    """The registrable domain of a URL, in lower case: ``https://news.bbc.co.uk/1`` → ``bbc.co.uk``.

    By the Public Suffix List that tldextract carries, its private part included (each
    ``*.blogspot.com`` is a site of its own); nothing is fetched or cached. Under a suffix
    that the list lacks it is the last two labels; an IP address stands for itself; empty
    without a host (``mailto:``, ``urn:``). A scheme may be missing. International names
    come in the ASCII form that browsers ask for (``xn--…``).
    """
    if not _AUTHORITY.match(url):
        if _SCHEME.match(url):
            return ""
        url = f"//{url}"
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    host = host.rstrip(".").lower()
    if not host.isascii():
        with suppress(idna.IDNAError):
            host = idna.encode(host, uts46=True).decode()
    found = _suffixes()(f"[{host}]" if ":" in host else host)
    if found.ipv4 or found.ipv6:
        return host
    if found.suffix:
        return f"{found.domain}.{found.suffix}" if found.domain else host
    return ".".join(host.split(".")[-2:])


@cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(
        cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True
    )
