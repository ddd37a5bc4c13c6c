"""Encodings: decided as browsers decide them, decoded as they decode them, never guessed."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import outcome, read, refusal

from newshole.encoding import charset_of, declared_label, decode, known_label
from newshole.legacy import decode_as
from newshole.page import read_pages
from newshole.raw import PageError
from newshole.source import Source


def html(data: bytes, transport: str = "", encoding: str | None = None) -> str:
    return decode(data, is_html=True, transport=transport, encoding=encoding)


@pytest.mark.parametrize(
    ("label", "data", "text"),
    [
        ("iso-8859-1", b"\x93caf\xe9\x94 \x80 5", "“café” € 5"),
        ("US-ASCII", b"caf\xe9", "café"),
        (" latin1\n", b"caf\xe9", "café"),
        ("windows-1252", b"caf\xe9", "café"),
        ("iso-8859-9", b"\xfe\x80", "ş€"),
        ("latin2", b"\xb1", "ą"),
        ("iso-8859-8-i", b"\xf9\xec\xe5\xed", "שלום"),
        ("windows-1255", b"\xca", "\u05ba"),
        ("koi8-u", b"\xae\xd4", "ўт"),
        ("tis-620", b"\x80\xa1", "€ก"),
        ("gb2312", b"\xc4\xe3\x80\x81\x30\x81\x36", "你€\u0086"),
        ("gb18030", b"\xc4\xe3\x90\x30\x81\x30\xa8\xbc\xfe\x59", "你\U00010000ḿ龴"),
        ("big5", b"\xac\xec\xa1\x45\xa1\xe3\x88\x62", "科‧～Ê̄"),
        ("shift_jis", b"\x82\xa0\x81\x60\x87\x40\x5c~\xfb\xfc", "あ～①\\~髙"),
        ("sjis", b"\xb1", "ｱ"),
        ("euc-jp", b"\xa4\xa2\xa1\xc1\xa1\xdd\xad\xa1\x8e\xb1\xfc\xe2", "あ～－①ｱ髙"),
        ("iso-2022-jp", b'\x1b$B$"!A-!$$\x1b(B!', "あ～①い!"),
        ("euc-kr", b"\xb0\xa1\x8c\x63", "가똠"),
        ("utf-16", b"a\0\xac\x20", "a€"),
        ("unicodefffe", b"\0a\x20\xac", "a€"),
        ("x-user-defined", b"a\x80", "a\uf780"),
    ],
)
def test_labels_mean_what_browsers_mean(label: str, data: bytes, text: str) -> None:
    assert html(data, encoding=label) == text
    assert html(data, transport=label) == text


@pytest.mark.parametrize(
    "tag",
    [
        b"<meta charset=shift_jis>",
        b"<META CHARSET='Shift_JIS' />",
        b'<meta/charset="x-sjis">',
        b"<meta name=a\ncharset = sjis>",
        b'<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">',
        b"<meta content='text/html;charset=\"sjis\"' http-equiv=content-type>",
        b"<meta charset=klingon><meta charset=sjis>",
        b"<meta name=a content=it's><meta charset=sjis><meta name=b content=it's>",
        b"<!-- <meta charset=big5> --><meta charset=sjis>",
        b"<!--><meta charset=sjis>-->",
        b"<script>'<meta charset=big5>'</script><meta charset=sjis>",
        b"<title><meta charset=big5></title><meta charset=sjis>",
        b"<titles><meta charset=sjis></titles>",
        b"<p title='<meta charset=big5>'><meta charset=sjis>",
        b"<metadata charset=big5><meta charset=sjis>",
        b"<meta name=charset content=big5><meta charset=sjis>",
        b"<?xml version='1.0' encoding='shift_jis'?><html>",
        b'<?xml version="1.0" encoding="big5"?><meta charset=sjis>',
        b"<p>" + b"x" * 100_000 + b"</p><meta charset=sjis>",
        b"<meta name=a content='" + b"x" * 5_000 + b"'><meta charset=sjis>",
    ],
)
def test_a_page_declares_its_encoding(tag: bytes) -> None:
    assert declared_label(tag) == "shift_jis"
    assert html(tag + "<p>東京".encode("cp932")).endswith("<p>東京")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<p>No word of it", ""),
        (b"<meta charset=klingon>", ""),
        (b"<meta charset=utf-16le>", "utf-8"),
        (b"<?xml version='1.0' encoding='utf-16'?>", "utf-8"),
        (b"<meta charset=x-user-defined>", "windows-1252"),
        (b"<meta http-equiv=refresh content='1; charset=big5'>", ""),
        (b"<!-- <meta charset=big5>", ""),
        (b"<meta name=a content='<meta charset=big5>", ""),
    ],
)
def test_what_declares_nothing_or_another(data: bytes, name: str) -> None:
    assert declared_label(data) == name


def test_who_is_believed_before_whom() -> None:
    page = "<?xml version='1.0' encoding='koi8-r'?><meta charset=windows-1251><p>Пар"
    xml, meta = page.replace("<meta charset=windows-1251>", ""), page
    assert html(xml.encode("koi8-r")) == xml
    assert html(meta.encode("cp1251")) == meta
    assert html(meta.encode("cp866"), transport="ibm866") == meta
    assert html(meta.encode("koi8-r"), transport="ibm866", encoding="koi8-r") == meta
    for codec in ("utf-8-sig", "utf-16"):
        assert html(meta.encode(codec), transport="ibm866", encoding="koi8-r") == meta
    assert html(meta.encode("cp1251"), transport="klingon") == meta
    # A text file has no meta elements, only their text.
    assert decode(page.encode(), is_html=False) == page


@pytest.mark.parametrize(
    "mark_and_codec",
    [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")],
)
@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_a_byte_order_mark_decides_and_is_no_text(
    name: str, mark_and_codec: tuple[bytes, str], tmp_path: Path
) -> None:
    mark, codec = mark_and_codec
    text = "<p>Grüße, 東京 \U0001f6a2\r\n\ufeff"
    assert outcome(read(tmp_path / name, mark + text.encode(codec))) == [text]


@given(st.text(st.characters(exclude_categories=["Cs"])).filter(lambda t: t[:1] != "\ufeff"))
def test_every_text_comes_back_from_utf_8(text: str) -> None:
    assert decode(text.encode(), is_html=False) == text


@pytest.mark.parametrize(
    ("name", "data", "code", "reason"),
    [
        ("a.txt", b"caf\xe9 noir", "R014", "byte 0xE9 at offset 3 is not utf-8, which is taken"),
        ("a.txt", b"caf\xc3", "R014", "byte 0xC3 at offset 3"),
        ("a.txt", b"\xef\xbb\xbfcaf\xe9", "R014", "byte 0xE9 at offset 6 is not utf-8"),
        ("a.txt", b"\xff\xfea\0b", "R014", "offset 4 is not utf-16le, which the byte order mark"),
        ("a.txt", b"\xff\xfea\0\0\xd8b\0", "R014", "byte 0x00 at offset 4 is not utf-16le"),
        # A declaration that lies, either way.
        (
            "a.html",
            b"<meta charset=utf-8>caf\xe9",
            "R014",
            "offset 23 is not utf-8, which the page",
        ),
        (
            "a.html",
            b"<meta charset=iso-8859-1>caf\xc3\xa9",
            "R016",
            "the page declares windows-1252, and the bytes are valid UTF-8",
        ),
        ("a.html", b"<meta charset=windows-1252>\x81", "R014", "offset 27 is not windows-1252"),
        ("a.html", b"<meta charset=sjis>a\xa0", "R014", "0xA0 at offset 20 is not shift_jis"),
        ("a.html", b"<meta charset=euc-jp>\xa4\xa2\xfe\xfe", "R014", "0xFE at offset 23"),
        ("a.html", b"<meta charset=gbk>\x80\xff", "R014", "0xFF at offset 19 is not gbk"),
        ("a.html", b"<meta charset=iso-2022-kr>", "R015", "decode nothing in the encoding that"),
    ],
)
def test_what_cannot_be_decoded_is_told(
    name: str, data: bytes, code: str, reason: str, tmp_path: Path
) -> None:
    found = refusal(read(tmp_path / name, data))
    assert found.code == code
    assert found.origin == str(tmp_path / name)
    assert reason in found.reason
    assert "--encoding" in found.fix or "save the page as UTF-8" in found.fix


def test_the_mends_that_are_told_mend(tmp_path: Path) -> None:
    lying = b"<meta charset=iso-8859-1>caf\xc3\xa9"
    assert outcome(read(tmp_path / "a.html", lying, encoding="utf-8"))[0].endswith("café")
    assert outcome(read(tmp_path / "a.html", lying, encoding="windows-1252"))[0].endswith("cafÃ©")
    assert outcome(read(tmp_path / "a.txt", b"caf\xe9", encoding="windows-1252")) == ["café"]
    bare = "Grüße".encode("utf-16-le")
    assert refusal(read(tmp_path / "a.txt", "Fog".encode("utf-16-le"))).code == "R012"
    assert outcome(read(tmp_path / "a.txt", bare, encoding="utf-16le")) == ["Grüße"]


def test_a_declaration_of_what_is_ascii_is_no_lie() -> None:
    assert html(b"<meta charset=iso-8859-1>cafe") == "<meta charset=iso-8859-1>cafe"


def test_the_transport_may_lie_too() -> None:
    with pytest.raises(PageError, match="HTTP header declares windows-1252") as raised:
        html("café".encode(), transport="iso-8859-1")
    assert raised.value.code == "R016"


@pytest.mark.parametrize("label", ["klingon", "", "replacement", "hz-gb-2312", "utf-7"])
def test_an_unknown_encoding_is_a_wrong_call(label: str) -> None:
    assert not known_label(label)
    with pytest.raises(LookupError, match="unknown encoding"):
        read_pages(Source("a.txt", "a.txt", "txt", 0, ""), encoding=label)


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/html; charset=utf-8", "utf-8"),
        ('text/html;Charset = "Big5"', "Big5"),
        ("text/html; charset='koi8-r'; x=y", "koi8-r"),
        ("text/html; charset=", ""),
        ("text/html", ""),
    ],
)
def test_charset_of_a_content_type(content_type: str, charset: str) -> None:
    assert charset_of(content_type) == charset


@pytest.mark.parametrize(
    "piece", [b"<meta ", b"<meta =", b"<meta '", b"<meta a='", b"<!-- ", b"<!", b"<script ", b"<a"]
)
def test_the_search_takes_no_longer_for_what_never_ends(piece: bytes) -> None:
    data = piece * (3 << 20 // len(piece))
    start = time.perf_counter()
    assert declared_label(data[: 3 << 20]) == ""
    assert time.perf_counter() - start < 3


def test_offsets_in_legacy_encodings_are_of_bytes() -> None:
    with pytest.raises(UnicodeDecodeError) as raised:
        decode_as("shift_jis", "髙橋①".encode("cp932") + b"\xfdx")
    assert raised.value.start == 6
