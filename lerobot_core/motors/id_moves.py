"""Changing the ids of servos that stay plugged in, where ids are distinct already."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lerobot_core.motors.brands import brand_of_arm, heeds_broadcasts
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.calibration import MAX_SERVO_ID
from lerobot_core.motors.findings import Finding
from lerobot_core.motors.id_judging import as_model, judge_servo, setup_done
from lerobot_core.motors.scan import ScanResult, scan_bus
from lerobot_core.motors.tables import DEFAULT_BAUDRATE
from lerobot_core.progress import Progress
from lerobot_core.serial.link import SerialLink


def give_ids_in_place(
    link: SerialLink,
    motors: Mapping[str, Motor],
    present_ids: Mapping[str, int],
    *,
    baudrate: int = DEFAULT_BAUDRATE,
    progress: Progress | None = None,
) -> list[Finding]:
    """Change the ids of servos that stay plugged in. ``setup_done`` of each, or what is wrong.

    At no moment do two servos have the same id, so after a failure, or a pulled plug, the arm
    can be scanned and the rest done again.

    Args:
        present_ids: Joint → the id that its servo has now.

    Raises:
        PortLost: the adapter is gone. CancelRequested: by ``progress``, nothing is written.
        ValueError: the joints differ, or an id is given twice.
    """
    if set(motors) != set(present_ids) or len(set(present_ids.values())) < len(present_ids):
        raise ValueError(f"{dict(present_ids)} are no ids of {list(motors)}")
    brand = brand_of_arm(motors)
    scan = scan_bus(
        link,
        brand.probe,
        expected_ids=present_ids.values(),
        every_id=not heeds_broadcasts(motors),
        progress=progress,
    )
    moves = {present_ids[joint]: motor.id for joint, motor in motors.items()}
    findings = _judge_in_place(motors, present_ids, scan, moves)
    if findings:
        return findings
    models = {present_ids[joint]: motor for joint, motor in motors.items()}
    servos = {
        servo.id: as_model(servo, models[servo.id]) if servo.id in models else servo
        for servo in scan.servos
    }
    steps = [(number, number) for number in moves if moves[number] == number]
    for old, new in [*steps, *order_moves(moves, servos)]:
        failed = brand.id_writer.assign(link, servos[old], new, baudrate)
        if failed is not None:
            return [failed]
        servos[new] = replace(servos.pop(old), id=new, baudrate=baudrate)
    return [setup_done(joint, motor.id) for joint, motor in motors.items()]


def order_moves(moves: Mapping[int, int], taken: Iterable[int]) -> list[tuple[int, int]]:
    """Old and new id of each change, so that no two servos ever have the same id.

    Where ids only change places, one of them waits at a spare id.

    Args:
        moves: Present id → wanted id; equal where nothing is to change.
        taken: All ids on the wire.

    Raises:
        ValueError: two want the same id, or one that stays taken, or there is no spare id.
    """
    pending = {old: new for old, new in moves.items() if old != new}
    taken_now = set(taken) | set(moves)
    staying = taken_now - set(pending)
    if len(set(pending.values()) - staying) < len(pending):
        raise ValueError(f"{dict(moves)} would give one id to two servos")
    steps: list[tuple[int, int]] = []
    while pending:
        free = next((old for old in sorted(pending) if pending[old] not in taken_now), None)
        old = min(pending) if free is None else free
        target = pending.pop(old)
        new = target if free is not None else _spare_id(taken_now)
        if free is None:
            pending[new] = target
        steps.append((old, new))
        taken_now = taken_now - {old} | {new}
    return steps


def _spare_id(taken: set[int]) -> int:
    # From the far end: an arm that is unplugged now is not mistaken for a complete one.
    for servo_id in range(MAX_SERVO_ID, 0, -1):
        if servo_id not in taken:
            return servo_id
    raise ValueError("all ids are taken")


def _judge_in_place(
    motors: Mapping[str, Motor],
    present_ids: Mapping[str, int],
    scan: ScanResult,
    moves: Mapping[int, int],
) -> list[Finding]:
    if scan.silent_ids:
        silent = ", ".join(map(str, scan.silent_ids))
        return [Finding("setup_silent", {"silent": silent}, tuple(scan.silent_ids))]
    ids = [servo.id for servo in scan.servos]
    doubled = sorted({number for number in ids if ids.count(number) > 1})
    if doubled:
        return [Finding("duplicate_id", {"servo_id": number}, (number,)) for number in doubled]
    strangers = set(ids) - set(moves)
    occupied = sorted(strangers & set(moves.values()))
    if occupied:
        return [Finding("setup_occupied", {"servo_id": number}, (number,)) for number in occupied]
    servos = {servo.id: servo for servo in scan.servos}
    return [
        finding
        for joint, number in present_ids.items()
        for finding in judge_servo(servos[number], joint, motors[joint])
    ]
