"""The card of a trained network: what it learned from, and how it does on sites it has not seen."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import pairwise
from typing import NamedTuple

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
_TWICE = (
    " Learned twice, the second time with what the first network takes their lines for "
    "(`newshole.self_training`)."
)
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
        f"sha256 of texts and labels `{digest(examples)}`. Learned as they are, as scrapers leave "
        "them (`newshole.forms`) and dealt anew from blocks of one another (`newshole.mixed`).",
        f"- {len(weak)} pages of which only the body's text or some snippets are known, "
        f"{sum(int((page.weight > 0).sum()) for page in weak)} lines that they tell something of; "
        f"each counts as {WEAK_WEIGHT:.2f} of an annotated line. None of a site in the test split."
        + (_TWICE if weak else ""),
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
    stretches = {name: _stretches(trained, pages) for name, pages in forms.items()}
    tables = {name: _by_label(found) for name, found in stretches.items()}
    rows = [
        f"| {name} | "
        + " | ".join(
            f"{tables[form][name][0]:.2f}" if tables[form][name][1] else "–" for form in forms
        )
        + f" | {tables['bare'][name][1]} |"
        for name in NAMES
    ]
    said = [
        f"{len(forms[name])} pages {name}: {_right(found):.3f} of characters labelled right, "
        f"calibration error {_calibration_error(found):.3f}"
        for name, found in stretches.items()
    ]
    return "\n".join(
        [
            "; ".join(said) + ". F1 over characters:\n",
            "| label | with hints | bare | characters |",
            "|---|--:|--:|--:|",
            *rows,
            "\nCharacters labelled right, by language and by where the pages are from:\n",
            "| pages | with hints | bare | pages |",
            "|---|--:|--:|--:|",
            *_groups(stretches),
            "",
        ]
    )


class _Stretch(NamedTuple):
    """Text with one label on either side. ``groups``: its page's language and origin."""

    groups: tuple[str, str]
    page: int
    gold: str
    found: str
    size: int
    confidence: float


def _stretches(trained: Trained, pages: Sequence[Example]) -> list[_Stretch]:
    rows = []
    articles = annotate_pages([page.lines for page in pages], network=trained.network)
    for number, (page, article) in enumerate(zip(pages, articles, strict=True)):
        header = page.article.header
        is_linked = header.get("licence") == "by-reference"
        groups = (
            header.get("language", "und").partition("-")[0],
            "linked pages" if is_linked else "originals",
        )
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
                    _Stretch(
                        groups,
                        number,
                        join_name(one.label, one.kind),
                        join_name(other.label, other.kind),
                        end - start,
                        other.confidence or 0.0,
                    )
                )
    return rows


def _by_label(stretches: Sequence[_Stretch]) -> dict[str, tuple[float, int]]:
    both = dict.fromkeys(NAMES, 0)
    gold, found = dict(both), dict(both)
    for one in stretches:
        gold[one.gold] += one.size
        found[one.found] += one.size
        both[one.gold] += one.size if one.gold == one.found else 0
    return {name: (2 * both[name] / max(1, gold[name] + found[name]), gold[name]) for name in NAMES}


def _groups(stretches: Mapping[str, Sequence[_Stretch]]) -> Iterator[str]:
    """A row for each language and each origin, those of most pages first."""
    bare = stretches["bare"]
    pages = {
        group: len({one.page for one in bare if group in one.groups})
        for group in {group for one in bare for group in one.groups}
    }
    for group, count in sorted(pages.items(), key=lambda pair: (-pair[1], pair[0])):
        shares = []
        for found in stretches.values():
            own = [one for one in found if group in one.groups]
            shares.append(f"{_right(own):.2f}" if own else "–")
        yield f"| {group} | {' | '.join(shares)} | {count} |"


def _right(stretches: Sequence[_Stretch]) -> float:
    right = sum(one.size for one in stretches if one.gold == one.found)
    return right / max(1, sum(one.size for one in stretches))


def _calibration_error(stretches: Sequence[_Stretch]) -> float:
    right = np.array([one.gold == one.found for one in stretches], float)
    said = np.array([one.confidence for one in stretches])
    bins = np.minimum((said * _BINS).astype(int), _BINS - 1)
    return float(
        sum(
            (bins == number).mean()
            * abs(right[bins == number].mean() - said[bins == number].mean())
            for number in set(bins.tolist())
        )
    )
