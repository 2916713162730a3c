import pytest

from app.check_text import CHECKS, check_text
from app.remedies import Remedy
from app.start_checks import (
    Check,
    SessionLife,
    can_start,
    disk_checks,
    session_checks,
)
from lerobot_core.files import DISK_RESERVE_MB
from lerobot_core.workers.protocol import DeviceReading, DeviceState, Phase

FOLLOWER = DeviceReading("follower", "robot", DeviceState.OK)
LOST_CAMERA = DeviceReading("wrist", "camera", DeviceState.BAD, "unplugged")
SLOW_CAMERA = DeviceReading("top", "camera", DeviceState.WARN, "20 of 30 fps")
OPENING = DeviceReading("leader", "teleoperator", DeviceState.WORKING, "connecting")

CASES = [
    (SessionLife.ABSENT, Phase.DISCONNECTED, [], ["session_absent"]),
    (SessionLife.ENDED, Phase.DISCONNECTED, [], ["session_absent"]),
    (SessionLife.ENDED, Phase.HOLDING, [], ["session_absent"]),
    (SessionLife.STARTING, Phase.DISCONNECTED, [], ["connecting"]),
    (SessionLife.SILENT, Phase.TELEOPERATING, [FOLLOWER], ["session_silent"]),
    (SessionLife.RUNNING, Phase.CONNECTING, [], ["connecting"]),
    (SessionLife.RUNNING, Phase.DISCONNECTED, [], ["disconnected"]),
    (SessionLife.RUNNING, Phase.DISCONNECTED, [FOLLOWER], ["disconnected"]),
    (SessionLife.RUNNING, Phase.DISCONNECTED, [LOST_CAMERA], ["camera_failed"]),
    (SessionLife.RUNNING, Phase.IDLE, [FOLLOWER], []),
    (SessionLife.RUNNING, Phase.IDLE, [FOLLOWER, LOST_CAMERA], ["camera_failed"]),
    (SessionLife.RUNNING, Phase.IDLE, [OPENING], ["arm_opening"]),
    (SessionLife.RUNNING, Phase.IDLE, [SLOW_CAMERA], ["camera_remark"]),
]


@pytest.mark.parametrize(("life", "phase", "devices", "codes"), CASES)
def test_what_keeps_the_arm_from_being_driven(
    life: SessionLife, phase: Phase, devices: list[DeviceReading], codes: list[str]
) -> None:
    assert [check.code for check in session_checks(life, phase, devices)] == codes


def test_a_remark_does_not_keep_one_from_starting() -> None:
    assert can_start(session_checks(SessionLife.RUNNING, Phase.IDLE, [SLOW_CAMERA]))
    assert not can_start(session_checks(SessionLife.RUNNING, Phase.IDLE, [LOST_CAMERA]))


@pytest.mark.parametrize(
    ("free_mb", "per_hour", "codes"),
    [
        (None, 0.0, []),
        (80_000, 0.0, []),
        (80_000, 2000.0, []),
        (3000, 2000.0, ["little_disk"]),
        (DISK_RESERVE_MB - 1, 0.0, ["disk_full"]),
    ],
)
def test_what_is_said_of_the_disk(free_mb: int | None, per_hour: float, codes: list[str]) -> None:
    checks = disk_checks(free_mb, per_hour)
    assert [check.code for check in checks] == codes
    assert can_start(checks) == (codes != ["disk_full"])


FACTS = {"device": "wrist", "word": "unplugged", "name": "lab/cubes", "free_mb": 100}


@pytest.mark.parametrize("code", sorted(CHECKS))
def test_every_check_has_words(code: str) -> None:
    text = check_text(Check(code, facts=FACTS | {"free_gb": "1.0", "minutes": 30}))
    assert text.what
    assert text.why
    assert "{" not in text.what + text.why


def test_a_failed_device_offers_to_try_again() -> None:
    [check] = session_checks(SessionLife.RUNNING, Phase.IDLE, [LOST_CAMERA])
    assert check.remedy is Remedy.TRY_AGAIN
    assert check_text(check).why == "It reports: unplugged."
