"""Exact spans of the annotator on pages that aggregators copied, none of them learned from.

The ten pages in tests/cases/valid/kin-*.txt, and, where NEWSHOLE_PAGES has it, the sample that the
project began with.

    NEWSHOLE_PAGES=… python benchmarks/spans.py
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from newshole.annotate import annotate
from newshole.corpus import read_article

ROOT = Path(__file__).parents[1]

Span = tuple[int, int, str, str | None]


def gold() -> Iterator[tuple[str, str, set[Span]]]:
    """(name, text, spans) of each page."""
    for folder in os.environ.get("NEWSHOLE_PAGES", "").split(os.pathsep):
        text = Path(folder) / "samples" / "nato-iraq.txt"
        if folder and text.is_file():
            expected = json.loads(text.with_suffix(".expected.json").read_text(encoding="utf-8"))
            spans = {(s["start"], s["end"], s["label"], s["kind"]) for s in expected}
            yield "the sample", text.read_text(encoding="utf-8"), spans
    for path in sorted((ROOT / "tests" / "cases" / "valid").glob("kin-*.txt")):
        article = read_article(path)
        yield (
            path.stem,
            article.text or "",
            {(s.start, s.end, s.label, s.kind) for s in article.spans},
        )


def main() -> None:
    print("| page | spans | exact | found in all | characters |")
    print("|---|--:|--:|--:|--:|")
    right = wanted = given = 0
    for name, text, spans in gold():
        found = {(s.start, s.end, s.label, s.kind) for s in annotate(text).spans}
        same = len(spans & found)
        characters = labels(found).items() & labels(spans).items()
        share = len(characters) / len(labels(spans))
        print(f"| {name} | {len(spans)} | {same} | {len(found)} | {share:.3f} |")
        if name.startswith("kin"):
            right, wanted, given = right + same, wanted + len(spans), given + len(found)
    print(f"\nThe ten: {right} of {wanted} spans exact, F1 {2 * right / (wanted + given):.3f}")


def labels(spans: set[Span]) -> dict[int, tuple[str, str | None]]:
    """Code point → its label and kind."""
    return {at: (label, kind) for start, end, label, kind in spans for at in range(start, end)}


if __name__ == "__main__":
    main()
