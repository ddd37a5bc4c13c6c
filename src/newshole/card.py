"""The dataset card: front matter that ``load_dataset`` obeys, and tables made from the rows.

``load_dataset`` caches on the card's configs and counts, not on the Parquet; so the card
states true counts and sizes at each build. Text between ``<!-- name -->`` and
``<!-- /name -->`` is replaced; everything else in an existing card is left alone.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from newshole.labels import BOILERPLATE, LABELS, join_name
from newshole.manifest import Manifest, files_of
from newshole.row import features

DEFAULT = "original"
"""The config that ``load_dataset`` takes when none is named, where there is one."""

_TEMPLATE = """
# {name}

{rows} news pages, annotated character by character by
[newshole](https://pypi.org/project/newshole/): body, caption, byline, source and boilerplate spans.

```python
from datasets import load_dataset

pages = load_dataset("{name}", "{config}")
```

<!-- counts -->
<!-- /counts -->

<!-- labels -->
<!-- /labels -->

<!-- example -->
<!-- /example -->
"""


def write_card(manifest: Manifest, folder: Path, card: Path) -> None:
    """Write the card of the dataset in ``folder``, or bring an existing one up to date.

    Raises ValueError when an existing card has front matter that is no YAML.
    """
    from huggingface_hub import DatasetCard

    text = card.read_text(encoding="utf-8") if card.exists() else ""
    if not text.strip():
        text = _TEMPLATE.format(
            name=manifest["name"], rows=manifest["rows"], config=_default(manifest)
        )
    parsed = DatasetCard(text, ignore_metadata_errors=True)
    known = parsed.data.to_dict()  # type: ignore[no-untyped-call]
    data = {
        **known,
        **front_matter(manifest, Path(os.path.relpath(folder.absolute(), card.absolute().parent))),
    }
    tables = {
        "counts": counts_table(manifest, folder),
        "labels": labels_table(manifest, folder),
        "example": example(manifest, folder),
    }
    body = fill(parsed.text, tables)
    partial = card.with_name(card.name + ".tmp")
    partial.write_text(f"---\n{_yaml(data)}---\n{body.rstrip()}\n", encoding="utf-8")
    partial.replace(card)


def front_matter(manifest: Manifest, folder: Path) -> dict[str, Any]:
    """``configs`` and ``dataset_info`` of a card from which the data lies in ``folder``."""
    from datasets import DatasetInfo, SplitDict, SplitInfo

    configs, infos = [], []
    for config, splits in manifest["configs"].items():
        entry: dict[str, Any] = {
            "config_name": config,
            "data_files": [
                {"split": name, "path": (folder / config / f"{name}-*.parquet").as_posix()}
                for name in _in_order(splits)
            ],
        }
        if config == _default(manifest):
            entry["default"] = True
        configs.append(entry)
        split_infos = SplitDict()
        for name in _in_order(splits):
            split_infos.add(SplitInfo(name, splits[name]["num_bytes"], splits[name]["rows"]))
        info = DatasetInfo(
            features=features(),
            splits=split_infos,
            download_size=sum(f["bytes"] for s in splits.values() for f in s["files"]),
            dataset_size=sum(split["num_bytes"] for split in splits.values()),
        )
        infos.append({"config_name": config, **info._to_yaml_dict()})
    return {"configs": configs, "dataset_info": infos}


def counts_table(manifest: Manifest, folder: Path) -> str:
    """Markdown: rows, sites, languages and spans of each config and split."""
    lines = [
        "| config | split | articles | sites | languages | spans |",
        "|---|---|--:|--:|---|--:|",
    ]
    for config, splits in manifest["configs"].items():
        for name in _in_order(splits):
            sites: set[str] = set()
            languages: Counter[str] = Counter()
            spans = 0
            columns = ["site", "language", "spans"]
            for batch in _batches(folder, splits[name]["files"], columns):
                sites.update(batch["site"].to_pylist())
                languages.update(batch["language"].to_pylist())
                spans += len(pc.list_flatten(batch["spans"]))
            tongues = ", ".join(f"{tag} {count}" for tag, count in sorted(languages.items()))
            lines.append(
                f"| {config} | {name} | {splits[name]['rows']} | {len(sites)} "
                f"| {tongues} | {spans} |"
            )
    return "\n".join(lines)


def labels_table(manifest: Manifest, folder: Path) -> str:
    """Markdown: spans and characters of each label and boilerplate kind."""
    spans: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for batch in _batches(folder, files_of(manifest), ["spans"]):
        flat = pc.list_flatten(batch["spans"])
        lengths = pc.subtract(flat.field("end"), flat.field("start"))
        table = pa.table({"label": flat.field("label"), "kind": flat.field("kind"), "n": lengths})
        groups = table.group_by(["label", "kind"]).aggregate([("n", "count"), ("n", "sum")])
        for group in groups.to_pylist():
            name = join_name(group["label"], group["kind"])
            spans[name] += group["n_count"]
            characters[name] += group["n_sum"]
    names = [label for label in LABELS if label != BOILERPLATE]
    names += sorted(name for name in spans if name.startswith(BOILERPLATE))
    lines = ["| label | spans | characters |", "|---|--:|--:|"]
    lines += [f"| {name} | {spans[name]} | {characters[name]} |" for name in names if spans[name]]
    return "\n".join(lines)


def example(manifest: Manifest, folder: Path) -> str:
    """Markdown: the first row of the default config, long values cut short."""
    for split in manifest["configs"].get(_default(manifest), {}).values():
        path = folder / split["files"][0]["path"]
        row = next(pq.ParquetFile(path).iter_batches(batch_size=1)).to_pylist()[0]
        shown = {name: _short(value) for name, value in row.items()}
        return f"```json\n{json.dumps(shown, ensure_ascii=False, indent=1)}\n```"
    return ""


def fill(text: str, regions: Mapping[str, str]) -> str:
    """Put each region's text between its markers."""
    for name, content in regions.items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        text = re.sub(pattern, lambda m, c=content: f"{m[1]}{c}\n{m[2]}", text, flags=re.DOTALL)  # type: ignore[misc]
    return text


def _short(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str) and len(value) > 160:
        return value[:159] + "…"
    if isinstance(value, list):
        shown = [_short(item) for item in value[:3]]
        return [*shown, f"… {len(value) - 3} more"] if len(value) > 3 else shown
    return value


def _default(manifest: Manifest) -> str:
    return DEFAULT if DEFAULT in manifest["configs"] else next(iter(manifest["configs"]), DEFAULT)


def _in_order(splits: Mapping[str, Any]) -> list[str]:
    return [name for name in ("train", "validation", "test") if name in splits]


def _batches(
    folder: Path, files: list[dict[str, Any]], columns: list[str]
) -> Iterator[pa.RecordBatch]:
    for file in files:
        yield from pq.ParquetFile(folder / file["path"]).iter_batches(1024, columns=columns)


def _yaml(data: Mapping[str, Any]) -> str:
    import yaml

    text: str = yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, width=100)
    return text
