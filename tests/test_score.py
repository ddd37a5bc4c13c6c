"""Scores: averages and groups by hand, whom they leave out, and what the command prints."""

import gzip
import hashlib
import json
import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import news
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import newshole
from newshole.article import Article, Segment, parse, render
from newshole.build import build
from newshole.cli import main
from newshole.corpus import read_article
from newshole.locate import ENVIRONMENT
from newshole.mask import mask
from newshole.measure import shingle_scores
from newshole.render import render as rendered
from newshole.row import BODY_LABELS, SCHEMA, Row, to_row
from newshole.score import Score, ScoreError, score
from newshole.scoreboard import boards

ROOT = Path(__file__).parents[1]


def row(name: str, *segments: tuple[str, str], language: str = "en") -> Row:
    """A row of one segment a line; its site is what stands before the slash of its id."""
    lines = tuple((Segment(label, text),) for label, text in segments)
    header = {"id": name, "language": language}
    article = Article(lines, header)
    return to_row(article, collection="original", site=name.partition("/")[0])


def table(*rows: Row) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=SCHEMA)


# Visible characters: 4 and 8; 8.
GOLD = table(
    row("quay.example/a", ("headline", "Boat"), ("body", "a b c d e f g h")),
    row("mast.example/b", ("body", "i j k l m n o p"), language="de-AT"),
)


def said(page: str, *spans: tuple[int, int, str]) -> dict[str, Any]:
    return {
        "id": page,
        "spans": [{"start": start, "end": end, "label": label} for start, end, label in spans],
    }


def values(found: Score, average: str, *measures: str, **which: str) -> list[tuple[float, ...]]:
    parts = ("precision", "recall", "f1")
    return [
        tuple(found.figure(measure, part, average, **which).value for part in parts)
        for measure in measures
    ]


def approx(*triples: tuple[float, ...]) -> list[Any]:
    return [pytest.approx(triple) for triple in triples]


# Of a, the body's first four letters are found, and the headline is taken for body; of b all.
FOUND = [
    said("quay.example/a", (0, 4, "body"), (5, 12, "body")),
    said("mast.example/b", (0, 15, "body")),
]


def test_averages_by_hand() -> None:
    found = score(GOLD, FOUND)
    # a: 4 of 8 found and of 12 wanted; b: 8 of 8 and of 8.
    assert values(found, "micro", "characters") == approx((12 / 16, 12 / 20, 24 / 36))
    page = ((4 / 8 + 1) / 2, (4 / 12 + 1) / 2, (0.4 + 1) / 2)
    assert values(found, "per page", "characters") == approx(page)
    # headline: none of 4; body: 12 of 16 found and of 16 wanted.
    assert values(found, "per label", "characters") == approx((0.375, 0.375, 0.375))
    # Spans: a has 2, and 2 are found, none exact, one overlapping; b's only one is exact.
    assert values(found, "micro", "spans exact") == approx((1 / 3, 1 / 3, 1 / 3))
    assert values(found, "micro", "spans with kind") == approx((1 / 3, 1 / 3, 1 / 3))
    assert values(found, "micro", "spans overlap") == approx((2 / 3, 2 / 3, 2 / 3))
    assert values(found, "per page", "spans overlap") == approx((3 / 4, 3 / 4, 3 / 4))
    # Words: boat a b c d (4 right) and eight; shingles: boat-c, a-d of abcd bcde cdef defg efgh.
    assert values(found, "micro", "body words") == approx((12 / 13, 12 / 16, 24 / 29))
    assert values(found, "micro", "body shingles") == approx((6 / 7, 6 / 10, 12 / 17))
    each = ((1 / 2 + 1) / 2, (1 / 5 + 1) / 2, (2 / 7 + 1) / 2)
    assert values(found, "per page", "body shingles") == approx(each)
    # Both lines of a have to be changed, none of b.
    assert found.figure("lines to change", "median", "pages").value == 1
    assert found.figure("lines to change", "90 %", "pages").value == 2
    assert found.figure("characters", average="micro").gold == 20
    assert found.figure("lines to change", "median", "pages").gold == 3


