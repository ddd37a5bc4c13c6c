"""Validation of rows in bulk: what the row schema says of spans, and more, on Arrow columns.

``schema/row.schema.json`` says the same of one row as JSON; asked of every row it would take
longer than all other work on a page.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newshole.labels import BOILERPLATE, KINDS, LABELS
from newshole.row import COLUMNS


def faults(table: pa.Table) -> dict[int, str]:
    """Row index → what is wrong with it, for the rows that break the rules.

    The rules: no null where none may be; spans trimmed, in order, within the text, with
    nothing but white space between them; label, kind and confidence as the schema allows.
    """
    found: dict[int, str] = {}
    for column in COLUMNS:
        if not column.nullable and table[column.name].null_count:
            nulls = pc.is_null(table[column.name]).to_pylist()
            found |= {row: f"{column.name} is null" for row, null in enumerate(nulls) if null}
    spans = table["spans"].combine_chunks()
    owners = pc.list_parent_indices(spans).to_numpy()
    flat = pc.list_flatten(spans)
    for index, reason in _span_faults(owners, flat):
        found.setdefault(index, reason)
    texts = table["text"].to_pylist()
    starts = flat.field("start").to_numpy(zero_copy_only=False)
    ends = flat.field("end").to_numpy(zero_copy_only=False)
    bounds = np.searchsorted(owners, np.arange(len(texts) + 1))
    for index, text in enumerate(texts):
        if text is None or index in found:
            continue
        own = slice(bounds[index], bounds[index + 1])
        if fault := _text_fault(text, starts[own].tolist(), ends[own].tolist()):
            found[index] = fault
    return found


def _span_faults(owners: np.ndarray, spans: pa.StructArray) -> list[tuple[int, str]]:
    start, end = spans.field("start"), spans.field("end")
    label, kind, confidence = (spans.field(name) for name in ("label", "kind", "confidence"))
    is_boilerplate = pc.equal(label, BOILERPLATE)
    overlap = np.zeros(len(spans), dtype=bool)
    if len(spans) > 1:
        first, last = start.to_numpy(zero_copy_only=False), end.to_numpy(zero_copy_only=False)
        overlap[1:] = (owners[1:] == owners[:-1]) & (first[1:] < last[:-1])
    tests = (
        ("a span without start, end or label", _any_null(start, end, label)),
        ("a span that is empty", pc.greater_equal(start, end)),
        ("a span before the text", pc.less(start, 0)),
        ("an unknown label", pc.invert(pc.is_in(label, pa.array(LABELS)))),
        ("an unknown kind", pc.and_(pc.is_valid(kind), pc.invert(pc.is_in(kind, pa.array(KINDS))))),
        (
            "a kind without boilerplate, or boilerplate without a kind",
            pc.not_equal(is_boilerplate, pc.is_valid(kind)),
        ),
        ("a confidence outside 0 to 1", pc.or_(pc.less(confidence, 0), pc.greater(confidence, 1))),
        ("two spans that overlap or are out of order", pa.array(overlap)),
    )
    found = []
    for reason, broken in tests:
        mask = pc.fill_null(broken, False).to_numpy(zero_copy_only=False)
        found += [(int(owner), reason) for owner in owners[mask]]
    return found


def _any_null(*arrays: pa.Array) -> pa.Array:
    broken = pc.is_null(arrays[0])
    for array in arrays[1:]:
        broken = pc.or_(broken, pc.is_null(array))
    return broken


def _text_fault(text: str, starts: list[int], ends: list[int]) -> str | None:
    position = 0
    for start, end in zip(starts, ends, strict=True):
        if text[position:start].strip():
            return f"text without a label at code point {position}"
        if end > len(text):
            return f"a span ends at {end}, the text at {len(text)}"
        if text[start].isspace() or text[end - 1].isspace():
            return f"the span at {start} is not trimmed"
        position = end
    return "text without a label at the end" if text[position:].strip() else None
