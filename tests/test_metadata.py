"""Metadata: what a page's head and JSON-LD tell of its lines."""

import json

import pytest
from selectolax.lexbor import LexborHTMLParser

from newshole.metadata import FIELDS, MOST_JSON, metadata, told
from newshole.render import render

BODY = [
    "The council of Quillmere voted on Tuesday to keep the night ferry for another winter.",
    "Nobody had expected the vote to be so close, least of all the harbour master herself.",
    "She had laid out the timetable for the last boat a week before, and taken it down again.",
    "The road across the flats stays open at low water, as it has for a hundred and ten years.",
    "Islanders sang on the quay until the ferry left, and some of them had to run to catch it.",
]


def page(head: str = "", body: str = "") -> str:
    return f"<html><head>{head}</head><body>{body}</body></html>"


def article(**properties: object) -> str:
    data = {"@context": "https://schema.org", "@type": "NewsArticle", **properties}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def fields(head: str, *texts: str) -> list[set[str]]:
    known = metadata(LexborHTMLParser(page(head)))
    assert known is not None
    return [set(one) for one in told(texts, known)]


def test_a_page_that_says_nothing() -> None:
    assert metadata(LexborHTMLParser(page(body="<p>A line of text.</p>"))) is None
    assert metadata(LexborHTMLParser("")) is None


@pytest.mark.parametrize(
    ("head", "line", "field"),
    [
        ('<meta property="og:title" content="Night ferry stays">', "Night ferry stays", "title"),
        ("<title>Night ferry stays | Tern Post</title>", "Night ferry stays", "title"),
        ("<title>Night ferry stays - Tern Post</title>", "Night ferry stays", "title"),
        (article(headline="Night ferry stays"), "NIGHT FERRY STAYS", "title"),
        (
            '<meta name="twitter:title" content="“Night ferry” stays">',
            "'Night ferry' stays",
            "title",
        ),
        ("<title>Night ferry stays afloat</title>", "Night ferry stays", "in_title"),
        (
            '<meta name="description" content="The vote was close, and the quay was full.">',
            "The vote was close, and the quay was full.",
            "description",
        ),
        (
            '<meta property="og:description" content="The vote was close, and the quay was f...">',
            "The vote was close, and the quay was full of people who sang.",
            "description",
        ),
        ('<meta name="author" content="Ines Marlow">', "By Ines Marlow, Quillmere", "author"),
        ('<meta name="author" content="Ines Marlow and Tom Ode">', "Tom Ode", "author"),
        (article(author={"@type": "Person", "name": "Ines Marlow"}), "Ines Marlow", "author"),
        (article(author=[{"name": "Tom Ode"}, {"name": "Ida Ro"}]), "By Ida Ro", "author"),
        (article(author="Ines Marlow"), "Von Ines Marlow", "author"),
        ('<meta property="article:section" content="Harbour">', "HARBOUR", "section"),
        ('<meta name="keywords" content="ferries, budget; road salt">', "Road salt", "tag"),
        (article(keywords=["ferries", "road salt"]), "ferries", "tag"),
        ('<meta property="og:site_name" content="Tern Post">', "Tern Post", "publisher"),
        (article(publisher={"name": "Tern Post"}), "Tern Post", "publisher"),
        (
            article(image={"url": "a.jpg", "caption": "The last boat on Friday"}),
            "The last boat on Friday",
            "caption",
        ),
        (
            '<meta property="og:image:alt" content="The last boat">',
            "The last boat. Photo: Tom Ode",
            "caption",
        ),
        (article(articleBody=" ".join(BODY)), BODY[2], "body"),
        (article(articleBody=" ".join(BODY)), "Read more: " + BODY[2], "beside_body"),
    ],
)
def test_what_a_line_is_told_to_be(head: str, line: str, field: str) -> None:
    other, found = fields(head, "Skip to the content", line)
    assert field in FIELDS
    assert field in found
    assert not other


def test_articles_in_lists_and_graphs_count_and_other_things_do_not() -> None:
    story = {"@type": ["Thing", "NewsArticle"], "headline": "Night ferry stays"}
    shop = {"@type": "Product", "name": "A rope", "description": "Twelve metres of rope"}
    for data in ([story, shop], {"@graph": [shop, story]}, {"mainEntity": story}):
        head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
        assert fields(head, "Night ferry stays", "Twelve metres of rope") == [{"title"}, set()]


@pytest.mark.parametrize(
    "data",
    ["", "{", "null", "3", '"text"', "[[[]]]", '{"@type": 3}', '{"@type": [null]}', "[" * 100_000],
)
def test_json_that_is_broken_or_something_else_is_passed_over(data: str) -> None:
    head = f"<title>Night ferry stays</title><script type='application/ld+json'>{data}</script>"
    assert fields(head, "Night ferry stays") == [{"title"}]


def test_properties_of_other_kinds_are_passed_over() -> None:
    odd = article(headline=3, author={"name": ["x"]}, image=[None, 4], keywords={"a": 1})
    assert fields(odd + "<title>Night ferry stays</title>", "Night ferry stays") == [{"title"}]


def test_no_more_json_is_read_than_the_limit() -> None:
    long = article(headline="Night ferry stays", articleBody="x" * MOST_JSON)
    assert metadata(LexborHTMLParser(page(long))) is None


def test_what_lines_are_looked_for_in_has_an_end() -> None:
    bodies = ["word " * 40_000 + BODY[0], "other " * 40_000, BODY[1]]
    head = "".join(article(articleBody=body) for body in bodies)
    head += "".join(f'<meta name="description" content="{BODY[2]} {n}">' for n in range(500))
    known = metadata(LexborHTMLParser(page(head)))
    assert known is not None
    assert len(known.body) == 100_000
    assert len(known.beginnings) == 200
    assert fields(head, BODY[0], BODY[1]) == [{"beside_body"}, {"beside_body"}]


def test_a_short_body_is_no_body() -> None:
    head = article(articleBody=BODY[0], headline="Night ferry stays")
    assert fields(head, BODY[0], BODY[1]) == [set(), set()]


def test_render_puts_it_into_the_hints_and_leaves_the_text() -> None:
    body = f"<h1>Night ferry stays</h1><p>By Ines Marlow</p><p>{BODY[0]}</p>"
    head = '<title>Night ferry stays</title><meta name="author" content="Ines Marlow">'
    with_head, without = render(page(head, body)), render(page("", body))
    assert [line.text for line in with_head] == [line.text for line in without]
    assert [line.hint and line.hint.told for line in with_head] == [("title",), ("author",), ()]
    assert [line.hint and line.hint._replace(told=()) for line in with_head] == [
        line.hint for line in without
    ]
