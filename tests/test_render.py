"""The rules of newshole.render, each on a page as small as it can be."""

import gzip
import html
import json
import os
import re
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newshole.encoding import decode
from newshole.render import Hint, RenderError, TextLine, plain, render


def texts(page: str) -> list[str]:
    return [line.text for line in render(page)]


def hint(page: str, line: int = 0) -> Hint:
    found = render(page)[line].hint
    assert found is not None
    return found


def fields(page: str) -> list[tuple[str, str]]:
    """The fields of a page's first line: what stands in each, and its word."""
    line = render(page)[0]
    assert line.hint is not None
    return [(line.text[start:end], word) for start, end, word in line.hint.fields]


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>var a = 'x';</script>",
        "<script type='text/template'><p>x</p></script>",
        "<style>p { color: red }</style>",
        "<template><p>x</p></template>",
        "<!-- x -->",
        "<iframe src=//ads.example>x</iframe>",
        "<audio controls>x</audio>",
        "<video><p>x</p></video>",
        "<canvas>x</canvas>",
        "<svg><title>x</title><desc>x</desc><path d='M0 0'/></svg>",
        "<math><annotation>x</annotation></math>",
        "<select><option>x</option></select>",
        "<datalist><option>x</option></datalist>",
        "<input value=x><input type=hidden value=x><input placeholder=x>",
        "<p hidden>x</p>",
        "<p HIDDEN=''>x</p>",
        "<p style='color: red; DISPLAY : none'>x</p>",
        "<p style='display:none !important'>x</p>",
        "<div hidden><p>x<b>x</b></p></div>",
        "<p hidden class=subscriber-only>x</p>",
        "<dialog>x</dialog>",
        "<dialog id=a>x</dialog>",
        "<div popover>x</div>",
        "<p style='display:none' class=paywall-content>x</p>",
        "<p style='display:none' class=members>x</p>",
        "<p> \n </p><p>&nbsp;</p><p>&#8203;&shy;</p>",
        "<ruby><rp>x</rp></ruby>",
    ],
)
def test_what_no_reader_sees_is_left_out(unseen: str) -> None:
    assert texts(f"<title>x</title><p>One</p>{unseen}<p>Two</p>") == ["One", "Two"]


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<p aria-hidden=true>Two", ["Two"]),
        ("<p hidden=until-found>Two", ["Two"]),
        ("<p style='visibility: hidden'>Two", ["Two"]),
        ("<p style='display: none; display: block'>Two", ["Two"]),
        ("<dialog open>Two</dialog>", ["Two"]),
        ("<details><summary>Two</summary><p>Three</details>", ["Two", "Three"]),
        ("<p style='display:none' class=subscriber-only>Two", ["Two"]),
        ("<div style='display:none' class='premium content'>Two<p>Three", ["Two", "Three"]),
        ("<div style='display:none' class=paywall-full-content>Two", ["Two"]),
        ("<textarea>Two\nThree</textarea>", ["Two", "Three"]),
        ("<svg><text>Two</text><text>Three</text></svg>", ["Two Three"]),
        ("<object>Two</object>", ["Two"]),
        ("<unknown-element>Two</unknown-element>", ["Two"]),
    ],
)
def test_what_a_reader_sees_or_can_open_is_kept(page: str, lines: list[str]) -> None:
    assert texts(f"<p>One</p>{page}") == ["One", *lines]


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        (
            "<div>A<!--$?--><template id=B:0></template><i>Wait</i><!--/$--></div><p>C</p>"
            '<div hidden id="S:0"><p>B</p></div>',
            ["A", "B", "C"],
        ),
        # Boundaries within the stand-in end before it.
        (
            "<div><!--$?--><template id=B:0></template><!--$-->x<!--/$-->x<!--/$-->A</div>"
            '<div hidden id="S:0">B</div>',
            ["BA"],
        ),
        # Comments may have been taken out of the page: rather too much than too little.
        (
            '<div><template id="B:0"></template>Wait</div><div hidden id="S:0"><p>A</p></div>',
            ["A", "Wait"],
        ),
        (
            '<p><template id="B:1"></template><p>C</p><div hidden id="S:2"><p>B</p></div>'
            '<div hidden id="S:1"><p>A</p><template id="P:2"></template></div>',
            ["A", "B", "C"],
        ),
        ('<p>A</p><div hidden id="S:7">B</div>', ["A", "B"]),
        (
            '<template id="B:0"></template><div hidden id="S:0">A<template id="B:0"></template>',
            ["A"],
        ),
        ('<template id="B:0"></template><p>A</p>', ["A"]),
        ('<template id="B:0"></template><p>A</p><div hidden id="S:0"></div>', ["A"]),
    ],
)
def test_what_is_streamed_late_stands_in_its_place(page: str, lines: list[str]) -> None:
    assert texts(page) == lines


