"""What is plugged in, told whenever it changes."""

import time

from lerobot_core.cameras.discovery import FoundCamera, list_cameras
from lerobot_core.serial.discovery import FoundPort, list_ports
from lerobot_core.workers.leases import is_locked, lease_path
from lerobot_core.workers.protocol import CameraSeen, DevicesSeen, PortSeen
from lerobot_core.workers.runner import Send

_LOOK_EVERY_S = 1.0


class DeviceList:
    """Looks once a second while it is watched; plugging in is seen without a click."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._is_watched = False
        self._due_s = 0.0
        self._told: DevicesSeen | None = None

    def watch(self, running: bool) -> None:
        """Being asked again means: tell, whether it changed or not."""
        self._is_watched = running
        self._due_s = 0.0
        self._told = None

    def look_if_due(self) -> None:
        now_s = time.monotonic()
        if not self._is_watched or now_s < self._due_s:
            return
        self._due_s = now_s + _LOOK_EVERY_S
        seen = DevicesSeen(
            [_port_seen(port) for port in list_ports()],
            [_camera_seen(camera) for camera in list_cameras()],
        )
        if seen != self._told:
            self._told = seen
            self._send(seen)


def _port_seen(port: FoundPort) -> PortSeen:
    return PortSeen(
        address=port.address,
        stable_address=port.stable_address,
        adapter=port.adapter,
        serial_number=port.serial_number,
        is_virtual=port.is_virtual,
        may_be_arm=port.may_be_arm,
        is_allowed=port.access.is_allowed,
        obstacle=port.access.obstacle.value,
        command=port.access.command,
        is_in_use=is_locked(lease_path(port.address)),
    )


def _camera_seen(camera: FoundCamera) -> CameraSeen:
    return CameraSeen(
        name=camera.name,
        address=camera.address,
        stable_address=camera.stable_address,
        serial_number=camera.serial_number,
        is_virtual=camera.is_virtual,
        is_allowed=camera.access.is_allowed,
        command=camera.access.command,
        config=camera.config.to_dict(),
    )
