"""Every code of a check has a case, its report beside it, and a heading in corpus/CHECKS.md."""

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from newshole import raw
from newshole.build import build
from newshole.check import check, check_project
from newshole.corpus import MAX_FILE_BYTES
from newshole.finding import Finding, to_terminal
from newshole.manifest import file_sha256

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases" / "invalid"
GIVEN = sorted(path.name for path in CASES.iterdir() if path.suffix != ".report")
VALID = CASES / "NH410-furniture-in-two-splits"
"""A corpus of two articles in two splits without an error."""

CHECKS = (ROOT / "corpus" / "CHECKS.md").read_text(encoding="utf-8")
OLDER = "NH507-older-version"


def report(findings: list[Finding]) -> str:
    return "".join(f"{to_terminal(finding)}\n" for finding in findings)


def expected(name: str) -> str:
    return (CASES / f"{name}.report").read_text(encoding="utf-8")


def broken_link(path: Path) -> None:
    path.symlink_to("nowhere.txt")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def too_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)


MADE: dict[str, Callable[[Path], None]] = {
    "NH100-broken-link.txt": broken_link,
    "NH100-pipe.txt": pipe,
    "NH114-too-large.txt": too_large,
}
"""Files that no repository can hold."""


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    after = change(before)
    assert after != before
    path.write_text(after, encoding="utf-8")


def file_of(dataset: Path, split: str = "train") -> Path:
    (found,) = (dataset / "original").glob(f"{split}-*.parquet")
    return found


def half_a_manifest(dataset: Path) -> None:
    edit(dataset / "manifest.json", lambda text: text[: len(text) // 2])


def files_touched(dataset: Path) -> None:
    with file_of(dataset).open("ab") as file:
        file.write(b"\n")
    file_of(dataset, "test").unlink()
    shutil.copy(file_of(dataset), dataset / "more.parquet")


def counts_touched(dataset: Path) -> None:
    edit(dataset / "manifest.json", lambda text: text.replace('"rows": 2', '"rows": 3'))


def digest_touched(dataset: Path) -> None:
    edit(dataset / "manifest.json", lambda text: re.sub(r'("row_digest": )"\w+"', r'\1"0"', text))


def span_moved(dataset: Path) -> None:
    """Somebody writes the Parquet file anew, and the manifest with it."""
    path = file_of(dataset)
    table, before = pq.read_table(path), file_sha256(path)
    rows = table.to_pylist()
    rows[0]["spans"][0]["end"] += 1
    pq.write_table(table.from_pylist(rows, schema=table.schema), path)
    edit(dataset / "manifest.json", lambda text: text.replace(before, file_sha256(path)))


def card_touched(dataset: Path) -> None:
    edit(dataset / "README.md", lambda text: text.replace("num_examples: 1", "num_examples: 7"))


def splits_swapped(dataset: Path) -> None:
    swapped = {"train-*": "test-*", "test-*": "train-*"}
    edit(
        dataset / "README.md",
        lambda text: re.sub(r"(?:train|test)-\*", lambda match: swapped[match[0]], text),
    )


DAMAGED: dict[str, Callable[[Path], None]] = {
    "NH501-half-a-manifest": half_a_manifest,
    "NH502-files": files_touched,
    "NH503-counts": counts_touched,
    "NH503-digest": digest_touched,
    "NH504-span-moved": span_moved,
    "NH505-card": card_touched,
    "NH506-splits-swapped": splits_swapped,
}
"""What is done to a dataset that was just built. (NH507 is a corpus that changed instead.)"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build([VALID], tmp_path_factory.mktemp("built") / "dataset", version="0.9.0").folder


@pytest.mark.parametrize("name", GIVEN)
def test_case_gives_its_report(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    assert report(check(name)) == expected(name)


@pytest.mark.parametrize("name", MADE)
def test_made_case_gives_its_report(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    MADE[name](Path(name))
    assert report(check(name)) == expected(name)


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_dataset_gives_its_report(
    name: str, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(built, name)
    assert check(name) == []
    DAMAGED[name](Path(name))
    assert report(check(name)) == expected(name)


def test_dataset_of_an_older_corpus_gives_its_report(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys.modules["newshole.check"], "__version__", "1.0.0")
    shutil.copytree(built, OLDER)
    shutil.copytree(VALID, "corpus")
    errors = [f for f in check_project(Path("corpus"), Path(OLDER)) if f.level == "error"]
    assert report(errors) == expected(OLDER)


def test_source_cases_and_headings_name_the_same_codes() -> None:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    in_source = {code for text in sources for code in re.findall(r'"(NH\d{3})"', text)}
    reports = sorted(CASES.glob("*.report"))
    headings = re.findall(r"^### (\w+): ", CHECKS, flags=re.MULTILINE)
    assert headings == sorted(set(headings))
    assert {code for code in headings if code.startswith("NH")} == in_source
    assert {path.name.partition("-")[0] for path in reports} == in_source
    assert {code for code in headings if code.startswith("R")} == set(raw.REASONS)


def test_every_report_has_its_case_and_its_code() -> None:
    names = {path.name.removesuffix(".report") for path in CASES.glob("*.report")}
    assert names == {*GIVEN, *MADE, *DAMAGED, OLDER}
    for name in names:
        assert re.search(rf": {name[:5]} ", expected(name)), name


def test_examples_of_the_documentation_are_messages_of_reports() -> None:
    message = r"(?:warning: )?NH\d{3} .*"
    reports = (path.read_text(encoding="utf-8") for path in CASES.glob("*.report"))
    known = {line for text in reports for line in re.findall(f": ({message})", text)}
    for section in CHECKS.split("\n### NH")[1:]:
        (example,) = re.findall(rf"^```\n\S+: ({message})\n```$", section, re.MULTILINE)
        assert f"NH{section[:3]} " in example
        assert example in known


def test_links_of_the_documentation_lead_somewhere() -> None:
    for path, anchor in re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", CHECKS):
        target = ROOT / "corpus" / (path or "CHECKS.md")
        headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
        assert not anchor or anchor in slugs, f"{path}#{anchor}"