ARTICLE = "".join(f"<p>Paragraph {number}: {'long words ' * 20}</p>" for number in range(5))


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<noscript>Please switch on scripts.</noscript>", []),
        ("<noscript><p>Switch <b>on</b></p><img alt='A quay'></noscript>", ["A quay"]),
        ("<img alt='A quay'><noscript><img alt='A quay'></noscript>", ["A quay"]),
        ("<noscript><img alt='A quay'></noscript><img alt='A quay'>", ["A quay"]),
        ("<noscript><img alt='A quay'></noscript><p>x</p><img alt='A quay'>", None),
        ("<img alt='A quay'><img alt='A quay'>", ["A quay", "A quay"]),
        (f"<noscript><style>{'p{} ' * 500}</style>No scripts.</noscript>", []),
        ("<div>It <noscript><div>x</div><br></noscript>rains.</div>", ["It rains."]),
        (f"<noscript>{ARTICLE}</noscript>", texts(ARTICLE)),
        (f"<noscript>{ARTICLE}</noscript>{ARTICLE}", texts(ARTICLE)),
        (f"{ARTICLE}<noscript>{ARTICLE}<p>More</p></noscript>", [*texts(ARTICLE), "More"]),
    ],
)
def test_of_noscript_the_images_and_a_whole_article_are_taken(
    page: str, lines: list[str] | None
) -> None:
    top, *rest = texts(f"<p>Top</p>{page}")
    assert top == "Top"
    assert rest == (["A quay", "x", "A quay"] if lines is None else lines)


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("One <img alt=' A  dog\non a quay '> two", ["One", "A dog on a quay", "two"]),
        ("<img alt=''><img><img alt=' '>One", ["One"]),
        ("<img alt=Counter width=1 height=1><img alt=x width=0 height=0>One", ["One"]),
        ("<img alt=Line width=600 height=1>", ["Line"]),
        ("Well done <img alt='👏'> all", ["Well done 👏 all"]),
        ("Well <img alt=':D' class=wp-smiley>", ["Well :D"]),
        ("if <img alt='x_{i}' class='mwe-math-image'> grows", ["if x_{i} grows"]),
        ("<amp-img alt='A quay'></amp-img>", ["A quay"]),
        ("<amp-img><noscript><img alt='A quay'></noscript></amp-img>", ["A quay"]),
        (
            "<amp-img alt='A quay'><amp-img fallback alt='A quay'></amp-img>"
            "<noscript><img alt='A quay'></noscript></amp-img>",
            ["A quay"],
        ),
        ("<picture><source srcset=a><img alt='A quay'></picture>", ["A quay"]),
        ("<input type=image alt=Search src=a>", ["Search"]),
    ],
)
def test_an_image_is_its_alternative_text(page: str, lines: list[str]) -> None:
    assert texts(page) == lines


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<p> One\n\t two \f three  </p>", ["One two three"]),
        ("<p>One<b> two </b> three</p>", ["One two three"]),
        ("<p>One<b></b> <i> </i> two</p>", ["One two"]),
        ("<p>10&nbsp;km&ensp;&#12288;on&#8203;ly</p>", ["10\u00a0km\u2002\u3000on\u200bly"]),
        ("<p>&nbsp;One&nbsp;</p>", ["One"]),
        (
            "<p>R&amp;D &lt;b&gt; &eacute;&#233;&#xe9;&#x93; &copy2024 &nix; & &</p>",
            ["R&D <b> ééé“ ©2024 &nix; & &"],
        ),
        ("<p>e\u0301 👩‍👩‍👧 𝒳 \u2028 \u0085</p>", ["e\u0301 👩‍👩‍👧 𝒳"]),
        ("<p dir=rtl>‏שלום, <b>עולם</b>! <i>(12)</i></p>", ["‏שלום, עולם! (12)"]),
        ("<p>السعر <bdi>12</bdi> درهمًا<br>ثانيًا</p>", ["السعر 12 درهمًا", "ثانيًا"]),
        ("One<br>two<br><br>three<br/>", ["One", "two", "three"]),
        ("<div>One<p>two</div>three<section>four</section>", ["One", "two", "three", "four"]),
        ("<ul><li>One<ul><li>two</ul>three<li>four</ul>", ["One", "two", "three", "four"]),
        ("<p>One<hr>two", ["One", "two"]),
        ("<span style='display:block'>One</span>two", ["One", "two"]),
        ("One <b style='display: unset'>two</b>", ["One two"]),
        ("One<p style='display: inherit'>two</p>", ["One", "two"]),
        ("<div style='display: inline'>One</div> two", ["One two"]),
        (
            "<div style='display:inline-block'>One</div><div style='display:inline'>two</div>",
            ["One two"],
        ),
        ("<pre>One  two\n  three\r\n\nfour&#13;five</pre>", ["One  two", "three", "four", "five"]),
        ("<pre>a<b>B</b>c<span>D</span>\ne</pre>", ["aBcD", "e"]),
        ("<p style='white-space: pre-wrap'>One\ntwo  three</p>", ["One", "two  three"]),
        ("<p style='white-space: nowrap'>One\ntwo</p>", ["One two"]),
        ("<xmp><b>x</b></xmp>", ["<b>x</b>"]),
        ("<plaintext><p>One", ["<p>One"]),
        ("One", ["One"]),
        ("", []),
        ("<", ["<"]),
        ("<p>One</p", ["One"]),
        ("</p></div>One<p>two<div>three</p>four", ["One", "two", "three", "four"]),
        ("<body style='x'>One</body><p>two</p></html>three", ["One", "two", "three"]),
    ],
)
def test_lines_and_white_space_are_those_of_the_screen(page: str, lines: list[str]) -> None:
    assert texts(page) == lines


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        (
            "<table><tr><th>Team<th>Won<tr><td>Rovers<td> 3 </table>",
            ["Team\tWon", "Rovers\t3"],
        ),
        ("<table><caption>Cup</caption><tr><td>A<td><td>C</table>", ["Cup", "A\tC"]),
        ("<table><tr><td><b>A</b> b<td><a href=x>C</a> d</table>", ["A b\tC d"]),
        ("<table><tr><td>A<td>B<br>C</table>", ["A", "B", "C"]),
        ("<table><tr><td><p>A</p><td>B</table>", ["A", "B"]),
        ("<table><tr><td><img alt='A quay'><td>B</table>", ["A quay", "B"]),
        ("<table><tr><td><img alt=''>A<td>B</table>", ["A\tB"]),
        (
            "<table><tr><td>A<td><table><tr><td>B<td>C</table><td>D</table>",
            ["A", "B\tC", "D"],
        ),
        ("<div><td>A</td><td>B</td></div>", ["AB"]),
    ],
)
def test_a_row_is_a_line_unless_a_cell_holds_lines(page: str, lines: list[str]) -> None:
    assert texts(page) == lines


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("my<button>save</button>d <button>Share</button>2", "my save d Share 2"),
        ("Mail<input type=submit value=Go>now", "Mail Go now"),
        ("<a href=/a>news</a><a href=/b>sport</a>", "news sport"),
        ("<a href=/a>ne</a><a href=/a>ws</a>", "news"),
        ("<a href=/a>news</a>paper", "newspaper"),
        ("by<span class=author>jane roe</span>and", "by jane roe and"),
        ("it rained.<span class=credit>photo: roe</span>", "it rained. photo: roe"),
        ("(<time>3 May</time>)", "(3 May)"),
        ("“<cite>The Quay</cite>”", "“The Quay”"),
        ("10,<cite>5</cite>", "10,5"),
        ("<span>Jane Roe</span><span>12 May</span>", "Jane Roe 12 May"),
        ("<span>Reply</span><span>Delete</span>", "Reply Delete"),
        ("Reply<i class=dot></i><svg></svg>Delete<x-icon></x-icon>Report", "Reply Delete Report"),
        ("<span>It rained.</span><span>Photo: Roe</span>", "It rained. Photo: Roe"),
        ("<span>Really?</span><span>Yes!</span><span>No</span>", "Really? Yes! No"),
        ("<span>Tags:</span><span>Harbour</span>", "Tags: Harbour"),
        ("<span>Score</span><span>:</span><span>3</span>", "Score: 3"),
        ("<span>11</span><span>comments</span>", "11 comments"),
        ("<span>2024</span><span>12:30</span>", "2024 12:30"),
        ("<span>SEO</span><span>News</span>", "SEO News"),
        ("<span>T</span>he quay", "The quay"),
        ("<span>e</span>News", "eNews"),
        ("<span>3</span>rd", "3rd"),
        ("<span>U.</span><span>S.</span>", "U.S."),
        ("<span>12:</span><span>30</span>", "12:30"),
        ("<span>back</span>pack", "backpack"),
        ("<b>One</b>Two", "OneTwo"),
        ("H<sub>2</sub>O, said<sup><a href=x>1</a></sup>", "H2O, said1"),
        ("<code><span>get</span><span>Name</span></code>", "getName"),
        ("<span>虐待</span><span>防止</span>", "虐待防止"),
        ("<p>Sno<wbr>w&shy;fall</p>", "Snow\u00adfall"),
        ("<b><i>One</i> <u>two<s>three</s></u></b>four", "One twothreefour"),
    ],
)
def test_words_are_parted_where_style_sheets_part_them(page: str, line: str) -> None:
    assert texts(page) == [line]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (
            "<p>By <a rel=author href=x>Jane Roe</a> <time>3 May</time></p>",
            [("Jane Roe", "author"), ("3 May", "time")],
        ),
        (
            "<p>&nbsp;👏 <span class=by-line> By&ensp;Roe&nbsp;</span></p>",
            [("By\u2002Roe", "byline")],
        ),
        ("<p>A quay <span class='caption__photoCredit'>(Roe)</span>", [("(Roe)", "caption")]),
        ("<p><span itemprop=datePublished class=credit>3 May</span>", [("3 May", "datepublished")]),
        (
            "<p><span class=credit>Photo: <cite>Roe</cite></span>",
            [("Photo: Roe", "credit"), ("Roe", "cite")],
        ),
        ("<p><span class=dateline>QUAY —</span> It rained", [("QUAY —", "dateline")]),
        ("<p><span class=datelined>x</span><time></time><cite> </cite>", []),
        ("<p class=credit>Photo: Roe", []),
        ("<p>said<sup class=citation>1</sup>", []),
    ],
)
def test_fields_are_places_in_their_line(page: str, found: list[tuple[str, str]]) -> None:
    assert fields(page) == found


