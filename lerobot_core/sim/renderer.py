"""Pictures of the scene: by OpenGL through EGL or OSMesa, else painted in software.

OpenGL draws what stands on the table; the table itself and the shadows on it are laid behind it,
which in software costs a fraction of textures and shadow maps.

MuJoCo is told to load no window library when it is imported (``physics`` sees to that); the
library for OpenGL is chosen here, by trying. A renderer belongs to the thread that opened it.
"""

import importlib
import logging
import os
from collections.abc import Callable
from typing import Any

import cv2
import mujoco
import numpy as np
from numpy.typing import NDArray

from lerobot_core.sim.backdrop import HIDDEN_GROUP, Backdrop
from lerobot_core.sim.painter import Painter
from lerobot_core.sim.world import Renderer
from lerobot_core.types import Image

log = logging.getLogger(__name__)

RENDERER_VARIABLE = "LEROBOT_WORKBENCH_RENDERER"
"""Environment variable that asks for one of ``RENDERERS`` instead of the first that works."""


class OpenGLRenderer:
    """MuJoCo's own pictures, drawn into a buffer that no window shows."""

    def __init__(self, model: Any, height: int, width: int, *, library: str) -> None:
        """Raises whatever the graphics libraries raise when they cannot be had."""
        self.name = library
        self.size = (height, width)
        self._model = model
        self._data = mujoco.MjData(model)
        self._context: Any = _open_context(library, width, height)
        # A buffer no larger than the picture: all of it is cleared every time.
        model.vis.global_.offheight, model.vis.global_.offwidth = height, width
        self._resources: Any = mujoco.MjrContext(model, mujoco.mjtFontScale.mjFONTSCALE_100)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN, self._resources)
        self._scene: Any = mujoco.MjvScene(model, maxgeom=400)
        for flag in (mujoco.mjtRndFlag.mjRND_SHADOW, mujoco.mjtRndFlag.mjRND_SKYBOX):
            self._scene.flags[flag] = False
        self._options: Any = mujoco.MjvOption()
        self._options.geomgroup[HIDDEN_GROUP] = 0
        self._backdrop = Backdrop(model, height, width)
        self._viewport: Any = mujoco.MjrRect(0, 0, width, height)
        self._camera: Any = mujoco.MjvCamera()
        self._camera.type = mujoco.mjtCamera.mjCAMERA_FIXED

    def render(self, camera: str, positions: NDArray[np.float64]) -> Image:
        self._data.qpos[:] = positions
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_camlight(self._model, self._data)
        self._camera.fixedcamid = self._model.camera(camera).id
        mujoco.mjv_updateScene(
            self._model,
            self._data,
            self._options,
            None,
            self._camera,
            mujoco.mjtCatBit.mjCAT_ALL,
            self._scene,
        )
        mujoco.mjr_render(self._viewport, self._scene, self._resources)
        pixels = np.empty((*self.size, 3), dtype=np.uint8)
        mujoco.mjr_readPixels(pixels, None, self._viewport, self._resources)
        # Black is where nothing stands: every surface here has some light.
        drawn = cv2.flip(pixels, 0)  # OpenGL's first row is the lowest
        empty = cv2.inRange(drawn, (0, 0, 0), (0, 0, 0))
        picture, _ = self._backdrop.paint(self._data, camera)
        return np.asarray(cv2.copyTo(picture, empty, drawn))

    def close(self) -> None:
        self._resources.free()
        self._context.free()


def _open_context(library: str, width: int, height: int) -> Any:
    """A current OpenGL context. MuJoCo looks at MUJOCO_GL again when it loads OpenGL."""
    before = {name: os.environ.get(name) for name in ("MUJOCO_GL", "PYOPENGL_PLATFORM")}
    os.environ["MUJOCO_GL"] = library
    # Software OpenGL on one core: the arm's loop needs the others.
    os.environ.setdefault("LP_NUM_THREADS", "1")
    try:
        context: Any = importlib.import_module(f"mujoco.{library}").GLContext(width, height)
        context.make_current()
    except BaseException:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        raise
    return context


RENDERERS: dict[str, Callable[[Any, int, int], Renderer]] = {
    "egl": lambda model, height, width: OpenGLRenderer(model, height, width, library="egl"),
    "osmesa": lambda model, height, width: OpenGLRenderer(model, height, width, library="osmesa"),
    "software": Painter,
}


def open_renderer(model: Any, height: int, width: int) -> Renderer:
    """The best renderer that works here, for the calling thread. Its name goes to the log."""
    asked = os.environ.get(RENDERER_VARIABLE, "")
    names = [asked] if asked in RENDERERS else list(RENDERERS)
    for name in [*names, "software"]:
        try:
            renderer = RENDERERS[name](model, height, width)
        except Exception as error:  # each library fails in ways of its own; the painter cannot
            log.info("pictures cannot be rendered with %s: %s", name, error)
            continue
        log.info("pictures are rendered with %s", name)
        return renderer
    raise AssertionError("the painter needs nothing that could be missing")
