"""Level 4: what holds between the articles of a corpus, its sites and what was withdrawn."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from newshole.article import Article, extent, numbered
from newshole.corpus import Site, collection_and_id, read_removed, read_sites, site_rows, split_of
from newshole.finding import Finding
from newshole.mask import fingerprint, text_sha256

PARAGRAPH = 80
"""A segment of at least this many code points is a paragraph, which no two splits may share."""


def check_collection(corpus: Path, articles: Mapping[Path, Article]) -> list[Finding]:
    """NH401 to NH408, for articles that passed the levels below."""
    findings = list(_check_tables(corpus))
    if findings:
        return findings
    sites, removed = read_sites(corpus), read_removed(corpus)
    findings += _check_places(corpus, articles, sites, removed)
    findings += _check_doubles(corpus, articles)
    findings += _check_leaks(corpus, articles, sites)
    return findings


def _check_tables(corpus: Path) -> Iterator[Finding]:
    for name, read in (("sites.csv", read_sites), ("removed.csv", read_removed)):
        try:
            read(corpus)
        except (ValueError, OSError) as error:
            line, _, message = str(error).partition(": ")
            yield Finding(
                str(corpus / name),
                int(line) if line.isdigit() else 0,
                "NH407",
                f"the table cannot be read: {message or error}",
                "one row a line, as the rows above it",
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
        elif article.header.get("licence") != site.terms:
            yield Finding(
                str(path),
                list(article.header).index("licence") + 1,
                "NH404",
                f"licence {article.header.get('licence')!r} is not the site's ({site.terms})",
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
    ids: dict[str, Path] = {}
    texts: dict[str, Path] = {}
    for path, article in articles.items():
        _, article_id = collection_and_id(path, corpus)
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
        ids.setdefault(article_id, path)
        texts.setdefault(digest, path)


def _check_leaks(
    corpus: Path, articles: Mapping[Path, Article], sites: Mapping[str, Site]
) -> Iterator[Finding]:
    paragraphs: dict[str, tuple[str, Path]] = {}
    for path, article in articles.items():
        _, article_id = collection_and_id(path, corpus)
        split = split_of(article_id.partition("/")[0], article_id, sites)
        for row, _, segment in numbered(article):
            if extent(segment)[1] < PARAGRAPH:
                continue
            mark = segment.text.strip() if segment.masked else fingerprint(segment.text)
            other, where = paragraphs.setdefault(mark, (split, path))
            if other != split:
                yield Finding(
                    str(path),
                    row,
                    "NH405",
                    f"a paragraph of {split} stands in {other} too ({where})",
                    "a text that two splits share leaks: move the site, or drop one article",
                )
