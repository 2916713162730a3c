"""A ring of frames in a mapped file, for one writer and any number of reading processes.

``multiprocessing.shared_memory`` is not used: in Python 3.11 a process that only attached
deletes the segment when it exits. Readers never lock; each slot has a counter that is odd
while the slot is written (a seqlock), so a torn picture is noticed and read again.

Layout, little-endian: a 64-byte header (magic, slots, height, width, channels, newest
sequence), then for each slot a 64-byte head (lock, sequence, capture time) and the pixels.
"""

import mmap
import os
import struct
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lerobot_core.types import FrameStamp, Image

_MAGIC = b"LWRING01"
_HEADER = struct.Struct("<8sIIII")
_HEADER_BYTES = 64
_HEAD_BYTES = 64
_NEWEST = _HEADER_BYTES // 8 - 1  # index of the newest sequence, counted in 64-bit words
_RETRIES = 8


class FrameRingWriter:
    """Owns the file of a ring: makes it, fills it, and removes it when closed."""

    def __init__(self, path: Path, height: int, width: int, *, channels: int = 3, slots: int = 8):
        self.path = path
        self._shape = (height, width, channels)
        self._slots = slots
        self._size = _slot_bytes(self._shape)
        total = _HEADER_BYTES + slots * self._size
        staging = path.with_name(f".{path.name}.partial")
        with staging.open("w+b") as file:
            file.truncate(total)
            self._map = mmap.mmap(file.fileno(), total)
        self._map[: _HEADER.size] = _HEADER.pack(_MAGIC, slots, height, width, channels)
        self._words = np.frombuffer(self._map, dtype="<u8")
        self._pixels = [
            _pixels(self._map, index, self._size, self._shape) for index in range(slots)
        ]
        staging.replace(path)  # readers never see a file without its header
        self._sequence = 0

    def write(self, frame: Image, captured_ns: int) -> FrameStamp:
        """Publish one picture of shape (height, width, channels) and return its stamp."""
        sequence = self._sequence + 1
        slot = sequence % self._slots
        head = _head_word(slot, self._size)
        self._words[head] += 1  # odd: being written
        self._pixels[slot][...] = frame
        self._words[head + 1] = sequence
        self._words[head + 2] = captured_ns
        self._words[head] += 1
        self._words[_NEWEST] = sequence
        self._sequence = sequence
        return FrameStamp(sequence, captured_ns)

    def close(self) -> None:
        self.path.unlink(missing_ok=True)
        del self._words, self._pixels
        self._map.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class FrameRingReader:
    """Reads pictures that another process writes.

    Raises:
        FileNotFoundError: there is no such ring (yet).
        ValueError: the file is no ring.
    """

    def __init__(self, path: Path):
        self.path = path
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < _HEADER_BYTES:
                raise ValueError(f"{path} is no frame ring")
            self._map = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ)
        magic, self.slots, height, width, channels = _HEADER.unpack(self._map[: _HEADER.size])
        self.shape: tuple[int, int, int] = (height, width, channels)
        self._size = _slot_bytes(self.shape)
        if magic != _MAGIC or size != _HEADER_BYTES + self.slots * self._size:
            self._map.close()
            raise ValueError(f"{path} is no frame ring")
        self._words = np.frombuffer(self._map, dtype="<u8")
        self._pixels = [
            _pixels(self._map, index, self._size, self.shape) for index in range(self.slots)
        ]

    def newest(self) -> FrameStamp:
        """The stamp of the newest picture; its sequence is 0 while there is none."""
        for _ in range(_RETRIES):
            sequence = int(self._words[_NEWEST])
            if sequence == 0:
                break
            head = _head_word(sequence % self.slots, self._size)
            captured_ns = int(self._words[head + 2])
            if int(self._words[head + 1]) == sequence:
                return FrameStamp(sequence, captured_ns)
        return FrameStamp(0, 0)

    def read(self, sequence: int, out: Image | None = None) -> Image | None:
        """A copy of one picture (into ``out`` if given), or None if the ring has moved past it."""
        slot = sequence % self.slots
        head = _head_word(slot, self._size)
        for _ in range(_RETRIES):
            before = int(self._words[head])
            if before % 2 or int(self._words[head + 1]) != sequence:
                return None
            if out is None:
                out = self._pixels[slot].copy()
            else:
                out[...] = self._pixels[slot]
            if int(self._words[head]) == before:
                return out
        return None

    def stamp_of(self, sequence: int) -> FrameStamp | None:
        """The stamp of a picture that is still in the ring."""
        head = _head_word(sequence % self.slots, self._size)
        captured_ns = int(self._words[head + 2])
        return FrameStamp(sequence, captured_ns) if self._words[head + 1] == sequence else None

    def read_newest(self) -> tuple[FrameStamp, Image] | None:
        """The newest picture, or None while there is none."""
        for _ in range(_RETRIES):
            stamp = self.newest()
            if stamp.sequence == 0:
                return None
            frame = self.read(stamp.sequence)
            if frame is not None:
                return stamp, frame
        return None

    def close(self) -> None:
        del self._words, self._pixels
        self._map.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def _slot_bytes(shape: tuple[int, int, int]) -> int:
    pixels = shape[0] * shape[1] * shape[2]
    return _HEAD_BYTES + (pixels + 63) // 64 * 64


def _head_word(slot: int, slot_bytes: int) -> int:
    return (_HEADER_BYTES + slot * slot_bytes) // 8


def _pixels(
    buffer: mmap.mmap, slot: int, slot_bytes: int, shape: tuple[int, int, int]
) -> NDArray[np.uint8]:
    start = _HEADER_BYTES + slot * slot_bytes + _HEAD_BYTES
    count = shape[0] * shape[1] * shape[2]
    return np.frombuffer(buffer, dtype=np.uint8, count=count, offset=start).reshape(shape)
