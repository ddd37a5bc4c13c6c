"""Predictions: what some tool found on pages, read from JSONL, Parquet or article files.

A record is ``{"id": …, "body": …}``, or ``{"id": …, "spans": [{"start", "end", "label", "kind"}]}``
with offsets in Unicode code points of the gold text, half-open. ``kind`` is for boilerplate alone,
and may be left out by a tool that knows none. What no span covers has no label. ``text`` or
``text_sha256`` say which text was labelled; another than the gold's is refused. Where a record has
spans, its body is not looked at: it comes of them. Other fields are ignored.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from numbers import Integral
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

import pyarrow as pa
import pyarrow.parquet as pq

from newshole.article import ArticleError, Span
from newshole.corpus import article_files, is_corpus, read_article
from newshole.gold import GoldPage, ScoreError
from newshole.labels import BOILERPLATE, KINDS, LABELS, split_name
from newshole.mask import text_sha256
from newshole.raw import PageError, Rejected, origin
from newshole.records import parquet_failure, read_lines, refuse_surrogates
from newshole.source import Source, find_sources, open_source

LINE_BYTES = 256 << 20
"""A line of JSONL larger than this is refused."""

_FIELDS = ("id", "body", "spans", "text", "text_sha256")
_FORMS = ("parquet", "jsonl", "txt")
_ROWS = 64


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was found on the page ``id``: a body, or spans. ``path`` and ``number`` say where it was
    read; ``text`` and ``text_sha256`` are empty where it does not say what text it is of.
    """

    path: str
    number: int
    id: str
    body: str | None
    spans: list[Span] | None
    text: str | None = None
    text_sha256: str | None = None


class _Place(NamedTuple):
    path: str
    number: int


def read_predictions(
    predicted: str | Path | pa.Table | Iterable[Mapping[str, Any]],
) -> Iterator[Prediction | Rejected]:
    """The predictions of a file or folder, a table or records, in order; what cannot be used
    comes as Rejected, and the rest goes on.

    A folder is read for its Parquet; where it has none, for its JSONL; else for its article files.
    Packed files and URLs are read as :func:`newshole.source.find_sources` has it. Raises
    ScoreError where there is nothing to read.
    """
    if isinstance(predicted, pa.Table):
        yield from _from_batches(predicted.to_batches(_ROWS), "row")
    elif isinstance(predicted, str | Path) and is_corpus(Path(predicted)):
        # Its articles alone: a second annotation beside them has the same ids.
        yield from (_from_article(str(file)) for file in article_files(Path(predicted)))
    elif isinstance(predicted, str | Path):
        for source in _sources(str(predicted)):
            if isinstance(source, Rejected):
                yield source
            elif source.form == "jsonl":
                yield from _from_jsonl(source)
            elif source.form == "parquet":
                yield from _from_parquet(source)
            else:
                yield _from_article(source.path)
    else:
        for number, record in enumerate(predicted, start=1):
            yield _made(record, _Place("record", number))


def fit(prediction: Prediction, page: GoldPage) -> list[Span] | None:
    """The spans of a prediction, in text order, or None where it is of a body alone.

    Raises :class:`PageError` R041 for spans that do not lie in the page's text or overlap, R042
    for a prediction that says it is of another text.
    """
    _refuse_other_text(prediction, page)
    if prediction.spans is None:
        return None
    spans = sorted(prediction.spans, key=lambda span: (span.start, span.end))
    position = 0
    for span in spans:
        if span.end > len(page.text):
            raise _misfit(
                f"the span {span.start} to {span.end} ends behind the text, at {len(page.text)}"
            )
        if span.start < position:
            raise _misfit(f"the span {span.start} to {span.end} overlaps the one before it")
        position = span.end
    return spans


def _refuse_other_text(prediction: Prediction, page: GoldPage) -> None:
    text = prediction.text
    sha256 = prediction.text_sha256 or page.text_sha256
    if (text is None or text == page.text) and sha256 == page.text_sha256:
        return
    reason = "its text is not the gold text"
    if text is not None and text != page.text:
        both = zip(text, page.text, strict=False)
        at = next((n for n, (a, b) in enumerate(both) if a != b), min(len(text), len(page.text)))
        reason += f": they differ from code point {at} on"
    raise PageError("R042", reason, "label the gold's text, or give the body without spans")


def _sources(path: str) -> list[Source | Rejected]:
    found = list(find_sources([path]))
    usable = [one for one in found if isinstance(one, Source) and one.form in _FORMS]
    refused = [one for one in found if isinstance(one, Rejected)]
    if not usable:
        said = f" ({refused[0].reason})" if refused else ""
        raise ScoreError(f"{path} holds no prediction{said}; give JSONL, Parquet or article files")
    form = min((source.form for source in usable), key=_FORMS.index)
    return [one for one in found if isinstance(one, Rejected) or one.form == form]


