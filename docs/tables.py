"""The tables in the documents that the dataset card does not make."""

import csv
import re
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
from agreement import agreement_tables
from comparison import comparison, methods

from newshole.card import counts_table
from newshole.frontmatter import fill
from newshole.labels import NAMES, join_name
from newshole.manifest import Manifest, read_manifest
from newshole.row import COLUMNS
from newshole.tally import SPLITS, Tally, tally, total

ROOT = Path(__file__).parents[1]

FORMS = {"string": "string", "strings": "list of string", "spans": "list of struct"}


def tables(data: Path) -> dict[str, dict[str, str]]:
    """Document → name of a region → its text, for the dataset in ``data``.

    Raises ValueError where there is no dataset, or the figures of the benchmark are of a part of
    the pages.
    """
    manifest = read_manifest(data)
    if manifest is None:
        raise ValueError(f"{data} holds no dataset; 'make dataset' builds it")
    counts = tally(manifest, data)
    found = {
        "README.md": {"columns": columns_table()},
        "DATASHEET.md": {
            "counts": counts_table(counts),
            "languages": languages_table(total(counts)),
            "agreement": agreement_tables(),
            "labels_by_split": labels_by_split(manifest, data),
            "rulings": rulings_table(),
        },
    }
    for measured in (comparison(), methods()):
        for name, regions in measured.items():
            found.setdefault(name, {}).update(regions)
    return found


def columns_table() -> str:
    """Markdown: name, type and meaning of each column of a row."""
    lines = ["| column | type | |", "|---|---|---|"]
    lines += [
        f"| `{column.name}` | {FORMS[column.form]}{' or null' if column.nullable else ''} "
        f"| {column.description} |"
        for column in COLUMNS
    ]
    return "\n".join(lines)


def languages_table(whole: Tally) -> str:
    """Markdown: articles of each language, and their share of all; regions of it together."""
    articles: dict[str, int] = {}
    for tag, number in whole.languages.items():
        language = tag.partition("-")[0]
        articles[language] = articles.get(language, 0) + number
    lines = ["| language | articles | share |", "|---|--:|--:|"]
    lines += [
        f"| {language} | {number} | {number / whole.rows:.0%} |"
        for language, number in sorted(articles.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return "\n".join(lines)


def labels_by_split(manifest: Manifest, data: Path) -> str:
    """Markdown: spans and characters of each label in each split, and on how many sites it is."""
    spans: Counter[tuple[str, str]] = Counter()
    characters: Counter[tuple[str, str]] = Counter()
    sites: dict[str, set[str]] = {name: set() for name in NAMES}
    for splits in manifest["configs"].values():
        for split, held in splits.items():
            for file in held["files"]:
                rows = pq.read_table(data / file["path"], columns=["site", "spans"]).to_pylist()
                for row in rows:
                    for span in row["spans"]:
                        name = join_name(span["label"], span["kind"])
                        spans[name, split] += 1
                        characters[name, split] += span["end"] - span["start"]
                        sites[name].add(row["site"])
    lines = [
        f"| label | sites | {' | '.join(f'spans, {one}' for one in SPLITS)} "
        f"| {' | '.join(f'characters, {one}' for one in SPLITS)} |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name in NAMES:
        cells = [str(counts[name, split]) for counts in (spans, characters) for split in SPLITS]
        lines.append(f"| `{name}` | {len(sites[name])} | {' | '.join(cells)} |")
    return "\n".join(lines)


def rulings_table() -> str:
    """Markdown: of each ruling, how many originals show it, and three of them.

    ``docs/rulings.csv`` lists them (id of the article, number of the ruling), as a reader of the
    originals found them.
    """
    shown: dict[int, list[str]] = {}
    with (ROOT / "docs" / "rulings.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            shown.setdefault(int(row["ruling"]), []).append(row["id"])
    guidelines = (ROOT / "corpus" / "GUIDELINES.md").read_text(encoding="utf-8")
    rows = ["| ruling | originals | among them |", "|---|--:|---|"]
    for number, title in re.findall(r"^#### R(\d+)\. (.+)$", guidelines, re.MULTILINE):
        ids = sorted(shown.get(int(number), []))
        some = ", ".join(f"`{one}`" for one in ids[:3])
        rows.append(f"| R{number} {title} | {len(ids)} | {some} |")
    return "\n".join(rows)


def main() -> None:
    for name, regions in tables(ROOT / "data").items():
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        filled = fill(text, regions)
        if filled != text:
            path.write_text(filled, encoding="utf-8")
            print(f"{name}: tables brought up to date")


if __name__ == "__main__":
    main()
