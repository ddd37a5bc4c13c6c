"""Pages to correct: weights counted by hand, sites in turn, in whatever files and batches."""

import json
import random
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import Any

import news
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import newshole
from newshole.article import Span
from newshole.cli import main
from newshole.row import SCHEMA

MODULE = import_module("newshole.review_list")

Sure = tuple[int, float | None]
"""Length of a span in code points, and its confidence."""


def row(name: str, site: str, *spans: Sure) -> dict[str, Any]:
    """A row of body spans, a code point apart; what review-list does not read is null."""
    made, position = [], 0
    for length, confidence in spans:
        made.append(
            {
                "start": position,
                "end": position + length,
                "label": "body",
                "kind": None,
                "confidence": confidence,
            }
        )
        position += length + 1
    return {"id": name, "site": site, "spans": made}


def write(path: Path, rows: list[dict[str, Any]], **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), path, **options)
    return path


def ids(*datasets: Path, **options: Any) -> list[str]:
    return [page.id for page in newshole.review_list(datasets, **options).pages]


ROWS = [
    # wrong 0.1 + 0.8 = 0.9; mean (30 × 0.9 + 10 × 0.2) / 40 = 0.725
    row("a/1", "a.example", (30, 0.9), (10, 0.2)),
    # wrong 0.5 + 0.7 + 0.7 = 1.9; mean (2 × 0.5 + 1 × 0.3 + 1 × 0.3) / 4 = 0.4
    row("a/2", "a.example", (2, 0.5), (1, 0.3), (1, 0.3)),
    # wrong 0.25; mean 0.75
    row("b/1", "b.example", (8, 0.75)),
    row("b/2", "b.example", (8, None), (9, None)),
    # The reader's span does not count: wrong 0.4; mean 0.6
    row("c/1", "c.example", (100, None), (5, 0.6)),
    row("d/1", "d.example"),
]


def test_figures_are_those_counted_by_hand(tmp_path: Path) -> None:
    file = write(tmp_path / "pages.parquet", ROWS)
    found = newshole.review_list(file)
    figures = {page.id: (page.expected_wrong, page.mean_confidence) for page in found.pages}
    assert figures == {
        "a/2": (1.9, 0.4),
        "c/1": (0.4, 0.6),
        "b/1": (0.25, 0.75),
        "a/1": (0.9, 0.725),
    }
    assert (found.to_review, found.decided, found.confident) == (4, 2, 0)
    assert {page.file for page in found.pages} == {str(file)}
    assert found.pages[0].site == "a.example"


def test_sites_take_turns(tmp_path: Path) -> None:
    """a/1 weighs more than c/1 and b/1, but is the second of its site."""
    file = write(tmp_path / "pages.parquet", ROWS)
    assert ids(file) == ["a/2", "c/1", "b/1", "a/1"]
    assert ids(file, limit=2) == ["a/2", "c/1"]


def test_a_page_without_a_site_is_its_own_site_and_equals_keep_their_order(tmp_path: Path) -> None:
    rows = [
        row("x", "a.example", (1, 0.1)),
        row("y", "a.example", (1, 0.2)),
        row("1", "", (1, 0.5)),
        row("2", "", (1, 0.5)),
        row("3", "", (1, 0.4)),
    ]
    assert ids(write(tmp_path / "pages.parquet", rows)) == ["x", "3", "1", "2", "y"]


def test_the_least_sure_spans_come_first_and_no_readers_among_them(tmp_path: Path) -> None:
    rows = [
        row("a", "a.example", (4, 0.5), (2, None), (3, 0.25), (1, 0.5), (1, 0.9), (6, 0.25)),
        row("b", "b.example", (4, None), (2, 0.75)),
    ]
    first, second = newshole.review_list(write(tmp_path / "pages.parquet", rows)).pages
    # Starts: 0, 5, 8, 12, 14, 16.
    assert first.least_sure == (
        Span(8, 11, "body", None, 0.25),
        Span(16, 22, "body", None, 0.25),
        Span(0, 4, "body", None, 0.5),
    )
    assert second.least_sure == (Span(5, 7, "body", None, 0.75),)


