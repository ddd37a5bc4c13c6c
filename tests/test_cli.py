"""The command: exit codes, what it prints where, and no traceback for anything foreseen."""

import gzip
import hashlib
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import news
import pytest

import newshole
from newshole.cli import main
from newshole.corpus import read_article

COMMAND = str(Path(sys.executable).with_name("newshole"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str | Path) -> int:
    """The exit code, also where argparse leaves by SystemExit."""
    try:
        return main([str(argument) for argument in arguments])
    except SystemExit as left:
        return int(left.code or 0)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """What a wrong call says, on standard error alone."""
    assert call(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("newshole: ")
    assert "Traceback" not in err
    return err.removeprefix("newshole: ").rstrip("\n")


def test_version_loads_nothing_heavy() -> None:
    code = (
        "import sys; from newshole.cli import main\n"
        "try: main(['--version'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'pyarrow', 'numpy', 'rich', 'datasets', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == f"{newshole.__version__}\n[]\n"


@pytest.mark.parametrize("command", [(), ("build",), ("check",), ("new",), ("score",), ("show",)])
def test_help_tells_what_and_how_it_ends(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*command, "-h") == 0
    said = capsys.readouterr().out
    assert "Exit codes: 0 done" in said
    assert "usage: newshole" in said


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("bild",),
        ("build",),
        ("build", "x"),
        ("build", "x", "--out", "o", "--workers", "0"),
        ("check", "--level", "6"),
        ("check", "--json", "--github"),
        ("new", "x", "--retrieved", "yesterday"),
    ],
)
def test_a_wrong_call_ends_with_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*arguments) == 2
    assert "usage: newshole" in capsys.readouterr().err


