"""Two brands of servos, and the ways to read and write six of them that ``bus.py`` compares.

The SDKs are used through their own port handlers, on the link model: they ask for bytes in a busy
loop, drain the port before each request, and have their own timeouts. None turns counts into
degrees, which ours does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import dynamixel_sdk
import scservo_sdk
from framed_link import FramedLink, Time

from lerobot_core.motors import dynamixel_packets, packets
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.dynamixel import DynamixelMotorsBus
from lerobot_core.motors.feetech import FeetechMotorsBus
from lerobot_core.motors.framing import Framing
from lerobot_core.motors.serial_bus import SerialBus
from lerobot_core.sim.dynamixel_chain import DynamixelChain
from lerobot_core.sim.dynamixel_servo import DynamixelServo
from lerobot_core.sim.plant import HandJoint
from lerobot_core.sim.servo import SimulatedServo
from lerobot_core.sim.servo_chain import ServoChain
from lerobot_core.types import NormMode

IDS = range(1, 7)
WITHIN_S = 0.02  # as the control loop reads
EMPTY_POLL_S = 10e-6  # one turn of an SDK's busy loop: a system call and some Python
BYTE_S = 10 / 1_000_000

Cycle = Callable[[], bool]
"""Reads the positions and writes them as goals. Whether all six were read."""

Bus = SerialBus[Any]


@dataclass(frozen=True)
class Brand:
    """``goal`` and ``present`` are addresses of positions with ``size`` bytes."""

    model: str
    goal: int
    present: int
    size: int
    framing: Framing
    place_of_id: int
    new_chain: Callable[[], Any]
    new_bus: Callable[..., Bus]
    sdk: Any  # the SDKs have no types
    protocol: float

    @property
    def cycle_s(self) -> float:
        """Nothing but the bytes of one reading and one writing; no delays, no USB."""
        asked = self.framing.sync_read_packet(IDS, self.present, self.size)
        written = self.framing.sync_write_packet(
            self.goal, self.size, dict.fromkeys(IDS, bytes(self.size))
        )
        replies = len(IDS) * self.framing.reply_length(self.size)
        return (len(asked) + replies + len(written)) * BYTE_S

    def new_link(self, clock: Time, frame_s: float, return_delay: int) -> FramedLink:
        chain = self.new_chain()
        for servo in chain.servos:
            servo.memory.set("Return_Delay_Time", return_delay)
        return FramedLink(chain, clock, frame_s, self.place_of_id)

    def our_bus(self, link: FramedLink) -> Bus:
        motors = {f"joint_{n}": Motor(n, self.model, NormMode.DEGREES) for n in IDS}
        calibration = {name: MotorCalibration(m.id, 0, 0, 500, 3500) for name, m in motors.items()}
        bus = self.new_bus(
            "model", motors, calibration, opener=lambda *_: link, clock=link.clock.now
        )
        bus.connect(handshake=False)
        for _ in range(20):  # in which it learns how fast this link answers
            bus.sync_read("Present_Position")
        return bus


BRANDS = {
    "feetech": Brand(
        "sts3215",
        42,
        56,
        2,
        packets,
        2,
        lambda: ServoChain([SimulatedServo(n, HandJoint()) for n in IDS]),
        FeetechMotorsBus,
        scservo_sdk,
        0,
    ),
    "dynamixel": Brand(
        "xl330-m288",
        116,
        132,
        4,
        dynamixel_packets,
        4,
        lambda: DynamixelChain([DynamixelServo(n, HandJoint()) for n in IDS]),
        DynamixelMotorsBus,
        dynamixel_sdk,
        2.0,
    ),
}


class SdkSerial:
    """What the SDKs' port handlers ask of pyserial: a port that never blocks on reading."""

    def __init__(self, link: FramedLink) -> None:
        self._link = link

    def read(self, size: int) -> bytes:
        clock = self._link.clock
        data = self._link.read(size, 0.0)
        if not data:
            clock.wait_until(clock.now() + EMPTY_POLL_S)
        return data

    def write(self, packet: Sequence[int]) -> int:
        self._link.write(bytes(packet))
        return len(packet)

    def flush(self) -> None:
        self._link.drain()


def sdk_port(brand: Brand, link: FramedLink, wait_ms: float | None) -> Any:
    """The SDK's handler, whole but for the port it opens and the clock it looks at.

    ``wait_ms`` takes the place of its own wait for a reply, as upstream lerobot does it.
    """

    class Port(brand.sdk.PortHandler):  # type: ignore[name-defined,misc]
        def getCurrentTime(self) -> float:  # noqa: N802
            return link.clock.now() * 1000

        def setPacketTimeout(self, packet_length: int) -> None:  # noqa: N802
            super().setPacketTimeout(packet_length)
            if wait_ms is not None:
                self.packet_timeout = self.tx_time_per_byte * (packet_length + 3) + wait_ms

    port = Port("model")
    port.ser = SdkSerial(link)
    port.tx_time_per_byte = 1000 * BYTE_S
    return port


# The three ways


def ours(brand: Brand, link: FramedLink) -> Cycle:
    bus = brand.our_bus(link)

    def cycle() -> bool:
        read = bus.sync_read("Present_Position", allow_missing=True, within_s=WITHIN_S)
        bus.sync_write("Goal_Position", read)
        return len(read) == len(IDS)

    return cycle


def sdk_group(brand: Brand, link: FramedLink, wait_ms: float | None = None) -> Cycle:
    """A GroupSyncRead and a GroupSyncWrite, filled anew each time, as upstream lerobot does."""
    read, write = sdk_group_calls(brand, link, wait_ms)

    def cycle() -> bool:
        positions = read()
        write(positions)
        return len(positions) == len(IDS)

    return cycle


def sdk_group_calls(
    brand: Brand, link: FramedLink, wait_ms: float | None = None
) -> tuple[Callable[[], dict[int, int]], Callable[[dict[int, int]], None]]:
    port, handler = sdk_port(brand, link, wait_ms), brand.sdk.PacketHandler(brand.protocol)
    reader = brand.sdk.GroupSyncRead(port, handler, brand.present, brand.size)
    writer = brand.sdk.GroupSyncWrite(port, handler, brand.goal, brand.size)

    def read() -> dict[int, int]:
        reader.clearParam()
        for number in IDS:
            reader.addParam(number)
        if reader.txRxPacket() != brand.sdk.COMM_SUCCESS:
            return {}
        return {n: reader.getData(n, brand.present, brand.size) for n in IDS}

    def write(positions: dict[int, int]) -> None:
        writer.clearParam()
        for number, position in positions.items():
            writer.addParam(number, list(position.to_bytes(brand.size, "little")))
        if positions:
            writer.txPacket()

    return read, write


def sdk_single(brand: Brand, link: FramedLink) -> Cycle:
    """A read and a write for each servo."""
    port, handler = sdk_port(brand, link, None), brand.sdk.PacketHandler(brand.protocol)
    read = getattr(handler, f"read{brand.size}ByteTxRx")
    write = getattr(handler, f"write{brand.size}ByteTxRx")

    def cycle() -> bool:
        heard = 0
        for number in IDS:
            position, result, _ = read(port, number, brand.present)
            heard += result == brand.sdk.COMM_SUCCESS
            if result == brand.sdk.COMM_SUCCESS:
                write(port, number, brand.goal, position)
        return heard == len(IDS)

    return cycle
