"""What all cameras do with the ring that holds their pictures."""

import time

from lerobot_core.cameras.ring import FrameRingReader
from lerobot_core.errors import CameraLost, CameraNotFound
from lerobot_core.types import Image

FIRST_PICTURE_TIMEOUT_S = 10.0  # USB cameras take seconds to start
_POLL_S = 0.005


def wait_for_first_picture(name: str, address: str, reader: FrameRingReader) -> None:
    """Raises CameraNotFound when the ring stays empty."""
    deadline = time.monotonic() + FIRST_PICTURE_TIMEOUT_S
    while reader.newest().sequence == 0:
        if time.monotonic() > deadline:
            raise CameraNotFound(camera=name, address=address)
        time.sleep(_POLL_S)


def newest_picture(name: str, reader: FrameRingReader, max_age_ms: float, now_ns: int) -> Image:
    """Raises CameraLost when there is no picture, or only one older than ``max_age_ms``."""
    newest = reader.read_newest()
    if newest is None or newest[0].age_ms(now_ns) > max_age_ms:
        raise CameraLost(camera=name)
    return newest[1]
