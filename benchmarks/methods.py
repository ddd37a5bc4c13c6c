"""Ways to label lines, side by side: what is learned from, and what learns it.

Three families on the same folds of sites, with the same columns (:mod:`newshole.columns`) to see:
a linear-chain CRF (CRFsuite), gradient boosting (LightGBM) with the lines around and a Viterbi
decoder, and newshole's network. Then the network with less to learn from: without known bodies,
without snippets, without either. Scored are lines of annotated articles of unseen sites, and the
bodies and snippets of unseen pages, as the lines alone give them, before any cut.

    NEWSHOLE_PAGES=… python benchmarks/methods.py [--folds 3] [--only 1] [--methods crf …]
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
import pycrfsuite
from cases import ROOT, Case, cases, fold_of, others, site_fold, site_in, weak_others
from ours import COUNTED
from score import Row, body_figures, row_of, snippet_figures

from newshole.columns import COLUMNS, Lines, lines_of
from newshole.examples import Example, read_examples
from newshole.forms import line_names
from newshole.hint import TextLine
from newshole.label import label_lines
from newshole.labels import NAMES
from newshole.render import render
from newshole.row import BODY_LABELS
from newshole.train import train
from newshole.weak import WeakPage

Page = Sequence[TextLine]
Labeller = Callable[[Sequence[Page]], list[list[str]]]
# Pages → the label of each line with text.

SETS = ("pages", "wcxb", "eval")
_INDEX = {name: number for number, name in enumerate(NAMES)}
_AROUND = 2
_ROUNDS, _LEAVES, _RATE = 120, 15, 0.1
_CRF = {"c1": 0.3, "c2": 0.03, "max_iterations": 150, "feature.minfreq": 5}


class Fold(NamedTuple):
    """What may be learned, and what is unseen."""

    learned: list[Example]
    bodies: list[WeakPage]
    snippets: list[WeakPage]
    unseen: list[Example]
    cases: dict[str, list[Case]]


def fold(number: int, folds: int, examples: Sequence[Example], limit: int) -> Fold:
    held = {
        name: [one for one in cases(name, limit)[0] if fold_of(one, folds) == number]
        for name in SETS
    }
    unseen = [one for some in held.values() for one in some]
    own = [one for one in examples if site_fold(site_in(one), folds) == number]
    sites = {site_in(one) for one in own}
    learned = [one for one in others(examples, unseen) if site_in(one) not in sites]
    bodies, snippets = (
        [page for page in weak_others(examples, unseen, names) if page.site not in sites]
        for names in (("pages", "wcxb"), ("eval",))
    )
    return Fold(learned, bodies, snippets, own, held)


def network(learned: Sequence[Example], weak: Sequence[WeakPage], rounds: int = 1) -> Labeller:
    """The package's own."""
    model = train(learned, weak, calibrated=False, rounds=rounds).network

    def labels(pages: Sequence[Page]) -> list[list[str]]:
        return [[name for name, _ in page] for page in label_lines(pages, model)]

    return labels


def boosting(learned: Sequence[Example]) -> Labeller:
    """LightGBM over a line's columns, those of two lines on either side and the page's means; then
    the likeliest course of labels, by how often one follows another.
    """
    pages = [page for example in learned for page in both(example)]
    names = [line_names(example) for example in learned for _ in both(example)]
    lines = lines_of(pages)
    gold = np.array([_INDEX[name] for page in names for name in page])
    known = np.unique(gold)
    data = lightgbm.Dataset(around(lines), np.searchsorted(known, gold))
    settings = {
        **{"objective": "multiclass", "num_class": len(known), "learning_rate": _RATE},
        **{"num_leaves": _LEAVES, "feature_fraction": 0.2, "bagging_fraction": 0.6},
        **{"bagging_freq": 1, "min_data_in_leaf": 20, "verbosity": -1, "seed": 0},
        # Without these the leaves of rare labels outgrow all others after some rounds.
        **{"min_sum_hessian_in_leaf": 5.0, "lambda_l2": 5.0, "max_delta_step": 1.0},
    }
    model = lightgbm.train(settings, data, _ROUNDS)
    counts = np.full((len(NAMES), len(NAMES)), 0.1)
    for page in names:
        numbers = [_INDEX[name] for name in page]
        np.add.at(counts, (numbers[:-1], numbers[1:]), 1)
    following = np.log(counts / counts.sum(1, keepdims=True))[np.ix_(known, known)]
    prior = np.log(np.bincount(gold)[known] / len(gold))

    def labels(some: Sequence[Page]) -> list[list[str]]:
        found = lines_of(some)
        told = np.log(np.maximum(np.asarray(model.predict(around(found))), 1e-9))
        # The boosted trees see the lines around already, so the chain counts for half.
        return [
            [NAMES[known[label]] for label in viterbi(told[found.page == number], following, prior)]
            for number in range(len(some))
        ]

    return labels


def viterbi(told: np.ndarray, following: np.ndarray, prior: np.ndarray) -> list[int]:
    """The course of labels with the highest sum (Viterbi 1967)."""
    weight = 0.5
    score, back = told[0], []
    for row in told[1:]:
        course = score[:, None] + weight * (following - prior)
        back.append(course.argmax(0))
        score = course.max(0) + row
    found = [int(score.argmax())]
    for step in reversed(back):
        found.append(int(step[found[-1]]))
    return found[::-1]


def crf(learned: Sequence[Example]) -> Labeller:
    """CRFsuite over the columns that are not 0, as numbers, and each line's words."""
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(_CRF)
    for example in learned:
        for page in both(example):
            trainer.append(attributes(page), line_names(example))
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "crf")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)

    def labels(pages: Sequence[Page]) -> list[list[str]]:
        return [tagger.tag(attributes(page)) for page in pages]

    return labels


