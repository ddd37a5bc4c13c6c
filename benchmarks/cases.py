"""Pages with a gold body, or with snippets that say where it begins and ends; and folds of them."""

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ours import text_of
from pages import folder, html, records
from score import Snippets

from newshole.corpus import read_sites
from newshole.encoding import decode
from newshole.examples import Example, read_examples
from newshole.locate import form_of, locate, page_folders
from newshole.page import read_pages, site_of
from newshole.raw import PageError, Rejected
from newshole.source import find_sources
from newshole.weak import WeakPage, read_weak

ROOT = Path(__file__).parents[1]

TEST = "test"
SETS = (TEST, "pages", "wcxb", "eval")


class Case(NamedTuple):
    """A page to extract from.

    ``sites`` are the names that its site goes by, ``url`` says where it was and is not always an
    address, ``sha256`` is of its bytes, unpacked.
    """

    site: str
    sites: frozenset[str]
    url: str
    sha256: str
    page: str
    gold: str | Snippets


def cases(name: str, limit: int = 0) -> tuple[list[Case], int]:
    """The first ``limit`` pages of a set (0: all), and how many have no HTML to extract from."""
    if name == TEST:
        return test_split(limit)
    found = []
    for record in records(name)[: limit or None]:
        sites = frozenset({record["site"], site_of(record["url"])} - {""})
        gold = record["body"] if "body" in record else Snippets(record["with"], record["without"])
        found.append(
            Case(
                record["site"] or min(sites, default=record["id"]),
                sites,
                record["url"],
                record["html_sha256"],
                decoded(html(name, record)),
                gold,
            )
        )
    return found, 0


def decoded(page: bytes) -> str:
    try:
        return decode(page, is_html=True)
    except PageError:
        return page.decode("utf-8", "replace")


def test_split(limit: int) -> tuple[list[Case], int]:
    """The articles of the corpus's test split whose pages are HTML; their gold is our own."""
    examples, left = read_examples([ROOT / "corpus"], splits=[TEST])
    headers = [example.article.header for example in examples]
    located = locate({header.get("page", "") for header in headers}, page_folders()).paths
    found = []
    missing = len(left)
    for example, header in zip(examples, headers, strict=True):
        beside = ROOT / "corpus" / "original" / f"{header['id']}.html"
        path = beside if beside.exists() else located.get(header.get("page", ""))
        if path is None or form_of(header.get("source", "")) == "txt":
            missing += 1
            continue
        site = site_in(example)
        found.append(
            Case(
                site,
                frozenset({site}),
                header["url"],
                header["page"],
                content(str(path)),
                text_of(example.article),
            )
        )
    return found[: limit or None], missing


def content(path: str) -> str:
    """The text of an HTML file, decoded as newshole does. Raises ValueError where it cannot."""
    source = next(find_sources([path]))
    page = source if isinstance(source, Rejected) else next(read_pages(source))
    if isinstance(page, Rejected):
        raise ValueError(f"{page.origin}: {page.reason}; {page.fix}")
    return page.content


def fold_of(case: Case, folds: int) -> int:
    return site_fold(case.site, folds)


def site_fold(site: str, folds: int) -> int:
    return zlib.crc32(site.encode()) % folds


def others(examples: Sequence[Example], unseen: Sequence[Case]) -> list[Example]:
    """The examples of other pages and other sites than these.

    A page without an address may still name its site somehow; then examples of every site that it
    may mean are left out.
    """
    pages = {case.sha256 for case in unseen}
    sites = {name for case in unseen for name in case.sites}
    vague = [case.url for case in unseen if not case.sites]
    return [
        example
        for example in examples
        if example.article.header.get("page") not in pages
        and site_in(example) not in sites
        and not any(site_in(example) in url for url in vague)
    ]


def weak_others(
    examples: Sequence[Example], unseen: Sequence[Case], names: Sequence[str]
) -> list[WeakPage]:
    """Pages with a known body or snippets, of other pages and other sites than the unseen ones.

    Those that are annotated, and those of the corpus's test split, are left out too.
    """
    tests = [name for name, site in read_sites(ROOT / "corpus").items() if site.split == TEST]
    return list(
        read_weak(
            [folder(name) for name in names],
            without_sites={*tests, *(name for case in unseen for name in case.sites)},
            without_pages={
                *(case.sha256 for case in unseen),
                *(example.article.header.get("page", "") for example in examples),
            },
        )
    )


def site_in(example: Example) -> str:
    return str(example.article.header["id"].partition("/")[0])
