"""Level 3, an original's raw page: ``<slug>.html`` is what the article's text was rendered from."""

from collections.abc import Iterator
from pathlib import Path

from newshole.article import Article
from newshole.finding import Finding
from newshole.page import Rejected, read_pages
from newshole.render import RenderError, render
from newshole.source import find_sources


def check_page(article: Article, file: str, place: tuple[str, str] | None) -> Iterator[Finding]:
    """NH310 to NH312. ``place`` is the (collection, id) that the file's path stands for."""
    if place is None:
        return
    page, stated = Path(file).with_suffix(".html"), article.header.get("page")
    if place[0] != "original":
        if page.exists():
            yield Finding(
                str(page),
                0,
                "NH310",
                "the page of a linked article lies beside it",
                "take it away: pages published elsewhere are not kept here",
            )
        return
    if not page.is_file() or not stated:
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
                f"the text is not the rendering of {page}: line {number + 1} "
                f"{_difference(text, wanted)}",
                "make the two equal; 'newshole new' renders a page",
            )
            return
        row += 1 if line is None or isinstance(line, str) else len(line)


def _difference(text: str | None, wanted: str | None) -> str:
    """What the line is and should be, from a little before the first character that differs."""
    if text is None or wanted is None:
        return f"is {_excerpt(text, 0)}, in the page {_excerpt(wanted, 0)}"
    at = next(
        (i for i, (a, b) in enumerate(zip(text, wanted, strict=False)) if a != b),
        min(len(text), len(wanted)),
    )
    start = max(0, at - _BEFORE)
    return f"is {_excerpt(text, start)}, in the page {_excerpt(wanted, start)}"


_BEFORE, _SHOWN = 20, 40


def _excerpt(text: str | None, start: int) -> str:
    if text is None:
        return "not there"
    shown = text[start : start + _SHOWN]
    before, after = "…" * (start > 0), "…" * (start + _SHOWN < len(text))
    return repr(f"{before}{shown}{after}")
