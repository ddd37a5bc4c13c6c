"""croissant.json: the dataset described in Croissant 1.1, responsible-AI fields included.

Format: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html and
https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html.
"""

import datetime
import json
from pathlib import Path
from typing import Any

from newshole.about import About
from newshole.labels import load_schema
from newshole.manifest import Manifest, files_of
from newshole.row import COLUMNS, SPAN_COLUMNS, Column
from newshole.tally import Tally
from newshole.whole import write_whole

NAME = "croissant.json"

_TYPES = {"int32": "sc:Integer", "string": "sc:Text", "strings": "sc:Text", "float32": "sc:Float"}


def write_croissant(manifest: Manifest, folder: Path, about: About, whole: Tally) -> bool:
    """Write ``croissant.json`` beside the data; True if it changed.

    A dataset of which nobody has said when it was published has the day of its first build,
    and keeps it until something else in the description changes.
    """
    made = croissant(manifest, about, whole, name=about.name or folder.absolute().name)
    path = folder / NAME
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if "datePublished" not in about.croissant:
        day = _day_of(before, made) or datetime.date.today().isoformat()
        made["datePublished"] = day
    return write_whole(path, json.dumps(made, indent=1, ensure_ascii=False) + "\n")


def croissant(manifest: Manifest, about: About, whole: Tally, *, name: str) -> dict[str, Any]:
    """The metadata of a dataset, ``@context`` included."""
    context: dict[str, Any] = load_schema("about.json")["context"]
    version = manifest["version"]
    return {
        "@context": context,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": name,
        "version": version,
        "license": sorted(whole.licences) or ["unknown"],
        "inLanguage": sorted(whole.languages),
        "citeAs": f"{name}, version {version}. A dataset of news pages annotated with newshole.",
        "datePublished": None,
        **about.croissant,
        "distribution": _distribution(manifest),
        "recordSet": [_record_set(config) for config in manifest["configs"]],
    }


def _day_of(before: str, made: dict[str, Any]) -> str | None:
    """The date in the description that is there, if it says the same otherwise."""
    try:
        old = json.loads(before)
        day: str = old["datePublished"]
        return day if {**old, "datePublished": None} == made else None
    except (ValueError, TypeError, KeyError):
        return None


def _distribution(manifest: Manifest) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = [
        {
            "@type": "cr:FileObject",
            "@id": file["path"],
            "name": file["path"],
            "contentUrl": file["path"],
            "contentSize": f"{file['bytes']} B",
            "encodingFormat": "application/x-parquet",
            "sha256": file["sha256"],
        }
        for file in files_of(manifest)
    ]
    return files + [
        {
            "@type": "cr:FileSet",
            "@id": _files(config),
            "name": _files(config),
            "encodingFormat": "application/x-parquet",
            "includes": f"{config}/*.parquet",
        }
        for config in manifest["configs"]
    ]


def _record_set(config: str) -> dict[str, Any]:
    split: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{config}/split",
        "name": "split",
        "description": "train, validation or test",
        "dataType": ["sc:Text", "cr:Split"],
        "source": {
            "fileSet": {"@id": _files(config)},
            "extract": {"fileProperty": "filename"},
            "transform": {"regex": "^(train|validation|test)-"},
        },
    }
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "key": {"@id": f"{config}/id"},
        "field": [split, *(_field(config, column) for column in COLUMNS)],
    }


def _field(config: str, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{config}/{column.name}",
        "name": column.name,
        "description": column.description,
    }
    if column.form in ("strings", "spans"):
        field |= {"isArray": True, "arrayShape": "-1"}
    if column.form == "spans":
        return field | {"subField": [_sub_field(config, column, one) for one in SPAN_COLUMNS]}
    source = {"fileSet": {"@id": _files(config)}, "extract": {"column": column.name}}
    return field | {"dataType": _TYPES[column.form], "source": source}


def _sub_field(config: str, column: Column, part: Column) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{config}/{column.name}/{part.name}",
        "name": part.name,
        "description": part.description,
        "dataType": _TYPES[part.form],
        # Without a source of its own each sub-field validates, and yields None.
        "source": {
            "fileSet": {"@id": _files(config)},
            "extract": {"column": column.name},
            "transform": {"jsonPath": f"[*].{part.name}"},
        },
    }


def _files(config: str) -> str:
    return f"{config}-files"