def test_build_says_what_it_did(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.txt").write_text("A page.")
    assert call("build", "a.txt", "--out", "o") == 0
    assert capsys.readouterr() == ("o: built, 1 rows, 0 rejected\n", "")
    assert call("build", "a.txt", "--out", "o") == 0
    assert capsys.readouterr().out == "o: up to date, 1 rows, 0 rejected\n"


def test_rejected_pages_end_with_1(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.txt").write_text("A page.")
    (here / "b.txt").write_text("")
    for state in ("built", "up to date"):
        assert call("build", "a.txt", "b.txt", "--out", "o") == 1
        assert capsys.readouterr().out == (
            f"o: {state}, 1 rows, 1 rejected\no/rejected.jsonl lists what was rejected, and why\n"
        )


def test_build_prints_the_manifest_as_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.txt").write_text("A page.")
    assert call("build", "a.txt", "--out", "o", "--json", "--dataset-version", "2.0.0") == 0
    said = json.loads(capsys.readouterr().out)
    assert said.pop("changed") is True
    assert said == json.loads((here / "o/manifest.json").read_text())
    assert said["version"] == "2.0.0"


def test_a_build_that_cannot_be(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.txt").write_text("A page.")
    (here / "o").write_text("")
    assert refused(capsys, "build", "a.txt", "--out", "o") == "o is a file; give --out a folder"
    said = refused(capsys, "build", "a.txt", "--out", "p", "--encoding", "utf-7")
    assert said.startswith("unknown encoding 'utf-7'")


def test_ctrl_c_ends_with_130(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    (here / "a.txt").write_text("A page.")
    monkeypatch.setattr(import_module("newshole.build"), "run_local", stop)
    assert call("build", "a.txt", "--out", "o") == 130
    assert capsys.readouterr().err == "newshole: stopped; the same command goes on from here\n"


def test_check_of_a_sound_corpus(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    news.write_corpus(here / "corpus")
    assert call("check", "corpus") == 0
    assert capsys.readouterr().err == "0 errors, 0 warnings\n"


@pytest.mark.parametrize("form", ["terminal", "json", "github"])
def test_findings_end_with_1_in_every_form(
    form: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = news.write_corpus(here / "corpus") / "original/fjordpost.example/opera.txt"
    broken.write_text(news.OPERA.replace("byline:", "bylin:"), encoding="utf-8")
    assert call("check", "corpus", *([f"--{form}"] if form != "terminal" else [])) == 1
    out, err = capsys.readouterr()
    if form == "json":
        (said,) = json.loads(out)
        assert (said["file"], said["line"]) == ("corpus/original/fjordpost.example/opera.txt", 10)
    elif form == "github":
        assert out.startswith("::error file=corpus/original/fjordpost.example/opera.txt,line=10,")
    else:
        assert out.startswith("corpus/original/fjordpost.example/opera.txt:10: NH")
        assert err == "1 errors, 0 warnings\n"


def test_check_without_a_corpus_or_with_no_such_file(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(capsys, "check") == (
        "there is no corpus/ here; name the files or folders to check"
    )
    assert refused(capsys, "check", "none.txt") == "none.txt is not there"


def test_check_of_the_project_itself(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    news.write_corpus(here / "corpus")
    version = ("--dataset-version", newshole.__version__)
    assert call("build", "corpus", "--out", "data", "--card", "README.md", *version) == 0
    assert call("check") == 0
    ferry = here / "corpus/original/lagoblatt.example/faehre.txt"
    ferry.write_text(news.FERRY.replace("Herbst", "Winter"), encoding="utf-8")
    assert call("check") == 1
    assert (
        "data/manifest.json: NH507 the rows are not what corpus builds" in capsys.readouterr().out
    )
    assert call("check", "--level", "4") == 0


def test_new_writes_an_article_and_its_page_into_the_corpus(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    news.write_corpus(here / "corpus")
    page = news.html(1).encode()
    (here / "saved.html.gz").write_bytes(gzip.compress(page))
    url = ("--url", "https://www.fjordpost.example/2024/boats.html")
    assert call("new", "saved.html.gz", *url, "--retrieved", "2024-05-01") == 0
    file = here / "corpus/original/fjordpost.example/boats.txt"
    assert capsys.readouterr().out.startswith("corpus/original/fjordpost.example/boats.txt: corr")
    # The page beside it is unpacked: the header names the digest of its bytes.
    assert file.with_suffix(".html").read_bytes() == page
    header = read_article(file).header
    assert header["page"] == hashlib.sha256(page).hexdigest()
    assert (header["annotation"], header["language"]) == ("automatic", "en")
    assert call("check", file) == 0
    capsys.readouterr()
    assert refused(capsys, "new", "saved.html.gz", *url).endswith(
        "boats.txt is there already; give another --out or --id"
    )


def test_new_prints_where_there_is_no_corpus(
    here: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (here / "a.txt").write_bytes("Fähren fahren\r\nA page.\n".encode())
    assert call("new", "a.txt", "--id", "x.example/a", "--retrieved", "2024-05-01") == 0
    said = capsysbinary.readouterr().out
    assert said.startswith(b"id: x.example/a\n")
    assert "Fähren fahren\r\n".encode() in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.txt",), "none.txt is not a file; give one page"),
        (("a.txt",), "where does the page come from? give --url, or --id site/slug"),
        (("a.txt", "--id", "../../up"), "'../../up' is no id; give --id site/slug"),
        (("a.txt", "--id", "x.example/a", "--mask"), "give --source"),
        (("a.txt", "--id", "x.example/a", "--out", "a.md"), "a.md: an article file's name ends"),
        (("a.txt", "--id", "x.example/a", "--encoding", "utf-7"), "unknown encoding 'utf-7'"),
        (("a.txt", "--id", "x.example/a", "--language", "e\nn"), "a.txt: "),
        (("many.jsonl",), "many.jsonl holds many pages; give the .txt or .html of one"),
        (("empty.txt",), "empty.txt: R010"),
        (("a.doc",), "a.doc: R003"),
    ],
)
def test_new_refuses(
    arguments: tuple[str, ...], message: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "a.txt").write_text("A page.")
    (here / "a.doc").write_text("A page.")
    (here / "empty.txt").write_text("")
    (here / "many.jsonl").write_text(news.record(1))
    assert message in refused(capsys, "new", *arguments)


def test_show_finds_files_ids_and_rows(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    news.write_corpus(here / "corpus")
    (here / "a.html").write_text(news.html(1))
    assert call("build", "a.html", "--out", "o") == 0
    capsys.readouterr()
    for what, shown in (
        (("fjordpost.example/opera",), "The opera sails again"),
        (("corpus/original/lagoblatt.example/faehre.txt",), "Die Fähre"),
        (("a.html",), "Boats counted again"),
        (("a", "--dataset", "o"), "Boats counted again"),
    ):
        assert call("show", *what) == 0
        assert shown in capsys.readouterr().out
    assert call("show", "fjordpost.example/opera", "--svg", "x.svg") == 0
    assert (here / "x.svg").read_text().startswith("<svg")


def test_show_of_what_is_not_there_or_broken(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(capsys, "show", "nothing") == (
        "no file and no article 'nothing' in corpus/ or data/"
    )
    (here / "a.txt").write_text("id: x\nbodi: x\n")
    assert refused(capsys, "show", "a.txt").startswith("a.txt:")
    (here / "b.html").write_bytes(b"")
    assert "R010" in refused(capsys, "show", "b.html")


def test_a_reader_that_has_seen_enough(here: Path) -> None:
    page = "\n".join(f"Line {n}." for n in range(5000))
    (here / "a.txt").write_text(page)
    done = subprocess.run(
        f"{COMMAND} show a.txt | head -n 3", shell=True, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 3


def test_what_the_system_refuses_is_said_without_a_traceback(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "a.txt").write_text("A page.")
    (here / "file").write_text("")
    said = refused(capsys, "new", "a.txt", "--id", "x.example/a", "--out", "file/a.txt")
    assert "Not a directory" in said or "File exists" in said


def test_functions_of_the_library_carry_the_names_of_the_commands(here: Path) -> None:
    import_module("newshole.build")
    import_module("newshole.check")
    (here / "a.txt").write_text("A page.")
    assert newshole.build("a.txt", "o").manifest["rows"] == 1
    assert newshole.check("o") == []
    assert newshole.annotate("A page.").text == "A page."
    news.write_corpus(here / "corpus")
    opera = newshole.read("corpus/original/fjordpost.example/opera.txt")
    assert opera.header["language"] == "en"
    with pytest.raises(AttributeError, match="no attribute 'bild'"):
        _ = newshole.bild  # type: ignore[attr-defined]
