"""A raw page → an article file to correct."""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

from newshole.annotate import annotate
from newshole.article import Article, render
from newshole.mask import mask
from newshole.page import Page
from newshole.render import render as render_page

SLUG_LENGTH = 60


def new(page: Page, header: Mapping[str, str], *, masked: bool = False) -> str:
    """The article file of a page, annotated by rules: ``annotation: automatic``.

    ``header`` gives id, retrieved, language, licence, and where there are any url and
    source. ``masked`` hides the text behind fingerprints, as in ``corpus/linked``.
    Raises RenderError for HTML that cannot be rendered, ValueError for a header value that
    no file can hold.
    """
    article = annotate(render_page(page.content) if page.is_html else page.content)
    known = {**header, "annotation": "automatic"}
    if page.is_html or masked:
        known["page"] = page.page_sha256
    whole = Article(article.lines, known)
    return render(mask(whole) if masked else whole)


def slug(page: Page) -> str:
    """A file name for a page: the last part of its url's path, else of its id."""
    parts = [part for part in urlsplit(page.url).path.split("/") if part]
    stem = (parts[-1] if parts else page.id.rsplit("/", 1)[-1]).partition(".")[0]
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:SLUG_LENGTH].strip("-") or "page"
