"""Which label each line of a page has: a linear model of the lines, then the best sequence.

The model gives every line a log-odds for every label (multinomial logistic regression on
:mod:`newshole.features`). Labels come in blocks and in order, so what a label gains or loses by
following another is added, and the sequence with the highest sum is taken (Viterbi, "Error bounds
for convolutional codes", IEEE Transactions on Information Theory 13, 1967). :mod:`newshole.train`
makes the model from annotated articles.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from newshole.evidence import Evidence
from newshole.features import FEATURES, features
from newshole.labels import NAMES

MODEL = Path(__file__).with_name("line_model.json")

_FEATURE_STEPS, _WEIGHT_STEPS = 256, 4096


class Weights(NamedTuple):
    """``lines`` has the shape (features, labels), ``transitions`` (labels, labels)."""

    lines: np.ndarray
    transitions: np.ndarray


class LineModel(NamedTuple):
    """Weights for pages with layout hints, and for bare text, where other things tell."""

    hinted: Weights
    bare: Weights


def label_lines(
    lines: Sequence[Evidence], blank_before: Sequence[bool], model: LineModel | None = None
) -> list[tuple[str, float]]:
    """(label name, confidence 0 to 1) for each line, in order.

    The confidence is the line's own, without its neighbours; it is not calibrated.
    """
    if not lines:
        return []
    known = model or load_model()
    weights = known.hinted if any(line.hint_block for line in lines) else known.bare
    # In steps of a power of two every product and sum is exact, so that no processor's way of
    # adding up shows in a confidence, and through it in a dataset's row digest.
    seen = _stepped(features(lines, blank_before), _FEATURE_STEPS)
    scores = seen @ weights.lines
    path = best_path(scores, weights.transitions)
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = odds[np.arange(len(lines)), path] / odds.sum(axis=1)
    return [(NAMES[label], float(share)) for label, share in zip(path, shares, strict=True)]


def best_path(scores: np.ndarray, transitions: np.ndarray) -> list[int]:
    """The sequence of labels whose scores and transitions sum up highest."""
    best = scores[0]
    back = np.zeros(scores.shape, dtype=np.intp)
    labels = np.arange(scores.shape[1])
    for at in range(1, len(scores)):
        options = best[:, None] + transitions
        back[at] = options.argmax(axis=0)
        best = options[back[at], labels] + scores[at]
    path = [int(best.argmax())]
    for at in range(len(scores) - 1, 0, -1):
        path.append(int(back[at, path[-1]]))
    return path[::-1]


def _stepped(values: np.ndarray, steps: int) -> np.ndarray:
    stepped: np.ndarray = np.round(values.astype(np.float64) * steps) / steps
    return stepped


@cache
def load_model(path: Path = MODEL) -> LineModel:
    """The model in the package, or another one. Raises ValueError for one of other features."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    if tuple(stored["features"]) != FEATURES or tuple(stored["labels"]) != NAMES:
        raise ValueError(f"{path} was trained on other features or labels; train it again")
    hinted, bare = (
        Weights(
            *(_stepped(np.array(stored[form][part]), _WEIGHT_STEPS) for part in Weights._fields)
        )
        for form in LineModel._fields
    )
    return LineModel(hinted, bare)