def test_of_equally_sure_spans_the_first_are_named(tmp_path: Path) -> None:
    rows = [row("a", "a.example", *((1, 0.5 if at % 2 else 0.75) for at in range(400)))]
    (page,) = newshole.review_list(write(tmp_path / "pages.parquet", rows)).pages
    assert [span.start for span in page.least_sure] == [2, 6, 10]


def test_min_confidence_leaves_out_and_counts_pages_that_reach_it(tmp_path: Path) -> None:
    """Also where 0.9 in single precision is less than 0.9; a/1 is then the first of its site."""
    rows = [*ROWS, row("e/1", "e.example", (3, 0.9), (4, 0.9))]
    file = write(tmp_path / "pages.parquet", rows)
    found = newshole.review_list(file, min_confidence=0.725)
    assert [page.id for page in found.pages] == ["a/2", "c/1"]
    assert (found.to_review, found.decided, found.confident) == (2, 2, 3)
    assert ids(file, min_confidence=0.9) == ["a/2", "c/1", "b/1", "a/1"]
    assert ids(file, min_confidence=0.0) == []


@pytest.mark.parametrize("batch", [1, 3, 256])
def test_order_does_not_depend_on_files_row_groups_and_batches(
    batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MODULE, "_BATCH_ROWS", batch)
    drawn = random.Random(5)
    rows = [
        row(
            f"{number:03}",
            drawn.choice(["", "a.example", "b.example", "c.example"]),
            *((drawn.randint(1, 9), drawn.choice([None, 0.25, 0.5, 1.0])) for _ in range(4)),
        )
        for number in range(100)
    ]
    for part in range(3):
        file = tmp_path / f"data/pages/train-{part:05}-of-00003.parquet"
        write(file, rows[part * 40 : part * 40 + 40], row_group_size=7)
    assert ids(tmp_path / "data", limit=200) == in_turns(rows)
    assert ids(tmp_path / "data", limit=9) == in_turns(rows)[:9]


def in_turns(rows: list[dict[str, Any]]) -> list[str]:
    """The same order, told another way: each site's pages dealt out."""
    sites: dict[str, list[tuple[float, str]]] = {}
    for one in rows:
        sure = [span["confidence"] for span in one["spans"] if span["confidence"] is not None]
        if sure:
            weighed = (-sum(1 - confidence for confidence in sure), one["id"])
            sites.setdefault(one["site"] or one["id"], []).append(weighed)
    rounds = zip_longest(*map(sorted, sites.values()))
    return [page[1] for dealt in rounds for page in sorted(filter(None, dealt))]


def test_a_file_named_twice_is_read_once_and_hidden_folders_not(tmp_path: Path) -> None:
    file = write(tmp_path / "data/pages/train.parquet", ROWS[:1])
    write(tmp_path / "data/.newshole/parts/0.parquet", ROWS[2:3])
    assert ids(tmp_path / "data", file, tmp_path / "data/../data/pages") == ["a/1"]
    other = write(tmp_path / "other.parquet", ROWS[2:3])
    assert ids(other, file) == ["a/1", "b/1"]


def test_a_dataset_without_rows(tmp_path: Path) -> None:
    found = newshole.review_list(write(tmp_path / "none.parquet", []))
    assert found == MODULE.ReviewList((), 0, 0, 0)


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["review-list", *map(str, arguments)])
    return code, *capsys.readouterr()


