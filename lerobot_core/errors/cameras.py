"""Cameras, and the process that reads them."""

from lerobot_core.errors.base import DeviceError


class CameraNotFound(
    DeviceError,
    code="camera_not_found",
    sentence="Camera “{camera}” was not found at {address}.",
    hint="Plug it in, or choose another camera in Set up.",
):
    pass


class CameraLost(
    DeviceError,
    code="camera_lost",
    sentence="Camera “{camera}” stopped sending pictures.",
    hint="Check its USB cable, then try again.",
):
    pass


class MediaLost(
    DeviceError,
    code="media_lost",
    sentence="The program that reads and records the cameras stopped.",
    hint="The arm is not affected and saved episodes are safe. Open the cameras again.",
):
    pass
