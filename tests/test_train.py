"""Training: examples with their pages, a network that learns, is saved and applied."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from newshole.article import Article, Segment, render
from newshole.batch import Task, batch_of
from newshole.columns import COLUMNS, STEPS, lines_of
from newshole.examples import Example, read_examples
from newshole.forms import forms, line_names
from newshole.hint import TextLine
from newshole.labels import NAMES
from newshole.mask import mask
from newshole.network import GAP, load, logits, save
from newshole.train import Trained, calibration, digest, train

ROOT = Path(__file__).parents[1]
ORIGINALS = sorted((ROOT / "corpus" / "original").rglob("*.html"))[:4]


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    found, left = read_examples([path.with_suffix(".txt") for path in ORIGINALS], [])
    assert left == []
    return found


@pytest.fixture(scope="module")
def trained(examples: list[Example]) -> Trained:
    return train(examples, epochs=70, calibrated=False)


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
        made = forms(example)
        assert set(made) == {"hinted", "bare", "scraped", "short", "short bare"}
        assert made["hinted"] is example
        for name, form in made.items():
            assert "\n".join(line.text for line in form.lines) == form.article.text
            assert any(line.hint for line in form.lines) == (name in ("hinted", "short"))
            assert len(line_names(form)) == sum(bool(line.text.strip()) for line in form.lines)
        assert 1 <= line_names(made["short"]).count("body") <= 6
        assert forms(example)["scraped"] == made["scraped"]


def test_a_network_learns(examples: list[Example], trained: Trained) -> None:
    right = count = 0
    for example in examples:
        found = logits(trained.network, lines_of([example.lines])).argmax(axis=1)
        names = line_names(example)
        right += sum(NAMES[one] == other for one, other in zip(found, names, strict=True))
        count += len(names)
    # Four pages teach what a menu and a story are, not every kind of boilerplate.
    assert right / count > 0.6


def test_a_network_is_saved_and_loaded(tmp_path: Path, trained: Trained) -> None:
    for name in ("a.npz", "b.npz"):
        save(trained.network, tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    loaded = load(tmp_path / "a.npz")
    assert loaded.names == trained.network.names
    page = lines_of([[TextLine("Harbour reopens"), TextLine("The harbour opened on Friday.")]])
    assert np.array_equal(logits(loaded, page), logits(trained.network, page))


def test_a_network_of_other_columns_is_refused(tmp_path: Path, trained: Trained) -> None:
    save(trained.network, tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz") as stored:
        arrays = dict(stored)
    np.savez(tmp_path / "other.npz", **{**arrays, "columns": np.array(COLUMNS[1:])})
    with pytest.raises(ValueError, match="train it again"):
        load(tmp_path / "other.npz")


def test_the_same_pages_teach_the_same(examples: list[Example]) -> None:
    one, other = (train(examples[:1], epochs=1, calibrated=False).network for _ in range(2))
    assert np.array_equal(one.first.weights, other.first.weights)
    assert np.array_equal(one.last.bias, other.last.bias)


def test_what_is_learned_is_what_is_applied(examples: list[Example]) -> None:
    """Gradients go through the sums of numpy's whole numbers."""
    import jax.numpy as jnp

    from newshole import learn
    from newshole.network import ids

    lines = lines_of([examples[0].lines])
    known = np.unique(lines.tokens), np.unique(lines.hashes[lines.hashes > 0]), ["byline", "nav"]
    sizes = len(known[0]), len(known[1]), len(known[2])
    weights = learn._begin(np.random.default_rng(7), sizes)
    allowed = np.ones((len(lines.page), len(NAMES)), bool)
    task = Task(lines, ids(lines, *known), allowed, np.ones(len(lines.page), np.float32))
    batch = {name: jnp.asarray(value) for name, value in batch_of([task]).items()}
    found, _ = learn._forward(weights, batch, None, 0.0)
    start = GAP
    theirs = np.asarray(found)[start : start + len(lines.page)]
    ours = logits(learn.network({k: np.asarray(v) for k, v in weights.items()}, *known), lines)
    assert np.abs(ours - theirs).max() < 0.2
    assert (ours.argmax(axis=1) == theirs.argmax(axis=1)).mean() > 0.9


def test_sums_stay_exact_in_float32() -> None:
    network = load()
    widest = [network.first, network.pool, *network.convolutions]
    most = [127, 64 * 4, *(127 for _ in network.convolutions)]
    for layer, high in zip(widest, most, strict=True):
        assert np.abs(layer.weights.astype(np.int64)).sum(axis=0).max() * high < 2**24
    assert COLUMNS
    assert STEPS <= 127


def test_pages_do_not_look_at_each_other(examples: list[Example]) -> None:
    network = load()
    pages = [example.lines for example in examples]
    together = logits(network, lines_of(pages))
    alone = np.concatenate([logits(network, lines_of([page])) for page in pages])
    assert np.array_equal(together, alone)


def test_confidences_are_the_shares_that_were_right() -> None:
    # Twenty bins of two lines; all right from the margin 20 on, every second one below.
    margin = np.arange(40.0)
    label = np.zeros(40)
    found = np.where((margin < 20) & (margin % 2 == 0), 1.0, 0.0)
    bounds, shares = calibration(np.stack([margin, label, found], axis=1))
    assert bounds.tolist() == [0.0, 20.0]
    assert shares.tolist() == [0.5, 1.0]


def test_the_package_s_confidences_rise() -> None:
    bounds, shares = load().calibration
    assert all(one < other for one, other in pairwise(bounds))
    assert all(one < other for one, other in pairwise(shares))
    assert 0 < shares[0] < shares[-1] <= 1


def test_a_digest_tells_labels_apart(examples: list[Example]) -> None:
    first = examples[0]
    lines = list(first.article.lines)
    at = next(number for number, line in enumerate(lines) if not isinstance(line, str))
    lines[at] = tuple(
        replace(segment, name="note") for segment in lines[at] if isinstance(segment, Segment)
    )
    other = Example(first.lines, Article(tuple(lines), first.article.header))
    assert digest([first]) == digest([first])
    assert digest([other]) != digest([first])
