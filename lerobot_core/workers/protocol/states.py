"""What a session does, and how a device is."""

from enum import StrEnum


class Phase(StrEnum):
    """What a session does; the worker's truth, the same on every screen."""

    DISCONNECTED = "disconnected"
    CONNECTING = "connecting"
    IDLE = "idle"  # connected, torque off
    TELEOPERATING = "teleoperating"
    RECORDING = "recording"
    RESETTING = "resetting"  # between episodes: the teleoperator drives, nothing is recorded
    SAVING = "saving"
    HOLDING = "holding"  # stopped, torque on
    GOING_TO_REST = "going_to_rest"


class DeviceState(StrEnum):
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    NONE = "none"
    WORKING = "working"
