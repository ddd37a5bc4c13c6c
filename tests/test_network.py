"""The forward pass: as JAX learned it, exact, and the same whichever pages come together."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from newshole import learn, network
from newshole.batch import Task, batch_of
from newshole.columns import COLUMNS, STEPS, Lines, lines_of
from newshole.examples import read_examples
from newshole.hint import TextLine
from newshole.label import label_lines
from newshole.labels import NAMES
from newshole.network import DILATIONS, GAP, LEVEL, LONGEST, MOST, Network, ids, load, logits, story

ORIGINALS = sorted((Path(__file__).parents[1] / "corpus" / "original").rglob("*.html"))[:3]
EXACT = 2**24
"""Up to here float32 holds every whole number."""

Pages = list[list[TextLine]]


@cache
def known_pages() -> Pages:
    """Originals with their hints; lines alone, empty, of unknown words only."""
    examples, _ = read_examples([path.with_suffix(".txt") for path in ORIGINALS], [])
    found = [list(example.lines) for example in examples]
    odd = [
        ["Share"],
        ["xyzzy plugh", "電 𠀀"],
        ["\u200b"],
        ["", "x" * 9000, " ", "By A"],
        ["…", "."],
    ]
    return [*found, *([TextLine(text) for text in texts] for texts in odd)]


def on_a_grid(matrix: np.ndarray) -> np.ndarray:
    """The matrix in steps of a power of two, 127 of them at most: products with it are exact."""
    scale = 2.0 ** np.ceil(np.log2(np.abs(matrix).max(axis=-2, keepdims=True) / MOST))
    steps = np.rint(matrix / scale)
    top = np.abs(steps).argmax(axis=-2, keepdims=True)
    np.put_along_axis(steps, top, MOST, axis=-2)
    found: np.ndarray = (steps * scale).astype(np.float32)
    return found


@cache
def drawn(seed: int) -> tuple[learn.Weights, Network]:
    """Random weights of a network that knows some of the pages' words, lines and names."""
    lines = lines_of(known_pages()[:3])
    vocabulary = np.unique(lines.tokens)[::2]
    whole_lines = np.unique(lines.hashes[lines.hashes > 0])[::2]
    names = sorted({name for words in lines.words for name in words})[::2]
    random = np.random.default_rng(seed)
    sizes = len(vocabulary), len(whole_lines), len(names)
    weights = {name: np.array(value) for name, value in learn._begin(random, sizes).items()}
    for name in ("first", "convolutions", "core", "pool", "last"):
        weights[name] = on_a_grid(weights[name])
        bias = weights[f"{name}.bias"]
        weights[f"{name}.bias"] = np.rint(random.normal(size=bias.shape) * 64).astype("f4") / 128
    for name in ("words", "edges", "whole_lines", "classes"):
        weights[name] *= 4
    weights["taps"] = np.rint(weights["taps"] * 16) / 16
    return weights, learn.network(weights, vocabulary, whole_lines, names)


@pytest.mark.parametrize("seed", [0, 1])
def test_numpy_and_jax_agree(seed: int) -> None:
    weights, ours = drawn(seed)
    tasks, expected = [], []
    # Short pages: where a mean lies halfway between two steps, XLA may round it the other way,
    # for it multiplies by the reciprocal; of up to twelve lines it does not.
    pages = [page[at : at + 12] for page in known_pages() for at in range(0, len(page), 12)]
    for page in pages:
        lines = lines_of([page])
        known = ids(lines, ours.vocabulary, ours.line_hashes, ours.names)
        count = len(lines.page)
        allowed, weight = np.ones((count, len(NAMES)), bool), np.ones(count, np.float32)
        tasks.append(Task(lines, known, allowed, weight))
        expected.append(logits(ours, lines))
    batch = batch_of(tasks)
    theirs, _ = learn._forward(weights, batch, None, 0.0)
    found = np.asarray(theirs)[batch["inside"] > 0]
    wanted = np.concatenate(expected)
    # What has been learned of words and names, and of the page, must count for this to tell.
    assert sum(len(task.ids.tokens) for task in tasks) > 500
    assert sum(len(task.ids.names) for task in tasks) > 100
    assert np.ptp(wanted, axis=0).min() > 0.5
    assert np.abs(found - wanted).max() < 1e-3


