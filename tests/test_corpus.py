"""The corpus folder: article files and what is no text, tables, places, splits."""

import codecs
from pathlib import Path

import pytest

from newshole import read
from newshole.article import ArticleError
from newshole.corpus import (
    TableError,
    article_files,
    collection_and_id,
    corpus_of,
    is_corpus,
    read_article,
    read_removed,
    read_sites,
    site_rows,
    split_of,
)

HEADER = b"id: lantern.example/bridge\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    for name in ("linked/b.example/y.txt", "original/b.example/z.txt", "original/a.example/x.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(HEADER + b"\nbody: It opened.\n")
    (folder / "original/a.example/x.html").write_text("<p>It opened.")
    (folder / "sites.csv").write_text("site,split,terms\na.example,test,CC-BY-4.0\n")
    (folder / "removed.csv").write_text('id,reason\na.example/w,"asked for, politely"\n')
    return folder


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        (b"", "NH115", 0),
        (b" \n\r\n", "NH115", 0),
        (codecs.BOM_UTF8 + HEADER, "NH112", 1),
        ("id: x\n".encode("utf-16"), "NH112", 1),
        ("id: x\n".encode("utf-32"), "NH112", 1),
        (codecs.BOM_UTF16_BE + "id: x\n".encode("utf-16-be"), "NH112", 1),
        (HEADER + b"\nbody: \xff\n", "NH101", 3),
        (HEADER + b"\nbody: cut \xe2\x82", "NH101", 3),
        (HEADER + b"\nbody: overlong \xc0\xaf\n", "NH101", 3),
        (HEADER + b"\nbody: \xed\xb2\xa9\n", "NH103", 3),
        (HEADER + b"\nbody: \0\n", "NH102", 3),
        (HEADER + b"\r\nbody: It opened.\n", "NH113", 2),
        (b"id: a/b\r\n\r\nbody: It opened.\r\n", "NH113", 1),
        (b"id: a/b\r\rbody: It opened.\r", "NH113", 1),
        (b"id: a/b\nlanguage: en\r\n\nbody: It opened.\n", "NH113", 2),
    ],
)
def test_what_is_no_text_is_refused_by_name(
    tmp_path: Path, raw: bytes, code: str, line: int
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(raw)
    with pytest.raises(ArticleError) as caught:
        read_article(path)
    assert (caught.value.code, caught.value.line) == (code, line)
    assert caught.value.__notes__ == [f"in {path}"]


def test_offset_of_a_broken_byte_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    raw = HEADER + "\nbody: ë\n".encode() + b"body: \xe9\n"
    path.write_bytes(raw)
    with pytest.raises(ArticleError, match=f"0xE9 at byte {raw.index(0xE9)} is not UTF-8"):
        read_article(path)


def test_cr_is_text_below_the_header(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"id: a/b\nsource: one\rtwo\n\nheadline: A\r\n\r\nbody: B\rC\r\n")
    article = read(str(path))
    assert article.text == "A\r\n\r\nB\rC\r"
    assert article.header["source"] == "one\rtwo"


def test_folder_in_the_place_of_a_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match=r"cannot be read \(Is a directory\)"):
        read_article(tmp_path)


def test_article_files_come_in_order_of_collection_and_path(corpus: Path) -> None:
    assert is_corpus(corpus)
    assert [path.relative_to(corpus).as_posix() for path in article_files(corpus)] == [
        "original/a.example/x.txt",
        "original/b.example/z.txt",
        "linked/b.example/y.txt",
    ]


@pytest.mark.parametrize(
    ("where", "given", "expected"),
    [
        (".", "corpus/original/a.example/x.txt", "corpus"),
        ("corpus", "original/a.example/x.txt", "."),
        ("corpus/original", "../original/a.example/x.txt", ".."),
        (".", "corpus/original/b.example/../a.example/x.txt", "corpus"),
    ],
)
def test_place_of_a_file_is_found_from_anywhere(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, where: str, given: str, expected: str
) -> None:
    monkeypatch.chdir(corpus.parent / where)
    assert corpus_of(Path(given)) == Path(expected)
    assert collection_and_id(Path(given), Path(expected)) == ("original", "a.example/x")


def test_corpus_of_a_bare_name_is_absolute(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(corpus / "original/a.example")
    assert corpus_of(Path("x.txt")) == corpus
    assert corpus_of(corpus.parent / "x.txt") is None


def test_tables_are_read(corpus: Path) -> None:
    assert list(read_sites(corpus).values()) == [("a.example", "test", "CC-BY-4.0")]
    assert read_removed(corpus) == {"a.example/w": "asked for, politely"}


def test_first_row_of_a_site_wins(corpus: Path) -> None:
    with (corpus / "sites.csv").open("a") as table:
        table.write("a.example,train,CC-BY-4.0\n")
    assert read_sites(corpus)["a.example"].split == "test"
    assert [number for number, _ in site_rows(corpus)] == [2, 3]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "sites.csv:1: the columns are '', not site,split,terms"),
        (b"site;split;terms\n", "sites.csv:1: the columns are 'site;split;terms', not"),
        (codecs.BOM_UTF8 + b"site,split,terms\n", "sites.csv:1: the columns are '\\ufeffsite,"),
        (b"site,split,terms\na,test\n", "sites.csv:2: the row does not hold site, split, terms"),
        (b"site,split,terms\na,test,x,y\n", "sites.csv:2: the row does not hold"),
        (b"site,split,terms\na,test,\n", "sites.csv:2: the row does not hold"),
        (b"site,split,terms\na,dev,x\n", "sites.csv:2: split 'dev' is none of train, validation,"),
        (b'site,split,terms\na,test,"x\n', "sites.csv:2: the row is no CSV (unexpected end"),
        (b"site,split,terms\na,test,\xe9\n", "sites.csv: byte 0xE9 is not UTF-8"),
    ],
)
def test_table_at_fault_is_named_with_file_and_line(corpus: Path, raw: bytes, said: str) -> None:
    (corpus / "sites.csv").write_bytes(raw)
    with pytest.raises(TableError) as caught:
        read_sites(corpus)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(corpus))


def test_table_that_is_not_there_is_named(corpus: Path) -> None:
    (corpus / "removed.csv").unlink()
    with pytest.raises(TableError, match=r"removed\.csv: the table cannot be read \(No such file"):
        read_removed(corpus)


def test_split_is_the_sites_own_or_a_hash_of_it(corpus: Path) -> None:
    sites = read_sites(corpus)
    assert {split_of("a.example", f"a.example/{n}", sites) for n in range(9)} == {"test"}
    assert {split_of("b.example", f"b.example/{n}", sites) for n in range(99)} == {
        split_of("b.example", "", {})
    }
    splits = [split_of(f"{number}.example", "", {}) for number in range(2000)]
    shares = [splits.count(split) / 2000 for split in ("train", "validation", "test")]
    assert shares == pytest.approx([0.8, 0.1, 0.1], abs=0.03)
    # A page without a site is placed by its id.
    assert len({split_of("", f"page-{number}", {}) for number in range(99)}) == 3
