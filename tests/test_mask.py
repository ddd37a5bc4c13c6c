"""Masking: labels, lengths and fingerprints stay; the text goes, and comes back only as it was."""

import pytest
from articles import ODD, PROPERTY, articles
from hypothesis import assume, given
from hypothesis import strategies as st

from newshole.article import Article, Segment, parse, render
from newshole.mask import fingerprint, mask, text_sha256, unmask

HEAD = "id: harbour.example/bridge\n\n"


def whole(article: Article) -> str:
    assert article.text is not None
    return article.text


@PROPERTY
@given(articles())
def test_the_text_comes_back_behind_its_mask(article: Article) -> None:
    text = whole(article)
    masked = mask(article)
    assert masked.spans == article.spans
    assert masked.header["text_sha256"] == text_sha256(text)
    assert parse(render(masked)) == masked
    assert unmask(masked, text) == article
    assert mask(masked) == masked


@PROPERTY
@given(articles(), st.data())
def test_no_other_text_is_taken_for_the_masked_one(article: Article, data: st.DataObject) -> None:
    text = whole(article)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 2, len(text))))
    other = text[:start] + data.draw(st.sampled_from(("", *ODD))) + text[end:]
    assume(other != text)
    with pytest.raises(ValueError, match="the text "):
        unmask(mask(article), other)


def test_a_masked_file_shows_white_space_and_fingerprints_only() -> None:
    article = parse(
        f"{HEAD}headline: The bridge opens\n\u2028\n"
        "dateline: \u3000RIVERTON —\n+body:  At last.\r\n"
    )
    assert render(mask(article)) == (
        "id: harbour.example/bridge\n"
        f"text_sha256: {text_sha256(whole(article))}\n"
        "\n"
        "headline# 11b50df34f 16\n"
        "\u2028\n"
        "dateline# \u30001b3f0ca4c5 10\n"
        "+body#  41e7e213ca 8\r\n"
    )
    assert mask(article).text is None


def test_fingerprint_folds_white_space_but_counts_it() -> None:
    assert fingerprint(" The\u00a0bridge \n opens\x1c") == "11b50df34f 18"
    assert fingerprint("The bridge opens") == "11b50df34f 16"
    assert fingerprint("The bridge open") != fingerprint("The bridge Open")


def test_a_segment_of_white_space_has_no_fingerprint() -> None:
    with pytest.raises(ValueError, match="'caption' holds white space only"):
        mask(parse(f"{HEAD}body: A\n+caption: \u00a0\n"))


@pytest.mark.parametrize("text", ["B b", "a  b", "a\nb", " a b", "a b ", "a b\n", "", "   "])
def test_without_a_digest_fingerprints_alone_refuse_another_text(text: str) -> None:
    masked = Article(((Segment("body", fingerprint("a b"), masked=True),),))
    assert unmask(masked, "a b").text == "a b"
    with pytest.raises(ValueError, match="the text "):
        unmask(masked, text)


def test_the_digest_tells_white_space_apart_that_fingerprints_do_not() -> None:
    masked = mask(parse(f"{HEAD}body: a b\n"))
    with pytest.raises(ValueError, match="other lines or white space"):
        unmask(masked, "a\u00a0b")


def test_what_is_not_masked_must_be_in_the_text_too() -> None:
    half = Article(((Segment("body", "ab"), Segment("credit", fingerprint("cd"), masked=True)),))
    assert unmask(half, "abcd").text == "abcd"
    assert mask(half) == half
    with pytest.raises(ValueError, match=r"code point 0 .*\(body ab\)"):
        unmask(half, "xxcd")
    with pytest.raises(ValueError, match=r"code point 2 .*\(credit "):
        unmask(half, "abxx")
