"""A raw page becomes an article file that parses, holds its text, and can be masked."""

import hashlib

import pytest
from articles import PROPERTY, TEXTS
from hypothesis import given, settings

from newshole.article import parse
from newshole.mask import text_sha256, unmask
from newshole.new import SLUG_LENGTH, new, slug
from newshole.page import Page
from newshole.render import render

HEADER = {
    "id": "harbour.example/bridge",
    "url": "https://harbour.example/2024/bridge",
    "retrieved": "2024-05-03",
    "language": "en",
    "licence": "CC-BY-4.0",
}
HTML = """<!doctype html><html lang=en><title>x</title>
<nav><a href=/>Home</a></nav><h1>The bridge opens</h1><p>By Ines Marlow</p>
<p>RIVERTON — The swing bridge opened again on Friday after eleven months of repairs.</p>
<p>Boats may pass at six and at noon, the harbour office said.</p>"""


def page(content: str, *, is_html: bool = False, url: str = "", name: str = "bridge") -> Page:
    digest = hashlib.sha256(content.encode()).hexdigest()
    return Page(name, f"{name}.txt", content, is_html, digest, url=url)


@settings(PROPERTY, max_examples=100)
@given(TEXTS)
def test_the_file_of_a_plain_text_holds_it_to_the_letter(text: str) -> None:
    article = parse(new(page(text), HEADER))
    assert article.text == text
    assert article.header == {**HEADER, "annotation": "automatic"}
    masked = parse(new(page(text), HEADER, masked=True))
    assert unmask(masked, text).lines == article.lines
    assert masked.header["text_sha256"] == text_sha256(text)
    assert masked.header["page"] == page(text).page_sha256


def test_the_file_of_an_html_page_holds_its_rendering_and_names_it() -> None:
    article = parse(new(page(HTML, is_html=True), HEADER))
    assert article.text == "\n".join(line.text for line in render(HTML))
    assert article.text.startswith("Home\nThe bridge opens\nBy Ines Marlow\nRIVERTON — The ")
    assert article.header["page"] == hashlib.sha256(HTML.encode()).hexdigest()
    assert article.header["annotation"] == "automatic"


def test_a_masked_file_gives_no_text_away() -> None:
    content = new(page(HTML, is_html=True), {**HEADER, "source": "a saved copy"}, masked=True)
    assert parse(content).masked
    assert not any(word in content for word in ("Home", "bridge opens", "Ines", "RIVERTON"))


def test_a_header_that_no_file_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="header 'url' cannot hold"):
        new(page("A"), HEADER | {"url": "https://harbour.example/\nbridge"})


@pytest.mark.parametrize(
    ("url", "name", "expected"),
    [
        ("https://harbour.example/2024/05/The-Bridge_Opens.html?x=1#top", "a", "the-bridge-opens"),
        ("https://harbour.example/news/bridge/", "a", "bridge"),
        ("https://harbour.example/news/bridge/index.html", "a", "bridge"),
        ("https://harbour.example/news/bridge/amp", "a", "bridge"),
        ("https://harbour.example/pont-d%C3%A9j%C3%A0-ouvert", "a", "pont-deja-ouvert"),
        ("https://harbour.example/v1.2-is-out", "a", "v1-2-is-out"),
        ("https://harbour.example/", "crawl/bridge", "bridge"),
        ("", "crawl/Bridge 2", "bridge-2"),
        ("https://harbour.example/мост", "a", "page-"),
        ("https://harbour.example/%D0%BC%D0%BE%D1%81%D1%82", "a", "page-"),
        ("https://harbour.example/" + "bridge-" * 20, "a", ("bridge-" * 8)[:-1]),
        ("https://harbour.example/" + "bridge" * 20, "a", "bridge" * 10),
    ],
)
def test_slugs(url: str, name: str, expected: str) -> None:
    found = slug(page("A", url=url, name=name))
    if expected == "page-":
        expected = f"page-{hashlib.sha256(b'A').hexdigest()[:8]}"
    assert found == expected
    assert len(found) <= SLUG_LENGTH
