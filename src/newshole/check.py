"""Checks of article files, collections and built datasets, as findings. Nothing is edited.

Levels: 1 lines and encoding · 2 header · 3 article · 4 collection · 5 built dataset. A file
that fails a level is not asked the next. Every code has a heading in corpus/CHECKS.md.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from newshole import __version__
from newshole.article import Article
from newshole.check_collection import check_collection
from newshole.check_file import check_files, check_levels
from newshole.corpus import article_files, collection_and_id, corpus_of, is_corpus, text_files
from newshole.finding import ERROR, Finding


def check(what: Article | str | Path, *, level: int = 5) -> list[Finding]:
    """Check an article, an article file, a folder of them, a corpus or a built dataset.

    An article in memory is asked levels 2 and 3, anything else what :func:`check_paths`
    asks. Raises FileNotFoundError.
    """
    if isinstance(what, Article):
        return check_levels(what, "article", None, level)
    return check_paths([what], level=level)


def check_paths(paths: Iterable[str | Path], *, level: int = 5) -> list[Finding]:
    """Check files and folders together, up to ``level``; sorted by file and line.

    A file is asked levels 1 to 3, and, in a corpus, 4 as far as the file is concerned; a
    corpus 1 to 4; a dataset folder 5. Whatever cannot be read is a finding, and the rest
    goes on. Raises FileNotFoundError for a path that is not there, or a folder that holds
    nothing to check.
    """
    corpora: list[Path] = []
    datasets: list[Path] = []
    files: dict[Path, None] = {}
    for path in map(Path, paths):
        if not os.path.lexists(path):
            raise FileNotFoundError(f"{path} is not there")
        if not path.is_dir():
            files[path] = None
        elif is_corpus(path):
            corpora.append(path)
        elif _is_dataset(path):
            datasets.append(path)
        else:
            files |= dict.fromkeys(_files_below(path))
    groups: dict[Path | None, list[Path]] = {}
    for file in files:
        groups.setdefault(corpus_of(file), []).append(file)
    findings: set[Finding] = set()
    for corpus in corpora:
        findings.update(_check_corpus(corpus, level))
    for corpus_or_none, group in groups.items():
        findings.update(_check_group(group, corpus_or_none, level))
    for dataset in datasets if level >= 5 else ():
        findings.update(_check_dataset(dataset))
    return sorted(findings)


def check_project(corpus: Path, dataset: Path, *, level: int = 5) -> list[Finding]:
    """A corpus, the dataset built from it and its card: every level, up to ``level``."""
    findings = check(corpus, level=level)
    if level >= 5 and not any(finding.level == ERROR for finding in findings):
        from newshole.check_dataset import check_current

        findings += _check_dataset(dataset)
        findings += check_current(dataset, corpus, __version__)
    return sorted(findings)


# Level 5 is loaded when it is asked: a file's check need not wait for all that builds a dataset.


def _is_dataset(folder: Path) -> bool:
    from newshole.check_dataset import is_dataset

    return is_dataset(folder)


def _check_dataset(folder: Path) -> Iterator[Finding]:
    from newshole.check_dataset import check_dataset

    return check_dataset(folder)


def _files_below(folder: Path) -> list[Path]:
    files = [
        path
        for path in text_files(folder)
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not files:
        raise FileNotFoundError(f"{folder} holds no article file (.txt) and no dataset")
    return files


def _check_corpus(corpus: Path, level: int) -> list[Finding]:
    articles, findings = check_files(article_files(corpus), corpus, level)
    return findings + (check_collection(corpus, articles) if level >= 4 else [])


def _check_group(files: list[Path], corpus: Path | None, level: int) -> list[Finding]:
    """Files of one corpus, or of none. At level 4 the rest of the corpus is read, not judged."""
    articles, findings = check_files(files, corpus, level)
    if corpus is None or not articles or level < 4:
        return findings
    asked = {collection_and_id(file, corpus) for file in files}
    others = (f for f in article_files(corpus) if collection_and_id(f, corpus) not in asked)
    rest, _ = check_files(others, corpus, 2)
    # The rest comes first, so that what clashes is found at the file that was asked for.
    concerned = {str(path) for path in articles} | {str(corpus / "sites.csv")}
    concerned.add(str(corpus / "removed.csv"))
    return findings + [
        finding
        for finding in check_collection(corpus, rest | articles)
        if finding.file in concerned
    ]
