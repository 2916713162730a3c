from pathlib import Path

import pytest
from simulated_arms import SimulatedArms

from lerobot_core.errors import BenchUnavailable, CalibrationMissing, SettingInvalid
from lerobot_core.teleoperators import TeleoperatorConfig
from lerobot_core.teleoperators.demonstrator import Demonstrator, DemonstratorConfig


class Hand:
    """Remembers what the bench was told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.is_gone = False

    def command(self, name: str, /, **arguments: object) -> dict[str, object]:
        if self.is_gone:
            raise BenchUnavailable(bench="default", reason="it ended.")
        self.told.append((name, arguments))
        return {}

    def close(self) -> None:
        self.told.append("closed")


@pytest.fixture
def arms(tmp_path: Path) -> SimulatedArms:
    return SimulatedArms(tmp_path)


def demonstrator(arms: SimulatedArms, hand: Hand, name: str = "leader") -> Demonstrator:
    config = DemonstratorConfig(id=name, calibration_dir=str(arms.folder))
    return Demonstrator(config, make_bus=arms.leader.make_bus, bench=hand)


def test_plays_only_while_engaged(arms: SimulatedArms) -> None:
    hand = Hand()
    with demonstrator(arms, hand) as leader:
        assert hand.told == []
        leader.engaged(True)
        leader.engaged(False)
        assert leader.get_action().keys() == leader.action_features.keys()
    running = [("demonstrate", {"running": value}) for value in (True, False, False)]
    assert hand.told == [*running, "closed"]
    assert arms.leader.link.closed == 1


def test_closes_although_the_bench_is_gone(arms: SimulatedArms) -> None:
    hand = Hand()
    leader = demonstrator(arms, hand)
    leader.connect()
    hand.is_gone = True
    leader.disconnect()
    assert arms.leader.link.closed == 1


def test_does_not_reach_for_the_bench_before_the_arm_is_fine(arms: SimulatedArms) -> None:
    hand = Hand()
    with pytest.raises(CalibrationMissing):
        demonstrator(arms, hand, "stranger").connect()
    assert hand.told == []


def test_finds_its_bench_in_the_address() -> None:
    assert DemonstratorConfig().bench == "default"
    assert DemonstratorConfig(port="sim://lab/leader").bench == "lab"
    for port in ("/dev/ttyACM0", "sim://lab", "tcp://lab/leader"):
        with pytest.raises(SettingInvalid):
            TeleoperatorConfig.from_dict({"type": "demonstrator", "port": port})
