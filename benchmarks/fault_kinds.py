"""What goes wrong in the fault matrix, and what the operator is promised then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from benchmarks.fault_bench import JOINTS, BenchArm, make_joints
from benchmarks.fault_rig import FaultRig
from lerobot_core.sim.assembly import BenchChain, assemble

STARTING_S = (0.03, 0.15)
"""A servo whose supply was back at once needs about so long to answer again (an estimate)."""

BY_HAND_S = 0.8
"""Nobody exchanges a servo faster."""

LATE_S = (0.0, 0.004, 0.012, 0.019, 0.022, 0.03, 0.045)
"""Answers on a wire that delays them come so much later, differently each time."""


@dataclass
class Strike:
    """One fault on its way: where it strikes, and what was there before."""

    rig: FaultRig
    arm: BenchArm
    joint: str
    random: Random
    undo: list[Callable[[], object]] = field(default_factory=list)

    @property
    def servo_id(self) -> int:
        return JOINTS.index(self.joint) + 1

    def end(self) -> None:
        for step in self.undo:
            step()
        self.undo.clear()


@dataclass(frozen=True)
class FaultKind:
    """``begin`` lets it happen.

    ``tolerable``: the arm goes on, and the fault is counted; to stop would be wrong.
    ``whole_arm``: no servo is the cause; ``names`` are the words of which one must be said then.
    ``ends_by_power``: what the operator is told to do about it is to switch the power off and on.
    """

    begin: Callable[[Strike], None]
    tolerable: bool = False
    whole_arm: bool = False
    names: tuple[str, ...] = ()
    ends_by_power: bool = False
    in_leader: bool = False  # it makes sense in an arm that is limp and moved by hand
    can_strike_at_once: bool = True  # between two packets; hands are slower than that
    lies: frozenset[str] = frozenset()  # codes of errors that would send the operator astray
    is_foreign: bool = False  # engaging must be refused while it lasts


def _unplug(strike: Strike) -> None:
    unplugged = strike.arm.chain.faults.unplugged
    unplugged.add(strike.servo_id)
    strike.undo.append(lambda: unplugged.discard(strike.servo_id))


def _cut(strike: Strike) -> None:
    faults = strike.arm.chain.faults
    faults.cut_before = strike.servo_id
    strike.undo.append(lambda: setattr(faults, "cut_before", None))


def _disturb(strike: Strike) -> None:
    """One reply in twenty, of every servo."""
    faults = strike.arm.chain.faults
    faults.random.seed(strike.random.random())
    faults.corrupt_probability = 0.05
    strike.undo.append(lambda: setattr(faults, "corrupt_probability", 0.0))


def _corrupt(strike: Strike) -> None:
    corrupted = strike.arm.chain.faults.corrupted
    corrupted[strike.servo_id] = 1.0
    strike.undo.append(lambda: corrupted.pop(strike.servo_id, None))


def _slow_down(strike: Strike) -> None:
    """Late, but within the time that is waited for an answer."""
    delayed = strike.arm.chain.faults.delayed
    delayed[strike.servo_id] = 0.006
    strike.undo.append(lambda: delayed.pop(strike.servo_id, None))


def _delay(strike: Strike) -> None:
    delayed, steps = strike.arm.chain.faults.delayed, strike.rig.time.on_slice

    def wander(seconds: float) -> None:
        delayed[strike.servo_id] = strike.random.choice(LATE_S)

    wander(0.0)
    steps.append(wander)
    strike.undo += [
        lambda: steps.remove(wander),
        lambda: delayed.pop(strike.servo_id, None),
    ]


def _restart(strike: Strike) -> None:
    """The supply of one servo dips: it is silent until it has started, limp and with fresh RAM."""
    _restart_of(strike, [strike.joint])


def _restart_all(strike: Strike) -> None:
    _restart_of(strike, JOINTS)


def _restart_of(strike: Strike, joints: Sequence[str]) -> None:
    """Where the goal is after a start is up to the firmware: at the joint, or at 0."""
    arm = strike.arm
    goal_is_zero = strike.random.random() < 0.5
    servos = {JOINTS.index(joint) + 1: arm.servo(joint) for joint in joints}
    arm.chain.faults.unplugged |= set(servos)

    def start() -> None:
        arm.chain.faults.unplugged -= set(servos)
        for servo in servos.values():
            servo.power_on()
            if goal_is_zero:
                servo.memory.set("Goal_Position", 0)

    _later(strike, strike.rig.time.now() + strike.random.uniform(*STARTING_S), start)


def _lower_voltage(strike: Strike) -> None:
    faults = strike.arm.chain.faults
    volts, faults.volts = faults.volts, strike.rig.kind.low_volts
    strike.undo.append(lambda: setattr(faults, "volts", volts))


def _overload(strike: Strike) -> None:
    overloaded = strike.arm.chain.faults.overloaded
    overloaded.add(strike.servo_id)
    strike.undo.append(lambda: overloaded.discard(strike.servo_id))


def _block(strike: Strike) -> None:
    joint = strike.arm.joints[strike.joint]
    joint.is_blocked = True
    strike.undo.append(lambda: setattr(joint, "is_blocked", False))


def _heat(strike: Strike) -> None:
    celsius = strike.arm.chain.faults.celsius
    celsius[strike.servo_id] = 85.0
    strike.undo += [lambda: celsius.update({strike.servo_id: 40.0})]


def _leave_goal(strike: Strike) -> None:
    """The arm was let go and pushed elsewhere: the servo's goal is that of before."""
    rig = strike.rig
    if rig.robot.is_torque_on:
        rig.loop.release()
    arm, servo = strike.arm, strike.arm.servo(strike.joint)
    low = arm.register(strike.joint, "Min_Position_Limit")
    high = arm.register(strike.joint, "Max_Position_Limit")
    here = servo.present_ticks
    servo.memory.set("Goal_Position", low if here - low > high - here else high)


