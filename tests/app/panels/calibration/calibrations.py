"""What the set-up worker says of a calibration, for tests that do not need one."""

from dataclasses import replace

from app.panels.calibration.arms import arms_of
from app.panels.calibration.events import after, beginning
from app.panels.calibration.state import CalibrateState
from lerobot_core.control.virtual import virtual_rig
from lerobot_core.workers.protocol import (
    CalibrationNow,
    CalibrationValues,
    ChangeSeen,
    SignSeen,
    SweepSeen,
)

ARMS = arms_of(virtual_rig())
FOLLOWER = ARMS[0]

UNMOVED = SweepSeen(2000, 2002, 2001, 0.2, "too_small", 136, 242)
HALF = SweepSeen(1500, 2500, 2500, 88, "too_small", 136, 242)
WHOLE = SweepSeen(900, 3100, 3000, 193, "plausible", 136, 242)
FAR = SweepSeen(200, 3800, 3000, 316, "too_large", 136, 242)
TURNING = SweepSeen(1000, 3000, 2000, 176, "plausible", 0, 0, is_full_turn=True)
OFF_MIDDLE = replace(TURNING, meets_seam=True)

JOINTS = ["shoulder_pan", "elbow_flex", "wrist_roll"]
VALUES = CalibrationValues(-1107, 945, 3149)
RELEASE = CalibrationNow("release", JOINTS, "so_follower", "follower.json", volts=7.4)


def sweeping(**sweeps: SweepSeen) -> CalibrationNow:
    """Joints that are not named are swept."""
    all_of_them = {"shoulder_pan": WHOLE, "elbow_flex": WHOLE, "wrist_roll": TURNING, **sweeps}
    return replace(RELEASE, stage="sweep", sweeps=all_of_them)


SIGNS = replace(
    sweeping(),
    stage="signs",
    signs={
        "shoulder_pan": SignSeen("to the right", "unchecked", False),
        "elbow_flex": SignSeen("down", "as_named", False),
    },
)
REVIEW = replace(
    sweeping(),
    stage="review",
    changes={"elbow_flex": ChangeSeen(CalibrationValues(-1100, 950, 3150), VALUES, VALUES)},
)


def state_at(now: CalibrationNow | None = None, joint: str = "") -> CalibrateState:
    """The follower of the virtual rig, at this point of its calibration."""
    state = CalibrateState(arms=ARMS, chosen="follower")
    return state if now is None else after(beginning(state, joint), now)
