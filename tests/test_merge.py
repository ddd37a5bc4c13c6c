"""Merging sorted runs: in order, ids once, in files and row groups of bounded size."""

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newshole import merge as merging
from newshole.labels import LABELS
from newshole.merge import Merged, merge
from newshole.page import Rejected
from newshole.row import SCHEMA
from newshole.run import ORDER, PART_SCHEMA, write_run


def row(article_id: str, order: int, text: str = "A page.", **more: Any) -> dict[str, Any]:
    span = {"start": 0, "end": len(text), "label": "body", "kind": None, "confidence": 0.5}
    plain: dict[str, Any] = dict.fromkeys(SCHEMA.names)
    return (
        plain
        | {"id": article_id, "collection": "pages", "text": text, "body": text, "spans": [span]}
        | {"_split": "train", "_sha256": f"{order:064x}", "_order": order, "_origin": f"in:{order}"}
        | more
    )


def run_of(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_run(path, [pa.Table.from_pylist(rows, schema=PART_SCHEMA).sort_by(ORDER)])
    return path


def run_merge(runs: list[Path], folder: Path) -> tuple[Merged, list[Rejected]]:
    doubles: list[Rejected] = []
    for name in ("out", "scratch"):
        (folder / name).mkdir(parents=True)
    return merge(runs, folder / "out", folder / "scratch", doubles.append), doubles


def ids(merged: Merged, key: tuple[str, str] = ("pages", "train")) -> list[str]:
    return [one for file in merged.files[key] for one in pq.read_table(file.path)["id"].to_pylist()]


def noise(number: int, length: int = 400) -> str:
    return random.Random(number).randbytes(length // 2).hex()


def noisy_runs(folder: Path, count: int, rows: int) -> list[Path]:
    """Runs whose ids interleave, some of them in several runs, their texts hard to compress."""
    choose = random.Random(5)
    return [
        run_of(
            folder / f"{number:04d}.parquet",
            [
                row(f"é{choose.randrange(count * rows)}", (number << 20) + place, noise(place))
                for place in range(rows)
            ],
        )
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def many_runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return noisy_runs(tmp_path_factory.mktemp("runs"), 200, 12)


@pytest.mark.parametrize(("fan_in", "batch"), [(500, 5), (64, 64), (7, 64), (2, 64)])
def test_two_hundred_runs_come_out_in_order(
    fan_in: int,
    batch: int,
    many_runs: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(merging, "FAN_IN", fan_in)
    monkeypatch.setattr(merging, "BATCH_ROWS", batch)
    merged, doubles = run_merge(many_runs, tmp_path)
    first: dict[str, int] = {}
    for run in many_runs:
        for one in pq.ParquetFile(run).read(columns=["id", "_order"]).to_pylist():
            first[one["id"]] = min(first.get(one["id"], one["_order"]), one["_order"])
    assert ids(merged) == sorted(first)
    assert len(doubles) == 200 * 12 - len(first)
    # Of each id it is the first of the input that stayed, whatever was merged with what.
    for double in doubles:
        kept = double.reason.rpartition("in:")[2].partition(",")[0]
        assert int(kept) == first[double.reason.split("'")[1]]
        assert int(double.origin.removeprefix("in:")) > int(kept)


def test_rounds_of_merging_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = noisy_runs(tmp_path / "runs", 30, 10)
    one, doubles = run_merge(runs, tmp_path / "one")
    monkeypatch.setattr(merging, "FAN_IN", 3)
    two, others = run_merge(runs, tmp_path / "two")
    assert one.row_digest == two.row_digest
    assert doubles == others
    (file,), (other,) = one.files.values(), two.files.values()
    assert file[0].path.read_bytes() == other[0].path.read_bytes()


def test_memory_is_bounded_by_batches_and_not_by_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "ROW_GROUP_BYTES", 1 << 20)
    monkeypatch.setattr(merging, "BATCH_BYTES", 1 << 16)
    runs = [
        run_of(
            tmp_path / "runs" / f"{number:03d}.parquet",
            [row(f"{place}-{number}", number, "x" * 20_000) for place in range(50)],
        )
        for number in range(20)
    ]
    before, most = pa.total_allocated_bytes(), 0
    real = merging._by_split

    def watched(block: pa.Table) -> Any:
        nonlocal most
        most = max(most, pa.total_allocated_bytes() - before)
        return real(block)

    monkeypatch.setattr(merging, "_by_split", watched)
    merged, _ = run_merge(runs, tmp_path / "all")
    assert len(ids(merged)) == 1000
    # All rows are 40 MB (text and body); two batches of every run are 2.6 MB.
    assert most < 15_000_000, most


def test_rows_go_to_their_collection_and_split(tmp_path: Path) -> None:
    rows = [
        row("a", 1),
        row("b", 2, _split="test"),
        row("c", 3, collection="linked"),
        row("d", 4, _split="test"),
    ]
    merged, _ = run_merge([run_of(tmp_path / "runs" / "0.parquet", rows)], tmp_path / "all")
    assert {key: ids(merged, key) for key in merged.files} == {
        ("linked", "train"): ["c"],
        ("pages", "test"): ["b", "d"],
        ("pages", "train"): ["a"],
    }


def test_files_are_split_before_they_grow_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(f"{n:04d}", n, noise(n, 4000)) for n in range(300)]
    runs = [run_of(tmp_path / "runs" / "0.parquet", rows)]
    monkeypatch.setattr(merging, "ROW_GROUP_BYTES", 300_000)
    monkeypatch.setattr(merging, "FILE_BYTES", 700_000)
    merged, _ = run_merge(runs, tmp_path / "all")
    files = merged.files["pages", "train"]
    total = len(files)
    assert total > 2
    assert [file.path.name for file in files] == [
        f"train-{n:05d}-of-{total:05d}.parquet" for n in range(total)
    ]
    assert all(file.path.stat().st_size <= 700_000 for file in files)
    assert sum(file.rows for file in files) == 300
    assert ids(merged) == [f"{n:04d}" for n in range(300)]
    assert not list((tmp_path / "all").rglob("*.tmp"))


def test_a_row_larger_than_a_row_group_has_one_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "ROW_GROUP_BYTES", 100_000)
    rows = [row(f"{n}", n, "x" * (200_000 if n == 4 else 10)) for n in range(9)]
    merged, _ = run_merge([run_of(tmp_path / "runs" / "0.parquet", rows)], tmp_path / "all")
    (file,) = merged.files["pages", "train"]
    metadata = pq.read_metadata(file.path)
    assert [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)] == [4, 1, 4]
    assert pq.read_table(file.path)["text"].to_pylist()[4] == "x" * 200_000


