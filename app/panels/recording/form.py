"""The plan form: what to record, how often, how long."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLayout

from app.check_text import check_text
from app.panels.recording.plan import Plan, plan_checks
from app.panels.recording.state import RecordingState
from app.panels.recording.words import disk_text
from app.remedies import Remedy
from app.theme.type_scale import Role
from app.widgets.card import Card
from app.widgets.field import Field, NumberField, TextField
from app.widgets.layouts import row
from app.widgets.select import Select
from app.widgets.text import Separator, Text

_SHOWN_IN_FIELD = ("dataset_name_invalid", "dataset_exists")


class PlanForm(Card):
    """Says every change at once; what is wrong with a name is written under it."""

    plan_changed = Signal(object)  # Plan
    entered = Signal()  # Enter was pressed in a line of text

    def __init__(self) -> None:
        super().__init__(self.tr("Plan"))
        plan = Plan()
        self._plan = plan
        self._rates: tuple[int, ...] = ()
        self.dataset = TextField(
            self.tr("Dataset"), name="record.dataset", hint=self.tr("a new one: name or user/name")
        )
        self.task = TextField(
            self.tr("Task"), name="record.task", hint=self.tr("what the robot does, in a few words")
        )
        self.episodes = NumberField(
            self.tr("Episodes"), plan.episodes, 1, 10_000, name="record.episodes"
        )
        self._fps = Select(name="record.fps", label=self.tr("Rate"))
        self.episode_s = NumberField(
            self.tr("Episode"), plan.episode_s, 1, 3600, name="record.episode_seconds", unit="s"
        )
        self.reset_s = NumberField(
            self.tr("Reset"), plan.reset_s, 0, 3600, name="record.reset_seconds", unit="s"
        )
        self._disk = Text("", Role.BODY)
        self._keys = Text(
            self.tr("Keys: → starts and finishes, ← redoes, Esc stops."), Role.HINT, wraps=True
        )
        self._build()
        self._connect()

    def show_state(self, state: RecordingState) -> None:
        self._plan = state.plan
        self._show_rates(state.rates)
        for field, text in ((self.dataset, state.plan.dataset), (self.task, state.plan.task)):
            if field.edit.text() != text:
                field.edit.setText(text)
        numbers = (
            (self.episodes, state.plan.episodes),
            (self.episode_s, state.plan.episode_s),
            (self.reset_s, state.plan.reset_s),
        )
        for number, value in numbers:
            if number.edit.value() != value:
                number.edit.setValue(value)
        self._fps.setCurrentIndex(self._fps.findData(state.plan.fps))
        self._show_error(state)
        self._disk.setText(disk_text(state))
        self.setEnabled(not state.is_asked)

    def go_to(self, remedy: Remedy) -> None:
        """Put the cursor where the remedy is typed."""
        edit = self.task.edit if remedy is Remedy.ENTER_TASK else self.dataset.edit
        edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        edit.selectAll()

    def _show_error(self, state: RecordingState) -> None:
        checks = plan_checks(state.plan, exists=state.exists)
        wrong = [check for check in checks if check.code in _SHOWN_IN_FIELD]
        self.dataset.set_error(check_text(wrong[0]).what if wrong else "")

    def _show_rates(self, rates: tuple[int, ...]) -> None:
        if rates == self._rates:
            return
        self._rates = rates
        self._fps.blockSignals(True)
        self._fps.clear()
        for rate in rates:
            self._fps.addItem(self.tr("{0} fps").format(rate), rate)
        self._fps.blockSignals(False)

    def _build(self) -> None:
        rows: tuple[Field | QLayout, ...] = (
            self.dataset,
            self.task,
            _pair(self.episodes, Field(self.tr("Rate"), self._fps)),
            _pair(self.episode_s, self.reset_s),
        )
        for entry in rows:
            if isinstance(entry, Field):
                self.body.addWidget(entry)
            else:
                self.body.addLayout(entry)
        self.body.addWidget(Separator())
        self.body.addLayout(row(Text(self.tr("Disk"), Role.SMALL), None, self._disk))
        self.body.addStretch(1)
        self.body.addWidget(self._keys)

    def _connect(self) -> None:
        self.dataset.edit.textEdited.connect(lambda text: self._say(dataset=text))
        self.task.edit.textEdited.connect(lambda text: self._say(task=text))
        self.episodes.edit.valueChanged.connect(lambda count: self._say(episodes=count))
        self.episode_s.edit.valueChanged.connect(lambda seconds: self._say(episode_s=seconds))
        self.reset_s.edit.valueChanged.connect(lambda seconds: self._say(reset_s=seconds))
        for field in (self.dataset, self.task):
            field.edit.returnPressed.connect(self.entered)
        self._fps.activated.connect(lambda place: self._say(fps=self._fps.itemData(place)))

    def _say(self, **changed: str | int) -> None:
        plan = replace(self._plan, **changed)  # type: ignore[arg-type]
        if plan != self._plan:
            self._plan = plan
            self.plan_changed.emit(plan)


def _pair(left: Field, right: Field) -> QLayout:
    line = row(spacing=8)
    line.addWidget(left, 1)
    line.addWidget(right, 1)
    return line
