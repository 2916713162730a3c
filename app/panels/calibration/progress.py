"""How far the sweep of one joint is. Pure: no Qt."""

from enum import StrEnum

from lerobot_core.motors.travel import Verdict
from lerobot_core.workers.protocol import (
    SweepSeen,
)

LEAST_DEG = 5.0
"""A joint that was moved by less was not meant."""


class Progress(StrEnum):
    """How far the sweep of one joint is."""

    UNMOVED = "unmoved"
    TOO_LITTLE = "too_little"
    COMPLETE = "complete"
    TOO_MUCH = "too_much"
    ACCEPTED = "accepted"  # unusual, and said to be right
    NO_NEED = "no_need"  # it turns all the way round
    WRONG_MIDDLE = "wrong_middle"  # of such a joint
    SILENT = "silent"


READY = frozenset({Progress.COMPLETE, Progress.ACCEPTED, Progress.NO_NEED})


def can_accept(sweep: SweepSeen) -> bool:
    """Whether its travel is unusual, and yet one that an arm may have."""
    if sweep.is_full_turn:
        return sweep.meets_seam
    return sweep.verdict != Verdict.PLAUSIBLE and LEAST_DEG <= sweep.travel_deg < 359


def progress_of(sweep: SweepSeen, *, is_accepted: bool) -> Progress:
    """``is_accepted``: the operator says that its unusual travel is right."""
    accepts = is_accepted and can_accept(sweep)
    if sweep.is_full_turn:
        if sweep.meets_seam:
            return Progress.ACCEPTED if accepts else Progress.WRONG_MIDDLE
        return Progress.NO_NEED
    if sweep.verdict == Verdict.PLAUSIBLE:
        return Progress.COMPLETE
    if accepts:
        return Progress.ACCEPTED
    if sweep.verdict == Verdict.TOO_LARGE:
        return Progress.TOO_MUCH
    return Progress.TOO_LITTLE if sweep.travel_deg >= LEAST_DEG else Progress.UNMOVED
