"""Everything a rig opens: leases, cameras, arms and the guard, in the order safety asks for."""

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from lerobot_core.cameras.ring import FrameRingReader
from lerobot_core.control.rig import Rig
from lerobot_core.errors import (
    BadReply,
    DeviceError,
    ServoNotResponding,
    ServosMissing,
    WorkbenchError,
)
from lerobot_core.robots.robot import Robot
from lerobot_core.teleoperators.teleoperator import Teleoperator
from lerobot_core.types import FrameStamp, JointValues
from lerobot_core.workers.guarding import Guarding, start_guard
from lerobot_core.workers.leases import Lease
from lerobot_core.workers.lifeline import Lifeline
from lerobot_core.workers.media_client import MediaClient
from lerobot_core.workers.protocol import CameraReady, Event

log = logging.getLogger(__name__)

FOLLOWER = "follower"
LEADER = "leader"

_ATTEMPTS = 3
_BETWEEN_ATTEMPTS_S = 0.2

_Answer = TypeVar("_Answer")


class DeviceFailed(Exception):
    """One device of the rig could not be opened; ``cause`` says why, in the operator's words."""

    def __init__(self, device: str, cause: WorkbenchError) -> None:
        super().__init__(f"{device}: {cause}")
        self.device = device
        self.cause = cause


class CameraStamps:
    """The cameras as the control loop sees them: which picture is the newest, no pixels."""

    def __init__(self) -> None:
        self._readers: dict[str, FrameRingReader] = {}
        self.sizes: dict[str, tuple[int, int]] = {}  # camera → height, width

    def attach(self, ready: CameraReady) -> None:
        """Follow a camera's ring, or its new one after it was opened again."""
        with suppress(OSError, ValueError):  # it is gone already: the media process says so
            reader = FrameRingReader(Path(ready.ring))
            self.detach(ready.name)
            self._readers[ready.name] = reader
            self.sizes[ready.name] = (ready.height, ready.width)

    def detach(self, name: str) -> None:
        if name in self._readers:
            self._readers.pop(name).close()

    def newest(self) -> Mapping[str, FrameStamp]:
        return {name: reader.newest() for name, reader in self._readers.items()}

    def stamp_of(self, name: str, sequence: int) -> FrameStamp | None:
        """The stamp of an earlier picture, while the camera's ring still has it."""
        reader = self._readers.get(name)
        return reader.stamp_of(sequence) if reader is not None else None

    def close(self) -> None:
        for name in list(self._readers):
            self.detach(name)


class RigDevices:
    """What a session holds. Made by ``open_rig``; left by ``close`` or by ``abandon``."""

    def __init__(
        self,
        rig: Rig,
        media: MediaClient,
        teleoperator: Teleoperator,
        robot: Robot,
        guarding: Guarding,
        stamps: CameraStamps,
        pose: JointValues,
        way_out: ExitStack,
    ) -> None:
        self.rig = rig
        self.media = media
        self.teleoperator = teleoperator
        self.robot = robot
        self.guarding = guarding
        self.stamps = stamps
        self.pose = pose  # where the arm was found
        self._way_out = way_out

    def open_cameras(self, names: set[str] | None = None) -> None:
        """Ask for cameras to be opened, or opened again; answers come as events.

        None: all of them, with a new media process if the old one is gone.
        """
        if not self.media.is_alive:
            self.media.start()
            names = None
        for name, config in self.rig.robot.cameras.items():
            if names is None or name in names:
                self.media.reopen(name, config)

    def close(self) -> None:
        """Torque off, then the bus, then what may hang."""
        self._way_out.close()

    def abandon(self) -> None:
        """Close what cannot move. The arm is left to the guard, which does what the rig says."""
        self.media.close()
        self.stamps.close()


def open_rig(rig: Rig, lifeline: Lifeline, on_camera_event: Callable[[Event], None]) -> RigDevices:
    """Open everything, torque as it is found. Cameras go on opening after the arms are there.

    Raises:
        DeviceFailed: with the device and the reason; everything opened is closed again.
    """
    with ExitStack() as stack:
        for address in rig.addresses:
            with _blame(device_at(rig, address)):
                stack.enter_context(Lease(address, device_at(rig, address)))
        media, stamps = MediaClient(on_camera_event), CameraStamps()
        stack.callback(stamps.close)
        stack.callback(media.close)
        media.start()
        for name, camera in rig.robot.cameras.items():
            media.reopen(name, camera)
        with _blame(LEADER):
            teleoperator = rig.teleoperator.build()
            _patiently(teleoperator.connect)
            stack.callback(_quietly, teleoperator.disconnect)
            _patiently(teleoperator.get_action)
        with _blame(FOLLOWER):
            # The media process holds the cameras; the robot is told of none.
            robot = replace(rig.robot, cameras={}).build()
            _patiently(robot.connect)
            stack.callback(_quietly, robot.disconnect)
            found = _patiently(robot.get_observation)
            pose = {joint: float(found[joint]) for joint in robot.action_features}
            guarding = start_guard(
                robot.guard_plan(), rig.on_silence, lifeline, app_pid=os.getppid()
            )
            stack.callback(guarding.stop)
        way_out = stack.pop_all()
        return RigDevices(rig, media, teleoperator, robot, guarding, stamps, pose, way_out)


@contextmanager
def _blame(device: str) -> Iterator[None]:
    try:
        yield
    except WorkbenchError as error:
        raise DeviceFailed(device, error) from error


def device_at(rig: Rig, address: str) -> str:
    """The chip that stands for what is at an address; the address itself if none does."""
    if address in rig.robot.addresses:
        return FOLLOWER
    if address in rig.teleoperator.addresses:
        return LEADER
    cameras = rig.robot.cameras.items()
    return next((name for name, camera in cameras if camera.address == address), address)


def _patiently(ask: Callable[[], _Answer]) -> _Answer:
    """Nothing moves yet, so a chain that is silent for a moment is asked again."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return ask()
        except (ServosMissing, ServoNotResponding, BadReply) as error:
            log.info("asked again: %s", error)
            time.sleep(_BETWEEN_ATTEMPTS_S)
    return ask()


def _quietly(disconnect: Callable[[], None]) -> None:
    """The other devices still deserve their turn; what failed was told when it failed."""
    try:
        disconnect()
    except DeviceError as error:
        log.warning("on the way out: %s", error)