def test_groups_labels_and_kinds_by_hand() -> None:
    found = score(GOLD, FOUND)
    assert values(found, "micro", "characters", by="language", of="de") == [(1, 1, 1)]
    assert values(found, "micro", "characters", by="language", of="en") == approx((0.5, 1 / 3, 0.4))
    whole = values(found, "micro", "characters", by="collection", of="original")
    assert whole == values(found, "micro", "characters")
    assert values(found, "micro", "characters", by="label", of="headline") == [(0, 0, 0)]
    assert values(found, "micro", "spans overlap", by="label", of="body") == approx((2 / 3, 1, 0.8))
    assert found.figure("characters", average="micro", by="label", of="body").gold == 16
    with pytest.raises(KeyError, match="label, caption"):
        found.figure("characters", by="label", of="caption")
    assert set(found.figures["by"].to_pylist()) == {"all", "collection", "language", "label"}


def test_lines_to_change_on_ten_pages() -> None:
    rows = [row(f"quay.example/{n}", *[("body", "abc")] * 10) for n in range(10)]
    # Of page n the first n lines are not found.
    found = score(
        table(*rows),
        [
            said(f"quay.example/{n}", *((4 * line, 4 * line + 3, "body") for line in range(n, 10)))
            for n in range(10)
        ],
    )
    assert found.figure("lines to change", "median", "pages").value == 4.5
    assert found.figure("lines to change", "90 %", "pages").value == 8.5
    assert found.by_page["lines to change"].to_pylist() == list(range(10))
    assert found.by_page["lines"].to_pylist() == [10] * 10


def test_kinds_of_boilerplate() -> None:
    gold = table(
        row("a", ("boilerplate/tags", "boats"), ("boilerplate/legal", "all rights")),
    )
    spans = [
        {"start": 0, "end": 5, "label": "boilerplate", "kind": "tags"},
        {"start": 6, "end": 9, "label": "boilerplate", "kind": "tags"},
        {"start": 9, "end": 16, "label": "boilerplate"},
    ]
    found = score(gold, [{"id": "a", "spans": spans}])
    assert values(found, "micro", "characters") == [(1, 1, 1)]
    assert values(found, "micro", "characters", by="kind", of="tags") == approx((5 / 8, 1, 10 / 13))
    assert values(found, "micro", "characters", by="kind", of="legal") == [(0, 0, 0)]
    assert values(found, "micro", "spans exact") == approx((1 / 3, 1 / 2, 2 / 5))


