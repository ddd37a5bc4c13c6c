"""Training: examples with their pages, a network that learns, is saved, loaded and calibrated."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import jax
import numpy as np
import pytest
from jax.experimental.compilation_cache import compilation_cache

import newshole.train as training
from newshole import batch, learn
from newshole.article import Article, Segment, render
from newshole.columns import COLUMNS, lines_of
from newshole.examples import Example, read_examples
from newshole.forms import forms, line_names
from newshole.hint import TextLine
from newshole.label import confidence, label_lines, margins
from newshole.labels import NAMES
from newshole.mask import mask
from newshole.mixed import Parts
from newshole.network import Network, load, save
from newshole.train import Trained, calibration, digest, train
from newshole.weak import WeakPage

# Of sites none of which is held out: so one network is learned, and calibrated by what it learned.
ROOT = Path(__file__).parents[1] / "corpus" / "original"
ORIGINALS = [
    path for path in sorted(ROOT.rglob("*.html")) if not training._is_held_out(path.parent.name)
][:4]
EPOCHS = 40


@pytest.fixture(scope="module")
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep compiled programs, eight seconds each; and let batches be small, for many steps."""
    cached = {
        "jax_compilation_cache_dir": str(tmp_path_factory.mktemp("compiled")),
        "jax_persistent_cache_min_compile_time_secs": 0.2,
    }
    before = {name: getattr(jax.config, name) for name in cached}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "_LINES", 512)
        patch.setattr(batch, "_TOKENS", 4096)
        patch.setattr(batch, "_NAMES", 8192)
        for name, value in cached.items():
            jax.config.update(name, value)  # type: ignore[no-untyped-call]
        compilation_cache.reset_cache()
        yield
        for name, value in before.items():
            jax.config.update(name, value)  # type: ignore[no-untyped-call]
        compilation_cache.reset_cache()


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    found, left = read_examples([path.with_suffix(".txt") for path in ORIGINALS], [])
    assert left == []
    assert len(found) == 4
    return found


def trained_on(examples: Sequence[Example]) -> Trained:
    with pytest.MonkeyPatch.context() as patch:
        # Four pages share enough with two sites to ask for.
        for name in ("WORD_SITES", "LINE_SITES", "NAME_SITES"):
            patch.setattr(training, name, 2)
        return train(examples, epochs=EPOCHS)


@pytest.fixture(scope="module")
def trained(compiled_once: None, examples: list[Example]) -> Trained:
    return trained_on(examples)


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
        assert [line.text for line in made["bare"].lines] == [line.text for line in example.lines]
        for name, form in made.items():
            assert "\n".join(line.text for line in form.lines) == form.article.text
            assert any(line.hint for line in form.lines) == (name in ("hinted", "short"))
            assert len(line_names(form)) == sum(bool(line.text.strip()) for line in form.lines)
        assert 1 <= line_names(made["short"]).count("body") <= 6
        assert [line.text for line in made["short bare"].lines] == [
            line.text for line in made["short"].lines
        ]
        assert forms(example) == made
        assert set(forms(made["bare"])) == {"bare", "scraped", "short bare"}


def test_without_a_headline_or_a_story_nothing_is_cut() -> None:
    for name in ("headline", "body"):
        assert set(forms(an_example([(name, "Go.")]))) == {"bare"}


def an_example(*lines: list[tuple[str, str]]) -> Example:
    article = Article(tuple(tuple(Segment(*pair) for pair in line) for line in lines), {})
    return Example([TextLine("".join(text for _, text in line)) for line in lines], article)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ([("dateline", "A VERY LONG PLACE —"), ("body", "  Go.")], "body"),
        ([("dateline", "PORT ELLERY")], "dateline"),
        ([("byline", "By Ida"), ("timestamp", " 2 March 2024")], "timestamp"),
        ([("credit", "(AP"), ("caption", ")")], "credit"),
    ],
)
def test_a_line_has_the_label_of_most_of_its_characters(
    line: list[tuple[str, str]], name: str
) -> None:
    assert line_names(an_example(line)) == [name]


def test_a_line_counts_the_more_the_longer_it_is() -> None:
    lines = [TextLine("a" * length) for length in (1, 30, 60, 300, 4000)]
    shortest, short, middle, long, longest = training._weights(lines_of([lines])).tolist()
    assert shortest == short == pytest.approx(0.5**0.3)
    assert middle == 1
    assert long == longest == pytest.approx(5**0.3)


