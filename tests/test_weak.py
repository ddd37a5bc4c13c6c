"""Pages of which little is known: what each line may be, and which pages are left out."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from newshole.labels import NAMES
from newshole.weak import MOST_LINES, RecordError, WeakPage, read_weak

STORY = [
    "The swing bridge at Port Ellery opened again on Friday after eleven months of repairs.",
    "Costs rose to twice what the council had planned, its treasurer said.",
    "Boats had to wait for the tide all summer long and took the northern channel.",
]
BODY = {"body", "dateline", "subheading", "pullquote", "embed", "note", "standfirst"}
NOT_STORY = set(NAMES) - {"body", "dateline"}
ANYTHING = set(NAMES)

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a folder of pages: (record, HTML or what stands in its place) each."""

    def written(*pages: tuple[dict[str, Any], str | bytes], name: str = "weak") -> Path:
        folder = tmp_path / name
        (folder / "html").mkdir(parents=True)
        records = []
        for number, (record, html) in enumerate(pages):
            known = {
                "id": f"p{number}",
                "url": "https://a.example/1",
                "html_sha256": f"sha{number}",
            }
            records.append(json.dumps(known | record, ensure_ascii=False))
            data = gzip.compress(html.encode()) if isinstance(html, str) else html
            if data:
                (folder / "html" / f"{(known | record)['id']}.html.gz").write_bytes(data)
        text = "\n".join([*records, ""])
        (folder / "pages.jsonl").write_text(text, encoding="utf-8", newline="\n")
        return folder

    return written


def read(
    *folders: Path, sites: tuple[str, ...] = (), pages: tuple[str, ...] = ()
) -> list[WeakPage]:
    return list(read_weak(folders, without_sites=sites, without_pages=pages))


def html_of(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def known(page: WeakPage) -> list[tuple[set[str], float]]:
    assert page.allowed.shape == (len(page.lines), len(NAMES))
    assert page.weight.dtype == np.float32
    return [
        ({NAMES[at] for at in np.flatnonzero(allowed)}, float(weight))
        for allowed, weight in zip(page.allowed, page.weight, strict=True)
    ]


def test_a_body_tells_of_its_lines_and_of_the_others(write: Write) -> None:
    lines = [
        ("Home", NOT_STORY, 1),
        # Told inside the body, and short: nothing is known.
        ("repairs", ANYTHING, 0),
        ("Ten things to eat by the harbour this summer", NOT_STORY, 1),
        (STORY[0], BODY, 1),
        ("Advertisement", NOT_STORY, 0.5),
        (STORY[1], BODY, 1),
        # Half of its words in the body: nothing is known.
        ("Boats had to wait for the tide and there was nobody to tell", ANYTHING, 0),
        ("“Never again”", BODY, 1),
        (STORY[2], BODY, 1),
        ("•", ANYTHING, 0),
        *((f"Read more of number {number} here", NOT_STORY, 1.0) for number in range(4)),
        # Far below the story, and short: a copy of a line of it.
        ("“Never again”", ANYTHING, 0),
    ]
    body = "\n".join([STORY[0], STORY[1], "“Never again”", STORY[2]])
    (page,) = read(write(({"body": body}, html_of(*(text for text, *_ in lines)))))
    assert page.site == "a.example"
    assert [line.text for line in page.lines] == [text for text, *_ in lines]
    assert known(page) == [(allowed, weight) for _, allowed, weight in lines]


def test_snippets_tell_of_the_lines_that_hold_them(write: Write) -> None:
    record = {
        "with": ["opened again, on FRIDAY", f"{STORY[1]} {STORY[2]}", ""],
        "without": ["Ten things to eat", "Home"],
    }
    lines = ["Home", "Home again", "Ten things to eat here", *STORY, "after", "A remark"]
    (page,) = read(write((record, html_of(*lines))))
    unwanted = NOT_STORY - {"subheading"}
    assert known(page) == [
        (unwanted, 1),
        (ANYTHING, 0),
        (unwanted, 1),
        *[(BODY | {"caption"}, 1)] * 3,
        *[(ANYTHING, 0)] * 2,
    ]


STORY_PAGE = html_of(*STORY)
TOLD = {"body": "\n".join(STORY)}


@pytest.mark.parametrize(
    "url",
    [
        "https://www.test.example/x",
        "http://TEST.example",
        "https://web.archive.example/2024/https://test.example/x",
    ],
)
def test_sites_of_the_test_split_are_left_out(write: Write, url: str) -> None:
    folder = write((TOLD | {"url": url}, STORY_PAGE), (TOLD, STORY_PAGE))
    assert len(read(folder)) == 2
    assert [page.site for page in read(folder, sites=("test.example",))] == ["a.example"]


def test_pages_are_left_out_by_their_bytes(write: Write) -> None:
    folder = write((TOLD, STORY_PAGE), (TOLD | {"url": ""}, STORY_PAGE))
    assert [page.site for page in read(folder, pages=("sha0", "other"))] == [""]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no gzip",
        gzip.compress(STORY_PAGE.encode())[:-9],
        gzip.compress(STORY_PAGE.encode())[:14] + b"\xff" * 60,
        "<div>" * 10_001 + STORY_PAGE,
        "<p>Nothing of the story.</p>",
        html_of(STORY[0]),
        "",
    ],
    ids=["missing", "other", "cut", "damaged", "deep", "foreign", "one line", "empty"],
)
def test_pages_that_teach_nothing_are_passed_over(write: Write, data: str | bytes) -> None:
    folder = write((TOLD, data), (TOLD | {"url": "https://b.example"}, STORY_PAGE))
    assert [page.site for page in read(folder)] == ["b.example"]


def test_snippets_that_stand_nowhere_teach_nothing(write: Write) -> None:
    assert read(write(({"with": ["Nowhere to be seen"], "without": []}, STORY_PAGE))) == []


def test_folders_come_in_order_and_texts_with_line_separators_stay_whole(write: Write) -> None:
    one = write((TOLD | {"url": "https://one.example"}, STORY_PAGE), name="one")
    other = write(({"body": "\u2028".join(STORY)}, STORY_PAGE), name="other")
    assert [page.site for page in read(other, one)] == ["a.example", "one.example"]


def test_a_folder_without_its_list_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"pages\.jsonl"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "not JSON"),
        ("[1, 2]", "id, url, html_sha256 are not all texts; mend the line"),
        ("3", "are not all texts"),
        ('{"id": "a", "url": "https://a.example/1"}', "are not all texts"),
        ('{"id": "a", "url": null, "html_sha256": "b"}', "are not all texts"),
        ('{"id": "\udcff"', "is not UTF-8"),
    ],
)
def test_a_line_that_is_no_record_is_told_with_its_place(write: Write, line: str, why: str) -> None:
    folder = write(({"body": "\n".join(STORY)}, html_of(*STORY)))
    with (folder / "pages.jsonl").open("ab") as records:
        records.write(b"\n" + line.encode("utf-8", "surrogateescape") + b"\n")
    with pytest.raises(RecordError, match=r"pages\.jsonl:3: ") as raised:
        read(folder)
    assert why in str(raised.value)


def test_of_a_very_long_page_the_first_lines_are_learned(write: Write) -> None:
    (page,) = read(write((TOLD, html_of(*STORY, *["Home"] * MOST_LINES))))
    assert len(page.lines) == len(page.weight) == MOST_LINES
