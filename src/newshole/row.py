"""An article → one row of the dataset. The only module that knows the columns.

:data:`COLUMNS` is the one definition; the Arrow schema, the Hugging Face features and
``schema/row.schema.json`` are made from it.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from newshole.article import Article, Span
from newshole.labels import BOILERPLATE, KINDS, LABELS
from newshole.mask import text_sha256

if TYPE_CHECKING:
    from datasets import Features

Row = dict[str, Any]
"""One row, as plain Python values keyed by column name."""

FIRST_LABELS = ("headline", "standfirst", "byline", "source", "dateline", "timestamp")
"""Labels with a column of their own, which holds the first segment."""

BODY_LABELS = ("dateline", "body", "subheading")
"""Labels whose segments make up the ``body`` column."""


class Column(NamedTuple):
    """A column, or a field of a span: ``form`` is string, int32, float32, strings (a list of
    string) or spans (a list of struct).
    """

    name: str
    form: str
    nullable: bool
    description: str


COLUMNS = (
    Column("id", "string", False, "unique name of the article"),
    Column("site", "string", False, "registrable domain of the url; empty where there is none"),
    Column("url", "string", False, "where the page was published; empty where not known"),
    Column("language", "string", False, "BCP 47 tag; und where not known"),
    Column("licence", "string", False, "licence of the text; unknown where not known"),
    Column("collection", "string", False, "original, linked or pages"),
    Column("headline", "string", True, "first headline, as printed"),
    Column("standfirst", "string", True, "first standfirst, as printed"),
    Column("byline", "string", True, "first byline, as printed"),
    Column("source", "string", True, "first source that the page names, as printed"),
    Column("dateline", "string", True, "first dateline, as printed"),
    Column("timestamp", "string", True, "first timestamp, as printed"),
    Column(
        "body",
        "string",
        True,
        "dateline, body and subheading segments as printed, lines joined by an empty line; "
        "null where the text is not filled in",
    ),
    Column(
        "captions",
        "strings",
        True,
        "captions, each once (letter case and quotation marks folded)",
    ),
    Column("credits", "strings", True, "credits of photos and graphics, in text order"),
    Column("boilerplate", "strings", True, "boilerplate segments, in text order"),
    Column("text", "string", True, "the whole text; null in a linked row that is not filled in"),
    Column(
        "spans",
        "spans",
        False,
        "labelled spans in text order: start and end in Unicode code points of text, half-open, "
        "trimmed of white space",
    ),
    Column("annotation", "string", False, "reviewed (by a reader) or automatic"),
    Column("text_sha256", "string", False, "hex SHA-256 of the text in UTF-8"),
    Column("page_sha256", "string", False, "hex SHA-256 of the raw page's bytes, unpacked"),
)

SPAN_COLUMNS = (
    Column("start", "int32", False, "first code point"),
    Column("end", "int32", False, "code point after the last"),
    Column("label", "string", False, "label of the span"),
    Column("kind", "string", True, "kind of a boilerplate span; null for every other"),
    Column("confidence", "float32", True, "0 to 1, or null where a reader decided"),
)
"""The fields of a span, in the order of the struct."""

ALLOWED: dict[str, tuple[str, ...]] = {
    "collection": ("original", "linked", "pages"),
    "annotation": ("reviewed", "automatic"),
    "label": LABELS,
    "kind": KINDS,
}
"""Columns and fields of a span that hold one of a few words."""

SHA256_COLUMNS = ("text_sha256", "page_sha256")
SHA256 = "^[0-9a-f]{64}$"
"""Pattern of :data:`SHA256_COLUMNS`."""

_ARROW = {
    "int32": pa.int32(),
    "float32": pa.float32(),
    "string": pa.string(),
    "strings": pa.list_(pa.string()),
}
_ARROW["spans"] = pa.list_(
    pa.struct([pa.field(column.name, _ARROW[column.form]) for column in SPAN_COLUMNS])
)

SCHEMA = pa.schema([pa.field(column.name, _ARROW[column.form]) for column in COLUMNS])
"""Arrow schema of a row.

Every field is nullable for Arrow, as ``datasets`` casts to nullable fields; what may in
truth be null stands in :data:`COLUMNS` and is held by the JSON Schema.
"""

_QUOTES = str.maketrans(dict.fromkeys("'“”„‟«»‹›‘’‚‛`´「」『』〝〞〟＂＇", '"'))


def features() -> "Features":
    """The Hugging Face features of a row: a list of struct for ``spans``."""
    from datasets import Features

    return Features.from_arrow_schema(SCHEMA)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a row; ``schema/row.schema.json`` is its written form."""
    forms: dict[str, dict[str, Any]] = {
        "int32": {"type": "integer", "minimum": 0},
        "float32": {"type": "number", "minimum": 0, "maximum": 1},
        "string": {"type": "string"},
        "strings": {"type": "array", "items": {"type": "string"}},
    }
    span = _object(SPAN_COLUMNS, forms) | {
        "if": {"properties": {"label": {"const": BOILERPLATE}}},
        "then": {"properties": {"kind": {"type": "string"}}},
        "else": {"properties": {"kind": {"type": "null"}}},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A row of a newshole dataset",
        "$comment": "Made from newshole.row by 'make schema'; a test holds them equal.",
        **_object(COLUMNS, forms | {"spans": {"type": "array", "items": span}}),
    }


