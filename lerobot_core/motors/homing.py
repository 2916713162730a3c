"""Where a joint's zero and the seam of its encoder go: the arithmetic of calibrating.

An encoder counts 0 to R − 1 in one turn and then starts again; that place is the seam. A servo
adds or subtracts its homing offset, and no joint may meet the seam of what is then read.

“Encoder counts” here are what a servo would report with no offset and in its normal direction.
They go on beyond a turn, so that a joint that passes the seam is at 4100 and not at 4.
"""

from dataclasses import dataclass

from lerobot_core.motors.calibration import MotorCalibration
from lerobot_core.types import NormMode

FRAME_TOLERANCE_DEG = 1.0
"""By so much two sweeps of the same joint differ: how hard somebody pushed against the stops."""

HALF_TOOTH_DEG = 7.2
"""Half of what a horn turns when it is put on one tooth further: the spline has 25 (data sheet of
the STS3215)."""

_SPARE_COUNTS = 4  # of a turn, which a travel must leave free: the seam needs a place to be


@dataclass(frozen=True)
class Homing:
    """How servos of a brand use what a calibration writes to them.

    Source: the memory tables of Feetech's STS series and of Dynamixel's X series.
    """

    offset_sign: int  # what is read = counts + offset_sign · Homing_Offset
    inverts_counts: bool  # the drive mode lives in the servo and turns what it reads

    def direction(self, drive_mode: int) -> int:
        """−1 where what is read falls while the encoder counts up."""
        return -1 if self.inverts_counts and drive_mode else 1


FEETECH = Homing(offset_sign=-1, inverts_counts=False)
DYNAMIXEL = Homing(offset_sign=1, inverts_counts=True)


@dataclass(frozen=True)
class Travel:
    """What a joint has passed through in a sweep, in encoder counts."""

    now: int
    low: int
    high: int

    @classmethod
    def starting_at(cls, counts: int) -> "Travel":
        return cls(counts, counts, counts)

    @property
    def span(self) -> int:
        return self.high - self.low

    @property
    def middle(self) -> int:
        return (self.low + self.high) // 2

    def moved_to(self, counts: int, resolution: int) -> "Travel":
        """The joint is at ``counts`` of any turn: it went there by the shorter way."""
        now = self.now + _shortest(counts - self.now, resolution)
        return Travel(now, min(self.low, now), max(self.high, now))


def encoder_counts(position: int, held: MotorCalibration, homing: Homing) -> int:
    """What the encoder counts while a servo that holds ``held`` reads ``position``."""
    counts = position - homing.offset_sign * held.homing_offset
    return homing.direction(held.drive_mode) * counts


def reading(counts: int, held: MotorCalibration, homing: Homing, resolution: int) -> int:
    """What a servo that holds ``held`` reads, 0 to R − 1, while its encoder is at ``counts``."""
    turned = homing.direction(held.drive_mode) * counts
    return (turned + homing.offset_sign * held.homing_offset) % resolution


