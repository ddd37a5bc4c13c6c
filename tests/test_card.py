"""The dataset card: what load_dataset makes of it, and what a user wrote in it."""

import json
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import news
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from datasets import DatasetInfo, Features, List, Value, load_dataset
from huggingface_hub import DatasetCard

from newshole.build import BuildError, Built, build
from newshole.card import size_category
from newshole.frontmatter import fill, parse, parts_of, set_keys
from newshole.row import features

MERGE = import_module("newshole.merge")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("corpus")
    return build(news.write_corpus(folder / "corpus"), folder / "data")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Raw pages, in several files and row groups a split."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MERGE, "ROW_GROUP_BYTES", 20_000)
        patch.setattr(MERGE, "FILE_BYTES", 40_000)
        return build(news.write_jsonl(folder / "crawl", files=2, pages=40), folder / "data")


def load(folder: Path, cache: Path, *config: str, **more: Any) -> Any:
    return load_dataset(str(folder), *config, cache_dir=str(cache), **more)


def metadata(card: Path) -> dict[str, Any]:
    return parse(parts_of(card.read_text(encoding="utf-8"))[0])


@pytest.mark.parametrize(("config", "name"), [((), "original"), (("linked",), "linked")])
def test_load_dataset_gives_back_the_very_rows(
    config: tuple[str, ...], name: str, built: Built, tmp_path: Path
) -> None:
    loaded = load(built.folder, tmp_path, *config, verification_mode="all_checks")
    found = [{"split": split, **row} for split in loaded for row in loaded[split]]
    expected = [row for row in news.rows(built.folder) if row["collection"] == name]
    assert sorted(found, key=lambda row: row["id"]) == expected
    assert len(expected) == (2 if name == "original" else 1)
    assert loaded["validation" if name == "linked" else "train"].features == features()


def test_streaming_gives_the_same_rows(built: Built, tmp_path: Path) -> None:
    stream = load(built.folder, tmp_path, split="train", streaming=True)
    assert [{"split": "train", **row} for row in stream] == [
        row for row in news.rows(built.folder) if row["split"] == "train"
    ]


def test_counts_and_bytes_are_those_that_datasets_finds(pages: Built, tmp_path: Path) -> None:
    files = [file for split in splits(pages).values() for file in split["files"]]
    assert len(files) > 2
    assert any(pq.read_metadata(pages.folder / file["path"]).num_row_groups > 1 for file in files)
    loaded = load(pages.folder, tmp_path, verification_mode="all_checks")
    found = {
        name: (split.num_examples, split.num_bytes)
        for name, split in loaded["train"].info.splits.items()
    }
    assert found == {name: (one["rows"], one["num_bytes"]) for name, one in splits(pages).items()}
    (info,) = metadata(pages.folder / "README.md")["dataset_info"]
    assert found == {
        split["name"]: (split["num_examples"], split["num_bytes"]) for split in info["splits"]
    }
    assert info["download_size"] == sum(file["bytes"] for file in files)


def splits(built: Built) -> dict[str, Any]:
    found: dict[str, Any] = built.manifest["configs"]["pages"]
    return found


def test_features_are_a_list_of_struct_and_read_back_as_they_are(built: Built) -> None:
    card = metadata(built.folder / "README.md")
    for entry in card["dataset_info"]:
        assert DatasetInfo._from_yaml_dict(entry).features == features()
        (spans,) = [one for one in entry["features"] if one["name"] == "spans"]
        assert list(spans) == ["name", "list"]
    span = Features(
        start=Value("int32"),
        end=Value("int32"),
        label=Value("string"),
        kind=Value("string"),
        confidence=Value("float32"),
    )
    assert features()["spans"] == List(span)
    assert [one.get("default", False) for one in card["configs"]] == [False, True]


def test_the_cache_of_datasets_does_not_serve_an_older_build(tmp_path: Path) -> None:
    crawl, out = news.write_jsonl(tmp_path / "crawl", files=1, pages=5), tmp_path / "out"
    build(crawl, out)
    cache = tmp_path / "cache"

    def texts() -> set[str]:
        loaded = load(out, cache)
        return {row["text"] for split in loaded for row in loaded[split]}

    assert not any("anchor" in text for text in texts())
    path = crawl / "crawl-0.jsonl"
    path.write_text(path.read_text().replace("ledger 3.", "the anchor."))
    build(crawl, out, replace=True)
    assert any("anchor" in text for text in texts())


