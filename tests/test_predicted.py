"""Predictions as tools give them: what is read, and what each fault is told by, with its place."""

import gzip
import json
from pathlib import Path
from typing import Any

import news
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from newshole.article import Span, parse, render
from newshole.gold import GoldPage, ScoreError
from newshole.mask import mask, text_sha256
from newshole.predicted import Prediction, fit, read_predictions
from newshole.raw import PageError, Rejected

GOOD = {"id": "a", "body": "Boats."}


def span(start: object, end: object, label: object = "body", **more: object) -> dict[str, object]:
    return {"start": start, "end": end, "label": label} | more


def write(path: Path, *records: Any) -> Path:
    lines = (one if isinstance(one, str) else json.dumps(one) for one in records)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def page(text: str) -> GoldPage:
    return GoldPage("a", "", "en", "", "", text, text_sha256(text), [])


def only(found: list[Prediction | Rejected]) -> Prediction:
    (one,) = found
    assert isinstance(one, Prediction)
    return one


def test_bodies_and_spans_of_jsonl(tmp_path: Path) -> None:
    spans = [span(0, 4, "boilerplate", kind="tags", more=1), span(5, 6), span(7, 8, "boilerplate")]
    path = write(tmp_path / "x.jsonl", GOOD, "", {"id": 7, "spans": spans, "score": 0.5})
    found = list(read_predictions(path))
    assert found == [
        Prediction(str(path), 1, "a", "Boats.", None),
        Prediction(
            str(path),
            3,
            "7",
            None,
            [
                Span(0, 4, "boilerplate", "tags"),
                Span(5, 6, "body", None),
                Span(7, 8, "boilerplate", None),
            ],
        ),
    ]


def test_a_kind_may_stand_behind_its_label() -> None:
    record = {"id": "a", "spans": [span(0, 1, "boilerplate/tags")]}
    assert only(list(read_predictions([record]))).spans == [Span(0, 1, "boilerplate", "tags")]


@pytest.mark.parametrize("suffix", [".jsonl.gz", ".ndjson.zst"])
def test_packed_jsonl(tmp_path: Path, suffix: str) -> None:
    data = json.dumps(GOOD).encode()
    pack = gzip.compress if suffix.endswith("gz") else zstandard.ZstdCompressor().compress
    (tmp_path / f"x{suffix}").write_bytes(pack(data))
    assert only(list(read_predictions(tmp_path))).body == "Boats."


@pytest.mark.parametrize(
    ("line", "code", "reason"),
    [
        ('{"id": "a"', "R020", "not JSON"),
        ('{"id": "a", "id": "b", "body": ""}', "R020", "the key 'id' stands twice"),
        ('["a"]', "R040", "['a'] is no object with id, and body or spans"),
        ({"body": "x"}, "R040", "it has no id"),
        ({"id": None, "body": "x"}, "R040", "the id None is no name"),
        ({"id": True, "body": "x"}, "R040", "the id True is no name"),
        ({"id": "", "body": "x"}, "R040", "the id '' is no name"),
        ({"id": "a"}, "R040", "it has neither body nor spans"),
        ({"id": "a", "body": 3}, "R040", "body is 3, no string"),
        ({"id": "a", "body": "", "text": ["x"]}, "R040", "text is ['x'], no string"),
        ({"id": "a", "spans": {}}, "R040", "spans is {}, no list"),
        ({"id": "a", "spans": [[0, 3, "body"]]}, "R040", "is no object with start, end and label"),
        ({"id": "a", "spans": [span(0, "3")]}, "R040", "has no whole numbers as start and end"),
        ({"id": "a", "spans": [span(0.0, 3)]}, "R040", "has no whole numbers as start and end"),
        ({"id": "a", "spans": [span(False, 3)]}, "R040", "has no whole numbers as start and end"),
        ({"id": "a", "spans": [span(3, 3)]}, "R041", "3 to 3 is empty, or begins before"),
        ({"id": "a", "spans": [span(-1, 3)]}, "R041", "-1 to 3 is empty, or begins before"),
        ({"id": "a", "spans": [span(0, 3, "captoin")]}, "R041", "the unknown label 'captoin'"),
        ({"id": "a", "spans": [span(0, 3, None)]}, "R041", "the unknown label None"),
        ({"id": "a", "spans": [span(0, 3, kind="tags")]}, "R041", "the kind 'tags' of 'body'"),
        ({"id": "a", "spans": [span(0, 3, "boilerplate", kind="ad")]}, "R041", "the kind 'ad'"),
        (
            {"id": "a", "spans": [span(0, 3, "boilerplate/tags", kind="legal")]},
            "R041",
            "the unknown label 'boilerplate/tags'",
        ),
        ('{"id": "a", "body": "\\ud83c"}', "R013", "lone surrogate U+D83C at code point 0"),
    ],
)
def test_a_bad_line_is_told_and_the_next_is_read(
    tmp_path: Path, line: Any, code: str, reason: str
) -> None:
    path = write(tmp_path / "x.jsonl", GOOD, line, GOOD)
    first, bad, last = read_predictions(path)
    assert isinstance(first, Prediction)
    assert isinstance(last, Prediction)
    assert isinstance(bad, Rejected)
    assert (bad.origin, bad.code) == (f"{path}:2", code)
    assert reason in bad.reason
    assert bad.fix


