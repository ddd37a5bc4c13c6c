"""Body text against the known bodies of news pages, beside other extractors, in one run.

The measure is that of Scrapinghub's article benchmark: precision, recall and F1 over 4-word
shingles, the mean over pages. newshole's model is trained anew for each fold of sites, on articles
of other sites alone, so that no figure is of a site that it has seen.

    NEWSHOLE_PAGES=… python benchmarks/body.py [--folds 3] [--limit N]
"""

import argparse
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import trafilatura
from pages import Record, html, records
from resiliparse.extract.html2text import extract_plain_text

from newshole.annotate import annotate
from newshole.article import Article
from newshole.encoding import decode
from newshole.examples import Example, read_examples
from newshole.hint import TextLine
from newshole.label import LineModel
from newshole.measure import shingle_scores
from newshole.page import site_of
from newshole.raw import PageError
from newshole.render import RenderError, render
from newshole.row import BODY_LABELS
from newshole.train import train

ROOT = Path(__file__).parents[1]

Scores = tuple[float, float, float]
Extractor = Callable[[str], str]


def body(lines: list[TextLine], model: LineModel) -> str:
    return text_of(annotate(lines, model=model))


def text_of(article: Article) -> str:
    """The body of an article, a line for each of its lines."""
    texts = (
        "".join(segment.text for segment in line if segment.name in BODY_LABELS)
        for line in article.lines
        if not isinstance(line, str)
    )
    return "\n".join(text for text in texts if text.strip())


def decoded(page: bytes) -> str:
    try:
        return decode(page, is_html=True)
    except PageError:
        return page.decode("utf-8", "replace")


def extractors(examples: list[Example]) -> dict[str, Extractor]:
    model = train(examples)

    def lines(page: str) -> list[TextLine]:
        try:
            return render(page)
        except RenderError:
            return []

    return {
        "newshole": lambda page: body(lines(page), model),
        "newshole, bare text": lambda page: body(
            [TextLine(line.text) for line in lines(page)], model
        ),
        "trafilatura": lambda page: trafilatura.extract(page) or "",
        "trafilatura, favor_precision": lambda page: (
            trafilatura.extract(page, favor_precision=True) or ""
        ),
        "resiliparse, main content": lambda page: extract_plain_text(page, main_content=True),
    }


def fold_of(site: str, folds: int) -> int:
    return zlib.crc32(site.encode()) % folds


def measure(name: str, folds: int, limit: int, examples: list[Example]) -> None:
    pages = records(name)[: limit or None]
    found: dict[str, list[Scores]] = {}
    seconds: dict[str, float] = {}
    for fold in range(folds):
        others = [one for one in examples if fold_of(site(one), folds) != fold]
        test = [page for page in pages if fold_of(site_of(page["url"]), folds) == fold]
        for label, extract in extractors(others).items():
            for page in test:
                text = decoded(html(name, page))
                start = time.perf_counter()
                said = extract(text)
                seconds[label] = seconds.get(label, 0.0) + time.perf_counter() - start
                found.setdefault(label, []).append(shingle_scores(known_body(page), said))
    print(f"\n{name}: {len(pages)} pages, {folds} folds of sites\n")
    print("| extractor | precision | recall | F1 | pages a second, as a ratio to trafilatura |")
    print("|---|--:|--:|--:|--:|")
    for label, all_scores in found.items():
        mean = [sum(one[part] for one in all_scores) / len(all_scores) for part in range(3)]
        ratio = seconds["trafilatura"] / seconds[label]
        print(f"| {label} | {mean[0]:.3f} | {mean[1]:.3f} | {mean[2]:.3f} | {ratio:.1f} |")


def site(example: Example) -> str:
    return example.article.header["id"].partition("/")[0]


def known_body(page: Record) -> str:
    return str(page["body"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=0, help="pages of each set (default: all)")
    parser.add_argument("sets", nargs="*", default=["pages", "wcxb"])
    options = parser.parse_args()
    examples, left = read_examples([ROOT / "corpus"])
    print(f"{len(examples)} annotated articles to learn from, {len(left)} left out")
    for name in options.sets:
        measure(name, options.folds, options.limit, examples)


if __name__ == "__main__":
    main()
