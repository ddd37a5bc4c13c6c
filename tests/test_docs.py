"""Documents and set-up: what they say is so, what they link to is there, what they show runs."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_string
from importlib.metadata import packages_distributions
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from comparison import SETS, comparison, methods
from picture import ARTICLE, PICTURE, picture
from tables import tables

from newshole.check import check
from newshole.corpus import SPLITS, article_files, read_article, read_sites
from newshole.finding import ERROR
from newshole.labels import COLOURS

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "corpus"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DOCUMENTS = (
    "README.md",
    "DATASHEET.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "corpus/GUIDELINES.md",
    "corpus/CHECKS.md",
)
QUESTIONS = {
    "Motivation": 4,
    "Composition": 16,
    "Collection process": 12,
    "Preprocessing, cleaning, labeling": 4,
    "Uses": 6,
    "Distribution": 7,
    "Maintenance": 8,
}
"""Sections of "Datasheets for Datasets", and how many questions each asks."""


def document(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def snippets(name: str) -> list[tuple[str, str]]:
    """(language, text) of fenced blocks, indented ones too."""
    found = re.findall(r"^( *)```(bash|python)\n(.*?)^\1```$", document(name), re.M | re.S)
    return [
        (language, re.sub(rf"^{indent}", "", text, flags=re.M)) for indent, language, text in found
    ]


# Dependencies

REQUIREMENTS = {
    "dependencies": PROJECT["project"]["dependencies"],
    **PROJECT["project"]["optional-dependencies"],
}


def name_of(requirement: str) -> str:
    return re.split(r"[\[>]", requirement)[0].lower().replace("_", "-")


@pytest.mark.parametrize("group", REQUIREMENTS)
def test_every_dependency_has_its_lower_bound_and_a_reason(group: str) -> None:
    (region,) = re.findall(rf"<!-- {group} -->\n(.*?)<!-- /", document("CONTRIBUTING.md"), re.S)
    rows = re.findall(r"^\| `(\S+)` \| (\S+) \| (\S.*) \|$", region, re.M)
    assert [f"{name}>={bound}" for name, bound, _ in rows] == [
        requirement.partition(",<")[0] for requirement in REQUIREMENTS[group]
    ]


NEVER_IMPORTED = {"hatchling", "mypy", "pytest-xdist", "ruff"} | {
    name_of(one) for one in REQUIREMENTS["dev"] if re.match(r"types-|.*-stubs", one)
}


OTHERWISE_NAMED = {
    "newspaper": "newspaper4k",
    "pycrfsuite": "python-crfsuite",
    "readability": "readability-lxml",
}
"""Distributions of modules, for those that need not be installed."""


def imported(*folders: str) -> set[str]:
    """Distributions that code in these folders imports, itself and the standard library apart."""
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    names = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    names -= {"newshole", *sys.stdlib_module_names, *(path.stem for path in paths)}
    known = packages_distributions()
    return {
        known.get(name, [OTHERWISE_NAMED.get(name, name)])[0].lower().replace("_", "-")
        for name in names
    }


def test_what_is_imported_is_what_is_declared() -> None:
    groups = {key: {name_of(one) for one in group} for key, group in REQUIREMENTS.items()}
    runtime, train, dev = groups["dependencies"], groups["train"], groups["dev"]
    assert imported("src") == runtime | train
    assert imported("tests", "docs") - runtime - train == dev - NEVER_IMPORTED - train
    assert imported("benchmarks") <= runtime | dev | groups["bench"]


# Set-up


def test_hooks_and_workflow_call_what_is_there() -> None:
    hooks = yaml.safe_load(document(".pre-commit-config.yaml"))["repos"][0]["hooks"]
    tools = {name_of(one) for one in REQUIREMENTS["dev"]} | set(PROJECT["project"]["scripts"])
    assert {Path(hook["entry"].split()[0]).name for hook in hooks} <= tools
    (files,) = (re.compile(hook["files"]) for hook in hooks if hook["id"] == "newshole-check")
    assert all(files.match(f.relative_to(ROOT).as_posix()) for f in article_files(CORPUS))
    workflow = yaml.safe_load(document(".github/workflows/checks.yml"))["jobs"]
    steps = [step.get("run", "") for job in workflow.values() for step in job["steps"]]
    assert {"make test", "make dataset", ".venv/bin/newshole check --github"} <= set(steps)
    for script in (*steps, document(".ci/run")):
        for target in re.findall(r"^make (\S+)$", script, re.M):
            assert re.search(rf"^{re.escape(target)}:", document("Makefile"), re.M)
    oldest = PROJECT["project"]["requires-python"].removeprefix(">=")
    assert workflow["test"]["strategy"]["matrix"]["python"][0] == oldest


@pytest.mark.parametrize("python", ["", "false", "no-such-python"])
def test_make_without_a_usable_python_says_what_to_do(python: str, tmp_path: Path) -> None:
    shutil.copy2(ROOT / "Makefile", tmp_path)
    shutil.copy2(ROOT / "pyproject.toml", tmp_path)
    done = subprocess.run(
        ["make", ".venv/ready", f"PYTHON={python}"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "make PYTHON=/path/to/python3.12 dataset" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_the_wheel_holds_all_that_the_package_reads(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    (about,) = tmp_path.glob("site/*.dist-info/METADATA")
    licences = message_from_string(about.read_text(encoding="utf-8")).get_all("License-File")
    assert licences == ["LICENSE", "corpus/LICENSE"]
    installed = tmp_path / "site" / "newshole"
    for folder, place in (("schema", installed / "schema"), ("src/newshole", installed)):
        for path in (ROOT / folder).iterdir():
            if path.is_file():
                assert (place / path.name).read_bytes() == path.read_bytes()
    code = "from newshole.labels import schema_path; print(schema_path('labels.json'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(installed / "schema" / "labels.json")


# Documents


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", document(name)):
        if re.match(r"https?://", link):
            continue
        path, _, anchor = link.partition("#")
        target = ((ROOT / name).parent / path) if path else ROOT / name
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def anchors(text: str) -> set[str]:
    """Anchors that GitHub gives the headings of a document."""
    prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.M | re.S)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", prose, re.M)
    }


def test_the_datasheet_asks_and_answers_every_question() -> None:
    sections = re.split(r"^## (.+)$", document("DATASHEET.md"), flags=re.M)[1:]
    asked = {}
    for title, text in zip(sections[::2], sections[1::2], strict=True):
        parts = re.split(r"^\*\*(.+?\?)\*\*$", text, flags=re.M | re.S)[1:]
        asked[title] = len(parts[::2])
        assert all(answer.strip() for answer in parts[1::2])
    assert asked == QUESTIONS


def test_what_the_datasheet_says_of_the_articles_is_so() -> None:
    sites = read_sites(CORPUS)
    assert {site.split for site in sites.values()} == set(SPLITS)
    for file in article_files(CORPUS):
        article, collection = read_article(file), file.relative_to(CORPUS).parts[0]
        assert article.masked == (collection == "linked")
        if collection == "original":
            assert file.parent.name.endswith(".example")
            assert article.header["licence"] == "CC-BY-4.0"
            assert article.header["annotation"] == "reviewed"


@pytest.mark.parametrize("name", ["README.md", "DATASHEET.md", "benchmarks/README.md"])
def test_tables_are_those_of_the_dataset(name: str) -> None:
    for region, text in tables(ROOT / "data").get(name, {}).items():
        assert f"<!-- {region} -->\n{text}\n<!-- /{region} -->" in document(name)


@pytest.mark.parametrize("run", [{"limit": 60, "sets": SETS}, {"limit": 0, "sets": {"test": {}}}])
def test_a_benchmark_of_a_part_of_the_pages_is_not_published(
    run: dict[str, object], tmp_path: Path
) -> None:
    figures = tmp_path / "compare.json"
    assert comparison(figures) == {}
    figures.write_text(json.dumps(run))
    with pytest.raises(ValueError, match="of a part of the pages"):
        comparison(figures)


def test_neither_are_methods_that_were_tried_on_a_part_of_them(tmp_path: Path) -> None:
    figures = tmp_path / "methods.json"
    assert methods(figures) == {}
    figures.write_text(json.dumps({"limit": 60}))
    with pytest.raises(ValueError, match="of a part of the pages"):
        methods(figures)


def test_the_picture_is_that_of_the_article() -> None:
    made = picture(read_article(ARTICLE))
    assert made == PICTURE.read_text(encoding="utf-8")
    assert len(made) < 16_000
    shown = {span.get("fill") for span in ElementTree.fromstring(made).iter() if span.get("fill")}
    assert shown <= set(COLOURS.values()) | {"#fdfcf8"}
    assert len(shown) > 10


def test_the_changelog_knows_the_version() -> None:
    versions = re.findall(r"^## \[(.+?)\](?: - \d{4}-\d\d-\d\d)?$", document("CHANGELOG.md"), re.M)
    assert versions[0] == "Unreleased"
    assert PROJECT["project"]["version"] in document("CHANGELOG.md")
    assert len(versions) == len(set(versions)) == document("CHANGELOG.md").count("\n## ")


def test_the_recipes_of_contributing_work(tmp_path: Path) -> None:
    clone = tmp_path / "newshole"
    shutil.copytree(CORPUS, clone / "corpus")
    with (clone / "corpus" / "sites.csv").open("a", encoding="utf-8") as sites:
        sites.write("tern-bay.example,train,CC-BY-4.0\nexample.org,train,by-reference\n")
    for page, outcome in (("one", "was saved"), ("two", "was put off")):
        days = ("Monday", "Tuesday", "Friday", "Saturday", "Sunday")
        story = "".join(
            f"<p>{day} brought the council of Tern Bay one more letter on how the night ferry "
            f"{outcome}, and the harbour master read it aloud to the island.</p>"
            for day in days
        )
        html = f"<html lang=en><h1>The night ferry {outcome}</h1>{story}"
        (tmp_path / f"{page}.html").write_text(html, encoding="utf-8")
    pages = iter(["one", "two"])
    for language, text in snippets("CONTRIBUTING.md"):
        if "page.html" in text:
            shutil.copy(tmp_path / f"{next(pages)}.html", clone / "page.html")
        command = ["bash", "-euc", text] if language == "bash" else [sys.executable, "-c", text]
        path = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
        done = subprocess.run(command, cwd=clone, env=path, capture_output=True, text=True)
        assert done.returncode == 0, f"{text}\n{done.stderr}"
    original, linked = (
        next((clone / "corpus" / collection).rglob("night-ferry.txt"))
        for collection in ("original", "linked")
    )
    assert original.with_suffix(".html").exists()
    assert original.relative_to(clone).as_posix() in document("CONTRIBUTING.md")
    assert "ferry" not in linked.read_text(encoding="utf-8").partition("\n\n")[2]
    assert [f for file in (original, linked) for f in check(file) if f.level == ERROR] == []
