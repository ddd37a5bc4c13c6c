"""Rows in bulk: every rule names the row that breaks it, and no sound row is named."""

import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from articles import PROPERTY, articles
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from newshole.article import Article, parse
from newshole.mask import mask
from newshole.row import COLUMNS, SCHEMA, Row, json_schema, to_row
from newshole.validate import faults

SCHEMA_OF_A_ROW = Draft202012Validator(json_schema())
ARTICLE = """\
id: harbour.example/bridge

headline: The bridge opens
boilerplate/tags: Harbour

dateline: RIVERTON —
+body:  At last.
"""


def sound() -> Row:
    return to_row(parse(ARTICLE), collection="original", site="harbour.example")


def table(*rows: Row) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=SCHEMA)


@PROPERTY
@given(
    st.lists(
        articles(headers=st.just({"id": "x"}), confident=True).flatmap(
            lambda article: st.sampled_from((article, mask(article)))
        ),
        max_size=4,
    )
)
def test_every_row_of_an_article_is_sound_by_both_schemas(drawn: list[Article]) -> None:
    rows = [to_row(article, collection="pages", site="") for article in drawn]
    assert faults(table(*rows)) == {}
    for row in rows:
        SCHEMA_OF_A_ROW.validate(json.loads(json.dumps(row)))


def column(name: str, value: object) -> Callable[[Row], object]:
    return lambda row: row.update({name: value})


def span(index: int, **fields: object) -> Callable[[Row], object]:
    return lambda row: row["spans"][index].update(fields)


def unlabelled(index: int) -> Callable[[Row], object]:
    return lambda row: row["spans"].pop(index)


BROKEN_BY_THE_SCHEMA: dict[str, tuple[Callable[[Row], Any], str]] = {
    **{
        f"{name} null": (column(name, None), f"{name} is null")
        for name in (c.name for c in COLUMNS if not c.nullable)
    },
    "id empty": (column("id", ""), "id is empty"),
    "collection": (column("collection", "others"), "an unknown collection"),
    "annotation": (column("annotation", "perfect"), "an unknown annotation"),
    "digest": (column("text_sha256", "0" * 63), "text_sha256 is not 64 hex digits"),
    "page digest": (column("page_sha256", "F" * 64), "page_sha256 is not 64 hex digits"),
    "caption null": (column("captions", ["A", None]), "captions holds a null"),
    "credit null": (column("credits", [None]), "credits holds a null"),
    "boilerplate null": (column("boilerplate", [None]), "boilerplate holds a null"),
    "span null": (column("spans", [None]), "a span without start"),
    "start null": (span(1, start=None), "a span without start"),
    "end null": (span(1, end=None), "a span without end"),
    "label null": (span(0, label=None), "a span without label"),
    "start negative": (span(0, start=-1), "a span before the text"),
    "label": (span(0, label="headlines"), "an unknown label"),
    "kind": (span(1, kind="tag"), "an unknown kind"),
    "kind missing": (span(1, kind=None), "a kind without boilerplate"),
    "kind of a body": (span(3, kind="tags"), "a kind without boilerplate"),
    "confidence": (span(0, confidence=1.5), "a confidence outside 0 to 1"),
    "confidence negative": (span(0, confidence=-0.5), "a confidence outside 0 to 1"),
}

BROKEN_BY_THE_TEXT: dict[str, tuple[Callable[[Row], Any], str]] = {
    "empty": (span(0, end=0), "a span that is empty"),
    "reversed": (span(1, start=24, end=17), "a span that is empty"),
    "overlap": (span(1, start=15), "two spans that overlap or are out of order"),
    "order": (lambda row: row["spans"].reverse(), "two spans that overlap or are out of order"),
    "beyond": (span(3, end=47), "a span ends at code point 47, the text at 45"),
    "gap": (unlabelled(1), "text without a label between code points 16 and 26"),
    "rest": (unlabelled(3), "text without a label after code point 36"),
    "no spans": (column("spans", []), "text without a label after code point 0"),
    "leading space": (span(3, start=36), "the span at code point 36 is not trimmed"),
    "trailing space": (span(2, end=37), "the span at code point 26 is not trimmed"),
    "two lines": (
        lambda row: (row["spans"].pop(0), row["spans"][0].update(start=0)),
        "the span at code point 0 runs on into another line",
    ),
    "confidence NaN": (span(0, confidence=float("nan")), "a confidence outside 0 to 1"),
    "another text": (column("text_sha256", "0" * 64), "text_sha256 is not that of the text"),
}


@pytest.mark.parametrize(
    ("mutate", "reason"), BROKEN_BY_THE_SCHEMA.values(), ids=BROKEN_BY_THE_SCHEMA
)
def test_what_breaks_the_json_schema_is_a_fault(mutate: Callable[[Row], Any], reason: str) -> None:
    broken = sound()
    mutate(broken)
    assert not SCHEMA_OF_A_ROW.is_valid(broken)
    named_alone(broken, reason)


@pytest.mark.parametrize(("mutate", "reason"), BROKEN_BY_THE_TEXT.values(), ids=BROKEN_BY_THE_TEXT)
def test_what_no_json_schema_can_say_is_a_fault(mutate: Callable[[Row], Any], reason: str) -> None:
    broken = sound()
    mutate(broken)
    assert SCHEMA_OF_A_ROW.is_valid(broken)
    named_alone(broken, reason)


def named_alone(broken: Row, reason: str) -> None:
    """The broken row is named, its sound neighbours are not, wherever the table is cut."""
    whole = table(sound(), broken, sound())
    found = faults(whole)
    assert set(found) == {1}
    assert found[1].startswith(reason)
    assert faults(whole.slice(1)) == {0: found[1]}
    assert faults(whole.slice(2)) == {}
    assert faults(pa.concat_tables([whole.slice(2), whole])) == {2: found[1]}


def test_a_row_without_its_text_is_asked_what_spans_alone_can_tell() -> None:
    hidden = to_row(mask(parse(ARTICLE)), collection="linked", site="")
    hidden["spans"][0]["end"] = 400
    assert faults(table(hidden)) == {0: "two spans that overlap or are out of order"}


def test_an_empty_table_and_further_columns_are_sound() -> None:
    assert faults(table()) == {}
    assert faults(table(sound()).append_column("_order", pa.array([1]))) == {}
