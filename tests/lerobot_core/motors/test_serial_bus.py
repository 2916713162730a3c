"""What the buses of both brands do alike."""

import pytest
from six_servos import BRANDS, NAMES, SixServos, six_servos

from lerobot_core.errors import PortLost, ServoNotResponding
from lerobot_core.motors.bus import MotorsBus


@pytest.fixture(params=BRANDS)
def arm(request: pytest.FixtureRequest) -> SixServos:
    return six_servos(request.param)


def test_a_bus_of_any_brand_has_one_face(arm: SixServos) -> None:
    bus: MotorsBus = arm.bus
    names = [name for name in dir(MotorsBus) if not name.startswith("_")]
    assert [name for name in names if not hasattr(bus, name)] == []


def test_counts_live_longer_than_the_connection(arm: SixServos) -> None:
    arm.link.lose[2] = 1
    with pytest.raises(ServoNotResponding):
        arm.bus.read("Torque_Enable", "b")
    before = arm.bus.packets
    arm.bus.disconnect(disable_torque=False)
    assert arm.bus.packets == before
    assert arm.bus.lost_by_motor["b"] == 1
    arm.bus.connect()
    assert arm.bus.packets[0] > before[0]
    assert arm.bus.packets[1] == before[1] == 1
    assert arm.bus.lost_by_motor == {**dict.fromkeys(NAMES, 0), "b": 1}


def test_goals_are_sent_at_once_whatever_was_lost_before(arm: SixServos) -> None:
    arm.chain.faults.unplugged = {6}
    arm.read()
    began_s = arm.link.now_s
    arm.bus.sync_write("Goal_Position", dict.fromkeys(NAMES, 2000), normalize=False)
    assert arm.link.now_s == began_s


def test_goals_and_the_next_question_go_out_together(arm: SixServos) -> None:
    arm.bus.sync_write("Goal_Position", dict.fromkeys(NAMES, 2000), normalize=False)
    began_s = arm.link.now_s
    arm.bus.request("Present_Position")
    assert arm.link.now_s == began_s
    assert sorted(arm.read()) == list(NAMES)


def test_a_request_on_a_port_that_is_gone_says_so(arm: SixServos) -> None:
    arm.chain.faults.adapter_gone = True
    with pytest.raises(PortLost):
        arm.bus.request("Present_Position")
    arm.chain.faults.adapter_gone = False
    assert sorted(arm.read()) == list(NAMES)


def test_a_port_that_goes_between_question_and_answer_says_so(arm: SixServos) -> None:
    arm.bus.request("Present_Position")
    arm.chain.faults.adapter_gone = True
    with pytest.raises(PortLost):
        arm.read()
    arm.chain.faults.adapter_gone = False
    assert sorted(arm.read()) == list(NAMES)
