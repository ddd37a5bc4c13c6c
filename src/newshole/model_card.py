"""The card of a trained network: what it learned from, and how it does on sites it has not seen."""

from collections.abc import Sequence
from importlib.metadata import version
from itertools import pairwise

import numpy as np

from newshole.annotate import annotate_pages
from newshole.examples import Example
from newshole.hint import TextLine
from newshole.label import confidence
from newshole.labels import NAMES, join_name
from newshole.learn import Plan
from newshole.train import WEAK_WEIGHT, Trained, digest
from newshole.weak import WeakPage

_BINS = 10
_LIBRARIES = ("newshole", "numpy", "jax", "optax")


def model_card(
    trained: Trained,
    examples: Sequence[Example],
    weak: Sequence[WeakPage],
    tests: Sequence[Example],
    *,
    epochs: int | None,
    seed: int,
) -> str:
    """Markdown. ``tests`` are annotated articles of sites that are in none of the others.

    ``epochs`` and ``seed`` are those of :func:`newshole.train.train`.
    """
    network = trained.network
    lines = sum(len(example.lines) for example in examples)
    plan = Plan(seed=seed)
    plan = plan._replace(epochs=epochs or plan.epochs)
    parts = [
        "# Model card: the line model\n",
        "Which label each line of a news page has, one of "
        f"{len(NAMES)}. Made by `newshole train`; applied by `newshole.annotate`, which then cuts "
        "lines by rules of form. What it is: `newshole.network`; what it sees: "
        "`newshole.columns`; how it learns: `newshole.learn`.\n",
        "## Learned from\n",
        f"- {len(examples)} annotated articles (train and validation splits), {lines} lines; "
        f"sha256 of texts and labels `{digest(examples)}`.",
        f"- {len(weak)} pages of which only the body's text or some snippets are known, "
        f"{sum(int((page.weight > 0).sum()) for page in weak)} lines that they tell something of; "
        f"each counts as {WEAK_WEIGHT:.2f} of an annotated line. None of a site in the test split.",
        f"- {len(network.vocabulary)} words, {len(network.line_hashes)} whole lines and "
        f"{len(network.names)} names in markup, those that many sites share.",
        f"- {plan}; {', '.join(f'{name} {version(name)}' for name in _LIBRARIES)}.\n",
        "## Confidence\n",
        _reliability(trained),
    ]
    if tests:
        parts += ["## On sites of the test split\n", _scores(trained, tests)]
    parts += [
        "## Limits\n",
        "Sites in English are most of what it learned from; in scripts and languages that the "
        "corpus shows rarely it knows shapes and places more than words. Kinds of boilerplate "
        "with few lines in the corpus are the least sure. It looks at the first 200 and the last "
        "60 characters of a line.\n",
    ]
    return "\n".join(parts)


def _reliability(trained: Trained) -> str:
    margin, label, found = trained.lines.T
    said = confidence(trained.network, margin.astype(np.float32))
    right = label == found
    bins = np.minimum((said * _BINS).astype(int), _BINS - 1)
    rows, error = [], 0.0
    for number in range(_BINS):
        inside = bins == number
        if inside.any():
            share, mean = right[inside].mean(), said[inside].mean()
            error += inside.mean() * abs(share - mean)
            rows.append(f"| {mean:.2f} | {share:.2f} | {int(inside.sum())} |")
    return "\n".join(
        [
            "Of the lines of every sixth site, held out while the margins were weighed (the "
            "confidences are made from these same lines, so this shows the fit):\n",
            "| confidence | right | lines |",
            "|--:|--:|--:|",
            *rows,
            f"\nExpected calibration error {error:.3f}.\n",
        ]
    )


def _scores(trained: Trained, tests: Sequence[Example]) -> str:
    forms = {
        "with hints": [one for one in tests if any(line.hint for line in one.lines)],
        "bare": [
            Example([TextLine(line.text) for line in one.lines], one.article) for one in tests
        ],
    }
    tables = {name: _by_label(trained, pages) for name, pages in forms.items()}
    rows = [
        f"| {name} | "
        + " | ".join(
            f"{tables[form][name][0]:.2f}" if tables[form][name][1] else "–" for form in forms
        )
        + f" | {tables['bare'][name][1]} |"
        for name in NAMES
    ]
    said = [
        f"{len(pages)} pages {name}: {_exact(trained, pages):.3f} of characters labelled right, "
        f"calibration error {_calibration_error(trained, pages):.3f}"
        for name, pages in forms.items()
    ]
    return "\n".join(
        [
            "; ".join(said) + ". F1 over characters:\n",
            "| label | with hints | bare | characters |",
            "|---|--:|--:|--:|",
            *rows,
            "",
        ]
    )


def _pairs(trained: Trained, pages: Sequence[Example]) -> list[tuple[str, str, int, float]]:
    """(gold, found, characters, confidence) of each stretch with one label on either side."""
    rows = []
    articles = annotate_pages([page.lines for page in pages], network=trained.network)
    for page, article in zip(pages, articles, strict=True):
        gold, found = list(page.article.spans), list(article.spans)
        bounds = sorted({at for span in (*gold, *found) for at in (span.start, span.end)})
        for start, end in pairwise(bounds):
            while gold and gold[0].end <= start:
                gold.pop(0)
            while found and found[0].end <= start:
                found.pop(0)
            if gold and found and gold[0].start <= start and found[0].start <= start:
                one, other = gold[0], found[0]
                rows.append(
                    (
                        join_name(one.label, one.kind),
                        join_name(other.label, other.kind),
                        end - start,
                        other.confidence or 0.0,
                    )
                )
    return rows


def _by_label(trained: Trained, pages: Sequence[Example]) -> dict[str, tuple[float, int]]:
    both = dict.fromkeys(NAMES, 0)
    gold, found = dict(both), dict(both)
    for one, other, size, _ in _pairs(trained, pages):
        gold[one] += size
        found[other] += size
        both[one] += size if one == other else 0
    return {name: (2 * both[name] / max(1, gold[name] + found[name]), gold[name]) for name in NAMES}


def _exact(trained: Trained, pages: Sequence[Example]) -> float:
    pairs = _pairs(trained, pages)
    right = sum(size for one, other, size, _ in pairs if one == other)
    return right / max(1, sum(size for *_, size, _ in pairs))


def _calibration_error(trained: Trained, pages: Sequence[Example]) -> float:
    pairs = _pairs(trained, pages)
    right = np.array([one == other for one, other, *_ in pairs], float)
    said = np.array([confidence for *_, confidence in pairs])
    bins = np.minimum((said * _BINS).astype(int), _BINS - 1)
    return float(
        sum(
            (bins == number).mean()
            * abs(right[bins == number].mean() - said[bins == number].mean())
            for number in set(bins.tolist())
        )
    )
