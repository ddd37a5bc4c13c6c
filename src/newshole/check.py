"""Checks of article files, collections and built datasets, as findings. Nothing is edited.

Levels: 1 lines and encoding · 2 header · 3 article · 4 collection · 5 built dataset. A file
that fails a level is not asked the next. Every code has a heading in corpus/CHECKS.md.
"""

from pathlib import Path

from newshole import __version__
from newshole.article import Article
from newshole.check_collection import check_collection
from newshole.check_dataset import check_current, check_dataset, is_dataset
from newshole.check_file import check_files, check_levels
from newshole.corpus import article_files, corpus_of, is_corpus
from newshole.finding import ERROR, Finding


def check(what: Article | str | Path, *, level: int = 5) -> list[Finding]:
    """Check an article, an article file, a corpus folder or a built dataset.

    An article in memory is asked levels 2 and 3; a file 1 to 3, and, in a corpus, 4 as far
    as the file is concerned; a corpus 1 to 4; a dataset folder 5. Raises FileNotFoundError.
    """
    if isinstance(what, Article):
        return check_levels(what, "article", None, level)
    path = Path(what)
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there")
    if is_dataset(path):
        return sorted(check_dataset(path)) if level >= 5 else []
    if path.is_dir() and not path.name.endswith(".txt"):
        return _check_folder(path, level)
    corpus = corpus_of(path)
    articles, findings = check_files([path], corpus, level)
    if corpus is not None and articles and level >= 4:
        others = [file for file in article_files(corpus) if not file.samefile(path)]
        rest, _ = check_files(others, corpus, 1)
        wanted = path.absolute().relative_to(corpus.absolute())
        findings += [
            finding
            for finding in check_collection(corpus, articles | rest)
            if Path(finding.file).absolute() == corpus.absolute() / wanted
        ]
    return sorted(findings)


def check_project(corpus: Path, dataset: Path, *, level: int = 5) -> list[Finding]:
    """A corpus, the dataset built from it and its card: every level, up to ``level``."""
    findings = check(corpus, level=level)
    if level >= 5 and not any(finding.level == ERROR for finding in findings):
        findings += check_dataset(dataset)
        findings += check_current(dataset, corpus, __version__)
    return findings


def _check_folder(folder: Path, level: int) -> list[Finding]:
    corpus = folder if is_corpus(folder) else None
    files = article_files(folder) if corpus else sorted(folder.rglob("*.txt"))
    articles, findings = check_files(files, corpus or corpus_of(folder / "x"), level)
    if corpus is not None and level >= 4:
        findings += check_collection(corpus, articles)
    return sorted(findings)
