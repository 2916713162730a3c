"""Pictures that are stored inside parquet files, as PNG."""

import cv2
import numpy as np

from lerobot_core.types import Image

_PNG_LEVEL = 6  # as upstream compresses pictures that stay in the dataset


def encode_png(rgb: Image) -> bytes:
    """The PNG file of a picture of shape (height, width, 3)."""
    options = [cv2.IMWRITE_PNG_COMPRESSION, _PNG_LEVEL]
    _, encoded = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), options)
    return bytes(encoded.tobytes())


def decode_picture(content: bytes) -> Image:
    """The picture, shape (height, width, 3), of a PNG or JPEG file.

    Raises:
        ValueError: this is no picture.
    """
    # Upstream's reader does not turn pictures by their EXIF entry either.
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        bgr = cv2.imdecode(np.frombuffer(content, np.uint8), flags)
    except cv2.error as error:
        raise ValueError("this is no picture") from error
    if bgr is None:
        raise ValueError("this is no picture")
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
