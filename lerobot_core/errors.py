"""Failures that an operator can do something about.

Each error has a ``code`` (stable, for translation), ``facts`` (what differs from case to case),
an English ``sentence`` that says what happened, and a ``hint`` that says what to try.
The sentence and the hint are templates of ours; facts only ever fill their gaps.

    WorkbenchError
    ├── DeviceError
    │   ├── PortNotFound · PortPermissionDenied · PortBusy · PortLost
    │   ├── ServoNotResponding · BadReply · ServosMissing · WrongServoModel · ServoLost
    │   ├── FirmwareMixed
    │   ├── TorqueNotOff · GoalNotTaken · ServoAlarm · SupplyVoltageWrong · RegisterValueInvalid
    │   ├── RestBlocked
    │   ├── CalibrationMissing · CalibrationDamaged · CalibrationMismatch
    │   ├── CameraNotFound · CameraLost · MediaLost
    │   ├── DeviceNotConnectedError · DeviceAlreadyConnectedError
    │   ├── DeviceInUse · BenchUnavailable
    │   └── GuardUnavailable · GuardActed · HeartbeatLost
    ├── UnsafeAction
    ├── DatasetError
    │   ├── DatasetExists · DatasetNotFound · DatasetDamaged · DatasetNameInvalid
    │   ├── TaskMissing · FrameMismatch · EpisodeEmpty
    │   ├── TimestampsInvalid · VideoDamaged
    │   └── DiskFull
    ├── SessionError
    │   └── SessionNotStarted · SessionEnded · SessionSilent
    ├── JobVanished
    ├── UnknownChoice · SettingInvalid
    └── LibraryMissing
"""

from typing import ClassVar

Fact = str | int | float
Facts = dict[str, Fact]

ERRORS: dict[str, type["WorkbenchError"]] = {}
"""Every error by its code, so that one reported by a worker finds its sentence again."""


class WorkbenchError(Exception):
    """A failure to be shown to the operator.

    Raises:
        KeyError: a fact that the sentence or the hint speaks of was not given.
    """

    code: ClassVar[str] = "failure"
    sentence: ClassVar[str] = "Something went wrong."
    hint_template: ClassVar[str] = ""

    def __init_subclass__(
        cls, *, code: str, sentence: str, hint: str = "", **kwargs: object
    ) -> None:
        super().__init_subclass__(**kwargs)
        if code in ERRORS:
            raise TypeError(f"two errors are both called {code!r}")
        cls.code, cls.sentence, cls.hint_template = code, sentence, hint
        ERRORS[code] = cls

    def __init__(self, **facts: Fact) -> None:
        self.facts: Facts = facts
        super().__init__(self.sentence.format(**facts))

    @property
    def hint(self) -> str:
        """What to try next; empty when there is nothing to be done but to look at the sentence."""
        return self.hint_template.format(**self.facts)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.code, self.facts)


def _rebuild(code: str, facts: Facts) -> WorkbenchError:
    return ERRORS[code](**facts)


class DeviceError(
    WorkbenchError, code="device", sentence="A device failed: {what}", hint="Try to connect again."
):
    """An arm, a port or a camera does not do its part."""


# Ports


class PortNotFound(
    DeviceError,
    code="port_not_found",
    sentence="There is no device at {port}.",
    hint="Plug the adapter in, or choose another port in Set up.",
):
    pass


class PortPermissionDenied(
    DeviceError,
    code="port_permission_denied",
    sentence="You are not allowed to open {port}.",
    hint="Add yourself to its group: sudo usermod -aG dialout $USER, then log in again.",
):
    pass


class PortBusy(
    DeviceError,
    code="port_busy",
    sentence="Another program is using {port}.",
    hint="Close the other program, then try again.",
):
    pass


class PortLost(
    DeviceError,
    code="port_lost",
    sentence="The connection to {port} was lost.",
    hint="Check the USB cable and the adapter, then try again.",
):
    pass


# Servos


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


# Calibration


class CalibrationMissing(
    DeviceError,
    code="calibration_missing",
    sentence="{device} has no calibration.",
    hint="Calibrate it first.",
):
    pass


class CalibrationDamaged(
    DeviceError,
    code="calibration_damaged",
    sentence="The calibration file {path} cannot be used: {reason}.",
    hint="Calibrate the arm again, or put back a copy of the file.",
):
    pass


class CalibrationMismatch(
    DeviceError,
    code="calibration_mismatch",
    sentence="{device} is not the arm this calibration was made for: {joint} differs.",
    hint="Check that the two arms are not swapped, or calibrate this one.",
):
    pass


# Cameras


class CameraNotFound(
    DeviceError,
    code="camera_not_found",
    sentence="Camera “{camera}” was not found at {address}.",
    hint="Plug it in, or choose another camera in Set up.",
):
    pass


class CameraLost(
    DeviceError,
    code="camera_lost",
    sentence="Camera “{camera}” stopped sending pictures.",
    hint="Check its USB cable, then try again.",
):
    pass


class MediaLost(
    DeviceError,
    code="media_lost",
    sentence="The program that reads and records the cameras stopped.",
    hint="The arm is not affected and saved episodes are safe. Open the cameras again.",
):
    pass


# Connections and leases