def _exchange(strike: Strike) -> None:
    """One servo is taken out, and that of another arm of the same make put in, under power."""
    chain, index = strike.arm.chain, JOINTS.index(strike.joint)
    own, other = chain.servos[index], _other_chain(strike).servos[index]
    chain.faults.unplugged.add(strike.servo_id)

    def put_in(servo: Any) -> None:
        servo.power_off()
        chain.servos[index] = servo
        chain.faults.unplugged.discard(strike.servo_id)

    _later(strike, strike.rig.time.now() + BY_HAND_S, lambda: put_in(other))
    strike.undo.append(lambda: put_in(own))


def _swap(strike: Strike) -> None:
    """The chain is taken off its adapter, and another arm of the same make put on."""
    arm, own, other = strike.arm, strike.arm.chain, _other_chain(strike)
    own.faults.cut_before = 1

    def put_on(chain: BenchChain) -> None:
        chain.power_cycle()
        chain.faults.cut_before = None
        arm.chain = chain

    _later(strike, strike.rig.time.now() + BY_HAND_S, lambda: put_on(other))
    strike.undo.append(lambda: put_on(own))


def _later(strike: Strike, time_s: float, action: Callable[[], None]) -> None:
    """Do it when the time has come."""
    steps = strike.rig.time.on_slice

    def wait(seconds: float) -> None:
        if strike.rig.time.now() >= time_s:
            steps.remove(wait)
            action()

    steps.append(wait)


def _other_chain(strike: Strike) -> BenchChain:
    """A limp arm of the same make: its horns sit elsewhere, and so it is calibrated otherwise."""
    other = strike.arm.kind.other
    return assemble(other, make_joints(other, bears_weight=False))


_VOLTAGE = ("voltage", " V", "power")
_ARM = ("follower", "leader", "arm")

_LIES_OF_THE_WIRE = frozenset(
    {
        "supply_voltage_wrong",
        "calibration_mismatch",
        "joint_outside_range",
        "servo_alarm",
        "servo_overloaded",
        "servo_too_hot",
        "supply_failing",
        "wrong_servo_model",
    }
)


def _wire(begin: Callable[[Strike], None], *, tolerable: bool = False) -> FaultKind:
    """The servo is well, but cannot make itself heard."""
    return FaultKind(begin, tolerable=tolerable, in_leader=True, lies=_LIES_OF_THE_WIRE)


FAULTS: dict[str, FaultKind] = {
    "unplugged": _wire(_unplug),
    "cable cut": _wire(_cut),
    "disturbed 5 %": replace(_wire(_disturb, tolerable=True), whole_arm=True),
    "corrupted": _wire(_corrupt),
    "slow": _wire(_slow_down, tolerable=True),
    "delayed": _wire(_delay),
    "brown-out": FaultKind(_restart),
    "brown-out of all": FaultKind(
        _restart_all, whole_arm=True, names=(*_VOLTAGE, "Servo", *JOINTS)
    ),
    "low voltage": FaultKind(_lower_voltage, whole_arm=True, names=_VOLTAGE),
    "overload": FaultKind(_overload, ends_by_power=True),
    "blocked": FaultKind(_block, ends_by_power=True),
    "heat": FaultKind(_heat, ends_by_power=True),
    "stale goal": FaultKind(_leave_goal, tolerable=True, can_strike_at_once=False),
    "servo exchanged": FaultKind(
        _exchange, in_leader=True, can_strike_at_once=False, is_foreign=True
    ),
    "arm swapped": FaultKind(
        _swap,
        whole_arm=True,
        names=(*_ARM, *JOINTS),
        in_leader=True,
        can_strike_at_once=False,
        is_foreign=True,
    ),
}
"""In the order of the issue's list; some of it in more than one way."""
