"""WARC files: what is a page, what is passed over, and what ends before its time."""

import gzip
import re
import zlib
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

import brotli  # type: ignore[import-untyped, unused-ignore]
import pytest
import zstandard
from reading import measured, outcome, read, read_apart, refusal

from newshole.page import Page, Rejected
from newshole.warc import record_id

HTML = "Content-Type: text/html; charset=utf-8\r\n"
TEXT = "<!doctype html><p>Grüße vom Hafen Lühe, die Fähre fährt. " * 30


def warc(kind: str, block: bytes, more: str = "", content: str = "application/http") -> bytes:
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Date: 2024-05-03T08:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{zlib.crc32(block):012d}>\r\n"
        f"WARC-Target-URI: https://news.orrin.example/2024/ferry.html\r\n"
        f"{more}Content-Type: {content}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def http(body: bytes, headers: str = HTML, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}\r\n".encode() + body


def answer(body: bytes | str, headers: str = HTML, status: str = "200 OK") -> bytes:
    return warc("response", http(body.encode() if isinstance(body, str) else body, headers, status))


def chunked(body: bytes, size: int = 37) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;q=1\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "deflate": zlib.compress,
    "Deflate": bare_deflate,
}
LAST = answer("<p>The last page.")


def test_a_page_of_an_answer(tmp_path: Path) -> None:
    (page,) = read(tmp_path / "a.warc", answer("<p lang=en>Fog."))
    assert isinstance(page, Page)
    assert page.content == "<p lang=en>Fog."
    assert page.is_html
    assert page.origin == f"{tmp_path}/a.warc:1"
    assert page.url == "https://news.orrin.example/2024/ferry.html"
    assert page.site == "orrin.example"
    assert re.fullmatch(r"news\.orrin\.example/2024-ferry-[0-9a-f]{10}", page.id)


def test_types_to_pass_over_are_counted_all_the_same(tmp_path: Path) -> None:
    request = b"GET /ferry HTTP/1.1\r\nHost: news.orrin.example\r\n\r\n"
    data = b"".join(
        (
            warc("warcinfo", b"software: a crawler\r\n", content="application/warc-fields"),
            warc("request", request),
            warc("metadata", b"fetchTimeMs: 9\r\n", content="application/warc-fields"),
            warc("revisit", http(b"")),
            warc("resource", b"<p>As it lay.", content="text/html"),
            warc("conversion", b"Fog.", content="text/plain"),
            warc("response", b"20240503080000\r\n", content="text/dns"),
            answer(b"\x89PNG", "Content-Type: image/png\r\n"),
            answer(b"Not found.", "Content-Type: image/png\r\n", "404 Not Found"),
            answer(b"{}", "Content-Type: application/json\r\n"),
            answer(b"\x00\x01", ""),
            LAST,
        )
    )
    (page,) = read(tmp_path / "a.warc", data)
    assert page.origin == f"{tmp_path}/a.warc:12"


@pytest.mark.parametrize(
    ("headers", "is_html"),
    [
        ("Content-Type: TEXT/HTML\r\n", True),
        ("Content-Type: application/xhtml+xml; charset=utf-8\r\n", True),
        ("content-type:text/plain\r\n", False),
        ("", True),
    ],
)
def test_content_types_of_pages(headers: str, is_html: bool, tmp_path: Path) -> None:
    (page,) = read(tmp_path / "a.warc", answer("<!DOCTYPE html><p>Fog.", headers))
    assert isinstance(page, Page)
    assert page.is_html is is_html


def test_the_header_has_a_say_in_the_encoding(tmp_path: Path) -> None:
    page = "<meta charset=utf-8><p>東京"
    data = answer(page.encode("cp932"), "Content-Type: text/html; charset=Shift_JIS\r\n")
    lying = answer(page, "Content-Type: text/html; charset=latin1\r\n")
    marked = answer("\ufeff" + page, "Content-Type: text/html; charset=latin1\r\n")
    odd = answer(page.encode("euc_jp"), "Content-Type: text/html; charset=x-user-defined\r\n")
    found = outcome(read(tmp_path / "a.warc", data + lying + marked + odd))
    assert found[:3] == [page, "2 R016", page]
    assert found[3].startswith("<meta charset=utf-8><p>\uf7c5")


