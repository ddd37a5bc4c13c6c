"""Records: lines of JSONL and rows of Parquet, good ones and the ways of being bad."""

import gzip
import json
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from reading import measured, outcome, read, read_apart, refusal, the_source

from newshole.page import Page, Rejected, read_pages

GOOD = '{"text": "The ferry sails."}'


def jsonl(*lines: str | bytes) -> bytes:
    return b"\n".join(line.encode() if isinstance(line, str) else line for line in lines)


def parquet(path: Path, table: pa.Table, **options: object) -> list[Page | Rejected]:
    pq.write_table(table, path, **options)
    return list(read_pages(the_source(path)))


def test_a_record_says_all_of_its_page(tmp_path: Path) -> None:
    record = {
        "id": "orrin/ferry",
        "url": "https://news.orrin.example/ferry",
        "html": "<p>The ferry sails.",
        "language": "EN-gb",
        "licence": "CC-BY-4.0",
        "section": {"ignored": [1, None]},
    }
    (page,) = read(tmp_path / "a.jsonl", json.dumps(record).encode())
    assert page == Page(
        id="orrin/ferry",
        origin=f"{tmp_path}/a.jsonl:1",
        content="<p>The ferry sails.",
        is_html=True,
        page_sha256=sha256(b"<p>The ferry sails.").hexdigest(),
        url="https://news.orrin.example/ferry",
        site="orrin.example",
        language="en-GB",
        licence="CC-BY-4.0",
    )
    del record["section"]
    columns = {name: [value] for name, value in record.items()}
    (row,) = parquet(tmp_path / "a.parquet", pa.table(columns))
    assert isinstance(row, Page)
    assert (row.id, row.language, row.page_sha256) == (page.id, page.language, page.page_sha256)


def test_text_comes_as_it_is(tmp_path: Path) -> None:
    text = " A\r\nB\rC\u2028D\x85E\x00F\U0001f6a2 e\u0301\ufeff \n".replace("\0", "")
    escaped = json.dumps({"text": text})
    plain = json.dumps({"text": text}, ensure_ascii=False)
    assert outcome(read(tmp_path / "a.jsonl", jsonl(escaped, plain))) == [text, text]
    assert outcome(parquet(tmp_path / "a.parquet", pa.table({"text": [text]}))) == [text]


