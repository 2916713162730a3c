"""Datasets on disk."""

from lerobot_core.errors.base import WorkbenchError


class DatasetError(WorkbenchError, code="dataset", sentence="The dataset cannot be used: {what}"):
    """Something about a dataset on disk, or about what is to be written to it."""


class DatasetExists(
    DatasetError,
    code="dataset_exists",
    sentence="There is already a dataset called {name}.",
    hint="Choose another name; nothing was changed.",
):
    pass


class DatasetNotFound(
    DatasetError,
    code="dataset_not_found",
    sentence="There is no dataset at {path}.",
    hint="Check the name, or record one.",
):
    pass


class DatasetDamaged(
    DatasetError,
    code="dataset_damaged",
    sentence="{path} cannot be read: {reason}",
    hint="Run the dataset check.",
):
    pass


class DatasetNameInvalid(
    DatasetError,
    code="dataset_name_invalid",
    sentence="“{name}” is no name for a dataset.",
    hint="Use user/name, with letters, digits, “.”, “-” and “_”.",
):
    pass


class TaskMissing(
    DatasetError,
    code="task_missing",
    sentence="No task is given.",
    hint="Say in a few words what the robot does, for example “Put the cube in the bin”.",
):
    pass


class FrameMismatch(
    DatasetError,
    code="frame_mismatch",
    sentence="The frame does not fit the dataset: {reason}.",
    hint="Give every feature of the dataset with the shape and type it was created with.",
):
    pass


class EpisodeEmpty(
    DatasetError,
    code="episode_empty",
    sentence="The episode has no frames, so there is nothing to save.",
    hint="Record at least one frame.",
):
    pass


class TimestampsInvalid(
    DatasetError,
    code="timestamps_invalid",
    sentence="{feature}: {value} s is not on the grid of {fps} frames per second.",
    hint="Use multiples of the frame time.",
):
    pass


class VideoDamaged(
    DatasetError,
    code="video_damaged",
    sentence="{path} has no frame at {seconds} s.",
    hint="Run the dataset check; the episode can be recorded again.",
):
    pass


class DiskFull(
    DatasetError,
    code="disk_full",
    sentence="The disk that holds {path} is full ({free_mb} MB left).",
    hint="Free some space, then try again. Saved episodes are safe.",
):
    pass
