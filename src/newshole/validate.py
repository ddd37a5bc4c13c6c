"""Validation of rows in bulk: all that the row schema says, and more, on Arrow columns.

``schema/row.schema.json`` says the same of one row as JSON; asked of every row it would take
longer than all other work on a page.
"""

from collections.abc import Iterator
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newshole.labels import BOILERPLATE
from newshole.mask import text_sha256
from newshole.row import ALLOWED, COLUMNS, SHA256, SHA256_COLUMNS, SPAN_COLUMNS

Fault = tuple[int, str]
"""(row index, what is wrong with the row)."""


def faults(table: pa.Table) -> dict[int, str]:
    """Row index → the first thing that is wrong with it, for the rows that break the rules.

    The rules: no null, unknown word or malformed digest where the schema allows none; spans
    trimmed, in order, within the text and within a line of it, with nothing but white space
    between them; kind and confidence as the schema allows; ``text_sha256`` that of the text.
    ``table`` has the columns of :data:`newshole.row.SCHEMA`, and may have more.
    """
    lists = table["spans"].combine_chunks()
    owners = pc.list_parent_indices(lists).to_numpy()
    spans = pa.table(pc.list_flatten(lists).flatten(), [column.name for column in SPAN_COLUMNS])
    found: dict[int, str] = {}
    for row, reason in chain(_column_faults(table), _span_faults(owners, spans)):
        found.setdefault(row, reason)
    for row, reason in _text_faults(table, owners, spans, found):
        found[row] = reason
    return found


def _column_faults(table: pa.Table) -> Iterator[Fault]:
    for column in COLUMNS:
        values = table[column.name]
        if not column.nullable:
            yield from _rows(pc.is_null(values), f"{column.name} is null")
        if column.form == "strings":
            items = values.combine_chunks()
            owners = pc.list_parent_indices(items).to_numpy()
            broken = pc.is_null(pc.list_flatten(items))
            yield from _rows(broken, f"{column.name} holds a null", owners)
        if column.name in ALLOWED:
            known = pa.array(ALLOWED[column.name])
            yield from _rows(pc.invert(pc.is_in(values, known)), f"an unknown {column.name}")
        if column.name in SHA256_COLUMNS:
            broken = pc.invert(pc.match_substring_regex(values, SHA256))
            yield from _rows(broken, f"{column.name} is not 64 hex digits")
    yield from _rows(pc.equal(table["id"], ""), "id is empty")


def _span_faults(owners: np.ndarray, spans: pa.Table) -> Iterator[Fault]:
    start, end, kind, confidence = (spans[name] for name in ("start", "end", "kind", "confidence"))
    is_boilerplate = pc.equal(spans["label"], BOILERPLATE)
    first, last = _whole(start), _whole(end)
    disorder = np.zeros(len(spans), dtype=bool)
    disorder[1:] = (owners[1:] == owners[:-1]) & (first[1:] < last[:-1])
    within = pc.and_(pc.greater_equal(confidence, 0), pc.less_equal(confidence, 1))
    tests = (
        *(
            (f"a span without {column.name}", pc.is_null(spans[column.name]))
            for column in SPAN_COLUMNS
            if not column.nullable
        ),
        ("a span before the text", pc.less(start, 0)),
        ("a span that is empty", pc.greater_equal(start, end)),
        ("two spans that overlap or are out of order", pa.array(disorder)),
        ("an unknown label", pc.invert(pc.is_in(spans["label"], pa.array(ALLOWED["label"])))),
        (
            "an unknown kind",
            pc.and_(pc.is_valid(kind), pc.invert(pc.is_in(kind, pa.array(ALLOWED["kind"])))),
        ),
        (
            "a kind without boilerplate, or boilerplate without a kind",
            pc.not_equal(is_boilerplate, pc.is_valid(kind)),
        ),
        # Asked this way round, NaN is outside too.
        ("a confidence outside 0 to 1", pc.invert(within)),
    )
    for reason, broken in tests:
        yield from _rows(broken, reason, owners)


def _text_faults(
    table: pa.Table, owners: np.ndarray, spans: pa.Table, known: dict[int, str]
) -> Iterator[Fault]:
    starts, ends = _whole(spans["start"]), _whole(spans["end"])
    bounds = np.searchsorted(owners, np.arange(table.num_rows + 1))
    digests = table["text_sha256"].to_pylist()
    for row, text in enumerate(table["text"].to_pylist()):
        if text is None or row in known:
            continue
        own = slice(bounds[row], bounds[row + 1])
        fault = _text_fault(text, starts[own].tolist(), ends[own].tolist())
        if fault is None and text_sha256(text) != digests[row]:
            fault = "text_sha256 is not that of the text"
        if fault is not None:
            yield row, fault


def _text_fault(text: str, starts: list[int], ends: list[int]) -> str | None:
    position = 0
    for start, end in zip(starts, ends, strict=True):
        if end > len(text):
            return f"a span ends at code point {end}, the text at {len(text)}"
        if text[position:start].strip():
            return f"text without a label between code points {position} and {start}"
        if text[start].isspace() or text[end - 1].isspace():
            return f"the span at code point {start} is not trimmed"
        if text.find("\n", start, end) >= 0:
            return f"the span at code point {start} runs on into another line"
        position = end
    return f"text without a label after code point {position}" if text[position:].strip() else None


def _rows(broken: pa.Array, reason: str, owners: np.ndarray | None = None) -> Iterator[Fault]:
    """A fault for each value that is true; ``owners`` gives the row of each, if not its index."""
    at = np.flatnonzero(pc.fill_null(broken, False).to_numpy(zero_copy_only=False))
    return ((int(row), reason) for row in (at if owners is None else owners[at]))


def _whole(numbers: pa.ChunkedArray) -> np.ndarray:
    # With a null in it the column would come as floats, which index nothing.
    whole: np.ndarray = pc.fill_null(numbers, 0).to_numpy()
    return whole
