"""The state of each device of a rig, as the chips of the window show it."""

from collections.abc import Mapping, Sequence

from lerobot_core.control.rig import Rig
from lerobot_core.control.servo_watch import Finding
from lerobot_core.errors import DeviceError
from lerobot_core.types import ServoReading
from lerobot_core.workers.media_client import CAMERAS
from lerobot_core.workers.protocol import (
    CameraReady,
    CameraStatus,
    DeviceReading,
    Devices,
    DeviceState,
    Event,
    Problem,
)
from lerobot_core.workers.reports import (
    DEVICES_HZ,
    Every,
    arm_reading,
    camera_reading,
    trouble_reading,
)
from lerobot_core.workers.rig_devices import FOLLOWER, LEADER
from lerobot_core.workers.runner import Send


class Chips:
    """One reading a device, sent twice a second and at once when a device changes its state."""

    def __init__(self, rig: Rig, send: Send) -> None:
        self._send = send
        self._wanted_fps = {name: camera.fps for name, camera in rig.robot.cameras.items()}
        self._roles = {FOLLOWER: "robot", LEADER: "teleoperator"}
        self._roles |= dict.fromkeys(self._wanted_fps, "camera")
        self._readings = {
            name: DeviceReading(name, role, DeviceState.NONE, "not in use")
            for name, role in self._roles.items()
        }
        self._due = Every(DEVICES_HZ)

    def connecting(self) -> None:
        for name, role in self._roles.items():
            self._readings[name] = DeviceReading(name, role, DeviceState.WORKING, "connecting")
        self._send_all()

    def failed(self, device: str, code: str) -> None:
        """Nothing is open, because of one device."""
        for name, role in self._roles.items():
            self._readings[name] = DeviceReading(name, role, DeviceState.NONE, "not in use")
        if device in self._roles:
            self._set(trouble_reading(device, self._roles[device], code))
        self._send_all()

    def arms_connected(self) -> None:
        for name in (FOLLOWER, LEADER):
            self._set(DeviceReading(name, self._roles[name], DeviceState.OK))
        self._send_all()

    def arm(
        self,
        name: str,
        servos: Mapping[str, ServoReading],
        stale: Mapping[str, int],
        findings: Sequence[Finding] = (),
        trouble: DeviceError | None = None,
    ) -> None:
        self._set(arm_reading(name, self._roles[name], servos, stale, findings, trouble))

    def trouble(self, event: Problem) -> None:
        """A camera's problem stays on its chip; an arm's next reading says how it is."""
        if event.device == CAMERAS:
            for name in self._wanted_fps:
                self._set(trouble_reading(name, "camera", event.code))
        if self._roles.get(event.device) == "camera":
            self._set(trouble_reading(event.device, "camera", event.code))

    def on_camera_event(self, event: Event) -> None:
        match event:
            case CameraReady(name) if name in self._roles:
                self._set(DeviceReading(name, "camera", DeviceState.OK))
            case CameraStatus(name, fps, age_ms) if name in self._roles:
                if self._readings[name].state is not DeviceState.BAD or age_ms < 500:
                    self._set(camera_reading(name, fps, self._wanted_fps[name], age_ms))

    def cameras_in_trouble(self) -> set[str]:
        return {name for name in self._wanted_fps if self._readings[name].state is DeviceState.BAD}

    def report(self, now_s: float) -> None:
        if self._due.is_due(now_s):
            self._send_all()

    def _set(self, reading: DeviceReading) -> None:
        changed = self._readings[reading.name].state is not reading.state
        self._readings[reading.name] = reading
        if changed:
            self._send_all()

    def _send_all(self) -> None:
        self._send(Devices(list(self._readings.values())))
