import pytest

from app.widgets.stop_sequence import Press, StopSequence
from lerobot_core.workers.protocol import Phase


class Watch:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def now(self) -> float:
        return self.now_s


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def driving(watch: Watch) -> StopSequence:
    sequence = StopSequence(watch.now)
    sequence.follow(Phase.TELEOPERATING, torque_on=True)
    return sequence


def test_the_first_press_stops_and_the_second_releases(watch: Watch, driving: StopSequence) -> None:
    assert driving.press() is Press.STOP
    watch.now_s += 0.5
    assert driving.press() is Press.RELEASE


def test_presses_within_the_blind_time_are_one_blow(watch: Watch, driving: StopSequence) -> None:
    assert driving.press() is Press.STOP
    for _ in range(3):
        watch.now_s += 0.12
        assert driving.press() is Press.IGNORED
    watch.now_s += 0.12
    assert driving.press() is Press.RELEASE


def test_release_is_offered_even_while_the_session_hangs(driving: StopSequence) -> None:
    driving.press()
    assert driving.offers_release


@pytest.mark.parametrize("phase", [Phase.TELEOPERATING, Phase.SAVING, Phase.RECORDING])
def test_a_phase_that_was_on_its_way_is_not_believed(
    phase: Phase, watch: Watch, driving: StopSequence
) -> None:
    driving.press()
    driving.follow(phase, torque_on=True)
    watch.now_s += 1
    assert driving.press() is Press.RELEASE


def test_after_the_hold_stop_means_stop_again(watch: Watch, driving: StopSequence) -> None:
    driving.press()
    driving.follow(Phase.HOLDING, torque_on=True)
    watch.now_s += 5
    driving.follow(Phase.GOING_TO_REST, torque_on=True)
    assert not driving.offers_release
    assert driving.press() is Press.STOP


def test_after_the_release_stop_is_back(watch: Watch, driving: StopSequence) -> None:
    driving.press()
    driving.follow(Phase.HOLDING, torque_on=True)
    watch.now_s += 1
    assert driving.press() is Press.RELEASE
    driving.follow(Phase.IDLE, torque_on=False)
    assert not driving.offers_release
    assert driving.press() is Press.STOP


def test_a_press_startled_by_a_hold_of_its_own_does_not_drop_the_arm(
    watch: Watch, driving: StopSequence
) -> None:
    driving.follow(Phase.HOLDING, torque_on=True)  # a servo was lost
    watch.now_s += 0.6
    assert driving.press() is Press.STOP
    watch.now_s += 0.5
    assert driving.press() is Press.RELEASE


def test_a_hold_that_was_seen_is_released_by_one_press(watch: Watch, driving: StopSequence) -> None:
    driving.follow(Phase.HOLDING, torque_on=True)
    watch.now_s += 3
    assert driving.offers_release
    assert driving.press() is Press.RELEASE


def test_without_torque_a_press_still_asks_and_offers_nothing(watch: Watch) -> None:
    sequence = StopSequence(watch.now)
    sequence.follow(Phase.IDLE, torque_on=False)
    assert sequence.press() is Press.STOP
    assert not sequence.offers_release
    watch.now_s += 1
    assert sequence.press() is Press.RELEASE  # whatever the window believes, two presses release
