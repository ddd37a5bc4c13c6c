"""croissant.json: valid to the letter, and its records are the very rows."""

import datetime
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import mlcroissant
import news
import pytest

from newshole.build import Built, build

# mlcroissant and rdflib use what others have deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

CROISSANT = import_module("newshole.croissant")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A corpus with lists that are empty, fields that are null, and two files in a split."""
    folder = tmp_path_factory.mktemp("croissant")
    corpus = news.write_corpus(folder / "corpus")
    bare = news.FERRY.replace("lagoblatt.example/faehre", "fjordpost.example/bare")
    bare = bare.replace("https://lagoblatt", "https://fjordpost")
    (corpus / "original/fjordpost.example/bare.txt").write_text(bare, encoding="utf-8")
    merge = import_module("newshole.merge")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "ROW_GROUP_BYTES", 1)
        patch.setattr(merge, "FILE_BYTES", 1)
        return build(corpus, folder / "data")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("pages")
    return build(news.write_jsonl(folder / "crawl", files=1, pages=30), folder / "data")


def description(built: Built) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((built.folder / "croissant.json").read_text())
    return found


def plain(value: Any, record_set: str) -> Any:
    """A record as Python values: names without the record set, bytes as text."""
    if isinstance(value, dict):
        return {name.rpartition("/")[2]: plain(one, record_set) for name, one in value.items()}
    if isinstance(value, bytes):
        return value.decode()
    if value is None or isinstance(value, str | int | float):
        return value
    return [plain(one, record_set) for one in value]


@pytest.mark.parametrize("which", ["built", "pages"])
def test_it_is_valid_without_a_warning(which: str, request: pytest.FixtureRequest) -> None:
    dataset = request.getfixturevalue(which)
    read = mlcroissant.Dataset(jsonld=str(dataset.folder / "croissant.json"))
    assert read.metadata.issues.errors == set()
    assert read.metadata.issues.warnings == set()


@pytest.mark.parametrize(
    ("which", "config"), [("built", "original"), ("built", "linked"), ("pages", "pages")]
)
def test_records_are_the_very_rows(which: str, config: str, request: pytest.FixtureRequest) -> None:
    dataset = request.getfixturevalue(which)
    read = mlcroissant.Dataset(jsonld=str(dataset.folder / "croissant.json"))
    records = [plain(record, config) for record in read.records(config)]
    expected = [row for row in news.rows(dataset.folder) if row["collection"] == config]
    assert sorted(records, key=lambda record: record["id"]) == expected
    if config == "original":
        assert len({file["path"] for file in files(dataset, "original", "train")}) == 2
        assert [row["captions"] for row in expected] == [[], ["The stage under tow."], []]
    if config == "linked":
        assert [(row["text"], row["captions"]) for row in expected] == [(None, None)]


def files(built: Built, config: str, split: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = built.manifest["configs"][config][split]["files"]
    return found


@pytest.mark.parametrize("which", ["built", "pages"])
def test_the_responsible_ai_fields_are_there(which: str, request: pytest.FixtureRequest) -> None:
    said = description(request.getfixturevalue(which))
    for field in (
        "rai:dataCollection",
        "rai:dataLimitations",
        "rai:dataBiases",
        "rai:personalSensitiveInformation",
        "rai:dataUseCases",
        "rai:dataSocialImpact",
        "rai:hasSyntheticData",
        "rai:dataAnnotationProtocol",
        "prov:wasDerivedFrom",
        "prov:wasGeneratedBy",
    ):
        assert said[field] not in ("", None, [])
    for field in ("description", "license", "name", "url", "creator", "datePublished"):
        assert said[field]
    prefixes = {key.partition(":")[0] for key in said if ":" in key}
    assert prefixes <= said["@context"].keys()


def test_files_carry_their_digests(built: Built) -> None:
    stated = {
        one["@id"]: one.get("sha256")
        for one in description(built)["distribution"]
        if one["@type"] == "cr:FileObject"
    }
    assert stated == {
        file["path"]: file["sha256"]
        for config in built.manifest["configs"].values()
        for split in config.values()
        for file in split["files"]
    }


def test_licences_and_languages_are_those_of_the_rows(built: Built, pages: Built) -> None:
    said = description(built)
    assert said["license"] == ["CC-BY-4.0", "by-reference"]
    assert said["inLanguage"] == ["de", "en"]
    assert description(pages)["license"] == ["unknown"]


def test_a_corpus_speaks_for_itself(tmp_path: Path) -> None:
    corpus = news.write_corpus(tmp_path / "corpus")
    about = {
        "name": "Harbour",
        "croissant": {"datePublished": "2024-05-06", "url": "https://h.example"},
    }
    (corpus / "about.json").write_text(json.dumps(about))
    said = description(build(corpus, tmp_path / "data"))
    assert (said["name"], said["datePublished"]) == ("Harbour", "2024-05-06")
    assert said["url"] == "https://h.example"
    assert said["citeAs"].startswith("Harbour, version 1.0.0")


def test_the_day_is_that_of_the_build_that_changed_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(datetime.date):
        @classmethod
        def today(cls) -> "Later":
            return cls(2031, 2, 3)

    (tmp_path / "a.txt").write_text("A page.")
    first = description(build(tmp_path / "a.txt", tmp_path / "out"))
    monkeypatch.setattr(CROISSANT.datetime, "date", Later)
    again = build(tmp_path / "a.txt", tmp_path / "out")
    assert not again.changed
    assert description(again) == first
    other = description(build(tmp_path / "a.txt", tmp_path / "out", version="1.0.1"))
    assert other["datePublished"] == "2031-02-03"