@pytest.mark.parametrize("make", [lambda: drawn(0)[1], load], ids=["drawn", "package"])
def test_pages_have_the_same_logits_in_any_company(make: Callable[[], Network]) -> None:
    ours = make()
    pages = known_pages()
    alone = [logits(ours, lines_of([page])) for page in pages]
    assert np.array_equal(logits(ours, lines_of(pages)), np.concatenate(alone))
    order = [4, 0, 7, 2, 5, 1, 6, 3]
    shuffled: Pages = [[], *(pages[at] for at in order), [TextLine(" ")], pages[0]]
    expected = np.concatenate([alone[at] for at in (*order, 0)])
    assert np.array_equal(logits(ours, lines_of(shuffled)), expected)


def test_without_gaps_pages_would_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = drawn(0)[1]
    pages = known_pages()[:2]
    count = sum(bool(line.text.strip()) for line in pages[0])
    alone = logits(ours, lines_of(pages[:1]))
    assert max(DILATIONS) <= GAP
    # Else the test above could not fail.
    monkeypatch.setattr(network, "GAP", 0)
    assert not np.array_equal(logits(ours, lines_of(pages))[:count], alone)


def test_pages_without_text_have_no_labels() -> None:
    blank = [TextLine(" "), TextLine("")]
    ours = drawn(0)[1]
    assert list(label_lines([], ours)) == []
    assert list(label_lines([[], blank], ours)) == [[], []]
    found = list(label_lines([blank, [TextLine("Share"), *blank], []], ours))
    assert [len(labels) for labels in found] == [0, 1, 0]
    assert found[1] == next(label_lines([[TextLine("Share")]], ours))