class DeviceNotConnectedError(
    DeviceError,
    ConnectionError,
    code="not_connected",
    sentence="{device} is not connected.",
    hint="Connect it first.",
):
    pass


class DeviceAlreadyConnectedError(
    DeviceError,
    ConnectionError,
    code="already_connected",
    sentence="{device} is already connected.",
    hint="Disconnect it first.",
):
    pass


class DeviceInUse(
    DeviceError,
    code="device_in_use",
    sentence="{device} is in use by another session of this program.",
    hint="End the other session, then try again.",
):
    pass


class BenchUnavailable(
    DeviceError,
    code="bench_unavailable",
    sentence="The virtual bench “{bench}” did not start: {reason}",
    hint="Look at its log, then try again.",
):
    pass


class GuardUnavailable(
    DeviceError,
    code="guard_unavailable",
    sentence="The guard that watches over the arm did not start: {reason}",
    hint="Torque stays off without it. Start the session again.",
):
    pass


class HeartbeatLost(
    DeviceError,
    code="heartbeat_lost",
    sentence="The window stopped answering, so the arm was stopped and holds.",
    hint="Engage again when the window answers.",
):
    pass


class GuardActed(
    DeviceError,
    code="guard_acted",
    sentence="The session did not answer for a moment, so the guard {action}.",
    hint="Engage again when the arm is where you want it.",
):
    pass


class UnsafeAction(
    WorkbenchError,
    code="unsafe_action",
    sentence="The target for {joint} was not a number ({value}), so the arm was stopped.",
    hint="Check the teleoperator, then engage again.",
):
    pass


# Datasets


class DatasetError(WorkbenchError, code="dataset", sentence="The dataset cannot be used: {what}"):
    """Something about a dataset on disk, or about what is to be written to it."""


class DatasetExists(
    DatasetError,
    code="dataset_exists",
    sentence="There is already a dataset called {name}.",
    hint="Choose another name; nothing was changed.",
):
    pass


class DatasetNotFound(
    DatasetError,
    code="dataset_not_found",
    sentence="There is no dataset at {path}.",
    hint="Check the name, or record one.",
):
    pass


class DatasetDamaged(
    DatasetError,
    code="dataset_damaged",
    sentence="{path} cannot be read: {reason}",
    hint="Run the dataset check.",
):
    pass


class DatasetNameInvalid(
    DatasetError,
    code="dataset_name_invalid",
    sentence="“{name}” is no name for a dataset.",
    hint="Use user/name, with letters, digits, “.”, “-” and “_”.",
):
    pass


class TaskMissing(
    DatasetError,
    code="task_missing",
    sentence="No task is given.",
    hint="Say in a few words what the robot does, for example “Put the cube in the bin”.",
):
    pass


class FrameMismatch(
    DatasetError,
    code="frame_mismatch",
    sentence="The frame does not fit the dataset: {reason}.",
    hint="Give every feature of the dataset with the shape and type it was created with.",
):
    pass


class EpisodeEmpty(
    DatasetError,
    code="episode_empty",
    sentence="The episode has no frames, so there is nothing to save.",
    hint="Record at least one frame.",
):
    pass


class TimestampsInvalid(
    DatasetError,
    code="timestamps_invalid",
    sentence="{feature}: {value} s is not on the grid of {fps} frames per second.",
    hint="Use multiples of the frame time.",
):
    pass


class VideoDamaged(
    DatasetError,
    code="video_damaged",
    sentence="{path} has no frame at {seconds} s.",
    hint="Run the dataset check; the episode can be recorded again.",
):
    pass


class DiskFull(
    DatasetError,
    code="disk_full",
    sentence="The disk that holds {path} is full ({free_mb} MB left).",
    hint="Free some space, then try again. Saved episodes are safe.",
):
    pass


# Sessions


class SessionError(
    WorkbenchError,
    code="session",
    sentence="The session failed: {what}",
    hint="Restart the session.",
):
    """The process that drives the arm is in trouble, seen from the window."""


class SessionNotStarted(
    SessionError,
    code="session_not_started",
    sentence="The session that drives the arm could not be started: {reason}",
    hint="Restart the session; if that fails again, install the program again.",
):
    pass


class SessionEnded(
    SessionError,
    code="session_ended",
    sentence="The session that drives the arm ended unexpectedly. {guard}",
    hint="Restart the session.",
):
    pass


class SessionSilent(
    SessionError,
    code="session_silent",
    sentence="The session that drives the arm does not answer. {guard}",
    hint="Wait for it, or restart the session.",
):
    pass


class JobVanished(
    WorkbenchError,
    code="job_vanished",
    sentence="The job “{job}” ended without a report.",
    hint="Open its log, then start it again.",
):
    pass


# Settings and libraries


class UnknownChoice(
    WorkbenchError,
    code="unknown_choice",
    sentence="“{kind}” is not known here.",
    hint="Known: {known}.",
):
    pass


class SettingInvalid(
    WorkbenchError,
    code="setting_invalid",
    sentence="{setting} cannot be used: {reason}.",
    hint="Correct it, then try again.",
):
    pass


class LibraryMissing(
    WorkbenchError,
    code="library_missing",
    sentence="{library} is not installed.",
    hint="Install it with: pip install 'lerobot-workbench[{extra}]'",
):
    pass
