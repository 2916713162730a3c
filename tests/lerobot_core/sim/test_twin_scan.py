"""Arms of every kind of bench scanned, told apart by their motors, and found by moving them."""

import pytest

from lerobot_core.motors.arm_scan import scan_any, scan_arm
from lerobot_core.motors.bus import Motor
from lerobot_core.motors.diagnosis import PortState, diagnose
from lerobot_core.motors.which_moved import MovementWatch
from lerobot_core.sim.bench import Bench
from lerobot_core.sim.chain_link import ChainLink
from lerobot_core.sim.twins import TWINS, twin_of
from lerobot_core.types import NormMode

CHAINS = [(kind, chain) for kind, twin in TWINS.items() for chain in twin.arms]
PORT = PortState("sim://test/chain")
USUAL = (1_000_000,)


def motors_of(kind: str, chain: str) -> dict[str, Motor]:
    parts = twin_of(kind).arms[chain].parts
    return {part.joint: Motor(part.servo_id, part.model, NormMode.DEGREES) for part in parts}


@pytest.mark.parametrize(("kind", "chain"), CHAINS)
def test_nothing_is_wrong_with_a_new_bench(kind: str, chain: str) -> None:
    link = ChainLink(Bench(kind=kind).chains[chain])
    motors = motors_of(kind, chain)
    findings = diagnose(motors, scan_arm(link, motors, baudrates=USUAL), PORT)
    assert [finding.code for finding in findings] == ["all_fine"]


@pytest.mark.parametrize(
    ("plugged_in", "expected"), [("leader", "follower"), ("follower", "leader")]
)
def test_a_koch_arm_of_the_other_role_is_named(plugged_in: str, expected: str) -> None:
    link = ChainLink(Bench(kind="koch").chains[plugged_in])
    motors = motors_of("koch", expected)
    other_arms = {f"koch_{plugged_in}": motors_of("koch", plugged_in)}
    scan = scan_arm(link, motors, baudrates=USUAL)
    [finding] = diagnose(motors, scan, PORT, other_arms=other_arms)
    assert (finding.code, finding.facts["arm"]) == ("other_arm", f"koch_{plugged_in}")


@pytest.mark.parametrize(
    ("kind", "expected", "found"),
    [("koch", "so101", "Dynamixel"), ("so100", "koch", "Feetech")],
)
def test_an_arm_of_another_brand_is_named(kind: str, expected: str, found: str) -> None:
    link = ChainLink(Bench(kind=kind).chains["follower"])
    motors = motors_of(expected, "follower")
    [finding] = diagnose(motors, scan_arm(link, motors, baudrates=USUAL), PORT)
    assert (finding.code, finding.facts["found"]) == ("other_brand", found)


def test_an_unknown_arm_is_found_for_what_it_is() -> None:
    scan = scan_any(ChainLink(Bench(kind="koch").chains["follower"]))
    models = [servo.model for servo in scan.servos]
    assert (scan.brand, models) == ("dynamixel", ["xl430-w250"] * 2 + ["xl330-m288"] * 4)


def test_a_cut_cable_of_a_koch_arm_is_named() -> None:
    bench = Bench(kind="koch")
    bench.chains["follower"].faults.cut_before = 3
    bench.advance(0.01)
    motors = motors_of("koch", "follower")
    scan = scan_arm(ChainLink(bench.chains["follower"]), motors, baudrates=USUAL)
    [finding] = diagnose(motors, scan, PORT)
    assert finding.hint == "Check the cable between servo 2 and servo 3 (elbow_flex)."


def test_the_arm_that_a_hand_moves_is_found_among_benches() -> None:
    benches = {"so100": Bench(kind="so100"), "koch": Bench(kind="koch")}
    links = {
        f"{kind}/{chain}": ChainLink(bench.chains[chain])
        for kind, bench in benches.items()
        for chain in ("follower", "leader")
    }
    watch = MovementWatch(links)
    watch.begin()
    assert set(watch.brands.values()) == {"Feetech", "Dynamixel"}
    assert watch.look() is None
    answer = benches["koch"].command("move_joint", chain="leader", joint="wrist_flex", degrees=30.0)
    benches["koch"].advance(answer["seconds"])
    moved = watch.look()
    assert moved is not None
    assert (moved.port, moved.servo_id) == ("koch/leader", 4)
