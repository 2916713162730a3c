"""Hands that move the joints of a bench's arm, and hold those that gravity would take."""

import time
from collections.abc import Callable, Iterable, Mapping

from lerobot_core.sim.client import BenchClient

_LET_GO_S = 0.3  # so long the hands of a bench hold a joint that is where it should be
_GRIP_AGAIN_S = 0.4  # they take another 0.3 s to come
_SETTLE_S = 0.5


class BenchHands:
    """Both hands of somebody who calibrates. Joints in degrees, the gripper in percent."""

    def __init__(self, bench: BenchClient, chain: str) -> None:
        self._bench = bench
        self._chain = chain
        self._held: dict[str, float] = {}
        self._gripped_s = 0.0

    def move(self, meanwhile: Callable[[], object], pose: Mapping[str, float]) -> None:
        """Move these joints all at once; back when they are there, and held."""
        self._held |= pose
        seconds = max(self._move(joint, goal) for joint, goal in pose.items())
        end = time.monotonic() + seconds - _LET_GO_S * 0.8
        others = [joint for joint in self._held if joint not in pose]
        while time.monotonic() < end:
            self._grip_again(others)
            meanwhile()
            time.sleep(0.01)
        self._grip(self._held)
        end = time.monotonic() + _SETTLE_S
        while time.monotonic() < end:
            self.hold()
            meanwhile()
            time.sleep(0.01)

    def hold(self) -> None:
        """Keep all joints that were moved where they were moved to. Call it again and again."""
        self._grip_again(self._held)

    def _grip_again(self, joints: Iterable[str]) -> None:
        if time.monotonic() - self._gripped_s > _GRIP_AGAIN_S:
            self._grip(joints)

    def _grip(self, joints: Iterable[str]) -> None:
        self._gripped_s = time.monotonic()
        for joint in joints:
            self._move(joint, self._held[joint])

    def _move(self, joint: str, goal: float) -> float:
        answer = self._bench.command("move_joint", chain=self._chain, joint=joint, degrees=goal)
        return float(answer["seconds"])
