"""newshole as an extractor of body text."""

from collections.abc import Sequence

from turns import BATCH, Extractor

from newshole.annotate import annotate
from newshole.article import Article
from newshole.examples import Example
from newshole.hint import TextLine
from newshole.label import LineModel
from newshole.render import render
from newshole.row import body_text
from newshole.train import train


def extractors(examples: Sequence[Example] | None) -> list[Extractor]:
    """newshole, with a model that is learned from ``examples``, or with the package's own."""
    model = None if examples is None else train(examples)

    def hinted(pages: Sequence[str]) -> list[str]:
        return bodies([render(page) for page in pages], model)

    def bare(pages: Sequence[str]) -> list[str]:
        return bodies([[TextLine(line.text) for line in render(page)] for page in pages], model)

    return [
        Extractor("newshole", hinted, 1),
        Extractor(f"newshole, {BATCH} pages at once", hinted, BATCH),
        Extractor("newshole (bare text)", bare, 1),
        Extractor(f"newshole, {BATCH} pages at once (bare text)", bare, BATCH),
    ]


def bodies(pages: Sequence[Sequence[TextLine]], model: LineModel | None) -> list[str]:
    """The body of each page, given its lines. This alone knows how the annotator is called."""
    return [text_of(annotate(lines, model=model)) for lines in pages]


def text_of(article: Article) -> str:
    """The body of an article."""
    return body_text(article.text or "", article.spans)
