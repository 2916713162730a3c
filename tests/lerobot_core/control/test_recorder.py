from types import SimpleNamespace
from typing import Any

import pytest

from lerobot_core.control.record import RecordCommand, RecordingPlan, RecordPhase
from lerobot_core.control.recorder import RecorderObserver
from lerobot_core.control.tick import Tick
from lerobot_core.errors import DiskFull, SettingInvalid
from lerobot_core.types import FrameStamp

HZ, FPS = 60, 30


class Sink:
    """Keeps takes in lists; saving takes as long as the test says."""

    def __init__(self) -> None:
        self.story: list[str] = []
        self.take: list[Tick] = []
        self.takes: list[list[Tick]] = []
        self.is_saved = True
        self.trouble: Exception | None = None
        self._is_saving = False

    def start_episode(self, task: str) -> None:
        self.story.append(f"start {task}")
        self.take = []

    def add_row(self, tick: Tick) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.take.append(tick)

    def save(self) -> None:
        self.story.append("save")
        self._is_saving = True

    def saved(self) -> Any:
        if self.trouble is not None:
            raise self.trouble
        if not (self._is_saving and self.is_saved):
            return None
        self._is_saving = False
        self.takes.append(self.take)
        return SimpleNamespace(frames=len(self.take))

    def discard(self) -> None:
        self.story.append("discard")
        self.take = []

    def finish(self) -> None:
        self.story.append("finish")


class Loop:
    """Ticks as a loop would give them."""

    def __init__(self, recorder: RecorderObserver) -> None:
        self.recorder = recorder
        self.number = 0

    def run(self, seconds: float, *, is_handover: bool = False) -> None:
        for _ in range(round(seconds * HZ)):
            self.recorder.on_tick(
                Tick(
                    number=self.number,
                    due_s=7.0 + self.number / HZ,
                    observed={"a.pos": float(self.number)},
                    frames={"top": FrameStamp(self.number + 1, 0)},
                    wanted={"a.pos": 1.0},
                    sent={"a.pos": 0.5},
                    is_handover=is_handover,
                    engaged_fraction=1.0,
                    stale={},
                )
            )
            self.number += 1


@pytest.fixture
def sink() -> Sink:
    return Sink()


def recording(sink: Sink, **changes: Any) -> tuple[Loop, RecorderObserver, list[Any]]:
    plan = RecordingPlan(
        **{
            "repo_id": "lab/cubes",
            "task": "stack",
            "episodes": 2,
            "fps": FPS,
            "episode_s": 2.0,
            "reset_s": 1.0,
            **changes,
        }
    )
    saved: list[Any] = []
    recorder = RecorderObserver(plan, sink, HZ, on_saved=saved.append)
    recorder.begin()
    return Loop(recorder), recorder, saved


def test_records_as_many_takes_as_are_wanted_by_itself(sink: Sink) -> None:
    loop, recorder, saved = recording(sink)
    loop.run(6.0)
    assert recorder.phase is RecordPhase.FINISHED
    assert sink.story == ["start stack", "save", "start stack", "save", "finish"]
    assert [len(take) for take in sink.takes] == [60, 60]
    assert [facts.frames for facts in saved] == [60, 60]


def test_a_row_is_every_second_tick(sink: Sink) -> None:
    loop, _, _ = recording(sink)
    loop.run(1.0)
    assert [tick.number for tick in sink.take] == list(range(0, 60, 2))


def test_easing_in_is_never_recorded_and_takes_nothing_from_the_take(sink: Sink) -> None:
    loop, recorder, _ = recording(sink)
    loop.run(3.0, is_handover=True)
    assert sink.take == []
    assert recorder.view().seconds == 0
    loop.run(2.0)
    loop.run(0.1)
    assert len(sink.takes[0]) == 60


def test_the_loop_goes_on_while_a_take_is_saved(sink: Sink) -> None:
    sink.is_saved = False
    loop, recorder, _ = recording(sink)
    loop.run(5.0)
    assert recorder.phase is RecordPhase.SAVING
    assert len(sink.take) == 60
    sink.is_saved = True
    loop.run(0.1)
    assert recorder.phase is RecordPhase.RESETTING


def test_finish_redo_and_start_by_hand(sink: Sink) -> None:
    loop, recorder, _ = recording(sink)
    loop.run(0.5)
    recorder.command(RecordCommand.REDO)
    loop.run(0.1)
    recorder.command(RecordCommand.START)
    loop.run(0.5)
    recorder.command(RecordCommand.FINISH)
    loop.run(0.1)
    view = recorder.view()
    assert sink.story == ["start stack", "discard", "start stack", "save"]
    assert (view.phase, view.episode, view.wanted) == (RecordPhase.RESETTING, 2, 2)
    assert (view.saved, view.redone) == (1, 1)
    assert [len(take) for take in sink.takes] == [15]


def test_stop_saves_the_take_in_progress_and_finishes(sink: Sink) -> None:
    loop, recorder, _ = recording(sink)
    loop.run(0.5)
    recorder.command(RecordCommand.STOP)
    loop.run(0.1)
    assert sink.story == ["start stack", "save", "finish"]
    assert recorder.phase is RecordPhase.FINISHED


def test_an_interrupted_take_has_no_rows_from_after_the_stop(sink: Sink) -> None:
    loop, recorder, _ = recording(sink)
    loop.run(0.5)
    recorder.command(RecordCommand.INTERRUPT)
    loop.run(3.0)
    assert (recorder.view().rows, recorder.view().seconds) == (15, 0.5)
    recorder.command(RecordCommand.FINISH)
    loop.run(0.1)
    assert [len(take) for take in sink.takes] == [15]


def test_no_reset_time_starts_the_next_take_at_once(sink: Sink) -> None:
    loop, _, _ = recording(sink, reset_s=0.0)
    loop.run(4.2)
    assert sink.story == ["start stack", "save", "start stack", "save", "finish"]


def test_the_view_counts_the_phase(sink: Sink) -> None:
    loop, recorder, _ = recording(sink)
    loop.run(1.0)
    view = recorder.view()
    assert (view.rows, view.of_seconds, view.missed_rows) == (30, 2.0, 0)
    assert view.seconds == pytest.approx(59 / 60)


@pytest.mark.parametrize("seconds_before", [0.5, 2.05])
def test_a_full_disk_ends_the_recording_and_is_told(sink: Sink, seconds_before: float) -> None:
    sink.is_saved = False
    loop, recorder, _ = recording(sink)
    loop.run(seconds_before)
    sink.trouble = DiskFull(path="/data", free_mb=0)
    with pytest.raises(DiskFull):
        loop.run(0.5)
    assert recorder.phase is RecordPhase.FINISHED
    loop.run(1.0)  # not asked again


def test_a_rate_that_does_not_fit_is_refused_before_anything_starts(sink: Sink) -> None:
    with pytest.raises(SettingInvalid, match="25 frames per second"):
        recording(sink, fps=25)
    assert sink.story == []
