"""Examples for training: annotated articles, each with the lines of its page and their hints."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from newshole.align import align
from newshole.article import Article
from newshole.corpus import (
    SPLITS,
    article_files,
    collection_and_id,
    is_corpus,
    read_article,
    read_sites,
    split_of,
    text_files,
)
from newshole.hint import TextLine
from newshole.locate import LostPageError, form_of, locate, page_folders, page_lines
from newshole.render import plain


class Example(NamedTuple):
    """An article whose lines of text are ``lines``, with layout hints or without."""

    lines: Sequence[TextLine]
    article: Article


def read_examples(
    paths: Sequence[str | Path],
    pages: Sequence[str | Path] | None = None,
    *,
    splits: Collection[str] = SPLITS,
) -> tuple[list[Example], list[str]]:
    """The articles of corpora, folders and files, in order; and why others were left out.

    Of a corpus only articles in ``splits`` are taken.

    An original's page is the ``.html`` beside it; a masked article's is looked for in the folders
    ``pages`` (default: those of ``NEWSHOLE_PAGES``), and its text put back. Raises ArticleError
    for a file that cannot be read.
    """
    files = [file for path in map(Path, paths) for file in _files(path, splits)]
    articles = [(file, read_article(file)) for file in files]
    wanted = {article.header.get("page", "") for _, article in articles if article.masked}
    located = locate(wanted, page_folders() if pages is None else [Path(one) for one in pages])
    found, left = [], []
    for file, article in articles:
        try:
            found.append(_example(file, article, located.paths))
        except LostPageError as error:
            left.append(f"{file}: {error}")
    return found, left


def _files(path: Path, splits: Collection[str]) -> Iterator[Path]:
    if is_corpus(path):
        sites = read_sites(path)
        for file in article_files(path):
            article_id = collection_and_id(file, path)[1]
            if split_of(article_id.partition("/")[0], article_id, sites) in splits:
                yield file
    elif path.is_dir():
        yield from text_files(path)
    else:
        yield path


def _example(file: Path, article: Article, paths: dict[str, str]) -> Example:
    sha256 = article.header.get("page", "")
    if not article.masked:
        beside = file.with_suffix(".html")
        if sha256 and beside.exists():
            lines = page_lines(beside, sha256)
            if "\n".join(line.text for line in lines) == article.text:
                return Example(lines, article)
        return Example(plain(article.text or ""), article)
    return filled(article, paths)


def filled(article: Article, paths: Mapping[str, str]) -> Example:
    """A masked article with its text, from its page; ``paths`` is page's sha256 → file.

    Raises LostPageError where the page is not there, or gives another text than the masked one.
    """
    sha256 = article.header.get("page", "")
    if sha256 not in paths:
        raise LostPageError("its page is not at hand", "name a folder with it in NEWSHOLE_PAGES")
    lines = page_lines(Path(paths[sha256]), sha256, form=form_of(article.header.get("source", "")))
    aligned = align(article, "\n".join(line.text for line in lines))
    text = aligned.article.text
    if text is None:
        raise LostPageError("its page gives another text", "run 'newshole fill' to see where")
    hinted = "\n".join(line.text for line in lines) == text
    return Example(lines if hinted else plain(text), aligned.article)
