"""Which calibration an arm holds, so that a forgotten one is found in the library."""

from contextlib import ExitStack

from lerobot_core.motors.provenance import fingerprint
from lerobot_core.workers.protocol import CalibrationHeld, CalibrationValues, ReadCalibration
from lerobot_core.workers.setup.arms import arm_of
from lerobot_core.workers.setup.desk import Desk


class Recognizing:
    """Reads once; writes nothing."""

    def __init__(self, asked: ReadCalibration) -> None:
        self._asked = asked

    def __call__(self, desk: Desk) -> None:
        asked = self._asked
        arm = arm_of(asked.arm, is_robot=asked.is_robot, side=asked.side)
        with ExitStack() as stack:
            desk.take(stack, arm.port)
            arm.open(reads_file=False)
            stack.callback(arm.close)
            held = arm.bus.read_calibration()
        values = {
            joint: CalibrationValues(
                motor.homing_offset, motor.range_min, motor.range_max, motor.drive_mode
            )
            for joint, motor in held.items()
        }
        desk.tell(CalibrationHeld(arm.port, values, fingerprint(held)))
