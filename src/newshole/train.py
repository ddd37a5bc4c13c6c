"""Annotated articles → the line model that :mod:`newshole.label` applies.

Needs scikit-learn (``pip install newshole[train]``). Each article is learned in the forms in which
pages come: with layout hints, as bare text, and as bare text cut down to what a scraper leaves.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from newshole.annotate import blanks
from newshole.article import Article, Line
from newshole.evidence import gather
from newshole.features import FEATURES, features
from newshole.label import LineModel
from newshole.labels import NAMES
from newshole.render import TextLine

REGULARISATION = 1.0
"""Inverse strength of the penalty on weights; chosen by site-wise cross-validation."""

TRANSITION_WEIGHT = 0.5
"""How much of a transition's log-odds counts; chosen by site-wise cross-validation."""

_DECIMALS = 3
_INDEX = {name: number for number, name in enumerate(NAMES)}
_LEFT_ABOVE = 3
_LEFT_BELOW = 12


class Example(NamedTuple):
    """An article whose lines of text are ``lines``, with layout hints or without."""

    lines: Sequence[TextLine]
    article: Article


def forms(example: Example) -> list[Example]:
    """The example as it is; if it has hints, without them, too; and as a scraper leaves it."""
    bare = Example([TextLine(line.text) for line in example.lines], example.article)
    hinted = any(line.hint for line in example.lines)
    return [*([example] if hinted else []), bare, _scraped(bare)]


def train(examples: Iterable[Example]) -> LineModel:
    """Learn the line model. The same examples in the same order give the same model."""
    from sklearn.linear_model import LogisticRegression

    rows, labels, pairs = [], [], Counter[tuple[int, int]]()
    for example in examples:
        matrix, found = _learned(example)
        rows.append(matrix)
        labels.append(found)
        pairs.update(zip(found[:-1].tolist(), found[1:].tolist(), strict=True))
    matrix, found = np.vstack(rows), np.concatenate(labels)
    fitted = LogisticRegression(C=REGULARISATION, fit_intercept=False, max_iter=300).fit(
        matrix, found
    )
    # A label that no example shows is as good as impossible.
    weights = np.zeros((len(FEATURES), len(NAMES)), dtype=np.float32)
    weights[FEATURES.index("constant")] = -30.0
    weights[:, fitted.classes_] = fitted.coef_.T
    return LineModel(weights.round(_DECIMALS), _transitions(pairs).round(_DECIMALS))


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
        "transitions": _short(model.transitions),
        "weights": _short(model.weights),
    }
    rows = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in stored.items()]
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


def _short(matrix: np.ndarray) -> list[list[float]]:
    return [[round(float(value), _DECIMALS) for value in row] for row in matrix]


def _learned(example: Example) -> tuple[np.ndarray, np.ndarray]:
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
    """Few lines above the headline and below the story, as scrapers leave them."""
    names = ["" if isinstance(line, str) else line[0].name for line in bare.article.lines]
    story = [at for at, name in enumerate(names) if name in ("body", "dateline")]
    heads = [at for at, name in enumerate(names) if name == "headline"]
    if not story or not heads:
        return bare
    # How much is left differs from article to article, and is the same at each run.
    seed = hashlib.sha256((bare.article.text or "").encode()).digest()
    first = max(0, heads[0] - seed[0] % (_LEFT_ABOVE + 1))
    last = story[-1] + 1 + seed[1] % (_LEFT_BELOW + 1)
    return Example(
        list(bare.lines[first:last]),
        replace(bare.article, lines=bare.article.lines[first:last]),
    )


def _transitions(pairs: Counter[tuple[int, int]]) -> np.ndarray:
    counts = np.ones((len(NAMES), len(NAMES))) / len(NAMES)
    for (before, after), count in pairs.items():
        counts[before, after] += count
    given = counts / counts.sum(axis=1, keepdims=True)
    alone = counts.sum(axis=0) / counts.sum()
    odds: np.ndarray = TRANSITION_WEIGHT * np.log(given / alone)
    return odds.astype(np.float32)
