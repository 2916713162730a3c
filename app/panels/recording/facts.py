"""Two cards of names and values: the plan while it is carried out, and the last episode."""

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QSizePolicy

from app.panels.recording.state import RecordingState
from app.panels.recording.words import disk_text, episode_facts
from app.theme.type_scale import Role
from app.widgets.card import Card
from app.widgets.text import Text


class FactCard(Card):
    """Lines of “name  value”; built once for each set of names, then only told new values."""

    def __init__(self, *, right: bool = False) -> None:
        super().__init__(" ")
        self._right = right
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self._values: dict[str, Text] = {}

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        for name, value in facts:
            if name not in self._values:
                self._values[name] = self._add_line(name)
            self._values[name].setText(value)

    def _add_line(self, name: str) -> Text:
        line = self._grid.rowCount()
        value = Text("", Role.BODY, wraps=not self._right, right=self._right)
        self._grid.addWidget(Text(name, Role.SMALL), line, 0)
        self._grid.addWidget(value, line, 1)
        return value


class PlanSummary(FactCard):
    """The plan, read only, while it is carried out, and until the next one is made."""

    def __init__(self) -> None:
        super().__init__()
        self._keys = Text(
            self.tr("Keys: → finishes and starts now, ← redoes, Esc stops."), Role.HINT, wraps=True
        )
        self.body.addStretch(1)
        self.body.addWidget(self._keys)

    def show_state(self, state: RecordingState) -> None:
        plan = state.plan
        self.set_title(self.tr("Plan"))
        self._keys.setVisible(state.progress is not None)
        times = self.tr("{0} s episode, {1} s reset").format(plan.episode_s, plan.reset_s)
        rate = self.tr("{0} fps, control {1} Hz").format(plan.fps, state.control_hz)
        self.show_facts(
            [
                (self.tr("Dataset"), plan.dataset),
                (self.tr("Task"), plan.task),
                (self.tr("Times"), times),
                (self.tr("Rate"), rate),
                (self.tr("Disk"), disk_text(state)),
            ]
        )


class LastEpisode(FactCard):
    """Facts of the newest saved episode; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__(right=True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_state(self, state: RecordingState) -> None:
        saved = state.last_episode
        self.setVisible(saved is not None)
        if saved is not None:
            self.set_title(self.tr("Episode {0}").format(saved.index + 1), self.tr("saved"))
            self.show_facts(episode_facts(state, saved))
