"""Levels 1 to 3 on article files: what a file must pass before a collection looks at it."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from newshole.article import Article, ArticleError
from newshole.check_article import check_segments
from newshole.check_header import check_header
from newshole.check_page import check_page
from newshole.check_plausible import check_plausible
from newshole.corpus import collection_and_id, read_article
from newshole.finding import ERROR, Finding


def check_files(
    files: Iterable[Path], corpus: Path | None, level: int = 3
) -> tuple[dict[Path, Article], list[Finding]]:
    """(articles without an error, findings) of article files, up to ``level``."""
    articles: dict[Path, Article] = {}
    findings: list[Finding] = []
    for file in files:
        try:
            article = _read(file)
        except ArticleError as error:
            findings.append(Finding(str(file), error.line, error.code, error.message, error.fix))
            continue
        found = check_levels(article, str(file), corpus, level)
        findings += found
        if not any(finding.level == ERROR for finding in found):
            articles[file] = article
    return articles, findings


def check_levels(article: Article, file: str, corpus: Path | None, level: int = 3) -> list[Finding]:
    """Levels 2 and 3, up to ``level``; what fails one is not asked the next."""
    place = collection_and_id(Path(file), corpus) if corpus else None
    steps: tuple[tuple[int, Callable[[], Iterator[Finding]]], ...] = (
        (2, lambda: check_header(article, file, place)),
        (3, lambda: check_segments(article, file)),
        (3, lambda: check_page(article, file, place)),
        (3, lambda: check_plausible(article, file)),
    )
    findings: list[Finding] = []
    for step_level, step in steps:
        if step_level <= level and not any(finding.level == ERROR for finding in findings):
            findings += step()
    return findings


def _read(file: Path) -> Article:
    if file.suffix != ".txt" and not file.is_dir():
        raise ArticleError(
            0,
            "NH116",
            "an article file's name ends in .txt",
            "give the .txt file; a page beside it is checked with it",
        )
    return read_article(file)
