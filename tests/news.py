"""Invented pages and a small invented corpus, written into a test's own folder."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from newshole.article import parse, render
from newshole.mask import mask

PLACES = ("Quillmere", "Ost-Harrow", "Bell Sound", "Tarn Abbas", "Vellin", "Ardoch Ness")

OPERA = """\
id: fjordpost.example/opera
url: https://fjordpost.example/2024/opera
retrieved: 2024-03-01
language: en
licence: CC-BY-4.0
annotation: reviewed

boilerplate/navigation: Skip to content
headline: The opera sails again 🎭
byline: By Ida Holm
+timestamp:  2 March 2024

dateline: BELL SOUND —
+body:  The floating opera left the quay at noon.
body: “We sing to the gulls”, said its owner.

caption: The stage under tow.
+credit:  Photo: Ida Holm
boilerplate/legal: © Fjordpost
"""

FERRY = """\
id: lagoblatt.example/faehre
url: https://lagoblatt.example/faehre
retrieved: 2024-03-02
language: de
licence: CC-BY-4.0
annotation: reviewed

headline: Die Fähre fährt wieder
body: Nach drei Wochen legte sie am Morgen ab.
subheading: Was nun kommt
body: Der Fahrplan gilt bis zum Herbst, e\u0301 \U0001d538 inbegriffen.
"""

TEASED = """\
id: elsewhere.example/mast
url: https://elsewhere.example/mast
retrieved: 2024-03-03
language: en
licence: by-reference
annotation: reviewed
source: https://elsewhere.example/mast
page: {sha256}

headline: A mast comes down
body: It had stood on the hill for ninety years.
boilerplate/related: More news
"""


_TOLD = (
    "In {place} the council counted {at} boats on the first day of the regatta, and the harbour "
    "master wrote each of them into ledger {number}.",
    "“We had feared that half of them would stay away”, said Ola Brandt, who keeps the lock, "
    "when {at} crews had signed their names.",
    "A storm had broken the northern mole two winters ago, and repairs took {at} weeks longer "
    "than the council of {place} had planned.",
    "Most of the visitors came by train this year, for the car park behind the fish market holds "
    "no more than {at} cars.",
    "The oldest boat, a herring drifter, has been at sea for {at} summers; its owner paints it "
    "every spring and sells smoked eel from its deck.",
    "Next year the regatta is to last a day longer, if {place} finds {at} volunteers who row out "
    "with the buoys.",
)


def sentences(number: int, count: int = 6) -> list[str]:
    """Plain sentences, no two pages' alike."""
    place = PLACES[number % len(PLACES)]
    return [
        _TOLD[at % len(_TOLD)].format(place=place, at=number * count + at + 31, number=number)
        for at in range(count)
    ]


def html(number: int, count: int = 6) -> str:
    """A page with a menu, a headline, a byline, a story and a foot."""
    story = "".join(f"<p>{sentence}</p>" for sentence in sentences(number, count))
    return (
        f'<html lang="en"><head><title>Regatta {number}</title></head><body>'
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/s'>Sport</a></li></ul></nav>"
        f"<article><h1>Boats counted again, part {number}</h1><p class='byline'>By Ola Brandt</p>"
        f"{story}</article><footer>© 2024 Quillmere Gazette</footer></body></html>"
    )


def record(number: int, **more: Any) -> str:
    """A line of JSONL: a page of text, with id and url."""
    url = f"https://www.gazette{number % 7}.example/news/{number}"
    page = {"id": f"page-{number:04d}", "url": url, "text": "\n".join(sentences(number))} | more
    return json.dumps(page, ensure_ascii=False) + "\n"


def write_jsonl(folder: Path, files: int, pages: int) -> Path:
    """JSONL files, each of which a build takes as a part of its own; ids run across them."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in range(files):
        # Every file holds ids from the whole range, as crawls do.
        lines = (record(file + files * page) for page in range(pages))
        (folder / f"crawl-{file}.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def write_corpus(folder: Path) -> Path:
    """A corpus of two originals, in train and test, and a linked page, in validation."""
    for name, content in {
        "original/fjordpost.example/opera.txt": OPERA,
        "original/lagoblatt.example/faehre.txt": FERRY,
        "linked/elsewhere.example/mast.txt": render(mask(parse(TEASED.format(sha256="0" * 64)))),
        "sites.csv": (
            "site,split,terms\nelsewhere.example,validation,by-reference\n"
            "fjordpost.example,train,CC-BY-4.0\nlagoblatt.example,test,CC-BY-4.0\n"
        ),
        "removed.csv": "id,reason\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
    return folder


def rows(dataset: Path) -> list[dict[str, Any]]:
    """All rows of a built dataset, in order of id."""
    return sorted(_rows(dataset), key=lambda row: str(row["id"]))


def rejected(dataset: Path) -> list[dict[str, str]]:
    """The lines of rejected.jsonl."""
    lines = (dataset / "rejected.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def snapshot(folder: Path, *, times: bool = True) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder: its bytes, and when it was written."""
    return {
        path.relative_to(folder).as_posix(): (
            path.read_bytes(),
            path.stat().st_mtime_ns if times else 0,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _rows(dataset: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(dataset.glob("*/*.parquet")):
        for row in pq.read_table(path).to_pylist():
            yield {"split": path.name.partition("-")[0], **row}
