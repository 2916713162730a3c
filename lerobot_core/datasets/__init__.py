"""LeRobotDataset v3.0: writing, reading, video, statistics."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lerobot_core.datasets.lerobot_dataset import LeRobotDataset, LeRobotDatasetMetadata

__all__ = ["LeRobotDataset", "LeRobotDatasetMetadata"]


def __getattr__(name: str) -> Any:
    """Loads the reader on use: importing this package must cost nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lerobot_core.datasets import lerobot_dataset

    return getattr(lerobot_dataset, name)
