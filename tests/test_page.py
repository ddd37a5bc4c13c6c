"""Pages: their ids, sites and languages; their characters as they came; why they are refused."""

import gzip
import re
from hashlib import sha256
from pathlib import Path

import pytest
from reading import outcome, read, refusal, the_source

import newshole
from newshole.page import REASONS, Page, Rejected, read_pages, site_of
from newshole.raw import printable
from newshole.source import Source, find_sources

BAD: dict[str, tuple[bytes, str]] = {
    "empty.txt": (b"", "R010"),
    "empty.html": (b"\xef\xbb\xbf", "R010"),
    "space.txt": (b" \n\t\r\n\xc2\xa0\xe2\x80\xa8", "R011"),
    "broken.txt": (b"caf\xe9", "R014"),
    "lying.html": (b"<meta charset=latin1>caf\xc3\xa9", "R016"),
    "nul.html": (b"<p>a\0b", "R012"),
    "cut.txt.gz": (b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b", "R005"),
    "junk.html.zst": (b"<p>Fog.", "R006"),
    "large.txt": (b"x" * 1001, "R004"),
    "a.jsonl": (b"Fog.", "R020"),
    "b.jsonl": (b'{"text": "\\ud800"}', "R013"),
    "c.jsonl": (b'{"txt": "Fog."}', "R021"),
    "a.parquet": (b"Fog.", "R022"),
    "a.warc": (b"Fog.", "R031"),
}


def page_of(path: Path, data: bytes) -> Page:
    (page,) = read(path, data)
    assert isinstance(page, Page)
    return page


def test_the_batch_goes_on_whatever_is_in_it(tmp_path: Path) -> None:
    for name, (data, _) in BAD.items():
        (tmp_path / name).write_bytes(data)
        (tmp_path / f"{name}.good.txt").write_text(f"Good, after {name}.")
    good, refused = [], {}
    for source in find_sources([str(tmp_path)]):
        assert isinstance(source, Source)
        for found in read_pages(source, max_page_bytes=1000):
            if isinstance(found, Rejected):
                file, _, number = found.origin.removeprefix(f"{tmp_path}/").partition(":")
                refused[file] = found.code
                assert number == ("1" if source.form == "jsonl" else "")
                assert found.reason
                assert found.fix
            else:
                good.append(found.content)
    assert refused == {name: code for name, (_, code) in BAD.items()}
    assert good == sorted(f"Good, after {name}." for name in BAD)


def test_reasons_are_all_that_the_package_gives() -> None:
    package = Path(newshole.__file__).parent
    given = {
        code
        for module in package.rglob("*.py")
        if module.name != "raw.py"
        for code in re.findall(r'"(R\d{3})"', module.read_text(encoding="utf-8"))
    }
    own = (package / "raw.py").read_text(encoding="utf-8")
    given |= set(re.findall(r'PageError\("(R\d{3})"', own))
    assert given == set(REASONS)
    assert all(meaning and meaning[0].islower() for meaning in REASONS.values())
    assert list(REASONS) == sorted(REASONS)


def test_a_text_keeps_every_character(tmp_path: Path) -> None:
    text = "\r\n A\r\nB\rC\nD\u2028E\x85F\x0c\u200f שלום e\u0301 \U0001f6a2\ufeff\x1f +x: y\r\n\n"
    for name in ("a.txt", "a.html"):
        page = page_of(tmp_path / name, text.encode())
        assert page.content == text
        assert page.page_sha256 == sha256(text.encode()).hexdigest()


def test_the_digest_is_of_the_bytes_as_they_came(tmp_path: Path) -> None:
    data = "\ufeffGrüße".encode("utf-16-le")
    assert page_of(tmp_path / "a.txt", data).page_sha256 == sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("name", "page_id"),
    [
        ("a.txt", "a"),
        ("news/2024/ferry.html", "news/2024/ferry"),
        ("news/v1.2.HTM", "news/v1.2"),
        ("a b/Grüße.text", "a b/Grüße"),
        ("a/line\nend.txt", "a/line\\nend"),
    ],
)
def test_a_file_of_one_page_gives_its_name(name: str, page_id: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("<p>Fog.")
    (source,) = find_sources([str(tmp_path)])
    assert isinstance(source, Source)
    (page,) = read_pages(source)
    assert isinstance(page, Page)
    assert (page.id, page.origin) == (page_id, printable(str(tmp_path / name)))


def test_packing_is_no_part_of_an_id(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/crawl.jsonl").write_text('{"text": "a"}\n{"text": "b", "id": 7}\n\n')
    (source,) = find_sources([str(tmp_path)])
    assert isinstance(source, Source)
    assert [one.id for one in read_pages(source) if isinstance(one, Page)] == ["deep/crawl/1", "7"]
    assert page_of(tmp_path / "deep/b.html.gz", gzip.compress(b"<p>Fog.")).id == "b"


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ("<html lang=en>", "en"),
        ("<!doctype html>\n<HTML class='a lang=fr' LANG = 'PT-br'>", "pt-BR"),
        ('<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="sr-latn-rs">', "sr-Latn-RS"),
        ("<html lang='zh-hans-x-Private-US'>", "zh-Hans-x-private-us"),
        ("<html lang=de-CH-1996>", "de-CH-1996"),
        ("<html lang=es-419>", "es-419"),
        ("<html data-lang=fr>", "und"),
        ("<html lang=''>", "und"),
        ("<html lang='x-orrish'>", "und"),
        ("<p lang=fr>", "und"),
    ],
)
def test_language_is_that_of_the_root(html: str, language: str, tmp_path: Path) -> None:
    assert page_of(tmp_path / "a.html", f"{html}<p>Fog.".encode()).language == language