def test_duckdb_and_pandas_read_the_files(built: Built) -> None:
    train = built.folder / "original" / "train-00000-of-00001.parquet"
    (row,) = [row for row in news.rows(built.folder) if row["split"] == "train"]
    query = "SELECT id, s.label, substr(text, s.start + 1, s.end - s.start) FROM (SELECT *, "
    query += f"unnest(spans) AS s FROM read_parquet('{train}')) WHERE s.label = 'headline'"
    found = duckdb.connect().execute(query).fetchall()
    assert found == [(row["id"], "headline", row["headline"])]
    frame = pd.read_parquet(train)
    assert frame["text"].tolist() == [row["text"]]
    assert [dict(span) for span in frame["spans"][0]] == row["spans"]


def test_front_matter_says_what_the_rows_say(tmp_path: Path) -> None:
    lines = [
        news.record(1, language="pt-BR", licence="CC0-1.0"),
        news.record(2, language="und"),
        news.record(3, language="de"),
    ]
    (tmp_path / "a.jsonl").write_text("".join(lines))
    build(tmp_path / "a.jsonl", tmp_path / "harbour-news")
    card = metadata(tmp_path / "harbour-news" / "README.md")
    assert card["pretty_name"] == "harbour-news"
    assert card["language"] == ["de", "pt"]
    assert (card["license"], card["license_name"]) == ("other", "see-column-licence")
    assert card["size_categories"] == ["n<1K"]
    assert card["task_categories"] == ["token-classification"]
    assert "news" in card["tags"]
    assert card["annotations_creators"] == ["machine-generated"]
    # The Hub's own reader takes it, and finds nothing to warn of.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        DatasetCard.load(tmp_path / "harbour-news" / "README.md")


@pytest.mark.parametrize(
    ("rows", "category"),
    [
        (0, "n<1K"),
        (999, "n<1K"),
        (1000, "1K<n<10K"),
        (99_999, "10K<n<100K"),
        (10**6, "1M<n<10M"),
        (10**11, "100B<n<1T"),
    ],
)
def test_size_categories(rows: int, category: str) -> None:
    assert size_category(rows) == category


def test_pages_of_unknown_licence_claim_none(pages: Built) -> None:
    card = metadata(pages.folder / "README.md")
    assert card["license"] == "unknown"
    assert "language" not in card


MINE = """\
---
# Who may use this: see below.
license: odc-by   # our own
tags: [harbour, news]
dataset_info:
  stale: true
language:
  - nl

annotations_creators:
- expert-generated
---
# Our harbour

Text of ours, with a  double space.

<!-- counts -->
old
<!-- /counts -->

The end\tof it.
"""


def test_a_users_card_keeps_keys_comments_and_text(tmp_path: Path) -> None:
    crawl, out = tmp_path / "crawl.jsonl", tmp_path / "out"
    crawl.write_text("".join(news.record(number, licence="CC0-1.0") for number in range(5)))
    build(crawl, out)
    card = out / "README.md"
    card.write_text(MINE, encoding="utf-8")
    assert build(crawl, out).changed
    front, body = parts_of(card.read_text(encoding="utf-8"))
    assert front.startswith(MINE.partition("---\n")[2].partition("dataset_info")[0])
    assert "\n  - nl\n" in front
    kept = parse(front)
    assert (kept["license"], kept["tags"]) == ("odc-by", ["harbour", "news"])
    assert "license_name" not in kept
    assert kept["annotations_creators"] == ["expert-generated"]
    assert kept["dataset_info"][0]["splits"][0]["num_examples"] > 0
    before, _, after = body.partition("old\n") if "old\n" in body else body.partition("| config")
    assert before == MINE.rpartition("---\n")[2].partition("old\n")[0]
    assert body.endswith("<!-- /counts -->\n\nThe end\tof it.\n")
    assert "| pages | train |" in after
    assert not build(crawl, out).changed


def test_a_card_above_the_data_points_down_to_it(tmp_path: Path) -> None:
    corpus = news.write_corpus(tmp_path / "corpus")
    card = tmp_path / "README.md"
    card.write_text("# Title\n", encoding="utf-8")
    build(corpus, tmp_path / "data", card=card)
    assert not (tmp_path / "data" / "README.md").exists()
    paths = [file["path"] for one in metadata(card)["configs"] for file in one["data_files"]]
    assert paths == [
        "data/linked/validation-*.parquet",
        "data/original/train-*.parquet",
        "data/original/test-*.parquet",
    ]
    assert load(tmp_path, tmp_path / "cache", "linked")["validation"].num_rows == 1
    assert card.read_text(encoding="utf-8").endswith("---\n\n# Title\n")


