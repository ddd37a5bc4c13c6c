"""How far two readers of the same pages agree: corpus/linked/ against corpus/second/.

The second annotation was made from the bare text, without sight of the first or of any proposal.
Both are masked; labels and lengths are enough. A line counts as its first segment's label.

    python docs/agreement.py
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from newshole.article import Article, extent
from newshole.corpus import read_article, text_files
from newshole.labels import NAMES
from newshole.measure import kappa

CORPUS = Path(__file__).parents[1] / "corpus"
MOST_CONFUSED = 12

Pairs = Counter[tuple[str, str]]


def both() -> Iterator[tuple[Article, Article]]:
    """Each page's first and second annotation."""
    for path in text_files(CORPUS / "second"):
        first = read_article(CORPUS / "linked" / path.relative_to(CORPUS / "second"))
        second = read_article(path)
        if first.header["text_sha256"] != second.header["text_sha256"]:
            raise SystemExit(f"{path}: the two annotations are of different texts")
        yield first, second


def line_pairs(first: Article, second: Article) -> Pairs:
    return Counter(
        (one[0].name, other[0].name)
        for one, other in zip(first.lines, second.lines, strict=True)
        if not isinstance(one, str) and not isinstance(other, str)
    )


def character_pairs(first: Article, second: Article) -> Pairs:
    return Counter(zip(characters(first), characters(second), strict=True))


def characters(article: Article) -> Iterator[str]:
    """The label of each character; white space around a segment has that of the segment."""
    for segment in article.segments:
        for _ in range(sum(extent(segment))):
            yield segment.name


def table(pairs: Pairs) -> np.ndarray:
    """The square table of pairs, rows the first's names, columns the second's."""
    counts = [[pairs[one, other] for other in NAMES] for one in NAMES]
    return np.array(counts, dtype=np.int64)


def f1(name: str, pairs: Pairs) -> tuple[int, int, float]:
    """(count of the first, count of the second, F1) of a label."""
    ours = sum(count for (one, _), count in pairs.items() if one == name)
    theirs = sum(count for (_, other), count in pairs.items() if other == name)
    return ours, theirs, 2 * pairs[name, name] / (ours + theirs) if ours + theirs else 1.0


def agreement_tables() -> str:
    """Markdown: kappa and equal spans, F1 of each label, the pairs that are confused most."""
    lines: Pairs = Counter()
    points: Pairs = Counter()
    pages = exact = first_spans = second_spans = 0
    for first, second in both():
        pages += 1
        lines += line_pairs(first, second)
        points += character_pairs(first, second)
        exact += len(set(first.spans) & set(second.spans))
        first_spans += len(first.spans)
        second_spans += len(second.spans)
    if not pages:
        return ""
    rows = [
        f"{pages} pages, {sum(lines.values())} lines, {sum(points.values())} characters.",
        "",
        "| agreement | |",
        "|---|--:|",
        f"| Cohen's kappa over lines | {kappa(table(lines)):.3f} |",
        f"| Cohen's kappa over characters | {kappa(table(points)):.3f} |",
        f"| spans equal in both, F1 | {2 * exact / (first_spans + second_spans):.3f} |",
        "",
        "| label | lines, first | lines, second | F1 |",
        "|---|--:|--:|--:|",
    ]
    for name in NAMES:
        ours, theirs, value = f1(name, lines)
        if ours + theirs:
            rows.append(f"| {name} | {ours} | {theirs} | {value:.3f} |")
    rows += ["", "| first | second | lines |", "|---|---|--:|"]
    confused = [(pair, count) for pair, count in lines.most_common() if pair[0] != pair[1]]
    rows += [f"| {one} | {other} | {count} |" for (one, other), count in confused[:MOST_CONFUSED]]
    return "\n".join(rows)


if __name__ == "__main__":
    print(agreement_tables())
