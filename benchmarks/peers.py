"""Other extractors, each called as its documentation says, with the settings that suit it best.

All are given the decoded page. Comments of readers are left out where that can be asked for: the
gold has none.
"""

import logging
import warnings
from collections.abc import Callable
from functools import cache, partial

import justext
import newspaper
import trafilatura
from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4QualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove.pipeline.filters.base_filter import BaseFilter
from lxml import html as lxml_html  # type: ignore[import-untyped, unused-ignore]
from readability import Document as ReadableDocument
from resiliparse.extract.html2text import extract_plain_text
from turns import Extractor

from newshole.render import render

BARE = "(bare text)"
"""Mark of those that are given the page's lines without its markup."""


def peers() -> list[Extractor]:
    logging.disable(logging.CRITICAL)
    # Means of no words, in lines of symbols; the filter drops them after that.
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    extract = partial(trafilatura.extract, include_comments=False)
    quality = GopherQualityFilter(min_doc_words=None, max_doc_words=None)
    return [
        by_page("trafilatura", lambda page: extract(page) or ""),
        by_page("trafilatura, fast", lambda page: extract(page, fast=True) or ""),
        by_page(
            "trafilatura, favor_precision", lambda page: extract(page, favor_precision=True) or ""
        ),
        by_page("readability-lxml", readability_text),
        by_page("resiliparse, main content", resiliparse_text),
        by_page("newspaper4k, fulltext", newspaper.fulltext),
        by_page("newspaper4k, Article", newspaper_text),
        by_page("jusText", justext_text),
        by_page(f"C4's rules for lines {BARE}", c4_text),
        by_page(f"Gopher's quality, line by line {BARE}", partial(kept_lines, quality)),
        by_page(
            f"Gopher's repetition, line by line {BARE}",
            partial(kept_lines, GopherRepetitionFilter()),
        ),
    ]


def by_page(name: str, extract: Callable[[str], str]) -> Extractor:
    return Extractor(name, lambda pages: [extract(page) for page in pages], 1)


def readability_text(page: str) -> str:
    """It answers with HTML; its users take the text with lxml, as here."""
    return str(lxml_html.fromstring(ReadableDocument(page).summary()).text_content())


def resiliparse_text(page: str) -> str:
    return str(extract_plain_text(page, main_content=True, comments=False, alt_texts=False))


def newspaper_text(page: str) -> str:
    """With metadata, from which it takes the language that it goes by. It fetches nothing."""
    article = newspaper.Article("https://example.org/", fetch_images=False)
    article.download(input_html=page)
    return str(article.parse().text)


def justext_text(page: str) -> str:
    """With the limits of trafilatura's evaluation, which suit stop words of all languages."""
    paragraphs = justext.justext(
        page,
        stop_words(),
        length_low=50,
        length_high=200,
        stopwords_low=0.1,
        stopwords_high=0.2,
        max_link_density=0.2,
        max_heading_distance=200,
        no_headings=True,
    )
    return "\n".join(one.text for one in paragraphs if not one.is_boilerplate)


@cache
def stop_words() -> frozenset[str]:
    """Those of all languages together: no page says its language surely."""
    return frozenset[str]().union(*map(justext.get_stoplist, justext.get_stoplists()))


def c4_text(page: str) -> str:
    """C4's rules for lines; those that drop a page as a whole are off."""
    rules = C4QualityFilter(
        min_num_sentences=-1, filter_lorem_ipsum=False, filter_curly_bracket=False
    )
    document = Document(text="\n".join(bare_lines(page)), id="")
    rules.filter(document)
    return str(document.text)


def kept_lines(rules: BaseFilter, page: str) -> str:
    """Each line is a document of its own to the filter, which is for English."""
    kept = (line for line in bare_lines(page) if rules.filter(Document(text=line, id="")) is True)
    return "\n".join(kept)


def bare_lines(page: str) -> list[str]:
    """The lines that newshole's bare text has, too."""
    return [line.text for line in render(page) if line.text.strip()]