def test_line_ends_and_mark_of_a_users_card(tmp_path: Path) -> None:
    crawl, out = news.write_jsonl(tmp_path / "crawl", files=1, pages=3), tmp_path / "out"
    build(crawl, out)
    card = out / "README.md"
    card.write_bytes("\ufeff---\r\nlicense: mit\r\n---\r\n# Café\r\n".encode())
    build(crawl, out)
    data = card.read_bytes()
    assert data.startswith(b"---\r\nlicense: mit\r\n")
    assert data.endswith("---\r\n# Café\r\n".encode())
    assert data.count(b"\n") == data.count(b"\r\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"---\ntags: [news\n---\n", "the front matter is not YAML"),
        (b"---\n- a list\n---\n", "the front matter holds no keys"),
        (b"# caf\xe9\n", r"it is not UTF-8 \(byte 5\)"),
    ],
)
def test_a_card_that_cannot_be_read(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("A page.")
    (tmp_path / "README.md").write_bytes(content)
    with pytest.raises(BuildError, match=rf"README\.md: {message}"):
        build(tmp_path / "page.txt", tmp_path / "data", card=tmp_path / "README.md")
    assert (tmp_path / "README.md").read_bytes() == content


@pytest.mark.parametrize(
    "front",
    [
        "",
        "{}\n",
        "{tags: [a], license: mit}\n",
        '"tags": [a]\nlicense: mit\n',
        "tags: [a,\nb]\nother: 1\n",
        "a: &x [1]\nb: *x\ntags:\n- a\n# end\n",
        "text: |\n  tags: no\ntags: old\n",
        "tags:\n- a\n\n- b\n# of license\nlicense: mit\n",
    ],
)
def test_setting_keys_loses_no_other(front: str) -> None:
    wanted = {"tags": ["x", "y"], "configs": [{"config_name": "pages"}]}
    assert parse(set_keys(front, wanted)) == {**(yaml.safe_load(front) or {}), **wanted}
    assert set_keys(set_keys(front, wanted), wanted) == set_keys(front, wanted)


def test_the_example_row_is_the_first_of_the_default_config(built: Built) -> None:
    text = (built.folder / "README.md").read_text(encoding="utf-8")
    shown = json.loads(text.partition("```json\n")[2].partition("\n```")[0])
    assert shown["id"] == "fjordpost.example/opera"
    assert shown["spans"][3] == "… 7 more"


def test_a_page_that_holds_our_marks_does_not_break_the_card(tmp_path: Path) -> None:
    text = "<!-- /example -->\n<!-- counts -->\n```\nA page."
    (tmp_path / "a.txt").write_text(text)
    build(tmp_path / "a.txt", tmp_path / "out")
    card = tmp_path / "out" / "README.md"
    before = card.read_text(encoding="utf-8")
    assert json.loads(before.partition("```json\n")[2].partition("\n```")[0])["text"] == text
    (tmp_path / "out" / "croissant.json").unlink()
    build(tmp_path / "a.txt", tmp_path / "out")
    assert card.read_text(encoding="utf-8") == before


def test_fill_touches_nothing_outside_the_marks() -> None:
    text = "<!-- a -->\nx\n<!-- /a --> <!-- b -->\ny"
    assert fill(text, {"a": r"\1", "b": "z"}) == "<!-- a -->\n\\1\n<!-- /a --> <!-- b -->\ny"


def test_what_is_said_of_a_dataset_stands_above_its_card(tmp_path: Path) -> None:
    about = {"name": "Harbour", "card": {"license": "cc-by-4.0", "tags": ["x"]}, "croissant": {}}
    (tmp_path / "about.json").write_text(json.dumps(about))
    (tmp_path / "a.txt").write_text("A page.")
    (tmp_path / "README.md").write_text("---\ntags: [y]\nlicense: mit\nmine: 1\n---\n")
    build(
        tmp_path / "a.txt",
        tmp_path / "data",
        card=tmp_path / "README.md",
        about=tmp_path / "about.json",
    )
    card = metadata(tmp_path / "README.md")
    assert (card["license"], card["tags"], card["mine"]) == ("cc-by-4.0", ["x"], 1)
    assert "license_name" not in card
    assert card["pretty_name"] == "Harbour"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("{", r"about\.json is not JSON"),
        ("[]", r"about\.json holds no JSON object"),
        ('{"licence": "x"}', "'licence' does not belong there"),
        ('{"card": []}', "'card' does not belong there"),
    ],
)
def test_an_about_file_of_another_form(said: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "about.json").write_text(said)
    (tmp_path / "a.txt").write_text("A page.")
    with pytest.raises(BuildError, match=message):
        build(tmp_path / "a.txt", tmp_path / "data", about=tmp_path / "about.json")