def test_confusion_by_hand() -> None:
    found = score(GOLD, FOUND)
    assert found.confusion.to_pylist() == [
        {"gold": "body", "predicted": "body", "characters": 12, "lines": 2},
        {"gold": "headline", "predicted": "body", "characters": 4, "lines": 1},
        {"gold": "body", "predicted": "none", "characters": 4, "lines": 0},
    ]
    # 12 of 20 agree; by chance 16·16 of 400.
    assert found.kappa() == pytest.approx((12 / 20 - 256 / 400) / (1 - 256 / 400))
    assert found.by_page.select(["id", "lines to change", "lines"]).to_pylist() == [
        {"id": "mast.example/b", "lines to change": 0, "lines": 1},
        {"id": "quay.example/a", "lines to change": 2, "lines": 2},
    ]
    assert found.by_page["characters, f1"].to_pylist() == [1, 0.4]


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of three splits, from a corpus in which a page is masked."""
    folder = tmp_path_factory.mktemp("gold")
    build(news.write_corpus(folder / "corpus"), folder / "data")
    return folder


def test_a_perfect_prediction_is_right_in_all(originals: Path) -> None:
    for gold, predicted in (("data", "data"), ("corpus", "corpus/original"), ("corpus", "data")):
        found = score(originals / gold, originals / predicted)
        for one in found.figures.to_pylist():
            if one["measure"] == "lines to change":
                assert one["value"] == 0
                assert one["pages_high"] in (None, 0)
            else:
                assert one["value"] == 1
                assert one["pages_low"] in (None, 1)
        assert found.kappa() == found.kappa("lines") == 1
        assert (found.missing, found.unknown, found.rejected) == ((), (), ())


def test_an_empty_prediction_is_right_in_nothing(originals: Path) -> None:
    ids = ("fjordpost.example/opera", "lagoblatt.example/faehre")
    for found in (
        score(originals / "data", [said(name) for name in ids]),
        score(originals / "data", []),
    ):
        for one in found.figures.to_pylist():
            if one["measure"] == "lines to change":
                assert one["value"] > 0
            else:
                assert one["value"] == 0
                assert one["pages_high"] in (None, 0)
        assert "characters" in found.figures["measure"].to_pylist()
    assert found.missing == ids
    bodies = score(originals / "data", [{"id": name, "body": ""} for name in ids])
    assert set(bodies.figures["value"].to_pylist()) == {0}
    assert set(bodies.figures["measure"].to_pylist()) == {"body shingles", "body words"}


def test_bodies_alone_are_measured_as_bodies_alone() -> None:
    found = score(GOLD, [{"id": "quay.example/a", "body": "A b c d x"}])
    assert set(found.figures["measure"].to_pylist()) == {"body shingles", "body words"}
    expected = shingle_scores("a b c d e f g h", "a b c d x")
    shares = tuple(value / 2 for value in expected)
    assert values(found, "per page", "body shingles") == approx(shares)
    assert found.confusion.num_rows == 0
    assert found.kappa() != found.kappa()
    assert found.missing == ("mast.example/b",)


def test_a_body_among_spans_has_no_labels() -> None:
    found = score(GOLD, [FOUND[0], {"id": "mast.example/b", "body": "i j k l m n o p"}])
    assert found.without_spans == ("mast.example/b",)
    assert found.missing == ()
    assert found.by_page["body shingles, f1"].to_pylist()[0] == 1
    assert found.by_page["characters, f1"].to_pylist()[0] == 0


def test_what_counts_as_body_can_be_chosen() -> None:
    bodies = [{"id": "quay.example/a", "body": "boat"}, {"id": "mast.example/b", "body": ""}]
    found = score(GOLD, bodies, body=("headline",))
    assert found.body == ("headline",)
    # A page without a headline, of which none was found, is right.
    assert values(found, "per page", "body words") == [(1, 1, 1)]
    assert values(score(GOLD, bodies), "per page", "body words") == [(0, 0, 0)]
    with pytest.raises(ScoreError, match="'headlin' is no label of a body; choose of headline, k"):
        score(GOLD, bodies, body=("headlin",))


def test_intervals_are_of_pages_and_of_sites() -> None:
    rows = [row(f"site{n // 4}.example/{n}", ("body", "a b c d")) for n in range(40)]
    bodies = [
        {"id": one["id"], "body": "a b c d" if n // 4 % 2 else ""} for n, one in enumerate(rows)
    ]
    found = score(table(*rows), bodies).figure("body shingles")
    assert found.value == 0.5
    assert found.over_pages
    assert found.over_sites
    pages, sites = (high - low for low, high in (found.over_pages, found.over_sites))
    # Sites are all right or all wrong: ten draws, not forty.
    assert 1.6 < sites / pages < 2.4
    again = score(table(*rows[::-1]), bodies[::-1])
    assert again.figure("body shingles") == found


def test_one_site_has_no_interval_over_sites() -> None:
    rows = [row(f"quay.example/{n}", ("body", "a b c d")) for n in range(3)]
    found = score(table(*rows), [{"id": rows[0]["id"], "body": "a b c d"}]).figure("body words")
    assert found.over_pages
    assert found.over_sites is None


def test_pages_without_a_site_are_no_one_site() -> None:
    rows = [row(f"page-{n}", ("body", "a b c d")) | {"site": ""} for n in range(3)]
    found = score(table(*rows), [{"id": rows[0]["id"], "body": "a b c d"}]).figure("body words")
    assert found.over_sites is not None


def test_thousand_pages_take_seconds() -> None:
    sentence = "The ferry left the quay at noon, and nobody on board had paid. "
    rows = [
        row(
            f"site{n // 3}.example/{n}",
            *(
                (("boilerplate/navigation", f"Menu {k}"), ("body", f"{n} {k} {sentence * 2}"))[
                    k % 2
                ]
                for k in range(100)
            ),
        )
        for n in range(1000)
    ]
    gold = table(*rows)
    begun = time.process_time()
    found = score(gold, gold)
    assert time.process_time() - begun < 15
    assert found.figure("characters").value == 1


# Gold


def test_masked_pages_are_left_out_with_the_reason(
    originals: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    for gold in ("data", "corpus"):
        found = score(
            originals / gold,
            [
                said(f"{name}")
                for name in ("elsewhere.example/mast", "no.example/x", "fjordpost.example/opera")
            ],
        )
        (left,) = found.left
        assert left.id == "elsewhere.example/mast"
        assert re.match("its page is not (there|at hand); name .* folder", left.reason)
        assert not left.is_fault
        assert found.unknown == ("no.example/x",)
        assert found.missing == ("lagoblatt.example/faehre",)


def test_masked_pages_are_filled_from_a_folder(tmp_path: Path) -> None:
    html = news.html(1)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "x.html.gz").write_bytes(gzip.compress(html.encode()))
    sha256 = hashlib.sha256(html.encode()).hexdigest()
    lines = tuple((Segment("body", line.text),) for line in rendered(html))
    source = "https://github.com/quay/pages 1234567 a/x.html"
    header = {"id": "quay.example/x", "language": "en", "page": sha256, "source": source}
    masked = mask(Article(lines, header))
    (tmp_path / "x.txt").write_text(render(masked), encoding="utf-8", newline="\n")
    bare = table(to_row(masked, collection="linked", site="quay.example"))
    bodies = [{"id": "quay.example/x", "body": "\n".join(line.text for line in rendered(html))}]
    for gold in (tmp_path / "x.txt", bare):
        found = score(gold, bodies, pages=[tmp_path / "pages"])
        assert found.figure("body shingles").value == 1
        assert found.left == ()
    article = score(tmp_path / "x.txt", bodies, pages=[tmp_path / "pages"])
    assert article.figure("body words", by="origin", of="quay/pages").value == 1
    with pytest.raises(ScoreError, match="no page to score; 1 are left out, the first: its page"):
        score(bare, bodies, pages=[])


def test_a_split_is_scored_alone(originals: Path) -> None:
    everything = [said("fjordpost.example/opera"), said("lagoblatt.example/faehre")]
    for gold in ("data", "corpus", "corpus/original"):
        found = score(originals / gold, everything, split="test")
        assert found.by_page["id"].to_pylist() == ["lagoblatt.example/faehre"]
        assert found.unknown == ()
        assert found.left == ()


def test_no_split_where_none_is_known(tmp_path: Path) -> None:
    (tmp_path / "opera.txt").write_text(news.OPERA, encoding="utf-8")
    with pytest.raises(ScoreError, match="lies in no corpus, and so in no split; call without"):
        score(tmp_path, [], split="test")
    with pytest.raises(ScoreError, match="the table does not say its split"):
        score(GOLD, [], split="test")


def test_rows_and_files_with_faults_are_left_out(tmp_path: Path) -> None:
    broken = row("mast.example/x", ("body", "four"))
    broken["spans"][0]["end"] = 9
    empty: Row = dict.fromkeys(SCHEMA.names)
    found = score(table(GOLD.to_pylist()[0], broken, empty), FOUND[:1])
    assert [(left.id, left.is_fault, left.reason) for left in found.left] == [
        ("mast.example/x", True, "the table: a span ends at code point 9, the text at 4"),
        ("None", True, "the table: id is null"),
    ]
    for name, content in {
        "a": news.OPERA,
        "b": news.OPERA,
        "c": "id: x\n\nbodi: x\n",
        "d": "language: en\n\nbody: x\n",
    }.items():
        (tmp_path / f"{name}.txt").write_text(content, encoding="utf-8")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "e.txt").write_text("nothing")
    found = score(tmp_path, [said("fjordpost.example/opera")])
    assert all(one.is_fault for one in found.left)
    assert [one.reason.partition(";")[0] for one in found.left] == [
        f"{tmp_path / 'c.txt'}:3: NH104 unknown label 'bodi'",
        f"{tmp_path / 'd.txt'}: the header has no id",
        "the id stands twice",
    ]


@pytest.mark.parametrize(
    ("gold", "reason"),
    [
        ("nowhere", "nowhere is not there"),
        ("empty", "holds neither Parquet nor article files"),
        ("foreign", "is no dataset of newshole: it has no column 'site'"),
        ("typed", "is no dataset of newshole: "),
        ("damaged", "cannot be read"),
    ],
)
def test_gold_that_is_none(tmp_path: Path, gold: str, reason: str) -> None:
    for name in ("empty", "foreign", "typed", "damaged"):
        (tmp_path / name).mkdir()
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "foreign" / "x.parquet")
    wrong = GOLD.set_column(SCHEMA.names.index("spans"), "spans", pa.array([1, 2]))
    pq.write_table(wrong, tmp_path / "typed" / "x.parquet")
    (tmp_path / "damaged" / "x.parquet").write_bytes(b"PAR1")
    with pytest.raises(ScoreError, match=reason):
        score(tmp_path / gold, FOUND)


def test_ids_that_are_all_unknown_are_a_mistake() -> None:
    with pytest.raises(ScoreError, match=r"first one has the id 'a', the first page 'quay\.exam"):
        score(GOLD, [{"id": "a", "body": "x"}, {"id": "b", "body": "x"}])


def test_the_second_of_two_predictions_is_refused() -> None:
    found = score(GOLD, [*FOUND, said("mast.example/b")])
    assert [(one.origin, one.code) for one in found.rejected] == [("record:3", "R043")]
    assert found.by_page["characters, f1"].to_pylist() == [1, 0.4]


# The command


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    news.write_corpus(tmp_path / "corpus")
    return tmp_path


def predict(path: Path, records: Iterable[dict[str, Any]]) -> None:
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    path.write_text("".join(lines), encoding="utf-8")


def spans_of(content: str, labels: Sequence[str] = ()) -> dict[str, Any]:
    article = parse(content)
    spans = [
        {"start": s.start, "end": s.end, "label": s.label, "kind": s.kind}
        for s in article.spans
        if not labels or s.label in labels
    ]
    return {"id": article.header["id"], "spans": spans}


def test_the_command_prints_tables(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    predict(here / "found.jsonl", [spans_of(news.OPERA, BODY_LABELS), {"id": "x", "body": ""}])
    assert main(["score", "corpus", "found.jsonl"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("2 pages of 2 sites")
    assert all(len(line.rstrip()) <= 80 for line in out.split("\n"))
    assert re.search(r"^body shingles +per page +0\.500 +0\.500 +0\.500 +0\.000–1\.000", out, re.M)
    assert re.search(r"^dateline +\d+ +1\.000 +1\.000 +1\.000", out, re.M)
    assert "Left out: elsewhere.example/mast; its page is not at hand; name a folder" in out
    assert "counted as empty: lagoblatt.example/faehre." in out.replace("\n", " ")
    assert "Predicted, but not in the gold: x." in out
    assert re.search(r"^headline +none", out, re.M)


def test_bad_lines_are_all_told_and_end_with_1(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    predict(here / "found.jsonl", [{"id": "x"}, spans_of(news.OPERA)])
    late = {"id": "lagoblatt.example/faehre", "spans": [], "text": "Die Fähre steht"}
    with (here / "found.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(f"{{\n{json.dumps(late)}\n")
    assert main(["score", "corpus", "found.jsonl", "--json"]) == 1
    out, err = capsys.readouterr()
    assert [line.split()[:2] for line in err.splitlines()] == [
        ["found.jsonl:1:", "R040"],
        ["found.jsonl:3:", "R020"],
        ["found.jsonl:4:", "R042"],
    ]
    assert "differ from code point 10 on; label the gold's text" in err
    content = json.loads(out)
    assert [one["origin"] for one in content["rejected"]] == [
        "found.jsonl:1",
        "found.jsonl:3",
        "found.jsonl:4",
    ]
    assert content["missing"] == ["lagoblatt.example/faehre"]


def test_json_holds_what_the_function_gives(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    predict(here / "found.jsonl", [spans_of(news.OPERA, ["body"]), spans_of(news.FERRY)])
    assert main(["score", "corpus", "found.jsonl", "--json", "--body", "body"]) == 0
    content = json.loads(capsys.readouterr().out)
    found = newshole.score("corpus", "found.jsonl", body=["body"])
    assert content["made_by"] == f"newshole {newshole.__version__}"
    assert content["body"] == ["body"]
    assert len(content["figures"]) == found.figures.num_rows
    for given, own in zip(content["figures"], found.figures.to_pylist(), strict=True):
        assert given == {
            name: round(value, 6) if isinstance(value, float) else value
            for name, value in own.items()
        }
    assert content["confusion"] == found.confusion.to_pylist()
    assert [one["id"] for one in content["by_page"]] == found.by_page["id"].to_pylist()
    assert content["kappa"]["lines"] == round(found.kappa("lines"), 6)
    assert content["left"][0]["id"] == "elsewhere.example/mast"


def test_markdown_into_a_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    predict(here / "found.jsonl", [spans_of(news.OPERA), {"id": "a|b", "body": ""}])
    assert main(["score", "corpus", "found.jsonl", "--markdown", "--out", "score.md"]) == 0
    assert capsys.readouterr() == ("score.md\n", "")
    text = (here / "score.md").read_text(encoding="utf-8")
    assert text.startswith("**2 pages of 2 sites**\n\n| measure |  | precision | recall | F1 |")
    assert "not in the gold: a\\|b." in text
    found = boards(newshole.score("corpus", "found.jsonl"))
    assert text.count("\n|--") + text.count("\n|---") >= len(found)
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1
    for board in found:
        for cells in board.rows:
            assert "| " + " | ".join(cells) + " |" in text
    assert main(["score", "corpus", "found.jsonl", "--out", "score.txt"]) == 0
    assert (here / "score.txt").read_text(encoding="utf-8").startswith("2 pages of 2 sites")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("nowhere", "found.jsonl"), "nowhere is not there; name a dataset"),
        (("corpus", "nothing.jsonl"), "nothing.jsonl holds no prediction (there is no such file"),
        (("corpus", "found.jsonl", "--body", "text"), "'text' is no label of a body"),
        (("corpus", "other.jsonl"), "no prediction is of a page that is scored: the first one has"),
        (
            ("corpus", "found.jsonl", "--split", "validation"),
            "no page to score in validation; 1 are",
        ),
    ],
)
def test_a_wrong_call_ends_with_2(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], reason: str
) -> None:
    predict(here / "found.jsonl", [spans_of(news.OPERA)])
    predict(here / "other.jsonl", [{"id": "x", "body": ""}])
    assert main(["score", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("newshole: ")
    assert reason in err


def test_broken_gold_ends_with_1(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    predict(here / "found.jsonl", [spans_of(news.OPERA), spans_of(news.FERRY)])
    (here / "corpus/original/lagoblatt.example/faehre.txt").write_text("id: x\n\nbodi: x\n")
    assert main(["score", "corpus", "found.jsonl"]) == 1
    assert "NH104 unknown label 'bodi'" in " ".join(capsys.readouterr().out.split())


# The corpus


def test_the_corpus_s_own_articles_as_their_dataset() -> None:
    found = score(ROOT / "corpus" / "original", ROOT / "data" / "original", resamples=20)
    assert [*found.left, *found.missing, *found.unknown, *found.rejected] == []
    assert found.by_page.num_rows > 60
    assert set(found.by_page["characters, f1"].to_pylist()) == {1}


def test_bare_articles_guessed_again() -> None:
    """The annotator on originals in scripts of all sorts: nothing fails, and much is right."""
    files = sorted((ROOT / "corpus" / "original").rglob("*.txt"))[::8]
    guessed = []
    for file in files:
        article = read_article(file)
        spans = newshole.annotate(article.text or "").spans
        guessed.append(
            {
                "id": article.header["id"],
                "text": article.text,
                "spans": [
                    {"start": s.start, "end": s.end, "label": s.label, "kind": s.kind}
                    for s in spans
                ],
            }
        )
    found = score(ROOT / "corpus" / "original", guessed, resamples=20)
    assert found.rejected == ()
    assert len(found.missing) == found.by_page.num_rows - len(files)
    right = dict(
        zip(
            found.by_page["id"].to_pylist(),
            found.by_page["characters, f1"].to_pylist(),
            strict=True,
        )
    )
    assert sum(right[one["id"]] for one in guessed) / len(guessed) > 0.6
