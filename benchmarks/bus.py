"""Six Feetech servos, one position read and one write: ours beside plain calls of the vendor SDK.

    python benchmarks/bus.py [--cycles 500] [--frame-ms 1] [--return-delay 0]

Prints JSON. The link is a model (``framed_link.py``) in simulated time, so the cycles per second
do not depend on this machine, except under ``with_python``, where the time that Python computes
is measured and counts as well. ``--return-delay`` is in the register's counts of 2 µs.

``sdk_group`` is what upstream lerobot does: one GroupSyncRead and one GroupSyncWrite, filled
anew each time. ``sdk_single`` is a read and a write per servo. Both go through the SDK's own
port handler: it asks for bytes in a busy loop, drains the port before each request, and has its
own timeouts. Neither turns counts into degrees, which ours does.

With 1 ms frames nobody can do more than 500 cycles per second: the goals leave one frame after
the positions they follow from have arrived, together with the next request, and the replies are
seen one frame later. Draining the port before the next request costs ``sdk_group`` a third frame,
so ours is 1.5 times as fast as that and cannot be twice. A plain call per servo is another matter.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import scservo_sdk as sdk  # noqa: E402
from framed_link import FramedLink, RealTime, SimulatedTime, Time  # noqa: E402

from lerobot_core.motors.bus import Motor  # noqa: E402
from lerobot_core.motors.calibration import MotorCalibration  # noqa: E402
from lerobot_core.motors.feetech import FeetechMotorsBus  # noqa: E402
from lerobot_core.sim.plant import HandJoint  # noqa: E402
from lerobot_core.sim.servo import SimulatedServo  # noqa: E402
from lerobot_core.sim.servo_chain import ServoChain  # noqa: E402
from lerobot_core.types import NormMode  # noqa: E402

IDS = range(1, 7)
MOTORS = {f"joint_{number}": Motor(number, "sts3215", NormMode.DEGREES) for number in IDS}
CALIBRATION = {name: MotorCalibration(m.id, 0, 0, 500, 3500) for name, m in MOTORS.items()}
GOAL, PRESENT, WORD = 42, 56, 2  # addresses and size of the two registers
EMPTY_POLL_S = 10e-6  # one turn of the SDK's busy loop: a system call and some Python
UPSTREAM_WAIT_MS = 50.0

READ_REQUEST, READ_REPLY, WRITE_REQUEST = 8 + len(IDS), 8, 8 + 3 * len(IDS)  # bytes
CYCLE_BYTES = READ_REQUEST + len(IDS) * READ_REPLY + WRITE_REQUEST

Cycle = Callable[[], None]
Way = Callable[[FramedLink], Cycle]
NewLink = Callable[[Time], FramedLink]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=500)
    parser.add_argument("--frame-ms", type=float, default=1.0)
    parser.add_argument("--return-delay", type=int, default=0)
    given = parser.parse_args()
    print(json.dumps(report(given.cycles, given.frame_ms / 1000, given.return_delay), indent=2))


def report(cycles: int, frame_s: float, return_delay: int) -> dict[str, Any]:
    def link(clock: Time) -> FramedLink:
        return new_link(clock, frame_s, return_delay)

    without_python = cycles_per_s(link, cycles, counts_cpu=False)
    with_python = cycles_per_s(link, cycles, counts_cpu=True)
    limit = wire_limit_per_s(return_delay)
    lost = lost_packet_ms(link)
    our_rate = without_python["ours"]
    return {
        "wire_limit_per_s": round(limit, 1),
        "cycles_per_s": without_python,
        "share_of_wire_limit": {name: share(n, limit) for name, n in without_python.items()},
        "with_python": with_python,
        "our_python_us_per_cycle": our_python_us(link, cycles),
        "times_sdk_single": round(our_rate / without_python["sdk_single"], 2),
        "times_sdk_group": round(our_rate / without_python["sdk_group"], 2),
        "lost_packet_ms": lost,
        "two_buses": two_buses(link, cycles),
        "goals_reached": {
            "2 x sdk_single": our_rate >= 2 * without_python["sdk_single"],
            "2 x sdk_group": our_rate >= 2 * without_python["sdk_group"],
            "lost reply within 20 ms": max(lost["ours"].values()) <= 20.0,
        },
    }


def share(part: float, whole: float) -> float:
    return round(part / whole, 3)


def wire_limit_per_s(return_delay: int) -> float:
    """Nothing but the bytes and the servos' delays; no USB and no computing."""
    byte_s = 10 / 1_000_000
    return 1 / (CYCLE_BYTES * byte_s + len(IDS) * return_delay * 2e-6)


