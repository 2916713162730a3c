"""The virtual bench, whole, in one process: scene, two servo chains, cameras, hands and faults."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lerobot_core.errors import UnknownChoice
from lerobot_core.motors.encoding import encode_register
from lerobot_core.motors.tables import STS_SMS
from lerobot_core.sim.commands import COMMANDS
from lerobot_core.sim.demonstrator import Demonstrator
from lerobot_core.sim.grasping import random_place
from lerobot_core.sim.hands import Hands, LeaderJoint
from lerobot_core.sim.physics import Physics
from lerobot_core.sim.plant import JointPlant
from lerobot_core.sim.renderer import SceneRenderer, open_renderer
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.sim.servo_chain import ServoChain
from lerobot_core.sim.so101 import (
    CAMERAS,
    CHAINS,
    JOINTS,
    REST_POSE_RAD,
    SERVO_IDS,
    ChainName,
    factory_calibration,
    zero_ticks,
)
from lerobot_core.types import Image

SLICE_S = 0.004
"""Servos look at their goals and their joints this often."""

# What set-up leaves in the servos of an arm that is ready for use (spec of the SO arms).
_READY = {"Return_Delay_Time": 0, "Phase": 12, "Maximum_Acceleration": 254}
_READY_FOLLOWER = {"P_Coefficient": 16, "I_Coefficient": 0, "D_Coefficient": 32}
_READY_GRIPPER = {"Max_Torque_Limit": 500, "Protection_Current": 250, "Overload_Torque": 25}


class Bench:
    """Time passes only in ``advance``."""

    def __init__(self, seed: int = 0) -> None:
        self.physics = Physics()
        self.leader = {joint: LeaderJoint(joint, REST_POSE_RAD[joint]) for joint in JOINTS}
        plants: dict[str, Mapping[str, JointPlant]] = {
            "follower": self.physics.joints,
            "leader": self.leader,
        }
        self.chains: dict[str, ServoChain] = {name: _chain(name, plants[name]) for name in CHAINS}
        self.hands = Hands(self.leader, self.physics.joints)
        self.demonstrator = Demonstrator(self.leader, self.physics, seed)
        self.denied_ports: set[str] = set()
        self.frozen_cameras: set[str] = set()
        self.now_s = 0.0
        self._unspent_s = 0.0
        self._renderer: SceneRenderer | None = None

    def advance(self, seconds: float) -> None:
        """Let time pass, in slices; less than a slice is kept for the next call."""
        self._unspent_s += seconds
        while self._unspent_s >= SLICE_S - 1e-9:
            self._unspent_s -= SLICE_S
            self._advance_slice()

    def _advance_slice(self) -> None:
        self.demonstrator.advance(SLICE_S)
        self.hands.advance(SLICE_S)
        for chain in self.chains.values():
            chain.advance(SLICE_S)
        self.physics.advance(SLICE_S)
        self.now_s += SLICE_S

    def render(self, camera: str, height: int = 480, width: int = 640) -> Image:
        """What a camera sees now, shape (height, width, 3). Raises UnknownChoice."""
        if camera not in CAMERAS:
            raise UnknownChoice(kind=camera, known=", ".join(CAMERAS))
        if self._renderer is None or self._renderer.size != (height, width):
            self._close_renderer()
            self._renderer = open_renderer(self.physics.model, height, width)
        return self._renderer.render(camera, self.physics.positions())

    @property
    def renderer_name(self) -> str:
        """Which renderer made the last picture; empty before the first."""
        return "" if self._renderer is None else self._renderer.name

    def command(self, name: str, **arguments: Any) -> dict[str, Any]:
        """Do what a client asks: see ``commands.COMMANDS``.

        Raises:
            UnknownChoice: there is no such command, chain, camera, joint or servo.
            SettingInvalid: an argument is missing or has an impossible value.
        """
        if name not in COMMANDS:
            raise UnknownChoice(kind=name, known=", ".join(COMMANDS))
        return COMMANDS[name](self, arguments)

    def reset_scene(self, seed: int) -> None:
        """Put the cube at the place that belongs to this seed."""
        self.physics.place_cube(*random_place(np.random.default_rng(seed)))

    def snapshot(self) -> dict[str, Any]:
        """What outlives the bench: EEPROMs and where things are, for a JSON file."""
        return {
            "chains": {name: chain.snapshot() for name, chain in self.chains.items()},
            "scene": self.physics.snapshot(),
            "leader_rad": {name: joint.angle_rad for name, joint in self.leader.items()},
        }

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Take a snapshot back. Raises KeyError, TypeError or ValueError when it is none."""
        angles = {joint: float(snapshot["leader_rad"][joint]) for joint in JOINTS}
        self.physics.restore(snapshot["scene"])
        for joint, angle in angles.items():
            self.leader[joint].angle_rad = angle
        for name, chain in self.chains.items():
            chain.restore(snapshot["chains"][name])

    def close(self) -> None:
        self._close_renderer()

    def _close_renderer(self) -> None:
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None


def _chain(name: ChainName, plants: Mapping[str, JointPlant]) -> ServoChain:
    """A chain whose servos were set up and calibrated with care."""
    servos = []
    for joint, calibration in factory_calibration(name).items():
        servo = SimulatedServo(SERVO_IDS[joint], plants[joint], zero_ticks=zero_ticks(name, joint))
        eeprom = _READY | {
            "Homing_Offset": calibration.homing_offset,
            "Min_Position_Limit": calibration.range_min,
            "Max_Position_Limit": calibration.range_max,
        }
        if name == "follower":
            eeprom |= _READY_FOLLOWER | (_READY_GRIPPER if joint == "gripper" else {})
        _write_eeprom(servo, eeprom)
        servos.append(servo)
    chain = ServoChain(servos)
    chain.power_cycle()
    return chain


def _write_eeprom(servo: SimulatedServo, values: Mapping[str, int]) -> None:
    """Write registers as a host would: unlocked first, locked again after."""
    for register, value in [("Lock", 0), *values.items(), ("Lock", 1)]:
        place = STS_SMS[register]
        servo.write(place.address, encode_register(place, value, "little"))