def turns_beyond(
    position: int, held: MotorCalibration, *, tolerance: int = 0, resolution: int = 4096
) -> int | None:
    """How many whole turns ``position`` is beyond the place in the range that it stands for.

    A servo that counts its turns begins with the first at every start, on whichever side of the
    seam it was left. None: no place in the range, or up to ``tolerance`` outside, stands there,
    or two do.
    """
    for slack in (0, tolerance):
        least = -((held.range_max + slack - position) // resolution)
        most = (position - held.range_min + slack) // resolution
        if least <= most:
            return least if least == most else None
    return None


def largest_offset(resolution: int) -> int:
    """What fits into the Homing_Offset register of a Feetech servo: ±2047 for 4096."""
    return resolution // 2 - 1


def longest_travel(resolution: int) -> int:
    """Counts beyond which a joint has no place for the seam, and must be a full-turn one."""
    return resolution - _SPARE_COUNTS


def calibrate_travel(
    servo_id: int,
    travel: Travel,
    homing: Homing,
    *,
    drive_mode: int = 0,
    resolution: int = 4096,
) -> MotorCalibration:
    """The calibration with which a travel lies round the middle of a turn, the seam outside.

    Raises:
        ValueError: the travel is empty, or too long to leave a place for the seam.
    """
    return _calibrate_range(
        servo_id, travel, (travel.low, travel.high), homing, drive_mode, resolution
    )


def calibrate_full_turn(
    servo_id: int,
    middle: int,
    homing: Homing,
    *,
    drive_mode: int = 0,
    resolution: int = 4096,
) -> MotorCalibration:
    """The calibration of a joint without ends: ``middle`` reads as the middle of the turn."""
    offset = _offset_for(homing.direction(drive_mode) * middle, homing, resolution)
    return MotorCalibration(servo_id, drive_mode, offset, 0, resolution - 1)


def calibrate_in_frame(
    travel: Travel,
    old: MotorCalibration,
    mode: NormMode,
    homing: Homing,
    *,
    is_same_servo: bool,
    resolution: int = 4096,
) -> MotorCalibration:
    """A new calibration of one joint, with which old values mean the same pose.

    The old zero and ends are found by their counts if this servo holds ``old``; a servo or a horn
    that was changed counts otherwise, and there they are found by the middle of the travel, which
    the stops of the arm define. Degrees keep their
    zero and reach as far to both sides as the travel allows. Percent keep their ends, unless
    the travel no longer reaches them; ``change_of_values`` tells what that does.

    Raises:
        ValueError: as ``calibrate_travel``; or nothing of the old range can be reached.
    """
    low, high = old_frame(travel, old, homing, is_same_servo=is_same_servo, resolution=resolution)
    if mode is NormMode.DEGREES:
        half_doubled = min(low + high - 2 * travel.low, 2 * travel.high - low - high)
        ends = (low + high - half_doubled) // 2, (low + high + half_doubled) // 2
    else:
        slack = _tolerance(resolution)
        ends = (
            low if low >= travel.low - slack else travel.low,
            high if high <= travel.high + slack else travel.high,
        )
    return _calibrate_range(old.id, travel, ends, homing, old.drive_mode, resolution)


def old_frame(
    travel: Travel,
    old: MotorCalibration,
    homing: Homing,
    *,
    is_same_servo: bool,
    resolution: int = 4096,
) -> tuple[int, int]:
    """Where the ends of the old range are, in the counts of this sweep."""
    low, high = _ends(old, homing)
    middle = (low + high) // 2
    turns = round((travel.middle - middle) / resolution) * resolution
    is_moved = _is_moved(travel, low + turns, high + turns, resolution)
    shift = turns if is_same_servo and not is_moved else travel.middle - middle
    return low + shift, high + shift


def _is_moved(travel: Travel, low: int, high: int, resolution: int) -> bool:
    """Whether the horn sits on other teeth: the joint goes on beyond one old end and not as far
    as the other. One that only falls short was not moved to its stop; its zero stays.
    """
    half_tooth = round(HALF_TOOTH_DEG * resolution / 360)
    below, above = low - travel.low, travel.high - high  # beyond the old ends; negative: short
    return max(below, above) > half_tooth and min(below, above) < -half_tooth


def change_of_values(
    old_ends: tuple[int, int],
    new: MotorCalibration,
    mode: NormMode,
    homing: Homing,
    resolution: int = 4096,
) -> tuple[float, float]:
    """(scale, shift): an old value ``v`` is called ``scale · v + shift`` from now on.

    ``old_ends`` are those of ``old_frame``; the drive mode is the old one.
    """
    low, high = _ends(new, homing)
    old_low, old_high = old_ends
    direction = homing.direction(new.drive_mode)
    # The two may be told apart by whole turns, which mean nothing here.
    between = _shortest_half(old_low + old_high - low - high, resolution)
    if mode is NormMode.DEGREES:
        return 1.0, direction * between * 360 / (resolution - 1)
    scale = (old_high - old_low) / (high - low)
    shift = between / (high - low) * (-1 if new.drive_mode else 1)  # of half a range
    if mode is NormMode.RANGE_0_100:
        return scale, 50 * (1 - scale) + 100 * shift
    return scale, 200 * shift


def _calibrate_range(
    servo_id: int,
    travel: Travel,
    ends: tuple[int, int],
    homing: Homing,
    drive_mode: int,
    resolution: int,
) -> MotorCalibration:
    if not 0 < travel.span <= longest_travel(resolution) or ends[0] >= ends[1]:
        raise ValueError(f"servo {servo_id}: {travel} leaves no range with a place for the seam")
    direction = homing.direction(drive_mode)
    offset = _offset_for(direction * travel.middle, homing, resolution)
    # From the middle of the travel, since its reading is far from the seam.
    held = MotorCalibration(servo_id, drive_mode, offset, 0, resolution - 1)
    middle = reading(travel.middle, held, homing, resolution)
    low, high = sorted(middle + direction * (end - travel.middle) for end in ends)
    return MotorCalibration(servo_id, drive_mode, offset, max(low, 0), min(high, resolution - 1))


def _offset_for(turned_counts: int, homing: Homing, resolution: int) -> int:
    """The offset that makes ``turned_counts`` read as the middle, 2047 for 4096.

    One place of 4096 would need ±2048, which the register has no room for: it reads as 2048.
    """
    middle = (resolution - 1) // 2
    moved_by = max(_shortest(middle - turned_counts, resolution), -largest_offset(resolution))
    return homing.offset_sign * moved_by


def _ends(calibration: MotorCalibration, homing: Homing) -> tuple[int, int]:
    low, high = sorted(
        encoder_counts(end, calibration, homing)
        for end in (calibration.range_min, calibration.range_max)
    )
    return low, high


def _shortest(counts: int, resolution: int) -> int:
    """The same place of the turn, from −R/2 to R/2 − 1."""
    half = resolution // 2
    return (counts + half) % resolution - half


def _shortest_half(doubled: int, resolution: int) -> float:
    """Half of ``doubled``, without the whole turns in it."""
    return _shortest(doubled, 2 * resolution) / 2


def _tolerance(resolution: int) -> int:
    return round(FRAME_TOLERANCE_DEG * resolution / 360)
