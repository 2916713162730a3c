import numpy as np
import pytest

from lerobot_core.datasets.schema import (
    DEFAULT_FEATURES,
    Feature,
    dataset_features,
    features_from_hardware,
    row_from_hardware,
)
from lerobot_core.errors import FrameMismatch


def test_hardware_becomes_state_action_and_images() -> None:
    features = features_from_hardware(
        {"pan.pos": float, "top": (480, 640, 3), "grip.pos": float}, {"pan.pos": float}
    )

    assert {key: entry.to_dict() for key, entry in features.items()} == {
        "observation.state": {"dtype": "float32", "shape": [2], "names": ["pan.pos", "grip.pos"]},
        "action": {"dtype": "float32", "shape": [1], "names": ["pan.pos"]},
        "observation.images.top": {
            "dtype": "video",
            "shape": [480, 640, 3],
            "names": ["height", "width", "channels"],
        },
    }


def test_images_stay_images_without_videos() -> None:
    features = features_from_hardware({"top": (48, 64, 3)}, {}, use_videos=False)
    assert features["observation.images.top"].dtype == "image"


def test_a_row_follows_the_order_of_names() -> None:
    features = features_from_hardware(dict.fromkeys("ab", float), dict.fromkeys("ba", float))
    values = row_from_hardware(features, {"b": 2.0, "a": 1.0}, {"a": 3.0, "b": 4.0})
    assert values["observation.state"].tolist() == [1.0, 2.0]
    assert values["action"].tolist() == [4.0, 3.0]
    assert values["action"].dtype == np.float32


def test_a_joint_without_value_is_named() -> None:
    features = features_from_hardware(dict.fromkeys("ab", float), {})
    with pytest.raises(FrameMismatch, match=r"observation\.state has no value for b"):
        row_from_hardware(features, {"a": 1.0}, {})


def test_default_features_come_last_and_are_ours() -> None:
    features = dataset_features(
        {"index": {"dtype": "int32", "shape": [1], "names": None}, "x": Feature("int64", (1,))}
    )
    assert list(features) == ["x", *DEFAULT_FEATURES]
    assert features["index"].dtype == "int64"


@pytest.mark.parametrize(
    ("key", "entry"),
    [
        ("a/b", {"dtype": "float32", "shape": [1], "names": None}),
        ("a", {"dtype": "no such type", "shape": [1], "names": None}),
        ("a", {"dtype": "complex64", "shape": [1], "names": None}),
        ("a", {"dtype": "object", "shape": [1], "names": None}),
        ("a", {"dtype": "float32", "shape": [], "names": None}),
        ("a", {"dtype": "float32", "shape": [0], "names": None}),
        ("a", {"dtype": "float32", "shape": [1] * 6, "names": None}),
        ("a", {"dtype": "float32"}),
        ("a", {"dtype": "video", "shape": [48, 64, 1], "names": None}),
        ("a", {"dtype": "video", "shape": [47, 64, 3], "names": None}),
        ("a", {"dtype": "language", "shape": [1], "names": None}),
        ("a", 7),
    ],
)
def test_impossible_features_are_refused(key: str, entry: object) -> None:
    with pytest.raises(FrameMismatch):
        dataset_features({key: entry})  # type: ignore[dict-item]


def test_entries_of_other_versions_survive() -> None:
    entry = {"dtype": "float32", "shape": [2], "names": None, "fps": 30.0}
    assert Feature.from_dict(entry).to_dict() == entry
