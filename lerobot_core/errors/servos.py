"""Servos, and what keeps an arm from moving."""

from lerobot_core.errors.base import DeviceError, WorkbenchError


class ServoNotResponding(
    DeviceError,
    code="servo_not_responding",
    sentence="Servo {servo_id} does not answer.",
    hint="Check the arm's power supply and the cable to this servo.",
):
    pass


class BadReply(
    DeviceError,
    code="bad_reply",
    sentence="Servo {servo_id} sent a damaged reply.",
    hint="Check the cable to this servo; a loose plug does this.",
):
    pass


class ServosMissing(
    DeviceError,
    code="servos_missing",
    sentence="{missing} of {device} did not answer.",
    hint="Check the arm's power supply and the cable in front of the first silent servo.",
):
    pass


class WrongServoModel(
    DeviceError,
    code="wrong_servo_model",
    sentence="Servo {servo_id} of {device} is model {found}, but {expected} was expected.",
    hint="Choose the right port or the right robot in Set up.",
):
    pass


class FirmwareMixed(
    DeviceError,
    code="firmware_mixed",
    sentence="The servos of {device} have different firmware: {versions}.",
    hint="Update them all to the same version with Feetech's debugging software (FD).",
):
    pass


class ServoLost(
    DeviceError,
    code="servo_lost",
    sentence="{joint} (servo {servo_id}) missed {ticks} readings in a row, so the arm was stopped.",
    hint="Check the cable to servo {servo_id}, then engage again.",
):
    pass


class TorqueNotOff(
    DeviceError,
    code="torque_not_off",
    sentence="Torque could not be switched off: {servos} did not confirm it.",
    hint="Support the arm and switch its power supply off.",
):
    pass


class GoalNotTaken(
    DeviceError,
    code="goal_not_taken",
    sentence="{joint} (servo {servo_id}) does not take its position as its target.",
    hint="Check the cable to servo {servo_id}. If torque is on, support the arm and release it.",
):
    pass


class RestBlocked(
    DeviceError,
    code="rest_blocked",
    sentence="{joint} is held up on the way to the rest pose, so the arm stopped and holds.",
    hint="Clear its way and go to rest again, or support the arm and release it.",
):
    pass


class ServoAlarm(
    DeviceError,
    code="servo_alarm",
    sentence="Servo {servo_id} reports: {alarm}.",
    hint="Take the load off the arm, let the servo cool, and switch its power off and on.",
):
    pass


class SupplyVoltageWrong(
    DeviceError,
    code="supply_voltage_wrong",
    sentence="{device} gets {volts} V, outside the {low} to {high} V its servos allow.",
    hint="Check that the right power supply is plugged in.",
):
    pass


class RegisterValueInvalid(
    DeviceError,
    code="register_value_invalid",
    sentence="{value} does not fit into {register} of servo {servo_id}.",
    hint="Calibrate the arm again.",
):
    pass


class ServosStopped(
    DeviceError,
    code="servos_stopped",
    sentence="The servos of {device} heard nothing for {seconds} s, so they stopped by themselves.",
    hint="Engage again when the arm is where you want it; a script calls enable_torque().",
):
    pass


class ServoRefused(
    DeviceError,
    code="servo_refused",
    sentence="{joint} (servo {servo_id}) refuses {what}: {reason}.",
    hint="Release the arm, switch its power off and on, and try again.",
):
    pass


class UnsafeAction(
    WorkbenchError,
    code="unsafe_action",
    sentence="The target for {joint} was not a number ({value}), so the arm was stopped.",
    hint="Check the teleoperator, then engage again.",
):
    pass
