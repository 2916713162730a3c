"""Leaders of any kind in the hands of the bench."""

from collections.abc import Iterator

import pytest

from lerobot_core.control.virtual import install_virtual_calibrations, virtual_rig
from lerobot_core.errors import BenchUnavailable, SettingInvalid
from lerobot_core.sim.client import BenchClient
from lerobot_core.teleoperators import TeleoperatorConfig
from lerobot_core.teleoperators.demonstrated import DemonstratedLeader, DemonstratedLeaderConfig
from lerobot_core.teleoperators.koch_config import KochLeaderConfig
from lerobot_core.teleoperators.so_config import DemonstratorConfig


class Hand:
    """Remembers what the bench was told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.is_gone = False

    def command(self, name: str, /, **arguments: object) -> dict[str, object]:
        if self.is_gone:
            raise BenchUnavailable(bench="koch", reason="it ended.")
        self.told.append((name, arguments))
        return {}

    def close(self) -> None:
        self.told.append("closed")


@pytest.fixture
def bench() -> Iterator[BenchClient]:
    client = BenchClient("koch-hands")
    yield client
    client.end_bench()


def config(bench: str = "koch-hands") -> DemonstratedLeaderConfig:
    install_virtual_calibrations()
    leader = virtual_rig(bench).teleoperator
    assert isinstance(leader, DemonstratedLeaderConfig)
    return leader


def test_is_built_by_its_name_with_the_leader_inside() -> None:
    rebuilt = TeleoperatorConfig.from_dict(config().to_dict())
    assert rebuilt == config()
    assert isinstance(rebuilt, DemonstratedLeaderConfig)
    assert rebuilt.bench == "koch-hands"
    assert rebuilt.addresses == ["sim://koch-hands/leader"]
    assert [arm.id for arm in rebuilt.arms.values()] == ["virtual_koch_leader"]
    assert rebuilt.build().name == "koch_leader"


@pytest.mark.parametrize(
    "leader",
    [
        None,
        {"type": "koch_leader", "port": "/dev/ttyACM0"},
        {"type": "koch_leader", "port": "sim://koch"},
        {"type": "koch_leader", "port": "sim://koch/leader", "id": "red"},
        {
            "type": "bi_koch_leader",
            "left_arm_config": {"port": "sim://bi_koch/left_leader"},
            "right_arm_config": {"port": "sim://bi_koch-2/right_leader"},
        },
    ],
)
def test_what_no_bench_can_move_is_refused(leader: object) -> None:
    with pytest.raises(SettingInvalid):
        TeleoperatorConfig.from_dict({"type": "demonstrated_leader", "leader": leader})


def test_hands_do_not_hold_each_other() -> None:
    inner = DemonstratedLeaderConfig(leader=KochLeaderConfig(port="sim://koch/leader"))
    with pytest.raises(ValueError, match="demonstrated"):
        DemonstratedLeaderConfig(leader=inner)
    DemonstratedLeaderConfig(leader=DemonstratorConfig())


def test_is_the_leader_and_plays_only_while_engaged(bench: BenchClient) -> None:
    hand = Hand()
    with DemonstratedLeader(config(), bench=hand) as leader:
        assert leader.is_calibrated
        assert hand.told == []
        leader.engaged(True)
        leader.engaged(False)
        assert leader.get_action().keys() == leader.action_features.keys()
        leader.request_action()
        assert leader.get_action()["shoulder_pan.pos"] == pytest.approx(0, abs=1)
        assert set(leader.read_servos()) == set(leader.servo_ids)
        assert leader.packets[1] == 0
        assert len(leader.arms) == 1
        assert not any(leader.stale_joints.values())
        assert not any(leader.lost_by_joint.values())
    running = [("demonstrate", {"running": value}) for value in (True, False, False)]
    assert hand.told == [*running, "closed"]
    assert not leader.is_connected


def test_closes_although_the_bench_is_gone(bench: BenchClient) -> None:
    hand = Hand()
    leader = DemonstratedLeader(config(), bench=hand)
    leader.connect()
    hand.is_gone = True
    leader.disconnect()
    assert hand.told == ["closed"]
    assert not leader.is_connected