def _object(columns: tuple[Column, ...], forms: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    properties = {}
    for column in columns:
        holds = dict(forms[column.form])
        if column.name == "id":
            holds["minLength"] = 1
        if column.name in SHA256_COLUMNS:
            holds["pattern"] = SHA256
        if column.name in ALLOWED:
            holds["enum"] = [*ALLOWED[column.name], *([None] if column.nullable else [])]
        if column.nullable:
            holds["type"] = [holds["type"], "null"]
        properties[column.name] = holds | {"description": column.description}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def to_row(article: Article, *, collection: str, site: str) -> Row:
    """The row of an article. Its header must hold ``id``, and ``text_sha256`` if it is masked.

    A masked article has its spans, and null for every field of text. Raises KeyError for a
    header that lacks one of the two.
    """
    header, text, spans = article.header, article.text, article.spans
    sha256 = header["text_sha256"] if text is None else text_sha256(text)
    row: Row = {
        "id": header["id"],
        "site": site,
        "url": header.get("url", ""),
        "language": header.get("language", "und"),
        "licence": header.get("licence", "unknown"),
        "collection": collection,
        **_fields(text, spans),
        "text": text,
        "spans": [
            {column.name: getattr(span, column.name) for column in SPAN_COLUMNS} for span in spans
        ],
        "annotation": header.get("annotation", "automatic"),
        "text_sha256": sha256,
        "page_sha256": header.get("page", sha256),
    }
    return {column.name: row[column.name] for column in COLUMNS}


def with_text(row: Row, text: str) -> Row:
    """A row that is not filled, with its text and the fields that hold some of it.

    Raises ValueError for a text that is not the one its spans lie in.
    """
    if text_sha256(text) != row["text_sha256"]:
        raise ValueError(f"the text is not that of {row['id']}: its sha256 is another")
    spans = [Span(**span) for span in row["spans"]]
    return row | _fields(text, spans) | {"text": text}


def row_sha256(row: Mapping[str, Any]) -> str:
    """Hex SHA-256 of the row's canonical JSON: keys sorted, confidences to four decimals.

    It depends on the values alone: not on the Parquet writer, and not on whether a
    confidence has been through float32 yet.
    """
    spans = [{**span, "confidence": _decimals(span["confidence"])} for span in row["spans"]]
    canonical = json.dumps(
        {**row, "spans": spans}, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _decimals(confidence: float | None) -> str | None:
    return None if confidence is None else f"{np.float32(confidence):.4f}"


def _fields(text: str | None, spans: list[Span]) -> Row:
    if text is None:
        return dict.fromkeys((*FIRST_LABELS, "body", "captions", "credits", "boilerplate"))
    printed: dict[str, list[str]] = {label: [] for label in LABELS}
    for span in spans:
        printed[span.label].append(text[span.start : span.end])
    first = {label: printed[label][0] if printed[label] else None for label in FIRST_LABELS}
    return first | {
        "body": body_text(text, spans),
        "captions": _unique(printed["caption"]),
        "credits": printed["credit"],
        "boilerplate": printed[BOILERPLATE],
    }


def body_text(text: str, spans: Iterable[Span], labels: Collection[str] = BODY_LABELS) -> str:
    """The spans with these labels as printed, those of one line together, lines joined by an
    empty line. Spans are in text order.
    """
    pieces: list[str] = []
    position = 0
    for span in spans:
        if span.label not in labels:
            continue
        gap = text[position : span.start]
        if pieces:
            pieces.append("\n\n" if "\n" in gap else _bridge(gap))
        pieces.append(text[span.start : span.end])
        position = span.end
    return "".join(pieces)


def _bridge(gap: str) -> str:
    """What parts two pieces of a line when the words between them are left out."""
    lead = gap[: len(gap) - len(gap.lstrip())]
    return lead or gap[len(gap.rstrip()) :]


def _unique(texts: Iterable[str]) -> list[str]:
    seen: dict[str, str] = {}
    for text in texts:
        seen.setdefault(" ".join(text.casefold().translate(_QUOTES).split()), text)
    return list(seen.values())