def layers(found: Network) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By layer its weights and the most that each of its inputs can be."""
    embedded = len(found.first.weights) - len(COLUMNS)
    means = len(found.pool.weights) - network.STORY
    return {
        "first": (
            found.first.weights,
            np.r_[np.full(len(COLUMNS), STEPS), np.full(embedded, MOST)],
        ),
        "pool": (
            found.pool.weights,
            np.r_[np.full(means, MOST), np.full(network.STORY, 4 * LEVEL)],
        ),
        **{
            name: (layer.weights, np.full(len(layer.weights), MOST))
            for name, layer in {
                "core": found.core,
                "last": found.last,
                **{f"convolution {at}": layer for at, layer in enumerate(found.convolutions)},
            }.items()
        },
    }


@pytest.mark.parametrize("name", ["first", "pool", "core", "last", "convolution 0"])
def test_sums_are_exact_with_the_most_extreme_values(name: str) -> None:
    weights, inputs = layers(drawn(0)[1])[name]
    assert weights.dtype == np.int8
    assert (np.abs(inputs, dtype=np.int64) * MOST).sum() < EXACT
    # The same sum in any order, and that of whole numbers.
    random = np.random.default_rng(0)
    extreme = np.full(weights.shape, MOST, np.int8)
    extreme[random.random(weights.shape) < 0.01] = 1 - MOST
    exact = inputs.astype(np.int64) @ extreme.astype(np.int64)
    dense = network.Dense(
        extreme, np.ones(weights.shape[1], "f4"), np.zeros(weights.shape[1], "f4")
    )
    for order in (np.arange(len(inputs)), random.permutation(len(inputs))):
        own = dense._replace(weights=extreme[order])
        sums = network._dense(own, inputs[order].astype(np.float32)[None], 1)
        assert sums[0].tolist() == exact.tolist()


def test_the_package_s_network_is_whole_and_small() -> None:
    ours = load()
    assert all(abs(weights.astype(int)).max() <= MOST for weights, _ in layers(ours).values())
    assert (np.diff(ours.vocabulary.astype(np.int64)) > 0).all()
    assert (np.diff(ours.line_hashes.astype(np.int64)) > 0).all()
    assert list(ours.names) == sorted(set(ours.names))
    assert len(ours.words) == ours.edges.shape[1] == len(ours.vocabulary) + 1
    assert len(ours.whole_lines) == len(ours.line_hashes) + 1
    assert len(ours.classes) == len(ours.names) + 1
    bounds, shares = ours.calibration
    assert bounds[0] == 0
    assert (np.diff(bounds) > 0).all()
    assert (np.diff(shares) > 0).all()
    assert 0 <= shares[0] < shares[-1] <= 1


def test_where_the_story_stands() -> None:
    lines = lines_of([[TextLine("x" * 100)] * 4, [TextLine("y" * (LONGEST + 1))]])
    core = np.array([-8, 8, 8, -8, 2.0], np.float32)
    sure, before, after, above, below, *_, total = story(core, lines).T / (4 * LEVEL)
    assert sure.tolist() == [0, 1, 1, 0, 1]
    assert before.tolist() == [0, 0, 0.5, 1, 0]
    assert after.tolist() == [1, 0.5, 0, 0, 0]
    assert above.tolist() == [1, 1, 0, 0, 1]
    assert below.tolist() == [0, 0, 1, 1, 1]
    assert total.tolist() == [pytest.approx(200 / (LONGEST * 20), abs=0.01)] * 4 + [
        pytest.approx(1 / 20, abs=0.01)
    ]


def test_the_story_s_share_of_a_container() -> None:
    lines = lines_of([[TextLine("x" * 100)] * 4])._replace(
        container=np.array([0, 0, 2, 2]), namesake=np.array([0, 1, 1, 1])
    )
    found = story(np.array([-8, 8, 8, 8], np.float32), lines).T / (4 * LEVEL)
    held, sure_there, named, sure_of_named = found[5:9]
    assert held == pytest.approx([1 / 3, 1 / 3, 2 / 3, 2 / 3], abs=0.01)
    assert sure_there.tolist() == [0.5, 0.5, 1, 1]
    assert named.tolist() == [0, 1, 1, 1]
    assert sure_of_named.tolist() == [0, 1, 1, 1]


def test_words_and_names_are_known_by_number() -> None:
    names: Any = ("byline", "story")
    lines = lines_of(
        [[TextLine("noon quay opera"), TextLine("12"), TextLine("…"), TextLine("opera")]]
    )
    lines = lines._replace(words=[("story", "x", "byline"), (), ("x",), ("story",)])
    vocabulary = np.unique(lines.tokens[[0, 2]])
    noon, opera = (1 + np.searchsorted(vocabulary, lines.tokens[[0, 2]])).tolist()
    found = ids(lines, vocabulary, lines.hashes[[2]], names)
    assert found.tokens.tolist() == [noon, opera, opera]
    assert found.token_line.tolist() == [0, 0, 3]
    assert found.edges.tolist() == [[noon, 0, opera], [0, 0, 0], [0, 0, 0], [opera, 0, opera]]
    assert found.lines.tolist() == [0, 0, 1, 0]
    assert found.names.tolist() == [2, 1, 2]
    assert found.name_line.tolist() == [0, 0, 3]
    nothing = ids(lines, np.zeros(0, np.uint32), np.zeros(0, np.uint32), ())
    assert not nothing.edges.any()
    assert not nothing.lines.any()
    assert len(nothing.tokens) == len(nothing.names) == 0


def test_a_bag_is_the_sum_over_the_root_of_its_size() -> None:
    table = np.array([[0, 0], [3, -90], [5, -120]], np.int8)
    found = network._bag(table, np.array([1, 2, 1, 2, 1]), np.array([0, 2, 2, 2, 2]), 4)
    # 16 / 2 and, beyond what eight bits hold, -420 / 2.
    assert found.tolist() == [[3, -90], [0, 0], [8, -MOST], [0, 0]]


def test_means_are_over_the_lines_of_a_group() -> None:
    state = np.array([[2.0], [5], [4], [9]], np.float32)
    assert network._means(state, np.array([0, 1, 0, 1]))[:, 0].tolist() == [3, 7, 3, 7]


def test_lines_are_opened_by_the_first_of_their_page() -> None:
    lines: Lines = lines_of([[TextLine("a")] * 2, [], [TextLine("b")] * 3])
    assert network._opens(lines.page).tolist() == [0, 0, 2, 2, 2]
