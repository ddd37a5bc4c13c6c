"""Level 5: whatever is not true of a built dataset is found, each by its own code."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import news
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from newshole import merge as merging
from newshole.build import build
from newshole.check_dataset import check_current, check_dataset, is_dataset
from newshole.frontmatter import dump, parse, parts_of
from newshole.manifest import files_of

TRAIN = "original/train-00000-of-00001.parquet"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    build(news.write_corpus(folder / "corpus"), folder / "data")
    return folder / "data"


@pytest.fixture
def dataset(sound: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(sound, tmp_path / "data"))


def codes(folder: Path) -> list[str]:
    return [finding.code for finding in check_dataset(folder)]


def edit_manifest(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    edit(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def edit_rows(folder: Path, edit: Callable[[pa.Table], pa.Table]) -> None:
    """Rewrite a file, and let the manifest and croissant.json know its new bytes."""
    table = edit(pq.read_table(folder / TRAIN))
    pq.write_table(table, folder / TRAIN)
    data = (folder / TRAIN).read_bytes()

    def note(manifest: dict[str, Any]) -> None:
        (entry,) = [file for file in files_of(manifest) if file["path"] == TRAIN]
        croissant = (folder / "croissant.json").read_text()
        entry["bytes"] = len(data)
        before, entry["sha256"] = entry["sha256"], hashlib.sha256(data).hexdigest()
        (folder / "croissant.json").write_text(croissant.replace(before, entry["sha256"]))

    edit_manifest(folder, note)


def set_column(table: pa.Table, name: str, values: list[Any]) -> pa.Table:
    field = table.schema.field(name)
    return table.set_column(table.column_names.index(name), field, pa.array(values, field.type))


def edit_card(folder: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    front, body = parts_of((folder / "README.md").read_text())
    known = parse(front)
    edit(known)
    (folder / "README.md").write_text(f"---\n{dump(known)}---\n{body}")


def test_a_sound_dataset_has_no_finding(sound: Path, tmp_path: Path) -> None:
    assert is_dataset(sound)
    assert not is_dataset(tmp_path)
    assert codes(sound) == []


def test_pages_in_several_files_and_splits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "ROW_GROUP_BYTES", 20_000)
    monkeypatch.setattr(merging, "FILE_BYTES", 40_000)
    build(news.write_jsonl(tmp_path / "crawl", files=2, pages=40), tmp_path / "data")
    assert len(list(tmp_path.glob("data/pages/*.parquet"))) > 2
    assert codes(tmp_path / "data") == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"row_digest": 1}', '{"configs": {"x": 1}}'])
def test_no_manifest_that_can_be_read(content: str, dataset: Path) -> None:
    (dataset / "manifest.json").write_text(content)
    assert codes(dataset) == ["NH501"]


def flip(folder: Path) -> None:
    data = bytearray((folder / TRAIN).read_bytes())
    data[200] ^= 1
    (folder / TRAIN).write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        (flip, TRAIN),
        (lambda folder: (folder / TRAIN).unlink(), TRAIN),
        (
            lambda folder: shutil.copy(folder / TRAIN, folder / "original" / "more.parquet"),
            "original/more.parquet",
        ),
    ],
)
def test_files_are_those_of_the_manifest(
    damage: Callable[[Path], object], name: str, dataset: Path
) -> None:
    damage(dataset)
    (finding,) = check_dataset(dataset)
    assert (finding.code, finding.file) == ("NH502", str(dataset / name))
    assert "build it again" in finding.fix


@pytest.mark.parametrize(
    "edit",
    [
        lambda manifest: manifest.update(rows=4),
        lambda manifest: manifest["configs"]["original"]["train"]["files"][0].update(rows=2),
        lambda manifest: manifest.update(row_digest="0" * 64),
    ],
)
def test_figures_of_the_manifest_are_true(
    edit: Callable[[dict[str, Any]], object], dataset: Path
) -> None:
    edit_manifest(dataset, edit)
    assert set(codes(dataset)) == {"NH503"}


def test_a_value_that_was_changed_is_found_by_the_row_digest(dataset: Path) -> None:
    edit_rows(dataset, lambda table: set_column(table, "licence", ["CC0-1.0"]))
    (finding,) = check_dataset(dataset)
    assert (finding.code, finding.file) == ("NH503", str(dataset / "manifest.json"))
    assert "row digest" in finding.message


def test_rows_keep_the_rules(dataset: Path) -> None:
    def break_span(table: pa.Table) -> pa.Table:
        (spans,) = table["spans"].to_pylist()
        spans[2]["end"] += 1
        return set_column(table, "spans", [spans])

    edit_rows(dataset, break_span)
    first = next(iter(check_dataset(dataset)))
    assert (first.code, first.file, first.line) == ("NH504", str(dataset / TRAIN), 1)
    assert "row 'fjordpost.example/opera'" in first.message


def test_columns_are_those_of_a_row(dataset: Path) -> None:
    edit_rows(dataset, lambda table: table.drop_columns(["body"]))
    assert codes(dataset) == ["NH504"]


def test_strings_that_are_large_are_not_the_columns_of_a_row(dataset: Path) -> None:
    edit_rows(
        dataset,
        lambda table: table.set_column(0, "id", pc.cast(table["id"], pa.large_string())),
    )
    assert codes(dataset) == ["NH504"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda card: card.pop("dataset_info"),
        lambda card: card["dataset_info"].pop(),
        lambda card: card["dataset_info"][0]["splits"][0].update(num_examples=7),
        lambda card: card["dataset_info"][0]["splits"][0].update(num_bytes=7),
        lambda card: card.update(dataset_info="none"),
    ],
)
def test_counts_of_the_card_are_true(
    edit: Callable[[dict[str, Any]], object], dataset: Path
) -> None:
    edit_card(dataset, edit)
    (finding,) = check_dataset(dataset)
    assert (finding.code, finding.file) == ("NH505", str(dataset / "README.md"))


@pytest.mark.parametrize("content", [None, "---\na: [\n---\n", "# No front matter\n"])
def test_a_card_that_cannot_be_read(content: str | None, dataset: Path) -> None:
    (dataset / "README.md").unlink()
    if content is not None:
        (dataset / "README.md").write_text(content)
    assert codes(dataset) == ["NH505"]


@pytest.mark.parametrize("content", [None, "{", "[]", "{}"])
def test_croissant_describes_the_files(content: str | None, dataset: Path) -> None:
    path = dataset / "croissant.json"
    if content is None:
        text = path.read_text()
        sha256 = hashlib.sha256((dataset / TRAIN).read_bytes()).hexdigest()
        path.write_text(text.replace(sha256, "0" * 64))
    else:
        path.write_text(content)
    (finding,) = check_dataset(dataset)
    assert (finding.code, finding.file) == ("NH505", str(path))


@pytest.mark.parametrize(
    "edit",
    [
        # Under `sequence:` spans are a struct of lists, to which nothing can be cast.
        lambda card: card["dataset_info"][1]["features"][17].update(
            sequence=card["dataset_info"][1]["features"][17].pop("list")
        ),
        lambda card: card["configs"][1]["data_files"][0].update(path="original/none-*.parquet"),
        lambda card: card["configs"][1]["data_files"][0].update(path="original/test-*.parquet"),
    ],
)
def test_load_dataset_gives_back_the_rows(
    edit: Callable[[dict[str, Any]], object], dataset: Path
) -> None:
    edit_card(dataset, edit)
    (finding,) = check_dataset(dataset)
    assert (finding.code, finding.file) == ("NH506", str(dataset / "original"))


def test_a_dataset_is_what_its_corpus_builds(tmp_path: Path) -> None:
    corpus, data = news.write_corpus(tmp_path / "corpus"), tmp_path / "data"
    build(corpus, data, version="0.3.0")
    assert list(check_current(data, corpus, "0.3.0")) == []
    (finding,) = check_current(data, corpus, "0.4.0")
    assert finding.code == "NH507"
    assert "the version is not what" in finding.message
    assert "(0.3.0, now 0.4.0)" in finding.message
    (corpus / "original/lagoblatt.example/faehre.txt").write_text(
        news.FERRY.replace("Herbst", "Winter"), encoding="utf-8"
    )
    (finding,) = check_current(data, corpus, "0.3.0")
    assert "the rows are not what" in finding.message
    assert finding.file == str(data / "manifest.json")


def test_a_corpus_that_cannot_be_built_is_a_finding(tmp_path: Path) -> None:
    corpus, data = news.write_corpus(tmp_path / "corpus"), tmp_path / "data"
    build(corpus, data)
    (corpus / "sites.csv").write_text("nothing\n")
    (finding,) = check_current(data, corpus, "1.0.0")
    assert finding.code == "NH507"
    assert "sites.csv" in finding.message
