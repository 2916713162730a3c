"""The loop card: rate, late ticks, lost packets, and where the time of a tick goes."""

from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout

from app.theme.icons import STATE_ICONS
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.bar import Bar
from app.widgets.card import Card
from app.widgets.layouts import column, row
from app.widgets.text import STATE_TONES, Separator, StatusText, Text
from lerobot_core.workers.protocol import DeviceState, LoopStatistics, StageTiming

_TOTAL = "whole"
_STAGES = ("read", "frames", "leader", "limits", "write", "observers", _TOTAL)
_NOTHING = "—"
_AMBER_FROM = 0.8  # of the tick's length


class LoopCard(Card):
    """Shows ``LoopStatistics``; bars are drawn against the length of a tick."""

    def __init__(self) -> None:
        super().__init__()
        self.set_title(self.tr("Loop"))
        self._verdict = StatusText()
        self.head_actions.addWidget(self._verdict)
        self._of_packets = Text("", Role.HINT)
        self._rate, rate = _figure(self.tr("loop rate"), "00.0", Text("Hz", Role.HINT))
        self._late, late = _figure(self.tr("late ticks"), "0")
        self._lost, lost = _figure(self.tr("lost packets"), "0", self._of_packets)
        figures = row(spacing=12)
        for number, figure in enumerate((rate, late, lost)):
            if number:
                figures.addWidget(Separator(upright=True))
            figures.addLayout(figure, 1)
        self.body.addLayout(figures)
        self.body.addWidget(Separator())
        self._bars: dict[str, Bar] = {}
        self._times: dict[str, Text] = {}
        self._names: dict[str, Text] = {}
        self.body.addLayout(self._stage_grid(), 1)
        self.show_statistics(None)

    def _stage_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        grid.addWidget(Text(self.tr("Stage"), Role.COLUMN), 0, 0)
        grid.addWidget(Text(self.tr("p50 / p95, ms"), Role.COLUMN, right=True), 0, 1, 1, 2)
        for line, stage in enumerate(_STAGES, start=1):
            role = Role.HEADING if stage == _TOTAL else Role.SMALL
            bar = Bar(Tone.OK if stage == _TOTAL else Tone.ACCENT)
            # A bar of fixed height would keep its row from taking a share of the slack.
            bar.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            self._bars[stage] = bar
            self._times[stage] = Text(_NOTHING, Role.HEADING, right=True)
            self._times[stage].reserve("00.0 / 00.0")
            self._names[stage] = Text(self._stage_name(stage), role)
            grid.addWidget(self._names[stage], line, 0)
            grid.addWidget(self._bars[stage], line, 1)
            grid.addWidget(self._times[stage], line, 2)
            grid.setRowStretch(line, 1)
        return grid

    def fold(self, folded: bool) -> None:
        """Without room for every stage, show the whole tick alone."""
        for stage in _STAGES[:-1]:
            for part in (self._names[stage], self._bars[stage], self._times[stage]):
                part.setHidden(folded)

    def _stage_name(self, stage: str) -> str:
        return {
            "read": self.tr("Read servos"),
            "frames": self.tr("Camera frames"),
            "leader": self.tr("Leader"),
            "limits": self.tr("Limits"),
            "write": self.tr("Write goals"),
            "observers": self.tr("Observers"),
            _TOTAL: self.tr("Whole tick"),
        }[stage]

    def show_statistics(self, statistics: LoopStatistics | None) -> None:
        """None while no loop runs."""
        if statistics is None:
            for label in (self._rate, self._late, self._lost):
                label.setText(_NOTHING)
            self._of_packets.setText("")
            self._say(DeviceState.NONE, self.tr("not running"))
            for stage in _STAGES:
                self._show_stage(stage, None, 1.0)
            return
        tick_ms = 1000 / statistics.target_hz
        self._rate.setText(f"{statistics.rate_hz:.1f}")
        self._late.setText(str(statistics.late_ticks))
        self._lost.setText(str(statistics.lost_packets))
        self._of_packets.setText(self.tr("of {0}").format(_short(statistics.packets)))
        for stage in _STAGES:
            self._show_stage(stage, statistics.stages.get(stage), tick_ms)
        whole = statistics.stages.get(_TOTAL)
        if whole is not None and whole.p95_ms > tick_ms:
            text = self.tr("{0:.1f} ms, a tick has {1:.1f}").format(whole.p95_ms, tick_ms)
            self._say(DeviceState.WARN, text)
        else:
            self._say(DeviceState.OK, self.tr("in time, {0:.1f} ms a tick").format(tick_ms))

    def _say(self, state: DeviceState, text: str) -> None:
        self._verdict.show_status(text, STATE_TONES[state], STATE_ICONS[state])

    def _show_stage(self, stage: str, timing: StageTiming | None, tick_ms: float) -> None:
        if timing is None:
            self._times[stage].setText(_NOTHING)
            self._bars[stage].show_value(0.0)
            return
        self._times[stage].setText(f"{timing.p50_ms:.1f} / {timing.p95_ms:.1f}")
        share = timing.p95_ms / tick_ms
        quiet = Tone.OK if stage == _TOTAL else Tone.ACCENT
        tone = Tone.BAD if share > 1 else Tone.WARN if share > _AMBER_FROM else quiet
        self._bars[stage].show_value(timing.p50_ms / tick_ms, tick=share, tone=tone)


def _figure(label: str, longest: str, unit: Text | None = None) -> tuple[Text, QVBoxLayout]:
    value = Text(_NOTHING, Role.FIGURE)
    value.reserve(longest)
    first = row(value, spacing=4)
    if unit is not None:
        first.addWidget(unit)
    first.addStretch(1)
    return value, column(first, Text(label, Role.HINT), spacing=0)


def _short(count: int) -> str:
    """A count in at most four digits: “812”, “40 k”, “1.2 M”."""
    if count < 1000:
        return str(count)
    return f"{count / 1000:.0f} k" if count < 1_000_000 else f"{count / 1e6:.1f} M"
