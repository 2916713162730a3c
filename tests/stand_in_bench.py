"""A bench's socket that hands out rings which the test fills itself."""

import json
import socketserver
import threading
from pathlib import Path
from typing import Self

from numbered_frames import NumberedRing

from lerobot_core.cameras.config import SimCameraConfig
from lerobot_core.paths import shared_memory_folder
from lerobot_core.sim.places import BenchPlaces

NAME = "stand-in"


class StandInBench:
    """Serves ``open_camera`` for rings that ``add`` has made."""

    def __init__(self) -> None:
        self.rings: dict[str, NumberedRing] = {}
        self._connections: list[socketserver.StreamRequestHandler] = []
        bench = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                bench._connections.append(self)
                for line in self.rfile:
                    self.wfile.write(json.dumps(bench.answer(json.loads(line))).encode() + b"\n")

        path = BenchPlaces(NAME).socket
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="stand-in-bench"
        )

    def add(self, camera: str, **size: int) -> NumberedRing:
        """A camera, or a new ring for it, with one picture already taken."""
        count = len(list(shared_memory_folder().iterdir()))
        ring = NumberedRing(shared_memory_folder() / f"{camera}-{count}.ring", **size)
        ring.write()
        self.rings[camera] = ring
        return ring

    def config(self, camera: str, **changes: int) -> SimCameraConfig:
        size = {"width": 128, "height": 64} | changes
        return SimCameraConfig(url=f"sim://{NAME}/{camera}", **size)

    def answer(self, request: dict[str, str]) -> dict[str, object]:
        ring = self.rings.get(request["camera"])
        if ring is None:
            facts = {"camera": request["camera"], "address": f"sim://{NAME}/{request['camera']}"}
            return {"ok": False, "code": "camera_not_found", "facts": facts}
        return {"ok": True, "ring": str(ring.path)}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        Path(self._path).unlink(missing_ok=True)
        for ring in self.rings.values():
            ring.close()
