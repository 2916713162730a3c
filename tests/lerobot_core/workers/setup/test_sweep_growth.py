from lerobot_core.control.calibration_state import JointSweep
from lerobot_core.motors.homing import Travel
from lerobot_core.motors.travel import Verdict
from lerobot_core.workers.setup.calibrating import SweepGrowth


def sweep(span: int, *, is_full_turn: bool = False) -> dict[str, JointSweep]:
    travel = Travel(now=0, low=0, high=span)
    return {"elbow": JointSweep(travel, span * 360 / 4096, Verdict.PLAUSIBLE, is_full_turn, False)}


def test_a_joint_on_the_way_to_its_stop_grows_and_a_moment_later_no_more() -> None:
    growth = SweepGrowth()
    assert growth.growing(sweep(0), 10.0) == []
    assert growth.growing(sweep(500), 10.1) == ["elbow"]
    assert growth.growing(sweep(900), 11.0) == ["elbow"]
    assert growth.growing(sweep(900), 11.9) == ["elbow"]
    assert growth.growing(sweep(900), 12.1) == []


def test_pressing_against_a_stop_is_no_growth() -> None:
    growth = SweepGrowth()
    growth.growing(sweep(900), 10.0)
    assert growth.growing(sweep(904), 12.0) == []


def test_a_sweep_that_begins_anew_counts_anew() -> None:
    growth = SweepGrowth()
    growth.growing(sweep(900), 10.0)
    assert growth.growing(sweep(0), 20.0) == ["elbow"]


def test_a_joint_without_stops_is_never_on_the_way_to_one() -> None:
    assert SweepGrowth().growing(sweep(900, is_full_turn=True), 10.0) == []
