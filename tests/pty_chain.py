"""A simulated chain behind a pseudo-terminal, so that other processes can share its wire."""

import os
import select
import threading
import time
import tty
from typing import Any, Self

from lerobot_core.motors.packets import encode_packet
from lerobot_core.sim.chain import Chain
from lerobot_core.sim.dynamixel_chain import DynamixelChain
from lerobot_core.sim.dynamixel_servo import DynamixelServo
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.sim.servo_chain import ServoChain

_STEP_S = 0.002


class PtyChain:
    """Servos 1 to 6 with slow joints, in real time. ``path`` is the terminal to open."""

    protocol = "feetech"
    places = {"present_position": [56, 2], "goal_position": [42, 2], "torque_enable": [40, 1]}

    def __init__(self, ids: range = range(1, 7)) -> None:
        self.joints = {servo_id: HandJoint(0.0, max_speed_rad_s=0.3) for servo_id in ids}
        self.chain = self._make_chain()
        self.heard: list[tuple[int, bytes]] = []  # time in ns, bytes
        self._master, self._slave = os.openpty()
        tty.setraw(self._master)
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="pty-chain")

    def _make_chain(self) -> Chain[Any]:
        return ServoChain([SimulatedServo(n, joint) for n, joint in self.joints.items()])

    def drive_away(self, goal_ticks: int = 3500) -> None:
        """Torque on and a far goal for every servo, as in the middle of a movement."""
        with self._lock:
            for servo in self.chain.servos:
                address, size = self.places["goal_position"]
                servo.write(address, goal_ticks.to_bytes(size, "little"))
                servo.write(self.places["torque_enable"][0], b"\1")

    def register(self, name: str) -> dict[int, int]:
        """What a register of each servo holds."""
        with self._lock:
            for servo in self.chain.servos:
                servo.read(0, 1)  # measures
            return {servo.servo_id: servo.memory.get(name) for servo in self.chain.servos}

    def angles(self) -> list[float]:
        return [joint.angle_rad for joint in self.joints.values()]

    def plan(self, descriptor: int) -> list[dict[str, object]]:
        """A guard's plan for these servos, as robots give it."""
        return self.plan_of(list(self.joints), descriptor)

    @classmethod
    def plan_of(cls, ids: list[int], descriptor: int) -> list[dict[str, object]]:
        return [{"protocol": cls.protocol, "descriptor": descriptor, "ids": ids, **cls.places}]

    def say(self, data: bytes) -> None:
        """Noise from the chain's side."""
        os.write(self._master, data)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()
        os.close(self._master)
        os.close(self._slave)

    def _serve(self) -> None:
        then = time.monotonic()
        while not self._stop.is_set():
            ready, _, _ = select.select([self._master], [], [], _STEP_S)
            data = os.read(self._master, 4096) if ready else b""
            now = time.monotonic()
            with self._lock:
                self.chain.advance(now - then)
                replies = self.chain.receive(data) if data else []
            then = now
            if data:
                self.heard.append((time.monotonic_ns(), data))
            for reply in replies:
                os.write(self._master, reply.data)


class DynamixelPtyChain(PtyChain):
    """The same with Dynamixel servos, which count their turns."""

    protocol = "dynamixel"
    places = {"present_position": [132, 4], "goal_position": [116, 4], "torque_enable": [64, 1]}

    def _make_chain(self) -> Chain[Any]:
        chain = DynamixelChain([DynamixelServo(n, joint) for n, joint in self.joints.items()])
        for servo in chain.servos:
            servo.write(11, bytes([4]))
        return chain


def torque_off_packet(ids: list[int]) -> bytes:
    """The sync write that releases an arm at once."""
    entries = b"".join(bytes([servo_id, 0]) for servo_id in ids)
    return encode_packet(0xFE, 0x83, bytes([40, 1]) + entries)
