"""What the Record panel says in words about its state."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.panels.recording.state import RecordingState
from app.theme.tokens import Tone
from lerobot_core.workers.protocol import EpisodeSaved, Phase


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
            episodes(done.episodes), done.frames, done.root
        )
        return Headline(_tr("Finished"), sentence, Tone.OK, "check-circle")
    if state.was_interrupted:
        return _interrupted(state)
    if state.can_start:
        sentence = _tr("Recording begins once the arm follows. The first seconds are not recorded.")
        return Headline(_tr("Ready to record"), sentence)
    musts = sum(check.is_must for check in state.checks)
    if musts == 1:
        sentence = _tr("Start becomes available when the red line below is done.")
    else:
        sentence = _tr("Start becomes available when the {0} red lines below are done.")
    return Headline(_tr("Not ready"), sentence.format(musts))


def _running(state: RecordingState) -> Headline:
    assert state.progress is not None
    number = _tr("Episode {0} of {1}").format(state.progress.episode, state.progress.wanted)
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


def episodes(count: int) -> str:
    """“1 episode”, “3 episodes”."""
    return _tr("1 episode") if count == 1 else _tr("{0} episodes").format(count)


def disk_text(state: RecordingState) -> str:
    """“81 GB free, 43 h at this rate”."""
    if state.free_mb is None:
        return "—"
    free = _tr("{0:.0f} GB free").format(state.free_mb / 1024)
    if state.free_mb < 10 * 1024:
        free = _tr("{0:.1f} GB free").format(state.free_mb / 1024)
    if state.hours_left is None:
        return free
    if state.hours_left < 2:
        return _tr("{0}, {1:.0f} min at this rate").format(free, 60 * state.hours_left)
    return _tr("{0}, {1:.0f} h at this rate").format(free, state.hours_left)


def episode_facts(saved: EpisodeSaved, wanted_fps: int) -> list[tuple[str, str]]:
    """What is known of a saved episode: name of each fact, and the fact."""
    fps = saved.frames / saved.seconds if saved.seconds else 0.0
    repeated = str(saved.repeated_frames) if saved.repeated_frames else _tr("none")
    return [
        (_tr("Length"), _tr("{0:.1f} s").format(saved.seconds)),
        (_tr("Frames"), str(saved.frames)),
        (_tr("Frame rate"), _tr("{0:.2f} of {1} fps").format(fps, wanted_fps)),
        (_tr("Repeated frames"), repeated),
        (_tr("Saved in"), _tr("{0:.0f} ms").format(saved.save_ms)),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Recording", text)
