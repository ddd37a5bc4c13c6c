"""The body of our gold against the bodies that others made of the same pages.

An independent check: 4-word-shingle F1 of each linked page that has a known body, and for each
below 0.97 the reason, as somebody who looked at both found it (known_bodies.csv). And what the
makers of each set count as body: how our gold fits their bodies and snippets when one more of our
labels, or one less, is counted; pages of the train and validation splits alone.

    NEWSHOLE_PAGES=… python benchmarks/known_bodies.py
"""

import csv
from pathlib import Path

import numpy as np
from cases import cases
from ours import text_of
from pages import records
from score import figures_for, row_of

from newshole.examples import read_examples
from newshole.measure import shingle_scores
from newshole.row import BODY_LABELS

ROOT = Path(__file__).parents[1]
ENOUGH = 0.97
OTHERS = ("standfirst", "pullquote", "embed", "note", "caption", "headline", "kicker", "byline")


def main() -> None:
    known = {
        page["html_sha256"]: page["body"] for name in ("pages", "wcxb") for page in records(name)
    }
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
        reasons = {row["id"]: row["reason"] for row in csv.DictReader(lines)}
    examples, _ = read_examples([ROOT / "corpus" / "linked"])
    found = {
        example.article.header["id"]: shingle_scores(
            known[example.article.header["page"]], text_of(example.article)
        )[2]
        for example in examples
        if example.article.header["page"] in known
    }
    print(f"{len(found)} pages, mean F1 {sum(found.values()) / len(found):.3f}\n")
    print("| page | F1 | reason |")
    print("|---|--:|---|")
    for article_id, f1 in sorted(found.items(), key=lambda pair: pair[1]):
        if f1 < ENOUGH:
            print(f"| {article_id} | {f1:.3f} | {reasons.get(article_id, 'not looked at yet')} |")
    print()
    print(counted())


def counted() -> str:
    """Markdown: F1 of our gold against each set, by the labels that are counted."""
    examples, _ = read_examples([ROOT / "corpus"], splits=("train", "validation"))
    by_page = {
        example.article.header["page"]: example.article
        for example in examples
        if "page" in example.article.header
    }
    ways = {
        ", ".join(BODY_LABELS): set(BODY_LABELS),
        "less subheading": set(BODY_LABELS) - {"subheading"},
        **{f"and {name}": {*BODY_LABELS, name} for name in OTHERS},
    }
    sets = {
        name: [(case, by_page[case.sha256]) for case in cases(name)[0] if case.sha256 in by_page]
        for name in ("pages", "wcxb", "eval")
    }
    heads = " | ".join(f"`{name}`, {len(pairs)} pages" for name, pairs in sets.items())
    lines = [f"| labels counted | {heads} |", "|---|--:|--:|--:|"]
    for way, labels in ways.items():
        scores = []
        for pairs in sets.values():
            sums = np.sum(
                [row_of(case.gold, text_of(article, labels)) for case, article in pairs], 0
            )
            figures = figures_for(pairs[0][0].gold)
            scores.append(f"{figures(sums)[2]:.3f}")
        lines.append(f"| {way} | {' | '.join(scores)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
