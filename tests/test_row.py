"""Rows: one definition of the columns, fields as printed, a digest of the values alone."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from articles import HEADERS, PROPERTY, articles
from datasets import Features, List, Value
from hypothesis import given
from jsonschema import Draft202012Validator

from newshole.article import Article, parse
from newshole.labels import KINDS, LABELS, load_schema
from newshole.mask import mask, text_sha256
from newshole.row import (
    ALLOWED,
    COLUMNS,
    SCHEMA,
    SPAN_COLUMNS,
    Row,
    features,
    json_schema,
    row_sha256,
    to_row,
)

WRITTEN = Path(__file__).parents[1] / "schema" / "row.schema.json"
WITH_ID = HEADERS.map(lambda header: {"id": "harbour.example/bridge"} | header)
HEAD = """\
id: harbour.example/bridge
url: https://harbour.example/2024/bridge
language: en-GB
licence: CC-BY-4.0
annotation: reviewed

"""


def row_of(lines: str, head: str = HEAD) -> Row:
    return to_row(parse(head + lines), collection="original", site="harbour.example")


def test_the_written_schema_is_the_one_in_the_code() -> None:
    assert WRITTEN.read_text(encoding="utf-8") == (
        json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    )
    Draft202012Validator.check_schema(json_schema())


def test_arrow_features_and_json_schema_are_one_definition() -> None:
    json_types = {
        pa.string(): "string",
        pa.int32(): "integer",
        pa.float32(): "number",
        pa.list_(pa.string()): "array",
    }
    known: dict[str, Any] = json_schema()["properties"]
    struct = SCHEMA.field("spans").type.value_type
    assert SCHEMA.names == list(known) == [column.name for column in COLUMNS]
    for fields, columns, properties in (
        (SCHEMA, COLUMNS, known),
        (struct, SPAN_COLUMNS, known["spans"]["items"]["properties"]),
    ):
        assert [field.name for field in fields] == list(properties)
        for field, column in zip(fields, columns, strict=True):
            kind = "array" if column.form == "spans" else json_types[field.type]
            assert properties[column.name]["type"] == (
                [kind, "null"] if column.nullable else kind
            ), column.name
            assert properties[column.name]["description"] == column.description
    assert features().arrow_schema == SCHEMA


def test_features_are_a_list_of_struct_and_come_back_from_a_card() -> None:
    whole, word = Value("int32"), Value("string")
    assert features()["spans"] == List(
        {"start": whole, "end": whole, "label": word, "kind": word, "confidence": Value("float32")}
    )
    in_card = features()._to_yaml_list()
    assert [entry["name"] for entry in in_card if "list" in entry] == [
        "captions",
        "credits",
        "boilerplate",
        "spans",
    ]
    assert Features._from_yaml_list(in_card) == features()


def test_the_words_of_the_schema_are_those_of_labels_and_header() -> None:
    span = json_schema()["properties"]["spans"]["items"]["properties"]
    assert span["label"]["enum"] == list(LABELS)
    assert span["kind"]["enum"] == [*KINDS, None]
    header = load_schema("article.schema.json")["properties"]
    assert header["annotation"]["enum"] == list(ALLOWED["annotation"])


def test_fields_are_the_first_of_their_label_as_printed() -> None:
    row = row_of("""\
boilerplate/navigation: Home > Harbour
headline:  The bridge opens\u00a0
headline: Bridge opens at last
kicker: Harbour
standfirst: After eleven months.
standfirst: Boats wait.
byline: By Ines Marlow |
+timestamp:  3 May, 09:12
source: Harbour Wire
timestamp: Updated 3 May
caption: The bridge. (
+credit: Photo: Tom Ode)