def test_files_are_compressed_and_have_a_page_index(tmp_path: Path) -> None:
    merged, _ = run_merge(noisy_runs(tmp_path / "runs", 3, 20), tmp_path / "all")
    (file,) = merged.files["pages", "train"]
    metadata = pq.read_metadata(file.path)
    assert metadata.num_row_groups == 1
    columns = [metadata.row_group(0).column(n) for n in range(metadata.num_columns)]
    assert {column.compression for column in columns} == {"ZSTD"}
    assert all(column.has_offset_index and column.has_column_index for column in columns)
    assert pq.read_schema(file.path).equals(SCHEMA)


def test_a_small_edit_leaves_most_of_a_file_as_it_is(tmp_path: Path) -> None:
    def shared(old: bytes, new: bytes) -> float:
        """The share of samples of the new file that the old one holds, at any place."""
        samples = [new[n : n + 64] for n in range(0, len(new) - 63, 1 << 14)]
        return sum(sample in old for sample in samples) / len(samples)

    rows = [row(f"{n:05d}", n, noise(n, 2000)) for n in range(2500)]
    files = []
    for name, chosen in (("old", rows), ("new", rows[:100] + rows[101:])):
        run = run_of(tmp_path / f"{name}.parquet", chosen)
        merged, _ = run_merge([run], tmp_path / name)
        files.append(merged.files["pages", "train"][0].path)
        # The same without content-defined chunking, to see what it does.
        table = pq.read_table(files[-1])
        pq.write_table(table, tmp_path / f"plain-{name}.parquet", compression="zstd")
    ours = shared(*(path.read_bytes() for path in files))
    plain = shared(*((tmp_path / f"plain-{name}.parquet").read_bytes() for name in ("old", "new")))
    assert ours > 0.5
    assert plain < 0.3


def test_runs_without_rows_and_no_runs_at_all(tmp_path: Path) -> None:
    empty = run_of(tmp_path / "runs" / "0.parquet", [])
    merged, _ = run_merge([empty], tmp_path / "one")
    assert merged.files == {}
    assert run_merge([], tmp_path / "none")[0].row_digest == merged.row_digest


def test_labels_and_nulls_survive(tmp_path: Path) -> None:
    spans = [
        {"start": n, "end": n + 1, "label": label, "kind": None, "confidence": None}
        for n, label in enumerate(LABELS)
    ]
    rows = [
        row("a", 1, spans=spans, captions=[], credits=None),
        row("b", 2) | {"text": None, "spans": []},
    ]
    merged, _ = run_merge([run_of(tmp_path / "runs" / "0.parquet", rows)], tmp_path / "all")
    (file,) = merged.files["pages", "train"]
    expected = [{name: one[name] for name in SCHEMA.names} for one in rows]
    assert pq.read_table(file.path).to_pylist() == expected
