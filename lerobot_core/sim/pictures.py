"""Pictures for clients: one thread renders into rings, so that no servo waits for a picture."""

import logging
import os
import threading
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from lerobot_core.cameras.ring import FrameRingWriter
from lerobot_core.sim.places import BenchPlaces
from lerobot_core.sim.world import Renderer
from lerobot_core.types import Image

log = logging.getLogger(__name__)

HEIGHT, WIDTH = 480, 640
FPS = 30

_UNCHANGED_RAD = 2e-5  # a joint that moved less is in the same pixel
_NICENESS = 1  # pictures give way to servos


class Pictures:
    """The cameras that clients have open. Everything but the rendering is quick.

    Args:
        open_renderer: Called in the thread that renders, with height and width.
    """

    def __init__(self, open_renderer: Callable[[int, int], Renderer], places: BenchPlaces) -> None:
        self._open_renderer = open_renderer
        self._places = places
        self._rings: dict[str, FrameRingWriter] = {}
        self._users: dict[str, int] = {}
        self._wanted: dict[str, tuple[NDArray[np.float64], int]] = {}
        self._last: dict[str, tuple[NDArray[np.float64], Image]] = {}
        self._changed = threading.Condition()
        self._ended = False
        self._renderer_is_open = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bench-pictures", daemon=True)
        self._thread.start()
        # Opening keeps all of Python waiting for a fifth of a second: not while servos are asked.
        self._renderer_is_open.wait()

    @property
    def open_cameras(self) -> list[str]:
        return list(self._rings)

    def open(self, camera: str) -> FrameRingWriter:
        """The camera's ring, made for its first user."""
        with self._changed:
            if camera not in self._rings:
                self._rings[camera] = FrameRingWriter(self._places.ring(camera), HEIGHT, WIDTH)
            self._users[camera] = self._users.get(camera, 0) + 1
            return self._rings[camera]

    def leave(self, camera: str) -> None:
        """One user less; the ring goes with the last."""
        with self._changed:
            self._users[camera] -= 1
            if self._users[camera] == 0:
                del self._users[camera]
                self._wanted.pop(camera, None)
                self._last.pop(camera, None)
                self._rings.pop(camera).close()

    def request(self, camera: str, positions: NDArray[np.float64], captured_ns: int) -> None:
        """Ask for a picture. One that was asked for and not begun is replaced."""
        with self._changed:
            self._wanted[camera] = (positions, captured_ns)
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join()
        for ring in self._rings.values():
            ring.close()
        self._rings.clear()

    # The rendering thread

    def _run(self) -> None:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        cv2.setNumThreads(1)  # its pool spins while it waits, and saves nothing on small pictures
        try:
            renderer = self._open_renderer(HEIGHT, WIDTH)
        finally:
            self._renderer_is_open.set()
        while (task := self._next()) is not None:
            camera, positions, captured_ns = task
            self._publish(camera, self._picture(renderer, camera, positions), captured_ns)
        renderer.close()

    def _next(self) -> tuple[str, NDArray[np.float64], int] | None:
        """Wait for the oldest request. None: it is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._wanted or self._ended)
            if self._ended:
                return None
            camera = min(self._wanted, key=lambda name: self._wanted[name][1])
            return camera, *self._wanted.pop(camera)

    def _picture(self, renderer: Renderer, camera: str, positions: NDArray[np.float64]) -> Image:
        last = self._last.get(camera)
        if last is not None and np.abs(last[0] - positions).max() < _UNCHANGED_RAD:
            return last[1]  # nothing moved: the same picture, taken again
        picture = renderer.render(camera, positions)
        self._last[camera] = (positions, picture)
        return picture

    def _publish(self, camera: str, picture: Image, captured_ns: int) -> None:
        with self._changed:
            ring = self._rings.get(camera)
            if ring is not None:  # closed while the picture was made
                ring.write(picture, captured_ns)