def _from_jsonl(source: Source) -> Iterator[Prediction | Rejected]:
    def make(record: object, number: int) -> Prediction:
        return _from_record(record, _Place(source.path, number))

    try:
        for made in read_lines(source, LINE_BYTES, make):
            if isinstance(made, Rejected) and made.code == "R004":
                made = replace(made, fix="leave the line out")
            yield made
    except PageError as refused:
        yield refused.at(source.path)


def _from_parquet(source: Source) -> Iterator[Prediction | Rejected]:
    try:
        with open_source(source) as stream:
            file = pq.ParquetFile(stream)
            names = [name for name in _FIELDS if name in file.schema_arrow.names]
            if "id" not in names or not {"body", "spans"} & set(names):
                raise PageError(
                    "R023", "there is no column id, or neither body nor spans", "name them so"
                )
            yield from _from_batches(file.iter_batches(_ROWS, columns=names), source.path)
    except PageError as refused:
        yield refused.at(source.path)
    except Exception as error:
        yield parquet_failure(source, error).at(source.path)


def _from_batches(batches: Iterable[pa.RecordBatch], path: str) -> Iterator[Prediction | Rejected]:
    number = 0
    for batch in batches:
        for record in batch.to_pylist():
            number += 1
            yield _made(record, _Place(path, number))


def _from_article(path: str) -> Prediction | Rejected:
    try:
        article = read_article(path)
    except ArticleError as error:
        place = origin(path, error.line)
        return Rejected(place, error.code, error.message, error.fix)
    text, name = article.text, article.header.get("id")
    if not name:
        refused = PageError("R040", "the header has no id", "write that of the gold article")
        return refused.at(path, 1)
    sha256 = article.header.get("text_sha256") if text is None else text_sha256(text)
    return Prediction(path, 0, name, None, article.spans, text, sha256)


def _made(record: object, place: _Place) -> Prediction | Rejected:
    try:
        return _from_record(record, place)
    except PageError as refused:
        return refused.at(*place)


def _from_record(record: object, place: _Place) -> Prediction:
    if not isinstance(record, Mapping):
        raise _malformed(f"{_short(record)} is no object with id, and body or spans")
    name = record.get("id")
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    if not isinstance(name, str) or not name:
        raise _malformed(f"the id {_short(name)} is no name" if "id" in record else "it has no id")
    texts = {key: record.get(key) for key in ("body", "text", "text_sha256")}
    for key, value in texts.items():
        if value is not None and not isinstance(value, str):
            raise _malformed(f"{key} is {_short(value)}, no string")
    refuse_surrogates({"id": name} | {key: text for key, text in texts.items() if text})
    spans = record.get("spans")
    if spans is not None and not isinstance(spans, list | tuple):
        raise _malformed(f"spans is {_short(spans)}, no list")
    if spans is None and texts["body"] is None:
        raise _malformed("it has neither body nor spans")
    made = None if spans is None else [_span(span) for span in spans]
    return Prediction(*place, name, texts["body"], made, texts["text"], texts["text_sha256"])


def _span(span: object) -> Span:
    if not isinstance(span, Mapping):
        raise _malformed(f"the span {_short(span)} is no object with start, end and label")
    start, end = span.get("start"), span.get("end")
    if not _is_whole(start) or not _is_whole(end):
        raise _malformed(f"the span {_short(span)} has no whole numbers as start and end")
    if not 0 <= int(start) < int(end):
        raise _misfit(f"the span {start} to {end} is empty, or begins before the text")
    name, kind = span.get("label"), span.get("kind")
    label, own = split_name(name) if isinstance(name, str) else (None, None)
    kind = own if kind is None else kind
    if label not in LABELS or own not in (None, kind):
        raise _misfit(f"the span {start} to {end} has the unknown label {_short(name)}")
    if kind is not None and (label != BOILERPLATE or kind not in KINDS):
        raise _misfit(
            f"the span {start} to {end} has the kind {_short(kind)} of {label!r}, unknown"
        )
    return Span(int(start), int(end), label, kind)


def _is_whole(value: object) -> TypeGuard[Integral]:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _malformed(reason: str) -> PageError:
    return PageError("R040", reason, "see 'newshole score' in README.md for the form")


def _misfit(reason: str) -> PageError:
    return PageError(
        "R041", reason, "offsets are code points of the gold text; labels are in labels.json"
    )


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:60]}…"
