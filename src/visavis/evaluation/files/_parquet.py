"""Scores in Apache Parquet, where pyarrow is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from visavis.errors import ScoresMalformed, ScoresReaderMissing, ScoresUnreadable
from visavis.evaluation.files._columns import checked_scores, checked_truths, ids
from visavis.evaluation.files._table import Table, named_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from visavis.evaluation.files._layout import Columns
    from visavis.evaluation.files._people import People

__all__ = ["parquet_tables"]


def parquet_tables(path: Path, people: People, columns: Columns) -> Iterator[Table]:
    """Row by row, columns named as in `Columns`.

    Raises:
        ScoresReaderMissing: pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - optional
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise ScoresReaderMissing(
            "Parquet files are read with pyarrow: pip install 'visavis[parquet]'"
        ) from None
    try:
        with parquet.ParquetFile(path) as file:
            chosen = columns.among(file.schema_arrow.names)
            done = 0
            for batch in file.iter_batches():
                pair = chosen.people
                table = named_table(
                    checked_scores(_array(batch, chosen.score)),
                    None if chosen.label is None else checked_truths(_array(batch, chosen.label)),
                    None
                    if pair is None
                    else (
                        people.encode(ids(_array(batch, pair[0]))),
                        people.encode(ids(_array(batch, pair[1]))),
                    ),
                )
                row = table.contradiction()
                if row is not None:
                    raise ScoresMalformed(
                        f"row {done + row + 1}: its people say otherwise than its label"
                    )
                done += batch.num_rows
                yield table
    except OSError as error:
        raise ScoresUnreadable(f"a score file cannot be read: {error.strerror}") from None
    except pa.ArrowException:
        raise ScoresMalformed("this is no Parquet file, or a damaged one") from None


def _array(batch: Any, place: int) -> NDArray[Any]:  # noqa: ANN401 - pyarrow has no types
    column = batch.column(place)
    if column.null_count:
        raise ScoresMalformed("a score, a label or an id of a person is missing")
    values: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    if values.dtype.kind == "O" and all(isinstance(value, str) for value in values):
        return np.array(values.tolist(), dtype=np.str_)
    return values
