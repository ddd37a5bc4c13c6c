"""The body of our gold against the bodies that others made of the same pages.

An independent check: 4-word-shingle F1 of each linked page that has a known body, and for each
below 0.97 the reason, as somebody who looked at both found it (known_bodies.csv).

    NEWSHOLE_PAGES=… python benchmarks/known_bodies.py
"""

import csv
from pathlib import Path

from ours import text_of
from pages import records

from newshole.examples import read_examples
from newshole.measure import shingle_scores

ROOT = Path(__file__).parents[1]
ENOUGH = 0.97


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


if __name__ == "__main__":
    main()