def test_a_line_that_is_too_long_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newshole.predicted.LINE_BYTES", 60)
    path = write(tmp_path / "x.jsonl", {"id": "b", "body": "x" * 99}, GOOD)
    bad, good = read_predictions(path)
    assert isinstance(bad, Rejected)
    assert isinstance(good, Prediction)
    assert (bad.origin, bad.code, bad.fix) == (f"{path}:1", "R004", "leave the line out")


def test_a_file_without_a_record_and_a_damaged_one(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("\n")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b"{}")[:-3])
    codes = [one.code for one in read_predictions(tmp_path) if isinstance(one, Rejected)]
    assert codes == ["R010", "R005"]


def test_parquet_and_tables(tmp_path: Path) -> None:
    table = pa.table({"id": ["a", "b", None], "body": ["One.", None, "Two."], "url": ["x"] * 3})
    pq.write_table(table, tmp_path / "x.parquet")
    for given, place in ((tmp_path, str(tmp_path / "x.parquet")), (table, "row")):
        first, *bad = read_predictions(given)
        assert first == Prediction(place, 1, "a", "One.", None)
        assert [(one.origin, one.code) for one in bad if isinstance(one, Rejected)] == [
            (f"{place}:2", "R040"),
            (f"{place}:3", "R040"),
        ]


def test_parquet_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"no")
    pq.write_table(pa.table({"id": ["a"], "text": ["x"]}), tmp_path / "b.parquet")
    codes = [one.code for one in read_predictions(tmp_path) if isinstance(one, Rejected)]
    assert codes == ["R022", "R023"]


def test_a_dataset_s_rejected_pages_are_no_predictions(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"], "body": ["x"]}), tmp_path / "x.parquet")
    write(tmp_path / "rejected.jsonl", {"origin": "x", "code": "R010"})
    assert only(list(read_predictions(tmp_path))).id == "a"


def test_a_corpus_is_its_articles_not_their_second_annotation(tmp_path: Path) -> None:
    corpus = news.write_corpus(tmp_path / "corpus")
    (corpus / "second").mkdir()
    (corpus / "second" / "opera.txt").write_text(news.OPERA, encoding="utf-8")
    found = [one.id for one in read_predictions(corpus) if isinstance(one, Prediction)]
    assert found == [
        "fjordpost.example/opera",
        "lagoblatt.example/faehre",
        "elsewhere.example/mast",
    ]


def test_articles_whole_and_masked(tmp_path: Path) -> None:
    corpus = news.write_corpus(tmp_path / "corpus")
    (tmp_path / "masked.txt").write_text(render(mask(parse(news.OPERA))), encoding="utf-8")
    whole = only(list(read_predictions(corpus / "original/fjordpost.example/opera.txt")))
    masked = only(list(read_predictions(tmp_path / "masked.txt")))
    assert whole.text
    assert masked.text is None
    assert whole.text_sha256 == masked.text_sha256 == text_sha256(whole.text)
    assert whole.spans == masked.spans == parse(news.OPERA).spans
    (tmp_path / "bad.txt").write_text("id: x\n\nbodi: x\n")
    (bad,) = read_predictions(tmp_path / "bad.txt")
    assert isinstance(bad, Rejected)
    assert (bad.origin, bad.code) == (f"{tmp_path / 'bad.txt'}:3", "NH104")


@pytest.mark.parametrize("name", ["nothing.jsonl", "page.html", "."])
def test_what_holds_no_prediction(tmp_path: Path, name: str) -> None:
    (tmp_path / "page.html").write_text("<p>x")
    with pytest.raises(ScoreError, match="holds no prediction"):
        list(read_predictions(tmp_path / name))


def fitted(of: str, **record: Any) -> list[Span] | None:
    return fit(only(list(read_predictions([{"id": "a"} | record]))), page(of))


def test_spans_count_code_points() -> None:
    assert fitted("🎭🎭", spans=[span(1, 2)]) == [Span(1, 2, "body", None)]
    with pytest.raises(PageError, match="2 to 4 ends behind the text, at 2") as caught:
        fitted("🎭🎭", spans=[span(0, 2), span(2, 4)])
    assert caught.value.code == "R041"


def test_spans_of_numpy_numbers() -> None:
    found = fitted("boats", spans=[span(np.int64(1), np.int32(3))])
    assert found == [Span(1, 3, "body", None)]
    assert type(found[0].start) is int


def test_spans_may_come_in_any_order_but_never_over_one_another() -> None:
    assert fitted("boats", spans=[span(3, 5), span(0, 3)]) == [
        Span(0, 3, "body", None),
        Span(3, 5, "body", None),
    ]
    with pytest.raises(PageError, match="2 to 5 overlaps the one before it"):
        fitted("boats", spans=[span(2, 5), span(0, 3)])


def test_another_text_is_refused_with_the_place_of_the_difference() -> None:
    assert fitted("The 🎭.", spans=[], text="The 🎭.") == []
    assert fitted("boats", body="boats", text_sha256=text_sha256("boats")) is None
    for text, at in (("The 🎭!", 5), ("The 🎭", 5), ("The 🎭. ", 6), ("", 0)):
        with pytest.raises(PageError, match=f"not the gold text: .* code point {at} on") as caught:
            fitted("The 🎭.", spans=[], text=text)
        assert caught.value.code == "R042"
    with pytest.raises(PageError, match=r"its text is not the gold text$"):
        fitted("boats", spans=[], text_sha256=text_sha256("boat"))
