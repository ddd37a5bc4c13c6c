"""The dataset card: front matter that ``load_dataset`` obeys, and tables made from the rows.

``load_dataset`` caches on the card's configs and counts, not on the Parquet; so the card
states true counts and sizes at each build. Of a card that is there already, every key of the
front matter that is not a count stays as it is, and so does the text, but for what stands
between ``<!-- name -->`` and ``<!-- /name -->``.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from newshole.about import About
from newshole.frontmatter import fill, parse, parts_of, set_keys
from newshole.labels import NAMES
from newshole.manifest import Manifest
from newshole.row import COLUMNS, SPAN_COLUMNS
from newshole.tally import Tally, in_order, total
from newshole.whole import write_whole

DEFAULT = "original"
"""The config that ``load_dataset`` takes when none is named, where there is one."""

_TEMPLATE = """
# {name}

News pages, annotated character by character with
[newshole](https://pypi.org/project/newshole/): body, headline, byline, dateline, caption, credit,
source, embeds, notes and kinds of boilerplate, as spans that partition the text of each page.

```python
from datasets import load_dataset

pages = load_dataset("path or Hub name of this folder", "{config}")
```

Offsets count Unicode code points, half-open, into `text`. A span without a confidence was set by a
reader; the others are an annotator's, which no reader has looked over. `manifest.json` holds the
digests of files and rows, `rejected.jsonl` the pages that could not be used, and why.

<!-- counts -->
<!-- /counts -->

## Labels

<!-- labels -->
<!-- /labels -->

## A row

<!-- example -->
<!-- /example -->
"""


def check_card(card: Path, folder: Path) -> None:
    """Raise ValueError for a card that :func:`write_card` could not bring up to date."""
    if _path_to(folder, card).startswith(".."):
        raise ValueError(f"the card {card} lies neither in {folder} nor above it; give another")
    try:
        parse(parts_of(_read(card))[0])
    except ValueError as error:
        raise ValueError(f"{card}: {error}") from None


def write_card(
    manifest: Manifest, folder: Path, card: Path, about: About, counts: dict[Any, Tally]
) -> bool:
    """Write the card of the dataset in ``folder``, or bring it up to date; True if it changed.

    Raises ValueError when an existing card is no UTF-8 or its front matter no YAML.
    """
    name = about.name or folder.absolute().name
    text = _read(card) or _TEMPLATE.format(name=name, config=default_config(manifest))
    front, body = parts_of(text)
    known = parse(front)
    said = {"pretty_name": name, **about.card}
    if "license" not in known | about.card:
        said |= _licence(total(counts))
    wanted = {key: value for key, value in said.items() if key not in known or key in about.said}
    wanted |= _counted(manifest, total(counts), known, _path_to(folder, card))
    tables = {
        "counts": counts_table(counts),
        "labels": labels_table(total(counts)),
        "example": example(manifest, folder),
    }
    gap = "" if front or body.startswith("\n") else "\n"
    text = f"---\n{set_keys(front, wanted)}---\n{gap}{fill(body, tables)}"
    return write_whole(card, text, newline=_line_end(card))


def _counted(
    manifest: Manifest, whole: Tally, known: Mapping[str, Any], folder: str
) -> dict[str, Any]:
    """What follows from the rows: languages, size, ``configs`` and ``dataset_info``."""
    stated = known.get("language") or []
    stated = [stated] if isinstance(stated, str) else list(stated)
    tags = {tag.partition("-")[0] for tag in whole.languages}
    languages = stated + sorted(tags - {"und", *stated})
    return {
        **({"language": languages} if languages else {}),
        "size_categories": [size_category(whole.rows)],
        "configs": _configs(manifest, folder),
        "dataset_info": _infos(manifest),
    }


def counts_table(counts: Mapping[tuple[str, str], Tally]) -> str:
    """Markdown: rows, sites, languages and spans of each config and split."""
    lines = [
        "| config | split | articles | reviewed | sites | languages | spans |",
        "|---|---|--:|--:|--:|---|--:|",
    ]
    for (config, split), one in counts.items():
        tongues = ", ".join(f"{tag} {count}" for tag, count in sorted(one.languages.items()))
        lines.append(
            f"| {config} | {split} | {one.rows} | {one.reviewed} | {len(one.sites)} "
            f"| {tongues} | {one.spans.total()} |"
        )
    return "\n".join(lines)


def labels_table(whole: Tally) -> str:
    """Markdown: spans and characters of each label and boilerplate kind."""
    lines = ["| label | spans | characters |", "|---|--:|--:|"]
    lines += [
        f"| {name} | {whole.spans[name]} | {whole.characters[name]} |"
        for name in NAMES
        if whole.spans[name]
    ]
    return "\n".join(lines)


def example(manifest: Manifest, folder: Path) -> str:
    """Markdown: the first row of the default config, long values cut short."""
    splits = manifest["configs"].get(default_config(manifest), {})
    for name in in_order(splits):
        path = folder / splits[name]["files"][0]["path"]
        row = next(pq.ParquetFile(path).iter_batches(batch_size=1)).to_pylist()[0]
        shown = {key: _short(value) for key, value in row.items()}
        # A page may hold the very marks between which this stands.
        text = json.dumps(shown, ensure_ascii=False, indent=1).replace("<!--", "\\u003c!--")
        return f"```json\n{text}\n```"
    return ""


def default_config(manifest: Manifest) -> str:
    """The config that is loaded when none is named."""
    return DEFAULT if DEFAULT in manifest["configs"] else next(iter(manifest["configs"]), DEFAULT)


def _read(card: Path) -> str:
    """The card's text; empty where there is none. Line ends come as LF."""
    try:
        return card.read_text(encoding="utf-8-sig") if card.exists() else ""
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def _line_end(card: Path) -> str:
    if not card.exists():
        return "\n"
    with card.open("rb") as file:
        return "\r\n" if file.readline().endswith(b"\r\n") else "\n"


def _path_to(folder: Path, card: Path) -> str:
    return Path(os.path.relpath(folder.absolute(), card.absolute().parent)).as_posix()


def _configs(manifest: Manifest, folder: str) -> list[dict[str, Any]]:
    configs = []
    for config, splits in manifest["configs"].items():
        entry: dict[str, Any] = {
            "config_name": config,
            "data_files": [
                {"split": name, "path": (Path(folder) / config / f"{name}-*.parquet").as_posix()}
                for name in in_order(splits)
            ],
        }
        configs.append(entry | ({"default": True} if config == default_config(manifest) else {}))
    return configs


def _infos(manifest: Manifest) -> list[dict[str, Any]]:
    return [
        {
            "config_name": config,
            "features": [_feature(column.name, column.form) for column in COLUMNS],
            "splits": [
                {
                    "name": name,
                    "num_bytes": splits[name]["num_bytes"],
                    "num_examples": splits[name]["rows"],
                }
                for name in in_order(splits)
            ],
            "download_size": sum(f["bytes"] for s in splits.values() for f in s["files"]),
            "dataset_size": sum(split["num_bytes"] for split in splits.values()),
        }
        for config, splits in manifest["configs"].items()
    ]


def _feature(name: str, form: str) -> dict[str, Any]:
    if form == "strings":
        return {"name": name, "list": "string"}
    if form == "spans":
        # Under `sequence:` it would be a struct of lists.
        return {"name": name, "list": [_feature(one.name, one.form) for one in SPAN_COLUMNS]}
    return {"name": name, "dtype": form}


def _licence(whole: Tally) -> dict[str, Any]:
    """Never one licence for all: that would still stand there when other pages come in."""
    if set(whole.licences) <= {"unknown"}:
        return {"license": "unknown"}
    return {"license": "other", "license_name": "see-column-licence"}


def size_category(rows: int) -> str:
    """The Hub's word for a number of rows: ``1K<n<10K``."""
    if rows < 1000:
        return "n<1K"
    steps = ("1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T")
    lower = min(len(str(rows)) - 4, len(steps) - 2)
    return f"{steps[lower]}<n<{steps[lower + 1]}"


def _short(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str) and len(value) > 160:
        return value[:159] + "…"
    if isinstance(value, list):
        shown = [_short(item) for item in value[:3]]
        return [*shown, f"… {len(value) - 3} more"] if len(value) > 3 else shown
    return value
