"""The pages that the benchmarks measure on: those in the folders that NEWSHOLE_PAGES names."""

import gzip
import json
import os
import sys
from pathlib import Path
from typing import Any

Record = dict[str, Any]


def folder(name: str) -> Path:
    """The folder ``name`` of pages; ends the run with a plain word where it is not there."""
    for root in os.environ.get("NEWSHOLE_PAGES", "").split(os.pathsep):
        if root and (Path(root) / name / "pages.jsonl").is_file():
            return Path(root) / name
    sys.exit(f"set NEWSHOLE_PAGES to a folder that holds {name}/pages.jsonl and its html/")


def records(name: str) -> list[Record]:
    """The records of ``pages.jsonl``, in its order."""
    # At newlines alone: texts may hold U+2028, at which splitlines would split too.
    lines = (folder(name) / "pages.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def html(name: str, record: Record) -> bytes:
    """The bytes of a record's page."""
    return gzip.decompress((folder(name) / "html" / f"{record['id']}.html.gz").read_bytes())