def test_a_field_over_two_lines_is_a_field_in_each() -> None:
    first, second = render("<p>By <span class=author>Jane Roe<br>Our reporter</span> here</p>")
    assert first.hint
    assert second.hint
    assert (first.text, first.hint.fields) == ("By Jane Roe", ((3, 11, "author"),))
    assert (second.text, second.hint.fields) == ("Our reporter here", ((0, 12, "author"),))


@pytest.mark.parametrize(
    ("page", "share"),
    [
        ("<p><a href=x>One two</a></p>", 1.0),
        ("<p><a href=x>One</a> two</p>", 0.5),
        ("<a href=x><p>One</p></a>", 1.0),
        ("<a href=x><img alt=One></a>", 1.0),
        ("<p>One <a name=x></a>two</p>", 0.0),
    ],
)
def test_link_share_counts_what_is_not_white_space(page: str, share: float) -> None:
    assert hint(page).link_share == share


def test_a_hint_names_the_block_and_what_is_around_it() -> None:
    page = (
        "<body class=home><main id=story><div class='articleBody wide2'><section>"
        "<p data-testid=lead-p><em class=high>One</em> <b class=big><i class=low>two</i></b>"
        "</p></section></div>"
        "<ul role=list><li>Three<li><a href=x rel=tag>four</a></ul></main>"
    )
    assert hint(page) == Hint(
        block="p",
        ancestors=("html", "body", "main", "div", "section", "p"),
        words=("lead", "article", "body", "wide", "story"),
        link_share=0.0,
        position=0,
        siblings=0,
        fields=(),
    )
    assert hint(page, 2) == Hint(
        "li", ("html", "body", "main", "ul", "li"), ("tag", "list", "story"), 1.0, 2, 2, ()
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("<p class=one>", ("one", "two", "three", "four")),
        ("<p>", ("two", "three", "four")),
        ("<p class=oneOne><b class=HTMLPage-1>", ("html", "page", "one", "two", "three")),
        ("<p class='a 12 -_'>", ("two", "three", "four")),
        ("<p id=ÜberSchrift_légende>", ("über", "schrift", "légende", "two", "three", "four")),
    ],
)
def test_words_are_those_of_the_line_and_three_elements_around_it(
    line: str, words: tuple[str, ...]
) -> None:
    page = "<div class=five><div role=four><div id=three><div>{}<div itemprop=two>"
    assert hint(page.replace("{}", "") + f"{line}x").words == words


