"""Every fault that a client can ask for, on benches of both brands."""

import pytest

from lerobot_core.errors import SettingInvalid, UnknownChoice
from lerobot_core.motors.dynamixel_tables import HARDWARE_ALERT
from lerobot_core.sim import dynamixel_protection, protection
from lerobot_core.sim.bench import Bench
from lerobot_core.sim.chain_link import ChainLink

KINDS = ["so101", "koch"]


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest) -> Bench:
    return Bench(kind=request.param)


def ids(bench: Bench, chain: str = "follower") -> list[int]:
    return [servo.servo_id for servo in bench.chains[chain].servos]


def powered(bench: Bench, chain: str = "follower") -> list[bool]:
    bench.advance(0.01)
    return [servo.is_powered for servo in bench.chains[chain].servos]


def drive(bench: Bench, servo_id: int, counts: int) -> None:
    """Torque on, and a goal that many counts away."""
    servo = bench.chains["follower"].servo(servo_id)
    servo.memory.set("Goal_Position", round(servo.present_ticks) + counts)
    servo.memory.set("Torque_Enable", 1)


def has_torque(bench: Bench, servo_id: int) -> bool:
    return bool(bench.chains["follower"].servo(servo_id).memory.get("Torque_Enable"))


def test_late_and_damaged_replies_of_one_servo_or_of_all(bench: Bench) -> None:
    faults = bench.chains["leader"].faults
    bench.command("delay", chain="leader", servo=3, seconds=0.2)
    bench.command("delay", chain="leader", seconds=0.01)
    bench.command("corrupt", chain="leader", servo=4, probability=0.5)
    bench.command("corrupt", chain="leader", probability=0.1)
    assert (faults.delayed, faults.extra_delay_s) == ({3: 0.2}, 0.01)
    assert (faults.corrupted, faults.corrupt_probability) == ({4: 0.5}, 0.1)


def test_the_supply_and_what_it_should_be(bench: Bench) -> None:
    usual = bench.chains["follower"].faults.volts
    bench.command("voltage", chain="follower", volts=3.0)
    assert bench.chains["follower"].faults.volts == 3.0
    assert bench.command("voltage", chain="follower", volts=None) == {"volts": usual}
    assert bench.chains["follower"].faults.volts == usual


def test_a_blocked_joint_that_is_driven_builds_up_load_until_its_servo_protects_itself() -> None:
    """Feetech: Overload_Torque for Protection_Time, then Protective_Torque."""
    bench = Bench()
    bench.advance(0.5)
    bench.command("block", chain="follower", joint="shoulder_pan")
    drive(bench, 1, 400)
    servo = bench.chains["follower"].servo(1)
    bench.advance(1.9)
    assert servo.plant.load > 0.95
    assert servo.error == 0
    bench.advance(0.4)
    assert servo.error == protection.OVERLOAD
    assert abs(servo.plant.load) < 0.25
    assert abs(servo.plant.angle_rad) < 0.01
    servo.write(40, b"\0")
    bench.command("block", chain="follower", joint="shoulder_pan", blocked=False)
    servo.write(40, b"\1")
    bench.advance(2.0)
    assert servo.error == 0
    assert servo.plant.angle_rad > 0.5


def test_a_blocked_gripper_gives_up_at_its_own_limit() -> None:
    bench = Bench()
    bench.command("block", chain="follower", joint="gripper")
    drive(bench, 6, 300)
    bench.advance(0.5)
    servo = bench.chains["follower"].servo(6)
    assert servo.plant.load == pytest.approx(0.5, abs=0.02)  # Max_Torque_Limit of half
    bench.advance(2.0)
    assert servo.error == protection.OVERLOAD


def test_a_blocked_dynamixel_shuts_down() -> None:
    bench = Bench(kind="koch")
    bench.command("block", chain="follower", joint="elbow_flex", blocked=True)
    drive(bench, 3, 400)
    bench.advance(2.5)
    servo = bench.chains["follower"].servo(3)
    assert servo.plant.load == pytest.approx(1.0)
    assert has_torque(bench, 3)
    bench.advance(1.0)
    assert servo.protection.status == dynamixel_protection.OVERLOAD
    assert servo.alert == HARDWARE_ALERT
    assert not has_torque(bench, 3)
    assert servo.plant.load == 0


def test_an_overload_by_order(bench: Bench) -> None:
    bench.command("overload", chain="follower", servo=2)
    bench.advance(0.01)
    assert bench.chains["follower"].servo(2).protection.forced_overload
    bench.command("overload", chain="follower", servo=2, active=False)
    bench.advance(0.01)
    assert not bench.chains["follower"].servo(2).protection.forced_overload


def test_a_hot_servo_raises_its_alarm_and_gives_up(bench: Bench) -> None:
    drive(bench, 5, 0)
    bench.command("heat", chain="follower", servo=5, celsius=60)
    bench.advance(0.1)
    servo = bench.chains["follower"].servo(5)
    assert round(servo.protection.celsius) == 60
    assert has_torque(bench, 5)
    bench.command("heat", chain="follower", servo=5, celsius=76)
    bench.advance(0.1)
    assert not has_torque(bench, 5)
    alarm = servo.error if bench.twin.kind == "so101" else servo.protection.status
    assert alarm == protection.OVERHEAT == dynamixel_protection.OVERHEAT
    bench.command("heat", chain="follower", servo=5, celsius=None)
    bench.advance(5.0)
    assert servo.protection.celsius < 76