def attributes(page: Page) -> list[dict[str, float]]:
    lines = lines_of([page])
    found: list[dict[str, float]] = [
        {COLUMNS[at]: float(row[at]) / 64 for at in np.flatnonzero(row)} for row in lines.columns
    ]
    for token, at in zip(lines.tokens.tolist(), lines.token_line.tolist(), strict=True):
        found[at][f"word:{token}"] = 1.0
    for at, names in enumerate(lines.words):
        found[at] |= {f"name:{name}": 1.0 for name in names}
    return found


def around(lines: Lines) -> np.ndarray:
    """uint8 (lines, features)."""
    own = lines.columns
    blocks = [own]
    for step in (*range(-_AROUND, 0), *range(1, _AROUND + 1)):
        moved = np.roll(own, -step, axis=0)
        moved[np.roll(lines.page, -step) != lines.page] = 0
        blocks.append(moved)
    sizes = np.bincount(lines.page)
    means = np.stack([np.bincount(lines.page, column) for column in own.T], 1) / sizes[:, None]
    blocks.append(means.astype(np.uint8)[lines.page])
    return np.concatenate(blocks, axis=1)


def both(example: Example) -> list[Page]:
    """A page with its hints, and bare."""
    return [example.lines, bare(example.lines)]


def bare(page: Page) -> Page:
    return [TextLine(line.text) for line in page]


METHODS: dict[str, Callable[[Fold], Labeller]] = {
    "crf": lambda one: crf(one.learned),
    "boosting": lambda one: boosting(one.learned),
    "network, annotated articles alone": lambda one: network(one.learned, []),
    "network, and known bodies": lambda one: network(one.learned, one.bodies),
    "network, and snippets": lambda one: network(one.learned, one.snippets),
    "network, and both": lambda one: network(one.learned, [*one.bodies, *one.snippets]),
    "network, and both, read by it": lambda one: network(
        one.learned, [*one.bodies, *one.snippets], rounds=2
    ),
}


def figures(labels: Labeller, one: Fold) -> dict[str, Any]:
    """By form: right, all and F1's counts of lines; rows of the sets' scores."""
    found: dict[str, Any] = {}
    for form, shape in (("hints", list), ("bare", bare)):
        counts = np.zeros((len(NAMES), 3))
        names = labels([shape(example.lines) for example in one.unseen])
        for example, page in zip(one.unseen, names, strict=True):
            for gold, label in zip(line_names(example), page, strict=True):
                counts[_INDEX[gold], 1] += 1
                counts[_INDEX[label], 2] += 1
                counts[_INDEX[gold], 0] += gold == label
        rows: dict[str, list[list[float]]] = {}
        for name, some in one.cases.items():
            pages = [shape(render(case.page)) for case in some]
            rows[name] = [
                list(row(case, page, own, COUNTED.get(name, BODY_LABELS)))
                for case, page, own in zip(some, pages, labels(pages), strict=True)
            ]
        found[form] = {"lines": counts.tolist(), "rows": rows}
    return found


def row(case: Case, page: Page, names: Sequence[str], counted: Collection[str]) -> Row:
    texts = (line.text for line in page if line.text.strip())
    body = "\n".join(text for text, name in zip(texts, names, strict=True) if name in counted)
    return row_of(case.gold, body)


def summed_up(folds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for form in ("hints", "bare"):
        counts = np.sum([one[form]["lines"] for one in folds], axis=0)
        f1 = 2 * counts[:, 0] / np.maximum(1, counts[:, 1] + counts[:, 2])
        found[form] = {
            "right": round(float(counts[:, 0].sum() / counts[:, 1].sum()), 4),
            "macro": round(float(f1[counts[:, 1] > 0].mean()), 4),
        }
        for name in SETS:
            rows = np.array([row for one in folds for row in one[form]["rows"][name]]).sum(0)
            score = snippet_figures if name == "eval" else body_figures
            found[form][name] = round(float(score(rows)[2]), 4)
    found["seconds"] = round(sum(one["seconds"] for one in folds))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--only", type=int, help="the first so many folds alone")
    parser.add_argument("--methods", nargs="+", choices=list(METHODS), default=list(METHODS))
    parser.add_argument("--limit", type=int, default=0, help="pages of each set (default: all)")
    parser.add_argument("--json", type=Path, help="write the figures into this file, too")
    options = parser.parse_args()
    examples, _ = read_examples([ROOT / "corpus"])
    done: dict[str, list[dict[str, Any]]] = {name: [] for name in options.methods}
    only = options.only or options.folds
    sizes = []
    for number in range(only):
        one = fold(number, options.folds, examples, options.limit)
        sizes.append((len(one.learned), len(one.unseen)))
        for name in options.methods:
            start = time.monotonic()
            labels = METHODS[name](one)
            seconds = time.monotonic() - start
            done[name].append({**figures(labels, one), "seconds": seconds})
            print(f"fold {number + 1}: {name}, learned in {seconds:.0f} s", file=sys.stderr)
    found = {name: summed_up(folds) for name, folds in done.items()}
    if options.json:
        run = {"folds": options.folds, "only": only, "limit": options.limit, "methods": found}
        run["learned"] = round(sum(learned for learned, _ in sizes) / only)
        run["unseen"] = sum(unseen for _, unseen in sizes)
        options.json.write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
    print("method, form".ljust(46), "lines  macro  pages  wcxb   eval   s")
    for name, by_form in found.items():
        for form in ("hints", "bare"):
            scores = "  ".join(f"{value:.3f}" for value in by_form[form].values())
            print(f"{name}, {form}".ljust(46), scores, f" {by_form['seconds']}")


if __name__ == "__main__":
    main()
