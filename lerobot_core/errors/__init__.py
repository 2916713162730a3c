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
    │   ├── RestBlocked · ServosStopped · ServoRefused
    │   ├── ServoOverloaded · TorqueLost · ServoTooHot · ServoStraining · ServoDrawsTooMuch
    │   ├── SupplyFailing · JointBlocked · ServoWarm · ServoHotSoon · SupplySagging
    │   ├── RegisterProtected · RegisterOutOfRange · RegisterNotKept · ServoHasTorque
    │   ├── BackupDamaged · BackupOfOtherModel
    │   ├── CalibrationMissing · CalibrationDamaged · CalibrationMismatch
    │   ├── CalibrationNotSaved · JointOutsideRange
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
    ├── UnknownChoice · SettingInvalid · ArmNotDescribed
    └── LibraryMissing
"""

from lerobot_core.errors.base import ERRORS, DeviceError, Fact, Facts, WorkbenchError
from lerobot_core.errors.calibration import (
    CalibrationDamaged,
    CalibrationMismatch,
    CalibrationMissing,
    CalibrationNotSaved,
    JointOutsideRange,
)
from lerobot_core.errors.cameras import CameraLost, CameraNotFound, MediaLost
from lerobot_core.errors.datasets import (
    DatasetDamaged,
    DatasetError,
    DatasetExists,
    DatasetNameInvalid,
    DatasetNotFound,
    DiskFull,
    EpisodeEmpty,
    FrameMismatch,
    TaskMissing,
    TimestampsInvalid,
    VideoDamaged,
)
from lerobot_core.errors.ports import (
    BenchUnavailable,
    DeviceAlreadyConnectedError,
    DeviceInUse,
    DeviceNotConnectedError,
    GuardActed,
    GuardUnavailable,
    HeartbeatLost,
    PortBusy,
    PortLost,
    PortNotFound,
    PortPermissionDenied,
)
from lerobot_core.errors.protection import (
    JointBlocked,
    ServoDrawsTooMuch,
    ServoHotSoon,
    ServoOverloaded,
    ServoStraining,
    ServoTooHot,
    ServoWarm,
    SupplyFailing,
    SupplySagging,
    TorqueLost,
)
from lerobot_core.errors.registers import (
    BackupDamaged,
    BackupOfOtherModel,
    RegisterNotKept,
    RegisterOutOfRange,
    RegisterProtected,
    ServoHasTorque,
)
from lerobot_core.errors.servos import (
    BadReply,
    FirmwareMixed,
    GoalNotTaken,
    RegisterValueInvalid,
    RestBlocked,
    ServoAlarm,
    ServoLost,
    ServoNotResponding,
    ServoRefused,
    ServosMissing,
    ServosStopped,
    SupplyVoltageWrong,
    TorqueNotOff,
    UnsafeAction,
    WrongServoModel,
)
from lerobot_core.errors.sessions import (
    JobVanished,
    SessionEnded,
    SessionError,
    SessionNotStarted,
    SessionSilent,
)
from lerobot_core.errors.settings import (
    ArmNotDescribed,
    LibraryMissing,
    SettingInvalid,
    UnknownChoice,
)

__all__ = [
    "ArmNotDescribed",
    "BackupDamaged",
    "BackupOfOtherModel",
    "BadReply",
    "BenchUnavailable",
    "CalibrationDamaged",
    "CalibrationMismatch",
    "CalibrationMissing",
    "CalibrationNotSaved",
    "CameraLost",
    "CameraNotFound",
    "DatasetDamaged",
    "DatasetError",
    "DatasetExists",
    "DatasetNameInvalid",
    "DatasetNotFound",
    "DeviceAlreadyConnectedError",
    "DeviceError",
    "DeviceInUse",
    "DeviceNotConnectedError",
    "DiskFull",
    "ERRORS",
    "EpisodeEmpty",
    "Fact",
    "Facts",
    "FirmwareMixed",
    "FrameMismatch",
    "GoalNotTaken",
    "GuardActed",
    "GuardUnavailable",
    "HeartbeatLost",
    "JobVanished",
    "JointBlocked",
    "JointOutsideRange",
    "LibraryMissing",
    "MediaLost",
    "PortBusy",
    "PortLost",
    "PortNotFound",
    "PortPermissionDenied",
    "RegisterNotKept",
    "RegisterOutOfRange",
    "RegisterProtected",
    "RegisterValueInvalid",
    "RestBlocked",
    "ServoAlarm",
    "ServoHasTorque",
    "ServoDrawsTooMuch",
    "ServoHotSoon",
    "ServoLost",
    "ServoNotResponding",
    "ServoOverloaded",
    "ServoRefused",
    "ServoStraining",
    "ServoTooHot",
    "ServoWarm",
    "ServosMissing",
    "ServosStopped",
    "SessionEnded",
    "SessionError",
    "SessionNotStarted",
    "SessionSilent",
    "SettingInvalid",
    "SupplyFailing",
    "SupplySagging",
    "SupplyVoltageWrong",
    "TaskMissing",
    "TimestampsInvalid",
    "TorqueLost",
    "TorqueNotOff",
    "UnknownChoice",
    "UnsafeAction",
    "VideoDamaged",
    "WorkbenchError",
    "WrongServoModel",
]
