"""What the Record panel says in words about its state."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.panels.recording.state import RecordingState
from app.theme.tokens import Tone
from lerobot_core.paths import lerobot_home
from lerobot_core.workers.protocol import EpisodeSaved, Phase, RecordingFinished


@dataclass(frozen=True)
class Headline:
    """The large state word, and the sentence under it."""

    word: str
    sentence: str
    tone: Tone = Tone.NEUTRAL
    icon: str = ""
    is_outlined: bool = False  # an arm may move, or data is being written


def headline(state: RecordingState) -> Headline:
    """The state in a word and a sentence."""
    if state.progress is not None:
        return _running(state)
    if state.is_asked:
        sentence = _tr("The dataset is made and the arm is engaged.")
        return Headline(_tr("Starting"), sentence, Tone.ACCENT, "progress-clock", True)
    if state.finished is not None:
        done = state.finished
        if not done.episodes:
            return Headline(_tr("Stopped"), _tr("No episode was saved."), Tone.NEUTRAL)
        sentence = _tr("{0}, {1} frames in {2}").format(
            episodes(done.episodes), done.frames, _name_of(done)
        )
        return Headline(_tr("Finished"), sentence, Tone.OK, "check-circle")
    if state.was_interrupted:
        return _interrupted(state)
    if state.can_start:
        sentence = _tr("Recording begins once the arm follows. The first seconds are not recorded.")
        return Headline(_tr("Ready to record"), sentence)
    if state.session.is_connecting:
        sentence = _tr("Arm and cameras are being opened. Fill in the plan meanwhile.")
        return Headline(_tr("Connecting"), sentence, Tone.NEUTRAL, "progress-clock")
    musts = sum(check.is_must and not check.is_wait for check in state.checks)
    if not musts:
        return Headline(_tr("A moment"), _tr("Start becomes available by itself."))
    if musts == 1:
        sentence = _tr("Start becomes available when the red line below is done.")
    else:
        sentence = _tr("Start becomes available when the {0} red lines below are done.")
    return Headline(_tr("Not ready"), sentence.format(musts))


def _running(state: RecordingState) -> Headline:
    assert state.progress is not None
    number = _tr("Episode {0} of {1}").format(state.progress.episode, state.progress.wanted)
    if state.is_interrupted:
        advice = _tr("Finish keeps the take, Redo throws it away; engage the arm to go on.")
        return Headline(_tr("Interrupted"), f"{number}. {advice}", Tone.WARN, "snowflake", True)
    match state.progress.phase:
        case Phase.RECORDING:
            return Headline(_tr("Recording"), number, Tone.BAD, "record-circle", True)
        case Phase.SAVING:
            return Headline(_tr("Saving"), number, Tone.ACCENT, "content-save-outline", True)
        case Phase.RESETTING:
            text = _tr("Put everything back. Episode {0} begins by itself.")
            sentence = text.format(state.progress.episode)
            return Headline(_tr("Reset the scene"), sentence, Tone.WARN, "restore", True)
    return Headline(_tr("Recording"), number, Tone.ACCENT, "progress-clock", True)


def _interrupted(state: RecordingState) -> Headline:
    saved = len(state.saved)
    if saved:
        sentence = _tr("{0} saved before that. The take in progress was not saved.")
        return Headline(_tr("Stopped"), sentence.format(episodes(saved)), Tone.WARN, "alert")
    sentence = _tr("No episode was saved. The take in progress was not saved.")
    return Headline(_tr("Stopped"), sentence, Tone.WARN, "alert")


def _name_of(done: RecordingFinished) -> str:
    """The dataset by its name, as it was typed; by its folder where it lies somewhere else."""
    root = Path(done.root)
    is_at_home = root.is_relative_to(lerobot_home())
    return str(root.relative_to(lerobot_home())) if is_at_home else done.root


def episodes(count: int) -> str:
    """“1 episode”, “3 episodes”."""
    return _tr("1 episode") if count == 1 else _tr("{0} episodes").format(count)


def disk_text(state: RecordingState) -> str:
    """“81 GB free, 43 h at this rate”."""
    if state.free_mb is None:
        return "—"
    free_gb = state.free_mb * 2**20 / 1e9  # as the strip at the foot of the window says it
    free = _tr("{0:.0f} GB free").format(free_gb)
    if free_gb < 10:
        free = _tr("{0:.1f} GB free").format(free_gb)
    if state.hours_left is None:
        return free
    if state.hours_left < 2:
        return _tr("{0}, {1:.0f} min at this rate").format(free, 60 * state.hours_left)
    return _tr("{0}, {1:.0f} h at this rate").format(free, state.hours_left)


def episode_facts(state: RecordingState, saved: EpisodeSaved) -> list[tuple[str, str]]:
    """What is known of a saved episode: name of each fact, and the fact."""
    fps = saved.frames / saved.seconds if saved.seconds else 0.0
    of_all = _tr("{0} of {1}").format(saved.repeated_frames, state.pictures_in(saved))
    repeated = of_all if saved.repeated_frames else _tr("none")
    return [
        (_tr("Length"), _tr("{0:.1f} s").format(saved.seconds)),
        (_tr("Frames"), str(saved.frames)),
        (_tr("Frame rate"), _tr("{0:.2f} of {1} fps").format(fps, state.plan.fps)),
        (_tr("Repeated pictures"), repeated),
        (_tr("Saved in"), _tr("{0:.0f} ms").format(saved.save_ms)),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Recording", text)
