"""Pages in records: the lines of a JSONL file, the rows of a Parquet file."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NoReturn, TypeVar, cast

import pyarrow as pa
import pyarrow.parquet as pq
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from newshole.labels import load_schema
from newshole.raw import PageError, Raw, Rejected, unreadable
from newshole.source import Source, is_url, open_source
from newshole.unpack import lines, too_large

Made = TypeVar("Made")

_DICTIONARY_ROWS = 1024

FIELDS: tuple[str, ...] = tuple(load_schema("page.schema.json")["properties"])
"""The fields of a record, in the order of ``page.schema.json``; others are ignored."""


def read_jsonl(source: Source, limit: int) -> Iterator[Raw | Rejected]:
    """The pages of a JSONL file, as :func:`read_lines` has it."""
    return read_lines(source, limit, lambda record, number: _from_record(record, number, limit))


def read_lines(
    source: Source, limit: int, make: Callable[[object, int], Made]
) -> Iterator[Made | Rejected]:
    """What ``make`` gives for each record of a JSONL file and the number of its line, from 1.

    A record is a line, UTF-8; empty lines are passed over. A line that cannot be used is rejected
    with its number, and the next ones go on: ``make`` too may raise :class:`PageError`. One of more
    than ``limit`` bytes is passed through without being held. Raises PageError for a file that
    cannot be read, that is empty, or that is UTF-16.
    """
    number = 0
    empty = True
    try:
        for number, line in enumerate(lines(source, limit), start=1):
            if number == 1 and isinstance(line, bytes) and line[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise PageError(
                    "R014", "the file is UTF-16, and JSONL is UTF-8", "save it as UTF-8"
                )
            if isinstance(line, bytes) and not line.strip():
                continue
            empty = False
            try:
                yield _from_line(line, number, limit, make)
            except PageError as refused:
                yield refused.at(source.path, number)
    except PageError as refused:
        # What broke is the file, in the line after the last whole one.
        if number == 0 or refused.code == "R014":
            raise
        yield refused.at(source.path, number + 1)
        return
    if empty:
        raise PageError("R010", "the file holds no record", "leave it out of the sources")


def read_parquet(source: Source, limit: int) -> Iterator[Raw | Rejected]:
    """The pages of a Parquet file, a record a row; only the columns of FIELDS are read.

    What Parquet itself makes a reader hold is a data page and a dictionary of each column,
    as the writer cut them: with pyarrow's defaults 1 MB, or 1,024 rows where those are more.
    Raises :class:`PageError` R022 or R023 for a file whose rows cannot be reached.
    """
    number = 0
    try:
        with open_source(source) as stream:
            file = pq.ParquetFile(stream, buffer_size=1 << 20, pre_buffer=False)
            columns = _columns(file.schema_arrow)
            if not file.metadata.num_rows:
                raise PageError("R010", "the file holds no row", "leave it out of the sources")
            for row in _rows(file, columns):
                number += 1
                try:
                    yield _from_row(row, number, limit)
                except PageError as refused:
                    yield refused.at(source.path, number)
    except PageError:
        raise
    except Exception as error:
        yield parquet_failure(source, error).at(source.path, number + 1 if number else 0)


def parquet_failure(source: Source, error: Exception) -> PageError:
    """The refusal of a Parquet file that broke off with ``error``; raises it, if it is no fault of
    the file's.
    """
    # pyarrow raises bare OSError for damaged data; the system's own carries its number.
    if isinstance(error, OSError) and error.errno is not None:
        return unreadable(error)
    if isinstance(error, (pa.ArrowException, OSError, UnicodeDecodeError)):
        first = str(error).partition("\n")[0]
        return PageError("R022", f"{type(error).__name__}: {first}", "write the file again")
    if is_url(source.path):
        return unreadable(error)
    raise error


def _from_line(
    line: bytes | int, number: int, limit: int, make: Callable[[object, int], Made]
) -> Made:
    if isinstance(line, int):
        raise too_large(f"the line of {line} bytes", limit)
    data = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise PageError(
            "R014",
            f"byte 0x{data[error.start]:02X} at offset {error.start} of the line is not UTF-8",
            "write JSONL as UTF-8",
        ) from None
    try:
        record = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_each_once)
        return make(record, number)
    except json.JSONDecodeError as error:
        raise _not_json(f"{error.msg}, at column {error.colno}") from None
    except (ValueError, RecursionError) as error:
        raise _not_json(str(error)) from None


def _not_json(said: str) -> PageError:
    return PageError("R020", f"not JSON: {said}", "write one JSON object a line")


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice")
    return record


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")


def _rows(file: pq.ParquetFile, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Batches of one row each."""
    # A batch of a dictionary column brings the whole dictionary, so a batch a row would take
    # the square of the rows; of the others it keeps the memory down.
    types = [file.schema_arrow.field(name).type for name in columns]
    size = _DICTIONARY_ROWS if any(map(pa.types.is_dictionary, types)) else 1
    for batch in file.iter_batches(batch_size=size, columns=columns):
        yield from (batch.slice(index, 1) for index in range(batch.num_rows))


