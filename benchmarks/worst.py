"""The pages of the corpus's test split with which the annotator does worst.

    NEWSHOLE_PAGES=… python benchmarks/worst.py [NUMBER]

Worst are those with most characters under a wrong label. The table is for docs/where-it-fails.md.
"""

import sys
from pathlib import Path

import numpy as np

from newshole.annotate import annotate_pages
from newshole.examples import read_examples
from newshole.measure import TITLES, measure, ratios
from newshole.row import body_text

ROOT = Path(__file__).parents[1]


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    examples, _ = read_examples([ROOT / "corpus"], splits=("test",))
    rows = []
    articles = annotate_pages([example.lines for example in examples])
    for example, article in zip(examples, articles, strict=True):
        text = example.article.text or ""
        gold, found = example.article.spans, article.spans
        one = measure(text, gold, found, (body_text(text, gold), body_text(text, found)))
        right = np.trace(one.confusion[0]) / one.confusion[0].sum()
        f1 = ratios(one.body[0])[2]
        changed, lines = one.lines.tolist()
        header = example.article.header
        cells = [f"{f1:.2f}", f"{right:.2f}", f"{changed} of {lines}", confused(one.confusion[0])]
        rows.append((right, f"| {header['id']} | {header['language']} | {' | '.join(cells)} |"))
    print("| page | language | body F1 | characters right | lines to change | taken for another |")
    print("|---|---|--:|--:|--:|---|")
    print("\n".join(line for _, line in sorted(rows)[:number]))


def confused(table: np.ndarray) -> str:
    """The two commonest confusions, by characters: what it is, and what it was taken for."""
    wrong = table * (1 - np.eye(len(table), dtype=table.dtype))
    order = np.argsort(-wrong, axis=None, kind="stable")[:2]
    places = zip(*np.unravel_index(order, wrong.shape), strict=True)
    return ", ".join(
        f"{TITLES[gold]} for {TITLES[found]} ({wrong[gold, found]})"
        for gold, found in places
        if wrong[gold, found]
    )


if __name__ == "__main__":
    main()
