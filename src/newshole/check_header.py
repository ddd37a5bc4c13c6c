"""Level 2, the header against its schema and the file's place; and an original's raw page."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker

from newshole.article import Article
from newshole.finding import Finding
from newshole.labels import load_schema
from newshole.page import Rejected, read_pages
from newshole.render import RenderError, render
from newshole.source import find_sources


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(load_schema("article.schema.json"), format_checker=FormatChecker())


def check_header(article: Article, file: str, place: tuple[str, str] | None) -> Iterator[Finding]:
    """NH201 to NH203. ``place`` is the (collection, id) that the file's path stands for."""
    header = dict(article.header)
    order = list(header)
    for error in _validator().iter_errors(header):
        key = str(error.path[0]) if error.path else ""
        yield Finding(
            file,
            order.index(key) + 1 if key else 1,
            "NH201",
            f"header {key!r}: {error.message}" if key else f"header: {error.message}",
            "see schema/article.schema.json",
        )
    if place is None:
        return
    collection, article_id = place
    if header.get("id") and header["id"] != article_id:
        yield Finding(
            file,
            order.index("id") + 1,
            "NH202",
            f"id {header['id']!r} is not the file's place",
            f"write 'id: {article_id}', or move the file",
        )
    if (collection == "linked") != article.masked or article.masked != ("text_sha256" in header):
        yield Finding(
            file,
            0,
            "NH203",
            "a linked article holds text"
            if collection == "linked"
            else "an original has masked segments or a text_sha256",
            "mask it whole ('newshole new --mask')"
            if collection == "linked"
            else "an original stands with its text; a page from elsewhere belongs in linked/",
        )


def check_page(article: Article, file: str, place: tuple[str, str] | None) -> Iterator[Finding]:
    """NH310 to NH312: an original's ``<slug>.html`` is the page that its text was rendered from."""
    if place is None or place[0] != "original":
        return
    page = Path(file).with_suffix(".html")
    stated = article.header.get("page")
    if not page.exists() or not stated:
        if page.exists() or stated:
            yield Finding(
                file,
                0,
                "NH310",
                f"{page.name} lies beside it, but no 'page:' in the header"
                if page.exists()
                else f"the header names a page, but {page.name} is not there",
                "give both or neither",
            )
        return
    (source,) = find_sources([str(page)])
    read = source if isinstance(source, Rejected) else next(read_pages(source))
    if isinstance(read, Rejected):
        yield Finding(str(page), 0, "NH312", f"the page is rejected: {read.reason}", read.fix)
        return
    if read.page_sha256 != stated:
        yield Finding(
            file,
            list(article.header).index("page") + 1,
            "NH311",
            f"{page.name} is not the page that the header names",
            f"write 'page: {read.page_sha256}' after comparing the two",
        )
        return
    try:
        rendered = [line.text for line in render(read.content)]
    except RenderError as error:
        yield Finding(str(page), 0, "NH312", str(error), "mend the page")
        return
    yield from _compare(article, file, page.name, rendered)


def _compare(article: Article, file: str, page: str, rendered: list[str]) -> Iterator[Finding]:
    row = len(article.header) + 2
    lines = list(article.lines)
    for number in range(max(len(rendered), len(lines))):
        line = lines[number] if number < len(lines) else None
        text = line if isinstance(line, str) or line is None else "".join(s.text for s in line)
        wanted = rendered[number] if number < len(rendered) else None
        if text != wanted:
            yield Finding(
                file,
                row,
                "NH312",
                f"the text is not the rendering of {page}: line {number + 1} is "
                f"{_excerpt(text)}, in the page {_excerpt(wanted)}",
                "make the two equal; 'newshole new' renders a page",
            )
            return
        row += 1 if line is None or isinstance(line, str) else len(line)


def _excerpt(text: str | None) -> str:
    return "not there" if text is None else repr(text if len(text) <= 40 else text[:39] + "…")