dateline: PORT ELLERY —
+body:  It opened on Friday.
subheading: What comes next
body: Boats
+boilerplate/related:  (read more)
+body:  wait.
credit: Tom Ode
boilerplate/legal: © Harbour Lantern
""")
    assert row == {
        "id": "harbour.example/bridge",
        "site": "harbour.example",
        "url": "https://harbour.example/2024/bridge",
        "language": "en-GB",
        "licence": "CC-BY-4.0",
        "collection": "original",
        "headline": "The bridge opens",
        "standfirst": "After eleven months.",
        "byline": "By Ines Marlow |",
        "source": "Harbour Wire",
        "dateline": "PORT ELLERY —",
        "timestamp": "3 May, 09:12",
        "body": "PORT ELLERY — It opened on Friday.\n\nWhat comes next\n\nBoats wait.",
        "captions": ["The bridge. ("],
        "credits": ["Photo: Tom Ode)", "Tom Ode"],
        "boilerplate": ["Home > Harbour", "(read more)", "© Harbour Lantern"],
        "text": row["text"],
        "spans": row["spans"],
        "annotation": "reviewed",
        "text_sha256": text_sha256(row["text"]),
        "page_sha256": text_sha256(row["text"]),
    }
    assert row["spans"][1] == {
        "start": 16,
        "end": 32,
        "label": "headline",
        "kind": None,
        "confidence": None,
    }


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        ("headline: A\n", ""),
        ("body: A\n\n\n\nbody: B\n", "A\n\nB"),
        ("body: A\nnote: N\nbody: B\n", "A\n\nB"),
        ("body: A \n+body:  B\n", "A  B"),
        ("body: A\n+note:  N\n+body:  B\n", "A B"),
        ("body: A \n+note: N \n+body: B\n", "A B"),
        ("body: A\n+note:  N \n+body: B\n", "A B"),
        ("body: A\n+note: N \n+body: B\n", "A B"),
        ("body: 甲\n+note: 注\n+body: 乙\n", "甲乙"),
        ("body: A\n+credit: \u00a0C\n+note:  N\n+body: B\n", "A\u00a0B"),
        ("credit: C\n+body:  A\n+note:  N\n", "A"),
        ("body: A\u2028B\r\nbody: C\n", "A\u2028B\n\nC"),
    ],
)
def test_body_joins_lines_by_an_empty_line_and_glues_no_words(lines: str, body: str) -> None:
    assert row_of(lines)["body"] == body


@pytest.mark.parametrize(
    ("captions", "kept"),
    [
        (["A boat.", "A Boat.", "a boat."], ["A boat."]),
        (["“Late”", '"late"', "«Late»", "「late」"], ["“Late”"]),
        (["The harbour's end", "The harbour’s end"], ["The harbour's end"]),
        (["A  boat", "A\u00a0boat"], ["A  boat"]),
        (["STRASSE", "Straße"], ["STRASSE"]),
        (["A boat", "A boat.", "Two boats"], ["A boat", "A boat.", "Two boats"]),
    ],
)
def test_captions_come_once_letter_case_and_quotation_marks_folded(
    captions: list[str], kept: list[str]
) -> None:
    assert row_of("".join(f"caption: {caption}\n" for caption in captions))["captions"] == kept


def test_what_the_header_lacks_is_said_to_be_unknown() -> None:
    row = row_of("body: A\n", head="id: x\n\n")
    assert (row["url"], row["language"], row["licence"], row["annotation"]) == (
        "",
        "und",
        "unknown",
        "automatic",
    )
    page = "0" * 64
    assert row_of("body: A\n", head=f"id: x\npage: {page}\n\n")["page_sha256"] == page


@PROPERTY
@given(articles(headers=WITH_ID))
def test_a_masked_row_has_its_spans_and_nothing_of_the_text(article: Article) -> None:
    row = to_row(article, collection="linked", site="")
    hidden = to_row(mask(article), collection="linked", site="")
    if not row["spans"]:
        assert hidden == row
        return
    of_text = {"text", "body", "captions", "credits", "boilerplate"}
    of_text |= {"headline", "standfirst", "byline", "source", "dateline", "timestamp"}
    assert {name for name, value in hidden.items() if value is None} == of_text
    assert {**hidden, **{name: row[name] for name in of_text}} == {
        **row,
        "page_sha256": hidden["page_sha256"],
    }
    assert hidden["page_sha256"] == article.header.get("page", row["text_sha256"])


@pytest.mark.parametrize("missing", ["id", "text_sha256"])
def test_a_row_needs_an_id_and_a_masked_one_its_digest(missing: str) -> None:
    masked = mask(parse(f"{HEAD}body: A\n"))
    header = {key: value for key, value in masked.header.items() if key != missing}
    with pytest.raises(KeyError, match=missing):
        to_row(Article(masked.lines, header), collection="linked", site="")


@PROPERTY
@given(articles(headers=WITH_ID, confident=True))
def test_a_row_and_its_digest_come_back_from_arrow(article: Article) -> None:
    row = to_row(article, collection="pages", site="")
    (read,) = pa.Table.from_pylist([row], schema=SCHEMA).to_pylist()
    assert row_sha256(read) == row_sha256(row)
    for span in (*read["spans"], *row["spans"]):
        span["confidence"] = span["confidence"] and float(np.float32(span["confidence"]))
    assert read == row


def test_the_digest_is_of_the_values() -> None:
    row = row_of("headline: A\nbody: B\nboilerplate/tags: C\n")
    assert row_sha256(dict(reversed(row.items()))) == row_sha256(row)
    changed = [row | {name: "another"} for name in row if name != "spans"]
    for name, value in (("start", 7), ("label", "note"), ("kind", "tags"), ("confidence", 0.5)):
        changed.append(row | {"spans": [row["spans"][0] | {name: value}, *row["spans"][1:]]})
    digests = {row_sha256(other) for other in (row, *changed)}
    assert len(digests) == len(COLUMNS) + 4


def test_the_digest_does_not_turn_on_the_last_bit_of_a_confidence() -> None:
    row = row_of("body: A\n")
    # Halves between two decimals, of which float32 lies to either side.
    for step in range(10_000):
        confidence = (step + 0.5) / 10_000
        row["spans"][0]["confidence"] = confidence
        digest = row_sha256(row)
        row["spans"][0]["confidence"] = float(np.float32(confidence))
        assert row_sha256(row) == digest, confidence
