"""Servos that come near to their limits, or protect themselves, and joints that do not follow."""

from lerobot_core.errors.base import DeviceError


class ServoOverloaded(
    DeviceError,
    code="servo_overloaded",
    sentence="{joint} (servo {servo_id}) was overloaded and now pulls with little force, so the "
    "arm was stopped.",
    hint="Support the arm and take away what holds it up, then let the servo hold again.",
):
    pass


class TorqueLost(
    DeviceError,
    code="torque_lost",
    sentence="{joint} (servo {servo_id}) has no torque any more: {reason}. The arm was stopped.",
    hint="Support the arm and see to the cause, then let the servo hold again or release the arm.",
):
    pass


class ServoTooHot(
    DeviceError,
    code="servo_too_hot",
    sentence="{joint} (servo {servo_id}) has {celsius} °C and drops its torque at {limit} °C, so "
    "the arm is not driven.",
    hint="Go to rest, or support the arm and release it. Then let the servo cool.",
):
    pass


class ServoStraining(
    DeviceError,
    code="servo_straining",
    sentence="{joint} (servo {servo_id}) pushed with {percent} % of its force for longer than it "
    "bears, so the arm was stopped before it gives way.",
    hint="Take the load off or clear its way, then engage again.",
):
    pass


class ServoDrawsTooMuch(
    DeviceError,
    code="servo_draws_too_much",
    sentence="{joint} (servo {servo_id}) drew {amperes} A for longer than it bears, so the arm was "
    "stopped before it gives way.",
    hint="Take the load off or clear its way, then engage again.",
):
    pass


class SupplyFailing(
    DeviceError,
    code="supply_failing",
    sentence="{joint} (servo {servo_id}) gets {volts} V, outside the {low} to {high} V it allows, "
    "so the arm was stopped.",
    hint="Check the power supply and its plug, then engage again.",
):
    pass


class JointBlocked(
    DeviceError,
    code="joint_blocked",
    sentence="{joint} (servo {servo_id}) stays behind its target and does not get on, so the arm "
    "was stopped and holds.",
    hint="Clear its way, then engage again.",
):
    pass


class ServoWarm(
    DeviceError,
    code="servo_warm",
    sentence="{joint} (servo {servo_id}) has {celsius} °C; it drops its torque at {limit} °C.",
    hint="Let the arm rest soon.",
):
    """A warning: nothing was stopped."""


class ServoHotSoon(
    DeviceError,
    code="servo_hot_soon",
    sentence="{joint} (servo {servo_id}) has {celsius} °C and gets warmer; in about {minutes} min "
    "it drops its torque, at {limit} °C.",
    hint="Let the arm rest before that.",
):
    """A warning: nothing was stopped."""


class SupplySagging(
    DeviceError,
    code="supply_sagging",
    sentence="{joint} (servo {servo_id}) gets only {volts} V; below {low} V it may let go.",
    hint="Check the power supply; a stronger one may be needed.",
):
    """A warning: nothing was stopped."""
