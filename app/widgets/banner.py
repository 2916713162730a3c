"""Banners: what happened, what to try, and the remedy one click away."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QVBoxLayout, QWidget

from app.theme.icons import icon_pixmap
from app.theme.theme import theme
from app.theme.tokens import Tone
from app.theme.type_scale import CARD_RADIUS, Role
from app.widgets.button import SMALL, Button, IconButton, Kind
from app.widgets.layouts import column, place_in_tab_order, row
from app.widgets.painting import draw_box, follow_theme, smooth_painter
from app.widgets.text import Text

AT_MOST = 2

_ICONS = {
    Tone.BAD: "close-octagon",
    Tone.WARN: "alert",
    Tone.OK: "check-circle",
    Tone.ACCENT: "information",
    Tone.NEUTRAL: "information",
}


@dataclass(frozen=True)
class Notice:
    """What a banner says. ``key`` tells one notice from another."""

    key: str
    happened: str
    advice: str = ""
    remedy: str = ""  # text of its button; empty: there is nothing to click
    remedy_icon: str = ""
    details: str = ""
    tone: Tone = Tone.BAD


class Banner(QFrame):
    """One notice. Closing hides it here; the chip keeps the state."""

    remedy_requested = Signal(str)  # the notice's key
    closed = Signal(str)

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self.notice = notice
        self.setAccessibleName(f"{notice.happened} {notice.advice}".strip())
        self._icon = QLabel()
        self._details = Text(notice.details, Role.MONO, wraps=True)
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._details.hide()
        words = column(spacing=2)
        words.addWidget(Text(notice.happened, Role.HEADING, wraps=True))
        if notice.advice:
            advice = Text(notice.advice, Role.BODY, wraps=True)
            advice.setProperty("quiet", True)
            words.addWidget(advice)
        if notice.remedy or notice.details:
            words.addLayout(self._action_row())
        words.addWidget(self._details)
        layout = row(spacing=12, margins=(16, 9, 12, 9))
        layout.addWidget(self._icon)
        layout.addLayout(words, 1)
        if not (notice.remedy or notice.details):
            layout.addWidget(self._copy_button())
        layout.addWidget(self._close_button())
        self.setLayout(layout)
        self._show_icon()
        theme().changed.connect(self._show_icon)
        follow_theme(self)

    def _action_row(self) -> QVBoxLayout:
        line = row(spacing=8)
        if self.notice.remedy:
            self.remedy_button = Button(
                self.notice.remedy, icon=self.notice.remedy_icon, size=SMALL, name="banner.remedy"
            )
            self.remedy_button.clicked.connect(lambda: self.remedy_requested.emit(self.notice.key))
            line.addWidget(self.remedy_button)
        if self.notice.details:
            self.fold = Button(
                self.tr("Details"),
                kind=Kind.GHOST,
                icon="chevron-right",
                size=SMALL,
                name="banner.details",
            )
            self.fold.clicked.connect(self._turn_fold)
            line.addWidget(self.fold)
        line.addStretch(1)
        line.addWidget(self._copy_button())
        return column(line, margins=(0, 3, 0, 0))

    def _copy_button(self) -> Button:
        button = Button(
            self.tr("Copy"), kind=Kind.GHOST, icon="content-copy", size=SMALL, name="banner.copy"
        )
        button.clicked.connect(self._copy)
        return button

    def _close_button(self) -> IconButton:
        button = IconButton("close", self.tr("Close this message"), name="banner.close")
        button.clicked.connect(lambda: self.closed.emit(self.notice.key))
        return button

    def buttons(self) -> list[Button]:
        """In the order in which Tab reaches them."""
        return self.findChildren(Button)

    def _turn_fold(self) -> None:
        opens = self._details.isHidden()
        self._details.setVisible(opens)
        self.fold.show_action(self.tr("Details"), "chevron-down" if opens else "chevron-right")

    def _copy(self) -> None:
        notice = self.notice
        lines = (notice.happened, notice.advice, notice.details)
        QApplication.clipboard().setText("\n".join(line for line in lines if line))

    def _show_icon(self) -> None:
        tone = self.notice.tone
        pixmap = icon_pixmap(_ICONS[tone], theme().tokens.of(tone), theme().px(20), 2.0)
        self._icon.setPixmap(pixmap)

    def paintEvent(self, event: QPaintEvent) -> None:
        with smooth_painter(self) as painter:
            tokens, tone = theme().tokens, self.notice.tone
            draw_box(painter, QRectF(self.rect()), CARD_RADIUS, tokens.tint(tone), tokens.of(tone))


class BannerStack(QWidget):
    """The newest two notices, then “2 more” that opens the rest."""

    remedy_requested = Signal(str)
    closed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._notices: list[Notice] = []
        self._shown: dict[Notice, Banner] = {}
        self._shows_all = False
        self._layout = column(spacing=8)
        self.setLayout(self._layout)
        self.more_button = Button("", kind=Kind.GHOST, size=SMALL, name="banner.more")
        self.more_button.clicked.connect(self._show_all)
        self._layout.addWidget(self.more_button)
        self._build()

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """Show these, the most important first. Unchanged banners stay as they are."""
        if list(notices) == self._notices:
            return
        self._notices = list(notices)
        self._shows_all = self._shows_all and len(self._notices) > AT_MOST
        self._build()

    def banners(self) -> list[Banner]:
        return list(self._shown.values())

    def _show_all(self) -> None:
        self._shows_all = True
        self._build()

    def _build(self) -> None:
        wanted = self._notices if self._shows_all else self._notices[:AT_MOST]
        for notice in [notice for notice in self._shown if notice not in wanted]:
            gone = self._shown.pop(notice)
            gone.hide()
            gone.deleteLater()
        self._shown = {notice: self._shown.get(notice) or self._banner(notice) for notice in wanted}
        for place, banner in enumerate(self._shown.values()):
            self._layout.insertWidget(place, banner)
        buttons = (button for banner in self._shown.values() for button in banner.buttons())
        place_in_tab_order(self, buttons)
        hidden = len(self._notices) - len(wanted)
        self.more_button.setVisible(hidden > 0)
        self.more_button.show_action(self.tr("{0} more").format(hidden), "chevron-down")
        self.setVisible(bool(wanted))

    def _banner(self, notice: Notice) -> Banner:
        banner = Banner(notice)
        banner.remedy_requested.connect(self.remedy_requested)
        banner.closed.connect(self.closed)
        return banner
