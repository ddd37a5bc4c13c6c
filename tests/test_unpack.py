"""Packed files: whole, cut, damaged, and far larger than they look."""

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from reading import measured, outcome, read, read_apart, refusal

from newshole.unpack import CODINGS

TEXT = "The ferry sails at noon, says the harbour master of Orrin Sound.\r\n" * 40
PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}
packings = pytest.mark.parametrize("packing", PACK)
MEBIBYTE = 1 << 20


@packings
def test_what_was_packed_comes_back(packing: str, tmp_path: Path) -> None:
    file = tmp_path / f"a.txt{packing}"
    assert outcome(read(file, PACK[packing](TEXT.encode()))) == [TEXT]


@packings
def test_members_follow_one_another(packing: str, tmp_path: Path) -> None:
    data = b"".join(PACK[packing](part.encode()) for part in ("Fog ", "", "over the ", "sound."))
    assert outcome(read(tmp_path / f"a.txt{packing}", data)) == ["Fog over the sound."]


@packings
def test_every_cut_is_told(packing: str, tmp_path: Path) -> None:
    whole = PACK[packing](TEXT.encode())
    for end in range(len(whole)):
        found = refusal(read(tmp_path / f"a.txt{packing}", whole[:end]))
        assert (found.code, found.origin) == ("R005", str(tmp_path / f"a.txt{packing}")), end
        assert "ends too early, after " in found.reason
        assert found.fix == "get the file again: it was not copied whole"


@packings
def test_garbage_is_told(packing: str, tmp_path: Path) -> None:
    found = refusal(read(tmp_path / f"a.html{packing}", b"<p>Not packed at all.</p>" * 9))
    assert found.code == "R006"
    assert "data is damaged, after 0 bytes unpacked" in found.reason
    assert "name it by what it is" in found.fix


@packings
def test_damage_inside_is_told(packing: str, tmp_path: Path) -> None:
    whole = bytearray(PACK[packing](TEXT.encode() + bytes(range(256))))
    whole[len(whole) // 2] ^= 0xFF
    whole += b"\0" * 8
    assert refusal(read(tmp_path / f"a.txt{packing}", bytes(whole))).code in ("R005", "R006")


def test_padding_after_gzip_is_no_damage_and_junk_is(tmp_path: Path) -> None:
    whole = gzip.compress(b"Fog.")
    assert outcome(read(tmp_path / "a.txt.gz", whole + b"\0" * 1024)) == ["Fog."]
    assert outcome(read(tmp_path / "a.txt.gz", whole + b"junk")) == ["R006"]


def test_zstd_frames_that_are_skippable_are_skipped(tmp_path: Path) -> None:
    note = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"note"
    data = zstandard.compress(b"Fog ") + note + zstandard.compress(b"lifts.")
    assert outcome(read(tmp_path / "a.txt.zst", data)) == ["Fog lifts."]


@pytest.mark.parametrize("pack_dictionary", [bytes, zstandard.compress])
def test_a_zstd_dictionary_at_the_start(
    pack_dictionary: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    sailings = [f"Ferry {n} sails for Orrin Sound at {n % 24}:00.".encode() for n in range(2000)]
    dictionary = zstandard.train_dictionary(2048, [*sailings])
    held = pack_dictionary(dictionary.as_bytes())
    start = b"\x5d\x2a\x4d\x18" + len(held).to_bytes(4, "little") + held
    data = zstandard.ZstdCompressor(dict_data=dictionary).compress(sailings[7])
    assert outcome(read(tmp_path / "a.txt.zst", start + data)) == [sailings[7].decode()]
    assert outcome(read(tmp_path / "a.txt.zst", data)) == ["R006"]
    assert outcome(read(tmp_path / "a.txt.zst", start[:-9])) in (["R005"], ["R006"])


def test_deflate_comes_in_two_forms() -> None:
    bare = zlib.compressobj(wbits=-15)
    for data in (zlib.compress(TEXT.encode()), bare.compress(TEXT.encode()) + bare.flush()):
        pieces = CODINGS["deflate"](iter([data[:1], data[1:]]))
        assert b"".join(pieces).decode() == TEXT


def test_the_limit_is_of_unpacked_bytes(tmp_path: Path) -> None:
    data = gzip.compress(b"x" * 1000)
    assert outcome(read(tmp_path / "a.txt.gz", data, limit=1000)) == ["x" * 1000]
    found = refusal(read(tmp_path / "a.txt.gz", data, limit=999))
    assert (found.code, found.reason) == ("R004", "the page is larger than 999 bytes")
    assert found.fix == "leave it out, or raise --max-page-bytes"


@measured
def test_bombs_do_not_go_off(tmp_path: Path) -> None:
    zeros = bytes(MEBIBYTE)
    deflate = zlib.compressobj(1, wbits=31)
    whole_member = b"".join(deflate.compress(zeros) for _ in range(1024)) + deflate.flush()
    (tmp_path / "a.txt.gz").write_bytes(whole_member)
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(zeros) * 1024)
    (tmp_path / "c.html.zst").write_bytes(zstandard.compress(zeros) * 1024)
    (tmp_path / "d.txt").write_bytes(b"The ferry sails.")
    pages, codes, grown = read_apart(tmp_path)
    assert (pages, codes) == (1, ["a.txt.gz R004", "b.txt.gz R004", "c.html.zst R004"])
    assert grown < 64, grown


@measured
@packings
def test_a_line_of_500_megabytes_is_passed_through(packing: str, tmp_path: Path) -> None:
    record = b'{"text": "The ferry sails."}\n'
    long = PACK[packing](b"x" * MEBIBYTE) * 500
    data = PACK[packing](record) + long + PACK[packing](b"\n" + record)
    (tmp_path / f"a.jsonl{packing}").write_bytes(data)
    pages, codes, grown = read_apart(tmp_path)
    assert (pages, codes) == (2, [f"a.jsonl{packing}:2 R004"])
    assert grown < 64, grown
