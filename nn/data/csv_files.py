"""Datasets from CSV files: a header, and columns of numbers."""

from __future__ import annotations

import csv
import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from .datasets import TensorDataset


class CSVDataset(TensorDataset):
    r"""The rows of a CSV file, whose first line names the columns: inputs, and targets if there are any.

    A sample is ``(inputs, targets)``, or ``(inputs,)`` without targets. The file is read whole, as UTF-8; fields may be
    quoted, and empty lines are passed over. ``nan`` and ``inf`` are numbers.

    Parameters
    ----------
    path
        The file.
    targets
        The columns to be predicted. The name of one makes targets of the shape ``(N,)``, a list of ``T`` names of the
        shape ``(N, T)``.
    columns
        The names of the inputs, in the order that they are to have: ``(N, F)``. By default all columns that are no
        targets. Other columns are not looked at, and may hold texts.
    delimiter
        The character between fields.
    dtype, target_dtype
        Of the inputs and of the targets, which have that of the inputs by default. Classes need whole numbers.

    Attributes
    ----------
    columns, targets
        The names of inputs and targets, as tuples.

    Raises
    ------
    OSError
        If the file cannot be read.
    TypeError
        If ``columns`` is a single name.
    ValueError
        With the file, line and column, for a field that is missing or no number of the dtype, and a line that has too
        many; for names that the header lacks or has twice, a file without header or rows, and if no inputs are left.

    >>> import nn, pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "markets.csv")
    >>> _ = path.write_text("tv,radio,sales\n230.1,37.8,22.1\n44.5,39.3,10.4\n")
    >>> nn.data.CSVDataset(path, "sales")[0]
    (Tensor([230.1,  37.8], dtype=float32), Tensor(22.1, dtype=float32))
    >>> folder.cleanup()
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        targets: str | Sequence[str] = (),
        *,
        columns: Sequence[str] | None = None,
        delimiter: str = ",",
        dtype: Any = np.float32,
        target_dtype: Any = None,
    ) -> None:
        if isinstance(columns, str):
            raise TypeError(f"CSVDataset: columns must be a list of names, as [{columns!r}], got {columns!r}")
        self.targets = (targets,) if isinstance(targets, str) else tuple(targets)
        dtypes = np.dtype(dtype), np.dtype(dtype if target_dtype is None else target_dtype)
        with _table(path, delimiter) as (header, rows):
            rest = [name for name in header if name not in self.targets]
            self.columns = tuple(rest if columns is None else columns)
            if not self.columns:
                raise ValueError(
                    f"CSVDataset: {path} has no columns left for the inputs; its header is {', '.join(header)}"
                )
            places = [_places(path, header, names) for names in (self.columns, self.targets)]
            x, y = _read(path, header, rows, places, dtypes)
        x = x.reshape(-1, len(self.columns))
        y = y if isinstance(targets, str) else y.reshape(len(x), -1)
        super().__init__(*((x, y) if self.targets else (x,)))


@contextmanager
def _table(path: Any, delimiter: str) -> Iterator[tuple[list[str], Iterator[tuple[int, list[str]]]]]:
    """Open a file; give its header, and its rows with their line numbers."""
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True, strict=True)
        try:
            rows = ((reader.line_num, row) for row in reader if row)
            header = [name.strip() for name in next(rows, (0, []))[1]]
            if not header:
                raise ValueError(f"CSVDataset: {path} is empty; its first line must name the columns")
            yield header, rows
        except csv.Error as error:
            raise ValueError(f"CSVDataset: {path}, line {reader.line_num}: {error}") from error
        except UnicodeDecodeError as error:
            raise ValueError(f"CSVDataset: {path} is not UTF-8: {error}") from error


def _places(path: Any, header: list[str], names: Sequence[str]) -> list[int]:
    """Find columns in the header."""
    for name in names:
        if header.count(name) != 1:
            found = f"{header.count(name)} columns" if name in header else "no column"
            raise ValueError(f"CSVDataset: {path} has {found} {name!r}; its header is {', '.join(header)}")
    return [header.index(name) for name in names]


def _read(
    path: Any,
    header: list[str],
    rows: Iterator[tuple[int, list[str]]],
    places: Sequence[Sequence[int]],
    dtypes: Sequence[Any],
) -> list[Any]:
    """Read the numbers of groups of columns, each as a flat array of its dtype."""
    groups = [(of_group, _parser(dtype), _growing(dtype)) for of_group, dtype in zip(places, dtypes, strict=True)]
    line = 0
    for line, row in rows:
        if len(row) != len(header):
            raise ValueError(
                f"CSVDataset: {path}, line {line}: {len(row)} fields, but the header names {len(header)} columns"
            )
        for of_group, parse, numbers in groups:
            for place in of_group:
                try:
                    numbers.append(parse(row[place]))
                except ValueError as error:
                    raise ValueError(f"CSVDataset: {path}, line {line}, column {header[place]!r}: {error}") from None
    if not line:
        raise ValueError(f"CSVDataset: {path} has a header, but no rows")
    return [np.array(numbers, dtype) for (_, _, numbers), dtype in zip(groups, dtypes, strict=True)]


def _growing(dtype: Any) -> array[Any]:
    """Give what takes numbers of a dtype one by one, in eight bytes at most; floating ones in double precision."""
    return array("d" if dtype.kind == "f" else np.dtype(dtype).char)


def _parser(dtype: Any) -> Callable[[str], Any]:
    """Give what reads a number of a dtype, and raises ``ValueError`` if it cannot."""
    if dtype.kind not in "iuf":
        raise ValueError(f"CSVDataset: columns are whole or floating numbers, got dtype {dtype}")
    convert: Callable[[str], Any] = float if dtype.kind == "f" else int
    limits: Any = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    low, high = convert(limits.min), convert(limits.max)

    def parse(text: str) -> Any:
        try:
            number = convert(text)
        except ValueError:
            number = None
        if number is None or "_" in text:  # which Python reads as a part of a number
            raise ValueError(_refused(text, dtype))
        if not low <= number <= high and abs(number) != np.inf and number == number:  # noqa: PLR0124 - is no NaN
            raise ValueError(f"{text.strip()} is out of the range of {dtype}")
        return number

    return parse


def _refused(text: str, dtype: Any) -> str:
    if not text.strip():
        return "the field is empty"
    shown = repr(text) if len(text) <= 40 else f"{text[:37]!r}..."
    return f"{shown} is no {'whole ' if dtype.kind != 'f' else ''}number"
