"""What is wrong on a bench now, and mending all of it at once."""

from typing import TYPE_CHECKING, Any

from lerobot_core.motors.tables import DEFAULT_BAUDRATE
from lerobot_core.sim.assembly import BAUD_CODES
from lerobot_core.sim.command_arguments import Answer, Arguments
from lerobot_core.sim.faults import Faults

if TYPE_CHECKING:
    from lerobot_core.sim.bench import Bench


def faults(bench: "Bench", arguments: Arguments) -> Answer:
    """By chain and in the words of the commands. Keys that are servos are text, as JSON has them.

    ``servos``: in the order of the cable, each with the id it has in a finished arm (``servo``),
    the id and the baud rate that it has now, and whether it is as new.
    """
    return {
        "kind": bench.twin.kind,
        "cables": dict(bench.cables),
        "chains": {chain: _of_chain(bench, chain) for chain in bench.chains},
        "frozen_cameras": sorted(bench.frozen_cameras),
        "missing_cameras": sorted(bench.missing_cameras),
    }


def _of_chain(bench: "Bench", name: str) -> dict[str, Any]:
    chain, arm = bench.chains[name], bench.twin.arms[bench.cables[name]]
    wrong = chain.faults
    servos = [
        {
            "servo": part.servo_id,
            "id": servo.servo_id,
            "baudrate": servo.baudrate,
            "is_new": servo.is_as_new,
        }
        for part, servo in zip(arm.parts, chain.servos, strict=True)
    ]
    joints = bench.world.arms[name]
    return {
        "servos": servos,
        "unplugged": sorted(wrong.unplugged),
        "only": None if wrong.only_place is None else arm.parts[wrong.only_place].servo_id,
        "cut_before": wrong.cut_before,
        "adapter_gone": wrong.adapter_gone,
        "denied": name in bench.denied_ports,
        "corrupt": wrong.corrupt_probability,
        "corrupted": _of_servos(wrong.corrupted),
        "delay": wrong.extra_delay_s,
        "delayed": _of_servos(wrong.delayed),
        "volts": wrong.volts,
        "usual_volts": arm.volts,
        "overloaded": sorted(wrong.overloaded),
        "celsius": {str(servo): celsius for servo, celsius in wrong.celsius.items()},
        "blocked": [joint for joint in joints if joints[joint].is_jammed],
    }


def _of_servos(shares: dict[int, float]) -> dict[str, float]:
    return {str(servo): share for servo, share in shares.items() if share}


def end_faults(bench: "Bench", arguments: Arguments) -> Answer:
    """The bench is as it should be, and servos that gave up are switched off and on.

    What servos hold stays, but for wrong ids and baud rates; servos that are as new stay so.
    """
    for name in bench.cables:
        while bench.cables[name] != name:
            bench.swap_cables(name, bench.cables[name])
    for name, chain in bench.chains.items():
        chain.faults = Faults(volts=bench.twin.arms[name].volts)
        for joint in bench.world.arms[name].values():
            joint.block(False)
        _mend_servos(bench, name)
    for wrong in (bench.denied_ports, bench.frozen_cameras, bench.missing_cameras):
        wrong.clear()
    return {}


def _mend_servos(bench: "Bench", name: str) -> None:
    """One that gave up has no torque to lose by being switched off and on."""
    arm = bench.twin.arms[name]
    for part, servo in zip(arm.parts, bench.chains[name].servos, strict=True):
        servo.protection.forced_overload, servo.protection.forced_celsius = False, None
        if servo.protection.is_tripped:
            servo.power_off()
            servo.power_on()
        if not servo.is_as_new:
            servo.keep("ID", part.servo_id)
            servo.keep("Baud_Rate", BAUD_CODES[arm.brand][DEFAULT_BAUDRATE])


REPORTS = (faults, end_faults)
