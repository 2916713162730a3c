"""Six servos, one position read and one write: ours beside plain calls of the vendors' SDKs.

    python benchmarks/bus.py [--cycles 200] [--frame-ms 1] [--return-delay 0]

Prints JSON, for Feetech and for Dynamixel at 1 Mbaud. The link is a model (``framed_link.py``) in
simulated time, so the cycles per second do not depend on this machine, except under
``with_python``, where the time that Python computes is measured and counts as well.
``--return-delay`` is in the registers' counts of 2 µs.

``sdk_single`` is a plain read and a plain write for each servo; ``sdk_group`` is one GroupSyncRead
and one GroupSyncWrite. Positions are never older than the tick that uses them: each cycle asks,
waits, and writes goals that follow from the answer. So with 1 ms frames no Feetech cycle can take
less than two of them: the goals leave in the frame after the one in which the answer was seen,
together with the next request, and the next answer is seen at that frame's end. ``sdk_group``
drains the port first and needs a third frame; within this model nobody can be twice as fast as
that on one bus. On two buses, the leader's and the follower's, it is another matter: ours asks
both before it waits (as the control loop does), the SDK's calls come one after the other.

``lost`` and ``damaged``: one reply of a random servo, in each of many cycles. ``heard_in_tick`` is
how often all six positions were there all the same, ``extra_ms`` what it cost. An SDK's cycle
that failed writes nothing, which may even take less time.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from bus_ways import (  # noqa: E402
    BRANDS,
    IDS,
    WITHIN_S,
    Brand,
    Bus,
    Cycle,
    ours,
    sdk_group,
    sdk_group_calls,
    sdk_single,
)
from framed_link import FramedLink, RealTime, SimulatedTime, Time  # noqa: E402

UPSTREAM_WAIT_MS = 50.0

Way = Callable[[Brand, FramedLink], Cycle]
WAYS: dict[str, Way] = {"ours": ours, "sdk_group": sdk_group, "sdk_single": sdk_single}


def upstream(brand: Brand, link: FramedLink) -> Cycle:
    return sdk_group(brand, link, UPSTREAM_WAIT_MS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--frame-ms", type=float, default=1.0)
    parser.add_argument("--return-delay", type=int, default=0)
    given = parser.parse_args()
    print(json.dumps(report(given.cycles, given.frame_ms / 1000, given.return_delay), indent=2))


def report(cycles: int, frame_s: float, return_delay: int) -> dict[str, Any]:
    return {
        name: Measurement(brand, cycles, frame_s, return_delay).report()
        for name, brand in BRANDS.items()
    }


class Measurement:
    """Of one brand on one kind of link."""

    def __init__(self, brand: Brand, cycles: int, frame_s: float, return_delay: int) -> None:
        self._brand = brand
        self._cycles = cycles
        self._frame_s = frame_s
        self._return_delay = return_delay

    def report(self) -> dict[str, Any]:
        rates = self.cycles_per_s(counts_cpu=False)
        limit = 1 / (self._brand.cycle_s + len(IDS) * self._return_delay * 2e-6)
        two_buses = self.two_buses()
        disturbed = {"lost": self.disturbed("lose"), "damaged": self.disturbed("damage")}
        return {
            "wire_limit_per_s": round(limit, 1),
            "cycles_per_s": rates,
            "share_of_wire_limit": {name: round(n / limit, 3) for name, n in rates.items()},
            "with_python": self.cycles_per_s(counts_cpu=True),
            "our_python_us_per_cycle": self.our_python_us(),
            "times_sdk_single": round(rates["ours"] / rates["sdk_single"], 2),
            "times_sdk_group": round(rates["ours"] / rates["sdk_group"], 2),
            "two_buses": two_buses,
            **disturbed,
            "goals_reached": {
                "2 x sdk_single": rates["ours"] >= 2 * rates["sdk_single"],
                "2 x sdk_group": rates["ours"] >= 2 * rates["sdk_group"],
                "2 x sdk_group on two buses": two_buses["times_sdk_group"] >= 2,
                "lost within 20 ms": disturbed["lost"]["ours"]["longest_extra_ms"] <= 20,
                "damaged within 20 ms": disturbed["damaged"]["ours"]["longest_extra_ms"] <= 20,
            },
        }

    def _link(self, clock: Time) -> FramedLink:
        return self._brand.new_link(clock, self._frame_s, self._return_delay)

    # Cycles

    def cycles_per_s(self, *, counts_cpu: bool) -> dict[str, float]:
        result = {}
        for name, way in WAYS.items():
            clock = SimulatedTime(counts_cpu=counts_cpu)
            cycle = way(self._brand, self._link(clock))
            cycle()
            began_s = clock.now()
            for _ in range(self._cycles):
                cycle()
            result[name] = round(self._cycles / (clock.now() - began_s), 1)
        return result

    def our_python_us(self) -> float:
        """What we compute in a cycle, the median."""
        clock = SimulatedTime()
        cycle = ours(self._brand, self._link(clock))
        spent = []
        for _ in range(self._cycles):
            began_s = clock.cpu_s()
            cycle()
            spent.append(clock.cpu_s() - began_s)
        return round(statistics.median(spent) * 1e6, 1)

    # Lost and damaged packets

    def disturbed(self, how: str) -> dict[str, dict[str, float]]:
        ways: dict[str, Way] = {"ours": ours, "sdk_group": sdk_group, "upstream": upstream}
        return {name: self._disturbed(way, how) for name, way in ways.items()}

    def _disturbed(self, way: Way, how: str) -> dict[str, float]:
        clock, chance = SimulatedTime(), Random(0)
        link = self._link(clock)
        cycle = way(self._brand, link)
        plain_s = _time_of_two(cycle, clock)[0]
        extra_s, heard = [], 0
        for _ in range(self._cycles):
            getattr(link, how).add(chance.choice(IDS))
            took_s, was_heard = _time_of_two(cycle, clock)
            extra_s.append(took_s - plain_s)
            heard += was_heard
        return {
            "heard_in_tick": round(heard / self._cycles, 3),
            "mean_extra_ms": round(statistics.mean(extra_s) * 1000, 2),
            "longest_extra_ms": round(max(extra_s) * 1000, 2),
        }

    # Leader and follower

    def two_buses(self) -> dict[str, Any]:
        """Follower read, leader read, follower written."""
        in_turn_s, ahead_s = (
            self._time(_two_of_ours(asks_ahead=asks_ahead), SimulatedTime, self._cycles)
            for asks_ahead in (False, True)
        )
        sdk_s = self._time(_two_of_the_sdk, SimulatedTime, self._cycles)
        few = max(self._cycles // 5, 1)
        real_s = {
            name: self._time(_two_of_ours(asks_ahead=asks_ahead), RealTime, few)
            for name, asks_ahead in (("in_turn", False), ("asked_ahead", True))
        }
        return {
            "in_turn_per_s": round(1 / in_turn_s, 1),
            "asked_ahead_per_s": round(1 / ahead_s, 1),
            "sdk_group_per_s": round(1 / sdk_s, 1),
            "times_sdk_group": round(sdk_s / ahead_s, 2),
            "real_time_ms": {name: round(s * 1000, 2) for name, s in real_s.items()},
        }

    def _time(
        self,
        new_cycle: Callable[[Brand, FramedLink, FramedLink], Callable[[], None]],
        new_clock: Callable[[], Time],
        cycles: int,
    ) -> float:
        clock = new_clock()
        cycle = new_cycle(self._brand, self._link(clock), self._link(clock))
        cycle()
        began_s = clock.now()
        for _ in range(cycles):
            cycle()
        return (clock.now() - began_s) / cycles


def _time_of_two(cycle: Cycle, clock: SimulatedTime) -> tuple[float, bool]:
    """What is done about late bytes is done before the next request, so that counts, too."""
    began_s = clock.now()
    was_heard = cycle()
    cycle()
    return clock.now() - began_s, was_heard


def _two_of_ours(
    *, asks_ahead: bool
) -> Callable[[Brand, FramedLink, FramedLink], Callable[[], None]]:
    def new_cycle(brand: Brand, link: FramedLink, other: FramedLink) -> Callable[[], None]:
        follower, leader = brand.our_bus(link), brand.our_bus(other)

        def cycle() -> None:
            if asks_ahead:
                follower.request("Present_Position")
                leader.request("Present_Position")
            _read(follower)
            follower.sync_write("Goal_Position", _read(leader))

        return cycle

    return new_cycle


def _read(bus: Bus) -> dict[str, float]:
    return bus.sync_read("Present_Position", allow_missing=True, within_s=WITHIN_S)


def _two_of_the_sdk(brand: Brand, link: FramedLink, other: FramedLink) -> Callable[[], None]:
    (read_follower, write_follower), (read_leader, _) = (
        sdk_group_calls(brand, each) for each in (link, other)
    )

    def cycle() -> None:
        read_follower()
        write_follower(read_leader())

    return cycle


if __name__ == "__main__":
    main()
