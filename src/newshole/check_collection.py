"""Level 4: what holds between the articles of a corpus, its sites and what was withdrawn."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from newshole.article import Article, extent, numbered
from newshole.corpus import (
    COLLECTIONS,
    Site,
    TableError,
    collection_and_id,
    read_removed,
    read_sites,
    site_rows,
    split_of,
)
from newshole.finding import ERROR, WARNING, Finding
from newshole.labels import BOILERPLATE, split_name
from newshole.mask import fingerprint, text_sha256

ORIGINAL = COLLECTIONS[0]

PARAGRAPH = 80
"""A segment of at least this many code points is a paragraph, which no two splits may share."""


def check_collection(corpus: Path, articles: Mapping[Path, Article]) -> list[Finding]:
    """NH401 to NH410, for articles that passed level 2 at least.

    Of two articles that clash, the finding is the later's in the order of ``articles``.
    """
    findings = [*_check_tables(corpus), *_check_strays(corpus)]
    if any(finding.code == "NH407" for finding in findings):
        return findings
    sites, removed = read_sites(corpus), read_removed(corpus)
    findings += _check_places(corpus, articles, sites, removed)
    findings += _check_doubles(corpus, articles)
    findings += _check_leaks(corpus, articles, sites)
    return findings


def _check_tables(corpus: Path) -> Iterator[Finding]:
    for read in (read_sites, read_removed):
        try:
            read(corpus)
        except TableError as error:
            yield Finding(
                str(error.path), error.line, "NH407", error.message, "write it as the rows above it"
            )
            return
    seen: dict[str, int] = {}
    for number, site in site_rows(corpus):
        if site.site in seen:
            yield Finding(
                str(corpus / "sites.csv"),
                number,
                "NH408",
                f"site {site.site!r} stands on line {seen[site.site]} already",
                "a site is in one split for ever: keep the first",
            )
        seen.setdefault(site.site, number)


def _check_strays(corpus: Path) -> Iterator[Finding]:
    """Files that nobody would miss, as a build passes them over without a word."""
    for collection in COLLECTIONS:
        for path in sorted((corpus / collection).rglob("*")):
            beside = path.suffix == ".html" and path.with_suffix(".txt").is_file()
            if path.is_dir() or path.suffix == ".txt" or beside or path.name.startswith("."):
                continue
            yield Finding(
                str(path),
                0,
                "NH409",
                "the file is neither an article (.txt) nor the page (.html) of one",
                "rename it, or take it away",
            )


def _check_places(
    corpus: Path,
    articles: Mapping[Path, Article],
    sites: Mapping[str, Site],
    removed: Mapping[str, str],
) -> Iterator[Finding]:
    for path, article in articles.items():
        _, article_id = collection_and_id(path, corpus)
        site = sites.get(article_id.partition("/")[0])
        if site is None:
            yield Finding(
                str(path),
                0,
                "NH403",
                f"site {article_id.partition('/')[0]!r} is not in sites.csv",
                "add a row: site, split, terms",
            )
        elif article.header["licence"] != site.terms:
            yield Finding(
                str(path),
                list(article.header).index("licence") + 1,
                "NH404",
                f"licence {article.header['licence']!r} is not the site's ({site.terms})",
                "write the site's terms, or ask for a change of sites.csv",
            )
        if article_id in removed:
            yield Finding(
                str(path),
                1,
                "NH406",
                f"id {article_id!r} was withdrawn ({removed[article_id]})",
                "choose a new slug: a withdrawn id is never used again",
            )


def _check_doubles(corpus: Path, articles: Mapping[Path, Article]) -> Iterator[Finding]:
    ids: dict[str, str] = {}
    texts: dict[str, str] = {}
    for path, article in articles.items():
        collection, article_id = collection_and_id(path, corpus)
        text = article.text
        digest = article.header["text_sha256"] if text is None else text_sha256(text)
        if article_id in ids:
            yield Finding(
                str(path),
                1,
                "NH401",
                f"id {article_id!r} is taken by {ids[article_id]}",
                "choose another slug",
            )
        elif digest in texts:
            yield Finding(
                str(path), 0, "NH402", f"the text is that of {texts[digest]}", "keep one of them"
            )
        name = f"{collection}/{article_id}.txt"
        ids.setdefault(article_id, name)
        texts.setdefault(digest, name)


def _check_leaks(
    corpus: Path, articles: Mapping[Path, Article], sites: Mapping[str, Site]
) -> Iterator[Finding]:
    # Whole articles leak what a model is scored on. Furniture is the web's own: thousands of
    # sites share one cookie notice, and no contributor can change that. Of originals one can.
    paragraphs: dict[tuple[bool, str], tuple[str, str]] = {}
    for path, article in articles.items():
        collection, article_id = collection_and_id(path, corpus)
        split = split_of(article_id.partition("/")[0], article_id, sites)
        here = (split, f"{collection}/{article_id}.txt")
        for row, _, segment in numbered(article):
            if extent(segment)[1] < PARAGRAPH:
                continue
            mark = segment.text.strip() if segment.masked else fingerprint(segment.text)
            furniture = split_name(segment.name)[0] == BOILERPLATE
            if furniture and collection != ORIGINAL:
                continue
            other, where = paragraphs.setdefault((furniture, mark), here)
            if other == split:
                continue
            if furniture:
                yield Finding(
                    str(path),
                    row,
                    "NH410",
                    f"boilerplate of {split} stands in {other} too ({where})",
                    "leave it, unless one writer wrote both",
                    WARNING,
                )
            else:
                yield Finding(
                    str(path),
                    row,
                    "NH405",
                    f"a paragraph of {split} stands in {other} too ({where})",
                    "a text that two splits share leaks: move the site, or drop one article",
                    ERROR,
                )
