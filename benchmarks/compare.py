"""newshole beside other extractors of body text: the same pages, one process, in turns.

For pages of others newshole's model is trained anew for each fold of sites, on articles and
known bodies of other sites alone; for the corpus's own test split it is the package's, which has
not seen that split.

    NEWSHOLE_PAGES=… python benchmarks/compare.py [--sets test pages] [--limit N] [--json FILE]
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import ours
from cases import ROOT, SETS, TEST, Case, cases, fold_of, others, weak_others
from machine import machine, versions
from peers import peers
from score import Snippets, f1_intervals, figures_for, row_of
from threadpoolctl import threadpool_limits
from turns import Extractor, Taken, take_turns

from newshole.examples import read_examples
from newshole.locate import page_folders
from newshole.network import Network
from newshole.row import BODY_LABELS

WEAK = ("pages", "wcxb", "eval")
"""Sets whose known bodies and snippets teach, too."""

OURS, REFERENCE = "newshole", "trafilatura"
"""Whose F1 the others' is taken from; whose speed theirs is divided by."""

Rounds = list[tuple[list[Case], dict[str, Taken]]]
# Pages of a set, fold by fold, and what each extractor did with them.


def measured(
    held: dict[str, list[Case]], turns: int, folds: int
) -> tuple[dict[str, Rounds], int, list[str]]:
    """What extractors did with each set, and from how many articles a fold's model could learn."""
    rounds: dict[str, Rounds] = {name: [] for name in held}
    theirs = peers()
    if TEST in held:
        run(None, theirs, {TEST: held[TEST]}, turns, rounds)
    foreign = {name: held[name] for name in held if name != TEST}
    if not foreign:
        return rounds, 0, []
    examples, left = read_examples([ROOT / "corpus"])
    for fold in range(folds):
        folded = {
            name: [case for case in some if fold_of(case, folds) == fold]
            for name, some in foreign.items()
        }
        unseen = [case for some in folded.values() for case in some]
        learned = others(examples, unseen)
        weak = weak_others(examples, unseen, WEAK)
        say(
            f"fold {fold + 1} of {folds}: a model from {len(learned)} of {len(examples)} articles "
            f"and {len(weak)} pages with a known body"
        )
        run(ours.trained(learned, weak), theirs, folded, turns, rounds)
    return rounds, len(examples), left


def run(
    model: Network | None,
    theirs: Sequence[Extractor],
    folded: dict[str, list[Case]],
    turns: int,
    rounds: dict[str, Rounds],
) -> None:
    for name, some in folded.items():
        start = time.monotonic()
        extractors = [*ours.extractors(model, ours.COUNTED.get(name, BODY_LABELS)), *theirs]
        # A second thread of BLAS would count as CPU, and brings nothing on a page's few lines.
        with threadpool_limits(1):
            taken = take_turns(extractors, [case.page for case in some], turns)
        say(f"{name}: {len(some)} pages in {time.monotonic() - start:.0f} s")
        rounds[name].append((some, taken))


def figures_of(rounds: Rounds) -> dict[str, Any]:
    """Of one set: pages, sites, and for each extractor its scores, intervals, speed and errors."""
    of = [case for some, _ in rounds for case in some]
    names = list(rounds[0][1])
    rows = np.array(
        [
            [
                row_of(case.gold, text)
                for some, taken in rounds
                for case, text in zip(some, taken[name].texts, strict=True)
            ]
            for name in names
        ]
    )
    figures = figures_for(of[0].gold)
    whole = figures(rows.sum(axis=1))
    first = names.index(OURS)
    f1, ahead = f1_intervals(rows, [case.site for case in of], figures, first)
    seconds = {name: seconds_of(rounds, name) for name in names}
    return {
        "pages": len(of),
        "sites": len({case.site for case in of}),
        "measure": "snippets" if isinstance(of[0].gold, Snippets) else "bodies",
        "extractors": {
            name: {
                **dict(zip(("precision", "recall", "f1"), rounded(whole[at]), strict=True)),
                "f1_interval": rounded(f1[at]),
                "f1_behind": rounded([whole[first, 2] - whole[at, 2]])[0],
                "f1_behind_interval": rounded(ahead[at]),
                "seconds": [round(one, 3) for one in seconds[name]],
                **speed(len(of), seconds[name], seconds[REFERENCE]),
                "errors": errors_of(rounds, name),
                "slowest": round(max(taken[name].slowest for _, taken in rounds), 3),
            }
            for at, name in enumerate(names)
        },
    }


