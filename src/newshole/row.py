"""An article → one row of the dataset. The only module that knows the columns.

:data:`COLUMNS` is the one definition; the Arrow schema, the Hugging Face features and
``schema/row.schema.json`` are made from it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from newshole.article import Article, Segment
from newshole.labels import BOILERPLATE, KINDS, LABELS, split_name
from newshole.mask import text_sha256

if TYPE_CHECKING:
    from datasets import Features

Row = dict[str, Any]
"""One row, as plain Python values keyed by column name."""

BODY_LABELS = ("dateline", "body", "subheading")
"""Labels whose segments make up the ``body`` column."""


class Column(NamedTuple):
    """A column: ``form`` is string, strings (a list) or spans (a list of struct)."""

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

_SPAN = pa.struct(
    [
        pa.field("start", pa.int32()),
        pa.field("end", pa.int32()),
        pa.field("label", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("confidence", pa.float32()),
    ]
)
_ARROW = {"string": pa.string(), "strings": pa.list_(pa.string()), "spans": pa.list_(_SPAN)}

SCHEMA = pa.schema([pa.field(column.name, _ARROW[column.form]) for column in COLUMNS])
"""Arrow schema of a row.

Every field is nullable for Arrow, as ``datasets`` casts to nullable fields; what may in
truth be null stands in :data:`COLUMNS` and is held by the JSON Schema.
"""

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»‹›‘’‚‛`´", '"') | {"'": '"'})


def features() -> "Features":
    """The Hugging Face features of a row: a list of struct for ``spans``."""
    from datasets import Features, List, Value

    span = {
        name: Value(kind)
        for name, kind in zip(
            ("start", "end", "label", "kind", "confidence"),
            ("int32", "int32", "string", "string", "float32"),
            strict=True,
        )
    }
    forms = {"string": Value("string"), "strings": List(Value("string")), "spans": List(span)}
    return Features({column.name: forms[column.form] for column in COLUMNS})


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a row; ``schema/row.schema.json`` is its written form."""
    whole = {"type": "integer", "minimum": 0}
    span = {
        "type": "object",
        "properties": {
            "start": {**whole, "description": "first code point"},
            "end": {**whole, "description": "code point after the last"},
            "label": {"enum": list(LABELS)},
            "kind": {"enum": [*KINDS, None], "description": "of boilerplate; else null"},
            "confidence": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
        },
        "required": ["start", "end", "label", "kind", "confidence"],
        "additionalProperties": False,
        "if": {"properties": {"label": {"const": BOILERPLATE}}},
        "then": {"properties": {"kind": {"enum": list(KINDS)}}},
        "else": {"properties": {"kind": {"const": None}}},
    }
    forms: dict[str, dict[str, Any]] = {
        "string": {"type": "string"},
        "strings": {"type": "array", "items": {"type": "string"}},
        "spans": {"type": "array", "items": span},
    }
    narrower: dict[str, dict[str, Any]] = {
        "id": {"minLength": 1},
        "collection": {"enum": ["original", "linked", "pages"]},
        "annotation": {"enum": ["reviewed", "automatic"]},
        "text_sha256": {"pattern": "^[0-9a-f]{64}$"},
        "page_sha256": {"pattern": "^[0-9a-f]{64}$"},
    }
    properties = {}
    for column in COLUMNS:
        form = forms[column.form] | narrower.get(column.name, {})
        if column.nullable:
            form = form | {"type": [form["type"], "null"]}
        properties[column.name] = form | {"description": column.description}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A row of a newshole dataset",
        "$comment": "Made from newshole.row by 'make schema'; a test holds them equal.",
        "type": "object",
        "properties": properties,
        "required": [column.name for column in COLUMNS],
        "additionalProperties": False,
    }


def to_row(article: Article, *, collection: str, site: str) -> Row:
    """The row of an article. Its header must hold at least ``id``.

    A masked article has its spans, and null for every field of text.
    """
    header, text = article.header, article.text
    sha256 = header["text_sha256"] if text is None else text_sha256(text)
    row: Row = {
        "id": header["id"],
        "site": site,
        "url": header.get("url", ""),
        "language": header.get("language", "und"),
        "licence": header.get("licence", "unknown"),
        "collection": collection,
        **_fields(article if text is not None else None),
        "text": text,
        "spans": [
            {
                "start": span.start,
                "end": span.end,
                "label": span.label,
                "kind": span.kind,
                "confidence": span.confidence,
            }
            for span in article.spans
        ],
        "annotation": header.get("annotation", "automatic"),
        "text_sha256": sha256,
        "page_sha256": header.get("page", sha256),
    }
    return {column.name: row[column.name] for column in COLUMNS}


def row_sha256(row: Mapping[str, Any]) -> str:
    """Hex SHA-256 of the row's canonical JSON: keys sorted, confidences to four decimals.

    It depends on the values alone, not on the Parquet writer or on float32.
    """
    spans = [
        {
            **span,
            "confidence": None if span["confidence"] is None else f"{span['confidence']:.4f}",
        }
        for span in row["spans"]
    ]
    canonical = json.dumps(
        {**row, "spans": spans}, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _fields(article: Article | None) -> Row:
    names = ("headline", "standfirst", "byline", "source", "dateline", "timestamp")
    if article is None:
        return dict.fromkeys((*names, "body", "captions", "credits", "boilerplate"))
    segments = [s for s in article.segments if s.text.strip()]
    first: Row = dict.fromkeys(names)
    for segment in segments:
        if segment.name in first and first[segment.name] is None:
            first[segment.name] = segment.text.strip()
    lines = ("".join(_body_texts(line)).strip() for line in article.lines if line)
    return first | {
        "body": "\n\n".join(line for line in lines if line),
        "captions": _unique(s.text.strip() for s in segments if s.name == "caption"),
        "credits": [s.text.strip() for s in segments if s.name == "credit"],
        "boilerplate": [s.text.strip() for s in segments if split_name(s.name)[0] == BOILERPLATE],
    }


def _body_texts(line: tuple[Segment, ...] | str) -> Iterable[str]:
    return () if isinstance(line, str) else (s.text for s in line if s.name in BODY_LABELS)


def _unique(texts: Iterable[str]) -> list[str]:
    seen: dict[str, str] = {}
    for text in texts:
        seen.setdefault(" ".join(text.casefold().translate(_QUOTES).split()), text)
    return list(seen.values())
