import io
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dataset_samples import DATA

from lerobot_core.datasets.episode_buffer import EpisodeBuffer
from lerobot_core.datasets.frame_table import encode_frames
from lerobot_core.datasets.info import read_info
from lerobot_core.datasets.schema import Feature, Features, dataset_features


def encoded(features: Features, rows: list[dict[str, Any]]) -> Any:
    buffer = EpisodeBuffer(features)
    for row in rows:
        buffer.add(row, "pick")
    return pq.ParquetFile(
        io.BytesIO(encode_frames(features, buffer.columns(15, 0, 0, {"pick": 0})))
    )


@pytest.mark.parametrize("name", ["so101_v30", "so101_v30_images"])
def test_the_schema_is_that_of_the_golden_file(name: str) -> None:
    golden = pq.ParquetFile(DATA / name / "data/chunk-000/file-000.parquet")
    features = read_info(DATA / name).features
    row: dict[str, Any] = {key: np.zeros(6, np.float32) for key in ("observation.state", "action")}
    for key, feature in features.items():
        if feature.is_image:
            row[key] = np.zeros(feature.shape, np.uint8)

    ours = encoded(features, [row, row])

    assert ours.schema_arrow == golden.schema_arrow
    assert str(ours.schema).split("\n", 1)[1] == str(golden.schema).split("\n", 1)[1]
    described = [
        json.loads(file.schema_arrow.metadata[b"huggingface"])["info"] for file in (ours, golden)
    ]
    assert described[0] == described[1]
    assert set(ours.metadata.metadata) == set(golden.metadata.metadata)
    for index in range(golden.metadata.num_columns):
        found, expected = (file.metadata.row_group(0).column(index) for file in (ours, golden))
        assert found.compression == expected.compression
        assert set(found.encodings) == set(expected.encodings)


def test_an_episode_is_one_row_group() -> None:
    features = dataset_features({"x": Feature("float64", (1,))})
    file = encoded(features, [{"x": number / 7} for number in range(1000)])
    assert file.num_row_groups == 1
    assert file.metadata.num_rows == 1000


def test_every_kind_of_feature_comes_back() -> None:
    features = dataset_features(
        {
            "matrix": Feature("float32", (2, 3)),
            "cube": Feature("int16", (2, 1, 2)),
            "done": Feature("bool", (1,)),
            "flags": Feature("bool", (2,)),
            "count": Feature("uint8", (1,)),
            "text": Feature("string", (1,)),
        }
    )
    rows = [
        {
            "matrix": np.arange(6, dtype=np.float32).reshape(2, 3) + number,
            "cube": np.arange(4, dtype=np.int16).reshape(2, 1, 2) * number,
            "done": number == 1,
            "flags": np.array([True, number == 0]),
            "count": np.uint8(200 + number),
            "text": f"no. {number}",
        }
        for number in range(3)
    ]

    table = encoded(features, rows).read()

    assert table.schema.field("matrix").type == pa.list_(pa.list_(pa.float32()))
    for number, row in enumerate(rows):
        for key, value in row.items():
            assert np.array_equal(np.array(table[key][number].as_py()), value), key


def test_the_fingerprint_tells_contents_apart() -> None:
    features = dataset_features({"x": Feature("float64", (1,))})
    prints = [
        json.loads(encoded(features, [{"x": value}]).schema_arrow.metadata[b"huggingface"])
        for value in (1.0, 2.0, 1.0)
    ]
    assert prints[0] == prints[2] != prints[1]