def test_json_is_a_line_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path / "pages.parquet", ROWS)
    code, out, err = call(capsys, file, "--json", "--limit", 1, "--min-confidence", "0.7")
    assert code == 0
    assert [json.loads(line) for line in out.splitlines()] == [
        {
            "id": "a/2",
            "site": "a.example",
            "file": str(file),
            "expected_wrong": 1.9,
            "mean_confidence": 0.4,
            "least_sure": [
                {"start": 3, "end": 4, "label": "body", "kind": None, "confidence": 0.3},
                {"start": 5, "end": 6, "label": "body", "kind": None, "confidence": 0.3},
                {"start": 0, "end": 2, "label": "body", "kind": None, "confidence": 0.5},
            ],
        }
    ]
    assert err == (
        "1 of 2 pages to correct; 2 left out, whose spans a reader decided; "
        "2 left out, of a mean confidence of 0.7 or more\n"
    )


def test_the_table_names_figures_and_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [*ROWS[:1], row("odd\x1b[2J", "b.example", (8, 0.75))]
    rows[0]["spans"][1].update(label="boilerplate", kind="related")
    code, out, err = call(capsys, write(tmp_path / "pages.parquet", rows))
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[1] == ["a/1", "0.9", "0.72", "31-41", "boilerplate/related", "0.20"]
    assert lines[2] == ["a.example", "0-30", "body", "0.90"]
    assert "\x1b" not in out
    assert out.endswith("\n2 of 2 pages to correct\n")


def test_pages_that_newshole_built(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The weight of a row is that of its spans; a corpus, which readers decided, has none."""
    built = newshole.build(news.write_jsonl(tmp_path / "crawl", files=1, pages=5), tmp_path / "out")
    rows = [r for f in built.folder.rglob("pages/*.parquet") for r in pq.read_table(f).to_pylist()]
    found = newshole.review_list(built.folder)
    assert len(found.pages) == len(rows) == 5
    weights = {r["id"]: sum(1 - span["confidence"] for span in r["spans"]) for r in rows}
    assert {page.id: page.expected_wrong for page in found.pages} == pytest.approx(
        weights, abs=1e-5
    )
    newshole.build(news.write_corpus(tmp_path / "corpus"), tmp_path / "data")
    code, out, _ = call(capsys, tmp_path / "data")
    assert (code, out) == (0, "0 of 0 pages to correct; 3 left out, whose spans a reader decided\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gone", "gone is not there; name a dataset that 'newshole build' made"),
        ("empty", "empty holds no Parquet; name a dataset that 'newshole build' made"),
        ("page.txt", "page.txt holds no Parquet; name a dataset that 'newshole build' made"),
        ("broken.parquet", "broken.parquet cannot be read ("),
        ("other.parquet", "other.parquet is no dataset of newshole: 'id' is not there"),
        ("typed.parquet", "typed.parquet is no dataset of newshole: 'spans' is of another type"),
        ("beyond.parquet", "beyond.parquet:1: a span of the next 2 rows is empty, or its"),
        ("nan.parquet", "nan.parquet:1: a span of the next 1 rows is empty, or its"),
        ("void.parquet", "void.parquet:1: a span of the next 1 rows is empty, or its"),
    ],
)
def test_what_is_no_dataset_is_refused(
    name: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("page.txt").write_text("A page.")
    Path("broken.parquet").write_bytes(b"PAR1 no more")
    pq.write_table(pa.table({"text": ["A page."]}), "other.parquet")
    pq.write_table(pa.table({"id": ["a"], "site": [""], "spans": [[1]]}), "typed.parquet")
    write(Path("beyond.parquet"), [ROWS[0], row("z", "", (1, 1.5))])
    write(Path("nan.parquet"), [row("z", "", (1, float("nan")))])
    write(Path("void.parquet"), [row("z", "", (0, 0.5))])
    code, out, err = call(capsys, name)
    assert (code, out) == (2, "")
    assert err.startswith(f"newshole: {said}")


def test_help_says_how_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["review-list", "-h"])
    assert left.value.code == 0
    assert "Exit codes: 0 done" in capsys.readouterr().out


@pytest.mark.parametrize("option", [("--min-confidence", "1.5"), ("--limit", "0"), ()])
def test_a_wrong_call_ends_with_2(option: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["review-list", *(["x"] if option else []), *option])
    assert left.value.code == 2
