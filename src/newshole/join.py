"""Join: rows of linked pages, which hold no text, and the pages, for whoever has both."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from newshole.locate import LostPageError, locate, page_folders, page_text
from newshole.row import Row, with_text

if TYPE_CHECKING:
    from datasets import Dataset, DatasetDict

    Rows = TypeVar("Rows", pa.Table, Dataset, DatasetDict)

_NEEDED = ("id", "text", "spans", "text_sha256", "page_sha256")
_BATCH_ROWS = 64


def join(dataset: "Rows", pages: str | Path | Sequence[str | Path] | None = None) -> "Rows":
    """The same rows and columns, with the text, and the fields that hold some of it, filled in.

    ``dataset`` is an Arrow table, a ``datasets.Dataset`` or a ``DatasetDict``; ``pages`` a folder
    or more in which pages lie at any depth (default: those that ``NEWSHOLE_PAGES`` names). A page
    is found by ``page_sha256``, and its text taken only if it has the row's ``text_sha256``: the
    spans lie in no other. Rows that have their text stay as they are; how many stay without one,
    and why the first does, a UserWarning says.

    Raises ValueError for a dataset that lacks a column that is needed, NotADirectoryError for
    a folder that is not there.
    """
    folders = _folders(pages)
    if isinstance(dataset, pa.Table):
        return _joined(dataset, folders)
    from datasets import Dataset, DatasetDict

    if isinstance(dataset, DatasetDict):
        return DatasetDict({name: join(split, folders) for name, split in dataset.items()})
    table = _joined(dataset.with_format("arrow")[:], folders)
    return Dataset(table, info=dataset.info.copy(), split=dataset.split)


def _folders(pages: str | Path | Sequence[str | Path] | None) -> list[Path]:
    if pages is None:
        return page_folders()
    folders = [Path(one) for one in ([pages] if isinstance(pages, str | Path) else pages)]
    for folder in folders:
        if not folder.is_dir():
            raise NotADirectoryError(f"{folder} is no folder; name one that holds pages")
    return folders


def _joined(table: pa.Table, folders: Sequence[Path]) -> pa.Table:
    if missing := [name for name in _NEEDED if name not in table.column_names]:
        raise ValueError(f"the dataset has no column {missing[0]!r}; load it with all its columns")
    bare = table.filter(pc.is_null(table["text"]))
    paths = locate(set(bare["page_sha256"].to_pylist()), folders).paths
    left: list[str] = []
    tables = [
        pa.Table.from_pylist(list(_filled(batch.to_pylist(), paths, left)), schema=table.schema)
        for batch in table.to_batches(_BATCH_ROWS)
    ]
    if left:
        warnings.warn(
            f"{len(left)} of {bare.num_rows} linked rows stay without text; {left[0]}",
            stacklevel=3,
        )
    return pa.concat_tables(tables) if tables else table


def _filled(rows: list[Row], paths: dict[str, str], left: list[str]) -> Iterator[Row]:
    for row in rows:
        if row["text"] is not None:
            yield row
            continue
        try:
            yield with_page(row, paths)
        except LostPageError as error:
            left.append(f"{row['id']}: {error}")
            yield row


def with_page(row: Row, paths: Mapping[str, str]) -> Row:
    """A row without text, filled from its page; ``paths`` is page's sha256 → file.

    Raises LostPageError where the page is not there, or gives another text than the row's.
    """
    path = paths.get(row["page_sha256"])
    if path is None:
        raise LostPageError("its page is not there", "name the folder that holds it")
    text = page_text(Path(path), row["page_sha256"])
    try:
        return with_text(row, text)
    except ValueError:
        raise LostPageError(
            "its page gives another text today",
            "install the version of newshole that the dataset was built with",
        ) from None