@settings(max_examples=300, deadline=None)
@given(st.text("abAB1 -_", max_size=12))
def test_names_are_split_alike_with_and_without_accents(name: str) -> None:
    # A letter that stands alone is no word, but takes the name out of ASCII, and other patterns.
    assert hint(f"<p class='{name}'>x").words == hint(f"<p class='{name} é'>x").words


def test_the_place_in_a_list_or_table_is_counted_among_its_own() -> None:
    page = "<ol><li>a<ul><li>b<li>c</ul><li>d</ol><table><tr><td>e<tr><td>f</table><p>g"
    places = [(line.text, *line.hint[4:6]) for line in render(page) if line.hint]
    assert places == [
        ("a", 1, 2), ("b", 1, 2), ("c", 2, 2), ("d", 2, 2), ("e", 1, 2), ("f", 2, 2), ("g", 0, 0)
    ]  # fmt: skip


def test_the_hint_of_an_image_is_its_own() -> None:
    found = hint("<figure><p>One <img alt='A quay' class=hero></p></figure>", 1)
    assert (found.block, found.ancestors[-2:], found.words) == ("img", ("figure", "p"), ("hero",))


def test_plain_text_is_split_at_newlines_alone() -> None:
    assert plain(" a\u2028b\x85c\r\n\nd") == [
        TextLine(" a\u2028b\x85c\r"),
        TextLine(""),
        TextLine("d"),
    ]


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000,
        "<b>" * 1_600_000,
        "<div></x>" * 100_000,
        "<svg><p>" + "<path/>" * 100_000,
    ],
)
def test_elements_nested_too_deep_are_refused_before_they_are_parsed(page: str) -> None:
    begin = time.process_time()
    with pytest.raises(RenderError, match=r"nest about \d+ deep; 10000 is the limit"):
        render(page)
    assert time.process_time() - begin < 8