def _from_row(batch: pa.RecordBatch, number: int, limit: int) -> Raw:
    try:
        record = batch.to_pylist()[0]
    except UnicodeDecodeError as error:
        raise PageError(
            "R014",
            f"byte 0x{error.object[error.start]:02X} at offset {error.start} of a value "
            "is not UTF-8, which Parquet strings are",
            "write the column again, from decoded text",
        ) from None
    return _from_record(record, number, limit)


def _from_record(record: object, number: int, limit: int) -> Raw:
    error = best_match(_validator().iter_errors(record))
    if error is not None:
        raise PageError("R021", _complaint(error), "see page.schema.json")
    assert isinstance(record, dict)  # by the schema
    values = {key: str(record[key]) for key in FIELDS if record.get(key) is not None}
    refuse_surrogates(values)
    is_html = "html" in values
    content = values["html" if is_html else "text"]
    data = content.encode()
    if len(data) > limit:
        raise too_large("the page", limit)
    return Raw(
        number,
        # A mark that was decoded as a character is still no part of the text.
        content.removeprefix("\ufeff"),
        is_html,
        hashlib.sha256(data).hexdigest(),
        *(values.get(key, "") for key in ("id", "url", "language", "licence")),
    )


def refuse_surrogates(values: Mapping[str, str]) -> None:
    """Raise :class:`PageError` R013 for a value that UTF-8 cannot hold, naming its key."""
    for key, value in values.items():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise PageError(
                "R013",
                f"lone surrogate U+{ord(value[error.start]):04X} "
                f"at code point {error.start} of {key!r}",
                "replace it by the character that was meant; it cannot be written as UTF-8",
            ) from None


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(load_schema("page.schema.json"))


def _complaint(error: ValidationError) -> str:
    # jsonschema's messages quote the whole value, and a page is long.
    if error.validator == "oneOf" or (error.parent and error.parent.validator == "oneOf"):
        record = cast(dict[str, object], (error.parent or error).instance)
        held = [key for key in ("html", "text") if record.get(key) is not None]
        if not held:
            return "$: the record has neither html nor text"
        if held[1:]:
            return "$: the record has both html and text, and one of them is wanted"
        return f"$.{held[0]}: {_short(record[held[0]])} is no string"
    wanted = error.validator_value
    wanted = " or ".join(wanted) if isinstance(wanted, list) else str(wanted)
    return f"{error.json_path}: {_short(error.instance)} does not fit {error.validator} {wanted}"


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:60]}…"


def _columns(schema: pa.Schema) -> list[str]:
    columns = [name for name in FIELDS if name in schema.names]
    if "html" not in columns and "text" not in columns:
        raise PageError(
            "R023",
            f"there is no column html or text (there are: {', '.join(schema.names)[:200]})",
            "rename the column that holds the page",
        )
    for name in columns:
        if schema.names.count(name) > 1:
            raise PageError("R023", f"there are two columns {name!r}", "rename one of them")
        column = schema.field(name).type
        inner = column.value_type if pa.types.is_dictionary(column) else column
        right = (
            pa.types.is_string(inner)
            or pa.types.is_large_string(inner)
            or pa.types.is_string_view(inner)
            or pa.types.is_null(inner)
            or (name == "id" and pa.types.is_integer(inner))
        )
        if not right:
            raise PageError(
                "R023", f"column {name!r} is {column}, not string", "cast it to string (UTF-8)"
            )
    return columns
