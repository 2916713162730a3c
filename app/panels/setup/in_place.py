"""Giving ids in place: servos that stay plugged in, and whose ids differ. Pure: no Qt."""

from collections.abc import Mapping, Sequence

from app.panels.setup.arm_look import ArmLook

_SHARED = frozenset({"duplicate_id", "silent_beside_duplicates"})


def ids_wanted(arm: ArmLook) -> dict[str, int]:
    """Joint → the id that it is to have, as far as a scan for this arm has told."""
    if arm.scan is None or not arm.scan.kind:
        return {}
    return {servo.joint: servo.servo_id for servo in arm.scan.servos if servo.joint}


def ids_present(arm: ArmLook) -> list[int]:
    """Those that answered the scan, in order; none where two servos may share one."""
    if arm.scan is None or any(finding.code in _SHARED for finding in arm.scan.findings):
        return []
    return sorted({servo.servo_id for servo in arm.scan.servos if servo.answers})


def can_stay_plugged_in(arm: ArmLook) -> bool:
    """There is a servo with an id of its own for every joint."""
    wanted = ids_wanted(arm)
    return bool(wanted) and len(ids_present(arm)) >= len(wanted)


def likely(wanted: Mapping[str, int], present: Sequence[int]) -> dict[str, int]:
    """Joint → present id: its own where that answers, else the others in the order of the arm."""
    own = {joint: number for joint, number in wanted.items() if number in present}
    others = iter(number for number in present if number not in own.values())
    missing = sorted((number, joint) for joint, number in wanted.items() if joint not in own)
    given = own | {joint: number for (_, joint), number in zip(missing, others, strict=False)}
    return {joint: given[joint] for joint in wanted if joint in given}


def taken_twice(present: Mapping[str, int]) -> list[int]:
    """Ids that were chosen for more than one joint."""
    chosen = list(present.values())
    return sorted({number for number in chosen if chosen.count(number) > 1})
