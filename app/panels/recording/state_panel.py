"""The state card of the Record panel: state, timer, counts, and the next action."""

from PySide6.QtCore import Qt, Signal

from app.panels.recording.state import RecordingState
from app.panels.recording.words import headline
from app.theme.tokens import Tone
from app.widgets.button import BENCH, Button, Kind
from app.widgets.state_card import Figure, StateCard
from lerobot_core.workers.protocol import Phase, RecordingProgress

_TONES = {Phase.RECORDING: Tone.BAD, Phase.RESETTING: Tone.WARN, Phase.SAVING: Tone.ACCENT}


class RecordingCard(StateCard):
    """Buttons keep their places: what → does stands at the left, Stop alone at the far right."""

    advance_requested = Signal()
    redo_requested = Signal()
    stop_requested = Signal()
    folder_requested = Signal()
    next_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.start = self._button(
            self.tr("Start recording"), "record-circle-outline", "record.start", "Right", True
        )
        self.finish = self._button(self.tr("Finish"), "check", "record.finish", "Right", True)
        self.redo = self._button(self.tr("Redo"), "restore", "record.redo", "Left")
        self.stop = self._button(
            self.tr("Stop session"), "stop-circle-outline", "record.stop", "Esc"
        )
        self.folder = self._button(self.tr("Open folder"), "folder-outline", "record.open")
        self.again = self._button(self.tr("Record another"), "plus", "record.again", "", True)
        for button in (self.finish, self.redo):
            self.buttons.addWidget(button)
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.stop)
        for button in (self.folder, self.again, self.start):
            self.beside.addWidget(button)
        for button in (self.start, self.finish):
            button.clicked.connect(self.advance_requested)
        self.redo.clicked.connect(self.redo_requested)
        self.stop.clicked.connect(self.stop_requested)
        self.folder.clicked.connect(self.folder_requested)
        self.again.clicked.connect(self.next_requested)

    def show_recording(self, state: RecordingState) -> None:
        head = headline(state)
        self.show_state(head.word, head.sentence, head.tone, head.icon, outlined=head.is_outlined)
        self._show_progress(state.progress)
        self._show_buttons(state)

    def _show_progress(self, progress: RecordingProgress | None) -> None:
        if progress is None:
            self.set_timer(None)
            self.set_progress(None)
            self.set_figures(())
            return
        self._show_time(progress)
        is_recording = progress.phase is Phase.RECORDING
        fps = f"{progress.fps:.2f}" if is_recording and progress.frames else "—"
        self.set_figures(
            (
                Figure(str(progress.saved), self.tr("saved")),
                Figure(str(progress.redone), self.tr("redone")),
                Figure(str(max(0, progress.wanted - progress.saved)), self.tr("to go")),
                Figure(fps, self.tr("fps"), "00.00"),
                Figure(str(progress.lost_frames), self.tr("lost frames")),
            )
        )

    def _show_time(self, progress: RecordingProgress) -> None:
        """Time recorded; of a reset the time left, as the phase badge says it; none of a save."""
        whole = progress.of_seconds
        tone = _TONES.get(progress.phase, Tone.ACCENT)
        share = min(progress.seconds / whole, 1.0) if whole else 0.0
        if progress.phase is Phase.SAVING:
            self.set_timer(None)
            self.set_progress(1.0, tone)
        elif progress.phase is Phase.RESETTING:
            left = max(whole - progress.seconds, 0.0)
            self.set_timer(f"{left:.1f}", self.tr("s left of {0:.0f}").format(whole))
            self.set_progress(1.0 - share, tone)
        else:
            self.set_timer(
                f"{progress.seconds:.1f}", self.tr("of {0:.0f} s").format(whole) if whole else ""
            )
            self.set_progress(share, tone)

    def _show_buttons(self, state: RecordingState) -> None:
        buttons = (self.start, self.finish, self.redo, self.stop, self.again, self.folder)
        focused = next((button for button in buttons if button.hasFocus()), None)
        if focused is None:
            self._set_buttons(state)
            return
        # Qt would hand the focus of a button that goes away on to whatever is next, such as a
        # camera's. Without any the bench keys work all the same.
        by_keyboard = focused.has_keyboard_focus
        focused.clearFocus()
        self._set_buttons(state)
        if focused.isEnabled() and not focused.isHidden():
            reason = Qt.FocusReason
            focused.setFocus(reason.TabFocusReason if by_keyboard else reason.OtherFocusReason)

    def _set_buttons(self, state: RecordingState) -> None:
        phase = state.progress.phase if state.progress else None
        runs = phase is not None
        is_recording, is_resetting = phase is Phase.RECORDING, phase is Phase.RESETTING
        is_summed_up = not runs and not state.is_asked and state.has_outcome
        self.finish.setVisible(runs and not is_resetting)
        self._place_start(in_row=is_resetting)
        for button in (self.redo, self.stop):
            button.setVisible(runs)
        nothing = self.tr("There is no take in progress.")
        self.finish.set_available(is_recording, nothing)
        self.redo.set_available(is_recording, nothing)
        self.folder.setVisible(is_summed_up)
        self.again.setVisible(is_summed_up)
        self.start.setVisible(is_resetting or (not runs and not is_summed_up))
        missing = self.tr("See what is missing below.")
        self.start.set_available(is_resetting or state.can_start, missing)

    def _place_start(self, *, in_row: bool) -> None:
        """Between takes it stands where Finish stands; before the first, beside the state."""
        if in_row and self.buttons.indexOf(self.start) < 0:
            self.buttons.insertWidget(0, self.start)
            self.start.show_action(self.tr("Start now"), "play")
        elif not in_row and self.beside.indexOf(self.start) < 0:
            self.beside.addWidget(self.start)
            self.start.show_action(self.tr("Start recording"), "record-circle-outline")

    def _button(
        self, text: str, icon: str, name: str, key: str = "", is_primary: bool = False
    ) -> Button:
        kind = Kind.PRIMARY if is_primary else Kind.SECONDARY
        return Button(text, kind=kind, icon=icon, size=BENCH, key=key, name=name)
