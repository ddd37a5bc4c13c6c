"""croissant.json: the dataset described in Croissant 1.1, responsible-AI fields included.

Format: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html and
https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html.
"""

import json
from pathlib import Path
from typing import Any

from newshole.labels import load_schema
from newshole.manifest import Manifest, files_of
from newshole.row import COLUMNS

_TYPES = {"int32": "sc:Integer", "string": "sc:Text", "float32": "sc:Float"}
_SPAN = {
    "start": ("int32", "first code point"),
    "end": ("int32", "code point after the last"),
    "label": ("string", "label of the span"),
    "kind": ("string", "kind of a boilerplate span"),
    "confidence": ("float32", "0 to 1, or null where a reader decided"),
}
_DISTRIBUTION = "dataset-files"


def write_croissant(manifest: Manifest, folder: Path) -> None:
    """Write ``croissant.json`` beside the data."""
    text = json.dumps(croissant(manifest), indent=1, ensure_ascii=False)
    (folder / "croissant.json").write_text(text + "\n", encoding="utf-8")


def croissant(manifest: Manifest) -> dict[str, Any]:
    """The metadata of a dataset, ``@context`` included."""
    about: dict[str, Any] = load_schema("about.json")
    known = about["corpus"] if "pages" not in manifest["configs"] else about["pages"]
    return {
        "@context": about["context"],
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "name": manifest["name"],
        "version": manifest["version"],
        **known,
        "distribution": _distribution(manifest),
        "recordSet": [_record_set(config) for config in manifest["configs"]],
    }


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
            "@id": f"{config}-files",
            "name": f"{config}-files",
            "encodingFormat": "application/x-parquet",
            "includes": f"{config}/*.parquet",
        }
        for config in manifest["configs"]
    ]


def _record_set(config: str) -> dict[str, Any]:
    files = {"fileSet": {"@id": f"{config}-files"}}
    fields: list[dict[str, Any]] = [
        {
            "@type": "cr:Field",
            "@id": f"{config}/split",
            "name": "split",
            "description": "train, validation or test",
            "dataType": "sc:Text",
            "source": {
                **files,
                "extract": {"fileProperty": "filename"},
                "transform": {"regex": "^(train|validation|test)-"},
            },
        }
    ]
    for column in COLUMNS:
        field: dict[str, Any] = {
            "@type": "cr:Field",
            "@id": f"{config}/{column.name}",
            "name": column.name,
            "description": column.description,
        }
        if column.form == "spans":
            field |= {"isArray": True, "arrayShape": "-1", "subField": _sub_fields(config)}
        else:
            field |= {
                "dataType": "sc:Text",
                "source": {**files, "extract": {"column": column.name}},
            }
        if column.form == "strings":
            field |= {"isArray": True, "arrayShape": "-1"}
        fields.append(field)
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "key": {"@id": f"{config}/id"},
        "field": fields,
    }


def _sub_fields(config: str) -> list[dict[str, Any]]:
    # Without a source of its own each sub-field validates, and yields None.
    return [
        {
            "@type": "cr:Field",
            "@id": f"{config}/spans/{name}",
            "name": name,
            "description": description,
            "dataType": _TYPES[kind],
            "source": {
                "fileSet": {"@id": f"{config}-files"},
                "extract": {"column": "spans"},
                "transform": {"jsonPath": f"[*].{name}"},
            },
        }
        for name, (kind, description) in _SPAN.items()
    ]