@pytest.mark.parametrize("coding", PACK)
@pytest.mark.parametrize("transfer", [bytes, chunked])
def test_bodies_are_unpacked(
    coding: str, transfer: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    headers = f"{HTML}Content-Encoding: {coding}\r\n"
    headers += "Transfer-Encoding: chunked\r\n" if transfer is chunked else ""
    body = transfer(PACK[coding](TEXT.encode()))
    found = read(tmp_path / "a.warc", answer(body, headers) + LAST)
    assert outcome(found) == [TEXT, "<p>The last page."]


def test_codings_upon_one_another_and_unknown_ones(tmp_path: Path) -> None:
    twice = gzip.compress(brotli.compress(TEXT.encode()))
    data = answer(twice, f"{HTML}Content-Encoding: br, gzip\r\n")
    data += answer(TEXT, f"{HTML}Content-Encoding: utf-8\r\n")
    data += answer(TEXT, f"{HTML}Content-Encoding: identity\r\n")
    assert outcome(read(tmp_path / "a.warc", data)) == [TEXT] * 3


@pytest.mark.parametrize("header", ["Content-Encoding: br", "Transfer-Encoding: chunked"])
def test_bodies_that_the_crawler_unpacked(header: str, tmp_path: Path) -> None:
    data = answer(TEXT, f"{HTML}{header}\r\nContent-Length: 99999\r\n")
    assert outcome(read(tmp_path / "a.warc", data)) == [TEXT]


@pytest.mark.parametrize("coding", PACK)
def test_a_body_that_is_cut_is_told(coding: str, tmp_path: Path) -> None:
    body = PACK[coding](TEXT.encode())
    for end in {1, len(body) // 2, len(body) - 5, len(body) - 1}:
        data = answer(body[:end], f"{HTML}Content-Encoding: {coding}\r\n") + LAST
        found = read(tmp_path / "a.warc", data)
        assert outcome(found) == ["1 R005", "<p>The last page."], end
        assert "ends too early" in refusal(found[:1]).reason
        assert refusal(found[:1]).fix == "crawl the page again"


@pytest.mark.parametrize(
    ("body", "headers", "code", "reason"),
    [
        (b"<p>Fog.", "Content-Length: 90\r\n", "R005", "it has 7 of its 90 bytes"),
        (chunked(b"<p>Fog.")[:-5], "Transfer-Encoding: chunked\r\n", "R005", "its last chunk"),
        (chunked(b"<p>Fog.")[:-9], "Transfer-Encoding: chunked\r\n", "R005", "its last chunk"),
        (
            b"Fog over",
            "Transfer-Encoding: chunked\r\n",
            "R006",
            "not chunked as its header says, from byte 0",
        ),
        (b"zz\r\nzz\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\n", "R006", "not chunked"),
        (b"Fog over", "Content-Encoding: gzip\r\n", "R006", "the gzip data is damaged"),
        (b"Fog over", "Content-Encoding: br\r\n", "R006", "the brotli data is damaged"),
        (b"Fog over", "Content-Encoding: zstd\r\n", "R006", "the zstd data is damaged"),
        (b"", "", "R010", "the page is empty"),
        (b" \r\n", "", "R011", "the page holds white space only"),
        (b"a\0b", "", "R012", "NUL (U+0000) at code point 1"),
        (b"caf\xe9", "", "R014", "not utf-8, which the HTTP header declares"),
    ],
)
def test_an_answer_that_cannot_be_used(
    body: bytes, headers: str, code: str, reason: str, tmp_path: Path
) -> None:
    found = read(tmp_path / "a.warc", LAST + answer(body, HTML + headers) + LAST)
    assert outcome(found) == ["<p>The last page.", f"2 {code}", "<p>The last page."]
    assert reason in refusal(found[1:2]).reason


@pytest.mark.parametrize("status", ["301 Moved", "404 Not Found", "206 Partial", "503 Busy", "99"])
def test_answers_without_success_are_told(status: str, tmp_path: Path) -> None:
    found = read(tmp_path / "a.warc", answer("<p>Sorry.", status=status) + LAST)
    assert outcome(found) == ["1 R030", "<p>The last page."]
    assert refusal(found[:1]).reason == f"HTTP status {int(status.split()[0])}"


def test_what_the_writer_cut_is_told(tmp_path: Path) -> None:
    data = warc("response", http(TEXT[:50].encode()), "WARC-Truncated: length\r\n") + LAST
    found = read(tmp_path / "a.warc", data)
    assert outcome(found) == ["1 R030", "<p>The last page."]
    assert "WARC-Truncated: length" in refusal(found[:1]).reason


@pytest.mark.parametrize(
    ("pack", "suffix", "apart"),
    [
        (bytes, "", True),
        (gzip.compress, ".gz", True),
        (gzip.compress, ".gz", False),
        (zstandard.compress, ".zst", True),
        (zstandard.compress, ".zst", False),
    ],
)
def test_every_cut_of_the_file_is_told(
    pack: Callable[[bytes], bytes], suffix: str, apart: bool, tmp_path: Path
) -> None:
    texts = [f"<p>Page {number}." for number in range(3)]
    records = [answer(text) for text in texts]
    packed = [pack(record) for record in records] if apart else [pack(b"".join(records))]
    ends = list(accumulate(map(len, packed)))
    # In a plain file the last four bytes of a record are line ends that nobody misses.
    spare = 0 if suffix else 4
    data = b"".join(packed)
    for cut in range(1, len(data)):
        found = outcome(read(tmp_path / f"a.warc{suffix}", data[:cut]))
        pages = [one for one in found if one.startswith("<")]
        assert pages == texts[: len(pages)]
        if apart:
            assert len(pages) >= sum(end - spare <= cut for end in ends), cut
        at_an_end = any(end - spare <= cut <= end for end in ends)
        told = [one.split()[-1] for one in found[len(pages) :]]
        assert told == [] if at_an_end else told in (["R005"], ["R031"]), cut


def test_a_cut_names_its_place(tmp_path: Path) -> None:
    found = read(tmp_path / "a.warc", LAST + answer(TEXT)[:-500])
    refused = refusal(found[1:])
    assert (refused.code, refused.origin) == ("R005", f"{tmp_path}/a.warc:2")
    assert re.fullmatch(r"the file ends after \d+ of the \d+ bytes of the record", refused.reason)
    assert refused.fix == "get the file again: it was not copied whole"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.warc", b"", "R010"),
        ("a.warc", b"<p>No archive at all.", "R031"),
        ("a.warc", gzip.compress(LAST, mtime=0), "R031"),
        ("a.warc.gz", LAST, "R006"),
        ("a.warc.gz", gzip.compress(b"", mtime=0), "R010"),
    ],
)
def test_a_file_that_is_no_warc(name: str, data: bytes, code: str, tmp_path: Path) -> None:
    found = refusal(read(tmp_path / name, data))
    assert (found.code, found.origin) == (code, f"{tmp_path}/{name}")