def test_heat_rises_slowly_under_load(bench: Bench) -> None:
    """So that the time to the limit can be told before it is reached."""
    servo = bench.chains["follower"].servos[0]
    start = servo.protection.celsius
    bench.command("block", chain="follower", joint="shoulder_pan")
    drive(bench, 1, 400)
    bench.advance(1.5)
    warm = servo.protection.celsius
    assert start < warm < start + 1


def test_swapped_cables(bench: Bench) -> None:
    follower, leader = list(bench.chains["follower"].servos), list(bench.chains["leader"].servos)
    volts = bench.chains["follower"].faults.volts
    bench.command("unplug", chain="follower", servo=2)
    bench.command("corrupt", chain="follower", probability=0.25)
    answer = bench.command("swap", chain="follower")
    assert answer["cables"] == {"follower": "leader", "leader": "follower"}
    assert bench.chains["leader"].servos == follower
    assert bench.chains["follower"].servos == leader
    assert bench.chains["leader"].faults.volts == volts
    assert bench.chains["leader"].faults.unplugged == {2}
    assert bench.chains["follower"].faults.corrupt_probability == 0.25  # of the wire
    assert bench.command("swap", chain="leader")["cables"] == {
        "follower": "follower",
        "leader": "leader",
    }
    assert bench.chains["follower"].servos == follower


def test_with_four_arms_a_swap_names_two() -> None:
    bench = Bench(kind="bi_koch")
    with pytest.raises(UnknownChoice):
        bench.command("swap", chain="left_follower")
    bench.command("swap", chain="left_follower", other="right_follower")
    assert bench.cables["right_follower"] == "left_follower"
    with pytest.raises(UnknownChoice):
        bench.command("swap", chain="left_follower", other="left_follower")


def test_two_servos_with_one_id(bench: Bench) -> None:
    assert bench.command("duplicate", chain="follower", servo=4, other=2)["ids"] == [
        1, 2, 3, 2, 5, 6,
    ]  # fmt: skip
    bench.chains["follower"].power_cycle()
    assert ids(bench) == [1, 2, 3, 2, 5, 6]
    bench.command("duplicate", chain="follower", servo=4, other=4)
    assert ids(bench) == [1, 2, 3, 4, 5, 6]


def test_servos_at_another_baud_rate(bench: Bench) -> None:
    bench.command("wrong_baud", chain="leader", servo=3, baudrate=57_600)
    bench.chains["leader"].power_cycle()
    rates = [servo.baudrate for servo in bench.chains["leader"].servos]
    assert rates == [1_000_000] * 2 + [57_600] + [1_000_000] * 3
    bench.command("wrong_baud", chain="leader", baudrate=115_200)
    assert {servo.baudrate for servo in bench.chains["leader"].servos} == {115_200}
    with pytest.raises(UnknownChoice, match="1234"):
        bench.command("wrong_baud", chain="leader", baudrate=1234)


def test_a_cable_of_one_servo_and_the_adapter(bench: Bench) -> None:
    bench.command("unplug", chain="leader", servo=6)
    assert powered(bench, "leader") == [True] * 5 + [False]
    bench.command("plug", chain="leader", servo=6)
    assert all(powered(bench, "leader"))
    bench.command("unplug_adapter", chain="leader")
    assert bench.chains["leader"].faults.adapter_gone
    bench.command("plug_adapter", chain="leader")
    assert ChainLink(bench.chains["leader"]).read(1, 0) == b""


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("delay", {"chain": "leader", "servo": 3, "seconds": -1}, SettingInvalid),
        ("delay", {"chain": "leader", "servo": 9, "seconds": 1}, UnknownChoice),
        ("corrupt", {"chain": "leader", "servo": 9, "probability": 1}, UnknownChoice),
        ("heat", {"chain": "leader", "servo": 1, "celsius": "hot"}, SettingInvalid),
        ("heat", {"chain": "leader", "servo": 9, "celsius": 60}, UnknownChoice),
        ("voltage", {"chain": "leader", "volts": 1000}, SettingInvalid),
        ("voltage", {"chain": "leader"}, SettingInvalid),
        ("block", {"chain": "leader", "joint": "knee"}, UnknownChoice),
        ("block", {"chain": "leader", "joint": "gripper", "blocked": 1}, SettingInvalid),
        ("swap", {"chain": "third"}, UnknownChoice),
        ("duplicate", {"chain": "leader", "servo": 1, "other": 7}, UnknownChoice),
        ("duplicate", {"chain": "leader", "servo": 1}, SettingInvalid),
        ("wrong_baud", {"chain": "leader", "servo": 8, "baudrate": 57_600}, UnknownChoice),
        ("overload", {"chain": "leader", "servo": 1, "active": "yes"}, SettingInvalid),
    ],
)
def test_what_makes_no_sense_is_refused(
    name: str, arguments: dict[str, object], error: type[Exception]
) -> None:
    bench = Bench(kind="koch")
    before = bench.snapshot(), vars(bench.chains["leader"].faults).copy()
    with pytest.raises(error):
        bench.command(name, **arguments)
    assert (bench.snapshot(), vars(bench.chains["leader"].faults)) == before
