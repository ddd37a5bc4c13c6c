"""Level 2: the header against its schema, and against the file's place in the corpus."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from newshole.article import Article
from newshole.corpus import COLLECTIONS
from newshole.finding import Finding
from newshole.labels import NAMES, load_schema
from newshole.page import site_of


def check_header(article: Article, file: str, place: tuple[str, str] | None) -> Iterator[Finding]:
    """NH201 to NH206. ``place`` is the (collection, id) that the file's path stands for."""
    header = dict(article.header)
    line = {key: number for number, key in enumerate(header, start=1)}
    faulty = False
    for key, code, message, fix in _faults(header):
        faulty = True
        yield Finding(file, line.get(key, 1), code, message, fix)
    if not faulty and place is not None:
        for key, code, message, fix in _misplaced(header, *place):
            yield Finding(file, line[key], code, message, fix)
    if fault := _masking(article, place[0] if place else None):
        yield Finding(file, 0, "NH203", *fault)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(load_schema("article.schema.json"), format_checker=FormatChecker())


def _faults(header: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """(key, code, message, fix): the schema's three ways of saying no, in plain words."""
    schema = load_schema("article.schema.json")
    known: dict[str, dict[str, Any]] = schema["properties"]
    wanted = [*schema["required"]]
    for key, others in schema["dependentRequired"].items():
        wanted += others if key in header else ()
    for key in wanted:
        if key not in header:
            yield key, "NH201", f"the header has no {key!r}", f"add {_wanted(known[key])}"
    for key in header:
        if key not in known:
            yield key, "NH204", f"unknown header {key!r}", _mend_key(key, known)
    broken = {str(error.path[0]): None for error in _validator().iter_errors(header) if error.path}
    for key in broken:
        message = f"{key} {_short(header[key])} is not {known[key]['title']}"
        yield key, "NH205", message, _mend_value(key, header[key], known[key])


def _wanted(definition: dict[str, Any]) -> str:
    examples = definition.get("examples")
    return str(definition["description"]) + (f", such as {examples[0]!r}" if examples else "")


def _mend_key(key: str, known: dict[str, dict[str, Any]]) -> str:
    if key in NAMES:
        return "it is a label: leave an empty line between the header and the label lines"
    near = get_close_matches(key, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(known)}"


def _mend_value(key: str, value: str, definition: dict[str, Any]) -> str:
    near = get_close_matches(value, definition.get("enum", ()), n=1)
    if key == "language" and re.fullmatch(definition["pattern"], tag := _cased(value)):
        near = [tag]
    if near and near[0] != value:
        return f"did you mean {near[0]!r}?"
    return f"write {_wanted(definition)}"


def _cased(tag: str) -> str:
    """The tag with hyphens, in the letter case of RFC 5646, section 2.1.1."""
    first, *rest = tag.replace("_", "-").lower().split("-")
    return "-".join((first, *({2: str.upper, 4: str.title}.get(len(p), str)(p) for p in rest)))


def _misplaced(
    header: dict[str, str], collection: str, article_id: str
) -> Iterator[tuple[str, str, str, str]]:
    written = header["id"]
    if collection not in COLLECTIONS or not re.match(_id_pattern(), article_id):
        yield (
            "id",
            "NH202",
            f"the file's place stands for no id ({collection}/{article_id})",
            "move it to original/SITE/SLUG.txt or linked/SITE/SLUG.txt, in lower case",
        )
    elif written != article_id:
        yield (
            "id",
            "NH202",
            f"id {written!r} is not the file's place",
            f"write 'id: {article_id}', or move the file",
        )
    else:
        site = written.partition("/")[0]
        key = "url" if "url" in header else "id"
        true = site_of(header.get("url", f"https://{site}"))
        if site != true:
            yield (
                key,
                "NH206",
                f"the site of the {key} is {true!r}, and the file lies in {site!r}",
                f"move it to {collection}/{true}/, so that a site is in one split with all its "
                "hosts",
            )


def _id_pattern() -> str:
    return str(load_schema("article.schema.json")["properties"]["id"]["pattern"])


def _masking(article: Article, collection: str | None) -> tuple[str, str] | None:
    """(message, fix) where text stands that may not, or is hidden that should stand."""
    masked = {segment.masked for segment in article.segments}
    if collection == "linked" and masked != {True}:
        return "a linked article holds text", "mask it whole ('newshole new --mask')"
    if collection == "original" and True in masked:
        return (
            "an original has masked segments",
            "write their text; a page published elsewhere belongs in linked/",
        )
    if masked == {True, False}:
        return "some segments are masked and some are not", "mask all or none"
    if (True in masked) != ("text_sha256" in article.header):
        return (
            ("the segments are masked, and the header has no 'text_sha256'", "add it")
            if True in masked
            else ("the header has a 'text_sha256', and no segment is masked", "take it away")
        )
    return None


def _short(value: str) -> str:
    return repr(value if len(value) <= 60 else value[:59] + "…")
