"""Annotated articles → the line model that :mod:`newshole.label` applies.

Needs scikit-learn (``pip install newshole[train]``). Each article is learned in the forms in which
pages come: with layout hints, as bare text, and as bare text cut down to what a scraper leaves.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from newshole.annotate import blanks
from newshole.article import Line, Segment
from newshole.evidence import gather
from newshole.examples import Example
from newshole.features import FEATURES, features
from newshole.hint import TextLine
from newshole.label import LineModel, Weights
from newshole.labels import NAMES
from newshole.lexicon import lexicon

REGULARISATION = 0.3
"""Inverse strength of the penalty on weights; chosen on sites held out."""

TRANSITION_WEIGHT = 0.3
"""How much of a transition's log-odds counts; chosen on sites held out."""

_DECIMALS = 3
_IMPOSSIBLE = -30.0
_INDEX = {name: number for number, name in enumerate(NAMES)}
_LEFT_ABOVE = 3
_LEFT_BELOW = 12


_Learned = tuple[np.ndarray, np.ndarray]
# Features of lines, and the numbers of their labels.


def forms(example: Example) -> list[Example]:
    """The example as it is; if it has hints, without them, too; and as a scraper leaves it."""
    bare = Example([TextLine(line.text) for line in example.lines], example.article)
    hinted = any(line.hint for line in example.lines)
    return [*([example] if hinted else []), bare, _scraped(bare)]


def train(examples: Iterable[Example]) -> LineModel:
    """Learn the line model. The same examples in the same order give the same model."""
    hinted: list[_Learned] = []
    bare: list[_Learned] = []
    for example in examples:
        for form in forms(example):
            (hinted if any(line.hint for line in form.lines) else bare).append(_learned(form))
    return LineModel(_fitted(hinted), _fitted(bare))


def _fitted(learned: Sequence[_Learned]) -> Weights:
    from sklearn.linear_model import LogisticRegression

    matrix = np.vstack([rows for rows, _ in learned])
    labels = np.concatenate([found for _, found in learned])
    fitted = LogisticRegression(C=REGULARISATION, fit_intercept=False, max_iter=150).fit(
        matrix, labels
    )
    # A label that no example shows is as good as impossible.
    weights = np.zeros((len(FEATURES), len(NAMES)), dtype=np.float32)
    weights[FEATURES.index("constant")] = _IMPOSSIBLE
    weights[:, fitted.classes_] = fitted.coef_.T
    pairs = Counter(pair for _, found in learned for pair in pairwise(found.tolist()))
    return Weights(weights.round(_DECIMALS), _transitions(pairs).round(_DECIMALS))


def save_model(model: LineModel, examples: Sequence[Example], path: Path) -> None:
    """Write the model with what it was made from: number of articles and lines, and a digest."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update((example.article.text or "").encode())
    stored = {
        "$comment": "Made by newshole.train; apply with newshole.label.",
        "articles": len(examples),
        "lines": sum(len(example.lines) for example in examples),
        "texts_sha256": digest.hexdigest(),
        "labels": NAMES,
        "features": FEATURES,
        **{
            form: {part: _short(matrix) for part, matrix in weights._asdict().items()}
            for form, weights in model._asdict().items()
        },
    }
    rows = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in stored.items()]
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


def _short(matrix: np.ndarray) -> list[list[float]]:
    return [[round(float(value), _DECIMALS) for value in row] for row in matrix]


def _learned(example: Example) -> _Learned:
    evidence = [gather(line) for line in example.lines if line.text.strip()]
    names = [_line_name(line) for line in example.article.lines if not isinstance(line, str)]
    if len(evidence) != len(names):
        raise ValueError(f"{len(names)} lines are labelled, {len(evidence)} hold text")
    return features(evidence, blanks(example.lines)), np.array([_INDEX[name] for name in names])


def _line_name(line: Line) -> str:
    """The label of the line as a whole: that of most of its characters; a dateline's is body."""
    lengths: Counter[str] = Counter()
    for segment in () if isinstance(line, str) else line:
        name = "body" if segment.name == "dateline" and len(line) > 1 else segment.name
        lengths[name] += len(segment.text)
    return lengths.most_common(1)[0][0]


def _scraped(bare: Example) -> Example:
    """Few lines above the headline and below the story, and what aggregators add.

    Counters and a logo's alternative text under the headline, a pointer back at the end. How much
    is left and added differs from article to article, and is the same at each run.
    """
    names = ["" if isinstance(line, str) else line[0].name for line in bare.article.lines]
    story = [at for at, name in enumerate(names) if name in ("body", "dateline")]
    heads = [at for at, name in enumerate(names) if name == "headline"]
    if not story or not heads:
        return bare
    seed = hashlib.sha256((bare.article.text or "").encode()).digest()
    head = heads[0] + 1
    first = max(0, heads[0] - seed[0] % (_LEFT_ABOVE + 1))
    last = max(story[-1] + 1, head) + seed[1] % (_LEFT_BELOW + 1)
    site = bare.article.header.get("id", "paper").partition(".")[0]
    logos = (f"logo-{site}", f"{site}_logo", f"{site} logo", f"{site}-logo-white")
    counters = [str(number % (10 ** (1 + number % 3))) for number in seed[2 : 2 + seed[3] % 4]]
    below = [("boilerplate/engagement", text) for text in counters]
    if seed[4] % 2:
        below.insert(seed[5] % (len(below) + 1), ("source", logos[seed[6] % len(logos)]))
    pointers = _pointers()
    end = [("boilerplate/aggregator", pointers[int.from_bytes(seed[8:12]) % len(pointers)])]
    lines = list(bare.article.lines)
    kept = [*lines[first:head], *_added(below), *lines[head:last], *_added(end[: seed[7] % 2])]
    texts = (
        line if isinstance(line, str) else "".join(segment.text for segment in line)
        for line in kept
    )
    return Example([TextLine(text) for text in texts], replace(bare.article, lines=tuple(kept)))


def _added(pairs: Sequence[tuple[str, str]]) -> list[Line]:
    return [(Segment(name, text),) for name, text in pairs]


@cache
def _pointers() -> list[str]:
    """Every "Source link" and its like that the lexicon knows, in all languages."""
    places = lexicon()["labels"]["boilerplate/aggregator"]["whole"]
    return sorted(
        phrase.capitalize()
        for language, phrases in places.items()
        if language != "$comment"
        for phrase in phrases
    )


def _transitions(pairs: Counter[tuple[int, int]]) -> np.ndarray:
    counts = np.ones((len(NAMES), len(NAMES))) / len(NAMES)
    for (before, after), count in pairs.items():
        counts[before, after] += count
    given = counts / counts.sum(axis=1, keepdims=True)
    alone = counts.sum(axis=0) / counts.sum()
    odds: np.ndarray = TRANSITION_WEIGHT * np.log(given / alone)
    return odds.astype(np.float32)
