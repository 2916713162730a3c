"""Cameras opened for a look, in a media process of their own."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from lerobot_core.cameras.config import CameraConfig
from lerobot_core.errors import WorkbenchError
from lerobot_core.workers.leases import Lease
from lerobot_core.workers.media_client import MediaClient
from lerobot_core.workers.protocol import problem
from lerobot_core.workers.runner import Send


class Thumbnails:
    """The cameras that are shown now; the media process runs only while there are some."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._media: MediaClient | None = None
        self._shown: dict[str, dict[str, Any]] = {}
        self._leases: dict[str, ExitStack] = {}

    def show(self, cameras: Mapping[str, Mapping[str, Any]]) -> None:
        """These and no others. A media process cannot close one camera: it starts anew then."""
        wanted = {name: dict(config) for name, config in cameras.items()}
        if any(wanted.get(name) != config for name, config in self._shown.items()):
            self.close()
        for name, config in wanted.items():
            if name not in self._shown:
                self._open(name, config)

    def close(self) -> None:
        if self._media is not None:
            self._media.close()
            self._media = None
        for lease in self._leases.values():
            lease.close()
        self._leases.clear()
        self._shown.clear()

    def _open(self, name: str, values: dict[str, Any]) -> None:
        self._shown[name] = values
        lease = ExitStack()
        try:
            config = CameraConfig.from_dict(values)
            lease.enter_context(Lease(config.address, name))
        except WorkbenchError as error:
            del self._shown[name]  # the next wish for it tries again
            self._send(problem(error, name))
            return
        self._leases[name] = lease
        if self._media is None or not self._media.is_alive:
            self._media = MediaClient(self._send)
            self._media.start()
        self._media.reopen(name, config)
