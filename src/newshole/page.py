"""Raw pages as they come: plain text, HTML, WARC, JSONL and Parquet, read as a stream."""

from dataclasses import dataclass


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


@dataclass(frozen=True, slots=True)
class Rejected:
    """A page that could not be used: where, why, and how to mend it."""

    origin: str
    code: str
    reason: str
    fix: str
