"""Pages of which the body or some snippets are known: what each line may be."""

import gzip
import hashlib
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from newshole.labels import NAMES
from newshole.weak import WeakPage, read_weak

STORY = [
    "The swing bridge of Port Ellery opened again on Friday after eleven months of repairs.",
    "The harbour master raised the barrier himself at seven, and two hundred people clapped.",
    "A second closing is planned for October, when the motor house is to get its new slates.",
]
MENU = "Home and harbour and weather"


def write(folder: Path, *records: dict[str, Any], page: str | None = None) -> Path:
    (folder / "html").mkdir(parents=True)
    lines = []
    for number, record in enumerate(records):
        content = page or "".join(
            f"<p>{line}</p>" for line in (MENU, *STORY, "Tell a friend of it")
        )
        content += f"<!-- {number} -->"
        data = gzip.compress(content.encode(), mtime=0)
        (folder / "html" / f"{number}.html.gz").write_bytes(data[: record.pop("cut", None)])
        sha256 = hashlib.sha256(content.encode()).hexdigest()
        lines.append(json.dumps({"id": str(number), "html_sha256": sha256, **record}))
    (folder / "pages.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def read(folder: Path, sites: Collection[str] = (), pages: Collection[str] = ()) -> list[WeakPage]:
    return list(read_weak([folder], without_sites=sites, without_pages=pages))


def allows(page: WeakPage, line: int, name: str) -> bool:
    return bool(page.allowed[line, NAMES.index(name)])


def test_a_known_body(tmp_path: Path) -> None:
    url = "https://www.harbour.example/bridge"
    [page] = read(write(tmp_path / "a", {"url": url, "body": "\n\n".join(STORY)}))
    assert page.site == "harbour.example"
    assert page.weight.tolist() == [1, 1, 1, 1, 1]
    for line in (1, 2, 3):
        assert allows(page, line, "body")
        assert not allows(page, line, "boilerplate/navigation")
    for line in (0, 4):
        assert not allows(page, line, "body")
        assert allows(page, line, "boilerplate/navigation")


def test_snippets(tmp_path: Path) -> None:
    record = {"url": "https://harbour.example/a", "with": [STORY[0]], "without": [MENU]}
    [page] = read(write(tmp_path / "a", record))
    assert page.weight.tolist() == [1, 1, 0, 0, 0]
    assert not allows(page, 0, "body")
    assert allows(page, 1, "body")
    assert page.allowed[2].all()


def test_what_is_left_out(tmp_path: Path) -> None:
    body = "\n".join(STORY)
    folder = write(
        tmp_path / "a",
        {"url": "https://harbour.example/a", "body": body},
        {"url": "hard::quay.example-story.html", "body": body},
        {"url": "https://pier.example/a", "body": body},
        {"url": "https://mole.example/a", "body": body, "cut": 40},
        {"url": "https://lock.example/a", "body": "Of another story altogether, and long."},
    )
    assert [page.site for page in read(folder)] == [
        "harbour.example",
        "hard::quay.example-story.html",
        "pier.example",
    ]
    assert [page.site for page in read(folder, {"harbour.example", "quay.example"})] == [
        "pier.example"
    ]
    first = json.loads((folder / "pages.jsonl").read_text().split("\n")[0])["html_sha256"]
    assert len(read(folder, pages={first})) == 2