def test_junk_after_a_record_is_told(tmp_path: Path) -> None:
    found = read(tmp_path / "a.warc", LAST + b"junk\r\n" + LAST)
    assert outcome(found) == ["<p>The last page.", "2 R031"]
    assert "nothing after it can be reached" in refusal(found[1:]).reason


def test_a_block_that_is_no_http_is_told(tmp_path: Path) -> None:
    found = read(tmp_path / "a.warc", warc("response", b"<p>Bare.</p>\r\n\r\n") + LAST)
    assert outcome(found)[-1] == "<p>The last page."
    assert [one.code for one in found if isinstance(one, Rejected)] in ([], ["R030"], ["R031"])


def test_the_limit_is_of_the_page(tmp_path: Path) -> None:
    big = 200_000
    data = answer("x" * big) + answer(
        gzip.compress(b"x" * big), f"{HTML}Content-Encoding: gzip\r\n"
    )
    data += answer("x" * 500) + answer(bytes(big), "Content-Type: video/mp4\r\n")
    data += answer("x" * big, status="404 Not Found")
    found = read(tmp_path / "a.warc", data, limit=500)
    assert outcome(found) == ["1 R004", "2 R004", "x" * 500, "5 R030"]


@measured
def test_bodies_that_are_bombs_do_not_go_off(tmp_path: Path) -> None:
    zeros = bytes(1 << 20)
    deflate, br = zlib.compressobj(1), brotli.Compressor(quality=1)
    bombs = {
        "gzip": gzip.compress(zeros) * 400,
        "deflate": b"".join(deflate.compress(zeros) for _ in range(400)) + deflate.flush(),
        "br": b"".join(br.process(zeros) for _ in range(400)) + br.finish(),
        "zstd": zstandard.compress(zeros) * 400,
    }
    data = b"".join(answer(b, f"{HTML}Content-Encoding: {c}\r\n") for c, b in bombs.items())
    (tmp_path / "a.warc").write_bytes(data + LAST)
    with (tmp_path / "b.warc").open("wb") as file:
        block = http(b"", HTML)
        length = len(block) + (400 << 20)
        head = warc("response", block).replace(
            b"Content-Length: %d" % len(block), b"Content-Length: %d" % length
        )
        file.write(head.removesuffix(b"\r\n\r\n"))
        file.seek(400 << 20, 1)
        file.write(b"\r\n\r\n" + LAST)
    pages, codes, grown = read_apart(tmp_path)
    assert (pages, codes) == (2, [*(f"a.warc:{n} R004" for n in range(1, 5)), "b.warc:1 R004"])
    # Of 400 MB each.
    assert grown < 256, grown


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://a.example/2024/bridge.html", "a.example/2024-bridge-"),
        ("http://A.example:8080/", "a.example/"),
        ("https://a.example/%C3%BCber_uns/?q=1#x", "a.example/über-uns-"),
        ("https://a.example/" + "x" * 200, "a.example/" + "x" * 80 + "-"),
        ("https://[bad", ""),
        ("", ""),
    ],
)
def test_ids_are_made_of_url_and_record(url: str, start: str) -> None:
    made = record_id(url, "<urn:uuid:1>")
    assert re.fullmatch(re.escape(start) + "[0-9a-f]{10}", made)
    assert made != record_id(url, "<urn:uuid:2>")


def test_what_no_url_may_hold_is_escaped(tmp_path: Path) -> None:
    data = LAST.replace(b"/2024/ferry.html", b"/a b\x00\xc3\xbc")
    (page,) = read(tmp_path / "a.warc", data)
    assert isinstance(page, Page)
    assert page.url == "https://news.orrin.example/a%20b%00ü"
