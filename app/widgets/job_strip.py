"""The strip at the foot of the window: jobs that run, and the space left on the disk."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import Role
from app.widgets.bar import Bar
from app.widgets.button import SMALL, Button, Kind
from app.widgets.layouts import clear, row
from app.widgets.painting import follow_theme, smooth_painter
from app.widgets.text import StatusText, Text

_LOW_GB, _VERY_LOW_GB = 10.0, 2.0


@dataclass(frozen=True)
class JobEntry:
    key: str
    name: str
    icon: str
    fraction: float
    share: str  # “43 %”, “8 / 20”
    time_left: str = ""


class JobStrip(QWidget):
    job_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._jobs: tuple[JobEntry, ...] | None = None
        self._shows_time = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._entries = row(spacing=8)
        self._none = Text(self.tr("none running"), Role.SMALL)
        self.disk = StatusText("", Tone.NEUTRAL, "harddisk")
        self.disk.setObjectName("jobs.disk")
        layout = row(spacing=8, margins=(16, 1, 16, 0))
        layout.addWidget(Text(self.tr("Jobs"), Role.HINT))
        layout.addWidget(self._none)
        layout.addLayout(self._entries)
        layout.addStretch(1)
        layout.addWidget(self.disk)
        self.setLayout(layout)
        self.show_jobs(())
        self._scale()
        theme().changed.connect(self._scale)
        follow_theme(self)

    def show_jobs(self, jobs: Sequence[JobEntry]) -> None:
        if tuple(jobs) == self._jobs:
            return
        self._jobs = tuple(jobs)
        clear(self._entries)
        for job in jobs:
            self._add(job)
        self._none.setVisible(not jobs)

    def fold(self, folded: bool) -> None:
        """Drop the time left where there is little room."""
        self._shows_time = not folded
        jobs, self._jobs = self._jobs or (), None
        self.show_jobs(jobs)

    def show_disk(self, free_gb: float) -> None:
        """Amber under 10 GB, rose under 2 GB."""
        text = self.tr("{0} GB free").format(
            f"{free_gb:.0f}" if free_gb >= 10 else f"{free_gb:.1f}"
        )
        if free_gb < _VERY_LOW_GB:
            self.disk.show_status(text, Tone.BAD, "close-octagon")
        elif free_gb < _LOW_GB:
            self.disk.show_status(text, Tone.WARN, "alert")
        else:
            self.disk.show_status(text, Tone.NEUTRAL, "harddisk")

    def _add(self, job: JobEntry) -> None:
        name = Button(job.name, kind=Kind.GHOST, icon=job.icon, size=SMALL, name=f"jobs.{job.key}")
        name.clicked.connect(lambda: self.job_wanted.emit(job.key))
        bar = Bar(height=4, width=72)
        bar.show_value(job.fraction)
        self._entries.addWidget(name)
        self._entries.addWidget(bar)
        self._entries.addWidget(Text(job.share, Role.HEADING))
        if job.time_left and self._shows_time:
            self._entries.addWidget(Text(job.time_left, Role.HINT))

    def _scale(self) -> None:
        self.setFixedHeight(theme().px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens, rect = theme().tokens, self.rect()
            painter.fillRect(rect, tokens.surface)
            painter.fillRect(0, 0, rect.width(), 1, tokens.line)