def test_a_small_page_that_would_be_a_big_tree_is_refused() -> None:
    page = "<p>" + "".join(f"<b id={number}>" for number in range(5_000)) + "<p>x" * 5_000
    with pytest.raises(RenderError, match="as they are not closed; 4000000 is the limit"):
        render(page)


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<div>" * 9_000 + "One", ["One"]),
        ("<p>" * 1_600_000 + "One", ["One"]),
        ("<table><tr>" + "<td>x" * 300_000, ["\t".join(["x"] * 300_000)]),
        ("<svg>" + "<path d='M0 0'/>" * 30_000 + "</svg>One", ["One"]),
        ("<p " + "a=b " * 300_000 + ">One", ["One"]),
        ("<noscript>" * 5_000 + "x " * 100_000, [("x " * 100_000).strip()]),
    ],
)
def test_a_long_page_of_unclosed_tags_is_rendered(page: str, lines: list[str]) -> None:
    assert texts(page) == lines


# Only elements that may stand in one another: a parser would move the others.
_INLINE = ("b", "cite", "code", "em", "q", "span", "sup", "time", "x-y")
_BLOCK = ("div", "ul", "section", "figure", "blockquote", "details", "summary", "pre")
_ATTRIBUTES = ("", " class=byline", " hidden", " style='display:none'", " id=a href=b", " dir=rtl")
_LEAF = st.text("aB1 .,:\n\té\u00a0世界שלום👏e\u0301\u200b&<>\"'", max_size=8)
_TREE = st.recursive(
    _LEAF,
    lambda inner: st.tuples(
        st.sampled_from(_INLINE + _BLOCK), st.sampled_from(_ATTRIBUTES), st.lists(inner, max_size=4)
    ),
    max_leaves=25,
)