def seconds_of(rounds: Rounds, name: str) -> list[float]:
    """Seconds of CPU in each turn."""
    return [sum(some) for some in zip(*(taken[name].seconds for _, taken in rounds), strict=True)]


def errors_of(rounds: Rounds, name: str) -> dict[str, int]:
    errors: dict[str, int] = {}
    for _, taken in rounds:
        for error, number in taken[name].errors.items():
            errors[error] = errors.get(error, 0) + number
    return errors


def speed(pages: int, seconds: Sequence[float], reference: Sequence[float]) -> dict[str, float]:
    """Medians over the turns."""
    ratios = [theirs / own for own, theirs in zip(seconds, reference, strict=True)]
    return {
        "pages_a_second": round(pages / statistics.median(seconds), 2),
        "speed": round(statistics.median(ratios), 3),
    }


def together(sets: dict[str, Any]) -> dict[str, dict[str, float]]:
    """The speed of each extractor over all sets."""
    pages = sum(one["pages"] for one in sets.values())
    seconds = {
        name: [
            sum(some)
            for some in zip(
                *(one["extractors"][name]["seconds"] for one in sets.values()), strict=True
            )
        ]
        for name in next(iter(sets.values()))["extractors"]
    }
    return {name: speed(pages, seconds[name], seconds[REFERENCE]) for name in seconds}


def rounded(values: Sequence[float] | np.ndarray) -> list[float]:
    return [round(float(value), 4) for value in values]


def say(word: str) -> None:
    print(word, file=sys.stderr, flush=True)


def table(one: dict[str, Any]) -> str:
    """A set's figures for the terminal; docs/comparison.py makes those of the documents."""
    lines = [f"{'':46}precision  recall  F1     95 %          speed  errors"]
    for name, got in one["extractors"].items():
        low, high = got["f1_interval"]
        lines.append(
            f"{name:46}{got['precision']:.3f}      {got['recall']:.3f}   {got['f1']:.3f}  "
            f"{low:.3f}-{high:.3f}  {got['speed']:6.2f}  {sum(got['errors'].values())}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS), metavar="SET")
    parser.add_argument("--limit", type=int, default=0, help="pages of each set (default: all)")
    parser.add_argument("--turns", type=int, default=3, help="times that each page is extracted")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the figures into this file, too")
    options = parser.parse_args()
    try:
        folders = page_folders()
    except NotADirectoryError as error:
        sys.exit(str(error))
    if not folders:
        sys.exit(
            "NEWSHOLE_PAGES is not set; it names a folder with pages/, wcxb/ and eval/ in it, each "
            "a pages.jsonl and its html/"
        )
    read = {name: cases(name, options.limit) for name in options.sets}
    for name, (some, missing) in read.items():
        say(f"{name}: {len(some)} pages" + (f", {missing} more without HTML" if missing else ""))
    held = {name: some for name, (some, _) in read.items()}
    rounds, articles, left = measured(held, options.turns, options.folds)
    for reason in left:
        say(f"not learned from: {reason}")
    sets = {name: figures_of(some) for name, some in rounds.items()}
    whole = {
        "machine": machine(),
        "versions": versions(),
        "limit": options.limit,
        "turns": options.turns,
        "folds": options.folds,
        "articles": articles,
        "sets": sets,
        "together": together(sets),
    }
    for key, value in whole["machine"].items():
        print(f"{key}: {value}")
    for name, one in sets.items():
        print(f"\n{name}: {one['pages']} pages, {one['sites']} sites, {one['measure']}\n")
        print(table(one))
    if options.json:
        options.json.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