def test_lines_are_counted_and_empty_ones_passed_over(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + jsonl(GOOD + "\r", "", " \t\r", GOOD, "", "")
    found = read(tmp_path / "a.jsonl", data)
    assert [one.origin.rpartition(":")[2] for one in found] == ["1", "4"]
    assert [one.id for one in found if isinstance(one, Page)] == ["a/1", "a/4"]


@pytest.mark.parametrize(
    ("line", "code", "reason"),
    [
        ("The ferry sails.", "R020", "not JSON: Expecting value, at column 1"),
        (GOOD[:-2], "R020", "not JSON: Unterminated string starting at, at column 10"),
        (GOOD + GOOD, "R020", "not JSON: Extra data, at column 29"),
        ('{"text": "a\tb"}', "R020", "not JSON: Invalid control character at, at column 12"),
        ('{"text": NaN}', "R020", "not JSON: NaN is no JSON value"),
        ('{"text": "a", "text": "b"}', "R020", "not JSON: the key 'text' stands twice"),
        ("[" * 100_000, "R020", "not JSON: maximum recursion depth exceeded"),
        ('{"id": ' + "9" * 5000 + "}", "R020", "not JSON: Exceeds the limit"),
        (b'{"text": "caf\xe9"}', "R014", "byte 0xE9 at offset 13 of the line is not UTF-8"),
        ('{"text": "a \\ud83d b"}', "R013", "lone surrogate U+D83D at code point 2 of 'text'"),
        ('{"text": "a", "licence": "\\udc00"}', "R013", "U+DC00 at code point 0 of 'licence'"),
        ('{"text": "a\\u0000b"}', "R012", "NUL (U+0000) at code point 1"),
        ('{"text": ""}', "R010", "the page is empty"),
        ('{"html": " \\n\\u2003"}', "R011", "the page holds white space only"),
        ("[1]", "R021", "$: [1] does not fit type object"),
        ('"text"', "R021", "$: 'text' does not fit type object"),
        ("{}", "R021", "$: the record has neither html nor text"),
        ('{"text": null}', "R021", "neither html nor text"),
        ('{"text": "a", "html": "b"}', "R021", "both html and text, and one of them is wanted"),
        ('{"text": 5}', "R021", "$.text: 5 is no string"),
        ('{"text": "a", "id": true}', "R021", "$.id: True does not fit type string or integer"),
        ('{"text": "a", "id": ""}', "R021", "$.id: '' does not fit pattern"),
        ('{"text": "a", "id": " a"}', "R021", "$.id: ' a' does not fit pattern"),
        ('{"text": "a", "id": "a\\n"}', "R021", "$.id: 'a\\n' does not fit pattern"),
        ('{"text": "a", "id": "a\\nb"}', "R021", "$.id: 'a\\nb' does not fit pattern"),
        ('{"text": "a", "url": "b c"}', "R021", "$.url: 'b c' does not fit pattern"),
        ('{"text": "a", "url": "b\\u0000"}', "R021", "$.url: 'b\\x00' does not fit pattern"),
        ('{"text": "a", "url": "b\\n"}', "R021", "$.url: 'b\\n' does not fit pattern"),
        ('{"text": "a", "language": "Old Orrish"}', "R021", "$.language: 'Old Orrish' does not"),
        ('{"text": "a", "language": "en\\n"}', "R021", "$.language: 'en\\n' does not fit"),
        ('{"text": "a", "licence": "MIT\\n"}', "R021", "$.licence: 'MIT\\n' does not fit"),
        ('{"html": ["' + "x" * 5000 + '"]}', "R021", "$.html: ['xxx"),
    ],
)
def test_a_bad_line_is_told_and_the_next_goes_on(
    line: str | bytes, code: str, reason: str, tmp_path: Path
) -> None:
    found = read(tmp_path / "a.jsonl", jsonl(GOOD, line, GOOD))
    assert outcome(found) == ["The ferry sails.", f"2 {code}", "The ferry sails."]
    refused = refusal(found[1:2])
    assert refused.origin == f"{tmp_path}/a.jsonl:2"
    assert reason in refused.reason
    assert len(refused.reason) < 400
    assert refused.fix


def test_json_nested_at_every_depth_is_told(tmp_path: Path) -> None:
    lines = [f'{{"text": {"[" * depth}{"]" * depth}}}' for depth in range(700, 1000, 3)]
    found = read(tmp_path / "a.jsonl", jsonl(*lines, GOOD))
    assert {one.code for one in found if isinstance(one, Rejected)} <= {"R020", "R021"}
    assert len(found) == len(lines) + 1
    assert outcome(found)[-1] == "The ferry sails."


def test_a_pair_of_surrogates_is_a_character(tmp_path: Path) -> None:
    assert outcome(read(tmp_path / "a.jsonl", b'{"text": "\\ud83d\\udea2"}')) == ["\U0001f6a2"]


def test_what_may_be_empty_or_null(tmp_path: Path) -> None:
    line = '{"text": "a", "html": null, "id": 0, "url": "", "language": "", "licence": ""}'
    (page,) = read(tmp_path / "a.jsonl", line.encode())
    assert isinstance(page, Page)
    assert (page.id, page.language, page.licence, page.site) == ("0", "und", "unknown", "")


@pytest.mark.parametrize(
    ("data", "code", "reason"),
    [
        (b"", "R010", "the file holds no record"),
        (b"\n \n\n", "R010", "the file holds no record"),
        (GOOD.encode("utf-16"), "R014", "the file is UTF-16, and JSONL is UTF-8"),
    ],
)
def test_a_file_that_is_no_jsonl(data: bytes, code: str, reason: str, tmp_path: Path) -> None:
    found = refusal(read(tmp_path / "a.jsonl", data))
    assert (found.code, found.reason, found.origin) == (code, reason, f"{tmp_path}/a.jsonl")


def test_a_cut_file_gives_its_whole_lines(tmp_path: Path) -> None:
    member = gzip.compress(jsonl(GOOD, GOOD, ""))
    data = member + gzip.compress(jsonl(GOOD, GOOD))[:-9]
    found = read(tmp_path / "a.jsonl.gz", data)
    assert outcome(found)[:2] == ["The ferry sails."] * 2
    assert outcome(found)[-1].endswith("R005")


def test_the_limit_is_of_a_line_and_of_a_page(tmp_path: Path) -> None:
    long = '{"text": "' + "x" * 200 + '"}'
    found = read(tmp_path / "a.jsonl", jsonl(GOOD, long, GOOD), limit=100)
    assert outcome(found) == ["The ferry sails.", "2 R004", "The ferry sails."]
    assert refusal(found[1:2]).reason == "the line of 212 bytes is larger than 100 bytes"
    pq.write_table(pa.table({"text": ["x" * 101, "y" * 100, "é" * 51]}), tmp_path / "a.parquet")
    rows = read_pages(the_source(tmp_path / "a.parquet"), max_page_bytes=100)
    assert outcome(list(rows)) == ["1 R004", "y" * 100, "3 R004"]


@measured
def test_memory_does_not_grow_with_the_records(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.jsonl.gz", "wt", compresslevel=1) as file:
        for number in range(20_000):
            file.write(json.dumps({"id": number, "text": f"Ferry {number} sails. " * 150}) + "\n")
    pages, codes, grown = read_apart(tmp_path)
    assert (pages, codes) == (20_000, [])
    assert grown < 24, grown


@measured
def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    schema = pa.schema({"text": pa.string()})
    with pq.ParquetWriter(tmp_path / "a.parquet", schema) as writer:
        for start in range(0, 10_000, 1_000):
            texts = [f"Ferry {number} sails. " * 900 for number in range(start, start + 1_000)]
            writer.write_table(pa.table({"text": texts}))
    pages, codes, grown = read_apart(tmp_path)
    assert (pages, codes) == (10_000, [])
    # Of 170 MB of text; what is held is of a row group of 17 MB: its dictionary, its pages.
    assert grown < 120, grown


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_every_kind_of_string_is_read(kind: pa.DataType, tmp_path: Path) -> None:
    table = pa.table({"text": pa.array(["a", None, "c"], kind), "html": pa.nulls(3)})
    assert outcome(parquet(tmp_path / "a.parquet", table)) == ["a", "2 R021", "c"]


def test_dictionary_columns_are_read_row_by_row(tmp_path: Path) -> None:
    texts = [f"Ferry {number % 1500} sails." for number in range(3_000)]
    table = pa.table({"text": pa.array(texts).dictionary_encode(), "id": range(3_000)})
    found = parquet(tmp_path / "a.parquet", table)
    assert outcome(found) == texts
    assert found[2_999].origin == f"{tmp_path}/a.parquet:3000"


@pytest.mark.parametrize(
    ("columns", "code", "reason"),
    [
        ({"body": ["a"]}, "R023", "there is no column html or text (there are: body)"),
        ({"text": [1]}, "R023", "column 'text' is int64, not string"),
        ({"text": [b"a"]}, "R023", "column 'text' is binary, not string"),
        ({"html": [["a"]]}, "R023", "column 'html' is list<element: string>, not string"),
        ({"text": [{"text": "a"}]}, "R023", "column 'text' is struct<text: string>, not string"),
        ({"text": ["a"], "id": [1.5]}, "R023", "column 'id' is double, not string"),
        ({"text": pa.array([b"a"]).dictionary_encode()}, "R023", "dictionary<values=binary"),
        ({"text": pa.array([], pa.string())}, "R010", "the file holds no row"),
    ],
)
def test_columns_that_do_not_fit(
    columns: dict[str, object], code: str, reason: str, tmp_path: Path
) -> None:
    found = refusal(parquet(tmp_path / "a.parquet", pa.table(columns)))
    assert (found.code, found.origin) == (code, f"{tmp_path}/a.parquet")
    assert reason in found.reason


def test_a_column_that_stands_twice(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    found = refusal(parquet(tmp_path / "a.parquet", table))
    assert (found.code, found.reason) == ("R023", "there are two columns 'text'")


def test_values_that_do_not_fit(tmp_path: Path) -> None:
    broken = pa.StringArray.from_buffers(
        3, pa.array([0, 2, 4, 5], pa.int32()).buffers()[1], pa.py_buffer(b"ok\xff\xfeb")
    )
    table = pa.table({"text": broken, "id": ["a", "b", "c d\n"]})
    found = parquet(tmp_path / "a.parquet", table)
    assert outcome(found) == ["ok", "2 R014", "3 R021"]
    assert "byte 0xFF at offset 0 of a value is not UTF-8" in refusal(found[1:2]).reason


@pytest.mark.parametrize(
    "data", [b"", b"  \n", b"<p>The ferry sails.</p>", b"PAR1" + b"x" * 50 + b"PAR1"]
)
def test_a_file_that_is_no_parquet(data: bytes, tmp_path: Path) -> None:
    found = refusal(read(tmp_path / "a.parquet", data))
    assert (found.code, found.origin) == ("R022", f"{tmp_path}/a.parquet")
    assert found.reason
    assert found.fix == "write the file again"


def test_parquet_that_is_damaged_inside(tmp_path: Path) -> None:
    texts = [f"Ferry {number} sails." for number in range(400)]
    pq.write_table(pa.table({"text": texts}), tmp_path / "a.parquet", row_group_size=100)
    data = bytearray((tmp_path / "a.parquet").read_bytes())
    assert outcome(read(tmp_path / "b.parquet", bytes(data[: len(data) // 2]))) == ["R022"]
    middle = len(data) // 2
    data[middle : middle + 64] = b"\xff" * 64
    found = read(tmp_path / "b.parquet", bytes(data))
    assert outcome(found)[:100] == texts[:100]
    assert outcome(found)[-1] == f"{len(found)} R022"


def test_a_column_name_that_is_no_utf_8(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a"], "zzqqzz": ["b"]}), tmp_path / "a.parquet")
    data = (tmp_path / "a.parquet").read_bytes().replace(b"zzqqzz", b"zz\xff\xffzz")
    assert outcome(read(tmp_path / "a.parquet", data)) == ["R022"]
