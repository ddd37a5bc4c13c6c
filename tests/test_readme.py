"""The README: each snippet is run as it is printed, from top to bottom, as a reader would."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow.parquet as pq
import pytest
from datasets import load_dataset

from newshole import __version__
from newshole.build import build
from newshole.check import check
from newshole.cli import main
from newshole.finding import to_terminal
from newshole.frontmatter import parse, parts_of
from newshole.labels import NAMES
from newshole.manifest import read_manifest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")

# What a clone holds that the snippets touch.
CLONED = ("corpus", "docs", "schema", "Makefile", "README.md", "DATASHEET.md", "pyproject.toml")


class Block(NamedTuple):
    """A fenced block: its language, its text, and what is printed below it as its output."""

    language: str
    text: str
    output: str | None


def blocks() -> list[Block]:
    fence = r"^```(python|bash|sql)\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?"
    body = parts_of(README)[1]
    return [
        Block(language, text, output or None)
        for language, text, output in re.findall(fence, body, re.MULTILINE | re.DOTALL)
    ]


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a clone, ``newshole``, with what ``make dataset`` makes."""
    folder = tmp_path_factory.mktemp("reader")
    clone = folder / "newshole"
    clone.mkdir()
    for name in CLONED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, clone / name)
        else:
            shutil.copy2(ROOT / name, clone / name)
    build(clone / "corpus", clone / "data", card=clone / "README.md", version=__version__)
    # The environment that runs the tests, as one that `make` has set up in the clone.
    for name in ("bin", "lib", "pyvenv.cfg"):
        (clone / ".venv").mkdir(exist_ok=True)
        (clone / ".venv" / name).symlink_to(Path(sys.prefix) / name)
    (clone / ".venv" / "ready").touch()
    return folder


@pytest.fixture(scope="module")
def surroundings(beside: Path) -> dict[str, str]:
    """A fresh home and cache, no network, and the commands of this environment."""
    kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
    return kept | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(beside / "home"),
        "HF_HOME": str(beside / "cache"),
        "HF_HUB_OFFLINE": "1",
        "PYTHONUTF8": "1",
    }


def test_every_snippet_runs_as_printed(beside: Path, surroundings: dict[str, str]) -> None:
    here = beside
    for block in blocks():
        if block.language == "sql":
            assert duckdb_rows(block.text, here)
            continue
        command = [sys.executable, "-c", block.text]
        if block.language == "bash":
            # A reader's shell stays in the folder that it went to.
            command = ["bash", "-euc", f"trap 'pwd > {beside / 'here'}' EXIT\n{block.text}"]
        done = subprocess.run(
            command, cwd=here, env=surroundings, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{block.text}\n{done.stdout}\n{done.stderr}"
        assert block.output in (None, done.stdout), block.text
        if block.language == "bash":
            here = Path((beside / "here").read_text().strip())


def duckdb_rows(query: str, folder: Path) -> list[tuple[str, str]]:
    with duckdb.connect() as connection:
        connection.execute(f"SET file_search_path = '{folder}'")
        return connection.execute(query).fetchall()


def test_the_query_cuts_the_credits_that_the_spans_mean(beside: Path) -> None:
    (query,) = (block.text for block in blocks() if block.language == "sql")
    rows = pq.read_table(beside / "newshole" / "data" / "original").to_pylist()
    assert duckdb_rows(query, beside) == [
        (row["id"], row["text"][span["start"] : span["end"]])
        for row in sorted(rows, key=lambda row: row["id"])
        for span in row["spans"]
        if span["label"] == "credit"
    ]


def test_all_three_ways_of_a_reader_are_shown() -> None:
    assert {block.language for block in blocks()} == {"python", "bash", "sql"}
    printed = "".join(block.text for block in blocks())
    for name in (
        "load_dataset",
        "read_parquet",
        "newshole new",
        "newshole check",
        "newshole build",
    ):
        assert name in printed
    assert len(blocks()) == len(
        re.findall(r"^```(?:python|bash|sql|sh|console)", README, re.MULTILINE)
    )


def test_the_card_loads_every_config_with_the_counts_it_states(
    beside: Path, tmp_path: Path
) -> None:
    clone = beside / "newshole"
    stated = parse(parts_of((clone / "README.md").read_text(encoding="utf-8"))[0])
    for info in stated["dataset_info"]:
        loaded = load_dataset(str(clone), info["config_name"], cache_dir=str(tmp_path))
        found = {name: len(rows) for name, rows in loaded.items()}
        assert found == {split["name"]: split["num_examples"] for split in info["splits"]}
    assert stated["license"] == "cc-by-4.0"
    assert {"pretty_name", "language", "tags", "task_categories"} <= set(stated)


def test_the_regions_are_filled(beside: Path) -> None:
    text = (beside / "newshole" / "README.md").read_text(encoding="utf-8")
    manifest = read_manifest(beside / "newshole" / "data")
    assert manifest
    regions = dict(re.findall(r"<!-- (\w+) -->\n(.*?)<!-- /\1 -->", text, re.DOTALL))
    assert set(regions) == {"counts", "labels", "columns", "comparison", "example"}
    counted = [line.split("|")[3] for line in regions["counts"].splitlines()[2:]]
    assert sum(map(int, counted)) == manifest["rows"]
    named = [name.strip(" `") for name in re.findall(r"^\| ([^|]+)\|", regions["labels"], re.M)[2:]]
    assert named == [name for name in NAMES if name in named]
    assert '"spans"' in regions["example"]


def test_options_of_build_are_the_command_s(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["build", "-h"])
    said = re.findall(r"^  (--[a-z-]+)", capsys.readouterr().out, re.MULTILINE)
    assert re.findall(r"^\| `(--[a-z-]+)", README, re.MULTILINE) == said


def test_the_finding_that_is_shown_is_one(beside: Path, tmp_path: Path) -> None:
    ((line, said),) = re.findall(r"^out/clock\.txt:(\d+): (NH.*)$", README, re.MULTILINE)
    article = beside / "newshole/corpus/original/saltermarshpost.example/moon-clock.txt"
    lines = article.read_text(encoding="utf-8").split("\n")
    lines[int(line) - 1] = "captoin: A crowd"
    slip = tmp_path / "clock.txt"
    slip.write_text("\n".join(lines), encoding="utf-8")
    assert [to_terminal(finding) for finding in check(slip)] == [f"{slip}:{line}: {said}"]
