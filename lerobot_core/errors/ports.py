"""Ports, sessions of other programs, and what stands behind a port."""

from lerobot_core.errors.base import DeviceError


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
