"""Training: examples with their pages, a model that learns, is saved and applied."""

import json
from pathlib import Path

import numpy as np
import pytest

from newshole.annotate import blanks
from newshole.article import Article, render
from newshole.corpus import read_article
from newshole.evidence import gather
from newshole.examples import Example, read_examples
from newshole.features import FEATURES, features
from newshole.label import best_path, label_lines, load_model
from newshole.mask import mask
from newshole.render import plain
from newshole.train import forms, save_model, train

ROOT = Path(__file__).parents[1]
ORIGINALS = sorted((ROOT / "corpus" / "original").rglob("*.html"))[:4]


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    found, left = read_examples([path.with_suffix(".txt") for path in ORIGINALS], [])
    assert left == []
    return found


def accuracy(article: Article, names: list[str]) -> float:
    gold = [line[0].name for line in article.lines if not isinstance(line, str)]
    gold = ["body" if name == "dateline" else name for name in gold]
    return sum(one == other for one, other in zip(gold, names, strict=True)) / len(gold)


def test_originals_come_with_the_hints_of_their_page(examples: list[Example]) -> None:
    assert all(line.hint for example in examples for line in example.lines)


def test_masked_articles_come_with_their_page_or_a_reason(
    tmp_path: Path, examples: list[Example]
) -> None:
    html = ORIGINALS[0]
    article = examples[0].article
    masked = mask(Article(article.lines, {**article.header, "source": "a remark"}))
    (tmp_path / "pages").mkdir()
    (tmp_path / "masked.txt").write_text(render(masked), encoding="utf-8", newline="\n")
    found, left = read_examples([tmp_path / "masked.txt"], [tmp_path / "pages"])
    assert not found
    assert "not at hand" in left[0]
    (tmp_path / "pages" / "x.html").write_bytes(html.read_bytes())
    found, left = read_examples([tmp_path / "masked.txt"], [tmp_path / "pages"])
    assert not left
    assert found[0].article.text == article.text
    assert found[0].lines == examples[0].lines


def test_every_form_has_a_label_for_each_line(examples: list[Example]) -> None:
    for example in examples:
        hinted, bare, scraped = forms(example)
        assert hinted is example
        assert [line.text for line in bare.lines] == [line.text for line in example.lines]
        assert not any(line.hint for line in (*bare.lines, *scraped.lines))
        assert "\n".join(line.text for line in scraped.lines) == scraped.article.text
        assert forms(example)[2] == scraped


def test_a_model_learns_is_saved_and_loaded(tmp_path: Path, examples: list[Example]) -> None:
    model = train(examples)
    save_model(model, examples, tmp_path / "model.json")
    loaded = load_model(tmp_path / "model.json")
    for ours, theirs in zip(model, loaded, strict=True):
        assert np.allclose(ours.lines, theirs.lines, atol=1e-3)
        assert np.allclose(ours.transitions, theirs.transitions, atol=1e-3)
    for example in examples:
        evidence = [gather(line) for line in example.lines]
        found = label_lines(evidence, blanks(example.lines), loaded)
        # Four pages teach what a menu and a story are, not every kind of boilerplate.
        assert accuracy(example.article, [name for name, _ in found]) > 0.6
        assert all(0 < confidence <= 1 for _, confidence in found)


def test_a_model_of_other_features_is_refused(tmp_path: Path, examples: list[Example]) -> None:
    path = tmp_path / "model.json"
    shipped = json.loads((ROOT / "src" / "newshole" / "line_model.json").read_text("utf-8"))
    path.write_text(json.dumps(shipped | {"features": ["constant"]}), encoding="utf-8")
    with pytest.raises(ValueError, match="train it again"):
        load_model(path)


def test_the_best_path_follows_the_transitions() -> None:
    scores = np.array([[1.0, 0.0], [0.4, 0.5], [1.0, 0.0]])
    assert best_path(scores, np.zeros((2, 2))) == [0, 1, 0]
    assert best_path(scores, np.array([[0.5, 0.0], [0.0, 0.5]])) == [0, 0, 0]


def test_features_are_of_order_one() -> None:
    article = read_article(ORIGINALS[0].with_suffix(".txt"))
    lines = plain(article.text or "")
    evidence = [gather(line) for line in lines if line.text.strip()]
    matrix = features(evidence, blanks(lines))
    assert matrix.shape == (len(evidence), len(FEATURES))
    assert len(set(FEATURES)) == len(FEATURES)
    assert np.isfinite(matrix).all()
    assert np.abs(matrix).max() <= 2.5