def _markup(tree: object) -> tuple[str, str]:
    """A tree's HTML, and the text in it that a reader sees."""
    if isinstance(tree, str):
        return html.escape(tree), tree
    assert isinstance(tree, tuple)
    tag, attributes, children = tree
    parts = [_markup(child) for child in children]
    is_hidden = "hidden" in attributes or "none" in attributes
    inner = "".join(part for part, _ in parts)
    return (
        f"<{tag}{attributes}>{inner}</{tag}>",
        "" if is_hidden else "".join(seen for _, seen in parts),
    )


def _ink(text: str) -> str:
    return re.sub("[\\s\u200b]", "", text)


@settings(max_examples=300, deadline=None)
@given(_TREE)
def test_no_text_is_lost_or_doubled_or_moved(tree: object) -> None:
    page, seen = _markup(tree)
    lines = render(page)
    assert _ink("".join(line.text for line in lines)) == _ink(seen)
    for text, found in lines:
        assert text == text.strip()
        assert "\n" not in text
        assert found is not None
        assert found.ancestors[:2] == ("html", "body")
        assert 0.0 <= found.link_share <= 1.0
        for start, end, _ in found.fields:
            assert 0 <= start < end <= len(text)
            assert text[start:end] == text[start:end].strip()


def _checked_pages() -> Iterator[tuple[str, str, list[str]]]:
    """Id, HTML and body lines of the fetched pages that are known to hold these lines."""
    folders = [Path(folder) for folder in os.environ.get("NEWSHOLE_PAGES", "").split(os.pathsep)]
    for checks in (path for folder in folders for path in sorted(folder.rglob("gold_check.jsonl"))):
        known = {}
        for line in checks.read_text().splitlines():
            check = json.loads(line)
            known[check["id"]] = check["body_lines"] == check["body_lines_in_page"]
        for line in checks.with_name("pages.jsonl").read_text().split("\n"):
            if line and known[(record := json.loads(line))["id"]]:
                data = gzip.decompress(
                    (checks.parent / f"html/{record['id']}.html.gz").read_bytes()
                )
                yield record["id"], decode(data, is_html=True), record["body"].split("\n")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


@pytest.mark.skipif(
    not os.environ.get("NEWSHOLE_PAGES"), reason="NEWSHOLE_PAGES names no folder of fetched pages"
)
def test_no_line_of_a_known_body_is_lost() -> None:
    lost, count = [], 0
    for name, page, body in _checked_pages():
        rendered = _letters("".join(texts(page)))
        count += len(body)
        lost += [(name, line) for line in body if _letters(line) not in rendered]
    assert count
    assert not lost
