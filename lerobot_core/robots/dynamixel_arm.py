"""An arm of Dynamixel servos: they count their turns, and stop by themselves on a dead bus."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol, cast

from lerobot_core.errors import (
    BadReply,
    GoalNotTaken,
    JointOutsideRange,
    ServoAlarm,
    ServoNotResponding,
    ServosStopped,
)
from lerobot_core.motors.bus import Motor, MotorsBus
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.motors.dynamixel_tables import WATCHDOG_FIRED, WATCHDOG_S
from lerobot_core.motors.homing import turns_beyond
from lerobot_core.robots.arm import (
    OUTSIDE_TICKS,
    WRITE_RETRIES,
    Arm,
    Brand,
    BusMaker,
    forgets_nothing,
)
from lerobot_core.types import Action, JointValues

BUS_WATCHDOG_S = 1.0
"""Silence after which the servos stop: later than the guard, which tells them where."""

_WATCHDOG_COUNTS = float(round(BUS_WATCHDOG_S / WATCHDOG_S))
_RESTART_TRIES = 200  # each waits milliseconds for an answer; a restart may take half a second


class WatchedBus(MotorsBus, Protocol):
    """What a bus of Dynamixel servos can do beyond others."""

    def start_watchdog(self, seconds: float) -> None: ...

    def stop_watchdog(self) -> None: ...

    def reboot(self, motor: str) -> None: ...


class DynamixelArm(Arm):
    """Owns the bus of one arm. Closed until ``open``. ``now`` tells seconds.

    The bus watchdog runs from ``torque_on`` to ``torque_off``. A servo that it stopped holds its
    place and refuses goals: ``freeze`` and ``torque_on`` make it obey again, ``write_goals``
    tells of it.
    """

    def __init__(
        self,
        family: str,
        arm_id: str | None,
        port: str,
        calibration_path: Path,
        motors: Mapping[str, Motor],
        modes: Mapping[str, int],
        brand: Brand,
        *,
        make_bus: BusMaker,
        now: Callable[[], float],
        read_retries: int = 2,
    ) -> None:
        super().__init__(
            family,
            arm_id,
            port,
            calibration_path,
            motors,
            modes,
            brand,
            make_bus=make_bus,
            read_retries=read_retries,
        )
        self._now = now
        self._ranges: dict[str, MotorCalibration] = {}
        self._is_watched = False
        self._spoke_at = 0.0
        self.was_silent = False
        """Nothing was said for so long that the servos may have stopped."""

    @property
    def _watched_bus(self) -> WatchedBus:
        return cast(WatchedBus, self.bus)

    def open(self, *, reads_file: bool = True) -> None:
        super().open(reads_file=reads_file)
        self._ranges = {}
        self._is_watched = self.was_silent = False

    # Turns

    def ranges(self) -> Mapping[str, MotorCalibration]:
        return self._ranges or super().ranges()

    def find_turns(self, names: Iterable[str] | None = None) -> None:
        """Move the ranges by whole turns to where the joints are read after this start.

        Raises:
            JointOutsideRange: a joint is outside its range, on every turn.
        """
        filed = self.calibration()
        here = self._read_raw("Present_Position", names)
        self._ranges |= {
            name: self._range_near(name, filed[name], int(ticks)) for name, ticks in here.items()
        }
        self.bus.calibration = dict(self._ranges)

    def _range_near(self, name: str, filed: MotorCalibration, ticks: int) -> MotorCalibration:
        resolution = self.brand.models[self.motors[name].model].resolution
        turns = turns_beyond(ticks, filed, tolerance=OUTSIDE_TICKS, resolution=resolution)
        if turns is None:
            raise JointOutsideRange(device=self.label, joint=name)
        shift = turns * resolution
        return replace(filed, range_min=filed.range_min + shift, range_max=filed.range_max + shift)

    # Positions

    def request_positions(self) -> None:
        self._speak()
        super().request_positions()

    def read_positions(self) -> JointValues:
        self._speak()
        return super().read_positions()

    def write_goals(self, targets: Action) -> None:
        """Raises ServosStopped if the watchdog stopped a servo since."""
        self._speak()
        if self.was_silent:
            if self._stopped():
                raise ServosStopped(device=self.label, seconds=f"{BUS_WATCHDOG_S:g}")
            self.was_silent = False
        super().write_goals(targets)

    def freeze(self, *, all_must_answer: bool) -> None:
        if self.was_silent or all_must_answer:
            self._wake(all_must_answer)
        try:
            super().freeze(all_must_answer=all_must_answer)
        except GoalNotTaken:
            if not self._wake(all_must_answer):
                raise
            super().freeze(all_must_answer=all_must_answer)

    # Torque and its watchdog

    def take_over(self) -> None:
        self._wake(all_must_answer=True)
        self.watch()

    def torque_on(
        self,
        names: Iterable[str] | None = None,
        renew: Callable[[str], None] = forgets_nothing,
    ) -> None:
        self.watch()  # before: no torque that nobody watches
        super().torque_on(names, renew)

    def _raise(self, name: str, renew: Callable[[str], None]) -> None:
        def renew_all(name: str) -> None:
            renew(name)
            if self._is_watched:
                self.bus.write("Bus_Watchdog", name, _WATCHDOG_COUNTS, num_retry=WRITE_RETRIES)

        super()._raise(name, renew_all)

    def _freeze_joint(self, name: str) -> None:
        self.find_turns([name])  # a servo that restarted counts them anew
        super()._freeze_joint(name)

    def torque_off(self) -> None:
        super().torque_off()
        self._is_watched = self.was_silent = False
        with suppress(ServoNotResponding, BadReply, ServoAlarm):  # without torque it stops nothing
            self._watched_bus.stop_watchdog()

    def clear_alarm(self, name: str) -> None:
        """Restart the servo: its alarm ends in no other way."""
        super().clear_alarm(name)
        self._watched_bus.reboot(name)
        self._await(name)
        self.find_turns([name])
        if self._is_watched:
            self.bus.write("Bus_Watchdog", name, _WATCHDOG_COUNTS, num_retry=WRITE_RETRIES)

    def _await(self, name: str) -> None:
        for _ in range(_RESTART_TRIES):
            with suppress(ServoNotResponding, BadReply):
                self.bus.read("Torque_Enable", name)
                return
        raise ServoNotResponding(servo_id=self.motors[name].id)

    def watch(self) -> None:
        """Start the bus watchdog; servos that it stopped obey again."""
        self._watched_bus.start_watchdog(BUS_WATCHDOG_S)
        self._is_watched, self.was_silent = True, False
        self._spoke_at = self._now()

    def _speak(self) -> None:
        now = self._now()
        if self._is_watched and now - self._spoke_at > BUS_WATCHDOG_S / 2:
            self.was_silent = True
        self._spoke_at = now

    def _stopped(self, *, all_must_answer: bool = False) -> list[str]:
        """Who refuses goals since the watchdog stopped it."""
        states = self._read_raw("Bus_Watchdog", allow_missing=not all_must_answer)
        return [name for name, state in states.items() if state == WATCHDOG_FIRED]

    def _wake(self, all_must_answer: bool) -> bool:
        """Let stopped servos obey again, holding where they are. Whether there were any.

        Set free, a servo goes on to its old goal: the new one follows in the next packet.
        """
        stopped = self._stopped(all_must_answer=all_must_answer)
        if stopped:
            goals = self._goals_here(all_must_answer)
            self.bus.sync_write("Bus_Watchdog", dict.fromkeys(stopped, 0.0))
            self.bus.sync_write(
                "Goal_Position",
                {name: goals[name] for name in stopped if name in goals},
                normalize=False,
            )
            if self._is_watched:
                self.bus.sync_write("Bus_Watchdog", dict.fromkeys(stopped, _WATCHDOG_COUNTS))
        self.was_silent = False
        self._spoke_at = self._now()
        return bool(stopped)
