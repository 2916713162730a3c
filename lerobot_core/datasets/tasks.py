"""``meta/tasks.parquet``: task texts and their numbers, as pandas would write them.

Source: dataset format v3.0, section 4. The reference reads the file with pandas, whose index is
named in a schema entry; that entry is written by hand here, so pandas is not needed.
"""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lerobot_core.errors import DatasetDamaged

_PANDAS = {
    "index_columns": ["task"],
    "column_indexes": [
        {
            "name": None,
            "field_name": None,
            "pandas_type": "unicode",
            "numpy_type": "object",
            "metadata": {"encoding": "UTF-8"},
        }
    ],
    "columns": [
        {
            "name": "task_index",
            "field_name": "task_index",
            "pandas_type": "int64",
            "numpy_type": "int64",
            "metadata": None,
        },
        {
            "name": "task",
            "field_name": "task",
            "pandas_type": "unicode",
            "numpy_type": "object",
            "metadata": None,
        },
    ],
    "attributes": {},
    "creator": {"library": "pyarrow", "version": pa.__version__},
    "pandas_version": "2.2.3",  # the layout of this entry, not a dependency
}

_FIELDS: list[Any] = [pa.field("task_index", pa.int64()), pa.field("task", pa.string())]
SCHEMA = pa.schema(_FIELDS, metadata={"pandas": json.dumps(_PANDAS)})


def encode_tasks(tasks: list[str]) -> bytes:
    """The file for task texts in the order of their numbers."""
    table = pa.Table.from_arrays(
        [pa.array(range(len(tasks)), pa.int64()), pa.array(tasks, pa.string())], schema=SCHEMA
    )
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="snappy")
    return sink.getvalue()


def read_tasks(path: Path) -> list[str]:
    """Task texts in the order of their numbers; empty while nothing was recorded.

    Raises:
        DatasetDamaged: the numbers are not 0, 1, 2 …, or there are no texts.
    """
    if not path.exists():
        return []
    try:
        table = pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError) as error:
        raise DatasetDamaged(path=str(path), reason=str(error)) from error
    texts = [
        field.name
        for field in table.schema
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
    ]
    if not texts or "task_index" not in table.column_names:
        raise DatasetDamaged(path=str(path), reason="it has no column of tasks")
    if table["task_index"].to_pylist() != list(range(len(table))):
        raise DatasetDamaged(path=str(path), reason="its tasks are not numbered 0, 1, 2 …")
    column = "task" if "task" in texts else texts[0]  # older versions left the index unnamed
    return [str(text) for text in table[column].to_pylist()]