def new_link(clock: Time, frame_s: float, return_delay: int) -> FramedLink:
    servos = [SimulatedServo(number, HandJoint()) for number in IDS]
    for servo in servos:
        servo.memory.set("Return_Delay_Time", return_delay)
    return FramedLink(ServoChain(servos), clock, frame_s)


# The three ways to read and write


def our_bus(link: FramedLink) -> FeetechMotorsBus:
    bus = FeetechMotorsBus(
        "model", MOTORS, CALIBRATION, opener=lambda address, rate: link, clock=link.clock.now
    )
    bus.connect(handshake=False)
    return bus


def ours(link: FramedLink) -> Cycle:
    bus = our_bus(link)

    def cycle() -> None:
        bus.sync_write("Goal_Position", bus.sync_read("Present_Position", allow_missing=True))

    return cycle


class SdkSerial:
    """What the SDK's port handler asks of pyserial: a port that never blocks on reading."""

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


class SdkPortOnModel(sdk.PortHandler):  # type: ignore[misc]  # the SDK has no types
    """The SDK's handler, whole but for the port it opens and the clock it looks at."""

    def __init__(self, link: FramedLink, wait_ms: float | None = None) -> None:
        super().__init__("model")
        self._clock = link.clock
        self._wait_ms = wait_ms
        self.ser = SdkSerial(link)
        self.tx_time_per_byte = 1000 / link.baudrate * 10.0

    def getCurrentTime(self) -> float:  # noqa: N802
        return self._clock.now() * 1000

    def setPacketTimeout(self, packet_length: int) -> None:  # noqa: N802
        super().setPacketTimeout(packet_length)
        if self._wait_ms is not None:
            self.packet_timeout = self.tx_time_per_byte * (packet_length + 3) + self._wait_ms


def sdk_group(link: FramedLink, wait_ms: float | None = None) -> Cycle:
    port, packets = SdkPortOnModel(link, wait_ms), sdk.PacketHandler(0)
    reader = sdk.GroupSyncRead(port, packets, PRESENT, WORD)
    writer = sdk.GroupSyncWrite(port, packets, GOAL, WORD)

    def cycle() -> None:
        reader.clearParam()
        for number in IDS:
            reader.addParam(number)
        reader.txRxPacket()
        writer.clearParam()
        for number in IDS:
            position = reader.getData(number, PRESENT, WORD)
            writer.addParam(number, [sdk.SCS_LOBYTE(position), sdk.SCS_HIBYTE(position)])
        writer.txPacket()

    return cycle


def sdk_single(link: FramedLink) -> Cycle:
    port, packets = SdkPortOnModel(link), sdk.PacketHandler(0)

    def cycle() -> None:
        for number in IDS:
            position, _, _ = packets.read2ByteTxRx(port, number, PRESENT)
            packets.write2ByteTxRx(port, number, GOAL, position)

    return cycle


WAYS: dict[str, Way] = {
    "ours": ours,
    "sdk_group": sdk_group,
    "sdk_single": sdk_single,
}

# Measurements


