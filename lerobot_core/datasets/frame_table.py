"""``data/*.parquet``: one row a frame, one row group an episode.

Source: dataset format v3.0, section 6; the schema is equal to that of the golden files.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.ma  # pyarrow asks for it: 50 ms that the first save would have to wait
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lerobot_core.datasets.schema import Feature, Features

_IMAGE_TYPE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])

Column = NDArray[Any] | list[Any]
"""Numbers of shape (frames, ...), or a list of texts, or of {"bytes", "path"} of pictures."""


def encode_frames(features: Features, columns: Mapping[str, Column]) -> bytes:
    """The file for the frames of one episode."""
    stored = {key: feature for key, feature in features.items() if not feature.is_video}
    arrays = [_to_arrow(feature, columns[key]) for key, feature in stored.items()]
    fields = [_field(key, feature) for key, feature in stored.items()]
    metadata: dict[str | bytes, str | bytes] = {
        "huggingface": _huggingface(stored, _fingerprint(arrays))
    }
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=metadata))
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="snappy", row_group_size=max(1, len(table)))
    return sink.getvalue()


def _field(key: str, feature: Feature) -> Any:
    """A column of matrices is marked with the type that the reference's library knows them by."""
    if not feature.is_numeric or len(feature.shape) == 1:
        return pa.field(key, arrow_type(feature))
    kind = f"datasets.features.features.Array{len(feature.shape)}DExtensionType"
    described = json.dumps([list(feature.shape), str(np.dtype(feature.dtype))])
    marks = {"ARROW:extension:name": kind, "ARROW:extension:metadata": described}
    return pa.field(key, arrow_type(feature), metadata=marks)


def arrow_type(feature: Feature) -> pa.DataType:
    """The type of a feature's column."""
    if feature.is_image:
        return _IMAGE_TYPE
    if feature.is_text:
        return pa.string()
    kind = pa.from_numpy_dtype(np.dtype(feature.dtype))
    if feature.is_scalar:
        return kind
    if len(feature.shape) == 1:
        return pa.list_(kind, feature.shape[0])
    for _ in feature.shape:
        kind = pa.list_(kind)
    return kind


def _to_arrow(feature: Feature, column: Column) -> Any:
    wanted = arrow_type(feature)
    if isinstance(column, list):
        return pa.array(column, wanted)
    if feature.is_scalar:
        return pa.array(column.reshape(len(column)), wanted)
    array: Any = pa.array(np.ascontiguousarray(column).reshape(-1))
    if len(feature.shape) == 1:
        return pa.FixedSizeListArray.from_arrays(array, feature.shape[0])
    for size in reversed(feature.shape):
        offsets: Any = pa.array(np.arange(0, len(array) + 1, size, dtype=np.int32))
        array = pa.ListArray.from_arrays(offsets, array)
    return array


def _huggingface(features: Features, fingerprint: str) -> str:
    entries = {key: _huggingface_type(feature) for key, feature in features.items()}
    return json.dumps({"info": {"features": entries}, "fingerprint": fingerprint})


def _huggingface_type(feature: Feature) -> dict[str, Any]:
    if feature.is_image:
        return {"_type": "Image"}
    value = {"dtype": _value_name(feature.dtype), "_type": "Value"}
    if feature.is_scalar:
        return value
    if len(feature.shape) == 1:
        return {"feature": value, "length": feature.shape[0], "_type": "List"}
    return {
        "shape": list(feature.shape),
        "dtype": _value_name(feature.dtype),
        "_type": f"Array{len(feature.shape)}D",
    }


def _value_name(dtype: str) -> str:
    return dtype if dtype == "string" else str(np.dtype(dtype))


def _fingerprint(arrays: list[Any]) -> str:
    """16 hexadecimal digits that tell contents apart."""
    digest = hashlib.blake2b(digest_size=8)
    for array in arrays:
        for buffer in array.buffers():
            if buffer is not None:
                digest.update(buffer)
    return digest.hexdigest()