def test_a_network_learns(trained: Trained, examples: list[Example]) -> None:
    gold = [name for example in examples for name in line_names(example)]
    found = [
        pair
        for page in label_lines([one.lines for one in examples], trained.network)
        for pair in page
    ]
    right = [one == other for one, (other, _) in zip(gold, found, strict=True)]
    often = max(gold.count(name) for name in NAMES) / len(gold)
    assert often < 0.5
    assert np.mean(right) > 0.85
    # It knows words and names that two sites share.
    assert len(trained.network.vocabulary) > 9
    assert len(trained.network.names) > 1
    # The confidences tell how many are right.
    said = [confidence for _, confidence in found]
    assert all(0 <= confidence <= 1 for confidence in said)
    assert np.mean(said) == pytest.approx(np.mean(right), abs=0.1)


def test_a_calibration_is_made_of_hinted_and_bare_lines(
    trained: Trained, examples: list[Example]
) -> None:
    gold = [name for one in examples for name in (*line_names(one), *line_names(one))]
    assert sorted(trained.lines[:, 1]) == sorted(NAMES.index(name) for name in gold)
    assert np.array_equal(trained.network.calibration, calibration(trained.lines))


def test_the_same_seed_gives_the_same_network(
    tmp_path: Path, trained: Trained, examples: list[Example]
) -> None:
    save(trained.network, tmp_path / "one.npz")
    save(trained_on(examples).network, tmp_path / "other.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def same(one: Network, other: Network) -> bool:
    found = []
    for ours, theirs in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        found.append(np.array_equal(ours, theirs))
        found.append(isinstance(ours, str) or ours.dtype == theirs.dtype)
    return all(found)


def a_network(seed: int = 0) -> Network:
    random = np.random.default_rng(seed)
    weights = {name: np.asarray(one) for name, one in learn._begin(random, (3, 2, 2)).items()}
    hashes = np.array([1, 5, 2**32 - 1], np.uint32)
    return learn.network(weights, hashes, hashes[:2], ["byline", "ブログ"])


def test_a_network_is_saved_and_loaded_to_the_bit(tmp_path: Path) -> None:
    ours = a_network()
    save(ours, tmp_path / "a.npz")
    loaded = load(tmp_path / "a.npz")
    assert same(ours, loaded)
    assert not same(ours, a_network(1))
    assert loaded.names == ("byline", "ブログ")
    for again in ("b.npz", "c.npz"):
        save(loaded, tmp_path / again)
        assert (tmp_path / again).read_bytes() == (tmp_path / "a.npz").read_bytes()


@pytest.mark.parametrize(
    ("field", "value"),
    [("columns", COLUMNS[1:]), ("columns", COLUMNS[::-1]), ("labels", (*NAMES, "boilerplate/x"))],
)
def test_a_model_of_other_columns_or_labels_is_refused(
    tmp_path: Path, field: str, value: Sequence[str]
) -> None:
    path = tmp_path / "a.npz"
    save(a_network(), path)
    with np.load(path) as stored:
        arrays = dict(stored)
    with path.open("wb") as file:
        np.savez(file, **(arrays | {field: np.array(value)}))
    with pytest.raises(ValueError, match=r"a\.npz .* train it again"):
        load(path)


@pytest.fixture
def unlearned(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """Networks that learn nothing; by fit, the sites that it was given."""
    sites: list[set[str]] = []

    def fitted(known: Sequence[training._Form], dealt: Sequence[Parts], *_: object) -> Network:
        sites.append({form.site for form in known})
        # What is held out is not dealt to others either.
        assert {training._site(parts.example) for parts in dealt} <= sites[-1]
        return a_network()

    monkeypatch.setattr(training, "_fitted", fitted)
    return sites


def test_every_sixth_site_is_held_out_to_calibrate(
    examples: list[Example], unlearned: list[set[str]]
) -> None:
    path = next(
        path for path in sorted(ROOT.rglob("*.html")) if training._is_held_out(path.parent.name)
    )
    (held,), _ = read_examples([path.with_suffix(".txt")], [])
    lines = train([*examples, held]).lines
    assert unlearned[1] == {path.parent.name for path in ORIGINALS}
    assert unlearned[0] == unlearned[1] | {path.parent.name}
    # Once with hints and once without; not as a scraper leaves it.
    labels = [NAMES.index(name) for name in line_names(held)]
    assert lines[:, 1].tolist() == labels * 2
    # Where it is not to be calibrated, it is learned once.
    lines = train([*examples, held], calibrated=False).lines
    assert len(unlearned) == 3
    assert len(lines) > len(labels) * 2


def test_pages_of_which_little_is_known_do_not_calibrate(
    examples: list[Example], unlearned: list[set[str]]
) -> None:
    page = examples[0].lines
    weak = WeakPage(
        "weak.example", list(page), np.ones((len(page), len(NAMES)), bool), np.ones(len(page), "f4")
    )
    alone, beside = train(examples).lines, train(examples, [weak]).lines
    assert unlearned[-1] - unlearned[0] == {"weak.example"}
    assert np.array_equal(alone, beside)


def test_pages_of_which_little_is_known_are_read_by_the_first_network(
    examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    fits: list[list[training._Form]] = []

    def fitted(known: Sequence[training._Form], *_: object) -> Network:
        fits.append([form for form in known if form.kind.startswith("weak")])
        return load()

    monkeypatch.setattr(training, "_fitted", fitted)
    page = examples[0].lines
    count = sum(bool(line.text.strip()) for line in page)
    nothing_known = WeakPage(
        "weak.example", list(page), np.ones((count, len(NAMES)), bool), np.zeros(count, "f4")
    )
    train(examples, [nothing_known], calibrated=False)
    first, second = fits
    assert all(form.allowed.all() and not form.weight.any() for form in first)
    assert all((form.weight > 0).all() for form in second)
    # Of the page as it is and without hints, the same is said: what the layout tells.
    hinted, bare = second
    assert np.array_equal(hinted.allowed, bare.allowed)
    told = next(label_lines([page]))
    assert all(row[NAMES.index(name)] for row, (name, _) in zip(hinted.allowed, told, strict=True))
    train(examples, [nothing_known], calibrated=False, rounds=1)
    assert len(fits) == 3


def test_an_article_with_other_lines_than_its_page_is_refused(examples: list[Example]) -> None:
    short = Example(examples[0].lines[1:], examples[0].article)
    with pytest.raises(ValueError, match="lines are labelled"):
        train([short])


def lines_at(shares: Sequence[tuple[float, int, int]]) -> np.ndarray:
    """(margin, right ones, wrong ones) → rows as ``Trained.lines`` has them."""
    rows = [
        (margin, 1, label)
        for margin, right, wrong in shares
        for label in (*[1] * right, *[0] * wrong)
    ]
    return np.array(rows, float)


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        # Twenty lines, each a bin. Rising shares stay apart.
        ([(0.5, 0, 10), (1, 10, 0)], [[0, 1], [0, 1]]),
        # Falling ones are pooled: 10 of 20.
        ([(0.5, 10, 0), (1, 0, 10)], [[0], [0.5]]),
        # 1 0 | 1 1 0 | 1 …: from left to right 1/2, then 2/3, then 1.
        (
            [
                (1, 1, 0),
                (2, 0, 1),
                (3, 1, 0),
                (4, 1, 0),
                (5, 0, 1),
                *((n, 1, 0) for n in range(6, 21)),
            ],
            [[0, 3, 6], [1 / 2, 2 / 3, 1]],
        ),
        # 1 1 0 | 1 0 0: the second pool falls below the first, and joins it.
        (
            [(1, 1, 0), (2, 1, 0), (3, 0, 1), (4, 1, 0), (5, 0, 1), (6, 0, 1)],
            [[0], [0.5]],
        ),
        ([(0.25, 1, 0)], [[0], [1]]),
    ],
)
def test_adjacent_violators_are_pooled(
    shares: list[tuple[float, int, int]], expected: list[list[float]]
) -> None:
    found = calibration(lines_at(shares)[::-1])
    assert found.dtype == np.float32
    assert found.tolist() == [pytest.approx(row) for row in expected]


def test_confidence_rises_with_the_margin() -> None:
    random = np.random.default_rng(0)
    margin = random.exponential(size=4000)
    right = random.random(4000) < 1 - np.exp(-margin)
    network = a_network()._replace(
        calibration=calibration(np.stack([margin, np.ones(4000), right], axis=1))
    )
    said = confidence(network, np.linspace(0, 9, 500, dtype=np.float32))
    assert (np.diff(said) >= 0).all()
    assert len(set(said.tolist())) > 5
    # What is said of a margin is about what was drawn for it.
    assert confidence(network, np.array([0.1, 1.0], "f4")) == pytest.approx([0.1, 0.63], abs=0.1)


def test_a_margin_is_over_the_second_best() -> None:
    rows = np.array([[1, 5, 3], [2, 2, 2], [-1, -9, -4]], np.float32)
    assert margins(rows).tolist() == [2, 0, 3]


def test_the_digest_tells_texts_labels_and_order_apart() -> None:
    line = [("byline", "By Ida")]
    one, other = an_example(line, [("body", "Go.")]), an_example([("body", "No.")])
    found = {
        digest(examples)
        for examples in (
            *([one, other], [other, one], [one], [an_example(line, [("note", "Go.")]), other]),
            [an_example(line, [("body", "Gö.")]), other],
        )
    }
    assert len(found) == 5
    assert digest(iter([one, other])) in found
