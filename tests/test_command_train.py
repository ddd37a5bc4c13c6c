"""The command ``newshole train``: what it writes, and what it says where it cannot."""

import gzip
import json
import re
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from newshole.annotate import annotate
from newshole.cli import main
from newshole.network import load
from newshole.train import _is_held_out

ROOT = Path(__file__).parents[1] / "corpus" / "original"
SITES = [
    site
    for site in sorted(ROOT.iterdir())
    if list(site.glob("*.html")) and not _is_held_out(site.name)
][:3]
TEST = SITES[2].name


def call(*arguments: str | Path) -> int:
    return main(["train", *map(str, arguments)])


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two sites to learn from, and one in the test split."""
    folder = tmp_path / "corpus"
    for site in SITES:
        shutil.copytree(site, folder / "original" / site.name)
    rows = [f"{site.name},{'test' if site.name == TEST else 'train'},CC-BY-4.0" for site in SITES]
    text = "\n".join(["site,split,terms", *rows, ""])
    (folder / "sites.csv").write_text(text, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture
def weak(tmp_path: Path) -> Path:
    """A page with a known body, and another of the test split's site."""
    story = [
        "The opera left the quay at noon, and many came.",
        "Its owner sang to the gulls again.",
    ]
    (tmp_path / "weak" / "html").mkdir(parents=True)
    page = gzip.compress("".join(f"<p>{line}</p>" for line in ["Home", *story]).encode())
    records = []
    for name, url in (("a", "https://weak.example/a"), ("b", f"https://{TEST}/b")):
        (tmp_path / "weak" / "html" / f"{name}.html.gz").write_bytes(page)
        body = "\n".join(story)
        records.append(json.dumps({"id": name, "url": url, "html_sha256": name, "body": body}))
    (tmp_path / "weak" / "pages.jsonl").write_text("\n".join(records), encoding="utf-8")
    return tmp_path / "weak"


def test_a_model_and_its_card_are_written(
    corpus: Path, weak: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, card = tmp_path / "model.npz", tmp_path / "card.md"
    options = ("--weak", weak, "--out", model, "--card", card, "--epochs", "1", "--seed", "7")
    assert call(corpus, *options) == 0
    out, err = capsys.readouterr()
    articles = sum(len(list(site.glob("*.txt"))) for site in SITES[:2])
    said = f"{articles} articles and 1 pages with known text"
    assert out == f"{model}: learned from {said}, 0 left out\n"
    # The second round is with what the first network says of the page with known text.
    assert err.count("epoch 1 of 1: loss") == 2
    assert (
        annotate("By Ida Holm\n\nIt sang.", network=load(model)).text == "By Ida Holm\n\nIt sang."
    )
    text = card.read_text(encoding="utf-8")
    assert text.startswith("# Model card")
    assert f"- {articles} annotated articles" in text
    assert "- 1 pages of which only the body's text or some snippets are known, 3 lines" in text
    assert "epochs=1," in text
    assert "seed=7" in text
    assert f"jax {version('jax')}" in text
    assert re.search(r"\n\| confidence \| right \| lines \|\n\|[-:|]+\|\n\| [01]\.\d\d \| ", text)
    assert re.search(r"\n\| label \| with hints \| bare \| characters \|\n", text)
    tested = len(list((ROOT / TEST).glob("*.txt")))
    assert re.search(rf"{tested} pages bare: [01]\.\d{{3}} of characters labelled right", text)
    assert re.search(r"\n\| body \| [01]\.\d\d \| [01]\.\d\d \| [1-9]\d+ \|\n", text)


def test_without_jax_it_says_what_to_install(
    corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("newshole.learn", "newshole.model_card"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "jax", None)
    assert call(corpus, "--out", tmp_path / "model.npz") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"newshole: .*jax.*; 'pip install newshole\[train\]' brings it\n", err)
    assert not (tmp_path / "model.npz").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["empty"], "there is no article with its text to learn from"),
        (["empty", "--weak", "empty"], "pages.jsonl"),
        (["empty", "--weak", "broken"], "pages.jsonl:1: not JSON"),
        (["nowhere.txt"], "nowhere.txt"),
    ],
)
def test_what_it_cannot_learn_from(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "pages.jsonl").write_text("{\n")
    assert call(*arguments, "--out", "model.npz") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("newshole: ")
    assert said in err
    assert not (tmp_path / "model.npz").exists()


@pytest.mark.parametrize(
    "arguments", [[], ["--out", "m", "--epochs", "0"], ["--out", "m", "--seed", "-1"]]
)
def test_a_wrong_call_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        call(*arguments)
    assert "usage: newshole train" in capsys.readouterr().err
