from typing import Any

import numpy as np
import pytest
from dataset_samples import arm_features, row

from lerobot_core.datasets.episode_buffer import EpisodeBuffer, check_value
from lerobot_core.datasets.schema import Feature, dataset_features
from lerobot_core.errors import FrameMismatch, TaskMissing

FEATURES = dataset_features(arm_features())
VECTOR = Feature("float32", (3,))


@pytest.mark.parametrize("task", ["", "  ", "\n"])
def test_a_frame_needs_a_task(task: str) -> None:
    buffer = EpisodeBuffer(FEATURES)
    with pytest.raises(TaskMissing):
        buffer.add(row(0, 0), task)
    assert buffer.frames == 0


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"action": None}, "action is missing"),
        ({"reward": 1.0}, "reward is not recorded"),
        ({"timestamp": 1.0}, "timestamp is not recorded"),
        ({"observation.images.top": np.zeros((32, 48, 3))}, r"images\.top is not recorded"),
        ({"action": np.zeros(2, np.float32)}, "action has shape"),
        ({"action": np.array([0, np.nan, 0], np.float32)}, "action holds a value"),
        ({"action": np.array([0, np.inf, 0], np.float32)}, "action holds a value"),
        ({"action": np.zeros(3, np.complex64)}, "action has type"),
        ({"action": np.array(["a", "b", "c"])}, "action has type"),
    ],
)
def test_a_frame_that_does_not_fit_names_the_feature(changes: dict[str, Any], named: str) -> None:
    buffer = EpisodeBuffer(FEATURES)
    values = {**row(0, 0), **changes}
    values = {key: value for key, value in values.items() if value is not None}
    with pytest.raises(FrameMismatch, match=named):
        buffer.add(values, "pick")
    assert buffer.frames == 0


def test_numbers_may_lose_precision_but_not_their_kind() -> None:
    assert check_value("x", VECTOR, np.ones(3)).dtype == np.float32
    assert check_value("x", Feature("float32", (1,)), 2).tolist() == [2.0]
    assert check_value("x", Feature("int64", (1,)), np.int32(2)).dtype == np.int64
    with pytest.raises(FrameMismatch, match="x has type float64"):
        check_value("x", Feature("int64", (1,)), 2.5)
    with pytest.raises(FrameMismatch, match="x is no text"):
        check_value("x", Feature("string", (1,)), 2.5)


def test_the_caller_may_reuse_its_arrays() -> None:
    buffer = EpisodeBuffer(dataset_features({"x": VECTOR}))
    values = np.zeros(3, np.float32)
    for number in range(3):
        values[:] = number
        buffer.add({"x": values}, "pick")
    columns = buffer.columns(10, 0, 0, {"pick": 0})
    assert np.asarray(columns["x"])[:, 0].tolist() == [0, 1, 2]


def test_default_columns_are_filled_in() -> None:
    buffer = EpisodeBuffer(FEATURES)
    for number, task in enumerate(["pick", "place", "pick"]):
        buffer.add(row(0, number), task)
    columns = buffer.columns(10, 4, 100, {"place": 0, "pick": 1})
    assert buffer.tasks == ["pick", "place"]
    found = {key: np.asarray(columns[key]).tolist() for key in list(FEATURES)[-4:]}
    assert found == {
        "frame_index": [0, 1, 2],
        "episode_index": [4, 4, 4],
        "index": [100, 101, 102],
        "task_index": [1, 0, 1],
    }
    timestamps = np.asarray(columns["timestamp"])
    assert timestamps.dtype == np.float32
    assert np.array_equal(timestamps, (np.arange(3) / 10).astype(np.float32))