def cycles_per_s(link: NewLink, cycles: int, *, counts_cpu: bool) -> dict[str, float]:
    result = {}
    for name, way in WAYS.items():
        clock = SimulatedTime(counts_cpu=counts_cpu)
        cycle = way(link(clock))
        cycle()
        began_s = clock.now()
        for _ in range(cycles):
            cycle()
        result[name] = round(cycles / (clock.now() - began_s), 1)
    return result


def our_python_us(link: NewLink, cycles: int) -> float:
    """What we compute in a cycle, the median."""
    clock = SimulatedTime()
    cycle = ours(link(clock))
    spent = []
    for _ in range(cycles):
        began_s = clock.cpu_s()
        cycle()
        spent.append(clock.cpu_s() - began_s)
    return round(statistics.median(spent) * 1e6, 1)


def lost_packet_ms(link: NewLink) -> dict[str, dict[str, float]]:
    """How much longer a cycle takes when replies do not arrive: the first, the last, all six."""
    lost = {"first": {IDS[0]}, "last": {IDS[-1]}, "all": set(IDS)}
    ways: dict[str, Way] = {
        "ours": ours,
        "sdk_group": sdk_group,
        "upstream": lambda to: sdk_group(to, UPSTREAM_WAIT_MS),
    }
    return {
        name: {which: extra_ms(link, way, ids) for which, ids in lost.items()}
        for name, way in ways.items()
    }


def extra_ms(link: NewLink, way: Way, lost: set[int]) -> float:
    clock = SimulatedTime()
    model = link(clock)
    cycle = way(model)
    cycle()
    times = []
    for lose in (set[int](), lost):
        model.lose = set(lose)
        began_s = clock.now()
        cycle()
        cycle()  # what is done about late bytes is done before the next request
        times.append(clock.now() - began_s)
    return round((times[1] - times[0]) * 1000, 1)


def two_buses(link: NewLink, cycles: int) -> dict[str, Any]:
    """Follower read, leader read, follower written: one after the other, or both reads at once."""
    in_turn = time_in_turn(link, cycles, SimulatedTime)
    at_once = time_at_once(link, cycles)
    real_cycles = max(cycles // 5, 1)
    return {
        "in_turn_per_s": round(1 / in_turn, 1),
        "in_parallel_per_s": round(1 / at_once, 1),
        "real_time_ms": {
            "in_turn": round(time_in_turn(link, real_cycles, RealTime) * 1000, 2),
            "in_parallel": round(real_time_at_once(link, real_cycles) * 1000, 2),
        },
    }


def time_in_turn(link: NewLink, cycles: int, new_clock: Callable[[], Time]) -> float:
    clock = new_clock()
    follower, leader = our_bus(link(clock)), our_bus(link(clock))
    began_s = clock.now()
    for _ in range(cycles):
        follower.sync_read("Present_Position")
        follower.sync_write("Goal_Position", leader.sync_read("Present_Position"))
    return (clock.now() - began_s) / cycles


def time_at_once(link: NewLink, cycles: int) -> float:
    """Each bus has a clock of its own; where one waits for the other, the later one counts."""
    clocks = SimulatedTime(), SimulatedTime()
    follower, leader = (our_bus(link(clock)) for clock in clocks)
    for _ in range(cycles):
        follower.sync_read("Present_Position")
        targets = leader.sync_read("Present_Position")
        both_s = max(clock.now() for clock in clocks)
        for clock in clocks:
            clock.wait_until(both_s)
        follower.sync_write("Goal_Position", targets)
    return clocks[0].now() / cycles


def real_time_at_once(link: NewLink, cycles: int) -> float:
    """The same with a second thread, hand-over and all."""
    follower, leader = our_bus(link(RealTime())), our_bus(link(RealTime()))
    with ThreadPoolExecutor(1) as second:
        began_s = time.monotonic()
        for _ in range(cycles):
            targets = second.submit(leader.sync_read, "Present_Position")
            follower.sync_read("Present_Position")
            follower.sync_write("Goal_Position", targets.result())
        return (time.monotonic() - began_s) / cycles


if __name__ == "__main__":
    main()