def test_a_text_has_no_language_of_its_own(tmp_path: Path) -> None:
    assert page_of(tmp_path / "a.txt", b"<html lang=en>").language == "und"


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.News.Orrin.Example./a?b#c", "orrin.example"),
        ("https://news.orrin.co.uk:8443/", "orrin.co.uk"),
        ("https://user:word@news.orrin.com.au", "orrin.com.au"),
        ("https://ferry.blogspot.com/2024", "ferry.blogspot.com"),
        ("https://a.ferry.github.io/", "ferry.github.io"),
        ("https://www.city.kawasaki.jp/", "city.kawasaki.jp"),
        ("https://news.orrin.kawasaki.jp/", "news.orrin.kawasaki.jp"),
        ("https://co.uk/", "co.uk"),
        ("https://www.hafen-lühe.example/", "xn--hafen-lhe-w9a.example"),
        ("https://www.straße.example/", "xn--strae-oqa.example"),
        ("https://www.例子.公司.cn/", "xn--fsqu00a.xn--55qx5d.cn"),
        ("https://www.xn--fsqu00a.xn--55qx5d.cn/", "xn--fsqu00a.xn--55qx5d.cn"),
        ("http://192.0.2.7/a", "192.0.2.7"),
        ("http://[2001:DB8::1]:80/a", "2001:db8::1"),
        ("http://localhost:8000/", "localhost"),
        ("news.orrin.example/a//b", "orrin.example"),
        ("orrin.example:8000/a", "orrin.example"),
        ("//cdn.orrin.example/a", "orrin.example"),
        ("file:///news/a.html", ""),
        ("mailto:editor@orrin.example", ""),
        ("urn:uuid:0-0", ""),
        ("http://[bad/", ""),
        ("", ""),
    ],
)
def test_site_is_the_registrable_domain(url: str, site: str) -> None:
    assert site_of(url) == site


def test_reading_begins_when_pages_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Fog.")
    source = the_source(tmp_path / "a.txt")
    pages = read_pages(source)
    (tmp_path / "a.txt").unlink()
    found = refusal(list(pages))
    assert (found.code, found.origin) == ("R002", str(tmp_path / "a.txt"))
    assert found.reason == "FileNotFoundError: No such file or directory"


def test_a_page_as_large_as_the_limit_is_none_too_large(tmp_path: Path) -> None:
    assert outcome(read(tmp_path / "a.txt", b"x" * 50, limit=50)) == ["x" * 50]
    assert outcome(read(tmp_path / "a.txt", b"x" * 51, limit=50)) == ["R004"]
