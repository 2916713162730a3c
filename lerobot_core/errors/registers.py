"""Single registers of a servo, changed by hand, and backups of them."""

from lerobot_core.errors.base import DeviceError


class RegisterProtected(
    DeviceError,
    code="register_protected",
    sentence="{register} of servo {servo_id} cannot be changed here.",
    hint="Ids and baud rates are given by the id set-up, and goals by moving the arm.",
):
    pass


class RegisterOutOfRange(
    DeviceError,
    code="register_out_of_range",
    sentence="{register} of servo {servo_id} cannot be {value}.",
    hint="Possible is: {possible}.",
):
    pass


class ServoHasTorque(
    DeviceError,
    code="servo_has_torque",
    sentence="Servo {servo_id} has torque, so its {register} cannot be changed.",
    hint="Support the arm, release it, and try again.",
):
    pass


class RegisterNotKept(
    DeviceError,
    code="register_not_kept",
    sentence="Servo {servo_id} did not keep {register} = {value}.",
    hint="Check its cable and the power supply, then try again.",
):
    pass


class BackupDamaged(
    DeviceError,
    code="backup_damaged",
    sentence="The backup of a servo cannot be used: {reason}.",
    hint="Choose another backup, or make a new one.",
):
    pass


class BackupOfOtherModel(
    DeviceError,
    code="backup_of_other_model",
    sentence="The backup is of a {found}, but servo {servo_id} is a {expected}.",
    hint="Choose a backup of a servo of the same model.",
):
    pass
