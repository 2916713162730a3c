"""One arm of any brand: its calibration, the checks before anything moves, and its torque."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

from lerobot_core.errors import (
    BadReply,
    CalibrationMismatch,
    DeviceError,
    GoalNotTaken,
    PortLost,
    ServoNotResponding,
    ServosMissing,
    SupplyVoltageWrong,
    TorqueNotOff,
)
from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.robots.arm_bus import SUFFIX, WRITE_RETRIES, ArmBus, Brand, BusMaker

__all__ = ["OUTSIDE_TICKS", "SUFFIX", "WRITE_RETRIES", "Arm", "Brand", "BusMaker"]

OUTSIDE_TICKS = 57  # 5 degrees: an arm that leans on its stop may be a little outside its range
_FREEZE_ATTEMPTS = 3
_RAISE_ATTEMPTS = 8  # each lost answer costs one or two
_FRESH_READINGS = 1
"""A joint that was not heard of for longer is elsewhere by now: sent back to where it was, it would
jump. It stops at its last goal, which was within all limits."""


def forgets_nothing(name: str) -> None:
    """What an arm writes again to a servo that may have restarted, if it needs nothing."""


class Arm(ArmBus):
    """What followers and leaders share. Closed until ``open``."""

    _frozen: Mapping[str, float] = {}  # goals that were read back, by joint

    # Before torque

    def differing_joint(self) -> str | None:
        """The first joint whose servo does not hold what the file says; the arm's fingerprint.

        Raises CalibrationMissing.
        """
        expected = self.calibration()
        try:
            found = self.bus.read_calibration()
        except ServoNotResponding as error:  # two arms may have a servo of this number
            servo_id = error.facts["servo_id"]
            silent = [name for name, motor in self.motors.items() if motor.id == servo_id]
            raise ServosMissing(missing=self._describe(silent), device=self.label) from error
        for name in self.motors:
            if name not in expected or self._differ(expected[name], found[name]):
                return name
        return None

    def _differ(self, expected: MotorCalibration, found: MotorCalibration) -> bool:
        if self.brand.keeps_drive_mode and expected.drive_mode != found.drive_mode:
            return True
        return _print_of(expected) != _print_of(found)

    def check_calibration(self) -> None:
        """Raises CalibrationMissing, or CalibrationMismatch with the first joint that differs."""
        joint = self.differing_joint()
        if joint is not None:
            raise CalibrationMismatch(device=self.label, joint=joint)

    def write_calibration(self) -> None:
        """Write the file's values to the servos; torque must be off. Raises CalibrationMissing."""
        self.bus.write_calibration(self.calibration())

    def ranges(self) -> Mapping[str, MotorCalibration]:
        """Where each joint may go, in the counts that its servo reads now."""
        return self.calibration()

    def find_turns(self, names: Iterable[str] | None = None) -> None:
        """See to it that servos which count their turns mean the calibrated one.

        Most servos know one turn only, and there is nothing to be done.
        """

    def check_voltage(self) -> float:
        """The lowest voltage that a servo measures.

        Raises:
            SupplyVoltageWrong: a servo gets one outside its own limits.
        """
        volts, lows, highs = (
            self._read_raw(register)
            for register in (self.brand.voltage, "Min_Voltage_Limit", "Max_Voltage_Limit")
        )
        for name, tenths in volts.items():
            if not lows[name] <= tenths <= highs[name]:
                raise SupplyVoltageWrong(
                    device=self.label,
                    volts=tenths / 10,
                    low=lows[name] / 10,
                    high=highs[name] / 10,
                )
        return min(volts.values()) / 10

    # Positions

    def freeze(self, *, all_must_answer: bool) -> None:
        """Make the present position the goal, and read that back.

        The chain keeps goals of earlier runs, and a lost packet changes none: without the
        second look, torque could pull the arm to where it was yesterday.

        Raises:
            GoalNotTaken: a servo that answers keeps another goal.
            ServosMissing: a servo is silent and ``all_must_answer``.
            CalibrationMismatch: a joint is far outside its range, which no right calibration has.
        """
        wrong: list[str] = []
        # In a hurry nobody waits for late answers: one of before would send its joint back.
        late = set() if all_must_answer else self.bus.may_be_late("Present_Position")
        for _ in range(_FREEZE_ATTEMPTS):
            goals = self._goals_here(all_must_answer, late)
            if goals:
                self.bus.sync_write("Goal_Position", goals, normalize=False)
            kept = self._read_raw("Goal_Position", allow_missing=not all_must_answer)
            wrong = [name for name, goal in goals.items() if kept.get(name, goal) != goal]
            if not wrong:
                break
        else:
            raise GoalNotTaken(joint=wrong[0], servo_id=self.motors[wrong[0]].id)
        self._frozen = goals
        lost = {
            key: value
            for key, value in self._positions.items()
            if key.removesuffix(SUFFIX) not in {*goals, *late}
            and self.stale.get(key, 0) <= _FRESH_READINGS
        }
        if lost:  # it may hear us though we do not hear it
            self.write_goals(lost)

    def _goals_here(self, all_must_answer: bool, late: Collection[str] = ()) -> dict[str, float]:
        ranges = self.ranges()
        heard = self._read_raw("Present_Position", allow_missing=not all_must_answer)
        here = {name: ticks for name, ticks in heard.items() if name not in late}
        for name, ticks in here.items():
            low, high = ranges[name].range_min, ranges[name].range_max
            if all_must_answer and not low - OUTSIDE_TICKS <= ticks <= high + OUTSIDE_TICKS:
                raise CalibrationMismatch(device=self.label, joint=name)
            here[name] = min(max(ticks, low), high)
        return here

    # Torque

    def is_held(self) -> bool:
        """Whether every servo has torque in its mode, as after a session that died."""
        torque, mode = self._read_raw("Torque_Enable"), self._read_raw("Operating_Mode")
        return all(torque[name] == 1 and mode[name] == self._modes[name] for name in self.motors)

    def take_over(self) -> None:
        """The arm was found held, by torque of a session that is gone: see that it takes goals."""

    def torque_on(
        self,
        names: Iterable[str] | None = None,
        renew: Callable[[str], None] = forgets_nothing,
    ) -> None:
        """Switch torque on, after ``freeze``. ``renew`` writes what a servo forgets by a restart.

        If one servo does not follow, those that were limp are so again; those that were held go
        on holding.
        """
        limp = self.limp_joints()
        try:
            for name in self.motors if names is None else names:
                self._raise(name, renew if name in limp else forgets_nothing)
        except DeviceError:
            with suppress(DeviceError):
                self.bus.confirm_torque_off(limp)
            raise

    def _raise(self, name: str, renew: Callable[[str], None]) -> None:
        """Torque for one servo, right after it was made ready and its goal looked at.

        A servo may restart at any time and forget all that. It is silent then for longer than an
        answer is waited for: whenever one is lost, everything is done again before the next try.
        """
        failure: DeviceError | None = None
        for _ in range(_RAISE_ATTEMPTS):
            lost = self.bus.lost_by_motor[name]
            renew(name)
            goal = self._read_raw("Goal_Position", [name], allow_missing=True).get(name)
            was_lost = goal is None or self.bus.lost_by_motor[name] != lost
            if was_lost or goal != self._frozen.get(name):
                self._freeze_joint(name)
                continue
            try:
                self.bus.enable_torque([name])
                return
            except (ServoNotResponding, BadReply) as error:
                failure = error
                self._frozen = {key: value for key, value in self._frozen.items() if key != name}
        raise failure or ServosMissing(missing=self._describe([name]), device=self.label)

    def _freeze_joint(self, name: str) -> None:
        """Raises GoalNotTaken, ServosMissing."""
        limits = self.ranges()[name]
        for _ in range(_FREEZE_ATTEMPTS):
            here = self._read_raw("Present_Position", [name])[name]
            goal = min(max(here, limits.range_min), limits.range_max)
            self.bus.sync_write("Goal_Position", {name: goal}, normalize=False)
            if self._read_raw("Goal_Position", [name])[name] == goal:
                self._frozen = {**self._frozen, name: goal}
                return
        raise GoalNotTaken(joint=name, servo_id=self.motors[name].id)

    @contextmanager
    def naming_all_silent(self) -> Iterator[None]:
        """A servo that does not answer may not be the only one: a cut is before the first."""
        try:
            yield
        except (ServoNotResponding, ServosMissing) as error:
            heard = self.bus.sync_read("Torque_Enable", num_retry=self._retries, allow_missing=True)
            silent = [name for name in self.motors if name not in heard]
            if not silent:
                raise
            raise ServosMissing(missing=self._describe(silent), device=self.label) from error

    def limp_joints(self) -> list[str]:
        """Raises ServosMissing."""
        torque = self._read_raw("Torque_Enable")
        return [name for name, value in torque.items() if value != 1]

    def let_go(self) -> None:
        """Tell all servos at once to switch torque off. Nobody answers, so nothing can hang."""
        self.bus.sync_write("Torque_Enable", dict.fromkeys(self.motors, 0.0))

    def torque_off(self) -> None:
        """Switch torque off and read that back. Raises TorqueNotOff."""
        try:
            self.let_go()  # before the slower writes that are answered one by one
            self.bus.confirm_torque_off()
        except PortLost as error:
            raise TorqueNotOff(servos=self._describe(list(self.motors))) from error

    def clear_alarm(self, name: str) -> None:
        """Let one servo go, which ends its overload. The others stay as they are."""
        self.bus.disable_torque([name], num_retry=WRITE_RETRIES)

    def torque_on_again(self, name: str, renew: Callable[[str], None] = forgets_nothing) -> None:
        """Hold one joint where it is, after its servo was let go.

        Raises:
            GoalNotTaken: it keeps another goal; it stays limp.
            ServoAlarm: it reports a failure again.
            ServosMissing: it is silent.
        """
        self._freeze_joint(name)
        self._raise(name, renew)
        self.bus.read("Torque_Enable", name, num_retry=WRITE_RETRIES)  # an alarm that came back

    # Set-up, with torque off

    def configure(self) -> None:
        """What leader and follower have in common: the bus's own set-up and the modes."""
        self.bus.configure_motors()
        self.set_modes()

    def set_modes(self) -> None:
        """How positions are counted depends on these; torque must be off."""
        for name, mode in self._modes.items():
            self.ensure("Operating_Mode", name, mode)


def _print_of(calibration: MotorCalibration) -> tuple[int, int, int]:
    """What any servo keeps of its calibration; the drive mode may live in the file alone."""
    return calibration.homing_offset, calibration.range_min, calibration.range_max
