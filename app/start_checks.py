"""What is missing before the arm can move or a recording can start: rules without effects.

The session enforces the same rules; these say it before the button is pressed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from app.remedies import Remedy
from lerobot_core.errors import Facts
from lerobot_core.files import reserve_mb
from lerobot_core.workers.protocol import DeviceReading, DeviceState, Phase

LITTLE_DISK_HOURS = 2.0

DRIVING = frozenset(
    {Phase.TELEOPERATING, Phase.RECORDING, Phase.RESETTING, Phase.SAVING, Phase.GOING_TO_REST}
)


class SessionLife(Enum):
    """The session's process, as the window sees it."""

    ABSENT = auto()
    STARTING = auto()
    RUNNING = auto()
    SILENT = auto()  # it runs, but does not answer
    ENDED = auto()  # in order, or not: a problem tells


@dataclass(frozen=True)
class Check:
    """One line of “before you can start”. The words are in ``app.check_text``."""

    code: str
    is_must: bool = True  # else a remark: one can start
    facts: Facts = field(default_factory=dict)
    remedy: Remedy | None = None
    is_wait: bool = False  # it passes by itself: nothing to do, and nothing is wrong


def session_checks(
    life: SessionLife, phase: Phase, devices: Iterable[DeviceReading]
) -> list[Check]:
    """What keeps the arm from being driven."""
    if life in (SessionLife.ABSENT, SessionLife.ENDED):
        return [Check("session_absent", remedy=Remedy.RESTART_SESSION)]
    if life is SessionLife.SILENT:
        return [Check("session_silent", remedy=Remedy.RESTART_SESSION)]
    if life is SessionLife.STARTING or phase is Phase.CONNECTING:
        return [Check("connecting", is_wait=True)]
    if phase is Phase.GOING_TO_REST:
        return [Check("going_to_rest", is_wait=True)]
    checks = [check for device in devices if (check := _device_check(device))]
    if phase is Phase.DISCONNECTED and not any(check.is_must for check in checks):
        checks.insert(0, Check("disconnected", remedy=Remedy.TRY_AGAIN))
    return checks


def _device_check(device: DeviceReading) -> Check | None:
    facts: Facts = {"device": device.name, "word": device.word}
    code = "camera" if device.role == "camera" else "arm"
    if device.state is DeviceState.BAD:
        return Check(f"{code}_failed", facts=facts, remedy=Remedy.TRY_AGAIN)
    if device.state is DeviceState.WARN:
        return Check(f"{code}_remark", is_must=False, facts=facts)
    if device.state is DeviceState.WORKING:
        return Check(f"{code}_opening", facts=facts, is_wait=True)
    return None


def disk_checks(free_mb: int | None, needed_mb_per_hour: float) -> list[Check]:
    """Whether the disk has room. ``free_mb`` is None until it was looked at."""
    if free_mb is None:
        return []
    facts: Facts = {"free_gb": f"{free_mb * 2**20 / 1e9:.1f}"}
    if free_mb < reserve_mb():
        facts = {"free_mb": free_mb}
        return [Check("disk_full", facts=facts, remedy=Remedy.OPEN_DATASET_FOLDER)]
    if needed_mb_per_hour and free_mb / needed_mb_per_hour < LITTLE_DISK_HOURS:
        facts["minutes"] = round(60 * free_mb / needed_mb_per_hour)
        return [Check("little_disk", is_must=False, facts=facts, remedy=Remedy.OPEN_DATASET_FOLDER)]
    return []


def can_start(checks: Sequence[Check]) -> bool:
    return not any(check.is_must for check in checks)
